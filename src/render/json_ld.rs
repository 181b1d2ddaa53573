//! What a page is, for machines: JSON-LD 1.1 in the words of schema.org.
//!
//! It is put together by hand: every page has some, and most of it is keys, which serde would escape each time.

use super::view::{Crumb, Page};
use crate::model::{AgendaItem, Disclosure, Meeting, any, scripted};
use crate::render::Edition;
use crate::site::route;
use std::borrow::Cow;

/// The trail of a page (schema.org BreadcrumbList), with the event that it shows.
pub(super) fn page(edition: &Edition<'_>, page: &Page, event: Option<Event<'_>>) -> String {
    const BEGINNING: &str =
        r#"{"@context":"https://schema.org","@graph":[{"@type":"BreadcrumbList","itemListElement":["#;
    let steps = page.above.map(|above| edition.steps(&page.root, above)).unwrap_or_default();
    let room = event.as_ref().map_or(0, |event| 400 + event.meeting.items.len() * 100);
    let mut out = String::with_capacity(BEGINNING.len() + steps.json.len() + 200 + room);
    out.push_str(BEGINNING);
    out.push_str(&steps.json);
    // The page itself, which its trail doesn't link to, has its own address.
    step(steps.count + 1, &page.name, page.canonical.as_deref(), &mut out);
    out.push_str("]}");
    if let Some(event) = event {
        out.push(',');
        event.write(edition, &mut out);
    }
    out.push_str("]}");
    scripted(out)
}

/// The steps that lead to a page, each followed by a comma.
pub(super) fn steps(edition: &Edition<'_>, crumbs: &[Crumb], root: &str) -> String {
    let mut out = String::new();
    for (position, crumb) in (1..).zip(crumbs) {
        let address = crumb.href.as_deref().map(|href| address(edition, href, root));
        step(position, &crumb.title, address.as_deref(), &mut out);
        out.push(',');
    }
    out
}

/// schema.org ListItem.
fn step(position: usize, name: &str, item: Option<&str>, out: &mut String) {
    out.push_str(r#"{"@type":"ListItem","position":"#);
    out.push_str(&position.to_string());
    member("name", name, out);
    if let Some(item) = item {
        member("item", item, out);
    }
    out.push('}');
}

/// A member of an object behind another one.
fn member(key: &str, value: &str, out: &mut String) {
    for part in [",\"", key, "\":"] {
        out.push_str(part);
    }
    text(value, out);
}

/// A string. Most need nothing escaped.
fn text(value: &str, out: &mut String) {
    match any(value.as_bytes(), |byte| (byte < b' ') | (byte == b'"') | (byte == b'\\')) {
        // Text can always be written.
        true => out.push_str(&serde_json::to_string(value).unwrap_or_default()),
        false => {
            for part in ["\"", value, "\""] {
                out.push_str(part);
            }
        }
    }
}

/// A meeting (schema.org Event). Closed items stand with what is public of them.
pub(super) struct Event<'a> {
    /// The meeting.
    pub(super) meeting: &'a Meeting,
    /// What its page is called.
    pub(super) name: &'a str,
    /// Who holds it.
    pub(super) organization: &'a str,
}

impl Event<'_> {
    fn write(&self, edition: &Edition<'_>, out: &mut String) {
        let meeting = self.meeting;
        let day = meeting.date;
        let moment = |time: Option<jiff::civil::Time>| {
            time.map_or_else(|| day.to_string(), |time| format!("{day}T{:02}:{:02}", time.hour(), time.minute()))
        };
        out.push_str(r#"{"@type":"Event""#);
        member("name", self.name, out);
        member("startDate", &moment(meeting.start), out);
        if meeting.end.is_some() {
            member("endDate", &moment(meeting.end), out);
        }
        let (cancelled, scheduled) = ("https://schema.org/EventCancelled", "https://schema.org/EventScheduled");
        member("eventStatus", if meeting.cancelled { cancelled } else { scheduled }, out);
        out.push_str(r#","organizer":{"@type":"Organization""#);
        member("name", self.organization, out);
        out.push('}');
        if let Some(place) = &meeting.place {
            out.push_str(r#","location":{"@type":"Place""#);
            member("name", place, out);
            out.push('}');
        }
        if let Some(base) = &edition.config.base_url {
            member("url", &route::meeting(meeting).after(base), out);
        }
        for (index, item) in meeting.items.iter().enumerate() {
            out.push_str(if index == 0 { r#","workFeatured":["# } else { "," });
            work(edition, item, out);
        }
        out.push_str(if meeting.items.is_empty() { "}" } else { "]}" });
    }
}

/// schema.org CreativeWork.
fn work(edition: &Edition<'_>, item: &AgendaItem, out: &mut String) {
    let name = match &item.disclosure {
        Disclosure::Public(public) => &public.title,
        Disclosure::Closed(stub) => stub.title.as_deref().unwrap_or(edition.config.language.words().closed_item),
    };
    out.push_str(r#"{"@type":"CreativeWork""#);
    member("position", item.number.printed(), out);
    member("name", name, out);
    out.push('}');
}

/// The full address of a link of a page where the site's address is known, else the link itself.
fn address<'a>(edition: &Edition<'_>, href: &'a str, root: &str) -> Cow<'a, str> {
    match &edition.config.base_url {
        Some(base) => Cow::Owned([base, href.strip_prefix(root).unwrap_or(href)].concat()),
        None => Cow::Borrowed(href),
    }
}
