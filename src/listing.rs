//! The files of an archive by their names: which are meetings, and what a name means that was written on another system.
//!
//! Some systems store `å` as one character (NFC), others as an `a` and a ring (NFD), and nobody sees which. Inside the program
//! every name is composed; [`Names`] knows what the files themselves are called.

use crate::source::{composed, is_composed};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// What files are called whose names are not composed, by the names that are.
#[derive(Debug, Default)]
pub struct Names {
    called: FxHashMap<Arc<str>, Arc<str>>,
    /// Names that two files have, and what each of them is called.
    twice: BTreeMap<Arc<str>, [Arc<str>; 2]>,
}

impl Names {
    /// Reads paths of files, each of which stands once.
    pub fn of<'a>(paths: impl Iterator<Item = &'a Arc<str>> + Clone) -> Names {
        let mut names = Names::default();
        let odd = paths.clone().filter(|path| !is_composed(path));
        let odd: Vec<(Arc<str>, &Arc<str>)> = odd.map(|path| (composed(path).into(), path)).collect();
        if odd.is_empty() {
            return names;
        }
        let all: FxHashSet<&str> = paths.map(|path| &**path).collect();
        for (name, path) in odd {
            let other = if all.contains(&*name) { Some(name.clone()) } else { names.called.get(&name).cloned() };
            match other {
                Some(other) => drop(names.twice.insert(name, [other, path.clone()])),
                None => drop(names.called.insert(name, path.clone())),
            }
        }
        names
    }

    /// Whether every name is that of one file, composed.
    pub fn are_plain(&self) -> bool {
        self.called.is_empty() && self.twice.is_empty()
    }

    /// Whether a file is the one that its composed name means.
    pub fn means(&self, path: &Arc<str>) -> bool {
        is_composed(path) || self.called.get(&*composed(path)) == Some(path)
    }

    /// What the file with a composed name is called.
    pub fn called<'a>(&'a self, name: &'a str) -> &'a str {
        self.called.get(name).map_or(name, |path| path)
    }

    /// How two files are spelled that have one name.
    pub fn twice(&self, name: &str) -> Option<[String; 2]> {
        let spelled = |path: &Arc<str>| {
            let last = path.rsplit('/').next().filter(|last| !last.is_ascii()).unwrap_or(path);
            let letter = |letter: char| match letter.is_ascii() {
                true => letter.to_string(),
                false => format!("<U+{:04X}>", u32::from(letter)),
            };
            last.chars().map(letter).collect()
        };
        self.twice.get(name).map(|paths| paths.each_ref().map(spelled))
    }

    /// The names that two files have.
    pub fn doubled(&self) -> impl Iterator<Item = &Arc<str>> {
        self.twice.keys()
    }
}

/// The composed paths of all files in an archive's folder.
pub struct Listing<'a> {
    names: &'a Names,
    paths: BTreeSet<&'a str>,
    /// Meeting files without their ending: the folders that hold what stands beside them.
    stems: FxHashSet<&'a str>,
    /// What differs in nothing but small and capital letters, by small ones.
    simple: OnceLock<FxHashMap<String, Box<str>>>,
}

impl<'a> Listing<'a> {
    /// Takes composed paths, and the names they are from.
    pub fn new(paths: impl Iterator<Item = &'a str>, names: &'a Names) -> Listing<'a> {
        let paths: BTreeSet<&str> = paths.collect();
        // Where somebody keeps a year's notes beside the folder of the year, that is still no folder of attachments, or all
        // meetings of the year would vanish without a word.
        let is_year = |stem: &str| {
            let name = stem.rsplit('/').next().unwrap_or_default();
            name.len() == 4 && name.bytes().all(|byte| byte.is_ascii_digit())
        };
        let meetings = paths.iter().filter(|path| has_form_of_meeting(path));
        let stems = meetings.filter_map(|path| path.strip_suffix(".md")).filter(|stem| !is_year(stem)).collect();
        Listing { names, paths, stems, simple: OnceLock::new() }
    }

    /// Every path, in order.
    pub fn paths(&self) -> impl Iterator<Item = &'a str> {
        self.paths.iter().copied()
    }

    /// Whether there is a file.
    pub fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// How two files are spelled that both have this name.
    pub fn twice(&self, path: &str) -> Option<[String; 2]> {
        self.names.twice(path)
    }

    /// Whether a file holds a meeting. It lies in the folder of an organization, and not among what stands beside another
    /// meeting; hidden files and folders are none of ours.
    pub fn is_meeting(&self, path: &str) -> bool {
        has_form_of_meeting(path) && !self.is_beside(path)
    }

    /// Whether a file lies in the folder that has the name of a meeting file beside it.
    pub fn is_beside(&self, path: &str) -> bool {
        path.match_indices('/').any(|(end, _)| self.stems.contains(&path[..end]))
    }

    /// A file whose path differs from another in nothing but small and capital letters: such a link works on the machine it was
    /// written on and nowhere else.
    pub fn near(&self, path: &str) -> Option<&str> {
        let simple = self.simple.get_or_init(|| self.paths().map(|path| (path.to_lowercase(), path.into())).collect());
        simple.get(&path.to_lowercase()).map(|path| &**path)
    }
}

fn has_form_of_meeting(path: &str) -> bool {
    path.starts_with("content/") && path.ends_with(".md") && path.matches('/').count() >= 2 && !is_hidden(path)
}

/// Whether a file or a folder it lies in is hidden.
pub fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}
