//! A stretch of text as a person would read it: entities, escapes and percent signs decoded, tags and marks of Markdown gone,
//! one kind of dash, space and digit. Each character keeps its place in the text it came from.

use super::Form;
use std::ops::Range;

/// Stands for the end of a paragraph, of a cell or of a field (U+001E, INFORMATION SEPARATOR TWO): a number doesn't usually
/// go on after it.
pub(super) const BREAK: char = '\u{1e}';

/// Characters with their places.
#[derive(Debug, Default)]
pub(super) struct Normal {
    /// The characters, letters small.
    pub chars: Vec<char>,
    /// Where each begins.
    starts: Vec<usize>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Normal {
    /// Reads the bytes `range` of a text.
    pub(super) fn new(text: &str, range: Range<usize>, form: Form) -> Normal {
        let most = range.len();
        let mut normal = Normal {
            chars: Vec::with_capacity(most),
            starts: Vec::with_capacity(most),
            ends: Vec::with_capacity(most),
        };
        let mut at = range.start;
        while at < range.end {
            let length = normal.step(text, at, form);
            at += length;
        }
        normal
    }

    /// The bytes under some of the characters.
    pub(super) fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let start = self.starts.get(range.start).copied().unwrap_or_default();
        let end = range.end.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(start);
        start..end.max(start)
    }

    /// The first character that ends after a byte: the one the byte is a part of, such as an entity, or the next.
    pub(super) fn index(&self, byte: usize) -> usize {
        self.ends.partition_point(|end| *end <= byte)
    }

    /// The characters of the bytes `range` of a text, one by one.
    pub(super) fn chars(text: &str, range: Range<usize>, form: Form) -> impl Iterator<Item = char> {
        let mut normal = Normal::default();
        let (mut at, mut next) = (range.start, 0);
        std::iter::from_fn(move || {
            while next == normal.chars.len() && at < range.end {
                at += normal.step(text, at, form);
            }
            next += 1;
            normal.chars.get(next - 1).copied()
        })
    }

    fn push(&mut self, character: char, at: usize, length: usize) {
        if character.is_ascii() {
            self.put(character.to_ascii_lowercase(), at, length);
            return;
        }
        let Some(character) = simple(character) else { return };
        for small in character.to_lowercase() {
            self.put(small, at, length);
        }
    }

    fn put(&mut self, character: char, at: usize, length: usize) {
        self.chars.push(character);
        self.starts.push(at);
        self.ends.push(at + length);
    }

    /// Takes what stands at a place and gives its length in bytes.
    fn step(&mut self, text: &str, at: usize, form: Form) -> usize {
        let rest = &text[at..];
        let Some(character) = rest.chars().next() else { return 1 };
        match character {
            '<' if form.has_tags() => {
                if let Some((length, kind)) = tag(rest) {
                    match kind {
                        Tag::Inline => {}
                        Tag::Line => self.push('\n', at, length),
                        Tag::Block => self.push(BREAK, at, length),
                    }
                    return length;
                }
            }
            '&' => {
                if let Some((length, decoded)) = entity(rest) {
                    self.push(decoded, at, length);
                    return length;
                }
            }
            '%' => {
                if let Some((length, decoded)) = percent(rest) {
                    self.push(decoded, at, length);
                    return length;
                }
            }
            '\\' if form == Form::Json => {
                if let Some((length, decoded)) = escape(rest) {
                    self.push(decoded, at, length);
                    return length;
                }
            }
            '\\' if form == Form::Markdown
                && let Some(escaped) = rest[1..].chars().next().filter(char::is_ascii_punctuation) =>
            {
                self.push(escaped, at, 2);
                return 2;
            }
            '*' | '_' | '~' | '`' if form == Form::Markdown => {
                let run = rest.len() - rest.trim_start_matches(character).len();
                // One or two are emphasis, but `_` between letters or digits isn't (CommonMark, section 6.2); more of them hide
                // something.
                let is_within = character == '_'
                    && text[..at].ends_with(char::is_alphanumeric)
                    && rest[run..].starts_with(char::is_alphanumeric);
                if run <= 2 && !is_within {
                    return run;
                }
                for index in 0..run {
                    self.push(character, at + index, 1);
                }
                return run;
            }
            '|' | ';' => {
                self.push(BREAK, at, 1);
                return 1;
            }
            // A folded line of a calendar (RFC 5545, section 3.1) goes on after the space.
            '\r' if form == Form::Calendar && (rest.starts_with("\r\n ") || rest.starts_with("\r\n\t")) => return 3,
            '\n' if form == Form::Calendar && (rest.starts_with("\n ") || rest.starts_with("\n\t")) => return 2,
            _ => {}
        }
        self.push(character, at, character.len_utf8());
        character.len_utf8()
    }
}

/// What a tag does to the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// They stay together.
    Inline,
    /// A new line.
    Line,
    /// A new paragraph or cell.
    Block,
}

/// Whether an element parts no words (HTML Living Standard, "phrasing content", and the runs of Office Open XML). A list in
/// code: the compiler makes a few comparisons of it, and every tag of every page is asked about.
fn is_inline(name: &[u8]) -> bool {
    matches!(
        name,
        b"a" | b"b"
            | b"i"
            | b"q"
            | b"s"
            | b"u"
            | b"em"
            | b"tt"
            | b"del"
            | b"ins"
            | b"kbd"
            | b"sub"
            | b"sup"
            | b"var"
            | b"dfn"
            | b"bdi"
            | b"bdo"
            | b"big"
            | b"wbr"
            | b"abbr"
            | b"cite"
            | b"code"
            | b"data"
            | b"font"
            | b"mark"
            | b"samp"
            | b"span"
            | b"time"
            | b"small"
            | b"strong"
    )
}

/// The length of the longest of them.
const LONGEST_INLINE: usize = 6;

/// The longest tag that is looked through. Longer ones are text with a `<` in it.
pub(super) const LONGEST_TAG: usize = 4096;

/// A tag or comment at the beginning of a text: its length in bytes.
pub(super) fn tag(text: &str) -> Option<(usize, Tag)> {
    let length = tag_length(text)?;
    let tag = &text.as_bytes()[..length];
    if tag.starts_with(COMMENT) {
        return Some((length, Tag::Inline));
    }
    let slashes = tag[1..].iter().take_while(|byte| **byte == b'/').count();
    let name = &tag[1 + slashes..];
    Some((length, kind(&name[..name.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()])))
}

/// How a comment begins.
const COMMENT: &[u8] = b"<!--";

/// What follows the `<` of a comment.
pub(super) const INSIDE_COMMENT: &str = "!--";

/// The length in bytes of a tag or comment at the beginning of a text.
pub(super) fn tag_length(text: &str) -> Option<usize> {
    let bytes = &text.as_bytes()[..text.len().min(LONGEST_TAG)];
    let next = *bytes.get(1)?;
    if !(next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?')) {
        return None;
    }
    if bytes.starts_with(COMMENT) {
        return comment_length(bytes);
    }
    Some(tag_end(bytes)? + 1)
}

/// On its own, since it needs far more of the stack than a tag.
#[inline(never)]
fn comment_length(bytes: &[u8]) -> Option<usize> {
    Some(memchr::memmem::find(bytes, b"-->")? + 3)
}

/// Where a tag ends. Most end within a few bytes, which are looked through before a search has begun.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    const FEW: usize = 8;
    const EACH: u64 = 0x0101_0101_0101_0101;
    let Some((near, rest)) = bytes.split_first_chunk::<FEW>() else { return memchr::memchr(b'>', bytes) };
    // All of them at once: where the sign stands there are zeros, of which the first one has its highest bit set now.
    let zero = u64::from_le_bytes(*near) ^ (EACH * u64::from(b'>'));
    let found = zero.wrapping_sub(EACH) & !zero & (EACH * 0x80);
    if found != 0 {
        return Some(found.trailing_zeros() as usize / 8);
    }
    Some(memchr::memchr(b'>', rest)? + FEW)
}

fn kind(name: &[u8]) -> Tag {
    if name.len() > LONGEST_INLINE {
        return Tag::Block;
    }
    // Small letters: names are made of letters and digits, of which digits have this bit already.
    let small = name.iter().fold(0, |small: u64, byte| small << 8 | u64::from(byte | 0x20)).to_be_bytes();
    match &small[small.len() - name.len()..] {
        b"br" => Tag::Line,
        name if is_inline(name) => Tag::Inline,
        _ => Tag::Block,
    }
}

/// Entities that stand for spaces, dashes, what hides digits and what shows nowhere (HTML Living Standard, "Named character
/// references"); the others can't be part of a number.
const ENTITIES: &[(&str, char)] = &[
    ("nbsp", ' '),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("hairsp", ' '),
    ("numsp", ' '),
    ("puncsp", ' '),
    ("tab", '\t'),
    ("newline", '\n'),
    ("shy", '\u{ad}'),
    ("zerowidthspace", '\u{200b}'),
    ("zwj", '\u{200d}'),
    ("zwnj", '\u{200c}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
    ("ndash", '-'),
    ("mdash", '-'),
    ("minus", '-'),
    ("hyphen", '-'),
    ("dash", '-'),
    ("horbar", '-'),
    ("sol", '/'),
    ("period", '.'),
    ("bull", '\u{2022}'),
    ("ast", '*'),
    ("midast", '*'),
    ("lowast", '*'),
    ("lowbar", '_'),
    ("num", '#'),
    ("quest", '?'),
    ("block", '\u{2588}'),
    ("squf", '\u{25a0}'),
    ("oslash", 'ø'),
    ("aring", 'å'),
    ("aelig", 'æ'),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("commat", '@'),
];

/// A character reference at the beginning of a text: its length and what it stands for.
pub(super) fn entity(text: &str) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    let body = &bytes[1..bytes.len().min(34)];
    let length = body.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
    let name = text.get(1..=length)?;
    let total = 1 + length + usize::from(body.get(length) == Some(&b';'));
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some((total, char::from_u32(code)?));
    }
    let name = name.to_ascii_lowercase();
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, character)| (total, *character))
}

/// A character written with percent signs (RFC 3986, section 2.1), in UTF-8: its length and what it is.
pub(super) fn percent(text: &str) -> Option<(usize, char)> {
    let byte = |index: usize| {
        let written = text.get(3 * index..3 * index + 3)?.strip_prefix('%')?;
        let is_hex = written.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then(|| u8::from_str_radix(written, 16).ok()).flatten()
    };
    let mut bytes = [byte(0)?, 0, 0, 0];
    let length = match bytes[0] {
        b' '..0x80 => 1,
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return None,
    };
    for (index, place) in bytes[..length].iter_mut().enumerate().skip(1) {
        *place = byte(index)?;
    }
    let character = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
    Some((3 * length, character))
}

/// An escape of JSON (RFC 8259, section 7).
pub(super) fn escape(text: &str) -> Option<(usize, char)> {
    Some(match text.as_bytes().get(1)? {
        b'u' => (6, u32::from_str_radix(text.get(2..6)?, 16).ok().and_then(char::from_u32)?),
        b'n' | b'r' => (2, '\n'),
        b't' => (2, '\t'),
        b'/' => (2, '/'),
        b'"' => (2, '"'),
        b'\\' => (2, '\\'),
        _ => return None,
    })
}

/// One kind of dash, space and digit; `None` for what shows nowhere.
pub(super) fn simple(character: char) -> Option<char> {
    if character.is_ascii() {
        return Some(character);
    }
    Some(match character {
        // Soft hyphen, joiners, marks of direction, variation selectors, byte order mark.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' => return None,
        '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0100}'..='\u{e01ef}' => return None,
        '\u{58a}' | '\u{1806}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2e3a}' | '\u{2e3b}' => '-',
        '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{30fb}' | '\u{b7}' | '\u{2027}' | '\u{207b}' | '\u{208b}' => '-',
        '\u{2044}' | '\u{2215}' | '\u{ff0f}' => '/',
        '\u{2024}' | '\u{ff0e}' => '.',
        '\u{2028}' | '\u{2029}' | '\u{85}' => '\n',
        '\u{2022}' | '\u{25cf}' | '\u{2217}' | '\u{ff0a}' | '\u{2588}' | '\u{25a0}' | '\u{2591}'..='\u{2593}' => '*',
        character if character.is_whitespace() || character == '\u{2800}' || character == '\u{3164}' => ' ',
        character => digit(character).map_or(character, |value| char::from(b'0' + value)),
    })
}

/// Where the ten digits of a script begin (Unicode 16, general category Nd): all that a keyboard or a font can give.
const ZEROS: &[u32] = &[
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6, 0x0e50,
    0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136,
    0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0,
    0x11f50, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0,
    0x1e950, 0x1fbf0,
];

fn digit(character: char) -> Option<u8> {
    let code = u32::from(character);
    let index = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
    u8::try_from(code - ZEROS[index]).ok().filter(|value| *value < 10)
}
