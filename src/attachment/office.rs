//! Office Open XML (ECMA-376) and OpenDocument (ISO/IEC 26300): every part of the file, whether it shows or not.
//!
//! Comments, tracked changes, hidden sheets and slides, the caches of charts, properties and custom XML are all parts of
//! their own or elements in one, so whoever takes the text of all elements and attributes has them. Embedded workbooks and
//! pictures are files in the file.

use super::budget::Budget;
use super::zip::{Entry, entries};
use super::{Attachment, Form, Part, decode, embedded};

/// Reads a document, or any zip file: a zip of documents is one too.
pub(super) fn read(name: &str, bytes: &[u8], depth: usize, budget: &mut Budget, out: &mut Attachment) {
    let entries = match entries(bytes) {
        Ok(entries) => entries,
        Err(reason) => return out.cannot(name, &reason),
    };
    for entry in entries.iter().filter(|entry| !entry.name.ends_with('/')) {
        let name = super::inside(name, &entry.name);
        // Names of files are told too.
        out.parts.push(Part { name: name.clone(), text: entry.name.clone(), form: Form::Plain });
        match entry.read(bytes, budget) {
            Ok(bytes) => part(&name, entry, &bytes, depth, budget, out),
            Err(reason) => out.cannot(&name, &reason),
        }
    }
}

fn part(name: &str, entry: &Entry, bytes: &[u8], depth: usize, budget: &mut Budget, out: &mut Attachment) {
    let ending = entry.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "xml" | "rels" | "vml" | "rdf" => {
            let (text, attributes) = texts(&decode(bytes));
            out.parts.push(Part { name: name.to_owned(), text, form: Form::Plain });
            out.parts.push(Part { name: name.to_owned(), text: attributes, form: Form::Plain });
        }
        // Set up by the printer or the program, never by who writes; their texts are names of printers and fonts.
        "bin" if entry.name.contains("printerSettings") => strings(name, bytes, out),
        "emf" | "wmf" | "svm" | "gif" | "bmp" | "tif" | "tiff" | "ico" | "wdp" => strings(name, bytes, out),
        "fntdata" | "odttf" | "ttf" | "otf" => {}
        "mimetype" => {}
        _ if entry.name == "mimetype" || entry.name.starts_with("Configurations2/") => {}
        _ if entry.name.starts_with("ObjectReplacements/") || entry.name.starts_with("layout-cache") => {
            strings(name, bytes, out)
        }
        _ => embedded(name, name, bytes, depth, budget, out),
    }
}

/// The text of a part of XML, and the values of its attributes. Runs of one paragraph stand together, paragraphs and cells
/// apart.
pub(super) fn texts(xml: &str) -> (String, String) {
    let (mut text, mut attributes) = (String::new(), String::new());
    let mut value = None;
    let mut rest = xml;
    while let Some(open) = memchr::memchr(b'<', rest.as_bytes()) {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let end = memchr::memmem::find(data.as_bytes(), b"]]>").unwrap_or(data.len());
            text.push_str(&data[..end]);
            rest = data.get(end + 3..).unwrap_or_default();
            continue;
        }
        let close = if rest.starts_with("<!--") {
            memchr::memmem::find(rest.as_bytes(), b"-->").map_or(rest.len(), |at| at + 3)
        } else {
            end_of_tag(rest)
        };
        let tag = &rest[..close];
        let name = local_name(tag);
        match value.take() {
            Some(from) if tag.starts_with("</") => figure(&mut text, from),
            _ => {}
        }
        if !tag.starts_with("</") {
            values(tag, &mut attributes);
            if matches!(name, "v" | "table-cell") {
                value = Some(text.len());
            }
        }
        match separator(name) {
            Some(separator) if tag.starts_with("</") || tag.ends_with("/>") => text.push(separator),
            _ => {}
        }
        rest = &rest[close..];
    }
    text.push_str(rest);
    (text, attributes)
}

/// The end of a tag: a `>` in a quoted value doesn't end it.
fn end_of_tag(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b'>', None) => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn local_name(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(name.len())];
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// What parts the texts on either side of an element. Everything that is not a run inside a paragraph does.
fn separator(name: &str) -> Option<char> {
    match name {
        // Runs and what stands in them, of documents, slides and sheets; spans and links of OpenDocument.
        "r"
        | "t"
        | "rPr"
        | "b"
        | "i"
        | "u"
        | "sz"
        | "szCs"
        | "color"
        | "rFonts"
        | "lang"
        | "proofErr"
        | "bookmarkStart"
        | "bookmarkEnd"
        | "ins"
        | "del"
        | "delText"
        | "instrText"
        | "fldChar"
        | "hyperlink"
        | "smartTag"
        | "sdt"
        | "sdtContent"
        | "sdtPr"
        | "latin"
        | "cs"
        | "ea"
        | "solidFill"
        | "srgbClr"
        | "noBreakHyphen"
        | "softHyphen"
        | "lastRenderedPageBreak"
        | "vertAlign"
        | "highlight"
        | "noProof"
        | "span"
        | "a"
        | "commentRangeStart"
        | "commentRangeEnd"
        | "rStyle"
        | "bCs"
        | "iCs"
        | "rPh"
        | "phoneticPr" => None,
        "br" | "line-break" | "cr" => Some('\n'),
        "tab" | "s" => Some(' '),
        "c" | "tc" | "table-cell" | "v" | "f" => Some('\t'),
        _ => Some('\u{1e}'),
    }
}

/// A sheet keeps a number that begins with 0 without it, and some programs write ten digits with an exponent.
fn figure(text: &mut String, from: usize) {
    let value = text[from..].trim();
    let Ok(number) = value.parse::<f64>() else { return };
    let is_whole = (1e8..1e10).contains(&number) && number.fract() == 0.0;
    let plain = format!("{number:010.0}");
    if is_whole && value != plain {
        text.push(' ');
        text.push_str(&plain);
    }
}

/// The quoted values of a tag, one a line.
fn values(tag: &str, out: &mut String) {
    let mut rest = tag;
    while let Some(open) = rest.find(['"', '\'']) {
        let quote = rest.as_bytes()[open];
        let value = &rest[open + 1..];
        let end = memchr::memchr(quote, value.as_bytes()).unwrap_or(value.len());
        // A value without a digit can't be part of a number, nor a name of a person that matters here; mail addresses can.
        if value[..end].contains(|character: char| character.is_numeric() || character == '@' || !character.is_ascii())
        {
            out.push_str(&value[..end]);
            out.push('\u{1e}');
        }
        rest = value.get(end + 1..).unwrap_or_default();
    }
}

/// Runs of readable characters in a part of some other format, in one byte or two each.
fn strings(name: &str, bytes: &[u8], out: &mut Attachment) {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
    let narrow = bytes.iter().map(|byte| if is_plain(byte) { char::from(*byte) } else { '\u{1e}' }).collect();
    let wide = |from: usize| -> String {
        let pairs = bytes.get(from..).unwrap_or_default().chunks_exact(2);
        pairs.map(|pair| if pair[1] == 0 && is_plain(&pair[0]) { char::from(pair[0]) } else { '\u{1e}' }).collect()
    };
    for text in [narrow, wide(0), wide(1)] {
        out.parts.push(Part { name: name.to_owned(), text, form: Form::Plain });
    }
}
