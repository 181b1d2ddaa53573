//! Finds the few stretches of a text that could hold a personal number, fast: every page that is written goes through here.
//!
//! A stretch is a chain of at least ten digits with little between them, or of six and something that hides four more. It is
//! found on the text as it stands, with tags, entities and escapes in it, and always too wide rather than too narrow: the rules
//! look at it closely afterwards.

use super::Form;
use super::normal::{self, Tag};
use std::ops::Range;

/// How many characters may stand between two digits of a number: a dash with a space on either side, and one more for a
/// mark.
const LARGEST_GAP: usize = 4;

/// The digits of a personal number.
const DIGITS: usize = 10;

/// The digits of its date, when the others are hidden.
const DATE_DIGITS: usize = 6;

/// Every stretch of a text.
pub(super) fn stretches(text: &str, form: Form) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    collect(text, 0..text.len(), form, &mut out);
    out
}

fn collect(text: &str, within: Range<usize>, form: Form, out: &mut Vec<Range<usize>>) {
    let bytes = &text.as_bytes()[..within.end];
    let mut at = within.start;
    while let Some(start) = next_digit(bytes, at) {
        let mut chain = Chain { text: &text[..within.end], form, digits: 0, end: start, inner: Vec::new() };
        at = chain.follow(start).max(start + 1);
        while !text.is_char_boundary(at) {
            at += 1;
        }
        if chain.digits >= DIGITS || (4..DIGITS).contains(&chain.digits) && is_masked(text, start, chain.end) {
            out.push(start..chain.end);
        }
        for inner in chain.inner {
            // Inside a tag there are no tags.
            collect(text, inner, Form::Plain, out);
        }
    }
}

/// The first byte from `from` on that is a digit or may begin one of another script.
fn next_digit(bytes: &[u8], from: usize) -> Option<usize> {
    const BLOCK: usize = 32;
    let is_digit = |byte: u8| byte.wrapping_sub(b'0') < 10 || byte >= 0xd9 && byte != 0xe2;
    let mut at = from;
    // Whole blocks at a time: the compiler turns this into a few instructions for 32 bytes.
    while let Some(block) = bytes.get(at..at + BLOCK) {
        if block.iter().fold(false, |any, byte| any | is_digit(*byte)) {
            break;
        }
        at += BLOCK;
    }
    bytes.get(at..)?.iter().position(|byte| is_digit(*byte)).map(|index| at + index)
}

/// A chain of digits that is being followed.
struct Chain<'a> {
    text: &'a str,
    form: Form,
    digits: usize,
    /// Past the last digit.
    end: usize,
    /// The insides of tags that were passed, which may hold numbers of their own.
    inner: Vec<Range<usize>>,
}

impl Chain<'_> {
    /// Follows the chain from its first digit and gives the place where it broke.
    fn follow(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut gap = 0;
        let mut at = start;
        while let Some(byte) = bytes.get(at) {
            let (length, met) = match byte {
                b'0'..=b'9' => (1, Met::Digit),
                b' ' | b'-' | b'.' | b'/' | b'\n' | b'\r' | b'\t' | b'*' | b'_' | b'~' | b'`' | b'|' | b';' | b',' => {
                    (1, Met::Gap)
                }
                b'<' if self.form.has_tags() => match normal::tag(&self.text[at..]) {
                    Some((length, tag)) => {
                        self.inner.extend((length > DIGITS).then_some(at + 1..at + length));
                        (length, if tag == Tag::Inline { Met::Nothing } else { Met::Line })
                    }
                    None => (1, Met::Other),
                },
                b'&' => decoded(normal::entity(&self.text[at..])),
                b'%' => decoded(normal::percent(&self.text[at..]).map(|character| (3, character))),
                b'\\' => match self.form {
                    Form::Json => decoded(normal::escape(&self.text[at..])),
                    _ => (1, Met::Gap),
                },
                0x80.. => {
                    let character = self.text[at..].chars().next().unwrap_or(' ');
                    (character.len_utf8(), met(character))
                }
                _ => (1, Met::Other),
            };
            match met {
                Met::Digit => {
                    self.digits += 1;
                    gap = 0;
                    self.end = at + length;
                }
                Met::Gap => gap += 1,
                // Tags of layout can stand in any number between two cells.
                Met::Line | Met::Nothing => {}
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
    Digit,
    Gap,
    Line,
    Nothing,
    Other,
}

fn decoded(found: Option<(usize, char)>) -> (usize, Met) {
    found.map_or((1, Met::Other), |(length, character)| (length, met(character)))
}

fn met(character: char) -> Met {
    match normal::simple(character) {
        None => Met::Nothing,
        Some('0'..='9') => Met::Digit,
        Some(' ' | '-' | '.' | '/' | '\n' | '\t' | '\\') => Met::Gap,
        Some(_) => Met::Other,
    }
}

/// Whether signs that hide digits stand right after or before a chain: `010190-xxxx`, `xxxxxx-1234`.
fn is_masked(text: &str, start: usize, end: usize) -> bool {
    let is_mask = |character: &char| matches!(character, 'x' | 'X' | '*' | '#' | '?' | '_' | '•' | '●' | '█' | '■');
    let after = text[end..].chars().take(DIGITS).filter(is_mask).count();
    let before = text[..start].chars().rev().take(DIGITS).filter(is_mask).count();
    after >= 4 && end - start >= DATE_DIGITS || before >= DATE_DIGITS
}
