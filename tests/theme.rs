//! What `themes/default/README.md` says of the views is what `src/render/view.rs` has, and the built-in theme is that folder.

use crate::program::{archive, compare, copy, files, project, run};
use std::fmt::Write;
use std::fs;

/// A struct of the views: its name, what it is for, and its fields with theirs.
struct View {
    name: String,
    about: String,
    fields: Vec<(String, String, String)>,
}

/// Reads the structs out of the source: a field is a line `pub name: Type,` below its comment.
fn views(source: &str) -> Vec<View> {
    let mut out: Vec<View> = Vec::new();
    let mut comment = String::new();
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            comment = if comment.is_empty() { text.to_owned() } else { format!("{comment} {text}") };
        } else if let Some(name) = line.strip_prefix("pub struct ") {
            let name = name.trim_end_matches(" {").to_owned();
            out.push(View { name, about: std::mem::take(&mut comment), fields: Vec::new() });
        } else if let Some((name, kind)) = line.strip_prefix("pub ").and_then(|field| field.split_once(": ")) {
            let field = (name.to_owned(), kind.trim_end_matches(',').to_owned(), std::mem::take(&mut comment));
            out.last_mut().unwrap().fields.push(field);
        }
    }
    out
}

/// A type in the words of a template: what may be missing, lists, text and numbers.
fn word(kind: &str) -> String {
    if let Some(inner) = kind.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')) {
        return format!("{} or nothing", word(inner));
    }
    if let Some(inner) = kind.strip_prefix("Vec<").and_then(|rest| rest.strip_suffix('>')) {
        return format!("list of {}", word(inner));
    }
    match kind {
        "String" | "&'static str" => "text".to_owned(),
        "bool" => "yes or no".to_owned(),
        "usize" | "i16" | "i8" => "number".to_owned(),
        other => format!("[{other}](#{})", other.to_lowercase()),
    }
}

#[test]
fn the_guide_for_themes_lists_every_field() {
    let source = fs::read_to_string(project().join("src/render/view.rs")).unwrap();
    // What is borrowed and from whom is nothing to a template.
    let source = source
        .replace("Html<'a>", "String")
        .replace("Html<'static>", "String")
        .replace("&'a str", "String")
        .replace("&'a [String]", "Vec<String>");
    let source = source
        .replace("<'a>", "")
        .replace("Ready<Day>", "Day")
        .replace("Ready<Outcome>", "Outcome")
        .replace("Ready<String>", "String");
    let views = views(&source);
    assert!(views.len() > 20);
    let mut text = String::new();
    for View { name, about, fields } in &views {
        write!(text, "### {name}\n\n{about}\n\n| field | holds | what it is |\n| --- | --- | --- |\n").unwrap();
        for (field, kind, about) in fields {
            assert!(!about.is_empty(), "{name}.{field} says nothing of itself");
            writeln!(text, "| `{field}` | {} | {about} |", word(kind)).unwrap();
        }
        text.push('\n');
    }
    let guide = fs::read_to_string(project().join("themes/default/README.md")).unwrap();
    let (before, rest) = guide.split_once("<!-- views -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /views -->").unwrap();
    compare("themes/default/README.md", &format!("{before}<!-- views -->\n\n{text}<!-- /views -->{after}"));
}

#[test]
fn the_guide_for_themes_lists_every_template() {
    let guide = fs::read_to_string(project().join("themes/default/README.md")).unwrap();
    for entry in fs::read_dir(project().join("themes/default")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || guide.contains(&format!("`{name}`")), "{name} is not in the guide");
    }
}

/// Templates of an archive's own look their words up, and those of the program have theirs before they are compiled.
#[test]
fn the_built_in_templates_make_the_same_pages_as_copies_of_them() {
    for (path, language) in [(".", "da"), ("tests/sites/association", "en")] {
        let folder = archive(path);
        let folder = folder.path();
        let build = |to: &str| {
            let ran = run(folder, &["build", "--output", to]);
            assert_eq!(ran.code, Some(0), "{path}: {}", ran.err);
            files(&folder.join(to))
        };
        let built_in = build("built-in");
        copy(&project().join("themes/default"), &folder.join("themes/default"));
        let copied = build("copied");
        let home = String::from_utf8_lossy(&built_in["index.html"]);
        assert!(home.contains(&format!("<html lang=\"{language}\">")), "{path} is in another language");
        let differ: Vec<&String> = built_in.keys().filter(|file| built_in.get(*file) != copied.get(*file)).collect();
        assert!(differ.is_empty() && built_in.len() == copied.len(), "{path}: {differ:?}");
    }
}
