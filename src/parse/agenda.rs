//! Cuts a meeting file into head, preamble and items, and finds the closed ones.
//!
//! Items begin at lines that begin with `## `, whatever stands around them, a code fence too: where one item ends and the next
//! begins must not hang on how Markdown is nested, or an open fence could swallow the heading that closes an item.

use super::front_matter::{ClosedNumbers, Head};
use super::html;
use crate::diag::{Code, Diagnostic};
use crate::language::{ClosedTitle, Language};
use crate::model::Number;
use crate::source::{Source, Span};

/// A meeting file in pieces.
#[derive(Debug)]
pub(super) struct Parts {
    /// The YAML between the two lines of hyphens; `Err` holds what is missing.
    pub head: Result<Span, Code>,
    /// What stands before the first item.
    pub preamble: Span,
    /// The items.
    pub items: Vec<Item>,
}

/// An item, cut out and not yet read.
#[derive(Debug)]
pub(super) struct Item {
    /// The number as printed, or the place where none was printed.
    pub number: Number,
    /// The line of the heading.
    pub heading: Span,
    /// The title in that line, as Markdown.
    pub title: Span,
    /// The title as text.
    pub plain: String,
    /// Whether it lacks the number that the other headings have.
    pub bare: bool,
    /// What follows the heading.
    pub body: Span,
    /// What is blanked when it is closed: all but `## Punkt N`.
    pub hidden: Span,
}

/// How the headings of a file give their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `Punkt N: title`
    Word,
    /// `N. title`
    Dot,
    /// `title`
    Bare,
}

/// A heading's number and title, as offsets in its text.
struct Numbered {
    form: Form,
    number: Number,
    end_of_number: usize,
    title: usize,
}

pub(super) fn cut(source: &Source) -> Parts {
    let text = source.text();
    let (head, body) = head(text);
    let headings = headings(text, body);
    let preamble = Span::new(body..headings.first().copied().unwrap_or(text.len()));
    let mut form = None;
    let items = headings.iter().enumerate().map(|(index, start)| {
        let end = headings.get(index + 1).copied().unwrap_or(text.len());
        let line_end = memchr::memchr(b'\n', &text.as_bytes()[*start..end]).map_or(end, |at| start + at);
        item(text, *start, line_end, end, index, &mut form)
    });
    Parts { head, preamble, items: items.collect() }
}

/// The span of the YAML, and where the body begins.
fn head(text: &str) -> (Result<Span, Code>, usize) {
    let Some(first) = text.split_inclusive('\n').next().filter(|line| line.trim_end() == "---") else {
        return (Err(Code::HeadMissing), 0);
    };
    let start = first.len();
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return (Ok(Span::new(start..at)), at + line.len());
        }
        at += line.len();
    }
    // Where the head isn't closed, the items are still cut, so that nothing of a closed one is quoted.
    (Err(Code::HeadOpen), start)
}

fn headings(text: &str, body: usize) -> Vec<usize> {
    let bytes = text.as_bytes();
    let candidates = memchr::memmem::find_iter(&bytes[body..], b"## ").map(|at| body + at);
    candidates.filter(|at| *at == body || bytes[at - 1] == b'\n').collect()
}

fn item(text: &str, start: usize, line_end: usize, end: usize, index: usize, form: &mut Option<Form>) -> Item {
    let begin = start + "## ".len();
    let line = &text[begin..line_end];
    let found = numbered(line);
    let first_form = *form.get_or_insert(found.as_ref().map_or(Form::Bare, |found| found.form));
    let (number, end_of_number, title, bare) = match found.filter(|found| found.form == first_form) {
        Some(found) => (found.number, found.end_of_number, found.title, false),
        None => (Number::new(&(index + 1).to_string()), 0, 0, first_form != Form::Bare),
    };
    let title_text = without_closing_hashes(&line[title..]);
    let lead = title_text.len() - title_text.trim_start().len();
    let title = Span::new(begin + title + lead..begin + title + lead + title_text.trim().len());
    Item {
        number,
        heading: Span::new(start..line_end),
        title,
        plain: html::plain(&text[title.range()]),
        bare,
        body: Span::new(line_end..end),
        hidden: Span::new(begin + end_of_number..end),
    }
}

/// `## Title ##` is `Title` (CommonMark 4.2).
fn without_closing_hashes(text: &str) -> &str {
    let trimmed = text.trim_end();
    let bare = trimmed.trim_end_matches('#');
    if bare.is_empty() || bare.ends_with([' ', '\t']) { bare } else { trimmed }
}

/// The number of a heading in either form. Emphasis around it counts for nothing.
fn numbered(line: &str) -> Option<Numbered> {
    let start = line.len() - line.trim_start_matches([' ', '\t', '*', '_']).len();
    let rest = &line[start..];
    let word = rest.split([' ', '\u{a0}', '\t']).next().unwrap_or_default();
    if Language::item_words().any(|known| known == word.to_lowercase()) {
        let gap = rest[word.len()..].len() - rest[word.len()..].trim_start().len();
        let at = start + word.len() + gap;
        let digits = number_length(&line[at..]);
        let after = &line[at + digits..];
        let colon = after.trim_start().strip_prefix(':');
        let alone = after.trim_matches([' ', '\t', '*', '_', '#']).is_empty();
        if digits > 0 && (colon.is_some() || alone) {
            let title = line.len() - colon.map_or(0, str::len);
            return Some(Numbered {
                form: Form::Word,
                number: Number::new(&line[at..at + digits]),
                end_of_number: at + digits,
                title,
            });
        }
        return None;
    }
    let digits = number_length(rest);
    let after = rest[digits..].strip_prefix('.')?;
    (digits > 0 && (after.is_empty() || after.starts_with([' ', '\t', '\u{a0}']))).then(|| Numbered {
        form: Form::Dot,
        number: Number::new(&rest[..digits]),
        end_of_number: start + digits,
        title: start + digits + 1,
    })
}

/// How many bytes at the start are a number of an item: digits, parts with dots, a letter (`12`, `12.1`, `4a`).
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = digits(0);
    if length == 0 || length > 9 {
        return 0;
    }
    while bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    let letter = bytes.get(length).is_some_and(u8::is_ascii_alphabetic);
    let ends = !text[length..].chars().nth(1).is_some_and(char::is_alphanumeric);
    length + usize::from(letter && ends)
}

/// Which items are closed. A title that may be one of a closed item closes it until the head decides.
pub(super) fn closed(parts: &Parts, numbers: &ClosedNumbers, language: Language) -> Vec<bool> {
    let is_closed = |item: &Item| {
        numbers.stubs.contains(&item.number)
            || match (title(item, language), numbers.decisions.iter().find(|(number, _)| *number == item.number)) {
                (_, Some((_, true))) | (ClosedTitle::Closed, _) | (ClosedTitle::Unclear, None) => true,
                (ClosedTitle::Unclear | ClosedTitle::Open, _) => false,
            }
    };
    parts.items.iter().map(is_closed).collect()
}

/// What the title says, with and without whatever number stands before it: a heading in another form than the first one's
/// must not open a closed item.
fn title(item: &Item, language: Language) -> ClosedTitle {
    let whole = language.closed_title(&item.plain);
    let inner =
        numbered(&item.plain).map_or(ClosedTitle::Open, |found| language.closed_title(&item.plain[found.title..]));
    match (whole, inner) {
        (ClosedTitle::Closed, _) | (_, ClosedTitle::Closed) => ClosedTitle::Closed,
        (ClosedTitle::Open, ClosedTitle::Open) => ClosedTitle::Open,
        _ => ClosedTitle::Unclear,
    }
}

/// Reports what can be said of the items as a list: their numbers, and what the head says of them.
pub(super) fn check(
    source: &Source,
    parts: &Parts,
    closed: &[bool],
    head: &Head,
    language: Language,
    problems: &mut Vec<Diagnostic>,
) {
    let mut seen: std::collections::HashMap<&Number, &Item> = std::collections::HashMap::new();
    let mut before: Option<&Item> = None;
    for (item, closed) in parts.items.iter().zip(closed) {
        let number = item.number.printed();
        let visible = if *closed { Span { end: item.hidden.start, ..item.heading } } else { item.heading };
        if item.bare {
            let form = format!("{} {number}: …", capital(language.words().item_address));
            problems.push(Diagnostic::new(Code::ItemForm, source, visible, &[number, &form]));
        }
        if let Some(first) = seen.get(&item.number) {
            let repeated = Diagnostic::new(Code::ItemNumberRepeated, source, visible, &[number]);
            problems.push(repeated.label(source, Span { end: first.hidden.start, ..first.heading }, "first here"));
        } else {
            if let Some(before) = before
                && item.number.order() < before.number.order()
            {
                problems.push(Diagnostic::new(
                    Code::ItemNumberOrder,
                    source,
                    visible,
                    &[number, before.number.printed()],
                ));
            }
            seen.insert(&item.number, item);
        }
        before = Some(item);
        if !*closed && item.plain.is_empty() {
            problems.push(Diagnostic::new(Code::ItemTitleMissing, source, visible, &[number]));
        }
        let decided = head.items.iter().find(|(named, _)| *named == item.number).and_then(|(_, entry)| entry.closed);
        let says = title(item, language);
        if says == ClosedTitle::Unclear
            && decided.is_none()
            && !head.closed.iter().any(|(named, _)| *named == item.number)
        {
            problems.push(Diagnostic::new(Code::ClosedTitle, source, visible, &[number]));
        }
        if *closed && decided == Some(false) {
            let by = if says == ClosedTitle::Closed { "its title" } else { "its entry under `closed_items`" };
            problems.push(Diagnostic::new(Code::ClosedContradiction, source, visible, &[number, by]));
        }
    }
    let missing = |number: &Number| !parts.items.iter().any(|item| item.number == *number);
    for (number, span, code) in &head.named {
        if missing(number) {
            problems.push(Diagnostic::new(*code, source, *span, &[number.printed()]));
        }
    }
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
