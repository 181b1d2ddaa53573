//! What belongs to the search: how many files its index has, and the lists of titles for those who browse.

use crate::archive::Archive;
use crate::language::Language;
use crate::model::{AgendaItem, Disclosure, MeetingId, Place};
use std::collections::{BTreeMap, BTreeSet};

/// A file of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the search's module says what each holds")]
pub enum IndexFile {
    Script,
    Manifest,
    Words(usize),
    Positions(usize),
    Documents(usize),
}

/// How many files the index has of each kind. Known before the index is made, from the length of the texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexSize {
    /// Files of words; as many of positions.
    pub words: usize,
    /// Files of what is shown of items.
    pub documents: usize,
}

/// Text, in bytes of HTML, for which a file of words is made. The index of words comes to an eighth of the text, so a file
/// has some 30 kB: a query of two words loads two to four of them.
const TEXT_PER_FILE: f64 = 320_000.0;
/// Items up to which files have that size. With more, the commonest words alone take up more than that, and files grow as
/// the square root of their number: half the growth goes into their size, half into how many there are.
const ITEMS_OF_SCALE_1: usize = 40_000;

/// How many times as large as in a small archive the files of words are.
pub fn scale(items: usize) -> f64 {
    (items as f64 / ITEMS_OF_SCALE_1 as f64).sqrt().max(1.0)
}

/// Items a file of texts holds. Ten hits of ten meetings lie in up to ten files, so these are smaller, some 20 kB.
const ITEMS_PER_FILE: usize = 64;

impl IndexSize {
    /// Every file.
    pub fn files(self) -> impl Iterator<Item = IndexFile> {
        let words = (0..self.words).flat_map(|number| [IndexFile::Words(number), IndexFile::Positions(number)]);
        let documents = (0..self.documents).map(IndexFile::Documents);
        [IndexFile::Script, IndexFile::Manifest].into_iter().chain(words).chain(documents)
    }
}

pub(super) fn size(archive: &Archive) -> IndexSize {
    let items = || archive.meetings.iter().flat_map(|meeting| &meeting.items);
    let length = |item: &AgendaItem| match &item.disclosure {
        Disclosure::Public(public) => public.sections.iter().map(|section| section.body.html.len()).sum(),
        Disclosure::Closed(_) => 0_usize,
    };
    IndexSize {
        words: 1 + (items().map(length).sum::<usize>() as f64 / TEXT_PER_FILE / scale(items().count())) as usize,
        documents: 1 + items().count() / ITEMS_PER_FILE,
    }
}

/// The letter a title stands under, in the order of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Letter {
    /// A digit, or nothing that could be sorted.
    Digit,
    /// A letter from a to z.
    Latin(char),
    /// A letter of the language's own, by its place behind z.
    Own(usize, char),
    /// A letter of another script, all of which share a list.
    Other,
}

impl Letter {
    /// The letter a text begins with in a language's alphabet: `Øvrige` ø in Danish, o in English.
    fn of(text: &str, language: Language) -> Letter {
        let first = text.chars().find(|character| character.is_alphanumeric());
        let small = first.and_then(|first| first.to_lowercase().next());
        let own = small.and_then(|letter| language.last_letters().iter().position(|other| *other == letter));
        if let (Some(letter), Some(place)) = (small, own) {
            return Letter::Own(place, letter);
        }
        let plain = small.map(|letter| crate::model::slug(&letter.to_string()));
        match plain.and_then(|plain| plain.chars().next()).filter(char::is_ascii_lowercase) {
            Some(letter) => Letter::Latin(letter),
            None if small.is_some_and(char::is_alphabetic) => Letter::Other,
            None => Letter::Digit,
        }
    }

    /// As it is shown.
    pub fn printed(self, language: Language) -> String {
        match self {
            Letter::Digit => "0–9".to_owned(),
            Letter::Latin(letter) | Letter::Own(_, letter) => letter.to_uppercase().collect(),
            Letter::Other => language.words().other_letters.to_owned(),
        }
    }

    /// Its name in addresses.
    pub fn slug(self, language: Language) -> String {
        match self {
            Letter::Digit => "0".to_owned(),
            Letter::Latin(letter) | Letter::Own(_, letter) => crate::model::slug(&letter.to_string()),
            Letter::Other => crate::model::slug(language.words().other_letters),
        }
    }
}

/// The public title of an item.
pub fn title(item: &AgendaItem) -> Option<&str> {
    match &item.disclosure {
        Disclosure::Public(public) => Some(&public.title),
        Disclosure::Closed(stub) => stub.title.as_deref(),
    }
}

/// The items with a title, by its letter, in the order of their meetings.
pub(super) fn titles(archive: &Archive, language: Language) -> BTreeMap<Letter, Vec<Place>> {
    let mut out: BTreeMap<Letter, Vec<Place>> = BTreeMap::new();
    for (meeting, held) in (0..).zip(&archive.meetings) {
        for (item, entry) in (0..).zip(&held.items) {
            if let Some(title) = title(entry) {
                out.entry(Letter::of(title, language)).or_default().push(Place { meeting, item });
            }
        }
    }
    out
}

/// Above this many titles a letter's page leads to a page a year: some 100 kB, which a phone shows at once.
pub const MANY_TITLES: usize = 500;

/// The letters, and the years of those with many titles.
pub(super) fn lists(archive: &Archive, titles: &BTreeMap<Letter, Vec<Place>>) -> Vec<(Letter, BTreeSet<i16>)> {
    let year = |meeting: MeetingId| archive.meeting(meeting).year();
    let years = |places: &[Place]| match places.len() {
        0..=MANY_TITLES => BTreeSet::new(),
        _ => places.iter().map(|place| year(place.meeting)).collect(),
    };
    titles.iter().map(|(letter, places)| (*letter, years(places))).collect()
}
