//! What the last build was made of, what it said and what it left: a build that would come to the same is not made again.
//!
//! A receipt counts only when every byte that went into the build and every byte that came out of it is what it was, by its
//! checksum; no time of a file of the archive is trusted. So it may be lost, damaged or carried to another machine, and the
//! worst that can happen is a build. Of the sources it holds one checksum of all of them, and what was said about them.

use super::output::{self, INNER, MARKER};
use super::place::Place;
use super::publish::{Published, summed};
use super::sums::{self, SUMS, Sum, hexadecimal};
use crate::pipeline::{Build, HANDFUL, Input, InputFile, Reader};
use crate::site::Page;
use anyhow::Context;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Its name in the folder beside the output.
const NAME: &str = "build";

/// Files that keep the folder out of version control and of copies for safety (Cache Directory Tagging Specification).
const MARKS: [(&str, &str); 2] = [
    (".gitignore", "*\n"),
    (
        "CACHEDIR.TAG",
        "Signature: 8a477f597d28d172789f06886806bc55\n# What referat remembers of the last build. It may be deleted at any time.\n",
    ),
];

/// Reads the files of an archive, and remembers the checksum of each.
pub struct Recorder {
    files: Vec<InputFile>,
    reader: Arc<dyn Reader>,
    /// `None` where a file was another when it was read again.
    sums: Mutex<FxHashMap<String, Option<Sum>>>,
}

impl Recorder {
    /// The same input, read through a recorder.
    pub fn record(input: Input) -> (Input, Arc<Recorder>) {
        let recorder = Arc::new(Recorder { files: input.files.clone(), reader: input.reader, sums: Mutex::default() });
        (Input { files: input.files, reader: recorder.clone() }, recorder)
    }

    /// The checksum of a file as it was read; `None` where it was not, or was another when it was read again.
    pub(super) fn sum(&self, path: &str) -> Option<Sum> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner).get(path).copied().flatten()
    }
}

impl Reader for Recorder {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let bytes = self.reader.read(path)?;
        let sum = sums::sum(&bytes);
        let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        match sums.get_mut(path) {
            Some(known) if *known == Some(sum) => {}
            Some(known) => *known = None,
            None => drop(sums.insert(path.to_owned(), Some(sum))),
        }
        Ok(bytes)
    }

    /// What a part of a file says can't be told from the length of the file, and of the whole there is no checksum: such a build
    /// is made again.
    fn start(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), None);
        self.reader.start(path, most)
    }
}

/// What a person asked for, as far as what is built and printed depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The archive's folder as it was named; messages begin with it.
    pub root: PathBuf,
    /// The output folder as it was named.
    pub output: PathBuf,
    /// The day, as ISO 8601 writes it; nothing where it doesn't matter.
    pub today: String,
    /// Everything else, in words.
    pub choices: String,
}

impl Order {
    /// The same on any day.
    fn of_any_day(&self) -> Order {
        Order { today: String::new(), ..self.clone() }
    }
}

/// A receipt.
#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    program: String,
    order: Order,
    /// The checksum of all files of the archive.
    input: String,
    /// The files of which only name and length counted, as places in the order of paths: the attachments of closed items are
    /// among them, and their names stand nowhere.
    unread: Vec<usize>,
    /// The checksum of the list of checksums in the output.
    output: String,
    /// The checksum of what was said, which follows the receipt.
    messages: String,
}

/// A version that is what a build would come to.
#[derive(Debug)]
pub struct Standing {
    /// What the build said.
    pub messages: String,
    /// How many files stand at the plan's addresses.
    pub files: usize,
}

/// The version that stands in the output, if a build of this input would leave it as it is.
///
/// # Errors
/// Another build is writing there.
pub fn standing(input: &Input, order: &Order) -> anyhow::Result<Option<Standing>> {
    let place = Place::new(&order.output)?;
    // Most often nothing stands there at all, and then nothing of this is worth its time.
    let receipt = place.output.join(SUMS).exists().then(|| read(&place)).flatten();
    let Some((receipt, messages)) = receipt else { return Ok(None) };
    let is_ordered = receipt.order == *order || receipt.order == order.of_any_day();
    if !is_ordered || program().is_none_or(|program| program != receipt.program) {
        return Ok(None);
    }
    let (left, sum) = rayon::join(|| left(&place), || sum_of_input(input, &receipt.unread));
    let Some((output, files)) = left? else { return Ok(None) };
    let is_same = output == receipt.output && sum.is_ok_and(|sum| sum == receipt.input);
    Ok(is_same.then_some(Standing { messages, files }))
}

/// Remembers a build that was published. That it can't be written is no problem of the build; an older one is gone in any
/// case.
pub fn remember(build: &Build, recorder: &Recorder, order: &Order, published: &Published, messages: &str) {
    if let Ok(place) = Place::new(&order.output) {
        drop(fs::remove_file(place.cache.join(NAME)));
        drop(try_remember(&place, build, recorder, order, &published.sums, messages));
    }
}

fn try_remember(
    place: &Place,
    build: &Build,
    recorder: &Recorder,
    order: &Order,
    sums: &[Sum],
    messages: &str,
) -> anyhow::Result<()> {
    let known = recorder.sums.lock().unwrap_or_else(PoisonError::into_inner);
    if known.values().any(Option::is_none) {
        // It changed during the build, so nobody knows what the build is of.
        return Ok(());
    }
    let sum_of = |path: &str| known.get(path).copied().flatten();
    // What was copied must be what was looked at.
    let is_copied = |(page, sum): (&Page, &Sum)| match page {
        Page::File(path) => sum_of(build.called(path)).as_ref() == Some(sum),
        _ => true,
    };
    if !build.site.pages.values().zip(sums).all(is_copied) {
        return Ok(());
    }
    let unread = recorder.files.iter().enumerate().filter(|(_, file)| sum_of(&file.path).is_none());
    // Exceptions of the privacy gate end on a day.
    let is_of_day = !build.config().privacy.exceptions.is_empty();
    let receipt = Receipt {
        program: program().context("the program")?,
        order: if is_of_day { order.clone() } else { order.of_any_day() },
        input: combined(&recorder.files, |_, file| Ok(sum_of(&file.path)))?,
        unread: unread.map(|(at, _)| at).collect(),
        output: hexadecimal(&sums::sum_of_written(|out| sums::write(summed(build, sums), out))?),
        messages: hexadecimal(&sums::sum(messages.as_bytes())),
    };
    let receipt = serde_json::to_string(&receipt)?;
    match place.make_cache() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    for (name, text) in MARKS {
        if !place.cache.join(name).exists() {
            fs::write(place.cache.join(name), text)?;
        }
    }
    // Its own checksum goes first, since half of it could be something else.
    let sum = hexadecimal(&sums::sum(receipt.as_bytes()));
    let path = place.cache.join(NAME);
    let new = output::beside(&path);
    output::write(&new, |out| {
        [&sum, "\n", &receipt, "\n", messages].into_iter().try_for_each(|part| out.write_all(part.as_bytes()))
    })?;
    Ok(fs::rename(new, path)?)
}

/// A receipt, and what was said.
fn read(place: &Place) -> Option<(Receipt, String)> {
    let mut text = fs::read_to_string(place.cache.join(NAME)).ok()?;
    let (sum, rest) = text.split_once('\n')?;
    let (receipt, messages) = rest.split_once('\n')?;
    let is_sum = |sum: &str, of: &str| hexadecimal(&sums::sum(of.as_bytes())) == sum;
    let known: Receipt = is_sum(sum, receipt).then(|| serde_json::from_str(receipt).ok())??;
    let at = is_sum(&known.messages, messages).then_some(text.len() - messages.len())?;
    Some((known, text.split_off(at)))
}

/// Tells programs apart, since another one may build something else: its version, and for those who work on it, where it lies
/// and when it was made.
fn program() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    let metadata = fs::metadata(&path).ok()?;
    Some(format!("{} {path:?} {} {:?}", env!("CARGO_PKG_VERSION"), metadata.len(), metadata.modified().ok()?))
}

/// The checksum of the files as they are now; the `unread` ones are not read now either.
fn sum_of_input(input: &Input, unread: &[usize]) -> io::Result<String> {
    let sum = |at: usize, file: &InputFile| match unread.binary_search(&at) {
        Ok(_) => Ok(None),
        Err(_) => input.reader.read(&file.path).map(|bytes| Some(sums::sum(&bytes))),
    };
    combined(&input.files, sum)
}

/// One checksum of many files: of the name and length of each, and of its checksum where it was read.
fn combined(
    files: &[InputFile],
    sum: impl Fn(usize, &InputFile) -> io::Result<Option<Sum>> + Sync,
) -> io::Result<String> {
    let line = |(at, file): (usize, &InputFile)| {
        let sum = sum(at, file)?.map(|sum| hexadecimal(&sum)).unwrap_or_default();
        // No name of a file has a NUL.
        Ok(format!("{}\0{}\0{sum}\0", file.path, file.size))
    };
    let lines: Vec<String> = files.par_iter().with_max_len(HANDFUL).enumerate().map(line).collect::<io::Result<_>>()?;
    let sum = sums::sum_of_written(|out| lines.iter().try_for_each(|line| out.write_all(line.as_bytes())))?;
    Ok(hexadecimal(&sum))
}

/// The checksum of the list of checksums in an output folder, and how many files it has, where everything in the list and our
/// marker is as they say. Nothing else that stands there matters: it stays.
fn left(place: &Place) -> anyhow::Result<Option<(String, usize)>> {
    let _lock = place.lock()?;
    let inner = place.output.join(INNER);
    let is_left_over = [&place.stage, &place.cradle, &inner].iter().any(|path| path.symlink_metadata().is_ok());
    let text = |name: &str| fs::read_to_string(place.output.join(name)).ok();
    let (Some(list), Some(marker), false) = (text(SUMS), text(MARKER), is_left_over) else { return Ok(None) };
    let Ok(sums) = sums::parse(&list) else { return Ok(None) };
    let mut paths: Vec<&str> = sums.keys().map(String::as_str).chain([SUMS]).collect();
    paths.sort_unstable();
    let sums: Vec<(&String, &String)> = sums.iter().collect();
    let is_whole = output::is_marker_of(&marker, paths.into_iter())
        && sums
            .par_iter()
            .with_max_len(HANDFUL)
            .all(|(path, sum)| has_sum(&place.output.join(path), sum).unwrap_or(false));
    Ok(is_whole.then(|| (hexadecimal(&sums::sum(list.as_bytes())), sums.len())))
}

fn has_sum(path: &Path, sum: &str) -> io::Result<bool> {
    let Some((mut file, _)) = output::open(path)? else { return Ok(false) };
    Ok(hexadecimal(&sums::sum_of_open(&mut file)?) == sum)
}
