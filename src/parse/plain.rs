//! Sections of plain text, taken apart without a tree.
//!
//! Nearly all that stands in minutes is paragraphs and lists of short entries, in which no character has any other meaning than
//! itself. A tree of those says no more than their lines do, and making it was a quarter of the time of a build. [`read`] takes
//! what it is sure of, hands on the blocks that are more, such as links, and leaves a section to the parser altogether where
//! blocks may hang together; a property in `section` holds that all of it comes to the same.

use super::Settings;
use super::html::{self, Alignment, Ink};
use crate::model::any;
use std::ops::Range;

/// A section.
pub(super) struct Plain<'a> {
    /// The text of the level-three heading it begins with; empty where there is none.
    pub heading: &'a str,
    /// What stands under it.
    pub blocks: Vec<Block<'a>>,
}

/// A part of a section that hangs together with no other.
pub(super) enum Block<'a> {
    /// Nothing but text.
    Text(Text<'a>),
    /// Markdown, by its place in the section.
    Marked(Range<usize>),
}

/// A block of text.
pub(super) enum Text<'a> {
    /// Lines of it.
    Paragraph(Vec<Line<'a>>),
    /// Entries of one line each.
    List(List, Vec<Line<'a>>),
    /// A table whose rows all have as many cells.
    Table(Table<'a>),
}

/// A table of text.
pub(super) struct Table<'a> {
    /// How the cells of each column are aligned.
    columns: Vec<Alignment>,
    /// The cells, row by row, those of the heading first.
    cells: Vec<Line<'a>>,
}

/// A line of text, and its place in the section.
pub(super) type Line<'a> = (usize, &'a str);

/// What sets lists apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// Entries begin with a hyphen.
    Bullet,
    /// Entries begin with a number, the first with this one.
    Ordered { start: u32, sign: u8 },
}

/// Reads a section of a text in which nothing reaches over a blank line but lists and what is indented. It may begin with a
/// heading. `None` where it takes the parser to tell its blocks apart.
pub(super) fn read<'a>(text: &'a str, settings: &Settings) -> Option<Plain<'a>> {
    let mut plain = Plain { heading: "", blocks: Vec::new() };
    let (mut at, has_marks) = (0, !is_text(text));
    if let Some(rest) = text.strip_prefix("### ") {
        let line = &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())];
        plain.heading = Some(line).filter(|heading| is_heading(heading, settings))?;
        at = text.len() - rest.len() + line.len();
    }
    let mut run: Vec<Line<'a>> = Vec::new();
    let ends = memchr::memchr_iter(b'\n', &text.as_bytes()[at..]).map(|end| at + end);
    let mut start = at;
    for end in ends.chain([text.len()]) {
        let line = &text[start..end];
        let is_blank = line.bytes().all(|byte| byte == b' ');
        if !is_blank {
            run.push((start, line));
        }
        if (is_blank || end == text.len()) && !run.is_empty() {
            let block = block(text, &run, has_marks)?;
            if may_list(run[0].1) && plain.blocks.last().is_some_and(|before| before.may_go_on(text)) {
                return None;
            }
            plain.blocks.push(block);
            run.clear();
        }
        start = end + 1;
    }
    Some(plain)
}

/// Reads lines that no blank one parts; `None` where they may hang together with others, or hold a heading.
fn block<'a>(text: &str, run: &[Line<'a>], has_marks: bool) -> Option<Block<'a>> {
    let (begin, first) = run[0];
    // What is indented may belong to the list before. And the parser leaves a byte order mark out at the beginning of what it is
    // given.
    if first.starts_with([' ', '\u{feff}']) {
        return None;
    }
    if first.starts_with('|')
        && let Some(table) = table(run)
    {
        return Some(Block::Text(Text::Table(table)));
    }
    match plainly(run) {
        Some(text) if !has_marks || run.iter().all(|(_, line)| is_text(line)) => Some(Block::Text(text)),
        _ if run.iter().any(|(_, line)| may_head(line)) => None,
        // With the end of its last line: a number alone is an entry only before one.
        _ => {
            let end = run.last().map_or(begin, |(start, line)| start + line.len());
            Some(Block::Marked(begin..text.len().min(end + 1)))
        }
    }
}

/// Reads lines in which every character is text; `None` where the beginning or end of one may be more.
fn plainly<'a>(run: &[Line<'a>]) -> Option<Text<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::with_capacity(run.len());
    let mut list = None;
    for (start, line) in run {
        if line.ends_with(' ') {
            return None;
        }
        let (marker, content) = marker(line).map_or((None, *line), |(marker, content)| (Some(marker), content));
        let is_first = lines.is_empty();
        match (list, marker) {
            (_, first) if is_first => list = first,
            (None, None) => {}
            (Some(list), Some(marker)) if marker.is_of(list) => {}
            // A list in a paragraph, or a second list, or text that goes on under an entry.
            _ => return None,
        }
        if !is_start(content) || marker.is_some() && self::marker(content).is_some() {
            return None;
        }
        lines.push((start + line.len() - content.len(), content));
    }
    Some(match list {
        Some(list) => Text::List(list, lines),
        None => Text::Paragraph(lines),
    })
}

/// Reads lines that are rows of cells, of which none is missing (GitHub Flavored Markdown 0.29, 4.10).
fn table<'a>(run: &[Line<'a>]) -> Option<Table<'a>> {
    let mut table = Table { columns: Vec::new(), cells: Vec::new() };
    for (row, (start, line)) in run.iter().enumerate() {
        let mut at = start + 1;
        let before = table.cells.len();
        for cell in line.strip_prefix('|')?.strip_suffix('|')?.split('|') {
            let content = cell.trim_start_matches(' ');
            let line = (at + cell.len() - content.len(), content.trim_end_matches(' '));
            at += cell.len() + 1;
            match row {
                1 => table.columns.push(Alignment::of(line.1)?),
                _ if is_text(line.1) => table.cells.push(line),
                _ => return None,
            }
        }
        let width = if row == 1 { before } else { table.cells.len() - before };
        if row > 0 && width != table.columns.len() {
            return None;
        }
    }
    (!table.columns.is_empty()).then_some(table)
}

impl Alignment {
    /// What a cell of the row under the heading says.
    fn of(cell: &str) -> Option<Alignment> {
        let (start, rest) = cell.strip_prefix(':').map_or((false, cell), |rest| (true, rest));
        let (end, rest) = rest.strip_suffix(':').map_or((false, rest), |rest| (true, rest));
        let is_line = !rest.is_empty() && rest.bytes().all(|byte| byte == b'-');
        is_line.then_some(match (start, end) {
            (true, true) => Alignment::Center,
            (false, true) => Alignment::Right,
            (_, false) => Alignment::Start,
        })
    }
}

/// Whether no character of a text can be a mark of Markdown where it stands in a line. Signs that stand beside marks in the
/// table of characters are taken for marks too: comparing ranges is a few instructions for sixteen bytes.
fn is_text(text: &str) -> bool {
    let may_mark = |byte: u8| {
        (byte.wrapping_sub(b'[') < 6)
            | (byte.wrapping_sub(b'|') < 3)
            | (byte.wrapping_sub(b'<') < 3)
            | (byte == b'*')
            | ((byte < b' ') & (byte != b'\n'))
    };
    if any(text.as_bytes(), may_mark) {
        return false;
    }
    // No name of an entity begins with a space.
    memchr::memchr_iter(b'&', text.as_bytes()).all(|at| text[at + 1..].starts_with(' '))
}

/// Whether a heading is its text and nothing more.
fn is_heading(heading: &str, settings: &Settings) -> bool {
    is_text(heading)
        && !heading.starts_with(char::is_whitespace)
        && !heading.ends_with(char::is_whitespace)
        && !heading.is_empty()
        && !heading.contains('#')
        && settings.cases.pattern.find(heading).next().is_none()
}

/// Whether a line may be a heading or the underline of one, or holds nothing but signs.
fn may_head(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.trim_end().bytes().all(|byte| matches!(byte, b'=' | b'-' | b'*' | b'_' | b' '))
}

/// Whether a text begins like one: with a letter, a digit, or a sign that opens nothing.
fn is_start(text: &str) -> bool {
    let opens_nothing =
        |first: char| first.is_ascii_alphanumeric() || matches!(first, '"' | '\'' | '(') || !first.is_ascii();
    text.starts_with(opens_nothing)
}

/// What marks an entry (CommonMark 0.31, 5.2) with one blank behind it, and what follows.
fn marker(line: &str) -> Option<(List, &str)> {
    if let Some(content) = line.strip_prefix("- ") {
        return Some((List::Bullet, content));
    }
    let digits = line.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let sign = *line.as_bytes().get(digits).filter(|sign| matches!(sign, b'.' | b')'))?;
    let start = (1..10).contains(&digits).then(|| line[..digits].parse().ok())??;
    let content = match line[digits + 1..].strip_prefix(' ') {
        Some(content) => content,
        None if line.len() == digits + 1 => "",
        None => return None,
    };
    Some((List::Ordered { start, sign }, content))
}

/// Whether a line may begin an entry of any list.
fn may_list(line: &str) -> bool {
    let line = line.trim_start();
    let number = line.trim_start_matches(|digit: char| digit.is_ascii_digit());
    line.starts_with(['-', '+', '*']) || number.len() < line.len() && number.starts_with(['.', ')'])
}

impl List {
    /// Whether an entry with this marker can stand in a list.
    fn is_of(self, list: List) -> bool {
        match (self, list) {
            (List::Bullet, List::Bullet) => true,
            (List::Ordered { sign, .. }, List::Ordered { sign: other, .. }) => sign == other,
            _ => false,
        }
    }
}

impl Block<'_> {
    /// Whether it may end in a list, which a list after a blank line would go on with.
    fn may_go_on(&self, text: &str) -> bool {
        match self {
            Block::Text(text) => matches!(text, Text::List(..)),
            Block::Marked(place) => text[place.clone()].lines().any(may_list),
        }
    }
}

/// Writes a block of text as the parser's writer does; its section begins at `start` in the source.
pub(super) fn write(text: &Text<'_>, start: usize, ink: &mut Ink<'_>) {
    let mut html = ink.sheet.take();
    match text {
        Text::Paragraph(lines) => {
            html.push_str("<p>");
            for (index, (at, line)) in lines.iter().enumerate() {
                html.push_str(if index > 0 { "\n" } else { "" });
                ink.text(line, start + at, &mut html);
            }
            html.push_str("</p>\n");
        }
        Text::List(list, lines) => {
            match list {
                List::Bullet => html.push_str("<ul>\n"),
                List::Ordered { start: 1, .. } => html.push_str("<ol>\n"),
                List::Ordered { start, .. } => html.push_str(&format!("<ol start=\"{start}\">\n")),
            }
            for (at, line) in lines {
                html.push_str("<li>");
                ink.text(line, start + at, &mut html);
                html.push_str("</li>\n");
            }
            html.push_str(if *list == List::Bullet { "</ul>\n" } else { "</ol>\n" });
        }
        Text::Table(table) => write_table(table, start, ink, &mut html),
    }
    ink.sheet.give_back(html);
}

fn write_table(table: &Table<'_>, start: usize, ink: &mut Ink<'_>, html: &mut String) {
    html.push_str(&ink.table_start());
    html.push_str("<table>\n<thead>\n");
    for (row, cells) in table.cells.chunks(table.columns.len()).enumerate() {
        html.push_str(if row == 1 { "<tbody>\n<tr>\n" } else { "<tr>\n" });
        for ((at, cell), alignment) in cells.iter().zip(&table.columns) {
            let (before, after) = html::cell_tags(row == 0 && !cell.is_empty());
            for part in [before, alignment.attribute(), ">"] {
                html.push_str(part);
            }
            ink.text(cell, start + at, html);
            html.push_str(after);
        }
        html.push_str(if row == 0 { "</tr>\n</thead>\n" } else { "</tr>\n" });
    }
    let has_rows = table.cells.len() > table.columns.len();
    html.push_str(if has_rows { "</tbody>\n</table>\n" } else { "</table>\n" });
    html.push_str(html::TABLE_END);
}

/// The lines of a paragraph as one.
pub(super) fn joined(lines: &[Line<'_>]) -> String {
    lines.iter().map(|(_, line)| *line).collect::<Vec<_>>().join(" ")
}

/// The entries of lists, where there is nothing else.
pub(super) fn entries<'a>(blocks: &[Block<'a>]) -> Option<Vec<&'a str>> {
    let mut out = Vec::new();
    for block in blocks {
        let Block::Text(Text::List(_, lines)) = block else { return None };
        out.extend(lines.iter().map(|(_, line)| *line));
    }
    Some(out)
}
