//! The gate: what was found, what site.yaml allows of it, and what is left to report.
//!
//! Findings come from three places: the public parts of the sources, the attachments, and every output as it is rendered. A
//! number that was found in a source is told once, there, where it can be mended; an output is only told of when it holds one
//! that no source has. Numbers are compared in memory and never leave it.

use super::{Finding, Form, Rule, Words, all, masked, numbers, starred};
use crate::attachment::{self, Attachment};
use crate::config::{self, Config, Exception};
use crate::diag::{Code, Diagnostic};
use crate::model::{Meeting, Number};
use crate::source::{Source, Span};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A finding with its place, before anybody asked whether it is allowed.
#[derive(Clone, Debug)]
pub struct Found {
    rule: Rule,
    /// The file it is in; its text is masked.
    source: Source,
    span: Span,
    /// The item it stands in.
    item: Option<Number>,
    /// What there is to say beside the place: which part of a file, how often.
    detail: String,
    keys: Vec<Key>,
}

/// What makes a finding the same as another. It is the number itself, so it can't be printed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key(Box<str>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Found {
    fn new(rule: Rule, source: &Source, span: Span) -> Found {
        Found { rule, source: source.clone(), span, item: None, detail: String::new(), keys: Vec::new() }
    }

    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::new(self.rule.code(), &self.source, self.span, &[&self.detail])
    }

    /// Where it is, for the account of a control.
    pub fn place(&self) -> String {
        let position = self.source.position(self.span.start);
        format!("{}:{}:{}", self.source.path(), position.line, position.column)
    }

    /// By which rule.
    pub fn rule(&self) -> Rule {
        self.rule
    }
}

/// Looks at a source whose closed items are blanked. `meeting` tells which item a place belongs to.
pub fn source(source: &Source, meeting: Option<&Meeting>, words: &Words) -> Vec<Found> {
    let findings = all(source.text(), Form::Markdown, words);
    let mut found = in_text(source, &findings, Form::Markdown);
    for found in &mut found {
        let items = meeting.map_or(&[][..], |meeting| &meeting.items);
        let after = items.partition_point(|item| item.span.start <= found.span.start);
        found.item = after.checked_sub(1).map(|last| items[last].number.clone());
    }
    found
}

/// Looks at site.yaml: only at numbers, since its addresses are there to be found.
pub fn settings(source: &Source) -> Vec<Found> {
    in_text(source, &numbers(source.text(), Form::Markdown), Form::Markdown)
}

fn in_text(source: &Source, findings: &[Finding], form: Form) -> Vec<Found> {
    if findings.is_empty() {
        return Vec::new();
    }
    let shown = hidden(source, findings, form);
    let found = findings.iter().map(|finding| {
        let span = Span::new(finding.range.clone());
        // Only the line: an old archive has thousands of these.
        let mut found = Found::new(finding.rule, &shown.excerpt(span), span);
        // Words are no numbers to be known again.
        found.keys.extend((finding.rule != Rule::Confidential).then(|| Key(finding.key().into())));
        found
    });
    found.collect()
}

/// A source with what was found in it starred, places kept. Words are no secret; they stay.
fn hidden(source: &Source, findings: &[Finding], form: Form) -> Source {
    let secret: Vec<&Finding> = findings.iter().filter(|finding| finding.rule != Rule::Confidential).collect();
    if secret.is_empty() && form == Form::Markdown {
        // It was read as it would be now, and has nothing to hide.
        return match masked(source.path()) {
            Cow::Borrowed(_) => source.clone(),
            Cow::Owned(path) => source.with_hidden(path, source.text()),
        };
    }
    Source::new(masked(source.path()), masked(&starred(source.text(), &secret)))
}

/// Looks into an attachment, and at its name.
pub fn attachment(path: &str, bytes: &[u8], words: &Words) -> Vec<Found> {
    let source = Source::new(masked(path), "");
    let mut out = name(path);
    let Attachment { parts, unreadable, located } = attachment::read(path, bytes);
    for part in &parts {
        let findings = all(&part.text, part.form.into(), words);
        if part.name.is_empty() {
            // The file is the text, so places in it can be shown.
            out.extend(in_text(&Source::new(path, part.text.as_str()), &findings, part.form.into()));
        } else {
            out.extend(summed(&source, &part.name, &findings));
        }
    }
    let with = |rule, detail: String| Found { detail, ..Found::new(rule, &source, Span::new(0..0)) };
    out.extend(located.into_iter().map(|place| with(Rule::Location, place)));
    out.extend(unreadable.into_iter().map(|reason| with(Rule::Unscannable, masked(&reason).into_owned())));
    out
}

/// Looks into a file that a theme publishes. Its texts are looked at as they are published, like all outputs, and what has no
/// reader may be there: every theme has fonts.
pub fn asset(path: &str, bytes: &[u8], words: &Words) -> Vec<Found> {
    if attachment::has_reader(path, bytes) { attachment(path, bytes, words) } else { Vec::new() }
}

/// What lies in a folder and is no file: it may lead to one.
pub fn not_a_file(path: &str) -> Found {
    let source = Source::new(masked(path), "");
    let detail = "it is no regular file; links are not followed, so name what it leads to".to_owned();
    Found { detail, ..Found::new(Rule::Unscannable, &source, Span::new(0..0)) }
}

/// A file that nobody even opens.
pub fn too_large(path: &str, size: u64) -> Found {
    let source = Source::new(masked(path), "");
    let detail = format!("it is {size} bytes; at most {} are read", attachment::MAX_ATTACHMENT);
    Found { detail, ..Found::new(Rule::Unscannable, &source, Span::new(0..0)) }
}

/// Numbers in the name of a file.
pub fn name(path: &str) -> Vec<Found> {
    let source = Source::new(masked(path), "");
    summed(&source, "", &numbers(path, Form::Plain))
        .into_iter()
        .map(|found| Found { detail: ", in the name of the file".to_owned(), ..found })
        .collect()
}

/// One for each rule: a table of a thousand numbers in an attachment is one thing to mend.
fn summed(source: &Source, part: &str, findings: &[Finding]) -> Vec<Found> {
    let mut by_rule: BTreeMap<Rule, Vec<Key>> = BTreeMap::new();
    for finding in findings {
        by_rule.entry(finding.rule).or_default().push(Key(finding.key().into()));
    }
    let found = by_rule.into_iter().map(|(rule, keys)| {
        let times = if keys.len() > 1 { format!(", {} times", keys.len()) } else { String::new() };
        let detail = format!("{times}, in {}", masked(part));
        Found { detail, keys, ..Found::new(rule, source, Span::new(0..0)) }
    });
    found.collect()
}

impl From<attachment::Form> for Form {
    fn from(form: attachment::Form) -> Form {
        match form {
            attachment::Form::Plain => Form::Plain,
            attachment::Form::Markdown => Form::Markdown,
            attachment::Form::Markup => Form::Markup,
            attachment::Form::Json => Form::Json,
        }
    }
}

/// What the gate made of all findings in the sources and attachments.
#[derive(Debug, Default)]
pub struct Gate {
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// What an exception allows: the finding, and which exception of site.yaml, counted from 0.
    pub allowed: Vec<(Found, usize)>,
    /// Numbers that were found in a source, told of or allowed.
    known: BTreeSet<Key>,
    /// Addresses whose numbers are allowed.
    outputs: BTreeSet<String>,
}

/// Judges findings by the exceptions of site.yaml. Without a date of `today` none has ended. `is_address` says which addresses
/// the site has; `settings` is site.yaml, for pointing into it.
pub fn gate<'a>(
    found: impl IntoIterator<Item = &'a Found>,
    config: &Config,
    today: Option<Date>,
    is_address: impl Fn(&str) -> bool,
    settings: impl FnOnce() -> Source,
) -> Gate {
    let exceptions = &config.privacy.exceptions;
    let mut gate = Gate::default();
    let mut used = vec![false; exceptions.len()];
    let own = own_contact(config);
    for found in found {
        if found.rule == Rule::Contact && found.keys.iter().all(|key| own.contains(key)) {
            continue;
        }
        gate.known.extend(found.keys.iter().filter(|_| found.rule <= Rule::CprPossible).cloned());
        let fitting =
            |over| exceptions.iter().position(|exception| fits(exception, found) && is_over(exception, today) == over);
        // One that has ended may have been renewed by another.
        let fitting = fitting(false).or_else(|| fitting(true));
        match fitting {
            Some(index) => {
                used[index] = true;
                if is_over(&exceptions[index], today) {
                    gate.diagnostics.push(found.diagnostic());
                } else {
                    gate.allowed.push((found.clone(), index));
                }
            }
            None => gate.diagnostics.push(found.diagnostic()),
        }
    }
    let in_outputs = |exception: &Exception| exception.rule == Code::Cpr && is_address(&exception.file);
    let live = exceptions.iter().filter(|exception| in_outputs(exception) && !is_over(exception, today));
    gate.outputs = live.map(|exception| exception.file.clone()).collect();
    let mut source = None;
    let mut settings = Some(settings);
    for (exception, used) in exceptions.iter().zip(used) {
        let problem = match (is_over(exception, today), used || in_outputs(exception)) {
            (true, _) => (Code::ExceptionExpired, exception.expires.to_string()),
            (false, false) => (Code::ExceptionUnused, String::new()),
            (false, true) => continue,
        };
        let source =
            source.get_or_insert_with(|| settings.take().map_or_else(|| Source::new(config::PATH, ""), |read| read()));
        gate.diagnostics.push(Diagnostic::new(problem.0, source, exception.span, &[&problem.1]));
    }
    gate
}

impl Gate {
    /// The personal numbers of an output that no source has; `Err` keeps it from being published.
    ///
    /// # Errors
    /// One diagnostic, at the first of them.
    pub fn output(&self, address: &str, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
        if self.outputs.contains(address) {
            return Ok(());
        }
        // What is no text was looked into where it lies, as an attachment or as a file of the theme.
        let text = simdutf8::basic::from_utf8(bytes).unwrap_or_default();
        self.published(address, address, Form::Plain)?;
        self.published(address, text, Form::of(address))
    }

    fn published(&self, address: &str, text: &str, form: Form) -> Result<(), Box<Diagnostic>> {
        let findings = numbers(text, form);
        let is_new = |finding: &&Finding| finding.rule == Rule::Cpr && !self.known.contains(&Key(finding.key().into()));
        let Some(finding) = findings.iter().find(is_new) else { return Ok(()) };
        let shown = hidden(&Source::new(address, text), &findings, form);
        let span = Span::new(finding.range.clone());
        let detail = ", on a page that was built; no source has it: look at the theme and at site.yaml";
        Err(Box::new(Diagnostic::new(Code::Cpr, &shown, span, &[detail])))
    }
}

fn fits(exception: &Exception, found: &Found) -> bool {
    let path = found.source.path();
    let of_file =
        exception.file == **path || exception.file.ends_with('/') && path.starts_with(exception.file.as_str());
    let of_item =
        exception.item.as_ref().is_none_or(|item| found.item.as_ref().is_some_and(|own| own.printed() == item));
    exception.rule == found.rule.code() && of_file && of_item
}

fn is_over(exception: &Exception, today: Option<Date>) -> bool {
    today.is_some_and(|today| exception.expires < today)
}

/// What stands under `contact` may stand anywhere.
fn own_contact(config: &Config) -> BTreeSet<Key> {
    let contact = &config.contact;
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).collect::<Vec<_>>();
    let phone = contact.phone.as_ref().map(digits).map(|digits| {
        // Without the country.
        digits[digits.len().saturating_sub(8)..].iter().collect::<String>()
    });
    let mail = contact.email.as_ref().map(|mail| mail.to_lowercase());
    [phone, mail].into_iter().flatten().map(|text| Key(text.into())).collect()
}

/// The findings of a cached file.
pub type Cached = Arc<Vec<Found>>;
