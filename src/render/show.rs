//! Views as templates take them: each struct a map of its fields.

use super::view;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use tera::Value;

/// How values are made for the templates of a theme.
#[derive(Clone, Copy, Debug)]
pub struct Values {
    /// Whether templates may be the archive's own. They find each field of a view, and show HTML only with `| safe`; the
    /// built-in ones ask for what may be nothing before they show it, and so do without it.
    pub for_own: bool,
}

impl Values {
    /// Whether a field that built-in templates ask for before they show it is left out.
    fn leaves_out(self, field: &impl Show) -> bool {
        !self.for_own && field.is_nothing()
    }

    /// The value for something.
    pub fn value<T: Show + ?Sized>(self, shown: &T) -> Value {
        Value::from_serializable(&With(shown, self))
    }
}

/// What templates can be handed.
pub trait Show {
    /// Hands it over.
    ///
    /// # Errors
    /// Those of the serializer.
    fn show<S: Serializer>(&self, values: Values, serializer: S) -> Result<S::Ok, S::Error>;

    /// Whether templates take it for nothing.
    fn is_nothing(&self) -> bool {
        false
    }
}

/// Something with the values to make of it. Serde makes maps in one go, and Tera's own conversions fill each twice.
struct With<'a, T: ?Sized>(&'a T, Values);

impl<T: Show + ?Sized> Serialize for With<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.show(self.1, serializer)
    }
}

/// Ready HTML, in contrast to text.
#[derive(Clone, Debug, Default)]
pub struct Html<'a>(Cow<'a, str>);

impl From<String> for Html<'_> {
    fn from(html: String) -> Self {
        Html(Cow::Owned(html))
    }
}

impl<'a> From<Cow<'a, str>> for Html<'a> {
    fn from(html: Cow<'a, str>) -> Self {
        Html(html)
    }
}

impl Show for Html<'_> {
    fn show<S: Serializer>(&self, values: Values, serializer: S) -> Result<S::Ok, S::Error> {
        match values.for_own {
            true => serializer.serialize_str(&self.0),
            false => Value::safe_string(&self.0).serialize(serializer),
        }
    }

    fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }
}

impl Show for str {
    fn show<S: Serializer>(&self, _: Values, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl Show for String {
    fn show<S: Serializer>(&self, values: Values, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_str().show(values, serializer)
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl Show for bool {
    fn show<S: Serializer>(&self, _: Values, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn is_nothing(&self) -> bool {
        !self
    }
}

impl Show for usize {
    fn show<S: Serializer>(&self, _: Values, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn is_nothing(&self) -> bool {
        *self == 0
    }
}

impl Show for i16 {
    fn show<S: Serializer>(&self, _: Values, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

impl Show for i8 {
    fn show<S: Serializer>(&self, _: Values, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

/// A page without a view.
impl Show for () {
    fn show<S: Serializer>(&self, _: Values, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<T: Show + ?Sized> Show for &T {
    fn show<S: Serializer>(&self, values: Values, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).show(values, serializer)
    }

    fn is_nothing(&self) -> bool {
        (**self).is_nothing()
    }
}

impl<T: Show> Show for Option<T> {
    fn show<S: Serializer>(&self, values: Values, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(some) => some.show(values, serializer),
            None => serializer.serialize_none(),
        }
    }

    fn is_nothing(&self) -> bool {
        self.is_none()
    }
}

impl<T: Show> Show for [T] {
    fn show<S: Serializer>(&self, values: Values, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|one| With(one, values)))
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Show> Show for Vec<T> {
    fn show<S: Serializer>(&self, values: Values, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().show(values, serializer)
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// The fields of views: those that built-in templates show as they are, those that they ask for before, and those that
/// they have no use for.
macro_rules! fields {
    ($($view:ident $(<$life:lifetime>)? { $($shown:ident),*; $($asked:ident),*; $($unused:ident),* })*) => {$(
        impl Show for view::$view $(<$life>)? {
            fn show<S: Serializer>(&self, values: Values, serializer: S) -> Result<S::Ok, S::Error> {
                let view::$view { $($shown,)* $($asked,)* $($unused,)* .. } = self;
                let count = [$(stringify!($shown)),*].len()
                    $(+ usize::from(!values.leaves_out($asked)))*
                    $(+ usize::from(values.for_own && !stringify!($unused).is_empty()))*;
                let mut fields = serializer.serialize_struct(stringify!($view), count)?;
                $(fields.serialize_field(stringify!($shown), &With($shown, values))?;)*
                $(if !values.leaves_out($asked) {
                    fields.serialize_field(stringify!($asked), &With($asked, values))?;
                })*
                $(if values.for_own {
                    fields.serialize_field(stringify!($unused), &With($unused, values))?;
                })*
                fields.end()
            }
        }
    )*};
}

fields! {
    Page {
        kind, title, name, description, root, json_ld, trail, header, footer, alternates;
        canonical;
        breadcrumb
    }
    Alternate { title, href, kind;; }
    Crumb { title; href; }
    Site {
        title, language, base_url, case, contact, accessibility_statement, license, updated, version, newest_year, cases,
        search, about, data;;
    }
    Contact { text, email, phone, address;; }
    Day { iso, text, html;; }
    MeetingRow<'_> { href, date, organization, items, status, status_text; title, closed, cancelled; }
    CountedLink { title, href, count; description; }
    Bar { title, count, html; href; }
    PageLink { title, href;; }
    Home<'_> { latest, coming, organizations, years, cases, chart, chart_title;; }
    Year<'_> { year, count, months, calendar; organization, previous, next; }
    Tile { name, count, html; href; }
    Month<'_> { name, number, meetings;; }
    Organization<'_> { name, count, years, chart; description, classification; }
    OrganizationYear<'_> { link, meetings;; }
    Meeting<'_> {
        organization, date, long_date, status, status_text, count;
        title, start, end, place, participants, absent, cancelled, held, published, modified, corrections, corrected, closed,
        html, items, previous, next;
    }
    Person<'_> { name; role; }
    Correction<'_> { date, text;; }
    Item<'_> {
        anchor, number, title, html, cases, sections;
        closed, retracted, reason, decision, case_numbers, outcome, footnotes, newer, planned;
    }
    Outcome { name, text;; }
    Section<'_> { kind, html; title, files; heading }
    Attachment<'_> { title, note; html, label, href, address; }
    Cases { count, years;; }
    CasesYear<'_> { year, count, cases; previous, next; }
    CaseRow<'_> { number, href, times; title, last, planned; }
    Case<'_> {
        times, organizations, treatments;
        first, last, earlier_titles, mentions, latest, strip, files, next_meeting;
        number, title
    }
    Latest<'_> { href, date, organization; outcome; }
    CaseFiles<'_> { title, files;; }
    Treatment<'_> { href, date, organization, number, title; outcome, html, agenda, cancelled; }
    Data { tables, follow, programs, oparl;; }
    DataTable { title, file, href, columns;; }
    DataColumn { name, about;; }
    DataLink { title, href, kind;; }
    Retracted { title, date, reason;; }
    Redirect { title, href;; }
    Search { edition, organizations, years, outcomes, letters;; }
    Titles { count, titles, years, letters;; }
    TitleRow { title, href, organization, date;; }
}
