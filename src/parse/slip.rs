//! Headings of closed items that begin no item, by a slip: `##Lukket`, ` ## Lukket`, `### Lukket`, `**Punkt 2: Lukket**`.
//!
//! What stands below one belongs to the item above it, and would be published against somebody's intention. They are looked
//! for in the lines of the text, as items are, and before any Markdown is parsed, so that what may be closed is blanked like a
//! closed item and no diagnostic can quote it. A false alarm costs a look; so only lines are taken that are nothing but a
//! heading: a sentence with the word in it is none.

use super::agenda::{self, Parts};
use super::html;
use crate::language::{ClosedTitle, Language};
use crate::model::Number;
use crate::source::{Source, Span, is_invisible};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

/// A heading of a closed item that begins none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slip {
    /// What may be quoted of it: its marks and number.
    pub shown: Span,
    /// What follows, to the end of the item it stands in.
    pub hidden: Span,
}

/// The slips in the preamble and in the items that are not closed. `open` are the numbers of those that are said to be open.
pub(super) fn slips(
    source: &Source,
    parts: &Parts,
    closed: &[bool],
    open: &[&Number],
    language: Language,
) -> Vec<Slip> {
    let text = source.text();
    let mut found = Vec::new();
    in_part(text, parts.preamble.range(), 0, false, language, &mut found);
    for (item, _) in parts.items.iter().zip(closed).filter(|(_, closed)| !**closed) {
        // The title has been judged; behind a line break that only some programs know, it may hold a heading more.
        let part = item.title.range().start..item.body.range().end;
        in_part(text, part, 1, open.contains(&&item.number), language, &mut found);
    }
    found
}

/// What a line is as far as it may be a heading.
struct Heading {
    /// The title in the line.
    title: Range<usize>,
    /// 1 to 6; 3 for what only looks like one.
    level: u8,
    /// Whether it may stand out for another reason: a bold word, a tag that is none of a heading.
    is_doubtful: bool,
}

/// `is_open`: somebody said that the item is open, who saw what stands out in it.
fn in_part(text: &str, part: Range<usize>, skip: usize, is_open: bool, language: Language, found: &mut Vec<Slip>) {
    let list = OnceCell::new();
    // Where the paragraph begins that the line before ends; and its last line.
    let mut paragraph: Option<(usize, Range<usize>)> = None;
    let mut in_list = false;
    for line in lines(text, part.clone()).skip(skip) {
        // Most lines are empty or go on with a sentence.
        if let Some((_, last)) = &mut paragraph
            && text.as_bytes().get(line.start).is_some_and(u8::is_ascii_alphabetic)
        {
            *last = line;
            continue;
        }
        let shown = text[line.clone()].trim_start();
        if shown.is_empty() || paragraph.is_none() && is_rule(shown) {
            paragraph = None;
            continue;
        }
        // An entry of a list is no heading, though empty lines may stand around it.
        let follows_entry = in_list;
        in_list = is_entry(shown) || in_list && (paragraph.is_some() || shown.len() < line.len());
        let slip = match paragraph.take() {
            Some((start, last)) if let Some(level) = underline(shown) => {
                // A line of hyphens at the margin ends a list rather than underlining its last entry.
                let is_margin = line.end - shown.len() == line.start;
                let may_be =
                    |title: &str| !(is_margin && ["- ", "* ", "+ "].iter().any(|mark| title.starts_with(mark)));
                let titles = [(start..last.end, level), (last, level.max(3))];
                titles.into_iter().find(|(title, level)| {
                    let title = &text[title.clone()];
                    may_be(title) && reads_closed(title, *level, language)
                })
            }
            before => {
                let is_first = before.is_none();
                let is_within = before.as_ref().is_some_and(|(_, last)| goes_on(&text[last.clone()], shown));
                let marked = heading(shown).filter(|found| !(found.is_doubtful && (is_open || is_within)));
                paragraph = Some((before.map_or(line.start, |(start, _)| start), line.clone()));
                if marked.is_some() {
                    paragraph = None;
                }
                let start = line.end - shown.len();
                marked
                    .or_else(|| alone(shown, &text[line.end..part.end], is_first && !follows_entry))
                    .map(|found| (start + found.title.start..start + found.title.end, found.level))
                    .filter(|(title, level)| reads_closed(&text[title.clone()], *level, language))
            }
        };
        if let Some((title, _)) = slip
            && !(is_label(shown, language) && text[line.end..part.end].trim().is_empty())
            && line.start < *list.get_or_init(|| list_at_end(text, part.clone(), language))
        {
            // What says no more than that it is closed may be quoted.
            let end = match is_bare(&text[title.clone()], language) {
                true => title.end,
                false => title.start + agenda::end_of_number(&text[title.clone()]),
            };
            let start = if line.contains(&title.start) { line.end - shown.len() } else { title.start };
            found.push(Slip { shown: Span::new(start..end), hidden: Span::new(end..part.end) });
        }
    }
}

/// The lines of a part, also where only some programs break one (Unicode Standard Annex 14, BK and NL).
fn lines(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let breaks = ["\u{2028}", "\u{2029}", "\u{85}"];
    let bytes = &text.as_bytes()[part.clone()];
    let is_plain = breaks.iter().all(|sign| memchr::memmem::find(bytes, sign.as_bytes()).is_none());
    let mut from = part.start;
    std::iter::from_fn(move || {
        let rest = text.get(from..part.end).filter(|_| from <= part.end)?;
        let (length, sign) = if is_plain {
            memchr::memchr(b'\n', rest.as_bytes()).map(|at| (at, 1))
        } else {
            rest.char_indices()
                .find(|(_, sign)| matches!(sign, '\n' | '\u{2028}' | '\u{2029}' | '\u{85}'))
                .map(|(at, sign)| (at, sign.len_utf8()))
        }
        .unwrap_or((rest.len(), 1));
        let line = from..from + length;
        from = line.end + sign;
        Some(line)
    })
}

/// The level of the heading that a line makes of the paragraph before it (CommonMark 0.31, 4.3).
fn underline(line: &str) -> Option<u8> {
    let line = line.trim_start_matches(is_lead).trim_end();
    let is_of = |sign: u8| !line.is_empty() && line.bytes().all(|byte| byte == sign);
    [(b'=', 1), (b'-', 2)].into_iter().find(|(sign, _)| is_of(*sign)).map(|(_, level)| level)
}

/// What a line is that is marked as a heading, whatever stands before the mark.
fn heading(line: &str) -> Option<Heading> {
    let may_begin = |byte: u8| matches!(byte, b'#' | b'*' | b'_' | b'<' | b'>' | b'-' | b'+' | b'0'..=b'9' | 0xc2..);
    line.bytes().next().filter(|first| may_begin(*first))?;
    let inner = without_lead(line);
    let from = line.len() - inner.len();
    let level = match inner.bytes().next()? {
        b'#' => return Some(hashes(line, from)),
        b'<' if inner[1..].starts_with(|first: char| first.is_ascii_alphabetic()) => {
            let digit = inner[1..].strip_prefix(['h', 'H']).and_then(|rest| rest.chars().next()?.to_digit(10));
            digit.and_then(|digit| u8::try_from(digit).ok())
        }
        _ if is_bold(line.trim_matches(is_lead)) => None,
        _ => return None,
    };
    let is_numbered = || agenda::begins_with_item_word(inner.trim_start_matches(['*', '_']));
    let is_doubtful = level.is_none() && !is_numbered();
    Some(Heading { title: from..line.len(), level: level.unwrap_or(3), is_doubtful })
}

/// Whether a line goes on with a sentence that the line before is in the middle of, or is one word in a paragraph.
fn goes_on(before: &str, line: &str) -> bool {
    let is_open = before.trim_end().ends_with(|last: char| last.is_alphanumeric() || last == ',');
    is_open || !line.trim().contains(char::is_whitespace)
}

/// Whether a line parts two blocks (CommonMark 0.31, 4.1).
fn is_rule(line: &str) -> bool {
    let signs = || line.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let first = line.as_bytes()[0];
    matches!(first, b'-' | b'*' | b'_') && signs().all(|byte| byte == first) && signs().count() >= 3
}

fn hashes(line: &str, from: usize) -> Heading {
    let title = line[from..].trim_start_matches('#');
    let count = line[from..].len() - title.len();
    let inner = title.trim_start_matches(is_lead);
    // One that stands at a word may be the mark of a subject.
    let level = if count == 1 && inner.len() == title.len() { 3 } else { u8::try_from(count).unwrap_or(6) };
    let to = agenda::without_closing_hashes(inner).len();
    let from = line.len() - inner.len();
    Heading { title: from..from + to, level, is_doubtful: false }
}

/// Whether all of a line is bold, as headings are in other programs.
fn is_bold(line: &str) -> bool {
    let line = line.trim_end_matches(['.', ':', '\\']);
    ["**", "__"].iter().any(|mark| {
        let inner = line.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        inner.is_some_and(|inner| !inner.trim_matches(['*', '_']).contains(mark))
    })
}

/// A line with a number as headings have it, that begins a paragraph: `Punkt 2: Lukket`, `2. Lukket`. In a list of the items
/// there are more, and a sentence ends in a full stop: `Punkt 2 lukket.`
fn alone(line: &str, after: &str, is_first: bool) -> Option<Heading> {
    let whole = Heading { title: 0..line.len(), level: 3, is_doubtful: false };
    if is_entry(line) {
        let next = || after.lines().skip(1).map(str::trim).find(|next| !next.is_empty());
        return (is_first && !next().is_some_and(is_entry)).then_some(whole);
    }
    let is_numbered = |line: &str| agenda::begins_with_item_word(line.trim_start_matches(['*', '_']));
    // An underlined one is told with its line.
    let is_other = |next: &str| is_numbered(next) || underline(next).is_some();
    let is_list = || after.split_inclusive('\n').nth(1).is_some_and(|next| is_other(next.trim_start()));
    let is_sentence = || line.trim_end().ends_with('.') && !line.contains(':');
    (is_first && is_numbered(line) && !is_list() && !is_sentence()).then_some(whole)
}

/// Whether a line is numbered as entries of a list are, or as a program writes what is to be none: `2\. Lukket`.
fn is_entry(line: &str) -> bool {
    let rest = line.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let after = rest.strip_prefix('\\').unwrap_or(rest).strip_prefix(['.', ')']);
    rest.len() < line.len() && after.is_some_and(|after| after.starts_with([' ', '\t']))
}

/// Whether a title says that its item is closed and no more, apart from its number.
fn is_bare(title: &str, language: Language) -> bool {
    let title = title.trim_matches(|character: char| is_lead(character) || matches!(character, '*' | '_' | '#'));
    let rest = title[agenda::end_of_number(title)..].trim_matches(|character: char| !character.is_alphanumeric());
    language.is_closed_form(rest)
}

/// Where a list of two closed items or more begins that the part ends in, each in a paragraph of its own. Nothing of them
/// stands below, so nothing is public that shouldn't be.
fn list_at_end(text: &str, part: Range<usize>, language: Language) -> usize {
    let (mut start, mut count) = (part.end, 0);
    let lines: Vec<Range<usize>> = lines(text, part.clone()).collect();
    for line in lines.into_iter().rev() {
        let title = text[line.clone()].trim();
        let is_entry = agenda::begins_with_item_word(title.trim_start_matches(['*', '_'])) && is_bare(title, language);
        match (title.is_empty(), is_entry) {
            (true, _) => {}
            (false, true) => (start, count) = (line.start, count + 1),
            (false, false) => break,
        }
    }
    if count > 1 { start } else { part.end }
}

/// Whether a title is one of a closed item, or ranks with items and may be one. A section may be called "Lukkede veje".
fn reads_closed(title: &str, level: u8, language: Language) -> bool {
    let title = title.trim();
    // To ask the letters is far quicker than to parse the marks, where those can't stand for a letter or hide one.
    let has_marks = title.contains(['*', '_']);
    let letters = if has_marks { title.replace(['*', '_'], "").into() } else { Cow::Borrowed(title) };
    if !letters.contains(['&', '\\', '<', '[', '`', '~']) && !language.may_close(&letters) {
        return false;
    }
    let says = agenda::says(&html::plain(&title.replace('\n', " ")), language);
    says == ClosedTitle::Closed || says.is_doubtful() && level < 3
}

/// Whether a line is bold and says no more than that closed items follow, as import writes what stood over them. Where nothing
/// stands below it before the next item, nothing is public that shouldn't be.
fn is_label(line: &str, language: Language) -> bool {
    is_bold(line) && language.is_closed_group(line.trim().trim_matches('*'))
}

/// What may stand before a heading without a word: white space, what can't be seen, and the marks of quotes.
fn is_lead(character: char) -> bool {
    character.is_whitespace() || is_invisible(character) || character == '>'
}

/// A line without this, and without the marks of the lists it may stand in.
fn without_lead(line: &str) -> &str {
    let mut line = line.trim_start_matches(is_lead);
    loop {
        let number = line.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let has_number = number.len() < line.len();
        let rest = if has_number { number.strip_prefix(['.', ')']) } else { line.strip_prefix(['-', '*', '+']) };
        match rest.filter(|rest| rest.starts_with([' ', '\t'])) {
            Some(rest) => line = rest.trim_start_matches(is_lead),
            None => return line,
        }
    }
}
