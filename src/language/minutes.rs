//! The words by which minutes are recognised in a document that is not yet a meeting file.
//!
//! Minutes are recognised by words alone, so each language brings them as data in `Vocabulary`; what stands below it only
//! compares. A Danish archive may hold the minutes of an English-speaking board, so words that can't be mistaken (months,
//! the word before an item's number) count in every language.

use super::{Language, simple};
use crate::model::{SectionKind, Status};
use jiff::civil::{Date, Time};
use std::ops::Range;

/// The words of one language. All in small letters.
struct Vocabulary {
    /// Words before the number of an item, longer ones first.
    items: &'static [&'static str],
    /// Words that make a title line one of minutes, and how final such minutes are; longer ones first.
    titles: &'static [(&'static str, Status)],
    /// Words around the name of an organization in a title line.
    around: &'static [&'static str],
    /// Words for a meeting.
    meetings: &'static [&'static str],
    /// Words in a title line that say more than the head holds.
    special: &'static [&'static str],
    /// What a kind of meeting says of who met.
    bodies: &'static [(&'static str, &'static str)],
    /// How the names of organizations end.
    endings: &'static [&'static str],
    /// Labels of the head.
    labels: &'static [(&'static str, Label)],
    /// Headings of a table of contents, and of a list of what is to come.
    contents: &'static [&'static str],
    /// `Side 1 af 56`: the two words.
    page: [&'static str; 2],
    /// How it is said that a meeting was called off.
    cancelled: &'static [&'static str],
    /// Headings that open a section, beside those whose kind the language knows.
    sections: &'static [&'static str],
    /// Names of months, short and long.
    months: &'static [(&'static str, i8)],
    /// Words before a time of day.
    clock: &'static [&'static str],
    /// Words that may stand around a date.
    beside_dates: &'static [&'static str],
    /// Words before a place.
    beside_places: &'static [&'static str],
    /// What a list of people or attachments says when it is empty.
    nobody: &'static [&'static str],
    /// The word before the last of several names.
    and: &'static str,
    /// What somebody may be at a meeting.
    roles: &'static [&'static str],
    /// Labels that stand beside a case number and are none.
    beside_cases: &'static [&'static str],
    /// How the lines after the last item begin.
    closing: &'static [&'static str],
    /// The title of an item that has none.
    untitled: &'static str,
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

const DANISH: Vocabulary = Vocabulary {
    items: &[
        "dagsordenspunkt nr.",
        "dagsordenspunkt",
        "dagsordens punkt",
        "ad pkt.",
        "ad pkt",
        "ad punkt",
        "punkt nr.",
        "punkt",
        "pkt. nr.",
        "pkt.",
        "pkt",
        "ad.",
        "ad",
        "sag nr.",
        "sag nr",
    ],
    titles: &[
        ("udkast til referat", Status::Preliminary),
        ("foreløbigt referat", Status::Preliminary),
        ("beslutningsprotokol", Status::Approved),
        ("beslutningsreferat", Status::Approved),
        ("bestyrelsesreferat", Status::Approved),
        ("mødereferat", Status::Approved),
        ("åbent referat", Status::Approved),
        ("endeligt referat", Status::Approved),
        ("referat", Status::Approved),
        ("protokol", Status::Approved),
        ("dagsorden", Status::Agenda),
    ],
    around: &[
        "af",
        "fra",
        "for",
        "over",
        "til",
        "i",
        "hos",
        "ved",
        "møde",
        "mødet",
        "ordinært",
        "åben",
        "åbent",
        "det",
        "den",
        "d.",
        "d",
        "afholdt",
        "holdt",
        "nr.",
    ],
    meetings: &["møde", "mødet"],
    special: &["ekstraordinært", "ekstraordinær", "konstituerende", "fælles", "fællesmøde"],
    bodies: &[
        ("kommunalbestyrelsesmøde", "Kommunalbestyrelsen"),
        ("bestyrelsesmøde", "Bestyrelsen"),
        ("bestyrelsesmødet", "Bestyrelsen"),
        ("byrådsmøde", "Byrådet"),
        ("direktionsmøde", "Direktionen"),
        ("udvalgsmøde", "Udvalget"),
        ("afdelingsmøde", "Afdelingsmødet"),
        ("afdelingsbestyrelsesmøde", "Afdelingsbestyrelsen"),
        ("generalforsamling", "Generalforsamlingen"),
        ("repræsentantskabsmøde", "Repræsentantskabet"),
        ("menighedsrådsmøde", "Menighedsrådet"),
    ],
    endings: &[
        "udvalget",
        "udvalg",
        "bestyrelsen",
        "bestyrelse",
        "rådet",
        "råd",
        "direktionen",
        "forsamlingen",
        "nævnet",
        "nævn",
        "kommissionen",
        "styregruppen",
    ],
    labels: &[
        ("mødedato", Label::Date),
        ("møde dato", Label::Date),
        ("mødetidspunkt", Label::Date),
        ("mødetid", Label::Date),
        ("dato og tidspunkt", Label::Date),
        ("dato og tid", Label::Date),
        ("dato", Label::Date),
        ("tidspunkt", Label::Date),
        ("tid", Label::Date),
        ("starttidspunkt", Label::Start),
        ("mødestart", Label::Start),
        ("start", Label::Start),
        ("klokken", Label::Start),
        ("kl.", Label::Start),
        ("kl", Label::Start),
        ("sluttidspunkt", Label::End),
        ("mødeslut", Label::End),
        ("slut", Label::End),
        ("mødested", Label::Place),
        ("mødelokale", Label::Place),
        ("sted", Label::Place),
        ("lokale", Label::Place),
        ("mødedeltagere", Label::Present),
        ("deltagere", Label::Present),
        ("deltager", Label::Present),
        ("deltog", Label::Present),
        ("til stede var", Label::Present),
        ("til stede", Label::Present),
        ("tilstede", Label::Present),
        ("tilstedeværende", Label::Present),
        ("fremmødte", Label::Present),
        ("mødt", Label::Present),
        ("medlemmer", Label::Present),
        ("afbud fra", Label::Absent),
        ("afbud", Label::Absent),
        ("fraværende med afbud", Label::Absent),
        ("fraværende", Label::Absent),
        ("ikke til stede", Label::Absent),
        ("ikke mødt", Label::Absent),
        ("udvalg", Label::Organization),
        ("organ", Label::Organization),
    ],
    contents: &[
        "indholdsfortegnelse",
        "indhold",
        "dagsorden",
        "dagsordenspunkter",
        "punkter på dagsordenen",
        "sagsliste",
        "sagsoversigt",
    ],
    page: ["side", "af"],
    cancelled: &["mødet blev aflyst", "mødet er aflyst", "mødet aflyst", "mødet aflyses", "aflyst møde", "aflyst"],
    sections: &[
        "politik/plan",
        "administrationens bemærkninger",
        "administrationens indstilling",
        "forvaltningens bemærkninger",
        "forvaltningens indstilling",
        "beslutningstema",
        "tidligere beslutninger",
        "lovgivning",
        "afstemning",
        "mindretalsudtalelse",
    ],
    months: &[
        ("januar", 1),
        ("februar", 2),
        ("marts", 3),
        ("april", 4),
        ("maj", 5),
        ("juni", 6),
        ("juli", 7),
        ("august", 8),
        ("september", 9),
        ("oktober", 10),
        ("november", 11),
        ("december", 12),
        ("jan", 1),
        ("febr", 2),
        ("feb", 2),
        ("mar", 3),
        ("apr", 4),
        ("jun", 6),
        ("jul", 7),
        ("aug", 8),
        ("sept", 9),
        ("sep", 9),
        ("okt", 10),
        ("nov", 11),
        ("dec", 12),
    ],
    clock: &["kl.", "kl", "klokken"],
    beside_dates: &[
        "den", "d.", "d", "dato", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag", "til", "fra",
        "kl.", "kl", "klokken",
    ],
    beside_places: &["i", "på", "sted:", "hos", "ved"],
    nobody: &["ingen", "ingen afbud", "ingen bilag", "ingen fraværende", "alle mødt", "intet", "-", "–", "/", "ingen."],
    and: "og",
    roles: &[
        "formand",
        "forperson",
        "næstformand",
        "næstforperson",
        "sekretær",
        "referent",
        "kasserer",
        "suppleant",
        "borgmester",
        "viceborgmester",
        "medlem",
        "direktør",
        "kommunaldirektør",
        "ordstyrer",
        "dirigent",
        "mødeleder",
        "vært",
        "observatør",
        "gæst",
        "revisor",
        "centerchef",
        "afdelingschef",
        "kontorchef",
        "konsulent",
        "bestyrelsesmedlem",
        "beboerrepræsentant",
    ],
    beside_cases: &[
        "dok.nr",
        "dok.nr.",
        "dok. nr.",
        "dok nr.",
        "doknr",
        "doknr.",
        "dokumentnr.",
        "dokument nr.",
        "initialer",
        "init.",
        "sagsbehandler",
        "beslutningskompetence",
        "sagstype",
        "sagen afgøres i",
    ],
    closing: &[
        "mødet hævet",
        "mødet blev hævet",
        "mødet sluttede",
        "mødet slut",
        "underskrift",
        "referatet er godkendt",
        "referent:",
    ],
    untitled: "Uden titel",
};

const ENGLISH: Vocabulary = Vocabulary {
    items: &["agenda item no.", "agenda item", "item no.", "item"],
    titles: &[
        ("unconfirmed minutes", Status::Preliminary),
        ("draft minutes", Status::Preliminary),
        ("meeting minutes", Status::Approved),
        ("meeting notes", Status::Approved),
        ("minutes", Status::Approved),
        ("agenda", Status::Agenda),
    ],
    around: &["of", "the", "a", "for", "from", "in", "on", "meeting", "regular", "ordinary", "held", "by", "open"],
    meetings: &["meeting"],
    special: &["extraordinary", "special", "annual", "joint", "general"],
    bodies: &[],
    endings: &["committee", "board", "council", "commission", "group", "panel", "assembly"],
    labels: &[
        ("date and time", Label::Date),
        ("meeting date", Label::Date),
        ("date", Label::Date),
        ("time", Label::Date),
        ("start", Label::Start),
        ("start time", Label::Start),
        ("end", Label::End),
        ("end time", Label::End),
        ("place", Label::Place),
        ("location", Label::Place),
        ("venue", Label::Place),
        ("present", Label::Present),
        ("in attendance", Label::Present),
        ("attendees", Label::Present),
        ("attendance", Label::Present),
        ("participants", Label::Present),
        ("members present", Label::Present),
        ("apologies for absence", Label::Absent),
        ("apologies", Label::Absent),
        ("absent", Label::Absent),
        ("regrets", Label::Absent),
        ("committee", Label::Organization),
        ("body", Label::Organization),
    ],
    contents: &["table of contents", "contents", "agenda"],
    page: ["page", "of"],
    cancelled: &[
        "the meeting was cancelled",
        "the meeting is cancelled",
        "meeting cancelled",
        "meeting was cancelled",
        "cancelled",
        "canceled",
    ],
    sections: &["discussion", "action", "actions", "vote", "notes"],
    months: &[
        ("january", 1),
        ("february", 2),
        ("march", 3),
        ("april", 4),
        ("may", 5),
        ("june", 6),
        ("july", 7),
        ("august", 8),
        ("september", 9),
        ("october", 10),
        ("november", 11),
        ("december", 12),
        ("jan", 1),
        ("feb", 2),
        ("mar", 3),
        ("apr", 4),
        ("jun", 6),
        ("jul", 7),
        ("aug", 8),
        ("sept", 9),
        ("sep", 9),
        ("oct", 10),
        ("nov", 11),
        ("dec", 12),
    ],
    clock: &["at", "from"],
    beside_dates: &[
        "on",
        "the",
        "of",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "at",
        "from",
        "to",
    ],
    beside_places: &["in", "at"],
    nobody: &["none", "nobody", "no apologies", "nil", "none.", "-", "–", "no attachments"],
    and: "and",
    roles: &[
        "chair",
        "chairman",
        "chairwoman",
        "chairperson",
        "vice-chair",
        "vice chair",
        "secretary",
        "clerk",
        "treasurer",
        "member",
        "mayor",
        "director",
        "observer",
        "guest",
        "minutes",
    ],
    beside_cases: &["document no.", "doc. no.", "initials", "author"],
    closing: &["the meeting closed", "the meeting ended", "meeting closed", "meeting adjourned", "signed"],
    untitled: "Untitled",
};

const ALL: [&Vocabulary; 2] = [&DANISH, &ENGLISH];

impl Language {
    fn vocabulary(self) -> &'static Vocabulary {
        match self {
            Language::Da => &DANISH,
            Language::En => &ENGLISH,
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
        Language::Da => TemplateWords {
            date: "mødets dato",
            start: "valgfrit; også end: \"13:00\"",
            place: "Mødelokale 1",
            participants: "et navn pr. linje, eller et navn med en rolle",
            name: "Fornavn Efternavn",
            role: "formand",
            absent: "dem, der har meldt afbud",
            status: "agenda (dagsorden), preliminary (foreløbigt), approved (godkendt) eller draft (offentliggøres ikke)",
            closed: "et lukket punkt hedder \"Punkt 2: Lukket\"; hvad offentligheden må vide om det, skrives her:",
            title: "Godkendelse af dagsorden",
            case: "sagsnumre står alene i første afsnit under punktets overskrift, for eksempel 17/22734",
            sections: ["Indstilling", "Beslutning", "Bilag"],
        },
        Language::En => TemplateWords {
            date: "the day of the meeting",
            start: "optional; also end: \"13:00\"",
            place: "Room 1",
            participants: "one name a line, or a name with a role",
            name: "First Last",
            role: "chair",
            absent: "those who sent apologies",
            status: "agenda, preliminary, approved or draft (not published)",
            closed: "a closed item is called \"Item 2: Closed\"; what the public may know of it is written here:",
            title: "Approval of the agenda",
            case: "case numbers stand alone in the first paragraph under the heading of the item, such as 17/22734",
            sections: ["Recommendation", "Decision", "Attachments"],
        },
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
