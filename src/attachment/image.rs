//! The metadata of pictures: where they were taken, and what was written about them. What the picture shows is not looked at.

use super::budget::Budget;
use super::{Attachment, Form, Part};

/// Reads the metadata of a JPEG file (ISO/IEC 10918-1, annex B; Exif 2.32).
pub(super) fn jpeg(name: &str, bytes: &[u8], out: &mut Attachment) {
    let mut at = 2;
    while let Some([0xff, marker]) = bytes.get(at..at + 2) {
        // The picture itself begins; metadata stands before it.
        if matches!(marker, 0xda | 0xd9) {
            break;
        }
        let Some([high, low]) = bytes.get(at + 2..at + 4) else { break };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some(segment) = bytes.get(at + 4..at + 2 + length.max(2)) else { break };
        match marker {
            0xe1 if segment.starts_with(b"Exif\0\0") => exif(name, &segment[6..], out),
            0xe1 | 0xed | 0xfe => text(name, segment, out),
            _ => {}
        }
        at += 2 + length.max(2);
    }
}

/// Reads the metadata of a PNG file (W3C PNG, third edition, section 11.3).
pub(super) fn png(name: &str, bytes: &[u8], budget: &mut Budget, out: &mut Attachment) {
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(data) = at.checked_add(8 + length).and_then(|end| bytes.get(at + 8..end)) else { break };
        match &head[4..8] {
            b"eXIf" => exif(name, data, out),
            b"tEXt" => text(name, data, out),
            b"zTXt" | b"iTXt" => packed(name, data, budget, out),
            b"IEND" => break,
            _ => {}
        }
        at += 12 + length;
    }
}

/// The text of a chunk that may be packed: what unpacks is text, what doesn't was text already.
fn packed(name: &str, data: &[u8], budget: &mut Budget, out: &mut Attachment) {
    text(name, data, out);
    let starts = data.iter().enumerate().filter(|(_, byte)| **byte == 0).map(|(at, _)| at + 1).take(6);
    for start in starts {
        for skipped in 0..2 {
            if let Some(zlib) = data.get(start + skipped..).filter(|rest| rest.first() == Some(&0x78)) {
                match budget.inflate_zlib(zlib) {
                    Ok(plain) => text(name, &plain, out),
                    Err(_) => out.cannot(name, "a text in it can't be unpacked"),
                }
                return;
            }
        }
    }
}

fn text(name: &str, bytes: &[u8], out: &mut Attachment) {
    let text = super::decode(bytes);
    // XMP (ISO 16684-1) names the place in words.
    if let Some(at) = text.find("GPSLatitude").or_else(|| text.find("GPSLongitude"))
        && text[at..].chars().take(60).any(|character| character.is_ascii_digit())
    {
        out.locate(name);
    }
    out.parts.push(Part { name: name.to_owned(), text, form: Form::Markup });
}

/// Looks for a place in Exif data, which is a TIFF file: the entry 0x8825 of a directory leads to one of places.
fn exif(name: &str, tiff: &[u8], out: &mut Attachment) {
    const GPS: usize = 0x8825;
    const LATITUDE: usize = 2;
    const LONGITUDE: usize = 4;
    let little = tiff.starts_with(b"II");
    let number = |at: usize, length: usize| -> Option<usize> {
        let bytes = tiff.get(at..at.checked_add(length)?)?;
        let add = |value: usize, byte: &u8| value << 8 | usize::from(*byte);
        Some(if little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) })
    };
    let entries = |at: usize| -> Vec<(usize, usize)> {
        let count = number(at, 2).unwrap_or_default();
        (0..count.min(1000)).filter_map(|index| Some((number(at + 2 + 12 * index, 2)?, at + 2 + 12 * index))).collect()
    };
    let Some(first) = number(4, 4) else { return };
    for (tag, at) in entries(first) {
        let Some(directory) = number(at + 8, 4).filter(|_| tag == GPS) else { continue };
        if entries(directory).iter().any(|(tag, _)| matches!(*tag, LATITUDE | LONGITUDE)) {
            out.locate(name);
        }
    }
    // Names of owners and descriptions are plain text in it.
    let readable = |byte: &u8| if matches!(byte, b' '..=b'~' | 0xa0..) { char::from(*byte) } else { '\u{1e}' };
    let text = tiff.iter().map(readable).collect();
    out.parts.push(Part { name: name.to_owned(), text, form: Form::Plain });
}
