//! Items of an agenda: what is public of them, and nothing more.

use super::markup::same_links;
use super::{BACK, FileKind, Hole, HoleKind, Link, Mark, Markup, Reference};
use crate::source::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

/// An item of a meeting's agenda (OParl: `AgendaItem`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaItem {
    /// The number as printed, or its place where none was printed.
    pub number: Number,
    /// The place of its heading in the meeting file.
    pub span: Span,
    /// What the public may know.
    pub disclosure: Disclosure,
}

impl AgendaItem {
    /// Whether nothing but running text, and where it stands, sets two versions of an item apart.
    pub(super) fn has_outline_of(&self, other: &AgendaItem) -> bool {
        let AgendaItem { number, span: _, disclosure } = self;
        number == &other.number
            && match (disclosure, &other.disclosure) {
                (Disclosure::Public(public), Disclosure::Public(other)) => public.has_outline_of(other),
                (stub, other) => stub == other,
            }
    }
}

/// The number of an item: digits, possibly with letters and dots (`3`, `4a`, `12.1`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(Box<str>);

impl Number {
    /// A number as printed; letters become small.
    pub fn new(printed: &str) -> Number {
        Number(printed.to_lowercase().into())
    }

    /// As printed.
    pub fn printed(&self) -> &str {
        &self.0
    }

    /// The leading whole number, by which items are in order.
    pub fn order(&self) -> u64 {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        self.0[..digits].parse().unwrap_or(u64::MAX)
    }
}

/// Whether an item is public (OParl: `AgendaItem.public`), with what goes with it. Later stages get this and nothing
/// else, so they can't leak what they were never given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disclosure {
    /// Treated in the open.
    Public(Box<PublicItem>),
    /// Treated behind closed doors.
    Closed(Box<Stub>),
}

/// What stands under a public item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicItem {
    /// The title, as text.
    pub title: Box<str>,
    /// The title as inline HTML, with its mentions, where it is more than its text.
    pub heading: Option<Box<Markup>>,
    /// The cases it treats.
    pub references: Vec<Reference>,
    /// What was decided, where the decision's words or the head say it.
    pub outcome: Option<Outcome>,
    /// The sections, in the order of the file.
    pub sections: Vec<Section>,
    /// The footnotes of all sections, where there are any.
    pub footnotes: Option<Box<Markup>>,
    /// The attachments it lists or links to.
    pub files: Vec<File>,
    /// Cases mentioned in running text, with their places.
    pub mentions: Vec<(Reference, Span)>,
    /// Links that lead somewhere in the archive.
    pub links: Vec<Mark>,
}

impl PublicItem {
    fn has_outline_of(&self, other: &PublicItem) -> bool {
        let PublicItem { title, heading: _, references, outcome, sections: _, footnotes: _, files, mentions, links } =
            self;
        fn named((reference, _): &(Reference, Span)) -> &Reference {
            reference
        }
        (title, references, outcome, files) == (&other.title, &other.references, &other.outcome, &other.files)
            && mentions.iter().map(named).eq(other.mentions.iter().map(named))
            && same_links(links, &other.links)
    }

    /// The attachments of all sections that are lists of them, in the order in which they are shown and numbered.
    pub fn listed_files(&self) -> impl Iterator<Item = &File> {
        self.sections.iter().flat_map(|section| self.files_of(section))
    }

    /// The attachments that stand in no such list, each once. A picture without words of its own is part of the text.
    pub fn other_files(&self) -> Vec<&File> {
        let mut out: Vec<&File> = Vec::new();
        let is_known = |file: &File, among: &[&File]| {
            file.path.is_some() && self.listed_files().chain(among.iter().copied()).any(|other| other.path == file.path)
        };
        for (at, file) in self.files.iter().enumerate() {
            let is_listed = |section: &Section| (section.files.0.into()..section.files.1.into()).contains(&at);
            let is_listed = self.sections.iter().any(is_listed);
            if !is_listed && !file.is_bare_picture() && !is_known(file, &out) {
                out.push(file);
            }
        }
        out
    }

    /// The footnotes in the order of their numbers, which begin with one, without the links back.
    pub fn notes(&self) -> Vec<Markup> {
        let Some(all) = &self.footnotes else { return Vec::new() };
        // References in a note have names too.
        let is_start =
            |hole: &&Hole| matches!(hole.kind, HoleKind::Id(_)) && all.html[..hole.start as usize].ends_with("<li");
        let starts: Vec<usize> =
            all.holes.iter().filter(is_start).map(|hole| hole.start as usize + ">".len()).collect();
        let ends = starts.iter().skip(1).copied().chain([all.html.len()]);
        let back = BACK.concat();
        let note = |(start, end): (&usize, usize)| {
            let length = all.html[*start..end].rfind(&back).unwrap_or(end - start);
            all.part(*start..start + length)
        };
        starts.iter().zip(ends).map(note).collect()
    }

    /// The footnotes that some texts refer to, and those that these refer to, each with its number.
    pub fn notes_of<'a>(&self, texts: impl Iterator<Item = &'a Markup>) -> Vec<(usize, Markup)> {
        let notes = self.notes();
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let mut open: Vec<&Markup> = texts.collect();
        while let Some(text) = open.pop().filter(|_| !notes.is_empty()) {
            let numbers = text.holes.iter().filter_map(|hole| match &hole.kind {
                HoleKind::Href(Link::Anchor(anchor)) => anchor.rsplit_once("-note-")?.1.parse::<usize>().ok(),
                _ => None,
            });
            for number in numbers {
                let note = number.checked_sub(1).and_then(|place| notes.get(place));
                open.extend(note.filter(|_| found.insert(number)));
            }
        }
        found.into_iter().filter_map(|number| Some((number, notes.get(number - 1)?.clone()))).collect()
    }

    /// The attachments that a section is a list of; none where it is more than a list.
    pub fn files_of(&self, section: &Section) -> &[File] {
        self.files.get(section.files.0.into()..section.files.1.into()).unwrap_or_default()
    }
}

/// What the public may know of a closed item: what stands under `closed_items` in the head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stub {
    /// A public title.
    pub title: Option<String>,
    /// The reason it is closed, usually a paragraph of law.
    pub reason: Option<String>,
    /// The decision, as far as it is public.
    pub decision: Option<String>,
    /// The case number as text; empty unless `closed.show_case_number` is set.
    pub case_numbers: Vec<String>,
}

/// A part of an item under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is, by its heading.
    pub kind: SectionKind,
    /// The heading as text; empty for what stands before the first one. A meeting has few that differ, and an archive
    /// hundreds of thousands in all.
    pub heading: Arc<str>,
    /// The heading as inline HTML, with its mentions and links, where it is more than its text.
    pub title: Option<Box<Markup>>,
    /// Its content; empty where `files` says it all.
    pub body: Markup,
    /// Where the section is nothing but a list of attachments: which of the item's, from and to; else none.
    pub files: (u16, u16),
}

/// What a section is, by the language's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    /// Baggrund: how the item came up.
    Background,
    /// Sagsfremstilling: the matter presented.
    Presentation,
    /// Indstilling: what is proposed to the meeting.
    Recommendation,
    /// Beslutning: what the meeting decided (OParl: `resolutionText`).
    Resolution,
    /// Økonomi.
    Economy,
    /// Retsgrundlag.
    LegalBasis,
    /// Høring and Information.
    Consultation,
    /// Vurdering.
    Assessment,
    /// Bilag.
    Attachments,
    /// Anything else.
    Other,
}

impl SectionKind {
    /// The name in templates and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            SectionKind::Background => "background",
            SectionKind::Presentation => "presentation",
            SectionKind::Recommendation => "recommendation",
            SectionKind::Resolution => "resolution",
            SectionKind::Economy => "economy",
            SectionKind::LegalBasis => "legal-basis",
            SectionKind::Consultation => "consultation",
            SectionKind::Assessment => "assessment",
            SectionKind::Attachments => "attachments",
            SectionKind::Other => "other",
        }
    }
}

/// What a meeting did with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Godkendt, vedtaget, tiltrådt.
    Approved,
    /// Udsat.
    Postponed,
    /// Taget til efterretning.
    Noted,
    /// Afvist, forkastet.
    Rejected,
    /// Drøftet.
    Discussed,
    /// Oversendt.
    Referred,
}

impl Outcome {
    /// Every outcome, in the order they are listed.
    pub const ALL: [Outcome; 6] = [
        Outcome::Approved,
        Outcome::Postponed,
        Outcome::Noted,
        Outcome::Rejected,
        Outcome::Discussed,
        Outcome::Referred,
    ];

    /// The name in heads, exports and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Approved => "approved",
            Outcome::Postponed => "postponed",
            Outcome::Noted => "noted",
            Outcome::Rejected => "rejected",
            Outcome::Discussed => "discussed",
            Outcome::Referred => "referred",
        }
    }
}

/// A document that belongs to an item (OParl: `File`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its title.
    pub title: Box<str>,
    /// Its path in the content folder; `None` where the minutes only name it.
    pub path: Option<Box<str>>,
    /// What the list of attachments says of it, as inline HTML, where that is more than its title and the link to it.
    pub entry: Option<Box<Markup>>,
}

impl File {
    /// Whether it is a picture that nobody named: its title is the name of its file.
    fn is_bare_picture(&self) -> bool {
        let Some(path) = &self.path else { return false };
        *self.title == *path.rsplit('/').next().unwrap_or_default()
            && FileKind::of(path).is_some_and(|kind| kind.media_type.starts_with("image/"))
    }
}
