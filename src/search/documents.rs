//! What is searched: the public items of an archive, newest meeting first, each with its words.

use super::words::{Token, markup, words};
use crate::archive::Archive;
use crate::language::Language;
use crate::model::{AgendaItem, Disclosure, Markup, Meeting, MeetingId, Place, PublicItem, Section, SectionKind};

/// Where in an item a word stands, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Title,
    Resolution,
    Text,
}

impl Field {
    pub(super) const ALL: [Field; 3] = [Field::Title, Field::Resolution, Field::Text];
}

/// The items that are searched. Of a closed item only its stub is left to search, if it says anything at all.
pub(super) fn documents(archive: &Archive) -> Vec<Place> {
    let count = MeetingId::try_from(archive.meetings.len()).unwrap_or(MeetingId::MAX);
    let meetings = (0..count).rev().map(|id| (id, archive.meeting(id)));
    meetings
        .flat_map(|(meeting, held)| {
            let items = (0..).zip(&held.items).filter(|(_, item)| is_document(item));
            items.map(move |(item, _)| Place { meeting, item })
        })
        .collect()
}

fn is_document(item: &AgendaItem) -> bool {
    match &item.disclosure {
        Disclosure::Public(_) => true,
        Disclosure::Closed(stub) => stub.title.is_some() || stub.reason.is_some() || stub.decision.is_some(),
    }
}

/// Reads an item's words, field by field in the order of [`Field`].
pub(super) fn read<'a>(item: &'a AgendaItem, language: Language, field: Field, emit: &mut impl FnMut(Token<'a>)) {
    match (&item.disclosure, field) {
        (Disclosure::Public(public), _) => read_public(public, language, field, emit),
        (Disclosure::Closed(stub), Field::Title) => words(stub.title.as_deref().unwrap_or_default(), emit),
        (Disclosure::Closed(stub), Field::Resolution) => words(stub.decision.as_deref().unwrap_or_default(), emit),
        (Disclosure::Closed(stub), Field::Text) => words(stub.reason.as_deref().unwrap_or_default(), emit),
    }
}

fn read_public<'a>(item: &'a PublicItem, language: Language, field: Field, emit: &mut impl FnMut(Token<'a>)) {
    match field {
        Field::Title => {
            heading(&item.title, item.heading.as_deref(), emit);
            item.references.iter().for_each(|reference| emit(Token::Case(reference)));
        }
        Field::Resolution => {
            for section in resolutions(item) {
                markup(&section.body, emit);
                emit(Token::Break);
            }
            item.outcome.iter().for_each(|outcome| words(language.words().outcome(*outcome), emit));
        }
        Field::Text => {
            for section in item.sections.iter().filter(|section| section.kind != SectionKind::Resolution) {
                heading(&section.heading, section.title.as_deref(), emit);
                markup(&section.body, emit);
                emit(Token::Break);
                if section.body.html.is_empty() {
                    for file in item.files_of(section) {
                        words(&file.title, emit);
                        emit(Token::Break);
                    }
                }
            }
            item.footnotes.iter().for_each(|footnotes| markup(footnotes, emit));
        }
    }
}

fn heading<'a>(text: &'a str, more: Option<&'a Markup>, emit: &mut impl FnMut(Token<'a>)) {
    match more {
        Some(more) => markup(more, emit),
        None => words(text, emit),
    }
    emit(Token::Break);
}

fn resolutions(item: &PublicItem) -> impl Iterator<Item = &Section> {
    item.sections.iter().filter(|section| section.kind == SectionKind::Resolution)
}

/// The length of an excerpt, in characters: two lines on a desktop, four on a phone.
const EXCERPT: usize = 190;

/// What is shown of an item below its title: how its decision begins, else its text.
pub(super) fn excerpt(item: &AgendaItem) -> String {
    match &item.disclosure {
        Disclosure::Public(public) => {
            let rest = public
                .sections
                .iter()
                .filter(|section| !matches!(section.kind, SectionKind::Resolution | SectionKind::Attachments));
            resolutions(public)
                .chain(rest)
                .map(|section| beginning(&section.body))
                .find(|text| !text.is_empty())
                .unwrap_or_default()
        }
        Disclosure::Closed(stub) => {
            shortened(stub.decision.as_ref().or(stub.reason.as_ref()).map_or("", String::as_str))
        }
    }
}

fn beginning(body: &Markup) -> String {
    // Markup is at most a few times as long as its text; what is cut off too early is only a shorter excerpt.
    let cut = (0..=body.html.len().min(6 * EXCERPT)).rev().find(|at| body.html.is_char_boundary(*at)).unwrap_or(0);
    // A tag or an entity that was cut through goes as a whole.
    let html = &body.html[..cut];
    let whole = if cut == body.html.len() { cut } else { html.rfind(['<', ' ']).unwrap_or(cut) };
    let text = Markup { html: html[..whole].into(), holes: Box::default() }.text();
    if whole < body.html.len() && text.chars().count() <= EXCERPT { format!("{text} …") } else { shortened(&text) }
}

fn shortened(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(EXCERPT) else { return text.to_owned() };
    let words = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{} …", text[..words].trim_end())
}

/// A meeting's title of its own, or nothing.
pub(super) fn meeting_title(meeting: &Meeting) -> &str {
    meeting.title.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_end_between_words() {
        let body = |html: String| Markup { html: html.into(), holes: Box::default() };
        assert_eq!(beginning(&body("<p>Godkendt &amp; vedtaget.</p>".to_owned())), "Godkendt & vedtaget.");
        let long = beginning(&body(format!("<p>{}</p>", "æble ".repeat(100))));
        assert!(long.ends_with("æble …") && long.chars().count() <= EXCERPT + 2, "{long}");
        let tags = beginning(&body("<p>a <em>b</em></p>".repeat(200)));
        assert!(!tags.contains('<') && tags.starts_with("a b\n\na b"), "{tags}");
    }
}
