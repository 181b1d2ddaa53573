//! What stands inside attachments, as text: nothing is shown of it, it is only looked at.
//!
//! [`read`] takes a file apart into named [`Part`]s, down to embedded files, and says what of it can't be read. Everything
//! is done here, in process and within limits, so that the answer is the same on every machine and no file can make it take
//! long. What the text means is left to the privacy rules.

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
    /// With tags and entities.
    Markup,
    /// With the escapes of JSON.
    Json,
}

/// The largest attachment that is looked into, in bytes. The largest plans of a municipality are some tens of megabytes.
pub const MAX_ATTACHMENT: u64 = 200 * 1024 * 1024;

/// Takes a file apart, by what its first bytes say it is; its name only says what it should be.
pub fn read(path: &str, bytes: &[u8]) -> Attachment {
    let mut out = Attachment::default();
    let kind = path.rsplit_once('.').map(|(_, kind)| kind.to_ascii_lowercase()).unwrap_or_default();
    match kind.as_str() {
        "txt" | "csv" | "md" | "yaml" | "yml" | "tsv" | "ics" | "eml" | "log" | "css" => {
            out.parts.push(text(bytes, Form::Plain))
        }
        "html" | "htm" | "xhtml" | "xml" | "svg" => out.parts.push(text(bytes, Form::Markup)),
        "json" | "jsonl" | "js" | "geojson" => out.parts.push(text(bytes, Form::Json)),
        _ => {}
    }
    out
}

fn text(bytes: &[u8], form: Form) -> Part {
    Part { name: String::new(), text: decode(bytes), form }
}

/// Text in UTF-8, UTF-16 with a byte order mark, or else Windows-1252, which any bytes are. Digits are the same in all.
fn decode(bytes: &[u8]) -> String {
    let pairs = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => pairs(u16::from_le_bytes),
        [0xfe, 0xff, ..] => pairs(u16::from_be_bytes),
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
