//! An item or preamble: its Markdown, taken apart into case numbers and sections.

use super::agenda::{self, Item};
use super::html::{self, Ink, Sheet};
use super::{Settings, anchor};
use crate::config::CasePlace;
use crate::diag::{Code, Diagnostic};
use crate::language::ClosedTitle;
use crate::model::{File, Hole, HoleKind, Mark, Markup, PublicItem, Reference, Section, SectionKind, escaped};
use crate::source::{Source, Span};
use comrak::nodes::{AstNode, Node, NodeValue};
use comrak::{Arena, Options, parse_document};
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
    let ink = || Ink::new(source, settings, span.range().start, "preamble", 1, &sheet);
    closed_headings(root, ink(), problems);
    let ink = ink();
    let (body, ink) = html::write(root, &options, ink);
    problems.extend(ink.problems);
    Preamble { body, links: ink.links }
}

pub(super) fn item(source: &Source, item: &Item, settings: &Settings, problems: &mut Vec<Diagnostic>) -> PublicItem {
    let (arena, options, sheet) = (Arena::new(), html::options(), Sheet::default());
    let prefix = anchor(settings.language, &item.number);
    let body = source.slice(item.body);
    let root = parse_document(&arena, body, &options);
    closed_headings(root, Ink::new(source, settings, item.body.range().start, &prefix, 2, &sheet), problems);
    let mut references = Vec::new();
    if let Some(first) = root.first_child().filter(|node| matches!(node.data().value, NodeValue::Paragraph))
        && let Some(found) = case_paragraph(first, settings)
    {
        references = found;
        first.detach();
    }
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
    let mut tables = 0;
    let parts = split(root);
    // An archive keeps tens of thousands of these, so none is kept with room for more.
    public.sections.reserve_exact(parts.iter().filter(|part| part.heading.is_some() || !part.nodes.is_empty()).count());
    for part in parts {
        let document = arena.alloc(AstNode::from(NodeValue::Document));
        for node in part.nodes {
            document.append(node);
        }
        let level = if part.heading.is_some() { 3 } else { 2 };
        let mut ink = Ink::new(source, settings, item.body.range().start, &prefix, level, &sheet);
        (ink.number, ink.tables) = (item.number.printed(), tables);
        let heading: Arc<str> = part.heading.map(html::text_of).unwrap_or_default().trim().into();
        let title = part.heading.filter(|node| !html::is_plain_text(node, settings)).map(|node| {
            let ink = Ink::new(source, settings, item.body.range().start, &prefix, level, &sheet);
            let (title, ink) = inline(&arena, node, &options, ink);
            take(&mut public, problems, ink);
            title
        });
        let title = title.and_then(|title| title.beside(&heading));
        let kind = if heading.is_empty() { SectionKind::Other } else { settings.language.section(&heading) };
        let (markup, ink) = html::write(document, &options, ink);
        tables = ink.tables;
        problems.extend(ink.problems);
        public.mentions.extend(ink.mentions);
        public.links.extend(ink.links);
        let is_list = kind == SectionKind::Attachments && is_plain_list(document);
        let files =
            if kind == SectionKind::Attachments { listed(document, ink.files, source.path()) } else { ink.files };
        let from = public.files.len();
        public.files.extend(files);
        // A list of more is shown as it is written.
        let places = u16::try_from(from).ok().zip(u16::try_from(public.files.len()).ok());
        let files = places.filter(|_| is_list).unwrap_or_default();
        if part.footnotes {
            public.footnotes = Some(Box::new(markup));
        } else if !(heading.is_empty() && markup.html.is_empty()) {
            // What is but named in a list stands in `files` too.
            let body = if files.0 < files.1 && markup.holes.is_empty() { Markup::default() } else { markup };
            public.sections.push(Section { kind, heading, title, body, files });
        }
    }
    if settings.cases.place == CasePlace::Anywhere {
        references.extend(public.mentions.iter().map(|(reference, _)| reference.clone()));
    }
    public.references = unique(references);
    public.outcome = outcome(&public.sections, settings);
    public
}

/// Reports headings in public text that read like the heading of a closed item: indented, underlined or of another level,
/// they begin no item, and what follows would be published.
fn closed_headings(root: Node<'_>, mut ink: Ink<'_>, problems: &mut Vec<Diagnostic>) {
    for node in root.descendants() {
        let data = node.data();
        let NodeValue::Heading(heading) = &data.value else { continue };
        let says = agenda::says(html::text_of(node).trim(), ink.settings.language);
        // A section may be called "Lukkede veje"; a heading that ranks with items may not.
        if says == ClosedTitle::Closed || (says == ClosedTitle::Unclear && heading.level < 3) {
            let span = ink.span(data.sourcepos);
            problems.push(Diagnostic::new(Code::ClosedHeading, ink.source, span, &[]));
        }
    }
}

fn unique(references: Vec<Reference>) -> Vec<Reference> {
    let mut out: Vec<Reference> = Vec::with_capacity(references.len());
    for reference in references {
        if !out.contains(&reference) {
            out.push(reference);
        }
    }
    out
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
    if paragraph.descendants().any(is_more) {
        return None;
    }
    let text = &html::text_of(paragraph);
    let mut references = Vec::new();
    let mut from = 0;
    let filler = |gap: &str| {
        let gap = gap.trim_matches(|character: char| {
            character.is_whitespace() || matches!(character, ',' | ';' | '&' | '.' | ':')
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
    let rest = text[from..].trim();
    (!references.is_empty() && matches!(rest, "" | "." | "," | ";")).then_some(references)
}

/// The title as inline HTML: it may hold emphasis and mentions.
fn heading(source: &Source, item: &Item, settings: &Settings, public: &mut PublicItem, problems: &mut Vec<Diagnostic>) {
    let markdown = source.slice(item.title);
    if markdown == item.plain {
        public.heading = plain_heading(source, item, settings, public);
        return;
    }
    let (arena, options, sheet) = (Arena::new(), html::options(), Sheet::default());
    let root = parse_document(&arena, markdown, &options);
    // A title that reads as a list or a quote is still one line of text.
    let single = root
        .first_child()
        .filter(|first| first.next_sibling().is_none() && matches!(first.data().value, NodeValue::Paragraph));
    let Some(paragraph) = single else {
        public.heading = plain_heading(source, item, settings, public);
        return;
    };
    public.title = html::text_of(paragraph).trim().into();
    let ink = Ink::new(source, settings, item.title.range().start, "heading", 2, &sheet);
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
    html::write(document, options, ink)
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

/// Whether a section is nothing but a list whose entries each name one thing.
fn is_plain_list(document: Node<'_>) -> bool {
    let is_list = |node: &Node<'_>| matches!(node.data().value, NodeValue::List(_));
    let is_link = |node: &Node<'_>| matches!(node.data().value, NodeValue::Link(_) | NodeValue::Image(_));
    let entries = document.children().flat_map(|list| list.children());
    document.children().all(|node| is_list(&node))
        && entries.into_iter().all(|entry| {
            let inner = || entry.descendants();
            !inner().any(|node| is_list(&node)) && inner().filter(is_link).count() <= 1
        })
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
        let links = own().flat_map(|node| node.descendants()).filter(|node| match &node.data().value {
            NodeValue::Link(target) | NodeValue::Image(target) => html::names_file(&target.url, path),
            _ => false,
        });
        let links = links.count().min(linked.len());
        let title = own().map(html::text_of).collect::<Vec<_>>().join(" ").trim().to_owned();
        match links {
            0 if title.is_empty() || entry.children().any(|node| is_list(&node)) => {}
            0 => out.push(File { title: title.into(), path: None }),
            // The words beside the link belong to the title: "Notat, opdateret den 3. maj".
            1 => out.extend(linked.drain(..1).map(|file| File { title: title.as_str().into(), ..file })),
            several => out.extend(linked.drain(..several)),
        }
    }
    out.extend(linked);
    out
}

fn outcome(sections: &[Section], settings: &Settings) -> Option<crate::model::Outcome> {
    let decisions: Vec<String> = sections
        .iter()
        .filter(|section| section.kind == SectionKind::Resolution)
        .map(|section| section.body.loose_text())
        .collect();
    let decisions: Vec<&str> = decisions.iter().map(|text| text.trim()).collect();
    settings.language.outcome(&decisions.join(". "))
}
