//! The words by which minutes are recognised in a document that is not yet a meeting file.
//!
//! Minutes are recognised by words alone, so each language brings them as data in `Vocabulary`; what stands below it only
//! compares. A Danish archive may hold the minutes of an English-speaking board, so words that can't be mistaken (months,
//! the word before an item's number) count in every language.

mod when;

use super::fold::simple;
use super::{Language, da, en};
use crate::model::{SectionKind, Status};
use jiff::civil::Date;
use std::ops::Range;
pub use when::{Times, begins_with_day, date, times, without_times};

/// The words of one language. All in small letters.
pub(super) struct Vocabulary {
    /// Words before the number of an item, longer ones first.
    pub(super) items: &'static [&'static str],
    /// Words that make a title line one of minutes, and how final such minutes are; longer ones first.
    pub(super) titles: &'static [(&'static str, Status)],
    /// Words around the name of an organization in a title line.
    pub(super) around: &'static [&'static str],
    /// Words for a meeting.
    pub(super) meetings: &'static [&'static str],
    /// Words in a title line that say more than the head holds.
    pub(super) special: &'static [&'static str],
    /// What a kind of meeting says of who met.
    pub(super) bodies: &'static [(&'static str, &'static str)],
    /// How the names of organizations end.
    pub(super) endings: &'static [&'static str],
    /// Labels of the head.
    pub(super) labels: &'static [(&'static str, Label)],
    /// Headings of a table of contents, and of a list of what is to come.
    pub(super) contents: &'static [&'static str],
    /// `Side 1 af 56`: the two words.
    pub(super) page: [&'static str; 2],
    /// How it is said that a meeting was called off.
    pub(super) cancelled: &'static [&'static str],
    /// Headings that open a section, beside those whose kind the language knows.
    pub(super) sections: &'static [&'static str],
    /// Names of months, short and long.
    pub(super) months: &'static [(&'static str, i8)],
    /// Words before a time of day.
    pub(super) clock: &'static [&'static str],
    /// Words that may stand around a date.
    pub(super) beside_dates: &'static [&'static str],
    /// Words before a place.
    pub(super) beside_places: &'static [&'static str],
    /// What a list of people or attachments says when it is empty.
    pub(super) nobody: &'static [&'static str],
    /// The word before the last of several names.
    pub(super) and: &'static str,
    /// What somebody may be at a meeting.
    pub(super) roles: &'static [&'static str],
    /// Labels that stand beside a case number and are none.
    pub(super) beside_cases: &'static [&'static str],
    /// How the lines after the last item begin.
    pub(super) closing: &'static [&'static str],
    /// The title of an item that has none.
    pub(super) untitled: &'static str,
}

/// What a label in the head of minutes stands before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// The day, often with the time.
    Date,
    /// When it began.
    Start,
    /// When it ended.
    End,
    /// Where.
    Place,
    /// Who took part.
    Present,
    /// Who did not.
    Absent,
    /// Who met.
    Organization,
}

const ALL: [&Vocabulary; 2] = [&da::VOCABULARY, &en::VOCABULARY];

impl Language {
    fn vocabulary(self) -> &'static Vocabulary {
        match self {
            Language::Da => &da::VOCABULARY,
            Language::En => &en::VOCABULARY,
        }
    }
}

/// A line that has the form of an item's heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemHeading {
    /// The word before the number; `None` where the number stands alone.
    pub word: Option<&'static str>,
    /// The number.
    pub number: String,
    /// Whether a colon, full stop, bracket or dash parts number and title.
    pub parted: bool,
    /// The title; empty where it stands on the next line.
    pub title: String,
}

/// Reads a line as the heading of an item: `Punkt 1: T`, `Pkt. 1 T`, `Ad 1.`, `Sag nr. 74`, `1. T`, `1 T`.
pub fn item_heading(line: &str) -> Option<ItemHeading> {
    let line = line.trim();
    let word = ALL.iter().flat_map(|words| words.items).find(|word| starts_with_word(line, word)).copied();
    let rest = word.map_or(line, |word| line[prefix_length(line, word).unwrap_or(0)..].trim_start());
    let length = number_length(rest);
    if length == 0 {
        return None;
    }
    let (number, after) = rest.split_at(length);
    let title = after.trim_start_matches([':', '.', ')', ' ', '\t', '\u{a0}']);
    let title = title.strip_prefix(['-', '–', '—']).filter(|rest| rest.starts_with(' ')).unwrap_or(title).trim();
    let parted = after.trim_start().starts_with([':', '.', ')', '-', '–', '—']);
    // `74/2018`, `22-05-2018`, `3,5`: the number goes on, so it is none of an item.
    let ends = after.is_empty()
        || after.starts_with(char::is_whitespace)
        || (after.starts_with([':', '.', ')']) && !after[1..].starts_with(|next: char| next.is_ascii_digit()));
    ends.then(|| ItemHeading { word, number: number.to_lowercase(), parted, title: title.to_owned() })
}

/// How many bytes at the start are a number of an item: digits, parts with dots, a letter (`12`, `12.1`, `4a`).
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = digits(0);
    // Numbers that run through a year have three digits at most; four would be a year.
    if length == 0 || length > 3 {
        return 0;
    }
    while bytes.get(length) == Some(&b'.') && (1..=2).contains(&digits(length + 1)) {
        length += 1 + digits(length + 1);
    }
    let letter = bytes.get(length).is_some_and(u8::is_ascii_alphabetic);
    let ends = !text[length..].chars().nth(1).is_some_and(char::is_alphanumeric);
    length + usize::from(letter && ends)
}

/// How many bytes of a text a word in small letters takes at its start.
fn prefix_length(text: &str, word: &str) -> Option<usize> {
    let mut wanted = word.chars().peekable();
    for (at, character) in text.char_indices() {
        if wanted.peek().is_none() {
            return Some(at);
        }
        let small = if character.is_whitespace() { ' ' } else { character.to_lowercase().next().unwrap_or(character) };
        if wanted.next() != Some(small) {
            return None;
        }
    }
    wanted.peek().is_none().then_some(text.len())
}

/// Whether a text begins with a word that ends there.
fn starts_with_word(text: &str, word: &str) -> bool {
    prefix_length(text, word).is_some_and(|end| !text[end..].starts_with(char::is_alphanumeric))
}

/// A label of the head and where its value begins, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// What the label stands before.
    pub label: Label,
    /// Where the value begins.
    pub value: usize,
    /// Whether a colon or a wide gap sets the label apart. Without, it may be the beginning of a sentence.
    pub set_apart: bool,
}

/// Reads the label at the start of a line.
pub fn label(language: Language, line: &str) -> Option<Labelled> {
    let known = language.vocabulary().labels.iter().filter(|(word, _)| starts_with_word(line, word));
    let (word, label) = known.max_by_key(|(word, _)| word.len())?;
    let end = prefix_length(line, word)?;
    let rest = &line[end..];
    let gap = rest.len() - rest.trim_start().len();
    let colon = rest.trim_start().starts_with(':');
    let wide = rest[..gap].chars().count() > 1 || rest.starts_with(['\t', '\u{a0}']);
    let value = end + gap + usize::from(colon);
    let value = value + line[value..].len() - line[value..].trim_start().len();
    Some(Labelled { label: *label, value, set_apart: colon || wide || rest.trim().is_empty() })
}

/// Whether a label's word is used for nothing else, so that it needs nothing to set it apart: `Mødedato 22. maj 2018`.
pub fn is_plain_label(line: &str) -> bool {
    let first: String =
        line.chars().take_while(|character| character.is_alphabetic()).flat_map(char::to_lowercase).collect();
    // The long words of forms; short ones begin sentences too.
    first.chars().count() >= 8 && first.starts_with("møde")
}

/// Whether a line alone is the heading of a table of contents or an agenda.
pub fn is_contents(language: Language, line: &str) -> bool {
    language.vocabulary().contents.contains(&simple(line).trim_end_matches([':', '.']))
}

/// What remains of a line when `Side 1 af 56` is taken from its start or end; `None` where it has none.
pub fn without_page(language: Language, line: &str) -> Option<String> {
    let [page, of] = language.vocabulary().page;
    let text = simple(line);
    let words: Vec<&str> = text.split(' ').collect();
    let is_number =
        |word: &&&str| !word.is_empty() && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let marker = |at: usize| -> Option<usize> {
        let number: u32 = words.get(at + 1).filter(is_number)?.parse().ok()?;
        if words.get(at) != Some(&page) {
            return None;
        }
        match (words.get(at + 2), words.get(at + 3).filter(is_number)) {
            (Some(word), Some(total)) if *word == of || *word == "/" => (number <= total.parse().ok()?).then_some(4),
            _ => None,
        }
    };
    if let Some(length) = marker(0) {
        return Some(words[length..].join(" "));
    }
    let start = words.len().checked_sub(4)?;
    (marker(start) == Some(4)).then(|| words[..start].join(" "))
}

/// Whether a line says that the meeting was called off.
pub fn is_cancelled(language: Language, line: &str) -> bool {
    let text = simple(line);
    let forms = language.vocabulary().cancelled;
    forms.contains(&text.trim_end_matches(['.', '!'])) || says_cancelled(&text, forms)
}

/// In a longer line only the phrases count, not a single word.
fn says_cancelled(text: &str, forms: &[&str]) -> bool {
    forms.iter().any(|form| form.contains(' ') && text.starts_with(form))
}

/// Whether a line says so and nothing else.
pub fn is_only_cancelled(language: Language, line: &str) -> bool {
    language.vocabulary().cancelled.contains(&simple(line).trim_end_matches(['.', '!']))
}

/// How much a line looks like a heading by its form alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Marked as a heading, or bold throughout.
    Heading,
    /// A line like any other.
    Bare,
}

/// The kind of section that a line alone opens, if its words are those of a section's heading.
pub fn section(language: Language, line: &str, look: Look) -> Option<SectionKind> {
    let text = simple(line);
    let text = text.trim_end_matches([':', '.']).trim_end();
    if text.len() > 120 || line.trim_end().ends_with('.') {
        return None;
    }
    let kind = language.section(text);
    let words = language.grammar().sections;
    let exact = words.iter().any(|(word, _)| *word == text) || language.vocabulary().sections.contains(&text);
    if exact {
        return Some(kind);
    }
    let rest = words.iter().filter_map(|(word, _)| text.strip_prefix(word)).min_by_key(|rest| rest.len())?;
    let has_date = date(rest).is_some();
    let goes_on = match kind {
        SectionKind::Resolution => has_date || (look == Look::Heading && !rest.starts_with([':', '.'])),
        SectionKind::Recommendation => has_date || look == Look::Heading,
        _ => false,
    };
    goes_on.then_some(kind)
}

/// What the line of a title says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// How final minutes with this title are; `None` where it is not one of minutes.
    pub status: Option<Status>,
    /// The organization.
    pub organization: Option<String>,
    /// The day.
    pub date: Option<Date>,
    /// Where, as far as it stands after the date.
    pub place: Option<String>,
    /// Whether it says that this was a meeting.
    pub meeting: bool,
    /// Whether the title says no more than that.
    pub understood: bool,
}

/// Reads a line as the title of minutes: `REFERAT Direktionen d. 22-05-2018`, `Minutes of the Harbour Board, 22 May 2018`.
pub fn title(language: Language, line: &str) -> Title {
    let words = language.vocabulary();
    let found = date(line);
    let after = found.as_ref().map(|(range, _)| without_times(&line[range.end..]));
    let place = after.as_deref().and_then(|after| place(language, after));
    let mut rest = match (&found, &after) {
        (Some((range, _)), Some(after)) if place.is_none() => format!("{} {after}", &line[..range.start]),
        (Some((range, _)), _) => line[..range.start].to_owned(),
        _ => line.to_owned(),
    };
    let mut status = None;
    for (word, means) in words.titles {
        if let Some(range) = find_word(&rest, word) {
            rest = format!("{} {}", &rest[..range.start], &rest[range.end..]);
            status = Some(*means);
            break;
        }
    }
    let mut special = false;
    let mut meeting = false;
    let mut body = None;
    let mut tokens: Vec<&str> = rest.split_whitespace().collect();
    loop {
        let mut stripped = false;
        for from_end in [false, true] {
            let Some(token) = (if from_end { tokens.last() } else { tokens.first() }) else { break };
            let small = simple(token.trim_matches([',', ':', '-', '–', '—', '.', '|', '(', ')']));
            let named = words.bodies.iter().find(|(meeting, _)| *meeting == small);
            let is_special = words.special.contains(&small.as_str());
            let weekday = words.beside_dates.contains(&small.as_str());
            if small.is_empty() || words.around.contains(&small.as_str()) || weekday || named.is_some() || is_special {
                special |= is_special;
                meeting |= named.is_some() || words.meetings.contains(&small.as_str());
                body = named.map(|(_, body)| (*body).to_owned()).or(body);
                if from_end {
                    tokens.pop()
                } else {
                    Some(tokens.remove(0))
                };
                stripped = true;
            }
        }
        if !stripped {
            break;
        }
    }
    let name = tokens.join(" ").trim_matches([',', ':', '-', '–', '—', ' ']).to_owned();
    let is_name =
        name.chars().next().is_some_and(char::is_uppercase) && name.split(' ').count() <= 10 && !name.ends_with('.');
    let understood = !special && (is_name || name.is_empty());
    Title {
        status,
        organization: if is_name { Some(name) } else { body.filter(|_| name.is_empty()) },
        date: found.map(|(_, date)| date),
        place,
        meeting,
        understood,
    }
}

/// Whether a line alone is the name of an organization, as far as its ending tells.
pub fn is_organization(language: Language, line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let vocabulary = language.vocabulary();
    let ends = |word: &&str| {
        let small = simple(word.trim_end_matches(','));
        vocabulary.endings.iter().any(|ending| small.ends_with(ending))
    };
    // Names have capitals, but for the small words that join them: "Udvalget for Børn og Unge".
    let is_name = |word: &&str| {
        let small = simple(word);
        word.starts_with(|first: char| first.is_uppercase() || first == '&')
            || small == vocabulary.and
            || vocabulary.around.contains(&small.as_str())
    };
    (1..=8).contains(&words.len())
        && line.trim_start().starts_with(char::is_uppercase)
        && !line.trim_end().ends_with(['.', ':', '?', '!'])
        && words.iter().any(ends)
        && (words.len() == 1
            || words.iter().all(is_name)
            || vocabulary.endings.iter().any(|ending| simple(line).ends_with(ending)))
}

/// Where a word stands in a text by itself, whatever its case.
fn find_word(text: &str, word: &str) -> Option<Range<usize>> {
    let free = |before: Option<char>| !before.is_some_and(char::is_alphanumeric);
    text.char_indices().find_map(|(at, _)| {
        let length = prefix_length(&text[at..], word)?;
        let end = at + length;
        (free(text[..at].chars().next_back()) && free(text[end..].chars().next())).then_some(at..end)
    })
}

/// Whether nothing in a text says more than the date and times that were taken from it.
pub fn is_beside_dates(language: Language, text: &str) -> bool {
    text.split(|character: char| {
        character.is_whitespace() || matches!(character, ',' | ':' | '(' | ')' | '-' | '–' | '.' | ';')
    })
    .filter(|word| !word.is_empty())
    .all(|word| {
        let word = simple(word);
        language.vocabulary().beside_dates.iter().any(|known| known.trim_end_matches('.') == word)
    })
}

/// The place in what is left of a line beside its date: `, i Mødelokale B105`.
pub fn place(language: Language, text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches([',', '.', ';']).trim();
    let word = language.vocabulary().beside_places.iter().find(|word| starts_with_word(text, word))?;
    let place = text[prefix_length(text, word)?..].trim().trim_end_matches('.');
    (place.chars().next().is_some_and(char::is_uppercase) && place.split(' ').count() <= 8).then(|| place.to_owned())
}

/// Whether a text says that there is nobody or nothing.
pub fn is_nobody(language: Language, text: &str) -> bool {
    language.vocabulary().nobody.contains(&simple(text).as_str())
}

/// The word before the last of several names.
pub fn and(language: Language) -> &'static str {
    language.vocabulary().and
}

/// Whether a text is what somebody was at a meeting, such as `formand`.
pub fn is_role(language: Language, text: &str) -> bool {
    language.vocabulary().roles.contains(&simple(text).as_str())
}

/// A label beside which a number is no case, at the start of a text, with where its value begins.
pub fn beside_case(language: Language, text: &str) -> Option<usize> {
    let known = language.vocabulary().beside_cases.iter().filter(|word| starts_with_word(text, word));
    known.map(|word| prefix_length(text, word).unwrap_or(0)).max()
}

/// Whether a line belongs to the end of the document rather than to what stands above it.
pub fn is_closing(language: Language, line: &str) -> bool {
    let text = simple(line);
    language.vocabulary().closing.iter().any(|form| text.starts_with(form))
}

/// The title of an item that has none.
pub fn untitled(language: Language) -> &'static str {
    language.vocabulary().untitled
}

/// The comments in the template of a meeting file.
#[derive(Clone, Copy, Debug)]
pub struct TemplateWords {
    /// Beside the date.
    pub date: &'static str,
    /// Beside the times.
    pub start: &'static str,
    /// An example of a place.
    pub place: &'static str,
    /// Beside the participants.
    pub participants: &'static str,
    /// An example of a name.
    pub name: &'static str,
    /// An example of a role.
    pub role: &'static str,
    /// Beside the absent.
    pub absent: &'static str,
    /// Beside the status.
    pub status: &'static str,
    /// Beside the closed items.
    pub closed: &'static str,
    /// A title for the first item.
    pub title: &'static str,
    /// Where the case number goes; it stands as a comment in the head.
    pub case: &'static str,
    /// Headings of the sections.
    pub sections: [&'static str; 3],
}

/// The words of the template of a meeting file.
pub fn template(language: Language) -> TemplateWords {
    match language {
        Language::Da => da::TEMPLATE,
        Language::En => en::TEMPLATE,
    }
}

/// The word before the number of an item in the heading of a meeting file.
pub fn item_word(language: Language) -> &'static str {
    match language {
        Language::Da => "Punkt",
        Language::En => "Item",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_items() {
        let read = |line: &str| item_heading(line).map(|found| (found.number, found.title));
        for (line, number, title) in [
            ("Punkt 1: Lukket", "1", "Lukket"),
            ("PUNKT 12 – Budget", "12", "Budget"),
            ("Pkt. 1 Valg af dirigent", "1", "Valg af dirigent"),
            ("Ad 1: Valg", "1", "Valg"),
            ("Ad 1. Valg", "1", "Valg"),
            ("Sag nr. 74", "74", ""),
            ("Sag nr. 74: Cykelsti", "74", "Cykelsti"),
            ("74. Cykelsti", "74", "Cykelsti"),
            ("1 Cykelsti", "1", "Cykelsti"),
            ("Punkt\u{a0}4a: Cykelsti", "4a", "Cykelsti"),
            ("Item 3: Harbour dues", "3", "Harbour dues"),
            ("Punkt 3", "3", ""),
        ] {
            assert_eq!(read(line), Some((number.to_owned(), title.to_owned())), "{line}");
        }
        for line in ["Sag nr. 18/471", "22-05-2018", "2018 Budget", "Punktum", "Adel 3", "3,5 mio. kr.", "17/22734"] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn titles() {
        for (line, organization) in [
            ("REFERAT Direktionen d. 22-05-2018", "Direktionen"),
            ("Referat af møde i Havneudvalget den 22. maj 2018", "Havneudvalget"),
            (
                "Referat fra bestyrelsesmøde i Andelsforeningen Solsikken mandag den 28. marts 2022 kl. 19.30",
                "Andelsforeningen Solsikken",
            ),
            ("Referat – Teknik- og Miljøudvalget", "Teknik- og Miljøudvalget"),
            ("Referat af bestyrelsesmøde", "Bestyrelsen"),
        ] {
            let title = title(Language::Da, line);
            assert_eq!(title.organization.as_deref(), Some(organization), "{line}");
            assert!(title.understood && title.status == Some(Status::Approved), "{line}");
        }
        let english = title(Language::En, "Minutes of the Harbour Board meeting, 22 May 2018");
        assert_eq!(english.organization.as_deref(), Some("Harbour Board"));
    }

    #[test]
    fn sections() {
        let is = |line: &str, look| section(Language::Da, line, look).is_some();
        for line in ["Baggrund", "Beslutning Direktionen den 22-05-2018", "Politik/Plan", "BILAG", "Beslutning:"] {
            assert!(is(line, Look::Bare), "{line}");
        }
        for line in
            ["Bilag 1 - Notat", "Baggrund for sagen", "Beslutning: Godkendt", "Beslutningen", "Information om budget"]
        {
            assert!(!is(line, Look::Bare), "{line}");
        }
        assert!(is("Beslutning i Havneudvalget", Look::Heading) && !is("Bilag 2", Look::Heading));
    }

    #[test]
    fn pages() {
        assert_eq!(without_page(Language::Da, "Side 1 af 56").as_deref(), Some(""));
        assert_eq!(without_page(Language::Da, "Vestby Kommune\tSide 3 af 56").as_deref(), Some("vestby kommune"));
        for line in ["Side 9 af 3", "Se side 3 af bilaget", "Side"] {
            assert_eq!(without_page(Language::Da, line), None, "{line}");
        }
    }
}
