//! The whole archive in one file that can be taken away: a zip (PKWARE APPNOTE 6.3) of what was published. The same content
//! gives the same bytes: files in the order of their paths, all of one date, with the same rights.

use super::sums::SUMS;
use super::{output, shown};
use crate::pipeline::Build;
use crate::site::Route;
use anyhow::{Context, bail};
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Endings of files that are packed already.
const PACKED: &[&str] = &["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "png", "jpg"];

/// Files from this size on get the fields of zip64, in bytes: packing can make a file a little larger than it was.
const LARGE: u64 = 4_000_000_000;

/// Writes what a build published to an output folder into one file, and replaces an older one as a whole. Gives its size in
/// bytes.
///
/// # Errors
/// The file can't be written, or would stand in the output itself.
pub fn bundle(build: &Build, output: &Path, path: &Path) -> anyhow::Result<u64> {
    let problem = || format!("can't write {}", shown(path));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(problem)?;
    if folder.canonicalize().with_context(problem)?.starts_with(output.canonicalize().with_context(problem)?) {
        bail!("{} lies in the folder it shall hold; name a file outside {}", shown(path), shown(output));
    }
    let new = output::beside(path);
    let written = pack(build, output, &new).and_then(|()| Ok(fs::rename(&new, path)?));
    if written.is_err() {
        drop(fs::remove_file(&new));
    }
    written.with_context(problem)?;
    Ok(fs::metadata(path).with_context(problem)?.len())
}

fn pack(build: &Build, output: &Path, to: &Path) -> anyhow::Result<()> {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(to)?));
    let mut paths: Vec<&str> = build.routes().map(Route::path).chain([SUMS]).collect();
    paths.sort_unstable();
    for path in paths {
        let problem = || format!("can't pack {path}");
        let mut file = File::open(output.join(path)).with_context(problem)?;
        let size = file.metadata().with_context(problem)?.len();
        zip.start_file(path, options(path, size)).with_context(problem)?;
        io::copy(&mut file, &mut zip).with_context(problem)?;
    }
    zip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(())
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
