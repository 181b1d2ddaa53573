//! Text that is ready to be shown, but for what only the whole archive knows.

use super::Reference;
use crate::source::Span;
use std::ops::Range;

/// A piece of HTML (HTML Living Standard, flow content) with holes: places whose final form depends on the archive or on
/// the page it stands on. Without filling any hole it is still valid HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    /// The HTML.
    pub html: Box<str>,
    /// The holes, in order, none overlapping.
    pub holes: Box<[Hole]>,
}

/// A place in [`Markup::html`], in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// First byte.
    pub start: u32,
    /// One past the last byte; equal to `start` where something is to be inserted.
    pub end: u32,
    /// What belongs there.
    pub kind: HoleKind,
}

/// What a [`Hole`] is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoleKind {
    /// A case number in running text: a link, when the archive has the case.
    Mention(Reference),
    /// The inside of an `href` or `src`.
    Href(Link),
    /// The place after the link to a file, by its path: on paper its address is written there.
    Address(Box<str>),
    /// An ` id="…"` that only the meeting's own page may carry.
    Id(String),
}

/// Where a link inside the archive leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// A file in the content folder, by its path there.
    File(Box<str>),
    /// Another meeting file by its path, and an anchor on its page.
    Meeting(Box<str>, Option<Box<str>>),
    /// A place on the meeting's own page.
    Anchor(Box<str>),
}

/// A link and its place in the meeting file, for what can be said of it only when the archive is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The link.
    pub link: Link,
    /// Its place in the meeting file.
    pub span: Span,
}

/// Whether two lists are of the same links, wherever they stand.
pub(super) fn same_links(links: &[Mark], others: &[Mark]) -> bool {
    links.iter().map(|mark| &mark.link).eq(others.iter().map(|mark| &mark.link))
}

impl Markup {
    /// This as the form of a heading: nothing where it is its text and no more, which most headings are.
    pub fn beside(self, text: &str) -> Option<Box<Markup>> {
        (!self.holes.is_empty() || *self.html != *escaped(text)).then(|| Box::new(self))
    }

    /// Where the contents of entries stand, of lists whose entries are a line or a paragraph each.
    pub fn entries(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = memchr::memmem::find_iter(self.html.as_bytes(), b"<li>").map(|at| at + "<li>".len());
        starts.map(|start| {
            let entry = &self.html[start..];
            let entry = entry.split("</li>").next().unwrap_or(entry);
            let from = start + entry.len() - entry.trim_start().len();
            let inside = entry.trim();
            match inside.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")) {
                Some(paragraph) => from + "<p>".len()..from + "<p>".len() + paragraph.len(),
                None => from..from + inside.len(),
            }
        })
    }

    /// The holes in a range of the HTML, and at its ends.
    pub fn holes_in(&self, range: &Range<usize>) -> &[Hole] {
        let from = self.holes.partition_point(|hole| (hole.start as usize) < range.start);
        let to = self.holes.partition_point(|hole| hole.end as usize <= range.end);
        self.holes.get(from..to).unwrap_or_default()
    }

    /// A range of the HTML by itself.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Markup {
        let holes = self.holes_in(&range).iter().map(|hole| {
            let Span { start, end } = Span::new(hole.start as usize - range.start..hole.end as usize - range.start);
            Hole { start, end, kind: hole.kind.clone() }
        });
        Markup { holes: holes.collect(), html: self.html[range].into() }
    }

    /// The words without markup, entities decoded and white space folded: an empty line between blocks such as paragraphs
    /// and rows, ` | ` between the cells of a row. Whoever reads the text, the privacy gate among them, then takes no two of
    /// them for one.
    pub fn text(&self) -> String {
        let loose = self.loose_text();
        let mut out = String::with_capacity(loose.len());
        let mut rest = loose.trim();
        while !rest.is_empty() {
            let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
            out.push_str(word);
            rest = after.trim_start();
            let gap = &after[..after.len() - rest.len()];
            out.push_str(if gap.contains(BLOCK) {
                BLOCK
            } else if gap.contains(CELL) {
                " | "
            } else if gap.is_empty() {
                ""
            } else {
                " "
            });
        }
        out
    }

    /// The same before white space is folded.
    fn loose_text(&self) -> String {
        let mut out = String::with_capacity(self.html.len());
        let mut rest: &str = &self.html;
        while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with('<') {
                let end = memchr::memchr(b'>', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
                out.push_str(parting(&rest[1..end]));
                rest = &rest[end..];
            } else {
                let (entity, character) = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"')]
                    .into_iter()
                    .find(|(entity, _)| rest.starts_with(entity))
                    .unwrap_or(("&", '&'));
                out.push(character);
                rest = &rest[entity.len()..];
            }
        }
        out.push_str(rest);
        out
    }
}

/// How the link from a footnote back to where it is referred to begins, before and after its address. Its number follows in its
/// name, so that no two of a page are called the same.
pub const BACK: [&str; 2] = ["<p><a href=\"", "\" aria-label=\"↩ "];

/// Stands where a block begins or ends.
const BLOCK: &str = "\n\n";

/// Stands where a cell begins or ends.
const CELL: &str = "\t";

/// What a tag puts between the words on its sides, told by what follows its `<`: `<em>` inside a word parts nothing.
fn parting(tag: &str) -> &'static str {
    let name = tag.trim_start_matches('/');
    match &name[..name.bytes().take_while(u8::is_ascii_alphanumeric).count()] {
        "em" | "strong" | "a" | "del" | "code" => "",
        "td" | "th" => CELL,
        "br" | "img" | "sup" => " ",
        _ => BLOCK,
    }
}

/// A text as HTML, for element content and quoted attributes (HTML Living Standard, "Serializing HTML fragments").
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

/// Whether a text is another one as HTML, see [`escaped`].
pub fn needs_escaping(text: &str) -> bool {
    any(text.as_bytes(), |byte| (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == b'"'))
}

/// Writes a text as HTML, like [`escaped`].
pub fn escape(text: &str, out: &mut String) {
    if !needs_escaping(text) {
        out.push_str(text);
        return;
    }
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// Whether any byte is one of those asked for. Blocks of bytes are looked at all at once, as far as the question has no
/// branches; the last block overlaps the one before, so that few are looked at alone.
#[inline]
pub fn any(bytes: &[u8], is_wanted: impl Fn(u8) -> bool + Copy) -> bool {
    #[inline]
    fn in_block<const SIZE: usize>(block: &[u8; SIZE], is_wanted: impl Fn(u8) -> bool) -> bool {
        block.iter().fold(false, |any, byte| any | is_wanted(*byte))
    }
    if let Some(last) = bytes.last_chunk::<16>() {
        return in_block(last, is_wanted) || bytes.as_chunks::<16>().0.iter().any(|block| in_block(block, is_wanted));
    }
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => in_block(first, is_wanted) | in_block(last, is_wanted),
        _ => bytes.iter().any(|byte| is_wanted(*byte)),
    }
}

/// JSON as it can stand in a script and in a script element: nothing in it ends the element (HTML Living Standard, "Restrictions
/// for contents of script elements"), and nothing ends a line, as U+2028 and U+2029 did in a string before the tenth edition
/// of ECMAScript (ECMA-262).
pub fn scripted(json: String) -> String {
    // U+2028 and U+2029 begin with the byte E2.
    let may_end = |byte| (byte == b'<') | (byte == b'>') | (byte == b'&') | (byte == 0xe2);
    if !any(json.as_bytes(), may_end) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 60);
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn text_of_markup() {
        let markup = Markup {
            html: "<p>Pris &amp; <em>år</em>lig</p>\n<ul>\n<li>a</li><li>&lt;b&gt;</li></ul>".into(),
            holes: Box::default(),
        };
        assert_eq!(markup.text(), "Pris & årlig\n\na\n\n<b>");
        let table = "<table>\n<tr>\n<td>110512</td>\n<td>1234</td>\n</tr>\n<tr>\n<td>a<br />b</td>\n</tr>\n</table>";
        let table = Markup { html: table.into(), holes: Box::default() };
        assert_eq!(table.text(), "110512 | 1234\n\na b");
    }
}
