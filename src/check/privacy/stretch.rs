//! Finds the few stretches of a text that could hold a personal number, fast: every page that is written goes through here.
//!
//! A stretch is a chain of at least ten digits with little between them, or of six and something that hides four more. It is
//! found on the text as it stands, with tags, entities and escapes in it, and always too wide rather than too narrow: the rules
//! look at it closely afterwards. Most chains are amounts of a table or dates in an address, of which no ten digits begin with
//! a date; [`Groups`] sorts those out before anybody reads the words around them.

use super::Form;
use super::cpr;
use super::normal::{self, Tag};
use std::ops::Range;

/// How many characters may stand between two digits of a number: a dash with a space on either side, and one more for a
/// mark.
const LARGEST_GAP: usize = 4;

/// The digits of a personal number.
const DIGITS: usize = 10;

/// The digits of its date, when the others are hidden.
const DATE_DIGITS: usize = 6;

/// The digits that are hidden when the date is left.
const HIDDEN_DIGITS: usize = 4;

/// Every stretch of a text.
pub(super) fn stretches(text: &str, form: Form) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    collect(text, 0..text.len(), form, true, &mut out);
    out
}

/// `quick` leaves out what can't hold a number; without it the same is found, slowly, which a property makes use of.
fn collect(text: &str, within: Range<usize>, form: Form, quick: bool, out: &mut Vec<Range<usize>>) {
    let bytes = &text.as_bytes()[..within.end];
    let mut chain = Chain::new(&text[..within.end], form);
    let mut at = within.start;
    while let Some(start) = next_digit(bytes, at) {
        if quick
            && form != Form::Calendar
            && let Some(plain) = plain_chain(bytes, start)
        {
            let may_be_hidden = plain.digits >= HIDDEN_DIGITS && is_masked(text, start, plain.end);
            out.extend(may_be_hidden.then_some(start..plain.end));
            at = plain.broke;
            continue;
        }
        at = chain.follow(start).max(start + 1);
        while !text.is_char_boundary(at) {
            at += 1;
        }
        let digits = chain.groups.digits.len();
        let end = chain.end;
        if digits >= DIGITS {
            chain.groups.add_digits_after(&bytes[end..]);
            if !quick
                || chain.groups.may_hold_one()
                || is_masked(text, start, end)
                || is_encoded_beside(bytes, start, end)
            {
                out.push(start..end);
            }
        } else if (4..DIGITS).contains(&digits) && (chain.groups.marks >= HIDDEN_DIGITS || is_masked(text, start, end))
        {
            out.push(start..end);
        }
        for inner in std::mem::take(&mut chain.inner) {
            // Inside a tag there are no tags.
            collect(text, inner, Form::Plain, quick, out);
        }
    }
}

/// The first byte from `from` on that is a digit or may begin one of another script.
fn next_digit(bytes: &[u8], from: usize) -> Option<usize> {
    const BLOCK: usize = 2 * self::BLOCK;
    let is_digit = |byte: u8| byte.wrapping_sub(b'0') < 10 || byte >= 0xd9 && byte != 0xe2;
    let mut at = from;
    // Whole blocks at a time: the compiler turns this into a few instructions for 32 bytes.
    while let Some(block) = bytes.get(at..at + BLOCK) {
        if block.iter().fold(false, |any, byte| any | is_digit(*byte)) {
            let (words, _) = block.as_chunks();
            for (index, word) in words.iter().enumerate() {
                let found = likely_digits(*word).find(|index| is_digit(word[*index]));
                if let Some(within) = found {
                    return Some(at + index * word.len() + within);
                }
            }
        }
        at += BLOCK;
    }
    bytes.get(at..)?.iter().position(|byte| is_digit(*byte)).map(|index| at + index)
}

/// Which of eight bytes are digits, and perhaps a few others: looked at together, as one integer.
fn likely_digits(word: [u8; 8]) -> impl Iterator<Item = usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(word);
    // A digit is less than ten when `0` is taken off; then nothing is carried into the highest bit.
    let less = word ^ (EACH * 0x30);
    let digits = !(((less & (EACH * 0x7f)) + EACH * 0x76) | less);
    // 0xd0 and above.
    let others = word & (word << 1) & ((word << 2) | (word << 3));
    let mut found = (digits | others) & (EACH * 0x80);
    std::iter::from_fn(move || {
        let index = (found != 0).then_some(found.trailing_zeros() as usize / 8);
        found &= found.wrapping_sub(1);
        index
    })
}

/// A chain with nothing but digits and plain gaps in it.
struct PlainChain {
    /// How many.
    digits: usize,
    /// Past the last digit.
    end: usize,
    /// Where something else stands.
    broke: usize,
}

/// Follows a chain that has fewer than ten digits, as nearly all have; `None` for all others, which are followed step by step.
fn plain_chain(bytes: &[u8], start: usize) -> Option<PlainChain> {
    let mut chain = PlainChain { digits: 0, end: start, broke: start };
    loop {
        let digits = bytes[chain.broke..].iter().take(DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
        chain.digits += digits;
        if chain.digits >= DIGITS {
            return None;
        }
        chain.broke += digits;
        chain.end = chain.broke;
        loop {
            match bytes.get(chain.broke).map_or(Plain::Other, |byte| PLAIN[usize::from(*byte)]) {
                Plain::Digit => break,
                Plain::Gap if chain.broke < chain.end + LARGEST_GAP => chain.broke += 1,
                Plain::Gap | Plain::Other => return Some(chain),
                Plain::Unsure => return None,
            }
        }
    }
}

/// What a byte is in a chain, as far as one byte tells.
#[derive(Clone, Copy)]
enum Plain {
    Digit,
    Gap,
    Other,
    /// It may begin a tag, an entity, an escape or another script, or be a mark.
    Unsure,
}

static PLAIN: [Plain; 256] = {
    let mut table = [Plain::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => Plain::Digit,
            b' ' | b'-' | b'.' | b'/' | b'\n' | b'\r' | b'\t' | b'|' | b';' | b',' => Plain::Gap,
            b'*' | b'_' | b'~' | b'`' | b'<' | b'&' | b'%' | b'\\' | 0x80.. => Plain::Unsure,
            _ => Plain::Other,
        };
        byte += 1;
    }
    table
};

/// A chain of digits that is being followed.
struct Chain<'a> {
    text: &'a str,
    form: Form,
    groups: Groups,
    /// Past the last digit.
    end: usize,
    /// The insides of tags that were passed, which may hold numbers of their own.
    inner: Vec<Range<usize>>,
}

impl<'a> Chain<'a> {
    fn new(text: &'a str, form: Form) -> Chain<'a> {
        Chain { text, form, groups: Groups::default(), end: 0, inner: Vec::new() }
    }

    /// Follows a chain from its first digit and gives the place where it broke.
    fn follow(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        self.groups.clear();
        self.end = start;
        let mut gap = 0;
        let mut at = start;
        while let Some(byte) = bytes.get(at) {
            let (length, met) = match byte {
                b'0'..=b'9' => (1, Met::Digit(byte - b'0')),
                // A folded line goes on as if nothing stood there.
                b'\r' | b'\n' if self.form == Form::Calendar => (1, Met::Mark),
                b' ' | b'-' | b'.' | b'/' | b'\n' | b'\r' => (1, Met::Gap),
                b'\t' | b'|' | b';' | b',' => (1, Met::Cell),
                b'*' | b'_' | b'~' | b'`' => (1, Met::Mark),
                b'<' if self.form.has_tags() => match normal::tag(&self.text[at..]) {
                    Some((length, tag)) => {
                        self.inner.extend((length > DIGITS).then_some(at + 1..at + length));
                        (length, tag.into())
                    }
                    None => (1, Met::Other),
                },
                b'&' => decoded(normal::entity(&self.text[at..])),
                b'%' => decoded(normal::percent(&self.text[at..]).map(|character| (3, character))),
                b'\\' => match self.form {
                    Form::Json => decoded(normal::escape(&self.text[at..])),
                    _ => (1, Met::Mark),
                },
                0x80.. => {
                    let character = self.text[at..].chars().next().unwrap_or(' ');
                    (character.len_utf8(), met(character))
                }
                _ => (1, Met::Other),
            };
            match met {
                Met::Digit(digit) => {
                    self.groups.push(digit);
                    gap = 0;
                    self.end = at + length;
                }
                Met::Gap => {
                    self.groups.part(false);
                    gap += 1;
                }
                Met::Cell => {
                    self.groups.part(true);
                    gap += 1;
                }
                Met::Mark => {
                    self.groups.marks += 1;
                    gap += 1;
                }
                // Tags of layout can stand in any number between two cells.
                Met::Tag(tag) => self.groups.part(tag == Tag::Block),
                Met::Nothing => {}
                Met::Other => return at,
            }
            if gap > LARGEST_GAP {
                return at;
            }
            at += length;
        }
        at
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    Digit(u8),
    Gap,
    /// The end of a cell or of a part of a sentence.
    Cell,
    /// What is a gap or nothing, by the form it stands in.
    Mark,
    /// One that parts lines or cells.
    Tag(Tag),
    Nothing,
    Other,
}

impl From<Tag> for Met {
    fn from(tag: Tag) -> Met {
        if tag == Tag::Inline { Met::Nothing } else { Met::Tag(tag) }
    }
}

fn decoded(found: Option<(usize, char)>) -> (usize, Met) {
    found.map_or((1, Met::Other), |(length, character)| (length, met(character)))
}

fn met(character: char) -> Met {
    match normal::simple(character) {
        None => Met::Nothing,
        Some(digit @ '0'..='9') => Met::Digit(digit as u8 - b'0'),
        Some(' ' | '-' | '.' | '/' | '\n' | '\t') => Met::Gap,
        Some('\\') => Met::Mark,
        Some(_) => Met::Other,
    }
}

/// The digits of a chain, and which of them stand together.
#[derive(Default)]
struct Groups {
    digits: Vec<u8>,
    /// How many digits each group has.
    lengths: Vec<usize>,
    /// Which groups begin a cell.
    cells: Vec<usize>,
    /// Whether the last group has ended.
    is_parted: bool,
    /// How many signs are in it that may or may not part digits, or hide some.
    marks: usize,
}

impl Groups {
    fn clear(&mut self) {
        self.digits.clear();
        self.lengths.clear();
        self.cells.clear();
        (self.is_parted, self.marks) = (true, 0);
    }

    fn push(&mut self, digit: u8) {
        self.digits.push(digit);
        match self.lengths.last_mut().filter(|_| !self.is_parted) {
            Some(length) => *length += 1,
            None => self.lengths.push(1),
        }
        self.is_parted = false;
    }

    /// Ends a group; a cell ends with it where `cell` is said.
    fn part(&mut self, cell: bool) {
        self.is_parted = true;
        if cell {
            self.cells.push(self.lengths.len());
        }
    }

    /// The rules look a little past the end of a chain, so the digits there count too.
    fn add_digits_after(&mut self, bytes: &[u8]) {
        let mut masks = 0;
        for byte in &bytes[..bytes.len().min(super::BEYOND)] {
            match byte.wrapping_sub(b'0') {
                digit @ 0..10 => self.push(digit),
                _ => self.part(false),
            }
            masks += usize::from(is_mask(char::from(*byte)));
        }
        // Fewer hide nothing: the `#` of an address or of a heading.
        self.marks += if masks >= HIDDEN_DIGITS { masks } else { 0 };
    }

    /// Whether any rule could find a number here, whatever words stand around it. It knows the shapes of [`cpr::find`] and
    /// little of what stands between the groups, so it may say yes too often; a property holds that it never says no to one
    /// that is found.
    fn may_hold_one(&self) -> bool {
        let mut rest = &self.digits[..];
        let mut has_shape = |at: usize| {
            let digits = rest;
            rest = &rest[self.lengths[at]..];
            match self.lengths[at..] {
                [6, 4 | 5, ..] => true,
                [together, ..] if together >= DIGITS => true,
                [8, 4, ..] | [2, 2, 4, 4, ..] if cpr::is_date(&[&digits[..4], &digits[6..12]].concat()) => true,
                _ => self.is_ten_together(at) && cpr::is_date(&digits[..DIGITS]),
            }
        };
        self.marks > 0 || (0..self.lengths.len()).any(&mut has_shape)
    }

    /// Whether some groups from one on, all of one cell, have ten digits together.
    fn is_ten_together(&self, at: usize) -> bool {
        let mut sum = 0;
        for (index, length) in self.lengths.iter().enumerate().skip(at) {
            if index > at && self.cells.contains(&index) {
                return false;
            }
            sum += length;
            if sum >= DIGITS {
                return sum == DIGITS;
            }
        }
        false
    }
}

/// Whether what stands beside a chain is written in a way of its own, so that it isn't seen whether it hides digits.
fn is_encoded_beside(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_code = |byte: &u8| matches!(byte, b'&' | b'%' | b'\\' | 0x80..);
    let before = bytes[..start].iter().rev().take(LARGEST_GAP);
    before.chain(bytes[end..].iter().take(LARGEST_GAP)).any(is_code)
}

/// Whether signs that hide digits stand right after or before a chain: `010190-xxxx`, `xxxxxx-1234`.
fn is_masked(text: &str, start: usize, end: usize) -> bool {
    // Nearly always nothing of the kind stands near, which bytes tell faster than characters.
    let bytes = text.as_bytes();
    if !may_mask(bytes, start.saturating_sub(BLOCK), start) && !may_mask(bytes, end, end + BLOCK) {
        return false;
    }
    let masks = |character: &char| is_mask(*character);
    let after = text[end..].chars().take(DIGITS).filter(masks).count();
    let before = text[..start].chars().rev().take(DIGITS).filter(masks).count();
    after >= HIDDEN_DIGITS && end - start >= DATE_DIGITS || before >= DATE_DIGITS
}

/// How many bytes are looked at together: at least [`DIGITS`], and what a processor compares at once.
const BLOCK: usize = 16;

/// Whether a sign of [`is_mask`] may begin in a part of a text.
fn may_mask(bytes: &[u8], from: usize, to: usize) -> bool {
    // Comparisons and no table of bits, which would be looked up one byte at a time.
    let is_one = |byte: &u8| {
        let byte = *byte;
        (byte | 0x20 == b'x') | (byte == b'*') | (byte == b'#') | (byte == b'?') | (byte == b'_') | (byte == 0xe2)
    };
    match bytes.get(from..to).and_then(|part| part.first_chunk::<BLOCK>()) {
        // No way out in the middle, so that the compiler makes a few instructions of it.
        Some(block) => block.iter().fold(false, |any, byte| any | is_one(byte)),
        None => bytes[from..to.min(bytes.len())].iter().any(is_one),
    }
}

fn is_mask(character: char) -> bool {
    matches!(character, 'x' | 'X' | '*' | '#' | '?' | '_' | '•' | '●' | '█' | '■')
}

#[cfg(test)]
mod tests {
    use super::super::{Form, numbers, numbers_within};
    use super::collect;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    const FORMS: [Form; 5] = [Form::Plain, Form::Markup, Form::Markdown, Form::Json, Form::Calendar];
    const BETWEEN: &[&str] = &[
        "",
        " ",
        "-",
        " - ",
        ".",
        "/",
        "|",
        " | ",
        "; ",
        ", ",
        "\n",
        "\n\n",
        "\r\n ",
        "\t",
        "*",
        "**",
        "_",
        "\\",
        "\\n",
        "\\u0030",
        "&nbsp;",
        "&#48;",
        "&ndash;",
        "%20",
        "%30",
        "\u{ad}",
        "\u{2013}",
        "\u{660}",
        "\u{200b}",
        "<b>",
        "</b>",
        "</b>, ",
        "</time>: a",
        "</b></i>x",
        "</b></i>\n",
        "<br>",
        "</td><td>",
        "<td class=\"right\">",
        "<a href=\"",
        "\">",
        " cpr ",
        "født ",
        "xxxx",
        "****",
        "&#42;",
        "konto ",
    ];

    fn digits() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-3][0-9][01][0-9][0-9]{2}",
            "[0-9]{4}",
            "[0-9]{1,12}",
            "(19|20)[0-9]{2}",
            Just("150247".to_owned()),
            Just("1502475653".to_owned()),
        ]
    }

    proptest! {
        /// Sorting out chains by their digits alone loses nothing that the rules would find in them.
        #[test]
        fn no_number_is_lost_for_speed(parts in vec((digits(), select(BETWEEN)), 1..9), form in select(&FORMS[..])) {
            let text: String = parts.iter().map(|(digits, between)| format!("{digits}{between}")).collect();
            let mut chains = Vec::new();
            collect(&text, 0..text.len(), form, false, &mut chains);
            let slow = numbers_within(&text, chains, form);
            prop_assert_eq!(numbers(&text, form), slow, "{:?}", text);
        }
    }
}
