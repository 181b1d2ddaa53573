//! Words: what of a text is one, when two are the same, and what a compound is made of.
//!
//! `search.js` does the same to what people type. A word is a run of letters, marks and digits. Two words are the same when
//! their keys are: small letters, æ ø å as ae oe aa, other accents aside. Their stems are the same when they differ in an
//! ending only.

use crate::language::Language;
use crate::model::{HoleKind, Markup, Reference};
use std::collections::{HashMap, HashSet};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a text holds, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A word as it stands.
    Word(&'a str),
    /// A case number.
    Case(&'a Reference),
    /// The end of a block: no phrase reaches over it.
    Break,
}

/// Reads the words of plain text.
pub(super) fn words<'a>(text: &'a str, emit: &mut impl FnMut(Token<'a>)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let begin = at;
        while let Some(length) = part(text, at) {
            at += length;
        }
        if at > begin {
            emit(Token::Word(&text[begin..at]));
        } else {
            at += width(bytes[at]);
        }
    }
}

/// The length in bytes of the character at a place, if it is part of a word.
fn part(text: &str, at: usize) -> Option<usize> {
    let byte = *text.as_bytes().get(at)?;
    if byte < 128 {
        return byte.is_ascii_alphanumeric().then_some(1);
    }
    let character = text[at..].chars().next()?;
    (character.is_alphanumeric() || is_combining_mark(character)).then(|| character.len_utf8())
}

/// The length in bytes of the character that begins with a byte (RFC 3629, section 3).
fn width(first: u8) -> usize {
    match first {
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

/// Tags that stand inside words and sentences. All others end a block.
const INLINE: &[&str] = &["em", "strong", "a", "del", "code", "span", "br", "sup", "sub"];

/// Reads the words of markup, and the case numbers its holes mark.
pub(super) fn markup<'a>(markup: &'a Markup, emit: &mut impl FnMut(Token<'a>)) {
    let mut from = 0;
    for hole in &markup.holes {
        if let HoleKind::Mention(reference) = &hole.kind {
            html(&markup.html[from..hole.start as usize], emit);
            emit(Token::Case(reference));
            from = hole.end as usize;
        }
    }
    html(&markup.html[from..], emit);
}

fn html<'a>(html: &'a str, emit: &mut impl FnMut(Token<'a>)) {
    let mut rest = html;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        words(&rest[..at], emit);
        rest = &rest[at..];
        let is_tag = rest.starts_with('<');
        let end = memchr::memchr(if is_tag { b'>' } else { b';' }, rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        if is_tag {
            let name = rest[1..end].trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
            if !name.is_some_and(|name| INLINE.contains(&name)) {
                emit(Token::Break);
            }
        }
        // Every entity the renderer writes stands for a sign that is no part of a word.
        rest = &rest[if is_tag { end } else { end.min(6) }..];
    }
    words(rest, emit);
}

/// A word in small letters and one form (Unicode Standard Annex 15, form C).
pub(super) fn surface(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// The key under which a word in small letters stands.
pub(super) fn key(surface: &str) -> String {
    if surface.is_ascii() {
        return surface.to_owned();
    }
    let mut plain = String::with_capacity(surface.len());
    for character in surface.chars() {
        match character {
            'æ' => plain.push_str("ae"),
            'ø' => plain.push_str("oe"),
            'å' => plain.push_str("aa"),
            'œ' => plain.push_str("oe"),
            'ß' => plain.push_str("ss"),
            'ς' => plain.push('σ'),
            character => plain.push(character),
        }
    }
    plain.nfd().filter(|character| !is_combining_mark(*character)).nfc().collect()
}

/// The shortest stem, in characters.
const SHORTEST_STEM: usize = 3;

/// A key without its ending, and without the doubling of its last consonant. `endings` stand longest first.
pub(super) fn stem<'a>(key: &'a str, endings: &[&str]) -> &'a str {
    if key.bytes().any(|byte| byte.is_ascii_digit()) {
        return key;
    }
    let without = endings.iter().filter_map(|ending| key.strip_suffix(ending));
    let is_stem = |stem: &&str| stem.chars().take(SHORTEST_STEM).count() == SHORTEST_STEM;
    let stem = without.clone().find(is_stem).unwrap_or(key);
    match stem.as_bytes() {
        [_, _, .., before, last] if before == last && last.is_ascii_lowercase() && !b"aeiouy".contains(last) => {
            &stem[..stem.len() - 1]
        }
        _ => stem,
    }
}

/// The words of an archive by what compounds are made of.
pub(super) struct Vocabulary<'a> {
    keys: HashSet<&'a str>,
    stems: HashSet<&'a str>,
    /// Beginnings after which the rest of a word is a word: `folke` of `folkeskole`. Of several words, so that chance is
    /// unlikely.
    endings: &'static [&'static str],
    links: &'static [&'static str],
    particles: &'static [&'static str],
}

/// The shortest half of a compound, in bytes of its key.
const SHORTEST_HALF: usize = 3;
/// The longest word that has parts, or beginnings that gather, in bytes of its key. Longer ones are addresses, checksums and slips,
/// and the work grows as the square of the length.
pub(super) const LONGEST: usize = 60;
/// The shortest second half beside a first one that the archive doesn't know alone.
const SHORTEST_HEAD: usize = 4;

impl<'a> Vocabulary<'a> {
    pub(super) fn new(keys: impl Iterator<Item = &'a str> + Clone, language: Language) -> Vocabulary<'a> {
        let forms = language.forms();
        let is_word = |key: &&str| key.len() >= SHORTEST_HALF && !key.bytes().any(|byte| byte.is_ascii_digit());
        Vocabulary {
            keys: keys.clone().filter(is_word).collect(),
            stems: keys.filter(is_word).map(|key| stem(key, forms.endings)).collect(),
            endings: forms.endings,
            links: forms.links,
            particles: forms.particles,
        }
    }

    /// A key without its ending.
    pub(super) fn stem<'k>(&self, key: &'k str) -> &'k str {
        stem(key, self.endings)
    }

    /// The stems of what a compound is made of, in order of the alphabet: of every way to cut it in two known words, their
    /// parts too, and of every known word it ends in.
    pub(super) fn parts(&self, key: &'a str) -> Vec<&'a str> {
        let mut out = Vec::new();
        if key.len() <= LONGEST {
            self.cut(key, &mut out, &mut HashMap::new());
        }
        out.sort_unstable();
        out.dedup();
        let own = stem(key, self.endings);
        out.retain(|part| *part != own);
        out
    }

    fn cut(&self, key: &'a str, out: &mut Vec<&'a str>, seen: &mut HashMap<&'a str, ()>) {
        if key.len() < 2 * SHORTEST_HALF || !key.bytes().all(|byte| byte.is_ascii_lowercase() || byte > 127) {
            return;
        }
        if seen.insert(key, ()).is_some() {
            return;
        }
        for at in (SHORTEST_HALF..=key.len() - SHORTEST_HALF).filter(|at| key.is_char_boundary(*at)) {
            let (first, second) = key.split_at(at);
            let second_stem = stem(second, self.endings);
            if !self.keys.contains(second) && !self.stems.contains(second_stem) {
                continue;
            }
            if let Some(known) = self.first_half(first) {
                out.extend([stem(known, self.endings), second_stem]);
                self.cut(known, out, seen);
                self.cut(second, out, seen);
            } else if second_stem.len() >= SHORTEST_HEAD && self.may_begin(first) {
                out.push(second_stem);
                self.cut(second, out, seen);
            }
        }
    }

    /// The first half of a compound without what links it to the second, if it is a word of the archive.
    fn first_half(&self, first: &'a str) -> Option<&'a str> {
        let bare = self.links.iter().filter_map(|link| first.strip_suffix(link));
        std::iter::once(first).chain(bare).find(|word| self.keys.contains(word)).or_else(|| {
            let stem = stem(first, self.endings);
            self.stems.contains(stem).then_some(first)
        })
    }

    /// Whether an unknown text can be the first half of a compound. Particles make verbs and what is made of them, whose
    /// meaning is another (`ind`, `for`).
    fn may_begin(&self, first: &str) -> bool {
        first.bytes().any(|byte| b"aeiouy".contains(&byte)) && !self.particles.contains(&first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(words: &[&str]) -> Vec<String> {
        let endings = Language::Da.forms().endings;
        words.iter().map(|word| stem(&key(&surface(word)), endings).to_owned()).collect()
    }

    #[test]
    fn words_of_text_and_markup() {
        let read = |html: &str| {
            let markup_ = Markup { html: html.into(), holes: Box::default() };
            let mut out = Vec::new();
            markup(&markup_, &mut |token| {
                out.push(match token {
                    Token::Word(word) => word.to_owned(),
                    Token::Case(reference) => reference.printed().to_owned(),
                    Token::Break => "|".to_owned(),
                });
            });
            out.join(" ")
        };
        assert_eq!(read("<p>Pris &amp; <em>å</em>rlig 1.250,5 e-mail</p>"), "| Pris å rlig 1 250 5 e mail |");
        assert_eq!(read("A\u{30a}rhus &lt;b&gt; 4a"), "A\u{30a}rhus b 4a");
    }

    #[test]
    fn keys() {
        for (word, expected) in
            [("ÅVEJ", "aavej"), ("A\u{30a}vej", "aavej"), ("Aavej", "aavej"), ("Café", "cafe"), ("Ærø", "aeroe")]
        {
            assert_eq!(key(&surface(word)), expected, "{word}");
        }
        assert_ne!(key("å"), key("a"));
    }

    #[test]
    fn inflections_share_a_stem() {
        assert_eq!(stems(&["skole", "skoler", "skolen", "skolernes"]), ["skol"; 4]);
        assert_eq!(stems(&["sum", "summer", "17", "bus", "stress"]), ["sum", "sum", "17", "bus", "stres"]);
    }

    #[test]
    fn compounds() {
        let parts = |words: &[&str], compound: &str| {
            let keys: Vec<String> = words.iter().chain([&compound]).map(|word| key(&surface(word))).collect();
            let vocabulary = Vocabulary::new(keys.iter().map(String::as_str), Language::Da);
            vocabulary.parts(&keys[keys.len() - 1]).join(" ")
        };
        assert_eq!(parts(&["skole"], "folkeskolen"), "skol");
        assert_eq!(parts(&["sygefravær", "måltal"], "sygefraværsmåltal"), "maaltal sygefrava");
        assert_eq!(parts(&["sygefravær", "måltal", "mål", "tal"], "sygefraværsmåltal"), "maal maaltal sygefrava tal");
        assert_eq!(parts(&["stilling"], "indstilling"), "");
        assert_eq!(parts(&["byråd"], "byrådets"), "");
    }
}
