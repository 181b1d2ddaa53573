//! What pages are put together from: rows, items, charts, attachments.

use super::fill::{On, fill, fill_heading};
use super::trail::Above;
use super::view::{self, Bar, CountedLink, Day, MeetingRow, PageLink};
use super::{Edition, Html, Ready, charts, json_ld};
use crate::archive::{Archive, Group};
use crate::config::Output;
use crate::language::{Language, Words};
use crate::ledger::{ObjectId, ObjectKind};
use crate::model::{
    AgendaItem, Disclosure, File, Markup, Meeting, MeetingId, Outcome, Paper, Place, PublicItem, SectionKind, Status,
    Stub,
};
use crate::site::{DataFile, Route, Scope, route};
use jiff::civil::Date;
use std::borrow::Cow;

/// The media type of feeds (RFC 4287 § 7).
const ATOM: &str = "application/atom+xml";

/// The media type of calendars (RFC 5545 § 8.1).
const CALENDAR: &str = "text/calendar";

/// The media type of Akoma Ntoso ("Media Type for Akoma Ntoso", registered as `application/akn+xml`).
const AKN: &str = "application/akn+xml";

impl<'a> Edition<'a> {
    pub(super) fn words(&self) -> &'static Words {
        self.config.language.words()
    }

    pub(super) fn count(&self, number: usize, forms: [&str; 2]) -> String {
        self.config.language.count(number, forms)
    }

    pub(super) fn day(&self, date: Date) -> Ready<Day> {
        self.shared.day(self.config.language, date)
    }

    pub(super) fn ids(&self) -> impl DoubleEndedIterator<Item = MeetingId> + use<> {
        0..MeetingId::try_from(self.archive.meetings.len()).unwrap_or(MeetingId::MAX)
    }

    /// What every page has. `above` are the pages between home and this one.
    pub(super) fn page(
        &self,
        kind: &'static str,
        at: &Route,
        title: String,
        description: String,
        above: Above,
    ) -> view::Page {
        let mut page = self.page_for_people(kind, at, title, description, above);
        page.json_ld = json_ld::page(self, &page, None).into();
        page
    }

    /// The same without what it is for machines.
    pub(super) fn page_for_people(
        &self,
        kind: &'static str,
        at: &Route,
        title: String,
        description: String,
        above: Above,
    ) -> view::Page {
        let canonical = self.config.base_url.as_ref().map(|base| at.after(base));
        view::Page {
            kind,
            name: title.clone(),
            title,
            description,
            root: at.root(),
            canonical,
            breadcrumb: Vec::new(),
            json_ld: Html::default(),
            trail: Ready::default(),
            header: Ready::default(),
            footer: Ready::default(),
            alternates: Vec::new(),
            above: Some(above),
        }
    }

    /// The other forms of a page, as far as the plan has them.
    pub(super) fn alternates(&self, scope: Scope, root: &str) -> Vec<view::Alternate> {
        let (words, archive, language) = (self.words(), self.archive, self.config.language);
        let slug = |index: usize| archive.organizations[index].organization.slug.as_str();
        // Every case asks, so no address is made of what nobody asked for.
        let form = |output: Output, title: &'static str, kind: &'static str, route: &dyn Fn() -> Route| {
            let route = self.config.outputs.contains(&output).then(route)?;
            let is_planned = self.site.pages.contains_key(&route);
            is_planned.then(|| view::Alternate { title, kind, href: route.after(root) })
        };
        let feed = |route: &dyn Fn() -> Route| form(Output::Feeds, words.feed, ATOM, route);
        let calendar = |title: &'static str, route: &dyn Fn() -> Route| form(Output::Calendar, title, CALENDAR, route);
        let of_many = |slug: Option<&str>| {
            let all = || route::calendar(language, slug);
            [feed(&|| route::feed(slug, 0)), calendar(words.calendar_all, &all)]
        };
        let forms = match scope {
            Scope::Archive => of_many(None),
            Scope::Organization(index) => of_many(Some(slug(index))),
            Scope::Case(index) => [feed(&|| route::case_feed(language, &archive.papers[index].reference, 0)), None],
            Scope::Meeting(id) => [
                calendar(words.calendar_one, &|| route::meeting_calendar(archive.meeting(id))),
                form(Output::Akn, words.akn_one, AKN, &|| route::akn(archive.meeting(id))),
            ],
        };
        forms.into_iter().flatten().collect()
    }

    /// What there is for programs beside tables, feeds and calendars, as far as the plan has it.
    pub(super) fn for_programs(&self, root: &str) -> Vec<view::DataLink> {
        let words = self.words();
        let files = [
            (words.data_description, "application/csvm+json", route::data(DataFile::Description)),
            (words.data_catalog, "application/ld+json", route::data(DataFile::Catalog)),
            (words.data_oparl, "application/json", route::oparl(ObjectId::of(ObjectKind::System, ""))),
            (words.data_changes, "application/json", route::oparl_list("changes", 0)),
            (words.data_sitemap, "application/xml", route::sitemap()),
        ];
        let planned = files.into_iter().filter(|(_, _, route)| self.site.pages.contains_key(route));
        let link = |(title, kind, route): (&str, &'static str, Route)| view::DataLink {
            title: title.to_owned(),
            href: route.after(root),
            kind,
        };
        planned.map(link).collect()
    }

    pub(super) fn organization_link(&self, group: &Group, root: &str) -> CountedLink {
        let count = self.count(group.meetings.len(), self.words().meetings);
        let link =
            counted(root, &route::organization(&group.organization.slug), group.organization.name.clone(), count);
        CountedLink { description: group.organization.description.clone(), ..link }
    }

    pub(super) fn row(&self, id: MeetingId, root: &str) -> MeetingRow<'a> {
        let (meeting, words) = (self.archive.meeting(id), self.words());
        let closed = closed_items(self.config.language, meeting);
        MeetingRow {
            href: self.site.meeting(id).after(root),
            date: self.day(meeting.date),
            organization: &self.archive.organization(id).organization.name,
            title: meeting.title.as_deref(),
            items: self.count(meeting.items.len(), words.items),
            closed: (closed > 0).then(|| self.count(closed, words.closed_count)),
            status: meeting.status.name(),
            status_text: words.status(meeting.status),
            cancelled: meeting.cancelled,
        }
    }

    pub(super) fn item(&self, id: MeetingId, item: &'a AgendaItem, root: &str) -> view::Item<'a> {
        let empty = view::Item {
            anchor: route::item(self.config.language, &item.number),
            number: item.number.printed(),
            title: "",
            html: Html::default(),
            closed: false,
            retracted: false,
            reason: None,
            decision: None,
            case_numbers: &[],
            cases: Vec::new(),
            outcome: None,
            sections: Vec::new(),
            footnotes: Html::default(),
            newer: None,
            planned: None,
        };
        match &item.disclosure {
            Disclosure::Closed(stub) => self.closed_item(stub, empty),
            Disclosure::Public(public) => self.public_item(id, public, root, empty),
        }
    }

    fn closed_item(&self, stub: &'a Stub, empty: view::Item<'a>) -> view::Item<'a> {
        view::Item {
            title: stub.title.as_deref().unwrap_or(self.words().closed_item),
            closed: true,
            reason: stub.reason.as_deref(),
            retracted: self.config.language.is_taken_back(stub),
            decision: stub.decision.as_deref(),
            case_numbers: &stub.case_numbers,
            ..empty
        }
    }

    fn public_item(&self, id: MeetingId, public: &'a PublicItem, root: &str, empty: view::Item<'a>) -> view::Item<'a> {
        let (language, meeting) = (self.config.language, self.archive.meeting(id));
        let mut count = 0;
        let mut attachment = |file: &'a File| {
            count += 1;
            self.attachment((meeting, On::Meeting), file, Some((empty.number, count)), root)
        };
        let heading =
            |text: &'a str, markup: Option<&'a Markup>| fill_heading(self, meeting, (text, markup), root, On::Meeting);
        let footnotes = public.footnotes.as_ref().map(|markup| fill(self, meeting, markup, root, On::Meeting));
        let sections = public.sections.iter().map(|section| view::Section {
            kind: section.kind.name(),
            heading: &section.heading,
            title: match section.heading.is_empty() {
                true => Html::default(),
                false => heading(&section.heading, section.title.as_deref()).into(),
            },
            html: if public.files_of(section).is_empty() {
                fill(self, meeting, &section.body, root, On::Meeting).into()
            } else {
                Html::default()
            },
            files: public.files_of(section).iter().map(&mut attachment).collect(),
        });
        let sections = sections.collect();
        let cases = public.references.iter().map(|reference| PageLink {
            title: reference.printed().to_owned(),
            href: route::case(language, reference).after(root),
        });
        view::Item {
            title: &public.title,
            html: heading(&public.title, public.heading.as_deref()).into(),
            cases: cases.collect(),
            outcome: self.outcome(public.outcome),
            sections,
            footnotes: footnotes.unwrap_or_default().into(),
            newer: self.newer(id, public, root, |paper| self.archive.treatments(paper).next_back()),
            planned: self.newer(id, public, root, |paper| self.archive.planned(paper)),
            ..empty
        }
    }

    /// The newest of what is found for an item's cases, when it is newer than the item's own meeting.
    fn newer(
        &self,
        id: MeetingId,
        public: &PublicItem,
        root: &str,
        found: impl Fn(&Paper) -> Option<Place>,
    ) -> Option<PageLink> {
        let papers = public.references.iter().filter_map(|reference| self.archive.paper(reference));
        let last = papers.filter(|paper| !paper.is_container).filter_map(found).max()?;
        let is_newer = self.archive.meeting(last.meeting).date > self.archive.meeting(id).date;
        is_newer.then(|| self.item_link(last, root))
    }

    /// `12. marts 2024, Byrådet, punkt 3`
    pub(super) fn item_link(&self, place: Place, root: &str) -> PageLink {
        let (body, number) = (self.day_and_body(place.meeting), self.archive.item(place).number.printed());
        PageLink {
            title: joined([&body, ", ", &self.words().item.to_lowercase(), " ", number]),
            href: self.address(place, root),
        }
    }

    /// `12. marts 2024, Byrådet`
    fn day_and_body(&self, id: MeetingId) -> String {
        let date = self.config.language.date(self.archive.meeting(id).date);
        joined([&date, ", ", &self.archive.organization(id).organization.name])
    }

    /// The address of an item.
    pub(super) fn address(&self, place: Place, root: &str) -> String {
        let anchor = route::item(self.config.language, &self.archive.item(place).number);
        joined([root, self.site.meeting(place.meeting).path(), "#", &anchor])
    }

    /// An attachment. One of a list has its number: that of the item, and its place among those that the item lists.
    fn attachment(
        &self,
        (meeting, on): (&Meeting, On),
        file: &'a File,
        number: Option<(&str, u32)>,
        root: &str,
    ) -> view::Attachment<'a> {
        let route = file.path.as_deref().map(|path| route::attachment(meeting, path));
        let note = file.path.as_deref().map(|path| {
            let kind = path.rsplit('.').next().unwrap_or_default().to_uppercase();
            let size = self.sizes.get(path).map(|size| format!(", {}", self.config.language.size(*size)));
            kind + &size.unwrap_or_default()
        });
        let base = self.config.base_url.as_ref();
        let entry = file.entry.as_ref().map(|entry| fill(self, meeting, entry, root, on));
        view::Attachment {
            label: number
                .map(|(item, place)| joined([self.words().attachment, " ", item, ".", &place.to_string()]))
                .unwrap_or_default(),
            title: &file.title,
            address: route.as_ref().and_then(|route| base.map(|base| route.after(base))),
            href: route.map(|route| route.after(root)),
            note: note.unwrap_or_default(),
            html: entry.unwrap_or_default().into(),
        }
    }

    /// Meetings per month of the newest year.
    pub(super) fn months_chart(&self, root: &str) -> Vec<Bar> {
        let Some(year) = self.archive.newest_year() else { return Vec::new() };
        let ids = self.archive.years.get(&year).map_or(&[][..], Vec::as_slice);
        let of_month = |month| ids.iter().filter(|id| self.archive.meeting(**id).date.month() == month).count();
        let counts: Vec<usize> = (1..=12).map(of_month).collect();
        let largest = counts.iter().copied().max().unwrap_or_default();
        let bar = |(month, count): (i8, usize)| Bar {
            title: self.config.language.month(month).to_owned(),
            href: (count > 0).then(|| format!("{root}{}#m{month}", route::year(year))),
            count: self.config.language.number(count),
            html: charts::bar(count, largest).into(),
        };
        (1..).zip(counts).map(bar).collect()
    }

    /// An organization's items per year.
    pub(super) fn items_chart(&self, group: &Group, root: &str) -> Vec<Bar> {
        let items = |year: i16| -> usize {
            let meetings = group.meetings.iter().map(|id| self.archive.meeting(*id));
            meetings.filter(|meeting| meeting.year() == year).map(|meeting| meeting.items.len()).sum()
        };
        let counts: Vec<(i16, usize)> =
            years_of(self.archive, group).into_iter().map(|year| (year, items(year))).collect();
        let largest = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
        let bar = |(year, count): &(i16, usize)| Bar {
            title: year.to_string(),
            href: Some(route::organization_year(&group.organization.slug, *year).after(root)),
            count: self.config.language.number(*count),
            html: charts::bar(*count, largest).into(),
        };
        counts.iter().map(bar).collect()
    }

    /// The twelve months of a year with the days that had meetings.
    pub(super) fn calendar(&self, year: i16, ids: &[MeetingId]) -> Vec<view::Tile> {
        let tile = |month: i8| {
            let mut days: Vec<(i8, usize)> = Vec::new();
            for date in ids.iter().map(|id| self.archive.meeting(*id).date).filter(|date| date.month() == month) {
                match days.last_mut() {
                    Some((day, count)) if *day == date.day() => *count += 1,
                    _ => days.push((date.day(), 1)),
                }
            }
            let count: usize = days.iter().map(|(_, count)| count).sum();
            view::Tile {
                name: self.config.language.month(month).to_owned(),
                href: (count > 0).then(|| format!("#m{month}")),
                count: self.count(count, self.words().meetings),
                html: charts::month(year, month, &days).into(),
            }
        };
        (1..=12).map(tile).collect()
    }

    /// The bodies that treated a case, in the order they first did.
    pub(super) fn treated_by(&self, treatments: &[Place]) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for place in treatments {
            let name = self.archive.organization(place.meeting).organization.name.as_str();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The newest treatment that was decided.
    pub(super) fn latest(&self, treatments: &[Place], root: &str) -> Option<view::Latest<'a>> {
        let decided = |place: &&Place| {
            let sections = self.archive.public_item(**place).map(|item| item.sections.as_slice()).unwrap_or_default();
            sections.iter().any(|section| section.kind == SectionKind::Resolution)
        };
        let place = treatments.iter().rev().find(decided)?;
        Some(view::Latest {
            href: self.address(*place, root),
            date: self.day(self.archive.meeting(place.meeting).date),
            organization: &self.archive.organization(place.meeting).organization.name,
            outcome: self.outcome(self.archive.public_item(*place).and_then(|item| item.outcome)),
        })
    }

    /// The course of a case as a picture; a single treatment has none.
    pub(super) fn strip(&self, dates: &[Date], name: &str) -> String {
        if dates.len() < 2 {
            return String::new();
        }
        let list: Vec<String> = dates.iter().map(|date| self.config.language.date(*date)).collect();
        charts::strip(dates, &format!("{}: {name}", self.words().course), &list.join("; "))
    }

    /// The attachments of a case by meeting.
    pub(super) fn case_files(&self, paper: &Paper, root: &str) -> Vec<view::CaseFiles<'a>> {
        let files = |place: &Place| {
            let public = self.archive.public_item(*place)?;
            let (meeting, item) = (self.archive.meeting(place.meeting), self.archive.item(*place));
            let listed = (1..).zip(public.listed_files());
            let numbered = listed.map(|(count, file)| (Some((item.number.printed(), count)), file));
            let files = numbered.chain(public.other_files().into_iter().map(|file| (None, file)));
            let files: Vec<_> =
                files.map(|(number, file)| self.attachment((meeting, On::Elsewhere), file, number, root)).collect();
            (!files.is_empty()).then(|| view::CaseFiles { title: self.day_and_body(place.meeting), files })
        };
        paper.consultations.iter().filter_map(files).collect()
    }

    pub(super) fn outcome(&self, outcome: Option<Outcome>) -> Option<Ready<view::Outcome>> {
        self.shared.outcome(outcome?)
    }

    pub(super) fn case_row(&self, paper: &'a Paper, root: &str) -> view::CaseRow<'a> {
        let day = |place: Place| self.day(self.archive.meeting(place.meeting).date);
        let last = self.archive.treatments(paper).next_back();
        view::CaseRow {
            number: paper.reference.printed(),
            href: route::case(self.config.language, &paper.reference).after(root),
            title: self.archive.title(paper).unwrap_or_default(),
            times: self.count(self.archive.treatments(paper).count(), self.words().times),
            last: last.map(day),
            planned: self.archive.planned(paper).map(day),
        }
    }

    pub(super) fn treatment(&self, place: Place, root: &str, with_decision: bool) -> view::Treatment<'a> {
        let meeting = self.archive.meeting(place.meeting);
        let item = self.archive.item(place);
        let public = self.archive.public_item(place);
        let decision = |public: &'a PublicItem| {
            let decisions = public.sections.iter().filter(|section| section.kind == SectionKind::Resolution);
            let filled = decisions.map(|section| fill(self, meeting, &section.body, root, On::Elsewhere));
            filled.reduce(|before, next| Cow::Owned(format!("{before}\n{next}"))).unwrap_or_default()
        };
        view::Treatment {
            href: self.address(place, root),
            date: self.day(meeting.date),
            organization: &self.archive.organization(place.meeting).organization.name,
            number: item.number.printed(),
            title: public.map(|public| &*public.title).unwrap_or_default(),
            outcome: self.outcome(public.and_then(|public| public.outcome)),
            html: public.filter(|_| with_decision).map(decision).unwrap_or_default().into(),
            agenda: meeting.status == Status::Agenda,
            cancelled: meeting.cancelled,
        }
    }
}

/// Texts put together. How many there are is known here, and not to `concat`, which takes twice as long.
pub(super) fn joined<const PARTS: usize>(parts: [&str; PARTS]) -> String {
    let mut out = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    parts.into_iter().for_each(|part| out.push_str(part));
    out
}

pub(super) fn day(language: Language, date: Date) -> Day {
    let (iso, text) = (date.to_string(), language.date(date));
    // Numbers and names of months need no escaping.
    let html = joined(["<time datetime=\"", &iso, "\">", &text, "</time>"]).into();
    Day { iso, text, html }
}

pub(super) fn counted(root: &str, route: &Route, title: String, count: String) -> CountedLink {
    CountedLink { title, href: route.after(root), count, description: None }
}

pub(super) fn closed_items(language: Language, meeting: &Meeting) -> usize {
    meeting.items.iter().filter(|item| language.was_closed(item)).count()
}

pub(super) fn years_of(archive: &Archive, group: &Group) -> Vec<i16> {
    let mut years: Vec<i16> = group.meetings.iter().map(|id| archive.meeting(*id).year()).collect();
    years.dedup();
    years
}
