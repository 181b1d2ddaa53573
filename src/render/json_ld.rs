//! What a page is, for machines: JSON-LD 1.1 in the words of schema.org.

use super::view::{Crumb, Page};
use crate::model::{AgendaItem, Disclosure, Meeting, scripted};
use crate::render::Edition;
use crate::site::{Route, route};
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};

/// The trail of a page (schema.org BreadcrumbList), with whatever else it is.
pub(super) fn page(edition: &Edition<'_>, page: &Page, at: &Route, event: Option<Event<'_>>) -> String {
    let steps = (1..).zip(&page.breadcrumb).map(|(position, crumb): (usize, &Crumb)| ListItem {
        kind: "ListItem",
        position,
        name: &crumb.title,
        item: crumb.href.as_deref().map(|href| address(edition, href, at)).or_else(|| page.canonical.clone()),
    });
    let trail = BreadcrumbList { kind: "BreadcrumbList", steps: steps.collect() };
    let document = Document { context: "https://schema.org", graph: (trail, event) };
    scripted(serde_json::to_string(&document).unwrap_or_default())
}

/// A document of linked data.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "@context")]
    context: &'a str,
    #[serde(rename = "@graph", serialize_with = "graph")]
    graph: (BreadcrumbList<'a>, Option<Event<'a>>),
}

fn graph<S: Serializer>((trail, event): &(BreadcrumbList<'_>, Option<Event<'_>>), out: S) -> Result<S::Ok, S::Error> {
    let mut list = out.serialize_seq(None)?;
    list.serialize_element(trail)?;
    event.iter().try_for_each(|event| list.serialize_element(event))?;
    list.end()
}

/// schema.org BreadcrumbList.
#[derive(Serialize)]
struct BreadcrumbList<'a> {
    #[serde(rename = "@type")]
    kind: &'a str,
    #[serde(rename = "itemListElement")]
    steps: Vec<ListItem<'a>>,
}

/// schema.org ListItem.
#[derive(Serialize)]
struct ListItem<'a> {
    #[serde(rename = "@type")]
    kind: &'a str,
    position: usize,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
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
fn address(edition: &Edition<'_>, href: &str, at: &Route) -> String {
    let root = at.root();
    match &edition.config.base_url {
        Some(base) => format!("{base}{}", href.strip_prefix(&root).unwrap_or(href)),
        None => href.to_owned(),
    }
}
