//! Publishing where folders can't be exchanged, because the output is a mount point or the system has no such call: files are
//! replaced one by one, each as a whole, pages before the lists that lead to them, deletions last.
//!
//! While that goes on the output is partly new; that can't be helped. What is held: nobody ever finds half a file, and
//! whenever it is broken off, the next build knows every file of ours and completes it. For that everything is first stored
//! in a folder inside the output, so a full disk shows before the first file is replaced; and the marker names the files of
//! both versions before any of the new ones stands there, and until all of the old ones are gone.

use super::output::{self, INNER, MARKER};
use super::place::{self, remove_all};
use super::sums::SUMS;
use super::{Sync, shown};
use anyhow::Context;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A version on its way into an output folder.
pub(super) struct Replacement<'a> {
    /// The folder.
    pub output: &'a Path,
    /// Where the new files lie.
    pub stage: &'a Path,
    /// Every file of the new version.
    pub all: BTreeSet<&'a str>,
    /// Those that are new or have another content.
    pub changed: Vec<&'a str>,
    /// Those of the old version that the new one has not.
    pub gone: &'a [String],
    /// Whether it is forced to the disk.
    pub sync: Sync,
}

impl Replacement<'_> {
    /// Replaces the files. Gives what went wrong when the new version was live.
    ///
    /// # Errors
    /// A file can't be written or deleted. Before the first one is replaced the output is as it was.
    pub(super) fn run(mut self) -> anyhow::Result<Option<String>> {
        let inner = self.output.join(INNER);
        let result = self
            .gather(&inner)
            .and_then(|()| self.replace(&inner).context("the output is partly new, and the next build completes it"));
        let finished = result.as_ref().map_or(Ok(()), |()| self.finish(&inner));
        // What is left of it is deleted by the next build.
        let cleared = remove_all(&inner).with_context(|| format!("can't delete {}", shown(&inner)));
        result?;
        let error = finished.and(cleared).err();
        Ok(error.map(|error| format!("the new version is published, but {error:#}; the next build tries again")))
    }

    /// Brings what changed, and the markers, to the disk that the output is on.
    fn gather(&self, inner: &Path) -> anyhow::Result<()> {
        let copy = |path: &str| {
            let to = inner.join(path);
            let made = to.parent().map_or(Ok(()), fs::create_dir_all);
            made.and_then(|()| output::copy(&self.stage.join(path), &to))
                .with_context(|| format!("can't write {}", shown(&to)))
        };
        fs::create_dir_all(inner).with_context(|| format!("can't write {}", shown(inner)))?;
        self.changed.iter().try_for_each(|path| copy(path))?;
        copy(MARKER)?;
        let both = self.all.iter().copied().chain(self.gone.iter().map(String::as_str));
        let path = both_marker(inner);
        let both: BTreeSet<&str> = both.collect();
        output::write(&path, |out| output::write_marker(both.into_iter(), out))
            .with_context(|| format!("can't write {}", shown(&path)))?;
        self.store()
    }

    fn replace(&mut self, inner: &Path) -> anyhow::Result<()> {
        put(&both_marker(inner), &self.output.join(MARKER))?;
        self.store()?;
        if self.is_in_the_way() {
            self.delete()?;
        }
        self.changed.sort_by_key(|path| rank(path));
        for path in &self.changed {
            put(&inner.join(path), &self.output.join(path))?;
        }
        self.delete()
    }

    /// Lets the marker forget the old version, once the disk has.
    fn finish(&self, inner: &Path) -> anyhow::Result<()> {
        self.store()?;
        put(&inner.join(MARKER), &self.output.join(MARKER))?;
        self.store()
    }

    fn store(&self) -> anyhow::Result<()> {
        match self.sync {
            Sync::Before => place::store(self.output, self.output)
                .with_context(|| format!("can't store {} safely", shown(self.output))),
            Sync::No => Ok(()),
        }
    }

    /// Whether an old file stands where a new folder has to, or a new file where an old folder is.
    fn is_in_the_way(&self) -> bool {
        let gone: HashSet<&str> = self.gone.iter().map(String::as_str).collect();
        let folders = |path: &str| path.match_indices('/').map(|(at, _)| at).collect::<Vec<_>>();
        self.all.iter().any(|new| folders(new).into_iter().any(|at| gone.contains(&new[..at])))
            || gone.iter().any(|old| folders(old).into_iter().any(|at| self.all.contains(&old[..at])))
    }

    fn delete(&self) -> anyhow::Result<()> {
        for path in self.gone {
            remove(self.output, path).with_context(|| format!("can't delete {}", shown(&self.output.join(path))))?;
        }
        Ok(())
    }
}

fn both_marker(inner: &Path) -> PathBuf {
    inner.join(".referat.both")
}

/// Moves a file to its place. A folder on the way may be a mount point too, and moves between file systems are none.
fn put(from: &Path, to: &Path) -> anyhow::Result<()> {
    let made = to.parent().map_or(Ok(()), fs::create_dir_all);
    let copied = || {
        let new = output::beside(to);
        let mut file = output::fresh(&new)?;
        let written = io::copy(&mut fs::File::open(from)?, &mut file).and_then(|_| fs::rename(&new, to));
        written.inspect_err(|_| drop(fs::remove_file(&new)))
    };
    made.and_then(|()| match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => copied(),
        moved => moved,
    })
    .with_context(|| format!("can't write {}", shown(to)))
}

/// Files that others need before those that need them.
fn rank(path: &str) -> u8 {
    if path == SUMS {
        return 4;
    }
    match path.rsplit_once('.') {
        Some((_, "html")) if path.ends_with("index.html") => 2,
        Some((_, "html")) => 1,
        Some((_, "xml" | "ics")) => 3,
        _ => 0,
    }
}

/// Deletes a file of ours and the folders that are empty then.
fn remove(output: &Path, path: &str) -> io::Result<()> {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
    // A link that took the place of a folder since the build began leads to files of others.
    let folders = Path::new(path).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    if folders.map(|folder| output.join(folder)).any(|folder| folder.is_symlink()) {
        return Ok(());
    }
    match fs::remove_file(output.join(path)) {
        // It is gone too when a folder took its name, or a file that of its folder.
        Err(error) if !matches!(error.kind(), NotFound | IsADirectory | NotADirectory) => return Err(error),
        _ => {}
    }
    let mut folder = Path::new(path).parent();
    while let Some(inner) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
        if fs::remove_dir(output.join(inner)).is_err() {
            break;
        }
        folder = inner.parent();
    }
    Ok(())
}
