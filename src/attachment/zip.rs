//! Zip files (PKWARE APPNOTE 6.3), read by their central directory, in memory, nothing ever written anywhere.
//!
//! Readers of zip files disagree on damaged ones, and what one reader shows another hides. So everything that could be read in
//! two ways is refused: entries that overlap, names that stand twice, sizes that differ from what comes out.

use super::budget::{Budget, Refused};
use std::collections::BTreeSet;
use std::ops::Range;

/// The most entries of a file. A document of a thousand pictures has two thousand.
const MAX_ENTRIES: usize = 10_000;

/// A file in a zip file.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its name, with `/` between the parts.
    pub name: String,
    packed: Range<usize>,
    method: u16,
    size: usize,
    encrypted: bool,
}

/// The entries of a zip file; `Err` says why it can't be read.
pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    const END: &[u8] = b"PK\x05\x06";
    // The end record is the last thing but a comment of at most 65,535 bytes (section 4.3.16).
    let from = bytes.len().saturating_sub(22 + 65_535);
    let end = memchr::memmem::rfind(&bytes[from..], END).ok_or("it is no whole zip file")? + from;
    let record = |at: usize| bytes.get(at..).ok_or_else(|| "its directory is cut off".to_owned());
    let tail = record(end)?;
    let (count, start) = (number(tail, 10, 2)?, number(tail, 16, 4)?);
    if count == 0xffff || start == 0xffff_ffff {
        return Err("it is in the format zip64, which no document of this size needs".to_owned());
    }
    if count > MAX_ENTRIES {
        return Err(format!("it holds {count} files; at most {MAX_ENTRIES} are read"));
    }
    let mut out: Vec<Entry> = Vec::with_capacity(count);
    let mut at = start;
    for _ in 0..count {
        let head = record(at)?;
        if !head.starts_with(b"PK\x01\x02") {
            return Err("its directory is damaged".to_owned());
        }
        let (flags, method) = (number(head, 8, 2)?, number(head, 10, 2)?);
        let (packed, size) = (number(head, 20, 4)?, number(head, 24, 4)?);
        let lengths = [number(head, 28, 2)?, number(head, 30, 2)?, number(head, 32, 2)?];
        let local = number(head, 42, 4)?;
        let name = head.get(46..46 + lengths[0]).ok_or("its directory is cut off")?;
        let begin = local + 30 + number(record(local)?, 26, 2)? + number(record(local)?, 28, 2)?;
        if !record(local)?.starts_with(b"PK\x03\x04") || begin + packed > bytes.len() {
            return Err("an entry is damaged".to_owned());
        }
        out.push(Entry {
            name: String::from_utf8_lossy(name).replace('\\', "/"),
            packed: begin..begin + packed,
            method: u16::try_from(method).unwrap_or(u16::MAX),
            size,
            encrypted: flags & 1 != 0,
        });
        at += 46 + lengths.iter().sum::<usize>();
    }
    unambiguous(&out)?;
    Ok(out)
}

fn unambiguous(entries: &[Entry]) -> Result<(), String> {
    let mut names = BTreeSet::new();
    if entries.iter().any(|entry| !names.insert(entry.name.to_lowercase())) {
        return Err("two entries have one name".to_owned());
    }
    let mut ranges: Vec<&Range<usize>> =
        entries.iter().map(|entry| &entry.packed).filter(|range| !range.is_empty()).collect();
    ranges.sort_by_key(|range| range.start);
    if ranges.windows(2).any(|pair| pair[0].end > pair[1].start) {
        return Err("two entries overlap".to_owned());
    }
    Ok(())
}

impl Entry {
    /// Unpacks it.
    pub(super) fn read(&self, bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, String> {
        if self.encrypted {
            return Err("it is encrypted".to_owned());
        }
        let packed = &bytes[self.packed.clone()];
        let out = match self.method {
            0 => budget.spend(packed.len()).map(|()| packed.to_vec()),
            8 => budget.inflate(packed),
            other => return Err(format!("it is packed by method {other}, which is not read")),
        };
        match out {
            Ok(out) if out.len() == self.size => Ok(out),
            Ok(_) | Err(Refused::Damaged) => Err("it is damaged".to_owned()),
            Err(Refused::TooLarge) => Err("it unpacks to more than any document holds".to_owned()),
        }
    }
}

/// A number of up to four bytes, lowest first.
fn number(bytes: &[u8], at: usize, length: usize) -> Result<usize, String> {
    let bytes = bytes.get(at..at + length).ok_or("it is cut off")?;
    Ok(bytes.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte)))
}
