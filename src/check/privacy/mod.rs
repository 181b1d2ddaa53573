//! The privacy rules: what must not get out, found in any text.
//!
//! [`numbers`] finds personal numbers and is fast enough for every page that is written; [`all`] finds private addresses and
//! confidential words too. Which text is looked at, and what site.yaml allows, is decided elsewhere; here is only the
//! judgement. A [`Finding`] knows the number so that the same one isn't told twice, and never shows it: [`masked`] is how text
//! that may hold one is printed.

pub mod account;
mod cpr;
pub mod gate;
mod normal;
mod stretch;
mod words;

pub use words::Words;

use crate::diag::{Code, Diagnostic};
use crate::source::Source;
use normal::Normal;
use std::borrow::Cow;
use std::ops::Range;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is read.
    Plain,
    /// With tags and entities: HTML and XML.
    Markup,
    /// A meeting file.
    Markdown,
    /// With the escapes of JSON.
    Json,
    /// With the folded lines of iCalendar.
    Calendar,
}

impl Form {
    /// The form of a file, by its name.
    pub fn of(path: &str) -> Form {
        let kind = path.rsplit_once('.').map(|(_, kind)| kind.to_ascii_lowercase());
        match kind.as_deref() {
            Some("html" | "htm" | "xhtml" | "xml" | "svg" | "rss" | "atom") => Form::Markup,
            Some("md" | "markdown" | "yaml" | "yml") => Form::Markdown,
            Some("json" | "jsonl" | "js" | "jsonld" | "geojson") => Form::Json,
            Some("ics") => Form::Calendar,
            _ => Form::Plain,
        }
    }

    fn has_tags(self) -> bool {
        matches!(self, Form::Markup | Form::Markdown)
    }
}

/// A rule of the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A personal number.
    Cpr,
    /// What may be a personal number, or a part of one.
    CprPossible,
    /// A mail address or telephone number of a person.
    Contact,
    /// A word that says the text is not for the public.
    Confidential,
    /// A picture that tells where it was taken.
    Location,
    /// A file that can't be read inside.
    Unscannable,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Rule; 6] =
        [Rule::Cpr, Rule::CprPossible, Rule::Contact, Rule::Confidential, Rule::Location, Rule::Unscannable];

    /// The diagnostic it gives.
    pub fn code(self) -> Code {
        match self {
            Rule::Cpr => Code::Cpr,
            Rule::CprPossible => Code::CprPossible,
            Rule::Contact => Code::ContactPrivate,
            Rule::Confidential => Code::Confidential,
            Rule::Location => Code::ImageLocation,
            Rule::Unscannable => Code::Unscannable,
        }
    }

    /// Its name in site.yaml.
    pub fn name(self) -> &'static str {
        self.code().name()
    }
}

/// Something that was found in a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// By which rule.
    pub rule: Rule,
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// What makes it the same as another one: digits, or the address. Never shown.
    key: String,
}

impl Finding {
    fn new(rule: Rule, range: Range<usize>, key: String) -> Finding {
        Finding { rule, range, key }
    }

    /// What makes it the same as another finding of its rule. For comparing only: it is the number itself.
    fn key(&self) -> &str {
        &self.key
    }
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finding").field("rule", &self.rule).field("range", &self.range).finish_non_exhaustive()
    }
}

/// Personal numbers in a text.
pub fn numbers(text: &str, form: Form) -> Vec<Finding> {
    numbers_within(text, stretch::stretches(text, form), form)
}

fn numbers_within(text: &str, stretches: Vec<Range<usize>>, form: Form) -> Vec<Finding> {
    let mut out = Vec::new();
    for stretch in stretches {
        let mut start = stretch.start;
        while start < stretch.end {
            let end = text.ceil_char_boundary((start + LONGEST_STRETCH).min(stretch.end));
            closely(text, start..end, form, &mut out);
            // The pieces overlap, so that a number on the border is in one of them.
            start = if end == stretch.end { end } else { text.floor_char_boundary(end - AROUND) };
        }
    }
    out.sort_by_key(|finding: &Finding| (finding.range.start, finding.rule));
    // What stands within another is told of where it is worse.
    out.dedup_by(|next, before| next.range.start < before.range.end && before.rule <= next.rule);
    out
}

/// Everything the rules know, in the order of its places.
pub fn all(text: &str, form: Form, words: &Words) -> Vec<Finding> {
    let mut out = Vec::new();
    words.find(text, &mut out);
    out.extend(numbers(text, form));
    out.sort_by_key(|finding| (finding.range.start, finding.rule));
    out
}

/// A page of nothing but figures is one stretch; it is read in pieces of this many bytes, so that memory stays small.
const LONGEST_STRETCH: usize = 32 * 1024;

/// How much of a text around a stretch is read with it, in bytes: the forty characters in which words count, with room for
/// the tags and entities among them.
const AROUND: usize = 400;

fn closely(text: &str, stretch: Range<usize>, form: Form, out: &mut Vec<Finding>) {
    if form == Form::Markup && is_path_data(text, stretch.start) {
        return;
    }
    let mut start = text.floor_char_boundary(stretch.start.saturating_sub(AROUND));
    let mut end = text.ceil_char_boundary((stretch.end + AROUND).min(text.len()));
    let mut form = form;
    if let Some(tag) = form.has_tags().then(|| tag_around(text, start, stretch.start)).flatten() {
        // An attribute or a comment: what stands in the same tag belongs to it, and nothing else.
        let inside =
            if text[tag.start..].starts_with(normal::INSIDE_COMMENT) { normal::INSIDE_COMMENT.len() } else { 0 };
        (start, end) = ((tag.start + inside).min(stretch.start), end.min(tag.end).max(stretch.end));
        // A comment may hide a piece of a page, which has tags of its own.
        form = if inside > 0 { form } else { Form::Plain };
    }
    let whole = Normal::new(text, start..end, form);
    let within = whole.index(stretch.start)..whole.index(stretch.end + BEYOND);
    for found in cpr::find(&whole, within) {
        let range = whole.bytes(found.range);
        out.push(Finding::new(found.rule, range, found.digits));
    }
}

/// How far a stretch is looked at past its end, in bytes: the digit too many, and the signs that hide others.
const BEYOND: usize = 16;

/// The inside of the tag or comment a place lies in, as far as it begins after `from`.
fn tag_around(text: &str, from: usize, at: usize) -> Option<Range<usize>> {
    let before = &text.as_bytes()[..at];
    let end = |open: usize| Some(open + normal::tag_length(&text[open..])?);
    let last = from + memchr::memrchr(b'<', &before[from..])?;
    if let Some(end) = end(last).filter(|end| *end > at) {
        return Some(last + 1..end);
    }
    // A comment may have tags in it, and an attribute a `<`: what is read as one tag from there on must not hide the place.
    let mut from = from;
    while let Some(open) = before.get(from..).and_then(|rest| memchr::memchr(b'<', rest)).map(|index| from + index) {
        match end(open) {
            Some(end) if end > at => return Some(open + 1..end),
            Some(end) => from = end,
            None => from = open + 1,
        }
    }
    None
}

/// Whether a place stands in the drawing of a chart: figures that no reader sees.
fn is_path_data(text: &str, at: usize) -> bool {
    let from = at.saturating_sub(LONGEST_STRETCH);
    let Some(quote) = memchr::memrchr(b'"', &text.as_bytes()[from..at]).map(|index| from + index) else { return false };
    [" d=", " points=", " transform=", " viewBox="]
        .iter()
        .any(|name| text.as_bytes()[..quote].ends_with(name.as_bytes()))
}

/// A text with every personal number in it masked, each byte by a star, so that places in it stay true.
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    for _ in 0..MASKINGS {
        let found = numbers(&out, Form::Markdown);
        if found.is_empty() {
            break;
        }
        out = Cow::Owned(starred(&out, &found.iter().collect::<Vec<_>>()));
    }
    out
}

/// How often a text is masked at most. A word such as *født* counts for the number next to it; when that is masked, for the
/// one after, which may then be found too.
const MASKINGS: usize = 16;

/// A text with a star for each byte of what was found.
fn starred(text: &str, found: &[&Finding]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for finding in found {
        // One may stand within another.
        let range = finding.range.start.max(from)..finding.range.end.max(from);
        out.push_str(&text[from..range.start]);
        let is_shown = |character: char| character == '\n';
        for character in text[range.clone()].chars() {
            match is_shown(character) {
                true => out.push(character),
                false => out.extend(std::iter::repeat_n('*', character.len_utf8())),
            }
        }
        from = range.end;
    }
    out.push_str(&text[from..]);
    out
}

/// A diagnostic as it may be printed: no personal number in its words, its path or the lines it quotes.
pub fn masked_diagnostic(problem: &Diagnostic) -> Diagnostic {
    let mut problem = problem.clone();
    problem.source = masked_source(&problem.source);
    problem.message = masked(&problem.message).into_owned().into();
    problem.hint = masked(&problem.hint).into_owned().into();
    for label in &mut problem.labels {
        label.source = masked_source(&label.source);
        label.text = masked(&label.text).into_owned();
    }
    problem
}

fn masked_source(source: &Source) -> Source {
    match (masked(source.path()), masked(source.text())) {
        (Cow::Borrowed(_), Cow::Borrowed(_)) => source.clone(),
        (path, text) => source.with_hidden(path.into_owned(), text.into_owned()),
    }
}
