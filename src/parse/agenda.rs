//! Cuts a meeting file into head, preamble and items, and finds the closed ones.
//!
//! Items begin at lines that begin with `## `, whatever stands around them, a code fence too: where one item ends and the next
//! begins must not hang on how Markdown is nested, or an open fence could swallow the heading that closes an item.

use super::front_matter::{ClosedNumbers, Head};
use super::html;
use crate::diag::{Code, Diagnostic};
use crate::language::{ClosedTitle, Language, capitalised, minutes};
use crate::model::{Number, any};
use crate::source::{Source, Span, is_bidi_control, is_invisible};
use std::borrow::Cow;

/// A meeting file in pieces.
#[derive(Debug)]
pub(super) struct Parts {
    /// The YAML between the two lines of hyphens; `Err` holds what is missing.
    pub head: Result<Span, Code>,
    /// What stands before the first item.
    pub preamble: Span,
    /// The items.
    pub items: Vec<Item>,
    /// How they give their numbers.
    form: Form,
}

/// An item, cut out and not yet read.
#[derive(Debug)]
pub(super) struct Item {
    /// The number as printed, or the place where none was printed.
    pub number: Number,
    /// The line of the heading.
    pub heading: Span,
    /// The title in that line, as Markdown.
    pub title: Span,
    /// The title as text.
    pub plain: String,
    /// Whether it lacks the number that the other headings have.
    pub bare: bool,
    /// The number its title begins with, where that is none by the form of the file.
    pub claim: Option<Claim>,
    /// What follows the heading.
    pub body: Span,
    /// What is blanked when it is closed: all but `## Punkt N`.
    pub hidden: Span,
}

/// A number at the start of a title, which somebody may have meant as that of the item.
#[derive(Debug)]
pub(super) struct Claim {
    number: Number,
    look: Look,
    end_of_number: usize,
}

/// How much a number at the start of a title looks like that of the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// `Punkt 2. title`: it can be nothing else, and has the form of no file.
    Sure,
    /// `2) title`
    Likely,
    /// `Punkt 5 i budgetaftalen`, or a heading in the form of other files.
    Possible,
}

/// How the headings of a file give their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `Punkt N: title`
    Word,
    /// `N. title`
    Dot,
    /// `title`
    Bare,
}

/// A heading's number and title, as offsets in its text.
struct Numbered {
    form: Form,
    number: Number,
    end_of_number: usize,
    title: std::ops::Range<usize>,
}

pub(super) fn cut(source: &Source) -> Parts {
    let text = source.text();
    let (head, body) = head(text);
    let headings = headings(text, body);
    let preamble = Span::new(body..headings.first().copied().unwrap_or(text.len()));
    let mut form = None;
    let items = headings.iter().enumerate().map(|(index, start)| {
        let end = headings.get(index + 1).copied().unwrap_or(text.len());
        let line_end = memchr::memchr(b'\n', &text.as_bytes()[*start..end]).map_or(end, |at| start + at);
        item(text, *start, line_end, end, index, &mut form)
    });
    let items = items.collect();
    Parts { head, preamble, items, form: form.unwrap_or(Form::Bare) }
}

/// The span of the YAML, and where the body begins.
fn head(text: &str) -> (Result<Span, Code>, usize) {
    let Some(first) = text.split_inclusive('\n').next().filter(|line| line.trim_end() == "---") else {
        return (Err(Code::HeadMissing), 0);
    };
    let start = first.len();
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return (Ok(Span::new(start..at)), at + line.len());
        }
        at += line.len();
    }
    // Where the head isn't closed, the items are still cut, so that nothing of a closed one is quoted.
    (Err(Code::HeadOpen), start)
}

fn headings(text: &str, body: usize) -> Vec<usize> {
    let bytes = text.as_bytes();
    let candidates = memchr::memmem::find_iter(&bytes[body..], b"## ").map(|at| body + at);
    candidates.filter(|at| *at == body || bytes[at - 1] == b'\n').collect()
}

fn item(text: &str, start: usize, line_end: usize, end: usize, index: usize, form: &mut Option<Form>) -> Item {
    let begin = start + "## ".len();
    let shown = without_closing_hashes(&text[begin..line_end]);
    let read = Read::of(shown);
    let found = numbered(&read.text);
    let first_form = *form.get_or_insert(found.as_ref().map_or(Form::Bare, |found| found.form));
    let mut claim = None;
    let (number, end_of_number, title, bare) = match found {
        Some(found) if found.form == first_form => {
            let title = read.place(found.title.start)..read.place(found.title.end);
            (found.number, read.place(found.end_of_number), title, false)
        }
        found => {
            claim = claimed(&read.text, found);
            let end_of_number = claim.as_ref().filter(|claim| claim.look == Look::Sure);
            let end_of_number = end_of_number.map_or(0, |claim| read.place(claim.end_of_number));
            (Number::new(&(index + 1).to_string()), end_of_number, 0..shown.len(), first_form != Form::Bare)
        }
    };
    let lead = shown[title.clone()].len() - shown[title.clone()].trim_start().len();
    let from = begin + title.start + lead;
    let title = Span::new(from..from + shown[title].trim().len());
    Item {
        number,
        heading: Span::new(start..line_end),
        title,
        plain: html::plain(&text[title.range()]),
        bare,
        claim,
        body: Span::new(line_end..end),
        hidden: Span::new(begin + end_of_number..end),
    }
}

/// A heading as it is read: escapes and character references (CommonMark 0.31, 2.4 and 2.5) stand for their characters, and what
/// can't be seen is gone. So `Punkt&nbsp;2: A` and `2\. A` have the numbers that they show.
struct Read<'a> {
    text: Cow<'a, str>,
    /// Where each byte of the text stands in the line; empty where the text is the line.
    places: Vec<usize>,
}

impl Read<'_> {
    fn of(line: &str) -> Read<'_> {
        if !any(line.as_bytes(), |byte| (byte == b'&') | (byte == b'\\') | (byte >= 0xc0) & (byte != 0xc3)) {
            return Read { text: line.into(), places: Vec::new() };
        }
        let (mut text, mut places) = (String::with_capacity(line.len()), Vec::with_capacity(line.len() + 1));
        let mut at = 0;
        while let Some(first) = line[at..].chars().next() {
            let rest = &line[at..];
            let (length, shown): (usize, Cow<'_, str>) = match first {
                '\\' if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) => (2, rest[1..2].into()),
                '&' => reference(rest).map_or((1, "&".into()), |(length, shown)| (length, shown.into())),
                _ => (first.len_utf8(), rest[..first.len_utf8()].into()),
            };
            // Controls of direction are told where they stand.
            let is_gone = |character: &char| is_invisible(*character) && !is_bidi_control(*character);
            for character in shown.chars().filter(|character| !is_gone(character)) {
                text.push(character);
                places.resize(text.len(), at);
            }
            at += length;
        }
        places.push(line.len());
        Read { text: text.into(), places }
    }

    /// Where a byte of the text stands in the line.
    fn place(&self, byte: usize) -> usize {
        self.places.get(byte).copied().unwrap_or(byte)
    }
}

/// The character reference at the beginning of a text: its length, and what it stands for.
fn reference(text: &str) -> Option<(usize, String)> {
    /// The length of the longest name (HTML Living Standard, "Named character references").
    const LONGEST: usize = 33;
    let name =
        text.as_bytes()[1..].iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#');
    let length = name.count() + 2;
    let whole = text.get(..length).filter(|whole| whole.ends_with(';'))?;
    // Between letters, so that white space counts.
    let shown = html::plain(&["a", whole, "a"].concat());
    let shown = shown.strip_prefix('a')?.strip_suffix('a')?;
    (shown != whole).then(|| (length, shown.to_owned()))
}

/// `## Title ##` is `Title` (CommonMark 4.2).
pub(super) fn without_closing_hashes(text: &str) -> &str {
    let trimmed = text.trim_end();
    let bare = trimmed.trim_end_matches('#');
    if bare.is_empty() || bare.ends_with([' ', '\t']) { bare } else { trimmed }
}

/// The number of a heading in either form. Emphasis around the number or the whole line counts for nothing.
fn numbered(line: &str) -> Option<Numbered> {
    let blank = |character: char| character.is_whitespace();
    let start = line.len() - line.trim_start_matches(blank).trim_start_matches(['*', '_']).len();
    let emphasis = line[..start].trim_start_matches(blank);
    let rest = &line[start..];
    let word = item_word_length(rest);
    let has_word = word > 0;
    let gap = if has_word { rest[word..].len() - rest[word..].trim_start().len() } else { 0 };
    let at = start + word + gap;
    let end_of_number = at + number_length(&line[at..]);
    if end_of_number == at || has_word && gap == 0 {
        return None;
    }
    // `**Punkt 1**: Budget` closes its emphasis before the sign, `**Punkt 1:** Budget` after it.
    let after = &line[end_of_number..];
    let before_sign = without(after, emphasis);
    let sign = if has_word { ':' } else { '.' };
    let (title, closed) = match before_sign.trim_start().strip_prefix(sign) {
        Some(title) => (title, before_sign.len() < after.len()),
        None if has_word && after.trim_matches([' ', '\t', '*', '_']).is_empty() => ("", true),
        None => return None,
    };
    if !has_word && !title.starts_with(|first| blank(first) || matches!(first, '*' | '_')) && !title.is_empty() {
        return None;
    }
    let inner = if closed { title } else { without(title, emphasis) };
    let closed = closed || inner.len() < title.len();
    let from = line.len() - inner.len();
    let to = if closed { line.len() } else { line.trim_end().strip_suffix(emphasis).map_or(line.len(), str::len) };
    Some(Numbered {
        form: if has_word { Form::Word } else { Form::Dot },
        number: Number::new(&line[at..end_of_number]),
        end_of_number,
        title: from..to.max(from),
    })
}

/// The number that a heading begins with in another form than that of the file; `found`, where that is the form of others.
fn claimed(line: &str, found: Option<Numbered>) -> Option<Claim> {
    if let Some(Numbered { form, number, end_of_number, title }) = found {
        // "2. behandling af budget" is a title.
        let is_ordinal = form == Form::Dot && line[title].trim_start().starts_with(char::is_lowercase);
        return (!is_ordinal).then_some(Claim { number, look: Look::Possible, end_of_number });
    }
    let is_gap = |character: char| character.is_whitespace() || matches!(character, '*' | '_');
    let rest = line.trim_start_matches(|character: char| is_gap(character) || character == '(');
    let word = item_word_length(rest);
    let rest = rest[word..].trim_start_matches(is_gap);
    let rest = if word > 0 { without_number_word(rest).trim_start_matches(is_gap) } else { rest };
    let (number, after) = rest.split_at(number_length(rest));
    if number.is_empty() {
        return named(line);
    }
    let mut signs = after.trim_start_matches(is_gap).chars();
    let (sign, next) = (signs.next().unwrap_or(' '), signs.next().unwrap_or(' '));
    let is_free = !next.is_ascii_digit();
    let look =
        match sign {
            ')' | ']' if word == 0 && is_free => Look::Likely,
            ')' | ']' | '.' | ':' | '|' if word > 0 && is_free => Look::Sure,
            // Without a space, a hyphen is part of a word: "2-årig plan", "punkt 5-forslaget".
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' if after.starts_with(is_gap) && next.is_whitespace() => {
                if word > 0 { Look::Sure } else { Look::Likely }
            }
            // More digits may be a year, or a name such as "112: Akut hjælp".
            ':' if next.is_whitespace() && number.len() < 3 => Look::Likely,
            _ if word > 0 => Look::Possible,
            _ => return named(line),
        };
    let is_year = word == 0 && number.len() > 3;
    (!is_year).then(|| Claim { number: Number::new(number), look, end_of_number: line.len() - after.len() })
}

/// The number that a heading names as that of its item in any other way that minutes do: `Sag 2: title`, `§ 2`, `2 title`,
/// `[2. title](…)`. It says nothing of the form, and counts where the head closes one of the two.
fn named(line: &str) -> Option<Claim> {
    let plain = html::plain(line);
    // Tags are shown as text.
    let mut rest = plain.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    for tag in ["b>", "strong>", "i>", "em>", "u>"] {
        rest = rest.strip_prefix(tag).unwrap_or(rest);
    }
    let end = rest.find(|character: char| !character.is_alphabetic()).unwrap_or(rest.len());
    let word = rest[..end].to_lowercase();
    let is_known = |word: &str| {
        Language::item_words().chain(Language::number_words()).any(|known| word.ends_with(known))
            || [Language::Da, Language::En].iter().any(|language| language.is_case_label(word))
    };
    let number = match minutes::item_heading(rest) {
        Some(found) => found.number,
        None if word.is_empty() || is_known(&word) => {
            let rest = rest[end..].trim_start_matches(|sign: char| !sign.is_alphanumeric());
            rest[..number_length(rest)].to_owned()
        }
        None => return None,
    };
    // More digits are a year, and the parts of a date or of an amount no number of an item.
    let is_number = matches!(number.len(), 1..=3);
    is_number.then(|| Claim { number: Number::new(&number), look: Look::Possible, end_of_number: 0 })
}

/// A text without a word such as `nr.` at its start.
fn without_number_word(text: &str) -> &str {
    let end = text.find(|character: char| !character.is_alphabetic()).unwrap_or(text.len());
    let is_word = end > 0 && Language::number_words().any(|known| known.eq_ignore_ascii_case(&text[..end]));
    if is_word { text[end..].strip_prefix('.').unwrap_or(&text[end..]) } else { text }
}

/// How many bytes of a title say no more than its number; 0 where it has none.
pub(super) fn end_of_number(title: &str) -> usize {
    let found = numbered(title).map(|found| found.end_of_number);
    found.or_else(|| claimed(title, None).map(|claim| claim.end_of_number)).unwrap_or(0)
}

/// Whether a text begins with a word before the number of an item, and with the number.
pub(super) fn begins_with_item_word(text: &str) -> bool {
    let word = item_word_length(text);
    word > 0 && number_length(text[word..].trim_start()) > 0
}

/// A text without the emphasis it begins with.
fn without<'a>(text: &'a str, emphasis: &str) -> &'a str {
    text.strip_prefix(emphasis).unwrap_or(text)
}

/// How many bytes at the start are a word before the number of an item; white space and number may follow.
fn item_word_length(text: &str) -> usize {
    let end = text.find(|character: char| !character.is_alphabetic()).unwrap_or(text.len());
    let word = &text[..end];
    let is_word = !word.is_empty() && Language::item_words().any(|known| known.eq_ignore_ascii_case(word));
    if is_word { end + usize::from(text[end..].starts_with('.')) } else { 0 }
}

/// How many bytes at the start are a number of an item: digits, parts with dots, a letter (`12`, `12.1`, `4a`).
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = digits(0);
    if length == 0 || length > 9 {
        return 0;
    }
    while bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    let letter = bytes.get(length).is_some_and(u8::is_ascii_alphabetic);
    let ends = !text[length..].chars().nth(1).is_some_and(char::is_alphanumeric);
    length + usize::from(letter && ends)
}

/// Which items are closed. A title that may be one of a closed item closes it until the head decides; and so does a number
/// that may be meant as that of the item.
pub(super) fn closed(parts: &Parts, numbers: &ClosedNumbers, language: Language) -> Vec<bool> {
    let is_closed = |item: &Item| {
        let closes = |number: &Number| {
            numbers.stubs.contains(number) || numbers.decisions.iter().any(|(named, closed)| named == number && *closed)
        };
        let is_decided = numbers.decisions.iter().any(|(number, _)| *number == item.number);
        closes(&item.number)
            || item.claim.as_ref().is_some_and(|claim| closes(&claim.number))
            || match title(item, language) {
                ClosedTitle::Closed => true,
                ClosedTitle::Unclear => !is_decided,
                ClosedTitle::Possible | ClosedTitle::Open => false,
            }
    };
    parts.items.iter().map(is_closed).collect()
}

/// What the title says, with and without whatever number stands before it: a heading in another form than the first one's,
/// or in none (`Punkt 4. Lukket`), must not open a closed item.
pub(super) fn title(item: &Item, language: Language) -> ClosedTitle {
    says(&item.plain, language)
}

/// The same of any line of text.
pub(super) fn says(plain: &str, language: Language) -> ClosedTitle {
    let bare = without_marks(plain);
    if !language.may_close(&bare) {
        return ClosedTitle::Open;
    }
    // Minutes from elsewhere have more words before a number than meeting files: "Sag nr. 4: Lukket".
    let imported = minutes::item_heading(&bare).map(|found| found.title).unwrap_or_default();
    let says = [&*bare, without_number(&bare), &imported].map(|title| language.closed_title(title));
    let by_weight = [ClosedTitle::Closed, ClosedTitle::Unclear, ClosedTitle::Possible];
    by_weight.into_iter().find(|one| says.contains(one)).unwrap_or(ClosedTitle::Open)
}

/// A title without emphasis and the signs of footnotes, which say nothing of it: `(lukket)[^1]`, `(lukket)¹`.
fn without_marks(title: &str) -> Cow<'_, str> {
    if !any(title.as_bytes(), |byte| (byte == b'*') | (byte == b'_') | (byte == b'[') | (byte >= 0xc0) & (byte != 0xc3))
    {
        return title.into();
    }
    let mut out = String::with_capacity(title.len());
    let mut rest = title;
    while let Some(first) = rest.chars().next() {
        let footnote = footnote_length(rest);
        let is_mark = matches!(first, '*' | '_' | '†' | '‡' | '¹' | '²' | '³' | '\u{2070}'..='\u{2079}');
        if footnote == 0 && !is_mark && !is_invisible(first) {
            out.push(first);
        }
        rest = &rest[footnote.max(first.len_utf8())..];
    }
    out.into()
}

/// How many bytes at the start are the sign of a footnote, `[^1]` or `[1]`.
fn footnote_length(text: &str) -> usize {
    let Some((inside, _)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) else { return 0 };
    let is_sign = inside.starts_with('^') || !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
    if is_sign { "[]".len() + inside.len() } else { 0 }
}

/// A title without anything at its start that could be meant as a number: `Punkt 4.`, `Pkt. 6b)`, `2 a:`.
fn without_number(title: &str) -> &str {
    let mark = |character: char| !character.is_alphanumeric();
    let rest = title[item_word_length(title)..].trim_start();
    let digits = rest.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
    if digits.len() == rest.len() {
        return title;
    }
    let letter = digits.trim_start().trim_start_matches(char::is_alphabetic);
    let letters = digits.trim_start().len() - letter.len();
    let one_letter = digits.trim_start().chars().next().is_some_and(|first| first.len_utf8() == letters);
    if one_letter && letter.starts_with(mark) {
        letter.trim_start_matches(mark)
    } else {
        digits.trim_start_matches(mark)
    }
}

/// Reports what can be said of the items as a list: their numbers, and what the head says of them.
pub(super) fn check(
    source: &Source,
    parts: &Parts,
    closed: &[bool],
    head: &Head,
    language: Language,
    problems: &mut Vec<Diagnostic>,
) {
    let mut seen: std::collections::HashMap<&Number, &Item> = std::collections::HashMap::new();
    let mut before: Option<&Item> = None;
    for (item, closed) in parts.items.iter().zip(closed) {
        let number = item.number.printed();
        let visible = if *closed { Span { end: item.hidden.start, ..item.heading } } else { item.heading };
        form(source, parts, item, visible, head, language, problems);
        if let Some(first) = seen.get(&item.number) {
            let repeated = Diagnostic::new(Code::ItemNumberRepeated, source, visible, &[number]);
            problems.push(repeated.label(source, Span { end: first.hidden.start, ..first.heading }, "first here"));
        } else {
            if let Some(before) = before
                && item.number.order() < before.number.order()
            {
                problems.push(Diagnostic::new(
                    Code::ItemNumberOrder,
                    source,
                    visible,
                    &[number, before.number.printed()],
                ));
            }
            seen.insert(&item.number, item);
        }
        before = Some(item);
        if !*closed && item.plain.is_empty() {
            problems.push(Diagnostic::new(Code::ItemTitleMissing, source, visible, &[number]));
        }
        let decided = head.items.iter().find(|(named, _)| *named == item.number).and_then(|(_, entry)| entry.closed);
        let says = title(item, language);
        let has_entry = head.closed.iter().any(|(named, _)| *named == item.number);
        if says.is_doubtful() && decided.is_none() && !has_entry {
            let code = if says == ClosedTitle::Unclear { Code::ClosedTitle } else { Code::ClosedPossible };
            problems.push(Diagnostic::new(code, source, visible, &[number]));
        }
        // The entry comes first: what the title of an item says that is closed by it is nobody's business.
        if decided == Some(false) && (has_entry || says == ClosedTitle::Closed) {
            let by = if has_entry { "its entry under `closed_items`" } else { "its title" };
            problems.push(Diagnostic::new(Code::ClosedContradiction, source, visible, &[number, by]));
        }
    }
    let missing = |number: &Number| !parts.items.iter().any(|item| item.number == *number);
    for (number, span, code) in &head.named {
        if missing(number) {
            problems.push(Diagnostic::new(*code, source, *span, &[number.printed()]));
        }
    }
}

/// Reports a heading that doesn't give its number as the others do.
fn form(
    source: &Source,
    parts: &Parts,
    item: &Item,
    visible: Span,
    head: &Head,
    language: Language,
    problems: &mut Vec<Diagnostic>,
) {
    let claim = item.claim.as_ref();
    if claim.is_none() && !item.bare {
        return;
    }
    let written = |number: &Number| match parts.form {
        Form::Dot => format!("{}. …", number.printed()),
        Form::Word | Form::Bare => format!("{} {}: …", capitalised(language.words().item_address), number.printed()),
    };
    let number = item.number.printed();
    let (as_item, as_claimed) = (written(&item.number), claim.map(|claim| written(&claim.number)).unwrap_or_default());
    let is_decided = |number: &Number| {
        head.closed.iter().any(|(named, _)| named == number)
            || head.items.iter().any(|(named, entry)| named == number && entry.closed.is_some())
    };
    // Among bare titles one may begin so ("Punkt 4 - 6 i planen"), and without a number in the head nothing hangs on it.
    let is_title = parts.form == Form::Bare
        && head.closed.is_empty()
        && head.items.is_empty()
        && parts.items.iter().any(|item| item.claim.is_none());
    let (code, words) = match claim {
        Some(claim) if claim.look == Look::Sure && !is_title => (Code::ItemFormUnknown, vec![number, &as_claimed]),
        // Whichever of the two was meant, the head may close the wrong item.
        Some(claim) if claim.number != item.number && (is_decided(&item.number) || is_decided(&claim.number)) => {
            (Code::ItemNumberUnclear, vec![claim.number.printed(), number, &as_claimed])
        }
        _ if item.bare => (Code::ItemForm, vec![number, &as_item]),
        Some(claim) if claim.look != Look::Possible => (Code::ItemNumberForm, vec![number, &as_claimed]),
        _ => return,
    };
    problems.push(Diagnostic::new(code, source, visible, &words));
}
