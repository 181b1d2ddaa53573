//! Addresses: what each thing of an archive is called on the site. Nothing else makes one.
//!
//! An address depends only on the thing it names. All are paths of files below the output folder, parts separated by `/`.

use super::DataFile;
use super::search::{IndexFile, Letter};
use crate::language::Language;
use crate::ledger::{ObjectId, ObjectKind};
use crate::model::{Meeting, Number, Reference, slug};
use std::sync::Arc;

/// The address of a page or file, relative to the output folder. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route(Arc<str>);

impl Route {
    /// An address from a path that is one already, such as that of a theme's file.
    pub fn new(path: impl Into<Arc<str>>) -> Route {
        Route(path.into())
    }

    /// The path.
    pub fn path(&self) -> &str {
        &self.0
    }

    /// This path behind the way to the output folder: a page's root, or the address of the site.
    pub fn after(&self, root: &str) -> String {
        [root, &self.0].concat()
    }

    /// What leads from this page to the output folder: `../../`.
    pub fn root(&self) -> String {
        "../".repeat(self.0.matches('/').count())
    }
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn route(path: String) -> Route {
    Route(path.into())
}

/// The home page.
pub fn home() -> Route {
    Route("index.html".into())
}

/// A year over all organizations.
pub fn year(year: i16) -> Route {
    route(format!("{year:04}/index.html"))
}

/// An organization.
pub fn organization(slug: &str) -> Route {
    route(format!("{slug}/index.html"))
}

/// A year of an organization.
pub fn organization_year(slug: &str, year: i16) -> Route {
    route(format!("{slug}/{year:04}/index.html"))
}

/// A meeting.
pub fn meeting(meeting: &Meeting) -> Route {
    route(place_of(meeting) + ".html")
}

/// Where what belongs to a meeting stands. Every link leads through here, so it is put together by hand.
fn place_of(meeting: &Meeting) -> String {
    let (mut out, stem) = (slug(&meeting.organization), meeting.stem());
    out.reserve(stem.len() + "/2018/.html".len());
    out.push('/');
    // A date begins with its year.
    out.push_str(stem.split('-').next().unwrap_or_default());
    out.push('/');
    out.push_str(&stem);
    out
}

/// The anchor of an item on its meeting's page.
pub fn item(language: Language, number: &Number) -> String {
    crate::parse::anchor(language, number)
}

/// An attachment of a meeting, by its path in the content folder. The folder that is named after the meeting file stands
/// for the meeting's own; a file from elsewhere keeps only its name.
pub fn attachment(meeting: &Meeting, path: &str) -> Route {
    let own = meeting.path.strip_suffix(".md").unwrap_or(&meeting.path);
    let inner = path.strip_prefix(own).and_then(|rest| rest.strip_prefix('/'));
    let inner = inner.unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path));
    let (folders, name) = inner.rsplit_once('/').map_or(("", inner), |(folders, name)| (folders, name));
    let mut out = place_of(meeting) + "/";
    for folder in folders.split('/').filter(|part| !part.is_empty()) {
        out.push_str(&part(folder));
        out.push('/');
    }
    let (base, kind) = name.rsplit_once('.').unwrap_or((name, ""));
    out.push_str(&part(base));
    out.push('.');
    out.push_str(&part(kind));
    route(out)
}

/// A part of a path; what has neither letters nor digits is an underscore.
fn part(name: &str) -> String {
    Some(slug(name)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "_".to_owned())
}

/// All cases.
pub fn cases(language: Language) -> Route {
    route([language.words().cases_address, "/index.html"].concat())
}

/// The cases of a year.
pub fn cases_year(language: Language, year: i16) -> Route {
    route(format!("{}/{year:04}/index.html", language.words().cases_address))
}

/// A case.
pub fn case(language: Language, reference: &Reference) -> Route {
    // Put together by hand, as there are more links to cases than to anything else.
    route([language.words().cases_address, "/", &reference.slug(), ".html"].concat())
}

/// The search.
pub fn search(language: Language) -> Route {
    route(format!("{}/index.html", language.words().search_address))
}

/// A file of the search index.
pub fn index_file(language: Language, file: IndexFile) -> Route {
    let folder = language.words().search_address;
    route(match file {
        IndexFile::Script => format!("{folder}/search.js"),
        IndexFile::Manifest => format!("{folder}/data/index.js"),
        IndexFile::Words(number) => format!("{folder}/data/w{number}.js"),
        IndexFile::Positions(number) => format!("{folder}/data/p{number}.js"),
        IndexFile::Documents(number) => format!("{folder}/data/d{number}.js"),
    })
}

/// The titles under a letter.
pub fn titles(language: Language, letter: Letter) -> Route {
    route(format!("{}/{}.html", language.words().search_address, letter.slug(language)))
}

/// The titles under a letter in one year.
pub fn titles_year(language: Language, letter: Letter, year: i16) -> Route {
    route(format!("{}/{}-{year:04}.html", language.words().search_address, letter.slug(language)))
}

/// The page for addresses that lead nowhere.
pub fn not_found() -> Route {
    Route("404.html".into())
}

/// The accessibility statement, where the Danish agency looks for it (web-tilgængelighedserklæring, WAS).
pub fn statement() -> Route {
    Route("was/index.html".into())
}

/// The list of checksums, which publishing adds to what is planned.
pub const CHECKSUMS: &str = "SHA256SUMS";

/// What crawlers are told.
pub fn robots() -> Route {
    Route("robots.txt".into())
}

/// The sitemap, or the index of sitemaps.
pub fn sitemap() -> Route {
    Route("sitemap.xml".into())
}

/// One of several sitemaps, counted from 1.
pub fn sitemap_part(number: usize) -> Route {
    route(format!("sitemap-{number}.xml"))
}

/// A part of the feed of the whole archive, or of an organization by its slug; parts are counted from 0.
pub fn feed(organization: Option<&str>, part: usize) -> Route {
    let folder = organization.map(|slug| format!("{slug}/")).unwrap_or_default();
    match part {
        0 => route(format!("{folder}feed.xml")),
        part => route(format!("{folder}feed-{}.xml", part + 1)),
    }
}

/// A part of the feed of a case.
pub fn case_feed(language: Language, reference: &Reference, part: usize) -> Route {
    let (folder, slug) = (language.words().cases_address, reference.slug());
    match part {
        0 => route([folder, "/", &slug, ".xml"].concat()),
        part => route(format!("{folder}/{slug}/feed-{}.xml", part + 1)),
    }
}

/// The calendar of the whole archive, or of an organization by its slug.
pub fn calendar(language: Language, organization: Option<&str>) -> Route {
    let folder = organization.map(|slug| format!("{slug}/")).unwrap_or_default();
    route(format!("{folder}{}.ics", language.words().calendar_address))
}

/// A meeting for a calendar.
pub fn meeting_calendar(meeting: &Meeting) -> Route {
    route(place_of(meeting) + ".ics")
}

/// The page about data, or a file beside it. The names are the same in all languages: programs read them.
pub fn data(file: DataFile) -> Route {
    match file {
        DataFile::Index => Route("data/index.html".into()),
        DataFile::Table(table) => route(format!("data/{}.csv", table.name())),
        DataFile::Description => Route("data/csv-metadata.json".into()),
        DataFile::Catalog => Route("data/catalog.jsonld".into()),
    }
}

/// A meeting as Akoma Ntoso.
pub fn akn(meeting: &Meeting) -> Route {
    route(place_of(meeting) + ".akn.xml")
}

/// An object of the OParl interface. The system and the body, of which there is one each, have no number.
pub fn oparl(id: ObjectId) -> Route {
    match id.kind {
        ObjectKind::System | ObjectKind::Body => route(format!("oparl/{}.json", id.kind.names().1)),
        _ => route(format!("oparl/{id}.json")),
    }
}

/// A page of a list of the OParl interface, counted from 0.
pub fn oparl_list(name: &str, page: usize) -> Route {
    match page {
        0 => route(format!("oparl/{name}.json")),
        page => route(format!("oparl/{name}-{}.json", page + 1)),
    }
}
