//! The way to a page from the home page. Many pages share one, so it is made once.

use super::view::Crumb;
use super::{Edition, Ready, json_ld, part};
use crate::diag::Diagnostic;
use crate::site::{Letter, Route, route};
use std::sync::{Arc, PoisonError};

/// What stands between the home page and a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Above {
    /// Nothing.
    Home,
    /// An organization.
    Organization(usize),
    /// An organization and a year of it.
    OrganizationYear(usize, i16),
    /// The list of cases.
    Cases,
    /// The list of cases and a year of it.
    CasesYear(i16),
    /// The search.
    Search,
    /// The search and the titles under a letter.
    Titles(Letter),
}

/// The steps of a trail in JSON-LD.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    /// They themselves, each followed by a comma.
    pub(super) json: Arc<str>,
    /// How many there are.
    pub(super) count: usize,
}

impl Edition<'_> {
    /// The pages above a page whose way home is `root`, the home page first.
    fn crumbs(&self, root: &str, above: Above) -> Vec<Crumb> {
        let (language, words) = (self.config.language, self.words());
        let crumb = |title: String, route: Route| Crumb { title, href: Some(route.after(root)) };
        let organization = |index: usize| &self.archive.organizations[index].organization;
        let of_organization =
            |index: usize| crumb(organization(index).name.clone(), route::organization(&organization(index).slug));
        let cases = || crumb(words.cases.to_owned(), route::cases(language));
        let search = || crumb(words.search_title.to_owned(), route::search(language));
        let mut out = vec![crumb(words.home.to_owned(), route::home())];
        match above {
            Above::Home => {}
            Above::Organization(index) => out.push(of_organization(index)),
            Above::OrganizationYear(index, year) => out.extend([
                of_organization(index),
                crumb(year.to_string(), route::organization_year(&organization(index).slug, year)),
            ]),
            Above::Cases => out.push(cases()),
            Above::CasesYear(year) => {
                out.extend([cases(), crumb(year.to_string(), route::cases_year(language, year))]);
            }
            Above::Search => out.push(search()),
            Above::Titles(letter) => out.extend([
                search(),
                crumb(format!("{} {}", words.titles_under, letter.printed(language)), route::titles(language, letter)),
            ]),
        }
        out
    }

    /// The whole way to a page, itself last.
    pub(super) fn breadcrumb(&self, root: &str, above: Above, name: &str) -> Vec<Crumb> {
        let mut out = self.crumbs(root, above);
        out.push(Crumb { title: name.to_owned(), href: None });
        out
    }

    /// What `breadcrumb.html` makes of the pages above a page.
    pub(super) fn trail(&self, root: &str, above: Above) -> Result<Ready<String>, Box<Diagnostic>> {
        let globals = self.shared.globals();
        let mut trails = globals.trails.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (root.to_owned(), above);
        if let Some(trail) = trails.get(&key) {
            return Ok(trail.clone());
        }
        let mut context = globals.context_of_part(root);
        context.insert_value("crumbs", globals.values.value(&self.crumbs(root, above)));
        let trail = part(self, "breadcrumb.html", &context)?;
        trails.insert(key, trail.clone());
        Ok(trail)
    }

    /// The same for machines.
    pub(super) fn steps(&self, root: &str, above: Above) -> Steps {
        let mut steps = self.shared.globals().steps.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            let crumbs = self.crumbs(root, above);
            Steps { json: json_ld::steps(self, &crumbs, root).into(), count: crumbs.len() }
        };
        steps.entry((root.to_owned(), above)).or_insert_with(made).clone()
    }
}
