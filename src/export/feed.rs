//! Feeds: what is new in the archive, at an organization or in a case, as Atom (RFC 4287) in parts (RFC 5005 § 3).
//!
//! An entry is a meeting, or a treatment of a case; its id is the address of its page, which depends on nothing but the thing
//! it names. The entry that changed last comes first, so that whoever follows an organization sees a correction of old
//! minutes too.

use super::xml;
use super::zone::{MIDNIGHT, Zone};
use crate::model::{Disclosure, Markup, Meeting, MeetingId, Paper, Place, PublicItem, SectionKind, Stub, escaped};
use crate::render::{Edition, On, fill, fill_heading};
use crate::site::{FEED_LIMIT, Route, Scope, feed_parts, route};
use atom_syndication::{Category, Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text};

/// A part of a feed.
pub(super) fn feed(edition: &Edition<'_>, scope: Scope, part: usize) -> Vec<u8> {
    let writer = Writer {
        edition,
        base: edition.config.base_url.as_deref().unwrap_or_default(),
        zone: Zone::of(edition.config),
    };
    let feed = match scope {
        Scope::Archive => writer.archive(part),
        Scope::Organization(index) => writer.organization(index, part),
        Scope::Case(index) => writer.case(&edition.archive.papers[index], part),
        Scope::Meeting(_) => unreachable!("no meeting has a feed"),
    };
    let mut out = feed.write_to(Vec::new()).unwrap_or_default();
    out.push(b'\n');
    out
}

struct Writer<'a> {
    edition: &'a Edition<'a>,
    /// Where the archive stands; feeds are made only when that is known.
    base: &'a str,
    zone: Zone,
}

impl Writer<'_> {
    fn archive(&self, part: usize) -> Feed {
        let ids = &self.edition.site.by_change;
        let title = self.edition.config.title.clone();
        let feed = self.frame(title, &route::home(), ids.len(), part, |part| route::feed(None, part));
        self.with_meetings(feed, ids, part)
    }

    fn organization(&self, index: usize, part: usize) -> Feed {
        let archive = self.edition.archive;
        let group = &archive.organizations[index];
        let is_own = |id: &MeetingId| archive.organization_index(*id) == index;
        let ids: Vec<MeetingId> = self.edition.site.by_change.iter().copied().filter(is_own).collect();
        let slug = &group.organization.slug;
        let title = self.titled(&group.organization.name);
        let mut feed =
            self.frame(title, &route::organization(slug), ids.len(), part, |part| route::feed(Some(slug), part));
        feed.subtitle = group.organization.description.as_deref().map(text);
        feed.authors = vec![person(&group.organization.name)];
        self.with_meetings(feed, &ids, part)
    }

    fn case(&self, paper: &Paper, part: usize) -> Feed {
        let (archive, config) = (self.edition.archive, self.edition.config);
        let mut places = paper.consultations.clone();
        places.sort_by_key(|place| std::cmp::Reverse((archive.meeting(place.meeting).changed(), *place)));
        let label = config.cases.label.as_deref().unwrap_or(config.language.words().case);
        let number = paper.reference.printed();
        let name = match archive.title(paper) {
            Some(title) => format!("{label} {number}: {title}"),
            None => format!("{label} {number}"),
        };
        let page = route::case(config.language, &paper.reference);
        let mut feed = self.frame(self.titled(&name), &page, places.len(), part, |part| {
            route::case_feed(config.language, &paper.reference, part)
        });
        if let Some(first) = places.first() {
            feed.updated = self.updated(archive.meeting(first.meeting));
        }
        feed.entries =
            places.chunks(FEED_LIMIT).nth(part).unwrap_or_default().iter().map(|at| self.item(*at)).collect();
        feed
    }

    /// A feed without entries: what it is of, and the way to its other parts.
    fn frame(&self, title: String, page: &Route, entries: usize, part: usize, at: impl Fn(usize) -> Route) -> Feed {
        let address = |part: usize| format!("{}{}", self.base, at(part));
        let last = feed_parts(entries).saturating_sub(1);
        let mut links = vec![
            link("self", "application/atom+xml", address(part)),
            link("alternate", "text/html", format!("{}{page}", self.base)),
        ];
        if last > 0 {
            links.push(link("first", "application/atom+xml", address(0)));
            links.extend((part > 0).then(|| link("previous", "application/atom+xml", address(part.saturating_sub(1)))));
            links.extend((part < last).then(|| link("next", "application/atom+xml", address(part + 1))));
            links.push(link("last", "application/atom+xml", address(last)));
        }
        Feed {
            title: text(&title),
            // Every part is a part of one feed, so all have the id of the first.
            id: address(0),
            authors: vec![person(&self.edition.config.title)],
            generator: Some(Generator { value: "referat".to_owned(), ..Generator::default() }),
            links,
            rights: self.edition.config.license.as_deref().map(text),
            lang: Some(self.edition.config.language.tag().to_owned()),
            ..Feed::default()
        }
    }

    fn with_meetings(&self, mut feed: Feed, ids: &[MeetingId], part: usize) -> Feed {
        if let Some(first) = ids.first() {
            feed.updated = self.updated(self.edition.archive.meeting(*first));
        }
        feed.entries =
            ids.chunks(FEED_LIMIT).nth(part).unwrap_or_default().iter().map(|id| self.meeting(*id)).collect();
        feed
    }

    /// A meeting, with the decision of every item.
    fn meeting(&self, id: MeetingId) -> Entry {
        let archive = self.edition.archive;
        let meeting = archive.meeting(id);
        let name = &archive.organization(id).organization.name;
        let language = self.edition.config.language;
        let date = language.date(meeting.date);
        let title = format!("{}, {date}", meeting.title.as_deref().unwrap_or(name));
        let status =
            if meeting.cancelled { language.words().cancelled } else { language.words().status(meeting.status) };
        let html: String = (0..).zip(&meeting.items).map(|(item, _)| self.row(Place { meeting: id, item })).collect();
        let address = format!("{}{}", self.base, route::meeting(meeting));
        self.entry(meeting, name, format!("{title} ({})", status.to_lowercase()), address, html)
    }

    /// An item that a case came up in.
    fn item(&self, place: Place) -> Entry {
        let archive = self.edition.archive;
        let meeting = archive.meeting(place.meeting);
        let name = &archive.organization(place.meeting).organization.name;
        let public = archive.public_item(place);
        let title = public.map(|public| &*public.title).unwrap_or_default();
        let language = self.edition.config.language;
        let words = language.words();
        let date = language.date(meeting.date);
        // What was only planned, or not treated in the end, must not be read as a treatment.
        let state = match (meeting.is_held(), meeting.cancelled) {
            (true, _) => String::new(),
            (false, true) => format!(" ({})", words.cancelled.to_lowercase()),
            (false, false) => format!(" ({})", words.status(meeting.status).to_lowercase()),
        };
        let html = public.map(|public| self.decision(meeting, public)).unwrap_or_default();
        // The title says what was treated and where; without a decision that is all there is to tell.
        let html = if html.is_empty() { format!("<p>{}</p>", escaped(title)) } else { html };
        let mut entry = self.entry(meeting, name, format!("{name}, {date}{state}: {title}"), self.address(place), html);
        entry.categories.extend(public.and_then(|public| public.outcome).map(|outcome| Category {
            term: outcome.name().to_owned(),
            scheme: None,
            label: Some(words.outcome(outcome).to_owned()),
        }));
        entry
    }

    fn entry(&self, meeting: &Meeting, organization: &str, title: String, address: String, html: String) -> Entry {
        Entry {
            title: text(&title),
            links: vec![link("alternate", "text/html", address.clone())],
            id: address,
            updated: self.updated(meeting),
            published: meeting.published.and_then(|date| moment(&self.zone.rfc3339(date, MIDNIGHT))),
            authors: vec![person(organization)],
            content: (!html.is_empty()).then(|| Content {
                value: Some(xml::text(&html).into_owned()),
                content_type: Some("html".to_owned()),
                ..Content::default()
            }),
            summary: html.is_empty().then(|| text(&title)),
            ..Entry::default()
        }
    }

    /// An item of a meeting: its title, and what was decided.
    fn row(&self, place: Place) -> String {
        let (meeting, item) = (self.edition.archive.meeting(place.meeting), self.edition.archive.item(place));
        let (title, html) = match &item.disclosure {
            Disclosure::Public(public) => (self.title(meeting, public), self.decision(meeting, public)),
            Disclosure::Closed(stub) => self.closed(meeting, stub),
        };
        format!(
            "<h3><a href=\"{}\">{}.</a> {title}</h3>\n{html}",
            escaped(&self.address(place)),
            escaped(item.number.printed())
        )
    }

    /// Its title, with its links.
    fn title(&self, meeting: &Meeting, public: &PublicItem) -> String {
        let title = (&*public.title, public.heading.as_deref());
        fill_heading(self.edition, meeting, title, &escaped(self.base), On::Elsewhere).into_owned()
    }

    /// The decision in full.
    fn decision(&self, meeting: &Meeting, public: &PublicItem) -> String {
        let decisions = public.sections.iter().filter(|section| section.kind == SectionKind::Resolution);
        decisions.map(|section| self.html(meeting, &section.body) + "\n").collect()
    }

    /// Markup with full addresses: a feed is read away from the site.
    fn html(&self, meeting: &Meeting, markup: &Markup) -> String {
        fill(self.edition, meeting, markup, &escaped(self.base), On::Elsewhere).into_owned()
    }

    /// What is public of a closed item, or left of one that was taken back: its title, and the rest.
    fn closed(&self, meeting: &Meeting, stub: &Stub) -> (String, String) {
        let language = self.edition.config.language;
        let words = language.words();
        let title = stub.title.as_deref().unwrap_or(words.closed_item);
        let text = (!language.is_taken_back(stub)).then(|| words.closed_text(meeting.is_held()).to_owned());
        let reason = stub.reason.as_ref().map(|reason| format!("{}: {}", words.reason, escaped(reason)));
        let decision = stub.decision.as_ref().map(|decision| format!("<p>{}</p>\n", escaped(decision)));
        let texts: Vec<String> = text.into_iter().chain(reason).collect();
        let html = format!("<p>{}</p>\n{}", texts.join(" "), decision.unwrap_or_default());
        (escaped(title), html)
    }

    fn address(&self, place: Place) -> String {
        let (archive, language) = (self.edition.archive, self.edition.config.language);
        let anchor = route::item(language, &archive.item(place).number);
        format!("{}{}#{anchor}", self.base, self.edition.site.meeting(place.meeting))
    }

    fn titled(&self, name: &str) -> String {
        format!("{name} – {}", self.edition.config.title)
    }

    fn updated(&self, meeting: &Meeting) -> FixedDateTime {
        moment(&self.zone.rfc3339(meeting.changed(), MIDNIGHT)).unwrap_or_default()
    }
}

/// Of RFC 3339, as the zone writes them.
fn moment(text: &str) -> Option<FixedDateTime> {
    FixedDateTime::parse_from_rfc3339(text).ok()
}

fn text(value: &str) -> Text {
    Text::plain(xml::text(value).into_owned())
}

fn person(name: &str) -> Person {
    Person { name: xml::text(name).into_owned(), ..Person::default() }
}

fn link(rel: &str, kind: &str, href: String) -> Link {
    Link { rel: rel.to_owned(), mime_type: Some(kind.to_owned()), href, ..Link::default() }
}
