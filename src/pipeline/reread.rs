//! Sources for what is reported after their files were read.

use super::{Input, InputFile};
use crate::config;
use crate::listing::Listing;
use crate::parse::{self, Settings};
use crate::source::{MAX_TEXT, Source, Sources, Span};
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Gives sources back by reading and parsing their files again: this happens only for files with something to report, and
/// keeps the text of a large archive out of memory.
pub(super) struct Reread<'a> {
    input: &'a Input,
    settings: &'a Settings,
    listing: &'a Listing<'a>,
    /// What the last build quoted.
    known: Quoted,
    /// What this one does.
    asked: Mutex<Quoted>,
    /// The files that were read last: one with much to report is asked for again and again.
    open: Mutex<FxHashMap<Arc<str>, Source>>,
}

/// Lines that are quoted, by file and place, with the stamp of the file when it was read.
pub(super) type Quoted = HashMap<(Arc<str>, Span), (u64, Source)>;

impl<'a> Reread<'a> {
    /// Sources of the files of an input; `known` is what the last build quoted.
    pub(super) fn new(input: &'a Input, settings: &'a Settings, listing: &'a Listing<'a>, known: Quoted) -> Reread<'a> {
        Reread { input, settings, listing, known, asked: Mutex::default(), open: Mutex::default() }
    }

    /// The source of a file, kept until some others were asked for.
    fn opened(&self, path: &Arc<str>) -> Source {
        const OPEN: usize = 16;
        let known = held(&self.open).get(path).cloned();
        // Nobody waits for this who asks for another file.
        known.unwrap_or_else(|| {
            let source = self.source(path);
            let mut open = held(&self.open);
            if open.len() == OPEN {
                open.clear();
            }
            open.insert(path.clone(), source.clone());
            source
        })
    }

    /// What was read, for the next build.
    pub(super) fn remembered(self) -> Quoted {
        self.asked.into_inner().unwrap_or_default()
    }
}

impl Sources for Reread<'_> {
    fn source(&self, path: &str) -> Source {
        let is_meeting = self.listing.is_meeting(path);
        let is_settings = |file: &InputFile| &*file.path == path && file.size <= MAX_TEXT;
        // Nothing else is quoted, so nothing else is read.
        let is_quoted = is_meeting || path == config::PATH && self.input.files.iter().any(is_settings);
        let bytes = is_quoted.then(|| self.input.reader.read(path));
        match bytes {
            Some(Ok(bytes)) if is_meeting => parse::blanked(&Source::decode(path, bytes), self.settings),
            Some(Ok(bytes)) => Source::decode(path, bytes),
            _ => Source::new(path, ""),
        }
    }

    fn excerpt(&self, path: &Arc<str>, span: Span) -> Source {
        let files = &self.input.files;
        let stamp = files.binary_search_by(|file| file.path.cmp(path)).map_or(0, |at| files[at].stamp);
        let place = (path.clone(), span);
        let source = match self.known.get(&place) {
            Some((then, source)) if *then == stamp => source.clone(),
            _ => self.opened(path).excerpt(span),
        };
        held(&self.asked).insert(place, (stamp, source.clone()));
        source
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
