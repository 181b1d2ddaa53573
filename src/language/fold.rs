//! Texts in the form in which words are compared.

use crate::model::any;
use crate::source::is_invisible;

/// A text for comparing words: small letters, one space between words, one kind of dash, without what can't be seen.
pub(super) fn simple(text: &str) -> String {
    if is_latin(text) { simple_latin(text) } else { simple_unicode(text) }
}

/// The same of a text of Latin letters, as nearly every one is: it is in normal form, and has nothing else to be folded.
fn simple_latin(text: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut last = b' ';
    for byte in text.bytes() {
        let folded = match (last, byte) {
            (b' ', b'\t'..=b'\r' | b' ') => continue,
            (_, b'\t'..=b'\r') => b' ',
            // À to Þ, but for the sign of multiplication between them.
            (0xc3, 0x80..=0x96 | 0x98..=0x9e) => byte + 0x20,
            _ => byte,
        };
        out.push(folded);
        last = folded;
    }
    out.truncate(out.trim_ascii_end().len());
    // All at once: letter by letter takes many times as long.
    out.make_ascii_lowercase();
    String::from_utf8(out).unwrap_or_default()
}

fn simple_unicode(text: &str) -> String {
    use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
    let mut out = String::with_capacity(text.len());
    // Most are in normal form already, and looking is ten times as fast as normalising.
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => text.chars().for_each(|character| fold(character, &mut out)),
        _ => text.nfkc().for_each(|character| fold(character, &mut out)),
    }
    out.truncate(out.trim_end().len());
    out
}

/// Adds a character to a text for comparing words.
fn fold(character: char, out: &mut String) {
    match character {
        '!'..='~' => out.push(character.to_ascii_lowercase()),
        character if is_invisible(character) => {}
        '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
        character if character.is_whitespace() => {
            if !out.ends_with(' ') && !out.is_empty() {
                out.push(' ');
            }
        }
        character => out.extend(character.to_lowercase()),
    }
}

/// Whether a text holds nothing but ASCII and the letters of Latin-1 (U+00C0 to U+00FF, in UTF-8 the byte C3 and another).
pub(super) fn is_latin(text: &str) -> bool {
    !any(text.as_bytes(), |byte| (byte >= 0xc0) & (byte != 0xc3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn latin_text_is_folded_like_any_other(text in "[ -~\t\n\r\x0b\x0c\x01À-ÿ]{0,40}") {
            prop_assert!(is_latin(&text));
            prop_assert_eq!(simple_latin(&text), simple_unicode(&text));
        }
    }
}
