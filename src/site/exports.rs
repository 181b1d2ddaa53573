//! The part of the plan that is for machines: which files there are beside the pages, and where.

use super::{DataFile, Page, Plan, Scope, Table, route};
use crate::config::{Config, Output};
use crate::ledger::Ledger;
use crate::model::MeetingId;

/// The most entries in one part of a feed. Older ones follow in parts of their own (RFC 5005 § 3).
pub const FEED_LIMIT: usize = 50;

/// Adds the pages for people that lead to the files.
pub(super) fn pages(draft: &mut Plan<'_>, config: &Config) {
    if config.outputs.contains(&Output::Data) {
        draft.add(route::data(DataFile::Index), Page::Data(DataFile::Index), None);
    }
}

/// Adds what site.yaml asks for to the plan.
pub(super) fn add(draft: &mut Plan<'_>, config: &Config, ledger: &Ledger) {
    draft.site.by_change = by_change(draft);
    // Feeds name their entries by full addresses (RFC 4287 § 4.2.6).
    if config.outputs.contains(&Output::Feeds) && config.base_url.is_some() {
        feeds(draft, config);
    }
    if config.outputs.contains(&Output::Calendar) {
        calendars(draft, config);
    }
    // It leads to the pages of cases by full addresses.
    if config.outputs.contains(&Output::Akn) && config.base_url.is_some() {
        akn(draft);
    }
    // Every object is named by its full address (OParl 1.1 § 2.3).
    if config.outputs.contains(&Output::Oparl) && config.base_url.is_some() {
        super::oparl::add(draft, config, ledger);
    }
    if config.outputs.contains(&Output::Data) {
        let tables = Table::ALL.map(DataFile::Table);
        // A catalogue is read away from the site, so it needs full addresses.
        let catalog = config.base_url.is_some().then_some(DataFile::Catalog);
        for file in tables.into_iter().chain([DataFile::Description]).chain(catalog) {
            draft.add(route::data(file), Page::Data(file), None);
        }
    }
}

/// Those that changed last first; of one day the later meeting first.
fn by_change(draft: &Plan<'_>) -> Vec<MeetingId> {
    let mut ids: Vec<MeetingId> = (0..).zip(&draft.archive.meetings).map(|(id, _)| id).collect();
    ids.sort_by_key(|id| std::cmp::Reverse((draft.archive.meeting(*id).changed(), *id)));
    ids
}

fn feeds(draft: &mut Plan<'_>, config: &Config) {
    let archive = draft.archive;
    for part in 0..parts(archive.meetings.len()) {
        draft.add(route::feed(None, part), Page::Feed(Scope::Archive, part), None);
    }
    for (index, group) in
        archive.organizations.iter().enumerate().filter(|(_, group)| !group.organization.slug.is_empty())
    {
        for part in 0..parts(group.meetings.len()) {
            let at = route::feed(Some(&group.organization.slug), part);
            draft.add(at, Page::Feed(Scope::Organization(index), part), group.meetings.first().copied());
        }
    }
    for (index, paper) in archive.papers.iter().enumerate().filter(|(_, paper)| !paper.reference.slug().is_empty()) {
        let owner = paper.consultations.first().map(|first| first.meeting);
        for part in 0..parts(paper.consultations.len()) {
            let at = route::case_feed(config.language, &paper.reference, part);
            draft.add(at, Page::Feed(Scope::Case(index), part), owner);
        }
    }
}

fn akn(draft: &mut Plan<'_>) {
    for (id, meeting) in (0..).zip(&draft.archive.meetings) {
        draft.add(route::akn(meeting), Page::Akn(id), Some(id));
    }
}

fn calendars(draft: &mut Plan<'_>, config: &Config) {
    let archive = draft.archive;
    // A calendar holds at least one component (RFC 5545 § 3.6); one without meetings is none.
    if !archive.meetings.is_empty() {
        draft.add(route::calendar(config.language, None), Page::Calendar(Scope::Archive), None);
    }
    for (index, group) in
        archive.organizations.iter().enumerate().filter(|(_, group)| !group.organization.slug.is_empty())
    {
        let at = route::calendar(config.language, Some(&group.organization.slug));
        draft.add(at, Page::Calendar(Scope::Organization(index)), group.meetings.first().copied());
    }
    for (id, meeting) in (0..).zip(&archive.meetings) {
        draft.add(route::meeting_calendar(meeting), Page::Calendar(Scope::Meeting(id)), Some(id));
    }
}

/// How many parts a feed has. One without entries is no feed.
pub fn parts(entries: usize) -> usize {
    entries.div_ceil(FEED_LIMIT)
}
