//! Two things with one address: what they are called, where that is put right, and how.
//!
//! A file and a folder of one name are the same trouble, as no system can hold both. Which of the two is at fault nobody knows;
//! the one that is easiest to change is where it is said.

use super::{Page, Plan, Route, Scope, route};
use crate::diag::{Code, Diagnostic};
use crate::model::{Disclosure, Link, Meeting, is_device};
use crate::source::{Source, Span};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What stands at an address, as it is reported.
struct Thing {
    kind: Kind,
    /// What it is called.
    name: String,
    /// The path in that name, where it has one.
    path: Option<Arc<str>>,
    /// The file that makes it, and where in it.
    place: Option<(Source, Span)>,
}

/// What can have an address, what is easiest to change first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Alias,
    Theme,
    File,
    Meeting,
    Case,
    Organization,
    /// What every archive has.
    Own,
}

impl Kind {
    /// What helps where it meets something of another kind, or of its own.
    fn hint(self, other: Kind) -> &'static str {
        match (self, other) {
            (Kind::Alias, _) => "take it out of `aliases`, or write the address the meeting really had",
            (Kind::Theme, _) => "rename the file of the theme",
            (Kind::File, Kind::File) => "rename one of the two files, and the link to it",
            (Kind::File, _) => "rename the file, and the link to it",
            (Kind::Meeting, _) => "give one meeting a `slug:` in its head",
            (Kind::Case, Kind::Case) => {
                "write the number in one way when it is one case; else change `cases: pattern:` so that the two differ in letters or digits"
            }
            (Kind::Case, _) => "change `cases: pattern:` in site.yaml so that this is no case number",
            (Kind::Organization, _) => "rename the folder of the organization",
            (Kind::Own, _) => "rename one of the two",
        }
    }
}

impl<'a> Plan<'a> {
    /// Reports a thing that comes to an address where another stands.
    pub(super) fn taken(&mut self, route: &Route, page: &Page, owner: Option<&'a Meeting>) {
        let Some(first) = self.site.pages.get(route) else { return };
        if follows(first) && std::mem::discriminant(first) == std::mem::discriminant(page) {
            return;
        }
        let first = self.thing(route, first, self.owners.get(route).copied());
        let second = self.thing(route, page, owner);
        self.collide(route.path(), first, second);
    }

    /// Reports the files at whose address others need a folder. To be asked when all is planned.
    pub(super) fn files_as_folders(&mut self) {
        let sums = Route::new(route::CHECKSUMS);
        let mut found = Vec::new();
        let odd = self.odd();
        if let Some(page) = self.site.pages.get(&sums) {
            found.push((sums.clone(), self.thing(&sums, page, self.owners.get(&sums).copied())));
        }
        // Folders have no dots and files have, but for old addresses and what lies in a theme.
        let has_dot = |path: &str| path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let dotless = self.site.pages.keys().map(Route::path).filter(|path| !has_dot(path)).chain([route::CHECKSUMS]);
        let dotless: BTreeSet<Cow<'_, str>> = dotless.map(small).collect();
        let mut told = BTreeSet::new();
        for (route, page) in &self.site.pages {
            let folders = route.path().match_indices('/').map(|(at, _)| &route.path()[..at]);
            for folder in folders.filter(|folder| has_dot(folder) || dotless.contains(&small(folder))) {
                let at = self.alike(folder, &odd).unwrap_or_else(|| Route::new(folder));
                let is_theme = matches!(self.site.pages.get(&at), Some(Page::Asset(_)));
                let is_file = at == sums || self.site.pages.contains_key(&at);
                // A file of the theme may stand in the way of a whole organization, which is one problem.
                let is_told = is_theme && told.contains(&at) && !matches!(page, Page::Redirect(_));
                if is_file && !is_told {
                    let mut below = self.thing(route, page, self.owners.get(route).copied());
                    below.name = format!("{}, for which it must be a folder", below.name);
                    told.insert(at.clone());
                    found.push((at, below));
                }
            }
        }
        for (at, below) in found {
            let first = match self.site.pages.get(&at) {
                Some(page) if at != sums => self.thing(&at, page, self.owners.get(&at).copied()),
                _ => checksums(),
            };
            self.collide(at.path(), first, below);
        }
    }

    /// Reports addresses that differ in capitals alone, and those with a name that Windows keeps for a device. Systems that don't
    /// tell capitals from small letters, as those of Windows, of most Macs and of memory sticks, can hold one of the two. To be
    /// asked when all is planned.
    pub(super) fn unportable(&mut self) {
        let odd = self.odd();
        let same = |route: &Route| {
            let first = self.alike(route.path(), &odd)?;
            (first != *route).then(|| {
                let mut second = self.thing(route, &self.site.pages[route], self.owners.get(route).copied());
                second.name.push_str(", which differs from it in capitals alone");
                (first, second)
            })
        };
        let same: Vec<(Route, Thing)> = odd.values().flatten().filter_map(same).collect();
        for (first, second) in same {
            let known = self.site.pages.get(&first);
            let thing = known.map_or_else(checksums, |page| self.thing(&first, page, self.owners.get(&first).copied()));
            self.collide(first.path(), thing, second);
        }
        // All other addresses are made of slugs, which are never such a name.
        let is_free = |page: &Page| matches!(page, Page::Redirect(_) | Page::Asset(_));
        let devices = self.site.pages.iter().filter(|(_, page)| is_free(page)).filter_map(|(route, page)| {
            let name = route.path().split('/').find(|name| is_device(name) || name.ends_with(['.', ' ']))?;
            let thing = self.thing(route, page, self.owners.get(route).copied());
            let (source, span) = thing.place?;
            let words = [route.path(), name, thing.kind.hint(Kind::Own)];
            Some(Diagnostic::new(Code::AddressReserved, &source, span, &words))
        });
        let devices: Vec<Diagnostic> = devices.collect();
        self.problems.extend(devices);
    }

    /// The addresses with capitals, by what they are without. Only old addresses and the files of a theme have any.
    fn odd(&self) -> BTreeMap<String, Vec<Route>> {
        let mut odd: BTreeMap<String, Vec<Route>> = BTreeMap::new();
        for route in self.site.pages.keys() {
            if let Cow::Owned(path) = small(route.path()) {
                odd.entry(path).or_default().push(route.clone());
            }
        }
        odd
    }

    /// The first address that is the same but for capitals, if there is one: of two that are odd, that without any.
    fn alike(&self, path: &str, odd: &BTreeMap<String, Vec<Route>>) -> Option<Route> {
        let path = small(path);
        let plain = self.site.pages.get_key_value(&Route::new(&*path)).map(|(route, _)| route.clone());
        let sums = || (path == small(route::CHECKSUMS)).then(|| Route::new(route::CHECKSUMS));
        plain.or_else(sums).or_else(|| odd.get(&*path)?.first().cloned())
    }

    fn collide(&mut self, address: &str, first: Thing, second: Thing) {
        let (at, other) = if first.kind < second.kind { (first, second) } else { (second, first) };
        let words = [address, &at.name, &other.name, at.kind.hint(other.kind)];
        let (source, span) = at.place.unwrap_or_else(|| (self.sources.source(crate::config::PATH), Span::new(0..0)));
        let paths = [&at.path, &other.path].into_iter().flatten().cloned().collect();
        let mut problem = Diagnostic::new(Code::AddressTaken, &source, span, &words).naming(paths);
        if let Some((other, there)) =
            other.place.filter(|(other, there)| (other.path(), *there) != (source.path(), span))
        {
            problem = problem.label(&other, there, "the other");
        }
        self.problems.push(problem);
    }

    fn thing(&self, route: &Route, page: &Page, owner: Option<&Meeting>) -> Thing {
        let archive = self.archive;
        let organization = |index: usize| format!("the organization `{}`", archive.organizations[index].folder);
        let case = |index: usize| format!("the case {}", archive.papers[index].reference.printed());
        let meeting = |id| format!("the meeting `{}`", archive.meeting(id).path);
        let path = match page {
            Page::Redirect(_) => owner.map(|meeting| meeting.path.clone()),
            Page::File(path) => Some(Arc::from(&**path)),
            Page::Meeting(id) | Page::Akn(id) | Page::Calendar(Scope::Meeting(id)) => {
                Some(archive.meeting(*id).path.clone())
            }
            Page::Retracted(index) => Some(archive.retracted[*index].path.clone()),
            _ => None,
        };
        let of = |scope: &Scope| match scope {
            Scope::Archive => (Kind::Own, "the archive".to_owned()),
            Scope::Organization(index) => (Kind::Organization, organization(*index)),
            Scope::Case(index) => (Kind::Case, case(*index)),
            Scope::Meeting(id) => (Kind::Meeting, meeting(*id)),
        };
        let (kind, name) = match page {
            Page::Redirect(_) => (Kind::Alias, {
                let of = owner.map(|meeting| format!(" of `{}`", meeting.path)).unwrap_or_default();
                format!("the old address `{route}`{of}")
            }),
            Page::Asset(path) => (Kind::Theme, format!("the file `{path}` of the theme")),
            Page::File(path) => (Kind::File, format!("the file `{path}`")),
            Page::Meeting(id) => (Kind::Meeting, meeting(*id)),
            Page::Akn(id) => (Kind::Meeting, format!("the Akoma Ntoso of {}", meeting(*id))),
            Page::Retracted(index) => {
                (Kind::Meeting, format!("what is left of the meeting `{}`", archive.retracted[*index].path))
            }
            Page::Case(index) => (Kind::Case, case(*index)),
            Page::Organization(index) => (Kind::Organization, organization(*index)),
            Page::OrganizationYear(index, year) => (Kind::Organization, format!("{year} of {}", organization(*index))),
            Page::Feed(scope, _) => (of(scope).0, format!("the feed of {}", of(scope).1)),
            Page::Calendar(scope) => (of(scope).0, format!("the calendar of {}", of(scope).1)),
            Page::Year(year) => (Kind::Own, format!("the list of meetings of {year}")),
            Page::Cases => (Kind::Own, "the list of cases".to_owned()),
            Page::CasesYear(year) => (Kind::Own, format!("the list of cases of {year}")),
            Page::Home => (Kind::Own, "the home page".to_owned()),
            Page::Search | Page::Titles(_) | Page::TitlesYear(..) | Page::Index(_) => {
                (Kind::Own, "a page or file of the search".to_owned())
            }
            Page::Data(_) => (Kind::Own, "a page or file of the data".to_owned()),
            Page::Oparl(_) => (Kind::Own, "a file of the OParl interface".to_owned()),
            Page::NotFound | Page::Robots | Page::Sitemap | Page::SitemapPart(_) | Page::Statement => {
                (Kind::Own, "a page or file that every archive has".to_owned())
            }
        };
        let place = match page {
            Page::Asset(path) => Some((Source::new(format!("themes/{}/{path}", self.theme), ""), Span::new(0..0))),
            _ => owner.map(|meeting| {
                let source = self.sources.source(&meeting.path);
                let span = self.span(&source, page, route, meeting);
                (source, span)
            }),
        };
        Thing { kind, name, path, place }
    }

    /// Where in a meeting file a thing is made.
    fn span(&self, source: &Source, page: &Page, route: &Route, meeting: &Meeting) -> Span {
        let find = |text: &str| {
            let at = source.text().find(text).map(|at| at..at + text.len());
            at.map_or(Span::new(0..0), Span::new)
        };
        match page {
            Page::Redirect(_) => {
                // An old address that is a folder stands for its index.
                let whole = find(route.path());
                if whole == Span::default() { find(route.path().trim_end_matches("index.html")) } else { whole }
            }
            Page::Case(index) | Page::Feed(Scope::Case(index), _) => {
                find(self.archive.papers[*index].reference.printed())
            }
            Page::File(path) => {
                let items = meeting.items.iter().filter_map(|item| match &item.disclosure {
                    Disclosure::Public(item) => Some(&item.links),
                    Disclosure::Closed(_) => None,
                });
                let mut marks = std::iter::once(&meeting.links).chain(items).flatten();
                let mark = marks.find(|mark| matches!(&mark.link, Link::File(file) if **file == **path));
                mark.map_or(Span::new(0..0), |mark| mark.span)
            }
            _ => Span::new(0..0),
        }
    }
}

fn checksums() -> Thing {
    Thing { kind: Kind::Own, name: "the list of checksums".to_owned(), path: None, place: None }
}

/// An address without capitals.
fn small(path: &str) -> Cow<'_, str> {
    let is_small = path.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_small { path.into() } else { path.to_lowercase().into() }
}

/// Whether its address follows from that of another page, which collides too and is reported then.
fn follows(page: &Page) -> bool {
    matches!(page, Page::Feed(..) | Page::Calendar(_) | Page::Akn(_))
}
