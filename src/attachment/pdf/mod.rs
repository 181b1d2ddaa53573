//! PDF (ISO 32000-2): text of pages, annotations, form fields, metadata, embedded files, and what earlier revisions showed.
//!
//! The file is read from its first byte to its last, object by object, and not by its table of objects: that table leads past
//! everything that was changed or deleted since, while the file still holds it. So one pass has all revisions, and a damaged
//! table hides nothing.

mod content;
mod filter;
mod font;
mod object;

use super::budget::Budget;
use super::{Attachment, Form, Part, inside};
use content::{Place, Shown, shown};
use filter::Failure;
use font::Font;
use object::{Cursor, Dict, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// The most values of one file: each takes some fifty bytes of memory.
const MAX_VALUES: usize = 3_000_000;

/// How many letters a page has beside a picture that covers all of it and is yet no scan; beside a smaller picture it is a
/// share of them. Scans carry the marks of who signed and filed them, which are a line or two.
const BESIDE_PAGE: f64 = 120.0;

/// How many letters a page has beside a picture of [`SCAN`] pixels, however small it is shown: a stamp or a page number may
/// stand on a scan. Smaller pictures, such as the arms of a municipality, need a share of them.
const BESIDE_SCAN: f64 = 60.0;

/// The pixels of a page of A4 at 100 dots an inch.
const SCAN: f64 = 1_000_000.0;

/// So many lines that are drawn neither level nor upright can be letters: one has ten or more of them, a number a hundred.
const OUTLINES: usize = 100;

/// What stands on a page of such lines if they are a map, a chart or an emblem beside text: a title at least, the more the
/// more they are.
const BESIDE_OUTLINES: std::ops::RangeInclusive<usize> = 15..=40;

/// The most pages that are named one by one.
const MAX_NAMED: usize = 5;

/// Reads a file.
pub(super) fn read(name: &str, bytes: &[u8], depth: usize, budget: &mut Budget, out: &mut Attachment) {
    let mut file = File::new(bytes, budget);
    if file.encrypted {
        return out.cannot(name, "it is encrypted");
    }
    file.packed_objects();
    let texts = file.texts();
    out.parts.push(Part { name: inside(name, "annotations, fields and properties"), text: texts, form: Form::Plain });
    pages(name, &mut file, out);
    streams(name, &mut file, depth, out);
    let reason = match file.failure {
        Some(Failure::TooLarge) => "it unpacks to more than any document holds",
        Some(Failure::Encrypted) => "a part of it is encrypted",
        Some(_) => "a part of it is damaged",
        None if file.values == 0 => "it holds more objects than any document does",
        None => return,
    };
    out.cannot(name, reason);
}

/// An object as it stands in the file.
struct Object {
    number: u32,
    value: Value,
    stream: Option<Range<usize>>,
}

/// A file, and what is known of it so far.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    budget: &'a mut Budget,
    objects: Vec<Object>,
    /// The newest object of each number.
    newest: BTreeMap<u32, usize>,
    fonts: BTreeMap<u32, Rc<Font>>,
    forms: BTreeMap<u32, Shown>,
    /// Streams that were read as what a page shows.
    seen: BTreeSet<usize>,
    encrypted: bool,
    failure: Option<Failure>,
    /// How many values may still be read.
    values: usize,
}

impl<'a> File<'a> {
    fn new(bytes: &'a [u8], budget: &'a mut Budget) -> File<'a> {
        let mut file = File {
            bytes,
            budget,
            objects: Vec::new(),
            newest: BTreeMap::new(),
            fonts: BTreeMap::new(),
            forms: BTreeMap::new(),
            seen: BTreeSet::new(),
            encrypted: false,
            failure: None,
            values: MAX_VALUES,
        };
        file.scan();
        file
    }

    /// Finds every object, from the first byte to the last.
    fn scan(&mut self) {
        let mut at = 0;
        while let Some(found) = next_object(self.bytes, at) {
            let (number, start) = found;
            let mut cursor = Cursor::new(self.bytes, start, self.values);
            let value = cursor.value();
            self.values = cursor.left;
            let Some(value) = value else {
                at = start;
                if self.values == 0 {
                    return;
                }
                continue;
            };
            at = cursor.at.max(start);
            if value.dict().is_some_and(|dict| dict.get("Encrypt").is_some()) {
                self.encrypted = true;
            }
            let Some(number) = number else { continue };
            let stream = value.dict().and_then(|dict| stream_after(self.bytes, at, dict));
            if let Some(Err(())) = stream {
                // Without an end nobody knows what belongs to it.
                self.failure = Some(Failure::Damaged);
                return;
            }
            let stream = stream.and_then(Result::ok);
            at = stream.as_ref().map_or(at, |stream| stream.end);
            self.add(Object { number, value, stream });
        }
    }

    fn add(&mut self, object: Object) {
        self.newest.insert(object.number, self.objects.len());
        self.objects.push(object);
    }

    /// Takes the objects out of streams of objects (section 7.5.7).
    fn packed_objects(&mut self) {
        for index in 0..self.objects.len() {
            let Some(dict) = self.objects[index].value.dict().filter(|dict| dict.name("Type") == Some("ObjStm")) else {
                continue;
            };
            let size = |key: &str| dict.get(key).and_then(Value::size).unwrap_or_default();
            let (count, first) = (size("N"), size("First"));
            let number = self.objects[index].number;
            let Some(data) = self.data(index) else { continue };
            let mut table = Cursor::new(&data[..first.min(data.len())], 0, self.values);
            let mut found = Vec::new();
            for _ in 0..count {
                let (Some(Value::Number(inner)), Some(place)) = (table.value(), table.value()) else { break };
                let Some(place) = place.size() else { break };
                let mut cursor = Cursor::new(&data, first.saturating_add(place), table.left);
                let value = cursor.value();
                table.left = cursor.left;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate")]
                found.extend(value.map(|value| Object { number: inner as u32, value, stream: None }));
            }
            self.values = table.left;
            // An object in a stream is as new as the stream.
            for object in found {
                let known = self.newest.get(&object.number).copied();
                if known.is_none_or(|known| known < index || self.objects[known].number == number) {
                    self.add(object);
                } else {
                    self.objects.push(object);
                }
            }
            self.seen.insert(index);
        }
    }

    /// The unpacked bytes of a stream.
    fn data(&mut self, index: usize) -> Option<Vec<u8>> {
        let object = &self.objects[index];
        let raw = &self.bytes[object.stream.clone()?];
        match filter::decoded(object.value.dict()?, raw, self.budget) {
            Ok(data) => Some(data),
            Err(Failure::Picture) => None,
            Err(failure) => {
                self.failure = Some(self.failure.unwrap_or(failure));
                None
            }
        }
    }

    fn stream(&mut self, number: u32) -> Option<Vec<u8>> {
        let index = *self.newest.get(&number)?;
        if !self.seen.insert(index) {
            // A page may name one stream ten thousand times, and what isn't packed costs nothing to unpack.
            let length = self.objects[index].stream.as_ref().map_or(0, ExactSizeIterator::len);
            if self.budget.spend(length).is_err() {
                self.failure = Some(Failure::TooLarge);
                return None;
            }
        }
        self.data(index)
    }

    fn dict(&self, number: u32) -> Option<&Dict> {
        self.objects[*self.newest.get(&number)?].value.dict()
    }

    /// What a value stands for, when it is a reference.
    fn resolve<'v>(&'v self, value: &'v Value) -> Option<&'v Value> {
        let mut value = value;
        for _ in 0..8 {
            let Value::Reference(number) = value else { return Some(value) };
            value = &self.objects[*self.newest.get(number)?].value;
        }
        None
    }

    /// A copy, paid for: a thousand pages may share what is large.
    fn copy(&mut self, dict: Option<Dict>) -> Dict {
        let dict = dict.unwrap_or_default();
        self.values = self.values.saturating_sub(dict.weight());
        dict
    }

    fn font(&mut self, value: &Value) -> Option<Rc<Font>> {
        let Value::Reference(number) = value else {
            let dict = value.dict()?.clone();
            let font = Rc::new(Font::new(&dict, self));
            // It is read each time it is chosen.
            self.values = self.values.saturating_sub(font.weight());
            return Some(font);
        };
        if let Some(font) = self.fonts.get(number) {
            return Some(font.clone());
        }
        let dict = self.dict(*number)?.clone();
        let font = Rc::new(Font::new(&dict, self));
        self.fonts.insert(*number, font.clone());
        Some(font)
    }

    /// What a form shows; its text only the first time.
    fn form(&mut self, number: u32, inherited: &Dict, depth: usize, place: Place) -> Shown {
        if let Some(shown) = self.forms.get(&number) {
            return Shown { text: String::new(), ..shown.clone() };
        }
        // A form that shows itself shows nothing.
        self.forms.insert(number, Shown::default());
        let own = self.dict(number).and_then(|dict| self.resolve(dict.get("Resources")?)?.dict().cloned());
        let resources = own.map(|own| self.copy(Some(own)));
        let Some(data) = self.stream(number) else { return Shown::default() };
        let shown = shown(&data, resources.as_ref().unwrap_or(inherited), self, depth, place);
        self.forms.insert(number, Shown { text: String::new(), ..shown.clone() });
        shown
    }

    /// Every text in every object: annotations, values of fields, titles of bookmarks, properties.
    fn texts(&self) -> String {
        let mut out = String::new();
        for object in &self.objects {
            collect(&object.value, &mut out);
        }
        out
    }

    /// What a page has, itself or from the pages above it (section 7.7.3.4).
    fn inherited<'v>(&'v self, page: &'v Dict, key: &str) -> Option<&'v Value> {
        let mut page = page;
        for _ in 0..32 {
            if let Some(value) = page.get(key).and_then(|value| self.resolve(value)) {
                return Some(value);
            }
            page = self.resolve(page.get("Parent")?)?.dict()?;
        }
        None
    }

    /// The part of a page that is shown (section 14.11.2).
    fn place(&self, page: &Dict) -> Place {
        let side = |value: &Value| self.resolve(value).and_then(Value::number);
        let frame = |key: &str| -> Option<[f64; 4]> {
            let Value::List(list) = self.inherited(page, key)? else { return None };
            let sides: Vec<f64> = list.iter().filter_map(side).collect();
            let [x, y, other_x, other_y] = sides[..] else { return None };
            let frame = [x.min(other_x), y.min(other_y), x.max(other_x), y.max(other_y)];
            (frame[2] > frame[0] && frame[3] > frame[1]).then_some(frame)
        };
        let usual = Place::default();
        Place { page: frame("CropBox").or_else(|| frame("MediaBox")).unwrap_or(usual.page), ..usual }
    }
}

fn collect(value: &Value, out: &mut String) {
    match value {
        Value::Text(bytes) => {
            out.push_str(&text(bytes));
            out.push('\u{1e}');
        }
        Value::List(list) => list.iter().for_each(|value| collect(value, out)),
        // Sums and signatures are no text.
        Value::Dict(dict) => dict
            .0
            .iter()
            .filter(|(key, _)| !matches!(&**key, "ID" | "CheckSum" | "O" | "U" | "OE" | "UE" | "Perms" | "Cert"))
            .for_each(|(_, value)| collect(value, out)),
        _ => {}
    }
}

/// A text in an object (section 7.9.2.2): UTF-16 or UTF-8 with a byte order mark, else close to Latin-1.
fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, ..] | [0xff, 0xfe, ..] => super::decode(bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        // PDFDocEncoding: dashes stand at 0x84, 0x85 and 0x8a, the bullet at 0x80.
        bytes => bytes
            .iter()
            .map(|byte| match byte {
                0x84 | 0x85 | 0x8a => '-',
                0x80 => '\u{2022}',
                byte => char::from(*byte),
            })
            .collect(),
    }
}

/// Every page of every revision.
fn pages(name: &str, file: &mut File<'_>, out: &mut Attachment) {
    let is_page = |object: &Object| object.value.dict().is_some_and(|dict| dict.name("Type") == Some("Page"));
    let pages: Vec<Dict> = file
        .objects
        .iter()
        .filter(|object| is_page(object))
        .filter_map(|object| object.value.dict().cloned())
        .collect();
    let (mut scans, mut riddles, mut drawings) = (Vec::new(), Vec::new(), Vec::new());
    for (index, page) in pages.iter().enumerate() {
        if file.values == 0 {
            break;
        }
        let resources = file.inherited(page, "Resources").and_then(Value::dict).cloned();
        let resources = file.copy(resources);
        let place = file.place(page);
        let contents = page.get("Contents").map(|value| match value {
            Value::Reference(_) => {
                let list = file.resolve(value).filter(|value| matches!(value, Value::List(_)));
                list.unwrap_or(value).clone()
            }
            value => value.clone(),
        });
        let numbers: Vec<u32> = match contents {
            Some(Value::Reference(number)) => vec![number],
            Some(Value::List(list)) => list
                .iter()
                .filter_map(|value| if let Value::Reference(number) = value { Some(*number) } else { None })
                .collect(),
            _ => Vec::new(),
        };
        let mut content = Vec::new();
        for number in numbers.into_iter().take(10_000) {
            content.extend(file.stream(number).unwrap_or_default());
            content.push(b'\n');
            if file.failure == Some(Failure::TooLarge) {
                break;
            }
        }
        let shown = shown(&content, &resources, file, 0, place);
        if shown.is_riddle || shown.unknown > shown.letters {
            riddles.push(index + 1);
        } else if is_scan(&shown, place) {
            scans.push(index + 1);
        } else if is_drawing(&shown) {
            drawings.push(index + 1);
        }
        out.parts.push(Part {
            name: inside(name, &format!("page {}", index + 1)),
            text: shown.text,
            form: Form::Plain,
        });
    }
    let mut say = |pages: &[usize], reason: &str| {
        let named: Vec<String> = pages.iter().take(MAX_NAMED).map(usize::to_string).collect();
        let more =
            if pages.len() > MAX_NAMED { format!(" and {} more", pages.len() - MAX_NAMED) } else { String::new() };
        if !pages.is_empty() {
            out.cannot(name, &format!("page {}{more}: {reason}", named.join(", ")));
        }
    };
    say(&scans, SCANNED);
    say(&riddles, RIDDLE);
    say(&drawings, "drawn lines with hardly any text, as letters are when they are turned into paths");
    if pages.is_empty() && file.failure.is_none() {
        out.cannot(name, "it has no pages that can be read");
    }
}

/// Why a page can't be read whose letters can't be told.
const RIDDLE: &str = "its fonts don't say which letters they show";

/// Why a page can't be read that is a picture.
const SCANNED: &str = "a picture without text, as a scanner makes it";

/// Whether pictures are nearly all there is. Scanners cut pages into strips, so they are taken together.
fn is_scan(shown: &Shown, place: Place) -> bool {
    let [left, bottom, right, top] = place.page;
    let share = (shown.area / ((right - left) * (top - bottom))).min(1.0);
    let least = (BESIDE_PAGE * share).max(BESIDE_SCAN * (shown.pixels / SCAN).min(1.0));
    #[expect(clippy::cast_precision_loss, reason = "pages have fewer letters")]
    let letters = shown.letters as f64;
    shown.pictures > 0 && (shown.letters == 0 || letters < least)
}

/// Whether drawn lines are nearly all there is.
fn is_drawing(shown: &Shown) -> bool {
    let least = (shown.strokes / OUTLINES).clamp(*BESIDE_OUTLINES.start(), *BESIDE_OUTLINES.end());
    shown.strokes >= OUTLINES && shown.letters < least
}

/// Every stream that no page was seen to show: files, metadata, appearances, contents of pages that are gone.
fn streams(name: &str, file: &mut File<'_>, depth: usize, out: &mut Attachment) {
    let names = file_names(file);
    for index in 0..file.objects.len() {
        let object = &file.objects[index];
        let (Some(dict), Some(stream)) = (object.value.dict().cloned(), object.stream.clone()) else { continue };
        let number = object.number;
        let kind = (dict.name("Type"), dict.name("Subtype"));
        let label = |what: &str| inside(name, &format!("{what} in object {number}"));
        match kind {
            (_, Some("Image")) => {
                let raw = &file.bytes[stream];
                if raw.starts_with(&[0xff, 0xd8]) {
                    super::image::jpeg(&label("a picture"), raw, depth, file.budget, out);
                }
            }
            (Some("XRef" | "ObjStm"), _) => {}
            (Some("EmbeddedFile"), _) => {
                let path = names.get(&number).map(String::as_str).unwrap_or_default();
                let Some(data) = file.data(index) else {
                    out.cannot(&label("a file"), "it can't be unpacked");
                    continue;
                };
                super::embedded(&label(&format!("a file {path}")), path, &data, depth, file.budget, out);
            }
            // What a page showed was judged with it.
            (_, Some("Form")) if file.forms.contains_key(&number) && file.newest.get(&number) == Some(&index) => {}
            (_, Some("Form")) if file.newest.get(&number) == Some(&index) => {
                let shown = file.form(number, &Dict::default(), 0, Place::default());
                if shown.is_riddle {
                    out.cannot(&label("a form"), RIDDLE);
                }
                // A form has no page to be measured by, and the pictures of stamps and signatures are small.
                if shown.pixels * 2.0 >= SCAN && is_scan(&shown, Place::default()) {
                    out.cannot(&label("a form"), SCANNED);
                }
                out.parts.push(Part { name: label("a form"), text: shown.text, form: Form::Plain });
            }
            // Outlines of letters.
            (_, Some("Type1C" | "CIDFontType0C" | "OpenType")) => {}
            _ if dict.get("Length1").is_some() || dict.get("FunctionType").is_some() || dict.get("N").is_some() => {}
            _ if file.seen.contains(&index) => {}
            _ => {
                let Some(data) = file.data(index) else { continue };
                let is_content =
                    memchr::memmem::find(&data, b"Tj").or_else(|| memchr::memmem::find(&data, b"TJ")).is_some();
                if is_content {
                    let text = shown(&data, &Dict::default(), file, 0, Place::default()).text;
                    out.parts.push(Part { name: label("a page that is gone"), text, form: Form::Plain });
                }
                let form = if kind.1 == Some("XML") { Form::Markup } else { Form::Plain };
                out.parts.push(Part { name: label("data"), text: super::decode(&data), form });
            }
        }
    }
}

/// The names under which files are attached, by the objects that hold them.
fn file_names(file: &File<'_>) -> BTreeMap<u32, String> {
    let mut out = BTreeMap::new();
    for dict in file.objects.iter().filter_map(|object| object.value.dict()) {
        let Some(Value::Dict(files)) = dict.get("EF").and_then(|value| file.resolve(value)) else { continue };
        let Some(Value::Text(name)) = dict.get("UF").or_else(|| dict.get("F")) else { continue };
        for (_, value) in &files.0 {
            if let Value::Reference(number) = value {
                out.insert(*number, text(name));
            }
        }
    }
    out
}

/// The next `N G obj`, or a trailer, from a place on: the number of the object, and where its value begins.
fn next_object(bytes: &[u8], from: usize) -> Option<(Option<u32>, usize)> {
    let mut at = from;
    loop {
        // Both words hold a letter that few others do in a file of mostly numbers.
        let found = at + memchr::memchr2(b'b', b't', &bytes[at..])?;
        at = found + 1;
        if bytes[found..].starts_with(b"trailer") {
            return Some((None, found + 7));
        }
        if found > 0 && bytes[found - 1] == b'o' && bytes.get(found + 1) == Some(&b'j') {
            let head = &bytes[from.max(found.saturating_sub(32))..found - 1];
            if let Some(number) = number_before(head) {
                return Some((Some(number), found + 2));
            }
        }
    }
}

/// The number of `12 0 ` at the end of some bytes.
fn number_before(head: &[u8]) -> Option<u32> {
    let text = String::from_utf8_lossy(head);
    let mut words = text.split_ascii_whitespace().rev();
    let (generation, number) = (words.next()?, words.next()?);
    generation.parse::<u32>().ok()?;
    let digits = number.trim_start_matches(|character: char| !character.is_ascii_digit());
    // The end of a number before it may touch, as in `endobj12 0 obj`.
    number[number.len() - digits.len()..].parse().ok()
}

/// The bytes of a stream behind its dictionary; `Err` where it has no end.
fn stream_after(bytes: &[u8], at: usize, dict: &Dict) -> Option<Result<Range<usize>, ()>> {
    let rest = &bytes[at..];
    let space = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0).count();
    let rest = rest[space..].strip_prefix(b"stream")?;
    let skipped = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        _ => 0,
    };
    let start = bytes.len() - rest.len() + skipped;
    let ends_at = |end: usize| {
        let tail = bytes.get(end..bytes.len().min(end + 32)).unwrap_or_default();
        tail.trim_ascii_start().starts_with(b"endstream")
    };
    let stated = dict.get("Length").and_then(Value::size).map(|length| start.saturating_add(length));
    let end = match stated.filter(|end| *end <= bytes.len() && ends_at(*end)) {
        Some(end) => end,
        None => match memchr::memmem::find(&bytes[start..], b"endstream") {
            Some(length) => start + length,
            None => return Some(Err(())),
        },
    };
    Some(Ok(start..end))
}
