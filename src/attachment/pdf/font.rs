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
    /// How wide its letters are, in shares of its size: first code, last code, width of each.
    widths: Vec<(u32, u32, f64)>,
    /// How wide the others are; `None` where the font leaves it to who shows it.
    usual_width: Option<f64>,
    /// Its name, for the fonts that everybody has.
    name: Box<str>,
}

/// Letters from codes.
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// What could be told.
    pub text: String,
    /// How many codes could not.
    pub unknown: usize,
    /// How many codes there are.
    pub codes: usize,
    /// How many of them are the space of one byte.
    pub spaces: usize,
    /// How far they reach, in shares of the font's size.
    pub width: f64,
}

/// Codes that can't be told, one after the other on a line.
#[derive(Debug, Default)]
pub(super) struct Run {
    unknown: usize,
    figures: usize,
    /// Whether any run so far is long enough to be a number.
    pub is_riddle: bool,
}

/// So many codes in a row are text: the date of a personal number has as many. Marks of lists and boxes to be ticked, which
/// have fonts that say nothing, stand alone or a few together.
const RIDDLE: usize = 6;

/// With figures beside them that can be told, fewer will do: so many unknown ones in a number of so many.
const MIXED: (usize, usize) = (4, 10);

impl Run {
    /// A code that can't be told.
    fn grow(&mut self) {
        self.unknown += 1;
        let is_mixed = self.unknown >= MIXED.0 && self.unknown + self.figures >= MIXED.1;
        self.is_riddle |= self.unknown >= RIDDLE || is_mixed;
    }

    /// Letters that can be told.
    fn pass(&mut self, letters: &str) {
        for letter in letters.chars() {
            match letter {
                '0'..='9' => {
                    self.figures += 1;
                    self.is_riddle |= self.unknown >= MIXED.0 && self.unknown + self.figures >= MIXED.1;
                }
                '-' | '.' | '/' | ' ' | '\u{a0}' => {}
                _ => self.end(),
            }
        }
    }

    /// What follows stands elsewhere.
    pub(super) fn end(&mut self) {
        (self.unknown, self.figures) = (0, 0);
    }
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
        font.name = dict.name("BaseFont").unwrap_or_default().into();
        font.measure(dict, file);
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

    /// Whether its codes have two bytes.
    pub(super) fn is_wide(&self) -> bool {
        self.wide
    }

    /// How much of a file's budget of values it took.
    pub(super) fn weight(&self) -> usize {
        self.ranges.len() + self.widths.len() + self.named.len()
    }

    /// Takes down how wide its letters are (sections 9.2.4 and 9.7.4.3).
    fn measure(&mut self, dict: &Dict, file: &File<'_>) {
        let find = |dict: &Dict, key: &str| dict.get(key).and_then(|value| file.resolve(value)).cloned();
        let numbers = |list: &[Value]| -> Vec<f64> {
            list.iter().map(|value| file.resolve(value).and_then(Value::number).unwrap_or_default()).collect()
        };
        if self.wide {
            self.usual_width = Some(1.0);
            let Some(Value::List(fonts)) = find(dict, "DescendantFonts") else { return };
            let Some(Value::Dict(font)) = fonts.first().and_then(|font| file.resolve(font)) else { return };
            if let Some(Value::Number(width)) = find(font, "DW") {
                self.usual_width = Some(width / 1000.0);
            }
            let Some(Value::List(list)) = find(font, "W") else { return };
            let mut rest = &list[..];
            while let [first, second, more @ ..] = rest {
                let Some(code) = first.size().and_then(|code| u32::try_from(code).ok()) else { return };
                rest = more;
                match file.resolve(second) {
                    Some(Value::List(widths)) => {
                        self.widths
                            .extend((code..).zip(numbers(widths)).map(|(code, width)| (code, code, width / 1000.0)));
                    }
                    Some(last) => {
                        let [width, more @ ..] = rest else { return };
                        rest = more;
                        let last = last.size().and_then(|last| u32::try_from(last).ok()).unwrap_or(code);
                        self.widths.push((code, last.max(code), width.number().unwrap_or_default() / 1000.0));
                    }
                    None => return,
                }
                if self.widths.len() > MAX_ENTRIES {
                    break;
                }
            }
            self.widths.sort_by_key(|(first, ..)| *first);
            return;
        }
        let Some(Value::List(widths)) = find(dict, "Widths") else { return };
        let first = dict.get("FirstChar").and_then(Value::size).and_then(|code| u32::try_from(code).ok());
        // The letters of Type 3 are drawn in units of their own (section 9.6.4).
        let unit = match find(dict, "FontMatrix") {
            Some(Value::List(matrix)) if dict.name("Subtype") == Some("Type3") => {
                matrix.first().and_then(Value::number).unwrap_or(0.001)
            }
            _ => 0.001,
        };
        let descriptor = find(dict, "FontDescriptor");
        let missing = descriptor.as_ref().and_then(Value::dict).and_then(|dict| dict.get("MissingWidth")?.number());
        // Left out, it is 0, which no letter has: viewers take what the font itself says.
        self.usual_width = missing.filter(|width| *width > 0.0).map(|width| width * unit);
        let codes = first.unwrap_or_default()..256;
        self.widths = codes.zip(numbers(&widths)).map(|(code, width)| (code, code, width * unit)).collect();
    }

    /// How wide a letter is, in shares of the font's size.
    fn width(&self, code: u32) -> f64 {
        let index = self.widths.partition_point(|(first, ..)| *first <= code);
        let known = index.checked_sub(1).and_then(|index| self.widths.get(index)).filter(|(_, last, _)| code <= *last);
        known.map(|(.., width)| *width).or(self.usual_width).unwrap_or_else(|| standard_width(&self.name, code))
    }

    /// The letters of some codes. `run` is told of those that can't be told.
    pub(super) fn letters(&self, codes: &[u8], run: &mut Run) -> Letters {
        let mut out = Letters::default();
        for code in codes.chunks(if self.wide { 2 } else { 1 }) {
            let value = code.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            out.codes += 1;
            out.spaces += usize::from(code == b" ");
            out.width += self.width(value);
            let before = out.text.len();
            let is_told = self.told(value, &mut out.text)
                || match (code, self.named.get(&code[0])) {
                    ([_], Some(letter)) => letter.inspect(|letter| out.text.push(*letter)).is_some(),
                    ([byte], None) if self.latin && *byte >= b' ' => {
                        out.text.push(crate::attachment::windows_1252(*byte));
                        true
                    }
                    _ => false,
                };
            match is_told {
                true => run.pass(&out.text[before..]),
                false => {
                    out.unknown += 1;
                    run.grow();
                }
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
            *end = char::from_u32(u32::from(*end).saturating_add(code - first)).unwrap_or(*end);
        }
        // A sign that only this font has (Unicode, section 23.5, private use), or none at all, is no letter that was told.
        if characters.iter().any(|letter| matches!(letter, '\0' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}')) {
            return false;
        }
        out.extend(characters);
        true
    }
}

/// How wide a letter of a font is that everybody has (section 9.6.2.2), in shares of its size. Figures and the signs beside
/// them are exact; of other letters it is what they are on average.
pub(super) fn standard_width(name: &str, code: u32) -> f64 {
    if name.contains("Courier") {
        return 0.6;
    }
    let is_times = name.contains("Times");
    match u8::try_from(code).unwrap_or_default() {
        b'0'..=b'9' if !is_times => 0.556,
        b'-' => 0.333,
        b' ' | b'.' | b',' if is_times => 0.25,
        b' ' | b'.' | b',' | b'/' | b':' => 0.278,
        _ => 0.5,
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
