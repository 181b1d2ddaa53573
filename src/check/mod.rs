//! Rules that need the whole archive: links and anchors to nothing, case numbers that are probably slips; and the privacy rules.

pub mod privacy;

use crate::archive::Archive;
use crate::config::Config;
use crate::diag::{Code, Diagnostic};
use crate::listing::{Listing, is_hidden};
use crate::model::{AgendaItem, Disclosure, Link, Mark, Meeting, Place, Reference};
use crate::site::{public_files, route};
use crate::source::{Source, Sources, Span};
use jiff::ToSpan;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Checks every meeting against the others; of those without a date, which are not in the archive, the links.
pub fn archive(
    archive: &Archive,
    undated: &[Arc<Meeting>],
    config: &Config,
    files: &Listing<'_>,
    sources: &dyn Sources,
) -> Vec<Diagnostic> {
    let all = || archive.meetings.iter().chain(undated).chain(&archive.retracted);
    let by_path: BTreeMap<&str, &Meeting> = all().map(|meeting| (&*meeting.path, &**meeting)).collect();
    let mut problems = Vec::new();
    for meeting in all() {
        let links = Links { meeting, config, files, by_path: &by_path };
        for mark in marks(meeting) {
            if let Some((code, words)) = links.problem(mark) {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let source = sources.excerpt(&meeting.path, mark.span);
                problems.push(Diagnostic::new(code, &source, mark.span, &words).naming(links.names(mark)));
            }
        }
    }
    problems.extend(bare(archive, sources));
    if !archive.unknown.is_empty() {
        let treated = Treated::of(archive);
        let doubtful = |place: &Place| mentions(archive, *place, &treated, sources);
        problems.par_extend(archive.unknown.par_iter().flat_map_iter(doubtful));
    }
    problems
}

/// The files below content/ that could be attachments and are not published, one remark each.
pub fn unlinked(archive: &Archive, files: &Listing<'_>) -> Vec<Diagnostic> {
    let linked: BTreeSet<&str> = archive.meetings.iter().flat_map(|meeting| public_files(meeting)).collect();
    let is_attachment = |path: &&str| {
        path.starts_with("content/")
            && (!path.ends_with(".md") || files.is_beside(path))
            && ![crate::config::PATH, crate::ledger::PATH].contains(path)
            && !is_hidden(path)
    };
    let left = files.paths().filter(is_attachment).filter(|path| !linked.contains(path));
    left.map(|path| Diagnostic::new(Code::FileUnlinked, &Source::new(path, ""), Span::new(0..0), &[])).collect()
}

/// Closed items of which the public learns nothing. An old archive may have thousands; those that can still be mended are at
/// the newest meetings.
fn bare(archive: &Archive, sources: &dyn Sources) -> Vec<Diagnostic> {
    let is_bare = |item: &&AgendaItem| {
        let Disclosure::Closed(stub) = &item.disclosure else { return false };
        stub.title.is_none() && stub.reason.is_none() && stub.decision.is_none()
    };
    let mut problems = Vec::new();
    for group in archive.organizations.iter() {
        let all = || group.meetings.iter().map(|id| archive.meeting(*id));
        let bare = |meeting: &Meeting| meeting.items.iter().filter(is_bare).count();
        let Some(newest) =
            all().filter(|meeting| bare(meeting) > 0).max_by_key(|meeting| (meeting.date, &meeting.path))
        else {
            continue;
        };
        let items: Vec<&AgendaItem> = newest.items.iter().filter(is_bare).collect();
        let more = match all().map(bare).sum::<usize>() - 1 {
            0 => String::new(),
            more => format!(" (and of {more} more of this organization)"),
        };
        let words = [items[0].number.printed(), &more];
        // The length of a heading that is blanked tells something too.
        let start = items[0].span.range().start;
        let here = Span::new(start..start);
        problems.push(Diagnostic::new(Code::ClosedBare, &sources.excerpt(&newest.path, here), here, &words));
    }
    problems
}

fn marks(meeting: &Meeting) -> impl Iterator<Item = &Mark> {
    let items = meeting.items.iter().filter_map(|item| match &item.disclosure {
        Disclosure::Public(item) => Some(&item.links),
        Disclosure::Closed(_) => None,
    });
    std::iter::once(&meeting.links).chain(items).flatten()
}

struct Links<'a> {
    meeting: &'a Meeting,
    config: &'a Config,
    files: &'a Listing<'a>,
    by_path: &'a BTreeMap<&'a str, &'a Meeting>,
}

impl Links<'_> {
    fn problem(&self, mark: &Mark) -> Option<(Code, Vec<String>)> {
        match &mark.link {
            Link::File(path) if self.files.has(path) => {
                self.files.twice(path).map(|[one, other]| (Code::NameTwice, vec![path.to_string(), one, other]))
            }
            Link::File(path) => Some((Code::LinkFileMissing, vec![path.to_string(), self.advice(path)])),
            Link::Anchor(anchor) => self.anchor(self.meeting, anchor, "on this page"),
            Link::Meeting(path, anchor) => match (self.by_path.get(&**path), anchor) {
                (None, _) => Some((
                    Code::LinkFileMissing,
                    vec![path.to_string(), "link to the meeting file of a published meeting".to_owned()],
                )),
                // Nothing is left there, and the page says so.
                (Some(meeting), Some(_)) if meeting.retracted.is_some() => None,
                (Some(meeting), Some(anchor)) => self.anchor(meeting, anchor, "at that meeting"),
                (Some(_), None) => None,
            },
        }
    }

    fn anchor(&self, meeting: &Meeting, anchor: &str, place: &str) -> Option<(Code, Vec<String>)> {
        let anchors = || meeting.items.iter().map(|item| route::item(self.config.language, &item.number));
        if anchors().any(|known| known == anchor) {
            return None;
        }
        let last = anchors().next_back().unwrap_or_else(|| format!("{}-1", self.config.language.words().item_address));
        Some((Code::LinkAnchor, vec![anchor.to_owned(), place.to_owned(), last]))
    }

    /// What to do about a missing file.
    fn advice(&self, path: &str) -> String {
        match self.files.near(path) {
            Some(near) => format!("there is {near}: write the name as the file has it"),
            None => "put the file there, or correct the link".to_owned(),
        }
    }

    /// The files that a problem with a link speaks of.
    fn names(&self, mark: &Mark) -> Vec<Arc<str>> {
        match &mark.link {
            Link::File(path) | Link::Meeting(path, _) => {
                let near = self.files.near(path).filter(|near| **near != **path);
                std::iter::once((&**path).into()).chain(near.map(Into::into)).collect()
            }
            Link::Anchor(_) => Vec::new(),
        }
    }
}

/// A case an organization treated, by its place among the papers, and on which day. There is one for each item of an archive.
struct Treatment {
    date: Date,
    paper: u32,
    packed: Packed,
}

/// What each organization treated, by day.
struct Treated(Vec<Vec<Treatment>>);

impl Treated {
    fn of(archive: &Archive) -> Treated {
        let mut counts = vec![0; archive.organizations.len()];
        for place in archive.papers.iter().flat_map(|paper| &paper.consultations) {
            counts[archive.organization_index(place.meeting)] += 1;
        }
        let mut out: Vec<Vec<Treatment>> = counts.into_iter().map(Vec::with_capacity).collect();
        for (index, paper) in (0..).zip(archive.papers.iter()) {
            let packed = Packed::new(paper.reference.printed());
            for place in &paper.consultations {
                let date = archive.meeting(place.meeting).date;
                out[archive.organization_index(place.meeting)].push(Treatment { date, paper: index, packed });
            }
        }
        out.iter_mut().for_each(|treated| treated.sort_unstable_by_key(|treatment| (treatment.date, treatment.paper)));
        Treated(out)
    }

    /// What an organization treated in the year before a day and in the year after it.
    fn near(&self, group: usize, date: Date) -> &[Treatment] {
        let year = 1.year();
        let (first, last) = (date.saturating_sub(year), date.saturating_add(year));
        let treated = &self.0[group];
        let after = |day: Date| treated.partition_point(|treatment| treatment.date <= day);
        &treated[treated.partition_point(|treatment| treatment.date < first)..after(last)]
    }
}

/// Mentions in an item of cases the archive doesn't have, where one it has is so near that the number is probably a slip.
fn mentions(archive: &Archive, place: Place, treated: &Treated, sources: &dyn Sources) -> Vec<Diagnostic> {
    let (id, meeting) = (place.meeting, archive.meeting(place.meeting));
    let mentions = archive.public_item(place).into_iter().flat_map(|public| &public.mentions);
    let unknown = mentions.filter(|(reference, _)| archive.paper(reference).is_none());
    let doubtful = unknown.filter_map(|(reference, span)| {
        let near = nearest(archive, reference, treated.near(archive.organization_index(id), meeting.date))?;
        let words = [reference.printed(), near.printed()];
        Some(Diagnostic::new(Code::CaseUnknown, &sources.excerpt(&meeting.path, *span), *span, &words))
    });
    doubtful.collect()
}

/// The one case that differs by a digit or a swap of two.
fn nearest<'a>(archive: &'a Archive, reference: &Reference, treated: &[Treatment]) -> Option<&'a Reference> {
    let packed = Packed::new(reference.printed());
    let mut found: Option<u32> = None;
    for Treatment { paper, packed: other, .. } in treated {
        let printed = || archive.papers[*paper as usize].reference.printed();
        if !packed.may_be_slip_of(*other) || !is_slip(reference.printed(), printed()) {
            continue;
        }
        if found.is_some_and(|found| found != *paper) {
            return None;
        }
        found = Some(*paper);
    }
    Some(&archive.papers[found? as usize].reference)
}

/// The first bytes of a case number, which are all of nearly every one, as one integer: an archive of twenty years compares
/// them a hundred million times.
#[derive(Clone, Copy)]
struct Packed {
    /// In the order of the processor; an integer would stand at every sixteenth byte, and need half as much room again.
    bytes: [u8; Packed::ROOM as usize],
    length: u32,
}

impl Packed {
    /// How many bytes it has room for.
    const ROOM: u32 = u128::BITS / 8;

    fn new(text: &str) -> Packed {
        let bytes: u128 = text.bytes().take(Packed::ROOM as usize).fold(0, |bytes, byte| bytes << 8 | u128::from(byte));
        Packed { bytes: bytes.to_ne_bytes(), length: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }

    fn integer(self) -> u128 {
        u128::from_ne_bytes(self.bytes)
    }

    /// Whether all but two bytes stand at the beginning or at the end of both. Slips are among these.
    fn may_be_slip_of(self, other: Packed) -> bool {
        let longer = self.length.max(other.length);
        if longer > Packed::ROOM {
            return true;
        }
        let at_front = |one: Packed| one.integer().checked_shl(8 * (Packed::ROOM - one.length)).unwrap_or(0);
        let first = (at_front(self) ^ at_front(other)).leading_zeros() / 8;
        let last = (self.integer() ^ other.integer()).trailing_zeros() / 8;
        first + last + 2 >= longer
    }
}

/// Whether two numbers differ by one digit (other, missing or too many) or by two signs swapped, one of them a digit, and in
/// nothing else.
fn is_slip(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - same], &b[..b.len() - same]) {
        ([one], [other]) => one.is_ascii_digit() && other.is_ascii_digit(),
        ([one], []) | ([], [one]) => one.is_ascii_digit(),
        ([first, second], [third, fourth]) => {
            (first, second) == (fourth, third) && (first.is_ascii_digit() || second.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Packed, is_slip};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_slip_is_lost_for_speed(text in "[0-9/]{0,19}", at in any::<prop::sample::Index>(), to in "[0-9/]{0,2}") {
            let at = at.index(text.len() + 1);
            for end in at..text.len().min(at + 2) + 1 {
                let other = format!("{}{to}{}", &text[..at], &text[end..]);
                let may_be = Packed::new(&text).may_be_slip_of(Packed::new(&other));
                prop_assert!(may_be || !is_slip(&text, &other), "{text} {other}");
            }
        }
    }

    #[test]
    fn slips() {
        for (a, b, slip) in [
            ("17/22360", "17/22630", true),
            ("17/22360", "17/22361", true),
            ("17/22360", "17/2236", true),
            ("17/22360", "18/22361", false),
            ("17/22360", "17/22360", false),
            ("17/22360", "17-22360", false),
            ("17/22360", "172/2360", true),
            ("17/22360", "17/223600", true),
            ("17/22360", "17/22063", false),
            ("17/2", "17/", true),
            ("", "1", true),
        ] {
            assert_eq!(is_slip(a, b), slip, "{a} {b}");
        }
    }
}
