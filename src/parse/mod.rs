//! One meeting file: from its text to a [`Meeting`].
//!
//! Parsing one file never fails and needs no other file, which makes it parallel and memoisable. The order is a matter of
//! safety: the text is cut into items before any Markdown is parsed, closed items are found and blanked in the source, and
//! only what is left is looked at.

mod agenda;
mod front_matter;
mod html;
mod link;
mod plain;
mod retract;
mod section;
mod slip;

pub use front_matter::{ITEM_KEYS, KEYS};
pub use link::{Target, link_target};
pub use retract::{Taken, take_back};

use crate::config::{Cases, Closed, Config};
use crate::diag::{Code, Diagnostic, Reported};
use crate::language::Language;
use crate::model::{AgendaItem, Disclosure, Meeting, Number, PublicItem, Reference, Stub};
use crate::source::{MAX_FILE, MAX_TEXT, Source, Span, is_bidi_control};
use crate::yaml::Yaml;
use front_matter::Head;
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::sync::Arc;

/// What of the settings decides how a meeting file is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The language of the files.
    pub language: Language,
    /// How cases are known.
    pub cases: Cases,
    /// What is shown of closed items.
    pub closed: Closed,
    /// Whether drafts are read.
    pub drafts: Drafts,
}

/// What happens to meetings with `status: draft`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drafts {
    /// They are not there.
    #[default]
    Left,
    /// They are taken like any other.
    Taken,
}

impl Settings {
    /// The part of the settings that counts here.
    pub fn new(config: &Config, drafts: Drafts) -> Settings {
        Settings { language: config.language, cases: config.cases.clone(), closed: config.closed, drafts }
    }
}

/// Reads a meeting file. `None` where it is a draft, or no meeting can be made of it.
///
/// Every diagnostic carries the source with closed items blanked, never the one given.
pub fn meeting(source: &Source, settings: &Settings) -> Reported<Option<Meeting>> {
    read(source, settings).0
}

/// Reads a meeting file, and gives its public part too: the source with closed items blanked, and nothing of a draft.
pub fn read(source: &Source, settings: &Settings) -> (Reported<Option<Meeting>>, Source) {
    let nothing = |diagnostics| (Reported { value: None, diagnostics }, Source::new(source.path().clone(), ""));
    let mut problems = Vec::new();
    if source.text().trim().is_empty() && source.faults().is_empty() {
        let empty = Diagnostic::new(Code::FileEmpty, source, Span::new(0..0), &[]);
        return nothing(vec![empty]);
    }
    if source.text().is_empty() {
        crate::config::encoding(source, &mut problems);
        return nothing(problems);
    }
    let Cut { parts, yaml, closed, slips, blanks, blanked } = cut(source, settings.language);
    if settings.drafts == Drafts::Left && front_matter::is_draft(source, &parts, yaml.as_ref().ok()) {
        return nothing(Vec::new());
    }
    if source.text().len() as u64 > MAX_TEXT && public_length(source, &blanks) as u64 > MAX_TEXT {
        return nothing(vec![too_large(source.path())]);
    }
    crate::config::encoding(&blanked, &mut problems);
    let head = match yaml {
        Ok(yaml) => front_matter::read(&yaml.in_source(&blanked), &blanked, &parts, &closed, settings, &mut problems),
        Err(problem) => {
            problems.push(Diagnostic { source: blanked.clone(), ..*problem });
            return (Reported { value: None, diagnostics: problems }, blanked);
        }
    };
    let is_hidden = |problem: &Diagnostic| blanks.iter().any(|blank| blank.touches(problem.span));
    if head.retracted.is_some() {
        // Of the rest of the head nothing counts any more, so nothing of it is wrong.
        problems.retain(|problem| !is_hidden(problem));
        return (Reported { value: Some(retracted(&blanked, head)), diagnostics: problems }, blanked);
    }
    // The length of what is hidden tells something too.
    for problem in problems.iter_mut().filter(|problem| is_hidden(problem)) {
        problem.span.end = problem.span.start;
    }
    agenda::check(&blanked, &parts, &closed, &head, settings.language, &mut problems);
    problems.extend(slips.iter().map(|slip| Diagnostic::new(Code::ClosedHeading, &blanked, slip.shown, &[])));
    let case_numbers = |item: &agenda::Item| match settings.closed {
        Closed::Stub => Vec::new(),
        Closed::CaseNumber => section::case_numbers(source.slice(item.body), settings),
    };
    let items = parts.items.iter().zip(&closed).map(|(item, closed)| AgendaItem {
        number: item.number.clone(),
        span: item.heading,
        disclosure: if *closed {
            Disclosure::Closed(Box::new(stub(item, &head, case_numbers(item))))
        } else {
            odd_letters(&blanked, item, &mut problems);
            Disclosure::Public(Box::new(public(&blanked, item, &head, settings, &mut problems)))
        },
    });
    let mut items = items.collect();
    slim(&mut items);
    let preamble = section::preamble(&blanked, parts.preamble, settings, &mut problems);
    (Reported { value: Some(build(&blanked, head, preamble, items)), diagnostics: problems }, blanked)
}

/// Whether a file begins as one of a meeting does.
pub fn has_head(start: &Source) -> bool {
    agenda::cut(start).head.is_ok()
}

/// Whether what a file begins with is the head of a draft.
pub fn is_draft(start: &Source) -> bool {
    let parts = agenda::cut(start);
    front_matter::is_draft(start, &parts, front_matter::yaml(start, &parts).as_ref().ok())
}

/// What is said of a file that is larger than any text is. Its size would tell that of what is closed in it.
pub fn too_large(path: &Arc<str>) -> Diagnostic {
    let [most, all] = [MAX_TEXT, MAX_FILE].map(|size| size >> 20);
    let most = format!("at most {most} MB of it may be public, and at most {all} MB are read");
    Diagnostic::new(Code::FileTooLarge, &Source::new(path.clone(), ""), Span::new(0..0), &[&most])
}

/// How many bytes of a text are not blanked.
fn public_length(source: &Source, blanks: &[Span]) -> usize {
    let (mut hidden, mut from) = (0, 0);
    for blank in blanks {
        hidden += blank.range().end.saturating_sub(blank.range().start.max(from));
        from = from.max(blank.range().end);
    }
    source.text().len() - hidden
}

/// The source of a meeting file with its closed items blanked, for whoever has to quote it later.
pub fn blanked(source: &Source, settings: &Settings) -> Source {
    cut(source, settings.language).blanked
}

/// A meeting file in pieces, with what is closed of it known and blanked.
struct Cut {
    parts: agenda::Parts,
    yaml: Result<Yaml, Box<Diagnostic>>,
    closed: Vec<bool>,
    slips: Vec<slip::Slip>,
    blanks: Vec<Span>,
    blanked: Source,
}

fn cut(source: &Source, language: Language) -> Cut {
    let parts = agenda::cut(source);
    let yaml = front_matter::yaml(source, &parts);
    let mut numbers = front_matter::ClosedNumbers::default();
    let (closed, hidden) = match &yaml {
        Ok(yaml) => {
            numbers = front_matter::closed_numbers(yaml);
            let closed = match numbers.unclear {
                true => vec![true; parts.items.len()],
                false => agenda::closed(&parts, &numbers, language),
            };
            let hidden = front_matter::hidden(yaml, &parts, &closed);
            (closed, hidden)
        }
        // With a head that can't be read, nobody knows which items are closed, so nothing of any item is quoted.
        Err(_) => (vec![true; parts.items.len()], front_matter::hidden_lines(source, &parts)),
    };
    let of_items = parts.items.iter().zip(&closed).filter(|(_, closed)| **closed).map(|(item, _)| item.hidden);
    let open: Vec<_> = numbers.decisions.iter().filter(|(_, closed)| !closed).map(|(number, _)| number).collect();
    let slips = slip::slips(source, &parts, &closed, &open, language);
    let of_slips = slips.iter().map(|slip| slip.hidden);
    let mut blanks: Vec<Span> = match &yaml {
        Ok(yaml) if front_matter::is_retracted(yaml) => {
            let text = Span::new(parts.preamble.range().start..source.text().len());
            front_matter::taken_back(yaml).into_iter().chain([text]).collect()
        }
        _ => hidden.into_iter().chain(of_items).chain(of_slips).collect(),
    };
    if !slips.is_empty() {
        blanks.sort_by_key(|blank| blank.start);
    }
    let blanked = source.blank(&blanks);
    Cut { parts, yaml, closed, slips, blanks, blanked }
}

/// All that is left of a meeting that was taken back.
fn retracted(source: &Source, head: Head) -> Meeting {
    let Head { date, slug, organization, aliases, retracted, .. } = head;
    let left = Head { date, slug, organization, aliases, retracted, ..Head::default() };
    build(source, left, section::Preamble::default(), Vec::new())
}

fn build(source: &Source, head: Head, preamble: section::Preamble, items: Vec<AgendaItem>) -> Meeting {
    Meeting {
        path: source.path().clone(),
        organization: source.path().split('/').nth(1).unwrap_or_default().to_owned(),
        organization_name: head.organization,
        title: head.title,
        slug: head.slug,
        date: head.date.unwrap_or(Meeting::UNDATED),
        start: head.start,
        end: head.end,
        place: head.place,
        participants: head.participants,
        absent: head.absent,
        status: head.status,
        cancelled: head.cancelled,
        published: head.published,
        modified: head.modified,
        corrections: head.corrections,
        retracted: head.retracted,
        aliases: head.aliases,
        preamble: preamble.body,
        links: preamble.links,
        items,
    }
}

fn stub(item: &agenda::Item, head: &Head, case_numbers: Vec<String>) -> Stub {
    let stub = head.closed.iter().find(|(number, _)| *number == item.number).map(|(_, stub)| stub.clone());
    Stub { case_numbers, ..stub.unwrap_or_default() }
}

/// Reports signs in a title that make text be shown in another order than it is read in.
fn odd_letters(source: &Source, item: &agenda::Item, problems: &mut Vec<Diagnostic>) {
    if let Some(sign) = item.plain.chars().find(|character| is_bidi_control(*character)) {
        let what = format!("U+{:04X}", u32::from(sign));
        problems.push(Diagnostic::new(Code::FileControl, source, item.title, &[&what]));
    }
}

fn public(
    source: &Source,
    item: &agenda::Item,
    head: &Head,
    settings: &Settings,
    problems: &mut Vec<Diagnostic>,
) -> PublicItem {
    let mut public = section::item(source, item, settings, problems);
    if let Some((_, entry)) = head.items.iter().find(|(number, _)| *number == item.number) {
        public.references.extend(entry.cases.iter().cloned());
        section::make_unique(&mut public.references);
        public.outcome = entry.outcome.or(public.outcome);
    }
    let PublicItem { references, mentions, .. } = &mut public;
    // An item does not mention what it treats.
    if !references.is_empty() && !mentions.is_empty() {
        let treated: FxHashSet<&Reference> = references.iter().collect();
        mentions.retain(|(reference, _)| !treated.contains(reference));
    }
    public
}

/// Gives back room that nothing will need: an archive keeps hundreds of thousands of items and sections, and most of them have
/// one of a few headings.
fn slim(items: &mut Vec<AgendaItem>) {
    let mut headings: FxHashSet<Arc<str>> = FxHashSet::default();
    for item in items {
        let Disclosure::Public(item) = &mut item.disclosure else { continue };
        for section in &mut item.sections {
            match headings.get(&section.heading) {
                Some(known) => section.heading = known.clone(),
                None => drop(headings.insert(section.heading.clone())),
            }
        }
        without_spare(&mut item.references);
        without_spare(&mut item.sections);
        without_spare(&mut item.files);
        without_spare(&mut item.mentions);
        without_spare(&mut item.links);
    }
}

/// Moves a list to a place of its size. To shrink it where it is would leave most allocators with up to half of it unused.
fn without_spare<T>(list: &mut Vec<T>) {
    if list.capacity() > list.len() {
        let mut exact = Vec::with_capacity(list.len());
        exact.append(list);
        *list = exact;
    }
}

/// The anchor of an item on its meeting's page: `punkt-3`, `item-4a`.
pub fn anchor(language: Language, number: &Number) -> String {
    let printed = number.printed();
    let is_plain = printed.bytes().all(|byte| byte.is_ascii_digit());
    let slug = if is_plain { Cow::Borrowed(printed) } else { Cow::Owned(crate::model::slug(printed)) };
    [language.words().item_address, "-", &slug].concat()
}
