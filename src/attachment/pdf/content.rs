//! What the content of a page shows (ISO 32000-2, sections 8.8 to 9.4): its text in the order of the file, and whether there
//! are pictures.

use super::File;
use super::font::Font;
use super::object::{Cursor, Dict, Value};
use std::rc::Rc;

/// What a page or a form shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub text: String,
    /// Letters that could be told, spaces left out.
    pub letters: usize,
    /// Codes whose letters could not be told.
    pub unknown: usize,
    /// The largest picture, in pixels; `None` where there is none.
    pub picture: Option<usize>,
}

/// How deep forms may show forms.
const MAX_FORMS: usize = 8;

/// Reads a content stream.
pub(super) fn shown(content: &[u8], resources: &Dict, file: &mut File<'_>, depth: usize) -> Shown {
    let mut page = Page {
        file,
        resources,
        out: Shown::default(),
        font: None,
        height: 0.0,
        line: 0.0,
        moved: false,
        piece: 0,
        depth,
    };
    let mut cursor = Cursor::new(content, 0, page.file.values);
    let mut operands: Vec<Value> = Vec::new();
    while let Some(value) = cursor.value() {
        match value {
            Value::Word(word) if &*word == "BI" => {
                let before = cursor.at;
                cursor.at = end_of_picture(content, before);
                let size = cursor.at - before;
                page.out.picture = page.out.picture.max(Some(size));
                operands.clear();
            }
            Value::Word(word) => {
                page.operator(&word, &operands);
                operands.clear();
            }
            // No operator has more; what never comes to one is no content.
            value if operands.len() < 40 => operands.push(value),
            _ => operands.clear(),
        }
    }
    page.file.values = cursor.left;
    page.out
}

/// A picture in the content itself ends at `EI` between spaces.
fn end_of_picture(content: &[u8], from: usize) -> usize {
    let is_space = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
    let ends = memchr::memmem::find_iter(&content[from..], b"EI").map(|at| from + at);
    let mut whole = ends.filter(|at| is_space(content.get(at - 1)) && is_space(content.get(at + 2)));
    whole.next().map_or(content.len(), |at| at + 2)
}

struct Page<'a, 'b> {
    file: &'a mut File<'b>,
    resources: &'a Dict,
    out: Shown,
    font: Option<Rc<Font>>,
    /// Where the next piece stands.
    height: f64,
    /// Where the last piece stood, for telling a new line.
    line: f64,
    /// Whether the next piece was placed on its own.
    moved: bool,
    /// The letters of the piece shown last: pages that place every letter on its own don't part words by it.
    piece: usize,
    depth: usize,
}

impl Page<'_, '_> {
    fn operator(&mut self, word: &str, operands: &[Value]) {
        let number = |at: usize| operands.get(at).and_then(Value::number).unwrap_or_default();
        match word {
            "Tf" => self.font = operands.first().and_then(Value::name).and_then(|name| self.font_named(name)),
            "Tj" => self.show(operands.last()),
            "'" | "\"" => {
                self.part('\n');
                self.show(operands.last());
            }
            "TJ" => self.show_list(operands.last()),
            "BT" => (self.height, self.moved) = (0.0, true),
            "Td" | "TD" => (self.height, self.moved) = (self.height + number(1), true),
            "Tm" => (self.height, self.moved) = (number(5), true),
            "T*" => self.part('\n'),
            "Do" => {
                if let Some(name) = operands.first().and_then(Value::name) {
                    self.form(name);
                }
            }
            // What programs read aloud in place of what is shown.
            "BDC" | "DP" => {
                for value in operands.iter().filter_map(Value::dict).flat_map(|dict| &dict.0) {
                    if let ("ActualText" | "Alt" | "E", Value::Text(text)) = (&*value.0, &value.1) {
                        self.part(' ');
                        self.out.text.push_str(&super::text(text));
                        self.part(' ');
                    }
                }
            }
            _ => {}
        }
    }

    /// Parts the next piece from the last one: it stands on another line, or further along on this one.
    fn arrive(&mut self, letters: usize) {
        // Half a point is a footnote mark or rounding, not a line.
        if (self.height - self.line).abs() > 0.5 {
            self.part('\n');
        } else if self.moved && (self.piece != 1 || letters != 1) {
            self.part(' ');
        }
        (self.line, self.moved) = (self.height, false);
    }

    fn part(&mut self, separator: char) {
        if !self.out.text.ends_with(separator) {
            self.out.text.push(separator);
        }
        self.piece = 0;
    }

    fn show(&mut self, value: Option<&Value>) {
        let Some(Value::Text(codes)) = value else { return };
        let letters = match &self.font {
            Some(font) => font.letters(codes),
            // A page of which the fonts are gone: the codes are letters, or nobody can tell.
            None => Font::default_letters(codes),
        };
        self.out.letters += letters.text.chars().filter(|letter| !letter.is_whitespace()).count();
        self.out.unknown += letters.unknown;
        let count = letters.text.chars().count() + letters.unknown;
        self.arrive(count);
        self.piece = count;
        self.out.text.push_str(&letters.text);
        if letters.unknown > 0 && letters.text.is_empty() {
            self.out.text.push('\u{fffd}');
        }
    }

    fn show_list(&mut self, value: Option<&Value>) {
        let Some(Value::List(list)) = value else { return };
        let mut total = 0;
        for value in list {
            match value {
                // Thousandths of the font's size; a fifth is a space between words, less is kerning.
                Value::Number(back) if *back < -200.0 => self.part(' '),
                value => {
                    self.show(Some(value));
                    total += self.piece;
                }
            }
        }
        self.piece = total;
    }

    fn font_named(&mut self, name: &str) -> Option<Rc<Font>> {
        let value = self.file.resolve(self.resources.get("Font")?)?.dict()?.get(name)?.clone();
        self.file.font(&value)
    }

    /// Shows a form, or a picture.
    fn form(&mut self, name: &str) {
        let objects = self.resources.get("XObject").and_then(|value| self.file.resolve(value)?.dict());
        let Some(Value::Reference(number)) = objects.and_then(|dict| dict.get(name)) else { return };
        let number = *number;
        let Some(dict) = self.file.dict(number) else { return };
        match dict.name("Subtype") {
            Some("Image") => {
                let side = |key: &str| dict.get(key).and_then(Value::size).unwrap_or_default();
                self.out.picture = self.out.picture.max(Some(side("Width").saturating_mul(side("Height"))));
            }
            Some("Form") if self.depth < MAX_FORMS => {
                let shown = self.file.form(number, self.resources, self.depth + 1);
                self.part('\n');
                self.out.letters += shown.letters;
                self.out.unknown += shown.unknown;
                self.out.picture = self.out.picture.max(shown.picture);
                // Its text is taken once, however often it is shown.
                self.out.text.push_str(&shown.text);
            }
            _ => {}
        }
    }
}

impl Font {
    fn default_letters(codes: &[u8]) -> super::font::Letters {
        let text: String = codes.iter().map(|byte| crate::attachment::windows_1252(*byte)).collect();
        super::font::Letters { text, unknown: 0 }
    }
}
