//! Tables that were flattened to tabs, and those that Markdown draws with pipes.
//!
//! A run of lines with tabs is a table when its rows have the same number of cells, also after cells that were broken over lines
//! are put together. Where the shape stays unclear, nothing is guessed: the lines are handed back as text.

use super::lines::Line;

/// A table, its cells as the document's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// A line above that was padded with tabs.
    pub caption: Option<String>,
    /// The cells of the header; empty ones where the table has none.
    pub header: Vec<String>,
    /// The rows, all of the header's length.
    pub rows: Vec<Vec<String>>,
}

/// What stands at the start of some lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A table, and how many lines it takes.
    Table(Table, usize),
    /// Lines with tabs that are no table, how many, and why.
    Unclear(usize, String),
    /// A line of text padded with tabs.
    Caption(String),
}

/// How many lines without tabs may stand inside a row that was broken over lines.
const LONGEST_GAP: usize = 6;

/// Reads what begins at the first line, when that has tabs between or before its words.
pub(super) fn tabbed(lines: &[Line<'_>]) -> Option<Found> {
    let line = lines.first().filter(|line| is_tabbed(line))?;
    let first = cells(line);
    if filled(&first) == 1 {
        return Some(captioned(lines, &first));
    }
    let (rows, length) = match rows(lines) {
        Ok(found) => found,
        Err((length, why)) => return Some(Found::Unclear(length, why)),
    };
    if rows.len() < 2 {
        let few = rows.first().map_or(0, Vec::len) < 3;
        let why = if few { String::new() } else { "it has a single row".to_owned() };
        return Some(Found::Unclear(length, why));
    }
    Some(Found::Table(with_header(rows), length))
}

/// A line of which only the first cell is filled stands above a table, or alone.
fn captioned(lines: &[Line<'_>], first: &[String]) -> Found {
    let caption = first[0].clone();
    let next = lines[1..].iter().take_while(|line| line.is_blank()).count() + 1;
    // A first row of the table's own width may be one of its rows: "Budgetkrav" and four empty cells.
    match lines.get(next..).and_then(tabbed_rows) {
        Some((rows, length)) if rows.len() > 1 => {
            let table = Table { caption: Some(caption), ..with_header(rows) };
            Found::Table(table, next + length)
        }
        _ => Found::Caption(caption),
    }
}

fn tabbed_rows(lines: &[Line<'_>]) -> Option<Rows> {
    let first = cells(lines.first()?);
    (first.len() > 1 && filled(&first) > 1).then(|| rows(lines).ok()).flatten()
}

/// Whether a line may begin a table: it has tabs, and not only as indentation or after the mark of a list.
pub(super) fn is_tabbed(line: &Line<'_>) -> bool {
    let cells = cells(line);
    cells.len() > 1 && !(filled(&cells) == 1 && cells[0].is_empty())
}

fn cells(line: &Line<'_>) -> Vec<String> {
    let cells: Vec<String> = line.cells().split('\t').map(|cell| cell.trim().to_owned()).collect();
    if cells.len() == 2 && is_list_mark(&cells[0]) { vec![line.text().to_owned()] } else { cells }
}

/// `-`, `•`, `1.`, `a)`: in a list made by a word processor a tab follows.
fn is_list_mark(cell: &str) -> bool {
    let numbered = cell
        .strip_suffix(['.', ')'])
        .is_some_and(|number| number.len() <= 3 && number.chars().all(char::is_alphanumeric));
    numbered || (cell.chars().count() == 1 && !cell.chars().all(char::is_alphanumeric))
}

fn filled(cells: &[String]) -> usize {
    cells.iter().filter(|cell| !cell.is_empty()).count()
}

/// Rows of cells, and how many lines they take.
type Rows = (Vec<Vec<String>>, usize);

/// The rows from the first line on, and how many lines they take; or how many lines belong together and what is unclear.
fn rows(lines: &[Line<'_>]) -> Result<Rows, (usize, String)> {
    let end = extent(lines);
    let width = lines[..end].iter().map(|line| cells(line).len()).max().unwrap_or(0);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    for (at, line) in lines[..end].iter().enumerate().filter(|(_, line)| !line.is_blank()) {
        let cells = cells(line);
        if open.is_empty()
            && cells.len() == 1
            && loose(&lines[at..end], width) == Some(Loose::RowAbove)
            && let Some(row) = rows.last_mut()
        {
            continue_row(row, cells);
            continue;
        }
        if open.is_empty() {
            open = cells;
        } else if lines[at - 1].is_blank() || cells[0].is_empty() || cells[0].starts_with(char::is_lowercase) {
            continue_row(&mut open, cells);
        } else {
            return Err((end, format!("a row has {} cells, others have {width}", open.len())));
        }
        if open.len() > width {
            return Err((end, format!("a row has {} cells, others have {width}", open.len())));
        }
        if open.len() == width {
            rows.push(std::mem::take(&mut open));
        }
    }
    if open.is_empty() {
        return Ok((rows, end));
    }
    Err((end, format!("a row has {} cells, others have {width}", open.len())))
}

/// The first cell of a line that continues a row is the rest of the row's last cell.
fn continue_row(open: &mut Vec<String>, cells: Vec<String>) {
    let mut cells = cells.into_iter();
    if let (Some(last), Some(rest)) = (open.last_mut(), cells.next()) {
        if !last.is_empty() && !rest.is_empty() {
            last.push(' ');
        }
        last.push_str(&rest);
    }
    open.extend(cells);
}

/// Where a line without tabs between rows belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loose {
    /// To the last cell of the row above.
    RowAbove,
    /// To the first cell of the row below.
    RowBelow,
}

/// Where the first line belongs, when the small letter that a broken sentence goes on with tells: a whole row must follow.
fn loose(lines: &[Line<'_>], width: usize) -> Option<Loose> {
    let next = lines[1..].iter().take(LONGEST_GAP).find(|line| !line.is_blank()).map(cells)?;
    let goes_on = |text: &str| text.starts_with(char::is_lowercase);
    match (next.len() == width, goes_on(&next[0]), goes_on(lines[0].text())) {
        (true, true, _) => Some(Loose::RowBelow),
        (true, false, true) => Some(Loose::RowAbove),
        _ => None,
    }
}

/// How many lines the run takes: lines with tabs without a blank between them, and, while a row lacks cells, what follows blank
/// lines or has no tabs.
fn extent(lines: &[Line<'_>]) -> usize {
    let width = cells(&lines[0]).len();
    let tight = lines.iter().take_while(|line| cells(line).len() > 1).count();
    let width = lines[..tight].iter().map(|line| cells(line).len()).max().unwrap_or(width);
    let mut end = 0;
    let mut open = 0;
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        let count = if line.is_blank() { 0 } else { cells(line).len() };
        match count {
            0 => {}
            1 if line.is_marked() || at >= end + LONGEST_GAP => break,
            1 if open == 0 => match loose(&lines[at..], width) {
                Some(Loose::RowBelow) => open = 1,
                Some(Loose::RowAbove) => end = at + 1,
                None => break,
            },
            // A blank line, and then a line of another width while nothing is open: another thing.
            _ if open == 0 && at > end && count != width => break,
            1 => end = at + 1,
            _ => {
                open = if open == 0 { count } else { open + count - 1 };
                open = if open >= width { 0 } else { open };
                end = at + 1;
            }
        }
        if count == 0 && at >= end + LONGEST_GAP {
            break;
        }
        at += 1;
    }
    // What continues a row for lines on end and never fills it is text below the table, not the rest of a cell.
    while end > tight && cells(&lines[end - 1]).len() < 2 {
        end -= 1;
        while end > tight && lines[end - 1].is_blank() {
            end -= 1;
        }
    }
    end.max(tight)
}

fn with_header(mut rows: Vec<Vec<String>>) -> Table {
    if is_header(&rows) {
        let header = rows.remove(0);
        return Table { caption: None, header, rows };
    }
    Table { caption: None, header: vec![String::new(); rows[0].len()], rows }
}

/// Whether the first row names the columns. It clearly doesn't where it has an amount or a day above others of that kind, or
/// a label with a colon.
fn is_header(rows: &[Vec<String>]) -> bool {
    let first = &rows[0];
    let bold = first.iter().any(|cell| cell.contains("<b>") || cell.starts_with("**"));
    let label = first[0].ends_with(':') && rows.iter().filter(|row| row[0].ends_with(':')).count() * 2 > rows.len();
    let value = (0..first.len()).any(|column| {
        let below = &rows[1..];
        is_value(&first[column]) && below.iter().filter(|row| is_value(&row[column])).count() * 2 > below.len()
    });
    bold || !(label || value)
}

/// Whether a cell begins with a number that is no year.
fn is_value(cell: &str) -> bool {
    let number: String = cell
        .trim_start_matches(['-', '−', '+'])
        .chars()
        .take_while(|mark| mark.is_ascii_digit() || matches!(mark, '.' | ',' | ' '))
        .collect();
    let is_year = cell.len() == 4 && (cell.starts_with("19") || cell.starts_with("20"));
    number.starts_with(|first: char| first.is_ascii_digit()) && !is_year
}

/// The Markdown of a table whose cells are inline Markdown already (GitHub Flavored Markdown, 4.10).
pub(super) fn markdown(table: &Table) -> String {
    let row = |cells: &[String]| {
        let cells: String =
            cells.iter().map(|cell| if cell.is_empty() { "  |".to_owned() } else { format!(" {cell} |") }).collect();
        format!("|{cells}\n")
    };
    let mut out = row(&table.header);
    out.push('|');
    out.extend(std::iter::repeat_n(" --- |", table.header.len()));
    out.push('\n');
    out.extend(table.rows.iter().map(|cells| row(cells)));
    out
}

/// Markup of web pages in cells as Markdown: `<b>` is bold, a line break a space.
pub(super) fn without_tags(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut rest = cell;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = ["<b>", "<strong>", "</b>", "</strong>", "<br>", "<br/>", "<br />"]
            .into_iter()
            .find(|tag| rest[at..].get(..tag.len()).is_some_and(|found| found.eq_ignore_ascii_case(tag)));
        let Some(tag) = tag else {
            out.push('<');
            rest = &rest[at + 1..];
            continue;
        };
        rest = &rest[at + tag.len()..];
        if tag.starts_with("<br") {
            out.push(' ');
        } else if tag.starts_with("</") {
            // Emphasis must end at a letter, and an empty one is none.
            out.truncate(out.trim_end().len());
            if out.ends_with("**") { out.truncate(out.len() - 2) } else { out.push_str("**") }
        } else {
            out.push_str("**");
            rest = rest.trim_start();
        }
    }
    out.push_str(rest);
    out
}

/// A table drawn with pipes at the first line, and how many lines it takes.
pub(super) fn piped(lines: &[Line<'_>]) -> Option<(Table, usize)> {
    let header = pipe_cells(lines.first()?.text())?;
    let delimiter = pipe_cells(lines.get(1)?.text())?;
    let is_delimiter = |cell: &String| cell.contains('-') && cell.bytes().all(|byte| matches!(byte, b'-' | b':'));
    if delimiter.len() != header.len() || !delimiter.iter().all(is_delimiter) {
        return None;
    }
    let mut rows = Vec::new();
    for line in &lines[2..] {
        let Some(mut cells) = pipe_cells(line.text()) else { break };
        // A row with too many cells would lose some; the table ends above it.
        if cells.len() > header.len() {
            break;
        }
        cells.resize(header.len(), String::new());
        rows.push(cells);
    }
    let length = rows.len() + 2;
    Some((Table { caption: None, header, rows }, length))
}

fn pipe_cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?;
    let inner = inner.strip_suffix('|').filter(|inner| !inner.ends_with('\\')).unwrap_or(inner);
    let mut cells = vec![String::new()];
    let mut characters = inner.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some('|')) => {
                characters.next();
                cells.last_mut()?.push('|');
            }
            ('|', _) => cells.push(String::new()),
            _ => cells.last_mut()?.push(character),
        }
    }
    Some(cells.into_iter().map(|cell| cell.trim().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::super::inline::Dialect;
    use super::super::lines;
    use super::*;
    use crate::language::Language;
    use crate::source::Source;

    fn read(text: &str) -> Option<Found> {
        let source = Source::new("a.txt", text);
        tabbed(&lines::lines(&source, Language::Da, Dialect::Text))
    }

    fn shown(text: &str) -> String {
        match read(text) {
            Some(Found::Table(table, _)) => markdown(&table),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn tables() {
        assert_eq!(
            shown("Emne\tAnsvarlig\nBudget\tØDC\nVeje\t"),
            "| Emne | Ansvarlig |\n| --- | --- |\n| Budget | ØDC |\n| Veje |  |\n"
        );
        assert_eq!(
            shown("Løn\t1.200 kr.\nDrift\t300 kr."),
            "|  |  |\n| --- | --- |\n| Løn | 1.200 kr. |\n| Drift | 300 kr. |\n"
        );
        assert_eq!(shown("\t2014\t2015\nLøn\t12\t13"), "|  | 2014 | 2015 |\n| --- | --- | --- |\n| Løn | 12 | 13 |\n");
    }

    #[test]
    fn cells_that_wrap() {
        let expected = "| Emne | Tid | Ansvarlig |\n| --- | --- | --- |\n| Budget og regnskab | Maj | ØDC |\n| Veje | Juni | TMC |\n";
        for text in [
            "Emne\tTid\tAnsvarlig\nBudget\n\nog regnskab\tMaj\tØDC\nVeje\tJuni\tTMC",
            "Emne\tTid\tAnsvarlig\nBudget og\n\nregnskab\tMaj\tØDC\n\nVeje\tJuni\tTMC",
            "Emne\tTid\tAnsvarlig\nBudget og regnskab\tMaj\n\n\tØDC\nVeje\tJuni\tTMC",
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn unclear_shapes_are_text() {
        assert!(matches!(read("A\tB\tC\n1\t2\n3\t4\t5\t6"), Some(Found::Unclear(3, _))));
        assert_eq!(read("Tabel 1: Løn\t\t\t"), Some(Found::Caption("Tabel 1: Løn".to_owned())));
        assert_eq!(read("Ingen tabel"), None);
    }

    #[test]
    fn tags_in_cells() {
        assert_eq!(without_tags("<b>I alt </b>: <b></b>3<br>4 <i>"), "**I alt**: 3 4 <i>");
    }
}
