//! Lists of people: names wrap over lines, roles stand in brackets or after a comma.

use crate::language::{Language, minutes};
use crate::model::Person;

/// The people of a list, from the lines it stands on. `None` where it holds something that is no name: then it is better kept
/// as text.
pub(super) fn people(lines: &[&str], language: Language) -> Option<Vec<Person>> {
    let lines: Vec<&str> = lines.iter().map(|line| without_bullet(line)).filter(|line| !line.is_empty()).collect();
    let together = lines.join(" ");
    if together.is_empty() || minutes::is_nobody(language, &together) {
        return Some(Vec::new());
    }
    let entries = if is_one_a_line(&lines, language) {
        lines.iter().map(|line| (*line).to_owned()).collect()
    } else {
        vec![unwrapped(&lines)]
    };
    let mut people = Vec::new();
    for entry in entries {
        for piece in split(entry.trim().trim_end_matches('.'), language) {
            add(&mut people, piece, language)?;
        }
    }
    Some(people)
}

pub(super) fn without_bullet(line: &str) -> &str {
    let line = line.trim();
    let rest = line.strip_prefix(['-', '•', '·', '*', '–']).filter(|rest| rest.starts_with([' ', '\u{a0}', '\t']));
    rest.unwrap_or(line).trim()
}

/// Whether each line holds one person: then no line lists several, and a comma only parts a name from its role.
fn is_one_a_line(lines: &[&str], language: Language) -> bool {
    lines.len() > 1
        && lines.iter().all(|line| {
            let pieces = split(line, language);
            !line.ends_with(',')
                && pieces.iter().skip(1).all(|piece| is_role(piece, language))
                && !is_part_of_name(line)
        })
}

/// A single word is a piece of a name that was wrapped.
fn is_part_of_name(line: &str) -> bool {
    !line.contains([' ', '\u{a0}'])
}

fn unwrapped(lines: &[&str]) -> String {
    let mut out = String::new();
    for line in lines {
        // "Anne-" and "Mette" are one name.
        let hyphen = out.ends_with('-') && line.starts_with(char::is_uppercase);
        if out.ends_with(')') && line.starts_with(char::is_uppercase) {
            // A role in brackets ends a person, with or without a comma.
            out.push(',');
        }
        if !out.is_empty() && !hyphen {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}

/// The pieces between commas, semicolons and the last "og", outside brackets.
fn split(text: &str, language: Language) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut depth, mut from) = (0_usize, 0);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | ';' | '\t' if depth == 0 => {
                pieces.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    let last = &text[from..];
    let and = format!(" {} ", minutes::and(language));
    // "A, B og C" is three names; in "formand og kasserer" nothing is parted.
    match last.split_once(&and) {
        Some((one, other)) if is_name(one.trim()) && is_name(other.trim()) => pieces.extend([one, other]),
        _ => pieces.push(last),
    }
    pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty()).collect()
}

fn add(people: &mut Vec<Person>, piece: &str, language: Language) -> Option<()> {
    let piece = piece.strip_prefix(minutes::and(language)).filter(|rest| rest.starts_with(' ')).unwrap_or(piece).trim();
    if is_role(piece, language)
        && let Some(last) = people.last_mut()
    {
        last.role = Some(match &last.role {
            Some(role) => format!("{role}, {piece}").into(),
            None => piece.into(),
        });
        return Some(());
    }
    let (name, role) = match piece.split_once('(') {
        Some((name, role)) => (name, Some(role.trim().strip_suffix(')')?)),
        None => (piece, None),
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let role = role.map(|role| role.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|role| !role.is_empty());
    let whole = role.as_ref().is_none_or(|role| !role.contains(['(', ')']));
    (whole && is_name(&name)).then(|| people.push(Person { name: name.into(), role: role.map(Into::into) }))
}

/// A role follows a name: a known one, or words in small letters.
fn is_role(piece: &str, language: Language) -> bool {
    minutes::is_role(language, piece)
        || (piece.starts_with(char::is_lowercase) && piece.split_whitespace().count() <= 4 && !piece.contains('('))
}

/// Whether a text can be the name of somebody: few words, no digits, no sentence, a capital at the start of the first and last.
fn is_name(text: &str) -> bool {
    let text = text.split('(').next().unwrap_or_default().trim();
    // A handle may stand beside a name: "Ann Quay @annq".
    let words: Vec<&str> = text.split_whitespace().filter(|word| !word.starts_with('@')).collect();
    let capital = |word: &&str| word.starts_with(|first: char| first.is_uppercase() || matches!(first, '\'' | '’'));
    (1..=7).contains(&words.len())
        && words.first().is_some_and(capital)
        && words.last().is_some_and(capital)
        && !words.iter().any(|word| word.contains(is_foreign))
}

/// What stands in no name.
fn is_foreign(mark: char) -> bool {
    mark.is_ascii_digit() || matches!(mark, ':' | '!' | '?' | '"' | '/' | '@' | '\u{fffd}')
}

/// Whether a line alone looks like one person or several, and not like a sentence or a heading.
pub(super) fn looks_like_people(line: &str, language: Language) -> bool {
    let line = without_bullet(line);
    line.len() <= 200
        && split(line, language)
            .iter()
            .enumerate()
            .all(|(at, piece)| is_name(piece) || (at > 0 && is_role(piece, language)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Option<Vec<String>> {
        let shown =
            |person: Person| person.role.map_or(person.name.to_string(), |role| format!("{} = {role}", person.name));
        people(lines, Language::Da).map(|people| people.into_iter().map(shown).collect())
    }

    #[test]
    fn lists_of_people() {
        for (lines, expected) in [
            (
                vec!["Bo Lund, Ane Kjær Holm, Charlotte", "Vang, Ida Berg Skov (sekretær)"],
                vec!["Bo Lund", "Ane Kjær Holm", "Charlotte Vang", "Ida Berg Skov = sekretær"],
            ),
            (vec!["Bo Lund, formand, Ane Holm og Ida Skov"], vec!["Bo Lund = formand", "Ane Holm", "Ida Skov"]),
            (
                vec!["- Bo Lund, formand", "- Ane Holm (A)", "- Ida Skov"],
                vec!["Bo Lund = formand", "Ane Holm = A", "Ida Skov"],
            ),
            (vec!["Bo\u{a0}Lund (A, næstformand); Ane Holm."], vec!["Bo Lund = A, næstformand", "Ane Holm"]),
            (vec!["Anne-", "Mette Krog, Bo Lund"], vec!["Anne-Mette Krog", "Bo Lund"]),
            (vec!["Bo Lund (A)", "Ane Holm (V), Ida Skov"], vec!["Bo Lund = A", "Ane Holm = V", "Ida Skov"]),
            (vec!["Ingen"], vec![]),
            (vec![""], vec![]),
        ] {
            assert_eq!(read(&lines), Some(expected.into_iter().map(str::to_owned).collect()), "{lines:?}");
        }
        assert_eq!(read(&["Alle medlemmer var til stede."]), None);
    }
}
