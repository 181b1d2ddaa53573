//! Case numbers: what one is, and how it is found in text.

use super::slug::slug;
use regex::Regex;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU64;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// A case number as printed (OParl: `Paper.reference`).
#[derive(Clone, Debug)]
pub struct Reference {
    printed: Arc<str>,
    year: Option<i16>,
    /// Kept as one more than it is, which halves its room: an archive holds hundreds of thousands of mentions.
    serial: Option<NonZeroU64>,
}

impl PartialEq for Reference {
    fn eq(&self, other: &Reference) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Reference {}

impl Hash for Reference {
    /// The year and the serial number lie at hand and tell nearly all apart; what is printed lies elsewhere in memory.
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.serial {
            Some(serial) => (self.year, serial).hash(state),
            None => self.printed.hash(state),
        }
    }
}

impl Reference {
    /// As in the minutes, such as `17/22360`.
    pub fn printed(&self) -> &str {
        &self.printed
    }

    /// The year in the number, with four digits, when the pattern has a group `year`.
    pub fn year(&self) -> Option<i16> {
        self.year
    }

    /// The name in addresses, such as `17-22360`.
    pub fn slug(&self) -> String {
        slug(&self.printed)
    }
}

impl Ord for Reference {
    /// By year, then by serial number, then as printed.
    fn cmp(&self, other: &Reference) -> Ordering {
        let numbers = (self.year, self.serial).cmp(&(other.year, other.serial));
        // The same number is most often the same text in memory too.
        numbers.then_with(|| {
            if Arc::ptr_eq(&self.printed, &other.printed) { Ordering::Equal } else { self.printed.cmp(&other.printed) }
        })
    }
}

impl PartialOrd for Reference {
    fn partial_cmp(&self, other: &Reference) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What a case number looks like in an archive (`cases.pattern` in site.yaml).
#[derive(Clone, Debug)]
pub struct CasePattern {
    regex: Regex,
    /// Whether it is [`DANISH`].
    is_danish: bool,
}

/// Two digits, a slash and one to six digits, as Danish municipalities write them.
const DANISH: &str = "(?<year>[0-9]{2})/(?<serial>[0-9]{1,6})";

impl Default for CasePattern {
    #[expect(clippy::expect_used, reason = "the pattern is a constant, and a test compiles it")]
    fn default() -> CasePattern {
        // Settings are read at every save while somebody writes, and compiling takes longer than reading them.
        static COMPILED: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(DANISH).expect("the Danish pattern is a regular expression"));
        CasePattern { regex: COMPILED.clone(), is_danish: true }
    }
}

impl PartialEq for CasePattern {
    fn eq(&self, other: &CasePattern) -> bool {
        self.regex.as_str() == other.regex.as_str()
    }
}

impl CasePattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in one line: not a regular expression, too large, or matching the empty text.
    pub fn new(pattern: &str) -> Result<CasePattern, String> {
        let regex = Regex::new(pattern).map_err(|error| match error {
            regex::Error::Syntax(text) => {
                text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
            }
            other => other.to_string(),
        })?;
        if regex.is_match("") {
            return Err("it matches the empty text".to_owned());
        }
        Ok(CasePattern { regex, is_danish: false })
    }

    /// The case numbers in a text, with their places in bytes. A match that touches a letter, a digit, `/` or `-` is none:
    /// dates and ranges (`26/2-2018`, `2017/2018`) look alike.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Range<usize>, Reference)> + 'a {
        let is_free = |range: &Range<usize>| {
            !text[..range.start].chars().next_back().is_some_and(CasePattern::touches)
                && !text[range.end..].chars().next().is_some_and(CasePattern::touches)
                && !range.is_empty()
        };
        let by_hand = self.is_danish.then(|| danish(text).filter(move |(range, ..)| is_free(range)));
        let by_hand = by_hand
            .into_iter()
            .flatten()
            .map(|(range, year, serial)| (range.clone(), reference(&text[range], Some(year), Some(serial))));
        let matches = (!self.is_danish).then(|| self.regex.captures_iter(text));
        let matched = matches.into_iter().flatten().filter_map(move |captures| {
            let range = captures.get(0)?.range();
            is_free(&range).then(|| (range, captured(&captures)))
        });
        by_hand.chain(matched)
    }

    /// Whether a character beside a match makes it a part of something else.
    pub fn touches(character: char) -> bool {
        character.is_alphanumeric() || matches!(character, '/' | '-')
    }

    /// The reference that a whole text is, if it is one.
    pub fn exact(&self, text: &str) -> Option<Reference> {
        let captures = self.regex.captures(text)?;
        (captures.get(0)?.range() == (0..text.len())).then(|| captured(&captures))
    }
}

/// What matches [`DANISH`], with its groups. Most texts hold no slash at all, and the expression would keep account of its
/// groups for every number in all of the minutes; a property holds that this finds the same.
fn danish(text: &str) -> impl Iterator<Item = (Range<usize>, &str, &str)> {
    let bytes = text.as_bytes();
    let mut from = 0;
    memchr::memchr_iter(b'/', bytes).filter_map(move |slash| {
        let start = slash.checked_sub(2).filter(|start| *start >= from)?;
        let digits = bytes[slash + 1..].iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || !bytes[start..slash].iter().all(u8::is_ascii_digit) {
            return None;
        }
        from = slash + 1 + digits;
        Some((start..from, &text[start..slash], &text[slash + 1..from]))
    })
}

fn captured(captures: &regex::Captures<'_>) -> Reference {
    let group = |name| captures.name(name).map(|group| group.as_str());
    reference(&captures[0], group("year"), group("serial"))
}

fn reference(printed: &str, year: Option<&str>, serial: Option<&str>) -> Reference {
    Reference {
        printed: printed.into(),
        year: year.and_then(full_year),
        serial: serial.and_then(|text| NonZeroU64::MIN.checked_add(text.parse().ok()?)),
    }
}

/// Two digits are a year of 1970 to 2069: older case numbers have four digits, and younger ones don't exist yet.
fn full_year(digits: &str) -> Option<i16> {
    let year: i16 = digits.parse().ok()?;
    match digits.len() {
        2 => Some(if year < 70 { 2000 + year } else { 1900 + year }),
        4 => Some(year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        CasePattern::default().find(text).map(|(_, reference)| reference.printed().to_owned()).collect()
    }

    proptest::proptest! {
        #[test]
        fn by_hand_is_by_expression(text in "([0-9]{1,3}|/|[0-9]{2}/[0-9]{1,7}|[-a æ.])*") {
            let by_expression = CasePattern { is_danish: false, ..CasePattern::default() };
            let found = |pattern: &CasePattern| pattern.find(&text).collect::<Vec<_>>();
            proptest::prop_assert_eq!(found(&CasePattern::default()), found(&by_expression));
        }
    }

    #[test]
    fn look_alikes_are_no_cases() {
        for text in [
            "26/2-2018",
            "5/3-2014",
            "2/11",
            "8/9",
            "2017/2018",
            "2017 - 2021",
            "x17/22360",
            "17/22360a",
            "17/2236/1",
            "1-17/22360",
            "17/1234567",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        assert_eq!(found("jf. sag 17/22360, (18/471) og 99/1."), ["17/22360", "18/471", "99/1"]);
    }

    #[test]
    fn years_and_order() {
        let pattern = CasePattern::default();
        let mut references: Vec<_> =
            ["18/471", "99/1", "17/22360", "17/9"].iter().filter_map(|text| pattern.exact(text)).collect();
        references.sort();
        let printed: Vec<_> = references.iter().map(|reference| (reference.printed(), reference.year())).collect();
        assert_eq!(
            printed,
            [("99/1", Some(1999)), ("17/9", Some(2017)), ("17/22360", Some(2017)), ("18/471", Some(2018))]
        );
    }

    #[test]
    fn patterns_are_refused_with_a_reason() {
        assert!(CasePattern::new("[0-9").is_err());
        assert_eq!(CasePattern::new("[0-9]*").err().as_deref(), Some("it matches the empty text"));
        assert!(CasePattern::new("#(?<serial>[0-9]+)").is_ok_and(|pattern| pattern.exact("#12").is_some()));
    }
}
