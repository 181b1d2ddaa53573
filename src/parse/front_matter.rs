//! The head of a meeting file: its keys, and what they may hold.

use super::Settings;
use super::agenda::Parts;
use crate::diag::{Code, Diagnostic};
use crate::model::{Correction, Number, Outcome, Person, Reference, Retraction, Status, Stub, slug};
use crate::source::{Source, Span};
use crate::yaml::{Fields, Place, Yaml, nearest};
use jiff::civil::{Date, Time};

/// The keys of a head, as the README lists them.
pub const KEYS: &[&str] = &[
    "date",
    "start",
    "end",
    "place",
    "participants",
    "absent",
    "status",
    "cancelled",
    "published",
    "modified",
    "corrections",
    "closed_items",
    "organization",
    "title",
    "slug",
    "aliases",
    "items",
    "retracted",
];

/// The keys of an entry under `items`.
pub const ITEM_KEYS: &[&str] = &["cases", "closed", "outcome"];

/// A head, read.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub date: Option<Date>,
    pub start: Option<Time>,
    pub end: Option<Time>,
    pub place: Option<String>,
    pub participants: Vec<Person>,
    pub absent: Vec<Person>,
    pub status: Status,
    pub cancelled: bool,
    pub published: Option<Date>,
    pub modified: Option<Date>,
    pub corrections: Vec<Correction>,
    pub closed: Vec<(Number, Stub)>,
    pub items: Vec<(Number, ItemEntry)>,
    /// Every number the head names, where, and what it is when the meeting doesn't have it.
    pub named: Vec<(Number, Span, Code)>,
    pub organization: Option<String>,
    pub title: Option<String>,
    pub slug: Option<String>,
    pub aliases: Vec<String>,
    pub retracted: Option<Retraction>,
}

/// What `items` says of one.
#[derive(Debug, Default)]
pub(super) struct ItemEntry {
    pub cases: Vec<Reference>,
    pub closed: Option<bool>,
    pub outcome: Option<Outcome>,
}

/// Which numbers the head closes, found before anything else is read.
#[derive(Debug, Default)]
pub(super) struct ClosedNumbers {
    /// Those under `closed_items`.
    pub stubs: Vec<Number>,
    /// What `items: N: closed:` decides.
    pub decisions: Vec<(Number, bool)>,
}

/// The head as YAML.
///
/// # Errors
/// The one diagnostic that keeps it from being read.
pub(super) fn yaml(source: &Source, parts: &Parts) -> Result<Yaml, Box<Diagnostic>> {
    match parts.head {
        Ok(span) => Yaml::parse(source, span).map_err(Box::new),
        Err(code) => {
            let end = source.text().find('\n').unwrap_or(source.text().len());
            Err(Box::new(Diagnostic::new(code, source, Span::new(0..end), &[])))
        }
    }
}

/// Whether the file is a draft. A head that can't be read is searched for the line, so that a draft with a slip in it says
/// nothing either.
pub(super) fn is_draft(source: &Source, parts: &Parts, yaml: Option<&Yaml>) -> bool {
    let Some(yaml) = yaml else {
        let head = parts.head.map_or(Span::new(0..parts.preamble.range().end), |span| span);
        let draft = |line: &str| {
            let value = line.strip_prefix("status:").map(|value| value.split(" #").next().unwrap_or_default());
            value.is_some_and(|value| value.trim().trim_matches(['"', '\'']) == Status::Draft.name())
        };
        return source.slice(head).lines().any(draft);
    };
    let fields = yaml.root().fields(KEYS, &mut Vec::new());
    fields.get("status").and_then(|place| place.text(&mut Vec::new())).as_deref() == Some(Status::Draft.name())
}

/// Whether the whole meeting was taken back. Whatever stands there means it: what it is is reported when the head is read.
pub(super) fn is_retracted(yaml: &Yaml) -> bool {
    yaml.root().all_entries(&mut Vec::new()).iter().any(|(key, value)| key.name() == "retracted" && !value.is_empty())
}

/// The keys that still count when a meeting was taken back: its address, and the reason.
const LEFT: [&str; 5] = ["date", "slug", "organization", "aliases", "retracted"];

/// Values of a head that nobody may quote when the meeting was taken back.
pub(super) fn taken_back(yaml: &Yaml) -> Vec<Span> {
    let entries = yaml.root().all_entries(&mut Vec::new());
    let mut spans: Vec<Span> =
        entries.iter().filter(|(key, _)| !LEFT.contains(&key.name())).map(|(_, value)| value.span()).collect();
    spans.sort_unstable();
    spans
}

/// Which items the head closes.
pub(super) fn closed_numbers(yaml: &Yaml) -> ClosedNumbers {
    let ignored = &mut Vec::new();
    let mut numbers = ClosedNumbers::default();
    // Every entry of a repeated key closes: the safe reading of a head that will be refused.
    for (key, value) in yaml.root().all_entries(ignored) {
        match key.name() {
            "closed_items" => {
                numbers.stubs.extend(value.all_entries(ignored).iter().map(|(number, _)| Number::new(number.name())))
            }
            "items" => {
                for (number, entry) in value.all_entries(ignored) {
                    for (key, flag) in entry.all_entries(ignored) {
                        // Whatever isn't `false` was meant to close; what it is is reported when the head is read.
                        if key.name() == "closed" && !flag.is_empty() {
                            numbers.decisions.push((Number::new(number.name()), flag.flag(ignored) != Some(false)));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    numbers
}

/// What the head itself holds of closed items beyond their public stub: under `items` all but whether they are closed.
pub(super) fn hidden(yaml: &Yaml, parts: &Parts, closed: &[bool]) -> Vec<Span> {
    let ignored = &mut Vec::new();
    let is_closed =
        |name: &str| parts.items.iter().zip(closed).any(|(item, closed)| *closed && item.number == Number::new(name));
    let mut spans = Vec::new();
    for (_, items) in yaml.root().all_entries(ignored).iter().filter(|(key, _)| key.name() == "items") {
        for (_, entry) in items.all_entries(ignored).iter().filter(|(number, _)| is_closed(number.name())) {
            let values = entry.all_entries(ignored).into_iter().filter(|(key, _)| key.name() != "closed");
            spans.extend(values.map(|(_, value)| value.span()));
        }
    }
    spans.sort_unstable();
    spans
}

/// The same in a head that can't be read: all that stands under `items`, by its lines.
pub(super) fn hidden_lines(source: &Source, parts: &Parts) -> Vec<Span> {
    let Ok(head) = parts.head else { return Vec::new() };
    let mut spans = Vec::new();
    let mut at = head.range().start;
    let mut inside = false;
    for line in source.slice(head).split_inclusive('\n') {
        let key = ["items:", "\"items\":", "'items':"].into_iter().find(|key| line.starts_with(key));
        inside = key.is_some() || inside && line.starts_with([' ', '\t', '#', '-', '\n', '}', ']']);
        if inside {
            spans.push(Span::new(at + key.map_or(0, str::len)..at + line.len()));
        }
        at += line.len();
    }
    spans
}

/// Reads the head.
pub(super) fn read(
    yaml: &Yaml,
    source: &Source,
    parts: &Parts,
    closed: &[bool],
    settings: &Settings,
    problems: &mut Vec<Diagnostic>,
) -> Head {
    let fields = yaml.root().fields(KEYS, problems);
    let mut head = Head {
        start: time(&fields, "start", problems),
        end: time(&fields, "end", problems),
        place: text_if_any(&fields, "place", problems),
        participants: people(&fields, "participants", problems),
        absent: people(&fields, "absent", problems),
        status: status(&fields, problems),
        cancelled: fields.get("cancelled").and_then(|place| place.flag(problems)).unwrap_or_default(),
        published: fields.get("published").and_then(|place| date(place, problems)),
        modified: fields.get("modified").and_then(|place| date(place, problems)),
        organization: text_if_any(&fields, "organization", problems),
        title: text_if_any(&fields, "title", problems),
        slug: own_slug(&fields, problems),
        aliases: aliases(&fields, problems),
        ..Head::default()
    };
    match fields.get("date") {
        Some(place) => head.date = date(place, problems),
        None => {
            let first = source.text().find('\n').unwrap_or(source.text().len());
            problems.push(Diagnostic::new(Code::DateMissing, source, Span::new(0..first), &[]));
        }
    }
    if let (Some(start), Some(end), Some(place)) = (head.start, head.end, fields.get("end"))
        && end < start
    {
        problems.push(place.report(Code::TimeOrder, &[&clock(end), &clock(start)]));
    }
    head.retracted = fields.get("retracted").map(|place| retraction(place, problems));
    corrections(&fields, &mut head, problems);
    closed_items(&fields, &mut head, problems);
    let is_closed =
        |number: &Number| parts.items.iter().zip(closed).any(|(item, closed)| *closed && item.number == *number);
    items(&fields, &mut head, &is_closed, settings, problems);
    head
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn text(fields: &Fields<'_>, key: &str, problems: &mut Vec<Diagnostic>) -> Option<String> {
    fields.get(key).and_then(|place| place.text(problems))
}

/// A day as ISO 8601 writes it, year first.
fn date(place: &Place<'_>, problems: &mut Vec<Diagnostic>) -> Option<Date> {
    let text = place.text(problems)?;
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    let date = shaped.then(|| text.parse::<Date>().ok()).flatten().filter(|date| date.year() > 0);
    if date.is_none() {
        problems.push(place.report(Code::DateInvalid, &[&text]));
    }
    date
}

/// Hours and minutes with a colon.
fn time(fields: &Fields<'_>, key: &str, problems: &mut Vec<Diagnostic>) -> Option<Time> {
    let place = fields.get(key)?;
    let text = place.text(problems)?;
    let parsed = text.split_once(':').and_then(|(hour, minute)| {
        let digits = |part: &str, most| {
            (!part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| part.parse::<i8>().ok())
                .flatten()
        };
        Time::new(digits(hour, 2)?, digits(minute, 2).filter(|_| minute.len() == 2)?, 0, 0).ok()
    });
    if parsed.is_none() {
        problems.push(place.report(Code::TimeInvalid, &[&text]));
    }
    parsed
}

fn people(fields: &Fields<'_>, key: &str, problems: &mut Vec<Diagnostic>) -> Vec<Person> {
    let Some(place) = fields.get(key) else { return Vec::new() };
    let person = |entry: Place<'_>, problems: &mut Vec<Diagnostic>| {
        if !entry.is_map() {
            return entry.text(problems).map(|name| Person { name: name.into(), role: None });
        }
        let fields = entry.fields(&["name", "role"], problems);
        let role = text_if_any(&fields, "role", problems);
        let name = text(&fields, "name", problems);
        if name.is_none() && fields.get("name").is_none() {
            problems.push(entry.report(Code::TextMissing, &["name", "Fornavn Efternavn"]));
        }
        name.map(|name| Person { name: name.into(), role: role.map(Into::into) })
    };
    // A single map is a slip: a person without the hyphen of a list.
    if place.is_map() {
        problems.push(place.report(Code::YamlType, &[key, "a list of names", "keys with values"]));
        return Vec::new();
    }
    let mut people: Vec<Person> = place.list().into_iter().filter_map(|entry| person(entry, problems)).collect();
    super::without_spare(&mut people);
    people
}

fn status(fields: &Fields<'_>, problems: &mut Vec<Diagnostic>) -> Status {
    let Some(place) = fields.get("status") else { return Status::default() };
    let Some(word) = place.text(problems) else { return Status::default() };
    Status::ALL.into_iter().find(|status| status.name() == word).unwrap_or_else(|| {
        problems.push(
            place.report(Code::ValueUnknown, &[&word, "status", &nearest(&word, &Status::ALL.map(Status::name))]),
        );
        Status::default()
    })
}

fn own_slug(fields: &Fields<'_>, problems: &mut Vec<Diagnostic>) -> Option<String> {
    let place = fields.get("slug")?;
    let text = place.text(problems)?;
    let made = slug(&text);
    if made.is_empty() {
        problems.push(
            place.report(Code::ValueInvalid, &[&text, "a slug", "use letters and digits, such as `ekstraordinaert`"]),
        );
        return None;
    }
    Some(made)
fn text_if_any(fields: &Fields<'_>, key: &str, problems: &mut Vec<Diagnostic>) -> Option<String> {
    fields.get(key).and_then(|place| place.text_if_any(problems))
}

}

fn aliases(fields: &Fields<'_>, problems: &mut Vec<Diagnostic>) -> Vec<String> {
    let Some(place) = fields.get("aliases") else { return Vec::new() };
    let mut out = Vec::new();
    for entry in place.list() {
        let Some(text) = entry.text(problems) else { continue };
        let path = text.strip_prefix('/').unwrap_or(&text);
        let path = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
        let part_is_plain = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        };
        if path.split('/').all(part_is_plain) && path.ends_with(".html") {
            out.push(path);
        } else {
            problems.push(entry.report(Code::AliasInvalid, &[&text]));
        }
    }
    out
}

fn retraction(place: &Place<'_>, problems: &mut Vec<Diagnostic>) -> Retraction {
    let fields = place.fields(&["date", "reason"], problems);
    for (key, example) in [("date", "2018-06-01"), ("reason", "Holdt oplysninger om en borger")] {
        if place.is_map() && fields.get(key).is_none() {
            problems.push(place.report(Code::TextMissing, &[key, example]));
        }
    }
    let date = fields.get("date").and_then(|place| date(place, problems));
    Retraction { date, reason: text(&fields, "reason", problems) }
}

fn corrections(fields: &Fields<'_>, head: &mut Head, problems: &mut Vec<Diagnostic>) {
    let Some(place) = fields.get("corrections") else { return };
    for entry in place.list() {
        let fields = entry.fields(&["date", "text"], problems);
        for key in ["date", "text"] {
            if entry.is_map() && fields.get(key).is_none() {
                problems.push(
                    entry.report(
                        Code::TextMissing,
                        &[key, if key == "date" { "2018-06-01" } else { "what was changed" }],
                    ),
                );
            }
        }
        let date = fields.get("date").and_then(|place| date(place, problems));
        if let (Some(date), Some(text)) = (date, text(&fields, "text", problems)) {
            head.corrections.push(Correction { date, text });
        }
    }
}

fn closed_items(fields: &Fields<'_>, head: &mut Head, problems: &mut Vec<Diagnostic>) {
    let Some(place) = fields.get("closed_items") else { return };
    for (key, entry) in place.entries(problems) {
        let number = Number::new(key.name());
        head.named.push((number.clone(), key.span(), Code::ClosedUnknown));
        let fields = entry.fields(&["title", "reason", "decision"], problems);
        let stub = Stub {
            title: text_if_any(&fields, "title", problems),
            reason: text_if_any(&fields, "reason", problems),
            decision: text_if_any(&fields, "decision", problems),
            case_numbers: Vec::new(),
        };
        head.closed.push((number, stub));
    }
}

fn items(
    fields: &Fields<'_>,
    head: &mut Head,
    is_closed: &dyn Fn(&Number) -> bool,
    settings: &Settings,
    problems: &mut Vec<Diagnostic>,
) {
    let Some(place) = fields.get("items") else { return };
    for (key, entry) in place.entries(problems) {
        let number = Number::new(key.name());
        head.named.push((number.clone(), key.span(), Code::ItemUnknown));
        let fields = entry.fields(ITEM_KEYS, problems);
        let mut item =
            ItemEntry { closed: fields.get("closed").and_then(|place| place.flag(problems)), ..ItemEntry::default() };
        // What stands here of a closed item is as closed as the rest of it: not read, so not reported.
        if !is_closed(&number) {
            item.outcome = outcome(&fields, problems);
            item.cases = cases(&fields, settings, problems);
        }
        head.items.push((number, item));
    }
}

fn outcome(fields: &Fields<'_>, problems: &mut Vec<Diagnostic>) -> Option<Outcome> {
    let place = fields.get("outcome")?;
    let word = place.text(problems)?;
    let outcome = Outcome::ALL.into_iter().find(|outcome| outcome.name() == word);
    if outcome.is_none() {
        problems.push(
            place.report(Code::ValueUnknown, &[&word, "outcome", &nearest(&word, &Outcome::ALL.map(Outcome::name))]),
        );
    }
    outcome
}

fn cases(fields: &Fields<'_>, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Vec<Reference> {
    let Some(place) = fields.get("cases") else { return Vec::new() };
    let mut out = Vec::new();
    for entry in place.list() {
        let Some(text) = entry.text(problems) else { continue };
        match settings.cases.pattern.exact(&text) {
            Some(reference) => out.push(reference),
            None => problems.push(entry.report(Code::CaseInvalid, &[&text, "17/16244"])),
        }
    }
    out
}
