//! The whole archive in one file that can be taken away: a zip (PKWARE APPNOTE 6.3) of what was published. The same content
//! gives the same bytes: files in the order of their paths, all of one date, with the same rights.

use super::sums::SUMS;
use super::{output, shown};
use crate::pipeline::Build;
use crate::site::Route;
use anyhow::{Context, bail};
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Endings of files that are packed already.
const PACKED: &[&str] = &["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "png", "jpg", "jpeg"];

/// Files from this size on get the fields of zip64, in bytes: packing can make a file a little larger than it was.
const LARGE: u64 = 4_000_000_000;

/// Writes the version of a build that lies in a folder into one file, and replaces an older one as a whole. Gives its size
/// in bytes.
///
/// # Errors
/// The file can't be written.
pub fn bundle(build: &Build, version: &Path, path: &Path) -> anyhow::Result<u64> {
    let problem = || format!("can't write {}", shown(path));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(problem)?;
    let new = output::beside(path);
    let written = pack(build, version, &new).and_then(|()| Ok(fs::rename(&new, path)?));
    if written.is_err() {
        drop(fs::remove_file(&new));
    }
    written.with_context(problem)?;
    Ok(fs::metadata(path).with_context(problem)?.len())
}

/// Refuses a file beside a build that would lie in the output itself: it would go with the old version, or go public.
///
/// # Errors
/// It lies there.
pub fn refuse_inside(path: &Path, output: &Path) -> anyhow::Result<()> {
    if resolved(path).starts_with(resolved(output)) {
        bail!("{} lies in the folder that is published; name a file outside {}", shown(path), shown(output));
    }
    Ok(())
}

/// A path without links and dots, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let real = |folder: &Path| Some(folder.canonicalize().ok()?.join(path.strip_prefix(folder).ok()?));
    path.ancestors().find_map(real).unwrap_or_else(|| path.clone())
}

fn pack(build: &Build, version: &Path, to: &Path) -> anyhow::Result<()> {
    let mut to = Patient { file: BufWriter::new(File::create(to)?), at: 0, end: 0, failed: None };
    let mut zip = ZipWriter::new(&mut to);
    let mut paths: Vec<&str> = build.routes().map(Route::path).chain([SUMS]).collect();
    paths.sort_unstable();
    for path in paths {
        let problem = || format!("can't pack {path}");
        let mut file = File::open(version.join(path)).with_context(problem)?;
        let size = file.metadata().with_context(problem)?.len();
        zip.start_file(path, options(path, size)).with_context(problem)?;
        io::copy(&mut file, &mut zip).with_context(problem)?;
    }
    zip.finish()?;
    if let Some(error) = to.failed {
        return Err(error.into());
    }
    to.file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(())
}

/// A file that keeps its first error to itself until it is asked: the packer ends the program when it can't complete what it
/// began, and a full disk is no reason for that.
struct Patient {
    file: BufWriter<File>,
    at: u64,
    end: u64,
    failed: Option<io::Error>,
}

impl Patient {
    fn attempt(&mut self, action: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) {
        if self.failed.is_none() {
            self.failed = action(&mut self.file).err();
        }
    }
}

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(|file| file.write_all(bytes));
        self.at += bytes.len() as u64;
        self.end = self.end.max(self.at);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt(BufWriter::flush);
        Ok(())
    }
}

impl Seek for Patient {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        let at = self.at;
        self.attempt(|file| file.seek(SeekFrom::Start(at)).map(drop));
        Ok(at)
    }
}

/// The first date that a zip can hold, and rights as a web server needs them.
fn options(path: &str, size: u64) -> SimpleFileOptions {
    let kind = path.rsplit('.').next().unwrap_or_default();
    let method = if PACKED.contains(&kind) { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644)
        .large_file(size > LARGE)
}
