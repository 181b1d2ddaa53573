//! An output folder as it stands: what in it is ours, and what others put there.

use super::shown;
use super::sums::is_inside;
use anyhow::{Context, bail};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Our marker: makes a folder ours, and lists the files we wrote, one path a line.
pub(super) const MARKER: &str = ".referat";

/// A folder in an output that can't be exchanged, where a new version is gathered before its files are put in place.
pub(super) const INNER: &str = ".referat.stage";

/// What the file system keeps for itself at its root, where only its administrator may look (e2fsck(8)).
const LOST_AND_FOUND: &str = "lost+found";

/// An output folder.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// The files we wrote, by the marker.
    pub ours: BTreeSet<String>,
    /// Whether the marker is there.
    pub marked: bool,
    /// What others put there: files and symbolic links, by path.
    pub foreign: Vec<PathBuf>,
    /// Folders without files, which others made.
    pub foreign_folders: Vec<PathBuf>,
    /// Whether a build that was broken off left [`INNER`] behind.
    pub has_inner: bool,
    /// Whether a folder in it is a mount point, or belongs to the disk: it would be deleted with the old version.
    pub holds_mount: bool,
}

/// Looks at an output folder; `None` where nothing stands.
///
/// # Errors
/// It is no folder, it isn't ours, or it can't be read.
pub(super) fn look(path: &Path) -> anyhow::Result<Option<Output>> {
    let problem = || format!("can't read the output folder {}", shown(path));
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(problem),
        Ok(metadata) if !metadata.is_dir() => {
            bail!("the output {} is a file, not a folder; name another with --output", shown(path))
        }
        Ok(_) => {}
    }
    let marker = match fs::read_to_string(path.join(MARKER)) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(error).with_context(|| {
                format!(
                    "can't read {}, the list of what referat wrote into that folder; bring the file back from a copy, or name another folder with --output",
                    shown(&path.join(MARKER))
                )
            });
        }
    };
    let mut output = Output { marked: marker.is_some(), ..Output::default() };
    // A copy of an output may have been anywhere, and nothing outside is ever ours.
    let ours = marker.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#') && is_inside(line));
    output.ours = ours.map(str::to_owned).collect();
    output.walk(path).with_context(problem)?;
    output.leave_what_is_behind_links();
    output.holds_mount |= output.holds_mount(path).with_context(problem)?;
    let visible = |path: &PathBuf| {
        !path.components().next().is_some_and(|first| first.as_os_str().to_string_lossy().starts_with('.'))
    };
    if !output.marked
        && let Some(example) = output.foreign.iter().chain(&output.foreign_folders).find(|path| visible(path))
    {
        bail!(
            "{} holds files that referat did not write, such as {}. An output folder must be empty or have been made by referat; name another with --output",
            shown(path),
            shown(example)
        );
    }
    Ok(Some(output))
}

impl Output {
    /// Tells what is ours from what others put there.
    fn walk(&mut self, path: &Path) -> io::Result<()> {
        // A folder that is empty because a build was broken off was made by us.
        let ours: HashSet<PathBuf> =
            self.ours.iter().flat_map(|path| Path::new(path).ancestors().skip(1)).map(Path::to_owned).collect();
        // What a folder holds comes right after it.
        let mut empty: Option<(PathBuf, usize)> = None;
        let is_root = is_mount_point(path)?;
        let mut walk = WalkDir::new(path).min_depth(1).follow_links(false).into_iter();
        loop {
            let entry = walk.next().transpose()?;
            let depth = entry.as_ref().map_or(0, walkdir::DirEntry::depth);
            if let Some((folder, outer)) = empty.take()
                && depth <= outer
                && !ours.contains(&folder)
            {
                self.foreign_folders.push(folder);
            }
            let Some(entry) = entry else { return Ok(()) };
            let relative = entry.path().strip_prefix(path).unwrap_or(entry.path()).to_owned();
            if relative == Path::new(INNER) {
                self.has_inner = true;
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
            } else if is_of_the_disk(&entry, is_root) {
                // It can't be carried over, so such an output is not exchanged.
                self.holds_mount = true;
                walk.skip_current_dir();
            } else if entry.file_type().is_dir() {
                empty = Some((relative, depth));
            } else if is_link_to_folder(&entry) || !self.is_ours(&relative) {
                self.foreign.push(relative);
            }
        }
    }

    /// Forgets links to folders, and the files that only such a link leads to: somebody moved our folder away, or put theirs in
    /// its place.
    fn leave_what_is_behind_links(&mut self) {
        for path in &self.foreign {
            let below = format!("{}/", path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"));
            let behind: Vec<String> =
                self.ours.range(below.clone()..).take_while(|path| path.starts_with(&below)).cloned().collect();
            self.ours.remove(below.trim_end_matches('/'));
            for path in behind {
                self.ours.remove(&path);
            }
        }
    }

    fn is_ours(&self, path: &Path) -> bool {
        let known = |path: &str| self.ours.contains(&*path.replace(std::path::MAIN_SEPARATOR, "/"));
        path == Path::new(MARKER) || path.to_str().is_some_and(known)
    }

    #[cfg(unix)]
    fn holds_mount(&self, path: &Path) -> io::Result<bool> {
        use std::os::unix::fs::MetadataExt;
        let disk = fs::metadata(path)?.dev();
        let folders: HashSet<&Path> = self.foreign.iter().filter_map(|file| file.parent()).collect();
        for folder in folders.into_iter().chain(self.foreign_folders.iter().map(PathBuf::as_path)) {
            if fs::metadata(path.join(folder))?.dev() != disk {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[cfg(not(unix))]
    fn holds_mount(&self, _: &Path) -> io::Result<bool> {
        Ok(false)
    }
}

/// Whether something is a link to a folder. We write none, so it is not ours whatever the marker says.
fn is_link_to_folder(entry: &walkdir::DirEntry) -> bool {
    entry.path_is_symlink() && entry.path().is_dir()
}

/// Whether something in a folder is what the file system keeps for itself; `is_root` says that the folder is its root.
pub(super) fn is_of_the_disk(entry: &walkdir::DirEntry, is_root: bool) -> bool {
    is_root && entry.depth() == 1 && entry.file_type().is_dir() && entry.file_name() == LOST_AND_FOUND
}

/// Whether a folder is the root of a file system.
#[cfg(unix)]
pub(super) fn is_mount_point(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(fs::metadata(path)?.dev() != fs::metadata(path.join(".."))?.dev())
}

#[cfg(not(unix))]
pub(super) fn is_mount_point(_: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Opens a file of an output and gives its length; `None` where it is a link or something else that is no file.
pub(super) fn open(path: &Path) -> io::Result<Option<(File, u64)>> {
    use rustix::fs::{Mode, OFlags};
    // A pipe that somebody put there is not waited for.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Err(rustix::io::Errno::LOOP) => return Ok(None),
        opened => File::from(opened?),
    };
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then_some((file, metadata.len())))
}

/// What a marker begins with.
const NOTE: &str = "# Written by referat: the files of this folder that it may replace and delete.\n";

/// Writes the text of a marker.
///
/// # Errors
/// It can't be written.
pub(super) fn write_marker<'a>(paths: impl Iterator<Item = &'a str>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(NOTE.as_bytes())?;
    for path in paths {
        out.write_all(path.as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Whether a text is the marker of these files.
pub(super) fn is_marker_of<'a>(text: &str, paths: impl Iterator<Item = &'a str>) -> bool {
    text.strip_prefix(NOTE).is_some_and(|list| list.split('\n').eq(paths.chain([""])))
}

/// Writes a file piece by piece: a list of every file of a large archive has tens of megabytes.
///
/// # Errors
/// It can't be written.
pub(super) fn write(path: &Path, text: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    const PIECE: usize = 64 * 1024;
    let mut out = BufWriter::with_capacity(PIECE, File::create(path)?);
    text(&mut out)?;
    out.flush()
}

/// Replaces a file as a whole, by a new one beside it that takes its name.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(path, bytes, |new| fs::rename(new, path))
}

/// Writes a file as a whole that must not be there yet.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(path, bytes, |new| match renameat_with(CWD, new, CWD, path, RenameFlags::NOREPLACE) {
        // Not every disk can tell, and nobody's file may be replaced.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            File::create_new(path)?.write_all(bytes)?;
            fs::remove_file(new)
        }
        named => Ok(named?),
    })
}

/// The new file is stored before it takes its name: a name that reached the disk before what it names would be an empty file
/// after a loss of power.
fn put(path: &Path, bytes: &[u8], name: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let new = beside(path);
    let write = || {
        let mut file = fresh(&new)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().and_then(|()| name(&new)).inspect_err(|_| drop(fs::remove_file(&new)))
}

/// A new file in the place of what was left by a run that was broken off. That may be more than a file of ours, such as a link
/// that somebody put there, so nothing is written into it.
pub(super) fn fresh(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => File::create_new(path),
    }
}

/// Writes the bytes of a file into a new one, with the rights of every new file.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    io::copy(&mut File::open(from)?, &mut File::create(to)?).map(drop)
}

/// The name under which a file is written before it takes its own.
pub(super) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.new"))
}
