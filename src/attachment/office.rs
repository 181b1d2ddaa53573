//! Office Open XML (ECMA-376) and OpenDocument (ISO/IEC 26300): every part of the file, whether it shows or not.
//!
//! Comments, tracked changes, hidden sheets and slides, the caches of charts, properties and custom XML are all parts of
//! their own or elements in one, so whoever takes the text of all elements and attributes has them. Embedded workbooks and
//! pictures are files in the file.

use super::budget::Budget;
use super::zip::{Entry, entries};
use super::{Attachment, decode, embedded, xml};

/// Reads a document, or any zip file: a zip of documents is one too.
pub(super) fn read(name: &str, bytes: &[u8], depth: usize, budget: &mut Budget, out: &mut Attachment) {
    let (entries, comment) = match entries(bytes) {
        Ok(read) => read,
        Err(reason) => return out.cannot(name, &reason),
    };
    out.tell(if name.is_empty() { "its comment" } else { name }, [comment]);
    for entry in &entries {
        let name = super::inside(name, &entry.name);
        // Names of files are told too, and those of folders.
        out.tell(&name, [entry.name.clone(), entry.beside.clone()]);
        match entry.read(bytes, budget) {
            // A folder, or the empty settings that some programs leave.
            Ok(bytes) if bytes.is_empty() => {}
            Ok(bytes) => part(&name, entry, &bytes, depth, budget, out),
            Err(reason) => out.cannot(&name, &reason),
        }
    }
}

fn part(name: &str, entry: &Entry, bytes: &[u8], depth: usize, budget: &mut Budget, out: &mut Attachment) {
    let ending = entry.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "xml" | "rels" | "vml" | "rdf" => {
            let text = decode(bytes);
            // XML begins with a tag (XML 1.0, section 2.1) and has no zeros (2.2), so what doesn't is in an encoding that isn't
            // read.
            if !text.trim_start().starts_with('<') || text.contains('\0') {
                return out.cannot(name, "it is no XML, whatever its name says");
            }
            match xml::texts(&text) {
                Ok((text, unseen)) => out.tell(name, [text, unseen]),
                Err(reason) => out.cannot(name, &reason),
            }
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

/// Runs of readable characters in a part of some other format, in one byte or two each.
fn strings(name: &str, bytes: &[u8], out: &mut Attachment) {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
    let narrow = bytes.iter().map(|byte| if is_plain(byte) { char::from(*byte) } else { '\u{1e}' }).collect();
    let wide = |from: usize| -> String {
        let pairs = bytes.get(from..).unwrap_or_default().chunks_exact(2);
        pairs.map(|pair| if pair[1] == 0 && is_plain(&pair[0]) { char::from(pair[0]) } else { '\u{1e}' }).collect()
    };
    out.tell(name, [narrow, wide(0), wide(1)]);
}
