//! The built-in templates, specialized before they are compiled: whatever is the same on each page becomes text of the
//! template, and whatever is put together from several templates becomes one.
//!
//! Asking is most of what filling a template costs, so what can be known beforehand isn't asked for. That holds only as
//! long as an archive has no template of its own: such a one may take the place of an included template or set what
//! those beside it read. Templates as they are written here are all that is understood: no comments, no raw blocks, no
//! control of whitespace, and no loop whose name hides what is set for an included template.

use crate::model::escaped;
use std::collections::BTreeMap;
use tera::Value;

/// Templates by their names.
type Templates = BTreeMap<String, String>;

/// Each template with those it extends and includes, and with the words of the language, `t`, in their places.
pub(super) fn specialize(templates: &Templates, words: &Value) -> Templates {
    let all = Specializer { templates, words };
    templates.iter().map(|(name, text)| (name.clone(), all.template(text))).collect()
}

struct Specializer<'a> {
    templates: &'a Templates,
    words: &'a Value,
}

/// A name that is set for an included template, and the path that stands for it there.
type Given<'a> = (&'a str, String);

/// A piece of a template's text.
#[derive(Clone, Copy, Debug)]
enum Piece<'a> {
    Text(&'a str),
    /// What stands in `{{ }}`.
    Expression(&'a str),
    /// What stands in `{% %}`.
    Tag(&'a str),
}

impl<'a> Specializer<'a> {
    fn template(&self, text: &'a str) -> String {
        let mut blocks = BTreeMap::new();
        let mut base = text;
        while let Some(parent) = pieces(base).find_map(|piece| self.named("extends", piece)) {
            for (name, block) in blocks_of(base) {
                blocks.entry(name).or_insert(block);
            }
            base = parent;
        }
        let mut out = String::new();
        self.expand(base, &blocks, &[], &mut out);
        out
    }

    fn expand(&self, text: &'a str, blocks: &BTreeMap<&str, &'a str>, given: &[Given<'a>], out: &mut String) {
        // What is set right before an inclusion is set for it alone.
        let mut set: Vec<Given<'a>> = Vec::new();
        let mut pieces = pieces(text);
        while let Some(piece) = pieces.next() {
            if let Some((name, path)) = assignment(piece) {
                set.push((name, renamed(path, given)));
                continue;
            }
            if let Some(included) = self.named("include", piece) {
                set.extend_from_slice(given);
                self.expand(included, blocks, &set, out);
                set.clear();
                continue;
            }
            for (name, path) in set.drain(..) {
                out.extend(["{% set ", name, " = ", &path, " %}"]);
            }
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Expression(expression) => {
                    let expression = renamed(expression, given);
                    match self.word(&expression) {
                        // Tera escapes apostrophes too.
                        Some(word) => out.push_str(&escaped(&word).replace('\'', "&#39;")),
                        // What views hold as HTML is marked as such.
                        None => out.extend(["{{ ", expression.strip_suffix(" | safe").unwrap_or(&expression), " }}"]),
                    }
                }
                Piece::Tag("endblock") => {}
                Piece::Tag(tag) => match tag.strip_prefix("block ").map(|name| blocks.get(name)) {
                    Some(Some(block)) => {
                        self.expand(block, blocks, given, out);
                        pieces.find(|piece| matches!(piece, Piece::Tag("endblock")));
                    }
                    Some(None) => {}
                    None => out.extend(["{% ", &renamed(tag, given), " %}"]),
                },
            }
        }
    }

    /// The template that a tag of this kind names.
    fn named(&self, kind: &str, piece: Piece<'_>) -> Option<&'a str> {
        let Piece::Tag(tag) = piece else { return None };
        let name = tag.strip_prefix(kind)?.trim().strip_prefix('"')?.strip_suffix('"')?;
        self.templates.get(name).map(String::as_str)
    }

    /// What an expression says that asks for nothing but a word of the language.
    fn word(&self, expression: &str) -> Option<String> {
        let path = expression.strip_prefix("t.")?;
        let word = |path| self.words.get_from_path(path)?.as_str();
        match path.strip_suffix(" | lower") {
            Some(path) => word(path).map(str::to_lowercase),
            None => word(path).map(str::to_owned),
        }
    }
}

/// The pieces of a template in order.
fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        let at = rest.match_indices('{').map(|(at, _)| at).find(|at| rest[at + 1..].starts_with(['{', '%']));
        let (text, code) = rest.split_at(at.unwrap_or(rest.len()));
        if !text.is_empty() {
            rest = code;
            return Some(Piece::Text(text));
        }
        let is_tag = code.starts_with("{%");
        let (inside, after) = code.get(2..)?.split_once(if is_tag { "%}" } else { "}}" })?;
        rest = after;
        Some(if is_tag { Piece::Tag(inside.trim()) } else { Piece::Expression(inside.trim()) })
    })
}

/// The blocks that a template defines.
fn blocks_of(template: &str) -> impl Iterator<Item = (&str, &str)> {
    const END: &str = "{% endblock %}";
    let block = |text| Some(str::split_once(str::split_once(text, END)?.0, " %}")?);
    template.split("{% block ").skip(1).filter_map(block)
}

/// The name and the value of a tag that sets a name to a path, which can stand wherever the name does.
fn assignment(piece: Piece<'_>) -> Option<(&str, &str)> {
    let Piece::Tag(tag) = piece else { return None };
    let (name, value) = tag.strip_prefix("set ")?.split_once(" = ")?;
    value.chars().all(|character| is_of_name(character) || character == '.').then_some((name, value))
}

/// Code with paths in place of the names that they were given.
fn renamed(code: &str, given: &[Given<'_>]) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(next) = rest.chars().next() {
        // A whole name or text, or one character of anything else.
        let length = match next {
            '"' | '\'' => rest[1..].find(next).map_or(rest.len(), |end| end + 2),
            _ => rest.find(|character| !is_of_name(character)).unwrap_or(rest.len()).max(next.len_utf8()),
        };
        let (token, after) = rest.split_at(length);
        let path = given.iter().find(|(name, _)| *name == token && !out.ends_with('.'));
        out.push_str(path.map_or(token, |(_, path)| path));
        rest = after;
    }
    out
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
