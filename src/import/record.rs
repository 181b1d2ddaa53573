//! What `import --dry-run --format json` says of a document: what was found in it, for other programs.

use crate::diag::{Diagnostic, Reported};
use crate::format::{Draft, DraftItem};
use crate::model::{Number, Person};
use serde::Serialize;

/// What was found in one document.
#[derive(Debug, Serialize)]
pub struct Record {
    /// The document, as it was named.
    pub file: String,
    /// Whether it is minutes.
    pub is_minutes: bool,
    /// The name of the organization.
    pub organization: Option<String>,
    /// The day, as ISO 8601 writes it.
    pub date: Option<String>,
    /// When it began, `HH:MM`.
    pub start: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// Who took part.
    pub participants: Vec<PersonRecord>,
    /// The items, closed ones in full.
    pub items: Vec<ItemRecord>,
    /// What was not understood.
    pub diagnostics: Vec<DiagnosticRecord>,
}

/// Somebody who took part.
#[derive(Debug, Serialize)]
pub struct PersonRecord {
    /// The name.
    pub name: String,
    /// What they were at the meeting.
    pub role: Option<String>,
}

/// An item.
#[derive(Debug, Serialize)]
pub struct ItemRecord {
    /// The number; a whole number where it is all digits.
    pub number: NumberRecord,
    /// The title.
    pub title: String,
    /// The first case number as printed.
    pub case: Option<String>,
    /// All case numbers.
    pub cases: Vec<String>,
    /// Whether it is closed.
    pub closed: bool,
    /// The headings of its sections.
    pub sections: Vec<String>,
    /// The titles of its attachments.
    pub attachments: Vec<String>,
}

/// The number of an item.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum NumberRecord {
    /// All digits.
    Whole(u64),
    /// Another one, such as `4a`.
    Other(String),
}

/// A diagnostic.
#[derive(Debug, Serialize)]
pub struct DiagnosticRecord {
    /// The code.
    pub code: &'static str,
    /// `error`, `warning` or `remark`.
    pub severity: &'static str,
    /// The document.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// What was found in the document `file`.
pub fn record(file: &str, outcome: &Reported<Option<Draft>>) -> Record {
    let draft = outcome.value.as_ref();
    Record {
        file: file.to_owned(),
        is_minutes: draft.is_some(),
        organization: draft.and_then(|draft| draft.organization.clone()),
        date: draft.map(|draft| draft.date.to_string()),
        start: draft.and_then(|draft| draft.start).map(|time| format!("{:02}:{:02}", time.hour(), time.minute())),
        place: draft.and_then(|draft| draft.place.clone()),
        participants: draft.map(|draft| draft.participants.iter().map(person).collect()).unwrap_or_default(),
        items: draft.map(|draft| draft.items.iter().map(item).collect()).unwrap_or_default(),
        diagnostics: outcome.diagnostics.iter().map(|problem| diagnostic(file, problem)).collect(),
    }
}

fn person(person: &Person) -> PersonRecord {
    PersonRecord { name: person.name.to_string(), role: person.role.as_deref().map(str::to_owned) }
}

fn item(item: &DraftItem) -> ItemRecord {
    let cases: Vec<String> = item.cases.iter().map(|case| case.printed().to_owned()).collect();
    let headings = item.sections.iter().map(|section| section.heading.clone());
    ItemRecord {
        number: number(&item.number),
        title: item.title.clone(),
        case: cases.first().cloned(),
        cases,
        closed: item.closed,
        sections: headings.filter(|heading| !heading.is_empty()).collect(),
        attachments: item.attachments.clone(),
    }
}

fn number(number: &Number) -> NumberRecord {
    let printed = number.printed();
    let whole = printed.bytes().all(|byte| byte.is_ascii_digit()).then(|| printed.parse().ok()).flatten();
    whole.map_or_else(|| NumberRecord::Other(printed.to_owned()), NumberRecord::Whole)
}

fn diagnostic(file: &str, problem: &Diagnostic) -> DiagnosticRecord {
    let position = problem.source.position(problem.span.start);
    DiagnosticRecord {
        code: problem.code.name(),
        severity: problem.severity().word(),
        file: file.to_owned(),
        line: position.line,
        column: position.column,
        message: problem.message.to_string(),
        hint: problem.hint.to_string(),
    }
}
