//! Every word of a tongue.
//!
//! [`Language`] answers in the words of Danish or English: which headings are which sections, which titles close an item,
//! what a decision decided, how a date is written, how names are sorted. [`Words`] are the words of the pages. All other
//! modules know no word of either; adding a language is adding a file here.

mod da;
mod en;
pub mod minutes;
pub mod privacy;

use crate::model::{Outcome, SectionKind, any};
use aho_corasick::AhoCorasick;
use jiff::civil::{Date, Time};
use serde::Serialize;
use std::ops::Range;
use std::sync::LazyLock;

/// The language of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Danish.
    #[default]
    Da,
    /// English.
    En,
}

/// The words by which meeting files are understood. All in small letters.
#[derive(Debug)]
struct Grammar {
    /// Words before the number of an item.
    item: &'static [&'static str],
    /// Words that may stand between such a word and the number.
    number: &'static [&'static str],
    /// Words that alone, or before a colon, close an item. A title that begins with them in another way is suspicious.
    closed: &'static [&'static str],
    /// Those of them that stand over several items.
    closed_groups: &'static [&'static str],
    /// Other beginnings that make a title suspicious.
    nearly_closed: &'static [&'static str],
    /// Labels before a case number.
    case_labels: &'static [&'static str],
    /// Words between two case numbers.
    and: &'static [&'static str],
    /// How headings of sections begin.
    sections: &'static [(&'static str, SectionKind)],
    /// Headings of a decision that only count where no more than a day follows; `true`: behind the name of who decided.
    decision_of: &'static [(bool, &'static str)],
    /// How the names of those end who decide.
    deciders: &'static [&'static str],
    /// Words in such a name that make the decision another one.
    other_decisions: &'static [&'static str],
    /// Words before a day.
    before_days: &'static [&'static str],
    /// Words and phrases of decisions.
    outcomes: &'static [(&'static str, Outcome)],
    /// Words that turn a decision around.
    negations: &'static [&'static str],
    /// Words that make it somebody else's.
    recommendations: &'static [&'static str],
    /// How it is said that something was decided as others had recommended: no recommendation.
    as_recommended: &'static [&'static str],
    /// Short forms whose full stop ends no sentence.
    abbreviations: &'static [&'static str],
    /// Letters that sort after z, in order.
    last_letters: &'static [char],
    /// How words change and are put together.
    forms: Forms,
}

/// How words change and are put together, for searching. In the form of keys: small letters, æ ø å as ae oe aa.
#[derive(Debug)]
pub struct Forms {
    /// Endings of inflected words, longest first.
    pub endings: &'static [&'static str],
    /// What links the halves of compounds.
    pub links: &'static [&'static str],
    /// Beginnings of verbs and of what is made from verbs, after which the rest has another meaning than alone.
    pub particles: &'static [&'static str],
}

impl Language {
    /// The language of a tag of BCP 47, where we have it.
    pub fn from_tag(tag: &str) -> Option<Language> {
        [Language::Da, Language::En].into_iter().find(|language| language.tag() == tag)
    }

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        self.words().tag
    }

    /// The words of the pages.
    pub fn words(self) -> &'static Words {
        match self {
            Language::Da => &da::WORDS,
            Language::En => &en::WORDS,
        }
    }

    /// What a table for spreadsheets holds, by its name.
    pub fn table(self, table: &str) -> &'static str {
        self.column(table, "")
    }

    /// What a column of such a table holds.
    pub fn column(self, table: &str, column: &str) -> &'static str {
        let columns = match self {
            Language::Da => da::COLUMNS,
            Language::En => en::COLUMNS,
        };
        let known = |of: &str| columns.iter().find(|entry| (entry.0, entry.1) == (of, column)).map(|entry| entry.2);
        known(table).or_else(|| known("")).unwrap_or_default()
    }

    fn grammar(self) -> &'static Grammar {
        match self {
            Language::Da => &da::GRAMMAR,
            Language::En => &en::GRAMMAR,
        }
    }

    /// The words that may stand before the number of an item, of every language: a Danish archive may hold the minutes
    /// of an English-speaking board.
    pub fn item_words() -> impl Iterator<Item = &'static str> {
        da::GRAMMAR.item.iter().chain(en::GRAMMAR.item).copied()
    }

    /// Words that may stand between such a word and the number, of every language.
    pub fn number_words() -> impl Iterator<Item = &'static str> {
        da::GRAMMAR.number.iter().chain(en::GRAMMAR.number).copied()
    }

    /// What a title says of whether its item is closed.
    pub fn closed_title(self, title: &str) -> ClosedTitle {
        if !self.may_close(title) {
            return ClosedTitle::Open;
        }
        let title = simple(title);
        let grammar = self.grammar();
        let is_form = |text: &str| grammar.closed.contains(&text.trim());
        let without_stop = title.trim_end_matches(['.', ':']);
        let before_colon = title.split_once(':').is_some_and(|(head, _)| is_form(head));
        let in_brackets = without_stop
            .strip_suffix([')', ']'])
            .and_then(|rest| rest.rsplit_once(['(', '[']))
            .is_some_and(|(_, inside)| is_form(inside));
        let whole_in_brackets = is_form(without_stop.trim_matches(['(', ')', '[', ']']));
        // A dash with a space on either side; without one it is part of a word, as in "halv-lukket".
        let after_dash = [" -", "- "]
            .iter()
            .any(|dash| without_stop.rsplit_once(dash).is_some_and(|(_, tail)| is_form(tail.trim_start_matches('-'))));
        if is_form(without_stop) || before_colon || in_brackets || whole_in_brackets || after_dash {
            return ClosedTitle::Closed;
        }
        let words = title.trim_start_matches(|character: char| !character.is_alphanumeric());
        let begins =
            |form: &&str| words.strip_prefix(form).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        if grammar.closed.iter().chain(grammar.nearly_closed).any(begins) {
            return ClosedTitle::Unclear;
        }
        ClosedTitle::Open
    }

    /// Whether a text is no more than what stands over several closed items, and so is the title of none.
    pub fn is_closed_group(self, text: &str) -> bool {
        self.grammar().closed_groups.contains(&simple(text).trim().trim_end_matches(['.', ':']))
    }

    /// Whether a text may say anywhere that an item is closed. Nearly no title does, and to ask is far quicker than what follows.
    /// Only where letters stand for themselves is it no: elsewhere a word can be written in a way that shows after folding
    /// alone.
    pub fn may_close(self, text: &str) -> bool {
        !is_latin(text) || self.closed_words().is_match(text)
    }

    /// Finds a word of each form that closes an item or makes it suspicious, in capitals too.
    fn closed_words(self) -> &'static AhoCorasick {
        static DA: LazyLock<AhoCorasick> = LazyLock::new(|| telling_words(&da::GRAMMAR));
        static EN: LazyLock<AhoCorasick> = LazyLock::new(|| telling_words(&en::GRAMMAR));
        match self {
            Language::Da => &DA,
            Language::En => &EN,
        }
    }

    /// The kind of section a heading opens.
    pub fn section(self, heading: &str) -> SectionKind {
        let heading = simple(heading);
        let heading = without_number(heading.trim_end_matches([':', '.']));
        // The word alone, or followed by something that isn't the rest of a longer word: "Beslutning Byrådet den …".
        let begins = |word: &str| after_word(heading, word).is_some();
        let known = self.grammar().sections.iter().find(|(word, _)| begins(word)).map(|(_, kind)| *kind);
        known.or_else(|| self.is_decision_of(heading).then_some(SectionKind::Resolution)).unwrap_or(SectionKind::Other)
    }

    /// Whether a heading is that of the decision, said at length: "Beslutningen", "Endelig beslutning", "Havneudvalgets
    /// beslutning den 22. maj". Of whom and when is all that may be said: one that goes on may be of another decision.
    fn is_decision_of(self, heading: &str) -> bool {
        let grammar = self.grammar();
        if !grammar.decision_of.iter().any(|(_, word)| heading.contains(word)) {
            return false;
        }
        let is_other = |name: &str| grammar.other_decisions.iter().any(|word| name.contains(word));
        let of_whom = grammar.deciders.iter().find_map(|decider| {
            let (name, rest) = heading.split_once(decider)?;
            let rest = ["'s ", "’s ", " "].iter().find_map(|end| rest.strip_prefix(end))?;
            (!is_other(name)).then_some(rest)
        });
        let rest = grammar
            .decision_of
            .iter()
            .find_map(|(has_decider, word)| after_word(if *has_decider { of_whom? } else { heading }, word));
        rest.is_some_and(|rest| {
            let first = rest.trim_start_matches([' ', ',', ':', '-', '(']);
            let day = grammar.before_days.iter().find_map(|word| after_word(first, word)).unwrap_or(first);
            day.is_empty() || day.trim_start().starts_with(|character: char| character.is_ascii_digit())
        })
    }

    /// What a decision decided: the one outcome its words name. A negation beside such a word, or words of two outcomes,
    /// give none: a tag that is missing can be looked up, a wrong one misleads.
    ///
    /// Each line is a block, whose end ends a sentence. A line that begins with a tab goes on with what the line before leads
    /// to, as the entries of a list do.
    pub fn outcome(self, decision: &str) -> Option<Outcome> {
        let mut found = None;
        // What a negation leads to is turned around to its end, and what a recommendation leads to is nobody's decision.
        let (mut leads, mut recommends) = (false, false);
        for line in decision.split('\n') {
            let text = simple(line);
            leads &= line.starts_with('\t');
            let mut last = Sentence::default();
            for sentence in sentences(&text, self.grammar().abbreviations) {
                last = self.says(sentence);
                match last.said {
                    Said::Nothing => {}
                    Said::One(outcome) if !leads && !recommends && found.is_none_or(|earlier| earlier == outcome) => {
                        found = Some(outcome);
                    }
                    Said::One(_) | Said::Unclear => return None,
                }
            }
            let is_open = !text.ends_with(['.', '!', '?', ';']);
            leads |= is_open && last.is_negated;
            recommends |= is_open && last.recommends;
        }
        found
    }

    /// What one sentence says.
    fn says(self, sentence: &str) -> Sentence {
        let grammar = self.grammar();
        let mut says = Sentence::default();
        let of_recommendations = grammar.outcomes.len() + grammar.negations.len();
        for found in self.decisions().find_overlapping_iter(sentence).filter(|found| is_whole(sentence, found.range()))
        {
            let Some((_, outcome)) = grammar.outcomes.get(found.pattern().as_usize()) else {
                let recommends = found.pattern().as_usize() >= of_recommendations;
                let until = &sentence[..found.end()];
                if !(recommends && grammar.as_recommended.iter().any(|phrase| until.ends_with(phrase))) {
                    says.is_negated = true;
                    says.recommends |= recommends;
                }
                continue;
            };
            says.said = match says.said {
                Said::Nothing => Said::One(*outcome),
                Said::One(earlier) if earlier == *outcome => says.said,
                Said::One(_) | Said::Unclear => Said::Unclear,
            };
        }
        if says.is_negated && says.said != Said::Nothing {
            says.said = Said::Unclear;
        }
        says
    }

    /// Finds all words of decisions in one pass: the outcomes, the negations, the recommendations, in the order of the grammar.
    fn decisions(self) -> &'static AhoCorasick {
        static DA: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(&da::GRAMMAR));
        static EN: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(&en::GRAMMAR));
        match self {
            Language::Da => &DA,
            Language::En => &EN,
        }
    }

    /// Whether a word is a label before a case number, such as `sagsnr.`.
    pub fn is_case_label(self, word: &str) -> bool {
        let word = simple(word);
        let word = word.trim_end_matches([':', '.', ' ', '-']);
        self.grammar().case_labels.contains(&word)
    }

    /// Whether a word may stand between two case numbers.
    pub fn is_and(self, word: &str) -> bool {
        self.grammar().and.contains(&simple(word).as_str())
    }

    /// Letters that sort after z, in order.
    pub fn last_letters(self) -> &'static [char] {
        self.grammar().last_letters
    }

    /// The labels before a case number, in small letters.
    pub fn case_labels(self) -> &'static [&'static str] {
        self.grammar().case_labels
    }

    /// How words change and are put together.
    pub fn forms(self) -> &'static Forms {
        &self.grammar().forms
    }

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
        match self {
            Language::Da => format!("{weekday} den {}", self.date(date)),
            Language::En => format!("{weekday} {}", self.date(date)),
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

    /// A text's place in the order of the language: compare keys to sort. Letters before digits' values, case and accents
    /// aside, æ ø å last in Danish (Retskrivningsordbogen § 5), runs of digits by their value.
    pub fn sort_key(self, text: &str) -> Vec<u32> {
        let last = self.grammar().last_letters;
        let mut key = Vec::with_capacity(text.len());
        let mut characters = text.chars().flat_map(char::to_lowercase).peekable();
        while let Some(character) = characters.next() {
            if let Some(digit) = character.to_digit(10) {
                let mut value = u64::from(digit);
                while let Some(digit) = characters.peek().and_then(|next| next.to_digit(10)) {
                    value = value.saturating_mul(10).saturating_add(u64::from(digit));
                    characters.next();
                }
                key.push(1000 + u32::try_from(value).unwrap_or(u32::MAX - 10_000).min(u32::MAX - 10_000) % 1_000_000);
            } else if let Some(place) = last.iter().position(|letter| *letter == character) {
                key.push(2_000_100 + u32::try_from(place).unwrap_or(0));
            } else if character.is_alphabetic() {
                let base = crate::model::slug(&character.to_string());
                key.extend(base.bytes().map(|byte| 2_000_000 + u32::from(byte - b'0')));
                if base.is_empty() {
                    key.push(2_000_200 + u32::from(character));
                }
            } else {
                key.push(1);
            }
        }
        key
    }
}

/// What a title says of whether its item is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosedTitle {
    /// It is one of the forms of closed items.
    Closed,
    /// It begins with a word for closed items in another way.
    Unclear,
    /// It says nothing of the kind.
    Open,
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

/// A text with a capital letter at its beginning, the rest as it is.
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// A text for comparing words: small letters, one space between words, one kind of dash, without what can't be seen.
fn simple(text: &str) -> String {
    if is_latin(text) { simple_latin(text) } else { simple_unicode(text) }
}

/// The same of a text of Latin letters, as nearly every one is: it is in normal form, and has nothing else to be folded.
fn simple_latin(text: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut last = b' ';
    for byte in text.bytes() {
        let folded = match (last, byte) {
            (b' ', b'\t'..=b'\r' | b' ') => continue,
            (_, b'\t'..=b'\r') => b' ',
            // À to Þ, but for the sign of multiplication between them.
            (0xc3, 0x80..=0x96 | 0x98..=0x9e) => byte + 0x20,
            _ => byte,
        };
        out.push(folded);
        last = folded;
    }
    out.truncate(out.trim_ascii_end().len());
    // All at once: letter by letter takes many times as long.
    out.make_ascii_lowercase();
    String::from_utf8(out).unwrap_or_default()
}

fn simple_unicode(text: &str) -> String {
    use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
    let mut out = String::with_capacity(text.len());
    // Most are in normal form already, and looking is ten times as fast as normalising.
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => text.chars().for_each(|character| fold(character, &mut out)),
        _ => text.nfkc().for_each(|character| fold(character, &mut out)),
    }
    out.truncate(out.trim_end().len());
    out
}

/// Adds a character to a text for comparing words.
fn fold(character: char, out: &mut String) {
    match character {
        '!'..='~' => out.push(character.to_ascii_lowercase()),
        // Soft hyphen, zero-width characters and marks of direction: invisible, so no reason to differ.
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
        '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
        character if character.is_whitespace() => {
            if !out.ends_with(' ') && !out.is_empty() {
                out.push(' ');
            }
        }
        character => out.extend(character.to_lowercase()),
    }
}

/// What follows a word at the start of a text, if it isn't the rest of a longer word.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let goes_on = |character: char| character.is_alphanumeric() || character == '-';
    text.strip_prefix(word).filter(|rest| !rest.starts_with(goes_on))
}

/// A heading without the number it begins with: `1. Beslutning`, `4.2) Beslutning`.
fn without_number(heading: &str) -> &str {
    let rest =
        heading.trim_start_matches(|character: char| character.is_ascii_digit() || matches!(character, '.' | ')'));
    let has_sign = heading[..heading.len() - rest.len()].ends_with(['.', ')']);
    if has_sign && heading.starts_with(|first: char| first.is_ascii_digit()) { rest.trim_start() } else { heading }
}

/// The sentences of a text. A full stop after a number, a single letter or a known short form ends none.
fn sentences<'a>(text: &'a str, abbreviations: &'a [&'a str]) -> Vec<&'a str> {
    let mut out = Vec::new();
    let mut start = 0;
    let is_mark = |byte: &u8| matches!(byte, b'.' | b'!' | b'?' | b';');
    for (at, mark) in text.bytes().enumerate().filter(|(_, byte)| is_mark(byte)) {
        let end = at + 1;
        if mark == b'.' {
            if text[end..].chars().next().is_some_and(|next| !next.is_whitespace()) {
                continue;
            }
            let before = text.as_bytes()[start..at].iter().rposition(|byte| matches!(byte, b' ' | b'('));
            let word = &text[before.map_or(start, |before| start + before + 1)..at];
            if word.chars().count() < 2
                || word.bytes().all(|byte| byte.is_ascii_digit())
                || abbreviations.contains(&word)
            {
                continue;
            }
        }
        out.push(&text[start..end]);
        start = end;
    }
    out.push(&text[start..]);
    out
}

/// A sentence of a decision.
#[derive(Clone, Copy, Debug, Default)]
struct Sentence {
    said: Said,
    is_negated: bool,
    recommends: bool,
}

/// What a sentence of a decision says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Said {
    #[default]
    Nothing,
    One(Outcome),
    Unclear,
}

#[expect(clippy::expect_used, reason = "the words are constants, and tests build the automaton of each language")]
fn automaton(grammar: &Grammar) -> AhoCorasick {
    let outcomes = grammar.outcomes.iter().map(|(phrase, _)| phrase);
    let words = outcomes.chain(grammar.negations).chain(grammar.recommendations);
    AhoCorasick::new(words).expect("a few hundred words make an automaton")
}

#[expect(clippy::expect_used, reason = "the words are constants, and tests build the automaton of each language")]
fn telling_words(grammar: &Grammar) -> AhoCorasick {
    let forms = grammar.closed.iter().chain(grammar.nearly_closed);
    // A word that closes alone is enough; of "in camera" the longer one is rarer by far.
    let words = forms.filter_map(|form| {
        let alone = form.split(' ').find(|word| grammar.closed.contains(word));
        alone.or_else(|| form.split(' ').max_by_key(|word| word.len()))
    });
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).expect("a dozen words make an automaton")
}

/// Whether a text holds nothing but ASCII and the letters of Latin-1 (U+00C0 to U+00FF, in UTF-8 the byte C3 and another).
fn is_latin(text: &str) -> bool {
    !any(text.as_bytes(), |byte| (byte >= 0xc0) & (byte != 0xc3))
}

/// Whether a place in a text is whole words.
fn is_whole(text: &str, range: std::ops::Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// The words of the pages. Fields with two forms are for one and for any other number.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is the word it names")]
pub struct Words {
    pub tag: &'static str,
    pub locale: &'static str,
    pub months: [&'static str; 12],
    pub weekdays: [&'static str; 7],
    /// Parts of addresses.
    pub cases_address: &'static str,
    pub search_address: &'static str,
    pub item_address: &'static str,
    /// The frame of every page.
    pub skip: &'static str,
    pub main_menu: &'static str,
    pub breadcrumb: &'static str,
    pub home: &'static str,
    pub years: &'static str,
    pub year: &'static str,
    pub organization: &'static str,
    pub organizations: &'static str,
    pub cases: &'static str,
    pub search: &'static str,
    pub about: &'static str,
    pub contact: &'static str,
    pub license: &'static str,
    pub accessibility_statement: &'static str,
    pub updated: &'static str,
    pub no_tracking: &'static str,
    /// Lists.
    pub latest_meetings: &'static str,
    pub coming_meetings: &'static str,
    pub all_meetings: &'static str,
    pub meetings_in: &'static str,
    pub meetings: [&'static str; 2],
    pub items: [&'static str; 2],
    pub closed_count: [&'static str; 2],
    pub cases_count: [&'static str; 2],
    pub organizations_count: [&'static str; 2],
    pub no_meetings: &'static str,
    pub no_cases: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub previous_meeting: &'static str,
    pub next_meeting: &'static str,
    pub pages: &'static str,
    /// A meeting.
    pub minutes_of: &'static str,
    pub agenda_of: &'static str,
    pub cancelled_of: &'static str,
    pub time: &'static str,
    pub at: &'static str,
    pub place: &'static str,
    pub participants: &'static str,
    pub absent: &'static str,
    pub status: &'static str,
    pub status_agenda: &'static str,
    pub status_preliminary: &'static str,
    pub status_approved: &'static str,
    pub status_draft: &'static str,
    pub cancelled: &'static str,
    pub cancelled_text: &'static str,
    pub published: &'static str,
    pub modified: &'static str,
    pub corrections: &'static str,
    pub number_of_items: &'static str,
    pub of_which_closed: &'static str,
    pub agenda: &'static str,
    pub item: &'static str,
    pub to_agenda: &'static str,
    pub closed: &'static str,
    pub closed_item: &'static str,
    pub closed_text: &'static str,
    pub closed_planned: &'static str,
    pub reason: &'static str,
    pub decision: &'static str,
    pub outcome: &'static str,
    pub outcome_approved: &'static str,
    pub outcome_postponed: &'static str,
    pub outcome_noted: &'static str,
    pub outcome_rejected: &'static str,
    pub outcome_discussed: &'static str,
    pub outcome_referred: &'static str,
    pub attachments: &'static str,
    /// A case.
    pub case: &'static str,
    pub treatments: &'static str,
    pub treated: &'static str,
    pub latest_decision: &'static str,
    pub earlier_titles: &'static str,
    pub mentions: &'static str,
    pub mentions_text: &'static str,
    pub times: [&'static str; 2],
    pub from: &'static str,
    pub to: &'static str,
    pub cases_of: &'static str,
    pub cases_other: &'static str,
    /// Other pages.
    pub not_found: &'static str,
    pub not_found_text: &'static str,
    pub retracted: &'static str,
    pub retracted_item: &'static str,
    pub retracted_on: &'static str,
    pub moved: &'static str,
    pub moved_text: &'static str,
    /// The search. `{n}` stands for a number, `{word}` for a word.
    pub search_title: &'static str,
    pub search_text: &'static str,
    pub search_field: &'static str,
    pub search_help: &'static str,
    pub search_any_organization: &'static str,
    pub search_any_year: &'static str,
    pub search_any_outcome: &'static str,
    pub search_results: &'static str,
    pub search_working: &'static str,
    pub search_one: &'static str,
    pub search_many: &'static str,
    pub search_none: &'static str,
    pub search_near: &'static str,
    pub search_short: &'static str,
    pub search_more: &'static str,
    pub search_stale: &'static str,
    pub search_failed: &'static str,
    pub search_browse: &'static str,
    pub search_without_script: &'static str,
    pub titles: &'static str,
    pub titles_under: &'static str,
    pub other_letters: &'static str,
    /// Charts, and what stands beside a case.
    pub chart_months: &'static str,
    pub chart_years: &'static str,
    pub calendar: &'static str,
    pub calendar_legend: &'static str,
    pub month: &'static str,
    pub number: &'static str,
    pub corrected_on: &'static str,
    pub newer_treatment: &'static str,
    pub on_agenda_again: &'static str,
    pub on_agenda: &'static str,
    pub not_treated: &'static str,
    pub attachment: &'static str,
    pub all_attachments: &'static str,
    pub course: &'static str,
    pub next_treatment: &'static str,
    pub treated_by: &'static str,
    pub and: &'static str,
    pub archive_from: &'static str,
    pub since: &'static str,
    pub table: &'static str,
    pub share: &'static str,
    pub feed: &'static str,
    pub follow: &'static str,
    pub follow_case: &'static str,
    pub follow_archive: &'static str,
    pub calendar_address: &'static str,
    pub calendar_all: &'static str,
    pub calendar_one: &'static str,
    pub fetch_meeting: &'static str,
    pub data: &'static str,
    pub data_and_feeds: &'static str,
    pub data_text: &'static str,
    pub data_tables: &'static str,
    pub data_csv: &'static str,
    pub data_programs: &'static str,
    pub data_follow: &'static str,
    pub data_description: &'static str,
    pub data_catalog: &'static str,
    pub data_sitemap: &'static str,
    pub data_of_pages: &'static str,
    pub country: &'static str,
    pub language_code: &'static str,
    pub akn_one: &'static str,
    pub data_oparl: &'static str,
    pub data_oparl_text: &'static str,
    pub data_changes: &'static str,
}

impl Words {
    /// The word for an outcome.
    pub fn outcome(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Approved => self.outcome_approved,
            Outcome::Postponed => self.outcome_postponed,
            Outcome::Noted => self.outcome_noted,
            Outcome::Rejected => self.outcome_rejected,
            Outcome::Discussed => self.outcome_discussed,
            Outcome::Referred => self.outcome_referred,
        }
    }

    /// What is said of a closed item of a meeting that was held or not.
    pub fn closed_text(&self, is_held: bool) -> &'static str {
        if is_held { self.closed_text } else { self.closed_planned }
    }

    /// The word for a status.
    pub fn status(&self, status: crate::model::Status) -> &'static str {
        use crate::model::Status;
        match status {
            Status::Agenda => self.status_agenda,
            Status::Preliminary => self.status_preliminary,
            Status::Approved => self.status_approved,
            Status::Draft => self.status_draft,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn latin_text_is_folded_like_any_other(text in "[ -~\t\n\r\x0b\x0c\x01À-ÿ]{0,40}") {
            prop_assert!(is_latin(&text));
            prop_assert_eq!(simple_latin(&text), simple_unicode(&text));
        }
    }

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
    fn closed_titles() {
        for title in [
            "Lukket",
            "LUKKET PUNKT",
            "Lukket sag",
            "Lukket: Personalesag",
            "Lukket sag: Køb af grund",
            "Personalesag (lukket)",
            "Køb af grund - LUKKET SAG",
            "Køb af grund – lukket punkt",
            "(Lukket)",
            "Luk\u{ad}ket",
            "Lukket\u{a0}punkt",
            "Lukket.",
            "Ｌukket",
        ] {
            assert_eq!(Language::Da.closed_title(title), ClosedTitle::Closed, "{title}");
        }
        for title in ["Lukkede veje i sommerferien", "Lukket bassin i svømmehallen", "»Lukket« bassin"] {
            assert_eq!(Language::Da.closed_title(title), ClosedTitle::Unclear, "{title}");
        }
        for title in ["Lukning af Nørreskolen", "Orientering om lukket bassin", "Budget 2018", ""] {
            assert_eq!(Language::Da.closed_title(title), ClosedTitle::Open, "{title}");
        }
        for title in ["In camera personnel review", "In camera – staffing", "In camera, staffing", "In-camera session"]
        {
            assert_eq!(Language::En.closed_title(title), ClosedTitle::Unclear, "{title}");
        }
        for title in ["In cameras we trust", "Camera surveillance", "In closing"] {
            assert_eq!(Language::En.closed_title(title), ClosedTitle::Open, "{title}");
        }
        assert_eq!(Language::En.closed_title("In camera: staffing"), ClosedTitle::Closed);
        assert_eq!(Language::En.closed_title("Closed item"), ClosedTitle::Closed);
        assert_eq!(Language::En.closed_title("Staff matter (closed)"), ClosedTitle::Closed);
    }

    #[test]
    fn outcomes() {
        for (decision, outcome) in [
            ("Godkendt.", Some(Outcome::Approved)),
            (
                "Programmet for den 12. juni blev godkendt. Derudover bad udvalget om forslag, før der tages stilling.",
                Some(Outcome::Approved),
            ),
            ("Udvalget tog sagen til efterretning.", Some(Outcome::Noted)),
            ("Udvalget tog status til efterretning og godkendte måltallet.", None),
            ("Udskudt.", Some(Outcome::Postponed)),
            ("Indstillingen blev ikke godkendt.", None),
            ("Økonomiudvalget anbefaler, at sagen godkendes.", None),
            ("Drøftet.", Some(Outcome::Discussed)),
            ("Oversendes til Økonomiudvalget.", Some(Outcome::Referred)),
            ("Forslaget blev forkastet.", Some(Outcome::Rejected)),
            ("Formanden orienterede.", None),
            ("Godkendt, jf. bl.a. notatet. Der blev ikke stemt.", Some(Outcome::Approved)),
        ] {
            assert_eq!(Language::Da.outcome(decision), outcome, "{decision}");
        }
        for decision in
            ["Godkendt", "Godkendt.", "Godkendt som indstillet", "Tiltrådt som indstillet af økonomiudvalget."]
        {
            for beside in ["Ikke til stede: Bo", "Fravær: Ingen", "Fraværende:\n\tIngen", "Der var ingen bemærkninger"]
            {
                for text in [format!("{decision}\n{beside}"), format!("{beside}\n{decision}")] {
                    assert_eq!(Language::Da.outcome(&text), Some(Outcome::Approved), "{text}");
                }
            }
        }
        for decision in [
            "Økonomiudvalget indstiller, at det godkendes",
            "Økonomiudvalget indstiller\nAt det drøftes.\nAt det godkendes.",
            "Udvalget kunne ikke tiltræde:\n\tat det drøftes.\n\tat det godkendes.",
            "Anbefales godkendt som indstillet.",
            "Nej, forslaget vedtages.",
            "Godkendt, som ikke indstillet.",
        ] {
            assert_eq!(Language::Da.outcome(decision), None, "{decision}");
        }
        for decision in
            ["The motion was carried.", "Approved as recommended.", "The minutes were approved as proposed."]
        {
            assert_eq!(Language::En.outcome(decision), Some(Outcome::Approved), "{decision}");
        }
        for decision in [
            "Not approved.",
            "Nothing approved.",
            "None of the motions were approved.",
            "Nobody approved it.",
            "No one approved it.",
            "Failed to be approved.",
            "Unable to be approved",
            "The committee hardly approved",
            "It couldn’t be approved.",
            "Agreed to reject the bid.",
            "Agreed to postpone.",
            "Approval is recommended.",
        ] {
            assert_eq!(Language::En.outcome(decision), None, "{decision}");
        }
    }

    #[test]
    fn sections() {
        assert_eq!(Language::Da.section("Beslutning Direktionen den 22-05-2018"), SectionKind::Resolution);
        assert_eq!(Language::Da.section("Beslutningsgrundlag"), SectionKind::Other);
        assert_eq!(Language::Da.section("Bilag:"), SectionKind::Attachments);
        for heading in [
            "Beslutningen",
            "Byrådets beslutning",
            "Økonomiudvalgets beslutning den 22-05-2018",
            "Børne- og Ungeudvalgets beslutning, 22. maj",
            "Endelig beslutning",
            "Endelig beslutning Byrådet den 22. maj 2018",
            "1. Beslutning",
            "4.2 Beslutning",
            "4.2. Beslutning",
        ] {
            let expected = if heading == "4.2 Beslutning" { SectionKind::Other } else { SectionKind::Resolution };
            assert_eq!(Language::Da.section(heading), expected, "{heading}");
        }
        for heading in [
            "Tidligere beslutning",
            "Byrådets tidligere beslutning",
            "Det tidligere byråds beslutning",
            "Forslag til beslutning",
            "Udvalgets forslag til beslutning",
            "Tidligere byrådets beslutning",
            "Byrådets beslutning om budgettet",
            "Byrådets beslutning af 1. maj 2017",
            "Beslutningen fra sidste møde",
            "Ankestyrelsens beslutning",
            "Byrådets beslutningsgrundlag",
            "2018 beslutning",
        ] {
            assert_eq!(Language::Da.section(heading), SectionKind::Other, "{heading}");
        }
        for heading in ["The decision", "Council decision", "The Council's decision", "1. Decision", "Final decision"] {
            assert_eq!(Language::En.section(heading), SectionKind::Resolution, "{heading}");
        }
        for heading in
            ["Previous decision", "Previous council decision", "Proposed decision", "Council decision on fees"]
        {
            assert_eq!(Language::En.section(heading), SectionKind::Other, "{heading}");
        }
        assert_eq!(Language::En.section("Decision"), SectionKind::Resolution);
    }

    #[test]
    fn dates_numbers_and_order() {
        assert_eq!(Language::Da.long_date(date(2018, 5, 22)), "tirsdag den 22. maj 2018");
        assert_eq!(Language::En.long_date(date(2018, 5, 22)), "Tuesday 22 May 2018");
        assert_eq!(Language::Da.number(1_234_567), "1.234.567");
        assert_eq!(
            [999, 1_499, 214_000, 1_234_567].map(|bytes| Language::Da.size(bytes)),
            ["999 B", "1 kB", "214 kB", "1,2 MB"]
        );
        assert_eq!(Language::Da.list(&["a", "b", "c"]), "a, b og c");
        assert_eq!(Language::Da.count(1, Language::Da.words().meetings), "1 møde");
        let mut names =
            vec!["Åby", "Ældrerådet", "Zoo", "Økonomi", "aften", "Punkt 10", "Punkt 9", "Éclair", "Enghave"];
        names.sort_by_key(|name| Language::Da.sort_key(name));
        assert_eq!(names, ["aften", "Éclair", "Enghave", "Punkt 9", "Punkt 10", "Zoo", "Ældrerådet", "Økonomi", "Åby"]);
    }
}
