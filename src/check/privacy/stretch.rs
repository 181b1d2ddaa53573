//! Finds the few stretches of a text that could hold a personal number, fast: every page that is written goes through here.
//!
//! A stretch is a chain of at least ten digits with little between them, or of six and something that hides four more. It is
//! found on the text as it stands, with tags, entities and escapes in it, and always too wide rather than too narrow: the rules
//! look at it closely afterwards. Most chains are amounts of a table or dates in an address, of which no ten digits begin with
//! a date; [`Groups`] sorts those out before anybody reads the words around them.

use super::Form;
use super::cpr;
use super::normal::{self, Normal, Tag};
use std::ops::Range;

/// How many characters may stand between two digits of a number: a dash with a space on either side, or the end of a line and
/// an empty one after it, each of two characters; and one more for a mark.
const LARGEST_GAP: usize = 6;

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
    let bytes = text.as_bytes();
    let mut chain = Chain::new(&text[..within.end], form);
    let mut at = within.start;
    while let Some(start) = next_digit(bytes, at..within.end) {
        let short = if quick { chain.follow_short(start) } else { None };
        at = short.unwrap_or_else(|| text.ceil_char_boundary(chain.follow(start).max(start + 1)));
        let end = chain.end;
        let may_hold_one = match chain.groups.count {
            0..HIDDEN_DIGITS => false,
            HIDDEN_DIGITS..DIGITS => !quick || chain.groups.marks >= HIDDEN_DIGITS || chain.is_masked(start, at),
            _ => {
                chain.groups.add_digits_after(&bytes[end..within.end]);
                !quick
                    || chain.groups.may_hold_one()
                    || chain.is_masked(start, at)
                    || is_encoded_beside(&text[..within.end], start, end)
            }
        };
        if may_hold_one {
            out.push(start..end);
        }
        for index in 0..chain.inner.len() {
            let mut inner = chain.inner[index].clone();
            // Inside a tag there are no tags, but inside a comment.
            let is_comment = text[inner.clone()].starts_with(normal::INSIDE_COMMENT);
            inner.start += if is_comment { normal::INSIDE_COMMENT.len() } else { 0 };
            collect(text, inner, if is_comment { form } else { Form::Plain }, quick, out);
        }
        chain.inner.clear();
    }
}

/// The first byte within a part of a text that is a digit or may begin one of another script.
fn next_digit(bytes: &[u8], within: Range<usize>) -> Option<usize> {
    /// What two instructions of a processor compare.
    const BLOCK: usize = 32;
    let is_digit = |byte: u8| (byte.wrapping_sub(b'0') < 10) | (byte >= 0xd9) & (byte != 0xe2);
    let mut at = within.start;
    // A block may go past the end of the part: the insides of most tags are shorter than one.
    while at < within.end
        && let Some(block) = bytes[at..].first_chunk::<BLOCK>()
    {
        // No way out in the middle: the compiler turns this into a few instructions for the whole block.
        let mut found = [0; BLOCK];
        for (found, byte) in found.iter_mut().zip(block) {
            *found = if is_digit(*byte) { 0xff } else { 0 };
        }
        for (index, word) in found.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            if word != 0 {
                let digit = at + 8 * index + word.trailing_zeros() as usize / 8;
                return (digit < within.end).then_some(digit);
            }
        }
        at += BLOCK;
    }
    bytes.get(at..within.end)?.iter().position(|byte| is_digit(*byte)).map(|index| at + index)
}

/// What a byte is in a chain, as far as one byte tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plain {
    Digit,
    Gap,
    /// It begins a tag where there are any.
    Tag,
    Other,
    /// It may begin an entity, an escape or another script, or be a mark.
    Unsure,
}

static PLAIN: [Plain; 256] = {
    let mut table = [Plain::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => Plain::Digit,
            b' ' | b'-' | b'.' | b'/' | b'\n' | b'\r' | b'\x0c' | b'\t' | b'|' | b';' | b',' => Plain::Gap,
            b'<' => Plain::Tag,
            // A Latin letter such as å: all of U+00C0 to U+00FF begin with this byte, and none of them is a digit or a gap.
            0xc3 => Plain::Other,
            b'*' | b'_' | b'~' | b'`' | b'&' | b'%' | b'\\' | 0x80.. => Plain::Unsure,
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

    /// Follows a chain that has fewer than ten digits and nothing but tags and plain gaps between, as nearly all have, and
    /// gives the place where it broke; `None` for all others. How many digits there are is all that is known of its groups.
    fn follow_short(&mut self, start: usize) -> Option<usize> {
        if self.form == Form::Calendar {
            return None;
        }
        let bytes = self.text.as_bytes();
        let (mut count, mut gap) = (0, 0);
        let (mut at, mut end) = (start, start);
        loop {
            let mut met = Plain::Other;
            while let Some(byte) = bytes.get(at) {
                met = PLAIN[usize::from(*byte)];
                match met {
                    Plain::Digit => (count, gap, end) = (count + 1, 0, at + 1),
                    Plain::Gap if gap < LARGEST_GAP => gap += 1,
                    _ => break,
                }
                at += 1;
            }
            if count >= DIGITS || met == Plain::Unsure {
                self.inner.clear();
                return None;
            }
            if met == Plain::Tag
                && self.form.has_tags()
                && let Some(length) = normal::tag_length(&self.text[at..])
            {
                if length > DIGITS {
                    self.inner.push(at + 1..at + length);
                }
                at += length;
            } else {
                self.end = end;
                (self.groups.count, self.groups.marks) = (count, 0);
                return Some(at);
            }
        }
    }

    /// Follows a chain from its first digit and gives the place where it broke.
    fn follow(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut groups = Groups::default();
        let mut gap = 0;
        let (mut at, mut end) = (start, start);
        loop {
            while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
                groups.push(digit);
                at += 1;
                (gap, end) = (0, at);
            }
            let Some(byte) = bytes.get(at) else { break };
            let (length, met) = match byte {
                // A folded line goes on as if nothing stood there.
                b'\r' | b'\n' if self.form == Form::Calendar => (1, Met::Mark),
                b' ' | b'-' | b'.' | b'/' | b'\n' | b'\r' | b'\x0c' => (1, Met::Gap),
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
                b'%' => decoded(normal::percent(&self.text[at..])),
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
                    groups.push(digit);
                    gap = 0;
                    end = at + length;
                }
                Met::Gap => {
                    groups.part(false);
                    gap += 1;
                }
                Met::Cell => {
                    groups.part(true);
                    gap += 1;
                }
                Met::Mark => {
                    groups.marks += 1;
                    gap += 1;
                }
                // Tags of layout can stand in any number between two cells.
                Met::Tag(tag) => groups.part(tag == Tag::Block),
                Met::Nothing => {}
                Met::Other => break,
            }
            if gap > LARGEST_GAP {
                break;
            }
            at += length;
        }
        (self.groups, self.end) = (groups, end);
        at
    }

    /// Whether signs that hide digits may stand before the chain or where it broke: `010190-xxxx`, `xxxxxx-1234`.
    fn is_masked(&self, start: usize, broke: usize) -> bool {
        self.groups.count >= DATE_DIGITS && self.masks_follow(broke) || self.masks_precede(start)
    }

    /// The chain went past what may stand between digits and signs, so nearly always the first byte tells that is no separator.
    fn masks_follow(&self, broke: usize) -> bool {
        /// What four signs and what stands before them can take, in bytes, were they all entities.
        const NEAR: usize = 64;
        let mut near = self.text.as_bytes()[broke..].iter();
        let first = near.find(|byte| !cpr::is_separator(char::from(**byte)));
        let may_be_one = |byte: u8| match PLAIN[usize::from(byte)] {
            Plain::Unsure | Plain::Tag => true,
            Plain::Gap => self.form == Form::Calendar,
            Plain::Digit | Plain::Other => is_ascii_mask(byte),
        };
        if !first.is_some_and(|byte| may_be_one(*byte)) {
            return false;
        }
        let end = self.text.ceil_char_boundary(broke + NEAR);
        let mut masks = 0;
        for character in Normal::chars(self.text, broke..end, self.form) {
            match character {
                _ if cpr::is_mask(character) => masks += 1,
                _ if masks == 0 && cpr::is_separator(character) => {}
                _ => return false,
            }
            if masks == HIDDEN_DIGITS {
                return true;
            }
        }
        false
    }

    /// Reads backwards past what parts groups of digits; yes where it can't be told that way.
    fn masks_precede(&self, start: usize) -> bool {
        let mut before = &self.text[..start];
        while let Some(last) = before.chars().next_back() {
            // Before nearly all there is a space and a word, or a sign.
            if last.is_ascii_alphabetic() && !last.is_ascii_hexdigit() {
                return is_ascii_mask(last as u8);
            }
            before = match last {
                '>' if self.form.has_tags() => {
                    let from = before.len().saturating_sub(normal::LONGEST_TAG);
                    match memchr::memrchr(b'<', &before.as_bytes()[from..]) {
                        Some(at) => &before[..from + at],
                        None => return false,
                    }
                }
                ';' | '%' | '\\' => return true,
                _ if is_ascii_escaped(before) => return true,
                _ => match normal::simple(last) {
                    Some(character) if cpr::is_separator(character) => &before[..before.len() - last.len_utf8()],
                    Some(character) => return cpr::is_mask(character.to_ascii_lowercase()),
                    None => &before[..before.len() - last.len_utf8()],
                },
            };
        }
        false
    }
}

/// Whether a text ends in a character that is written with a percent sign or as an escape.
fn is_ascii_escaped(text: &str) -> bool {
    /// The length of `\u002a`.
    const LONGEST: usize = 6;
    let last = &text.as_bytes()[text.len().saturating_sub(LONGEST)..];
    last.last().is_some_and(u8::is_ascii_hexdigit) && last.iter().any(|byte| matches!(byte, b'%' | b'\\'))
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

/// The digits of a chain, and which of them stand together: the last few, since a number has no more, so that nothing grows
/// with the chain.
#[derive(Default)]
struct Groups {
    /// How many digits there are.
    count: usize,
    /// How many signs are in it that may or may not part digits, or hide some.
    marks: usize,
    /// The last sixteen digits, four bits for each.
    digits: u64,
    /// How many digits the group has that hasn't ended.
    length: u64,
    /// How many the last sixteen groups have, four bits for each; the last one lowest.
    lengths: u64,
    /// The same, of the groups of this cell alone.
    in_cell: u64,
    /// Whether some of the groups that ended have the shape of a number.
    has_shape: bool,
}

impl Groups {
    fn push(&mut self, digit: u8) {
        self.count += 1;
        self.digits = self.digits << 4 | u64::from(digit);
        self.length += 1;
    }

    /// Ends a group; a cell ends with it where `cell` is said.
    fn part(&mut self, cell: bool) {
        if self.length > 0 {
            self.end_group();
        }
        if cell {
            self.in_cell = 0;
        }
    }

    /// On its own, so that the question before it is asked in place.
    #[inline(never)]
    fn end_group(&mut self) {
        let length = self.length.min(0xf);
        self.lengths = self.lengths << 4 | length;
        self.in_cell = self.in_cell << 4 | length;
        self.length = 0;
        self.has_shape = self.has_shape || self.count >= DIGITS && self.ends_in_shape();
    }

    /// The rules look a little past the end of a chain, so the digits there count too.
    fn add_digits_after(&mut self, bytes: &[u8]) {
        let bytes = &bytes[..bytes.len().min(super::BEYOND)];
        for byte in bytes {
            match byte.wrapping_sub(b'0') {
                digit @ 0..10 => self.push(digit),
                _ => self.part(false),
            }
        }
        self.part(false);
        let masks = usize::from(bytes.iter().map(|byte| u8::from(is_ascii_mask(*byte))).sum::<u8>());
        // Fewer hide nothing: the `#` of an address or of a heading.
        self.marks += if masks >= HIDDEN_DIGITS { masks } else { 0 };
    }

    /// Whether any rule could find a number here, whatever words stand around it. It knows the shapes of [`cpr::find`] and
    /// little of what stands between the groups, so it may say yes too often; a property holds that it never says no to one
    /// that is found.
    fn may_hold_one(&self) -> bool {
        self.marks > 0 || self.has_shape
    }

    /// Whether the last groups have the shape of a number: six digits and four, or five by mistake; ten or more together;
    /// a date with its century, and four; or ten in groups of any length.
    fn ends_in_shape(&self) -> bool {
        let has_century = self.lengths & 0xff == 0x84 || self.lengths & 0xffff == 0x2244;
        matches!(self.lengths & 0xff, 0x64 | 0x65)
            || self.lengths & 0xf >= DIGITS as u64
            || has_century && is_date(self.digits >> 8 & 0xff_ff00_0000 | self.digits & 0xff_ffff)
            || self.are_ten_together() && is_date(self.digits)
    }

    /// Whether the last groups of the cell have ten digits together.
    fn are_ten_together(&self) -> bool {
        let mut rest = self.in_cell;
        let mut sum = 0;
        while rest > 0 && sum < DIGITS as u64 {
            sum += rest & 0xf;
            rest >>= 4;
        }
        sum == DIGITS as u64
    }
}

/// Whether the last ten digits begin with a date.
fn is_date(digits: u64) -> bool {
    cpr::is_date(std::array::from_fn(|index| (digits >> (4 * (DIGITS - 1 - index)) & 0xf) as u8))
}

/// Whether what stands beside a chain is written in a way of its own, so that it isn't seen whether it hides digits. Latin
/// letters such as å hide none.
fn is_encoded_beside(text: &str, start: usize, end: usize) -> bool {
    let before = &text[text.floor_char_boundary(start.saturating_sub(LARGEST_GAP))..start];
    let after = &text[end..text.ceil_char_boundary(end + LARGEST_GAP)];
    // Characters are whole here, so their first bytes tell; those of U+00C0 to U+00FF begin with 0xc3.
    let is_code = |byte| matches!(byte, b'&' | b'%' | b'\\' | 0xc2 | 0xc4..);
    before.bytes().chain(after.bytes()).any(is_code)
}

/// Comparisons and no table or branches, so that the compiler makes a few instructions for many bytes.
fn is_ascii_mask(byte: u8) -> bool {
    (byte | 0x20 == b'x') | (byte == b'*') | (byte == b'#') | (byte == b'?') | (byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::super::{Finding, Form, numbers, numbers_within};
    use super::{Chain, collect, next_digit};
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
        "%E2%80%93",
        "%d9%a0",
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
        "å",
        " ø ",
        "Århus ",
        "\u{d7}",
        "\u{b7}",
        "\u{a0}",
        "\u{2022}\u{2022}\u{2022}\u{2022}",
        "😀",
        "XXXX",
        "####",
        "#punkt-",
        " xxxxxx-",
        "?????? ",
        "å&#42;&#42;&#42;&#42;",
        ". februar ",
        "</time></a>, ",
        "<time datetime=\"2010-02-09\">",
        "<a href=\"../../aeldreraadet/2010/2010-02-09/index.html\">",
        "<a title=\"150247-5653\">",
        "</td>\n<td class=\"right\">",
        "</td></tr>\n<tr><th>",
        "<!-- 1502 -->",
        "150247\u{660}\u{665}",
        "</strong>-xxxx",
        "</span></a>-&#42;&#42;&#42;&#42;",
        "-&ast;&ast;&ast;&ast;",
        "-\\*\\*\\*\\*",
        "xxxxxx</b>-",
        "&#x2022;******-<strong class=\"a\">",
        "%2a%2a%2a%2a%2a%2a-",
        "\u{2217}\u{2591}\u{2591}\u{2591}",
    ];

    fn digits() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-3][0-9][01][0-9][0-9]{2}",
            "[0-9]{4}",
            "[0-9]{1,12}",
            "(19|20)[0-9]{2}",
            "[0-9]{1,3}",
            Just("150247".to_owned()),
            Just("1502475653".to_owned()),
            Just("15021947".to_owned()),
        ]
    }

    fn texts() -> impl Strategy<Value = String> {
        let parts =
            prop_oneof![4 => vec((digits(), select(BETWEEN)), 1..9), 1 => vec((digits(), select(BETWEEN)), 9..30)];
        parts.prop_map(|parts| parts.iter().map(|(digits, between)| format!("{digits}{between}")).collect())
    }

    fn without_speed(text: &str, form: Form) -> Vec<Finding> {
        let mut chains = Vec::new();
        collect(text, 0..text.len(), form, false, &mut chains);
        numbers_within(text, chains, form)
    }

    #[test]
    fn letters_and_tags_beside_a_number_hide_nothing() {
        for (text, form) in [
            ("å1502475653å", Form::Plain),
            ("<time datetime=\"2010-02-09\">9</time>, født 150247-5653", Form::Markup),
            ("<td>15</td><td>02</td>\n<td title=\"cpr 150247-5653\">1</td>", Form::Markup),
            ("cpr 15.02.<b>47</b>-5653", Form::Markup),
            ("cpr 2010/2010-02-09/150247-5653/1", Form::Plain),
            ("cpr 15 02 1947 5653", Form::Plain),
            ("<!-- <b>cpr</b> 150247-5653 -->", Form::Markup),
            ("12<!-- <i>1</i> --> <!-- 34 <b>5</b> 150247-5653 -->", Form::Markup),
            ("<a title=\"3 < 4, cpr 150247-5653\">", Form::Markup),
            ("150247-xxxx", Form::Plain),
            ("150247-••••", Form::Plain),
            ("en lang linje med ord før og efter ??????-5653 en lang linje", Form::Plain),
            ("<strong>150247</strong>-xxxx", Form::Markup),
            ("<a href=\"a.html\"><b>150247</b></a>-&#42;&#42;&#42;&#42;", Form::Markup),
            ("150247-\\*\\*\\*\\*", Form::Markdown),
            ("**150247** - &ast;&ast;&ast;&ast;", Form::Markdown),
            ("<i>xxxxxx</i>-<strong class=\"a\">5653</strong>", Form::Markup),
            ("150247-\u{2217}\u{2217}\u{2217}\u{2217}", Form::Plain),
        ] {
            let found = numbers(text, form);
            assert!(found.len() == 1 && found == without_speed(text, form), "{text}");
        }
    }

    proptest! {
        /// Sorting out chains by their digits alone loses nothing that the rules would find in them.
        #[test]
        fn no_number_is_lost_for_speed(text in texts(), form in select(&FORMS[..])) {
            prop_assert_eq!(numbers(&text, form), without_speed(&text, form), "{:?}", text);
        }

        /// A short chain ends, breaks and has digits and insides where the slow way says.
        #[test]
        fn short_chains_are_followed_alike(text in texts(), form in select(&FORMS[..])) {
            let mut at = 0;
            while let Some(start) = next_digit(text.as_bytes(), at..text.len()) {
                let (mut short, mut long) = (Chain::new(&text, form), Chain::new(&text, form));
                if let Some(broke) = short.follow_short(start) {
                    prop_assert_eq!(broke, long.follow(start));
                    prop_assert_eq!((short.end, short.groups.count, &short.inner), (long.end, long.groups.count, &long.inner));
                    prop_assert_eq!(long.groups.marks, 0);
                } else {
                    prop_assert!(short.inner.is_empty());
                }
                at = text.ceil_char_boundary(start + 1);
            }
        }

        /// Every digit is found, of whatever script, in any part of a text.
        #[test]
        fn every_digit_is_found(text in "([a-zå–\u{2022} ]{0,20}[0-9٣५]?){0,8}", from in 0_usize..80, to in 0_usize..200) {
            let (from, to) = (text.floor_char_boundary(from), text.floor_char_boundary(to));
            let first = text.char_indices().find(|(at, character)| *at >= from && *at < to && character.is_numeric());
            prop_assert_eq!(next_digit(text.as_bytes(), from..to.max(from)), first.map(|(at, _)| at));
        }
    }
}
