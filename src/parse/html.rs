//! Markdown to [`Markup`]: comrak's tree written as HTML by the rules of the archive.
//!
//! What differs from comrak's own writer: case numbers become holes, links are judged, raw HTML is text, tables say what
//! their columns are without obsolete attributes, headings never skip a level, footnotes have names that are unique on a
//! page. Comrak is met in this file and in `section` alone.

use super::Settings;
use super::link::{Target, target};
use crate::diag::{Code, Diagnostic};
use crate::model::{BACK, CasePattern, File, FileKind, Hole, HoleKind, Link, Mark, Markup, Reference, escape, escaped};
use crate::source::{Source, Span};
use comrak::html::{ChildRendering, Context, escape_href, format_document_with_formatter, format_node_default};
use comrak::nodes::{Node, NodeValue, Sourcepos, TableAlignment};
use comrak::{Arena, Options};
use std::cell::Cell;
use std::fmt::{self, Write};

/// CommonMark with tables, footnotes, task lists and strikethrough (GitHub Flavored Markdown). Raw HTML is escaped.
pub(super) fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.footnotes = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.render.escape = true;
    options
}

/// Where a piece of Markdown stands, and what becomes known while it is written.
pub(super) struct Ink<'a> {
    pub source: &'a Source,
    pub settings: &'a Settings,
    /// Where the Markdown begins in the source.
    pub start: usize,
    /// What names of footnotes begin with; an item's anchor.
    pub prefix: &'a str,
    /// The number of the item; empty for the preamble.
    pub number: &'a str,
    /// How many tables the item has so far.
    pub tables: u32,
    /// The level of the heading that all of it stands under.
    base: u8,
    /// The level of the heading before.
    level: u8,
    pub problems: Vec<Diagnostic>,
    pub mentions: Vec<(Reference, Span)>,
    pub links: Vec<Mark>,
    pub files: Vec<File>,
    holes: Vec<Hole>,
    pub sheet: &'a Sheet,
    /// Whether each link that is open is written as one.
    open_links: Vec<Option<Target>>,
    /// The line at which the source's line of the Markdown's first line stands.
    first_line: usize,
    column: usize,
    /// How many footnotes are written.
    footnotes: u32,
}

impl<'a> Ink<'a> {
    pub(super) fn new(
        source: &'a Source,
        settings: &'a Settings,
        start: usize,
        prefix: &'a str,
        level: u8,
        sheet: &'a Sheet,
    ) -> Ink<'a> {
        Ink {
            source,
            settings,
            start,
            prefix,
            number: "",
            tables: 0,
            base: level,
            level,
            problems: Vec::new(),
            mentions: Vec::new(),
            links: Vec::new(),
            files: Vec::new(),
            holes: Vec::new(),
            sheet,
            open_links: Vec::new(),
            first_line: 0,
            column: 0,
            footnotes: 0,
        }
    }

    /// The place of a node in the source. Comrak counts lines from 1 and columns in bytes from 1.
    pub(super) fn span(&mut self, at: Sourcepos) -> Span {
        if self.first_line == 0 {
            self.first_line = self.source.line_of(u32::try_from(self.start).unwrap_or(u32::MAX));
        }
        let offset = |line: usize, column: usize| {
            if line == 1 { self.start + column } else { self.source.line_start(self.first_line + line - 1) + column }
        };
        let start = offset(at.start.line.max(1), at.start.column.saturating_sub(1));
        let end = offset(at.end.line.max(1), at.end.column).max(start);
        // Behind a definition whose label has several lines, Comrak's places are those of other lines.
        let text = self.source.text();
        Span::new(text.floor_char_boundary(start)..text.ceil_char_boundary(end))
    }

    /// Goes on at another place of the source.
    pub(super) fn move_to(&mut self, start: usize) {
        (self.start, self.first_line) = (start, 0);
    }

    /// Writes a line of text, with a hole at each case number. `start` is its place in the source.
    pub(super) fn text(&mut self, line: &str, start: usize, html: &mut String) {
        let mut from = 0;
        let (found, mut words) = (self.settings.cases.pattern.find(line), Words::of(line));
        for (range, reference) in found.filter(|(range, _)| !words.in_address(range.start)) {
            escape(&line[from..range.start], html);
            let before = html.len();
            escape(&line[range.clone()], html);
            self.hole(before, html.len(), HoleKind::Mention(reference.clone()));
            self.mentions.push((reference, Span::new(range.clone()).shifted(start)));
            from = range.end;
        }
        escape(&line[from..], html);
    }

    /// Takes what is written.
    pub(super) fn lift(&mut self) -> Markup {
        let mut html = self.sheet.take();
        let markup = Markup { html: html.trim_end().into(), holes: std::mem::take(&mut self.holes).into() };
        html.clear();
        self.sheet.give_back(html);
        markup
    }

    fn hole(&mut self, start: usize, end: usize, kind: HoleKind) {
        let Span { start, end } = Span::new(start..end);
        self.holes.push(Hole { start, end, kind });
    }
}

/// Writes a tree behind what is written. The ink comes back with what was met.
pub(super) fn write<'a, 'i>(root: Node<'a>, options: &Options, ink: Ink<'i>) -> Ink<'i> {
    let sheet = ink.sheet;
    let mut out = Counted { html: sheet.take(), written: &sheet.written };
    let plugins = comrak::options::Plugins::default();
    let ink = match format_document_with_formatter(root, options, &mut out, &plugins, node, ink) {
        Ok(ink) => ink,
        Err(fmt::Error) => unreachable!("writing to a string does not fail"),
    };
    sheet.give_back(out.html);
    ink
}

/// Whether a block is nothing but text, as headings are: no case numbers, and no white space before it that is no blank.
pub(super) fn is_plain_text(block: Node<'_>, settings: &Settings) -> bool {
    let only = block.first_child().filter(|node| node.next_sibling().is_none());
    only.is_some_and(|node| match &node.data().value {
        NodeValue::Text(text) => {
            !text.starts_with(char::is_whitespace) && settings.cases.pattern.find(text).next().is_none()
        }
        _ => false,
    })
}

/// What pieces of one text are written on; empty, with room that was used before, when one has been lifted from it.
#[derive(Default)]
pub(super) struct Sheet {
    html: Cell<String>,
    /// How many bytes are written.
    written: Cell<usize>,
}

impl Sheet {
    /// What is written, to be written on.
    pub(super) fn take(&self) -> String {
        self.html.take()
    }

    /// Puts it back.
    pub(super) fn give_back(&self, html: String) {
        self.written.set(html.len());
        self.html.set(html);
    }
}

/// A string that tells how long it is while others write to it.
struct Counted<'a> {
    html: String,
    written: &'a Cell<usize>,
}

impl Write for Counted<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.html.push_str(text);
        self.written.set(self.html.len());
        Ok(())
    }
}

type Page<'o, 'c, 'i> = Context<'o, 'c, Ink<'i>>;

fn node<'a>(page: &mut Page<'_, '_, '_>, node: Node<'a>, entering: bool) -> Result<ChildRendering, fmt::Error> {
    let data = node.data();
    match &data.value {
        NodeValue::Text(text) if entering => mentions(page, node, text, data.sourcepos)?,
        NodeValue::Link(target) => link(page, node, &target.url, data.sourcepos, entering)?,
        NodeValue::Image(target) => {
            if entering {
                image(page, node, &target.url, data.sourcepos)?;
                return Ok(ChildRendering::Skip);
            }
        }
        NodeValue::Heading(heading) => {
            if entering {
                page.user.level = heading.level.clamp(page.user.base + 1, (page.user.level + 1).min(6));
                let level = page.user.level;
                page.cr()?;
                write!(page, "<h{level}>")?;
            } else {
                let level = page.user.level;
                writeln!(page, "</h{level}>")?;
            }
        }
        NodeValue::HtmlBlock(block) if entering => {
            page.cr()?;
            page.write_str("<p>")?;
            page.escape(block.literal.trim_end())?;
            page.write_str("</p>\n")?;
        }
        NodeValue::HtmlInline(literal) if entering => page.escape(literal)?,
        NodeValue::Table(_) => return table(page, node, entering),
        NodeValue::TableRow(_) => {
            page.user.column = 0;
            return format_node_default(page, node, entering);
        }
        NodeValue::TableCell => cell(page, node, entering)?,
        NodeValue::TaskItem(task) => {
            page.cr()?;
            let mark = if task.symbol.is_some() { "☑ " } else { "☐ " };
            page.write_str(if entering { "<li>" } else { "</li>\n" })?;
            page.write_str(if entering { mark } else { "" })?;
        }
        NodeValue::FootnoteReference(reference) if entering => {
            footnote_reference(page, reference.ref_num, reference.ix)?;
        }
        NodeValue::FootnoteDefinition(_) => footnote(page, node, entering)?,
        NodeValue::Text(_) | NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) | NodeValue::FootnoteReference(_) => {}
        _ => return format_node_default(page, node, entering),
    }
    Ok(ChildRendering::HTML)
}

/// Text, with a hole at each case number. Not in links, where a link would stand in a link.
fn mentions(page: &mut Page<'_, '_, '_>, node: Node<'_>, text: &str, at: Sourcepos) -> fmt::Result {
    let pattern: &CasePattern = &page.user.settings.cases.pattern;
    if !page.user.open_links.is_empty() {
        return page.escape(text);
    }
    for address in lost_links(text) {
        let span = page.user.span(at);
        let problem = Diagnostic::new(Code::LinkLost, page.user.source, span, &[address]);
        page.user.problems.push(problem);
    }
    let mut from = 0;
    // What stands beside a number counts in other markup too: `12/2*-2018*` is a date.
    let touched = |range: &std::ops::Range<usize>| {
        (range.start == 0 && neighbour(node, Side::Before).is_some_and(CasePattern::touches))
            || (range.end == text.len() && neighbour(node, Side::After).is_some_and(CasePattern::touches))
    };
    let mut words = Words::of(text);
    let mut is_mention = |range: &std::ops::Range<usize>| !words.in_address(range.start) && !touched(range);
    for (range, reference) in pattern.find(text).filter(|(range, _)| is_mention(range)) {
        page.escape(&text[from..range.start])?;
        let start = page.user.sheet.written.get();
        page.escape(&text[range.clone()])?;
        let end = page.user.sheet.written.get();
        page.user.hole(start, end, HoleKind::Mention(reference.clone()));
        let whole = page.user.span(at);
        let place = Span {
            start: whole.start.saturating_add(Span::new(range.clone()).start),
            end: whole.start.saturating_add(Span::new(range.clone()).end),
        };
        page.user.mentions.push((reference, place));
        from = range.end;
    }
    page.escape(&text[from..])
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

/// The character that stands beside a text in its paragraph, whatever markup lies between.
fn neighbour<'a>(node: Node<'a>, side: Side) -> Option<char> {
    let sibling = |node: Node<'a>| match side {
        Side::Before => node.previous_sibling(),
        Side::After => node.next_sibling(),
    };
    let mut at = node;
    let mut next = loop {
        if let Some(next) = sibling(at) {
            break next;
        }
        at = at.parent().filter(|parent| !parent.data().value.block())?;
    };
    while let Some(inner) = match side {
        Side::Before => next.last_child(),
        Side::After => next.first_child(),
    } {
        next = inner;
    }
    let end = |text: &str| match side {
        Side::Before => text.chars().next_back(),
        Side::After => text.chars().next(),
    };
    match &next.data().value {
        NodeValue::Text(text) => end(text),
        NodeValue::Code(code) => end(&code.literal),
        _ => None,
    }
}

/// The words of a text, one looked at after another: a word may be as long as a text and be asked about everywhere.
struct Words<'a> {
    text: &'a str,
    word: std::ops::Range<usize>,
    is_address: bool,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Words<'a> {
        Words { text, word: 0..0, is_address: false }
    }

    /// Whether a place lies in a bare web or mail address: those are no running text.
    fn in_address(&mut self, at: usize) -> bool {
        if !self.word.contains(&at) {
            let before = self.text[..at].rsplit(char::is_whitespace).next().unwrap_or_default();
            let after = self.text[at..].split(char::is_whitespace).next().unwrap_or_default();
            self.word = at - before.len()..at + after.len();
            self.is_address = is_address(&self.text[self.word.clone()]);
        }
        self.is_address
    }
}

fn is_address(word: &str) -> bool {
    word.contains("://") || word.contains("www.") || word.contains('@') || has_host(word)
}

/// Whether the name of a machine stands before a path, a query or a fragment: `vestby.dk?id=17/1`. Its last part is letters, so
/// `nr.17/1` has none.
fn has_host(word: &str) -> bool {
    let ends = |sign: char| !sign.is_ascii_alphanumeric() && !matches!(sign, '-' | '.');
    let mut from = 0;
    word.match_indices(ends).any(|(at, sign)| {
        let host = word[from..at].rsplit_once('.');
        from = at + sign.len();
        let is_host = |(name, last): (&str, &str)| {
            !name.is_empty() && last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        matches!(sign, "/" | "?" | "#") && host.is_some_and(is_host)
    })
}

/// The addresses of what looks like a link to a file and is none, most often for a space in the name.
fn lost_links(text: &str) -> impl Iterator<Item = &str> {
    let starts = memchr::memmem::find_iter(text.as_bytes(), b"](").map(|at| at + "](".len());
    starts.filter_map(|start| {
        // Longer names than this no system has.
        let rest = &text[start..text.floor_char_boundary(start + 1000)];
        let address = &rest[..rest.find([')', ']'])?];
        let name = address.split('#').next().unwrap_or_default().trim_end();
        let kind = name.rsplit('/').next()?.rsplit_once('.')?.1.to_lowercase();
        let is_file = kind == "md" || FileKind::of(name).is_some();
        is_file.then_some(address)
    })
}

fn link(page: &mut Page<'_, '_, '_>, node: Node<'_>, url: &str, at: Sourcepos, entering: bool) -> fmt::Result {
    if !entering {
        let Some(target) = page.user.open_links.pop().flatten() else { return Ok(()) };
        page.write_str("</a>")?;
        if let Target::Local(Link::File(path)) = target {
            let here = page.user.sheet.written.get();
            page.user.hole(here, here, HoleKind::Address(path));
        }
        return Ok(());
    }
    let target = judged(page, url, at);
    match &target {
        None => {}
        Some(Target::Web(url)) => {
            page.write_str("<a href=\"")?;
            escape_href(page, url, false)?;
            page.write_str("\">")?;
        }
        Some(Target::Local(link)) => {
            page.write_str("<a href=\"")?;
            local(page, link.clone(), at, &text_of(node))?;
            page.write_str("\">")?;
        }
    }
    page.user.open_links.push(target);
    Ok(())
}

fn image(page: &mut Page<'_, '_, '_>, node: Node<'_>, url: &str, at: Sourcepos) -> fmt::Result {
    let alt = text_of(node);
    match judged(page, url, at) {
        Some(Target::Local(link @ Link::File(_))) if is_picture(&link) => {
            page.write_str("<img src=\"")?;
            local(page, link, at, &alt)?;
            page.write_str("\" alt=\"")?;
            page.escape(&alt)?;
            page.write_str("\">")
        }
        Some(Target::Web(_)) => {
            let span = page.user.span(at);
            let problem = Diagnostic::new(Code::ImageRemote, page.user.source, span, &[url]);
            page.user.problems.push(problem);
            page.escape(&alt)
        }
        Some(Target::Local(_)) => {
            let span = page.user.span(at);
            let words = [url, if alt.is_empty() { "…" } else { &alt }];
            let problem = Diagnostic::new(Code::ImageType, page.user.source, span, &words);
            page.user.problems.push(problem);
            page.escape(&alt)
        }
        None => page.escape(&alt),
    }
}

/// Whether a link leads to a file that browsers show as a picture.
fn is_picture(link: &Link) -> bool {
    let Link::File(path) = link else { return false };
    let kind = path.rsplit('.').next().unwrap_or_default();
    ["png", "jpg", "jpeg"].iter().any(|known| kind.eq_ignore_ascii_case(known))
}

/// Writes a hole for a link inside the archive, and remembers what it leads to.
fn local(page: &mut Page<'_, '_, '_>, link: Link, at: Sourcepos, title: &str) -> fmt::Result {
    if let Link::File(path) = &link {
        let title = if title.trim().is_empty() { path.rsplit('/').next().unwrap_or_default() } else { title.trim() };
        page.user.files.push(File { title: title.into(), path: Some(path.clone()), entry: None });
    }
    let span = page.user.span(at);
    page.user.links.push(Mark { link: link.clone(), span });
    let here = page.user.sheet.written.get();
    page.user.hole(here, here, HoleKind::Href(link));
    Ok(())
}

fn judged(page: &mut Page<'_, '_, '_>, url: &str, at: Sourcepos) -> Option<Target> {
    match target(url, page.user.source.path()) {
        Ok(target) => Some(target),
        Err((code, words)) => {
            let span = page.user.span(at);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let problem = Diagnostic::new(code, page.user.source, span, &words);
            page.user.problems.push(problem);
            None
        }
    }
}

/// How the cells of a column are aligned.
#[derive(Clone, Copy)]
pub(super) enum Alignment {
    Start,
    Center,
    Right,
}

impl Alignment {
    /// What it adds to the tag of a cell.
    pub(super) fn attribute(self) -> &'static str {
        match self {
            Alignment::Start => "",
            Alignment::Center => " class=\"center\"",
            Alignment::Right => " class=\"right\"",
        }
    }
}

impl Ink<'_> {
    /// What stands before a table. It scrolls by itself where it is wider than the page, so it stands in a group with a name
    /// that the keyboard reaches (WCAG 2.2, success criterion 2.1.1).
    pub(super) fn table_start(&mut self) -> String {
        self.tables += 1;
        let (word, count) = (self.settings.language.words().table, self.tables);
        let number = if self.number.is_empty() { String::new() } else { format!("{}.", self.number) };
        let name = escaped(&format!("{word} {number}{count}"));
        format!("<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"{name}\">\n")
    }
}

/// What stands after a table.
pub(super) const TABLE_END: &str = "</div>\n";

fn table(page: &mut Page<'_, '_, '_>, node: Node<'_>, entering: bool) -> Result<ChildRendering, fmt::Error> {
    if entering {
        page.cr()?;
        let start = page.user.table_start();
        page.write_str(&start)?;
        return format_node_default(page, node, entering);
    }
    let children = format_node_default(page, node, entering)?;
    page.write_str(TABLE_END)?;
    Ok(children)
}

/// What stands before a cell, but for attributes and the end of the tag, and after it.
pub(super) fn cell_tags(is_heading: bool) -> (&'static str, &'static str) {
    if is_heading { ("<th scope=\"col\"", "</th>\n") } else { ("<td", "</td>\n") }
}

fn cell(page: &mut Page<'_, '_, '_>, node: Node<'_>, entering: bool) -> fmt::Result {
    let row = node.parent();
    // An empty cell heads nothing, and a heading without words is announced as one (WCAG 2.2, success criterion 1.3.1).
    let is_heading =
        row.is_some_and(|row| matches!(row.data().value, NodeValue::TableRow(true))) && node.first_child().is_some();
    let (before, after) = cell_tags(is_heading);
    if !entering {
        return page.write_str(after);
    }
    let column = page.user.column;
    page.user.column += 1;
    let alignment = row.and_then(|row| row.parent()).and_then(|table| match &table.data().value {
        NodeValue::Table(table) => table.alignments.get(column).copied(),
        _ => None,
    });
    let alignment = match alignment {
        Some(TableAlignment::Right) => Alignment::Right,
        Some(TableAlignment::Center) => Alignment::Center,
        _ => Alignment::Start,
    };
    page.cr()?;
    page.write_str(before)?;
    page.write_str(alignment.attribute())?;
    page.write_str(">")
}

fn footnote_reference(page: &mut Page<'_, '_, '_>, occurrence: u32, number: u32) -> fmt::Result {
    let prefix = page.user.prefix;
    let id =
        if occurrence > 1 { format!("{prefix}-ref-{number}-{occurrence}") } else { format!("{prefix}-ref-{number}") };
    page.write_str("<sup><a")?;
    let here = page.user.sheet.written.get();
    page.user.hole(here, here, HoleKind::Id(id));
    page.write_str(" href=\"")?;
    let here = page.user.sheet.written.get();
    page.user.hole(here, here, HoleKind::Href(Link::Anchor(format!("{prefix}-note-{number}").into())));
    write!(page, "\">{number}</a></sup>")
}

/// A footnote. They come in the order of their numbers, which name them: their own names may be any text.
fn footnote(page: &mut Page<'_, '_, '_>, node: Node<'_>, entering: bool) -> fmt::Result {
    let is_footnote = |node: Option<Node<'_>>| node.is_some_and(is_note);
    let prefix = page.user.prefix;
    if entering {
        page.user.footnotes += 1;
        page.cr()?;
        if !is_footnote(node.previous_sibling()) {
            page.write_str("<ol class=\"footnotes\">\n")?;
        }
        page.write_str("<li")?;
        let here = page.user.sheet.written.get();
        let id = format!("{prefix}-note-{}", page.user.footnotes);
        page.user.hole(here, here, HoleKind::Id(id));
        return page.write_str(">\n");
    }
    let [before, after] = BACK;
    page.write_str(before)?;
    let here = page.user.sheet.written.get();
    let back = format!("{prefix}-ref-{}", page.user.footnotes);
    page.user.hole(here, here, HoleKind::Href(Link::Anchor(back.into())));
    page.write_str(after)?;
    let (item, note) = (page.user.number, page.user.footnotes.to_string());
    let number = if item.is_empty() { note } else { format!("{item}.{note}") };
    page.escape(&number)?;
    page.write_str("\">↩</a></p>\n</li>\n")?;
    if is_footnote(node.next_sibling()) { Ok(()) } else { page.write_str("</ol>\n") }
}

fn is_note(node: Node<'_>) -> bool {
    matches!(node.data().value, NodeValue::FootnoteDefinition(_))
}

/// Numbers footnotes in the order in which the text refers to them, and leaves out those that it doesn't. Comrak counts what
/// stands in these too, so that links would lead back to what is nowhere.
pub(super) fn number_notes(root: Node<'_>) {
    let notes: Vec<Node<'_>> = root.children().filter(|node| is_note(node)).collect();
    if notes.is_empty() {
        return;
    }
    // Of each note its new number and how often it is referred to; and the notes in the order of these numbers.
    let (mut counts, mut order) = (vec![(0, 0); notes.len()], Vec::new());
    let mut visit = |block: Node<'_>, order: &mut Vec<usize>| {
        let mut open = vec![block];
        while let Some(node) = open.pop() {
            match &mut node.data_mut().value {
                NodeValue::FootnoteReference(reference) => {
                    let Some(place) = (reference.ix as usize).checked_sub(1) else { continue };
                    let Some((number, count)) = counts.get_mut(place) else { continue };
                    if *count == 0 {
                        order.push(place);
                        *number = u32::try_from(order.len()).unwrap_or(u32::MAX);
                    }
                    *count += 1;
                    (reference.ix, reference.ref_num) = (*number, *count);
                }
                // Of a picture only the words are shown.
                NodeValue::Image(_) => {}
                _ => open.extend(node.reverse_children()),
            }
        }
    };
    root.children().filter(|node| !is_note(node)).for_each(|block| visit(block, &mut order));
    let mut next = 0;
    while let Some(place) = order.get(next).copied() {
        visit(notes[place], &mut order);
        next += 1;
    }
    notes.iter().for_each(|note| note.detach());
    for place in order {
        root.append(notes[place]);
        without_inner(notes[place]);
    }
}

/// Makes footnotes in a footnote, which nothing can refer to, a part of it.
fn without_inner(note: Node<'_>) {
    let inner: Vec<Node<'_>> = note.descendants().skip(1).filter(|node| is_note(node)).collect();
    for inner in inner {
        while let Some(child) = inner.first_child() {
            inner.insert_before(child);
        }
        inner.detach();
    }
}

/// The words of a node, without markup.
pub(super) fn text_of(node: Node<'_>) -> String {
    let mut out = String::new();
    for node in node.descendants() {
        match &node.data().value {
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(code) => out.push_str(&code.literal),
            NodeValue::HtmlInline(literal) => out.push_str(literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => out.push(' '),
            _ => {}
        }
    }
    out
}

/// The words of one line of Markdown, for what is compared rather than shown; raw HTML tags fall away.
pub(super) fn plain(markdown: &str) -> String {
    if !markdown.contains(['*', '_', '`', '[', '<', '&', '\\', '!', '~', '^']) {
        return markdown.trim().to_owned();
    }
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, &format!("## {markdown}"), &options());
    let mut out = String::new();
    for node in root.descendants() {
        match &node.data().value {
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(code) => out.push_str(&code.literal),
            NodeValue::HtmlInline(literal) if !literal.starts_with('<') => out.push_str(literal),
            _ => {}
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_titles() {
        for (markdown, expected) in [
            ("Budget 2018", "Budget 2018"),
            ("**Lukket**", "Lukket"),
            ("&#76;ukket", "Lukket"),
            ("<b>Lukket</b>", "Lukket"),
            ("Luk\\ket \\*x\\*", "Luk\\ket *x*"),
        ] {
            assert_eq!(plain(markdown), expected, "{markdown}");
        }
    }
}
