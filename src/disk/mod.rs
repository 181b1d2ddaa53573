//! The disk: reads an archive's folder, publishes a build to an output folder.
//!
//! Nothing above this module touches a file. Reading is here; `publish` is the protocol by which an output folder is always
//! one whole version.
#![expect(clippy::disallowed_methods, reason = "this is the module that may touch files")]

mod bundle;
mod output;
mod publish;
mod sums;

pub use bundle::bundle;
pub use publish::{Changes, Published, Refusal, Sync, compare, publish};
pub use sums::{Differences, verify};

use crate::pipeline::{Input, InputFile, Reader};
use anyhow::{Context, bail};
use jiff::Timestamp;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use walkdir::WalkDir;

/// Lists an archive's folder: the regular files below content/ and themes/. Symbolic links are not followed and not listed:
/// they could lead out of the archive.
///
/// # Errors
/// The folder holds no archive, or can't be read.
pub fn input(root: &Path) -> anyhow::Result<Input> {
    let content = root.join("content");
    if !content.is_dir() {
        bail!("there is no archive in {}: it has no folder `content`. `referat init` makes a new one", shown(root));
    }
    let mut files = Vec::new();
    for folder in ["content", "themes"] {
        let folder = root.join(folder);
        if folder.is_dir() {
            list(root, &folder, &mut files)?;
        }
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(Input { files, reader: Arc::new(Folder(root.to_owned())) })
}

fn list(root: &Path, folder: &Path, files: &mut Vec<InputFile>) -> anyhow::Result<()> {
    for entry in WalkDir::new(folder).follow_links(false) {
        let entry = entry.with_context(|| format!("can't read the folder {}", shown(folder)))?;
        // A name that is not Unicode can't be linked to from a text, so the file can't be part of the archive.
        let relative = entry.path().strip_prefix(root).ok().and_then(Path::to_str);
        let Some(path) = relative.filter(|_| entry.file_type().is_file()) else { continue };
        let metadata = entry.metadata().with_context(|| format!("can't read {}", shown(entry.path())))?;
        files.push(InputFile {
            path: path.replace(std::path::MAIN_SEPARATOR, "/").into(),
            size: metadata.len(),
            stamp: stamp(&metadata),
        });
    }
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
        fs::read(self.0.join(path))
            .map_err(|error| io::Error::new(error.kind(), format!("can't read {}: {error}", shown(&self.0.join(path)))))
    }
}

/// A path as it is shown: the current directory is a dot.
pub fn shown(path: &Path) -> String {
    if path.as_os_str().is_empty() { ".".to_owned() } else { path.display().to_string() }
}

/// Writes a file that must not be there yet, with the folders it lies in.
///
/// # Errors
/// It is there, or can't be written.
pub fn create(path: &Path, text: &str) -> anyhow::Result<()> {
    let problem = || format!("can't write {}", shown(path));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(problem)?;
    }
    let mut file = fs::File::create_new(path).with_context(problem)?;
    io::Write::write_all(&mut file, text.as_bytes()).with_context(problem)
}

/// Writes or replaces a file as a whole, with the folders it lies in: whoever reads it meanwhile sees the old or the new one.
///
/// # Errors
/// It can't be written.
pub fn store(path: &Path, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let problem = || format!("can't write {}", shown(path));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(problem)?;
    }
    output::replace(path, bytes.as_ref()).with_context(problem)
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

/// The regular files below a folder, or the file itself, in the order of their names.
///
/// # Errors
/// It can't be read.
pub fn files_below(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.exists() {
        bail!("there is no file or folder {}", shown(path));
    }
    let walk = WalkDir::new(path).follow_links(false).sort_by_file_name();
    let mut out = Vec::new();
    for entry in walk {
        let entry = entry.with_context(|| format!("can't read {}", shown(path)))?;
        if entry.file_type().is_file() || (entry.depth() == 0 && entry.path().is_file()) {
            out.push(entry.into_path());
        }
    }
    Ok(out)
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
