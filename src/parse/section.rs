//! An item or preamble: its Markdown, taken apart into case numbers and sections.

use super::agenda::Item;
use super::html::{self, Ink, Sheet};
use super::link;
use super::plain::{self, Block, Plain, Text};
use super::{Settings, anchor};
use crate::config::CasePlace;
use crate::diag::Diagnostic;
use crate::model::{File, Hole, HoleKind, Link, Mark, Markup, PublicItem, Reference, Section, SectionKind, escaped};
use crate::source::{Source, Span};
use comrak::nodes::{AstNode, Node, NodeValue};
use comrak::{Arena, Options, parse_document};
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// What stands before the first item.
#[derive(Default)]
pub(super) struct Preamble {
    pub body: Markup,
    pub links: Vec<Mark>,
}

pub(super) fn preamble(source: &Source, span: Span, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Preamble {
    if source.slice(span).trim().is_empty() {
        return Preamble { body: Markup::default(), links: Vec::new() };
    }
    let (arena, options, sheet) = (Arena::new(), html::options(), Sheet::default());
    let root = parse_document(&arena, source.slice(span), &options);
    html::number_notes(root);
    let ink = Ink::new(source, settings, span.range().start, "preamble", 1, &sheet);
    let mut ink = html::write(root, &options, ink);
    problems.extend(std::mem::take(&mut ink.problems));
    Preamble { body: ink.lift(), links: ink.links }
}

pub(super) fn item(source: &Source, item: &Item, settings: &Settings, problems: &mut Vec<Diagnostic>) -> PublicItem {
    let mut reading = Reading::new(source, item, settings, problems);
    in_pieces(&mut reading);
    reading.finish()
}

/// An item while it is read, piece by piece.
struct Reading<'a> {
    source: &'a Source,
    settings: &'a Settings,
    item: &'a Item,
    /// What names of footnotes begin with.
    prefix: String,
    sheet: Sheet,
    public: PublicItem,
    /// How many tables it has so far.
    tables: u32,
    problems: &'a mut Vec<Diagnostic>,
}

impl<'a> Reading<'a> {
    fn new(
        source: &'a Source,
        item: &'a Item,
        settings: &'a Settings,
        problems: &'a mut Vec<Diagnostic>,
    ) -> Reading<'a> {
        let mut public = PublicItem {
            title: item.plain.as_str().into(),
            heading: None,
            references: Vec::new(),
            outcome: None,
            sections: Vec::new(),
            footnotes: None,
            files: Vec::new(),
            mentions: Vec::new(),
            links: Vec::new(),
        };
        heading(source, item, settings, &mut public, problems);
        let (prefix, sheet) = (anchor(settings.language, &item.number), Sheet::default());
        Reading { source, settings, item, prefix, sheet, public, tables: 0, problems }
    }

    /// Takes what was met in writing, and gives what was written and the files it links to.
    fn take(&mut self, mut ink: Ink<'_>) -> (Markup, Vec<File>) {
        self.tables = ink.tables;
        self.problems.append(&mut ink.problems);
        self.public.mentions.append(&mut ink.mentions);
        self.public.links.append(&mut ink.links);
        (ink.lift(), ink.files)
    }

    /// Takes a section that has been written. Of `files`, those of a list are shown as such.
    fn push(&mut self, (heading, title, kind): Named, body: Markup, mut files: Vec<File>, is_list: bool) {
        if is_list {
            let entries = body.entries().filter(|entry| !entry.is_empty());
            files.iter_mut().zip(entries).for_each(|(file, entry)| file.entry = more(&body, entry));
        }
        let from = self.public.files.len();
        self.public.files.extend(files);
        if heading.is_empty() && body.html.is_empty() {
            return;
        }
        // A list of more is shown as it is written.
        let places = u16::try_from(from).ok().zip(u16::try_from(self.public.files.len()).ok());
        let files = places.filter(|_| is_list).unwrap_or_default();
        // What is but named in a list stands in `files` too.
        let body = if files.0 < files.1 && body.holes.is_empty() { Markup::default() } else { body };
        self.public.sections.push(Section { kind, heading, title, body, files });
    }

    fn finish(self) -> PublicItem {
        let mut public = self.public;
        if self.settings.cases.place == CasePlace::Anywhere {
            public.references.extend(public.mentions.iter().map(|(reference, _)| reference.clone()));
        }
        make_unique(&mut public.references);
        public.outcome = outcome(&public.sections, self.settings);
        public
    }
}

/// The heading of a section as text and as what it is more, and what kind of section it opens.
type Named = (Arc<str>, Option<Box<Markup>>, SectionKind);

fn named(heading: &str, title: Option<Box<Markup>>, settings: &Settings) -> Named {
    let kind = if heading.is_empty() { SectionKind::Other } else { settings.language.section(heading) };
    (heading.into(), title, kind)
}

/// Reads an item section by section where none reaches into another, and the parser is asked only for what is more than text.
fn in_pieces(reading: &mut Reading<'_>) {
    let body = reading.source.slice(reading.item.body);
    let has = |sign: &str| memchr::memmem::find(body.as_bytes(), sign.as_bytes()).is_some();
    // Fences and raw HTML may go on past a heading; what defines a link or a footnote holds for all of it.
    if ["<", "```", "~~~", "]:"].into_iter().any(has) {
        return by_tree(reading, 0..body.len());
    }
    let headings = memchr::memmem::find_iter(body.as_bytes(), b"\n### ").map(|at| at + 1);
    let mut from = 0;
    for to in headings.chain([body.len()]) {
        if !plainly(reading, from..to) {
            by_tree(reading, from..to);
        }
        from = to;
    }
}

/// Reads a section most of which is plain text. `false`, and nothing done, where it takes the parser for all of it.
fn plainly(reading: &mut Reading<'_>, piece: Range<usize>) -> bool {
    let Reading { source, settings, item, .. } = *reading;
    let text = &source.slice(item.body)[piece.clone()];
    let Some(Plain { heading, mut blocks }) = plain::read(text, settings) else { return false };
    let named = named(heading, None, settings);
    let is_attachments = named.2 == SectionKind::Attachments;
    let is_first = piece.start == 0 && heading.is_empty();
    let is_marked = |block: &Block<'_>| matches!(block, Block::Marked(_));
    // Case numbers may stand in marks too, and the files that a list links to are known by its tree.
    if is_first && blocks.first().is_some_and(is_marked) || is_attachments && blocks.iter().any(is_marked) {
        return false;
    }
    if let Some(Block::Text(Text::Paragraph(lines))) = blocks.first().filter(|_| is_first)
        && let Some(found) = case_numbers_of(&plain::joined(lines), settings)
    {
        reading.public.references = found;
        blocks.remove(0);
    }
    let start = item.body.range().start + piece.start;
    let (sheet, prefix) = (std::mem::take(&mut reading.sheet), std::mem::take(&mut reading.prefix));
    let level = if heading.is_empty() { 2 } else { 3 };
    let mut ink = Ink::new(source, settings, start, &prefix, level, &sheet);
    (ink.number, ink.tables) = (item.number.printed(), reading.tables);
    for block in &blocks {
        match block {
            Block::Text(text) => plain::write(text, start, &mut ink),
            Block::Marked(place) => {
                let (arena, options) = (Arena::new(), html::options());
                let root = parse_document(&arena, &text[place.clone()], &options);
                ink.move_to(start + place.start);
                ink = html::write(root, &options, ink);
            }
        }
    }
    let (body, linked) = reading.take(ink);
    let entries = plain::entries(&blocks).filter(|_| is_attachments);
    let is_list = entries.is_some();
    let files = entries.map_or(linked, |titles| titles.into_iter().filter_map(file_named).collect());
    (reading.sheet, reading.prefix) = (sheet, prefix);
    reading.push(named, body, files, is_list);
    true
}

/// A file that an entry of a list only names.
fn file_named(title: &str) -> Option<File> {
    let title = title.trim();
    (!title.is_empty()).then(|| File { title: title.into(), path: None, entry: None })
}

/// What an entry of a list says beyond the title of a file and the link to it: links to elsewhere, notes, cases, emphasis.
fn more(body: &Markup, entry: Range<usize>) -> Option<Box<Markup>> {
    let holes = body.holes_in(&entry);
    let is_of_file = |hole: &Hole| matches!(hole.kind, HoleKind::Href(Link::File(_)) | HoleKind::Address(_));
    // A link to a file has two tags and a hole for each, a picture one of both.
    let tags = memchr::memchr_iter(b'<', body.html[entry.clone()].as_bytes()).count();
    (tags > holes.len() || !holes.iter().all(is_of_file)).then(|| Box::new(body.part(entry)))
}

/// Reads a piece of any Markdown.
fn by_tree(reading: &mut Reading<'_>, piece: Range<usize>) {
    let Reading { source, settings, item, .. } = *reading;
    let (arena, options, sheet) = (Arena::new(), html::options(), std::mem::take(&mut reading.sheet));
    let prefix = std::mem::take(&mut reading.prefix);
    let body = item.body.range().start;
    // What the title refers to is numbered first.
    let with_heading = piece.start == 0 && refers_to_notes(source, item);
    let start = if with_heading { item.heading.range().start } else { body + piece.start };
    let ink = |level| Ink::new(source, settings, start, &prefix, level, &sheet);
    let root = parse_document(&arena, source.slice(Span::new(start..body + piece.end)), &options);
    html::number_notes(root);
    if let Some(heading) = root.first_child().filter(|_| with_heading) {
        heading.detach();
    }
    if let Some(first) = root.first_child().filter(|node| matches!(node.data().value, NodeValue::Paragraph))
        && piece.start == 0
        && let Some(found) = case_paragraph(first, settings)
    {
        reading.public.references = found;
        first.detach();
    }
    for part in split(root) {
        let document = arena.alloc(AstNode::from(NodeValue::Document));
        for node in part.nodes {
            document.append(node);
        }
        let level = if part.heading.is_some() { 3 } else { 2 };
        let heading = part.heading.map(html::text_of).unwrap_or_default();
        let heading = heading.trim();
        let title = part.heading.filter(|node| !html::is_plain_text(node, settings)).map(|node| {
            let (title, ink) = inline(&arena, node, &options, ink(level));
            take(&mut reading.public, reading.problems, ink);
            title
        });
        let named = named(heading, title.and_then(|title| title.beside(heading)), settings);
        let mut ink = ink(level);
        (ink.number, ink.tables) = (item.number.printed(), reading.tables);
        let (markup, files) = reading.take(html::write(document, &options, ink));
        let is_attachments = named.2 == SectionKind::Attachments;
        let files = if is_attachments { listed(document, files, source.path()) } else { files };
        if part.footnotes {
            reading.public.files.extend(files);
            reading.public.footnotes = Some(Box::new(markup));
        } else {
            reading.push(named, markup, files, is_attachments && is_flat_list(document, source.path()));
        }
    }
    (reading.sheet, reading.prefix) = (sheet, prefix);
}

/// Leaves the first of each.
pub(super) fn make_unique(references: &mut Vec<Reference>) {
    // Most items treat one case.
    if references.len() > 1 {
        let mut seen = FxHashSet::default();
        references.retain(|reference| seen.insert(reference.clone()));
    }
}

/// The case numbers of an item's first paragraph, as printed; for closed items whose number may be shown.
pub(super) fn case_numbers(body: &str, settings: &Settings) -> Vec<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, body, &html::options());
    let first = root.first_child().filter(|node| matches!(node.data().value, NodeValue::Paragraph));
    let found = first.and_then(|node| case_paragraph(node, settings)).unwrap_or_default();
    found.iter().map(|reference| reference.printed().to_owned()).collect()
}

/// The references of a paragraph that holds nothing but case numbers, labels and what stands between numbers. Links and
/// pictures are more than that: they would be lost with the paragraph.
fn case_paragraph(paragraph: Node<'_>, settings: &Settings) -> Option<Vec<Reference>> {
    let is_more = |node: Node<'_>| {
        matches!(node.data().value, NodeValue::Link(_) | NodeValue::Image(_) | NodeValue::FootnoteReference(_))
    };
    if paragraph.descendants().any(is_more) { None } else { case_numbers_of(&html::text_of(paragraph), settings) }
}

/// The same of the text of a paragraph that has none of these.
fn case_numbers_of(text: &str, settings: &Settings) -> Option<Vec<Reference>> {
    let mut references = Vec::new();
    let mut from = 0;
    let filler = |gap: &str| {
        let gap = gap.trim_matches(|character: char| {
            character.is_whitespace() || matches!(character, ',' | ';' | '&' | '.' | ':' | '(' | ')' | '[' | ']')
        });
        let own_label = settings.cases.label.as_ref().is_some_and(|label| label.to_lowercase() == gap.to_lowercase());
        gap.is_empty() || own_label || settings.language.is_case_label(gap) || settings.language.is_and(gap)
    };
    for (range, reference) in settings.cases.pattern.find(text) {
        if !filler(&text[from..range.start]) {
            return None;
        }
        from = range.end;
        references.push(reference);
    }
    let rest = text[from..].trim_matches(|character: char| character.is_whitespace() || matches!(character, ')' | ']'));
    (!references.is_empty() && matches!(rest, "" | "." | "," | ";")).then_some(references)
}

/// Whether a title may refer to footnotes: they stand under it.
fn refers_to_notes(source: &Source, item: &Item) -> bool {
    source.slice(item.title).contains("[^") && source.slice(item.body).contains("]:")
}

/// The title as inline HTML: it may hold emphasis, mentions and references to footnotes.
fn heading(source: &Source, item: &Item, settings: &Settings, public: &mut PublicItem, problems: &mut Vec<Diagnostic>) {
    let mut markdown = Cow::Borrowed(source.slice(item.title));
    let has_notes = refers_to_notes(source, item);
    if markdown == item.plain && !has_notes {
        public.heading = plain_heading(source, item, settings, public);
        return;
    }
    if has_notes {
        markdown = Cow::Owned([&*markdown, "\n", source.slice(item.body)].concat());
    }
    let (arena, options, sheet) = (Arena::new(), html::options(), Sheet::default());
    let root = parse_document(&arena, &markdown, &options);
    html::number_notes(root);
    // A title that reads as a list or a quote is still one line of text.
    let is_single = |first: &Node<'_>| has_notes || first.next_sibling().is_none();
    let is_text = |first: &Node<'_>| matches!(first.data().value, NodeValue::Paragraph);
    let single = root.first_child().filter(is_single).filter(is_text);
    let Some(paragraph) = single else {
        public.heading = plain_heading(source, item, settings, public);
        return;
    };
    public.title = html::text_of(paragraph).trim().into();
    let prefix = anchor(settings.language, &item.number);
    let ink = Ink::new(source, settings, item.title.range().start, &prefix, 2, &sheet);
    let (markup, ink) = inline(&arena, paragraph, &options, ink);
    take(public, problems, ink);
    public.heading = markup.beside(&public.title);
}

/// What stands in a heading or paragraph, without the tags of the block.
fn inline<'a, 'i>(arena: &'a Arena<'a>, block: Node<'a>, options: &Options, ink: Ink<'i>) -> (Markup, Ink<'i>) {
    let document = arena.alloc(AstNode::from(NodeValue::Document));
    while let Some(child) = block.first_child() {
        document.append(child);
    }
    let mut ink = html::write(document, options, ink);
    (ink.lift(), ink)
}

/// Takes what was met while writing.
fn take(public: &mut PublicItem, problems: &mut Vec<Diagnostic>, ink: Ink<'_>) {
    problems.extend(ink.problems);
    public.mentions.extend(ink.mentions);
    public.links.extend(ink.links);
    public.files.extend(ink.files);
}

fn plain_heading(source: &Source, item: &Item, settings: &Settings, public: &mut PublicItem) -> Option<Box<Markup>> {
    let title = source.slice(item.title);
    let mut html = String::with_capacity(title.len());
    let mut holes = Vec::new();
    let mut from = 0;
    for (range, reference) in settings.cases.pattern.find(&item.plain) {
        html.push_str(&escaped(&item.plain[from..range.start]));
        let start = html.len();
        html.push_str(&escaped(&item.plain[range.clone()]));
        let Span { start, end } = Span::new(start..html.len());
        holes.push(Hole { start, end, kind: HoleKind::Mention(reference.clone()) });
        public.mentions.push((reference, Span::new(range.clone()).shifted(item.title.range().start)));
        from = range.end;
    }
    html.push_str(&escaped(&item.plain[from..]));
    Markup { html: html.into(), holes: holes.into() }.beside(&item.plain)
}

/// A run of blocks under one heading.
struct Part<'a> {
    heading: Option<Node<'a>>,
    nodes: Vec<Node<'a>>,
    footnotes: bool,
}

/// The blocks of an item by section. A level-three heading opens one; footnotes, which the parser moves to the end, are a
/// part of their own.
fn split<'a>(root: Node<'a>) -> Vec<Part<'a>> {
    let mut parts = vec![Part { heading: None, nodes: Vec::new(), footnotes: false }];
    for node in root.children() {
        let (opens, is_footnote) = match &node.data().value {
            NodeValue::Heading(heading) => (heading.level == 3 && !heading.setext, false),
            NodeValue::FootnoteDefinition(_) => (false, true),
            _ => (false, false),
        };
        let in_footnotes = parts.last().is_some_and(|part| part.footnotes);
        if opens {
            parts.push(Part { heading: Some(node), nodes: Vec::new(), footnotes: false });
            continue;
        }
        if is_footnote && !in_footnotes {
            parts.push(Part { heading: None, nodes: Vec::new(), footnotes: true });
        }
        if let Some(part) = parts.last_mut() {
            part.nodes.push(node);
        }
    }
    parts
}

/// Whether a section is nothing but a list whose entries each name one thing, in a line or a paragraph.
fn is_flat_list(document: Node<'_>, path: &str) -> bool {
    let is_list = |node: Node<'_>| matches!(node.data().value, NodeValue::List(_));
    let is_paragraph = |node: Node<'_>| matches!(node.data().value, NodeValue::Paragraph);
    let mut entries = document.children().flat_map(|list| list.children());
    document.children().all(is_list)
        && entries.all(|entry| {
            let Some(only) = entry.first_child() else { return true };
            let files = files_in(only, path);
            matches!(entry.data().value, NodeValue::Item(_))
                && is_paragraph(only)
                && only.next_sibling().is_none()
                // The note of an entry without words would be lost with it.
                && (files == 1 || files == 0 && !html::text_of(only).trim().is_empty())
        })
}

/// How many files a block links to.
fn files_in(block: Node<'_>, path: &str) -> usize {
    let names_file = |node: &Node<'_>| match &node.data().value {
        NodeValue::Link(target) | NodeValue::Image(target) => link::names_file(&target.url, path),
        _ => false,
    };
    block.descendants().filter(names_file).count()
}

/// The attachments of a section that lists them: those it links to, and those it only names, in order.
fn listed(document: Node<'_>, mut linked: Vec<File>, path: &str) -> Vec<File> {
    let mut out = Vec::new();
    for entry in
        document.descendants().filter(|node| matches!(node.data().value, NodeValue::Item(_) | NodeValue::TaskItem(_)))
    {
        // Lists in the entry hold entries of their own, and make it the heading of a group.
        let is_list = |node: &Node<'_>| matches!(node.data().value, NodeValue::List(_));
        let own = || entry.children().filter(|node| !is_list(node));
        let links = own().map(|node| files_in(node, path)).sum::<usize>().min(linked.len());
        let title = own().map(html::text_of).collect::<Vec<_>>().join(" ").trim().to_owned();
        match links {
            0 if entry.children().any(|node| is_list(&node)) => {}
            0 => out.extend(file_named(&title)),
            // The words beside the link belong to the title: "Notat, opdateret den 3. maj".
            1 if !title.is_empty() => {
                out.extend(linked.drain(..1).map(|file| File { title: title.as_str().into(), ..file }));
            }
            several => out.extend(linked.drain(..several)),
        }
    }
    out.extend(linked);
    out
}

fn outcome(sections: &[Section], settings: &Settings) -> Option<crate::model::Outcome> {
    let decisions = sections.iter().filter(|section| section.kind == SectionKind::Resolution);
    let mut text = String::new();
    for section in decisions {
        // What one decision leads to doesn't reach into the next.
        text.push_str(if text.is_empty() { "" } else { ".\n" });
        lines_of(&section.body.html, &mut text);
    }
    settings.language.outcome(&text)
}

/// Writes the text of a decision as [`crate::language::Language::outcome`] takes it: a line for each block, with a tab before
/// the entries of a list that the block before leads to. Where a sentence seems to go on in the next block, as page breaks make
/// it, so does the line; and a table is one line, for its cells mean nothing alone.
fn lines_of(html: &str, out: &mut String) {
    let start = out.len();
    let is_open = |out: &str| !matches!(out[start..].trim().chars().next_back(), None | Some('.' | '!' | '?'));
    let (mut ended, mut depth, mut led, mut in_table) = (false, 0_u32, None, false);
    let mut rest = html;
    while !rest.is_empty() {
        let (text, after) = rest.split_at(memchr::memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len()));
        if !text.trim().is_empty() && std::mem::take(&mut ended) && !out[start..].trim().is_empty() {
            let so_far = out.trim_end();
            let goes_on = so_far.ends_with([':', ',']) || text.trim_start().starts_with(char::is_lowercase);
            out.push_str(match led {
                Some(_) => "\n\t",
                None if goes_on && is_open(so_far) => " ",
                None => "\n",
            });
        }
        for (index, line) in text.split('\n').enumerate() {
            out.push_str(if index > 0 { " " } else { "" });
            out.push_str(line);
        }
        let close = if after.starts_with('&') { b';' } else { b'>' };
        let end = memchr::memchr(close, after.as_bytes()).map_or(after.len(), |at| at + 1);
        let name = after[..end].trim_matches(['<', '>']).split(' ').next().unwrap_or_default();
        match name {
            "ul" | "ol" => {
                depth += 1;
                led = led.or_else(|| is_open(out).then_some(depth));
                ended = true;
            }
            "/ul" | "/ol" => {
                led = led.filter(|of| *of != depth);
                depth = depth.saturating_sub(1);
                ended = true;
            }
            "table" | "/table" => (in_table, ended) = (name == "table", true),
            "/p" | "/li" | "/pre" | "/blockquote" if !in_table => ended = true,
            "" | "em" | "/em" | "strong" | "/strong" | "a" | "/a" | "del" | "/del" | "code" | "/code" => {}
            _ => out.push(' '),
        }
        rest = &after[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::parse::Drafts;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// What lines begin with.
    const STARTS: &[&str] = &[
        "",
        "",
        "",
        "",
        "",
        "\n",
        "\n",
        "- ",
        "- ",
        "* ",
        "+ ",
        "-",
        "1. ",
        "1. ",
        "2. ",
        "3) ",
        "1) ",
        "0. ",
        "10. ",
        "1234567890. ",
        "### ",
        "### ",
        "### ",
        " ### ",
        "#### ",
        "###",
        "## ",
        "#",
        "> ",
        "    ",
        "  ",
        "   ",
        "---",
        "===",
        "--",
        ":-",
        "|",
        "```",
        "~~~",
        "<!-- ",
        "<p>",
        "[a]: ",
        "[^1]: ",
        "- - ",
        "1. 2. ",
        "- [ ] ",
        "\u{a0}",
        "\u{feff}",
        "\"",
        "(",
        "§ ",
        "***",
        ": ",
    ];

    /// What stands in them.
    const WORDS: &[&str] = &[
        "Bilag",
        "Bilag",
        "Indstilling",
        "Beslutning",
        "Godkendt",
        "Lukket",
        "Lukkede veje",
        "a",
        "Æble",
        "17/22360",
        "18/471",
        "26/2-2018",
        "x17/2",
        "17/3*",
        "-",
        "2018",
        "1.",
        "1)",
        "&",
        "&amp;",
        "&x",
        "\"",
        ">",
        "<",
        "<b>",
        "*",
        "**",
        "_",
        "`",
        "[",
        "]",
        "[a]",
        "[^1]",
        "[a](b.pdf)",
        "![b](b.png)",
        "]:",
        "\\",
        "~",
        "|",
        "#",
        "###",
        ":",
        "!",
        "'",
        "https://a.example/17/3",
        "a@17/3.dk",
        "\u{a0}",
        "\u{feff}",
        "\u{2028}",
        "\u{85}",
        "…",
        "sag",
        "Sagsnr.:",
        "og",
        ",",
        ".",
        "</p>",
    ];

    const ENDS: &[&str] =
        &["\n", "\n", "\n", "\n", "\n\n", "\n\n", "\n\n", "\n\n\n", " \n", "  \n", "\\\n", "\n \n", "", "\t\n"];

    fn line() -> impl Strategy<Value = String> {
        let words = vec((select(WORDS), select(&[" ", " ", " ", "", "  "][..])), 0..4);
        (select(STARTS), words, select(ENDS)).prop_map(|(start, words, end)| {
            let words: String = words.iter().map(|(word, gap)| format!("{word}{gap}")).collect();
            // Most lines end with a word.
            let words = if end.starts_with('\n') { words.trim_end_matches(' ') } else { &words };
            format!("{start}{words}{end}")
        })
    }

    /// Lines of nothing but what may be plain, so that all of it is read quickly.
    fn plain_line() -> impl Strategy<Value = String> {
        let words = vec(select(&WORDS[..15]), 1..4);
        (select(&STARTS[..19]), words, select(&ENDS[..8]))
            .prop_map(|(start, words, end)| format!("{start}{}{end}", words.join(" ")))
    }

    /// Rows of a table, most of them whole.
    fn row() -> impl Strategy<Value = String> {
        const RULES: &[&str] = &["---", "-", ":--", "--:", ":-:", " --- ", ":", "", "- -"];
        let cell = (select(&["", " ", "  "][..]), select(&WORDS[..30]), select(&["", " "][..]))
            .prop_map(|(before, word, after)| format!("{before}{word}{after}"));
        let cells = prop_oneof![
            vec(cell, 2..4),
            vec(select(RULES).prop_map(str::to_owned), 2..4),
            Just(vec!["---".to_owned(), "--:".to_owned()])
        ];
        let edge = || select(&["|", "|", "|", "|", "", " |"][..]);
        (edge(), cells, edge(), select(&["\n", "\n", "\n", "\n", " \n", "\n\n"][..]))
            .prop_map(|(before, cells, after, end)| format!("{before}{}{after}{end}", cells.join("|")))
    }

    fn read(body: &str, anywhere: bool, read: impl Fn(&mut Reading<'_>)) -> (PublicItem, Vec<String>) {
        let text = format!("## Punkt 1: Sag 17/1\n{body}\n");
        let source = Source::new("content/a/1.md", text.as_str());
        let mut config = Config::default();
        if anywhere {
            config.cases.place = CasePlace::Anywhere;
        }
        let settings = Settings::new(&config, Drafts::Left);
        let heading = text.find('\n').unwrap();
        let item = Item {
            number: crate::model::Number::new("1"),
            heading: Span::new(0..heading),
            title: Span::new("## Punkt 1: ".len()..heading),
            plain: "Sag 17/1".to_owned(),
            bare: false,
            claim: None,
            body: Span::new(heading..text.len()),
            hidden: Span::new(3..text.len()),
        };
        let mut problems = Vec::new();
        let mut reading = Reading::new(&source, &item, &settings, &mut problems);
        read(&mut reading);
        let public = reading.finish();
        let mut problems: Vec<String> =
            problems.iter().map(|problem| format!("{} {:?}", problem.code.name(), problem.span)).collect();
        problems.sort();
        (public, problems)
    }

    fn both_ways(body: &str, anywhere: bool) -> Result<(), TestCaseError> {
        let quick = read(body, anywhere, in_pieces);
        let whole = read(body, anywhere, |reading| by_tree(reading, 0..reading.source.slice(reading.item.body).len()));
        prop_assert_eq!(quick, whole, "{:?}", body);
        Ok(())
    }

    proptest! {
        /// What is read without a tree, and piece by piece, is what the parser makes of the whole.
        #[test]
        fn plain_text_is_what_the_parser_reads(lines in vec(line(), 0..9), anywhere: bool) {
            both_ways(&lines.concat(), anywhere)?;
        }

        /// The same where nothing reaches from one section into another, so that blocks are read one by one.
        #[test]
        fn blocks_are_what_the_parser_reads(lines in vec(line(), 0..9), anywhere: bool) {
            let mut body = lines.concat();
            for sign in ["<", "```", "~~~", "]:"] {
                body = body.replace(sign, "x");
            }
            both_ways(&body, anywhere)?;
        }

        #[test]
        fn tables_are_what_the_parser_reads(rows in vec(row(), 1..6), after in line(), anywhere: bool) {
            both_ways(&format!("\n### a\n\n{}{after}", rows.concat()), anywhere)?;
        }

        #[test]
        fn plain_lines_are_what_the_parser_reads(lines in vec(plain_line(), 0..12), anywhere: bool) {
            both_ways(&lines.concat(), anywhere)?;
        }
    }

    #[test]
    fn an_entry_of_nothing_is_one_only_at_the_end_of_a_line() {
        for body in ["\na\n\n1.\n\n### b\n", "\na\n\n-\n\nb\n", "\na\n\n1."] {
            both_ways(body, false).unwrap();
        }
    }

    #[test]
    fn usual_minutes_are_plain() {
        for (piece, expected) in [
            ("17/22360", true),
            ("### Baggrund\n\nEn tekst, jf. sag 18/471,\npå to \"linjer\" & mere.\n\n- et\n- to\n\nMere.", true),
            ("### Indstilling\n1. at det godkendes\n2. at det sker", true),
            ("### Økonomi\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nEn *tekst*.", true),
            ("### Økonomi\n\n| a | b |\n|---|---|\n| 1 |\n\nEn tekst.", true),
            ("### Bilag\n\n- Bilag 1 - Notat", true),
            ("### Bilag\n\n- [Notat](notat.pdf)", false),
            ("### Sagen\n\n- a\n\n- b", false),
            ("### Sagen\n\n- a\n\n  mere", false),
            ("**17/22360**", false),
        ] {
            let is_plain = std::cell::Cell::new(false);
            read(piece, false, |reading| {
                is_plain.set(plainly(reading, usize::from(piece.starts_with('#'))..1 + piece.len()))
            });
            assert_eq!(is_plain.get(), expected, "{piece}");
        }
    }
}
