//! Minutes as a document to a meeting file: text becomes lines, lines become a [`Draft`].
//!
//! Nothing is known of a document but its words: `lines` takes away what belongs to the pages, `contents` finds the
//! table of contents, `agenda` the headings of the items; then `head` reads what stands before them and `item` each of
//! them. Every sentence is in the draft afterwards, understood or not, and what was not understood is a diagnostic with its
//! place. How a draft is written is left to [`crate::format`].

mod agenda;
mod blocks;
mod cases;
mod contents;
mod head;
mod inline;
mod item;
mod lines;
mod people;
mod record;
mod tables;

pub use record::{DiagnosticRecord, ItemRecord, NumberRecord, PersonRecord, Record, record};

use crate::diag::{self, Code, Diagnostic, Reported};
use crate::format::{Draft, DraftCase, DraftItem};
use crate::language::{Language, minutes};
use crate::model::{CasePattern, SectionKind, Status};
use crate::source::{FaultKind, Source, Span};
use agenda::Heading;
use head::Head;
use inline::Dialect;
use lines::Line;

/// What of an archive's settings decides how a document is read.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// The language of the document.
    pub language: Language,
    /// What case numbers look like in the archive.
    pub pattern: &'a CasePattern,
    /// Who met, where the user says so; it goes before what the document says.
    pub organization: Option<&'a str>,
}

/// Reads a document, plain text or Markdown by the ending of its name. `None` where it is not minutes, or not text.
pub fn document(source: &Source, settings: &Settings<'_>) -> Reported<Option<Draft>> {
    let mut reading = Reading::new(source, settings);
    let value = if reading.is_text() { draft(&mut reading) } else { None };
    let mut diagnostics = reading.problems;
    diag::sort(&mut diagnostics);
    Reported { value, diagnostics }
}

/// A document while it is read, and what was met.
struct Reading<'a> {
    source: &'a Source,
    settings: &'a Settings<'a>,
    dialect: Dialect,
    problems: Vec<Diagnostic>,
}

impl<'a> Reading<'a> {
    fn new(source: &'a Source, settings: &'a Settings<'a>) -> Reading<'a> {
        let name = source.path().to_lowercase();
        let dialect =
            if name.ends_with(".md") || name.ends_with(".markdown") { Dialect::Markdown } else { Dialect::Text };
        Reading { source, settings, dialect, problems: Vec::new() }
    }

    fn report(&mut self, code: Code, span: Span, words: &[&str]) {
        self.problems.push(Diagnostic::new(code, self.source, span, words));
    }

    /// Whether the bytes are text. A letter that could not be read would be lost in the meeting file for good, so such a
    /// document is refused.
    fn is_text(&mut self) -> bool {
        for fault in self.source.faults() {
            let what = match fault.kind {
                FaultKind::NotUtf8(value) => format!("a byte of value {value:#04x}"),
                FaultKind::Utf16 => "the file is in UTF-16".to_owned(),
                FaultKind::Control(_) => continue,
            };
            self.report(Code::FileEncoding, fault.at, &[&what]);
            // Every æ, ø and å would be one more.
            return false;
        }
        true
    }

    /// A piece of a line as Markdown. Links that the archive can't publish are reported.
    fn inline(&mut self, text: &str, span: Span) -> String {
        let mut lost = Vec::new();
        let markdown = inline::markdown(text, self.dialect, &mut lost);
        for address in lost {
            let place = self.place_of(&address, span);
            self.report(Code::ImportLink, place, &[&address]);
        }
        markdown
    }

    /// Where an address stands at or after the start of a block.
    fn place_of(&self, address: &str, span: Span) -> Span {
        let start = span.range().start;
        let after = self.source.text().get(start..).unwrap_or_default();
        let near = &after[..after.floor_char_boundary(20_000)];
        let found = near.find(&format!("]({address}")).map(|at| start + at + 2);
        found.map_or(span, |at| Span::new(at..at + address.len()))
    }
}

fn draft(reading: &mut Reading<'_>) -> Option<Draft> {
    let (source, settings) = (reading.source, reading.settings);
    let lines = lines::lines(source, settings.language, reading.dialect);
    let contents = contents::with_leaders(&lines, settings.language);
    let headings = agenda::headings(&lines, &contents, reading);
    let end = headings.first().map_or(lines.len(), |heading| heading.line);
    let items = items(&headings, &lines, reading);
    let repeating = contents::repeating(&lines[..end], &headings, settings.language);
    let closed = contents::of_closed(&lines[..end], &items);
    let skip = |at: usize| contents.lines.contains(&at) || repeating.contains(&at) || closed.contains(&at);
    let mut head = head::head(&lines[..end], &skip, reading);
    date_of_decisions(&mut head, &items, reading);
    if let Some(missing) = missing(&head, &items, &lines) {
        reading.problems.clear();
        reading.report(Code::NotMinutes, first_text(&lines), &[&missing]);
        return None;
    }
    let kept: Vec<Line<'_>> =
        (0..end).filter(|at| !skip(*at) && !head.taken[*at]).map(|at| head_line(&lines, at, &head)).collect();
    let preamble = blocks::blocks(&kept, reading);
    let organization = settings.organization.map(str::to_owned).or(head.organization);
    if organization.is_none() {
        let message = "the document does not name who met; give it with --organization";
        reading.report(Code::ImportUnsure, first_text(&lines), &[message]);
    }
    Some(Draft {
        organization,
        title: None,
        date: head.date?,
        start: head.start,
        end: head.end.filter(|end| head.start.is_none_or(|start| start <= *end)),
        place: head.place,
        participants: head.participants,
        absent: head.absent,
        status: head.status.unwrap_or_default(),
        cancelled: head.cancelled,
        preamble,
        items,
    })
}

/// A line of the head that is kept as text; those with a label stay lines of their own.
fn head_line<'a>(lines: &[Line<'a>], at: usize, head: &Head) -> Line<'a> {
    let labelled = |at: usize| head.labelled.get(at).copied().unwrap_or_default();
    let mut line = lines[at].clone();
    line.hard |= labelled(at) || labelled(at + 1);
    line
}

fn items(headings: &[Heading], lines: &[Line<'_>], reading: &mut Reading<'_>) -> Vec<DraftItem> {
    let language = reading.settings.language;
    let mut items = Vec::with_capacity(headings.len());
    let first = headings.first().map_or(0, |heading| heading.line);
    let mut group = item::group_of_closed(&lines[..first], language);
    for (index, heading) in headings.iter().enumerate() {
        let start = heading.line + heading.length;
        let end = headings.get(index + 1).map_or(lines.len(), |next| next.line);
        let below = &lines[start.min(end)..end];
        let next = item::group_of_closed(below, language);
        // What stands over the items that follow says nothing of this one.
        let own = next.map_or(below, |group| &below[..below.iter().rposition(|line| line.span == group).unwrap_or(0)]);
        let mut item = item::item(heading, lines[heading.line].span, own, reading);
        if let Some(group) = group.filter(|_| !item.closed) {
            reading.report(Code::ImportClosedText, group, &[heading.number.printed()]);
            item.closed = true;
        }
        group = next.or(group);
        items.push(item);
    }
    items
}

/// Where no date stands in the head, the headings of the decisions may name the one day they were made.
fn date_of_decisions(head: &mut Head, items: &[DraftItem], reading: &mut Reading<'_>) {
    if head.date.is_some() {
        return;
    }
    let language = reading.settings.language;
    let sections = items.iter().flat_map(|item| &item.sections);
    let decisions = sections.filter(|section| language.section(&section.heading) == SectionKind::Resolution);
    let mut dates: Vec<_> =
        decisions.filter_map(|section| minutes::date(&section.heading)).map(|(_, date)| date).collect();
    dates.dedup();
    if let [date] = dates[..] {
        head.date = Some(date);
        let message = format!("the document names no date of the meeting; {date} is that of its decisions");
        reading.report(Code::ImportUnsure, Span::new(0..0), &[&message]);
    }
}

/// What a document lacks to be minutes.
fn missing(head: &Head, items: &[DraftItem], lines: &[Line<'_>]) -> Option<String> {
    let mut lacks = Vec::new();
    if head.date.is_none() {
        lacks.push("it has no date of a meeting");
    }
    if items.is_empty() && !head.cancelled {
        lacks.push("it has no numbered items");
    }
    if lacks.is_empty() && !is_minutes(head, items, lines) {
        lacks.push("it has a date and numbered headings, but nothing of what else minutes have, such as a title that says so, participants, case numbers or decisions");
    }
    (!lacks.is_empty()).then(|| lacks.join(", and "))
}

/// Whether a document with a date and numbered headings is minutes. A slide deck has both, so more must speak for it: a
/// title, labels, decisions or cases; and where most lines are bullets, those that only minutes have.
fn is_minutes(head: &Head, items: &[DraftItem], lines: &[Line<'_>]) -> bool {
    let decides = items.iter().flat_map(|item| &item.sections).any(|section| !section.heading.is_empty());
    let treats = items
        .iter()
        .flat_map(|item| &item.cases)
        .any(|case| matches!(case, DraftCase::Known(_) | DraftCase::Foreign(_)));
    let substance = decides || treats || head.lists_of_people > 0;
    let titled = head.status.is_some_and(|status| status != Status::Agenda) || head.labels > 1 || head.cancelled;
    let text = lines.iter().filter(|line| !line.is_blank()).count();
    let bullets = lines
        .iter()
        .filter(|line| blocks::bullet(line.text()).is_some_and(|(bullet, _)| bullet == blocks::Bullet::Plain))
        .count();
    let deck = bullets * 10 > text * 3;
    substance && (titled || treats || decides) || (titled && !deck)
}

fn first_text(lines: &[Line<'_>]) -> Span {
    lines.iter().find(|line| !line.is_blank()).map_or(Span::new(0..0), |line| line.span)
}
