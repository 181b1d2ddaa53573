//! The change to a meeting file by which something is taken back: a few words in its head, and every other byte as it was.
//!
//! The words are put where YAML says that they belong, and the result is read again by whoever asks for it: a head that is
//! written in an unusual way is refused rather than damaged.

use super::{agenda, front_matter};
use crate::model::Number;
use crate::source::{Source, Span};
use crate::yaml::{Place, Yaml};
use jiff::civil::Date;
use std::ops::Range;

/// What is taken back.
#[derive(Clone, Copy, Debug)]
pub enum Taken<'a> {
    /// The whole meeting.
    Meeting {
        /// The day it is done.
        date: Date,
        /// Why.
        reason: &'a str,
    },
    /// One item of it.
    Item {
        /// Its number.
        number: &'a Number,
        /// What stands in the place of its title, with the day.
        title: &'a str,
        /// Why.
        reason: &'a str,
    },
}

/// The bytes of a meeting file with something taken back; `None` where the head is written in a way that can't be changed
/// safely. That they mean what they should is for the caller to see, by reading them.
pub fn take_back(path: &str, bytes: &[u8], taken: Taken<'_>) -> Option<Vec<u8>> {
    let source = Source::decode(path, bytes.to_vec());
    let parts = agenda::cut(&source);
    let end = parts.head.ok()?.range().end;
    let yaml = front_matter::yaml(&source, &parts).ok()?;
    let mut edits = match taken {
        Taken::Meeting { date, reason } => {
            vec![Edit::insert(end, format!("retracted: {{ date: {date}, reason: {} }}\n", quoted(reason)))]
        }
        Taken::Item { number, title, reason } => {
            let stub = format!("{{ title: {}, reason: {} }}", quoted(title), quoted(reason));
            let entry = format!("{}: {stub}", quoted(number.printed()));
            let mut edits = opened(&yaml, number);
            edits.push(listed(&source, &yaml, end, &entry)?);
            edits
        }
    };
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.start));
    let mut text = source.text().to_owned();
    for edit in &edits {
        text.replace_range(edit.range.clone(), &edit.text);
    }
    let changed = in_bytes(&source, bytes, &edits)?;
    (Source::decode(path, changed.clone()).text() == text).then_some(changed)
}

/// Something to be written in the place of something else, or between two things.
struct Edit {
    range: Range<usize>,
    text: String,
}

impl Edit {
    fn insert(at: usize, text: String) -> Edit {
        Edit { range: at..at, text }
    }
}

/// A text as a YAML scalar in double quotes (YAML 1.2.2 § 7.3.1): JSON is a part of YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What says `closed: false` of an item says `true` from now on.
fn opened(yaml: &Yaml, number: &Number) -> Vec<Edit> {
    let ignored = &mut Vec::new();
    let mut edits = Vec::new();
    for (_, items) in yaml.root().all_entries(ignored).iter().filter(|(key, _)| key.name() == "items") {
        for (_, entry) in items.all_entries(ignored).iter().filter(|(key, _)| Number::new(key.name()) == *number) {
            let flags = entry.all_entries(ignored).into_iter().filter(|(key, _)| key.name() == "closed");
            let open = flags.filter(|(_, flag)| flag.flag(&mut Vec::new()) == Some(false));
            edits.extend(open.map(|(_, flag)| Edit { range: flag.span().range(), text: "true".to_owned() }));
        }
    }
    edits
}

/// One more entry under `closed_items`, in the manner of those that are there.
fn listed(source: &Source, yaml: &Yaml, end: usize, entry: &str) -> Option<Edit> {
    let entries = yaml.root().all_entries(&mut Vec::new());
    let mut lists = entries.iter().filter(|(key, _)| key.name() == "closed_items");
    let Some((key, list)) = lists.next() else {
        return Some(Edit::insert(end, format!("closed_items:\n  {entry}\n")));
    };
    if lists.next().is_some() {
        return None;
    }
    if list.is_empty() {
        return empty(source, key, list, entry);
    }
    let items = list.all_entries(&mut Vec::new());
    let start = list.span().range().start;
    if source.text()[start..].starts_with('{') {
        let comma = if items.is_empty() { " " } else { "," };
        return Some(Edit::insert(start + 1, format!(" {entry}{comma}")));
    }
    let first = items.first()?.0.span().range().start;
    let indent = source.text()[..first].rsplit('\n').next()?;
    indent.chars().all(|character| character == ' ').then(|| Edit::insert(first, format!("{entry}\n{indent}")))
}

/// `closed_items:` with nothing behind it, or with a word for nothing.
fn empty(source: &Source, key: &Place<'_>, list: &Place<'_>, entry: &str) -> Option<Edit> {
    let text = source.text();
    let from = key.span().range().end;
    let line = text[from..].lines().next()?;
    let rest = line.trim_start().strip_prefix(':')?.trim_start();
    if rest.is_empty() || rest.starts_with('#') {
        return Some(Edit::insert(from + line.len(), format!("\n  {entry}")));
    }
    let Span { start, end } = list.span();
    (start < end).then(|| Edit { range: list.span().range(), text: format!("{{ {entry} }}") })
}

/// The same edits, the last one first, in the bytes of the file: with its byte order mark and its line breaks.
fn in_bytes(source: &Source, bytes: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let starts = line_starts(bytes);
    let line_break: &[u8] = match bytes.get(..*starts.get(1)?)? {
        [.., b'\r', b'\n'] => b"\r\n",
        [.., b'\r'] => b"\r",
        _ => b"\n",
    };
    let place = |at: usize| {
        let before = source.text().get(..at)?;
        let line = before.matches('\n').count();
        let column = at - before.rfind('\n').map_or(0, |found| found + 1);
        starts.get(line).map(|start| start + column)
    };
    let mut out = bytes.to_vec();
    for edit in edits {
        let (start, end) = (place(edit.range.start)?, place(edit.range.end)?);
        let mut text = Vec::with_capacity(edit.text.len());
        for (index, line) in edit.text.split('\n').enumerate() {
            text.extend_from_slice(if index > 0 { line_break } else { b"" });
            text.extend_from_slice(line.as_bytes());
        }
        if start > end || end > out.len() {
            return None;
        }
        out.splice(start..end, text);
    }
    Some(out)
}

/// Where the lines of a file begin, whatever breaks them; the first behind the byte order mark.
fn line_starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts = vec![if bytes.starts_with("\u{feff}".as_bytes()) { "\u{feff}".len() } else { 0 }];
    for (at, byte) in bytes.iter().enumerate() {
        let is_break = *byte == b'\n' || *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        starts.extend(is_break.then_some(at + 1));
    }
    starts
}
