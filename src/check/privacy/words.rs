//! What tells of persons without being a number: words such as "fortroligt", mail addresses and telephone numbers of
//! persons. All of it is a warning: whether it may stand there, only people can say.

use super::{Finding, Rule};
use crate::language::privacy::{CONFIDENTIAL, LAST_FOUR, PRIVATE_MAIL, PRIVATE_PHONE};
use aho_corasick::{AhoCorasick, Input, MatchKind};
use std::ops::Range;

/// The words that are listened for, ready to be found in one pass.
#[derive(Clone, Debug)]
pub struct Words {
    /// Finds the beginnings of all anchors, in a text whose ASCII letters are small.
    beginnings: Option<AhoCorasick>,
    /// For each beginning, the phrases whose anchors have it.
    phrases: Vec<Vec<Phrase>>,
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
        // Letters beyond ASCII stay as they are in the text that is searched, so anchors with any are looked for both ways.
        let mut anchored: Vec<(String, Phrase)> = Vec::new();
        for phrase in phrases {
            let anchor = phrase.words[phrase.anchor].clone();
            let upper: String =
                anchor.chars().map(|c| if c.is_ascii() { c } else { c.to_uppercase().next().unwrap_or(c) }).collect();
            if upper != anchor {
                anchored.push((upper, phrase.clone()));
            }
            anchored.push((anchor, phrase));
        }
        anchored.sort_by(|(one, _), (other, _)| one.cmp(other));
        // An anchor that begins with another is found with it. Few and different words can be searched for by their first
        // bytes alone, sixteen or more places at a time.
        let mut beginnings: Vec<String> = Vec::new();
        let mut phrases: Vec<Vec<Phrase>> = Vec::new();
        for (anchor, phrase) in anchored {
            match (beginnings.last(), phrases.last_mut()) {
                (Some(beginning), Some(phrases)) if anchor.starts_with(beginning.as_str()) => phrases.push(phrase),
                _ => {
                    beginnings.push(anchor);
                    phrases.push(vec![phrase]);
                }
            }
        }
        let beginnings = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&beginnings).ok();
        Words { beginnings, phrases }
    }

    /// Finds them in a text.
    pub(super) fn find(&self, text: &str, out: &mut Vec<Finding>) {
        let small: Vec<u8> = text.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
        let mut from = 0;
        while let Some(found) = self.beginnings.as_ref().and_then(|all| all.find(Input::new(&small).range(from..))) {
            // The next may begin within this one.
            from = text.ceil_char_boundary(found.start() + 1);
            for phrase in &self.phrases[found.pattern().as_usize()] {
                let Some(range) = phrase.at(text, &small, found.start()) else { continue };
                match phrase.kind {
                    Kind::Confidential => out.push(Finding::new(Rule::Confidential, range, String::new())),
                    Kind::LastFour => out.extend(four_digits(text, range.end)),
                    Kind::Phone => out.extend(phone(text, range.end)),
                }
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

    /// The whole phrase whose anchor begins at `at`, when it stands there: any space between its words, and no letter beside
    /// it. `small` is the text with its ASCII letters small.
    fn at(&self, text: &str, small: &[u8], at: usize) -> Option<Range<usize>> {
        let anchor = &self.words[self.anchor];
        let (mut start, mut end) = (at, at + anchor.len());
        let stands = text.get(start..end)?;
        if small[start..end] != *anchor.as_bytes() && (stands.is_ascii() || stands.to_lowercase() != *anchor) {
            return None;
        }
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
const BEHIND: usize = 40;

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
