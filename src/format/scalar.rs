//! Values in YAML 1.2, plain where that is safe and in double quotes elsewhere.

/// A value that is read back as this text.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// A key of a map: whole numbers stay as they are, as people write them.
pub(super) fn key(text: &str) -> String {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.to_owned() } else { quoted(text) }
}

/// Whether a text means itself without quotes (YAML 1.2.2, 7.3.3), with room to spare: words that some reader takes for
/// another type, and everything that could be a number or a date, are quoted.
fn is_plain(text: &str) -> bool {
    const OTHER_TYPES: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan"];
    let harmless = |character: char| {
        character.is_alphanumeric() || matches!(character, ' ' | '-' | '.' | ',' | '/' | '(' | ')' | '\'' | '&')
    };
    text.starts_with(char::is_alphabetic)
        && !text.ends_with([' ', ','])
        && text.chars().all(harmless)
        && !OTHER_TYPES.contains(&text.to_lowercase().as_str())
}

/// A double-quoted scalar (YAML 1.2.2, 7.3.1); it holds any text on one line.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // What is not printable to YAML (5.1), and what it takes for a line break.
            character
                if character.is_control()
                    || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') =>
            {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            character => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for (text, expected) in [
            ("Mødelokale B105", "Mødelokale B105"),
            ("Sal 1, 2. etage", "Sal 1, 2. etage"),
            ("no", "\"no\""),
            ("12", "\"12\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("\"x\" \\", "\"\\\"x\\\" \\\\\""),
            ("", "\"\""),
            ("a\u{85}b", "\"a\\u0085b\""),
        ] {
            assert_eq!(scalar(text), expected, "{text}");
        }
        assert_eq!((key("3"), key("3b")), ("3".to_owned(), "\"3b\"".to_owned()));
    }
}
