//! The fences of the house: the order of modules, which library is met where, where words and printing belong.
#![expect(clippy::disallowed_methods, reason = "tests read the sources")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A file of src/: its path there, its module, and its text taken apart.
struct File {
    path: String,
    text: String,
    /// The code outside comments, texts and test modules; those are spaces, so that lines keep their numbers.
    code: String,
    /// The texts outside test modules, with their lines.
    literals: Vec<(usize, String)>,
}

impl File {
    /// The room it belongs to: the part of its path below src/.
    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap()
    }
}

fn files() -> Vec<File> {
    let mut out = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let root = folders[0].clone();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let (code, literals) = lex(&text);
                let path = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                out.push(File { path, text, code, literals });
            }
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

/// The code with comments, texts and `#[cfg(test)]` items blanked, and the texts.
fn lex(text: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::new();
    let mut literals: Vec<(usize, String)> = Vec::new();
    let mut line = 1;
    let mut at = 0;
    let blank = |from: usize, to: usize, code: &mut String, line: &mut usize| {
        for character in &chars[from..to] {
            *line += usize::from(*character == '\n');
            code.push(if *character == '\n' { '\n' } else { ' ' });
        }
    };
    let starts = |at: usize, what: &str| what.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
    while at < chars.len() {
        let end = if starts(at, "//") {
            chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |length| at + length)
        } else if starts(at, "/*") {
            (at..chars.len()).find(|i| starts(*i, "*/")).map_or(chars.len(), |i| i + 2)
        } else if chars[at] == '"' {
            let mut end = at + 1;
            while end < chars.len() && chars[end] != '"' {
                end += if chars[end] == '\\' { 2 } else { 1 };
            }
            literals.push((line, chars[at + 1..end.min(chars.len())].iter().collect()));
            end + 1
        } else if starts(at, "r\"") || starts(at, "r#\"") {
            let close = if starts(at, "r#") { "\"#" } else { "\"" };
            let start = at + 1 + close.len();
            let end = (start..chars.len()).find(|i| starts(*i, close)).unwrap_or(chars.len());
            literals.push((line, chars[start..end].iter().collect()));
            end + close.len()
        } else if chars[at] == '\'' && (chars.get(at + 1) == Some(&'\\') || chars.get(at + 2) == Some(&'\'')) {
            let from = if chars.get(at + 1) == Some(&'\\') { at + 3 } else { at + 2 };
            (from..chars.len()).find(|i| chars[*i] == '\'').map_or(chars.len(), |i| i + 1)
        } else {
            line += usize::from(chars[at] == '\n');
            code.push(chars[at]);
            at += 1;
            continue;
        };
        let end = end.min(chars.len());
        blank(at, end, &mut code, &mut line);
        at = end;
    }
    without_tests(&code, literals)
}

/// Test modules stand last in their file.
fn without_tests(code: &str, mut literals: Vec<(usize, String)>) -> (String, Vec<(usize, String)>) {
    let Some(at) = code.find("#[cfg(test)]") else { return (code.to_owned(), literals) };
    assert!(code[at..].trim_start_matches("#[cfg(test)]").trim_start().starts_with("mod tests"), "tests stand last");
    let line = code[..at].matches('\n').count() + 1;
    literals.retain(|(other, _)| *other < line);
    (code[..at].to_owned(), literals)
}

/// The modules of src/lib.rs, in their order.
fn modules(files: &[File]) -> Vec<String> {
    let lib = files.iter().find(|file| file.path == "lib.rs").unwrap();
    let names = lib.code.lines().filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// The modules that code names after `crate::`, alone or in braces.
fn used(code: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            out.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut begins = true;
        for (at, character) in group.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                character if begins && !character.is_whitespace() => {
                    out.insert(word(&group[at..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    out
}

#[test]
fn a_module_uses_only_modules_listed_above_it() {
    let files = files();
    let modules = modules(&files);
    let rank = |name: &str| modules.iter().position(|module| module == name);
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| !matches!(file.path.as_str(), "lib.rs" | "main.rs")) {
        let own = file.module();
        assert!(rank(own).is_some(), "src/{} belongs to no module of src/lib.rs", file.path);
        for name in used(&file.code).iter().filter(|name| *name != own) {
            if rank(name).is_none_or(|other| rank(own) < Some(other)) {
                wrong.push(format!("src/{} uses crate::{name}, which stands below {own} or nowhere", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What may be named where. A file is named by its path or by the folder it lies in.
const FENCES: &[(&str, &[&str])] = &[
    ("rayon", &["archive.rs", "check/mod.rs", "pipeline", "render/mod.rs", "search", "report.rs", "disk", "cli"]),
    ("comrak", &["parse"]),
    ("tera", &["render"]),
    ("serde_yaml", &["yaml.rs"]),
    ("granit_parser", &["yaml.rs"]),
    ("atom_syndication", &["export/feed.rs"]),
    ("csv", &["export/tables.rs"]),
    ("ZipWriter", &["disk/bundle.rs"]),
    ("annotate_snippets", &["report.rs"]),
    ("include_dir", &["render"]),
    ("clap", &["cli", "report.rs"]),
    ("hyper", &["serve"]),
    ("hyper_util", &["serve"]),
    ("tokio", &["serve"]),
    ("notify", &["serve"]),
    ("flate2", &["attachment"]),
    ("std::fs", &["disk"]),
    ("std::net", &["serve"]),
    ("std::process", &["cli", "main.rs", "serve"]),
    ("std::env", &["report.rs", "cli", "disk"]),
    ("SystemTime", &["disk", "serve"]),
    ("Instant", &["serve"]),
    ("io::stdout", &["report.rs"]),
    ("io::stderr", &["report.rs"]),
    ("println!", &[]),
    ("print!", &[]),
    ("eprintln!", &[]),
    ("eprint!", &[]),
    ("dbg!", &[]),
    ("todo!", &[]),
    ("unsafe", &[]),
];

#[test]
fn each_library_is_met_where_it_belongs() {
    let mut wrong = Vec::new();
    for file in files() {
        for (word, rooms) in FENCES {
            let is_room = rooms.iter().any(|room| *room == file.path || *room == file.module());
            let part = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let is_named = file.code.match_indices(word).any(|(at, _)| {
                !part(file.code[..at].chars().next_back()) && !part(file.code[at + word.len()..].chars().next())
            });
            if is_named && !is_room {
                wrong.push(format!("src/{} names {word}, which belongs in {rooms:?}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words of Danish pages and minutes, and some of English ones, that only `language` may know.
const WORDS: &[&str] = &[
    "Afbud",
    "Baggrund",
    "Beslutning",
    "Bilag",
    "Dagsorden",
    "Deltagere",
    "Forside",
    "Fraværende",
    "Godkendt",
    "Indstilling",
    "Kommende",
    "Lukket",
    "Møder",
    "Mødested",
    "Offentliggjort",
    "Punkt",
    "Sager",
    "Sagsfremstilling",
    "Sagsnr",
    "Seneste",
    "Udsat",
    "Økonomi",
    "januar",
    "tirsdag",
    "Closed item",
    "Tuesday",
];

/// Examples in explanations, and the archives that `init` makes.
const MAY_HAVE_WORDS: &[&str] = &["language/", "diag/catalogue.rs", "cli/init"];

#[test]
fn only_language_knows_words_of_the_pages() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| !MAY_HAVE_WORDS.iter().any(|path| file.path.starts_with(path))) {
        for (line, literal) in &file.literals {
            let words: Vec<&str> = literal.split(|c: char| !c.is_alphanumeric()).collect();
            let is_named = |word: &&&str| {
                if word.contains(' ') {
                    return literal.to_lowercase().contains(&word.to_lowercase());
                }
                words.iter().any(|other| other.to_lowercase() == word.to_lowercase())
            };
            if let Some(word) = WORDS.iter().find(is_named) {
                wrong.push(format!("src/{}:{line} knows the word {word}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    // A command's help says it.
    let says =
        |file: &File| file.text.starts_with("//! ") || file.path.starts_with("cli/") && file.text.starts_with("use ");
    let files = files();
    let silent: Vec<&str> = files.iter().filter(|file| !says(file)).map(|file| file.path.as_str()).collect();
    assert!(silent.is_empty(), "no `//!` at the top of {silent:?}");
}

#[test]
fn the_top_level_is_fixed() {
    let demanded = ["Cargo.toml", "Cargo.lock", "src", "content", "themes", "public", "tests", "README.md"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_known = demanded.contains(&name.as_str())
            || name.starts_with('.')
            || name.starts_with("LICENSE")
            || name == "target";
        assert!(is_known, "{name} does not belong at the top level");
    }
}

#[test]
fn the_lexer_tells_code_from_text() {
    let (code, literals) =
        lex("use crate::{diag::{Code, x}, model}; // crate::cli\nlet a = \"crate::b\\\"c\"; '\"' 'a r#\"d\"#");
    assert_eq!(used(&code), ["diag", "model"].map(str::to_owned).into());
    assert_eq!(literals, [(2, "crate::b\\\"c".to_owned()), (2, "d".to_owned())]);
}

/// A leak that fits nowhere is made nowhere, and then no test is known to catch it.
#[test]
fn every_deliberate_leak_fits_the_source() {
    let script = crate::program::project().join("tests/leaks.py");
    let ran = std::process::Command::new("python3").arg(script).arg("--check").output();
    let Ok(ran) = ran else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "python3 is not installed, and CI must look at the leaks"
        );
        return crate::program::say("skipped: python3 is not installed");
    };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}
