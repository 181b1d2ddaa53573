//! The text of a meeting file, written: what `new` and `import` put on disk.
//!
//! A [`Draft`] becomes a head in YAML and items in Markdown, such that `parse` reads the same words back. Text that would be
//! read as markup is escaped ([`markdown`]); how a document becomes a draft is left to [`crate::import`].

pub mod markdown;
mod scalar;

use crate::language::{ClosedTitle, Language, minutes};
use crate::model::{Number, Person, Status};
use jiff::civil::{Date, Time};
use scalar::scalar;

/// A meeting that is to become a meeting file. Unlike [`crate::model::Meeting`] it holds everything in the minutes, closed
/// items too: it never goes further than the content folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The name of the organization.
    pub organization: Option<String>,
    /// A title of its own.
    pub title: Option<String>,
    /// The day.
    pub date: Date,
    /// When it began, local time.
    pub start: Option<Time>,
    /// When it ended.
    pub end: Option<Time>,
    /// Where.
    pub place: Option<String>,
    /// Who took part.
    pub participants: Vec<Person>,
    /// Who did not.
    pub absent: Vec<Person>,
    /// How final the record is.
    pub status: Status,
    /// Called off.
    pub cancelled: bool,
    /// What stands before the first item, as blocks of Markdown.
    pub preamble: String,
    /// The items, in the order of the document.
    pub items: Vec<DraftItem>,
}

/// An item of a [`Draft`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftItem {
    /// The number as printed.
    pub number: Number,
    /// The title as text, not Markdown.
    pub title: String,
    /// The case numbers, in the order of the document.
    pub cases: Vec<DraftCase>,
    /// Whether it is closed.
    pub closed: bool,
    /// Its sections; the first may have an empty heading.
    pub sections: Vec<DraftSection>,
    /// The titles of its attachments. They stand in a section's body too.
    pub attachments: Vec<String>,
}

/// A case number of a [`DraftItem`], as printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftCase {
    /// One of the archive's pattern: it makes the item a treatment of the case.
    Known(String),
    /// One that a label calls a case number and that the archive's pattern doesn't know. It stands as text in the body,
    /// since only numbers of the pattern may stand in the paragraph of case numbers.
    Foreign(String),
}

impl DraftCase {
    /// The number as printed.
    pub fn printed(&self) -> &str {
        match self {
            DraftCase::Known(printed) | DraftCase::Foreign(printed) => printed,
        }
    }
}

/// A section of a [`DraftItem`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftSection {
    /// The heading as text, as the document gives it; empty for what stands before the first one.
    pub heading: String,
    /// Its content, as blocks of Markdown.
    pub body: String,
}

/// The meeting file of a draft.
pub fn meeting_file(draft: &Draft, language: Language) -> String {
    let mut out = head(draft, language);
    block(&mut out, &draft.preamble);
    for item in &draft.items {
        item_blocks(&mut out, item, language);
    }
    out
}

/// Appends a block after an empty line; nothing where it is empty.
fn block(out: &mut String, text: &str) {
    let text = text.trim_matches('\n');
    if !text.trim().is_empty() {
        out.push('\n');
        out.push_str(text);
        out.push('\n');
    }
}

fn item_blocks(out: &mut String, item: &DraftItem, language: Language) {
    let (word, number, title) = (minutes::item_word(language), item.number.printed(), markdown::heading(&item.title));
    block(out, format!("## {word} {number}: {title}").trim_end());
    let known = item.cases.iter().filter_map(|case| match case {
        DraftCase::Known(printed) => Some(printed.as_str()),
        DraftCase::Foreign(_) => None,
    });
    block(out, &known.collect::<Vec<_>>().join(", "));
    for section in &item.sections {
        if !section.heading.is_empty() {
            block(out, &format!("### {}", markdown::heading(&section.heading)));
        }
        block(out, &section.body);
    }
}

fn head(draft: &Draft, language: Language) -> String {
    let mut out = String::from("---\n");
    let mut line = |key: &str, value: &str| out.push_str(&format!("{key}: {value}\n"));
    if let Some(organization) = &draft.organization {
        line("organization", &scalar(organization));
    }
    if let Some(title) = &draft.title {
        line("title", &scalar(title));
    }
    line("date", &draft.date.to_string());
    for (key, time) in [("start", draft.start), ("end", draft.end)] {
        if let Some(time) = time {
            line(key, &format!("\"{:02}:{:02}\"", time.hour(), time.minute()));
        }
    }
    if let Some(place) = &draft.place {
        line("place", &scalar(place));
    }
    people(&mut out, "participants", &draft.participants);
    people(&mut out, "absent", &draft.absent);
    if draft.status != Status::Approved {
        out.push_str(&format!("status: {}\n", draft.status.name()));
    }
    if draft.cancelled {
        out.push_str("cancelled: true\n");
    }
    closed(&mut out, &draft.items, language);
    out.push_str("---\n");
    out
}

fn people(out: &mut String, key: &str, people: &[Person]) {
    if people.is_empty() {
        return;
    }
    out.push_str(&format!("{key}:\n"));
    for person in people {
        match &person.role {
            None => out.push_str(&format!("  - {}\n", scalar(&person.name))),
            Some(role) => out.push_str(&format!("  - name: {}\n    role: {}\n", scalar(&person.name), scalar(role))),
        }
    }
}

/// What the head must say of closed items, since their titles don't.
fn closed(out: &mut String, items: &[DraftItem], language: Language) {
    let said_by_title = |item: &&DraftItem| language.closed_title(&item.title) == ClosedTitle::Closed;
    let mut entries = items.iter().filter(|item| item.closed && !said_by_title(item)).peekable();
    if entries.peek().is_some() {
        out.push_str("items:\n");
    }
    for item in entries {
        out.push_str(&format!("  {}: {{ closed: true }}\n", scalar::key(item.number.printed())));
    }
}

/// A meeting file to be filled in, with comments that say how.
pub fn template(organization: Option<&str>, date: Date, language: Language) -> String {
    let words = minutes::template(language);
    let item = minutes::item_word(language);
    let sections: String = words.sections.iter().map(|heading| format!("\n### {heading}\n")).collect();
    let organization = organization.map(|name| format!("organization: {}\n", scalar(name))).unwrap_or_default();
    format!(
        "---\n\
         {organization}\
         date: {date} # {}\n\
         # start: \"10:00\" # {}\n\
         # place: {}\n\
         participants: [] # {}\n\
         #  - {}\n\
         #  - {{ name: {}, role: {} }}\n\
         absent: [] # {}\n\
         status: draft # {}\n\
         # {}\n\
         # closed_items:\n\
         #   2: {{ title: \"\", reason: \"\", decision: \"\" }}\n\
         # {}\n\
         ---\n\n\
         ## {item} 1: {}\n{sections}",
        words.date,
        words.start,
        words.place,
        words.participants,
        words.name,
        words.name,
        words.role,
        words.absent,
        words.status,
        words.closed,
        words.case,
        words.title,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn draft() -> Draft {
        Draft {
            organization: Some("Byråd: A".to_owned()),
            title: None,
            date: date(2018, 5, 22),
            start: Time::new(9, 5, 0, 0).ok(),
            end: None,
            place: Some("- Sal 1".to_owned()),
            participants: vec![
                Person { name: "Anna Ø".into(), role: None },
                Person { name: "null".into(), role: Some("A".into()) },
            ],
            absent: Vec::new(),
            status: Status::Approved,
            cancelled: false,
            preamble: String::new(),
            items: vec![DraftItem {
                number: Number::new("3"),
                title: "Lukkede *veje* #".to_owned(),
                cases: vec![DraftCase::Known("17/1".to_owned()), DraftCase::Known("18/2".to_owned())],
                closed: true,
                sections: vec![DraftSection { heading: "Bilag".to_owned(), body: "- A".to_owned() }],
                attachments: Vec::new(),
            }],
        }
    }

    #[test]
    fn a_meeting_file() {
        assert_eq!(
            meeting_file(&draft(), Language::Da),
            "---\norganization: \"Byråd: A\"\ndate: 2018-05-22\nstart: \"09:05\"\nplace: \"- Sal 1\"\nparticipants:\n  - Anna Ø\n  \
             - name: \"null\"\n    role: A\nitems:\n  3: { closed: true }\n---\n\n## Punkt 3: Lukkede \\*veje\\* \\#\n\n17/1, 18/2\n\n\
             ### Bilag\n\n- A\n"
        );
        assert!(meeting_file(&draft(), Language::En).contains("\n## Item 3: "));
    }

    #[test]
    fn the_template_has_a_head_and_an_item() {
        for language in [Language::Da, Language::En] {
            let text = template(None, date(2026, 2, 24), language);
            assert!(text.starts_with("---\ndate: 2026-02-24 # "), "{text}");
            assert_eq!(text.matches("\n---\n").count(), 1, "{text}");
        }
    }
}
