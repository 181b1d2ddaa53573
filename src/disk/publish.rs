//! Publishing, all or nothing.
//!
//! A new version is written to a stage beside the output and exchanged with it in one step (renameat2 with
//! `RENAME_EXCHANGE`, Linux 3.15), so a reader sees the old version or the new one, whenever the process is killed. Files that
//! did not change are linked into the stage and keep their inode and time. Where folders can't be exchanged, because the
//! output is a mount point or the system has no such call, the files are replaced one by one, each as a whole: pages before
//! the lists that lead to them, deletions last.

use super::output::{self, MARKER, Output};
use super::shown;
use super::sums::{self, SUMS, Sum};
use crate::diag::Diagnostic;
use crate::pipeline::{Build, Content};
use crate::site::Route;
use anyhow::{Context, bail};
use rayon::prelude::*;
use rustix::fs::{CWD, RenameFlags, renameat_with, syncfs};
use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io;
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

/// Publishes a build of the archive at `root` to an output folder.
///
/// # Errors
/// See [`Refusal`]. The output is then as it was.
pub fn publish(build: &Build, root: &Path, output: &Path, sync: Sync) -> Result<Published, Refusal> {
    let place = Place::new(output)?;
    let _lock = place.lock()?;
    place.clear_stage()?;
    let old = output::look(&place.output)?;
    let exists = old.is_some();
    let old = old.unwrap_or_default();
    refuse_taken(build, &old, &place.output)?;
    let stage = Stage { place: &place, root, old: &old, folders: Mutex::default() };
    let result = stage.fill(build).and_then(|filled| stage.go_live(build, &filled, exists, sync));
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
pub fn compare(build: &Build, root: &Path, output: &Path) -> Result<Changes, Refusal> {
    let place = Place::new(output)?;
    let old = output::look(&place.output)?.unwrap_or_default();
    refuse_taken(build, &old, &place.output)?;
    build.prepare();
    let routes: Vec<&Route> = build.routes().collect();
    let stage = Stage { place: &place, root, old: &old, folders: Mutex::default() };
    let same = each(&routes, |route| stage.is_same(route, &content(build, route)?).map_err(Refusal::from))?;
    let mut changes = Changes { vanish: vanishing(build, &old), ..Changes::default() };
    for (route, _) in routes.iter().zip(same).filter(|(_, same)| !same) {
        let list = if old.ours.contains(route.path()) { &mut changes.change } else { &mut changes.appear };
        list.push(route.path().to_owned());
    }
    Ok(changes)
}

/// The output folder and the names beside it.
struct Place {
    output: PathBuf,
    parent: PathBuf,
    stage: PathBuf,
    lock: PathBuf,
}

impl Place {
    fn new(output: &Path) -> anyhow::Result<Place> {
        let problem = || format!("can't use the output folder {}", shown(output));
        // A link to a folder stands for the folder: the exchange has to happen where the folder is.
        let output = if output.exists() {
            output.canonicalize().with_context(problem)?
        } else {
            std::path::absolute(output).with_context(problem)?
        };
        let (Some(parent), Some(name)) = (output.parent(), output.file_name()) else {
            bail!("{} can't be an output folder; name another with --output", shown(&output));
        };
        fs::create_dir_all(parent).with_context(problem)?;
        let beside = |ending: &str| parent.join(format!(".{}.{ending}", name.to_string_lossy()));
        Ok(Place { stage: beside("stage"), lock: beside("lock"), parent: parent.to_owned(), output: output.clone() })
    }

    /// Keeps a second build away until this one is done.
    fn lock(&self) -> anyhow::Result<Lock> {
        let problem = || format!("can't write {}", shown(&self.lock));
        for _ in 0..100 {
            let file =
                File::options().create(true).truncate(false).write(true).open(&self.lock).with_context(problem)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(fs::TryLockError::WouldBlock) => {
                    bail!(
                        "another build is writing {}; wait for it, or name another folder with --output",
                        shown(&self.output)
                    )
                }
                Err(fs::TryLockError::Error(error)) => return Err(error).with_context(problem),
            }
            // The build before deleted its lock when it was done: a lock on a deleted file keeps nobody away.
            if same_file(&file, &self.lock) {
                return Ok(Lock { path: self.lock.clone(), _file: file });
            }
        }
        bail!("other builds keep writing {}", shown(&self.output))
    }

    fn clear_stage(&self) -> anyhow::Result<()> {
        match fs::remove_dir_all(&self.stage) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("can't delete {}", shown(&self.stage)))
            }
            _ => Ok(()),
        }
    }
}

struct Lock {
    path: PathBuf,
    _file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.path));
    }
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(a), Ok(b)) = (file.metadata(), fs::metadata(path)) else { return false };
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn same_file(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Files of others may not stand where ours have to: neither at an address nor at a folder on the way to one.
fn refuse_taken(build: &Build, old: &Output, output: &Path) -> anyhow::Result<()> {
    let foreign: HashSet<String> = old.foreign.iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for path in written(build) {
        let prefixes = path.match_indices('/').map(|(at, _)| &path[..at]);
        taken.extend(prefixes.chain([path]).filter(|path| foreign.contains(*path)));
        let folder = old
            .foreign
            .iter()
            .chain(&old.foreign_folders)
            .find(|file| file.starts_with(path) && *file != Path::new(path));
        taken.extend(folder.map(|_| path));
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

fn vanishing(build: &Build, old: &Output) -> Vec<String> {
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
    let results: Vec<Result<T, Refusal>> = routes.par_iter().map(|route| run(route)).collect();
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
            if self.is_same(route, &content)? {
                return Ok((State::Same, sum));
            }
            let path = self.staged(Path::new(route.path()))?;
            match content {
                Content::Bytes(bytes) => fs::write(&path, bytes),
                Content::File(file) => fs::copy(self.root.join(&*file), &path).map(drop),
            }
            .with_context(|| format!("can't write {}", shown(&path)))?;
            Ok((State::Staged, sum))
        })
    }

    fn sum(&self, content: &Content) -> anyhow::Result<Sum> {
        match content {
            Content::Bytes(bytes) => Ok(sums::sum(bytes)),
            Content::File(file) => {
                let path = self.root.join(&**file);
                sums::sum_of(&path).with_context(|| format!("can't read {}", shown(&path)))
            }
        }
    }

    /// Whether the output already holds this content.
    fn is_same(&self, route: &Route, content: &Content) -> anyhow::Result<bool> {
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
            Content::File(file) => is_same(are_same(&path, &self.root.join(&**file))),
        }
    }

    /// A path in the stage, with the folders it lies in.
    fn staged(&self, path: &Path) -> anyhow::Result<PathBuf> {
        let path = self.place.stage.join(path);
        if let Some(folder) = path.parent() {
            let mut folders = self.folders.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if !folders.contains(folder) {
                fs::create_dir_all(folder).with_context(|| format!("can't make the folder {}", shown(folder)))?;
                folders.insert(folder.to_owned());
            }
        }
        Ok(path)
    }

    fn go_live(&self, build: &Build, filled: &[(State, Sum)], exists: bool, sync: Sync) -> Result<Published, Refusal> {
        let (states, sums): (Vec<State>, Vec<Sum>) = filled.iter().copied().unzip();
        let sums = sums::text(build.routes().map(Route::path).zip(sums));
        let unchanged = states.iter().filter(|state| **state == State::Same).count();
        let gone = vanishing(build, self.old);
        let mut published =
            Published { written: states.len() - unchanged, unchanged, removed: gone.len(), warnings: Vec::new() };
        let has_sums = || holds(&self.place.output.join(SUMS), sums.as_bytes()).unwrap_or(false);
        if published.written == 0 && gone.is_empty() && self.old.marked && has_sums() {
            self.place.clear_stage()?;
            return Ok(published);
        }
        self.complete(build, &states)?;
        for (name, text) in [(SUMS, sums), (MARKER, output::marker(written(build).into_iter()))] {
            let path = self.staged(Path::new(name))?;
            fs::write(&path, text).with_context(|| format!("can't write {}", shown(&path)))?;
        }
        if sync == Sync::Before {
            self.sync().with_context(|| format!("can't store {} safely", shown(&self.place.stage)))?;
        }
        if self.exchange(exists)? == Exchanged::No {
            self.replace_each(build, &gone)?;
        }
        // From here on the new version is live, so nothing is an error any more.
        if sync == Sync::Before
            && let Err(error) = self.sync()
        {
            published.warnings.push(format!("the new version is published, but the disk did not confirm it: {error}"));
        }
        if let Err(error) = self.place.clear_stage() {
            published
                .warnings
                .push(format!("the new version is published, but the old one could not be deleted: {error:#}"));
        }
        Ok(published)
    }

    /// Puts into the stage what it still lacks: our unchanged files, and everything of others.
    fn complete(&self, build: &Build, states: &[State]) -> Result<(), Refusal> {
        let routes: Vec<&Route> =
            build.routes().zip(states).filter(|(_, state)| **state == State::Same).map(|(route, _)| route).collect();
        each(&routes, |route| Ok(self.carry(Path::new(route.path()))?))?;
        for path in &self.old.foreign {
            self.carry(path)?;
        }
        for path in &self.old.foreign_folders {
            let path = self.place.stage.join(path);
            fs::create_dir_all(&path).with_context(|| format!("can't make the folder {}", shown(&path)))?;
        }
        Ok(())
    }

    /// Brings a file of the old version along: as a second name of the same file where the disk can, else as a copy.
    fn carry(&self, path: &Path) -> anyhow::Result<()> {
        let from = self.place.output.join(path);
        let to = self.staged(path)?;
        if fs::hard_link(&from, &to).is_ok() {
            return Ok(());
        }
        let is_link = fs::symlink_metadata(&from).is_ok_and(|metadata| metadata.is_symlink());
        let copied = if is_link { copy_link(&from, &to) } else { fs::copy(&from, &to).map(drop) };
        copied.with_context(|| format!("can't carry {} over into the new version", shown(&from)))
    }

    #[cfg(target_os = "linux")]
    fn sync(&self) -> io::Result<()> {
        // One call for the file system instead of one a file: 30,000 files took 40 times as long one by one.
        Ok(syncfs(File::open(&self.place.parent)?)?)
    }

    #[cfg(not(target_os = "linux"))]
    fn sync(&self) -> io::Result<()> {
        File::open(&self.place.parent)?.sync_all()
    }

    fn exchange(&self, exists: bool) -> anyhow::Result<Exchanged> {
        let flags = if exists { RenameFlags::EXCHANGE } else { RenameFlags::NOREPLACE };
        match renameat_with(CWD, &self.place.stage, CWD, &self.place.output, flags) {
            Ok(()) => Ok(Exchanged::Yes),
            Err(error) if cannot_exchange(error) => Ok(Exchanged::No),
            Err(error) => Err(error)
                .with_context(|| format!("can't put the new version in the place of {}", shown(&self.place.output))),
        }
    }

    /// The way for outputs that can't be exchanged: every file is replaced as a whole, and a reader never finds a link to a
    /// page that isn't there yet.
    fn replace_each(&self, build: &Build, gone: &[String]) -> anyhow::Result<()> {
        let (stage, output) = (&self.place.stage, &self.place.output);
        let problem = |path: &Path| {
            format!("can't write {}; the output is partly new, and the next build completes it", shown(path))
        };
        let write_marker = |paths: &BTreeSet<&str>| {
            output::replace(&output.join(MARKER), output::marker(paths.iter().copied()).as_bytes())
                .with_context(|| problem(&output.join(MARKER)))
        };
        fs::create_dir_all(output).with_context(|| problem(output))?;
        let new = written(build);
        // Both versions are ours until the last file is in place, or the next build would take half of it for foreign.
        write_marker(&new.iter().copied().chain(gone.iter().map(String::as_str)).collect())?;
        let mut order: Vec<&str> = new.iter().copied().collect();
        order.sort_by_key(|path| rank(path));
        for path in order {
            let (from, to) = (stage.join(path), output.join(path));
            if holds_same(&from, &to) {
                continue;
            }
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).with_context(|| problem(folder))?;
            }
            output::copy(&from, &to).with_context(|| problem(&to))?;
        }
        for path in gone {
            remove(output, path).with_context(|| format!("can't delete {path}"))?;
        }
        write_marker(&new)
    }
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
    match fs::remove_file(output.join(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exchanged {
    Yes,
    No,
}

/// Busy: a mount point. Cross-device: a mount point of another disk. The others: no such call on this system or disk.
fn cannot_exchange(error: rustix::io::Errno) -> bool {
    use rustix::io::Errno;
    matches!(error, Errno::BUSY | Errno::XDEV | Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP)
}

fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    if fs::symlink_metadata(path)?.len() != bytes.len() as u64 {
        return Ok(false);
    }
    Ok(fs::read(path)? == bytes)
}

fn are_same(a: &Path, b: &Path) -> io::Result<bool> {
    use io::Read;
    let (mut a, mut b) = (File::open(a)?, File::open(b)?);
    if a.metadata()?.len() != b.metadata()?.len() {
        return Ok(false);
    }
    let (mut left, mut right) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        let length = a.read(&mut left)?;
        if length == 0 {
            return Ok(true);
        }
        b.read_exact(&mut right[..length])?;
        if left[..length] != right[..length] {
            return Ok(false);
        }
    }
}

fn holds_same(a: &Path, b: &Path) -> bool {
    are_same(a, b).unwrap_or(false)
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(drop)
}
