//! All meetings together: in order, by organization and year, and the cases that run through them.

use crate::config::Config;
use crate::model::{
    AgendaItem, Disclosure, Meeting, MeetingId, Organization, Paper, Place, PublicItem, Reference, Status, slug,
};
use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An archive: nothing in it knows how it will be shown.
#[derive(Debug)]
pub struct Archive {
    /// The meetings, oldest first.
    pub meetings: Vec<Arc<Meeting>>,
    /// The organizations that have meetings, by name in the site's language.
    pub organizations: Vec<Group>,
    /// The meetings of each year, oldest first.
    pub years: BTreeMap<i16, Vec<MeetingId>>,
    /// The cases, by number.
    pub papers: Vec<Paper>,
    /// Where each meeting's organization stands in `organizations`.
    organization_of: Vec<u32>,
    meeting_of: FxHashMap<Arc<str>, MeetingId>,
    paper_of: FxHashMap<Reference, u32>,
}

/// An organization and its meetings.
#[derive(Debug)]
pub struct Group {
    /// The organization.
    pub organization: Organization,
    /// Its folder.
    pub folder: String,
    /// Its meetings, oldest first.
    pub meetings: Vec<MeetingId>,
}

/// Puts meetings together.
pub fn archive(mut meetings: Vec<Arc<Meeting>>, config: &Config) -> Archive {
    meetings.sort_by(|a, b| {
        let key = |meeting: &Meeting| (meeting.date, meeting.start);
        (key(a), &a.organization, &a.slug, &a.path).cmp(&(key(b), &b.organization, &b.slug, &b.path))
    });
    let (organizations, organization_of) = organizations(&meetings, config);
    let mut years: BTreeMap<i16, Vec<MeetingId>> = BTreeMap::new();
    for (id, meeting) in numbered(&meetings) {
        years.entry(meeting.year()).or_default().push(id);
    }
    let papers = papers(&meetings);
    let paper_of = numbered(&papers).map(|(index, paper)| (paper.reference.clone(), index)).collect();
    let meeting_of = numbered(&meetings).map(|(id, meeting)| (meeting.path.clone(), id)).collect();
    Archive { meetings, organizations, years, papers, organization_of, meeting_of, paper_of }
}

impl Archive {
    /// A meeting by its place.
    pub fn meeting(&self, id: MeetingId) -> &Meeting {
        &self.meetings[id as usize]
    }

    /// The meeting of a file, by its path.
    pub fn meeting_at(&self, path: &str) -> Option<MeetingId> {
        self.meeting_of.get(path).copied()
    }

    /// The organization that held a meeting.
    pub fn organization(&self, id: MeetingId) -> &Group {
        &self.organizations[self.organization_index(id)]
    }

    /// The place of that organization in the list.
    pub fn organization_index(&self, id: MeetingId) -> usize {
        self.organization_of[id as usize] as usize
    }

    /// An item by its place.
    pub fn item(&self, place: Place) -> &AgendaItem {
        &self.meeting(place.meeting).items[place.item as usize]
    }

    /// What is public of an item; `None` for a closed one.
    pub fn public_item(&self, place: Place) -> Option<&PublicItem> {
        match &self.item(place).disclosure {
            Disclosure::Public(item) => Some(item),
            Disclosure::Closed(_) => None,
        }
    }

    /// The case of a number, if the archive has it.
    pub fn paper(&self, reference: &Reference) -> Option<&Paper> {
        self.paper_of.get(reference).map(|index| &self.papers[*index as usize])
    }

    /// The year a case is listed under: the one in its number, else that of its first treatment.
    pub fn paper_year(&self, paper: &Paper) -> i16 {
        paper
            .reference
            .year()
            .unwrap_or_else(|| paper.consultations.first().map_or(0, |first| self.meeting(first.meeting).year()))
    }

    /// The titles of a case, newest first, each once.
    pub fn titles(&self, paper: &Paper) -> Vec<&str> {
        let mut titles: Vec<&str> = Vec::new();
        for item in paper.consultations.iter().rev().filter_map(|place| self.public_item(*place)) {
            if !titles.contains(&item.title.as_str()) {
                titles.push(&item.title);
            }
        }
        titles
    }

    /// The newest year that has minutes, rather than agendas alone; else the newest there is.
    pub fn newest_year(&self) -> Option<i16> {
        let has_minutes = |ids: &Vec<MeetingId>| ids.iter().any(|id| self.meeting(*id).status != Status::Agenda);
        let years = || self.years.iter().rev();
        years().find(|(_, ids)| has_minutes(ids)).or_else(|| years().next()).map(|(year, _)| *year)
    }

    /// The newest day the content speaks of: of a meeting that has minutes, of its publication or its latest change. The
    /// date of the whole archive, since no clock is asked.
    pub fn updated(&self) -> Option<Date> {
        let minutes = self.meetings.iter().filter(|meeting| meeting.status != Status::Agenda);
        minutes.map(|meeting| meeting.changed()).max()
    }
}

/// Places as the model counts them. An archive holds fewer than four thousand million of anything.
fn numbered<T>(things: &[T]) -> impl Iterator<Item = (u32, &T)> {
    (0..).zip(things)
}

fn organizations(meetings: &[Arc<Meeting>], config: &Config) -> (Vec<Group>, Vec<u32>) {
    let mut groups: BTreeMap<&str, Vec<MeetingId>> = BTreeMap::new();
    for (id, meeting) in numbered(meetings) {
        groups.entry(&meeting.organization).or_default().push(id);
    }
    let mut groups: Vec<Group> = groups.into_iter().map(|(folder, ids)| group(folder, ids, meetings, config)).collect();
    groups.sort_by_cached_key(|group| (config.language.sort_key(&group.organization.name), group.folder.clone()));
    let mut organization_of = vec![0; meetings.len()];
    for (index, group) in numbered(&groups) {
        for id in &group.meetings {
            organization_of[*id as usize] = index;
        }
    }
    (groups, organization_of)
}

fn group(folder: &str, ids: Vec<MeetingId>, meetings: &[Arc<Meeting>], config: &Config) -> Group {
    let settings = config.organizations.get(folder).cloned().unwrap_or_default();
    let named = ids.iter().rev().find_map(|id| meetings[*id as usize].organization_name.clone());
    let name = settings.name.or(named).unwrap_or_else(|| capitalised(folder));
    let organization = Organization {
        slug: slug(folder),
        name,
        description: settings.description,
        classification: settings.classification,
    };
    Group { organization, folder: folder.to_owned(), meetings: ids }
}

fn capitalised(folder: &str) -> String {
    let mut characters = folder.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn papers(meetings: &[Arc<Meeting>]) -> Vec<Paper> {
    let mut index: FxHashMap<&Reference, usize> = FxHashMap::default();
    let mut papers: Vec<Paper> = Vec::new();
    let items = || {
        numbered(meetings).flat_map(|(meeting, held)| {
            numbered(&held.items).filter_map(move |(item, entry)| match &entry.disclosure {
                Disclosure::Public(public) => Some((Place { meeting, item }, public)),
                Disclosure::Closed(_) => None,
            })
        })
    };
    for (place, public) in items() {
        for reference in &public.references {
            let at = *index.entry(reference).or_insert_with(|| {
                papers.push(Paper {
                    reference: reference.clone(),
                    consultations: Vec::new(),
                    mentions: Vec::new(),
                    is_container: false,
                });
                papers.len() - 1
            });
            papers[at].consultations.push(place);
        }
    }
    let mentioned: Vec<(usize, Place)> = meetings
        .par_iter()
        .zip(0..u32::try_from(meetings.len()).unwrap_or(u32::MAX))
        .flat_map_iter(|(held, meeting)| mentioned(held, meeting, &index))
        .collect();
    for (at, place) in mentioned {
        if papers[at].mentions.last() != Some(&place) {
            papers[at].mentions.push(place);
        }
    }
    papers.par_iter_mut().for_each(|paper| paper.is_container = is_container(meetings, paper));
    papers.sort_by(|a, b| a.reference.cmp(&b.reference));
    papers
}

/// The cases that the public items of a meeting name and don't treat, by their place in the index.
fn mentioned(
    held: &Meeting,
    meeting: MeetingId,
    index: &FxHashMap<&Reference, usize>,
) -> impl Iterator<Item = (usize, Place)> {
    numbered(&held.items).flat_map(move |(item, entry)| {
        let public = match &entry.disclosure {
            Disclosure::Public(public) => Some(public),
            Disclosure::Closed(_) => None,
        };
        public.into_iter().flat_map(move |public| {
            let others = public.mentions.iter().filter(|(reference, _)| !public.references.contains(reference));
            others.filter_map(move |(reference, _)| Some((*index.get(reference)?, Place { meeting, item })))
        })
    })
}

/// Whether a number stands for several matters: under it one meeting has items of different names, or its items carry
/// their meeting's date in titles that differ beyond it ("Øvrige sager 22-05-2018", "Årshjul 22-05-2018"). The title of
/// such a case says nothing of it.
fn is_container(meetings: &[Arc<Meeting>], paper: &Paper) -> bool {
    let titles = paper.consultations.iter().filter_map(|place| {
        match &meetings[place.meeting as usize].items[place.item as usize].disclosure {
            Disclosure::Public(item) => Some((place.meeting, item.title.as_str())),
            Disclosure::Closed(_) => None,
        }
    });
    let mut dated: Vec<String> = Vec::new();
    let mut before: Option<(MeetingId, &str)> = None;
    for (meeting, title) in titles {
        if before.is_some_and(|(other, beside)| other == meeting && beside != title && name(beside) != name(title)) {
            return true;
        }
        if title.bytes().filter(u8::is_ascii_digit).count() >= 6 {
            let name = name(title);
            if !dated.contains(&name) {
                dated.push(name);
            }
        }
        before = Some((meeting, title));
    }
    dated.len() > 1
}

/// The letters of a title alone, small.
fn name(title: &str) -> String {
    title.chars().filter(|character| character.is_alphabetic()).flat_map(char::to_lowercase).collect()
}
