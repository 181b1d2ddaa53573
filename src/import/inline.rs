//! Markup within lines: emphasis, links and code that a document brings, and everything else as text.
//!
//! Only markup whose beginning and end are certain is taken; the rest is escaped, so that it shows as it stood. Text taken
//! from PDF often holds emphasis, so `*` and `_` are read in plain text too.

use crate::format::markdown::push_text;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Plain text: backslashes, entities and backticks are themselves.
    Text,
    /// Markdown.
    Markdown,
}

/// A piece of a document's line as Markdown. Addresses of links that can't be kept are added to `lost`.
pub(super) fn markdown(text: &str, dialect: Dialect, lost: &mut Vec<String>) -> String {
    let mut pen = Pen { out: String::with_capacity(text.len() + 8), form: Form::Markdown, dialect, lost };
    pen.write(text, None, None);
    pen.out
}

/// The same without any markup, as text.
pub(super) fn plain(text: &str, dialect: Dialect) -> String {
    if !text.contains(['*', '_', '[', '\\', '&', '`', '<']) {
        return text.trim().to_owned();
    }
    let mut lost = Vec::new();
    let mut pen = Pen { out: String::with_capacity(text.len()), form: Form::Text, dialect, lost: &mut lost };
    pen.write(text, None, None);
    pen.out.trim().to_owned()
}

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Markdown,
    Text,
}

/// How far the end of a link is looked for, in bytes: addresses are shorter, and a text of nothing but brackets must not
/// take time by its square.
const LONGEST_LINK: usize = 600;

struct Pen<'a> {
    out: String,
    form: Form,
    dialect: Dialect,
    lost: &'a mut Vec<String>,
}

impl Pen<'_> {
    /// Writes a text that stands between two characters.
    fn write(&mut self, text: &str, mut before: Option<char>, after: Option<char>) {
        let mut without_end = Vec::new();
        let mut at = 0;
        while let Some(character) = text[at..].chars().next() {
            let length = match character {
                '*' | '_' => self.emphasis(&text[at..], character, before, after, &mut without_end),
                '[' => self.link(&text[at..]),
                '!' if text[at + 1..].starts_with('[') => self.image(&text[at..]),
                '`' | '<' | '\\' | '&' if self.dialect == Dialect::Markdown => self.verbatim(&text[at..], character),
                _ => None,
            };
            let length = length.unwrap_or_else(|| {
                self.text(before, character, &text[at + character.len_utf8()..], after);
                character.len_utf8()
            });
            before = text[..at + length].chars().next_back();
            at += length;
        }
    }

    /// One character that means itself.
    fn text(&mut self, before: Option<char>, character: char, rest: &str, after: Option<char>) {
        match self.form {
            Form::Text => self.out.push(character),
            // A line break within a paragraph is a hard one: where it was soft, the lines were joined.
            Form::Markdown if character == '\n' => self.out.push_str("\\\n"),
            Form::Markdown if rest.is_empty() => {
                let mut end = [0; 4];
                push_text(&mut self.out, before, character, after.map_or("", |after| after.encode_utf8(&mut end)));
            }
            Form::Markdown => push_text(&mut self.out, before, character, rest),
        }
    }

    fn emphasis(
        &mut self,
        text: &str,
        mark: char,
        before: Option<char>,
        after: Option<char>,
        without_end: &mut Vec<(char, usize)>,
    ) -> Option<usize> {
        let length = run(text, mark);
        if length > 3 || without_end.contains(&(mark, length)) {
            return self.literal_run(text, mark, length, before);
        }
        let inner = &text[length..];
        let foreign = mark == '_' && self.dialect == Dialect::Text;
        if foreign || !opens(before, inner.chars().next(), mark, length) {
            return self.literal_run(text, mark, length, before);
        }
        let Some(end) = closing(inner, mark, length, after) else {
            without_end.push((mark, length));
            return self.literal_run(text, mark, length, before);
        };
        self.marks(mark, length);
        self.write(&inner[..end], Some(mark), Some(mark));
        self.marks(mark, length);
        Some(length + end + length)
    }

    fn marks(&mut self, mark: char, length: usize) {
        if self.form == Form::Markdown {
            self.out.extend(std::iter::repeat_n(mark, length));
        }
    }

    /// A run of marks that are no emphasis, written as a whole: a part of it might be read as one.
    fn literal_run(&mut self, text: &str, mark: char, length: usize, before: Option<char>) -> Option<usize> {
        let next = text[length..].chars().next();
        let space = |neighbour: Option<char>| neighbour.is_none_or(char::is_whitespace);
        let word = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        let inert = (space(before) && space(next)) || (mark == '_' && word(before) && word(next));
        for _ in 0..length {
            if self.form == Form::Markdown && !inert {
                self.out.push('\\');
            }
            self.out.push(mark);
        }
        Some(length)
    }

    /// `[text](address)`.
    fn link(&mut self, text: &str) -> Option<usize> {
        let Link { label, address, length } = link(text)?;
        let kept = is_web(address) && self.form == Form::Markdown;
        if kept {
            self.out.push('[');
        } else if !is_web(address) && self.form == Form::Markdown {
            self.lost.push(address.to_owned());
        }
        self.write(label, kept.then_some('['), kept.then_some(']'));
        if kept {
            self.out.push_str(&format!("]({address})"));
        }
        Some(length)
    }

    /// `![text](address)`: a picture can't be brought along; what it shows is kept.
    fn image(&mut self, text: &str) -> Option<usize> {
        let Link { label, address, length } = link(&text[1..])?;
        if self.form == Form::Markdown {
            self.lost.push(address.to_owned());
        }
        self.write(label, None, None);
        Some(length + 1)
    }

    /// What Markdown keeps as it is: code, addresses in angle brackets, escapes and entities.
    fn verbatim(&mut self, text: &str, character: char) -> Option<usize> {
        match character {
            '\\' => {
                let escaped = text[1..].chars().next().filter(char::is_ascii_punctuation)?;
                self.out.push_str(if self.form == Form::Markdown { "\\" } else { "" });
                self.out.push(escaped);
                Some(2)
            }
            '&' => {
                let end = text.bytes().take(40).position(|byte| byte == b';')? + 1;
                let entity = &text[..end];
                if self.form == Form::Markdown && crate::format::markdown::inline(entity) == entity {
                    return None;
                }
                self.out.push_str(if self.form == Form::Markdown { entity } else { decoded(entity)? });
                Some(end)
            }
            '`' => Some(self.code(text)),
            _ => {
                let end = window(text).find('>')?;
                let address = &text[1..end];
                if !is_web(address) || address.contains([' ', '<', '\n']) {
                    return None;
                }
                self.out.push_str(if self.form == Form::Markdown { &text[..=end] } else { address });
                Some(end + 1)
            }
        }
    }
}

impl Pen<'_> {
    /// A run of backticks: code up to the next run of that length, or themselves.
    fn code(&mut self, text: &str) -> usize {
        let length = run(text, '`');
        let window = window(&text[length..]);
        let end = window.find(&text[..length]).filter(|end| run(&window[*end..], '`') == length);
        let code = end.map(|end| &window[..end]).filter(|code| !code.contains('\n') && !code.ends_with('`'));
        match code {
            Some(code) => {
                let whole = length + code.len() + length;
                self.out.push_str(if self.form == Form::Markdown { &text[..whole] } else { code });
                whole
            }
            None => {
                let escape = if self.form == Form::Markdown { "\\`" } else { "`" };
                self.out.extend(std::iter::repeat_n(escape, length));
                length
            }
        }
    }
}

fn decoded(entity: &str) -> Option<&'static str> {
    let known = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", "\u{a0}"), ("&#39;", "'")];
    known.iter().find(|(name, _)| *name == entity).map(|(_, text)| *text)
}

fn run(text: &str, mark: char) -> usize {
    text.chars().take_while(|character| *character == mark).count()
}

fn window(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_LINK)]
}

fn is_mark(character: char) -> bool {
    !character.is_alphanumeric() && !character.is_whitespace()
}

/// Whether a run of marks can open emphasis (CommonMark 6.2), a little stricter than need be.
fn opens(before: Option<char>, next: Option<char>, mark: char, length: usize) -> bool {
    let edge = before.is_none_or(|before| before.is_whitespace() || is_mark(before));
    next.is_some_and(|next| !next.is_whitespace() && next != mark && (!is_mark(next) || edge))
        && before != Some('\\')
        && (is_free(mark, length) || edge)
}

/// Whether emphasis of these marks may begin and end within a word. A single asterisk may too in Markdown, but in `2*3*4` none
/// is meant.
fn is_free(mark: char, length: usize) -> bool {
    mark == '*' && length > 1
}

/// Where the run that closes emphasis stands: the next of the same marks and length that may.
fn closing(text: &str, mark: char, length: usize, after: Option<char>) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find(mark) {
        let start = at + found;
        let this = run(&text[start..], mark);
        let before = text[..start].chars().next_back();
        let next = text[start + this..].chars().next().or(after);
        let edge = next.is_none_or(|next| next.is_whitespace() || is_mark(next));
        let closes =
            before.is_some_and(|before| !before.is_whitespace() && before != '\\' && (!is_mark(before) || edge));
        if this == length && closes && (is_free(mark, length) || edge) && start > 0 {
            return Some(start);
        }
        at = start + this;
    }
    None
}

struct Link<'a> {
    label: &'a str,
    address: &'a str,
    length: usize,
}

fn link(text: &str) -> Option<Link<'_>> {
    let window = window(text);
    let middle = window.find("](")?;
    let label = &window[1..middle];
    let end = window[middle..].find(')')? + middle;
    let target = &window[middle + 2..end];
    // An address may be followed by a title in quotes.
    let address = target.split([' ', '\n']).next().unwrap_or_default();
    let title = target[address.len()..].trim();
    let titled = title.is_empty() || (title.len() > 1 && title.starts_with('"') && title.ends_with('"'));
    // What stands in brackets after brackets is an address only if it looks like one.
    let looks = address.is_empty() || address.contains(['/', '.', '#', ':']);
    let simple = !address.contains(['<', '>', '(', '\\', '[', ']']) && !label.contains(['[', ']', '\n']);
    (titled && looks && simple && !label.trim().is_empty()).then_some(Link { label, address, length: end + 1 })
}

/// Whether an address is one a meeting file may lead to.
fn is_web(address: &str) -> bool {
    let small = address.to_ascii_lowercase();
    let complete = |rest: &str| !rest.is_empty() && !rest.starts_with('/');
    match small.split_once(':') {
        Some(("http" | "https", rest)) => rest.strip_prefix("//").is_some_and(complete),
        Some(("mailto" | "tel", rest)) => complete(rest),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, dialect: Dialect) -> (String, Vec<String>) {
        let mut lost = Vec::new();
        (markdown(text, dialect, &mut lost), lost)
    }

    #[test]
    fn emphasis_is_kept_where_it_is_certain() {
        for (text, expected) in [
            ("**Primo maj:** De nye", "**Primo maj:** De nye"),
            ("*Et værktøj -*", "*Et værktøj -*"),
            ("Innovations**metoder**", "Innovations**metoder**"),
            ("***a*** og **b *c* d**", "***a*** og **b *c* d**"),
            ("2 * 3 * 4", "2 * 3 * 4"),
            ("2*3*4 P:\\*.txt", "2\\*3\\*4 P:\\\\\\*.txt"),
            ("*a og **b", "\\*a og \\*\\*b"),
            ("* a*", "* a\\*"),
            ("fil_navn_1 _her_", "fil_navn_1 \\_her\\_"),
            ("____", "____"),
            ("<b>x</b>", "\\<b>x\\</b>"),
            ("*a**b*", "*a\\*\\*b*"),
        ] {
            assert_eq!(written(text, Dialect::Text).0, expected, "{text}");
        }
    }

    #[test]
    fn links() {
        let (text, lost) =
            written("se [notat](bilag/notat.pdf), [loven](https://lov.example/1) og [1] (x)", Dialect::Markdown);
        assert_eq!(text, "se notat, [loven](https://lov.example/1) og \\[1] (x)");
        assert_eq!(lost, ["bilag/notat.pdf"]);
    }

    #[test]
    fn dialects() {
        assert_eq!(written("1 \\* 2 &amp; `a_b`", Dialect::Markdown).0, "1 \\* 2 &amp; `a_b`");
        assert_eq!(written("1 \\* 2 &amp; `ab`", Dialect::Text).0, "1 \\\\\\* 2 \\&amp; \\`ab\\`");
        assert_eq!(plain("**Punkt 1: A \\* B**", Dialect::Markdown), "Punkt 1: A * B");
    }
}
