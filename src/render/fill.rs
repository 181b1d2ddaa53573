//! Fills the holes of [`Markup`] for the page it stands on.

use super::Edition;
use crate::model::{HoleKind, Link, Markup, Meeting, escaped, needs_escaping};
use crate::site::route;
use std::borrow::Cow;

/// Where markup stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// On the page of its own meeting.
    Meeting,
    /// On another page.
    Elsewhere,
}

/// The HTML of markup that belongs to a meeting, on a page whose way home is `root`.
pub fn fill<'a>(edition: &Edition<'_>, meeting: &Meeting, markup: &'a Markup, root: &str, on: On) -> Cow<'a, str> {
    if markup.holes.is_empty() {
        return Cow::Borrowed(&markup.html);
    }
    let mut out = String::with_capacity(markup.html.len() + markup.holes.len() * 40);
    let mut from = 0;
    for hole in &markup.holes {
        let (start, end) = (hole.start as usize, hole.end as usize);
        out.push_str(&markup.html[from..start]);
        let inside = &markup.html[start..end];
        match &hole.kind {
            HoleKind::Mention(reference) => match edition.archive.paper(reference) {
                Some(paper) => {
                    out.push_str("<a href=\"");
                    out.push_str(root);
                    out.push_str(route::case(edition.config.language, &paper.reference).path());
                    out.push_str("\">");
                    out.push_str(inside);
                    out.push_str("</a>");
                }
                None => out.push_str(inside),
            },
            HoleKind::Href(link) => href(edition, meeting, link, root, on, &mut out),
            HoleKind::Address(path) if on == On::Meeting => {
                if let Some(base) = &edition.config.base_url {
                    // The space is part of it, or one would stand before a comma where the address doesn't show.
                    out.push_str("<span class=\"address\"> (");
                    out.push_str(&escaped(&route::attachment(meeting, path).after(base)));
                    out.push_str(")</span>");
                }
            }
            HoleKind::Id(id) if on == On::Meeting => {
                out.push_str(" id=\"");
                out.push_str(id);
                out.push('"');
            }
            HoleKind::Id(_) | HoleKind::Address(_) => {}
        }
        from = end;
    }
    out.push_str(&markup.html[from..]);
    Cow::Owned(out)
}

/// The HTML of a heading: its text, or what it is more.
pub fn fill_heading<'a>(
    edition: &Edition<'_>,
    meeting: &Meeting,
    (text, markup): (&'a str, Option<&'a Markup>),
    root: &str,
    on: On,
) -> Cow<'a, str> {
    match markup {
        Some(markup) => fill(edition, meeting, markup, root, on),
        None if needs_escaping(text) => Cow::Owned(escaped(text)),
        None => Cow::Borrowed(text),
    }
}

fn href(edition: &Edition<'_>, meeting: &Meeting, link: &Link, root: &str, on: On, out: &mut String) {
    match link {
        Link::File(path) => {
            out.push_str(root);
            out.push_str(route::attachment(meeting, path).path());
        }
        Link::Meeting(path, anchor) => {
            out.push_str(root);
            let retracted = edition.archive.retracted_at(path);
            if let Some(id) = edition.archive.meeting_at(path) {
                out.push_str(edition.site.meeting(id).path());
            } else if let Some(meeting) = retracted {
                out.push_str(route::meeting(meeting).path());
            }
            // Of what was taken back no item is left.
            if let Some(anchor) = anchor.as_ref().filter(|_| retracted.is_none()) {
                out.push('#');
                out.push_str(&escaped(anchor));
            }
        }
        Link::Anchor(anchor) => {
            if on == On::Elsewhere {
                out.push_str(root);
                out.push_str(route::meeting(meeting).path());
            }
            out.push('#');
            out.push_str(&escaped(anchor));
        }
    }
}
