//! What stands inside attachments, as text: nothing is shown of it, it is only looked at.
//!
//! [`read`] takes a file apart into named [`Part`]s, down to embedded files, and says what of it can't be read. Everything
//! is done here, in process and within limits, so that the answer is the same on every machine and no file can make it take
//! long. What the text means is left to the privacy rules.

mod budget;
mod image;
mod office;
mod pdf;
mod xml;
mod zip;

use budget::Budget;

/// A file, taken apart.
#[derive(Debug, Default)]
pub struct Attachment {
    /// Its texts.
    pub parts: Vec<Part>,
    /// What can't be read, each with its reason.
    pub unreadable: Vec<String>,
    /// Pictures that tell where they were taken.
    pub located: Vec<String>,
}

/// A text in a file.
#[derive(Debug)]
pub struct Part {
    /// Where it is; empty where the file is nothing but this text.
    pub name: String,
    /// The text.
    pub text: String,
    /// How it is written.
    pub form: Form,
}

/// How the text of a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is read.
    Plain,
    /// With the marks of Markdown.
    Markdown,
    /// With tags and entities.
    Markup,
    /// With the escapes of JSON.
    Json,
}

/// The largest attachment that is looked into, in bytes. The largest plans of a municipality are some tens of megabytes.
pub const MAX_ATTACHMENT: u64 = 200 * 1024 * 1024;

/// How deep files in files are looked into: a picture in a workbook in a document in a zip file.
const MAX_DEPTH: usize = 3;

/// Takes a file apart, by what its first bytes say it is; its name only says what it should be.
pub fn read(path: &str, bytes: &[u8]) -> Attachment {
    let mut out = Attachment::default();
    take("", path, bytes, 0, &mut Budget::default(), &mut out);
    out
}

/// A file in a file.
fn embedded(name: &str, path: &str, bytes: &[u8], depth: usize, budget: &mut Budget, out: &mut Attachment) {
    if depth >= MAX_DEPTH {
        return out.cannot(name, "it lies deeper than three files in files");
    }
    take(name, path, bytes, depth + 1, budget, out);
}

/// `name` is what parts are called, empty for the file itself; `path` tells what kind it should be.
fn take(name: &str, path: &str, bytes: &[u8], depth: usize, budget: &mut Budget, out: &mut Attachment) {
    let ending = ending(path);
    // What it is decides how it is read, whatever it is called: a workbook called .txt is read as a workbook.
    match kind(bytes) {
        Some(Kind::Zip) => return office::read(name, bytes, depth, budget, out),
        Some(Kind::Pdf) => return pdf::read(name, bytes, depth, budget, out),
        Some(Kind::Jpeg) => return image::jpeg(name, bytes, depth, budget, out),
        Some(Kind::Png) => return image::png(name, bytes, depth, budget, out),
        None => {}
    }
    if bytes.is_empty() {
        return;
    }
    let Some(form) = form(&ending) else {
        let reason = match is_apart(&ending) {
            true => format!("it is no {ending} file, whatever its name says"),
            false => "files of this kind are not read".to_owned(),
        };
        return out.cannot(name, &reason);
    };
    if memchr::memchr(0, bytes).is_some() && !matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return out.cannot(name, "it is called a text and holds other data");
    }
    let text = decode(bytes);
    if form == Form::Markup {
        // Numbers in it may be split by tags of any name.
        match xml::texts(&text) {
            Ok((text, unseen)) => out.tell(if name.is_empty() { "the text" } else { name }, [text, unseen]),
            Err(reason) => out.cannot(name, &reason),
        }
    }
    out.parts.push(Part { name: name.to_owned(), text, form });
}

/// Whether [`read`] has a reader for a file that is no text, or for text of its name that is not in UTF-8.
pub fn has_reader(path: &str, bytes: &[u8]) -> bool {
    let ending = ending(path);
    kind(bytes).is_some() || is_apart(&ending) || form(&ending).is_some() && std::str::from_utf8(bytes).is_err()
}

fn ending(path: &str) -> String {
    path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

/// How files with such a name are written, if they are text.
fn form(ending: &str) -> Option<Form> {
    Some(match ending {
        "txt" | "csv" | "tsv" | "ics" | "eml" | "log" | "css" | "rst" | "adoc" | "tex" | "vcf" => Form::Plain,
        "md" | "markdown" | "yaml" | "yml" => Form::Markdown,
        "html" | "htm" | "xhtml" | "xml" | "svg" | "rss" | "atom" | "kml" | "gml" | "gpx" | "rels" => Form::Markup,
        "json" | "jsonl" | "js" | "geojson" => Form::Json,
        _ => return None,
    })
}

/// Whether files with such a name are taken apart.
fn is_apart(ending: &str) -> bool {
    matches!(ending, "pdf" | "docx" | "xlsx" | "pptx" | "odt" | "ods" | "odp" | "zip" | "jpg" | "jpeg" | "png")
}

/// A kind of file that is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Zip,
    Pdf,
    Jpeg,
    Png,
}

/// What the first bytes of a file say that it is.
fn kind(bytes: &[u8]) -> Option<Kind> {
    match bytes {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Kind::Zip),
        // Readers of PDF look for its head in the first 1,024 bytes.
        _ if memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some() => Some(Kind::Pdf),
        [0xff, 0xd8, 0xff, ..] => Some(Kind::Jpeg),
        _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some(Kind::Png),
        _ => None,
    }
}

/// The name of a file in a file.
fn inside(name: &str, entry: &str) -> String {
    if name.is_empty() { entry.to_owned() } else { format!("{name}/{entry}") }
}

impl Attachment {
    fn tell<const N: usize>(&mut self, name: &str, texts: [String; N]) {
        let parts = texts.into_iter().map(|text| Part { name: name.to_owned(), text, form: Form::Plain });
        self.parts.extend(parts);
    }

    fn cannot(&mut self, name: &str, reason: &str) {
        let reason = if name.is_empty() { reason.to_owned() } else { format!("{name}: {reason}") };
        if !self.unreadable.contains(&reason) {
            self.unreadable.push(reason);
        }
    }

    fn locate(&mut self, name: &str) {
        let place = if name.is_empty() { "in its metadata" } else { name }.to_owned();
        if !self.located.contains(&place) {
            self.located.push(place);
        }
    }
}

/// Text in UTF-8, UTF-16, or else Windows-1252, which any bytes are. Digits are the same in all. That it is UTF-16 is told by a
/// byte order mark or, in XML, by the first tag (XML 1.0, appendix F).
fn decode(bytes: &[u8]) -> String {
    let pairs = |bytes: &[u8], from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => pairs(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => pairs(rest, u16::from_be_bytes),
        [b'<', 0, ..] => pairs(bytes, u16::from_le_bytes),
        [0, b'<', ..] => pairs(bytes, u16::from_be_bytes),
        bytes => match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
            Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
        },
    }
}

/// The letters of Windows-1252 that matter: its upper half is Latin-1 but for 32 signs, of which dashes and spaces count.
fn windows_1252(byte: u8) -> char {
    match byte {
        0x96 | 0x97 => '-',
        0x95 => '\u{2022}',
        0x80..=0x9f => ' ',
        byte => char::from(byte),
    }
}
