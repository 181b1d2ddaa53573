//! What `themes/default/README.md` says of the views is what `src/render/view.rs` has, and the built-in theme is that folder.

use crate::program::{archive, compare, copy, files, project, run};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

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

/// Builds an archive with the built-in theme, and with a copy of it as its own that is changed.
fn built_twice(path: &str, settings: Option<&str>, change: impl Fn(&Path)) -> [BTreeMap<String, Vec<u8>>; 2] {
    let folder = archive(path);
    let folder = folder.path();
    if let Some(settings) = settings {
        fs::write(folder.join("content/site.yaml"), settings).unwrap();
    }
    let build = |to: &str| {
        let ran = run(folder, &["build", "--output", to]);
        assert_eq!(ran.code, Some(0), "{path}: {}", ran.err);
        files(&folder.join(to))
    };
    let built_in = build("built-in");
    let theme = folder.join("themes/default");
    copy(&project().join("themes/default"), &theme);
    change(&theme);
    [built_in, build("copied")]
}

fn assert_same([built_in, copied]: &[BTreeMap<String, Vec<u8>>; 2]) {
    let differ: Vec<&String> = built_in.keys().filter(|file| built_in.get(*file) != copied.get(*file)).collect();
    assert!(differ.is_empty() && built_in.len() == copied.len(), "{differ:?}");
}

/// Templates of an archive's own ask for everything and find all fields of views. Those of the program have what is the
/// same on each page before they are compiled, and find only what there is.
#[test]
fn the_built_in_templates_make_the_same_pages_as_copies_of_them() {
    let own = ["association", "closed", "smallest", "planned", "empty"].map(|name| format!("tests/sites/{name}"));
    let sites = std::iter::once((".", "da"))
        .chain(own.iter().map(|path| (path.as_str(), if path.ends_with("association") { "en" } else { "da" })));
    for (path, language) in sites {
        let built = built_twice(path, None, |_| {});
        let home = String::from_utf8_lossy(&built[0]["index.html"]);
        assert!(home.contains(&format!("<html lang=\"{language}\">")), "{path} is in another language");
        assert_same(&built);
    }
}

/// What an archive says stands in templates that are compiled for it.
#[test]
fn what_the_settings_say_is_no_code() {
    for title in ["{{ t.home }}", "{% include \"item.html\" %}", "{# a", "Per's & <Pia>'s \"b\" }}", "{"] {
        let settings = format!("title: '{}'\ncases:\n  label: '{0}'\n", title.replace('\'', "''"));
        let built = built_twice("tests/sites/smallest", Some(&settings), |_| {});
        let home = String::from_utf8_lossy(&built[0]["index.html"]);
        let escaped = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        let escaped = escaped.replace('\'', "&#39;");
        assert!(home.contains(&format!("<title>{escaped}</title>")), "{home}");
        assert_same(&built);
    }
}

#[test]
fn own_templates_can_put_the_breadcrumb_together_themselves() {
    let (trail, own) = (
        "{{ page.trail | safe }}<li aria-current=\"page\">{{ page.name }}</li>",
        "{% for crumb in page.breadcrumb %}
<li{% if crumb.href %}><a href=\"{{ crumb.href }}\">{{ crumb.title }}</a>{% else %} aria-current=\"page\">{{ crumb.title }}{% endif %}</li>\
        {% endfor %}",
    );
    let change = |theme: &Path| {
        let base = fs::read_to_string(theme.join("base.html")).unwrap();
        assert!(base.contains(trail));
        fs::write(theme.join("base.html"), base.replace(trail, own).replace("page.trail", "page.breadcrumb")).unwrap();
    };
    assert_same(&built_twice(".", None, change));
}

/// The names of fields in one of the groups that `src/render/show.rs` sorts those of each view into.
fn grouped(source: &str, group: usize) -> BTreeSet<String> {
    let (_, list) = source.split_once("\nfields! {\n").unwrap();
    let views = list.split('}').filter_map(|view| view.split_once('{'));
    let names = views.filter_map(|(_, fields)| fields.split(';').nth(group));
    names.flat_map(|names| names.split(',')).map(|name| name.trim().to_owned()).collect()
}

/// Built-in templates don't find what is nothing, so they must ask before they show it.
#[test]
fn the_built_in_templates_ask_for_what_may_be_nothing() {
    let source = fs::read_to_string(project().join("src/render/show.rs")).unwrap();
    let (shown, asked) = (grouped(&source, 0), grouped(&source, 1));
    assert!(shown.contains("anchor") && asked.contains("outcome") && grouped(&source, 2).contains("breadcrumb"));
    let mut count = 0;
    for file in fs::read_dir(project().join("themes/default")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|kind| kind != "html") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (at, found) in text.match_indices("{{ ").chain(text.match_indices(" in ")) {
            let word = text[at + found.len()..].split(' ').next().unwrap();
            for (end, _) in word.match_indices('.').skip(1).chain([(word.len(), "")]) {
                let field = &word[..end];
                let name = field.rsplit('.').next().unwrap();
                let is_of_view = field.contains('.') && !field.starts_with("t.") && !field.starts_with("site.");
                // A name that another view always shows tells nothing.
                if is_of_view && asked.contains(name) && !shown.contains(name) {
                    count += 1;
                    let asks = ["if ", "or "].iter().any(|before| text[..at].contains(&format!("{before}{field} ")));
                    assert!(asks, "{} shows {field} unasked", path.display());
                }
            }
        }
    }
    assert!(count > 20, "{count}");
}

/// A browser that has seen the archive asks again for the style sheet when its colour is another.
#[test]
fn the_version_of_the_style_sheet_follows_the_accent() {
    let meeting = "---\ndate: 2024-03-05\n---\n\n## Punkt 1: A\n";
    let version = |site: &str| {
        let archive = crate::support::Archive::new().site(site).file("content/a/2024/a.md", meeting);
        let page = archive.build().clean().page("index.html");
        page.split_once("style.css?v=").unwrap().1[..8].to_owned()
    };
    let [none, red, blue] =
        ["", "accent: \"#7a2048\"\n", "accent: \"#1d4f7c\"\n"].map(|accent| version(&format!("title: A\n{accent}")));
    assert!(none != red && red != blue && none != blue, "{none} {red} {blue}");
}
