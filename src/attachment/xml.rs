//! XML (fifth edition of 1.0) of documents, sheets and slides, as text: what belongs together on the page stands together here,
//! whatever elements are between.
//!
//! Nothing is resolved and no namespace is looked up: names are known by their local parts, which is enough to tell a paragraph
//! from what is in it. What isn't well-formed is read as far as it goes.

/// Stands between texts that don't belong together (U+001E, INFORMATION SEPARATOR TWO).
const APART: char = '\u{1e}';

/// How many paragraphs and asides may be open in each other. A note in a text box in a note is six; past the limit the text is
/// still read, in the order it stands in.
const MAX_OPEN: usize = 100;

/// The text of a part of XML, and what no program shows of it: the values of its attributes, comments and processing
/// instructions. `Err` says why it can't be read.
///
/// A paragraph is read as a person reads it. What an editor puts between two letters (a bookmark, another font, the mark of a
/// note) comes in hundreds of kinds, so none of it parts anything; what stands aside, such as the note itself, is told after
/// the paragraph. Outside of paragraphs there are data, each element on its own.
pub(super) fn texts(xml: &str) -> Result<(String, String), String> {
    let (mut open, mut unseen) = (vec![Flow::default()], String::new());
    let mut rest = xml;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let text;
        (text, rest) = rest.split_at(at);
        write(&mut open, text);
        if let Some((data, after)) = enclosed(rest, "<![CDATA[", "]]>") {
            write(&mut open, data);
            rest = after;
        } else if let Some((hidden, after)) = enclosed(rest, "<!--", "-->").or_else(|| enclosed(rest, "<?", "?>")) {
            unseen.push_str(hidden);
            unseen.push(APART);
            rest = after;
        } else {
            let tag;
            (tag, rest) = rest.split_at(end_of_tag(rest));
            if tag.starts_with("<!DOCTYPE") && tag.contains('[') {
                return Err("it declares entities, which may stand for any text".to_owned());
            }
            match tag.strip_prefix("</") {
                Some(_) => end(&mut open, local_name(tag)),
                None => {
                    values(tag, &mut unseen);
                    begin(&mut open, tag);
                }
            }
        }
    }
    write(&mut open, rest);
    while open.len() > 1 {
        close(&mut open);
    }
    Ok((open.pop().map(|flow| flow.text).unwrap_or_default(), unseen))
}

/// What stands between two marks at the beginning of a text, and what follows; all of it where the end is missing.
fn enclosed<'a>(text: &'a str, begin: &str, end: &str) -> Option<(&'a str, &'a str)> {
    let text = text.strip_prefix(begin)?;
    let at = memchr::memmem::find(text.as_bytes(), end.as_bytes());
    Some(at.map_or((text, ""), |at| (&text[..at], &text[at + end.len()..])))
}

/// The end of a tag: a `>` in a quoted value doesn't end it.
fn end_of_tag(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b'>', None) => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn local_name(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(name.len())];
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Something open whose text is gathered: the part itself, a paragraph, or what stands aside from one.
#[derive(Default)]
struct Flow<'a> {
    /// The element that ends it.
    name: &'a str,
    is_paragraph: bool,
    text: String,
    /// What stands aside in it.
    aside: String,
    /// The text without what was deleted, and without what was inserted, once there is any of either.
    versions: Option<[String; 2]>,
    /// How many deletions, and how many insertions, are open.
    changes: [usize; 2],
    /// Where the value of a cell began.
    value: Option<usize>,
}

/// What an element does to the text around it.
#[derive(Clone, Copy)]
enum Role {
    /// All that is in it stands together.
    Paragraph,
    /// It stands aside from the paragraph it is in.
    Aside,
    /// It is this character.
    Sign(char),
    /// It is a cell or the like: what is before and after are two, even in a paragraph.
    Cell(char),
    /// Nothing in a paragraph.
    Other,
}

/// What the elements do that do anything, by their local names: the content of runs of ECMA-376 part 1 (17.3.3; 18.4 and 18.7
/// for sheets, 21.1.2 for slides), that of paragraphs of OpenDocument 1.3 part 3 (5.1 and 6.1), and the blocks of HTML.
fn role(name: &str, tag: &str) -> Role {
    match name {
        // The body of a text document is called so too.
        "text" if tag.starts_with("<office:") => Role::Other,
        "p" | "h" | "si" | "is" | "text" => Role::Paragraph,
        // Notes, comments and shapes; what a reading aid says; the other form of what an old program can't show.
        "note" | "annotation" | "drawing" | "pict" | "object" | "frame" | "title" | "desc" | "Fallback" => Role::Aside,
        "rPh" | "rt" | "ruby-text" => Role::Aside,
        // Data and the codes of fields.
        "fldData" | "binary-data" | "instrText" | "delInstrText" => Role::Aside,
        "br" | "cr" | "line-break" => Role::Sign('\n'),
        "tab" | "ptab" => Role::Sign('\t'),
        "s" => Role::Sign(' '),
        "noBreakHyphen" => Role::Sign('-'),
        "c" | "tc" | "table-cell" | "covered-table-cell" | "v" | "f" | "td" | "th" => Role::Cell('\t'),
        "tr" | "table" | "li" | "div" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Role::Cell(APART),
        _ => Role::Other,
    }
}

fn write(open: &mut [Flow<'_>], text: &str) {
    let Some(flow) = open.last_mut() else { return };
    // Lines between the elements of a run are the work of a program that sets out XML.
    if !(flow.is_paragraph && text.contains('\n') && text.trim().is_empty()) {
        flow.push(text);
    }
}

impl Flow<'_> {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        let versions = self.versions.iter_mut().flatten().zip(self.changes);
        versions.filter(|(_, open)| *open == 0).for_each(|(version, _)| version.push_str(text));
    }
}

/// Which version of a paragraph has nothing of a change (ECMA-376 part 1, 17.13.5): that which was accepted has none of what was
/// deleted, that which was rejected none of what was inserted. A number may be whole in one of them only.
fn change(name: &str) -> Option<usize> {
    match name {
        "del" | "moveFrom" => Some(0),
        "ins" | "moveTo" => Some(1),
        _ => None,
    }
}

fn begin<'a>(open: &mut Vec<Flow<'a>>, tag: &'a str) {
    let (depth, name, is_empty) = (open.len(), local_name(tag), tag.ends_with("/>"));
    let role = role(name, tag);
    let Some(flow) = open.last_mut() else { return };
    match role {
        Role::Paragraph | Role::Aside if !is_empty && depth < MAX_OPEN => {
            let is_paragraph = matches!(role, Role::Paragraph);
            open.push(Flow { name, is_paragraph, ..Flow::default() });
            return;
        }
        // No figure ends in a dash, so the column after it goes on with what it began.
        Role::Sign('\t') if flow.text.ends_with('-') => flow.push(" "),
        Role::Sign(sign) => flow.push(sign.encode_utf8(&mut [0; 4])),
        _ => {}
    }
    if let Some(change) = change(name).filter(|_| flow.is_paragraph && !is_empty) {
        flow.versions.get_or_insert_with(|| [flow.text.clone(), flow.text.clone()]);
        flow.changes[change] += 1;
    }
    // The value of a cell (OpenDocument 1.3 part 3, 19.387) is only shown rounded and with dots; the caches of pivot tables
    // (ECMA-376 part 1, 18.10.1.60) show it nowhere.
    let value = match name {
        "table-cell" | "covered-table-cell" => "value",
        "n" => "v",
        _ => "",
    };
    let value = attributes(tag).find(|(name, _)| *name == value).and_then(|(_, value)| whole(value));
    if let Some(value) = value {
        flow.text.push_str(&value);
        flow.text.push(APART);
    }
    flow.value = (name == "v").then_some(flow.text.len());
    if is_empty {
        part(flow, role);
    }
}

fn end(open: &mut Vec<Flow<'_>>, name: &str) {
    if open.len() > 1 && open.last().is_some_and(|flow| flow.name == name) {
        return close(open);
    }
    let Some(flow) = open.last_mut() else { return };
    let value = flow.value.take().filter(|_| name == "v").map(|from| flow.text[from..].trim());
    if let Some(plain) = value.and_then(|value| whole(value).filter(|plain| value != plain)) {
        flow.text.push(' ');
        flow.text.push_str(&plain);
    }
    if let Some(change) = change(name) {
        flow.changes[change] = flow.changes[change].saturating_sub(1);
    }
    part(flow, role(name, ""));
}

/// Parts what stands before the end of an element from what comes after it.
fn part(flow: &mut Flow<'_>, role: Role) {
    match role {
        Role::Sign(_) => {}
        Role::Cell(sign) => flow.push(sign.encode_utf8(&mut [0; 4])),
        _ if flow.is_paragraph => {}
        _ => flow.text.push(APART),
    }
}

/// Ends what was opened last.
fn close(open: &mut Vec<Flow<'_>>) {
    let (Some(flow), Some(around)) = (open.pop(), open.last_mut()) else { return };
    let into = if around.is_paragraph { &mut around.aside } else { &mut around.text };
    into.push_str(&flow.text);
    // The code of a field is split between runs as the text is (ECMA-376 part 1, 17.16.23).
    if !matches!(flow.name, "instrText" | "delInstrText") {
        into.push(APART);
    }
    for version in flow.versions.iter().flatten().filter(|version| **version != flow.text) {
        into.push_str(version);
        into.push(APART);
    }
    into.push_str(&flow.aside);
}

/// The ten digits of a number that may be a personal number: a sheet keeps it without the 0 it begins with, and some programs
/// write it with an exponent.
fn whole(value: &str) -> Option<String> {
    let number = value.parse::<f64>().ok()?;
    ((1e8..1e10).contains(&number) && number.fract() == 0.0).then(|| format!("{number:010.0}"))
}

/// The attributes of a tag by their local names.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let (before, after) = rest.split_at(rest.find(['"', '\''])?);
        let name = before.trim_end().trim_end_matches('=').trim_end();
        let name = name.rsplit(|character: char| character == ':' || character.is_whitespace()).next()?;
        let value = &after[1..];
        let end = memchr::memchr(after.as_bytes()[0], value.as_bytes()).unwrap_or(value.len());
        rest = value.get(end + 1..).unwrap_or_default();
        Some((name, &value[..end]))
    })
}

/// The values of a tag, one a line.
fn values(tag: &str, out: &mut String) {
    for (name, value) in attributes(tag) {
        // A value without a digit can't be part of a number, nor a name of a person that matters here; mail addresses can.
        if value.contains(|character: char| character.is_numeric() || character == '@' || !character.is_ascii())
            && !is_identifier(tag, name, value)
        {
            out.push_str(value);
            out.push(APART);
        }
    }
}

/// Whether a value is a number that a program drew to tell the things in a document apart, which nobody wrote and nobody sees.
/// One in 150 of ten digits would read as a personal number, and a slide show has dozens. Those that may be drawn are known by
/// name: pictures and shapes, bookmarks, content controls, blocks of a web page, axes of charts and slides (ECMA-376 part 1),
/// rows, columns and versions of slides (\[MS-ODRAWXML\], \[MS-PPTX\]), lists of OpenDocument (1.3 part 3).
fn is_identifier(tag: &str, name: &str, value: &str) -> bool {
    let element = local_name(tag);
    let digits = match element {
        "list" => value.strip_prefix("list").unwrap_or(value),
        _ => value.strip_prefix('-').unwrap_or(value),
    };
    let is_identified = match element {
        "docPr" | "cNvPr" | "bookmarkStart" | "bookmarkEnd" | "sldId" | "sldMasterId" | "sldLayoutId" | "list" => {
            name == "id"
        }
        "div" => name == "id" && tag.starts_with("<w:"),
        "id" => name == "val" && tag.starts_with("<w:"),
        "axId" | "crossAx" | "divId" | "creationId" | "modId" | "rowId" | "colId" => name == "val",
        _ => false,
    };
    is_identified && digits.bytes().all(|byte| byte.is_ascii_digit())
}
