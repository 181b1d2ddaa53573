//! What stands before the first item: date, place, people, organization. What can't be understood stays in the preamble.

use super::Reading;
use super::lines::Line;
use super::people;
use crate::diag::Code;
use crate::language::Language;
use crate::language::minutes::{self, Label, Labelled};
use crate::model::{Person, Status};
use crate::source::Span;
use jiff::civil::{Date, Time};

/// The head of a document.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub organization: Option<String>,
    pub date: Option<Date>,
    pub start: Option<Time>,
    pub end: Option<Time>,
    pub place: Option<String>,
    pub participants: Vec<Person>,
    pub absent: Vec<Person>,
    pub status: Option<Status>,
    pub cancelled: bool,
    /// How many labels of minutes it has, and how many of these stand before people.
    pub labels: usize,
    pub lists_of_people: usize,
    /// The lines that went into it.
    pub taken: Vec<bool>,
    /// The lines that begin with a label.
    pub labelled: Vec<bool>,
    /// The date of a label is surer than that of a title.
    date_is_labelled: bool,
    organization_is_sure: bool,
}

/// A line longer than this is a sentence, and no title or name.
const LONGEST_TITLE: usize = 200;

/// Reads the head from the lines before the first item.
pub(super) fn head(lines: &[Line<'_>], skip: &dyn Fn(usize) -> bool, reading: &mut Reading<'_>) -> Head {
    let mut head = Head { taken: vec![false; lines.len()], labelled: vec![false; lines.len()], ..Head::default() };
    let language = reading.settings.language;
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        if line.is_blank() || skip(at) || head.taken[at] {
            at += 1;
            continue;
        }
        match labelled(people::without_bullet(&line.plain), language) {
            Some(_) => at += labels(lines, at, skip, &mut head, reading),
            None => {
                if line.plain.len() <= LONGEST_TITLE {
                    let understood = loose_line(line, &mut head, reading);
                    head.taken[at] = understood;
                }
                at += 1;
            }
        }
    }
    head
}

/// The label at the start of a line, unless the line rather is a sentence.
fn labelled(text: &str, language: Language) -> Option<Labelled> {
    let found = minutes::label(language, text)?;
    let value = &text[found.value..];
    let people = matches!(found.label, Label::Present | Label::Absent) && people::looks_like_people(value, language);
    (found.set_apart || minutes::is_plain_label(text) || people).then_some(found)
}

/// Reads a line of labels and the lines their values go on over; gives how many lines that is.
fn labels(
    lines: &[Line<'_>],
    at: usize,
    skip: &dyn Fn(usize) -> bool,
    head: &mut Head,
    reading: &mut Reading<'_>,
) -> usize {
    let language = reading.settings.language;
    let pieces = pieces(people::without_bullet(&lines[at].plain), language);
    let last = pieces.len() - 1;
    let mut understood = true;
    let mut length = 1;
    for (index, piece) in pieces.iter().enumerate() {
        let Some(found) = labelled(piece, language) else { continue };
        let value = piece[found.value..].trim();
        let value = if value.chars().all(|mark| mark == '_') { "" } else { value };
        let below = if index == last { below(lines, at, found.label, value, skip, language) } else { Vec::new() };
        let values: Vec<&str> =
            std::iter::once(value).chain(below.iter().map(|at| lines[*at].plain.as_str())).collect();
        if let Some(last) = below.last() {
            length = last + 1 - at;
        }
        understood &= field(found.label, &values, lines[at].span, head, reading);
    }
    head.labels += 1;
    head.labelled[at] = true;
    for taken in &mut head.taken[at..at + length] {
        *taken = understood;
    }
    length
}

/// The parts of a line that has several labels: `Dato: 1. maj   Sted: Lokale 2`.
fn pieces(text: &str, language: Language) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut gap = 0;
    for (at, character) in text.char_indices() {
        if character.is_whitespace() || character == '|' {
            gap += if matches!(character, '\t' | '|') { 2 } else { 1 };
            continue;
        }
        let part = &text[at..];
        if gap > 1 && at > from && minutes::label(language, part).is_some_and(|found| part[..found.value].contains(':'))
        {
            pieces.push(text[from..at].trim_end_matches(|mark: char| mark.is_whitespace() || mark == '|'));
            from = at;
        }
        gap = 0;
    }
    pieces.push(&text[from..]);
    pieces
}

/// The lines below a label that belong to its value.
fn below(
    lines: &[Line<'_>],
    at: usize,
    label: Label,
    value: &str,
    skip: &dyn Fn(usize) -> bool,
    language: Language,
) -> Vec<usize> {
    let is_people = matches!(label, Label::Present | Label::Absent);
    let stops = |at: usize| {
        let line = &lines[at];
        skip(at)
            || line.is_marked()
            || labelled(people::without_bullet(&line.plain), language).is_some()
            || line.plain.len() > 2 * LONGEST_TITLE
    };
    let mut found: Vec<usize> = Vec::new();
    let mut blanks = 0;
    for (next, line) in lines.iter().enumerate().skip(at + 1) {
        if line.is_blank() {
            blanks += 1;
            // Nobody is absent where a blank line follows; those present may stand below one.
            let open = is_broken_off(found.last().map_or(value, |at| &lines[*at].plain)) && label != Label::Place;
            if blanks > 2 || (label == Label::Absent && !open) || (!value.is_empty() && !open) {
                break;
            }
            continue;
        }
        let fits = match (is_people, found.is_empty() && value.is_empty()) {
            (true, _) => people::looks_like_people(&line.plain, language),
            (false, true) => !stops(next),
            // A place may wrap.
            (false, false) => blanks == 0 && label == Label::Place && line.plain.starts_with(char::is_lowercase),
        };
        if stops(next) || !fits {
            break;
        }
        blanks = 0;
        found.push(next);
    }
    found
}

/// Whether a list of people breaks off at the end of this line: after a comma, or within a name.
fn is_broken_off(line: &str) -> bool {
    let last = line.rsplit([',', ';']).next().unwrap_or_default().trim();
    line.ends_with(',') || (line.contains(',') && !last.contains([' ', '\u{a0}', ')']))
}

/// Puts the value of a label into the head. False where something of it is not in the head afterwards.
fn field(label: Label, values: &[&str], span: Span, head: &mut Head, reading: &mut Reading<'_>) -> bool {
    let language = reading.settings.language;
    let value = values.join(" ");
    let value = value.trim();
    match label {
        Label::Date => dated(value, span, head, reading),
        Label::Start | Label::End => {
            let times = minutes::times(&format!("kl. {value}"));
            if label == Label::Start {
                head.start = head.start.or(times.start);
            }
            head.end = head.end.or(if label == Label::Start { times.end } else { times.start });
            times.start.is_some()
        }
        Label::Place => {
            let fresh = head.place.is_none() && !value.is_empty();
            if fresh {
                head.place = Some(folded(value));
            }
            fresh || value.is_empty()
        }
        Label::Organization => {
            let fresh = head.organization.is_none() || !head.organization_is_sure;
            if fresh && !value.is_empty() {
                head.organization = Some(folded(value));
                head.organization_is_sure = true;
            }
            fresh
        }
        Label::Present | Label::Absent => {
            head.lists_of_people += usize::from(!value.is_empty());
            let Some(people) = people::people(values, language) else {
                reading.report(
                    Code::ImportUnsure,
                    span,
                    &["this list of people could not be read as names; it is kept as text"],
                );
                return false;
            };
            if label == Label::Present {
                head.participants.extend(people)
            } else {
                head.absent.extend(people)
            }
            true
        }
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the value of a label before a date.
fn dated(value: &str, span: Span, head: &mut Head, reading: &mut Reading<'_>) -> bool {
    let language = reading.settings.language;
    let Some((range, date)) = minutes::date(value) else {
        let times = minutes::times(&format!("kl. {value}"));
        if times.start.is_none() {
            if !value.is_empty() {
                reading.report(Code::ImportUnsure, span, &["no date or time could be read here"]);
            }
            return value.is_empty();
        }
        head.start = head.start.or(times.start);
        head.end = head.end.or(times.end);
        return minutes::is_beside_dates(language, &minutes::without_times(&format!("kl. {value}")));
    };
    let agrees = take_date(date, true, span, head, reading);
    let rest = format!("{} {}", &value[..range.start], &value[range.end..]);
    rest_of_date(&rest, head, language) && agrees
}

/// Takes times and a place from what stands beside a date. False where it says more.
fn rest_of_date(rest: &str, head: &mut Head, language: Language) -> bool {
    let times = minutes::times(rest);
    head.start = head.start.or(times.start);
    head.end = head.end.or(times.end.filter(|end| times.start.is_none_or(|start| start <= *end)));
    let rest = minutes::without_times(rest);
    if minutes::is_beside_dates(language, &rest) {
        return true;
    }
    let place = minutes::place(language, &rest);
    let found = place.is_some() && head.place.is_none();
    head.place = head.place.take().or(place);
    found
}

/// Takes a date; a label's goes before a title's. False where it contradicts the one that is taken.
fn take_date(date: Date, labelled: bool, span: Span, head: &mut Head, reading: &mut Reading<'_>) -> bool {
    let other = head.date.filter(|other| *other != date);
    if head.date.is_none() || (labelled && !head.date_is_labelled) {
        head.date = Some(date);
        head.date_is_labelled = labelled;
    }
    if let (Some(other), Some(taken)) = (other, head.date) {
        let message =
            format!("the document names two dates, {other} and {date}; {taken} is taken as that of the meeting");
        reading.report(Code::ImportUnsure, span, &[&message]);
        return false;
    }
    true
}

/// Reads a line without a label: a title, a date, the name of an organization. False where it is to be kept as text.
fn loose_line(line: &Line<'_>, head: &mut Head, reading: &mut Reading<'_>) -> bool {
    let language = reading.settings.language;
    let text = line.plain.as_str();
    if minutes::is_cancelled(language, text) {
        head.cancelled = true;
        return minutes::is_only_cancelled(language, text);
    }
    let title = minutes::title(language, text);
    let says = title.understood || title.organization.is_some() || title.date.is_some();
    let is_meeting = title.meeting && title.understood && title.organization.is_some() && head.organization.is_none();
    if !text.ends_with('.') && ((title.status.is_some() && says) || is_meeting) {
        return titled(line, title, head, reading);
    }
    if let Some((range, date)) = minutes::date(text) {
        return date_line(line, range, date, head, reading);
    }
    let agrees = head.organization.as_deref() == Some(text);
    let fresh = head.organization.is_none() && minutes::is_organization(language, text);
    if fresh {
        head.organization = Some(folded(text));
    }
    agrees || fresh
}

fn titled(line: &Line<'_>, title: minutes::Title, head: &mut Head, reading: &mut Reading<'_>) -> bool {
    let mut understood = title.understood;
    if let Some(date) = title.date {
        understood &= take_date(date, false, line.span, head, reading);
        if let Some((range, _)) = minutes::date(&line.plain) {
            let times = minutes::times(&line.plain[range.end..]);
            head.start = head.start.or(times.start);
            head.end = head.end.or(times.end.filter(|end| times.start.is_none_or(|start| start <= *end)));
        }
    }
    if head.status.is_none() || head.status == Some(Status::Agenda) {
        head.status = title.status.or(head.status);
    }
    head.place = head.place.take().or(title.place);
    match title.organization {
        Some(name) if !head.organization_is_sure => {
            head.organization = Some(name);
            head.organization_is_sure = true;
        }
        Some(name) => understood &= head.organization.as_deref() == Some(name.as_str()),
        None => {}
    }
    understood
}

/// A line that is little more than a date. In a sentence a date says nothing of the meeting.
fn date_line(
    line: &Line<'_>,
    range: std::ops::Range<usize>,
    date: Date,
    head: &mut Head,
    reading: &mut Reading<'_>,
) -> bool {
    let language = reading.settings.language;
    let rest = format!("{} {}", &line.plain[..range.start], &line.plain[range.end..]);
    let bare = minutes::without_times(&rest);
    if minutes::is_beside_dates(language, &bare) || minutes::place(language, &bare).is_some() {
        let agrees = head.date.is_none_or(|other| other == date);
        return agrees && take_date(date, false, line.span, head, reading) && rest_of_date(&rest, head, language);
    }
    // "Havneudvalget den 1. maj 2018": the title of a document that calls itself nothing.
    let title = minutes::title(language, &line.plain);
    let is_name = title.organization.as_deref().is_some_and(|name| minutes::is_organization(language, name));
    let fresh = title.understood && head.date.is_none() && head.organization.is_none();
    fresh && is_name && titled(line, title, head, reading)
}
