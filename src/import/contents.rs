//! The table of contents: it repeats the titles of the items, so it gives none, and it is not kept.

use super::agenda::Heading;
use super::lines::Line;
use crate::format::DraftItem;
use crate::language::{Language, minutes};
use std::collections::HashSet;

/// A table of contents.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    /// Its lines, by their place in the document.
    pub lines: HashSet<usize>,
    /// The titles it names, for comparing.
    titles: HashSet<String>,
}

impl Contents {
    /// Whether it names this title.
    pub(super) fn names(&self, title: &str) -> bool {
        !title.is_empty() && self.titles.contains(&key(title))
    }
}

/// Finds the lines with dotted leaders before the first heading of an item that has none, and the heading above them.
pub(super) fn with_leaders(lines: &[Line<'_>], language: Language) -> Contents {
    let mut contents = Contents::default();
    let mut heading = None;
    let mut pending: Vec<usize> = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_blank()) {
        if minutes::is_contents(language, &line.plain) {
            heading = Some(at);
            pending.clear();
            continue;
        }
        match entry(&line.plain, heading.is_some()) {
            Some(title) => {
                let wrapped: Vec<&str> = pending.iter().map(|at| lines[*at].plain.as_str()).chain([title]).collect();
                contents.titles.insert(key(&wrapped.join(" ")));
                contents.titles.insert(key(title));
                contents.lines.extend(pending.drain(..));
                contents.lines.insert(at);
                contents.lines.extend(heading);
            }
            // A title of the contents may wrap; the page number then stands one line below.
            None if heading.is_some() && pending.is_empty() && goes_on(lines, at) => pending.push(at),
            None if minutes::item_heading(&line.plain).is_some_and(|found| found.word.is_some()) => break,
            None => {
                pending.clear();
                if !contents.lines.is_empty() {
                    break;
                }
            }
        }
    }
    contents
}

fn goes_on(lines: &[Line<'_>], at: usize) -> bool {
    lines.get(at + 1).is_some_and(|next| entry(&next.plain, true).is_some()) && !lines[at].is_marked()
}

/// The title of a line that ends in a leader and the number of a page.
fn entry(line: &str, below_heading: bool) -> Option<&str> {
    let bare = line.trim_end_matches(|mark: char| mark.is_ascii_digit());
    let digits = line.len() - bare.len();
    if digits > 4 {
        return None;
    }
    let title = bare.trim_end_matches(|mark: char| mark.is_whitespace() || matches!(mark, '.' | '…' | '_' | '·'));
    let leader = &bare[title.len()..];
    let dots = leader.chars().filter(|mark| matches!(mark, '.' | '_' | '·')).count() + 3 * leader.matches('…').count();
    let led = dots >= 3 && (digits > 0 || dots >= 5);
    let tabbed = below_heading && digits > 0 && leader.ends_with('\t');
    ((led || tabbed) && title.chars().any(char::is_alphanumeric)).then_some(title)
}

/// Finds an agenda without leaders above the first item: under its heading, lines that are the title of an item below or have
/// its number. Nothing is lost with it, and a closed item's title must not stay behind in what is public.
pub(super) fn repeating(lines: &[Line<'_>], headings: &[Heading], language: Language) -> HashSet<usize> {
    let titles: HashSet<String> = headings.iter().map(|heading| key(&heading.title)).collect();
    let numbers: HashSet<&str> = headings.iter().map(|heading| heading.number.printed()).collect();
    let repeats = |line: &Line<'_>| {
        let unpaged = line.plain.trim_end_matches(|mark: char| mark.is_ascii_digit() || mark.is_whitespace());
        let number = minutes::item_heading(&line.plain).filter(|found| found.parted || found.word.is_some());
        titles.contains(&key(&line.plain))
            || titles.contains(&key(unpaged))
            || number.is_some_and(|found| numbers.contains(found.number.as_str()))
    };
    let mut found = HashSet::new();
    let Some(heading) = lines.iter().position(|line| minutes::is_contents(language, &line.plain)) else { return found };
    let below = lines.iter().enumerate().skip(heading + 1).filter(|(_, line)| !line.is_blank());
    found.extend(below.take_while(|(_, line)| repeats(line)).map(|(at, _)| at));
    if !found.is_empty() {
        found.insert(heading);
    }
    found
}

/// Finds lines above the first item that say no more than the title of a closed one: they would be public there.
pub(super) fn of_closed(lines: &[Line<'_>], items: &[DraftItem]) -> HashSet<usize> {
    let titles: HashSet<String> = items.iter().filter(|item| item.closed).map(|item| key(&item.title)).collect();
    let told = lines.iter().enumerate().filter(|(_, line)| !line.is_blank() && titles.contains(&key(&line.plain)));
    told.map(|(at, _)| at).collect()
}

/// A title for comparing: without its number, letters and digits only, in small letters.
fn key(title: &str) -> String {
    let title = title.trim_start_matches(['-', '•', '*', ' ']);
    let title = minutes::item_heading(title)
        .filter(|found| !found.title.is_empty())
        .map_or_else(|| title.to_owned(), |found| found.title);
    title.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        for (line, title) in [
            ("Lukket.....\t3", Some("Lukket")),
            ("Budget 2019 . . . . . 12", Some("Budget 2019")),
            ("Punkt 2: Veje………4", Some("Punkt 2: Veje")),
            ("Veje\t4", Some("Veje")),
            ("Mødet varede længe...", None),
            ("Side 4", None),
            ("....... 4", None),
        ] {
            assert_eq!(entry(line, true), title, "{line}");
        }
        assert_eq!(entry("Veje\t4", false), None);
    }
}
