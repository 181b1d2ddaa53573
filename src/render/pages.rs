//! Views from the archive, one function a kind of page.

use super::Edition;
use super::fill::{On, fill};
use super::theme::Theme;
use super::view::{self, CountedLink, Crumb, Day, MeetingRow, PageLink};
use crate::archive::{Archive, Group};
use crate::config::Config;
use crate::language::{Language, Words};
use crate::model::{
    AgendaItem, Disclosure, Meeting, MeetingId, Outcome, Paper, Place, PublicItem, SectionKind, Status, Stub,
};
use crate::site::{Route, route};
use jiff::civil::Date;

/// How many meetings the home page lists. A screenful on a phone; the years have the rest.
const LATEST: usize = 12;

pub(super) fn site(archive: &Archive, config: &Config, theme: &Theme) -> view::Site {
    let language = config.language;
    let contact = &config.contact;
    let has_contact = *contact != crate::config::Contact::default();
    view::Site {
        title: config.title.clone(),
        language: language.tag(),
        base_url: config.base_url.clone(),
        case: config.cases.label.clone().unwrap_or_else(|| language.words().case.to_owned()),
        contact: has_contact.then(|| view::Contact {
            text: contact.text.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            address: contact.address.clone(),
        }),
        accessibility_statement: config.accessibility_statement.clone(),
        license: config.license.clone(),
        updated: archive.updated().map(|date| day(language, date)),
        version: theme.version.clone(),
        accent: config.accent.clone(),
        newest_year: archive.years.keys().next_back().map(|year| route::year(*year).path().to_owned()),
        cases: route::cases(language).path().to_owned(),
    }
}

pub(super) fn home(edition: &Edition<'_>, at: &Route) -> (view::Page, view::Home) {
    let (archive, words) = (edition.archive, edition.words());
    let root = at.root();
    let newest_minutes =
        archive.meetings.iter().filter(|meeting| meeting.status != Status::Agenda).map(|meeting| meeting.date).max();
    let is_coming = |meeting: &Meeting| {
        meeting.status == Status::Agenda && newest_minutes.is_none_or(|newest| meeting.date > newest)
    };
    let rows = |coming: bool| edition.ids().filter(move |id| is_coming(archive.meeting(*id)) == coming);
    let view = view::Home {
        latest: rows(false).rev().take(LATEST).map(|id| edition.row(id, &root)).collect(),
        coming: rows(true).map(|id| edition.row(id, &root)).collect(),
        organizations: archive.organizations.iter().map(|group| edition.organization_link(group, &root)).collect(),
        years: archive
            .years
            .iter()
            .rev()
            .map(|(year, ids)| {
                counted(&root, &route::year(*year), year.to_string(), edition.count(ids.len(), words.meetings))
            })
            .collect(),
        cases: edition.count(archive.papers.len(), words.cases_count),
    };
    let mut page = edition.page("home", at, edition.config.title.clone(), edition.config.title.clone(), &[]);
    page.breadcrumb.clear();
    (page, view)
}

pub(super) fn year(edition: &Edition<'_>, at: &Route, year: i16) -> (view::Page, view::Year) {
    let archive = edition.archive;
    let ids = archive.years.get(&year).map_or(&[][..], Vec::as_slice);
    let years: Vec<i16> = archive.years.keys().copied().collect();
    let view = months(edition, at, year, ids, &years, None);
    let title = format!("{} {year}", edition.words().meetings_in);
    let page = edition.page("year", at, title.clone(), format!("{title}: {}", view.count), &[]);
    (page, view)
}

pub(super) fn organization_year(
    edition: &Edition<'_>,
    at: &Route,
    index: usize,
    year: i16,
) -> (view::Page, view::Year) {
    let group = &edition.archive.organizations[index];
    let of_year = |id: &MeetingId| edition.archive.meeting(*id).year() == year;
    let ids: Vec<MeetingId> = group.meetings.iter().copied().filter(of_year).collect();
    let view = months(edition, at, year, &ids, &years_of(edition.archive, group), Some(group));
    let name = &group.organization.name;
    let above = [(name.clone(), route::organization(&group.organization.slug))];
    let page = edition.page(
        "organization-year",
        at,
        format!("{name} {year}"),
        format!("{name} {year}: {}", view.count),
        &above,
    );
    (page, view)
}

fn months(
    edition: &Edition<'_>,
    at: &Route,
    year: i16,
    ids: &[MeetingId],
    years: &[i16],
    group: Option<&Group>,
) -> view::Year {
    let root = at.root();
    let mut months: Vec<view::Month> = Vec::new();
    for id in ids {
        let number = edition.archive.meeting(*id).date.month();
        if months.last().is_none_or(|month| month.number != number) {
            months.push(view::Month {
                name: edition.config.language.month(number).to_owned(),
                number,
                meetings: Vec::new(),
            });
        }
        if let Some(month) = months.last_mut() {
            month.meetings.push(edition.row(*id, &root));
        }
    }
    let slug = group.map(|group| group.organization.slug.as_str());
    let neighbour = |year: i16| {
        let route = slug.map_or_else(|| route::year(year), |slug| route::organization_year(slug, year));
        PageLink { title: year.to_string(), href: format!("{root}{route}") }
    };
    let (previous, next) = neighbours(years, year);
    view::Year {
        year,
        organization: group.map(|group| PageLink {
            title: group.organization.name.clone(),
            href: format!("{root}{}", route::organization(&group.organization.slug)),
        }),
        count: edition.count(ids.len(), edition.words().meetings),
        months,
        previous: previous.map(neighbour),
        next: next.map(neighbour),
    }
}

/// The values before and after one in a sorted list.
fn neighbours(sorted: &[i16], value: i16) -> (Option<i16>, Option<i16>) {
    let before = sorted.iter().rev().find(|other| **other < value).copied();
    (before, sorted.iter().find(|other| **other > value).copied())
}

fn years_of(archive: &Archive, group: &Group) -> Vec<i16> {
    let mut years: Vec<i16> = group.meetings.iter().map(|id| archive.meeting(*id).year()).collect();
    years.dedup();
    years
}

pub(super) fn organization(edition: &Edition<'_>, at: &Route, index: usize) -> (view::Page, view::Organization) {
    let group = &edition.archive.organizations[index];
    let organization = &group.organization;
    let root = at.root();
    let years = years_of(edition.archive, group).into_iter().rev().map(|year| {
        let of_year = |id: &&MeetingId| edition.archive.meeting(**id).year() == year;
        let meetings: Vec<MeetingRow> =
            group.meetings.iter().filter(of_year).rev().map(|id| edition.row(*id, &root)).collect();
        let count = edition.count(meetings.len(), edition.words().meetings);
        view::OrganizationYear {
            link: counted(&root, &route::organization_year(&organization.slug, year), year.to_string(), count),
            meetings,
        }
    });
    let view = view::Organization {
        name: organization.name.clone(),
        description: organization.description.clone(),
        classification: organization.classification.clone(),
        count: edition.count(group.meetings.len(), edition.words().meetings),
        years: years.collect(),
    };
    let description =
        organization.description.clone().unwrap_or_else(|| format!("{}: {}", organization.name, view.count));
    (edition.page("organization", at, organization.name.clone(), description, &[]), view)
}

pub(super) fn meeting(edition: &Edition<'_>, at: &Route, id: MeetingId) -> (view::Page, view::Meeting) {
    let (archive, language, words) = (edition.archive, edition.config.language, edition.words());
    let meeting = archive.meeting(id);
    let group = archive.organization(id);
    let root = at.root();
    let place = group.meetings.iter().position(|other| *other == id).unwrap_or_default();
    let neighbour = |id: &MeetingId| {
        let other = archive.meeting(*id);
        PageLink { title: language.date(other.date), href: format!("{root}{}", route::meeting(other)) }
    };
    let people = |people: &[crate::model::Person]| {
        people.iter().map(|person| view::Person { name: person.name.clone(), role: person.role.clone() }).collect()
    };
    let organization_route = route::organization(&group.organization.slug);
    let view = view::Meeting {
        organization: PageLink { title: group.organization.name.clone(), href: format!("{root}{organization_route}") },
        title: meeting.title.clone(),
        date: day(language, meeting.date),
        long_date: language.long_date(meeting.date),
        start: meeting.start.map(|time| language.time(time)),
        end: meeting.end.map(|time| language.time(time)),
        place: meeting.place.clone(),
        participants: people(&meeting.participants),
        absent: people(&meeting.absent),
        status: meeting.status.name(),
        status_text: words.status(meeting.status),
        cancelled: meeting.cancelled,
        published: meeting.published.map(|date| day(language, date)),
        modified: meeting.modified.map(|date| day(language, date)),
        corrections: meeting
            .corrections
            .iter()
            .map(|entry| view::Correction { date: day(language, entry.date), text: entry.text.clone() })
            .collect(),
        count: meeting.items.len(),
        closed: closed_items(meeting),
        html: fill(edition, meeting, &meeting.preamble, &root, On::Meeting),
        items: meeting.items.iter().map(|item| edition.item(meeting, item, &root)).collect(),
        previous: place.checked_sub(1).and_then(|before| group.meetings.get(before)).map(neighbour),
        next: group.meetings.get(place + 1).map(neighbour),
    };
    let date = language.date(meeting.date);
    let name = &group.organization.name;
    let (title, kind) = match &meeting.title {
        Some(title) => (format!("{title}, {date}"), words.status(meeting.status)),
        None => (format!("{name}, {date}"), words.status(meeting.status)),
    };
    let title = match &meeting.slug {
        // Two meetings on one day need two titles.
        Some(slug) if meeting.title.is_none() => format!("{title} ({slug})"),
        _ => title,
    };
    let description = format!("{kind}: {name}, {date}. {}.", edition.count(view.count, words.items));
    let year = route::organization_year(&group.organization.slug, meeting.year());
    let above = [(name.clone(), organization_route), (meeting.year().to_string(), year)];
    (edition.page("meeting", at, title, description, &above), view)
}

fn closed_items(meeting: &Meeting) -> usize {
    meeting.items.iter().filter(|item| matches!(item.disclosure, Disclosure::Closed(_))).count()
}

pub(super) fn cases(edition: &Edition<'_>, at: &Route) -> (view::Page, view::Cases) {
    let (archive, words) = (edition.archive, edition.words());
    let root = at.root();
    let years = case_years(archive).into_iter().rev().map(|year| {
        let count = archive.papers.iter().filter(|paper| archive.paper_year(paper) == year).count();
        counted(
            &root,
            &route::cases_year(edition.config.language, year),
            year.to_string(),
            edition.count(count, words.cases_count),
        )
    });
    let view = view::Cases { count: edition.count(archive.papers.len(), words.cases_count), years: years.collect() };
    (edition.page("cases", at, words.cases.to_owned(), format!("{}: {}", words.cases, view.count), &[]), view)
}

fn case_years(archive: &Archive) -> Vec<i16> {
    let mut years: Vec<i16> = archive.papers.iter().map(|paper| archive.paper_year(paper)).collect();
    years.sort_unstable();
    years.dedup();
    years
}

pub(super) fn cases_year(edition: &Edition<'_>, at: &Route, year: i16) -> (view::Page, view::CasesYear) {
    let (archive, language, words) = (edition.archive, edition.config.language, edition.words());
    let root = at.root();
    let of_year = |paper: &&Paper| archive.paper_year(paper) == year;
    let cases: Vec<view::CaseRow> =
        archive.papers.iter().filter(of_year).map(|paper| edition.case_row(paper, &root)).collect();
    let (previous, next) = neighbours(&case_years(archive), year);
    let link =
        |year: i16| PageLink { title: year.to_string(), href: format!("{root}{}", route::cases_year(language, year)) };
    let count = edition.count(cases.len(), words.cases_count);
    let title = format!("{} {year}", words.cases_of);
    let above = [(words.cases.to_owned(), route::cases(language))];
    let page = edition.page("cases-year", at, title.clone(), format!("{title}: {count}"), &above);
    (page, view::CasesYear { year, count, cases, previous: previous.map(link), next: next.map(link) })
}

pub(super) fn case(edition: &Edition<'_>, at: &Route, index: usize) -> (view::Page, view::Case) {
    let (archive, language, words) = (edition.archive, edition.config.language, edition.words());
    let paper = &archive.papers[index];
    let root = at.root();
    let mut titles = archive.titles(paper).into_iter().map(str::to_owned);
    let title = titles.next().unwrap_or_default();
    let dates: Vec<Date> = paper.consultations.iter().map(|place| archive.meeting(place.meeting).date).collect();
    let bounds = |date: Option<&Date>| day(language, date.copied().unwrap_or_default());
    let view = view::Case {
        number: paper.reference.printed().to_owned(),
        title: title.clone(),
        earlier_titles: titles.collect(),
        times: edition.count(paper.consultations.len(), words.times),
        first: bounds(dates.first()),
        last: bounds(dates.last()),
        treatments: paper.consultations.iter().map(|place| edition.treatment(*place, &root, true)).collect(),
        mentions: paper.mentions.iter().map(|place| edition.treatment(*place, &root, false)).collect(),
    };
    let label = edition.config.cases.label.as_deref().unwrap_or(words.case);
    let year = archive.paper_year(paper);
    let above =
        [(words.cases.to_owned(), route::cases(language)), (year.to_string(), route::cases_year(language, year))];
    let page = edition.page(
        "case",
        at,
        format!("{label} {}: {title}", view.number),
        format!("{label} {}: {title}. {} {}.", view.number, words.treated, view.times),
        &above,
    );
    (page, view)
}

pub(super) fn not_found(edition: &Edition<'_>, at: &Route) -> (view::Page, ()) {
    let words = edition.words();
    let mut page = edition.page("not-found", at, words.not_found.to_owned(), words.not_found_text.to_owned(), &[]);
    // The server shows this page at any address, so relative links would lead astray.
    page.root = edition.config.base_url.clone().unwrap_or_default();
    for crumb in &mut page.breadcrumb {
        crumb.href = crumb.href.take().map(|_| format!("{}{}", page.root, route::home()));
    }
    page.canonical = None;
    (page, ())
}

pub(super) fn redirect(edition: &Edition<'_>, at: &Route, target: &Route) -> (view::Page, view::Redirect) {
    let words = edition.words();
    let mut page = edition.page("redirect", at, words.moved.to_owned(), words.moved_text.to_owned(), &[]);
    page.canonical = edition.config.base_url.as_ref().map(|base| format!("{base}{target}"));
    let href = format!("{}{target}", page.root);
    (page, view::Redirect { href })
}

fn day(language: Language, date: Date) -> Day {
    Day { iso: date.to_string(), text: language.date(date) }
}

fn counted(root: &str, route: &Route, title: String, count: String) -> CountedLink {
    CountedLink { title, href: format!("{root}{route}"), count, description: None }
}

impl Edition<'_> {
    fn words(&self) -> &'static Words {
        self.config.language.words()
    }

    fn count(&self, number: usize, forms: [&str; 2]) -> String {
        self.config.language.count(number, forms)
    }

    fn ids(&self) -> impl DoubleEndedIterator<Item = MeetingId> + use<> {
        0..MeetingId::try_from(self.archive.meetings.len()).unwrap_or(MeetingId::MAX)
    }

    /// What every page has. `above` are the pages between home and this one.
    fn page(
        &self,
        kind: &'static str,
        at: &Route,
        title: String,
        description: String,
        above: &[(String, Route)],
    ) -> view::Page {
        let root = at.root();
        let mut breadcrumb =
            vec![Crumb { title: self.words().home.to_owned(), href: Some(format!("{root}{}", route::home())) }];
        breadcrumb.extend(
            above.iter().map(|(title, route)| Crumb { title: title.clone(), href: Some(format!("{root}{route}")) }),
        );
        breadcrumb.push(Crumb { title: title.clone(), href: None });
        let canonical = self.config.base_url.as_ref().map(|base| format!("{base}{at}"));
        view::Page { kind, title, description, root, canonical, breadcrumb }
    }

    fn organization_link(&self, group: &Group, root: &str) -> CountedLink {
        let count = self.count(group.meetings.len(), self.words().meetings);
        let link =
            counted(root, &route::organization(&group.organization.slug), group.organization.name.clone(), count);
        CountedLink { description: group.organization.description.clone(), ..link }
    }

    fn row(&self, id: MeetingId, root: &str) -> MeetingRow {
        let (meeting, words) = (self.archive.meeting(id), self.words());
        let closed = closed_items(meeting);
        MeetingRow {
            href: format!("{root}{}", route::meeting(meeting)),
            date: day(self.config.language, meeting.date),
            organization: self.archive.organization(id).organization.name.clone(),
            title: meeting.title.clone(),
            items: self.count(meeting.items.len(), words.items),
            closed: (closed > 0).then(|| self.count(closed, words.closed_count)),
            status: meeting.status.name(),
            status_text: words.status(meeting.status),
            cancelled: meeting.cancelled,
        }
    }

    fn item(&self, meeting: &Meeting, item: &AgendaItem, root: &str) -> view::Item {
        let empty = view::Item {
            anchor: route::item(self.config.language, &item.number),
            number: item.number.printed().to_owned(),
            title: String::new(),
            html: String::new(),
            closed: false,
            reason: None,
            decision: None,
            case_numbers: Vec::new(),
            cases: Vec::new(),
            outcome: None,
            sections: Vec::new(),
            footnotes: String::new(),
        };
        match &item.disclosure {
            Disclosure::Closed(stub) => self.closed_item(stub, empty),
            Disclosure::Public(public) => self.public_item(meeting, public, root, empty),
        }
    }

    fn closed_item(&self, stub: &Stub, empty: view::Item) -> view::Item {
        view::Item {
            title: stub.title.clone().unwrap_or_else(|| self.words().closed_item.to_owned()),
            closed: true,
            reason: stub.reason.clone(),
            decision: stub.decision.clone(),
            case_numbers: stub.case_numbers.clone(),
            ..empty
        }
    }

    fn public_item(&self, meeting: &Meeting, public: &PublicItem, root: &str, empty: view::Item) -> view::Item {
        let language = self.config.language;
        let sections = public.sections.iter().map(|section| view::Section {
            kind: section.kind.name(),
            heading: section.heading.clone(),
            title: fill(self, meeting, &section.title, root, On::Meeting),
            html: fill(self, meeting, &section.body, root, On::Meeting),
        });
        let cases = public.references.iter().map(|reference| PageLink {
            title: reference.printed().to_owned(),
            href: format!("{root}{}", route::case(language, reference)),
        });
        view::Item {
            title: public.title.clone(),
            html: fill(self, meeting, &public.heading, root, On::Meeting),
            cases: cases.collect(),
            outcome: self.outcome(public.outcome),
            sections: sections.collect(),
            footnotes: fill(self, meeting, &public.footnotes, root, On::Meeting),
            ..empty
        }
    }

    fn outcome(&self, outcome: Option<Outcome>) -> Option<view::Outcome> {
        outcome.map(|outcome| view::Outcome { name: outcome.name(), text: self.words().outcome(outcome) })
    }

    fn case_row(&self, paper: &Paper, root: &str) -> view::CaseRow {
        let last = paper.consultations.last().map(|place| self.archive.meeting(place.meeting).date).unwrap_or_default();
        view::CaseRow {
            number: paper.reference.printed().to_owned(),
            href: format!("{root}{}", route::case(self.config.language, &paper.reference)),
            title: self.archive.titles(paper).first().map(|title| (*title).to_owned()).unwrap_or_default(),
            times: self.count(paper.consultations.len(), self.words().times),
            last: day(self.config.language, last),
        }
    }

    fn treatment(&self, place: Place, root: &str, with_decision: bool) -> view::Treatment {
        let meeting = self.archive.meeting(place.meeting);
        let item = self.archive.item(place);
        let public = self.archive.public_item(place);
        let decision = |public: &PublicItem| {
            let decisions = public.sections.iter().filter(|section| section.kind == SectionKind::Resolution);
            decisions
                .map(|section| fill(self, meeting, &section.body, root, On::Elsewhere))
                .collect::<Vec<_>>()
                .join("\n")
        };
        view::Treatment {
            href: format!("{root}{}#{}", route::meeting(meeting), route::item(self.config.language, &item.number)),
            date: day(self.config.language, meeting.date),
            organization: self.archive.organization(place.meeting).organization.name.clone(),
            number: item.number.printed().to_owned(),
            title: public.map(|public| public.title.clone()).unwrap_or_default(),
            outcome: self.outcome(public.and_then(|public| public.outcome)),
            html: public.filter(|_| with_decision).map(decision).unwrap_or_default(),
            cancelled: meeting.cancelled,
        }
    }
}
