//! What the content of a page shows (ISO 32000-2, sections 8.3 to 9.4): its text in the order of the file, how much of the page
//! pictures cover, and how much is drawn.

use super::File;
use super::font::{Font, Letters, Run, standard_width};
use super::object::{Cursor, Dict, Value};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a page or a form shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub text: String,
    /// Letters that could be told, spaces left out.
    pub letters: usize,
    /// Codes whose letters could not be told.
    pub unknown: usize,
    /// Whether so many of these stand together that they can be a number.
    pub is_riddle: bool,
    /// How many pictures there are.
    pub pictures: usize,
    /// How many pixels they have.
    pub pixels: f64,
    /// What they cover, in square points of the page.
    pub area: f64,
    /// Lines that are drawn neither level nor upright, as letters are.
    pub strokes: usize,
}

/// Where on the page something is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// From the units of the content to those of the page.
    pub matrix: Matrix,
    /// The page: left, bottom, right, top.
    pub page: [f64; 4],
}

/// A page of A4, on which nothing was moved.
impl Default for Place {
    fn default() -> Place {
        Place { matrix: Matrix::default(), page: [0.0, 0.0, 595.0, 842.0] }
    }
}

/// A change of coordinates (section 8.3.3): `a b c d e f`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix([f64; 6]);

impl Default for Matrix {
    fn default() -> Matrix {
        Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    }
}

impl Matrix {
    pub(super) fn new(operands: &[Value]) -> Matrix {
        let number = |at: usize| operands.get(at).and_then(Value::number).unwrap_or_default();
        Matrix(std::array::from_fn(number))
    }

    fn moved(x: f64, y: f64) -> Matrix {
        Matrix([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// This change first, then the other.
    pub(super) fn then(self, other: Matrix) -> Matrix {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, other.0);
        Matrix([a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l])
    }

    /// Where a point comes to stand.
    fn point(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

/// How deep forms may show forms.
const MAX_FORMS: usize = 8;

/// How often a content may keep its state for later. Sections of real pages lie in each other a few times.
const MAX_KEPT: usize = 1000;

/// The most of a page that a pixel can cover and letters still be read, in square points: 50 dots an inch. Pictures of one
/// pixel are stretched over pages to colour them.
const COARSEST: f64 = 2.0;

/// Less than so much, in shares of the font's size, parts no words: it is kerning, or rounding.
const KERNING: f64 = 0.2;

/// Going back by so much is more than kerning.
const BACK: f64 = -0.5;

/// What is so far away stands in another column.
const COLUMN: f64 = 2.0;

/// Reads a content stream.
pub(super) fn shown(content: &[u8], resources: &Dict, file: &mut File<'_>, depth: usize, place: Place) -> Shown {
    let state = State {
        matrix: place.matrix,
        font: None,
        size: 1.0,
        letter_space: 0.0,
        word_space: 0.0,
        stretch: 1.0,
        leading: 0.0,
    };
    let mut page = Page {
        file,
        resources,
        out: Shown::default(),
        place,
        state,
        kept: Vec::new(),
        line: Matrix::default(),
        text: Matrix::default(),
        end: None,
        moved: false,
        piece: 0,
        run: Run::default(),
        point: (0.0, 0.0),
        strokes: 0,
        counted: BTreeSet::new(),
        depth,
    };
    let mut cursor = Cursor::new(content, 0, page.file.values);
    let mut operands: Vec<Value> = Vec::new();
    while let Some(value) = cursor.value() {
        match value {
            Value::Word(word) if &*word == "BI" => {
                let pixels = head_of_picture(&mut cursor);
                cursor.at = end_of_picture(content, cursor.at);
                page.picture(pixels, true);
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
    page.out.is_riddle |= page.run.is_riddle;
    page.out
}

/// How many pixels a picture in the content itself has (section 8.9.7). Its data follow.
fn head_of_picture(cursor: &mut Cursor<'_>) -> f64 {
    let (mut width, mut height) = (0.0, 0.0);
    let mut key: Box<str> = Box::default();
    while let Some(value) = cursor.value() {
        match value {
            Value::Word(word) if &*word == "ID" => break,
            Value::Name(name) => key = name,
            Value::Number(number) => match &*key {
                "W" | "Width" => width = number,
                "H" | "Height" => height = number,
                _ => {}
            },
            _ => {}
        }
    }
    width * height
}

/// A picture in the content itself ends at `EI` between spaces.
fn end_of_picture(content: &[u8], from: usize) -> usize {
    let is_space = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
    let rest = content.get(from..).unwrap_or_default();
    let ends = memchr::memmem::find_iter(rest, b"EI").map(|at| from + at);
    let mut whole =
        ends.filter(|at| is_space(at.checked_sub(1).and_then(|at| content.get(at))) && is_space(content.get(at + 2)));
    whole.next().map_or(content.len(), |at| at + 2)
}

/// What `q` keeps and `Q` brings back, as far as text and pictures need it (sections 8.4.1 and 9.3).
#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
}

struct Page<'a, 'b> {
    file: &'a mut File<'b>,
    resources: &'a Dict,
    out: Shown,
    place: Place,
    state: State,
    kept: Vec<State>,
    /// Where the line begins.
    line: Matrix,
    /// Where the next piece stands on it.
    text: Matrix,
    /// Where the last piece ended on the page.
    end: Option<(f64, f64)>,
    /// Whether the next piece was placed on its own.
    moved: bool,
    /// The letters of the piece shown last: pages that place every letter on its own don't part words by it.
    piece: usize,
    run: Run,
    /// Where the path that is being drawn has come to.
    point: (f64, f64),
    /// Its lines, until it is painted.
    strokes: usize,
    /// The pictures whose pixels were counted.
    counted: BTreeSet<u32>,
    depth: usize,
}

impl Page<'_, '_> {
    fn operator(&mut self, word: &str, operands: &[Value]) {
        let number = |at: usize| operands.get(at).and_then(Value::number).unwrap_or_default();
        let state = &mut self.state;
        match word {
            "q" if self.kept.len() < MAX_KEPT => self.kept.push(self.state.clone()),
            "Q" => self.state = self.kept.pop().unwrap_or_else(|| self.state.clone()),
            "cm" => state.matrix = Matrix::new(operands).then(state.matrix),
            "Tf" => {
                self.state.size = number(1);
                self.state.font = operands.first().and_then(Value::name).and_then(|name| self.font_named(name));
            }
            "Tc" => state.letter_space = number(0),
            "Tw" => state.word_space = number(0),
            "Tz" => state.stretch = number(0) / 100.0,
            "TL" => state.leading = number(0),
            "Tj" => self.show(operands.last()),
            "'" => {
                self.next_line();
                self.show(operands.last());
            }
            "\"" => {
                (state.word_space, state.letter_space) = (number(0), number(1));
                self.next_line();
                self.show(operands.last());
            }
            "TJ" => self.show_list(operands.last()),
            "BT" => self.go(Matrix::default()),
            "Td" => self.go(Matrix::moved(number(0), number(1)).then(self.line)),
            "TD" => {
                state.leading = -number(1);
                self.go(Matrix::moved(number(0), number(1)).then(self.line));
            }
            "Tm" => self.go(Matrix::new(operands)),
            "T*" => self.next_line(),
            "Do" => {
                if let Some(name) = operands.first().and_then(Value::name) {
                    self.object("XObject", name);
                }
            }
            // A pattern may be a picture too (section 8.7.3).
            "scn" | "SCN" => {
                if let Some(name) = operands.last().and_then(Value::name) {
                    self.object("Pattern", name);
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
            _ => self.path(word, operands),
        }
    }

    /// Draws (sections 8.5.2 and 8.5.3). Frames and the lines of tables are level and upright; letters are not.
    fn path(&mut self, word: &str, operands: &[Value]) {
        let number = |at: usize| operands.get(at).and_then(Value::number).unwrap_or_default();
        match word {
            "m" => self.point = (number(0), number(1)),
            "l" => {
                let (point, before) = ((number(0), number(1)), self.point);
                let is_slanted = (point.0 - before.0).abs() > 1e-3 && (point.1 - before.1).abs() > 1e-3;
                self.strokes += usize::from(is_slanted);
                self.point = point;
            }
            "c" => (self.strokes, self.point) = (self.strokes + 1, (number(4), number(5))),
            "v" | "y" => (self.strokes, self.point) = (self.strokes + 1, (number(2), number(3))),
            "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" | "S" | "s" => {
                self.out.strokes += std::mem::take(&mut self.strokes);
            }
            "n" => self.strokes = 0,
            _ => {}
        }
    }

    /// Begins a line.
    fn go(&mut self, line: Matrix) {
        (self.line, self.text, self.moved) = (line, line, true);
    }

    fn next_line(&mut self) {
        self.go(Matrix::moved(0.0, -self.state.leading).then(self.line));
        self.part('\n');
        self.end = None;
    }

    /// Parts the next piece from the last one: it stands on another line, or further along on this one.
    fn arrive(&mut self, letters: usize) {
        let space = self.text.then(self.state.matrix);
        let [a, b, _, _, x, y] = space.0;
        let scale = a.hypot(b);
        let size = (self.state.size * scale).abs();
        let moved = std::mem::take(&mut self.moved);
        let Some(end) = self.end.filter(|_| size > 0.0) else { return };
        let (right, up) = (x - end.0, y - end.1);
        let (along, across) = ((right * a + up * b) / scale / size, (up * a - right * b) / scale / size);
        // Less across is a footnote mark or rounding, not a line.
        if across.abs() > KERNING {
            self.part('\n');
            return self.run.end();
        }
        if along.abs() > COLUMN {
            self.run.end();
        }
        let is_near = (BACK..=KERNING).contains(&along) || moved && self.piece == 1 && letters == 1;
        if !is_near {
            self.part(' ');
        }
    }

    fn part(&mut self, separator: char) {
        if !self.out.text.ends_with(separator) {
            self.out.text.push(separator);
        }
        self.piece = 0;
    }

    fn show(&mut self, value: Option<&Value>) {
        let Some(Value::Text(codes)) = value else { return };
        // The place comes first: what can't be told may go on from the piece before.
        let wide = self.state.font.as_ref().is_some_and(|font| font.is_wide());
        self.arrive(if wide { codes.len() / 2 } else { codes.len() });
        let letters = match &self.state.font {
            Some(font) => font.letters(codes, &mut self.run),
            // A page of which the fonts are gone: the codes are letters, or nobody can tell.
            None => default_letters(codes),
        };
        self.out.letters += letters.text.chars().filter(|letter| !letter.is_whitespace()).count();
        self.out.unknown += letters.unknown;
        self.piece = letters.text.chars().count() + letters.unknown;
        self.out.text.push_str(&letters.text);
        if letters.unknown > 0 && letters.text.is_empty() {
            self.out.text.push('\u{fffd}');
        }
        let State { size, letter_space, word_space, stretch, .. } = self.state;
        #[expect(clippy::cast_precision_loss, reason = "texts are shorter than that")]
        let spaces = letter_space * letters.codes as f64 + word_space * letters.spaces as f64;
        self.advance((letters.width * size + spaces) * stretch);
        self.end = Some(self.text.then(self.state.matrix).point(0.0, 0.0));
    }

    fn advance(&mut self, along: f64) {
        self.text = Matrix::moved(along, 0.0).then(self.text);
    }

    fn show_list(&mut self, value: Option<&Value>) {
        let Some(Value::List(list)) = value else { return };
        let mut total = 0;
        for value in list {
            match value {
                // Thousandths of the font's size.
                Value::Number(back) => self.advance(-back / 1000.0 * self.state.size * self.state.stretch),
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

    /// Shows a form, a pattern or a picture.
    fn object(&mut self, kind: &str, name: &str) {
        let objects = self.resources.get(kind).and_then(|value| self.file.resolve(value)?.dict());
        let Some(Value::Reference(number)) = objects.and_then(|dict| dict.get(name)) else { return };
        let number = *number;
        let Some(dict) = self.file.dict(number) else { return };
        let is_pattern = kind == "Pattern" && dict.get("PatternType").and_then(Value::size) == Some(1);
        match dict.name("Subtype") {
            Some("Image") => {
                let side = |key: &str| {
                    let value = dict.get(key).and_then(|value| self.file.resolve(value));
                    value.and_then(Value::number).unwrap_or_default()
                };
                let pixels = side("Width") * side("Height");
                let is_new = self.counted.insert(number);
                self.picture(pixels, is_new);
            }
            subtype if self.depth < MAX_FORMS && (subtype == Some("Form") || is_pattern) => {
                let own = match dict.get("Matrix").and_then(|value| self.file.resolve(value)) {
                    Some(Value::List(list)) => Matrix::new(list),
                    _ => Matrix::default(),
                };
                // A pattern lies on the page, whatever was moved since (section 8.7.2).
                let outer = if is_pattern { self.place.matrix } else { self.state.matrix };
                let place = Place { matrix: own.then(outer), ..self.place };
                let shown = self.file.form(number, self.resources, self.depth + 1, place);
                self.part('\n');
                self.end = None;
                self.run.end();
                self.out.letters += shown.letters;
                self.out.unknown += shown.unknown;
                self.out.is_riddle |= shown.is_riddle;
                self.out.pictures += shown.pictures;
                self.out.pixels += shown.pixels;
                self.out.area += shown.area;
                self.out.strokes += shown.strokes;
                // Its text is taken once, however often it is shown.
                self.out.text.push_str(&shown.text);
            }
            _ => {}
        }
    }

    /// Counts a picture, which fills the square of one unit (section 8.9.5.1).
    fn picture(&mut self, pixels: f64, is_new: bool) {
        let matrix = self.state.matrix;
        let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(x, y)| matrix.point(x, y));
        let [left, bottom, right, top] = self.place.page;
        let width = |from: f64, to: f64, at: fn(&(f64, f64)) -> f64| {
            let (low, high) = corners
                .iter()
                .map(at)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
            (high.min(to) - low.max(from)).max(0.0)
        };
        let inside = width(left, right, |corner| corner.0) * width(bottom, top, |corner| corner.1);
        let [a, b, c, d, ..] = matrix.0;
        self.out.pictures += 1;
        self.out.area += inside.min((a * d - b * c).abs()).min(pixels * COARSEST);
        self.out.pixels += if is_new { pixels } else { 0.0 };
    }
}

fn default_letters(codes: &[u8]) -> Letters {
    let text: String = codes.iter().map(|byte| crate::attachment::windows_1252(*byte)).collect();
    let width = codes.iter().map(|byte| standard_width("", u32::from(*byte))).sum();
    Letters { text, width, codes: codes.len(), ..Letters::default() }
}
