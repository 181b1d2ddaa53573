//! Dates and times of day in running text, in every form minutes have them.

use super::{ALL, prefix_length, starts_with_word};
use jiff::civil::{Date, Time};
use std::ops::Range;

/// The first date in a text and its place in bytes: `22-05-2018`, `20.04.26`, `2018-05-22`, `22. maj 2018`, `May 22, 2018`.
pub fn date(text: &str) -> Option<(Range<usize>, Date)> {
    let mut before = None;
    for (at, character) in text.char_indices() {
        let fresh = !before.is_some_and(|before: char| before.is_alphanumeric() || matches!(before, '/' | '-' | '.'));
        if fresh && character.is_ascii_digit() {
            let found = numeric_date(&text[at..]).or_else(|| day_month_year(&text[at..]));
            if let Some((length, date)) = found {
                return Some((at..at + length, date));
            }
        } else if fresh
            && character.is_alphabetic()
            && let Some((length, date)) = month_day_year(&text[at..])
        {
            return Some((at..at + length, date));
        }
        before = Some(character);
    }
    None
}

fn civil(year: i32, month: i32, day: i32, digits_of_year: usize) -> Option<Date> {
    // Two digits are a year of this century: minutes that old were typed on paper.
    let year = match digits_of_year {
        2 => 2000 + year,
        4 => year,
        _ => return None,
    };
    if !(1800..=2199).contains(&year) {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A run of digits at the start: its length and value.
fn digits(text: &str, most: usize) -> Option<(usize, i32)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 || length > most {
        return None;
    }
    Some((length, text[..length].parse().ok()?))
}

fn numeric_date(text: &str) -> Option<(usize, Date)> {
    let (first, a) = digits(text, 4)?;
    let one = text[first..].chars().next().filter(|mark| matches!(mark, '-' | '.' | '/'))?;
    let second_at = first + one.len_utf8();
    let (second, b) = digits(&text[second_at..], 2)?;
    let after = second_at + second;
    let two = text[after..].chars().next().filter(|mark| matches!(mark, '-' | '.' | '/'))?;
    let third_at = after + two.len_utf8();
    let (third, c) = digits(&text[third_at..], 4)?;
    let end = third_at + third;
    if text[end..].starts_with(|next: char| next.is_alphanumeric() || matches!(next, '/' | '-')) {
        return None;
    }
    let date = if first == 4 { civil(a, b, c, 4).filter(|_| third <= 2) } else { civil(c, b, a, third) };
    date.map(|date| (end, date))
}

/// The month whose name a text begins with, and how long the name is with its full stop.
fn month(text: &str) -> Option<(usize, i32)> {
    let word: String = text.chars().take_while(|character| character.is_alphabetic()).collect();
    let small = word.to_lowercase();
    let (_, month) = ALL.iter().flat_map(|words| words.months).find(|(name, _)| *name == small)?;
    let length = word.len() + usize::from(text[word.len()..].starts_with('.'));
    Some((length, i32::from(*month)))
}

fn skip(text: &str, marks: &[char]) -> usize {
    text.len()
        - text.trim_start_matches(|character: char| character.is_whitespace() || marks.contains(&character)).len()
}

fn day_month_year(text: &str) -> Option<(usize, Date)> {
    let (mut at, day) = digits(text, 2)?;
    let suffix: String = text[at..].chars().take(2).flat_map(char::to_lowercase).collect();
    if ["st", "nd", "rd", "th"].contains(&suffix.as_str()) {
        at += 2;
    }
    at += skip(&text[at..], &['.']);
    at += if starts_with_word(&text[at..], "of") { 2 + skip(&text[at + 2..], &[]) } else { 0 };
    let (length, month) = month(&text[at..])?;
    at += length;
    at += skip(&text[at..], &[',']);
    let (length, year) = digits(&text[at..], 4)?;
    at += length;
    civil(year, month, day, length.max(4)).map(|date| (at, date))
}

fn month_day_year(text: &str) -> Option<(usize, Date)> {
    let (mut at, month) = month(text)?;
    at += skip(&text[at..], &[]);
    let (length, day) = digits(&text[at..], 2)?;
    at += length;
    let suffix: String = text[at..].chars().take(2).collect();
    at += if ["st", "nd", "rd", "th"].contains(&suffix.as_str()) { 2 } else { 0 };
    at += skip(&text[at..], &[',']);
    let (length, year) = digits(&text[at..], 4)?;
    civil(year, month, day, length.max(4)).map(|date| (at + length, date))
}

/// Whether a text begins with a day and a month, as in a list of dates: `11. juni`.
pub fn begins_with_day(text: &str) -> bool {
    digits(text, 2).is_some_and(|(at, _)| month(text[at..].trim_start_matches(['.', ' ', '\u{a0}'])).is_some())
}

/// Times of day in what follows a date: when it began and, of a range, when it ended; and what remains of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// The first.
    pub start: Option<Time>,
    /// The second.
    pub end: Option<Time>,
    /// Where they stand in the text, in bytes.
    pub range: Range<usize>,
}

/// Finds times of day: `kl. 13 - 14.30`, `11:30`, `at 7 pm`.
pub fn times(text: &str) -> Times {
    let mut before = None;
    for (at, character) in text.char_indices() {
        let fresh =
            !before.is_some_and(|before: char| before.is_alphanumeric() || matches!(before, '.' | ':' | '-' | '/'));
        if fresh {
            let word = ALL.iter().flat_map(|words| words.clock).find(|word| starts_with_word(&text[at..], word));
            let start = word.map_or(at, |word| at + prefix_length(&text[at..], word).unwrap_or(0));
            let start = start + skip(&text[start..], &['.', ':']);
            if (word.is_some() || character.is_ascii_digit())
                && let Some(found) = range_of_times(text, at, start, word.is_some())
            {
                return found;
            }
        }
        before = Some(character);
    }
    Times::default()
}

fn range_of_times(text: &str, from: usize, at: usize, announced: bool) -> Option<Times> {
    let (length, first, written_out) = time(&text[at..])?;
    let mut times = Times { start: Some(first), end: None, range: from..at + length };
    let after = &text[at + length..];
    let gap = skip(after, &[]);
    let mark = ["-", "–", "—", "til ", "to "].into_iter().find(|mark| after[gap..].starts_with(mark));
    if let Some(mark) = mark {
        let second = gap + mark.len();
        let second = second + skip(&after[second..], &[]);
        let word = ALL.iter().flat_map(|words| words.clock).find(|word| starts_with_word(&after[second..], word));
        let second = second + word.map_or(0, |word| word.len());
        let second = second + skip(&after[second..], &[]);
        if let Some((length, end, _)) = time(&after[second..]) {
            times.end = Some(end);
            times.range.end += second + length;
        }
    }
    // A bare number is a time only after a word that says so.
    (announced || written_out || times.end.is_some()).then_some(times)
}

/// A time at the start: its length, itself, and whether its form can be nothing else.
fn time(text: &str) -> Option<(usize, Time, bool)> {
    let (mut at, mut hour) = digits(text, 2)?;
    let mut minute = 0;
    let mut sure = false;
    let mark = text[at..].chars().next().filter(|mark| matches!(mark, ':' | '.'));
    if let Some(mark) = mark
        && let Some((2, value)) = digits(&text[at + 1..], 2)
    {
        minute = value;
        sure = mark == ':';
        at += 3;
    }
    let gap = skip(&text[at..], &[]);
    let half: String =
        text[at + gap..].chars().filter(|mark| *mark != '.').take(2).flat_map(char::to_lowercase).collect();
    let ends = |length: usize| !text[length..].starts_with(char::is_alphanumeric);
    if (half == "am" || half == "pm") && hour <= 12 {
        hour = hour % 12 + if half == "pm" { 12 } else { 0 };
        let dots = text[at + gap..].chars().nth(1) == Some('.');
        at = (at + gap + if dots { 4 } else { 2 }).min(text.len());
        sure = true;
    }
    if !text.is_char_boundary(at) || !ends(at) || (hour == 24 && minute > 0) || text[at..].starts_with(['/']) {
        return None;
    }
    let time =
        Time::new(i8::try_from(hour % 24).ok().filter(|_| hour <= 24)?, i8::try_from(minute).ok()?, 0, 0).ok()?;
    Some((at, time, sure))
}

/// A text without the times in it.
pub fn without_times(text: &str) -> String {
    let found = times(text);
    format!("{}{}", &text[..found.range.start], &text[found.range.end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<String> {
        date(text).map(|(_, date)| date.to_string())
    }

    #[test]
    fn dates() {
        for (text, expected) in [
            ("22-05-2018", "2018-05-22"),
            ("20.04.26 kl. 13 - 14.30", "2026-04-20"),
            ("mandag den 28. marts 2022 kl. 19.30", "2022-03-28"),
            ("Torsdag d. 03. oktober 2013 kl. 10:00", "2013-10-03"),
            ("06-06-2023", "2023-06-06"),
            ("2018-05-22", "2018-05-22"),
            ("5/3-2014", "2014-03-05"),
            ("22 May 2018", "2018-05-22"),
            ("Tuesday, the 22nd of May 2018", "2018-05-22"),
            ("May 22, 2018", "2018-05-22"),
        ] {
            assert_eq!(day(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "17/22734",
            "31-02-2018",
            "2017 - 2021",
            "18/471",
            "11,7",
            "kl. 11.30",
            "330-2018-3619",
            "00.01.00-P35-1-18",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn times_of_day() {
        let clock = |text: &str| {
            let found = times(text);
            [found.start, found.end].map(|time| time.map(|time| format!("{:02}:{:02}", time.hour(), time.minute())))
        };
        let of = |start: &str, end: &str| [start, end].map(|time| (!time.is_empty()).then(|| time.to_owned()));
        for (text, start, end) in [
            (" kl. 13 - 14.30", "13:00", "14:30"),
            (" kl. 11:30", "11:30", ""),
            (" kl. 19.30", "19:30", ""),
            ("17:00–19:15", "17:00", "19:15"),
            (" kl 9 til kl. 12", "09:00", "12:00"),
            (" at 7.30 pm", "19:30", ""),
            (" from 2 p.m. to 4 p.m.", "14:00", "16:00"),
            (" 12", "", ""),
            ("", "", ""),
        ] {
            assert_eq!(clock(text), of(start, end), "{text}");
        }
    }
}
