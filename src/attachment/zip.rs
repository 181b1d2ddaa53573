//! Zip files (PKWARE APPNOTE 6.3), read by their central directory, in memory, nothing ever written anywhere.
//!
//! Readers of zip files disagree on damaged ones, and what one reader shows another hides. So everything that could be read in
//! two ways is refused: entries that overlap, names that stand twice, sizes that differ from what comes out, and bytes that
//! belong to no entry, where another reader may find one that was taken out of the directory.

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
    /// What stands beside it in the directory: its comment and fields of programs.
    pub beside: String,
    /// Where it is, with the header before it.
    place: Range<usize>,
    packed: Range<usize>,
    method: u16,
    size: usize,
    encrypted: bool,
    /// Whether its sizes follow it (section 4.3.9).
    is_described: bool,
}

/// The entries of a zip file and its comment; `Err` says why it can't be read.
pub(super) fn entries(bytes: &[u8]) -> Result<(Vec<Entry>, String), String> {
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
        let before = record(local)?;
        let local_lengths = [number(before, 26, 2)?, number(before, 28, 2)?];
        let begin = local + 30 + local_lengths.iter().sum::<usize>();
        let is_whole = bytes.get(begin..).is_some_and(|rest| packed <= rest.len());
        if !before.starts_with(b"PK\x03\x04") || !is_whole {
            return Err("an entry is damaged".to_owned());
        }
        if before[30..30 + local_lengths[0]] != *name {
            return Err("an entry has two names".to_owned());
        }
        let beside = head.get(46 + lengths[0]..46 + lengths.iter().sum::<usize>()).ok_or("its directory is cut off")?;
        out.push(Entry {
            name: String::from_utf8_lossy(name).replace('\\', "/"),
            beside: String::from_utf8_lossy(beside).into_owned(),
            place: local..begin + packed,
            packed: begin..begin + packed,
            method: u16::try_from(method).unwrap_or(u16::MAX),
            size,
            encrypted: flags & 1 != 0,
            is_described: flags & 8 != 0,
        });
        at += 46 + lengths.iter().sum::<usize>();
    }
    let comment = tail.get(22..).unwrap_or_default();
    if at != end || comment.len() != number(tail, 20, 2)? {
        return Err(STRAY.to_owned());
    }
    unambiguous(bytes, start, &out)?;
    Ok((out, String::from_utf8_lossy(comment).into_owned()))
}

/// Why a file with something between its entries isn't read.
const STRAY: &str = "it holds bytes that belong to none of its files";

/// Whether the entries fill the file up to its directory.
fn unambiguous(bytes: &[u8], directory: usize, entries: &[Entry]) -> Result<(), String> {
    let mut names = BTreeSet::new();
    if entries.iter().any(|entry| !names.insert(entry.name.to_lowercase())) {
        return Err("two entries have one name".to_owned());
    }
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|entry| entry.place.start);
    let starts = sorted.iter().skip(1).map(|entry| entry.place.start).chain([directory]);
    if sorted.first().is_some_and(|first| first.place.start > 0) {
        return Err(STRAY.to_owned());
    }
    for (entry, next) in sorted.iter().zip(starts) {
        let after = bytes.get(entry.place.end..next).ok_or("two entries overlap")?;
        // Nothing can hide in zeros, with which some writers fill up.
        if after.iter().any(|byte| *byte != 0) && !(entry.is_described && entry.is_descriptor(after)) {
            return Err(STRAY.to_owned());
        }
    }
    Ok(())
}

impl Entry {
    /// Whether bytes are a sum and the sizes of the entry, in four bytes or eight each, with a signature or without (section
    /// 4.3.9).
    fn is_descriptor(&self, bytes: &[u8]) -> bool {
        let bytes = bytes.strip_prefix(b"PK\x07\x08").unwrap_or(bytes);
        let sizes = [self.packed.len() as u64, self.size as u64].map(u64::to_le_bytes);
        match bytes.len() {
            12 => bytes.ends_with(&[&sizes[0][..4], &sizes[1][..4]].concat()),
            20 => bytes.ends_with(&sizes.concat()),
            _ => false,
        }
    }

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
