//! Problems in the content, as values.
//!
//! A [`Diagnostic`] has a code, a place and a way out. It carries its [`Source`], so that whoever holds it can print it. All
//! wording lies in [`Code`]'s catalogue, one row a code; how it is printed is left to [`crate::report`].

mod catalogue;

pub use catalogue::Code;

use crate::source::{Source, Span};
use std::borrow::Cow;
use std::sync::Arc;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is published while it stands.
    Error,
    /// Worth a look; `--deny warnings` makes it an error.
    Warning,
    /// Something to know; never stops anything.
    Remark,
}

impl Severity {
    /// The word in messages and formats.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Remark => "remark",
        }
    }
}

/// A second place that belongs to a problem, such as the first of two items with one number.
#[derive(Clone, Debug)]
pub struct Label {
    /// The file.
    pub source: Source,
    /// The place in it.
    pub span: Span,
    /// What stands there.
    pub text: String,
}

/// One problem in the content.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Which kind of problem.
    pub code: Code,
    /// The file, with the content of closed items blanked.
    pub source: Source,
    /// The place in it.
    pub span: Span,
    /// What is wrong.
    pub message: Cow<'static, str>,
    /// What to do.
    pub hint: Cow<'static, str>,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
    /// Paths in the archive's folder that stand in the message or the hint. Who prints them puts the way to that folder before
    /// them, which nobody else knows.
    pub named: Vec<Arc<str>>,
}

impl Diagnostic {
    /// A problem at a place. `words` fill `{0}`, `{1}`, … of the catalogue's message and hint.
    pub fn new(code: Code, source: &Source, span: Span, words: &[&str]) -> Diagnostic {
        let (message, hint) = (fill(code.message(), words), fill(code.hint(), words));
        Diagnostic { code, source: source.clone(), span, message, hint, labels: Vec::new(), named: Vec::new() }
    }

    /// Tells which files its words name.
    #[must_use]
    pub fn naming(mut self, paths: Vec<Arc<str>>) -> Diagnostic {
        self.named = paths;
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn label(mut self, source: &Source, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { source: source.clone(), span, text: text.into() });
        self
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// Puts words into the places of a message, and everything on one line: a message is printed in formats of one line, and
/// text from a file must not be able to start a line of its own.
fn fill(template: &'static str, words: &[&str]) -> Cow<'static, str> {
    if !template.contains('{') {
        // Most of what an archive has thousands of says the same each time.
        return Cow::Borrowed(template.trim_end());
    }
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        let word = rest[at + 1..]
            .chars()
            .next()
            .and_then(|digit| digit.to_digit(10))
            .and_then(|index| words.get(index as usize));
        match word {
            Some(word) => {
                out.extend(word.chars().map(|character| if character.is_control() { ' ' } else { character }));
                rest = &rest[at + 3..];
            }
            None => {
                out.push('{');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

/// A value and the problems met on the way to it. Problems never stop the others, so there is no `Err`.
#[derive(Clone, Debug, Default)]
pub struct Reported<T> {
    /// What was made.
    pub value: T,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Puts diagnostics in the order every command prints them: by file, position and code.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        let (left, right) = ((a.source.path(), a.span.start), (b.source.path(), b.span.start));
        // A position is where a problem begins: where it ends is settled only between two with one code.
        let (in_left, in_right) = ((a.code.name(), a.span.end, &a.message), (b.code.name(), b.span.end, &b.message));
        left.cmp(&right).then_with(|| in_left.cmp(&in_right))
    });
}
