//! The disk: reads an archive's folder, publishes a build to an output folder.
//!
//! Nothing above this module touches a file. Reading is here; `publish` is the protocol by which an output folder is always
//! one whole version.
#![expect(clippy::disallowed_methods, reason = "this is the module that may touch files")]

mod bundle;
mod in_place;
mod output;
mod place;
mod publish;
mod receipt;
mod sums;

pub use bundle::{bundle, refuse_inside, refuse_same, refuse_source};
pub use publish::{Changes, Published, Refusal, Sync, compare, publish};
pub use receipt::{Order, Recorder, Standing, remember, standing};
pub use sums::{Differences, verify};

use crate::pipeline::{Input, InputFile, Reader};
use anyhow::{Context, bail};
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::HashSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use walkdir::{DirEntry, WalkDir};

/// Lists an archive's folder: the regular files below content/ and themes/. Symbolic links are not followed and not listed:
/// they could lead out of the archive.
///
/// # Errors
/// The folder holds no archive, or can't be read.
pub fn input(root: &Path) -> anyhow::Result<Input> {
    let content = root.join("content");
    if fs::metadata(&content).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) || content.is_file() {
        bail!("there is no archive in {}: it has no folder `content`. `referat init` makes a new one", shown(root));
    }
    let mut files = Vec::new();
    for folder in ["content", "themes"] {
        let folder = root.join(folder);
        match fs::metadata(&folder) {
            Ok(metadata) if metadata.is_dir() => list(root, &folder, &mut files)?,
            // A theme that can't be seen is not a theme that isn't there.
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("can't read the folder {}", shown(&folder)));
            }
            _ => {}
        }
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(Input { files, reader: Arc::new(Folder(root.to_owned())) })
}

fn list(root: &Path, folder: &Path, files: &mut Vec<InputFile>) -> anyhow::Result<()> {
    let mut entries = Vec::new();
    for entry in WalkDir::new(folder).follow_links(false) {
        let entry = entry.with_context(|| format!("can't read the folder {}", shown(folder)))?;
        // A name that is not Unicode can't be linked to from a text, so the file can't be part of the archive.
        if entry.file_type().is_file() && entry.path().to_str().is_some() {
            entries.push(entry);
        }
    }
    // Asking the system about each takes longer than finding them.
    let file = |entry: &DirEntry| {
        let metadata = entry.metadata().with_context(|| format!("can't read {}", shown(entry.path())))?;
        let relative = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy();
        let path = relative.replace(std::path::MAIN_SEPARATOR, "/").into();
        Ok(InputFile { path, size: metadata.len(), stamp: stamp(&metadata) })
    };
    files.extend(entries.par_iter().map(file).collect::<anyhow::Result<Vec<_>>>()?);
    Ok(())
}

/// Changes when a file does, within one run of the program.
fn stamp(metadata: &fs::Metadata) -> u64 {
    let mut hasher = DefaultHasher::new();
    metadata.len().hash(&mut hasher);
    metadata.modified().ok().hash(&mut hasher);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (metadata.ino(), metadata.ctime(), metadata.ctime_nsec()).hash(&mut hasher);
    }
    hasher.finish()
}

struct Folder(PathBuf);

impl Reader for Folder {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let path = self.0.join(path);
        fs::read(&path).map_err(|source| io::Error::new(source.kind(), Unreadable { path, source }))
    }

    fn start(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        let path = self.0.join(path);
        let mut bytes = Vec::new();
        let read = fs::File::open(&path).and_then(|file| file.take(most as u64).read_to_end(&mut bytes));
        read.map(|_| bytes).map_err(|source| io::Error::new(source.kind(), Unreadable { path, source }))
    }
}

/// A file of the archive that can't be read, and why.
#[derive(Debug)]
struct Unreadable {
    path: PathBuf,
    source: io::Error,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "can't read {}", shown(&self.path))
    }
}

impl std::error::Error for Unreadable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// A path as it is shown: the current directory is a dot.
pub fn shown(path: &Path) -> String {
    if path.as_os_str().is_empty() { ".".to_owned() } else { path.display().to_string() }
}

/// What to do about an error of the disk; `None` where its own words say it.
pub fn advice(error: &anyhow::Error) -> Option<&'static str> {
    use io::ErrorKind as Kind;
    let system = |error: &(dyn std::error::Error + 'static)| match error.downcast_ref::<rustix::io::Errno>() {
        Some(error) => Some(error.raw_os_error()),
        None => error.downcast_ref::<io::Error>()?.raw_os_error(),
    };
    let number = error.chain().find_map(system)?;
    Some(match io::Error::from_raw_os_error(number).kind() {
        Kind::StorageFull | Kind::QuotaExceeded => "make room on that disk, or name a place on another one",
        Kind::PermissionDenied => {
            "get the right to read and write there, or name another place; a build also writes beside its output"
        }
        Kind::ReadOnlyFilesystem => "that disk takes no writes; name a place on another one",
        Kind::AlreadyExists | Kind::NotADirectory => "something else stands there; move it, or name another place",
        _ if number == rustix::io::Errno::IO.raw_os_error() => {
            "the disk or the way to it fails; look after it before you try again"
        }
        _ => return None,
    })
}

/// Writes a file that must not be there yet, as a whole, with the folders it lies in.
///
/// # Errors
/// It is there, or can't be written.
pub fn create(path: &Path, text: &str) -> anyhow::Result<()> {
    write_with(path, |path| output::create(path, text.as_bytes()))
}

/// Writes files that must not be there yet, all or none: what was made before one failed is deleted, with the folders that were
/// made for it.
///
/// # Errors
/// See [`create`].
pub fn create_all(files: &[(PathBuf, &str)]) -> anyhow::Result<()> {
    let folders = |path: &Path| path.ancestors().skip(1).map(Path::to_owned).collect::<Vec<_>>();
    let stood: HashSet<PathBuf> =
        files.iter().flat_map(|(path, _)| folders(path)).filter(|path| exists(path)).collect();
    for (at, (path, text)) in files.iter().enumerate() {
        let Err(error) = create(path, text) else { continue };
        files[..at].iter().for_each(|(path, _)| drop(fs::remove_file(path)));
        let made = files[..=at].iter().flat_map(|(path, _)| folders(path));
        // One that holds something else stays.
        made.filter(|folder| !stood.contains(folder)).for_each(|folder| drop(fs::remove_dir(folder)));
        return Err(error);
    }
    Ok(())
}

/// Writes or replaces a file as a whole, with the folders it lies in: whoever reads it meanwhile sees the old or the new one.
///
/// # Errors
/// It can't be written.
pub fn store(path: &Path, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
    write_with(path, |path| output::replace(path, bytes.as_ref()))
}

fn write_with(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> anyhow::Result<()> {
    let problem = || format!("can't write {}", shown(path));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(problem)?;
    }
    write(path).with_context(problem)?;
    // The name too. Not every system lets a folder be stored; the file is whole, old or new, without it.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    drop(fs::File::open(folder).and_then(|folder| folder.sync_all()));
    Ok(())
}

/// Reads a file that was named on the command line.
///
/// # Errors
/// It can't be read, or is larger than any text is.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    match read_up_to(path, crate::source::MAX_TEXT)? {
        Ok(bytes) => Ok(bytes),
        Err(size) => bail!("{} is {size} bytes; at most {} are read", shown(path), crate::source::MAX_TEXT),
    }
}

/// Reads a file of at most so many bytes; of a larger one only the size.
///
/// # Errors
/// It can't be read.
pub fn read_up_to(path: &Path, most: u64) -> anyhow::Result<Result<Vec<u8>, u64>> {
    let problem = || format!("can't read {}", shown(path));
    let size = fs::metadata(path).with_context(problem)?.len();
    if size > most {
        return Ok(Err(size));
    }
    fs::read(path).map(Ok).with_context(problem)
}

/// The regular files below a folder, or the file itself, and apart from them what is neither file nor folder, such as links,
/// which are not followed; both in the order of their names.
///
/// # Errors
/// It can't be read.
pub fn files_below(path: &Path) -> anyhow::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    if !path.exists() {
        bail!("there is no file or folder {}", shown(path));
    }
    let walk = WalkDir::new(path).follow_links(false).sort_by_file_name();
    let (mut files, mut others) = (Vec::new(), Vec::new());
    for entry in walk {
        let entry = entry.with_context(|| format!("can't read {}", shown(path)))?;
        if entry.file_type().is_file() || (entry.depth() == 0 && entry.path().is_file()) {
            files.push(entry.into_path());
        } else if entry.depth() > 0 && !entry.file_type().is_dir() {
            others.push(entry.into_path());
        }
    }
    Ok((files, others))
}

/// The path in an archive's folder of a file that was named on the command line, with `/` between its parts.
///
/// # Errors
/// It isn't there, or lies elsewhere.
pub fn inside(root: &Path, file: &Path) -> anyhow::Result<String> {
    let real = |path: &Path| path.canonicalize().with_context(|| format!("can't read {}", shown(path)));
    // From where the program was started, or from the archive's folder. One that is in neither is called what it was called.
    let beside = root.join(file);
    let is_beside = !file.exists() && beside.exists();
    let (root, path) = (real(&Path::new(".").join(root))?, real(if is_beside { &beside } else { file })?);
    let Some(path) = path.strip_prefix(root).ok().and_then(Path::to_str) else {
        bail!("{} lies outside the archive", shown(file));
    };
    Ok(path.replace(std::path::MAIN_SEPARATOR, "/"))
}

/// Whether something stands at a path.
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The time, in whole seconds: for what people write down, never for what is built.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_second(i64::try_from(since.as_secs()).unwrap_or_default()).unwrap_or_default()
}
