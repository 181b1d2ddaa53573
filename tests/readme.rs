//! What the README says is true: its example parses, its tables list what there is.

use referat::config::{self, Config};
use referat::diag::Code;
use referat::model::{Disclosure, Outcome};
use referat::parse::{self, Drafts, Settings};
use referat::source::Source;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The text of a section, by its heading of level two.
fn section<'a>(readme: &'a str, heading: &str) -> &'a str {
    let start = readme.find(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no section {heading}"));
    let rest = &readme[start + 4..];
    // The example holds headings of its own.
    let end = rest.match_indices("\n## ").map(|(at, _)| at).find(|at| !rest[at + 4..].starts_with("Punkt"));
    &rest[..end.unwrap_or(rest.len())]
}

/// The words in code of the first column of a section's tables.
fn first_column(section: &str) -> Vec<String> {
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|line| line.split('|').nth(1));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort();
    words
}

#[test]
fn the_sections_stand_in_the_order_a_stranger_needs() {
    let readme = read("README.md");
    let headings: Vec<&str> =
        readme.lines().filter_map(|line| line.strip_prefix("## ")).filter(|line| !line.starts_with("Punkt")).collect();
    let expected = [
        "Try it",
        "A meeting file",
        "Commands",
        "What gets built",
        "Settings",
        "Themes",
        "Diagnostics",
        "Words",
        "How it works",
        "Working on it",
        "Changes",
    ];
    assert_eq!(headings, expected);
}

#[test]
fn the_example_is_a_meeting_without_problems() {
    let readme = read("README.md");
    let (_, rest) = readme.split_once("<!-- example -->\n````markdown\n").unwrap();
    let (example, _) = rest.split_once("````\n").unwrap();
    let source = Source::new("content/direktionen/2018/2018-05-22.md", example);
    let parsed = parse::meeting(&source, &Settings::new(&Config::default(), Drafts::Left));
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let meeting = parsed.value.unwrap();
    assert_eq!(meeting.items.len(), 2);
    assert!(
        matches!(&meeting.items[0].disclosure, Disclosure::Closed(stub) if stub.title.as_deref() == Some("Personalesag"))
    );
    let Disclosure::Public(item) = &meeting.items[1].disclosure else { panic!("item 2 is public") };
    assert_eq!((item.references[0].printed(), item.outcome), ("17/16244", Some(Outcome::Approved)));
}

#[test]
fn the_tables_of_keys_are_complete() {
    let readme = read("README.md");
    let keys = |known: &[&str]| sorted(known.iter().map(|key| (*key).to_owned()).collect());
    assert_eq!(sorted(first_column(section(&readme, "A meeting file"))), keys(parse::KEYS));
    assert_eq!(sorted(first_column(section(&readme, "Settings"))), keys(config::KEYS));
}

#[test]
fn the_table_of_commands_is_complete() {
    let readme = read("README.md");
    let listed = first_column(section(&readme, "Commands"));
    let listed: Vec<String> =
        listed.iter().filter_map(|command| command.split(' ').nth(1)).map(str::to_owned).collect();
    let known = referat::cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    assert_eq!(sorted(listed), sorted(known));
}

#[test]
fn the_table_of_modules_is_the_house() {
    let readme = read("README.md");
    let modules = read("src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "))
        .map(|name| name.trim_end_matches(';').to_owned())
        .collect::<Vec<_>>();
    assert_eq!(first_column(section(&readme, "How it works")), modules);
}

/// The table of codes is made from the catalogue; `UPDATE=1` writes it.
#[test]
fn the_table_of_codes_is_the_catalogue() {
    let readme = read("README.md");
    let rows = Code::ALL
        .iter()
        .map(|code| format!("| `{}` | {} | {} |\n", code.name(), code.severity().word(), sentence(code.about())));
    let table = format!("| code | severity | what it means |\n| --- | --- | --- |\n{}", rows.collect::<String>());
    let (before, rest) = readme.split_once("<!-- codes -->\n").unwrap();
    let (listed, after) = rest.split_once("<!-- /codes -->").unwrap();
    if std::env::var_os("UPDATE").is_some() {
        let updated = format!("{before}<!-- codes -->\n{table}<!-- /codes -->{after}");
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), updated).unwrap();
    } else {
        assert_eq!(listed, table, "run UPDATE=1 cargo test");
    }
}

/// The first sentence of a text.
fn sentence(text: &str) -> String {
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    text[..end].replace('|', "\\|")
}

#[test]
fn ci_runs_the_test_command_of_the_readme() {
    let readme = read("README.md");
    let (_, rest) = readme.split_once("<!-- test -->\n```sh\n").unwrap();
    let (command, _) = rest.split_once("\n```").unwrap();
    assert!(command.starts_with("cargo test") && !command.contains('\n'), "one command: {command}");
    assert!(read(".ci/run").contains("<!-- test -->"), ".ci/run takes it from the README");
}
