//! The commands: one file each, with its arguments, its help and what it does.

mod build;
mod check;
mod completions;
mod explain;
mod import;
mod init;
mod new;
mod record;
mod retract;
mod serve;
mod verify;

use crate::diag::{self, Code, Diagnostic};
use crate::disk;
use crate::pipeline::{self, Build, Cache, Choices};
use crate::report;
use crate::source::Span;
use clap::{Parser, Subcommand};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A static site generator for published minutes: every meeting, an index per year, and a page per case number that follows
/// a case through all meetings.
#[derive(Debug, Parser)]
#[command(name = "referat", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done; 1 the content has errors, nothing is published; 2 the command could not run."
)]
struct Arguments {
    /// The archive's folder
    #[arg(short = 'C', value_name = "DIR", global = true, default_value = ".", hide_default_value = true)]
    directory: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    New(new::Arguments),
    Import(import::Arguments),
    Check(check::Arguments),
    Build(build::Arguments),
    Serve(serve::Arguments),
    Retract(retract::Arguments),
    Verify(verify::Arguments),
    Record(record::Arguments),
    Explain(explain::Arguments),
    Completions(completions::Arguments),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// It did what it should.
    Done,
    /// The content has errors, or a folder isn't what it should be.
    ContentErrors,
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let Arguments { directory, command } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => {
            let code = if answer.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
            return report::usage(&answer).map_or_else(|error| failed(&error), |()| code);
        }
    };
    // The current directory is left out of paths in messages.
    let directory = if directory == Path::new(".") { PathBuf::new() } else { directory };
    let ending = match command {
        Command::Init(arguments) => init::run(&arguments),
        Command::New(arguments) => new::run(&directory, &arguments),
        Command::Import(arguments) => import::run(&directory, &arguments),
        Command::Check(arguments) => check::run(&directory, &arguments),
        Command::Build(arguments) => build::run(&directory, &arguments),
        Command::Retract(arguments) => retract::run(&directory, &arguments),
        Command::Serve(arguments) => serve::run(&directory, &arguments),
        Command::Record(arguments) => record::run(&directory, &arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    };
    match ending {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::ContentErrors) => ExitCode::from(1),
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    report::message(&format!("error: {error:#}\n"));
    if let Some(advice) = disk::advice(error) {
        report::message(&format!("  = what to do: {advice}\n"));
    }
    ExitCode::from(2)
}

/// Reads and plans the archive in a folder.
fn plan(root: &Path, choices: &Choices) -> anyhow::Result<Build> {
    Ok(pipeline::build(&disk::input(root)?, &mut Cache::default(), choices)?)
}

/// The day, in UTC: that of `SOURCE_DATE_EPOCH` where it is set (reproducible-builds.org, "SOURCE_DATE_EPOCH"). Nothing that
/// is built depends on it; it decides whether an exception of the privacy gate has ended.
#[expect(clippy::disallowed_methods, reason = "the edge tells the builds below what day it is")]
fn today() -> Date {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse::<i64>().ok());
    let seconds = given.unwrap_or_else(|| disk::now().as_second());
    let days = i32::try_from(seconds.div_euclid(24 * 60 * 60)).unwrap_or_default();
    Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(days))
}

/// Everything that is wrong, in order: with the plan, and with what is rendered of it, as far as it can be; `only` as in
/// [`Build::try_outputs`]. A fault of the theme may have shown before.
fn all_problems(build: &Build, only: &BTreeSet<String>) -> Vec<Diagnostic> {
    fn place(problem: &Diagnostic) -> (Code, &str, Span) {
        (problem.code, problem.source.path(), problem.span)
    }
    let mut problems = build.diagnostics.clone();
    let mut rendered = build.try_outputs(only);
    rendered.retain(|new| !build.diagnostics.iter().any(|known| place(known) == place(new)));
    problems.extend(rendered);
    diag::sort(&mut problems);
    problems
}

/// Prints diagnostics to the terminal, with their number at the end.
fn print(problems: &[Diagnostic], root: &Path) {
    report::say(&report::told(problems, root));
}

/// The command as clap knows it, for completions and for the README's test.
pub fn command() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}
