//! Pages for people: one function from a page of the plan to its HTML.
//!
//! [`view`] says what a theme sees, [`theme`] holds its templates, `pages` fills views from the archive. Nothing here
//! decides what there is or where it stands: the plan did.

mod charts;
mod fill;
mod json_ld;
mod pages;
mod parts;
mod ready;
mod search;
mod show;
mod specialize;
pub mod theme;
mod trail;
pub mod view;

pub use fill::{On, fill, fill_heading};
pub use ready::Ready;
pub use show::{Html, Show, Values};

use crate::archive::Archive;
use crate::config::Config;
use crate::diag::Diagnostic;
use crate::language::Language;
use crate::model::{AgendaItem, Disclosure, Meeting, Outcome};
use crate::search::Search;
use crate::site::{DataFile, Page, Route, Site};
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tera::{Context, Value};
use theme::{Compiled, Theme};
use trail::{Above, Steps};
use view::Day;

/// All that a page is made from.
#[derive(Clone, Copy, Debug)]
pub struct Edition<'a> {
    /// The content.
    pub archive: &'a Archive,
    /// The plan.
    pub site: &'a Site,
    /// The settings.
    pub config: &'a Config,
    /// The theme.
    pub theme: &'a Theme,
    /// What all pages share, ready for the templates.
    pub shared: &'a Shared,
    /// The search index, made on demand; `None` where templates are only tried.
    pub search: Option<&'a Search>,
    /// The sizes of the archive's files in bytes, by path.
    pub sizes: &'a BTreeMap<Arc<str>, u64>,
}

/// What all pages share: the site's own data and the words of its language, converted once.
///
/// There is a copy for each thread: templates count who holds a value, and processors that count in the same place wait for
/// each other.
#[derive(Debug)]
pub struct Shared {
    /// The theme's templates.
    pub compiled: Compiled,
    copies: Vec<Globals>,
}

#[derive(Debug)]
struct Globals {
    values: Values,
    /// What templates of the archive's own see on all pages. The built-in ones have most of it in their text.
    everywhere: Context,
    /// The outcomes, in the order of all.
    outcomes: [Ready<view::Outcome>; Outcome::ALL.len()],
    /// The days that were shown so far. There are few in an archive, and each page has several.
    days: Mutex<FxHashMap<Date, Ready<Day>>>,
    /// Header and footer of pages, by the way from them to the home page's folder, on which nothing else in them hangs.
    frames: Mutex<FxHashMap<String, [Ready<String>; 2]>>,
    /// The trails of pages, by the same way and what stands above the pages.
    trails: Mutex<FxHashMap<(String, Above), Ready<String>>>,
    /// The same trails for machines.
    steps: Mutex<FxHashMap<(String, Above), Steps>>,
}

/// Prepares what all pages share. `known` are the same theme's templates, compiled for some archive.
pub fn shared(archive: &Archive, config: &Config, theme: &Theme, known: Option<Compiled>) -> Shared {
    let values = Values { for_own: theme.is_own() };
    let site = pages::site(archive, config, theme);
    let compiled = theme.compiled(values.value(&site), known);
    let everywhere = || {
        let mut context = Context::new();
        if theme.is_own() {
            context.insert_value("site", values.value(&site));
            context.insert_value("t", Value::from_serializable(config.language.words()));
        }
        context
    };
    let globals = |_| Globals {
        everywhere: everywhere(),
        outcomes: Outcome::ALL.map(|outcome| {
            let text = config.language.words().outcome(outcome);
            Ready::new(&view::Outcome { name: outcome.name(), text }, values)
        }),
        days: Mutex::default(),
        frames: Mutex::default(),
        trails: Mutex::default(),
        steps: Mutex::default(),
        values,
    };
    Shared { compiled, copies: (0..rayon::current_num_threads()).map(globals).collect() }
}

impl Globals {
    fn context(&self, page: Value) -> Context {
        let mut context = self.everywhere.clone();
        context.insert_value("page", page);
        context
    }

    /// What a part that many pages share can know of them: the way from them to the home page's folder.
    fn context_of_part(&self, root: &str) -> Context {
        self.context(Value::from_serializable(&BTreeMap::from([("root", root)])))
    }
}

impl Shared {
    fn globals(&self) -> &Globals {
        let copies = &self.copies;
        &copies[rayon::current_thread_index().unwrap_or_default() % copies.len()]
    }

    /// An outcome, ready for the templates.
    fn outcome(&self, outcome: Outcome) -> Option<Ready<view::Outcome>> {
        let place = Outcome::ALL.iter().position(|other| *other == outcome)?;
        Some(self.globals().outcomes[place].clone())
    }

    /// A day, ready for the templates.
    fn day(&self, language: Language, date: Date) -> Ready<Day> {
        let globals = self.globals();
        let mut days = globals.days.lock().unwrap_or_else(PoisonError::into_inner);
        days.entry(date).or_insert_with(|| Ready::new(&parts::day(language, date), globals.values)).clone()
    }
}

/// What the archive holds, in a sentence.
pub fn about(edition: &Edition<'_>) -> String {
    pages::about(edition.archive, edition.config.language)
}

/// Writes the page that stands at a route. What is no page, such as files and exports, is
/// handed over by the pipeline.
///
/// # Errors
/// What is wrong with the theme's template.
pub fn page(edition: &Edition<'_>, route: &Route, page: &Page, out: &mut Vec<u8>) -> Result<(), Box<Diagnostic>> {
    match page {
        Page::Home => html(edition, pages::home(edition, route), out),
        Page::Year(year) => html(edition, pages::year(edition, route, *year), out),
        Page::Organization(index) => html(edition, pages::organization(edition, route, *index), out),
        Page::OrganizationYear(index, year) => {
            html(edition, pages::organization_year(edition, route, *index, *year), out)
        }
        Page::Meeting(id) => {
            out.reserve(expected_length(edition.archive.meeting(*id)));
            html(edition, pages::meeting(edition, route, *id), out)
        }
        Page::Cases => html(edition, pages::cases(edition, route), out),
        Page::CasesYear(year) => html(edition, pages::cases_year(edition, route, *year), out),
        Page::Case(index) => html(edition, pages::case(edition, route, *index), out),
        Page::Search => html(edition, search::search(edition, route), out),
        Page::Titles(letter) => html(edition, search::titles(edition, route, *letter), out),
        Page::TitlesYear(letter, year) => html(edition, search::titles_year(edition, route, *letter, *year), out),
        Page::NotFound => html(edition, pages::not_found(edition, route), out),
        Page::Data(DataFile::Index) => html(edition, pages::data(edition, route), out),
        Page::Retracted(index) => html(edition, pages::retracted(edition, route, *index), out),
        Page::Redirect(target) => html(edition, pages::redirect(edition, route, target), out),
        Page::Statement => html(edition, pages::statement(edition, route), out),
        Page::Index(_) | Page::Robots | Page::Sitemap | Page::SitemapPart(_) | Page::File(_) | Page::Asset(_) => Ok(()),
        Page::Feed(..) | Page::Calendar(_) | Page::Data(_) | Page::Akn(_) | Page::Oparl(_) => Ok(()),
    }
}

/// About how long a meeting's page becomes. They are long, and would be moved time and again while they grow.
fn expected_length(meeting: &Meeting) -> usize {
    const FRAME: usize = 4 << 10;
    const ITEM: usize = 1 << 10;
    const SECTION: usize = 80;
    let sections = |item: &AgendaItem| match &item.disclosure {
        Disclosure::Public(public) => public.sections.iter().map(|section| SECTION + section.body.html.len()).sum(),
        Disclosure::Closed(_) => 0,
    };
    FRAME + meeting.items.iter().map(|item| ITEM + sections(item)).sum::<usize>()
}

fn html<View: Show>(
    edition: &Edition<'_>,
    (mut page, view): (view::Page, View),
    out: &mut Vec<u8>,
) -> Result<(), Box<Diagnostic>> {
    [page.header, page.footer] = frame(edition, &page.root)?;
    if let Some(above) = page.above {
        page.trail = edition.trail(&page.root, above)?;
        if edition.theme.is_own() {
            page.breadcrumb = edition.breadcrumb(&page.root, above, &page.name);
        }
    }
    let template = [page.kind, ".html"].concat();
    let globals = edition.shared.globals();
    let mut context = globals.context(globals.values.value(&page));
    context.insert_value("view", globals.values.value(&view));
    fill_template(edition, &template, &context, out)
}

/// The header and the footer of the pages with this way to the home page's folder.
fn frame(edition: &Edition<'_>, root: &str) -> Result<[Ready<String>; 2], Box<Diagnostic>> {
    let globals = edition.shared.globals();
    let mut frames = globals.frames.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(frame) = frames.get(root) {
        return Ok(frame.clone());
    }
    let context = globals.context_of_part(root);
    let frame = [part(edition, "site-header.html", &context)?, part(edition, "site-footer.html", &context)?];
    frames.insert(root.to_owned(), frame.clone());
    Ok(frame)
}

/// A part that many pages share.
fn part(edition: &Edition<'_>, template: &str, context: &Context) -> Result<Ready<String>, Box<Diagnostic>> {
    let mut out = Vec::new();
    fill_template(edition, template, context, &mut out)?;
    Ok(Ready::html(&String::from_utf8_lossy(&out)))
}

fn fill_template(
    edition: &Edition<'_>,
    template: &str,
    context: &Context,
    out: &mut Vec<u8>,
) -> Result<(), Box<Diagnostic>> {
    edition
        .shared
        .compiled
        .tera
        .render_to(template, context, out)
        .map_err(|error| Box::new(edition.theme.diagnostic(&error)))
}
