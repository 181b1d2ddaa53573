//! Meetings and those who hold them.

use super::markup::same_links;
use super::{AgendaItem, Mark, Markup};
use jiff::civil::{Date, Time};
use std::sync::Arc;

/// The municipality or association whose archive it is (OParl: `Body`); one a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The title of the site.
    pub title: String,
    /// Whom to write to.
    pub contact: Option<String>,
}

/// A committee, council or board (OParl: `Organization`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its name in addresses, from its folder.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is and does.
    pub description: Option<String>,
    /// What kind of body it is.
    pub classification: Option<String>,
}

/// A meeting (OParl: `Meeting`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// The path of its file in the archive's folder.
    pub path: Arc<str>,
    /// The folder of its organization.
    pub organization: String,
    /// The name of its organization, where the head gives one.
    pub organization_name: Option<String>,
    /// A title of its own.
    pub title: Option<String>,
    /// What sets it apart from another meeting on the same day.
    pub slug: Option<String>,
    /// The day.
    pub date: Date,
    /// When it began or begins, local time.
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
    /// The day the record was published.
    pub published: Option<Date>,
    /// The day it was last changed.
    pub modified: Option<Date>,
    /// When and why it was taken back; nothing else of it is known then.
    pub retracted: Option<Retraction>,
    /// What was put right after publication.
    pub corrections: Vec<Correction>,
    /// Old addresses that lead here.
    pub aliases: Vec<String>,
    /// What stands before the first item.
    pub preamble: Markup,
    /// Links in the preamble that lead somewhere in the archive.
    pub links: Vec<Mark>,
    /// The items, in the order of the file.
    pub items: Vec<AgendaItem>,
}

impl Meeting {
    /// The day of a meeting whose file has none that can be read. Such a meeting is checked and never shown, so that a slip
    /// in the date doesn't hide what else is wrong with the file.
    pub const UNDATED: Date = Date::ZERO;

    /// The last part of its address, without ending: the date, and the slug when it has one.
    pub fn stem(&self) -> String {
        match &self.slug {
            Some(slug) => format!("{}-{slug}", self.date),
            None => self.date.to_string(),
        }
    }

    /// The day its record was last touched, as far as the content says: changed, else published, else held. What feeds and
    /// calendars give as the time of change, since no clock is asked.
    pub fn changed(&self) -> Date {
        self.modified.or(self.published).unwrap_or(self.date)
    }

    /// Whether it took place, as far as the content says: it has minutes and was not called off. What stands under its items
    /// was treated then, and only then.
    pub fn is_held(&self) -> bool {
        self.status != Status::Agenda && !self.cancelled
    }

    /// Whether nothing but running text, and where it stands, sets two versions of a meeting apart: everything that lists,
    /// addresses, links and cases are made of is the same.
    pub fn has_outline_of(&self, other: &Meeting) -> bool {
        // Taken apart in full, so that a new field is thought of here.
        let Meeting {
            path,
            organization,
            organization_name,
            title,
            slug,
            date,
            start,
            end,
            place,
            participants,
            absent,
            status,
            cancelled,
            published,
            modified,
            retracted,
            corrections,
            aliases,
            preamble: _,
            links,
            items,
        } = self;
        let of_whom = (path, organization, organization_name, title, slug);
        let when = (date, start, end, place, participants, absent);
        let record = (status, cancelled, published, modified, retracted, corrections, aliases);
        of_whom == (&other.path, &other.organization, &other.organization_name, &other.title, &other.slug)
            && when == (&other.date, &other.start, &other.end, &other.place, &other.participants, &other.absent)
            && record
                == (
                    &other.status,
                    &other.cancelled,
                    &other.published,
                    &other.modified,
                    &other.retracted,
                    &other.corrections,
                    &other.aliases,
                )
            && same_links(links, &other.links)
            && items.len() == other.items.len()
            && items.iter().zip(&other.items).all(|(item, other)| item.has_outline_of(other))
    }

    /// The year it belongs to.
    pub fn year(&self) -> i16 {
        self.date.year()
    }
}

/// Somebody who took part (OParl: `Person`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name as printed.
    pub name: Box<str>,
    /// What they were at this meeting.
    pub role: Option<Box<str>>,
}

/// How final a record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Only the agenda.
    Agenda,
    /// Minutes that are not approved yet.
    Preliminary,
    /// Approved minutes.
    #[default]
    Approved,
    /// Not to be published, unless asked for with `--drafts`.
    Draft,
}

impl Status {
    /// Every status, in the order of a record's life.
    pub const ALL: [Status; 4] = [Status::Draft, Status::Agenda, Status::Preliminary, Status::Approved];

    /// The word in heads and exports.
    pub fn name(self) -> &'static str {
        match self {
            Status::Agenda => "agenda",
            Status::Preliminary => "preliminary",
            Status::Approved => "approved",
            Status::Draft => "draft",
        }
    }
}

/// Why something that was public is not any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retraction {
    /// The day it was taken back, where the head says it.
    pub date: Option<Date>,
    /// Why.
    pub reason: Option<String>,
}

/// A change to published minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The day it was made.
    pub date: Date,
    /// What was changed.
    pub text: String,
}
