//! Finds the items: which lines are their headings.
//!
//! Text, lists and decisions hold lines of the same form ("Ad 1: Godkendt", "1. godkender planen"), so each line that could be a
//! heading is weighed by what stands around it, in the order of the document. The document's items all have one form; of the forms
//! found, the one with the most weight is theirs.

use super::contents::Contents;
use super::lines::Line;
use super::{Reading, cases};
use crate::diag::Code;
use crate::language::minutes;
use crate::model::Number;
use std::collections::{HashMap, HashSet};

/// The heading of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    /// The line it begins on.
    pub line: usize,
    /// How many lines it takes, blank ones within it too.
    pub length: usize,
    /// The number, unlike that of all other items.
    pub number: Number,
    /// The title as text; empty where the document has none.
    pub title: String,
}

/// A line that has the form of a heading.
struct Candidate {
    line: usize,
    length: usize,
    word: Option<&'static str>,
    number: String,
    order: Order,
    title: String,
    parted: bool,
}

/// A number for comparing: the whole number, what follows a dot, the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Order(u64, u64, u8);

impl Order {
    /// Whether a number comes right after another: 4 or 3a or 3.1 after 3.
    fn is_after(self, other: Order) -> bool {
        self.0 == other.0 + 1 || (self.0 == other.0 && self > other)
    }
}

fn order(number: &str) -> Order {
    let letter = number.bytes().last().filter(u8::is_ascii_alphabetic).unwrap_or(0);
    let mut parts = number
        .trim_end_matches(|mark: char| mark.is_ascii_alphabetic())
        .split('.')
        .map(|part| part.parse().unwrap_or(0));
    Order(parts.next().unwrap_or(0), parts.next().unwrap_or(0), letter)
}

/// What a candidate needs to be a heading.
const ENOUGH: i32 = 2;

/// Finds the headings of the items, in order.
pub(super) fn headings(lines: &[Line<'_>], contents: &Contents, reading: &mut Reading<'_>) -> Vec<Heading> {
    let candidates = candidates(lines, contents, reading);
    let mut words: Vec<Option<&'static str>> = Vec::new();
    for candidate in &candidates {
        if !words.contains(&candidate.word) {
            words.push(candidate.word);
        }
    }
    // A number alone is the weakest form: it comes last, and the first of equals wins.
    words.sort_by_key(Option::is_none);
    let mut best: Option<(i32, Vec<usize>, Vec<usize>)> = None;
    for word in words {
        let of_form: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.word == word).collect();
        let (weight, taken, doubtful) = weigh(&of_form, lines, contents, reading);
        if !taken.is_empty() && best.as_ref().is_none_or(|(other, ..)| weight > *other) {
            best = Some((weight, taken, doubtful));
        }
    }
    let Some((_, taken, doubtful)) = best else { return Vec::new() };
    for line in doubtful {
        reading.report(Code::ImportUnsure, lines[line].span, &["this line looks like the heading of an item, but does not stand where one is expected; it is kept as text"]);
    }
    let taken = candidates.into_iter().filter(|candidate| taken.binary_search(&candidate.line).is_ok()).collect();
    numbered(taken, lines, reading)
}

fn candidates(lines: &[Line<'_>], contents: &Contents, reading: &Reading<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.is_blank() || contents.lines.contains(&at) || line.plain.len() > 400 {
            continue;
        }
        // More than one tab makes a row of a table.
        if !line.is_marked() && line.text().matches('\t').count() > 1 {
            continue;
        }
        let Some(heading) = minutes::item_heading(&line.plain) else { continue };
        // "1 Titel" is a heading only when it is marked as one.
        if heading.word.is_none() && !heading.parted && !line.is_marked() {
            continue;
        }
        if heading.word.is_none() && heading.title.is_empty() {
            continue;
        }
        let mut candidate = Candidate {
            line: at,
            length: 1,
            word: heading.word,
            order: order(&heading.number),
            number: heading.number,
            title: heading.title,
            parted: heading.parted,
        };
        complete(&mut candidate, lines, contents, reading);
        found.push(candidate);
    }
    found
}

/// Takes the title from the next line where the number stands alone, and the rest of a title that wraps.
fn complete(candidate: &mut Candidate, lines: &[Line<'_>], contents: &Contents, reading: &Reading<'_>) {
    let is_text = |at: usize| {
        lines.get(at).filter(|line| {
            !line.is_blank()
                && !contents.lines.contains(&at)
                && minutes::item_heading(&line.plain).is_none_or(|found| found.word.is_none() && !found.parted)
                && !opens_item(line, reading)
        })
    };
    if candidate.title.is_empty() {
        let next = (candidate.line + 1..lines.len()).take(4).find(|at| !lines[*at].is_blank());
        if let Some((at, line)) = next.and_then(|at| is_text(at).map(|line| (at, line)))
            && line.plain.len() <= 200
            && !line.plain.ends_with('.')
        {
            candidate.title.clone_from(&line.plain);
            candidate.length = at + 1 - candidate.line;
        }
        return;
    }
    let at = candidate.line + candidate.length;
    if let Some(line) = is_text(at) {
        let whole = format!("{} {}", candidate.title, line.plain);
        let ends = lines.get(at + 1).is_none_or(|next| next.is_blank() || opens_item(next, reading));
        let goes_on =
            line.plain.starts_with(char::is_lowercase) && ends && !line.plain.ends_with('.') && line.plain.len() < 120;
        if contents.names(&whole) || goes_on {
            candidate.title = whole;
            candidate.length += 1;
        }
    }
}

/// Whether a line is one that follows the heading of an item: its case number or the heading of a section.
fn opens_item(line: &Line<'_>, reading: &Reading<'_>) -> bool {
    let settings = reading.settings;
    minutes::section(settings.language, &line.plain, line.look()).is_some()
        || cases::case_line(&line.plain, settings.pattern, settings.language).is_some()
}

/// Weighs the candidates of one form: the sum, the lines of those that are headings, and of those that might have been.
fn weigh(
    candidates: &[&Candidate],
    lines: &[Line<'_>],
    contents: &Contents,
    reading: &Reading<'_>,
) -> (i32, Vec<usize>, Vec<usize>) {
    let (mut sum, mut taken, mut doubtful) = (0, Vec::new(), Vec::new());
    let mut last: Option<Order> = None;
    let mut rejected: Option<&Candidate> = None;
    for (at, candidate) in candidates.iter().enumerate() {
        let around = Around {
            before: previous(lines, candidate.line),
            after: next(lines, candidate.line + candidate.length),
            goes_on: rejected.is_some_and(|other| {
                candidate.order.is_after(other.order)
                    && previous(lines, candidate.line) == Some(other.line + other.length - 1)
            }),
            last,
            list: last.is_none() && candidates.get(at + 1).is_some_and(|other| follows(candidate, other, lines)),
        };
        let weight = weight(candidate, &around, lines, contents, reading);
        if weight >= ENOUGH {
            sum += weight;
            taken.push(candidate.line);
            last = Some(candidate.order);
        } else {
            let named = candidate.word.is_some() && candidate.parted && weight >= 0 && last.is_some();
            doubtful.extend(named.then_some(candidate.line));
            rejected = Some(candidate);
        }
    }
    (sum, taken, doubtful)
}

/// Whether the next candidate stands right below with the next number, as in an agenda.
fn follows(candidate: &Candidate, other: &Candidate, lines: &[Line<'_>]) -> bool {
    next(lines, candidate.line + candidate.length) == Some(other.line) && other.order.is_after(candidate.order)
}

/// What stands around a candidate.
struct Around {
    before: Option<usize>,
    after: Option<usize>,
    /// Whether the line above is a number that was no heading, and this one the next of its list.
    goes_on: bool,
    last: Option<Order>,
    list: bool,
}

fn weight(
    candidate: &Candidate,
    around: &Around,
    lines: &[Line<'_>],
    contents: &Contents,
    reading: &Reading<'_>,
) -> i32 {
    let line = &lines[candidate.line];
    let marked = line.is_marked();
    let language = reading.settings.language;
    let blank = |at: Option<&Line<'_>>| at.is_none_or(Line::is_blank);
    let title = candidate.title.as_str();
    let below_section =
        around.before.is_some_and(|at| minutes::section(language, &lines[at].plain, lines[at].look()).is_some());
    let signs = [
        (contents.names(title), 3),
        (around.after.is_some_and(|at| opens_item(&lines[at], reading)), 3),
        (marked, 2),
        (candidate.line == 0 || line.page || blank(lines.get(candidate.line - 1)), 1),
        (blank(lines.get(candidate.line + candidate.length)), 1),
        (around.last.is_none_or(|last| candidate.order.is_after(last)), 1),
        (
            around.last.is_some_and(|last| candidate.order <= last),
            if candidate.word.is_some() && marked { -2 } else { -4 },
        ),
        // A number far off is one of another kind: a year's items run on, they don't leap.
        (around.last.is_some_and(|last| candidate.order.0 > last.0 + 20), -2),
        (title.ends_with(['.', ';', ',', ':']) && !marked, -2),
        (title.starts_with(char::is_lowercase), -2),
        (!candidate.parted && !marked && !title.is_empty(), -1),
        (!candidate.parted && title.starts_with(char::is_lowercase), -2),
        (title.len() > 160, -2),
        (candidate.word.is_none() && title.len() > 110 && !marked, -2),
        (around.goes_on && !marked, -2),
        (below_section && !marked, -3),
        (around.list && !marked, -3),
        (line.indent >= 4 && !marked, -1),
    ];
    signs.iter().filter(|(holds, _)| *holds).map(|(_, weight)| weight).sum()
}

/// How far around a candidate is looked; a desert of blank lines must not take time by its square.
const REACH: usize = 12;

fn previous(lines: &[Line<'_>], at: usize) -> Option<usize> {
    (at.saturating_sub(REACH)..at).rev().find(|at| !lines[*at].is_blank())
}

fn next(lines: &[Line<'_>], at: usize) -> Option<usize> {
    (at..lines.len()).take(REACH).find(|at| !lines[*at].is_blank())
}

/// The headings with numbers that differ: the second 3 becomes 3b.
fn numbered(candidates: Vec<Candidate>, lines: &[Line<'_>], reading: &mut Reading<'_>) -> Vec<Heading> {
    let mut used: HashSet<String> = candidates.iter().map(|candidate| candidate.number.clone()).collect();
    let mut seen = HashSet::new();
    let mut tries = HashMap::new();
    let mut headings = Vec::new();
    for candidate in candidates {
        let mut number = candidate.number.clone();
        if !seen.insert(number.clone()) {
            number = free(&candidate.number, &used, &mut tries);
            used.insert(number.clone());
            let message = format!("there are two items with the number {}; this one became {number}", candidate.number);
            reading.report(Code::ImportUnsure, lines[candidate.line].span, &[&message]);
        }
        headings.push(Heading {
            line: candidate.line,
            length: candidate.length,
            number: Number::new(&number),
            title: candidate.title,
        });
    }
    headings
}

/// A number like this one that no item has: a letter after it, and numbers after a dot when the letters are used up.
/// `tries` remembers how far each number got, so that a thousand items of one number take no time by its square.
fn free(number: &str, used: &HashSet<String>, tries: &mut HashMap<String, u32>) -> String {
    let stem = number.trim_end_matches(|mark: char| mark.is_ascii_alphabetic());
    let tried = tries.entry(stem.to_owned()).or_default();
    loop {
        *tried += 1;
        let letter = char::from_u32(u32::from('a') + *tried).filter(char::is_ascii_lowercase);
        let name = letter.map_or_else(|| format!("{stem}.{tried}"), |letter| format!("{stem}{letter}"));
        if !used.contains(&name) {
            return name;
        }
    }
}
