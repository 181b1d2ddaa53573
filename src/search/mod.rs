//! The search: an index of every word of the public items, as files that a script in the reader's browser loads one by one.
//!
//! Pages opened from disk may load scripts and nothing else, so every part of the index is a script that calls `referat`
//! with its name, its version and its data:
//!
//! | file | holds |
//! | --- | --- |
//! | `data/index.js` | the meetings, the first word of each of the next files, the language |
//! | `data/wN.js` | words in the order of their keys, and for each the items it stands in, by field |
//! | `data/pN.js` | for the words of `wN` where in the items they stand; loaded for phrases alone |
//! | `data/dN.js` | what is shown of items |
//!
//! `words` says what a word is, `documents` what is searched, `invert` turns items with words into words with items,
//! `shards` writes the files, and `search.js` reads them. Each file carries its version, a digest of its data.
//! The search page knows that of `index.js`, which knows those of all others, so files of two builds are noticed, and an
//! edit changes only the files that hold what it changed.

mod bits;
mod documents;
mod invert;
mod shards;
mod words;

use crate::archive::Archive;
use crate::config::Config;
use crate::site::{IndexFile, Site};
use std::sync::OnceLock;

/// The script that searches: `search.js` beside it, made small. A test makes it again and compares.
const SCRIPT: &str = include_str!("search.min.js");

/// The index, made when somebody first asks for it: a preview seldom does.
#[derive(Debug, Default)]
pub struct Search(OnceLock<Index>);

/// An index.
#[derive(Debug, PartialEq, Eq)]
pub struct Index {
    /// Its version: the same for the same content.
    pub id: String,
    manifest: Vec<u8>,
    words: Vec<Vec<u8>>,
    positions: Vec<Vec<u8>>,
    documents: Vec<Vec<u8>>,
}

impl Search {
    /// The index of an archive. The first call makes it, in parallel, so it may not come out of another parallel run.
    pub fn index(&self, archive: &Archive, site: &Site, config: &Config) -> &Index {
        self.0.get_or_init(|| {
            let documents = documents::documents(archive);
            let inverted = invert::invert(archive, &documents, config.language);
            shards::index(archive, site, config, &documents, inverted)
        })
    }
}

impl Index {
    /// The text of one of its files.
    pub fn file(&self, file: IndexFile) -> &[u8] {
        match file {
            IndexFile::Script => SCRIPT.as_bytes(),
            IndexFile::Manifest => &self.manifest,
            IndexFile::Words(number) => part(&self.words, number),
            IndexFile::Positions(number) => part(&self.positions, number),
            IndexFile::Documents(number) => part(&self.documents, number),
        }
    }
}

fn part(parts: &[Vec<u8>], number: usize) -> &[u8] {
    parts.get(number).map_or(&[], Vec::as_slice)
}
