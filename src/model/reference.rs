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
    /// A byte without which the pattern can't match, looked for first: most texts hold none.
    needs: Option<u8>,
}

/// Two digits, a slash and one to six digits, as Danish municipalities write them.
const DANISH: &str = "(?<year>[0-9]{2})/(?<serial>[0-9]{1,6})";

impl Default for CasePattern {
    #[expect(clippy::expect_used, reason = "the pattern is a constant, and a test compiles it")]
    fn default() -> CasePattern {
        // Settings are read at every save while somebody writes, and compiling takes longer than reading them.
        static COMPILED: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(DANISH).expect("the Danish pattern is a regular expression"));
        CasePattern { regex: COMPILED.clone(), needs: Some(b'/') }
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
        Ok(CasePattern { regex, needs: None })
    }

    /// The case numbers in a text, with their places in bytes. A match that touches a letter, a digit, `/` or `-` is none:
    /// dates and ranges (`26/2-2018`, `2017/2018`) look alike.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Range<usize>, Reference)> + 'a {
        let possible = self.needs.is_none_or(|byte| memchr::memchr(byte, text.as_bytes()).is_some());
        let matches = possible.then(|| self.regex.captures_iter(text));
        matches.into_iter().flatten().filter_map(|captures| {
            let whole = captures.get(0)?;
            let free = !text[..whole.start()].chars().next_back().is_some_and(CasePattern::touches)
                && !text[whole.end()..].chars().next().is_some_and(CasePattern::touches)
                && !whole.is_empty();
            free.then(|| (whole.range(), reference(&captures)))
        })
    }

    /// Whether a character beside a match makes it a part of something else.
    pub fn touches(character: char) -> bool {
        character.is_alphanumeric() || matches!(character, '/' | '-')
    }

    /// The reference that a whole text is, if it is one.
    pub fn exact(&self, text: &str) -> Option<Reference> {
        let captures = self.regex.captures(text)?;
        (captures.get(0)?.range() == (0..text.len())).then(|| reference(&captures))
    }
}

fn reference(captures: &regex::Captures<'_>) -> Reference {
    let group = |name| captures.name(name).map(|group| group.as_str());
    Reference {
        printed: captures[0].into(),
        year: group("year").and_then(full_year),
        serial: group("serial").and_then(|text| NonZeroU64::MIN.checked_add(text.parse().ok()?)),
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
