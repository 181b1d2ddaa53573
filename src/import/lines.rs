//! A document as lines: each with its place, its indentation and whether it is marked as a heading.
//!
//! Page furniture goes here: form feeds, `Side 1 af 56`, and headers that repeat at every page. What a line means is left to
//! the others.

use super::inline::{self, Dialect};
use crate::language::{Language, minutes};
use crate::source::{Fault, FaultKind, Source, Span};
use std::borrow::Cow;
use std::collections::HashMap;

/// A line of a document.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// Its text without white space at the end; tabs at both ends are kept, since they are cells of tables.
    raw: Cow<'a, str>,
    /// Where its text stands in the document.
    pub span: Span,
    /// How far it is indented, in columns.
    pub indent: usize,
    /// Whether it ends in a hard line break.
    pub hard: bool,
    /// Whether a new page begins with it.
    pub page: bool,
    /// How it is marked.
    pub mark: Mark,
    /// Its text without markup.
    pub plain: String,
}

/// How a line is marked as a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `## …`, or underlined.
    Heading,
    /// Bold throughout.
    Bold,
    /// Not at all.
    None,
}

impl Line<'_> {
    /// The text without white space around it.
    pub(super) fn text(&self) -> &str {
        self.raw.trim()
    }

    /// The text with the tabs around it.
    pub(super) fn cells(&self) -> &str {
        self.raw.trim_matches(|character: char| character.is_whitespace() && character != '\t')
    }

    /// The text with its indentation, as code needs it.
    pub(super) fn code(&self) -> String {
        self.raw.trim_end().to_owned()
    }

    /// Whether nothing stands on it.
    pub(super) fn is_blank(&self) -> bool {
        self.plain.is_empty() && self.text().is_empty()
    }

    /// Whether it is marked as a heading in some way.
    pub(super) fn is_marked(&self) -> bool {
        self.mark != Mark::None
    }

    /// How much it looks like a heading.
    pub(super) fn look(&self) -> minutes::Look {
        if self.is_marked() { minutes::Look::Heading } else { minutes::Look::Bare }
    }
}

/// The lines of a document, without page furniture.
pub(super) fn lines(source: &Source, language: Language, dialect: Dialect) -> Vec<Line<'_>> {
    let mut faults = source.faults().iter().peekable();
    let mut start = 0;
    let mut lines = Vec::new();
    for text in source.text().split_inclusive('\n') {
        let end = start + text.len();
        let mut within = Vec::new();
        while let Some(fault) = faults.next_if(|fault| fault.at.range().start < end) {
            within.push(*fault);
        }
        lines.push(line(text.strip_suffix('\n').unwrap_or(text), start, &within, dialect));
        start = end;
    }
    underlined(&mut lines);
    bold_over_two_lines(&mut lines, dialect);
    without_furniture(lines, language)
}

fn line<'a>(text: &'a str, start: usize, faults: &[Fault], dialect: Dialect) -> Line<'a> {
    let (raw, page) = without_controls(text, start, faults);
    let hard = raw.ends_with("  ") || (dialect == Dialect::Markdown && raw.ends_with('\\') && !raw.ends_with("\\\\"));
    let raw = match raw {
        raw if hard && raw.ends_with('\\') => Cow::Owned(raw[..raw.len() - 1].to_owned()),
        raw => raw,
    };
    let lead = text.len() - text.trim_start().len();
    let span = Span::new(start + lead..start + lead.max(text.trim_end().len()));
    let (mark, plain) = marked(raw.trim(), dialect);
    Line { span, indent: indent(&raw), hard, page, mark, plain, raw }
}

/// Takes out what Source put in place of control characters: form feeds part pages, vertical tabs part words.
fn without_controls<'a>(text: &'a str, start: usize, faults: &[Fault]) -> (Cow<'a, str>, bool) {
    let mut controls = faults
        .iter()
        .filter_map(|fault| match fault.kind {
            FaultKind::Control(character) => Some((fault.at.range().start.checked_sub(start)?, character)),
            _ => None,
        })
        .peekable();
    if controls.peek().is_none() {
        return (Cow::Borrowed(text), false);
    }
    let mut out = String::with_capacity(text.len());
    let (mut from, mut page) = (0, false);
    for (at, character) in controls {
        out.push_str(&text[from..at]);
        out.push_str(if character == '\u{8}' || character == '\u{7f}' { "" } else { " " });
        page |= character == '\u{c}';
        from = at + char::REPLACEMENT_CHARACTER.len_utf8();
    }
    out.push_str(&text[from..]);
    (Cow::Owned(if page { out.trim_start_matches(' ').to_owned() } else { out }), page)
}

/// Columns before the text; a tab leads to the next multiple of four.
fn indent(text: &str) -> usize {
    let mut column = 0;
    for character in text.chars() {
        match character {
            '\t' => column += 4 - column % 4,
            character if character.is_whitespace() => column += 1,
            _ => break,
        }
    }
    column
}

fn marked(text: &str, dialect: Dialect) -> (Mark, String) {
    let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&hashes) && text[hashes..].starts_with([' ', '\t', '\u{a0}']) {
        let inner = text[hashes..].trim();
        let bare = inner.trim_end_matches('#');
        let inner = if bare.ends_with([' ', '\t']) { bare.trim_end() } else { inner };
        return (Mark::Heading, inline::plain(inner, dialect));
    }
    let marks: &[&str] = if dialect == Dialect::Markdown { &["***", "**", "__"] } else { &["***", "**"] };
    let bold = marks.iter().any(|marks| is_wrapped(text.strip_suffix(':').unwrap_or(text), marks));
    (if bold { Mark::Bold } else { Mark::None }, inline::plain(text, dialect))
}

fn is_wrapped(text: &str, marks: &str) -> bool {
    let inner = text.strip_prefix(marks).and_then(|rest| rest.strip_suffix(marks));
    inner.is_some_and(|inner| {
        !inner.is_empty()
            && !inner.contains(marks)
            && !inner.starts_with(['*', '_', ' '])
            && !inner.ends_with(['*', ' '])
    })
}

/// A line of `===` or `---` right below a short line alone makes that a heading.
fn underlined(lines: &mut Vec<Line<'_>>) {
    let mut drop = Vec::new();
    for at in 1..lines.len() {
        let is_rule = |text: &str| {
            text.len() >= 3 && (text.bytes().all(|byte| byte == b'=') || text.bytes().all(|byte| byte == b'-'))
        };
        let (above, this) = (&lines[at - 1], &lines[at]);
        let alone = at < 2 || lines[at - 2].is_blank();
        if is_rule(this.text())
            && !above.is_blank()
            && alone
            && above.mark == Mark::None
            && above.text().len() < 120
            && !above.raw.contains(['\t', '|'])
        {
            lines[at - 1].mark = Mark::Heading;
            drop.push(at);
        }
    }
    let mut drop = drop.into_iter().peekable();
    let mut at = 0;
    lines.retain(|_| {
        let dropped = drop.next_if_eq(&at).is_some();
        at += 1;
        !dropped
    });
}

/// The heading of an item in bold that wraps: the first line gets the whole text.
fn bold_over_two_lines(lines: &mut [Line<'_>], dialect: Dialect) {
    for at in 1..lines.len() {
        let (above, this) = (lines[at - 1].text(), lines[at].text());
        let begins = above.starts_with("**") && above.matches("**").count() == 1;
        let ends = this.ends_with("**") && this.len() > 2 && this.matches("**").count() == 1;
        if !(begins && ends) || minutes::item_heading(above.trim_start_matches('*')).is_none() {
            continue;
        }
        let whole = format!("{above} {this}");
        let (mark, plain) = marked(&whole, dialect);
        lines[at - 1] = Line { raw: Cow::Owned(whole), mark, plain, ..lines[at - 1].clone() };
        lines[at].raw = Cow::Borrowed("");
        lines[at].plain.clear();
    }
}

/// How many lines beside a page break may be a header or footer.
const DEPTH: usize = 3;

fn without_furniture<'a>(lines: Vec<Line<'a>>, language: Language) -> Vec<Line<'a>> {
    let pages: Vec<Option<String>> = lines
        .iter()
        .map(|line| if line.text().len() < 200 { minutes::without_page(language, &line.plain) } else { None })
        .collect();
    let markers = marker_lines(&pages);
    let mut drop = vec![false; lines.len()];
    for at in markers {
        drop[at] = true;
    }
    let mut breaks: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].page || drop[*at]).collect();
    // The number of a page and the form feed after it are one break.
    breaks.dedup_by(|next, before| {
        *next <= *before + 3 && (*before + 1..*next).all(|at| lines[at].is_blank() || drop[at])
    });
    for at in repeated(&lines, &drop, &breaks, language) {
        drop[at] = true;
    }
    kept(lines, &drop)
}

/// The lines with the number of a page: those that hold nothing else, and those where the rest repeats.
fn marker_lines(pages: &[Option<String>]) -> Vec<usize> {
    let mut rests: HashMap<&str, usize> = HashMap::new();
    for rest in pages.iter().flatten() {
        *rests.entry(rest.as_str()).or_default() += 1;
    }
    let is_marker = |rest: &String| rest.is_empty() || rests.get(rest.as_str()).is_some_and(|times| *times > 1);
    (0..pages.len()).filter(|at| pages[*at].as_ref().is_some_and(is_marker)).collect()
}

/// Lines that stand beside page breaks and are page headers or footers: the same at every break, or the same as a line at
/// the top of the first page. Sentences are never taken, since "Godkendt." may well end two pages.
fn repeated(lines: &[Line<'_>], dropped: &[bool], breaks: &[usize], language: Language) -> Vec<usize> {
    let near: Vec<Vec<Place>> = breaks.iter().map(|at| beside(lines, dropped, *at)).collect();
    let mut times: HashMap<(bool, usize, &str), usize> = HashMap::new();
    for place in near.iter().flatten() {
        *times.entry((place.below, place.rank, lines[place.line].text())).or_default() += 1;
    }
    let first_page = breaks.first().copied().unwrap_or(0);
    let top: Vec<usize> = (0..first_page).filter(|at| !lines[*at].is_blank() && !dropped[*at]).take(DEPTH).collect();
    let is_header = |place: &Place| {
        let at = place.line;
        let line = &lines[at];
        let text = line.text();
        let at_top = top.iter().any(|first| *first != at && lines[*first].text() == text);
        let times = times.get(&(place.below, place.rank, text));
        let everywhere = breaks.len() > 2 && times.is_some_and(|times| *times >= breaks.len() - 1);
        let content = text.ends_with(['.', '!', '?', ':'])
            || minutes::section(language, &line.plain, line.look()).is_some()
            || minutes::item_heading(&line.plain).is_some();
        (at_top || everywhere) && !content && !text.starts_with(['-', '•', '*']) && text.len() < 120
    };
    near.iter()
        .flatten()
        .filter(|place| !top.contains(&place.line) && is_header(place))
        .map(|place| place.line)
        .collect()
}

/// A line beside a page break: on which side, and the how manieth.
struct Place {
    line: usize,
    below: bool,
    rank: usize,
}

/// The lines nearest to a page break, on both sides.
fn beside(lines: &[Line<'_>], dropped: &[bool], at: usize) -> Vec<Place> {
    // Blank lines around a break are few; looking further would cost time by the square.
    let reach = 8 * DEPTH;
    let is_text = |at: &usize| !lines[*at].is_blank() && !dropped[*at];
    let below = (at..lines.len().min(at + reach)).filter(is_text).take(DEPTH).enumerate();
    let above = (at.saturating_sub(reach)..at).rev().filter(is_text).take(DEPTH).enumerate();
    let place = |below: bool| move |(rank, line): (usize, usize)| Place { line, below, rank };
    below.map(place(true)).chain(above.map(place(false))).collect()
}

/// The lines that are not dropped; one after a dropped one begins a page, so that sentences may be joined over it.
fn kept<'a>(lines: Vec<Line<'a>>, drop: &[bool]) -> Vec<Line<'a>> {
    let mut out = Vec::with_capacity(lines.len());
    let mut page = false;
    for (line, dropped) in lines.into_iter().zip(drop) {
        page |= *dropped || line.page;
        if *dropped {
            continue;
        }
        let page_here = page && !line.is_blank();
        page &= line.is_blank();
        out.push(Line { page: page_here, ..line });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &str) -> Vec<String> {
        let source = Source::decode("a.txt", bytes.as_bytes().to_vec());
        lines(&source, Language::Da, Dialect::Text).iter().map(|line| line.text().to_owned()).collect()
    }

    #[test]
    fn page_furniture_goes() {
        let page = |number: usize, text: &str| format!("Havneudvalget 1. maj\n\n{text}\n\nSide {number} af 3\n\u{c}");
        let text = format!("{}{}{}", page(1, "Godkendt."), page(2, "Godkendt."), page(3, "Slut"));
        let found: Vec<_> = texts(&text).into_iter().filter(|text| !text.is_empty()).collect();
        assert_eq!(found, ["Havneudvalget 1. maj", "Godkendt.", "Godkendt.", "Slut"]);
    }

    #[test]
    fn marks() {
        for (text, mark, plain) in [
            ("## **Punkt 1: A** ##", Mark::Heading, "Punkt 1: A"),
            ("**Bilag**", Mark::Bold, "Bilag"),
            ("**Bilag**:", Mark::Bold, "Bilag:"),
            ("**a** og **b**", Mark::None, "a og b"),
            ("*Bilag:*", Mark::None, "Bilag:"),
            ("#123", Mark::None, "#123"),
        ] {
            assert_eq!(marked(text, Dialect::Text), (mark, plain.to_owned()), "{text}");
        }
    }
}
