//! All meetings together: in order, by organization and year, and the cases that run through them.

use crate::config::Config;
use crate::language::{Language, capitalised};
use crate::model::{
    AgendaItem, Disclosure, Meeting, MeetingId, Organization, Paper, Place, PublicItem, Reference, Status, slug,
};
use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An archive: nothing in it knows how it will be shown. What is beside the meetings is shared by its copies.
#[derive(Clone, Debug)]
pub struct Archive {
    /// The meetings, oldest first.
    pub meetings: Vec<Arc<Meeting>>,
    /// Those that were taken back, oldest first: an address and a reason each.
    pub retracted: Vec<Arc<Meeting>>,
    /// The organizations that have meetings, by name in the site's language.
    pub organizations: Arc<[Group]>,
    /// The meetings of each year, oldest first.
    pub years: Arc<BTreeMap<i16, Vec<MeetingId>>>,
    /// The cases, by number.
    pub papers: Arc<[Paper]>,
    /// The public items that mention a case of which the archive has no treatment, oldest first.
    pub unknown: Arc<[Place]>,
    /// Where each meeting's organization stands in `organizations`.
    organization_of: Arc<[u32]>,
    meeting_of: Arc<FxHashMap<Arc<str>, MeetingId>>,
    paper_of: Arc<FxHashMap<Reference, u32>>,
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
    /// The day of its newest meeting that was held.
    pub last_held: Option<Date>,
}

/// Puts meetings together.
pub fn archive(mut meetings: Vec<Arc<Meeting>>, config: &Config) -> Archive {
    meetings.sort_by(|a, b| {
        let key = |meeting: &Meeting| (meeting.date, meeting.start);
        (key(a), &a.organization, &a.slug, &a.path).cmp(&(key(b), &b.organization, &b.slug, &b.path))
    });
    let (retracted, meetings): (Vec<_>, Vec<_>) = meetings.into_iter().partition(|meeting| meeting.retracted.is_some());
    let (organizations, organization_of) = organizations(&meetings, config);
    let mut years: BTreeMap<i16, Vec<MeetingId>> = BTreeMap::new();
    for (id, meeting) in numbered(&meetings) {
        years.entry(meeting.year()).or_default().push(id);
    }
    let mut papers = papers(&meetings, config.language);
    let paper_of: FxHashMap<Reference, u32> =
        numbered(&papers).map(|(index, paper)| (paper.reference.clone(), index)).collect();
    let meeting_of = numbered(&meetings).map(|(id, meeting)| (meeting.path.clone(), id)).collect();
    let mut unknown = Vec::new();
    for (paper, place) in mentioned(&meetings, &paper_of) {
        let places = paper.map_or(&mut unknown, |paper| &mut papers[paper as usize].mentions);
        if places.last() != Some(&place) {
            places.push(place);
        }
    }
    papers.iter_mut().for_each(|paper| paper.mentions.shrink_to_fit());
    Archive {
        meetings,
        retracted,
        organizations: organizations.into(),
        years: years.into(),
        papers: papers.into(),
        unknown: unknown.into(),
        organization_of: organization_of.into(),
        meeting_of: Arc::new(meeting_of),
        paper_of: Arc::new(paper_of),
    }
}

impl Archive {
    /// The same archive with other versions of its meetings, in any order, where nothing but running text is another: who met
    /// when and what treats which case stays. `None` where more is another.
    pub fn with(&self, meetings: &[Arc<Meeting>]) -> Option<Archive> {
        if meetings.len() != self.meetings.len() || !self.retracted.is_empty() {
            return None;
        }
        let mut new = self.clone();
        for meeting in meetings {
            let known = &mut new.meetings[self.meeting_at(&meeting.path)? as usize];
            if !Arc::ptr_eq(known, meeting) {
                if !known.has_outline_of(meeting) {
                    return None;
                }
                known.clone_from(meeting);
            }
        }
        Some(new)
    }

    /// A meeting by its place.
    pub fn meeting(&self, id: MeetingId) -> &Meeting {
        &self.meetings[id as usize]
    }

    /// The meeting of a file, by its path.
    pub fn meeting_at(&self, path: &str) -> Option<MeetingId> {
        self.meeting_of.get(path).copied()
    }

    /// What is left of a meeting that was taken back, by the path of its file.
    pub fn retracted_at(&self, path: &str) -> Option<&Meeting> {
        self.retracted.iter().find(|meeting| &*meeting.path == path).map(|meeting| &**meeting)
    }

    /// The organization that held a meeting.
    pub fn organization(&self, id: MeetingId) -> &Group {
        &self.organizations[self.organization_index(id)]
    }

    /// The place of that organization in the list.
    pub fn organization_index(&self, id: MeetingId) -> usize {
        self.organization_of[id as usize] as usize
    }

    /// What the organization of a meeting is called, also that of one that was taken back, which may have no other meeting.
    pub fn organization_name(&self, meeting: &Meeting, config: &Config) -> String {
        let group = self.organizations.iter().find(|group| group.folder == meeting.organization);
        group.map_or_else(
            || name_of(&meeting.organization, meeting.organization_name.clone(), config),
            |group| group.organization.name.clone(),
        )
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

    /// Whether an agenda is that of a meeting to come, as far as the content tells without a clock: it is newer than all
    /// minutes of its body.
    pub fn is_coming(&self, id: MeetingId) -> bool {
        let meeting = self.meeting(id);
        meeting.status == Status::Agenda && Some(meeting.date) > self.organization(id).last_held
    }

    /// Whether the meeting of an item was held.
    pub fn is_held(&self, place: Place) -> bool {
        self.meeting(place.meeting).is_held()
    }

    /// Where a case was treated, oldest first: items of meetings that were held.
    pub fn treatments<'a>(&'a self, paper: &'a Paper) -> impl DoubleEndedIterator<Item = Place> + 'a {
        paper.consultations.iter().copied().filter(|place| self.is_held(*place))
    }

    /// Where a case will be treated next: on the agenda of a meeting to come, newer than all its treatments.
    pub fn planned(&self, paper: &Paper) -> Option<Place> {
        let after = paper.consultations.iter().copied().rev().take_while(|place| !self.is_held(*place));
        after.filter(|place| !self.meeting(place.meeting).cancelled && self.is_coming(place.meeting)).last()
    }

    /// The year a case is listed under: the one in its number, else that of the first meeting it came up at.
    pub fn paper_year(&self, paper: &Paper) -> i16 {
        paper
            .reference
            .year()
            .unwrap_or_else(|| paper.consultations.first().map_or(0, |first| self.meeting(first.meeting).year()))
    }

    /// What a case is called, wherever it is named: by the title of its newest item. A number that stands for several matters
    /// is called by none.
    pub fn title(&self, paper: &Paper) -> Option<&str> {
        let mut items = paper.consultations.iter().rev().filter_map(|place| self.public_item(*place));
        items.next().filter(|_| !paper.is_container).map(|item| &*item.title)
    }

    /// The titles of the items of a case, newest first, each once.
    pub fn titles(&self, paper: &Paper) -> Vec<&str> {
        let mut titles: Vec<&str> = Vec::new();
        for item in paper.consultations.iter().rev().filter_map(|place| self.public_item(*place)) {
            if !titles.contains(&&*item.title) {
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
    let organization = Organization {
        slug: slug(folder),
        name: name_of(folder, named, config),
        description: settings.description,
        classification: settings.classification,
    };
    let newest = ids.iter().rev().map(|id| &meetings[*id as usize]).find(|meeting| meeting.is_held());
    let last_held = newest.map(|meeting| meeting.date);
    Group { organization, folder: folder.to_owned(), meetings: ids, last_held }
}

/// The name of an organization: that in site.yaml, else that in the head of a meeting, else its folder.
fn name_of(folder: &str, in_head: Option<String>, config: &Config) -> String {
    let settings = config.organizations.get(folder).and_then(|settings| settings.name.clone());
    settings.or(in_head).unwrap_or_else(|| capitalised(folder))
}

/// The cases, by number, without the places that mention them.
fn papers<'a>(meetings: &'a [Arc<Meeting>], language: Language) -> Vec<Paper> {
    let of_meeting = |(meeting, held): (usize, &'a Arc<Meeting>)| {
        let places = public_items(held, meeting_id(meeting));
        let named =
            places.flat_map(|(place, public)| public.references.iter().map(move |reference| (reference, place)));
        named.collect::<Vec<_>>()
    };
    let mut treated: Vec<(&Reference, Place)> = meetings.par_iter().enumerate().flat_map_iter(of_meeting).collect();
    treated.par_sort_unstable();
    let cases: Vec<&[(&Reference, Place)]> = treated.chunk_by(|a, b| a.0 == b.0).collect();
    let paper = |places: &&[(&Reference, Place)]| {
        let consultations: Vec<Place> = places.iter().map(|(_, place)| *place).collect();
        Paper {
            reference: places[0].0.clone(),
            is_container: is_container(meetings, &consultations, language),
            consultations,
            mentions: Vec::new(),
        }
    };
    cases.par_iter().map(paper).collect()
}

fn meeting_id(index: usize) -> MeetingId {
    MeetingId::try_from(index).unwrap_or(MeetingId::MAX)
}

/// The public items of a meeting, with their places.
fn public_items(held: &Meeting, meeting: MeetingId) -> impl Iterator<Item = (Place, &PublicItem)> {
    numbered(&held.items).filter_map(move |(item, entry)| match &entry.disclosure {
        Disclosure::Public(public) => Some((Place { meeting, item }, &**public)),
        Disclosure::Closed(_) => None,
    })
}

/// Where public items name a case that they don't treat: the case, if the archive has it, and the place.
fn mentioned(meetings: &[Arc<Meeting>], paper_of: &FxHashMap<Reference, u32>) -> Vec<(Option<u32>, Place)> {
    let of_meeting = |(meeting, held): (usize, &Arc<Meeting>)| {
        let mut out = Vec::new();
        for (place, public) in public_items(held, meeting_id(meeting)) {
            out.extend(public.mentions.iter().map(|(reference, _)| (paper_of.get(reference).copied(), place)));
        }
        out
    };
    meetings.par_iter().enumerate().flat_map_iter(of_meeting).collect()
}

/// Whether a number stands for several matters: under it one meeting has items of different names, or its items carry
/// a date in titles that differ beyond it ("Øvrige sager 22-05-2018", "Årshjul 22-05-2018"). The title of such a case says
/// nothing of it.
fn is_container(meetings: &[Arc<Meeting>], consultations: &[Place], language: Language) -> bool {
    if consultations.len() < 2 {
        return false;
    }
    let titles = consultations.iter().filter_map(|place| {
        match &meetings[place.meeting as usize].items[place.item as usize].disclosure {
            Disclosure::Public(item) => Some((place.meeting, &*item.title)),
            Disclosure::Closed(_) => None,
        }
    });
    let mut dated: Vec<String> = Vec::new();
    let mut before: Option<(MeetingId, &str)> = None;
    for (meeting, title) in titles {
        if before.is_some_and(|(other, beside)| other == meeting && beside != title && name(beside) != name(title)) {
            return true;
        }
        // A date has at least four digits.
        let may_be_dated = title.bytes().filter(u8::is_ascii_digit).count() >= 4;
        let date = || language.date_in(title, meetings[meeting as usize].date);
        if let Some(date) = may_be_dated.then(date).flatten() {
            let name = name(&title[..date.start]) + &name(&title[date.end..]);
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
