//! What a theme sees: one plain struct a page. These fields are the contract with themes.
//!
//! Every `href` is complete and relative to the page. Fields called `html` hold HTML that is ready to be shown, and are put
//! into a page with `| safe`; everything else is text.

use super::trail::Above;
use super::{Html, Ready};

/// What every page has, as `page`.
#[derive(Debug)]
pub struct Page {
    /// The kind of page: the name of its template without ending.
    pub kind: &'static str,
    /// Its own name, without that of the site.
    pub title: String,
    /// The same in its breadcrumb, where a case has its number alone.
    pub name: String,
    /// What it holds, in a sentence.
    pub description: String,
    /// What leads from it to the home page's folder: `../../`, or the full address on the 404 page.
    pub root: String,
    /// Its full address, when the site has a `base_url`.
    pub canonical: Option<String>,
    /// The way to it from the home page, itself last and without `href`.
    pub breadcrumb: Vec<Crumb>,
    /// What it is for machines: JSON-LD in the words of schema.org, ready for a script element.
    pub json_ld: Html<'static>,
    /// What `breadcrumb.html` makes of the pages above it; empty on the home page.
    pub trail: Ready<String>,
    /// What `site-header.html` makes for it.
    pub header: Ready<String>,
    /// What `site-footer.html` makes for it.
    pub footer: Ready<String>,
    /// Its content in other forms: the feed to follow it by, its calendar, its data.
    pub alternates: Vec<Alternate>,
    // What its trail is made from, which is nothing to templates.
    pub(super) above: Option<Above>,
}

/// The content of a page in another form.
#[derive(Debug)]
pub struct Alternate {
    /// What it is called.
    pub title: &'static str,
    /// Its address.
    pub href: String,
    /// Its media type.
    pub kind: &'static str,
}

/// A step of the breadcrumb.
#[derive(Debug)]
pub struct Crumb {
    /// The name of the page.
    pub title: String,
    /// Its address; `None` for the page itself.
    pub href: Option<String>,
}

/// What all pages share, as `site`.
#[derive(Debug)]
pub struct Site {
    /// The title.
    pub title: String,
    /// The language, as a tag.
    pub language: &'static str,
    /// The address where the archive stands, ending in `/`.
    pub base_url: Option<String>,
    /// The word before a case number.
    pub case: String,
    /// Whom to write to.
    pub contact: Option<Contact>,
    /// The address of the accessibility statement.
    pub accessibility_statement: Option<String>,
    /// The terms of use.
    pub license: Option<String>,
    /// The newest day the content speaks of.
    pub updated: Option<Day>,
    /// The version of the theme's files, to be put behind `?v=`.
    pub version: String,
    /// The address of the newest year, from the home page's folder.
    pub newest_year: Option<String>,
    /// The address of the list of cases, from the home page's folder.
    pub cases: String,
    /// The address of the search, from the home page's folder, when the archive has one.
    pub search: Option<String>,
    /// What the archive holds, in a sentence.
    pub about: String,
    /// The address of the page about data, from the home page's folder; `None` where there is none.
    pub data: Option<String>,
}

/// Whom to write to.
#[derive(Debug)]
pub struct Contact {
    /// A line of text.
    pub text: Option<String>,
    /// A mail address.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// A postal address.
    pub address: Option<String>,
}

/// A day.
#[derive(Clone, Debug)]
pub struct Day {
    /// As ISO 8601 writes it.
    pub iso: String,
    /// As the language writes it.
    pub text: String,
    /// Both, as a `time` element.
    pub html: Html<'static>,
}

/// A meeting in a list.
#[derive(Debug)]
pub struct MeetingRow<'a> {
    /// Its address.
    pub href: String,
    /// Its day.
    pub date: Ready<Day>,
    /// Who held it.
    pub organization: &'a str,
    /// A title of its own.
    pub title: Option<&'a str>,
    /// How many items, in words.
    pub items: String,
    /// How many of them are closed, in words; `None` when none is.
    pub closed: Option<String>,
    /// How final the record is: `agenda`, `preliminary`, `approved`.
    pub status: &'static str,
    /// The same in words.
    pub status_text: &'static str,
    /// Whether it was called off.
    pub cancelled: bool,
}

/// A link with a number behind it: a year, an organization.
#[derive(Debug)]
pub struct CountedLink {
    /// The name.
    pub title: String,
    /// The address.
    pub href: String,
    /// The number, in words.
    pub count: String,
    /// What it is.
    pub description: Option<String>,
}

/// A row of a chart: a name, a number, and a bar for it.
#[derive(Debug)]
pub struct Bar {
    /// The name.
    pub title: String,
    /// Where the name leads.
    pub href: Option<String>,
    /// The number, as the language writes it.
    pub count: String,
    /// The bar, as inline SVG.
    pub html: Html<'static>,
}

/// A link to the page before or after.
#[derive(Debug)]
pub struct PageLink {
    /// The name.
    pub title: String,
    /// The address.
    pub href: String,
}

/// `home.html`
#[derive(Debug)]
pub struct Home<'a> {
    /// The newest meetings with minutes, newest first.
    pub latest: Vec<MeetingRow<'a>>,
    /// Meetings with only an agenda that are newer than the newest minutes, next one first.
    pub coming: Vec<MeetingRow<'a>>,
    /// Every organization.
    pub organizations: Vec<CountedLink>,
    /// Every year, newest first.
    pub years: Vec<CountedLink>,
    /// How many cases, in words.
    pub cases: String,
    /// Meetings per month of the newest year, and what it is called.
    pub chart: Vec<Bar>,
    /// The name of the chart.
    pub chart_title: String,
}

/// `year.html`, and `organization-year.html` for one organization.
#[derive(Debug)]
pub struct Year<'a> {
    /// The year.
    pub year: i16,
    /// The organization, where the page is of one.
    pub organization: Option<PageLink>,
    /// How many meetings, in words.
    pub count: String,
    /// The months that had meetings, in order.
    pub months: Vec<Month<'a>>,
    /// All twelve months as sheets of days.
    pub calendar: Vec<Tile>,
    /// The year before that has meetings.
    pub previous: Option<PageLink>,
    /// The year after that has meetings.
    pub next: Option<PageLink>,
}

/// A month of the calendar.
#[derive(Debug)]
pub struct Tile {
    /// Its name.
    pub name: String,
    /// Where its meetings stand on the page; `None` for a month without any.
    pub href: Option<String>,
    /// How many meetings, in words.
    pub count: String,
    /// Its days, as inline SVG.
    pub html: Html<'static>,
}

/// A month of a year.
#[derive(Debug)]
pub struct Month<'a> {
    /// Its name.
    pub name: String,
    /// Its number, 1 to 12.
    pub number: i8,
    /// Its meetings, oldest first.
    pub meetings: Vec<MeetingRow<'a>>,
}

/// `organization.html`
#[derive(Debug)]
pub struct Organization<'a> {
    /// Its name.
    pub name: String,
    /// What it is and does.
    pub description: Option<String>,
    /// What kind of body it is.
    pub classification: Option<String>,
    /// How many meetings, in words.
    pub count: String,
    /// Its years, newest first.
    pub years: Vec<OrganizationYear<'a>>,
    /// Items per year.
    pub chart: Vec<Bar>,
}

/// A year of an organization, on its page.
#[derive(Debug)]
pub struct OrganizationYear<'a> {
    /// The year and its page.
    pub link: CountedLink,
    /// Its meetings, newest first.
    pub meetings: Vec<MeetingRow<'a>>,
}

/// `meeting.html`
#[derive(Debug)]
pub struct Meeting<'a> {
    /// Who held it.
    pub organization: PageLink,
    /// A title of its own.
    pub title: Option<&'a str>,
    /// The day.
    pub date: Ready<Day>,
    /// The day with its weekday, as a line begins.
    pub long_date: String,
    /// When it began, as the language writes it.
    pub start: Option<String>,
    /// When it ended.
    pub end: Option<String>,
    /// Where.
    pub place: Option<&'a str>,
    /// Who took part.
    pub participants: Vec<Person<'a>>,
    /// Who did not.
    pub absent: Vec<Person<'a>>,
    /// How final the record is: `agenda`, `preliminary`, `approved`.
    pub status: &'static str,
    /// The same in words.
    pub status_text: &'static str,
    /// Whether it was called off.
    pub cancelled: bool,
    /// Whether it took place: it has minutes, and was not called off.
    pub held: bool,
    /// The day the record was published.
    pub published: Option<Ready<Day>>,
    /// The day it was last changed.
    pub modified: Option<Ready<Day>>,
    /// What was put right, oldest first.
    pub corrections: Vec<Correction<'a>>,
    /// The day of the latest correction.
    pub corrected: Option<Ready<Day>>,
    /// How many items.
    pub count: usize,
    /// How many of them are closed.
    pub closed: usize,
    /// What stands before the items.
    pub html: Html<'a>,
    /// The items, in the order of the minutes.
    pub items: Vec<Item<'a>>,
    /// The organization's meeting before; of several on its day, with what tells it from the others.
    pub previous: Option<PageLink>,
    /// The organization's meeting after.
    pub next: Option<PageLink>,
}

/// Somebody at a meeting.
#[derive(Debug)]
pub struct Person<'a> {
    /// The name.
    pub name: &'a str,
    /// What they were at the meeting.
    pub role: Option<&'a str>,
}

/// A change to published minutes.
#[derive(Debug)]
pub struct Correction<'a> {
    /// The day.
    pub date: Ready<Day>,
    /// What was changed.
    pub text: &'a str,
}

/// An item on its meeting's page.
#[derive(Debug)]
pub struct Item<'a> {
    /// Its anchor.
    pub anchor: String,
    /// Its number as printed.
    pub number: &'a str,
    /// Its title as text; that of the stub for a closed item.
    pub title: &'a str,
    /// Its title, with mentions as links.
    pub html: Html<'a>,
    /// Whether no more than its stub is public: it is closed, or was taken back.
    pub closed: bool,
    /// Whether it was taken back, and so was never closed.
    pub retracted: bool,
    /// Why it is closed or was taken back, as far as that is public.
    pub reason: Option<&'a str>,
    /// What was decided behind closed doors, as far as that is public.
    pub decision: Option<&'a str>,
    /// Case numbers of a closed item, as text, where the site shows them.
    pub case_numbers: &'a [String],
    /// The cases it treats.
    pub cases: Vec<PageLink>,
    /// What was decided.
    pub outcome: Option<Ready<Outcome>>,
    /// Its sections.
    pub sections: Vec<Section<'a>>,
    /// Its footnotes.
    pub footnotes: Html<'a>,
    /// The newest treatment of one of its cases, where it is newer than this.
    pub newer: Option<PageLink>,
    /// Where one of its cases is on the agenda of a meeting to come.
    pub planned: Option<PageLink>,
}

/// What was decided.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// `approved`, `postponed`, `noted`, `rejected`, `discussed` or `referred`.
    pub name: &'static str,
    /// The same in words.
    pub text: &'static str,
}

/// A section of an item.
#[derive(Debug)]
pub struct Section<'a> {
    /// What it is: `background`, `presentation`, `recommendation`, `resolution`, `attachments`, …, `other`.
    pub kind: &'static str,
    /// Its heading; empty for what stands before the first one.
    pub heading: &'a str,
    /// The heading as HTML, with its links; empty like the heading.
    pub title: Html<'a>,
    /// Its content; empty where `files` says it all.
    pub html: Html<'a>,
    /// Where the section is nothing but a list of attachments: these.
    pub files: Vec<Attachment<'a>>,
}

/// An attachment.
#[derive(Debug)]
pub struct Attachment<'a> {
    /// Its number, the same on all pages: `Bilag 4.1`; empty where the item links to it outside its lists of attachments.
    pub label: String,
    /// Its title.
    pub title: &'a str,
    /// Its address; `None` where the minutes only name it.
    pub href: Option<String>,
    /// Its full address, for paper.
    pub address: Option<String>,
    /// Its type and size: `PDF, 214 kB`; empty where it is only named.
    pub note: String,
    /// What the list says of it as HTML, with its links, where that is more than title and link; else empty.
    pub html: Html<'a>,
}

/// `cases.html`
#[derive(Debug)]
pub struct Cases {
    /// How many, in words.
    pub count: String,
    /// The years, newest first.
    pub years: Vec<CountedLink>,
}

/// `cases-year.html`
#[derive(Debug)]
pub struct CasesYear<'a> {
    /// The year.
    pub year: i16,
    /// How many, in words.
    pub count: String,
    /// Its cases, by number.
    pub cases: Vec<CaseRow<'a>>,
    /// The year before that has cases.
    pub previous: Option<PageLink>,
    /// The year after that has cases.
    pub next: Option<PageLink>,
}

/// A case in a list.
#[derive(Debug)]
pub struct CaseRow<'a> {
    /// Its number.
    pub number: &'a str,
    /// Its address.
    pub href: String,
    /// Its title: that of its newest item; empty for a number that stands for several matters.
    pub title: &'a str,
    /// How often it was treated, in words. What is planned or was called off doesn't count.
    pub times: String,
    /// When it was last treated; `None` where it never was.
    pub last: Option<Ready<Day>>,
    /// The day of the meeting to come that has it on its agenda.
    pub planned: Option<Ready<Day>>,
}

/// `case.html`
#[derive(Debug)]
pub struct Case<'a> {
    /// Its number.
    pub number: &'a str,
    /// Its title: that of its newest item; empty for a number that stands for several matters.
    pub title: &'a str,
    /// The other titles of its items, newest first.
    pub earlier_titles: Vec<&'a str>,
    /// How often it was treated, in words. What is planned or was called off doesn't count.
    pub times: String,
    /// When it was first treated; `None` where it never was.
    pub first: Option<Ready<Day>>,
    /// When it was last treated.
    pub last: Option<Ready<Day>>,
    /// Every item it came up in, oldest first, those of planned meetings and of meetings that were called off too.
    pub treatments: Vec<Treatment<'a>>,
    /// Items that mention it, oldest first.
    pub mentions: Vec<Treatment<'a>>,
    /// Who treated it, in words.
    pub organizations: String,
    /// The newest treatment that has a decision.
    pub latest: Option<Latest<'a>>,
    /// Its treatments on a line of time, as inline SVG; empty for a single one.
    pub strip: Html<'static>,
    /// All its attachments by meeting, oldest first.
    pub files: Vec<CaseFiles<'a>>,
    /// Its item on the agenda of the next meeting to come that has one.
    pub next_meeting: Option<PageLink>,
}

/// The newest decision of a case.
#[derive(Debug)]
pub struct Latest<'a> {
    /// The address of the item.
    pub href: String,
    /// The day.
    pub date: Ready<Day>,
    /// Who decided.
    pub organization: &'a str,
    /// What was decided.
    pub outcome: Option<Ready<Outcome>>,
}

/// The attachments of one treatment of a case.
#[derive(Debug)]
pub struct CaseFiles<'a> {
    /// The day and the body.
    pub title: String,
    /// They themselves.
    pub files: Vec<Attachment<'a>>,
}

/// An item that a case came up in, or that mentions it.
#[derive(Debug)]
pub struct Treatment<'a> {
    /// The address of the item.
    pub href: String,
    /// The day of the meeting.
    pub date: Ready<Day>,
    /// Who held it.
    pub organization: &'a str,
    /// The item's number.
    pub number: &'a str,
    /// The item's title.
    pub title: &'a str,
    /// What was decided.
    pub outcome: Option<Ready<Outcome>>,
    /// The decision; empty for a mention, and where none is recorded.
    pub html: Html<'a>,
    /// Whether only the agenda of the meeting is there.
    pub agenda: bool,
    /// Whether the meeting was called off.
    pub cancelled: bool,
}

/// `data.html`
#[derive(Debug)]
pub struct Data {
    /// The tables.
    pub tables: Vec<DataTable>,
    /// Feeds and calendars: those of the archive, then those of the organizations.
    pub follow: Vec<DataLink>,
    /// What else there is for programs.
    pub programs: Vec<DataLink>,
    /// Whether the OParl interface is among it.
    pub oparl: bool,
}

/// A table for spreadsheets.
#[derive(Debug)]
pub struct DataTable {
    /// What it holds.
    pub title: &'static str,
    /// The name of its file.
    pub file: String,
    /// Its address.
    pub href: String,
    /// Its columns, in order.
    pub columns: Vec<DataColumn>,
}

/// A column of a table.
#[derive(Debug)]
pub struct DataColumn {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub about: &'static str,
}

/// A file for programs.
#[derive(Debug)]
pub struct DataLink {
    /// What it is.
    pub title: String,
    /// Its address.
    pub href: String,
    /// Its media type.
    pub kind: &'static str,
}

/// `retracted.html`: what is left of a meeting that was taken back.
#[derive(Debug)]
pub struct Retracted {
    /// The heading, with the day of the meeting.
    pub title: String,
    /// The day it was taken back, as text.
    pub date: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// `redirect.html`
#[derive(Debug)]
pub struct Redirect {
    /// What the page it leads to is called.
    pub title: String,
    /// Where it leads.
    pub href: String,
}

/// The search.
#[derive(Debug)]
pub struct Search {
    /// The name of the index's edition, for the script to compare.
    pub edition: String,
    /// The organizations to choose from, in the order of the index.
    pub organizations: Vec<String>,
    /// The years to choose from, newest first.
    pub years: Vec<CountedLink>,
    /// The outcomes to choose from.
    pub outcomes: Vec<Ready<Outcome>>,
    /// The lists of titles, by letter.
    pub letters: Vec<CountedLink>,
}

/// The titles of items under a letter, and where there are many, in one year.
#[derive(Debug)]
pub struct Titles {
    /// How many, in words.
    pub count: String,
    /// The items, by title. Empty where `years` lead on.
    pub titles: Vec<TitleRow>,
    /// Its years, newest first, where it has too many titles for a page.
    pub years: Vec<CountedLink>,
    /// All letters.
    pub letters: Vec<CountedLink>,
}

/// An item in a list of titles.
#[derive(Debug)]
pub struct TitleRow {
    /// Its title.
    pub title: String,
    /// Its address.
    pub href: String,
    /// Who treated it.
    pub organization: String,
    /// When.
    pub date: Ready<Day>,
}
