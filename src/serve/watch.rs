//! Says when it is time to look at the archive again.
//!
//! What happened is left open: whoever is told lists the archive and sees for himself. So no event can be misunderstood, and
//! one too many costs a look, not a build.
#![expect(clippy::disallowed_methods, reason = "waiting needs a clock; nothing built depends on it")]

use crate::disk::shown;
use crate::report;
use anyhow::Context;
use notify::event::{AccessKind, AccessMode};
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

/// How long nothing may happen before a save counts as done. Editors empty, write, rename and delete within a millisecond or
/// two; if a save takes longer than this, the look in between only costs one build more.
const QUIET: Duration = Duration::from_millis(5);

/// How long a save may go on. Something that never stops writing must not keep changes from being shown.
const LONGEST: Duration = Duration::from_millis(500);

/// The folders that hold an archive.
const FOLDERS: [&str; 2] = ["content", "themes"];

/// The changes of an archive.
pub(super) struct Changes {
    root: PathBuf,
    watcher: RecommendedWatcher,
    heard: Receiver<Heard>,
}

/// What an event is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// Something in the archive.
    Inside,
    /// One of its folders came or went, so another one may have to be watched under its name.
    Folder,
}

/// Begins to watch the archive in a folder. Whatever changes from now on is heard.
///
/// # Errors
/// The folder is missing, or the system doesn't let it be watched.
pub(super) fn watch(root: &Path) -> anyhow::Result<Changes> {
    let problem = || format!("can't watch {} for changes", shown(root));
    // The system reports full paths.
    let root = Path::new(".").join(root).canonicalize().with_context(problem)?;
    let (tell, heard) = mpsc::channel();
    // Links are not followed since the archive doesn't: one could lead to the whole disk.
    let config = Config::default().with_follow_symlinks(false);
    let watcher = RecommendedWatcher::new(listener(root.clone(), tell), config).with_context(problem)?;
    let mut changes = Changes { root, watcher, heard };
    // The folder itself is watched for its folders, but not below: it may hold the output and much else.
    changes.watcher.watch(&changes.root, RecursiveMode::NonRecursive).with_context(problem)?;
    changes.follow().with_context(problem)?;
    Ok(changes)
}

impl Changes {
    /// Waits until something happened and was done, or at most so long.
    pub(super) fn wait(&mut self, at_most: Option<Duration>) {
        let first = match at_most {
            None => self.heard.recv().ok(),
            Some(limit) => self.heard.recv_timeout(limit).ok(),
        };
        let end = Instant::now() + LONGEST;
        let mut folder = first == Some(Heard::Folder);
        while Instant::now() < end
            && let Ok(heard) = self.heard.recv_timeout(QUIET)
        {
            folder |= heard == Heard::Folder;
        }
        if folder && let Err(error) = self.follow() {
            report::message(&format!("warning: changes may go unnoticed: {error}\n"));
        }
    }

    /// Watches the folders that are there now.
    fn follow(&mut self) -> notify::Result<()> {
        for folder in FOLDERS {
            let folder = self.root.join(folder);
            // What is watched under this name may have been moved away, or never have been there.
            drop(self.watcher.unwatch(&folder));
            if folder.is_dir() {
                self.watcher.watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        Ok(())
    }
}

/// Passes on what is a change. A problem of the watcher itself counts as one: something may have been missed.
fn listener(root: PathBuf, tell: Sender<Heard>) -> impl Fn(notify::Result<Event>) {
    move |event| {
        if event.as_ref().is_ok_and(is_look) {
            return;
        }
        let is_folder = |path: &PathBuf| FOLDERS.iter().any(|folder| *path == root.join(folder));
        let folder = event.is_ok_and(|event| event.paths.iter().any(is_folder));
        // It fails when nobody waits any more.
        tell.send(if folder { Heard::Folder } else { Heard::Inside }).ok();
    }
}

/// Whether somebody only looked at a file, as a build does with all of them.
fn is_look(event: &Event) -> bool {
    matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}
