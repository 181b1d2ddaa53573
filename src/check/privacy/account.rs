//! The account of a control: what was looked at, found, allowed and could not be read, as a text to be kept. The law asks for
//! a control before publication; this is the evidence that it was made.

use super::gate::{Found, Gate};
use super::{Rule, masked};
use crate::config::Config;
use crate::diag::Diagnostic;
use jiff::civil::Date;

/// What goes into an account.
#[derive(Debug)]
pub struct Account<'a> {
    /// The day of the control.
    pub date: Date,
    /// The files that were looked at, by path.
    pub files: Vec<String>,
    /// How many pages and files of the site were looked at as they were made; `None` when none were made.
    pub outputs: Option<usize>,
    /// All that was found and is not allowed, other problems left out.
    pub found: Vec<&'a Diagnostic>,
    /// What the exceptions allow.
    pub allowed: &'a [(Found, usize)],
    /// The settings that hold the exceptions.
    pub config: &'a Config,
}

impl<'a> Account<'a> {
    /// An account of what the gate made of a build or of a folder.
    pub fn new(
        date: Date,
        files: Vec<String>,
        gate: &'a Gate,
        problems: &'a [Diagnostic],
        config: &'a Config,
    ) -> Account<'a> {
        let is_found = |problem: &&Diagnostic| Rule::ALL.iter().any(|rule| rule.code() == problem.code);
        let found = problems.iter().filter(is_found).collect();
        Account { date, files, outputs: None, found, allowed: &gate.allowed, config }
    }

    /// The account as Markdown.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let unread = Rule::Unscannable.code();
        let (unreadable, found): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
            self.found.iter().partition(|problem| problem.code == unread);
        let pages = match self.outputs {
            Some(count) => format!("{count} pages and files of the site"),
            None => "no pages were made".to_owned(),
        };
        out.push_str(&format!(
            "# Control for personal numbers and confidential matters\n\n\
             Made on {} by referat {}.\n\n\
             Looked for: personal numbers (CPR), mail addresses and telephone numbers of persons, confidential words, places in \
             pictures. What pictures show was not looked at. Nothing that was found is repeated here.\n\n\
             | looked at | found | allowed | could not be read |\n\
             | --- | --- | --- | --- |\n\
             | {} files, {pages} | {} | {} | {} |\n",
            self.date,
            env!("CARGO_PKG_VERSION"),
            self.files.len(),
            found.len(),
            self.allowed.len(),
            unreadable.len()
        ));
        section(&mut out, "Found", found.iter().map(|problem| line(problem)));
        section(&mut out, "Could not be read", unreadable.iter().map(|problem| line(problem)));
        let allowed = self.allowed.iter().filter_map(|(found, index)| {
            let exception = self.config.privacy.exceptions.get(*index)?;
            let (reason, name, expires) = (&exception.reason, &exception.name, exception.expires);
            Some(format!("{} ({}): {reason}. Allowed by {name} until {expires}", found.place(), found.rule().name()))
        });
        section(&mut out, "Allowed", allowed);
        section(&mut out, "Files looked at", self.files.iter().cloned());
        masked(&out).into_owned()
    }
}

fn line(problem: &Diagnostic) -> String {
    let position = problem.source.position(problem.span.start);
    let (path, severity) = (problem.source.path(), problem.severity().word());
    format!("{path}:{}:{}: {severity} ({}): {}", position.line, position.column, problem.code.name(), problem.message)
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    out.push_str(&format!("\n## {title}\n\n"));
    let start = out.len();
    for line in lines {
        out.push_str(&format!("- {}\n", line.replace('\n', " ")));
    }
    if out.len() == start {
        out.push_str("Nothing.\n");
    }
}
