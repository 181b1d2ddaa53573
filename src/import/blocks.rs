//! Lines of text to blocks of Markdown: paragraphs, lists, headings, tables.
//!
//! Every word of the lines comes out again. Only what certainly is a list or a table becomes one; the rest is text, with the
//! line breaks that seem to be meant.

use super::Reading;
use super::inline::Dialect;
use super::lines::{Line, Mark};
use super::tables::{self, Found, Table};
use crate::diag::Code;
use crate::format::markdown::{block_start, heading};
use crate::language::{ClosedTitle, minutes};

/// The blocks of some lines.
pub(super) fn blocks(lines: &[Line<'_>], reading: &mut Reading<'_>) -> String {
    let mut out = Blocks::default();
    let mut at = 0;
    while at < lines.len() {
        at += block(&lines[at..], &mut out, reading).max(1);
    }
    out.finish(reading);
    out.text.join("\n\n")
}

/// What was written so far, and the paragraph that may go on.
#[derive(Default)]
struct Blocks {
    text: Vec<String>,
    /// The document's text of an open paragraph, hard breaks as line feeds.
    paragraph: String,
    /// Where it begins.
    span: crate::source::Span,
    /// The number of the last item of an ordered list, which another list may go on from.
    last_number: u32,
    /// The mark of the last ordered list when nothing but blank lines came since.
    last_mark: Option<char>,
}

impl Blocks {
    fn finish(&mut self, reading: &mut Reading<'_>) {
        if !self.paragraph.is_empty() {
            let text = reading.paragraph(&std::mem::take(&mut self.paragraph), self.span);
            self.push(text);
        }
    }

    fn push(&mut self, text: String) {
        if !text.trim().is_empty() {
            self.text.push(text.trim_end().to_owned());
            self.last_mark = None;
        }
    }
}

/// Reads the block that begins at the first line; gives how many lines it takes.
fn block(lines: &[Line<'_>], out: &mut Blocks, reading: &mut Reading<'_>) -> usize {
    let first = &lines[0];
    if first.is_blank() {
        return 1;
    }
    if let Some(length) =
        table(lines, out, reading).or_else(|| fence(lines, out, reading)).or_else(|| quote(lines, out, reading))
    {
        return length;
    }
    if is_rule(first.text()) {
        out.finish(reading);
        out.push("---".to_owned());
        return 1;
    }
    if is_heading(lines) {
        out.finish(reading);
        let text = heading(&first.plain);
        // A line such as "Lukkede punkter" between two items would be an error as a heading of the first; as text it stays.
        let is_open = reading.settings.language.closed_title(&first.plain) == ClosedTitle::Open;
        out.push(if is_open { format!("#### {text}") } else { format!("**{text}**") });
        return 1;
    }
    if let Some(length) = list(lines, out, reading) {
        return length;
    }
    paragraph(lines, out, reading)
}

/// A line of nothing but dashes, as a page of text draws a line.
fn is_rule(text: &str) -> bool {
    let of = |mark: char| text.chars().all(|character| character == mark);
    text.len() >= 3 && (of('-') || of('=') || of('*'))
}

/// Marked as a heading, or bold and alone. A bold sentence is a paragraph.
fn is_heading(lines: &[Line<'_>]) -> bool {
    let line = &lines[0];
    match line.mark {
        Mark::Heading => !line.plain.is_empty(),
        Mark::Bold => !line.plain.ends_with(['.', ',', ';']) && line.plain.len() <= 160,
        Mark::None => false,
    }
}

// Tables

fn table(lines: &[Line<'_>], out: &mut Blocks, reading: &mut Reading<'_>) -> Option<usize> {
    if let Some((table, length)) = tables::piped(lines) {
        write_table(&table, lines, out, reading);
        return Some(length);
    }
    match tables::tabbed(lines)? {
        Found::Table(table, length) => {
            write_table(&table, lines, out, reading);
            Some(length)
        }
        Found::Caption(text) => {
            out.finish(reading);
            let text = reading.paragraph(&text, lines[0].span);
            out.push(text);
            Some(1)
        }
        Found::Unclear(length, why) => {
            if !why.is_empty() {
                reading.report(Code::ImportTable, lines[0].span, &[&why]);
            }
            out.finish(reading);
            let rows: Vec<String> =
                lines[..length].iter().filter(|line| !line.is_blank()).map(|line| spaced(line.text())).collect();
            let text = reading.paragraph(&rows.join("\n"), lines[0].span);
            out.push(text);
            Some(length)
        }
    }
}

/// A line with tabs as text: a wide space where each tab was.
fn spaced(text: &str) -> String {
    text.split('\t').map(str::trim).collect::<Vec<_>>().join("\u{2003}")
}

fn write_table(table: &Table, lines: &[Line<'_>], out: &mut Blocks, reading: &mut Reading<'_>) {
    out.finish(reading);
    let span = lines[0].span;
    if let Some(caption) = &table.caption {
        let text = reading.paragraph(caption, span);
        out.push(text);
    }
    let mut cells = |cells: &Vec<String>| -> Vec<String> {
        cells.iter().map(|cell| reading.inline(&tables::without_tags(cell), span)).collect()
    };
    let header = cells(&table.header);
    let rows = table.rows.iter().map(cells).collect();
    out.push(tables::markdown(&Table { caption: None, header, rows }));
}

// Markdown's own blocks

/// A fenced block of code. It is indented by a space, so that no line of it begins an item.
fn fence(lines: &[Line<'_>], out: &mut Blocks, reading: &mut Reading<'_>) -> Option<usize> {
    if reading.dialect != Dialect::Markdown {
        return None;
    }
    let mark = ["```", "~~~"].into_iter().find(|mark| lines[0].text().starts_with(mark))?;
    let length = lines[1..]
        .iter()
        .position(|line| line.text().starts_with(mark) && line.text().trim_matches(['`', '~']).is_empty())?
        + 2;
    out.finish(reading);
    let code: Vec<String> = lines[1..length - 1].iter().map(Line::code).collect();
    let longest = code.iter().flat_map(|line| line.split(|mark| mark != '`')).map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    let body: String = code.iter().map(|line| format!(" {line}\n")).collect();
    out.push(format!(" {fence}\n{body} {fence}"));
    Some(length)
}

fn quote(lines: &[Line<'_>], out: &mut Blocks, reading: &mut Reading<'_>) -> Option<usize> {
    let quoted = |line: &Line<'_>| line.text().strip_prefix('>').map(|rest| rest.trim().to_owned());
    if reading.dialect != Dialect::Markdown {
        return None;
    }
    quoted(&lines[0])?;
    let inner: Vec<String> = lines.iter().map_while(quoted).collect();
    out.finish(reading);
    let text: Vec<String> = inner
        .iter()
        .map(
            |line| {
                if line.is_empty() { ">".to_owned() } else { format!("> {}", reading.paragraph(line, lines[0].span)) }
            },
        )
        .collect();
    out.push(text.join("\n"));
    Some(inner.len())
}

// Lists

/// The mark of an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bullet {
    Plain,
    Number(u32, char),
}

/// The mark at the start of a line and the text after it.
pub(super) fn bullet(text: &str) -> Option<(Bullet, &str)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    let rest = characters.as_str();
    let spaced = rest.starts_with([' ', '\t', '\u{a0}']);
    let glued = matches!(first, '-' | '–' | '•' | '·') && rest.starts_with(char::is_alphabetic);
    if matches!(first, '-' | '*' | '+' | '•' | '·' | '–' | '▪' | '●' | '\u{f0b7}') && (spaced || glued) {
        let rest = rest.trim();
        // "- 1) …" is an ordered list in a bullet's clothes.
        return match number(rest) {
            Some((number, ')', inner)) => Some((Bullet::Number(number, ')'), inner)),
            _ => (!rest.is_empty()).then_some((Bullet::Plain, rest)),
        };
    }
    number(text).map(|(number, mark, rest)| (Bullet::Number(number, mark), rest))
}

fn number(text: &str) -> Option<(u32, char, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 3 {
        return None;
    }
    let mark = text[digits..].chars().next().filter(|mark| matches!(mark, '.' | ')'))?;
    let rest = &text[digits + 1..];
    let number = text[..digits].parse().ok().filter(|number| *number > 0 && !text.starts_with('0'))?;
    (rest.starts_with([' ', '\t', '\u{a0}']) && !rest.trim().is_empty()).then_some((number, mark, rest.trim()))
}

/// An item with the lines that belong to it.
struct Item {
    bullet: Bullet,
    level: usize,
    text: String,
    span: crate::source::Span,
    /// Paragraphs below the first.
    more: Vec<String>,
}

fn list(lines: &[Line<'_>], out: &mut Blocks, reading: &mut Reading<'_>) -> Option<usize> {
    let (first, _) = bullet(lines[0].text())?;
    if let Bullet::Number(number, _) = first
        && !begins(number, lines, out)
    {
        return None;
    }
    let (items, length) = items(lines, reading.dialect);
    // A lone dash may begin a remark within a paragraph of text; with a number above it is a list that goes on.
    out.finish(reading);
    write_list(&items, out, reading);
    Some(length)
}

/// Whether a number begins a list: one, the next after the last list's, or followed by its own next. Days in a list of
/// dates (`11. juni`) and numbers that come alone don't.
fn begins(number: u32, lines: &[Line<'_>], out: &Blocks) -> bool {
    if minutes::begins_with_day(lines[0].text()) {
        return false;
    }
    let next = lines[1..].iter().filter(|line| !line.is_blank()).take(8).find_map(|line| match bullet(line.text()) {
        Some((Bullet::Number(next, _), _)) => Some(next),
        _ => None,
    });
    number == 1 || number == out.last_number + 1 || next == number.checked_add(1)
}

fn items(lines: &[Line<'_>], dialect: Dialect) -> (Vec<Item>, usize) {
    let mut items: Vec<Item> = Vec::new();
    // The indentation of the open levels, and the last number in each.
    let mut levels: Vec<(usize, Option<u32>)> = Vec::new();
    let mut length = 0;
    let mut blank = false;
    for (at, line) in lines.iter().enumerate() {
        if line.is_blank() {
            blank = true;
            continue;
        }
        if at > 0 && (line.is_marked() || tables::is_tabbed(line)) {
            break;
        }
        match bullet(line.text()) {
            Some((bullet, text)) if fits(bullet, line, &mut levels) => {
                let level = levels.len() - 1;
                items.push(Item { bullet, level, text: text.to_owned(), span: line.span, more: Vec::new() });
            }
            // A number that doesn't go on from the last begins another list, or none; a mark never goes on with a text.
            Some(_) => break,
            None => {
                let Some(item) = items.last_mut() else { break };
                if !goes_on(item, line, &lines[at - 1], blank, dialect, &levels) {
                    break;
                }
                if blank {
                    item.more.push(line.text().to_owned());
                } else {
                    let part = item.more.last_mut().unwrap_or(&mut item.text);
                    part.push(if lines[at - 1].hard { '\n' } else { ' ' });
                    part.push_str(line.text());
                }
            }
        }
        blank = false;
        length = at + 1;
    }
    (items, length)
}

/// Finds the level of an item by its indentation; a number must be the next of its level.
fn fits(bullet: Bullet, line: &Line<'_>, levels: &mut Vec<(usize, Option<u32>)>) -> bool {
    const DEEPEST: usize = 6;
    let mut kept = levels.len();
    while kept > 1 && levels[kept - 1].0 > line.indent {
        kept -= 1;
    }
    let number = match bullet {
        Bullet::Plain => None,
        Bullet::Number(number, _) => Some(number),
    };
    let deeper = kept > 0 && line.indent > levels[kept - 1].0 && kept < DEEPEST;
    if kept == 0 || deeper {
        // A list inside another begins with one, or it is no list.
        if kept > 0 && number.is_some_and(|number| number != 1) {
            return false;
        }
        levels.truncate(kept);
        levels.push((line.indent, number));
        return true;
    }
    let last = levels[kept - 1].1;
    let next = match (last, number) {
        (_, None) => last.is_none(),
        (last, Some(number)) => last.is_some_and(|last| last.checked_add(1) == Some(number)),
    };
    if next && !(number.is_some() && minutes::begins_with_day(line.text())) {
        levels.truncate(kept);
        levels[kept - 1].1 = number;
        return true;
    }
    false
}

/// Whether a line without a mark belongs to the item above it.
fn goes_on(
    item: &Item,
    line: &Line<'_>,
    above: &Line<'_>,
    blank: bool,
    dialect: Dialect,
    levels: &[(usize, Option<u32>)],
) -> bool {
    let indented = line.indent > levels.last().map_or(0, |level| level.0);
    if blank {
        return indented && line.indent >= 2;
    }
    let last = item.more.last().unwrap_or(&item.text);
    let open = !last.ends_with(['.', '!', '?', ':']);
    let wraps = above.text().chars().count() >= FULL_LINE;
    let sentence = line.text().starts_with(char::is_lowercase) && open;
    indented || dialect == Dialect::Markdown || wraps || sentence || above.hard
}

fn write_list(items: &[Item], out: &mut Blocks, reading: &mut Reading<'_>) {
    let mut text = String::new();
    // The column where the text of each open level begins, as Markdown needs it (CommonMark 5.2).
    let mut columns: Vec<usize> = Vec::new();
    let mut top = out.last_mark;
    let changed = match items.first().map(|item| item.bullet) {
        // Two lists of one mark that follow each other would be one; the other mark parts them.
        Some(Bullet::Number(number, mark)) if top == Some(mark) && number != out.last_number + 1 => {
            Some(if mark == '.' { ')' } else { '.' })
        }
        _ => None,
    };
    for item in items {
        columns.truncate(item.level);
        let indent = columns.last().copied().unwrap_or(0);
        let mark = match item.bullet {
            Bullet::Plain => "- ".to_owned(),
            Bullet::Number(number, mark) => {
                let mark = changed.filter(|_| item.level == 0).unwrap_or(mark);
                if item.level == 0 {
                    out.last_number = number;
                    top = Some(mark);
                }
                format!("{number}{mark} ")
            }
        };
        let column = indent + mark.len();
        columns.push(column);
        let pad = " ".repeat(column);
        let content = reading.paragraph(&item.text, item.span).replace('\n', &format!("\n{pad}"));
        text.push_str(&format!("{}{mark}{content}\n", " ".repeat(indent)));
        for more in &item.more {
            let content = reading.paragraph(more, item.span).replace('\n', &format!("\n{pad}"));
            text.push_str(&format!("\n{pad}{content}\n"));
        }
    }
    out.push(text);
    out.last_mark = top.filter(|_| matches!(items.first().map(|item| item.bullet), Some(Bullet::Number(..))));
}

// Paragraphs

/// From this many characters on, a line was broken because it was full.
const FULL_LINE: usize = 60;

/// A paragraph this long was not broken off by its writer.
const LONG_PARAGRAPH: usize = 40;

fn paragraph(lines: &[Line<'_>], out: &mut Blocks, reading: &mut Reading<'_>) -> usize {
    let mut length = 1;
    while let Some(line) = lines.get(length) {
        if line.is_blank() || line.page || begins_block(&lines[length..], out, reading) {
            break;
        }
        length += 1;
    }
    let text = joined(&lines[..length], reading.dialect);
    if continues(&out.paragraph, &text, lines[0].page) {
        out.paragraph.push(' ');
        out.paragraph.push_str(&text);
        return length;
    }
    out.finish(reading);
    out.paragraph = text;
    out.span = lines[0].span;
    length
}

/// Whether something else than a paragraph begins at the first line. A number or dash within a paragraph begins a list only
/// when it begins one surely.
fn begins_block(lines: &[Line<'_>], out: &Blocks, reading: &Reading<'_>) -> bool {
    let line = &lines[0];
    let list = match bullet(line.text()) {
        Some((Bullet::Plain, _)) => true,
        Some((Bullet::Number(number, _), _)) => begins(number, lines, out),
        None => false,
    };
    let code = reading.dialect == Dialect::Markdown && (line.text().starts_with("```") || line.text().starts_with('>'));
    list || code
        || line.is_marked()
        || is_rule(line.text())
        || tables::is_tabbed(line)
        || tables::piped(lines).is_some()
}

/// The lines of a paragraph as one text, with a line feed where a break seems to be meant.
fn joined(lines: &[Line<'_>], dialect: Dialect) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            text.push(if is_break(&lines[at - 1], line, dialect) { '\n' } else { ' ' });
        }
        text.push_str(line.text());
    }
    text
}

fn is_break(above: &Line<'_>, line: &Line<'_>, dialect: Dialect) -> bool {
    let lettered = line.text().chars().next().is_some_and(char::is_alphanumeric)
        && line.text().chars().nth(1).is_some_and(|mark| matches!(mark, ')' | '.'))
        && line.text().chars().nth(2).is_some_and(char::is_whitespace);
    if above.hard || lettered {
        return true;
    }
    let full = above.text().chars().count() >= FULL_LINE;
    dialect == Dialect::Text && !full && !line.text().starts_with(char::is_lowercase)
}

/// Whether a paragraph goes on with the next: a page break split a sentence.
fn continues(paragraph: &str, next: &str, page: bool) -> bool {
    let open = paragraph.ends_with(|last: char| last.is_alphanumeric() || matches!(last, ',' | '-' | '–'));
    let long = paragraph.chars().nth(LONG_PARAGRAPH).is_some();
    open && next.starts_with(char::is_lowercase) && (long || page)
}

impl Reading<'_> {
    /// A paragraph of the document's text, hard breaks as line feeds, as Markdown.
    pub(super) fn paragraph(&mut self, text: &str, span: crate::source::Span) -> String {
        let inline = self.inline(text.trim(), span);
        let lines: Vec<String> = inline.split('\n').map(block_start).collect();
        lines.join("\n")
    }
}
