//! YAML with places.
//!
//! serde_yaml reads the values; where each stands is looked up by an event parser, and only when there is something to
//! report, since most files have no problem. Readers walk a [`Place`] and collect every problem on the way, so one never
//! hides another. YAML is met here and nowhere else.

use crate::diag::{Code, Diagnostic};
use crate::source::{Source, Span, composed, is_bidi_control, is_no_text};
use rustc_hash::FxHashMap;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::cell::{Cell, OnceCell};
use std::fmt;

/// How many keys, texts and lists a document may hold, those behind aliases counted each time. A thousand organizations with
/// all that is known of them have eight thousand.
const MAX_VALUES: usize = 20_000;

/// How many brackets may be open at once; the parser itself takes 128 levels.
const MAX_BRACKETS: usize = 1_000;

/// A YAML document that lies in a source.
#[derive(Debug)]
pub struct Yaml {
    source: Source,
    span: Span,
    root: Node,
    marks: OnceCell<Option<Mark>>,
}

/// A value. Maps keep the order and every entry, repeated keys too, so that they can be reported.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Null,
    /// A text, or anything else written as one word; `exact` when its characters are certain.
    Scalar {
        text: String,
        kind: Scalar,
    },
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Scalar {
    Text,
    Flag(bool),
    Number,
}

/// Where a node was met by the event parser.
#[derive(Debug)]
struct Mark {
    span: Span,
    text: String,
    /// Of a list its entries; of a map key, value, key, value, …
    children: Vec<Mark>,
    /// Of an alias the steps to what it stands for.
    target: Option<Vec<usize>>,
}

impl Mark {
    /// Where texts stand, in order.
    fn values(&self, out: &mut Vec<Span>) {
        if self.children.is_empty() {
            out.push(self.span);
        }
        self.children.iter().for_each(|child| child.values(out));
    }
}

impl Yaml {
    /// Reads a stretch of a source as one YAML document.
    ///
    /// # Errors
    /// One diagnostic, when it is no YAML: the parser can't go on after the first fault.
    pub fn parse(source: &Source, span: Span) -> Result<Yaml, Diagnostic> {
        let text = source.slice(span);
        if let Some(at) = too_deep(text) {
            let at = span.range().start + at;
            return Err(Diagnostic::new(Code::YamlSyntax, source, Span::new(at..at + 1), &["too many open brackets"]));
        }
        let left = Cell::new(MAX_VALUES);
        match Reading(&left).deserialize(serde_yaml::Deserializer::from_str(text)) {
            Ok(root) => Ok(Yaml { source: source.clone(), span, root, marks: OnceCell::new() }),
            Err(error) => {
                let at = error.location().map_or(0, |location| location.index()).min(span.range().len());
                let at = span.range().start + at;
                let end = source.text()[at..]
                    .find('\n')
                    .map_or(source.text().len(), |length| at + length)
                    .min(span.range().end.max(at));
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or(&message);
                Err(Diagnostic::new(Code::YamlSyntax, source, Span::new(at..end), &[message]))
            }
        }
    }

    /// The whole document.
    pub fn root(&self) -> Place<'_> {
        Place { yaml: self, node: &self.root, path: Vec::new(), name: String::new() }
    }

    /// The same values, with their places in a source that differs only in what was blanked. Places that were looked up
    /// already stay: blanking moves nothing, but what is left of a blanked value may be no YAML.
    #[must_use]
    pub fn in_source(self, source: &Source) -> Yaml {
        Yaml { source: source.clone(), ..self }
    }

    /// The comments: from a `#` behind a blank, where no value stands, to the end of its line (YAML 1.2.2 § 6.6).
    pub fn comments(&self) -> Vec<Span> {
        let text = self.source.slice(self.span);
        let mut comments: Vec<Span> = Vec::new();
        let mut values = Vec::new();
        for (at, _) in text.match_indices('#') {
            if values.is_empty() {
                self.marks().map(|root| root.values(&mut values)).unwrap_or_default();
            }
            let start = Span::new(at..at).shifted(self.span.range().start).start;
            let before = values.partition_point(|value| value.start <= start);
            let is_value = before.checked_sub(1).is_some_and(|before| values[before].end > start);
            let is_in_one = comments.last().is_some_and(|comment| comment.end > start);
            if !is_value && !is_in_one && !text[..at].ends_with(|before: char| !before.is_whitespace()) {
                let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
                comments.push(Span::new(at..end).shifted(self.span.range().start));
            }
        }
        comments
    }

    fn marks(&self) -> Option<&Mark> {
        self.marks.get_or_init(|| marks(self.source.slice(self.span), self.span.range().start)).as_ref()
    }

    fn mark(&self, path: &[usize]) -> Option<&Mark> {
        let mut mark = self.marks()?;
        for step in path {
            // Below an alias there is no place of its own: the alias is where it was written.
            let Some(child) = mark.children.get(*step) else { break };
            mark = child;
        }
        Some(mark)
    }

    /// What was written for a value, behind aliases too.
    fn written(&self, path: &[usize]) -> Option<&str> {
        let root = self.marks()?;
        let mut mark = root;
        for step in path {
            mark = mark.children.get(*step)?;
            // An anchor stands at a value itself, so no alias is met on the way to it.
            if let Some(path) = &mark.target {
                mark = path.iter().try_fold(root, |mark, step| mark.children.get(*step))?;
            }
        }
        Some(&mark.text)
    }
}

/// A value in a document, and how it was reached.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    yaml: &'a Yaml,
    node: &'a Node,
    path: Vec<usize>,
    name: String,
}

/// The entries of a map whose keys are known beforehand.
#[derive(Debug)]
pub struct Fields<'a> {
    values: Vec<(&'a str, Place<'a>)>,
    /// The keys that nothing stands under.
    empty: Vec<Place<'a>>,
}

impl<'a> Fields<'a> {
    /// The value of a key; `None` where it is missing or empty.
    pub fn get(&self, key: &str) -> Option<&Place<'a>> {
        self.values.iter().find(|(name, _)| *name == key).map(|(_, place)| place)
    }

    /// Where a value is to be written that is missing: at its key, if that stands there.
    pub fn empty(&self, key: &str) -> Option<Span> {
        self.empty.iter().find(|place| place.name == key).map(Place::span)
    }

    /// The text of a key, see [`Place::text`].
    pub fn text(&self, key: &str, problems: &mut Vec<Diagnostic>) -> Option<String> {
        self.get(key)?.text(problems)
    }

    /// The text of a key, see [`Place::text_if_any`].
    pub fn text_if_any(&self, key: &str, problems: &mut Vec<Diagnostic>) -> Option<String> {
        self.get(key)?.text_if_any(problems)
    }
}

impl<'a> Place<'a> {
    /// The key it stands under, or the position in its list.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        self.yaml.mark(&self.path).map_or(self.yaml.span, |mark| mark.span)
    }

    /// A diagnostic at this place.
    pub fn report(&self, code: Code, words: &[&str]) -> Diagnostic {
        Diagnostic::new(code, &self.yaml.source, self.span(), words)
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.node, Node::List(_))
    }

    /// Whether nothing stands there.
    pub fn is_empty(&self) -> bool {
        *self.node == Node::Null
    }

    /// Whether it has keys of its own.
    pub fn is_map(&self) -> bool {
        matches!(self.node, Node::Map(_))
    }

    /// The entries of a map that may hold only these keys. Reports other keys, repeated ones, and anything but a map.
    pub fn fields(&self, known: &[&'static str], problems: &mut Vec<Diagnostic>) -> Fields<'a> {
        let (mut values, mut empty) = (Vec::new(), Vec::new());
        for (key, place) in self.entries(problems) {
            match known.iter().find(|name| **name == key.name) {
                Some(_) if place.is_empty() => empty.push(key),
                Some(name) => values.push((*name, place)),
                None => problems.push(key.report(Code::KeyUnknown, &[&key.name, &nearest(&key.name, known)])),
            }
        }
        Fields { values, empty }
    }

    /// The entries of a map, each key as a place of its own. A repeated key is reported, and the first one counts.
    pub fn entries(&self, problems: &mut Vec<Diagnostic>) -> Vec<(Place<'a>, Place<'a>)> {
        let mut out: Vec<(Place<'a>, Place<'a>)> = Vec::new();
        for (key, value) in self.all_entries(problems) {
            problems.extend(key.odd_sign(&key.name));
            match out.iter().find(|(earlier, _)| earlier.name == key.name) {
                Some((earlier, _)) => {
                    let repeated = key.report(Code::KeyRepeated, &[&key.name]);
                    problems.push(repeated.label(&self.yaml.source, earlier.span(), "first here"));
                }
                None => out.push((key, value)),
            }
        }
        out
    }

    /// The entries of a map, those of repeated keys too, for who must not overlook one.
    pub fn all_entries(&self, problems: &mut Vec<Diagnostic>) -> Vec<(Place<'a>, Place<'a>)> {
        let entries = match self.node {
            Node::Map(entries) => entries,
            Node::Null => return Vec::new(),
            _ => {
                problems.push(self.wrong_type("keys with values"));
                return Vec::new();
            }
        };
        let mut out: Vec<(Place<'a>, Place<'a>)> = Vec::with_capacity(entries.len());
        for (index, (key, value)) in entries.iter().enumerate() {
            let key = self.child(key, 2 * index, String::new());
            let Some(name) = key.scalar() else {
                problems.push(key.wrong_type("a word as key"));
                continue;
            };
            let key = Place { name: name.clone(), ..key };
            out.push((key, self.child(value, 2 * index + 1, name)));
        }
        out
    }

    /// The same entries; `None` where it holds anything but keys that are words, and values.
    pub fn plain_entries(&self) -> Option<Vec<(Place<'a>, Place<'a>)>> {
        let mut problems = Vec::new();
        let entries = self.all_entries(&mut problems);
        problems.is_empty().then_some(entries)
    }

    /// The entries of a list. A single value counts as a list of one.
    pub fn list(&self) -> Vec<Place<'a>> {
        match self.node {
            Node::List(entries) => {
                entries.iter().enumerate().map(|(index, node)| self.child(node, index, self.name.clone())).collect()
            }
            Node::Null => Vec::new(),
            _ => vec![self.clone()],
        }
    }

    /// A text, which is reported when it is empty. Numbers and the words yes and no are text too, as they are written.
    pub fn text(&self, problems: &mut Vec<Diagnostic>) -> Option<String> {
        let text = self.trimmed(problems)?;
        if text.is_empty() {
            problems.push(self.report(Code::TextEmpty, &[&self.name]));
            return None;
        }
        Some(text)
    }

    /// A text that nothing hangs on: an empty one is as good as none.
    pub fn text_if_any(&self, problems: &mut Vec<Diagnostic>) -> Option<String> {
        self.trimmed(problems).filter(|text| !text.is_empty())
    }

    fn trimmed(&self, problems: &mut Vec<Diagnostic>) -> Option<String> {
        let text = self.scalar();
        if text.is_none() {
            problems.push(self.wrong_type("a text"));
        }
        problems.extend(text.as_ref().and_then(|text| self.odd_sign(text)));
        text.map(|text| composed(text.trim()).into_owned())
    }

    /// Reports a sign that nobody may write: what stands in double quotes can bring in any character by its number (YAML 1.2.2
    /// § 5.7).
    fn odd_sign(&self, text: &str) -> Option<Diagnostic> {
        let sign = text.chars().find(|character| is_bidi_control(*character) || is_no_text(*character))?;
        Some(self.report(Code::FileControl, &[&format!("U+{:04X}", u32::from(sign))]))
    }

    /// `true` or `false`.
    pub fn flag(&self, problems: &mut Vec<Diagnostic>) -> Option<bool> {
        if let Node::Scalar { kind: Scalar::Flag(flag), .. } = self.node {
            return Some(*flag);
        }
        problems.push(self.wrong_type("`true` or `false`"));
        None
    }

    fn child(&self, node: &'a Node, step: usize, name: String) -> Place<'a> {
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend_from_slice(&self.path);
        path.push(step);
        Place { yaml: self.yaml, node, path, name }
    }

    fn scalar(&self) -> Option<String> {
        match self.node {
            Node::Scalar { text, kind: Scalar::Text } => Some(text.clone()),
            // `10.20` and `012` are read as numbers; what was written is looked up.
            Node::Scalar { text, .. } => Some(self.yaml.written(&self.path).unwrap_or(text).to_owned()),
            _ => None,
        }
    }

    fn wrong_type(&self, expected: &str) -> Diagnostic {
        let found = match self.node {
            Node::Null => "nothing",
            Node::Scalar { kind: Scalar::Text, .. } => "a text",
            Node::Scalar { kind: Scalar::Flag(_), .. } => "yes or no",
            Node::Scalar { kind: Scalar::Number, .. } => "a number",
            Node::List(_) => "a list",
            Node::Map(_) => "keys with values",
        };
        let file = self.yaml.source.path().rsplit('/').next().unwrap_or_default();
        let name = match self.name.as_str() {
            "" if file.ends_with(".md") => "the head",
            "" => file,
            name => name,
        };
        self.report(Code::YamlType, &[name, expected, found])
    }
}

/// Advice for a word that is not one of the known ones: the nearest, and all of them.
pub fn nearest(word: &str, known: &[&str]) -> String {
    let nearest = known.iter().min_by_key(|name| strsim::damerau_levenshtein(word, name));
    nearest.map_or_else(String::new, |nearest| format!("the nearest is `{nearest}`; known here: {}", known.join(", ")))
}

/// Where the brackets of a text are deeper than any list in lists: the parser's time grows with the square of the depth, and it
/// refuses such a text only afterwards. Brackets in quotes count too; nobody writes so many.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_BRACKETS
    })
}

/// Reads a value and those in it, as long as any are left.
#[derive(Clone, Copy)]
struct Reading<'a>(&'a Cell<usize>);

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        let Some(left) = self.0.get().checked_sub(1) else {
            return Err(Error::custom(format_args!("more than {MAX_VALUES} values")));
        };
        self.0.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, numbers, lists and keys with values, without tags")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar { text: value.to_string(), kind: Scalar::Flag(value) })
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar { text: value.to_string(), kind: Scalar::Number })
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar { text: value.to_string(), kind: Scalar::Number })
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(Node::Scalar { text: value.to_string(), kind: Scalar::Number })
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(Node::Scalar { text: value.to_string(), kind: Scalar::Number })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar { text: value.to_string(), kind: Scalar::Number })
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar { text: value.to_owned(), kind: Scalar::Text })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_element_seed(self)? {
            entries.push(entry);
        }
        Ok(Node::List(entries))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry_seed(self, self)? {
            entries.push(entry);
        }
        Ok(Node::Map(entries))
    }
}

/// The places of all nodes, or `None` where the event parser understands the text differently.
fn marks(text: &str, shift: usize) -> Option<Mark> {
    use granit_parser::{Event, Parser};
    // Nodes that are begun and not ended, the outermost first.
    let mut open: Vec<Mark> = Vec::new();
    // The way to each value with an anchor, by the number of the anchor.
    let mut anchors: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let span = Span::new(span.byte_range()?).shifted(shift);
        let mark = |text, target| Mark { span, text, children: Vec::new(), target };
        if let Some(anchor) = event.anchor_id() {
            anchors.insert(anchor, open.iter().map(|mark| mark.children.len()).collect());
        }
        let done = match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                open.push(mark(String::new(), None));
                None
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let mut mark = open.pop()?;
                // An end event may stand far below, before the next key; the last child ends where the node does.
                let end = mark.children.last().map_or(span.end, |last| last.span.end);
                mark.span = Span {
                    start: mark.children.first().map_or(mark.span.start, |first| first.span.start.min(mark.span.start)),
                    end: end.max(mark.span.end),
                };
                Some(mark)
            }
            Event::Scalar(value, ..) => Some(mark(value.into_owned(), None)),
            Event::Alias(anchor) => Some(mark(String::new(), anchors.get(&anchor).cloned())),
            _ => None,
        };
        if let Some(mark) = done {
            match open.last_mut() {
                Some(parent) => parent.children.push(mark),
                None => return Some(mark),
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(text: &str) -> Yaml {
        let source = Source::new("a.md", format!("---\n{text}---\n"));
        Yaml::parse(&source, Span::new(4..4 + text.len())).unwrap_or_else(|error| panic!("{error:?}"))
    }

    #[test]
    fn text_is_what_was_written() {
        let yaml = yaml("a: 10.20\nb: 012\nc: nej\nd: 1e3\ne: \"11:30\"\nf: 2018-05-22\ng: true\nh:\n");
        let mut problems = Vec::new();
        let fields = yaml.root().fields(&["a", "b", "c", "d", "e", "f", "g", "h"], &mut problems);
        let text = |key| fields.get(key).and_then(|place| place.text(&mut Vec::new())).unwrap_or_default();
        assert_eq!(
            ["a", "b", "c", "d", "e", "f", "g"].map(text),
            ["10.20", "012", "nej", "1e3", "11:30", "2018-05-22", "true"]
        );
        assert!(fields.get("h").is_none() && problems.is_empty());
    }

    #[test]
    fn an_alias_is_what_its_anchor_stands_at() {
        let yaml = yaml("a: &a 012\nb: *a\nc: &c [1e3, { d: 10.20 }]\ne: *c\nf: [*a, *c]\n");
        let fields = yaml.root().fields(&["a", "b", "c", "e", "f"], &mut Vec::new());
        let list = |key: &str| fields.get(key).map(Place::list).unwrap_or_default();
        let text = |place: &Place<'_>| place.text(&mut Vec::new()).unwrap_or_default();
        assert_eq!(fields.get("b").map(text).as_deref(), Some("012"));
        assert_eq!(text(&list("e")[0]), "1e3");
        assert_eq!(list("e")[1].fields(&["d"], &mut Vec::new()).get("d").map(text).as_deref(), Some("10.20"));
        assert_eq!([text(&list("f")[0]), text(&list("f")[1].list()[0])], ["012", "1e3"]);
    }

    #[test]
    fn repeated_and_unknown_keys_have_places_at_any_depth() {
        let yaml = yaml("date: x\nitems:\n  3:\n    outcom: y\n  3: {}\ndate: z\n");
        let mut problems = Vec::new();
        let fields = yaml.root().fields(&["date", "items"], &mut problems);
        for (_, item) in fields.get("items").map(|items| items.entries(&mut problems)).unwrap_or_default() {
            item.fields(&["outcome", "cases"], &mut problems);
        }
        let seen: Vec<_> = problems
            .iter()
            .map(|problem| {
                (problem.code, problem.source.position(problem.span.start).line, problem.source.slice(problem.span))
            })
            .collect();
        assert_eq!(
            seen,
            [(Code::KeyRepeated, 7, "date"), (Code::KeyRepeated, 6, "3"), (Code::KeyUnknown, 5, "outcom")]
        );
        assert!(problems[2].hint.contains("`outcome`"));
    }

    #[test]
    fn bombs_and_tags_are_errors() {
        let nested = format!("a: {}", "[".repeat(10_000));
        for text in ["a: !foo 1\n", &nested, "a: 'open\n", "\tb: 1\n", "a: b: c\n"] {
            let source = Source::new("a.md", text);
            assert!(Yaml::parse(&source, Span::new(0..text.len())).is_err(), "{text:.40}");
        }
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let before = level - 1;
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{before}"); 9].join(",")));
        }
        let source = Source::new("a.md", bomb.as_str());
        assert!(Yaml::parse(&source, Span::new(0..bomb.len())).is_err());
    }
}
