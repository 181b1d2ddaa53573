//! The objects of the OParl interface: which there are, what names each, and how old each is.
//!
//! The whole is counted once, when the plan is made; an object is written only when its file is asked for.

use super::{Page, Plan, Route, public_files, route};
use crate::archive::Archive;
use crate::config::Config;
use crate::ledger::{Entry, Ledger, ObjectId, ObjectKind, Stamp};
use crate::model::{Meeting, MeetingId, Place};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// How many objects a page of a list holds (OParl 1.1 § 2.5.4 asks for pages above 100).
pub const OPARL_LIMIT: usize = 100;

/// How many changes a page of a month holds: each is a line or two.
pub const CHANGES_LIMIT: usize = 1000;

/// An object, by its place in the archive or in [`Oparl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the word of the standard")]
pub enum Object {
    System,
    Body,
    LegislativeTerm,
    Organization(usize),
    Person(usize),
    Meeting(MeetingId),
    AgendaItem(Place),
    Paper(usize),
    Consultation(usize),
    File(usize),
    Location(usize),
}

/// A file of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OparlFile {
    /// An object.
    Object(Object),
    /// An object that is there no more, by its place among those.
    Gone(usize),
    /// The list of the one body.
    Bodies,
    /// A page of the list of all objects of a kind, counted from 0.
    List(ObjectKind, usize),
    /// The list of memberships, on which nobody is.
    Memberships,
    /// A page of the list of an organization's meetings.
    OrganizationMeetings(usize, usize),
    /// The months in which anything changed.
    Changes,
    /// A page of the changes of a month, by the month's place.
    Month(usize, usize),
}

/// Somebody or some place that the heads of meetings name.
#[derive(Debug)]
pub struct Named {
    /// The name as printed.
    pub name: String,
    /// The meetings that name it, oldest first.
    pub meetings: Vec<MeetingId>,
}

/// A file that public sections link to.
#[derive(Debug)]
pub struct Attached {
    /// The meeting.
    pub meeting: MeetingId,
    /// Its path in the content folder.
    pub path: Box<str>,
    /// The items that link to it; none for one that only the preamble does.
    pub items: Vec<Place>,
}

/// What changed in a month, by the clocks of the site.
#[derive(Debug)]
pub struct Month {
    /// `2024-05`
    pub name: String,
    /// The changes, oldest first.
    pub changes: Vec<Change>,
}

/// The latest change of an object.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// The object.
    pub id: ObjectId,
    /// Its age.
    pub stamp: Stamp,
    /// Whether it is still there.
    pub is_there: bool,
}

/// The interface.
#[derive(Debug, Default)]
pub struct Oparl {
    /// Everybody who was at a meeting or absent, by name.
    pub people: Vec<Named>,
    /// Where meetings were held, by name.
    pub places: Vec<Named>,
    /// The attachments, in the order of the meetings.
    pub files: Vec<Attached>,
    /// The treatments of cases: the case's place and the item.
    pub consultations: Vec<(usize, Place)>,
    /// Every object of every kind, with its name and age.
    pub objects: BTreeMap<ObjectKind, Vec<(Object, ObjectId, Stamp)>>,
    /// What is gone.
    pub gone: Vec<(ObjectId, Stamp)>,
    /// What changed in each month, oldest first.
    pub months: Vec<Month>,
    /// The age of each object, by its name.
    stamps: BTreeMap<ObjectId, Stamp>,
    file_of: BTreeMap<Route, usize>,
    consultation_of: BTreeMap<(usize, Place), usize>,
}

impl Oparl {
    /// The age of an object.
    pub fn stamp(&self, id: ObjectId) -> Stamp {
        self.stamps
            .get(&id)
            .copied()
            .unwrap_or(Stamp { created: Timestamp::UNIX_EPOCH, modified: Timestamp::UNIX_EPOCH })
    }

    /// The file that a meeting links to by a path in the content folder.
    pub fn file(&self, meeting: &Meeting, path: &str) -> Option<usize> {
        self.file_of.get(&route::attachment(meeting, path)).copied()
    }

    /// The treatment of a case under an item.
    pub fn consultation(&self, paper: usize, item: Place) -> Option<usize> {
        self.consultation_of.get(&(paper, item)).copied()
    }

    /// How many objects of a kind there are.
    pub fn count(&self, kind: ObjectKind) -> usize {
        self.objects.get(&kind).map_or(0, Vec::len)
    }
}

/// What names an object, in a way that tells nothing of it.
pub fn object_id(archive: &Archive, oparl: &Oparl, object: Object) -> ObjectId {
    let meeting = |id: MeetingId| meeting_key(archive.meeting(id));
    let item = |place: Place| format!("{}#{}", meeting(place.meeting), archive.item(place).number.printed());
    let paper = |index: usize| archive.papers[index].reference.printed();
    match object {
        Object::System => ObjectId::of(ObjectKind::System, ""),
        Object::Body => ObjectId::of(ObjectKind::Body, ""),
        Object::LegislativeTerm => ObjectId::of(ObjectKind::LegislativeTerm, ""),
        Object::Organization(index) => {
            ObjectId::of(ObjectKind::Organization, &archive.organizations[index].organization.slug)
        }
        Object::Person(index) => ObjectId::of(ObjectKind::Person, &oparl.people[index].name),
        Object::Meeting(id) => ObjectId::of(ObjectKind::Meeting, &meeting(id)),
        Object::AgendaItem(place) => ObjectId::of(ObjectKind::AgendaItem, &item(place)),
        Object::Paper(index) => ObjectId::of(ObjectKind::Paper, paper(index)),
        Object::Consultation(index) => {
            let (of, place) = oparl.consultations[index];
            ObjectId::of(ObjectKind::Consultation, &format!("{} {}", paper(of), item(place)))
        }
        Object::File(index) => {
            let Attached { meeting, path, .. } = &oparl.files[index];
            ObjectId::of(ObjectKind::File, route::attachment(archive.meeting(*meeting), path).path())
        }
        Object::Location(index) => ObjectId::of(ObjectKind::Location, &oparl.places[index].name),
    }
}

fn meeting_key(meeting: &Meeting) -> String {
    format!("{}/{}", crate::model::slug(&meeting.organization), meeting.stem())
}

/// Counts the objects of an archive.
pub(super) fn oparl(archive: &Archive, config: &Config, ledger: &Ledger) -> Oparl {
    let mut oparl = Oparl { people: people(archive), places: places(archive), ..Oparl::default() };
    files(archive, &mut oparl);
    for (index, paper) in archive.papers.iter().enumerate() {
        for place in &paper.consultations {
            oparl.consultation_of.insert((index, *place), oparl.consultations.len());
            oparl.consultations.push((index, *place));
        }
    }
    objects(archive, config, ledger, &mut oparl);
    let is_gone = |id: &ObjectId| !oparl.stamps.contains_key(id);
    oparl.gone = ledger.entries.iter().filter(|(id, _)| is_gone(id)).map(|(id, entry)| (*id, entry.stamp)).collect();
    oparl.months = months(&oparl, &config.zone());
    oparl
}

fn people(archive: &Archive) -> Vec<Named> {
    named(archive, |meeting| meeting.participants.iter().chain(&meeting.absent).map(|person| &*person.name).collect())
}

fn places(archive: &Archive) -> Vec<Named> {
    named(archive, |meeting| meeting.place.as_deref().into_iter().collect())
}

fn named<'a>(archive: &'a Archive, names: impl Fn(&'a Meeting) -> Vec<&'a str>) -> Vec<Named> {
    let mut found: BTreeMap<&str, Vec<MeetingId>> = BTreeMap::new();
    for (id, meeting) in (0..).zip(&archive.meetings) {
        for name in names(meeting) {
            let meetings = found.entry(name).or_default();
            if meetings.last() != Some(&id) {
                meetings.push(id);
            }
        }
    }
    found.into_iter().map(|(name, meetings)| Named { name: name.to_owned(), meetings }).collect()
}

fn files(archive: &Archive, oparl: &mut Oparl) {
    for (id, meeting) in (0..).zip(&archive.meetings) {
        for path in public_files(meeting) {
            let next = oparl.files.len();
            oparl.file_of.entry(route::attachment(meeting, path)).or_insert_with(|| {
                oparl.files.push(Attached { meeting: id, path: path.into(), items: Vec::new() });
                next
            });
        }
        for (item, _) in (0..).zip(&meeting.items) {
            let place = Place { meeting: id, item };
            for file in archive.public_item(place).into_iter().flat_map(|public| &public.files) {
                let known = file.path.as_deref().and_then(|path| oparl.file(meeting, path));
                let items = known.map(|index| &mut oparl.files[index].items);
                if let Some(items) = items.filter(|items| items.last() != Some(&place)) {
                    items.push(place);
                }
            }
        }
    }
}

/// Every object with its age: that of the ledger, else what the heads of its meetings say.
fn objects(archive: &Archive, config: &Config, ledger: &Ledger, oparl: &mut Oparl) {
    let zone = config.zone();
    let day = |date: Date| midnight(date, &zone);
    let made = |id: MeetingId| archive.meeting(id).published.unwrap_or(archive.meeting(id).date);
    let of_one = |id: MeetingId| Stamp { created: day(made(id)), modified: day(archive.meeting(id).changed()) };
    let oldest = |ids: &mut dyn Iterator<Item = MeetingId>| {
        let first = ids.map(made).min().map_or(Timestamp::UNIX_EPOCH, day);
        Stamp { created: first, modified: first }
    };
    let all = oldest(&mut (0..).zip(&archive.meetings).map(|(id, _)| id));
    let mut list: Vec<(Object, Stamp)> =
        [Object::System, Object::Body, Object::LegislativeTerm].map(|object| (object, all)).to_vec();
    for (index, group) in archive.organizations.iter().enumerate() {
        list.push((Object::Organization(index), oldest(&mut group.meetings.iter().copied())));
    }
    for (index, person) in oparl.people.iter().enumerate() {
        list.push((Object::Person(index), oldest(&mut person.meetings.iter().copied())));
    }
    for (index, place) in oparl.places.iter().enumerate() {
        list.push((Object::Location(index), oldest(&mut place.meetings.iter().copied())));
    }
    for (id, meeting) in (0..).zip(&archive.meetings) {
        list.push((Object::Meeting(id), of_one(id)));
        let items = (0..).zip(&meeting.items).map(|(item, _)| Place { meeting: id, item });
        list.extend(items.map(|place| (Object::AgendaItem(place), of_one(id))));
    }
    for (index, paper) in archive.papers.iter().enumerate() {
        let meetings = || paper.consultations.iter().map(|place| place.meeting);
        let changed = meetings().map(|id| archive.meeting(id).changed()).max().map_or(Timestamp::UNIX_EPOCH, day);
        list.push((Object::Paper(index), Stamp { modified: changed, ..oldest(&mut meetings()) }));
    }
    for (index, (_, place)) in oparl.consultations.iter().enumerate() {
        list.push((Object::Consultation(index), of_one(place.meeting)));
    }
    for (index, file) in oparl.files.iter().enumerate() {
        list.push((Object::File(index), of_one(file.meeting)));
    }
    for (object, stamp) in list {
        let id = object_id(archive, oparl, object);
        let known = ledger.entries.get(&id).filter(|entry: &&Entry| entry.state.is_some());
        let stamp = known.map_or(stamp, |entry| entry.stamp);
        oparl.objects.entry(id.kind).or_default().push((object, id, stamp));
        oparl.stamps.insert(id, stamp);
    }
}

fn midnight(date: Date, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_timestamp(date.to_datetime(Time::midnight())).compatible().unwrap_or(Timestamp::UNIX_EPOCH)
}

fn months(oparl: &Oparl, zone: &TimeZone) -> Vec<Month> {
    let mut months: BTreeMap<String, Vec<Change>> = BTreeMap::new();
    let there =
        oparl.objects.values().flatten().map(|(_, id, stamp)| Change { id: *id, stamp: *stamp, is_there: true });
    let gone = oparl.gone.iter().map(|(id, stamp)| Change { id: *id, stamp: *stamp, is_there: false });
    for change in there.chain(gone) {
        let date = zone.to_datetime(change.stamp.modified).date();
        months.entry(format!("{:04}-{:02}", date.year(), date.month())).or_default().push(change);
    }
    for changes in months.values_mut() {
        changes.sort_by_key(|change| (change.stamp.modified, change.id));
    }
    months.into_iter().map(|(name, changes)| Month { name, changes }).collect()
}

/// Adds the files of the interface to the plan.
pub(super) fn add(draft: &mut Plan<'_>, config: &Config, ledger: &Ledger) {
    let oparl = oparl(draft.archive, config, ledger);
    let pages = |count: usize, limit: usize| count.div_ceil(limit).max(1);
    let mut put = |route: Route, file: OparlFile| draft.add(route, Page::Oparl(file), None);
    put(route::oparl_list("bodies", 0), OparlFile::Bodies);
    for objects in oparl.objects.values() {
        for (object, id, _) in objects {
            put(route::oparl(*id), OparlFile::Object(*object));
        }
    }
    for (index, (id, _)) in oparl.gone.iter().enumerate() {
        put(route::oparl(*id), OparlFile::Gone(index));
    }
    for kind in ObjectKind::ALL {
        let Some(name) = list_name(kind) else { continue };
        for page in 0..pages(oparl.count(kind), OPARL_LIMIT) {
            put(route::oparl_list(name, page), OparlFile::List(kind, page));
        }
    }
    put(route::oparl_list(MEMBERSHIPS, 0), OparlFile::Memberships);
    for (object, id, _) in oparl.objects.get(&ObjectKind::Organization).into_iter().flatten() {
        let Object::Organization(index) = *object else { continue };
        for page in 0..pages(draft.archive.organizations[index].meetings.len(), OPARL_LIMIT) {
            let name = format!("{id}-meetings");
            draft.add(route::oparl_list(&name, page), Page::Oparl(OparlFile::OrganizationMeetings(index, page)), None);
        }
    }
    draft.add(route::oparl_list("changes", 0), Page::Oparl(OparlFile::Changes), None);
    for (index, month) in oparl.months.iter().enumerate() {
        for page in 0..pages(month.changes.len(), CHANGES_LIMIT) {
            let at = route::oparl_list(&format!("changes/{}", month.name), page);
            draft.add(at, Page::Oparl(OparlFile::Month(index, page)), None);
        }
    }
    draft.site.oparl = oparl;
}

/// The list that nobody is on: what the heads of meetings say of people is that they were there.
pub const MEMBERSHIPS: &str = "memberships";

/// The name of the list of all objects of a kind, where the body leads to one.
pub fn list_name(kind: ObjectKind) -> Option<&'static str> {
    match kind {
        ObjectKind::System | ObjectKind::Body => None,
        ObjectKind::LegislativeTerm => Some("legislative-terms"),
        ObjectKind::Organization => Some("organizations"),
        ObjectKind::Person => Some("people"),
        ObjectKind::Meeting => Some("meetings"),
        ObjectKind::AgendaItem => Some("agenda-items"),
        ObjectKind::Paper => Some("papers"),
        ObjectKind::Consultation => Some("consultations"),
        ObjectKind::File => Some("files"),
        ObjectKind::Location => Some("locations"),
    }
}
