//! Short names in addresses.

use unicode_normalization::UnicodeNormalization;

/// A slug is at most this long, in bytes: file systems allow 255 a name, and a path holds several.
const LONGEST: usize = 80;

/// The name of something in an address: ASCII letters in lower case, digits, and single hyphens for everything else
/// (`æ` → `ae`, `ø` → `oe`, `å` → `aa`; other accents fall away). A name that Windows keeps for a device gets `-0`. Empty when
/// nothing is left.
pub fn slug(text: &str) -> String {
    let mut out = match text.is_ascii() {
        true if is_slug(text) => text.to_owned(),
        true => of_ascii(text),
        false => folded(text),
    };
    if is_device(&out) {
        out.push_str("-0");
    }
    out
}

/// What [`folded`] makes of text without accents, as case numbers are.
fn of_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'A'..=b'Z' => out.push(char::from(byte.to_ascii_lowercase())),
            _ if out.ends_with('-') || out.is_empty() => {}
            _ => out.push('-'),
        }
        if out.len() >= LONGEST {
            break;
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.nfc().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' => out.push(character),
            'æ' => out.push_str("ae"),
            'ø' => out.push_str("oe"),
            'å' => out.push_str("aa"),
            'ß' => out.push_str("ss"),
            'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            'đ' => out.push('d'),
            'ł' => out.push('l'),
            'œ' => out.push_str("oe"),
            character => match std::iter::once(character).nfd().next() {
                Some(base @ 'a'..='z') => out.push(base),
                // A mark that stands alone belongs to the letter before it and separates nothing.
                _ if unicode_normalization::char::is_combining_mark(character) => {}
                _ if out.ends_with('-') || out.is_empty() => {}
                _ => out.push('-'),
            },
        }
        if out.len() >= LONGEST {
            break;
        }
    }
    out.truncate(LONGEST);
    while out.ends_with('-') {
        out.pop();
    }
    out
}

/// Whether Windows can't have a file or folder of that name, whatever stands after a dot ("Naming Files, Paths, and
/// Namespaces", Microsoft).
pub fn is_device(name: &str) -> bool {
    let name = name.split('.').next().unwrap_or_default().trim_end();
    let is_one = |devices: &[&str]| devices.iter().any(|device| name.eq_ignore_ascii_case(device));
    match name.chars().count() {
        3 => is_one(&["con", "prn", "aux", "nul"]),
        4 => {
            let last = name.chars().last().filter(|last| last.is_ascii_digit() || matches!(last, '¹' | '²' | '³'));
            last.and_then(|last| name.strip_suffix(last))
                .is_some_and(|port| ["com", "lpt"].iter().any(|kind| port.eq_ignore_ascii_case(kind)))
        }
        6 | 7 => is_one(&["conin$", "conout$"]),
        _ => false,
    }
}

/// Whether a text is a slug already, as most names of folders are: looking is ten times as fast as making one.
fn is_slug(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_plain = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    bytes.iter().all(is_plain)
        && bytes.len() <= LONGEST
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

#[cfg(test)]
mod tests {
    use super::{folded, of_ascii, slug};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_short_way_leads_to_the_same(text in "[ -~]{0,100}|[a-cA-C0-2/ -]{0,100}") {
            prop_assert_eq!(of_ascii(&text), folded(&text));
        }
    }

    #[test]
    fn slugs() {
        for (text, expected) in [
            ("Teknik- og Miljøudvalget", "teknik-og-miljoeudvalget"),
            ("Ærø, Åkirkeby", "aeroe-aakirkeby"),
            ("A\u{30a}rhus", "aarhus"),
            ("Café  Ünal", "cafe-unal"),
            ("nodejs/TSC#123", "nodejs-tsc-123"),
            ("17/22360", "17-22360"),
            ("!!!", ""),
            ("../..", ""),
            ("Com1", "com1-0"),
            ("nul", "nul-0"),
            ("console", "console"),
        ] {
            assert_eq!(slug(text), expected, "{text}");
        }
        assert!(slug(&"å".repeat(200)).len() <= 80);
    }
}
