//! What a page is, for machines: JSON-LD 1.1 in the words of schema.org.

use super::view::{Crumb, Page};
use crate::model::{Disclosure, Meeting};
use crate::render::Edition;
use crate::site::{Route, route};
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// The trail of a page (schema.org BreadcrumbList), with whatever else it is.
pub(super) fn page(edition: &Edition<'_>, page: &Page, at: &Route, event: Option<Value>) -> String {
    let steps = (1..).zip(&page.breadcrumb).map(|(position, crumb): (usize, &Crumb)| ListItem {
        kind: "ListItem",
        position,
        name: &crumb.title,
        item: crumb.href.as_deref().map(|href| address(edition, href, at)).or_else(|| page.canonical.clone()),
    });
    let trail = BreadcrumbList { kind: "BreadcrumbList", steps: steps.collect() };
    let document = Document { context: "https://schema.org", graph: (trail, event) };
    script(serde_json::to_string(&document).unwrap_or_default())
}

/// A document of linked data.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "@context")]
    context: &'a str,
    #[serde(rename = "@graph", serialize_with = "graph")]
    graph: (BreadcrumbList<'a>, Option<Value>),
}

fn graph<S: Serializer>((trail, event): &(BreadcrumbList<'_>, Option<Value>), out: S) -> Result<S::Ok, S::Error> {
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

/// A meeting (schema.org Event). Closed items stand with what is public of them.
pub(super) fn meeting(edition: &Edition<'_>, meeting: &Meeting, name: &str, organization: &str) -> Value {
    let day = meeting.date.to_string();
    let moment = |time: Option<jiff::civil::Time>| {
        time.map_or_else(|| day.clone(), |time| format!("{day}T{:02}:{:02}", time.hour(), time.minute()))
    };
    let status = if meeting.cancelled { "EventCancelled" } else { "EventScheduled" };
    let mut event = json!({
        "@type": "Event",
        "name": name,
        "startDate": moment(meeting.start),
        "eventStatus": format!("https://schema.org/{status}"),
        "organizer": { "@type": "Organization", "name": organization },
    });
    if meeting.end.is_some() {
        event["endDate"] = json!(moment(meeting.end));
    }
    if let Some(place) = &meeting.place {
        event["location"] = json!({ "@type": "Place", "name": place });
    }
    if let Some(base) = &edition.config.base_url {
        event["url"] = json!(format!("{base}{}", route::meeting(meeting)));
    }
    let items: Vec<Value> = meeting
        .items
        .iter()
        .map(|item| {
            let title = match &item.disclosure {
                Disclosure::Public(public) => public.title.clone(),
                Disclosure::Closed(stub) => {
                    stub.title.clone().unwrap_or_else(|| edition.config.language.words().closed_item.to_owned())
                }
            };
            json!({ "@type": "CreativeWork", "position": item.number.printed(), "name": title })
        })
        .collect();
    if !items.is_empty() {
        event["workFeatured"] = json!(items);
    }
    event
}

/// The full address of a link of a page where the site's address is known, else the link itself.
fn address(edition: &Edition<'_>, href: &str, at: &Route) -> String {
    let root = at.root();
    match &edition.config.base_url {
        Some(base) => format!("{base}{}", href.strip_prefix(&root).unwrap_or(href)),
        None => href.to_owned(),
    }
}

/// JSON that can stand in a script element: no `<`, so nothing in it can end the element (HTML Living Standard, "Restrictions
/// for contents of script elements").
fn script(json: String) -> String {
    if !json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 60);
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            character => out.push(character),
        }
    }
    out
}
