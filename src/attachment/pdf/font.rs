//! Which letters the codes of a font stand for (ISO 32000-2, sections 9.6 to 9.10).

use super::File;
use super::object::{Cursor, Dict, Value};
use std::collections::BTreeMap;

/// How codes become letters.
#[derive(Debug, Default)]
pub(super) struct Font {
    /// Codes of two bytes.
    wide: bool,
    /// What the font itself says (`ToUnicode`): first code, last code, letters of the first.
    ranges: Vec<(u32, u32, String)>,
    /// What its encoding says, of codes of one byte.
    named: BTreeMap<u8, Option<char>>,
    /// Whether codes that neither mentions are Latin letters.
    latin: bool,
}

/// Letters from codes.
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// What could be told.
    pub text: String,
    /// How many codes could not.
    pub unknown: usize,
}

/// The most entries of a table of letters: a font has at most 65,536 glyphs.
const MAX_ENTRIES: usize = 70_000;

impl Font {
    pub(super) fn new(dict: &Dict, file: &mut File<'_>) -> Font {
        let mut font = Font { wide: dict.name("Subtype") == Some("Type0"), latin: true, ..Font::default() };
        if let Some(Value::Reference(number)) = dict.get("ToUnicode") {
            font.ranges = file.stream(*number).map(|map| ranges(&map)).unwrap_or_default();
            font.ranges.sort_by_key(|(first, ..)| *first);
        }
        if font.wide {
            font.latin = false;
            return font;
        }
        let encoding = dict.get("Encoding").and_then(|value| file.resolve(value));
        let differences = encoding.and_then(Value::dict).and_then(|dict| file.resolve(dict.get("Differences")?));
        if let Some(Value::List(list)) = differences {
            let mut code = 0usize;
            for value in list {
                match value {
                    Value::Name(name) => {
                        if let Ok(byte) = u8::try_from(code) {
                            font.named.insert(byte, glyph(name));
                        }
                        code = (code + 1).min(256);
                    }
                    value => code = value.size().unwrap_or_default().min(256),
                }
            }
        }
        // A subset of TrueType without any word on its codes numbers its glyphs as it likes; one of Type 1 has names for them
        // inside, and digits where everybody has them.
        let is_truetype = dict.name("Subtype") == Some("TrueType");
        let is_subset = is_truetype && dict.name("BaseFont").is_some_and(|name| name.as_bytes().get(6) == Some(&b'+'));
        let is_type3 = dict.name("Subtype") == Some("Type3");
        font.latin = font.ranges.is_empty() && (encoding.is_some() || !is_subset) && !is_type3;
        font
    }

    pub(super) fn letters(&self, codes: &[u8]) -> Letters {
        let mut out = Letters::default();
        for code in codes.chunks(if self.wide { 2 } else { 1 }) {
            let value = code.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            if self.told(value, &mut out.text) {
                continue;
            }
            match (code, self.named.get(&code[0])) {
                ([_], Some(Some(letter))) => out.text.push(*letter),
                ([_], Some(None)) => out.unknown += 1,
                ([byte], None) if self.latin && *byte >= b' ' => out.text.push(crate::attachment::windows_1252(*byte)),
                _ => out.unknown += 1,
            }
        }
        out
    }

    /// Puts down what the font says of a code, if it says anything.
    fn told(&self, code: u32, out: &mut String) -> bool {
        let index = self.ranges.partition_point(|(first, ..)| *first <= code);
        let Some((first, last, letters)) = index.checked_sub(1).and_then(|index| self.ranges.get(index)) else {
            return false;
        };
        if code > *last {
            return false;
        }
        let mut characters: Vec<char> = letters.chars().collect();
        if let Some(end) = characters.last_mut() {
            *end = char::from_u32(u32::from(*end) + (code - first)).unwrap_or(*end);
        }
        out.extend(characters);
        true
    }
}

/// A table of letters (section 9.10.3, "ToUnicode CMaps").
fn ranges(map: &[u8]) -> Vec<(u32, u32, String)> {
    let mut out = Vec::new();
    let mut cursor = Cursor::new(map, 0, 4 * MAX_ENTRIES);
    let mut values: Vec<Value> = Vec::new();
    while let Some(value) = cursor.value() {
        match &value {
            Value::Word(word) if **word == *"endbfchar" => {
                for pair in values.chunks_exact(2) {
                    let (Some(code), Some(letters)) = (code(&pair[0]), letters(&pair[1])) else { continue };
                    out.push((code, code, letters));
                }
                values.clear();
            }
            Value::Word(word) if **word == *"endbfrange" => {
                for three in values.chunks_exact(3) {
                    let (Some(first), Some(last)) = (code(&three[0]), code(&three[1])) else { continue };
                    match &three[2] {
                        Value::List(list) => {
                            let codes = (first..=last).zip(list);
                            out.extend(codes.filter_map(|(code, value)| Some((code, code, letters(value)?))));
                        }
                        value => out.extend(letters(value).map(|letters| (first, last.max(first), letters))),
                    }
                }
                values.clear();
            }
            Value::Word(_) => values.clear(),
            _ => values.push(value),
        }
        if out.len() > MAX_ENTRIES {
            break;
        }
    }
    out
}

fn code(value: &Value) -> Option<u32> {
    let Value::Text(bytes) = value else { return None };
    Some(bytes.iter().take(4).fold(0, |value, byte| value << 8 | u32::from(*byte)))
}

fn letters(value: &Value) -> Option<String> {
    let Value::Text(bytes) = value else { return None };
    // The longest ligature has a few letters; a table that gives each code a page of text is a bomb.
    let bytes = &bytes[..bytes.len().min(32)];
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

/// The letter of a glyph's name (Adobe Glyph List, as far as numbers and the words beside them need it).
fn glyph(name: &str) -> Option<char> {
    const NAMES: &[(&str, char)] = &[
        ("zero", '0'),
        ("one", '1'),
        ("two", '2'),
        ("three", '3'),
        ("four", '4'),
        ("five", '5'),
        ("six", '6'),
        ("seven", '7'),
        ("eight", '8'),
        ("nine", '9'),
        ("hyphen", '-'),
        ("minus", '-'),
        ("endash", '-'),
        ("emdash", '-'),
        ("sfthyphen", '-'),
        ("slash", '/'),
        ("period", '.'),
        ("comma", ','),
        ("colon", ':'),
        ("space", ' '),
        ("nbspace", ' '),
        ("nonbreakingspace", ' '),
        ("bullet", '\u{2022}'),
        ("asterisk", '*'),
        ("ae", 'æ'),
        ("AE", 'Æ'),
        ("oslash", 'ø'),
        ("Oslash", 'Ø'),
        ("aring", 'å'),
        ("Aring", 'Å'),
        ("at", '@'),
        ("underscore", '_'),
    ];
    // `zero.tnum` is a zero of another form.
    let base = name.split('.').next().unwrap_or(name);
    if let Some((_, letter)) = NAMES.iter().find(|(known, _)| *known == base) {
        return Some(*letter);
    }
    let mut characters = base.chars();
    if let (Some(letter), None) = (characters.next(), characters.next()) {
        return Some(letter);
    }
    let hex = base.strip_prefix("uni").or_else(|| base.strip_prefix('u'));
    if let Some(letter) = hex.filter(|hex| hex.len() >= 4).and_then(|hex| u32::from_str_radix(hex.get(..4)?, 16).ok()) {
        return char::from_u32(letter);
    }
    // Other letters and signs have long names; those of numbered glyphs tell nothing.
    (base.len() > 1 && base.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some('\u{fffd}')
}
