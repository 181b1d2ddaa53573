//! What a page is, for machines: JSON-LD 1.1 in the words of schema.org.

use super::view::{Crumb, Page};
use crate::model::{AgendaItem, Disclosure, Meeting, scripted};
use crate::render::Edition;
use crate::site::route;
use serde::Serialize;
use std::borrow::Cow;

/// The trail of a page (schema.org BreadcrumbList), with whatever else it is.
///
/// It is put together by hand: every page has a trail, and most of one is keys, which serde would escape each time.
pub(super) fn page(edition: &Edition<'_>, page: &Page, event: Option<Event<'_>>) -> String {
    const BEGINNING: &str =
        r#"{"@context":"https://schema.org","@graph":[{"@type":"BreadcrumbList","itemListElement":["#;
    let mut out = Vec::with_capacity(BEGINNING.len() + page.breadcrumb.len() * 160);
    out.extend_from_slice(BEGINNING.as_bytes());
    for (position, crumb) in (1..).zip(&page.breadcrumb) {
        out.extend_from_slice(if position > 1 { b"," } else { b"" });
        step(edition, page, position, crumb, &mut out);
    }
    out.extend_from_slice(b"]}");
    if let Some(event) = event {
        out.push(b',');
        json(&event, &mut out);
    }
    out.extend_from_slice(b"]}");
    scripted(String::from_utf8(out).unwrap_or_default())
}

/// schema.org ListItem. The page itself, which its trail doesn't link to, has its own address.
fn step(edition: &Edition<'_>, page: &Page, position: usize, crumb: &Crumb, out: &mut Vec<u8>) {
    let item = crumb.href.as_deref().map(|href| address(edition, href, &page.root));
    out.extend_from_slice(br#"{"@type":"ListItem","position":"#);
    json(&position, out);
    out.extend_from_slice(br#","name":"#);
    json(&crumb.title, out);
    if let Some(item) = item.as_deref().or(page.canonical.as_deref()) {
        out.extend_from_slice(br#","item":"#);
        json(item, out);
    }
    out.push(b'}');
}

/// Text, numbers and what is made of them can always be written.
fn json<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).unwrap_or_default();
}

/// schema.org Event.
#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
pub(super) struct Event<'a> {
    name: String,
    start_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
    event_status: &'a str,
    organizer: Organization<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    work_featured: Vec<CreativeWork<'a>>,
}

/// schema.org Organization.
#[derive(Serialize)]
#[serde(tag = "@type")]
struct Organization<'a> {
    name: &'a str,
}

/// schema.org Place.
#[derive(Serialize)]
#[serde(tag = "@type")]
struct Place<'a> {
    name: &'a str,
}

/// schema.org CreativeWork.
#[derive(Serialize)]
#[serde(tag = "@type")]
struct CreativeWork<'a> {
    position: &'a str,
    name: &'a str,
}

/// A meeting (schema.org Event). Closed items stand with what is public of them.
pub(super) fn meeting<'a>(edition: &Edition<'a>, meeting: &'a Meeting, name: &str, organization: &'a str) -> Event<'a> {
    let day = meeting.date;
    let moment = |time: Option<jiff::civil::Time>| {
        time.map_or_else(|| day.to_string(), |time| format!("{day}T{:02}:{:02}", time.hour(), time.minute()))
    };
    let work = |item: &'a AgendaItem| {
        let name = match &item.disclosure {
            Disclosure::Public(public) => &public.title,
            Disclosure::Closed(stub) => stub.title.as_deref().unwrap_or(edition.config.language.words().closed_item),
        };
        CreativeWork { position: item.number.printed(), name }
    };
    let (cancelled, scheduled) = ("https://schema.org/EventCancelled", "https://schema.org/EventScheduled");
    Event {
        name: name.to_owned(),
        start_date: moment(meeting.start),
        end_date: meeting.end.is_some().then(|| moment(meeting.end)),
        event_status: if meeting.cancelled { cancelled } else { scheduled },
        organizer: Organization { name: organization },
        location: meeting.place.as_deref().map(|name| Place { name }),
        url: edition.config.base_url.as_ref().map(|base| format!("{base}{}", route::meeting(meeting))),
        work_featured: meeting.items.iter().map(work).collect(),
    }
}

/// The full address of a link of a page where the site's address is known, else the link itself.
fn address<'a>(edition: &Edition<'_>, href: &'a str, root: &str) -> Cow<'a, str> {
    match &edition.config.base_url {
        Some(base) => Cow::Owned([base, href.strip_prefix(root).unwrap_or(href)].concat()),
        None => Cow::Borrowed(href),
    }
}
