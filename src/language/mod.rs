//! Every word of a tongue.
//!
//! [`Language`] answers in the words of Danish or English: which headings are which sections, which titles close an item,
//! what a decision decided, how a date is written, how names are sorted. [`Words`] are the words of the pages. All other
//! modules know no word of either; adding a language is adding a file here.

mod da;
mod decision;
mod en;
mod figures;
mod fold;
pub mod minutes;
pub mod privacy;
mod words;

pub use words::Words;

use crate::model::{AgendaItem, Disclosure, Outcome, SectionKind, Stub};
use aho_corasick::AhoCorasick;
use fold::{is_latin, simple};
use jiff::civil::Date;
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
        let written = title;
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
        // Elsewhere a form counts where signs part it from the rest: "Køb, lukket sag", "Køb (lukket) - udsat", "a) Lukket".
        let is_form = |text: &str| is_form(text) || grammar.closed_groups.contains(&text.trim());
        let tails = [':', ','].map(|sign| without_stop.rsplit_once(sign).map_or("", |(_, tail)| tail.trim()));
        let at_end = tails.into_iter().find(|tail| is_form(tail));
        // "Køb: lukket sag" and "Køb: Lukket" say what the item is; a small "lukket" may be said of what it is about.
        let has_capital = written.split_whitespace().last().is_some_and(|word| word.contains(char::is_uppercase));
        let named_at_end = at_end.is_some_and(|tail| tail.contains(' ') || has_capital);
        let in_any_brackets = title
            .split(['(', '['])
            .skip(1)
            .any(|rest| rest.split_once([')', ']']).is_some_and(|(inside, _)| is_form(inside)));
        let is_label = |label: &str| label.contains(|sign: char| sign.is_ascii_digit() || matches!(sign, '(' | ')'));
        let after_label = without_stop.split_once(' ').is_some_and(|(label, rest)| is_label(label) && is_form(rest));
        let begins = grammar.closed.iter().chain(grammar.nearly_closed).any(begins);
        if begins || named_at_end || in_any_brackets || after_label || self.ends_in_capitals(written) {
            return ClosedTitle::Unclear;
        }
        if at_end.is_some() { ClosedTitle::Possible } else { ClosedTitle::Open }
    }

    /// Whether a title ends in a form in capitals, which the rest is not in: "Køb af grund LUKKET SAG".
    fn ends_in_capitals(self, title: &str) -> bool {
        let words: Vec<&str> = title.split_whitespace().collect();
        let is_loud = |word: &&str| !word.chars().any(char::is_lowercase);
        let loud = words.iter().rev().take_while(|word| is_loud(word)).count();
        let tail = |count: usize| simple(&words[words.len() - count..].join(" "));
        loud < words.len() && (1..=loud).any(|count| self.is_closed_form(tail(count).trim_end_matches(['.', ':'])))
    }

    /// Whether an item was closed to the public. One that was taken back was open, though no more than a stub is left of it.
    pub fn was_closed(self, item: &AgendaItem) -> bool {
        matches!(&item.disclosure, Disclosure::Closed(stub) if !self.is_taken_back(stub))
    }

    /// Whether a stub is what is left of an item that was taken back: its title says on which day, as `retract` writes it.
    pub fn is_taken_back(self, stub: &Stub) -> bool {
        let title = stub.title.as_deref().unwrap_or_default();
        let day = title.strip_prefix(self.words().retracted_item).and_then(|rest| rest.strip_prefix(' '));
        day.is_some_and(|day| self.date_in(day, Date::ZERO) == Some(0..day.len()))
    }

    /// Whether a text is no more than what stands over several closed items, and so is the title of none.
    pub fn is_closed_group(self, text: &str) -> bool {
        self.grammar().closed_groups.contains(&simple(text).trim().trim_end_matches(['.', ':']))
    }

    /// Whether a text says that an item is closed, and no more.
    pub fn is_closed_form(self, text: &str) -> bool {
        self.grammar().closed.contains(&simple(text).trim())
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
    /// It has a word for closed items at its beginning, or behind a sign, in another way.
    Unclear,
    /// It ends in a word that may be said of the item, or of what it is about: "Hallen i juli: lukket".
    Possible,
    /// It says nothing of the kind.
    Open,
}

impl ClosedTitle {
    /// Whether it closes nothing by itself.
    pub fn is_open(self) -> bool {
        matches!(self, ClosedTitle::Possible | ClosedTitle::Open)
    }

    /// Whether somebody has to say what is meant.
    pub fn is_doubtful(self) -> bool {
        matches!(self, ClosedTitle::Unclear | ClosedTitle::Possible)
    }
}

/// A text with a capital letter at its beginning, the rest as it is.
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

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
        for title in [
            "Køb: lukket sag",
            "Køb, lukket sag.",
            "Køb (lukket) - udsat",
            "a) Lukket",
            "(1) Lukket sag",
            "17/1 Lukket",
        ] {
            assert_eq!(Language::Da.closed_title(title), ClosedTitle::Unclear, "{title}");
        }
        for title in ["Køb af grund LUKKET SAG", "Køb (lukket behandling)", "Seminar, lukket møde", "Køb 17/1 LUKKET."]
        {
            assert_eq!(Language::Da.closed_title(title), ClosedTitle::Unclear, "{title}");
        }
        for title in ["Hallen i juli: lukket", "Hallen i juli, lukket."] {
            assert_eq!(Language::Da.closed_title(title), ClosedTitle::Possible, "{title}");
        }
        for title in [
            "Vejen (lukket for trafik)",
            "Hallen, lukket hele juli",
            "Status: lukket bassin åbner",
            "Genoptagelse af lukket sag",
            "HALLEN HOLDES LUKKET",
        ] {
            assert_eq!(Language::Da.closed_title(title), ClosedTitle::Open, "{title}");
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
    fn order() {
        let mut names =
            vec!["Åby", "Ældrerådet", "Zoo", "Økonomi", "aften", "Punkt 10", "Punkt 9", "Éclair", "Enghave"];
        names.sort_by_key(|name| Language::Da.sort_key(name));
        assert_eq!(names, ["aften", "Éclair", "Enghave", "Punkt 9", "Punkt 10", "Zoo", "Ældrerådet", "Økonomi", "Åby"]);
    }
}
