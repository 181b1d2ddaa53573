//! The files of the index.

use super::Index;
use super::bits::Bits;
use super::documents::{excerpt, meeting_title};
use super::invert::{CASE, Entry, sort_key};
use crate::archive::Archive;
use crate::config::Config;
use crate::language::Language;
use crate::model::{Disclosure, MeetingId, Outcome, Paper, Place, scripted};
use crate::site::{Site, route};
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Puts the index into as many files as the plan has.
pub(super) fn index(
    archive: &Archive,
    site: &Site,
    config: &Config,
    documents: &[Place],
    entries: Vec<Entry>,
) -> Index {
    let WordFiles { words, positions, first: first_words } = word_files(&entries, site.index.words);
    let lengths = case_lengths(&entries);
    drop(entries);
    let (texts, first_documents) = document_files(archive, config, documents, site.index.documents);
    let words = files("w", words);
    let positions = files("p", positions);
    let shown = files("d", texts);
    let versions = [&words, &positions, &shown].map(|files| files.iter().map(|file| &*file.version).collect());
    let manifest = manifest(archive, config, documents, &first_words, &first_documents, lengths, versions);
    let manifest = file("index".to_owned(), &manifest);
    let bytes = |files: Vec<File>| files.into_iter().map(|file| file.bytes).collect();
    Index {
        id: manifest.version,
        manifest: manifest.bytes,
        words: bytes(words),
        positions: bytes(positions),
        documents: bytes(shown),
    }
}

/// A file: a call that hands over its name, its version and its data.
struct File {
    /// The first of the digest of its data.
    version: String,
    bytes: Vec<u8>,
}

fn files(kind: &str, parts: Vec<Vec<u8>>) -> Vec<File> {
    parts.into_par_iter().enumerate().map(|(number, data)| file(format!("{kind}{number}"), &data)).collect()
}

fn file(name: String, data: &[u8]) -> File {
    let version = Sha256::digest(data)[..VERSION / 2].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut bytes = Vec::with_capacity(data.len() + 40);
    bytes.extend_from_slice(format!("referat(\"{name}\",\"{version}\",").as_bytes());
    bytes.extend_from_slice(data);
    bytes.extend_from_slice(b")\n");
    File { version, bytes }
}

/// Digits of a version. It has to tell the last few editions of one file apart, no more.
const VERSION: usize = 6;

/// Files of words and of positions, and the key each pair begins with.
#[derive(Default)]
struct WordFiles {
    words: Vec<Vec<u8>>,
    positions: Vec<Vec<u8>>,
    first: Vec<String>,
}

/// Words and positions in `count` pairs of files of about one size, and the key each pair begins with. A file of positions
/// may be seven times as large, and that of a very common word more: it is seldom needed.
fn word_files(entries: &[Entry], count: usize) -> WordFiles {
    let weight = |entry: &Entry| 8 + entry.items.len() + (entry.positions.len() / 7).min(10_000);
    let total: usize = entries.iter().map(weight).sum();
    let mut files = WordFiles::default();
    let (mut from, mut sum) = (0, 0);
    for number in 1..=count {
        let mut to = from;
        while to < entries.len() && (number == count || sum * count < total * number) {
            sum += weight(&entries[to]);
            to += 1;
        }
        files.first.push(entries.get(from).map_or_else(|| "\u{fffd}".to_owned(), |entry| sort_key(&entry.name)));
        let (words, positions) = word_file(&entries[from..to]);
        files.words.push(words);
        files.positions.push(positions);
        from = to;
    }
    files
}

fn word_file(entries: &[Entry]) -> (Vec<u8>, Vec<u8>) {
    let (mut words, mut positions) = (vec![b'"'], vec![b'"']);
    let mut before = "";
    for (place, entry) in entries.iter().enumerate() {
        if place > 0 {
            words.push(b' ');
            positions.push(b' ');
        }
        let (shared, units) = shared(before, &entry.name);
        words.push(super::bits::character(units));
        words.extend_from_slice(&entry.name.as_bytes()[shared..]);
        words.push(b' ');
        words.extend_from_slice(&entry.items);
        positions.extend_from_slice(&entry.positions);
        before = &entry.name;
    }
    words.push(b'"');
    positions.push(b'"');
    (words, positions)
}

/// How much of its beginning a word shares with the one before: in bytes, and in the units of UTF-16 that scripts count.
fn shared(before: &str, word: &str) -> (usize, u32) {
    let (mut bytes, mut units) = (0, 0);
    for (a, b) in before.chars().zip(word.chars()) {
        if a != b || units + 2 > 63 {
            break;
        }
        bytes += a.len_utf8();
        units += a.len_utf16() as u32;
    }
    (bytes, units)
}

/// The lengths between which case numbers lie, in letters and digits.
fn case_lengths(entries: &[Entry]) -> [usize; 2] {
    let cases = entries.iter().filter_map(|entry| entry.name.strip_prefix(CASE)).map(|name| name.chars().count());
    [cases.clone().min().unwrap_or(1), cases.max().unwrap_or(0)]
}

/// A meeting and its items, as files of texts hold them: address, title of its own, items.
type MeetingTexts = (String, String, Vec<ItemText>);
/// An item: number, title, its cases with their names in addresses, the place of its outcome from 1, excerpt, whether it is closed.
/// Where the script finds a case by this item and the case has another title, that stands behind its name.
type ItemText = (String, String, Vec<Vec<String>>, usize, String, u8);

fn document_files(archive: &Archive, config: &Config, documents: &[Place], count: usize) -> (Vec<Vec<u8>>, Vec<usize>) {
    let meetings: Vec<&[Place]> = documents.chunk_by(|a, b| a.meeting == b.meeting).collect();
    let mut files = Vec::with_capacity(count);
    let mut first = Vec::with_capacity(count);
    let (mut from, mut sum) = (0, 0);
    for number in 1..=count {
        let mut to = from;
        first.push(sum);
        while to < meetings.len() && (number == count || sum * count < documents.len() * number) {
            sum += meetings[to].len();
            to += 1;
        }
        let texts: Vec<MeetingTexts> =
            meetings[from..to].iter().map(|places| meeting_texts(archive, config, places)).collect();
        files.push(json(&texts));
        from = to;
    }
    (files, first)
}

fn meeting_texts(archive: &Archive, config: &Config, places: &[Place]) -> MeetingTexts {
    let meeting = archive.meeting(places[0].meeting);
    let items = places.iter().map(|place| item_text(archive, config, *place));
    (route::meeting(meeting).path().to_owned(), meeting_title(meeting).to_owned(), items.collect())
}

fn item_text(archive: &Archive, config: &Config, place: Place) -> ItemText {
    let item = archive.item(place);
    let number = item.number.printed().to_owned();
    match &item.disclosure {
        Disclosure::Public(public) => {
            let cases = public.references.iter().map(|reference| {
                let paper = archive.paper(reference).filter(|paper| is_found_by(paper, place));
                let title = paper.map(|paper| archive.title(paper).unwrap_or_default());
                let title = title.filter(|title| **title != *public.title).map(str::to_owned);
                [reference.printed().to_owned(), reference.slug()].into_iter().chain(title).collect()
            });
            let outcome = public.outcome.and_then(|outcome| Outcome::ALL.iter().position(|other| *other == outcome));
            (number, public.title.to_string(), cases.collect(), outcome.map_or(0, |at| at + 1), excerpt(item), 0)
        }
        Disclosure::Closed(stub) => {
            let title = stub.title.clone().unwrap_or_else(|| config.language.words().closed_item.to_owned());
            (number, title, Vec::new(), 0, excerpt(item), u8::from(config.language.was_closed(item)))
        }
    }
}

/// Whether a case is found by an item: the first of those at the newest meeting it came up at.
fn is_found_by(paper: &Paper, place: Place) -> bool {
    let newest = paper.consultations.last().map(|last| last.meeting);
    paper.consultations.iter().find(|item| Some(item.meeting) == newest) == Some(&place)
}

/// What the script needs to know before it looks anything up.
#[derive(Serialize)]
struct Manifest<'a> {
    items: usize,
    /// The day of the newest meeting.
    newest: String,
    /// For each meeting, newest first: its organization, the days to the one before it in the list, its number of items.
    meetings: String,
    organizations: Vec<&'a str>,
    outcomes: Vec<[&'a str; 2]>,
    words: &'a [String],
    documents: &'a [usize],
    case_lengths: [usize; 2],
    /// What stands before the names of cases in addresses.
    cases: &'a str,
    anchor: &'a str,
    endings: &'a [&'a str],
    links: &'a [&'a str],
    case_labels: &'a [&'a str],
    months: &'a [&'a str],
    /// A date with the name of its month, as a regular expression of the script.
    date: String,
    /// The versions of all files of words, of positions and of texts.
    versions: [String; 3],
}

fn manifest(
    archive: &Archive,
    config: &Config,
    documents: &[Place],
    words: &[String],
    first_documents: &[usize],
    case_lengths: [usize; 2],
    versions: [String; 3],
) -> Vec<u8> {
    let language = config.language;
    let forms = language.forms();
    let outcomes = Outcome::ALL.iter().map(|outcome| [outcome.name(), language.words().outcome(*outcome)]);
    json(&Manifest {
        items: documents.len(),
        newest: archive.meetings.last().map(|meeting| meeting.date.to_string()).unwrap_or_default(),
        meetings: meetings(archive, documents),
        organizations: archive.organizations.iter().map(|group| group.organization.name.as_str()).collect(),
        outcomes: outcomes.collect(),
        words,
        documents: first_documents,
        case_lengths,
        cases: language.words().cases_address,
        anchor: language.words().item_address,
        endings: forms.endings,
        links: forms.links,
        case_labels: language.case_labels(),
        months: &language.words().months,
        date: date_pattern(language),
        versions,
    })
}

/// How a date is written with the name of its month: `22. maj 2018` or `May 22, 2018`, as one group. A weekday before it, as on
/// the page of a meeting, says nothing more.
fn date_pattern(language: Language) -> String {
    let (words, article, gap) = (language.words(), language.before_date(), "[\\s.,]+");
    let (days, months) = (words.weekdays.join("|"), words.months.join("|"));
    format!(
        "(?:(?:{days})(?: {article})?{gap}|{article}{gap})?((?:\\d\\d?{gap}(?:{months})|(?:{months}){gap}\\d\\d?){gap}\\d{{4}}\\b)"
    )
}

fn meetings(archive: &Archive, documents: &[Place]) -> String {
    let mut counts = vec![0_u32; archive.meetings.len()];
    documents.iter().for_each(|place| counts[place.meeting as usize] += 1);
    let mut bits = Bits::default();
    let mut day = archive.meetings.last().map(|meeting| meeting.date).unwrap_or_default();
    for (id, meeting) in archive.meetings.iter().enumerate().rev() {
        bits.number(archive.organization_index(id as MeetingId) as u32);
        bits.number((day - meeting.date).get_days().unsigned_abs());
        bits.number(counts[id]);
        day = meeting.date;
    }
    bits.end();
    String::from_utf8_lossy(bits.text()).into_owned()
}

fn json(value: &impl Serialize) -> Vec<u8> {
    scripted(serde_json::to_string(value).unwrap_or_default()).into_bytes()
}
