//! What a page is, for machines: JSON-LD 1.1 in the words of schema.org.

use super::view::{Crumb, Page};
use crate::model::{Disclosure, Meeting};
use crate::render::Edition;
use crate::site::{Route, route};
use serde_json::{Value, json};

/// The trail of a page (schema.org BreadcrumbList), with whatever else it is.
pub(super) fn page(edition: &Edition<'_>, page: &Page, at: &Route, event: Option<Value>) -> String {
    let trail: Vec<Value> = (1..)
        .zip(&page.breadcrumb)
        .map(|(position, crumb): (usize, &Crumb)| {
            let item = crumb.href.as_deref().map(|href| address(edition, href, at)).or_else(|| page.canonical.clone());
            let mut step = json!({ "@type": "ListItem", "position": position, "name": crumb.title });
            if let Some(item) = item {
                step["item"] = json!(item);
            }
            step
        })
        .collect();
    let breadcrumb = json!({ "@type": "BreadcrumbList", "itemListElement": trail });
    let graph: Vec<Value> = std::iter::once(breadcrumb).chain(event).collect();
    script(&json!({ "@context": "https://schema.org", "@graph": graph }))
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
fn script(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
