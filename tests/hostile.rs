//! Content that means harm: scripts in every place content can reach, paths that lead out, and files that are small and want
//! to be large. The strings are data (`tests/hostile`), one a line; `\n`, `\xNN` and `\u{…}` are characters.

mod bombs;
mod paths;
mod requests;
mod scripts;

use crate::program::project;
use std::fs;

/// The strings of a file.
fn strings(name: &str) -> Vec<String> {
    fs::read_to_string(project().join("tests/hostile").join(name)).unwrap().lines().map(decoded).collect()
}

fn decoded(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let (character, left) = match after.chars().next() {
            Some('n') => ('\n', &after[1..]),
            Some('\\') => ('\\', &after[1..]),
            Some('x') => (code(&after[1..3]), &after[3..]),
            Some('u') if after.starts_with("u{") => {
                let (digits, left) = after[2..].split_once('}').unwrap();
                (code(digits), left)
            }
            _ => ('\\', after),
        };
        out.push(character);
        rest = left;
    }
    out + rest
}

fn code(digits: &str) -> char {
    char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap()
}
