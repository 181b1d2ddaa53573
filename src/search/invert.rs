//! From items with their words to words with their items.
//!
//! Three passes, each in parallel and with a result that doesn't depend on how: the items are read in blocks, each with
//! numbers for its own words; the words of all blocks are put in one order; and for a range of words at a time all blocks
//! are gone through and the places gathered. So the memory needed is four bytes for each word of the text, and eight more
//! for those of two ranges.

use super::bits::{Bits, parameter};
use super::documents::{Field, read};
use super::words::{LONGEST, Token, Vocabulary, key, surface};
use crate::archive::Archive;
use crate::language::Language;
use crate::model::{Disclosure, Outcome, Place, Reference};
use crate::site::scale;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What is found under a word.
#[derive(Debug)]
pub(super) struct Entry {
    /// The word as its file gives it: in small letters; with a sign before it for what is no word of the text.
    pub name: String,
    /// The items, by field: three lists of rising numbers.
    pub items: Vec<u8>,
    /// Where in them it stands; empty for what is no word of the text.
    pub positions: Vec<u8>,
}

/// Signs before names. A case number: its digits and letters.
pub(super) const CASE: char = '#';
/// An outcome.
const OUTCOME: char = '=';
/// The stem of a part of compounds: the compounds' items.
const PART: char = '+';
/// A stem that many words begin with: the items of its inflected forms.
const FORMS: char = '~';
/// A word that many words begin with: their items.
const PREFIX: char = '*';

/// The signs of entries that hold the items of several words, and stand under a key without the sign.
pub(super) const GATHERED: [char; 3] = [PART, FORMS, PREFIX];

/// Words that begin alike and take up more than this many bytes are gathered under their beginning, so that no query has to
/// load more than two files for a word. Half a file, since compounds ending in such words lie among them.
const CROWD: f64 = 12_000.0;

/// How many items a block holds: enough that most words come again in it, few enough for two threads at 50 meetings.
const BLOCK: usize = 256;
/// How many ranges of words there are.
const RANGES: usize = 16;

/// Marks in a block's stream beside the numbers of words.
const NEXT_ITEM: u32 = u32::MAX;
const NEXT_FIELD: u32 = u32::MAX - 1;
const BREAK: u32 = u32::MAX - 2;

/// Items read: a number for each word.
#[derive(Default)]
struct Block {
    stream: Vec<u32>,
    /// Names by number. Words that differ in capitals have numbers of their own and the same name.
    names: Vec<String>,
    counts: Vec<u32>,
}

/// A word as a block met it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Name<'a> {
    Word(&'a str),
    Case(&'a Reference),
    Outcome(Outcome),
}

/// Everything under its word, in the order of their keys.
pub(super) fn invert(archive: &Archive, documents: &[Place], language: Language) -> Vec<Entry> {
    let blocks: Vec<Block> = documents.par_chunks(BLOCK).map(|places| block(archive, places, language)).collect();
    let lexicon = Lexicon::new(&blocks, documents.len(), language);
    let blocks: Vec<Vec<u32>> = blocks.into_par_iter().map(|block| lexicon.renumbered(block)).collect();
    let limit = u32::try_from(documents.len()).unwrap_or(u32::MAX);
    let ranges = lexicon.ranges();
    ranges.par_iter().flat_map_iter(|range| gather(&blocks, &lexicon, range.clone(), limit)).collect()
}

fn block(archive: &Archive, places: &[Place], language: Language) -> Block {
    let mut reading = Reading::default();
    for place in places {
        let item = archive.item(*place);
        for field in Field::ALL {
            read(item, language, field, &mut |token| match token {
                Token::Word(word) => reading.add(Name::Word(word)),
                Token::Case(reference) => reading.add(Name::Case(reference)),
                Token::Break => reading.block.stream.push(BREAK),
            });
            reading.block.stream.push(NEXT_FIELD);
        }
        if let Disclosure::Public(public) = &item.disclosure {
            public.outcome.iter().for_each(|outcome| reading.add(Name::Outcome(*outcome)));
        }
        reading.block.stream.push(NEXT_ITEM);
    }
    reading.block.stream.shrink_to_fit();
    reading.block
}

/// A block being read.
#[derive(Default)]
struct Reading<'a> {
    known: HashMap<Name<'a>, u32, Hasher>,
    block: Block,
}

impl<'a> Reading<'a> {
    fn add(&mut self, name: Name<'a>) {
        let Block { stream, names, counts } = &mut self.block;
        let number = *self.known.entry(name).or_insert_with(|| {
            names.push(name.printed());
            counts.push(0);
            names.len() as u32 - 1
        });
        counts[number as usize] += 1;
        stream.push(number);
    }
}

/// A fast hash for short words; nobody outside chooses them to collide, since the result is the same whatever it is.
type Hasher = std::hash::BuildHasherDefault<rustc_hash::FxHasher>;

/// The words of all blocks in one order.
struct Lexicon {
    names: Vec<String>,
    /// How often each stands in the text.
    counts: Vec<u32>,
    /// For a word, the entries its items are gathered under too.
    also: Vec<Box<[u32]>>,
    numbers: HashMap<String, u32, Hasher>,
}

impl Lexicon {
    fn new(blocks: &[Block], documents: usize, language: Language) -> Lexicon {
        let mut totals: HashMap<String, u32, Hasher> = HashMap::default();
        for (name, count) in blocks.iter().flat_map(|block| block.names.iter().zip(&block.counts)) {
            match totals.get_mut(name) {
                Some(total) => *total += count,
                None => drop(totals.insert(name.clone(), *count)),
            }
        }
        // In the order of the keys, so that words that begin alike lie together whatever their accents are.
        let mut words: BTreeMap<(String, String), u32> =
            totals.into_iter().map(|(name, count)| ((sort_key(&name), name), count)).collect();
        let gathered = gathered(&words, documents, language);
        for name in gathered.iter().flat_map(|(_, names)| names) {
            words.entry((sort_key(name), name.clone())).or_default();
        }
        let numbers: HashMap<String, u32, Hasher> =
            (0..).zip(words.keys()).map(|(number, (_, name))| (name.clone(), number)).collect();
        let mut counts: Vec<u32> = words.values().copied().collect();
        let mut also = vec![Box::default(); words.len()];
        for (name, names) in gathered {
            let number = numbers[&name] as usize;
            also[number] = names.iter().map(|name| numbers[name]).collect();
            for entry in &also[number] {
                counts[*entry as usize] += counts[number];
            }
        }
        Lexicon { names: words.into_keys().map(|(_, name)| name).collect(), counts, also, numbers }
    }

    /// A block's stream with the numbers all blocks share.
    fn renumbered(&self, block: Block) -> Vec<u32> {
        let shared: Vec<u32> = block.names.iter().map(|name| self.numbers[name]).collect();
        let mut stream = block.stream;
        for number in stream.iter_mut().filter(|number| **number < BREAK) {
            *number = shared[*number as usize];
        }
        stream
    }

    /// Ranges of words that stand about equally often in the text.
    fn ranges(&self) -> Vec<std::ops::Range<usize>> {
        let total: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        let mut out = Vec::with_capacity(RANGES);
        let (mut begin, mut sum) = (0, 0);
        for (at, count) in self.counts.iter().enumerate() {
            sum += u64::from(*count);
            if sum * RANGES as u64 >= total * (out.len() as u64 + 1) {
                out.push(begin..at + 1);
                begin = at + 1;
            }
        }
        out.push(begin..self.counts.len());
        out
    }
}

/// Words with the entries their items are gathered under beside their own.
fn gathered(
    words: &BTreeMap<(String, String), u32>,
    documents: usize,
    language: Language,
) -> Vec<(String, Vec<String>)> {
    let is_word = |(_, name): &&(String, String)| !name.starts_with([CASE, OUTCOME]);
    let known: Vec<&(String, String)> = words.keys().filter(is_word).collect();
    let vocabulary = Vocabulary::new(known.iter().map(|(key, _)| key.as_str()), language);
    let crowds = crowds(words, documents, &vocabulary);
    let of = |(key, name): &&(String, String)| {
        let mut names: Vec<String> = vocabulary.parts(key).into_iter().map(|part| format!("{PART}{part}")).collect();
        let stem = vocabulary.stem(key);
        if crowds.contains(stem) {
            names.push(format!("{FORMS}{stem}"));
        }
        let ends = key.char_indices().map(|(at, _)| at).chain([key.len()]);
        let beginnings = ends.take_while(|end| *end <= LONGEST).map(|end| &key[..end]);
        names.extend(beginnings.filter(|key| crowds.contains(key)).map(|key| format!("{PREFIX}{key}")));
        (!names.is_empty()).then(|| (name.clone(), names))
    };
    known.par_iter().filter_map(of).collect()
}

/// The keys, stems and forks that begin a crowd of words.
fn crowds<'a>(
    words: &'a BTreeMap<(String, String), u32>,
    documents: usize,
    vocabulary: &Vocabulary<'a>,
) -> HashSet<&'a str> {
    let mut keys: Vec<&str> = Vec::with_capacity(words.len());
    let mut ends = vec![0];
    for ((key, _), count) in words {
        keys.push(key);
        ends.push(ends[ends.len() - 1] + size(*count as usize, documents));
    }
    // The entries that gather grow with the archive, so a crowd that is worth one does too.
    let crowd = (CROWD * scale(documents).powi(2)) as usize;
    let is_crowd = |(at, beginning): &(usize, &str)| {
        let length = keys[*at..].partition_point(|key| key.starts_with(*beginning));
        ends[at + length] - ends[*at] > crowd
    };
    let stems = keys.iter().map(|key| vocabulary.stem(key));
    // Where words part. Whatever is typed, all words that begin with it begin with the next such place.
    let forks = keys.windows(2).map(|pair| common(pair[0], pair[1])).filter(|fork| fork.chars().nth(2).is_some());
    let beginnings: BTreeSet<&str> =
        keys.iter().copied().chain(stems).chain(forks).filter(|key| (1..=LONGEST).contains(&key.len())).collect();
    let placed = beginnings.into_iter().map(|beginning| (keys.partition_point(|key| *key < beginning), beginning));
    placed.filter(is_crowd).map(|(_, beginning)| beginning).collect()
}

/// What two words both begin with.
fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.char_indices().zip(b.chars()).find(|((_, a), b)| a != b);
    &a[..same.map_or(a.len().min(b.len()), |((at, _), _)| at)]
}

/// About how many bytes a word takes up that stands so often in so many items.
fn size(count: usize, documents: usize) -> usize {
    let items = count.clamp(1, documents.max(1));
    6 + items * (3 + (documents / items).ilog2() as usize * 2) / 12
}

impl Name<'_> {
    fn printed(&self) -> String {
        match self {
            Name::Word(word) => surface(word),
            Name::Case(reference) => case_name(reference.printed()),
            Name::Outcome(outcome) => format!("{OUTCOME}{}", outcome.name()),
        }
    }
}

/// A case number as it is looked up: its letters and digits alone, so that every way of writing it is one.
fn case_name(printed: &str) -> String {
    let kept = key(&surface(printed));
    std::iter::once(CASE).chain(kept.chars().filter(|character| character.is_alphanumeric())).collect()
}

/// The key an entry stands under.
pub(super) fn sort_key(name: &str) -> String {
    if name.starts_with([CASE, OUTCOME]) { name.to_owned() } else { key(name.trim_start_matches(GATHERED)) }
}

/// A place in the text: item, field and position, so that their order is that of the numbers.
fn packed(item: u32, field: u32, position: u32) -> u64 {
    (u64::from(item) << 32) | (u64::from(field) << 30) | u64::from(position.min((1 << 30) - 1))
}

fn gather(blocks: &[Vec<u32>], lexicon: &Lexicon, range: std::ops::Range<usize>, limit: u32) -> Vec<Entry> {
    let (low, high) = (range.start as u32, range.end as u32);
    let mut next = Vec::with_capacity(range.len() + 1);
    let mut total = 0;
    for count in &lexicon.counts[range.clone()] {
        next.push(total);
        total += *count as usize;
    }
    let mut places = vec![0_u64; total];
    let mut put = |number: u32, place: u64| {
        let at = &mut next[(number - low) as usize];
        places[*at] = place;
        *at += 1;
    };
    let is_gathered: Vec<bool> =
        lexicon.also.iter().map(|also| also.iter().any(|entry| (low..high).contains(entry))).collect();
    let mut item = 0;
    for stream in blocks {
        let (mut field, mut position) = (0, 0);
        for number in stream {
            match *number {
                NEXT_ITEM => {
                    item += 1;
                    (field, position) = (0, 0);
                }
                NEXT_FIELD => {
                    field = (field + 1).min(2);
                    position += 1;
                }
                BREAK => position += 1,
                number => {
                    if (low..high).contains(&number) {
                        put(number, packed(item, field, position));
                    }
                    if is_gathered[number as usize] {
                        for entry in lexicon.also[number as usize].iter().filter(|entry| (low..high).contains(entry)) {
                            put(*entry, packed(item, field, position));
                        }
                    }
                    position += 1;
                }
            }
        }
    }
    let mut begin = 0;
    let mut entries = Vec::with_capacity(range.len());
    for (number, end) in range.zip(next) {
        entries.push(entry(&lexicon.names[number], &places[begin..end], limit));
        begin = end;
    }
    entries
}

/// Writes what is under one word.
fn entry(name: &str, places: &[u64], limit: u32) -> Entry {
    let mut items: [Vec<u32>; 3] = Default::default();
    let mut positions = Bits::default();
    let has_positions = !name.starts_with(OUTCOME) && !name.starts_with(GATHERED);
    let of_item = places.chunk_by(|a, b| a >> 32 == b >> 32);
    let count = of_item.clone().count();
    // The mean gap between two places of the word in one item, for the mean item that has it.
    let spread = places.iter().map(|place| (*place & ((1 << 30) - 1)) as u32).max().unwrap_or(0) / 2;
    let gaps = parameter((places.len() / count.max(1)) as u32 + 1, spread + 1);
    if has_positions {
        positions.number(gaps);
    }
    for places in of_item {
        items[(places[0] >> 30 & 3) as usize].push((places[0] >> 32) as u32);
        if !has_positions {
            continue;
        }
        positions.rice(places.len() as u32 - 1, 0);
        let mut next = 0;
        for place in places {
            let position = (*place & ((1 << 30) - 1)) as u32;
            positions.rice(position - next, gaps);
            next = position + 1;
        }
    }
    let mut lists = Bits::default();
    items.iter().for_each(|list| lists.list(list, limit));
    lists.end();
    positions.end();
    Entry { name: name.to_owned(), items: lists.text().to_vec(), positions: positions.text().to_vec() }
}
