//! The filters of streams (ISO 32000-2, section 7.4) that hold anything but pictures.

use super::object::{Dict, Value, hex};
use crate::attachment::budget::{Budget, Refused};

/// Why a stream gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It is a picture.
    Picture,
    /// It is encrypted on its own.
    Encrypted,
    /// It gives too much.
    TooLarge,
    /// It can't be read.
    Damaged,
}

/// Unpacks a stream.
pub(super) fn decoded(dict: &Dict, raw: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Failure> {
    let of = |keys: [&str; 2]| keys.iter().find_map(|key| dict.get(key));
    let list = |value: Option<&Value>| match value {
        Some(Value::List(list)) => list.clone(),
        Some(value) => vec![value.clone()],
        None => Vec::new(),
    };
    let (filters, parameters) = (list(of(["Filter", "F"])), list(of(["DecodeParms", "DP"])));
    // A chain of filters is for mail of the nineties; a long one is a bomb.
    if filters.len() > 4 {
        return Err(Failure::TooLarge);
    }
    let mut data = raw.to_vec();
    for (index, filter) in filters.iter().enumerate() {
        let parameters = parameters.get(index).and_then(Value::dict);
        data = match filter.name().unwrap_or_default() {
            "FlateDecode" | "Fl" => predicted(budget.inflate_zlib(&data).map_err(refused)?, parameters),
            "LZWDecode" | "LZW" => predicted(lzw(&data, parameters, budget)?, parameters),
            "ASCII85Decode" | "A85" => ascii85(&data),
            "ASCIIHexDecode" | "AHx" => hex(data.split(|byte| *byte == b'>').next().unwrap_or_default()),
            "RunLengthDecode" | "RL" => run_length(&data, budget)?,
            "DCTDecode" | "DCT" | "JPXDecode" | "CCITTFaxDecode" | "CCF" | "JBIG2Decode" => {
                return Err(Failure::Picture);
            }
            "Crypt" => return Err(Failure::Encrypted),
            _ => return Err(Failure::Damaged),
        };
    }
    Ok(data)
}

fn refused(reason: Refused) -> Failure {
    match reason {
        Refused::Damaged => Failure::Damaged,
        Refused::TooLarge => Failure::TooLarge,
    }
}

/// Undoes the prediction of rows (section 7.4.4.4). Streams of objects and of cross references use it.
fn predicted(data: Vec<u8>, parameters: Option<&Dict>) -> Vec<u8> {
    let number = |key: &str, usual: usize| parameters.and_then(|dict| dict.get(key)?.size()).unwrap_or(usual);
    if number("Predictor", 1) < 10 {
        return data;
    }
    let bits = number("Colors", 1).clamp(1, 32) * number("BitsPerComponent", 8).clamp(1, 16);
    let (pixel, row) = (bits.div_ceil(8), (bits * number("Columns", 1).clamp(1, 1 << 20)).div_ceil(8));
    // A row that is said to be longer than all there is ends with it.
    let row = row.min(data.len());
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0; row];
    for chunk in data.chunks(row + 1) {
        let mut line = chunk[1..].to_vec();
        line.resize(row, 0);
        for at in 0..row {
            let left = if at >= pixel { line[at - pixel] } else { 0 };
            let (up, corner) = (above[at], if at >= pixel { above[at - pixel] } else { 0 });
            let add = match chunk[0] {
                1 => left,
                2 => up,
                3 => u8::try_from((u16::from(left) + u16::from(up)) / 2).unwrap_or_default(),
                4 => paeth(left, up, corner),
                _ => 0,
            };
            line[at] = line[at].wrapping_add(add);
        }
        out.extend_from_slice(&line);
        above = line;
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let far = |value: u8| (guess - i16::from(value)).abs();
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}

fn lzw(data: &[u8], parameters: Option<&Dict>, budget: &mut Budget) -> Result<Vec<u8>, Failure> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let early = parameters.and_then(|dict| dict.get("EarlyChange")?.size()).unwrap_or(1);
    // Each entry is the place of what it stands for in the output.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut out: Vec<u8> = Vec::new();
    let (mut bits, mut held, mut width) = (0u32, 0, 9);
    let mut last: Option<(usize, usize)> = None;
    for byte in data {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = (bits >> held) as usize & ((1 << width) - 1);
        bits &= (1 << held) - 1;
        match code {
            CLEAR => {
                table.clear();
                (width, last) = (9, None);
                continue;
            }
            END => break,
            _ => {}
        }
        let start = out.len();
        match code {
            0..CLEAR => out.push(u8::try_from(code).unwrap_or_default()),
            _ => {
                let Some((from, length)) =
                    table.get(code - 258).copied().or(last.map(|(from, length)| (from, length + 1)))
                else {
                    return Err(Failure::Damaged);
                };
                budget.spend(length).map_err(refused)?;
                for at in from..from + length {
                    out.push(out.get(at).copied().unwrap_or_default());
                }
            }
        }
        if let Some((from, length)) = last.filter(|_| table.len() < 4096 - 258) {
            table.push((from, length + 1));
        }
        last = Some((start, out.len() - start));
        width = match table.len() + 258 + early {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
        if out.len() > 50 * 1024 * 1024 {
            return Err(Failure::TooLarge);
        }
    }
    Ok(out)
}

fn ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut group: Vec<u32> = Vec::with_capacity(5);
    for byte in data {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => {}
        }
        if group.len() == 5 {
            ascii85_group(&group, 4, &mut out);
            group.clear();
        }
    }
    if group.len() > 1 {
        let bytes = group.len() - 1;
        group.resize(5, 84);
        ascii85_group(&group, bytes, &mut out);
    }
    out
}

fn ascii85_group(group: &[u32], bytes: usize, out: &mut Vec<u8>) {
    let value = group.iter().fold(0u32, |value, digit| value.wrapping_mul(85).wrapping_add(*digit));
    out.extend_from_slice(&value.to_be_bytes()[..bytes]);
}

fn run_length(data: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(length) = data.get(at).map(|byte| usize::from(*byte)) {
        match length {
            128 => break,
            0..128 => {
                let end = data.len().min(at + 2 + length);
                out.extend_from_slice(&data[at + 1..end]);
                at = end;
            }
            _ => {
                let Some(byte) = data.get(at + 1) else { break };
                budget.spend(257 - length).map_err(refused)?;
                out.extend(std::iter::repeat_n(*byte, 257 - length));
                at += 2;
            }
        }
    }
    Ok(out)
}
