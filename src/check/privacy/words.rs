//! What tells of persons without being a number: words such as "fortroligt", mail addresses and telephone numbers of
//! persons. All of it is a warning: whether it may stand there, only people can say.

use super::{Finding, Rule};
use crate::language::privacy::{CONFIDENTIAL, LAST_FOUR, PRIVATE_MAIL, PRIVATE_PHONE};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::ops::Range;

/// The words that are listened for, ready to be found in one pass.
#[derive(Clone, Debug)]
pub struct Words {
    /// Finds the longest word of each phrase: it is the rarest too.
    anchors: Option<AhoCorasick>,
    /// By anchor.
    phrases: Vec<Phrase>,
}

#[derive(Clone, Debug)]
struct Phrase {
    words: Vec<String>,
    anchor: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Confidential,
    LastFour,
    Phone,
}

impl Words {
    /// The words of site.yaml, or those of the language where it gives none.
    pub fn new(confidential: Option<&[String]>) -> Words {
        let own = confidential.map(|words| words.iter().map(String::as_str).collect::<Vec<_>>());
        let confidential = own.unwrap_or_else(|| CONFIDENTIAL.to_vec());
        let of = |words: &[&str], kind| words.iter().filter_map(|text| Phrase::new(text, kind)).collect::<Vec<_>>();
        let phrases =
            [of(&confidential, Kind::Confidential), of(LAST_FOUR, Kind::LastFour), of(PRIVATE_PHONE, Kind::Phone)]
                .concat();
        // The automaton knows only the case of ASCII, so words with other letters stand in it twice.
        let mut both: Vec<(String, Phrase)> = Vec::new();
        for phrase in phrases {
            let anchor = phrase.words[phrase.anchor].clone();
            let upper: String =
                anchor.chars().map(|c| if c.is_ascii() { c } else { c.to_uppercase().next().unwrap_or(c) }).collect();
            if upper != anchor {
                both.push((upper, phrase.clone()));
            }
            both.push((anchor, phrase));
        }
        let anchors = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            // Twice as fast as the others over a whole archive, and the words are few.
            .kind(Some(AhoCorasickKind::DFA))
            .build(both.iter().map(|(anchor, _)| anchor))
            .ok();
        Words { anchors, phrases: both.into_iter().map(|(_, phrase)| phrase).collect() }
    }

    /// Finds them in a text.
    pub(super) fn find(&self, text: &str, out: &mut Vec<Finding>) {
        for found in self.anchors.iter().flat_map(|anchors| anchors.find_overlapping_iter(text)) {
            let phrase = &self.phrases[found.pattern().as_usize()];
            let Some(range) = phrase.around(text, found.range()) else { continue };
            match phrase.kind {
                Kind::Confidential => out.push(Finding::new(Rule::Confidential, range, String::new())),
                Kind::LastFour => out.extend(four_digits(text, range.end)),
                Kind::Phone => out.extend(phone(text, range.end)),
            }
        }
        mail(text, out);
        out.sort_by_key(|finding| (finding.range.start, std::cmp::Reverse(finding.range.end)));
        out.dedup_by(|next, before| next.rule == before.rule && next.range.start < before.range.end);
    }
}

impl Phrase {
    fn new(text: &str, kind: Kind) -> Option<Phrase> {
        let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let anchor = (0..words.len()).max_by_key(|index| words[*index].len())?;
        Some(Phrase { words, anchor, kind })
    }

    /// The whole phrase around its anchor, when it stands there: any space between its words, and no letter beside it.
    fn around(&self, text: &str, anchor: Range<usize>) -> Option<Range<usize>> {
        let (mut start, mut end) = (anchor.start, anchor.end);
        for word in self.words[..self.anchor].iter().rev() {
            let before = text[..start].trim_end();
            let other = before.split_whitespace().next_back()?;
            if before.len() == start || !is_word(other, word) {
                return None;
            }
            start = before.len() - other.len();
        }
        for word in &self.words[self.anchor + 1..] {
            let after = text[end..].trim_start();
            let gap = text.len() - end - after.len();
            let length = after.char_indices().nth(word.chars().count()).map_or(after.len(), |(at, _)| at);
            if gap == 0 || after[..length].to_lowercase() != *word {
                return None;
            }
            end += gap + length;
        }
        let is_letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        let is_alone = !is_letter(text[..start].chars().next_back()) && !is_letter(text[end..].chars().next());
        is_alone.then_some(start..end)
    }
}

fn is_word(text: &str, word: &str) -> bool {
    text.trim_start_matches(|character: char| !character.is_alphanumeric()).to_lowercase() == word
}

/// How far behind its word a number may stand, in bytes.
const BEHIND: usize = 24;

fn behind(text: &str, from: usize) -> &str {
    &text[from..text.floor_char_boundary((from + BEHIND).min(text.len()))]
}

fn four_digits(text: &str, from: usize) -> Option<Finding> {
    let near = behind(text, from);
    let start = near.find(|character: char| character.is_ascii_digit())?;
    let length = near[start..].bytes().take_while(u8::is_ascii_digit).count();
    let range = from + start..from + start + length;
    (length == 4).then(|| Finding::new(Rule::CprPossible, range.clone(), text[range].to_owned()))
}

/// Eight digits, alone or in groups, after at most a few signs and the word for number.
fn phone(text: &str, from: usize) -> Option<Finding> {
    let near = behind(text, from);
    let start = near.find(|character: char| character.is_ascii_digit() || character == '+')?;
    if near[..start].chars().filter(|character| character.is_alphabetic()).count() > 7 {
        return None;
    }
    let rest =
        near[start..].strip_prefix("+45").or_else(|| near[start..].strip_prefix("0045")).unwrap_or(&near[start..]);
    let mut digits = String::new();
    let mut length = near.len() - start - rest.len();
    for character in rest.chars() {
        match character {
            '0'..='9' => digits.push(character),
            ' ' | '\u{a0}' | '-' | '.' if digits.len() < 8 => {}
            _ => break,
        }
        length += character.len_utf8();
    }
    let range = from + start..from + start + length;
    (digits.len() == 8).then(|| Finding::new(Rule::Contact, range, digits))
}

/// Addresses at hosts where persons have their mail.
fn mail(text: &str, out: &mut Vec<Finding>) {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | '+');
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        let host = &text[at + 1..];
        let length = host.find(|character| !is_part(character)).unwrap_or(host.len());
        let host = host[..length].trim_end_matches('.').to_lowercase();
        if !PRIVATE_MAIL.contains(&host.as_str()) {
            continue;
        }
        let name =
            text[..at].chars().rev().take_while(|character| is_part(*character)).map(char::len_utf8).sum::<usize>();
        if name > 0 {
            let range = at - name..at + 1 + host.len();
            out.push(Finding::new(Rule::Contact, range.clone(), text[range].to_lowercase()));
        }
    }
}
