//! The ledger: when each object of the OParl interface was made and last changed, and which are gone. The files of an archive
//! don't say it, and no build asks a clock, so it is kept with the content in a text file that `referat record` writes.
//!
//! It holds no word of the content: an object is named by its kind and a number made from what it is, and its state by
//! another number, so that what was taken out of the archive is not in here either.

use crate::diag::{Code, Diagnostic, Reported};
use crate::source::{Source, Span};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Where it lies, in the archive's folder.
pub const PATH: &str = "content/oparl.ledger";

const HEAD: &str = "# When each object of the OParl interface was made and last changed. `referat record` writes this file;\n\
                    # keep it with the content. On each line: the object, made, changed, and a fingerprint of what it says.\n";

/// The kinds of objects (OParl 1.1 § 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the word of the standard")]
pub enum ObjectKind {
    System,
    Body,
    LegislativeTerm,
    Organization,
    Person,
    Meeting,
    AgendaItem,
    Paper,
    Consultation,
    File,
    Location,
}

impl ObjectKind {
    /// Every kind, in the order of the standard.
    pub const ALL: [ObjectKind; 11] = [
        ObjectKind::System,
        ObjectKind::Body,
        ObjectKind::LegislativeTerm,
        ObjectKind::Organization,
        ObjectKind::Person,
        ObjectKind::Meeting,
        ObjectKind::AgendaItem,
        ObjectKind::Paper,
        ObjectKind::Consultation,
        ObjectKind::File,
        ObjectKind::Location,
    ];

    /// The last part of its type's address, and its word in addresses.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            ObjectKind::System => ("System", "system"),
            ObjectKind::Body => ("Body", "body"),
            ObjectKind::LegislativeTerm => ("LegislativeTerm", "legislative-term"),
            ObjectKind::Organization => ("Organization", "organization"),
            ObjectKind::Person => ("Person", "person"),
            ObjectKind::Meeting => ("Meeting", "meeting"),
            ObjectKind::AgendaItem => ("AgendaItem", "agenda-item"),
            ObjectKind::Paper => ("Paper", "paper"),
            ObjectKind::Consultation => ("Consultation", "consultation"),
            ObjectKind::File => ("File", "file"),
            ObjectKind::Location => ("Location", "location"),
        }
    }
}

/// What names an object, and tells nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// What it is.
    pub kind: ObjectKind,
    /// A number from what names it in the archive.
    pub number: u64,
}

impl ObjectId {
    /// The id of an object by what names it among its kind: a date and body, a case number, a name.
    pub fn of(kind: ObjectKind, key: &str) -> ObjectId {
        ObjectId { kind, number: fingerprint(format!("{} {key}", kind.names().0).as_bytes()) }
    }
}

impl std::fmt::Display for ObjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{:016x}", self.kind.names().1, self.number)
    }
}

/// The first 64 bits of a SHA-256: enough to tell the objects of one archive apart.
pub fn fingerprint(bytes: &[u8]) -> u64 {
    Sha256::digest(bytes).iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// When an object was made and last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// What is known of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it was made and changed; for one that is gone, when that was seen.
    pub stamp: Stamp,
    /// A number that is another when it says something else; `None` for one that is gone.
    pub state: Option<u64>,
}

/// A ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// What is known, by object.
    pub entries: BTreeMap<ObjectId, Entry>,
}

/// Reads a ledger.
pub fn read(source: &Source) -> Reported<Ledger> {
    let mut ledger = Ledger::default();
    let mut problems = Vec::new();
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let text = line.trim_end();
        let span = Span::new(at..at + text.len());
        at += line.len();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        match entry(text) {
            Some((id, entry)) => drop(ledger.entries.insert(id, entry)),
            None => problems.push(Diagnostic::new(Code::LedgerLine, source, span, &[])),
        }
    }
    Reported { value: ledger, diagnostics: problems }
}

fn entry(line: &str) -> Option<(ObjectId, Entry)> {
    let mut words = line.split(' ');
    let (kind, number) = words.next()?.split_once('/')?;
    let kind = ObjectKind::ALL.into_iter().find(|other| other.names().1 == kind)?;
    let id = ObjectId { kind, number: u64::from_str_radix(number, 16).ok()? };
    let stamp = Stamp { created: words.next()?.parse().ok()?, modified: words.next()?.parse().ok()? };
    let state = match words.next()? {
        "deleted" => None,
        state => Some(u64::from_str_radix(state, 16).ok()?),
    };
    words.next().is_none().then_some((id, Entry { stamp, state }))
}

/// An object as it is now: its name, what it says, and when it was made and changed as far as the content tells.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Which it is.
    pub id: ObjectId,
    /// A number from what it says.
    pub state: u64,
    /// What the content says of its age.
    pub stamp: Stamp,
}

impl Ledger {
    /// The ledger after the objects were looked at. In a first ledger everything is as old as the content says; later, what
    /// is new or says something else changed now, and what is not there any more went now.
    #[must_use]
    pub fn record(&self, objects: &[Seen], now: Timestamp) -> Ledger {
        let mut entries: BTreeMap<ObjectId, Entry> = self
            .entries
            .iter()
            .map(|(id, entry)| match entry.state {
                Some(_) => (*id, Entry { stamp: Stamp { modified: now, ..entry.stamp }, state: None }),
                None => (*id, *entry),
            })
            .collect();
        for seen in objects {
            let stamp = match self.entries.get(&seen.id) {
                None if self.entries.is_empty() => seen.stamp,
                None => Stamp { created: now, modified: now },
                Some(known) if known.state == Some(seen.state) => known.stamp,
                Some(known) => Stamp { modified: now, ..known.stamp },
            };
            entries.insert(seen.id, Entry { stamp, state: Some(seen.state) });
        }
        Ledger { entries }
    }

    /// Its text.
    pub fn text(&self) -> String {
        let mut out = HEAD.to_owned();
        for (id, Entry { stamp, state }) in &self.entries {
            let state = state.map_or_else(|| "deleted".to_owned(), |state| format!("{state:016x}"));
            out.push_str(&format!("{id} {} {} {state}\n", stamp.created, stamp.modified));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(day: i8) -> Timestamp {
        format!("2024-05-{day:02}T10:00:00Z").parse().unwrap()
    }

    fn seen(key: &str, state: u64) -> Seen {
        let stamp = Stamp { created: moment(1), modified: moment(2) };
        Seen { id: ObjectId::of(ObjectKind::Meeting, key), state, stamp }
    }

    fn told(ledger: &Ledger, key: &str) -> (i8, i8, bool) {
        let entry = ledger.entries[&ObjectId::of(ObjectKind::Meeting, key)];
        let day = |moment: Timestamp| moment.to_string()[8..10].parse().unwrap();
        (day(entry.stamp.created), day(entry.stamp.modified), entry.state.is_some())
    }

    #[test]
    fn what_changed_changes_and_nothing_else() {
        let first = Ledger::default().record(&[seen("a", 1), seen("b", 1)], moment(9));
        assert_eq!((told(&first, "a"), told(&first, "b")), ((1, 2, true), (1, 2, true)));
        let second = first.record(&[seen("a", 2), seen("c", 1)], moment(10));
        assert_eq!(told(&second, "a"), (1, 10, true));
        assert_eq!(told(&second, "b"), (1, 10, false), "gone");
        assert_eq!(told(&second, "c"), (10, 10, true), "new");
        let third = second.record(&[seen("a", 2), seen("b", 1), seen("c", 1)], moment(11));
        assert_eq!(told(&third, "a"), (1, 10, true));
        assert_eq!(told(&third, "b"), (1, 11, true), "back");
        assert_eq!(third.record(&[seen("a", 2), seen("b", 1), seen("c", 1)], moment(12)), third);
    }

    #[test]
    fn its_text_is_read_back_and_slips_are_told() {
        let ledger = Ledger::default()
            .record(&[seen("a", 1), seen("b", u64::MAX)], moment(9))
            .record(&[seen("a", 1)], moment(10));
        let read_back = read(&Source::new(PATH, ledger.text()));
        assert!(read_back.diagnostics.is_empty());
        assert_eq!(read_back.value, ledger);
        let slips = read(&Source::new(PATH, "# a\n\nmeeting/1 2024-05-01 x\nmøde/1 a b c\n"));
        assert_eq!((slips.value, slips.diagnostics.len()), (Ledger::default(), 2));
    }
}
