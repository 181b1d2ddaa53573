//! Danish personal numbers (CPR): six digits of a date, four more that say in which century. How sure a find is depends on
//! what stands between and around them.
//!
//! The form and the centuries are those of the Act on the Civil Registration System and the office's note "Personnummeret i
//! CPR". The check by modulus 11 makes a find surer and is never required: numbers without it are handed out since October
//! 2007.

use super::Rule;
use super::normal::{BREAK, Normal};
use crate::language::privacy::{BORN, NUMBER_WORDS, OTHER_NUMBER, PERSON_NUMBER, UNITS};
use std::ops::Range;

/// A personal number, or what may be one.
#[derive(Debug)]
pub(super) struct Found {
    /// How sure it is.
    pub rule: Rule,
    /// Its characters.
    pub range: Range<usize>,
    /// Its digits.
    pub digits: String,
}

/// How far from a number a word such as "cpr" makes it a personal number, in characters.
pub(super) const NEAR: usize = 40;

/// What parts the pages of a plain text.
const FORM_FEED: char = '\u{c}';

/// Windows are looked for in runs of digits up to this length; longer ones are no numbers that people write.
const LONGEST_RUN: usize = 18;

/// A run of digits.
#[derive(Clone, Debug)]
struct Run {
    range: Range<usize>,
    digits: String,
}

impl Run {
    fn len(&self) -> usize {
        self.digits.len()
    }
}

/// What stands between two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// Nothing, or nothing that shows.
    None,
    /// A dash, slash or full stop, with or without spaces.
    Sign(char),
    /// Spaces or the end of a line.
    Blank,
    /// A tab, the end of a cell or of a paragraph.
    Cell,
    /// Anything else.
    Other,
}

/// Looks at the characters `within` of a text; the others are what stands around them.
pub(super) fn find(text: &Normal, within: Range<usize>) -> Vec<Found> {
    let runs = runs(&text.chars, within);
    let mut found: Vec<Found> = Vec::new();
    for index in 0..runs.len() {
        let taken = found.last().is_some_and(|found| runs[index].range.start < found.range.end);
        if taken {
            continue;
        }
        let at = Place { chars: &text.chars, runs: &runs, index };
        found.extend(at.joined().or_else(|| at.six_four()).or_else(|| at.parted()).or_else(|| at.hidden()));
    }
    found
}

fn runs(chars: &[char], within: Range<usize>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // A run that begins within is taken whole: the beginning of a long number is none.
    let rest = chars[within.end..].iter().take_while(|c| c.is_ascii_digit()).count();
    let digits =
        chars.iter().enumerate().take(within.end + rest).skip(within.start).filter(|(_, c)| c.is_ascii_digit());
    for (at, &character) in digits {
        match runs.last_mut().filter(|run| run.range.end == at) {
            Some(run) => {
                run.digits.push(character);
                run.range.end += 1;
            }
            None => runs.push(Run { range: at..at + 1, digits: character.to_string() }),
        }
    }
    runs.retain(|run| !is_digest(chars, run) && !is_in_uuid(chars, run));
    runs
}

/// Digits inside a sum such as SHA-256, of which some are bound to look like a date: at least 16 characters that are all
/// hexadecimal, letters among them.
fn is_digest(chars: &[char], run: &Run) -> bool {
    // No sum is longer than 128 characters.
    let is_hex = |character: &&char| matches!(character, '0'..='9' | 'a'..='f');
    let before = chars[..run.range.start].iter().rev().take(64).take_while(is_hex).count();
    let after = chars[run.range.end..].iter().take(64).take_while(is_hex).count();
    let token = &chars[run.range.start - before..run.range.end + after];
    let stamp = before == 0 && chars[..run.range.start].ends_with(&['?', 'v', '=']);
    stamp || token.len() >= 16 && token.iter().any(|character| character.is_ascii_alphabetic())
}

/// Digits of a UUID as text (RFC 9562 section 4), of which some are bound to read as a date, a dash and four digits: one in
/// a few thousand does.
fn is_in_uuid(chars: &[char], run: &Run) -> bool {
    const LENGTH: usize = 36;
    let is_part = |character: &&char| matches!(character, '0'..='9' | 'a'..='f' | '-');
    let before = chars[..run.range.start].iter().rev().take(LENGTH).take_while(is_part).count();
    let after = chars[run.range.end..].iter().take(LENGTH).take_while(is_part).count();
    let token = &chars[run.range.start - before..run.range.end + after];
    token.len() == LENGTH
        && token.iter().enumerate().all(|(at, character)| (*character == '-') == matches!(at, 8 | 13 | 18 | 23))
        && token.iter().any(|character| character.is_ascii_alphabetic())
}

struct Place<'a> {
    chars: &'a [char],
    runs: &'a [Run],
    index: usize,
}

impl Place<'_> {
    fn run(&self, ahead: usize) -> Option<&Run> {
        self.runs.get(self.index + ahead)
    }

    /// Ten digits together, or more.
    fn joined(&self) -> Option<Found> {
        let run = self.run(0)?;
        let rule = match run.len() {
            10 => self.ten(run)?,
            11..=LONGEST_RUN => self.windows(run)?,
            _ => return None,
        };
        Some(Found { rule, range: run.range.clone(), digits: run.digits.clone() })
    }

    fn ten(&self, run: &Run) -> Option<Rule> {
        let (number, near, other) = (Number::new(&run.digits)?, self.is_near(&run.range), self.is_other(&run.range));
        let is_date = number.is_date();
        match (is_date, near, other) {
            (false, true, false) => Some(Rule::Cpr),
            (false, ..) => None,
            (true, true, _) => Some(Rule::Cpr),
            (true, false, false) if number.is_sure() => Some(Rule::Cpr),
            // Few people have a replacement number, and many other numbers begin like one.
            (true, false, _) if number.is_replacement() && !number.is_modulus_11() => None,
            (true, false, _) => Some(Rule::CprPossible),
        }
    }

    /// A number that stands inside a longer one, as when a digit too many was written.
    fn windows(&self, run: &Run) -> Option<Rule> {
        let near = self.is_near(&run.range);
        let fits = |at: usize| {
            Number::new(&run.digits[at..at + 10])
                .is_some_and(|number| number.is_date() && number.is_modulus_11() && (near || !number.is_replacement()))
        };
        let any = (0..=run.len() - 10).any(fits);
        any.then_some(if near { Rule::Cpr } else { Rule::CprPossible })
    }

    /// Six digits, something between, four digits.
    fn six_four(&self) -> Option<Found> {
        let (date, rest) = (self.run(0)?, self.run(1)?);
        if date.len() != 6 || !(4..=5).contains(&rest.len()) {
            return None;
        }
        let digits = format!("{}{}", date.digits, rest.digits);
        let range = date.range.start..rest.range.end;
        let number = Number::new(&digits[..10])?;
        let (near, gap) = (self.is_near(&range), self.gap(date, rest));
        let sure = number.is_date() && number.is_sure();
        let rule = if rest.len() == 5 {
            // A digit too many.
            let is_one = number.is_date() && number.is_modulus_11() && matches!(gap, Gap::Sign(_) | Gap::Blank);
            match (is_one, near) {
                (true, true) => Rule::Cpr,
                (true, false) => Rule::CprPossible,
                _ => return None,
            }
        } else {
            match gap {
                Gap::Other => return None,
                Gap::None | Gap::Sign(_) | Gap::Blank if near => Rule::Cpr,
                _ if !number.is_date() => return None,
                Gap::Cell if near => Rule::Cpr,
                // Coordinates and amounts have full stops in them, and more days than there are in a month.
                Gap::Sign('.') if number.is_replacement() && !number.is_modulus_11() => return None,
                Gap::None | Gap::Sign(_) if !self.follows_year(&range) => Rule::Cpr,
                Gap::None | Gap::Sign(_) => Rule::CprPossible,
                Gap::Blank => match self.beside(&range) {
                    Beside::Nothing => Rule::Cpr,
                    Beside::Figure => Rule::CprPossible,
                    Beside::Row if sure => Rule::CprPossible,
                    Beside::Row => return None,
                },
                Gap::Cell if sure => Rule::CprPossible,
                Gap::Cell => return None,
            }
        };
        Some(Found { rule, range, digits })
    }

    /// A number whose digits are parted elsewhere: `01.01.90-1234`, `01011990-1234`, `0101 90 1234`, or over two lines.
    fn parted(&self) -> Option<Found> {
        let mut digits = String::new();
        let mut gaps = Vec::new();
        let mut taken = 0;
        // More than ten groups would be more than ten digits.
        for (ahead, run) in self.runs[self.index..].iter().take(10).enumerate() {
            if ahead > 0 {
                let gap = self.gap(&self.runs[self.index + ahead - 1], run);
                if matches!(gap, Gap::Other | Gap::Cell) {
                    break;
                }
                gaps.push(gap);
            }
            digits.push_str(&run.digits);
            taken = ahead + 1;
            if digits.len() >= 10 {
                break;
            }
        }
        let lengths: Vec<usize> = self.runs[self.index..self.index + taken].iter().map(Run::len).collect();
        // The year with its century.
        let mut full = matches!(lengths[..], [8, 4] | [2, 2, 4, 4]);
        let mut last = self.index + taken - 1;
        if lengths == [2, 2, 4]
            && let (Some(year), Some(rest)) = (self.run(2), self.run(3))
            && rest.len() == 4
        {
            let gap = self.gap(year, rest);
            full = !matches!(gap, Gap::Other | Gap::Cell);
            if full {
                gaps.push(gap);
                digits.push_str(&rest.digits);
                last += 1;
            }
        }
        if full {
            digits.replace_range(4..6, "");
        }
        if digits.len() != 10 || taken < 2 {
            return None;
        }
        let range = self.run(0)?.range.start..self.runs[last].range.end;
        let number = Number::new(&digits)?;
        if !number.is_date() || self.is_digit_beside(&range) {
            return None;
        }
        let ends_in_four = self.runs[last].len() == 4 && matches!(gaps.last(), Some(Gap::Sign('-')));
        let rule = if self.is_near(&range) {
            let signs = || gaps.iter().filter(|gap| matches!(gap, Gap::Sign(_)));
            match ends_in_four || number.is_sure() || full {
                true => Rule::Cpr,
                // *Født* stands beside many dates, and a postal code or a time of day behind them.
                false if signs().count() < 2 && signs().all(|gap| *gap == Gap::Sign('-')) => Rule::CprPossible,
                false => return None,
            }
        } else {
            // Without a word beside it: a date as it is written, a dash and four digits; or any groups, where the check fits
            // too; or a number that was broken at the end of a line.
            let is_written = (full || lengths == [2, 2, 2, 4] || number.is_sure()) && ends_in_four;
            let is_broken = self.is_broken(last) && gaps.iter().any(|gap| matches!(gap, Gap::Sign('-')));
            if !(is_written || is_broken) || self.is_part(&range) {
                return None;
            }
            Rule::CprPossible
        };
        Some(Found { rule, range, digits })
    }

    /// Whether the runs up to a last one stand as in `150247-1234`, but for the ends of lines among the digits.
    fn is_broken(&self, last: usize) -> bool {
        let whole = &self.chars[self.runs[self.index].range.start..self.runs[last].range.end];
        let joined: Vec<char> = whole.iter().copied().filter(|character| !matches!(character, '\r' | '\n')).collect();
        joined.len() == 11 && joined[6] == '-'
    }

    /// A number of which a part is hidden: the date or the last four digits still tell much.
    fn hidden(&self) -> Option<Found> {
        let run = self.run(0)?;
        let is_separator = |character: &&char| is_separator(**character);
        let is_mask = |character: &&char| is_mask(**character);
        let range = match run.len() {
            6 => {
                let after = &self.chars[run.range.end..];
                let gap = after.iter().take(3).take_while(is_separator).count();
                let masks = after[gap..].iter().take(5).take_while(is_mask).count();
                (masks == 4 && is_date_of_any_century(&run.digits))
                    .then(|| run.range.start..run.range.end + gap + masks)
            }
            4 => {
                let before = &self.chars[..run.range.start];
                let gap = before.iter().rev().take(3).take_while(is_separator).count();
                let rest = &before[..before.len() - gap];
                let masks = rest.iter().rev().take(7).take_while(is_mask).count();
                (gap > 0 && masks == 6).then(|| run.range.start - gap - masks..run.range.end)
            }
            _ => None,
        }?;
        Some(Found { rule: Rule::CprPossible, range, digits: run.digits.clone() })
    }

    fn gap(&self, left: &Run, right: &Run) -> Gap {
        let between = &self.chars[left.range.end..right.range.start];
        let mut gap = if between.is_empty() { Gap::None } else { Gap::Blank };
        if between.len() > 6 {
            return Gap::Other;
        }
        for character in between {
            gap = match (character, gap) {
                (' ' | '\n' | '\r' | &FORM_FEED, gap) => gap,
                ('\t' | &BREAK, Gap::Blank | Gap::Cell) => Gap::Cell,
                // No figure ends in a dash, so what comes after goes on with it.
                ('\t' | &BREAK, Gap::Sign('-')) => gap,
                ('-' | '/' | '.' | '_', Gap::Blank) => Gap::Sign(*character),
                (sign, Gap::Sign(before)) if *sign == before => gap,
                _ => return Gap::Other,
            };
        }
        if is_end(between, &self.chars[right.range.start..]) { Gap::Cell } else { gap }
    }

    /// Whether a word for a personal number stands near.
    fn is_near(&self, range: &Range<usize>) -> bool {
        let before = &self.chars[range.start.saturating_sub(NEAR)..range.start];
        let after = &self.chars[range.end..self.chars.len().min(range.end + NEAR)];
        [before, after].iter().any(|chars| names_person_number(chars))
    }

    /// Whether a word directly before says that it is another number.
    fn is_other(&self, range: &Range<usize>) -> bool {
        let before: String = self.chars[range.start.saturating_sub(NEAR)..range.start].iter().collect();
        let is_sign =
            |character: char| matches!(character, ' ' | ':' | '.' | '-' | '#' | '(' | '=' | '\n' | '\t' | '+' | '*');
        let mut text = before.trim_end_matches(is_sign);
        // The number of the bank before that of the account.
        let bank = text.trim_end_matches(|character: char| character.is_ascii_digit());
        if text.len() - bank.len() == 4 {
            text = bank.trim_end_matches(is_sign);
        }
        let stripped = NUMBER_WORDS.iter().find_map(|word| text.strip_suffix(word));
        let text = stripped.map_or(text, |rest| rest.trim_end_matches(is_sign));
        let last = text.rsplit(|character: char| !character.is_alphabetic()).next().unwrap_or_default();
        OTHER_NUMBER.iter().any(|word| match word.len() {
            0..=2 => stripped.is_some() && last == *word,
            3 => last == *word,
            _ => last.ends_with(word),
        })
    }

    /// Whether it goes on before or after, as a part of something longer: `2014-010190-1234`.
    fn is_part(&self, range: &Range<usize>) -> bool {
        let joint = |character: Option<&char>| matches!(character, Some('-' | '/' | '.' | '_'));
        let digit = |character: Option<&char>| character.is_some_and(char::is_ascii_digit);
        let (start, end) = (range.start, range.end);
        let before = start >= 2 && joint(self.chars.get(start - 1)) && digit(self.chars.get(start - 2));
        before || joint(self.chars.get(end)) && digit(self.chars.get(end + 1))
    }

    fn is_digit_beside(&self, range: &Range<usize>) -> bool {
        let digit = |character: Option<&char>| character.is_some_and(char::is_ascii_digit);
        range.start > 0 && digit(self.chars.get(range.start - 1)) || digit(self.chars.get(range.end))
    }

    /// Whether a year or a day with its year stands before it, as in the number of a file or the name of a picture:
    /// `2014-220647-5830`, `20180522_150247_1234`.
    fn follows_year(&self, range: &Range<usize>) -> bool {
        let before = &self.chars[..range.start];
        let Some(('-' | '_', before)) = before.split_last().map(|(last, rest)| (*last, rest)) else { return false };
        let digits = before.iter().rev().take(9).take_while(|character| character.is_ascii_digit()).count();
        let year = &before[before.len() - digits..];
        matches!(digits, 4 | 8) && (year.starts_with(&['1', '9']) || year.starts_with(&['2', '0']))
    }

    /// What stands before and after it in the same line, with nothing but space between.
    fn beside(&self, range: &Range<usize>) -> Beside {
        let after = &self.chars[range.end..];
        // A part of an amount, of which four digits and a mark are the end but for one or two decimals.
        if after.first().is_some_and(|character| matches!(character, ',' | '.'))
            && (1..=2).contains(&after[1..].iter().take(3).take_while(|next| next.is_ascii_digit()).count())
        {
            return Beside::Row;
        }
        let before = figures(self.chars[..range.start].iter().rev().copied());
        match before + figures(after.iter().copied()) {
            0 if is_amount(after) => Beside::Figure,
            0 => Beside::Nothing,
            1 => Beside::Figure,
            _ => Beside::Row,
        }
    }
}

/// What stands beside a number.
enum Beside {
    /// Words, or nothing.
    Nothing,
    /// Another figure, or what a figure is of.
    Figure,
    /// Figures, as in a row of a table.
    Row,
}

/// How many figures come next in the same line, with nothing but space between; two are enough.
fn figures(chars: impl Iterator<Item = char>) -> usize {
    let mut chars = chars.peekable();
    let mut count = 0;
    while count < 2 {
        let spaces = std::iter::from_fn(|| chars.next_if(|next| matches!(next, ' ' | '\t' | &BREAK))).count();
        let is_figure = (1..=4).contains(&spaces) && chars.peek().is_some_and(char::is_ascii_digit);
        if !is_figure {
            break;
        }
        count += 1;
        while chars.next_if(|next| next.is_ascii_digit() || matches!(next, '.' | ',' | '-')).is_some() {}
    }
    count
}

/// Whether a unit follows, of what stands before it: `1500 kr.`, and neither `kr. 1.500` nor the beginning of `m.fl.`.
fn is_amount(after: &[char]) -> bool {
    let spaces = after.iter().take_while(|next| **next == ' ').count();
    let word: String = after[spaces..].iter().take_while(|next| next.is_alphanumeric()).collect();
    let rest = &after[spaces + word.chars().count()..];
    let stops = rest.iter().take_while(|next| **next == '.').count();
    let goes_on = stops > 0 && rest.get(stops).is_some_and(|next| next.is_alphabetic());
    let of_what_follows = rest[stops..].iter().find(|next| **next != ' ').is_some_and(char::is_ascii_digit);
    UNITS.contains(&word.as_str()) && !goes_on && !of_what_follows
}

/// Whether a paragraph, an entry of a list or a sentence ends in a gap: an empty line, a dash that begins a line and stands
/// alone, or a full stop with space after it. A dash at the end of the first half or at the beginning of the second joins
/// them over an empty line too, as the break of a page leaves one; and after the stop a sentence has to begin, with a year
/// or an amount.
fn is_end(between: &[char], after: &[char]) -> bool {
    let is_line_end = |character: &char| *character == '\n';
    let lines = between.iter().filter(|character| is_line_end(character)).count();
    let first = between.split(is_line_end).next().unwrap_or_default();
    let is_joined = first.contains(&'-') || between.ends_with(&['-']);
    let begins_entry = between.iter().position(|character| *character == '-').is_some_and(|at| {
        between.get(at + 1).is_some_and(|next| next.is_whitespace()) && between[..at].iter().any(is_line_end)
    });
    let is_stop = matches!(between, ['.', space, ..] if space.is_whitespace());
    let is_year = after.starts_with(&['1', '9']) || after.starts_with(&['2', '0']);
    lines > 1 && !is_joined || begins_entry || is_stop && (is_year || is_amount(after.get(4..).unwrap_or_default()))
}

/// Whether characters hold a word for a personal number.
fn names_person_number(chars: &[char]) -> bool {
    let text: String = chars.iter().map(|character| if *character == '\n' { ' ' } else { *character }).collect();
    if PERSON_NUMBER.iter().any(|word| text.contains(word)) {
        return true;
    }
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    BORN.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + word.len()..].chars().next())
        })
    })
}

/// Ten digits in the form of a personal number.
struct Number {
    digits: [u8; 10],
}

impl Number {
    fn new(digits: &str) -> Option<Number> {
        let digits: Vec<u8> = digits.bytes().map(|byte| byte.wrapping_sub(b'0')).collect();
        Some(Number { digits: digits.try_into().ok()? })
    }

    fn pair(&self, at: usize) -> i16 {
        i16::from(self.digits[at]) * 10 + i16::from(self.digits[at + 1])
    }

    /// The day; that of a replacement number is 60 higher.
    fn day(&self) -> i16 {
        if self.is_replacement() { self.pair(0) - 60 } else { self.pair(0) }
    }

    fn is_replacement(&self) -> bool {
        self.pair(0) > 60
    }

    /// The year, by the seventh digit.
    fn year(&self) -> i16 {
        let year = self.pair(4);
        match (self.digits[6], year) {
            (0..=3, _) | (4 | 9, 37..) => 1900 + year,
            (4 | 9, _) | (5..=8, ..=57) => 2000 + year,
            _ => 1800 + year,
        }
    }

    fn is_date(&self) -> bool {
        // Most ten digits fail by their month.
        let Some(month) = i8::try_from(self.pair(2)).ok().filter(|month| (1..=12).contains(month)) else {
            return false;
        };
        i8::try_from(self.day()).is_ok_and(|day| jiff::civil::Date::new(self.year(), month, day).is_ok())
    }

    fn is_modulus_11(&self) -> bool {
        const WEIGHTS: [u16; 10] = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
        self.digits.iter().zip(WEIGHTS).map(|(digit, weight)| u16::from(*digit) * weight).sum::<u16>() % 11 == 0
    }

    /// Whether the check fits, or can't be expected to: numbers without it were given first to those whose day of birth is
    /// written down as 1 January.
    fn is_sure(&self) -> bool {
        self.is_modulus_11() || (self.day(), self.pair(2)) == (1, 1)
    }
}

/// Whether a character may stand between digits and the signs that hide the others.
pub(super) fn is_separator(character: char) -> bool {
    matches!(character, ' ' | '-' | '/' | '.')
}

/// Whether a small character may hide a digit.
pub(super) fn is_mask(character: char) -> bool {
    matches!(character, 'x' | '*' | '#' | '?' | '_')
}

/// Whether ten digits, each from 0 to 9, begin with the date of a personal number.
pub(super) fn is_date(digits: [u8; 10]) -> bool {
    Number { digits }.is_date()
}

fn is_date_of_any_century(date: &str) -> bool {
    ["0000", "5000"].iter().any(|rest| Number::new(&format!("{date}{rest}")).is_some_and(|number| number.is_date()))
}
