//! The tables for spreadsheets and programs: their files and columns. What a column holds is said in `language`.

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row a meeting.
    Meetings,
    /// A row an item.
    Items,
    /// A row a case.
    Cases,
}

/// What the cells of a column hold, in the data types of CSV on the Web ("Metadata Vocabulary for Tabular Data" § 5.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Words, several with a semicolon between them.
    List,
    /// A day, as ISO 8601 writes it.
    Date,
    /// Hours and minutes.
    Time,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A web address; from the table's own folder where the site doesn't know its own.
    Address,
}

impl Table {
    /// Every table, in the order they are shown.
    pub const ALL: [Table; 3] = [Table::Meetings, Table::Items, Table::Cases];

    /// The name of its file without ending.
    pub fn name(self) -> &'static str {
        match self {
            Table::Meetings => "meetings",
            Table::Items => "items",
            Table::Cases => "cases",
        }
    }

    /// Its columns, in order.
    pub fn columns(self) -> &'static [(&'static str, Kind)] {
        match self {
            Table::Meetings => &[
                ("meeting", Kind::Text),
                ("date", Kind::Date),
                ("start", Kind::Time),
                ("end", Kind::Time),
                ("organization", Kind::Text),
                ("title", Kind::Text),
                ("place", Kind::Text),
                ("status", Kind::Text),
                ("cancelled", Kind::Boolean),
                ("items", Kind::Integer),
                ("closed", Kind::Integer),
                ("published", Kind::Date),
                ("modified", Kind::Date),
                ("address", Kind::Address),
            ],
            Table::Items => &[
                ("meeting", Kind::Text),
                ("date", Kind::Date),
                ("organization", Kind::Text),
                ("number", Kind::Text),
                ("title", Kind::Text),
                ("case", Kind::List),
                ("closed", Kind::Boolean),
                ("outcome", Kind::Text),
                ("address", Kind::Address),
            ],
            Table::Cases => &[
                ("case", Kind::Text),
                ("title", Kind::Text),
                ("first", Kind::Date),
                ("last", Kind::Date),
                ("treatments", Kind::Integer),
                ("latest_outcome", Kind::Text),
                ("address", Kind::Address),
            ],
        }
    }

    /// The columns that tell its rows apart.
    pub fn key(self) -> &'static [&'static str] {
        match self {
            Table::Meetings => &["meeting"],
            Table::Items => &["meeting", "number"],
            Table::Cases => &["case"],
        }
    }
}
