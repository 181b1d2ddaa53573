//! Tables for spreadsheets and programs: CSV (RFC 4180) in UTF-8, and what their columns hold for machines (CSV on the Web).
//!
//! A file begins with a byte order mark, by which spreadsheets know the encoding. A text that a spreadsheet would take for a
//! formula gets a space in front, so that it shows what the minutes say and computes nothing.

use crate::model::{AgendaItem, Disclosure, Meeting, MeetingId, Paper, Place};
use crate::render::Edition;
use crate::site::{Kind, Route, Table, route};
use csv::{Terminator, Writer, WriterBuilder};
use serde_json::{Value, json};

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A table.
pub(super) fn table(edition: &Edition<'_>, table: Table) -> Vec<u8> {
    let mut rows = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    add(&mut rows, table.columns().iter().map(|(name, _)| (*name).to_owned()));
    let archive = edition.archive;
    match table {
        Table::Meetings => {
            for (id, meeting) in (0..).zip(&archive.meetings) {
                add(&mut rows, meeting_row(edition, id, meeting));
            }
        }
        Table::Items => {
            for (id, meeting) in (0..).zip(&archive.meetings) {
                for (place, item) in (0..).zip(&meeting.items) {
                    add(&mut rows, item_row(edition, Place { meeting: id, item: place }, meeting, item));
                }
            }
        }
        Table::Cases => {
            for paper in archive.papers.iter().filter(|paper| !paper.reference.slug().is_empty()) {
                add(&mut rows, case_row(edition, paper));
            }
        }
    }
    rows.into_inner().unwrap_or_default()
}

/// Memory takes every row, and all rows of a table have its columns.
fn add(rows: &mut Writer<Vec<u8>>, cells: impl IntoIterator<Item = String>) {
    let written = rows.write_record(cells.into_iter().map(|cell| guarded(&cell)));
    debug_assert!(written.is_ok(), "{written:?}");
}

fn meeting_row(edition: &Edition<'_>, id: MeetingId, meeting: &Meeting) -> [String; 14] {
    let language = edition.config.language;
    let closed = meeting.items.iter().filter(|item| language.was_closed(item)).count();
    let time =
        |time: Option<jiff::civil::Time>| time.map(|time| time.strftime("%H:%M").to_string()).unwrap_or_default();
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    [
        key(meeting),
        meeting.date.to_string(),
        time(meeting.start),
        time(meeting.end),
        edition.archive.organization(id).organization.name.clone(),
        meeting.title.clone().unwrap_or_default(),
        meeting.place.clone().unwrap_or_default(),
        meeting.status.name().to_owned(),
        meeting.cancelled.to_string(),
        meeting.items.len().to_string(),
        closed.to_string(),
        day(meeting.published),
        day(meeting.modified),
        address(edition, &route::meeting(meeting), ""),
    ]
}

fn item_row(edition: &Edition<'_>, place: Place, meeting: &Meeting, item: &AgendaItem) -> [String; 9] {
    let (title, cases, outcome) = match &item.disclosure {
        Disclosure::Public(public) => {
            let cases: Vec<&str> = public.references.iter().map(|reference| reference.printed()).collect();
            (&*public.title, cases.join(";"), public.outcome.map(|outcome| outcome.name()).unwrap_or_default())
        }
        Disclosure::Closed(stub) => {
            let title = stub.title.as_deref().unwrap_or(edition.config.language.words().closed_item);
            (title, String::new(), "")
        }
    };
    [
        key(meeting),
        meeting.date.to_string(),
        edition.archive.organization(place.meeting).organization.name.clone(),
        item.number.printed().to_owned(),
        title.to_owned(),
        cases,
        edition.config.language.was_closed(item).to_string(),
        outcome.to_owned(),
        address(edition, &route::meeting(meeting), &route::item(edition.config.language, &item.number)),
    ]
}

fn case_row(edition: &Edition<'_>, paper: &Paper) -> [String; 7] {
    let archive = edition.archive;
    let day =
        |place: Option<Place>| place.map(|place| archive.meeting(place.meeting).date.to_string()).unwrap_or_default();
    let outcomes = archive.treatments(paper).rev().filter_map(|place| archive.public_item(place)?.outcome);
    [
        paper.reference.printed().to_owned(),
        archive.title(paper).unwrap_or_default().to_owned(),
        day(archive.treatments(paper).next()),
        day(archive.treatments(paper).next_back()),
        archive.treatments(paper).count().to_string(),
        outcomes.map(|outcome| outcome.name()).next().unwrap_or_default().to_owned(),
        address(edition, &route::case(edition.config.language, &paper.reference), ""),
    ]
}

/// What names a meeting in all tables: its address without ending.
fn key(meeting: &Meeting) -> String {
    let route = route::meeting(meeting);
    route.path().trim_end_matches(".html").to_owned()
}

/// In full where the site knows its address, else from the table's folder.
fn address(edition: &Edition<'_>, route: &Route, anchor: &str) -> String {
    let base = edition.config.base_url.as_deref().unwrap_or("../");
    let hash = if anchor.is_empty() { "" } else { "#" };
    format!("{base}{route}{hash}{anchor}")
}

/// Spreadsheets compute what begins so.
fn guarded(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!(" {cell}") } else { cell.to_owned() }
}

/// The tables for machines: "Metadata Vocabulary for Tabular Data", W3C Recommendation of 17 December 2015.
pub(super) fn description(edition: &Edition<'_>) -> Vec<u8> {
    let language = edition.config.language;
    let tables: Vec<Value> = Table::ALL.into_iter().map(|table| schema(edition, table)).collect();
    let mut out = json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": language.tag() }],
        "dc:title": edition.config.title,
        "dialect": { "encoding": "utf-8", "lineTerminators": ["\r\n"] },
        "tables": tables,
    });
    if let Some(license) = &edition.config.license {
        out["dc:license"] = json!(license);
    }
    super::json(&out)
}

fn schema(edition: &Edition<'_>, table: Table) -> Value {
    let language = edition.config.language;
    let columns: Vec<Value> = table
        .columns()
        .iter()
        .map(|(name, kind)| {
            let mut column = json!({
                "name": name,
                "titles": name,
                "dc:description": language.column(table.name(), name),
                "datatype": datatype(*kind),
            });
            if *kind == Kind::List {
                column["separator"] = json!(";");
            }
            if table.key().contains(name) {
                column["required"] = json!(true);
            }
            column
        })
        .collect();
    let mut schema = json!({ "columns": columns, "primaryKey": table.key() });
    if table == Table::Items {
        schema["foreignKeys"] = json!([
            { "columnReference": "meeting", "reference": { "resource": "meetings.csv", "columnReference": "meeting" } }
        ]);
    }
    json!({
        "url": format!("{}.csv", table.name()),
        "dc:description": language.table(table.name()),
        "tableSchema": schema,
    })
}

/// § 5.11 and § 6.4 of the vocabulary.
fn datatype(kind: Kind) -> Value {
    match kind {
        Kind::Text | Kind::List => json!("string"),
        Kind::Date => json!({ "base": "date", "format": "yyyy-MM-dd" }),
        Kind::Time => json!({ "base": "time", "format": "HH:mm" }),
        Kind::Integer => json!("integer"),
        Kind::Boolean => json!({ "base": "boolean", "format": "true|false" }),
        Kind::Address => json!("anyURI"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn every_column_is_explained() {
        for language in [Language::Da, Language::En] {
            for table in Table::ALL {
                assert!(!language.table(table.name()).is_empty());
                for (name, _) in table.columns() {
                    assert!(!language.column(table.name(), name).is_empty(), "{}.{name}", table.name());
                }
            }
        }
    }

    #[test]
    fn formulas_are_shown_and_not_computed() {
        assert_eq!(["=1+1", "-a", "@b", "a=b", ""].map(guarded), [" =1+1", " -a", " @b", "a=b", ""]);
    }
}
