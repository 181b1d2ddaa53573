//! The open interface for programs: OParl 1.1 as files. Section numbers are those of the standard of 2021.
//!
//! An object is written once for each place it stands in: in its own file and in lists whole, inside another object without
//! the way back to that one (§ 2.5.2). A closed item stands with its stub and nothing else.

use super::zone::{MIDNIGHT, Zone};
use crate::ledger::{ObjectId, ObjectKind, Seen, Stamp, fingerprint};
use crate::model::{Disclosure, FileKind, Link, Markup, MeetingId, Place, PublicItem, SectionKind};
use crate::render::Edition;
use crate::site::{
    Attached, CHANGES_LIMIT, Change, MEMBERSHIPS, OPARL_LIMIT, Object, OparlFile, Route, list_name, object_id, route,
};
use serde_json::{Map, Value, json};

/// The name space of types (§ 2.4.1).
const SCHEMA: &str = "https://schema.oparl.org/1.1/";

/// A file of the interface.
pub(super) fn file(edition: &Edition<'_>, file: OparlFile) -> Vec<u8> {
    let api = Api::new(edition, edition.config.base_url.as_deref().unwrap_or_default(), Ages::Told);
    let value = match file {
        OparlFile::Object(object) => Value::Object(api.object(object)),
        OparlFile::Gone(index) => api.gone(index),
        OparlFile::Bodies => api.list("bodies", 0, [Object::Body].into_iter()),
        OparlFile::Memberships => api.list(MEMBERSHIPS, 0, std::iter::empty()),
        OparlFile::List(kind, page) => {
            let of_kind = edition.site.oparl.objects.get(&kind).map(Vec::as_slice).unwrap_or_default();
            let objects = of_kind.iter().map(|(object, _, _)| *object);
            api.list(list_name(kind).unwrap_or_default(), page, objects)
        }
        OparlFile::OrganizationMeetings(index, page) => {
            let meetings = edition.archive.organizations[index].meetings.iter();
            let name = format!("{}-meetings", api.id(Object::Organization(index)));
            api.list(&name, page, meetings.map(|id| Object::Meeting(*id)))
        }
        OparlFile::Changes => api.changes(),
        OparlFile::Month(index, page) => api.month(index, page),
    };
    let mut out = value.to_string().into_bytes();
    out.push(b'\n');
    out
}

/// Every object as the ledger wants it: what it says without its age, and with addresses that don't depend on where the
/// archive stands.
pub fn seen(edition: &Edition<'_>) -> Vec<Seen> {
    let api = Api::new(edition, "", Ages::LeftOut);
    let objects = edition.site.oparl.objects.values().flatten();
    let state = |object: Object| fingerprint(Value::Object(api.object(object)).to_string().as_bytes());
    objects.map(|(object, id, stamp)| Seen { id: *id, state: state(*object), stamp: *stamp }).collect()
}

struct Api<'a> {
    edition: &'a Edition<'a>,
    base: &'a str,
    zone: Zone,
    ages: Ages,
}

/// Whether objects say when they were made and changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ages {
    Told,
    /// For the ledger, which decides on them by what else an object says.
    LeftOut,
}

impl<'a> Api<'a> {
    fn new(edition: &'a Edition<'a>, base: &'a str, ages: Ages) -> Api<'a> {
        Api { edition, base, zone: Zone::of(edition.config), ages }
    }

    fn id(&self, object: Object) -> ObjectId {
        object_id(self.edition.archive, &self.edition.site.oparl, object)
    }

    fn address(&self, route: &Route) -> String {
        format!("{}{route}", self.base)
    }

    fn url(&self, object: Object) -> String {
        self.address(&route::oparl(self.id(object)))
    }

    fn date(&self, value: &mut Map<String, Value>, Stamp { created, modified }: Stamp) {
        value.insert("created".to_owned(), json!(self.zone.moment_rfc3339(created)));
        value.insert("modified".to_owned(), json!(self.zone.moment_rfc3339(modified)));
    }

    /// What every object begins with; `created` and `modified` stand in each (§ 3.1).
    fn frame(&self, object: Object) -> Map<String, Value> {
        let id = self.id(object);
        let mut value = Map::new();
        value.insert("id".to_owned(), json!(self.address(&route::oparl(id))));
        value.insert("type".to_owned(), json!(format!("{SCHEMA}{}", id.kind.names().0)));
        if self.ages == Ages::Told {
            self.date(&mut value, self.edition.site.oparl.stamp(id));
        }
        value
    }

    /// An object, whole.
    fn object(&self, object: Object) -> Map<String, Value> {
        let mut value = self.frame(object);
        let rest = match object {
            Object::System => self.system(),
            Object::Body => self.body(),
            Object::LegislativeTerm => {
                let mut term = self.term();
                term["body"] = json!(self.url(Object::Body));
                term
            }
            Object::Organization(index) => self.organization(index),
            Object::Person(index) => {
                json!({ "body": self.url(Object::Body), "name": self.edition.site.oparl.people[index].name })
            }
            Object::Meeting(id) => self.meeting(id),
            Object::AgendaItem(place) => {
                let mut item = self.agenda_item(place);
                item["meeting"] = json!(self.url(Object::Meeting(place.meeting)));
                item
            }
            Object::Paper(index) => self.paper(index),
            Object::Consultation(index) => {
                let mut consultation = self.consultation(index);
                let (paper, _) = self.edition.site.oparl.consultations[index];
                consultation["paper"] = json!(self.url(Object::Paper(paper)));
                consultation
            }
            Object::File(index) => self.file_with_ways_back(index),
            Object::Location(index) => json!({ "description": self.edition.site.oparl.places[index].name }),
        };
        if let Value::Object(rest) = rest {
            value.extend(rest.into_iter().filter(|(_, value)| !value.is_null()));
        }
        value
    }

    /// An object inside another (§ 2.5.2).
    fn inner(&self, object: Object, rest: Value) -> Value {
        let mut value = self.frame(object);
        if let Value::Object(rest) = rest {
            value.extend(rest.into_iter().filter(|(_, value)| !value.is_null()));
        }
        Value::Object(value)
    }

    /// § 3.2
    fn system(&self) -> Value {
        let config = self.edition.config;
        json!({
            "oparlVersion": SCHEMA,
            "name": config.title,
            "body": self.address(&route::oparl_list("bodies", 0)),
            "contactEmail": config.contact.email,
            "website": self.web(&route::home()),
            "license": self.license(),
            "web": self.web(&route::home()),
        })
    }

    /// § 3.3
    fn body(&self) -> Value {
        let config = self.edition.config;
        let list = |kind| list_name(kind).map(|name| self.address(&route::oparl_list(name, 0)));
        json!({
            "system": self.url(Object::System),
            "name": config.title,
            "contactEmail": config.contact.email,
            "license": self.license(),
            "organization": list(ObjectKind::Organization),
            "person": list(ObjectKind::Person),
            "meeting": list(ObjectKind::Meeting),
            "paper": list(ObjectKind::Paper),
            "agendaItem": list(ObjectKind::AgendaItem),
            "consultation": list(ObjectKind::Consultation),
            "file": list(ObjectKind::File),
            "locationList": list(ObjectKind::Location),
            "legislativeTermList": list(ObjectKind::LegislativeTerm),
            "membership": self.address(&route::oparl_list(MEMBERSHIPS, 0)),
            "legislativeTerm": [self.inner(Object::LegislativeTerm, self.term())],
            "web": self.web(&route::home()),
        })
    }

    /// § 3.4: the files of an archive know no terms, so there is one, from the first meeting on.
    fn term(&self) -> Value {
        let first = self.edition.archive.meetings.first().map(|meeting| meeting.date);
        let words = self.edition.config.language.words();
        json!({
            "name": first.map(|date| format!("{} {}", words.since, date.year())),
            "startDate": first.map(|date| date.to_string()),
        })
    }

    /// § 3.5
    fn organization(&self, index: usize) -> Value {
        let organization = &self.edition.archive.organizations[index].organization;
        let meetings = format!("{}-meetings", self.id(Object::Organization(index)));
        json!({
            "body": self.url(Object::Body),
            "name": organization.name,
            "classification": organization.classification,
            "meeting": self.address(&route::oparl_list(&meetings, 0)),
            "web": self.web(&route::organization(&organization.slug)),
        })
    }

    /// § 3.8
    fn meeting(&self, id: MeetingId) -> Value {
        let (archive, config, oparl) = (self.edition.archive, self.edition.config, &self.edition.site.oparl);
        let meeting = archive.meeting(id);
        let (group, words) = (archive.organization(id), config.language.words());
        let date = config.language.date(meeting.date);
        let moment = |time| self.zone.rfc3339(meeting.date, time);
        let end = meeting.end.filter(|end| meeting.start.is_some_and(|start| *end > start));
        let person = |name: &str| oparl.people.binary_search_by(|person| person.name.as_str().cmp(name)).ok();
        let people = meeting.participants.iter().filter_map(|participant| person(&participant.name));
        let mut people: Vec<usize> = people.collect();
        people.sort_unstable();
        people.dedup();
        let place = meeting
            .place
            .as_deref()
            .and_then(|name| oparl.places.binary_search_by(|place| place.name.as_str().cmp(name)).ok());
        let location = place.map(|index| self.inner(Object::Location(index), json!({ "description": meeting.place })));
        let items = (0..).zip(&meeting.items).map(|(item, _)| Place { meeting: id, item });
        let before = meeting.links.iter().filter_map(|mark| match &mark.link {
            Link::File(path) => oparl.file(meeting, path),
            Link::Meeting(..) | Link::Anchor(_) => None,
        });
        json!({
            "name": format!("{}, {date}", meeting.title.as_deref().unwrap_or(&group.organization.name)),
            "meetingState": if meeting.cancelled { words.cancelled } else { words.status(meeting.status) },
            "cancelled": meeting.cancelled,
            "start": moment(meeting.start.unwrap_or(MIDNIGHT)),
            "end": end.map(moment),
            "location": location,
            "organization": [self.url(Object::Organization(archive.organization_index(id)))],
            "participant": people.into_iter().map(|index| self.url(Object::Person(index))).collect::<Vec<_>>(),
            "auxiliaryFile": self.inner_files(before),
            "agendaItem": items.map(|place| self.inner(Object::AgendaItem(place), self.agenda_item(place))).collect::<Vec<_>>(),
            "web": self.web(&route::meeting(meeting)),
        })
    }

    /// § 3.9
    fn agenda_item(&self, place: Place) -> Value {
        let (archive, config) = (self.edition.archive, self.edition.config);
        let item = archive.item(place);
        let page = self.web(&route::meeting(archive.meeting(place.meeting)));
        let mut value = match &item.disclosure {
            Disclosure::Public(public) => self.public_item(place, public),
            Disclosure::Closed(stub) => json!({
                // Whether it was treated in the open: what was taken back was.
                "public": config.language.is_taken_back(stub),
                "name": stub.title.as_deref().unwrap_or(config.language.words().closed_item),
                "resolutionText": stub.decision,
                // A word of our own, in the form the standard has for them (§ 2.4.4).
                "referat:reason": stub.reason,
            }),
        };
        value["number"] = json!(item.number.printed());
        value["order"] = json!(place.item);
        value["web"] = json!(format!("{page}#{}", route::item(config.language, &item.number)));
        value
    }

    fn public_item(&self, place: Place, public: &PublicItem) -> Value {
        let (archive, oparl) = (self.edition.archive, &self.edition.site.oparl);
        let meeting = archive.meeting(place.meeting);
        let decisions = public.sections.iter().filter(|section| section.kind == SectionKind::Resolution);
        let decisions: Vec<&Markup> = decisions.map(|section| &section.body).collect();
        let notes = public.notes_of(decisions.iter().copied());
        let notes = notes.into_iter().map(|(number, note)| format!("{number}. {}", note.text()));
        let decided = decisions.into_iter().map(Markup::text).chain(notes);
        let decided: Vec<String> = decided.filter(|text| !text.is_empty()).collect();
        let paper = |reference| archive.papers.binary_search_by(|paper| paper.reference.cmp(reference)).ok();
        let consultation = public.references.first().and_then(paper).and_then(|paper| oparl.consultation(paper, place));
        let files = public.files.iter().filter_map(|file| oparl.file(meeting, file.path.as_deref()?));
        json!({
            "public": true,
            "name": public.title,
            "consultation": consultation.map(|index| self.url(Object::Consultation(index))),
            "result": public.outcome.map(|outcome| self.edition.config.language.words().outcome(outcome)),
            "resolutionText": (!decided.is_empty()).then(|| decided.join("\n")),
            "auxiliaryFile": self.inner_files(files),
        })
    }

    /// § 3.10
    fn paper(&self, index: usize) -> Value {
        let (archive, oparl) = (self.edition.archive, &self.edition.site.oparl);
        let paper = &archive.papers[index];
        let first = paper.consultations.first().map(|place| archive.meeting(place.meeting).date.to_string());
        let consultations = paper.consultations.iter().filter_map(|place| oparl.consultation(index, *place));
        let files = paper.consultations.iter().flat_map(|place| {
            let meeting = archive.meeting(place.meeting);
            let listed = archive.public_item(*place).map(|public| public.files.as_slice()).unwrap_or_default();
            listed.iter().filter_map(move |file| oparl.file(meeting, file.path.as_deref()?))
        });
        json!({
            "body": self.url(Object::Body),
            "name": archive.title(paper).unwrap_or(paper.reference.printed()),
            "reference": paper.reference.printed(),
            "date": first,
            "consultation": consultations.map(|index| self.inner(Object::Consultation(index), self.consultation(index))).collect::<Vec<_>>(),
            "auxiliaryFile": self.inner_files(files),
            "web": self.web(&route::case(self.edition.config.language, &paper.reference)),
        })
    }

    /// § 3.11
    fn consultation(&self, index: usize) -> Value {
        let (_, place) = self.edition.site.oparl.consultations[index];
        let organization = Object::Organization(self.edition.archive.organization_index(place.meeting));
        json!({
            "agendaItem": self.url(Object::AgendaItem(place)),
            "meeting": self.url(Object::Meeting(place.meeting)),
            "organization": [self.url(organization)],
        })
    }

    fn inner_files(&self, files: impl Iterator<Item = usize>) -> Option<Vec<Value>> {
        let mut files: Vec<usize> = files.collect();
        files.sort_unstable();
        files.dedup();
        (!files.is_empty())
            .then(|| files.into_iter().map(|index| self.inner(Object::File(index), self.file(index))).collect())
    }

    /// § 3.12
    fn file(&self, index: usize) -> Value {
        let Attached { meeting, path, items } = &self.edition.site.oparl.files[index];
        let archive = self.edition.archive;
        let route = route::attachment(archive.meeting(*meeting), path);
        let name = route.path().rsplit('/').next().unwrap_or_default();
        let listed = items.iter().filter_map(|place| archive.public_item(*place)).flat_map(|public| &public.files);
        let title = listed.filter(|file| file.path.as_ref() == Some(path)).map(|file| &*file.title).next();
        json!({
            "name": title.unwrap_or(name),
            "fileName": name,
            "mimeType": FileKind::of(name).map(|kind| kind.media_type),
            "size": self.edition.sizes.get(&**path),
            "accessUrl": self.address(&route),
            "downloadUrl": self.address(&route),
        })
    }

    fn file_with_ways_back(&self, index: usize) -> Value {
        let Attached { meeting, items, .. } = &self.edition.site.oparl.files[index];
        let archive = self.edition.archive;
        let paper = |reference: &_| archive.papers.binary_search_by(|paper| paper.reference.cmp(reference)).ok();
        let cases = items.iter().filter_map(|place| archive.public_item(*place)).flat_map(|public| &public.references);
        let mut papers: Vec<usize> = cases.filter_map(paper).collect();
        papers.sort_unstable();
        papers.dedup();
        let mut value = self.file(index);
        value["meeting"] = json!([self.url(Object::Meeting(*meeting))]);
        value["agendaItem"] = json!(items.iter().map(|place| self.url(Object::AgendaItem(*place))).collect::<Vec<_>>());
        value["paper"] = json!(papers.into_iter().map(|paper| self.url(Object::Paper(paper))).collect::<Vec<_>>());
        value
    }

    /// What is left of an object that is gone (§ 2.8): that it was there, and since when it isn't.
    fn gone(&self, index: usize) -> Value {
        let (id, stamp) = self.edition.site.oparl.gone[index];
        let mut value = Map::new();
        value.insert("id".to_owned(), json!(self.address(&route::oparl(id))));
        value.insert("type".to_owned(), json!(format!("{SCHEMA}{}", id.kind.names().0)));
        value.insert("deleted".to_owned(), json!(true));
        self.date(&mut value, stamp);
        Value::Object(value)
    }

    /// A page of a list (§ 2.5.3 and 2.5.4).
    fn list(&self, name: &str, page: usize, objects: impl ExactSizeIterator<Item = Object>) -> Value {
        let total = objects.len();
        let part = objects.skip(page * OPARL_LIMIT).take(OPARL_LIMIT);
        let data: Vec<Value> = part.map(|object| Value::Object(self.object(object))).collect();
        self.pages(name, page, total, OPARL_LIMIT, data)
    }

    fn pages(&self, name: &str, page: usize, total: usize, limit: usize, data: Vec<Value>) -> Value {
        let pages = total.div_ceil(limit).max(1);
        let address = |page: usize| self.address(&route::oparl_list(name, page));
        let mut links = Map::new();
        links.insert("self".to_owned(), json!(address(page)));
        links.insert("first".to_owned(), json!(address(0)));
        links.insert("last".to_owned(), json!(address(pages - 1)));
        if page > 0 {
            links.insert("prev".to_owned(), json!(address(page - 1)));
        }
        if page + 1 < pages {
            links.insert("next".to_owned(), json!(address(page + 1)));
        }
        json!({
            "data": data,
            "pagination": { "totalElements": total, "elementsPerPage": limit, "currentPage": page + 1, "totalPages": pages },
            "links": links,
        })
    }

    /// The months in which anything changed: what takes the place of the filters `modified_since` and `modified_until`
    /// (§ 2.5.5), which files can't answer.
    fn changes(&self) -> Value {
        let months = self.edition.site.oparl.months.iter().map(|month| {
            let address = self.address(&route::oparl_list(&format!("changes/{}", month.name), 0));
            json!({ "month": month.name, "list": address, "totalElements": month.changes.len() })
        });
        json!({ "data": months.collect::<Vec<_>>() })
    }

    fn month(&self, index: usize, page: usize) -> Value {
        let month = &self.edition.site.oparl.months[index];
        let part = month.changes.iter().skip(page * CHANGES_LIMIT).take(CHANGES_LIMIT);
        let row = |Change { id, stamp, is_there }: &Change| {
            let mut value = Map::new();
            value.insert("id".to_owned(), json!(self.address(&route::oparl(*id))));
            value.insert("type".to_owned(), json!(format!("{SCHEMA}{}", id.kind.names().0)));
            self.date(&mut value, *stamp);
            if !is_there {
                value.insert("deleted".to_owned(), json!(true));
            }
            Value::Object(value)
        };
        let name = format!("changes/{}", month.name);
        self.pages(&name, page, month.changes.len(), CHANGES_LIMIT, part.map(row).collect())
    }

    fn web(&self, route: &Route) -> String {
        self.address(route)
    }

    /// A licence is an address here (§ 3.1); one in words stands on the pages.
    fn license(&self) -> Option<&str> {
        let license = self.edition.config.license.as_deref();
        license.filter(|text| text.starts_with("https://") || text.starts_with("http://"))
    }
}
