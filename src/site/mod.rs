//! The plan of a site: every address and what stands there, known before anything is rendered.

mod exports;
mod oparl;
pub mod route;
mod search;
mod table;
mod taken;

pub use exports::{FEED_LIMIT, parts as feed_parts};
pub use oparl::{
    Attached, CHANGES_LIMIT, Change, MEMBERSHIPS, Month, Named, OPARL_LIMIT, Object, Oparl, OparlFile, list_name,
    object_id,
};
pub use route::Route;
pub use search::{IndexFile, IndexSize, Letter, MANY_TITLES, scale, title};
pub use table::{Kind, Table};

use crate::archive::Archive;
use crate::config::{Config, Output};
use crate::diag::{Code, Diagnostic};
use crate::ledger::Ledger;
use crate::model::{Disclosure, Link, Meeting, MeetingId, Place};
use crate::source::{Sources, Span};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The plan.
#[derive(Debug, Default)]
pub struct Site {
    /// What stands at each address.
    pub pages: BTreeMap<Route, Page>,
    /// Addresses of HTML pages for the sitemap, in order.
    pub listed: Vec<Route>,
    /// The address of each meeting, by its place in the archive: there are several links to each.
    pub meetings: Vec<Route>,
    /// Every meeting, the one that changed last first: the order of feeds.
    pub by_change: Vec<MeetingId>,
    /// The objects of the OParl interface; none when it isn't asked for.
    pub oparl: Oparl,
    /// The lists of titles, by letter.
    pub titles: BTreeMap<Letter, Vec<Place>>,
    /// How many files the search index has.
    pub index: IndexSize,
}

impl Site {
    /// Whether the search index of an archive has the files of this plan; their number hangs on the length of the texts.
    pub fn has_room_for(&self, archive: &Archive, config: &Config) -> bool {
        !config.outputs.contains(&Output::Search) || self.index == search::size(archive)
    }

    /// The address of a meeting.
    pub fn meeting(&self, id: MeetingId) -> &Route {
        &self.meetings[id as usize]
    }
}

/// What stands at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its page in `route`")]
pub enum Page {
    Home,
    Year(i16),
    Organization(usize),
    OrganizationYear(usize, i16),
    Meeting(MeetingId),
    Cases,
    CasesYear(i16),
    /// A case, by its place in the archive.
    Case(usize),
    Search,
    /// The titles under a letter.
    Titles(Letter),
    /// The titles under a letter in one year, where there are many.
    TitlesYear(Letter, i16),
    /// A file of the search index.
    Index(IndexFile),
    NotFound,
    Robots,
    /// The sitemap; above the limit of one file, their index.
    Sitemap,
    /// One of several sitemaps, counted from 0.
    SitemapPart(usize),
    /// A part of a feed, counted from 0: the newest entries, then older and older ones.
    Feed(Scope, usize),
    /// A calendar.
    Calendar(Scope),
    /// The page about data, or a file it leads to.
    Data(DataFile),
    /// A meeting as Akoma Ntoso.
    Akn(MeetingId),
    /// A file of the OParl interface.
    Oparl(OparlFile),
    /// What is left at the address of a meeting that was taken back, by its place among those.
    Retracted(usize),
    /// An old address that leads on.
    Redirect(Route),
    /// The address that Danish law reserves for the accessibility statement; leads on to it.
    Statement,
    /// A file of the content folder, by its path in the archive.
    File(Box<str>),
    /// A file of the theme, by its path in the theme.
    Asset(Box<str>),
}

/// What lies in the folder of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataFile {
    /// The page that explains the others.
    Index,
    /// A table.
    Table(Table),
    /// The tables for machines.
    Description,
    /// The archive as a dataset.
    Catalog,
}

/// What a feed or a calendar is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every meeting.
    Archive,
    /// The meetings of an organization, by its place in the archive.
    Organization(usize),
    /// The treatments of a case, by its place in the archive.
    Case(usize),
    /// One meeting.
    Meeting(MeetingId),
}

/// The most addresses one sitemap may hold (sitemaps.org protocol, "Sitemap file limits").
pub const SITEMAP_LIMIT: usize = 50_000;

/// The longest path of an address, in characters. Windows stops at 260 with the folder the archive lies in.
const LONGEST_ROUTE: usize = 200;

/// Plans the site. Two things with one address are reported, and so is a file that would have to be a folder too.
pub fn plan(
    archive: &Archive,
    config: &Config,
    assets: &[Box<str>],
    ledger: &Ledger,
    sources: &dyn Sources,
    problems: &mut Vec<Diagnostic>,
) -> Site {
    let theme = config.theme.as_ref().map_or("default", |theme| &theme.name);
    let mut draft = Plan { archive, theme, sources, problems, site: Site::default(), owners: FxHashMap::default() };
    let language = config.language;
    draft.add(route::home(), Page::Home, None);
    draft.add(route::not_found(), Page::NotFound, None);
    draft.add(route::robots(), Page::Robots, None);
    draft.add(route::cases(language), Page::Cases, None);
    if config.accessibility_statement.is_some() {
        draft.add(route::statement(), Page::Statement, None);
    }
    for asset in assets {
        draft.add(Route::new(asset.clone()), Page::Asset(asset.clone()), None);
    }
    for year in archive.years.keys() {
        draft.add(route::year(*year), Page::Year(*year), None);
    }
    for (index, group) in archive.organizations.iter().enumerate() {
        let (slug, owner) = (&group.organization.slug, group.meetings.first().copied());
        if slug.is_empty() {
            draft.unnamed(&format!("the folder `{}`", group.folder), owner);
            continue;
        }
        draft.add(route::organization(slug), Page::Organization(index), owner);
        let mut years: Vec<i16> = group.meetings.iter().map(|id| archive.meeting(*id).year()).collect();
        years.dedup();
        for year in years {
            draft.add(route::organization_year(slug, year), Page::OrganizationYear(index, year), owner);
        }
    }
    for (id, meeting) in (0..).zip(&archive.meetings) {
        let route = route::meeting(meeting);
        draft.site.meetings.push(route.clone());
        draft.add(route, Page::Meeting(id), Some(id));
    }
    let mut case_years: Vec<i16> = archive.papers.iter().map(|paper| archive.paper_year(paper)).collect();
    case_years.sort_unstable();
    case_years.dedup();
    for year in case_years {
        draft.add(route::cases_year(language, year), Page::CasesYear(year), None);
    }
    for (index, paper) in archive.papers.iter().enumerate() {
        let owner = paper.consultations.first().map(|first| first.meeting);
        if paper.reference.slug().is_empty() {
            draft.unnamed(&format!("the case number `{}`", paper.reference.printed()), owner);
        } else {
            draft.add(route::case(language, &paper.reference), Page::Case(index), owner);
        }
    }
    exports::pages(&mut draft, config);
    if config.outputs.contains(&Output::Search) {
        draft.search(config);
    }
    draft.site.listed = draft
        .site
        .pages
        .iter()
        .filter(|(_, page)| {
            !matches!(
                page,
                Page::NotFound | Page::Retracted(_) | Page::Robots | Page::Asset(_) | Page::Statement | Page::Index(_)
            )
        })
        .map(|(route, _)| route.clone())
        .collect();
    for (id, meeting) in (0..).zip(&archive.meetings) {
        for file in public_files(meeting) {
            draft.add(route::attachment(meeting, file), Page::File(file.into()), Some(id));
        }
    }
    for (id, meeting) in (0..).zip(&archive.meetings) {
        for alias in &meeting.aliases {
            draft.add(Route::new(alias.as_str()), Page::Redirect(route::meeting(meeting)), Some(id));
        }
    }
    for (index, meeting) in archive.retracted.iter().enumerate() {
        draft.put(route::meeting(meeting), Page::Retracted(index), Some(meeting));
        for alias in &meeting.aliases {
            draft.put(Route::new(alias.as_str()), Page::Redirect(route::meeting(meeting)), Some(meeting));
        }
    }
    exports::add(&mut draft, config, ledger);
    if config.base_url.is_some() {
        draft.sitemaps();
    }
    draft.files_as_folders();
    draft.unportable();
    draft.site
}

/// The files of the content folder that a meeting's public text links to, in order. Each stands once for each link.
pub fn public_files(meeting: &Meeting) -> impl Iterator<Item = &str> {
    let items = meeting.items.iter().filter_map(|item| match &item.disclosure {
        Disclosure::Public(item) => Some(&item.links),
        Disclosure::Closed(_) => None,
    });
    std::iter::once(&meeting.links).chain(items).flatten().filter_map(|mark| match &mark.link {
        Link::File(path) => Some(&**path),
        Link::Meeting(..) | Link::Anchor(_) => None,
    })
}

struct Plan<'a> {
    archive: &'a Archive,
    /// The name of the theme.
    theme: &'a str,
    sources: &'a dyn Sources,
    problems: &'a mut Vec<Diagnostic>,
    site: Site,
    /// The meeting whose file is to be changed when an address is taken.
    owners: FxHashMap<Route, &'a Meeting>,
}

impl<'a> Plan<'a> {
    fn add(&mut self, route: Route, page: Page, owner: Option<MeetingId>) {
        self.put(route, page, owner.map(|id| self.archive.meeting(id)));
    }

    fn put(&mut self, route: Route, page: Page, owner: Option<&'a Meeting>) {
        if route.path().len() > LONGEST_ROUTE && route.path().chars().count() > LONGEST_ROUTE {
            self.report(
                owner,
                Code::AddressLong,
                &[route.path(), &route.path().chars().count().to_string(), &LONGEST_ROUTE.to_string()],
            );
            return;
        }
        match self.site.pages.entry(route.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(page);
                self.owners.extend(owner.map(|owner| (route, owner)));
            }
            // One file linked to twice is one file.
            Entry::Occupied(entry) if *entry.get() == page => {}
            Entry::Occupied(_) => self.taken(&route, &page, owner),
        }
    }

    fn unnamed(&mut self, what: &str, owner: Option<MeetingId>) {
        self.report(owner.map(|id| self.archive.meeting(id)), Code::NameEmpty, &[what]);
    }

    fn report(&mut self, owner: Option<&Meeting>, code: Code, words: &[&str]) {
        let path = owner.map_or_else(|| crate::config::PATH.into(), |meeting| meeting.path.clone());
        self.problems.push(Diagnostic::new(code, &self.sources.source(&path), Span::new(0..0), words));
    }

    fn search(&mut self, config: &Config) {
        let language = config.language;
        self.site.index = search::size(self.archive);
        self.site.titles = search::titles(self.archive, language);
        self.add(route::search(language), Page::Search, None);
        for file in self.site.index.files() {
            self.add(route::index_file(language, file), Page::Index(file), None);
        }
        let lists = search::lists(self.archive, &self.site.titles);
        for (letter, years) in lists {
            self.add(route::titles(language, letter), Page::Titles(letter), None);
            for year in years {
                self.add(route::titles_year(language, letter, year), Page::TitlesYear(letter, year), None);
            }
        }
    }

    fn sitemaps(&mut self) {
        self.add(route::sitemap(), Page::Sitemap, None);
        let parts = self.site.listed.len().div_ceil(SITEMAP_LIMIT);
        for part in (0..parts).filter(|_| parts > 1) {
            self.add(route::sitemap_part(part + 1), Page::SitemapPart(part), None);
        }
    }
}
