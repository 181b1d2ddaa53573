//! Diagnostics for people and for programs, and the only printing in the house.
//!
//! People get rustc's layout (annotate-snippets); programs get JSON, SARIF 2.1.0 (OASIS) or the workflow commands of GitHub.
//! Lines and columns count from 1, columns in Unicode scalar values, in every form.
#![expect(clippy::disallowed_methods, reason = "this is the module that may print")]

use crate::check::privacy;
use crate::config;
use crate::diag::{Code, Diagnostic, Label, Severity};
use crate::source::{Position, Source, Span, is_bidi_control};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anyhow::Context;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One array of JSON.
    Json,
    /// Annotations on GitHub.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// Whether colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// They are.
    Yes,
    /// They aren't.
    No,
}

/// Diagnostics in a format. `root` is the archive's folder as it was named, put before every path.
pub fn diagnostics(problems: &[Diagnostic], root: &Path, format: Format, colour: Colour) -> String {
    // Whatever is printed goes through here, so no log holds a personal number, of whatever a line is quoted for.
    let problems: &[Diagnostic] = &problems.par_iter().map(|problem| printable(problem, root)).collect::<Vec<_>>();
    match format {
        // An old archive has thousands of warnings, and a build waits for them.
        Format::Human => problems.par_iter().map(|problem| human(problem, root, colour)).collect(),
        Format::Json => {
            let records: Vec<Record> = problems.iter().map(|problem| Record::new(problem, root)).collect();
            serde_json::to_string_pretty(&records).unwrap_or_default() + "\n"
        }
        Format::Github => problems.iter().map(|problem| github(&Record::new(problem, root))).collect(),
        Format::Sarif => format!("{:#}\n", sarif(problems, root)),
    }
}

/// A diagnostic as it may be printed: files that its words name are where whoever reads it stands, and no personal number is
/// in it.
fn printable(problem: &Diagnostic, root: &Path) -> Diagnostic {
    // Many hints say where the settings are.
    let names_settings = problem.hint.contains(config::PATH);
    if is_here(root) || problem.named.is_empty() && !names_settings {
        return privacy::masked_diagnostic(problem);
    }
    let mut problem = problem.clone();
    let mut named = std::mem::take(&mut problem.named);
    named.push(config::PATH.into());
    for words in [&mut problem.message, &mut problem.hint] {
        *words = from_here(words, &named, root).into();
    }
    privacy::masked_diagnostic(&problem)
}

/// A text with the way to the archive's folder put before each path in it: the longest, where one begins as another does. Where
/// the way stands already it stays as it is, since a record is made of what was made printable before.
fn from_here(text: &str, paths: &[Arc<str>], root: &Path) -> String {
    let way = root.join("").display().to_string();
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    let next = |rest: &str| {
        let found = paths.iter().filter_map(|path| Some((rest.find(&**path)?, path)));
        found.min_by_key(|(at, path)| (*at, std::cmp::Reverse(path.len()))).map(|(at, path)| (at, path.clone()))
    };
    while let Some((at, path)) = next(rest) {
        out.push_str(&rest[..at]);
        if !out.ends_with(&way) {
            out.push_str(&way);
        }
        out.push_str(&path);
        rest = &rest[at + path.len()..];
    }
    out + rest
}

/// A diagnostic as programs get it.
#[derive(Debug, Serialize)]
pub struct Record {
    /// The code.
    pub code: &'static str,
    /// `error`, `warning` or `remark`.
    pub severity: &'static str,
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column of the end, exclusive.
    pub end_column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Record {
    /// A diagnostic of a file below `root`.
    pub fn new(problem: &Diagnostic, root: &Path) -> Record {
        let problem = &printable(problem, root);
        let span = problem.source.first_line(problem.span);
        let (start, end) = (problem.source.position(span.start), problem.source.position(span.end));
        Record {
            code: problem.code.name(),
            severity: problem.severity().word(),
            file: path(&problem.source, root),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            message: problem.message.to_string(),
            hint: problem.hint.to_string(),
        }
    }
}

fn is_here(root: &Path) -> bool {
    root.as_os_str().is_empty() || root == Path::new(".")
}

/// The path of a source from where the program was started. What shows only on a page that was built has the page's address,
/// which is below the site and no folder of the archive.
fn path(source: &Source, root: &Path) -> String {
    let is_of_archive = |folder: &str| source.path().starts_with(folder);
    if is_here(root) || !["content/", "themes/"].into_iter().any(is_of_archive) {
        source.path().to_string()
    } else {
        root.join(&**source.path()).display().to_string()
    }
}

/// The lines of a source that are quoted, without white space at their ends. Where the content of a closed item was blanked,
/// its length is white space too, and the length of what is closed is nobody's business.
struct Shown {
    text: String,
    /// Number of the first line.
    first: usize,
    line_starts: Vec<usize>,
}

impl Shown {
    fn new(source: &Source, lines: std::ops::RangeInclusive<usize>) -> Shown {
        let mut shown = Shown { text: String::new(), first: *lines.start(), line_starts: Vec::new() };
        for line in lines {
            shown.line_starts.push(shown.text.len());
            shown.text.push_str(source.line(line).trim_end());
            shown.text.push('\n');
        }
        shown
    }

    /// Where a span of the source stands, up to the end of its first line: more would print a whole section.
    fn range(&self, source: &Source, span: Span) -> std::ops::Range<usize> {
        let span = source.first_line(span);
        let line = source.position(span.start).line;
        let start = self.line_starts.get(line - self.first).copied().unwrap_or_default();
        let end = self.line_starts.get(line - self.first + 1).map_or(self.text.len(), |next| *next).saturating_sub(1);
        let offset = |at: usize| (start + at.saturating_sub(source.line_start(line))).min(end);
        offset(span.range().start)..offset(span.range().end)
    }
}

fn human(problem: &Diagnostic, root: &Path, colour: Colour) -> String {
    let level = match problem.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Remark => Level::NOTE.with_name(Severity::Remark.word()),
    };
    let path = |source: &Source| visible(&path(source, root)).into_owned();
    let file = path(&problem.source);
    let labels: Vec<(String, &Label)> = problem.labels.iter().map(|label| (path(&label.source), label)).collect();
    let (message, hint) = (visible(&problem.message), visible(&problem.hint));
    let mut group = Group::with_title(level.primary_title(&*message).id(problem.code.name()));
    if problem.source.text().is_empty() {
        let Position { line, column } = problem.source.position(problem.span.start);
        group = group.element(Origin::path(file.as_str()).line(line).char_column(column));
    } else {
        let beside: Vec<&Label> = labels
            .iter()
            .filter(|(other, label)| *other == file && !label.source.text().is_empty())
            .map(|(_, label)| *label)
            .collect();
        let line = |source: &Source, span: Span| source.position(span.start).line;
        let mut lines: Vec<usize> = beside.iter().map(|label| line(&label.source, label.span)).collect();
        lines.push(line(&problem.source, problem.span));
        lines.sort_unstable();
        let shown = Shown::new(&problem.source, lines[0]..=lines[lines.len() - 1]);
        let here = AnnotationKind::Primary.span(shown.range(&problem.source, problem.span));
        let ranges: Vec<_> = beside.iter().map(|label| shown.range(&label.source, label.span)).collect();
        let mut snippet = Snippet::source(shown.text).line_start(shown.first).path(file.as_str()).annotation(here);
        for (label, range) in beside.into_iter().zip(ranges) {
            snippet = snippet.annotation(AnnotationKind::Context.span(range).label(label.text.as_str()));
        }
        group = group.element(snippet);
    }
    for (other, label) in labels.iter().filter(|(other, _)| *other != file) {
        let Position { line, column } = label.source.position(label.span.start);
        group = group
            .element(Level::NOTE.message(label.text.as_str()))
            .element(Origin::path(other.as_str()).line(line).char_column(column));
    }
    let group = group.element(Level::HELP.with_name("what to do").message(&*hint));
    let renderer = match colour {
        Colour::Yes => Renderer::styled(),
        Colour::No => Renderer::plain(),
    };
    let mut text = format!("{}\n\n", renderer.render(&[group]));
    let Position { line, column } = problem.source.position(problem.span.start);
    let cut = problem.source.cut(line);
    if cut > 0 {
        // Of a long line only a part is quoted, in which the renderer counted.
        text = text.replacen(&format!("{file}:{line}:{}", column - cut), &format!("{file}:{line}:{column}"), 1);
    }
    text
}

/// A text with the characters named that a terminal would obey. Quoted lines are made so by who draws them.
fn visible(text: &str) -> Cow<'_, str> {
    let obeys = |character: char| character != '\n' && (character.is_control() || is_bidi_control(character));
    if !text.contains(obeys) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match obeys(character) {
            true => out.push_str(&format!("<U+{:04X}>", u32::from(character))),
            false => out.push(character),
        }
    }
    out.into()
}

/// A workflow command of GitHub ("Workflow commands for GitHub Actions", setting an error message).
fn github(record: &Record) -> String {
    let command = match record.severity {
        "error" => "error",
        "warning" => "warning",
        _ => "notice",
    };
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    format!(
        "::{command} file={},line={},endLine={},col={},endColumn={},title={}::{}%0A{}\n",
        property(&record.file),
        record.line,
        record.end_line,
        record.column,
        record.end_column.max(record.column),
        property(record.code),
        data(&record.message),
        data(&record.hint)
    )
}

/// A log of the Static Analysis Results Interchange Format (SARIF 2.1.0, sections 3.13 to 3.30).
fn sarif(problems: &[Diagnostic], root: &Path) -> Value {
    let level = |severity: Severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Remark => "note",
    };
    let rules: Vec<Value> = Code::ALL
        .iter()
        .map(|code| {
            json!({
                "id": code.name(),
                "shortDescription": { "text": code.about() },
                "help": { "text": format!("Wrong:\n{}\n\nRight:\n{}", code.wrong(), code.right()) },
                "defaultConfiguration": { "level": level(code.severity()) },
            })
        })
        .collect();
    let results: Vec<Value> = problems
        .iter()
        .map(|problem| {
            let record = Record::new(problem, root);
            json!({
                "ruleId": record.code,
                "ruleIndex": Code::ALL.iter().position(|code| *code == problem.code),
                "level": level(problem.severity()),
                "message": { "text": format!("{}. To do: {}", record.message, record.hint) },
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": { "uri": uri(&record.file) },
                        "region": {
                            "startLine": record.line, "startColumn": record.column,
                            "endLine": record.end_line, "endColumn": record.end_column.max(record.column),
                        },
                    },
                }],
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "referat", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A path as a relative reference (RFC 3986, section 4.2).
fn uri(path: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(path, PLAIN).to_string()
}

/// `1 meeting`, `2 meetings`.
pub fn counted(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// `2 errors, 1 warning`; empty when there is nothing to count. Remarks are not counted.
pub fn summary(problems: &[Diagnostic]) -> String {
    let count = |severity, word: &str| {
        let number = problems.iter().filter(|problem| problem.severity() == severity).count();
        (number > 0).then(|| counted(number, word))
    };
    [count(Severity::Error, "error"), count(Severity::Warning, "warning")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

/// Prints a result. A reader that went away (`| head`) is no error.
///
/// # Errors
/// It can't be written, such as into a file on a full disk: whoever waits for it must not take a part for the whole.
pub fn result(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

fn written(result: io::Result<()>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("can't write to standard output"),
    }
}

/// Prints what there is to say about arguments: help as a result, mistakes as a message.
///
/// # Errors
/// The help can't be written.
pub fn usage(answer: &clap::Error) -> anyhow::Result<()> {
    if !answer.use_stderr() {
        return written(answer.print().and_then(|()| std::io::stdout().lock().flush()));
    }
    let text = answer.render().to_string();
    match privacy::masked(&text) {
        // With its colours.
        Cow::Borrowed(_) => drop(answer.print()),
        Cow::Owned(masked) => say(&Masked(masked)),
    }
    Ok(())
}

/// Text in which no personal number stands.
#[derive(Debug)]
pub struct Masked(String);

impl Masked {
    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Prints a message to the person at the terminal: logs are kept and passed on, so no personal number stands in one.
pub fn message(text: &str) {
    say(&Masked(privacy::masked(text).into_owned()));
}

/// The same of a text that is masked already.
pub fn say(Masked(text): &Masked) {
    drop(std::io::stderr().lock().write_all(text.as_bytes()));
}

/// How many warnings and remarks of one kind are quoted. Of more, each gets a line: nobody reads a thousand quotes of one word,
/// and they would bury everything else.
const QUOTED: usize = 100;

/// How many lines are made at a time.
const LINES: usize = 4096;

/// Diagnostics as people read them in a terminal, with their number at the end. Every error is quoted.
pub fn told(problems: &[Diagnostic], root: &Path) -> Masked {
    let colour = colour();
    let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
    let (quoted, listed): (Vec<&Diagnostic>, Vec<&Diagnostic>) = problems.iter().partition(|problem| {
        let count = counts.entry(problem.code).or_default();
        *count += 1;
        problem.severity() == Severity::Error || *count <= QUOTED
    });
    let quote = |problem: &&Diagnostic| {
        let text = human(&printable(problem, root), root, colour);
        privacy::masked(&text).into_owned()
    };
    let mut out: String = quoted.par_iter().map(quote).collect();
    for code in counts.into_keys() {
        let listed: Vec<&Diagnostic> = listed.iter().filter(|problem| problem.code == code).copied().collect();
        list(&listed, root, &mut out);
    }
    let summary = summary(problems);
    if !summary.is_empty() {
        out.push_str(&format!("{summary}. `referat explain CODE` tells more about each.\n"));
    }
    Masked(out)
}

/// Problems of one kind, a line each, beginning as editors and terminals know a place.
fn list(problems: &[&Diagnostic], root: &Path, out: &mut String) {
    let Some(first) = problems.first() else { return };
    let (severity, code) = (first.severity().word(), first.code.name());
    let line = |problem: &&Diagnostic| {
        let Position { line, column } = problem.source.position(problem.span.start);
        let (file, message) = (path(&problem.source, root), privacy::masked(&problem.message));
        let text = format!("{}:{line}:{column}: {message}\n", privacy::masked(&file));
        privacy::masked(&text).into_owned()
    };
    out.push_str(&format!("{severity}[{code}]: {} more, a line each\n", problems.len()));
    // Some at a time: of an old archive the lines are tens of megabytes, and so are as many small strings.
    for problems in problems.chunks(LINES) {
        out.par_extend(problems.par_iter().map(line));
    }
    out.push('\n');
}

/// Whether messages may have colours: on a terminal, unless `NO_COLOR` is set (no-color.org).
pub fn colour() -> Colour {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted && std::io::stderr().is_terminal() { Colour::Yes } else { Colour::No }
}
