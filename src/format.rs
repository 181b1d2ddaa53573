//! The text of a meeting file, written: what `new` and `import` put on disk.

use crate::model::{Number, Person, Status};
use jiff::civil::{Date, Time};

/// A meeting that is to become a meeting file. Unlike [`crate::model::Meeting`] it holds everything in the minutes, closed
/// items too: it never goes further than the content folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The name of the organization.
    pub organization: Option<String>,
    /// A title of its own.
    pub title: Option<String>,
    /// The day.
    pub date: Date,
    /// When it began, local time.
    pub start: Option<Time>,
    /// When it ended.
    pub end: Option<Time>,
    /// Where.
    pub place: Option<String>,
    /// Who took part.
    pub participants: Vec<Person>,
    /// Who did not.
    pub absent: Vec<Person>,
    /// How final the record is.
    pub status: Status,
    /// Called off.
    pub cancelled: bool,
    /// What stands before the first item, as blocks of Markdown.
    pub preamble: String,
    /// The items, in the order of the document.
    pub items: Vec<DraftItem>,
}

/// An item of a [`Draft`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftItem {
    /// The number as printed.
    pub number: Number,
    /// The title as text, not Markdown.
    pub title: String,
    /// The case numbers as printed.
    pub cases: Vec<String>,
    /// Whether it is closed.
    pub closed: bool,
    /// Its sections; the first may have an empty heading.
    pub sections: Vec<DraftSection>,
    /// The titles of its attachments.
    pub attachments: Vec<String>,
}

/// A section of a [`DraftItem`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftSection {
    /// The heading as text, as the document gives it; empty for what stands before the first one.
    pub heading: String,
    /// Its content, as blocks of Markdown.
    pub body: String,
}

/// A meeting file to be filled in.
pub fn template(date: Date, _language: crate::language::Language) -> String {
    format!("---\ndate: {date}\n---\n")
}
