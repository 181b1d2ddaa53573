//! Views of the search page and of the lists of titles.

use super::Edition;
use super::parts::counted;
use super::trail::Above;
use super::view::{self, CountedLink, TitleRow};
use crate::model::{Outcome, Place};
use crate::site::{Letter, MANY_TITLES, Route, route};

pub(super) fn search(edition: &Edition<'_>, at: &Route) -> (view::Page, view::Search) {
    let (archive, words, root) = (edition.archive, edition.words(), at.root());
    let years = archive.years.iter().rev().map(|(year, ids)| {
        counted(&root, &route::year(*year), year.to_string(), edition.count(ids.len(), words.meetings))
    });
    let view = view::Search {
        edition: edition
            .search
            .map(|search| search.index(archive, edition.site, edition.config).id.clone())
            .unwrap_or_default(),
        organizations: archive.organizations.iter().map(|group| group.organization.name.clone()).collect(),
        years: years.collect(),
        outcomes: Outcome::ALL.iter().filter_map(|outcome| edition.outcome(Some(*outcome))).collect(),
        letters: letters(edition, &root),
    };
    (edition.page("search", at, words.search_title.to_owned(), words.search_text.to_owned(), Above::Home), view)
}

fn letters(edition: &Edition<'_>, root: &str) -> Vec<CountedLink> {
    let language = edition.config.language;
    let letters = edition.site.titles.iter().map(|(letter, places)| {
        let count = edition.count(places.len(), edition.words().items);
        counted(root, &route::titles(language, *letter), letter.printed(language), count)
    });
    letters.collect()
}

fn places<'a>(edition: &Edition<'a>, letter: Letter) -> &'a [Place] {
    edition.site.titles.get(&letter).map_or(&[], Vec::as_slice)
}

pub(super) fn titles(edition: &Edition<'_>, at: &Route, letter: Letter) -> (view::Page, view::Titles) {
    let places = places(edition, letter);
    let title = format!("{} {}", edition.words().titles_under, letter.printed(edition.config.language));
    if places.len() <= MANY_TITLES {
        return list(edition, at, title, places.to_vec(), Above::Search);
    }
    let (page, view) = list(edition, at, title, Vec::new(), Above::Search);
    let mut years: Vec<CountedLink> = Vec::new();
    for of_year in places.chunk_by(|a, b| year(edition, *a) == year(edition, *b)).rev() {
        let year = year(edition, of_year[0]);
        let count = edition.count(of_year.len(), edition.words().items);
        let to = route::titles_year(edition.config.language, letter, year);
        years.push(counted(&at.root(), &to, year.to_string(), count));
    }
    (page, view::Titles { years, count: edition.count(places.len(), edition.words().items), ..view })
}

pub(super) fn titles_year(
    edition: &Edition<'_>,
    at: &Route,
    letter: Letter,
    wanted: i16,
) -> (view::Page, view::Titles) {
    let places = places(edition, letter).iter().copied().filter(|place| year(edition, *place) == wanted).collect();
    let title = format!("{} {} {wanted}", edition.words().titles_under, letter.printed(edition.config.language));
    list(edition, at, title, places, Above::Titles(letter))
}

fn year(edition: &Edition<'_>, place: Place) -> i16 {
    edition.archive.meeting(place.meeting).year()
}

fn list(
    edition: &Edition<'_>,
    at: &Route,
    title: String,
    mut places: Vec<Place>,
    above: Above,
) -> (view::Page, view::Titles) {
    let (archive, language) = (edition.archive, edition.config.language);
    let text = |place: Place| crate::site::title(archive.item(place)).unwrap_or_default();
    // Newest first where titles are the same.
    places.sort_by_cached_key(|place| (language.sort_key(text(*place)), std::cmp::Reverse(*place)));
    let root = at.root();
    let rows = places.iter().map(|place| TitleRow {
        title: text(*place).to_owned(),
        href: edition.address(*place, &root),
        organization: archive.organization(place.meeting).organization.name.clone(),
        date: edition.day(archive.meeting(place.meeting).date),
    });
    let view = view::Titles {
        count: edition.count(places.len(), edition.words().items),
        titles: rows.collect(),
        years: Vec::new(),
        letters: letters(edition, &root),
    };
    let description = format!("{title}: {}", view.count);
    (edition.page("titles", at, title, description, above), view)
}
