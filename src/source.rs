//! Texts and places in them.
//!
//! A [`Source`] is one file as text, cheap to clone; a [`Span`] is a stretch of it in bytes. Lines and columns exist only
//! when somebody prints a place, so nothing else has to count. Decoding happens here, since what cannot be decoded also has
//! a place. What the text means is left to the parsers.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A stretch of a source, in bytes of its text; the end is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of a byte range. A text is at most [`MAX_TEXT`] bytes, so offsets fit.
    pub fn new(range: Range<usize>) -> Span {
        Span {
            start: u32::try_from(range.start).unwrap_or(u32::MAX),
            end: u32::try_from(range.end).unwrap_or(u32::MAX),
        }
    }

    /// The bytes it covers.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same stretch in a text that begins `by` bytes earlier.
    #[must_use]
    pub fn shifted(self, by: usize) -> Span {
        Span::new(self.range().start + by..self.range().end + by)
    }

    /// Whether the two share a byte, or one is empty and lies inside the other.
    pub fn touches(self, other: Span) -> bool {
        self.start < other.end.max(other.start + 1) && other.start < self.end.max(self.start + 1)
    }
}

/// The largest text that is taken, in bytes. The longest minutes known to us are below one megabyte; ten leave room for
/// any real meeting and keep a wrong file (a video, a disk image) from filling the memory.
pub const MAX_TEXT: u64 = 10 * 1024 * 1024;

/// The largest meeting file that is read, in bytes. Of a meeting file only what is public is held against [`MAX_TEXT`], or the
/// length of a closed item would decide whether the archive is published; what is public is known when the file is read, so
/// that needs a limit of its own.
pub const MAX_FILE: u64 = 4 * MAX_TEXT;

/// A place as people count: lines from 1, columns from 1 in Unicode scalar values of the composed text, so that an `å` is one
/// however the file spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in Unicode scalar values, counted from 1.
    pub column: usize,
}

/// Something in the bytes of a file that is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where the replacement character stands in the text. Not where in the file: that would tell the length of closed items
    /// before it.
    pub at: Span,
    /// What was found.
    pub kind: FaultKind,
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A byte sequence that is not UTF-8.
    NotUtf8(u8),
    /// A control character other than tab and line break.
    Control(char),
    /// The byte order mark of UTF-16: the whole file is in another encoding.
    Utf16,
}

/// One file as text: UTF-8, line feeds only, without byte order mark or control characters, its letters composed, see
/// [`composed`]. Places in it are places in that text.
#[derive(Clone)]
pub struct Source(Arc<Inner>);

struct Inner {
    path: Arc<str>,
    text: String,
    before: Before,
    faults: Vec<Fault>,
    lines: OnceLock<Vec<u32>>,
    /// How many characters begin before each block of [`BLOCK`] bytes.
    characters: OnceLock<Vec<u32>>,
}

/// What stands before a text in its file. Nothing but in an excerpt.
#[derive(Clone, Copy, Default)]
struct Before {
    bytes: usize,
    lines: usize,
    /// Characters of the line the text begins in.
    columns: usize,
}

/// Characters are counted in blocks once, in bytes: a line may be as long as a file and have a hundred thousand places to
/// report.
const BLOCK: usize = 1024;

impl Source {
    /// A source from text that is known to be clean.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<String>) -> Source {
        Source::with(path.into(), text.into(), Vec::new())
    }

    /// Decodes a file. It never fails: what is no text is replaced by U+FFFD and remembered in [`Source::faults`].
    pub fn decode(path: impl Into<Arc<str>>, bytes: Vec<u8>) -> Source {
        let path = path.into();
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            let fault = Fault { at: Span::new(0..0), kind: FaultKind::Utf16 };
            return Source::with(path, String::new(), vec![fault]);
        }
        match simdutf8::basic::from_utf8(&bytes) {
            Ok(text) if is_plain(&bytes) && is_composed(text) => Source::with(path, text.to_owned(), Vec::new()),
            _ => {
                let (text, faults) = clean(&bytes);
                Source::with(path, text, faults)
            }
        }
    }

    fn with(path: Arc<str>, text: String, faults: Vec<Fault>) -> Source {
        Source::part(path, text, Before::default(), faults)
    }

    fn part(path: Arc<str>, text: String, before: Before, faults: Vec<Fault>) -> Source {
        Source(Arc::new(Inner { path, text, before, faults, lines: OnceLock::new(), characters: OnceLock::new() }))
    }

    /// The line a span begins in, for quoting it without keeping the whole text; of a long line, what stands around the span.
    /// Places in it are those of the source.
    #[must_use]
    pub fn excerpt(&self, span: Span) -> Source {
        /// More than a terminal shows, in bytes.
        const AROUND: usize = 300;
        let number = self.line_of(span.start);
        let (line, start) = (self.line(number), self.line_start(number));
        let at = span.range().start.saturating_sub(start).min(line.len());
        let end = span.range().end.saturating_sub(start).clamp(at, at + AROUND);
        let from = line.floor_char_boundary(at.saturating_sub(AROUND));
        let text = line[from..line.floor_char_boundary(end + AROUND)].to_owned();
        let columns =
            if from == 0 { self.cut(number) } else { self.position(Span::new(0..start + from).end).column - 1 };
        let before = Before { bytes: start + from, lines: number - 1, columns };
        Source::part(self.0.path.clone(), text, before, Vec::new())
    }

    /// How many characters an excerpt leaves out at the beginning of a line, counted from 1.
    pub fn cut(&self, line: usize) -> usize {
        if line == self.0.before.lines + 1 { self.0.before.columns } else { 0 }
    }

    /// The same source with another path and text of the same length, where something in them must not be shown.
    #[must_use]
    pub fn with_hidden(&self, path: impl Into<Arc<str>>, text: impl Into<String>) -> Source {
        let (path, text) = (path.into(), text.into());
        Source::part(path, text, self.0.before, Vec::new())
    }

    /// The file's path in the archive's folder, with `/` between its parts; for a file that was named on the command line,
    /// the path as given.
    pub fn path(&self) -> &Arc<str> {
        &self.0.path
    }

    /// The text; of an excerpt, what it has of its line.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// A span up to the end of its first line, at boundaries of characters and not past the end of the text.
    #[must_use]
    pub fn first_line(&self, span: Span) -> Span {
        let (text, before) = (&self.0.text, self.0.before.bytes);
        let start = text.floor_char_boundary(span.range().start.saturating_sub(before).min(text.len()));
        let line_end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at);
        let end = span.range().end.saturating_sub(before).clamp(start, line_end);
        Span::new(start..text.ceil_char_boundary(end)).shifted(before)
    }

    /// What could not be decoded, in order.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// The text under a span; empty when the span is not one of this source.
    pub fn slice(&self, span: Span) -> &str {
        let before = self.0.before.bytes;
        let range = span.range().start.checked_sub(before).zip(span.range().end.checked_sub(before));
        range.and_then(|(start, end)| self.0.text.get(start..end)).unwrap_or_default()
    }

    /// The same source with these spans blanked: every character but line breaks becomes a space, so that lines keep their
    /// numbers, and faults inside are forgotten. This is how the content of closed items leaves the program.
    #[must_use]
    pub fn blank(&self, spans: &[Span]) -> Source {
        if spans.is_empty() {
            return self.clone();
        }
        let mut text = String::with_capacity(self.0.text.len());
        let mut faults = Vec::new();
        let mut left = self.0.faults.iter().peekable();
        let mut from = 0;
        for span in spans {
            let Range { start, end } = span.range();
            let (start, end) = (start.max(from), end.max(from));
            text.push_str(&self.0.text[from..start]);
            // One space a byte, not a character: offsets after the span stay true.
            text.extend(self.0.text[start..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            while let Some(fault) = left.next_if(|fault| fault.at.range().start < end) {
                faults.extend((fault.at.range().end <= start).then_some(*fault));
            }
            from = end;
        }
        text.push_str(&self.0.text[from..]);
        faults.extend(left);
        Source::with(self.0.path.clone(), text, faults)
    }

    /// The place of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let before = self.0.before;
        let line = self.line_of(offset);
        let offset = (offset as usize).saturating_sub(before.bytes).min(self.0.text.len());
        let start = self.line_starts()[line - before.lines - 1] as usize;
        let characters = match offset - start {
            0..BLOCK => count(&self.0.text.as_bytes()[start..offset]),
            _ => self.characters_before(offset) - self.characters_before(start),
        };
        Position { line, column: self.cut(line) + characters + 1 }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let bytes = self.0.text.as_bytes();
        let blocks = self.0.characters.get_or_init(|| {
            let mut sum = 0;
            let add = |block: &[u8]| {
                let before = sum;
                sum += count(block);
                u32::try_from(before).unwrap_or(u32::MAX)
            };
            bytes.chunks(BLOCK).map(add).collect()
        });
        let block = offset / BLOCK;
        match blocks.get(block) {
            Some(before) => *before as usize + count(&bytes[block * BLOCK..offset]),
            // The end of a text of whole blocks.
            None => count(bytes),
        }
    }

    /// The line of an offset, counted from 1: half of its [`Position`], in much less time.
    pub fn line_of(&self, offset: u32) -> usize {
        let before = self.0.before;
        let offset = (offset as usize).saturating_sub(before.bytes).min(self.0.text.len());
        before.lines + self.line_starts().partition_point(|start| *start as usize <= offset)
    }

    /// The text of a line, counted from 1, without its line break; empty past the end.
    pub fn line(&self, number: usize) -> &str {
        let starts = self.line_starts();
        let index = number.wrapping_sub(self.0.before.lines + 1);
        let Some(start) = starts.get(index) else { return "" };
        // A line may be as long as the file, so its end is not looked for again.
        let end = starts.get(index.wrapping_add(1)).map_or(self.0.text.len(), |next| *next as usize - 1);
        &self.0.text[*start as usize..end]
    }

    /// The byte offset where a line, counted from 1, begins; the end of the text past the last line.
    pub fn line_start(&self, number: usize) -> usize {
        let before = self.0.before;
        let start = number.checked_sub(before.lines + 1).and_then(|index| self.line_starts().get(index));
        before.bytes + start.map_or(self.0.text.len(), |start| *start as usize)
    }

    fn line_starts(&self) -> &[u32] {
        self.0.lines.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.0.text.as_bytes());
            std::iter::once(0).chain(breaks.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }
}

/// Where stages that look at the whole archive get a file's text back when they have something to report. What it hands
/// out has the content of closed items blanked, like everything after parsing.
pub trait Sources: Sync {
    /// The source of a file by its path; an empty one when it is no text.
    fn source(&self, path: &str) -> Source;

    /// The [`Source::excerpt`] of a file at a span: an old archive has thousands to report, and keeps them to the end.
    fn excerpt(&self, path: &Arc<str>, span: Span) -> Source {
        self.source(path).excerpt(span)
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the text: a debug print must not be a way out for what was blanked elsewhere.
        f.debug_struct("Source").field("path", &self.0.path).finish_non_exhaustive()
    }
}

/// Whether a character shows nowhere: a soft hyphen, zero-width characters, marks and controls of direction. No reason for two
/// texts to differ.
pub fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether a character is one of those that turn the direction of text around until another ends it (UAX 9, 2.1 to 2.3). In a
/// title or name it makes people read something else than machines do.
pub fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is none of a text: a control character other than tab and line break, or one of those that Unicode will
/// never give a meaning (Unicode 23.7, "Noncharacters").
pub fn is_no_text(character: char) -> bool {
    let is_control = character.is_control() && !matches!(character, '\t' | '\n');
    is_control || matches!(character, '\u{fdd0}'..='\u{fdef}') || u32::from(character) & 0xfffe == 0xfffe
}

/// How many characters of UTF-8 begin in some bytes.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

fn is_plain(bytes: &[u8]) -> bool {
    // Without a way out in the middle the compiler looks at many bytes together.
    let odd = |byte: u8| byte < b' ' && byte != b'\t' && byte != b'\n' || byte == 127;
    !bytes.starts_with("\u{feff}".as_bytes()) && !bytes.iter().fold(false, |any, byte| any | odd(*byte))
}

/// A text with its letters composed (NFC, Unicode Standard Annex 15). Some systems write `å` as one character, others as an `a`
/// and a ring, and nobody sees which.
pub fn composed(text: &str) -> Cow<'_, str> {
    if is_composed(text) { text.into() } else { text.nfc().collect::<String>().into() }
}

/// Whether a text is as [`composed`] makes it.
pub fn is_composed(text: &str) -> bool {
    /// As many bytes as the compiler looks at together.
    const CHUNK: usize = 64;
    let bytes = text.as_bytes();
    // Before U+0300 nothing is made of several characters or becomes part of another; that is where the byte CC begins one.
    let is_far = |byte: u8| byte >= 0xcc;
    // Nor from U+2002 to U+20BF: dashes, quotes, and the like.
    let is_sign = |at: usize| matches!(bytes[at..], [0xe2, 0x81 | 0x82, ..] | [0xe2, 0x80, 0x82..=0xbf, ..]);
    let is_near = |(number, chunk): (usize, &[u8])| {
        !chunk.iter().fold(false, |any, byte| any | is_far(*byte))
            || (0..chunk.len()).all(|at| !is_far(chunk[at]) || is_sign(number * CHUNK + at))
    };
    bytes.chunks(CHUNK).enumerate().all(is_near) || is_nfc(text)
}

/// Strips the byte order mark, makes every line break a line feed, replaces what is no text and composes letters.
fn clean(bytes: &[u8]) -> (String, Vec<Fault>) {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut text = String::with_capacity(bytes.len());
    let mut faults = Vec::new();
    for chunk in bytes.utf8_chunks() {
        let mut characters = chunk.valid().chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\r' => {
                    if characters.peek().is_none_or(|next| *next != '\n') {
                        text.push('\n');
                    }
                }
                '\t' | '\n' => text.push(character),
                character if character.is_ascii_control() => {
                    push_fault(&mut text, &mut faults, FaultKind::Control(character));
                }
                character => text.push(character),
            }
        }
        if let Some(first) = chunk.invalid().first() {
            push_fault(&mut text, &mut faults, FaultKind::NotUtf8(*first));
        }
    }
    if is_composed(&text) { (text, faults) } else { compose(&text, faults) }
}

/// Composes letters between faults: U+FFFD becomes part of nothing.
fn compose(text: &str, mut faults: Vec<Fault>) -> (String, Vec<Fault>) {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for fault in &mut faults {
        let Range { start, end } = fault.at.range();
        out.extend(text[from..start].nfc());
        let at = out.len();
        out.push_str(&text[start..end]);
        fault.at = Span::new(at..out.len());
        from = end;
    }
    out.extend(text[from..].nfc());
    (out, faults)
}

fn push_fault(text: &mut String, faults: &mut Vec<Fault>, kind: FaultKind) {
    let start = text.len();
    text.push(char::REPLACEMENT_CHARACTER);
    faults.push(Fault { at: Span::new(start..text.len()), kind });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_for_composed_is() {
        let around = |character: char| [format!("a{character}"), format!("{character}\u{301}"), character.to_string()];
        for text in (0..=0x3ffff).filter_map(char::from_u32).flat_map(around) {
            assert_eq!(is_composed(&text), is_nfc(&text), "{text:?}");
            assert!(is_composed(&composed(&text)), "{text:?}");
        }
        let long = format!("{}\u{30a}", "å–a".repeat(100));
        assert!(!is_composed(&long) && is_composed(&long[..long.len() - 3]));
    }

    #[test]
    fn places_are_those_of_composed_letters() {
        let source = Source::decode("a.md", b"A\xcc\x8a\x07\xcc\x81e\xcc\x81\xff\r\nu\xcc\x88x".to_vec());
        assert_eq!(source.text(), "Å\u{fffd}\u{301}é\u{fffd}\nüx");
        let at = |fault: &Fault| (source.position(fault.at.start), source.slice(fault.at));
        let places: Vec<_> = source.faults().iter().map(at).collect();
        let place = |column| (Position { line: 1, column }, "\u{fffd}");
        assert_eq!(places, [place(2), place(5)]);
    }
}
