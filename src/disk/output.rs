//! An output folder as it stands: what in it is ours, and what others put there.

use super::shown;
use anyhow::{Context, bail};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Our marker: makes a folder ours, and lists the files we wrote, one path a line.
pub(super) const MARKER: &str = ".referat";

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
        Err(error) => return Err(error).with_context(problem),
    };
    let mut output = Output { marked: marker.is_some(), ..Output::default() };
    output.ours =
        marker.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    for entry in WalkDir::new(path).min_depth(1).follow_links(false) {
        let entry = entry.with_context(problem)?;
        let relative = entry.path().strip_prefix(path).unwrap_or(entry.path()).to_owned();
        if entry.file_type().is_dir() {
            if fs::read_dir(entry.path()).with_context(problem)?.next().is_none() {
                output.foreign_folders.push(relative);
            }
            continue;
        }
        let is_ours =
            relative.to_str().is_some_and(|path| output.ours.contains(&path.replace(std::path::MAIN_SEPARATOR, "/")));
        if !is_ours && relative != Path::new(MARKER) {
            output.foreign.push(relative);
        }
    }
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

/// The text of the marker.
pub(super) fn marker<'a>(paths: impl Iterator<Item = &'a str>) -> String {
    let mut out = "# Written by referat: the files of this folder that it may replace and delete.\n".to_owned();
    for path in paths {
        out.push_str(path);
        out.push('\n');
    }
    out
}

/// Replaces a file as a whole, by a new one beside it that takes its name.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path);
    fs::write(&new, bytes)?;
    fs::rename(&new, path).inspect_err(|_| drop(fs::remove_file(&new)))
}

/// Puts a copy of a file at a path, as a whole.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let new = beside(to);
    fs::copy(from, &new)?;
    fs::rename(&new, to).inspect_err(|_| drop(fs::remove_file(&new)))
}

pub(super) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.new"))
}
