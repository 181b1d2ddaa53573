//! Publishing, all or nothing.
//!
//! A new version is written to a stage beside the output and exchanged with it in one step (renameat2 with
//! `RENAME_EXCHANGE`, Linux 3.15), so a reader sees the old version or the new one, whenever the process is killed. Files that
//! did not change are linked into the stage and keep their inode and time.
//!
//! Between its steps stands a sync, each for a loss of power: before the exchange, since the exchange could reach the disk
//! before the files; after it, since the deletion of the old version could reach the disk before the exchange; and before
//! what a killed build left behind is deleted, since that may be an old version too. `tests/publish/power.rs` leaves each of
//! them out and sees the site break. Where folders can't be exchanged, `in_place` replaces files one by one.

use super::in_place::Replacement;
use super::output::{self, INNER, MARKER, Output};
use super::place::{Exchanged, Place, remove_all};
use super::receipt::Recorder;
use super::shown;
use super::sums::{self, SUMS, Sum};
use crate::diag::Diagnostic;
use crate::pipeline::{Build, Content, HANDFUL};
use crate::site::Route;
use anyhow::{Context, anyhow, bail};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Whether a new version is forced to the disk before it goes live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// It survives a loss of power right after.
    Before,
    /// For builds that are thrown away.
    No,
}

/// What publishing did.
#[derive(Debug, Default)]
pub struct Published {
    /// Files that are new or have another content.
    pub written: usize,
    /// Files that stayed as they were.
    pub unchanged: usize,
    /// Files that are gone.
    pub removed: usize,
    /// What went wrong after the new version was live.
    pub warnings: Vec<String>,
    /// The checksum of each file at an address of the plan, in its order.
    pub sums: Vec<Sum>,
}

/// Why nothing was published.
#[derive(Debug)]
pub enum Refusal {
    /// The content has errors; here are those that showed only while rendering.
    Content(Vec<Diagnostic>),
    /// The environment.
    Environment(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Refusal {
    fn from(error: E) -> Refusal {
        Refusal::Environment(error.into())
    }
}

/// What publishing would do.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Addresses that would be new.
    pub appear: Vec<String>,
    /// Addresses whose content would be another.
    pub change: Vec<String>,
    /// Addresses that would be gone.
    pub vanish: Vec<String>,
}

/// Publishes a build of the archive at `root` to an output folder. `read` recorded what the build read. `ready` is given the folder of the whole new version
/// before that goes live, for whatever else is to be made of it: when that fails, nothing is published.
///
/// # Errors
/// See [`Refusal`]. The output is then as it was.
pub fn publish(
    build: &Build,
    root: &Path,
    output: &Path,
    sync: Sync,
    read: &Recorder,
    ready: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> Result<Published, Refusal> {
    let place = Place::new(output)?;
    let _lock = place.lock()?;
    place.clear_left_over(sync == Sync::Before)?;
    let old = output::look(&place.output)?;
    let exists = old.is_some();
    let old = old.unwrap_or_default();
    refuse_taken(build, &old, &place.output)?;
    if old.has_inner {
        let inner = place.output.join(INNER);
        remove_all(&inner).with_context(|| format!("can't delete {}", shown(&inner)))?;
    }
    let stage = Stage { place: &place, root, read, old: &old, folders: Mutex::default() };
    let result = stage.fill(build).and_then(|filled| stage.go_live(build, filled, exists, sync, ready));
    if result.is_err() {
        // The stage is garbage now; what can't be deleted is deleted by the next build.
        drop(place.clear_stage());
    }
    result
}

/// Says what publishing would change.
///
/// # Errors
/// See [`Refusal`].
pub fn compare(build: &Build, root: &Path, output: &Path, read: &Recorder) -> Result<Changes, Refusal> {
    let place = Place::new(output)?;
    let old = output::look(&place.output)?.unwrap_or_default();
    refuse_taken(build, &old, &place.output)?;
    build.prepare();
    let routes: Vec<&Route> = build.routes().collect();
    let stage = Stage { place: &place, root, read, old: &old, folders: Mutex::default() };
    let same = each(&routes, |route| {
        let content = content(build, route)?;
        Ok(stage.is_same(route, &content, &stage.sum(&content)?)?)
    })?;
    let mut changes = Changes { vanish: vanishing(build, &old), ..Changes::default() };
    for (route, _) in routes.iter().zip(same).filter(|(_, same)| !same) {
        let list = if old.ours.contains(route.path()) { &mut changes.change } else { &mut changes.appear };
        list.push(route.path().to_owned());
    }
    Ok(changes)
}

/// Files of others may not stand where ours have to: neither at an address nor at a folder on the way to one.
fn refuse_taken(build: &Build, old: &Output, output: &Path) -> anyhow::Result<()> {
    if old.foreign.is_empty() && old.foreign_folders.is_empty() {
        return Ok(());
    }
    let slashed = |path: &Path| path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    let foreign: HashSet<String> = old.foreign.iter().map(|path| slashed(path)).collect();
    let ours = written(build);
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for path in &ours {
        let prefixes = path.match_indices('/').map(|(at, _)| &path[..at]);
        taken.extend(prefixes.chain([*path]).filter(|path| foreign.contains(*path)));
    }
    for path in old.foreign.iter().chain(&old.foreign_folders) {
        taken.extend(path.ancestors().filter_map(|folder| ours.get(&*slashed(folder)).copied()));
    }
    if taken.is_empty() {
        return Ok(());
    }
    let list = taken.into_iter().take(10).collect::<Vec<_>>().join(", ");
    bail!("{} holds files that referat did not write at addresses it needs: {list}. Move or rename them", shown(output))
}

/// Every address that is written, in order: those of the plan, and the checksums of what stands there.
fn written(build: &Build) -> BTreeSet<&str> {
    build.routes().map(Route::path).chain([SUMS]).collect()
}

/// What the list of checksums is made of.
pub(super) fn summed<'a>(build: &'a Build, sums: &'a [Sum]) -> impl Iterator<Item = (&'a str, &'a Sum)> {
    build.routes().map(Route::path).zip(sums)
}

/// Whether an output has the list of these checksums.
fn has_sums(output: &Path, build: &Build, sums: &[Sum]) -> bool {
    let is_same = || -> io::Result<bool> {
        let Some((mut file, _)) = output::open(&output.join(SUMS))? else { return Ok(false) };
        let wanted = sums::sum_of_written(|out| sums::write(summed(build, sums), out))?;
        Ok(sums::sum_of_open(&mut file)? == wanted)
    };
    is_same().unwrap_or(false)
}

fn vanishing(build: &Build, old: &Output) -> Vec<String> {
    if old.ours.is_empty() {
        return Vec::new();
    }
    let new = written(build);
    old.ours.iter().filter(|path| !new.contains(path.as_str())).cloned().collect()
}

fn content(build: &Build, route: &Route) -> Result<Content, Refusal> {
    match build.content(route) {
        Some(Ok(content)) => Ok(content),
        Some(Err(problem)) => Err(Refusal::Content(vec![*problem])),
        None => Err(Refusal::Environment(anyhow::anyhow!("the plan has no {route}"))),
    }
}

/// Runs in parallel and gives the results in order. The first problem of the environment ends it; problems of the content
/// are collected.
fn each<T: Send>(
    routes: &[&Route],
    run: impl Fn(&Route) -> Result<T, Refusal> + Send + core::marker::Sync,
) -> Result<Vec<T>, Refusal> {
    let results: Vec<Result<T, Refusal>> = routes.par_iter().with_max_len(HANDFUL).map(|route| run(route)).collect();
    let mut out = Vec::with_capacity(results.len());
    let mut problems: Vec<Diagnostic> = Vec::new();
    for result in results {
        match result {
            Ok(value) => out.push(value),
            // All pages of a kind share a template, so the same problem comes many times.
            Err(Refusal::Content(new)) => problems.extend(
                new.into_iter()
                    .filter(|new| {
                        !problems.iter().any(|known| (known.source.path(), known.span) == (new.source.path(), new.span))
                    })
                    .collect::<Vec<_>>(),
            ),
            Err(environment) => return Err(environment),
        }
    }
    if problems.is_empty() { Ok(out) } else { Err(Refusal::Content(problems)) }
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Same,
    Staged,
}

struct Stage<'a> {
    place: &'a Place,
    root: &'a Path,
    read: &'a Recorder,
    old: &'a Output,
    folders: Mutex<HashSet<PathBuf>>,
}

impl Stage<'_> {
    /// Renders every page and stages those that changed. Gives what became of each, and its checksum.
    fn fill(&self, build: &Build) -> Result<Vec<(State, Sum)>, Refusal> {
        build.prepare();
        let routes: Vec<&Route> = build.routes().collect();
        each(&routes, |route| {
            let content = content(build, route)?;
            let sum = self.sum(&content)?;
            if self.is_same(route, &content, &sum)? {
                return Ok((State::Same, sum));
            }
            let path = self.staged(Path::new(route.path()))?;
            let problem = || format!("can't write {}", shown(&path));
            match content {
                Content::Bytes(bytes) => fs::write(&path, bytes).with_context(problem)?,
                Content::File(file) => {
                    let copied = sums::copy(&self.root.join(&*file), &path).with_context(problem)?;
                    if copied != sum {
                        return Err(self.changed(&file).into());
                    }
                }
            }
            Ok((State::Staged, sum))
        })
    }

    /// The checksum of what is published. Of a file it is that of the bytes the privacy gate looked at: no others may go out.
    fn sum(&self, content: &Content) -> anyhow::Result<Sum> {
        match content {
            Content::Bytes(bytes) => Ok(sums::sum(bytes)),
            Content::File(file) => self.read.sum(file).ok_or_else(|| self.changed(file)),
        }
    }

    fn changed(&self, file: &str) -> anyhow::Error {
        anyhow!("{} was changed while the archive was built; build again", shown(&self.root.join(file)))
    }

    /// Whether the output already holds this content.
    fn is_same(&self, route: &Route, content: &Content, sum: &Sum) -> anyhow::Result<bool> {
        if !self.old.ours.contains(route.path()) {
            return Ok(false);
        }
        let path = self.place.output.join(route.path());
        let is_same = |result: io::Result<bool>| match result {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            result => result.with_context(|| format!("can't read {}", shown(&path))),
        };
        match content {
            Content::Bytes(bytes) => is_same(holds(&path, bytes)),
            Content::File(_) => is_same(has_sum(&path, sum)),
        }
    }

    /// Writes a file into the stage.
    fn write(&self, name: &str, text: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> anyhow::Result<()> {
        let path = self.staged(Path::new(name))?;
        output::write(&path, text).with_context(|| format!("can't write {}", shown(&path)))
    }

    /// A path in the stage, with the folders it lies in.
    fn staged(&self, path: &Path) -> anyhow::Result<PathBuf> {
        if let Some(folder) = path.parent() {
            self.folder(folder)?;
        }
        Ok(self.place.stage.join(path))
    }

    /// A folder in the stage, made once with those it lies in. Nobody else writes there, so none is asked for.
    fn folder(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        let mut folders = self.folders.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folders.contains(*folder)).collect();
        for folder in missing.into_iter().rev() {
            let path = self.place.stage.join(folder);
            let made = if folder.as_os_str().is_empty() { self.place.make_stage() } else { fs::create_dir(&path) };
            made.with_context(|| format!("can't make the folder {}", shown(&path)))?;
            folders.insert(folder.to_owned());
        }
        Ok(self.place.stage.join(folder))
    }

    fn go_live(
        &self,
        build: &Build,
        filled: Vec<(State, Sum)>,
        exists: bool,
        sync: Sync,
        ready: impl FnOnce(&Path) -> anyhow::Result<()>,
    ) -> Result<Published, Refusal> {
        let Place { output, stage, .. } = self.place;
        let (states, sums): (Vec<State>, Vec<Sum>) = filled.into_iter().unzip();
        let unchanged = states.iter().filter(|state| **state == State::Same).count();
        let gone = vanishing(build, self.old);
        let mut published =
            Published { written: states.len() - unchanged, unchanged, removed: gone.len(), warnings: Vec::new(), sums };
        if published.written == 0 && gone.is_empty() && self.old.marked && has_sums(output, build, &published.sums) {
            ready(output)?;
            return Ok(published);
        }
        self.complete(build, &states)?;
        self.write(SUMS, |out| sums::write(summed(build, &published.sums), out))?;
        self.write(MARKER, |out| output::write_marker(written(build).into_iter(), out))?;
        ready(stage)?;
        if exists && !self.old.holds_mount {
            // Last of all: they may close the stage to us too.
            self.carry_rights(Path::new(""))?;
        }
        if sync == Sync::Before {
            self.place.store().with_context(|| format!("can't store {} safely", shown(stage)))?;
        }
        if self.old.holds_mount || self.place.exchange(exists)? == Exchanged::No {
            let staged = build.routes().zip(&states).filter(|(_, state)| **state == State::Staged);
            let changed = staged.map(|(route, _)| route.path()).chain([SUMS]).collect();
            let replacement = Replacement { output, stage, all: written(build), changed, gone: &gone, sync };
            published.warnings.extend(replacement.run()?);
        }
        // From here on the new version is live, so nothing is an error any more.
        published.warnings.extend(self.clear_old(sync));
        Ok(published)
    }

    /// Deletes the old version, which lies in the stage now. Gives what went wrong.
    fn clear_old(&self, sync: Sync) -> Option<String> {
        if sync == Sync::Before
            && let Err(error) = self.place.store()
        {
            let stage = shown(&self.place.stage);
            return Some(format!(
                "the new version is published, but the disk did not confirm it: {error}; the old one stays in {stage} until the next build"
            ));
        }
        let error = self.place.clear_stage().err()?;
        Some(format!(
            "the new version is published, but the old one could not be deleted: {error:#}; the next build tries again"
        ))
    }

    /// Puts into the stage what it still lacks: our unchanged files, and everything of others.
    fn complete(&self, build: &Build, states: &[State]) -> Result<(), Refusal> {
        let routes: Vec<&Route> =
            build.routes().zip(states).filter(|(_, state)| **state == State::Same).map(|(route, _)| route).collect();
        each(&routes, |route| Ok(self.carry(Path::new(route.path()))?))?;
        // A stage that can't be exchanged with the output is only ours.
        if !self.old.holds_mount {
            self.carry_foreign()?;
        }
        Ok(())
    }

    /// Brings along what others put there, and the rights of the folders it lies in: they may be there to keep readers out or
    /// to let a web server in.
    fn carry_foreign(&self) -> anyhow::Result<()> {
        self.old.foreign.iter().try_for_each(|path| self.carry(path))?;
        let mut folders: BTreeSet<&Path> = BTreeSet::new();
        folders.extend(self.old.foreign.iter().flat_map(|path| path.ancestors().skip(1)));
        folders.extend(self.old.foreign_folders.iter().flat_map(|path| path.ancestors()));
        folders.remove(Path::new(""));
        // The inner ones first: rights of the outer ones may keep us from them.
        folders.into_iter().rev().try_for_each(|folder| self.carry_rights(folder))
    }

    /// Gives a folder of the stage the rights that it has in the output.
    fn carry_rights(&self, folder: &Path) -> anyhow::Result<()> {
        // The output itself is named as it was, without a slash.
        let from =
            if folder.as_os_str().is_empty() { self.place.output.clone() } else { self.place.output.join(folder) };
        let to = if folder.as_os_str().is_empty() { self.place.stage.clone() } else { self.folder(folder)? };
        fs::metadata(&from)
            .and_then(|metadata| fs::set_permissions(&to, metadata.permissions()))
            .with_context(|| format!("can't give {} the rights of {}", shown(&to), shown(&from)))
    }

    /// Brings a file of the old version along: as a second name of the same file where the disk can, else as a copy.
    fn carry(&self, path: &Path) -> anyhow::Result<()> {
        let from = self.place.output.join(path);
        let to = self.staged(path)?;
        if fs::hard_link(&from, &to).is_ok() {
            return Ok(());
        }
        let copy = || {
            let is_link = fs::symlink_metadata(&from)?.is_symlink();
            if is_link { copy_link(&from, &to) } else { fs::copy(&from, &to).map(drop) }
        };
        copy().with_context(|| format!("can't carry {} over into the new version", shown(&from)))
    }
}

/// Whether a file of the output has these bytes. All are read, since an edit by hand can keep length and time; four calls a
/// file, since an unchanged build makes little else.
fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let Some(mut file) = open(path, bytes.len() as u64)? else { return Ok(false) };
    let mut found = vec![0; bytes.len()];
    match file.read_exact(&mut found) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        read => read.map(|()| found == bytes),
    }
}

/// Whether a file of the output has this checksum.
fn has_sum(path: &Path, sum: &Sum) -> io::Result<bool> {
    let Some((mut file, _)) = output::open(path)? else { return Ok(false) };
    Ok(sums::sum_of_open(&mut file)? == *sum)
}

/// Opens a file of the output if it is one, of this length.
fn open(path: &Path, length: u64) -> io::Result<Option<File>> {
    Ok(output::open(path)?.filter(|(_, size)| *size == length).map(|(file, _)| file))
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(drop)
}
