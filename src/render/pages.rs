//! Views from the archive, one function a kind of page.

use super::fill::{On, fill};
use super::parts::{closed_items, counted, day, joined, years_of};
use super::theme::Theme;
use super::trail::Above;
use super::view::{self, MeetingRow, PageLink};
use super::{Edition, json_ld};
use crate::archive::{Archive, Group};
use crate::config::{Config, Output};
use crate::language::{Language, capitalised};
use crate::model::{Meeting, MeetingId, Paper, Place};
use crate::site::{DataFile, Page, Route, Scope, Table, route};
use jiff::civil::Date;
use std::sync::Arc;

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
        version: theme.version(config.accent),
        newest_year: archive.newest_year().map(|year| route::year(year).path().to_owned()),
        cases: route::cases(language).path().to_owned(),
        search: config.outputs.contains(&Output::Search).then(|| route::search(language).path().to_owned()),
        about: about(archive, language),
        data: config.outputs.contains(&Output::Data).then(|| route::data(DataFile::Index).path().to_owned()),
    }
}

/// `Arkivet viser 17 møder i 4 udvalg og råd siden 2023.`
pub(super) fn about(archive: &Archive, language: Language) -> String {
    let words = language.words();
    let meetings = language.count(archive.meetings.len(), words.meetings);
    let organizations = language.count(archive.organizations.len(), words.organizations_count);
    let since = archive.years.keys().next().map(|year| format!(" {} {year}", words.since)).unwrap_or_default();
    format!("{} {meetings} {} {organizations}{since}.", words.archive_from, words.treated_by)
}

pub(super) fn home<'a>(edition: &Edition<'a>, at: &Route) -> (view::Page, view::Home<'a>) {
    let (archive, words) = (edition.archive, edition.words());
    let root = at.root();
    let coming = coming(archive);
    let rows = |wanted: bool| edition.ids().filter(|id| coming[*id as usize] == wanted).collect::<Vec<_>>();
    let view = view::Home {
        latest: rows(false).into_iter().rev().take(LATEST).map(|id| edition.row(id, &root)).collect(),
        coming: rows(true).into_iter().map(|id| edition.row(id, &root)).collect(),
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
        chart: edition.months_chart(&root),
        chart_title: archive.newest_year().map(|year| format!("{} {year}", words.chart_months)).unwrap_or_default(),
    };
    let about = about(archive, edition.config.language);
    let mut page = edition.page("home", at, edition.config.title.clone(), about, Above::Home);
    page.above = None;
    page.alternates = edition.alternates(Scope::Archive, &root);
    (page, view)
}

/// Which meetings are still to come, as far as the content tells without a clock: agendas newer than the newest minutes of
/// their body, and meetings called off that are newer than any minutes. Where there are no minutes nothing tells that one called
/// off is still to come.
fn coming(archive: &Archive) -> Vec<bool> {
    let of_all = archive.organizations.iter().map(|group| group.last_held).max().flatten();
    let is_coming = |(id, meeting): (MeetingId, &Arc<Meeting>)| {
        archive.is_coming(id) || (meeting.cancelled && of_all.is_some_and(|last| meeting.date > last))
    };
    (0..).zip(&archive.meetings).map(is_coming).collect()
}

pub(super) fn year<'a>(edition: &Edition<'a>, at: &Route, year: i16) -> (view::Page, view::Year<'a>) {
    let archive = edition.archive;
    let ids = archive.years.get(&year).map_or(&[][..], Vec::as_slice);
    let years: Vec<i16> = archive.years.keys().copied().collect();
    let view = months(edition, at, year, ids, &years, None);
    let title = format!("{} {year}", edition.words().meetings_in);
    let page = edition.page("year", at, title.clone(), format!("{title}: {}", view.count), Above::Home);
    (page, view)
}

pub(super) fn organization_year<'a>(
    edition: &Edition<'a>,
    at: &Route,
    index: usize,
    year: i16,
) -> (view::Page, view::Year<'a>) {
    let group = &edition.archive.organizations[index];
    let of_year = |id: &MeetingId| edition.archive.meeting(*id).year() == year;
    let ids: Vec<MeetingId> = group.meetings.iter().copied().filter(of_year).collect();
    let view = months(edition, at, year, &ids, &years_of(edition.archive, group), Some(group));
    let name = &group.organization.name;
    let page = edition.page(
        "organization-year",
        at,
        format!("{name} {year}"),
        format!("{name} {year}: {}", view.count),
        Above::Organization(index),
    );
    (page, view)
}

fn months<'a>(
    edition: &Edition<'a>,
    at: &Route,
    year: i16,
    ids: &[MeetingId],
    years: &[i16],
    group: Option<&Group>,
) -> view::Year<'a> {
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
        PageLink { title: year.to_string(), href: route.after(&root) }
    };
    let (previous, next) = neighbours(years, year);
    view::Year {
        year,
        organization: group.map(|group| PageLink {
            title: group.organization.name.clone(),
            href: route::organization(&group.organization.slug).after(&root),
        }),
        count: edition.count(ids.len(), edition.words().meetings),
        calendar: edition.calendar(year, ids),
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

pub(super) fn organization<'a>(
    edition: &Edition<'a>,
    at: &Route,
    index: usize,
) -> (view::Page, view::Organization<'a>) {
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
        chart: edition.items_chart(group, &root),
    };
    let description =
        organization.description.clone().unwrap_or_else(|| format!("{}: {}", organization.name, view.count));
    let mut page = edition.page("organization", at, organization.name.clone(), description, Above::Home);
    page.alternates = edition.alternates(Scope::Organization(index), &root);
    (page, view)
}

pub(super) fn meeting<'a>(edition: &Edition<'a>, at: &Route, id: MeetingId) -> (view::Page, view::Meeting<'a>) {
    let (archive, language, words) = (edition.archive, edition.config.language, edition.words());
    let meeting = archive.meeting(id);
    let group = archive.organization(id);
    let root = at.root();
    let place = group.meetings.binary_search(&id).unwrap_or_default();
    let neighbour = |id: &MeetingId| {
        let other = archive.meeting(*id);
        let told = told_apart(archive, language, group, *id);
        PageLink { title: language.date(other.date) + &told, href: edition.site.meeting(*id).after(&root) }
    };
    let people = |people: &'a [crate::model::Person]| {
        people.iter().map(|person| view::Person { name: &person.name, role: person.role.as_deref() }).collect()
    };
    let organization_route = route::organization(&group.organization.slug);
    let view = view::Meeting {
        organization: PageLink { title: group.organization.name.clone(), href: organization_route.after(&root) },
        title: meeting.title.as_deref(),
        date: edition.day(meeting.date),
        long_date: capitalised(&language.long_date(meeting.date)),
        start: meeting.start.map(|time| language.time(time)),
        end: meeting.end.map(|time| language.time(time)),
        place: meeting.place.as_deref(),
        participants: people(&meeting.participants),
        absent: people(&meeting.absent),
        status: meeting.status.name(),
        status_text: words.status(meeting.status),
        cancelled: meeting.cancelled,
        held: meeting.is_held(),
        published: meeting.published.map(|date| edition.day(date)),
        modified: meeting.modified.map(|date| edition.day(date)),
        corrections: meeting
            .corrections
            .iter()
            .map(|entry| view::Correction { date: edition.day(entry.date), text: &entry.text })
            .collect(),
        corrected: meeting.corrections.iter().map(|entry| entry.date).max().map(|date| edition.day(date)),
        count: meeting.items.len(),
        closed: closed_items(language, meeting),
        html: fill(edition, meeting, &meeting.preamble, &root, On::Meeting).into(),
        items: meeting.items.iter().map(|item| edition.item(id, item, &root)).collect(),
        previous: place.checked_sub(1).and_then(|before| group.meetings.get(before)).map(neighbour),
        next: group.meetings.get(place + 1).map(neighbour),
    };
    let date = language.date(meeting.date);
    let name = &group.organization.name;
    let kind = if meeting.cancelled { words.cancelled } else { words.status(meeting.status) };
    let title = meeting_title(edition, id);
    let description = format!("{kind}: {name}, {date}. {}.", edition.count(view.count, words.items));
    let above = Above::OrganizationYear(archive.organization_index(id), meeting.year());
    let mut page = edition.page_for_people("meeting", at, title, description, above);
    let event = json_ld::Event { meeting, name: &page.title, organization: name };
    page.json_ld = json_ld::page(edition, &page, Some(event)).into();
    page.alternates = edition.alternates(Scope::Meeting(id), &root);
    (page, view)
}

/// What the page of a meeting is called.
fn meeting_title(edition: &Edition<'_>, id: MeetingId) -> String {
    let meeting = edition.archive.meeting(id);
    let name = &edition.archive.organization(id).organization.name;
    let date = edition.config.language.date(meeting.date);
    match (&meeting.title, &meeting.slug) {
        // Two bodies may both have an extraordinary meeting that day.
        (Some(title), _) => joined([title, ", ", name, ", ", &date]),
        // Two meetings on one day need two titles.
        (None, Some(slug)) => joined([name, ", ", &date, " (", slug, ")"]),
        (None, None) => joined([name, ", ", &date]),
    }
}

/// What tells a meeting from the others of its body on the same day, behind the date; nothing where it is the only one.
fn told_apart(archive: &Archive, language: Language, group: &Group, id: MeetingId) -> String {
    let meeting = archive.meeting(id);
    let is_on_its_day = |other: &&MeetingId| archive.meeting(**other).date == meeting.date;
    let after = group.meetings.partition_point(|other| *other < id);
    if group.meetings[after.saturating_sub(1)..].iter().take(3).filter(is_on_its_day).count() < 2 {
        return String::new();
    }
    match (&meeting.title, meeting.start, &meeting.slug) {
        (Some(title), _, _) => [", ", title].concat(),
        (None, Some(time), _) => [" ", language.words().at, " ", &language.time(time)].concat(),
        (None, None, Some(slug)) => [" (", slug, ")"].concat(),
        (None, None, None) => String::new(),
    }
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
    (edition.page("cases", at, words.cases.to_owned(), format!("{}: {}", words.cases, view.count), Above::Home), view)
}

fn case_years(archive: &Archive) -> Vec<i16> {
    let mut years: Vec<i16> = archive.papers.iter().map(|paper| archive.paper_year(paper)).collect();
    years.sort_unstable();
    years.dedup();
    years
}

pub(super) fn cases_year<'a>(edition: &Edition<'a>, at: &Route, year: i16) -> (view::Page, view::CasesYear<'a>) {
    let (archive, language, words) = (edition.archive, edition.config.language, edition.words());
    let root = at.root();
    let of_year = |paper: &&Paper| archive.paper_year(paper) == year;
    let cases: Vec<view::CaseRow> =
        archive.papers.iter().filter(of_year).map(|paper| edition.case_row(paper, &root)).collect();
    let (previous, next) = neighbours(&case_years(archive), year);
    let link = |year: i16| PageLink { title: year.to_string(), href: route::cases_year(language, year).after(&root) };
    let count = edition.count(cases.len(), words.cases_count);
    let title = format!("{} {year}", words.cases_of);
    let page = edition.page("cases-year", at, title.clone(), format!("{title}: {count}"), Above::Cases);
    (page, view::CasesYear { year, count, cases, previous: previous.map(link), next: next.map(link) })
}

pub(super) fn case<'a>(edition: &Edition<'a>, at: &Route, index: usize) -> (view::Page, view::Case<'a>) {
    let (archive, language, words) = (edition.archive, edition.config.language, edition.words());
    let paper = &archive.papers[index];
    let root = at.root();
    let mut titles = archive.titles(paper);
    let title = archive.title(paper).unwrap_or_default();
    titles.retain(|other| *other != title);
    let treatments: Vec<Place> = archive.treatments(paper).collect();
    let dates: Vec<Date> = treatments.iter().map(|place| archive.meeting(place.meeting).date).collect();
    let label = edition.config.cases.label.as_deref().unwrap_or(words.case);
    let number = paper.reference.printed();
    let short_name = joined([label, " ", number]);
    let name = if title.is_empty() { short_name.clone() } else { joined([&short_name, ": ", title]) };
    let view = view::Case {
        number,
        title,
        earlier_titles: titles,
        times: edition.count(treatments.len(), words.times),
        first: dates.first().map(|date| edition.day(*date)),
        last: dates.last().map(|date| edition.day(*date)),
        treatments: paper.consultations.iter().map(|place| edition.treatment(*place, &root, true)).collect(),
        mentions: paper.mentions.iter().map(|place| edition.treatment(*place, &root, false)).collect(),
        organizations: language.list(&edition.treated_by(&treatments)),
        latest: edition.latest(&treatments, &root),
        strip: edition.strip(&dates, &name).into(),
        files: edition.case_files(paper, &root),
        next_meeting: archive.planned(paper).map(|place| edition.item_link(place, &root)),
    };
    let above = Above::CasesYear(archive.paper_year(paper));
    let description = match treatments.is_empty() {
        true => joined([&name, ". ", words.not_treated]),
        false => joined([&name, ". ", words.treated, " ", &view.times, "."]),
    };
    let mut page = edition.page_for_people("case", at, name, description, above);
    page.name = short_name;
    page.json_ld = json_ld::page(edition, &page, None).into();
    page.alternates = edition.alternates(Scope::Case(index), &root);
    (page, view)
}

/// The page about data: every table with its columns, and everything else that programs can fetch.
pub(super) fn data(edition: &Edition<'_>, at: &Route) -> (view::Page, view::Data) {
    let (archive, language, words) = (edition.archive, edition.config.language, edition.words());
    let root = at.root();
    let table = |table: Table| view::DataTable {
        title: language.table(table.name()),
        file: format!("{}.csv", table.name()),
        href: route::data(DataFile::Table(table)).after(&root),
        columns: table
            .columns()
            .iter()
            .map(|(name, _)| view::DataColumn { name, about: language.column(table.name(), name) })
            .collect(),
    };
    let of = |name: &str, scope: Scope| {
        let forms = edition.alternates(scope, &root).into_iter();
        let link = |form: view::Alternate| (format!("{name}: {}", form.title), form.href, form.kind);
        forms.map(link).map(|(title, href, kind)| view::DataLink { title, href, kind }).collect::<Vec<_>>()
    };
    let bodies = (0..).zip(archive.organizations.iter());
    let bodies = bodies.flat_map(|(index, group)| of(&group.organization.name, Scope::Organization(index)));
    let view = view::Data {
        tables: Table::ALL.into_iter().map(table).collect(),
        follow: of(&edition.config.title, Scope::Archive).into_iter().chain(bodies).collect(),
        programs: edition.for_programs(&root),
        oparl: !edition.site.oparl.objects.is_empty(),
    };
    (edition.page("data", at, words.data.to_owned(), words.data_text.to_owned(), Above::Home), view)
}

pub(super) fn not_found(edition: &Edition<'_>, at: &Route) -> (view::Page, ()) {
    let words = edition.words();
    let mut page =
        edition.page("not-found", at, words.not_found.to_owned(), words.not_found_text.to_owned(), Above::Home);
    // The server shows this page at any address, so relative links would lead astray.
    page.root = edition.config.base_url.clone().unwrap_or_default();
    page.canonical = None;
    (page, ())
}

/// Leads on to the accessibility statement.
pub(super) fn statement(edition: &Edition<'_>, at: &Route) -> (view::Page, view::Redirect) {
    let title = edition.words().accessibility_statement.to_owned();
    let mut page = edition.page("redirect", at, title.clone(), title.clone(), Above::Home);
    let href = edition.config.accessibility_statement.clone().unwrap_or_default();
    page.canonical = Some(href.clone());
    (page, view::Redirect { title, href })
}

/// What the page of a meeting that was taken back is called: as the meeting was, without the title that went with it.
fn retracted_title(edition: &Edition<'_>, index: usize) -> String {
    let meeting = &edition.archive.retracted[index];
    let name = edition.archive.organization_name(meeting, edition.config);
    let date = edition.config.language.date(meeting.date);
    let title = joined([edition.words().retracted, ": ", &name, ", ", &date]);
    match &meeting.slug {
        Some(slug) => format!("{title} ({slug})"),
        None => title,
    }
}

pub(super) fn retracted(edition: &Edition<'_>, at: &Route, index: usize) -> (view::Page, view::Retracted) {
    let language = edition.config.language;
    let meeting = &edition.archive.retracted[index];
    let title = retracted_title(edition, index);
    let page = edition.page("retracted", at, title.clone(), title.clone(), Above::Home);
    let retraction = meeting.retracted.clone().unwrap_or_default();
    let date = retraction.date.map(|date| language.date(date));
    (page, view::Retracted { title, date, reason: retraction.reason })
}

pub(super) fn redirect(edition: &Edition<'_>, at: &Route, target: &Route) -> (view::Page, view::Redirect) {
    let words = edition.words();
    let title = match edition.site.pages.get(target) {
        Some(Page::Meeting(id)) => meeting_title(edition, *id),
        Some(Page::Retracted(index)) => retracted_title(edition, *index),
        // Only meetings have old addresses.
        _ => target.path().to_owned(),
    };
    // A meeting may have several old addresses, and each is a page.
    let name = joined([words.moved, ": ", &title, " (", at.path(), ")"]);
    let description = joined([words.moved_text, " ", &title]);
    let mut page = edition.page("redirect", at, name, description, Above::Home);
    page.canonical = edition.config.base_url.as_ref().map(|base| target.after(base));
    let href = target.after(&page.root);
    (page, view::Redirect { title, href })
}
