//! One item: its case numbers, its sections, its attachments.

use super::agenda::Heading;
use super::blocks::{self, Bullet};
use super::cases;
use super::lines::{Line, Mark};
use super::{Reading, inline, tables};
use crate::diag::Code;
use crate::format::{DraftCase, DraftItem, DraftSection};
use crate::language::{ClosedTitle, Language, minutes};
use crate::model::SectionKind;
use crate::source::Span;

/// Reads an item from its heading and the lines below it.
pub(super) fn item(heading: &Heading, span: Span, lines: &[Line<'_>], reading: &mut Reading<'_>) -> DraftItem {
    let language = reading.settings.language;
    let (cases, opening, rest) = case_numbers(lines, reading);
    let mut sections = Vec::new();
    let mut attachments = Vec::new();
    let cuts = sections_of(&lines[rest..], language);
    let first = cuts.first().map_or(lines.len(), |(at, _)| rest + at);
    let body = blocks::blocks(&lines[rest..first], reading);
    let body = opening.into_iter().chain(Some(body)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    if !body.is_empty() {
        sections.push(DraftSection { heading: String::new(), body });
    }
    for (index, (at, kind)) in cuts.iter().enumerate() {
        let end = cuts.get(index + 1).map_or(lines.len(), |(next, _)| rest + next);
        let (heading, lines) = (lines[rest + at].plain.clone(), &lines[rest + at + 1..end]);
        let body = match kind {
            SectionKind::Attachments => attached(lines, &mut attachments, reading),
            _ => blocks::blocks(lines, reading),
        };
        sections.push(DraftSection { heading, body });
    }
    DraftItem {
        number: heading.number.clone(),
        title: title(heading, span, reading),
        cases,
        closed: is_closed(heading, span, reading) || is_marked_closed(heading, lines, reading),
        sections,
        attachments,
    }
}

fn title(heading: &Heading, span: Span, reading: &mut Reading<'_>) -> String {
    if heading.title.is_empty() {
        reading.report(Code::ImportUnsure, span, &["this item has no title"]);
        return minutes::untitled(reading.settings.language).to_owned();
    }
    heading.title.clone()
}

/// What a title says with and without a number that stands in it, as the parser of meeting files asks.
fn says(title: &str, language: Language) -> [ClosedTitle; 2] {
    let inner = minutes::item_heading(title).map_or(ClosedTitle::Open, |found| language.closed_title(&found.title));
    [language.closed_title(title), inner]
}

fn is_closed(heading: &Heading, span: Span, reading: &mut Reading<'_>) -> bool {
    let says = says(&heading.title, reading.settings.language);
    if says.contains(&ClosedTitle::Closed) {
        return true;
    }
    let is_doubtful = says.iter().any(|says| says.is_doubtful());
    if is_doubtful {
        reading.report(Code::ImportClosed, span, &[heading.number.printed()]);
    }
    is_doubtful
}

/// Whether a line below the heading is nothing but the mark or the heading of a closed item: "Lukket", "2. Lukket", "Køb af Nygade
/// 4 (lukket)". It may be said of the item, or begin one that has no heading of the document's form; either way it isn't public
/// until somebody has looked.
fn is_marked_closed(heading: &Heading, lines: &[Line<'_>], reading: &mut Reading<'_>) -> bool {
    let language = reading.settings.language;
    let says_closed = |line: &&Line<'_>| {
        let text = blocks::bullet(line.text()).map_or(line.plain.as_str(), |(_, text)| text);
        text.len() < LONGEST_MARK && says(text, language).contains(&ClosedTitle::Closed)
    };
    let Some(line) = lines.iter().find(says_closed) else { return false };
    reading.report(Code::ImportClosedText, line.span, &[heading.number.printed()]);
    true
}

/// A longer line is a sentence, in bytes.
const LONGEST_MARK: usize = 160;

/// Where some lines end in one that stands over several closed items.
pub(super) fn group_of_closed(lines: &[Line<'_>], language: Language) -> Option<Span> {
    let last = lines.iter().rfind(|line| !line.is_blank())?;
    language.is_closed_group(&last.plain).then_some(last.span)
}

/// How many lines with other fields (`Dok.nr.`, `Initialer`) may stand among the case numbers.
const MOST_FIELDS: usize = 4;

/// The case numbers under the heading, what stands beside them as blocks, and how many lines that takes.
fn case_numbers(lines: &[Line<'_>], reading: &mut Reading<'_>) -> (Vec<DraftCase>, Vec<String>, usize) {
    let settings = reading.settings;
    let (mut cases, mut opening, mut rest, mut fields) = (Vec::new(), Vec::new(), 0, 0);
    let mut at = 0;
    while at < lines.len() && fields < MOST_FIELDS {
        let line = &lines[at];
        if line.is_blank() {
            at += 1;
            continue;
        }
        let (text, length) = with_label_above(lines, at, settings.language);
        let Some(found) = cases::case_line(&text, settings.pattern, settings.language) else { break };
        for case in &found.cases {
            if let DraftCase::Foreign(number) = case {
                let message = format!("the case number {number} is not of the archive's pattern; it is kept as text");
                reading.report(Code::ImportUnsure, line.span, &[&message]);
            }
        }
        fields += usize::from(!found.rest.is_empty());
        cases.extend(found.cases);
        if !found.rest.is_empty() {
            opening.push(reading.paragraph(&found.rest, line.span));
        }
        at += length;
        rest = at;
    }
    (cases, opening, rest)
}

/// A label may stand on the line above its number.
fn with_label_above(lines: &[Line<'_>], at: usize, language: Language) -> (String, usize) {
    let line = &lines[at];
    let is_label = language.is_case_label(&line.plain)
        || minutes::beside_case(language, &line.plain)
            .is_some_and(|end| line.plain[end..].trim_matches([':', '.', ' ']).is_empty());
    let next = (at + 1..lines.len()).take(3).find(|at| !lines[*at].is_blank());
    match next {
        Some(next) if is_label && lines[next].plain.len() <= 60 => {
            (format!("{} {}", line.plain, lines[next].plain), next + 1 - at)
        }
        _ => (line.plain.clone(), 1),
    }
}

/// The lines that are headings of sections, with their kinds.
fn sections_of(lines: &[Line<'_>], language: Language) -> Vec<(usize, SectionKind)> {
    let mut found: Vec<(usize, SectionKind)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.is_blank() || line.plain.len() > 160 || blocks::bullet(line.text()).is_some() {
            continue;
        }
        let Some(kind) = minutes::section(language, &line.plain, line.look()) else { continue };
        // In italics it is a word in a text, not a heading.
        let italics = line.mark == Mark::None && line.text() != line.plain;
        let above = at.checked_sub(1).map(|above| &lines[above]);
        let below_heading = found.last().is_some_and(|(last, _)| last + 1 == at);
        let sentence_above = above.is_some_and(|above| above.text().ends_with(['.', '!', '?', ':']));
        let alone = above.is_none_or(Line::is_blank) || line.page || below_heading || sentence_above;
        if line.is_marked() || (alone && !italics) {
            found.push((at, kind));
        }
    }
    found
}

/// The body of a section of attachments: each line is the title of one.
fn attached(lines: &[Line<'_>], attachments: &mut Vec<String>, reading: &mut Reading<'_>) -> String {
    let language = reading.settings.language;
    let mut list = List::default();
    let mut blank = true;
    for (at, line) in lines.iter().enumerate() {
        if line.is_blank() {
            blank = true;
            continue;
        }
        let ends = line.is_marked()
            || begins_table(&lines[at..])
            || line.text().starts_with('|')
            || is_sentence(&line.plain)
            || minutes::is_closing(language, &line.plain)
            || minutes::is_nobody(language, &line.plain);
        if ends {
            let rest = blocks::blocks(&lines[at..], reading);
            return list.finish(attachments, reading, rest);
        }
        let bullet = blocks::bullet(line.text());
        match (bullet, list.entries.last_mut()) {
            (None, Some((_, text, _))) if !blank && line.text().starts_with(char::is_lowercase) => {
                text.push(' ');
                text.push_str(line.text());
            }
            (Some((bullet, text)), _) => list.entries.push((bullet, text.to_owned(), line.span)),
            (None, _) => list.entries.push((Bullet::Plain, line.text().to_owned(), line.span)),
        }
        blank = false;
    }
    list.finish(attachments, reading, String::new())
}

/// Looks at some lines only, since every line of the section is asked.
fn begins_table(lines: &[Line<'_>]) -> bool {
    matches!(tables::tabbed(&lines[..lines.len().min(40)]), Some(tables::Found::Table(..)))
}

/// Titles are short and have no full stop.
fn is_sentence(text: &str) -> bool {
    text.ends_with('.') && text.split_whitespace().count() > 12
}

#[derive(Default)]
struct List {
    entries: Vec<(Bullet, String, Span)>,
}

impl List {
    fn finish(self, attachments: &mut Vec<String>, reading: &mut Reading<'_>, rest: String) -> String {
        let mut out = String::new();
        let mut before = 0;
        for (bullet, text, span) in self.entries {
            let text = text.replace('\t', " ");
            let title = inline::plain(&text, reading.dialect);
            let content = reading.paragraph(&text, span);
            // A number that isn't the next would be counted anew when it is shown.
            let mark = match bullet {
                Bullet::Number(number, mark) if number == before + 1 && (before > 0 || out.is_empty()) => {
                    before = number;
                    format!("{number}{mark}")
                }
                Bullet::Number(number, mark) => format!("- {number}\\{mark}"),
                Bullet::Plain => "-".to_owned(),
            };
            out.push_str(&format!("{mark} {content}\n"));
            attachments.push(title);
        }
        if !rest.is_empty() {
            out.push_str(&format!("\n{rest}"));
        }
        out.trim_matches('\n').to_owned()
    }
}
