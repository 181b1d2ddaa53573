//! The metadata of pictures: where they were taken, and what was written about them. What the picture shows is not looked at.
//!
//! Whatever is no pixel is taken for words, in bytes and in pairs of bytes: programs put notes into segments that no standard
//! gave them, and behind the end of the picture. The pixels themselves are packed and must not be taken for anything.

use super::budget::Budget;
use super::{Attachment, Form, Kind, Part, embedded, inside, kind, windows_1252};
use std::ops::Range;

/// How much of what nobody can name may stand in a picture, in bytes, without being text. Cameras and programs leave notes
/// of some hundred bytes; what is larger can be a film, or the layers a drawing was made of.
const LARGEST_NOTE: usize = 4096;

/// The fewest signs of two bytes that are words: a mail address has six, a number has ten.
const FEWEST: usize = 6;

/// Stands between words that don't belong together.
const BREAK: char = '\u{1e}';

/// What is written in a picture.
#[derive(Default)]
struct Notes {
    plain: String,
    markup: String,
    located: bool,
}

/// Reads the metadata of a JPEG file (ITU-T T.81, annex B; Exif 2.32).
pub(super) fn jpeg(name: &str, bytes: &[u8], depth: usize, budget: &mut Budget, out: &mut Attachment) {
    const START_OF_SCAN: u8 = 0xda;
    let mut notes = Notes::default();
    let mut rest = bytes;
    let mut in_scan = false;
    while let Some((before, marker, after)) = next_marker(rest, in_scan) {
        if !in_scan {
            // Viewers go on behind what belongs to no segment.
            notes.bytes(before);
        }
        in_scan = false;
        match marker {
            // These stand alone (table B.1).
            0x01 | 0xd0..=0xd8 => rest = after,
            // Behind the end may follow another picture (CIPA DC-007, multi-picture format).
            0xd9 => {
                let next = &after[after.iter().position(|byte| *byte != 0).unwrap_or(after.len())..];
                if kind(next) == Some(Kind::Jpeg) {
                    rest = next;
                    continue;
                }
                notes.foreign(name, next, depth, budget, out);
                rest = &[];
            }
            _ => {
                let length = after.first_chunk().map_or(0, |length| usize::from(u16::from_be_bytes(*length)));
                let Some(segment) = after.get(2..length) else {
                    notes.bytes(after);
                    out.cannot(name, "a segment of it has no end");
                    rest = &[];
                    break;
                };
                match marker {
                    // Tables and heads of the packed picture.
                    0xc0..=0xcf | 0xda..=0xdf => in_scan = marker == START_OF_SCAN,
                    _ => notes.segment(segment),
                }
                rest = &after[length..];
            }
        }
    }
    if !in_scan {
        notes.bytes(rest);
    }
    notes.tell(name, out);
}

/// What stands before the next marker, its code, and what follows. It may begin with any number of bytes that fill (section
/// B.1.1.2); in a scan, zeros mark bytes of the picture that look like one, and the picture goes on behind a restart.
fn next_marker(bytes: &[u8], in_scan: bool) -> Option<(&[u8], u8, &[u8])> {
    let mut at = 0;
    loop {
        let start = at + memchr::memchr(0xff, &bytes[at..])?;
        let code = start + bytes[start..].iter().position(|byte| *byte != 0xff)?;
        at = code + 1;
        match bytes[code] {
            0 => {}
            0xd0..=0xd7 if in_scan => {}
            marker => return Some((&bytes[..start], marker, &bytes[at..])),
        }
    }
}

/// Reads the metadata of a PNG file (W3C PNG, third edition, section 11).
pub(super) fn png(name: &str, bytes: &[u8], depth: usize, budget: &mut Budget, out: &mut Attachment) {
    let mut notes = Notes::default();
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = u32::from_be_bytes(*length) as usize;
        let chunk =
            after.split_first_chunk::<4>().and_then(|(kind, after)| Some((kind, after.split_at_checked(length)?)));
        let Some((kind, (data, after))) = chunk else {
            out.cannot(name, "a chunk of it has no end");
            break;
        };
        // Behind its data stands a sum.
        rest = after.get(4..).unwrap_or_default();
        match kind {
            // The packed picture, its head and its colours.
            b"IDAT" | b"fdAT" | b"IHDR" | b"PLTE" => {}
            b"eXIf" => notes.exif(data),
            b"tEXt" | b"zTXt" | b"iTXt" | b"iCCP" => notes.labelled(name, *kind, data, budget, out),
            b"sPLT" => notes.bytes(data),
            b"IEND" => {
                notes.bytes(data);
                break;
            }
            _ => notes.foreign(name, data, depth, budget, out),
        }
    }
    notes.foreign(name, rest, depth, budget, out);
    notes.tell(name, out);
}

impl Notes {
    /// A segment that may be Exif.
    fn segment(&mut self, bytes: &[u8]) {
        match bytes.strip_prefix(b"Exif\0\0") {
            Some(tiff) => self.exif(tiff),
            None => self.bytes(bytes),
        }
    }

    /// A chunk of PNG with a name and perhaps a language, and what it is the name of, perhaps packed (sections 11.3.2.3 and
    /// 11.3.3).
    fn labelled(&mut self, name: &str, kind: [u8; 4], data: &[u8], budget: &mut Budget, out: &mut Attachment) {
        let cut = |data: &[u8]| memchr::memchr(0, data).map_or(data.len(), |at| at + 1);
        let (label, rest) = data.split_at(cut(data));
        self.bytes(label);
        let (is_packed, body) = match &kind {
            b"tEXt" => (false, rest),
            b"iTXt" => {
                let head = rest.get(2..).unwrap_or_default();
                let language = cut(head);
                let length = language + cut(&head[language..]);
                self.bytes(&head[..length]);
                (rest.first() != Some(&0), &head[length..])
            }
            _ => (true, rest.get(1..).unwrap_or_default()),
        };
        let unpacked;
        let body = match is_packed {
            false => body,
            true => {
                unpacked = budget.inflate_zlib(body).unwrap_or_default();
                if unpacked.is_empty() && !body.is_empty() {
                    out.cannot(name, "a text in it can't be unpacked");
                }
                &unpacked
            }
        };
        match label.starts_with(b"Raw profile type ") {
            true => match profile(body) {
                Some(profile) => self.segment(&profile),
                None => {
                    self.bytes(body);
                    out.cannot(name, "a profile in it can't be read");
                }
            },
            false => self.bytes(body),
        }
    }

    /// What no standard tells the meaning of: another file, or a note.
    fn foreign(&mut self, name: &str, bytes: &[u8], depth: usize, budget: &mut Budget, out: &mut Attachment) {
        let bytes = &bytes[bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len())..];
        if kind(bytes).is_some() {
            return embedded(&inside(name, "a file in the picture"), "", bytes, depth, budget, out);
        }
        self.bytes(bytes);
        if bytes.len() > LARGEST_NOTE && std::str::from_utf8(bytes).is_err() {
            out.cannot(name, "it holds data that belong to no picture");
        }
    }

    /// Takes the words among bytes.
    fn bytes(&mut self, bytes: &[u8]) {
        let mut narrow = String::with_capacity(bytes.len());
        // Between lengths and offsets stands UTF-8, and what no UTF-8 is can be Windows-1252.
        for chunk in bytes.utf8_chunks() {
            let letters = chunk.valid().chars().chain(chunk.invalid().iter().map(|byte| windows_1252(*byte)));
            narrow.extend(letters.map(|letter| match letter {
                '\t' | '\n' | '\r' => letter,
                letter if letter.is_control() => BREAK,
                letter => letter,
            }));
        }
        self.text(&narrow);
        let (little, big) = (wide(bytes, u16::from_le_bytes), wide(bytes, u16::from_be_bytes));
        let mut beside = little.iter().peekable();
        for (place, run) in &big {
            // Read the wrong way round, a text is what it was with or without a sign at one of its ends.
            while beside.next_if(|(other, _)| other.end < place.end).is_some() {}
            if beside.peek().is_none_or(|(other, _)| other.start > place.start + 1) {
                self.text(run);
            }
        }
        little.iter().for_each(|(_, run)| self.text(run));
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        // XMP (ISO 16684-1) names the place in words.
        self.located |= text
            .find("GPSLatitude")
            .or_else(|| text.find("GPSLongitude"))
            .is_some_and(|at| text[at..].chars().take(60).any(|letter| letter.is_ascii_digit()));
        let out = if text.contains("</") || text.contains("/>") { &mut self.markup } else { &mut self.plain };
        out.push_str(text);
        out.push(BREAK);
    }

    /// Tells what there is.
    fn tell(self, name: &str, out: &mut Attachment) {
        if self.located {
            out.locate(name);
        }
        for (text, form) in [(self.plain, Form::Plain), (self.markup, Form::Markup)] {
            if !text.is_empty() {
                out.parts.push(Part { name: inside(name, "metadata"), text, form });
            }
        }
    }
}

/// The words among bytes that are written with two bytes for each sign, wherever they begin: Windows writes titles and
/// comments of pictures so (tags 0x9c9b to 0x9c9f), and comments in Exif may be written so too (section 4.6.5, UserComment).
fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<(Range<usize>, String)> {
    let is_word =
        |unit: &u16| matches!(unit, 9 | 10 | 13 | 0x20..=0x7e | 0xa0..=0x24f | 0x2000..=0x2212 | 0xff00..=0xff5e);
    let mut out = Vec::new();
    let mut at = 0;
    while at + 2 * FEWEST <= bytes.len() {
        let units = bytes[at..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let run: Vec<u16> = units.take_while(is_word).collect();
        if run.len() < FEWEST {
            // What ends here may begin one byte on.
            at += 1;
            continue;
        }
        let end = at + 2 * run.len();
        out.push((at..end, String::from_utf16_lossy(&run)));
        at = end;
    }
    out
}

/// A block of metadata as ImageMagick keeps it in PNG: its kind, its length and its bytes in hexadecimal digits.
fn profile(text: &[u8]) -> Option<Vec<u8>> {
    let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).skip(2);
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let digits: Vec<u8> = words.flatten().map(digit).collect::<Option<_>>()?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

impl Notes {
    /// Looks for a place in Exif data, which is a TIFF file: the entry 0x8825 of a directory leads to one of places. Names of
    /// owners, titles and comments are text in it.
    fn exif(&mut self, tiff: &[u8]) {
        const GPS: usize = 0x8825;
        const LATITUDE: usize = 2;
        const LONGITUDE: usize = 4;
        self.bytes(tiff);
        let little = tiff.starts_with(b"II");
        let number = |at: usize, length: usize| -> Option<usize> {
            let bytes = tiff.get(at..at.checked_add(length)?)?;
            let add = |value: usize, byte: &u8| value << 8 | usize::from(*byte);
            Some(if little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) })
        };
        let entries = |at: usize| -> Vec<(usize, usize)> {
            let count = number(at, 2).unwrap_or_default();
            (0..count.min(1000))
                .filter_map(|index| Some((number(at + 2 + 12 * index, 2)?, at + 2 + 12 * index)))
                .collect()
        };
        let first = number(4, 4).unwrap_or_default();
        for (tag, at) in entries(first) {
            let Some(directory) = number(at + 8, 4).filter(|_| tag == GPS) else { continue };
            if entries(directory).iter().any(|(tag, _)| matches!(*tag, LATITUDE | LONGITUDE)) {
                self.located = true;
            }
        }
    }
}
