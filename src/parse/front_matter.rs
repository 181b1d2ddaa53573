//! The head of a meeting file: its keys, and what they may hold.

use super::Settings;
use super::agenda::{self, Parts};
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

/// The keys of an entry under `closed_items`.
const STUB_KEYS: &[&str] = &["title", "reason", "decision"];

/// Which numbers the head closes, found before anything else is read.
#[derive(Debug, Default)]
pub(super) struct ClosedNumbers {
    /// Whether it may close others too: what should name them has another form.
    pub unclear: bool,
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

/// What is the head as far as one can tell: where it isn't closed or begun, all before the first item.
fn head(parts: &Parts) -> Span {
    parts.head.unwrap_or(Span { start: 0, ..parts.preamble })
}

/// Whether the file is a draft. A head that can't be read is searched for the words, so that a draft with a slip in it says
/// nothing either.
pub(super) fn is_draft(source: &Source, parts: &Parts, yaml: Option<&Yaml>) -> bool {
    let Some(yaml) = yaml.filter(|yaml| yaml.root().is_map()) else { return says_draft(source.slice(head(parts))) };
    let fields = yaml.root().fields(KEYS, &mut Vec::new());
    fields.get("status").and_then(|place| place.text(&mut Vec::new())).as_deref() == Some(Status::Draft.name())
}

/// Whether `status: draft` stands in a text that is meant to be YAML, in whatever way YAML has for that. Not in a comment: of a
/// file that is taken for a draft nobody hears.
fn says_draft(head: &str) -> bool {
    let quote = ['"', '\''];
    let mut at = 0;
    head.split_inclusive('\n').any(|line| {
        let start = at;
        at += line.len();
        let (mut is_quoted, mut is_behind_blank) = (false, true);
        let comment = line.find(|character: char| {
            let is_sign = character == '#' && is_behind_blank && !is_quoted;
            is_quoted ^= character == '"';
            is_behind_blank = character.is_whitespace();
            is_sign
        });
        line[..comment.unwrap_or(line.len())].match_indices("status").any(|(at, word)| {
            // A key begins a line or stands in brackets.
            let before = line[..at].trim_end_matches(quote).trim_end();
            let after = head[start + at + word.len()..].trim_start_matches(quote).trim_start();
            let value = after.strip_prefix(':').map(|value| value.trim_start().trim_start_matches(quote));
            let rest = value.and_then(|value| value.strip_prefix(Status::Draft.name()));
            let goes_on = |next: char| next.is_alphanumeric() || matches!(next, '-' | '_');
            (before.is_empty() || before.ends_with(['{', ',', '?']))
                && rest.is_some_and(|rest| !rest.starts_with(goes_on))
        })
    })
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
    spans.extend(yaml.comments());
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
            "closed_items" | "items" => {
                let Some(entries) = value.plain_entries() else {
                    numbers.unclear = true;
                    continue;
                };
                for (number, entry) in entries {
                    let number = Number::new(number.name());
                    if key.name() == "closed_items" {
                        numbers.stubs.push(number);
                        continue;
                    }
                    // Whatever isn't `false` was meant to close; what it is is reported when the head is read.
                    let Some(entries) = entry.plain_entries() else {
                        numbers.decisions.push((number, true));
                        continue;
                    };
                    let flags = entries.iter().filter(|(key, flag)| key.name() == "closed" && !flag.is_empty());
                    let is_closed = |(_, flag): &(Place<'_>, Place<'_>)| flag.flag(&mut Vec::new()) != Some(false);
                    numbers.decisions.extend(flags.map(|flag| (number.clone(), is_closed(flag))));
                }
            }
            _ => {}
        }
    }
    numbers
}

/// What the head itself holds of closed items beyond their public stub: all under `items`, what is no stub under
/// `closed_items`, and comments, which may be about anything. What has another form than it should may be about any item.
pub(super) fn hidden(yaml: &Yaml, parts: &Parts, closed: &[bool]) -> Vec<Span> {
    let is_closed =
        |name: &str| parts.items.iter().zip(closed).any(|(item, closed)| *closed && item.number == Number::new(name));
    let mut spans = Vec::new();
    let mut hide = |place: &Place<'_>| spans.extend((!place.is_empty()).then(|| place.span()));
    let mut names_items = false;
    for (key, list) in yaml.root().all_entries(&mut Vec::new()) {
        let is_stubs = key.name() == "closed_items";
        if !is_stubs && key.name() != "items" {
            continue;
        }
        names_items = true;
        let Some(entries) = list.plain_entries() else {
            hide(&list);
            continue;
        };
        for (number, entry) in entries {
            match entry.plain_entries().filter(|_| is_stubs) {
                Some(fields) => {
                    let others = fields.iter().filter(|(key, _)| !STUB_KEYS.contains(&key.name()));
                    others.for_each(|(_, value)| hide(value));
                }
                None if is_stubs || is_closed(number.name()) => hide(&entry),
                None => {}
            }
        }
    }
    if names_items || closed.contains(&true) {
        spans.extend(yaml.comments());
    }
    spans.sort_unstable();
    spans
}

/// The same in a head that can't be read, or in what stands in its place: comments, and whatever follows the word `items` as
/// far as it can reach. That is up to a line that begins with another key, and to the end where the keys stand in brackets.
pub(super) fn hidden_lines(source: &Source, parts: &Parts) -> Vec<Span> {
    let head = head(parts);
    let text = source.slice(head);
    let in_brackets = text.trim_start().starts_with('{');
    // Where no head begins, `#` begins a heading.
    let has_comments = parts.head != Err(Code::HeadMissing);
    let quote = ['"', '\''];
    let begins_key = |line: &str| {
        let line = line.trim_start_matches(quote);
        let rest = KEYS.iter().find_map(|key| line.strip_prefix(key));
        rest.is_some_and(|rest| rest.trim_start_matches(quote).trim_start().starts_with(':'))
    };
    let comment = |line: &str| {
        let mut signs = line.match_indices('#').map(|(at, _)| at);
        signs.find(|at| has_comments && !line[..*at].ends_with(|before: char| !before.is_whitespace()))
    };
    let items = |line: &str| {
        let is_part = |before: char| before.is_alphanumeric() || matches!(before, '_' | '-');
        let mut words = line.match_indices("items").filter(|(at, _)| !line[..*at].ends_with(is_part));
        words.next().map(|(at, word)| at + word.len())
    };
    let mut spans = Vec::new();
    let mut at = head.range().start;
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        inside &= in_brackets || !begins_key(line);
        let from = if inside { Some(0) } else { items(line).into_iter().chain(comment(line)).min() };
        spans.extend(from.map(|from| Span::new(at + from..at + line.len())));
        inside |= items(line).is_some();
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
        place: fields.text_if_any("place", problems),
        participants: people(&fields, "participants", problems),
        absent: people(&fields, "absent", problems),
        status: status(&fields, problems),
        cancelled: fields.get("cancelled").and_then(|place| place.flag(problems)).unwrap_or_default(),
        published: fields.get("published").and_then(|place| date(place, problems)),
        modified: fields.get("modified").and_then(|place| date(place, problems)),
        organization: fields.text_if_any("organization", problems),
        title: fields.text_if_any("title", problems),
        slug: own_slug(&fields, problems),
        aliases: aliases(&fields, problems),
        ..Head::default()
    };
    match fields.get("date") {
        Some(place) => head.date = date(place, problems),
        None => {
            let first = source.text().find('\n').unwrap_or(source.text().len());
            let place = fields.empty("date").unwrap_or(Span::new(0..first));
            problems.push(Diagnostic::new(Code::DateMissing, source, place, &[]));
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
    // What closes it may be no more than the form of its entry.
    let is_titled_open = |number: &Number| {
        parts.items.iter().any(|item| item.number == *number && agenda::title(item, settings.language).is_open())
    };
    items(&fields, &mut head, is_closed, is_titled_open, settings, problems);
    head
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
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
        let role = fields.text_if_any("role", problems);
        let name = fields.text("name", problems);
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
    Retraction { date, reason: fields.text("reason", problems) }
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
        if let (Some(date), Some(text)) = (date, fields.text("text", problems)) {
            head.corrections.push(Correction { date, text });
        }
    }
}

fn closed_items(fields: &Fields<'_>, head: &mut Head, problems: &mut Vec<Diagnostic>) {
    let Some(place) = fields.get("closed_items") else { return };
    for (key, entry) in place.entries(problems) {
        let number = Number::new(key.name());
        head.named.push((number.clone(), key.span(), Code::ClosedUnknown));
        let fields = entry.fields(STUB_KEYS, problems);
        let stub = Stub {
            title: fields.text_if_any("title", problems),
            reason: fields.text_if_any("reason", problems),
            decision: fields.text_if_any("decision", problems),
            case_numbers: Vec::new(),
        };
        head.closed.push((number, stub));
    }
}

fn items(
    fields: &Fields<'_>,
    head: &mut Head,
    is_closed: impl Fn(&Number) -> bool,
    is_titled_open: impl Fn(&Number) -> bool,
    settings: &Settings,
    problems: &mut Vec<Diagnostic>,
) {
    let Some(place) = fields.get("items") else { return };
    for (key, entry) in place.entries(problems) {
        let number = Number::new(key.name());
        head.named.push((number.clone(), key.span(), Code::ItemUnknown));
        if is_closed(&number) {
            let has_stub = head.closed.iter().any(|(named, _)| *named == number);
            if entry.plain_entries().is_none() && is_titled_open(&number) && !has_stub {
                let mut wrong = Vec::new();
                entry.entries(&mut wrong);
                problems.extend(wrong.into_iter().map(|problem| Diagnostic { span: key.span(), ..problem }));
            }
            let closed = closed_by(&key, &entry, problems);
            head.items.push((number, ItemEntry { closed, ..ItemEntry::default() }));
            continue;
        }
        let fields = entry.fields(ITEM_KEYS, problems);
        let item = ItemEntry {
            closed: fields.get("closed").and_then(|place| place.flag(problems)),
            outcome: outcome(&fields, problems),
            cases: cases(&fields, settings, problems),
        };
        head.items.push((number, item));
    }
}

/// Whether an entry says that its item is closed. What else stands there of a closed item is as closed as the rest of it: not
/// read, so not reported, and what is wrong with this is told at the number.
fn closed_by(number: &Place<'_>, entry: &Place<'_>, problems: &mut Vec<Diagnostic>) -> Option<bool> {
    let entries = entry.all_entries(&mut Vec::new());
    let mut flags = entries.iter().filter(|(key, _)| key.name() == "closed").map(|(_, flag)| flag);
    let first = flags.next()?;
    if flags.next().is_some() {
        problems.push(number.report(Code::KeyRepeated, &["closed"]));
    }
    let mut wrong = Vec::new();
    let closed = if first.is_empty() { None } else { first.flag(&mut wrong) };
    problems.extend(wrong.into_iter().map(|problem| Diagnostic { span: number.span(), ..problem }));
    closed
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
