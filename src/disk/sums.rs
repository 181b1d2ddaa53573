//! Checksums of an output folder, in the file that `sha256sum -c` reads: what everybody can check who got a copy.

use super::output::{MARKER, is_mount_point, is_of_the_disk};
use super::shown;
use anyhow::{Context, bail};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path};
use walkdir::WalkDir;

/// The name of the file.
pub(super) const SUMS: &str = crate::site::route::CHECKSUMS;

/// A checksum: SHA-256 (FIPS 180-4).
pub(super) type Sum = [u8; 32];

/// How a folder differs from its checksums. Paths in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Files with another content.
    pub changed: Vec<String>,
    /// Files that nothing is known of.
    pub extra: Vec<String>,
    /// How many files are as they were.
    pub whole: usize,
}

/// The checksum of bytes.
pub(super) fn sum(bytes: &[u8]) -> Sum {
    Sha256::digest(bytes).into()
}

/// The checksum of whatever is written.
pub(super) fn sum_of_written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Sum> {
    let mut digest = BufWriter::new(Sha256::new());
    write(&mut digest)?;
    Ok(digest.into_inner()?.finalize().into())
}

/// The checksum of a file, read piece by piece: attachments have any size.
///
/// # Errors
/// It can't be read.
pub(super) fn sum_of(path: &Path) -> io::Result<Sum> {
    sum_of_open(&mut File::open(path)?)
}

/// The checksum of the rest of an open file.
///
/// # Errors
/// It can't be read.
pub(super) fn sum_of_open(file: &mut File) -> io::Result<Sum> {
    let mut digest = Sha256::new();
    io::copy(file, &mut digest)?;
    Ok(digest.finalize().into())
}

/// Copies a file, piece by piece too, and gives the checksum of what was copied. The rights of the new file are those of every
/// new one: an attachment that its author alone may read is published all the same.
///
/// # Errors
/// It can't be read or written.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<Sum> {
    let mut to = BufWriter::with_capacity(64 * 1024, Summed { file: File::create(to)?, digest: Sha256::new() });
    io::copy(&mut File::open(from)?, &mut to)?;
    let to = to.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(to.digest.finalize().into())
}

/// A file, and the checksum of what was written into it.
struct Summed {
    file: File,
    digest: Sha256,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.file.write(bytes)?;
        self.digest.update(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes the text of the file: a checksum in hexadecimal, two spaces and a path on each line. It has tens of megabytes in a
/// large archive, so it is nowhere as a whole.
///
/// # Errors
/// It can't be written.
pub(super) fn write<'a>(sums: impl Iterator<Item = (&'a str, &'a Sum)>, out: &mut dyn Write) -> io::Result<()> {
    for (path, sum) in sums {
        out.write_all(&digits(sum))?;
        out.write_all(b"  ")?;
        out.write_all(path.as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// A checksum as it is written.
pub(super) fn hexadecimal(sum: &Sum) -> String {
    digits(sum).map(char::from).iter().collect()
}

fn digits(sum: &Sum) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    std::array::from_fn(|at| {
        let byte = sum[at / 2];
        DIGITS[usize::from(if at % 2 == 0 { byte >> 4 } else { byte & 15 })]
    })
}

/// Compares a folder with its checksums.
///
/// # Errors
/// It has none, they can't be understood, or a file can't be read.
pub fn verify(folder: &Path) -> anyhow::Result<Differences> {
    let known = read(folder)?;
    let sums: Vec<(&String, Option<Sum>)> = known
        .par_iter()
        .map(|(path, _)| match sum_of(&folder.join(path)) {
            Ok(sum) => Ok((path, Some(sum))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((path, None)),
            Err(error) => Err(error).with_context(|| format!("can't read {}", shown(&folder.join(path)))),
        })
        .collect::<anyhow::Result<_>>()?;
    let mut out = Differences::default();
    for (path, sum) in sums {
        match sum {
            None => out.missing.push(path.clone()),
            Some(sum) if hexadecimal(&sum) != known[path] => out.changed.push(path.clone()),
            Some(_) => out.whole += 1,
        }
    }
    out.extra = found(folder)?.into_iter().filter(|path| !known.contains_key(path)).collect();
    Ok(out)
}

fn read(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let path = folder.join(SUMS);
    let text = fs::read_to_string(&path).with_context(|| {
        format!(
            "can't read {}; only a folder that `referat build` wrote, or a copy of one, can be verified",
            shown(&path)
        )
    })?;
    match parse(&text) {
        Ok(sums) => Ok(sums),
        Err(line) => bail!("{}:{line} is no checksum and path below the folder", shown(&path)),
    }
}

/// The checksums of a list in hexadecimal, by path.
///
/// # Errors
/// The number of the first line that is none.
pub(super) fn parse(text: &str) -> Result<BTreeMap<String, String>, usize> {
    let sum = |(number, line): (usize, &str)| {
        let (sum, file) = line.split_once("  ").filter(|(sum, file)| is_sum(sum) && is_inside(file)).ok_or(number)?;
        Ok((file.to_owned(), sum.to_ascii_lowercase()))
    };
    (1..).zip(text.lines()).map(sum).collect()
}

fn is_sum(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a path of a list leads to something in the folder of the list, which may come from anybody.
pub(super) fn is_inside(path: &str) -> bool {
    let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\0');
    // What is a drive on some systems is a name on others.
    path.split('/').all(is_name) && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// The files of a folder, but for the checksums and our marker.
fn found(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut out = BTreeSet::new();
    let problem = || format!("can't read the folder {}", shown(folder));
    let is_root = is_mount_point(folder).with_context(problem)?;
    let walk = WalkDir::new(folder).min_depth(1).follow_links(false).into_iter();
    for entry in walk.filter_entry(|entry| !is_of_the_disk(entry, is_root)) {
        let entry = entry.with_context(problem)?;
        let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let path = relative.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        if !entry.file_type().is_dir() && path != SUMS && path != MARKER {
            out.insert(path);
        }
    }
    Ok(out)
}
