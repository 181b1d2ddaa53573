//! How dates, times of day, numbers and lists are written.

use super::Language;
use jiff::civil::{Date, Time};
use std::ops::Range;

impl Language {
    /// A date in running text: `22. maj 2018`.
    pub fn date(self, date: Date) -> String {
        let after_day = match self {
            Language::Da => ". ",
            Language::En => " ",
        };
        let digit = |number: i16| char::from(b'0' + (number.unsigned_abs() % 10) as u8);
        let (day, year) = (i16::from(date.day()), date.year());
        let month = self.month(date.month());
        // Every row of every list has one; putting it together takes a quarter of the time of formatting it.
        let mut out = String::with_capacity("22. ".len() + month.len() + " 2018".len());
        if day >= 10 {
            out.push(digit(day / 10));
        }
        out.push(digit(day));
        out.push_str(after_day);
        out.push_str(month);
        out.push(' ');
        match year {
            1000..=9999 => out.extend([year / 1000, year / 100, year / 10, year].map(digit)),
            _ => out.push_str(&year.to_string()),
        }
        out
    }

    /// Where a date stands in a text: day, month and year of four digits, as `22-05-2018`, `22. maj 2018` or `2018-05-22`; and
    /// the day `own` with a year of two digits or without separators too, as `220518`. Other numbers, such as `2024-2027`,
    /// are no dates.
    pub fn date_in(self, text: &str, own: Date) -> Option<Range<usize>> {
        let numbers: Vec<Range<usize>> = numbers(text).collect();
        (0..numbers.len()).find_map(|at| self.date_at(text, own, &numbers[at..]))
    }

    /// Where a date stands that begins with the first of some numbers.
    fn date_at(self, text: &str, own: Date, numbers: &[Range<usize>]) -> Option<Range<usize>> {
        let first = numbers.first()?;
        if matches!(first.len(), 6 | 8) {
            let forms = ["%d%m%Y", "%d%m%y", "%Y%m%d", "%y%m%d"];
            let is_own = forms.iter().any(|form| own.strftime(form).to_string() == text[first.clone()]);
            return is_own.then(|| first.clone());
        }
        let second = numbers.get(1)?;
        let part = |number: &Range<usize>| &text[number.clone()];
        let between = |a: &Range<usize>, b: &Range<usize>| text[a.end..b.start].trim();
        let gap = between(first, second);
        if let Some(month) = self.month_named(gap.trim_start_matches('.').trim_start()) {
            return is_date(part(first), &month, part(second), own).then_some(first.start..second.end);
        }
        let before = text[..first.start].trim_end();
        let word = before.rfind(' ').map_or(0, |space| space + 1);
        if let Some(month) = self.month_named(&before[word..]).filter(|_| gap == ",") {
            return is_date(part(first), &month, part(second), own).then_some(word..second.end);
        }
        let third = numbers.get(2)?;
        let is_mark = |gap: &str| matches!(gap, "-" | "." | "/" | "\u{2013}");
        let later = between(second, third);
        let [a, b, c] = [first, second, third].map(part);
        let is_one = is_date(a, b, c, own) || is_date(c, b, a, own);
        (is_one && is_mark(gap) && (is_mark(later) || later.is_empty())).then_some(first.start..third.end)
    }

    /// The number of a month by its name.
    fn month_named(self, name: &str) -> Option<String> {
        let at = self.words().months.iter().position(|month| month.eq_ignore_ascii_case(name))?;
        Some((at + 1).to_string())
    }

    /// A date with its weekday: `tirsdag den 22. maj 2018`.
    pub fn long_date(self, date: Date) -> String {
        let weekday = self.words().weekdays[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
        let words = [weekday, self.before_date(), &self.date(date)];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The word between a weekday and a date; empty where there is none.
    pub fn before_date(self) -> &'static str {
        match self {
            Language::Da => "den",
            Language::En => "",
        }
    }

    /// A time of day: `11.30` in Danish, `11:30` in English.
    pub fn time(self, time: Time) -> String {
        match self {
            Language::Da => format!("{:02}.{:02}", time.hour(), time.minute()),
            Language::En => format!("{:02}:{:02}", time.hour(), time.minute()),
        }
    }

    /// The name of a month, 1 to 12.
    pub fn month(self, month: i8) -> &'static str {
        self.words().months[usize::from(month.unsigned_abs().clamp(1, 12)) - 1]
    }

    /// A whole number with its groups of three: `1.234` in Danish, `1,234` in English.
    pub fn number(self, number: usize) -> String {
        let digits = number.to_string();
        let separator = match self {
            Language::Da => '.',
            Language::En => ',',
        };
        let mut out = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }

    /// The size of a file: `214 kB`, `1,2 MB`; a thousand bytes are a kilobyte (IEC 80000-13).
    pub fn size(self, bytes: u64) -> String {
        match bytes {
            0..1_000 => format!("{bytes} B"),
            1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
            _ => {
                let tenths = (bytes + 50_000) / 100_000;
                let separator = if self == Language::Da { ',' } else { '.' };
                format!("{}{separator}{} MB", tenths / 10, tenths % 10)
            }
        }
    }

    /// Several names as one: `a, b og c`.
    pub fn list(self, names: &[&str]) -> String {
        match names {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [first @ .., last] => format!("{} {} {last}", first.join(", "), self.words().and),
        }
    }

    /// `1 møde`, `12 møder`: a number with the right form of its word.
    pub fn count(self, number: usize, forms: [&str; 2]) -> String {
        [&self.number(number), " ", forms[usize::from(number != 1)]].concat()
    }
}

/// The whole numbers of a text, each as its place.
fn numbers(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = &text.as_bytes()[from..];
        let start = rest.iter().position(u8::is_ascii_digit)?;
        let length = rest[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = from + start..from + start + length;
        from = number.end;
        Some(number)
    })
}

/// Whether numbers are the day, the month and the year of a date: a year of four digits, or that of a known day with two.
fn is_date(day: &str, month: &str, year: &str, own: Date) -> bool {
    let number = |text: &str| text.parse::<i16>().ok();
    let of_two = |text: &str| number(text).filter(|_| text.len() <= 2).and_then(|value| i8::try_from(value).ok());
    let (Some(day), Some(month)) = (of_two(day), of_two(month)) else { return false };
    match (year.len(), number(year)) {
        (4, Some(year)) => Date::new(year, month, day).is_ok(),
        (2, Some(year)) => (day, month, year) == (own.day(), own.month(), own.year() % 100),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_in_titles() {
        let found = |language: Language, title: &'static str| {
            language.date_in(title, date(2018, 5, 22)).map(|place| &title[place])
        };
        for (title, expected) in [
            ("Øvrige sager 22-05-2018", "22-05-2018"),
            ("Årshjul 3/12-2017, udkast", "3/12-2017"),
            ("Eventuelt den 1. juni 2018", "1. juni 2018"),
            ("Eventuelt 5/6 2018", "5/6 2018"),
            ("Punkt 3 - 2018-05-22", "2018-05-22"),
            ("Eventuelt 22.05.18", "22.05.18"),
            ("Eventuelt 220518", "220518"),
        ] {
            assert_eq!(found(Language::Da, title), Some(expected), "{title}");
        }
        assert_eq!(found(Language::En, "Other business, May 22, 2018."), Some("May 22, 2018"));
        for title in
            ["2. behandling af budget 2024-2027", "Lokalplan 47.1.12", "32-13-2018", "23/655", "23.05.18", "230518"]
        {
            assert_eq!(found(Language::Da, title), None, "{title}");
        }
    }

    #[test]
    fn dates_and_numbers() {
        assert_eq!(Language::Da.long_date(date(2018, 5, 22)), "tirsdag den 22. maj 2018");
        assert_eq!(Language::En.long_date(date(2018, 5, 22)), "Tuesday 22 May 2018");
        assert_eq!(Language::Da.number(1_234_567), "1.234.567");
        assert_eq!(
            [999, 1_499, 214_000, 1_234_567].map(|bytes| Language::Da.size(bytes)),
            ["999 B", "1 kB", "214 kB", "1,2 MB"]
        );
        assert_eq!(Language::Da.list(&["a", "b", "c"]), "a, b og c");
        assert_eq!(Language::Da.count(1, Language::Da.words().meetings), "1 møde");
    }
}
