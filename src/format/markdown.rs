//! Text written as Markdown that shows the same text (CommonMark 0.31, with the tables and strikethrough of GFM).
//!
//! Only what would be read as markup is escaped: a meeting file is edited by people.

/// A line of text as the content of a heading.
pub fn heading(text: &str) -> String {
    let mut out = inline(&one_line(text));
    // A closing run of `#` falls away (CommonMark 4.2).
    let bare = out.trim_end_matches('#').len();
    if bare < out.len() && (bare == 0 || out[..bare].ends_with([' ', '\t'])) {
        out.insert(bare, '\\');
    }
    out
}

/// A line of text as a paragraph, or a line of one.
pub fn line(text: &str) -> String {
    block_start(&inline(text))
}

/// Text within a line, with everything escaped that could be inline markup.
pub fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = None;
    for (at, character) in text.char_indices() {
        push_text(&mut out, before, character, &text[at + character.len_utf8()..]);
        before = Some(character);
    }
    out
}

/// Writes one character of text between its neighbours.
pub fn push_text(out: &mut String, before: Option<char>, character: char, after: &str) {
    let next = after.chars().next();
    let is_space = |neighbour: Option<char>| neighbour.is_none_or(char::is_whitespace);
    let is_word = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
    let active = match character {
        // Emphasis needs a neighbour that is no space, and `_` inside a word is none.
        '*' => !(is_space(before) && is_space(next)),
        '_' => !((is_space(before) && is_space(next)) || (is_word(before) && is_word(next))),
        '[' | '`' | '~' | '|' => true,
        '<' => next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
        '&' => is_entity(after),
        '\\' => next.is_none_or(|next| next.is_ascii_punctuation() || next == '\n'),
        _ => false,
    };
    if active {
        out.push('\\');
    }
    out.push(character);
}

/// Whether what follows an ampersand makes it an entity (CommonMark 6.2); a guess on the safe side.
fn is_entity(after: &str) -> bool {
    let length = after.bytes().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    length > 0 && after[length..].starts_with(';')
}

/// Escapes what would begin another block at the start of a line that is inline Markdown.
pub fn block_start(line: &str) -> String {
    let line = line.trim_start();
    let Some(first) = line.chars().next() else { return String::new() };
    let after = &line[first.len_utf8()..];
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t', '\n']);
    let active = match first {
        '#' => ends(line.trim_start_matches('#')),
        '>' => true,
        '-' | '+' | '*' => ends(after) || is_rule(line),
        '=' | ':' => is_rule(line),
        '_' => is_rule(line),
        _ => false,
    };
    if active {
        return format!("\\{line}");
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) && line[digits..].starts_with(['.', ')']) && ends(&line[digits + 1..]) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    line.to_owned()
}

/// Whether a line holds nothing but the marks of rules, underlines of headings and delimiters of tables.
fn is_rule(line: &str) -> bool {
    let line = line.split('\n').next().unwrap_or_default();
    line.chars().all(|mark| matches!(mark, '-' | '=' | '_' | '*' | ':' | '|' | ' ' | '\t' | '\\'))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_nothing_else() {
        for (text, expected) in [
            ("# Nej", "\\# Nej"),
            ("#123 er en sag", "#123 er en sag"),
            ("> citat", "\\> citat"),
            ("- ikke en liste", "\\- ikke en liste"),
            ("-5 pct.", "-5 pct."),
            ("11. juni", "11\\. juni"),
            ("1) først", "1\\) først"),
            ("30.-31. august", "30.-31. august"),
            ("2017 - 2021", "2017 - 2021"),
            ("---", "\\---"),
            ("=====", "\\====="),
            ("*a* og 2 * 3", "\\*a\\* og 2 * 3"),
            ("fil_navn_1 og _a_", "fil_navn_1 og \\_a\\_"),
            ("[a](b)", "\\[a](b)"),
            ("<b> og <5 dage", "\\<b> og <5 dage"),
            ("a | b", "a \\| b"),
            ("R&amp;D og R&D", "R\\&amp;D og R&D"),
            ("P:\\sager\\*", "P:\\sager\\\\\\*"),
            ("~~x~~ `y`", "\\~\\~x\\~\\~ \\`y\\`"),
            ("    indrykket", "indrykket"),
        ] {
            assert_eq!(line(text), expected, "{text}");
        }
        assert_eq!(heading("C #"), "C \\#");
        assert_eq!(heading("C#"), "C#");
    }
}
