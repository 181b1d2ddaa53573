//! The literate cases in `parse/`: the specification of the meeting file.
//!
//! A case is a block of four backticks with a meeting file, followed by one with what becomes of it: the meeting as a short
//! text, then the diagnostics as `code line:column message`. Words after `meeting` set what stands in site.yaml: `en`,
//! `anywhere`, `issues` (the pattern `#N`), `numbers` (`show_case_number`), `drafts`; with `escaped` the block is bytes, and
//! `\xNN`, `\r` and the like are read as in Rust. In what is expected, `⟦…⟧` are the holes that are filled on the page.
//! `UPDATE=1 cargo test` writes what became into the documents; read it against the contract before it is committed.
#![expect(clippy::disallowed_methods, reason = "tests read and update their cases")]

use referat::config::{CasePlace, Closed, Config};
use referat::diag::{self, Reported};
use referat::language::Language;
use referat::model::{
    AgendaItem, CasePattern, Disclosure, HoleKind, Link, Markup, Meeting, Person, PublicItem, Retraction, Stub, escaped,
};
use referat::parse::{self, Drafts, Settings};
use referat::source::Source;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const FENCE: &str = "````";

#[test]
fn cases() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut number = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        let (checked, cases) = checked(&text, &path, &mut wrong);
        number += cases;
        if update && checked != text {
            fs::write(&path, checked).unwrap();
        }
    }
    assert!(number >= 110, "only {number} cases were found");
    assert!(update || wrong.is_empty(), "{} of {number} cases differ\n\n{}", wrong.len(), wrong.join("\n"));
}

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parse");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The document with the expectations as they should be, and how many cases it has.
fn checked(text: &str, path: &Path, wrong: &mut Vec<String>) -> (String, usize) {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').enumerate().peekable();
    let mut cases = 0;
    while let Some((index, line)) = lines.next() {
        out.push_str(line);
        let Some(words) = line.strip_prefix(FENCE).and_then(|rest| rest.trim().strip_prefix("meeting")) else {
            assert!(!line.starts_with(FENCE), "{}:{}: a block that is no case", path.display(), index + 1);
            continue;
        };
        cases += 1;
        let mut block = |out: &mut String| -> String {
            let body: String =
                lines.by_ref().take_while(|(_, line)| line.trim_end() != FENCE).map(|(_, line)| line).collect();
            let _ = writeln!(out, "{body}{FENCE}");
            body
        };
        let input = block(&mut out);
        out.push_str(&format!("\n{FENCE}text\n"));
        let actual = outcome(&input, words);
        let _ = writeln!(out, "{actual}{FENCE}");
        // What stands in the document: an empty line, then the block; missing in a case that is new.
        let mut rest = lines.clone();
        let expected = match (rest.next(), rest.next()) {
            (Some((_, blank)), Some((_, fence))) if blank == "\n" && fence == "````text\n" => {
                lines.next();
                lines.next();
                let body: String =
                    lines.by_ref().take_while(|(_, line)| line.trim_end() != FENCE).map(|(_, line)| line).collect();
                Some(body)
            }
            _ => None,
        };
        if expected.as_deref() != Some(&actual) {
            let expected = expected.unwrap_or_default();
            wrong.push(format!("{}:{}\nexpected:\n{expected}\nfound:\n{actual}", path.display(), index + 1));
        }
    }
    (out, cases)
}

/// What becomes of a meeting file, as text.
fn outcome(input: &str, words: &str) -> String {
    let has = |word: &str| words.split_whitespace().any(|other| other == word);
    let mut config = Config::default();
    if has("en") {
        config.language = Language::En;
    }
    if has("anywhere") {
        config.cases.place = CasePlace::Anywhere;
    }
    if has("issues") {
        config.cases.pattern = CasePattern::new("#(?<serial>[0-9]+)").unwrap();
    }
    if has("numbers") {
        config.closed = Closed::CaseNumber;
    }
    let settings = Settings::new(&config, if has("drafts") { Drafts::Taken } else { Drafts::Left });
    let bytes = if has("escaped") { unescaped(input) } else { input.as_bytes().to_vec() };
    let source = Source::decode("content/direktionen/2018/2018-05-22.md", bytes);
    let Reported { value, mut diagnostics } = parse::meeting(&source, &settings);
    diag::sort(&mut diagnostics);
    let mut out = String::new();
    match value {
        Some(held) => meeting(&held, &mut out),
        None => out.push_str("no meeting\n"),
    }
    for problem in &diagnostics {
        let at = problem.source.position(problem.span.start);
        let _ = writeln!(out, "{} {}:{} {}", problem.code.name(), at.line, at.column, problem.message);
    }
    // The documents are text.
    let shown = |character: char| match character {
        '\n' | '\t' => character.to_string(),
        _ if character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{fffe}') => {
            character.escape_default().to_string()
        }
        _ => character.to_string(),
    };
    out.chars().map(shown).collect()
}

/// The bytes that a text with escapes stands for. A line ends in nothing but what is written.
pub(crate) fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'\n', _) => {}
            (b'\\', [b'x', digits @ ..]) => {
                let digits = std::str::from_utf8(&digits[..2]).unwrap();
                out.push(u8::from_str_radix(digits, 16).unwrap());
                rest = &after[3..];
            }
            (b'\\', [letter, ..]) => {
                out.push(match letter {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'0' => 0,
                    other => *other,
                });
                rest = &after[1..];
            }
            (byte, _) => out.push(*byte),
        }
    }
    out
}

fn meeting(meeting: &Meeting, out: &mut String) {
    let _ = write!(out, "{}", meeting.stem());
    let time = |time: jiff::civil::Time| format!("{:02}:{:02}", time.hour(), time.minute());
    if let Some(start) = meeting.start {
        let _ = write!(out, " {}", time(start));
    }
    if let Some(end) = meeting.end {
        let _ = write!(out, "–{}", time(end));
    }
    if meeting.status != referat::model::Status::Approved {
        let _ = write!(out, ", {}", meeting.status.name());
    }
    if meeting.cancelled {
        out.push_str(", cancelled");
    }
    out.push('\n');
    field(out, "organization", meeting.organization_name.as_deref());
    field(out, "title", meeting.title.as_deref());
    field(out, "place", meeting.place.as_deref());
    field(out, "participants", people(&meeting.participants).as_deref());
    field(out, "absent", people(&meeting.absent).as_deref());
    field(out, "published", meeting.published.map(|date| date.to_string()).as_deref());
    field(out, "modified", meeting.modified.map(|date| date.to_string()).as_deref());
    for correction in &meeting.corrections {
        let _ = writeln!(out, "correction: {} {}", correction.date, correction.text);
    }
    if let Some(Retraction { date, reason }) = &meeting.retracted {
        let date = date.map_or_else(|| "-".to_owned(), |date| date.to_string());
        let _ = writeln!(out, "retracted: {date} {}", reason.as_deref().unwrap_or("-"));
    }
    for alias in &meeting.aliases {
        let _ = writeln!(out, "alias: {alias}");
    }
    if !meeting.preamble.html.is_empty() {
        indented(out, "", &holed(&meeting.preamble));
    }
    for AgendaItem { number, disclosure, .. } in &meeting.items {
        let _ = write!(out, "{}.", number.printed());
        match disclosure {
            Disclosure::Closed(stub) => closed(stub, out),
            Disclosure::Public(public) => item(public, out),
        }
    }
}

fn field(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        let _ = writeln!(out, "{name}: {value}");
    }
}

fn people(people: &[Person]) -> Option<String> {
    let person = |person: &Person| match &person.role {
        Some(role) => format!("{} ({role})", person.name),
        None => person.name.to_string(),
    };
    (!people.is_empty()).then(|| people.iter().map(person).collect::<Vec<_>>().join("; "))
}

fn closed(stub: &Stub, out: &mut String) {
    out.push_str(" closed\n");
    field(out, "   title", stub.title.as_deref());
    field(out, "   reason", stub.reason.as_deref());
    field(out, "   decision", stub.decision.as_deref());
    field(out, "   numbers", (!stub.case_numbers.is_empty()).then(|| stub.case_numbers.join(", ")).as_deref());
}

fn item(item: &PublicItem, out: &mut String) {
    out.push_str(format!(" {}", item.title).trim_end());
    out.push('\n');
    let heading = item.heading.as_deref().map_or_else(|| escaped(&item.title), holed);
    if *heading != *item.title {
        let _ = writeln!(out, "   heading: {heading}");
    }
    let join = |words: Vec<&str>| (!words.is_empty()).then(|| words.join(", "));
    field(out, "   cases", join(item.references.iter().map(|reference| reference.printed()).collect()).as_deref());
    field(out, "   outcome", item.outcome.map(|outcome| outcome.name()));
    for section in &item.sections {
        out.push_str(format!("   [{}] {}", section.kind.name(), section.heading).trim_end());
        out.push('\n');
        if let Some(title) = &section.title {
            let _ = writeln!(out, "     heading: {}", holed(title));
        }
        indented(out, "     ", &holed(&section.body));
    }
    if let Some(footnotes) = &item.footnotes {
        out.push_str("   footnotes\n");
        indented(out, "     ", &holed(footnotes));
    }
    for file in &item.files {
        let _ = writeln!(out, "   file: {} → {}", file.title, file.path.as_deref().unwrap_or("(only named)"));
        if let Some(entry) = &file.entry {
            let _ = writeln!(out, "     as: {}", holed(entry));
        }
    }
    let mentions = item.mentions.iter().map(|(reference, _)| reference.printed()).collect();
    field(out, "   mentions", join(mentions).as_deref());
}

fn indented(out: &mut String, indent: &str, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "{}", format!("{indent}{line}").trim_end());
    }
}

/// The HTML with its holes made visible.
fn holed(markup: &Markup) -> String {
    let mut out = String::new();
    let mut from = 0;
    for hole in &markup.holes {
        let (start, end) = (hole.start as usize, hole.end as usize);
        out.push_str(&markup.html[from..start]);
        let inside = &markup.html[start..end];
        let _ = match &hole.kind {
            HoleKind::Mention(reference) => write!(out, "⟦{inside}{}⟧", {
                if inside == reference.printed() { "" } else { reference.printed() }
            }),
            HoleKind::Href(Link::File(path)) => write!(out, "⟦file {path}⟧"),
            HoleKind::Href(Link::Meeting(path, anchor)) => {
                write!(out, "⟦meeting {path}{}⟧", anchor.as_deref().map_or_else(String::new, |at| format!(" {at}")))
            }
            HoleKind::Href(Link::Anchor(anchor)) => write!(out, "⟦anchor {anchor}⟧"),
            HoleKind::Id(id) => write!(out, "⟦id {id}⟧"),
            HoleKind::Address(_) => write!(out, "⟦address⟧"),
        };
        from = end;
    }
    out.push_str(&markup.html[from..]);
    out
}
