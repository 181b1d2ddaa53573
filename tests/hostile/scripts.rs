//! Cross-site scripting: 368 strings in every field and every place of a meeting file, of site.yaml and of file names. Pages are
//! read as browsers read them, and hold nothing that the theme doesn't make for harmless content.

use super::strings;
use crate::fuzz::stages::harmless;
use crate::support::{Archive, Built};
use scraper::{ElementRef, Html, Node};
use std::collections::BTreeSet;
use std::fmt::Write;

/// One of everything that Markdown may make.
const HARMLESS: &[&str] = &[
    "ord",
    "*ord* **ord** ~~ord~~ `ord` [x](https://a.example/) [x](mailto:a@a.example) <https://a.example/>\\\n17/16244",
    "- a\n- b\n\n1. a\n2. b\n\n7) c\n\n> a\n\n---\n\n```html\na\n```\n\n    a\n\n#### a\n\n##### b\n\n###### c",
    "| a | b | c | |\n|:--|--:|:-:|---|\n| 1 | 2 | 3 | 4 |\n\n- [x] a\n- [ ] b",
    "a[^1] b[^1]\n\n[^1]: a\n",
    "![a](a.png) [a](a.pdf) [a](#punkt-1)",
    "<b>a</b>\n\n<div>\na\n</div>",
];

/// A text as a scalar of YAML.
fn scalar(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// The day that belongs to a number.
fn date(number: usize) -> String {
    format!("{}-{:02}-{:02}", 2010 + number / 336, 1 + number / 28 % 12, 1 + number % 28)
}

/// A meeting file with a string in every place.
fn meeting(number: usize, text: &str) -> String {
    let (date, field) = (date(number), scalar(text));
    let line = text.replace(['\n', '\r'], " ");
    let mut out = format!(
        "---\ndate: {date}\ntitle: {field}\nplace: {field}\nparticipants: [{field}, {{ name: {field}, role: {field} }}]\n\
         absent: [{field}]\ncorrections: [{{ date: {date}, text: {field} }}]\n\
         closed_items:\n  3: {{ title: {field}, reason: {field}, decision: {field} }}\n\
         items:\n  2: {{ cases: [{field}, 17/16244] }}\n---\n\n{text}\n"
    );
    write!(
        out,
        "\n## Punkt 1: {line}\n\n{text}\n\n### {line}\n\n{text}\n\n[{line}](a.pdf)\n\n[x]({line})\n\n![{line}](a.png)\n"
    )
    .unwrap();
    write!(out, "\n### Beslutning\n\n{text}\n\n### Bilag\n\n- {line}\n- [{line}](a.pdf)\n- [x](<{line}.pdf>)\n")
        .unwrap();
    write!(out, "\n## Punkt 2: a\n\n17/16244\n\n*{line}* | {line} | `{line}`\n\n| {line} |\n|---|\n| {line} |\n")
        .unwrap();
    write!(out, "\n## Punkt 3: {line}\n\n{text}\n").unwrap();
    out
}

/// An archive with a meeting and an organization for each string.
fn archive(texts: &[String]) -> Archive {
    let mut site = "title: a\nbase_url: https://a.example/\norganizations:\n".to_owned();
    let mut archive = Archive::new();
    for (number, text) in texts.iter().enumerate() {
        let field = scalar(text);
        writeln!(site, "  o{number}: {{ name: {field}, description: {field}, classification: {field} }}").unwrap();
        let folder = format!("content/o{number}/2018");
        archive = archive.file(&format!("{folder}/a.md"), meeting(number, text));
        for name in ["a.pdf".to_owned(), "a.png".to_owned(), format!("{}.pdf", text.replace('/', "-"))] {
            archive = archive.file(&format!("{folder}/{name}"), "%PDF-1.4\n");
        }
    }
    archive.site(&site)
}

/// What stands on pages: each element, and each with its attributes.
fn elements(page: &Html) -> impl Iterator<Item = ElementRef<'_>> {
    page.tree.nodes().filter_map(ElementRef::wrap)
}

fn names(element: ElementRef<'_>) -> impl Iterator<Item = String> + '_ {
    let name = element.value().name();
    std::iter::once(name.to_owned())
        .chain(element.value().attrs().map(move |(attribute, _)| format!("{name} {attribute}")))
}

/// The pages of a build.
fn pages(built: &Built) -> Vec<(String, String)> {
    let is_page = |path: &str| path.ends_with(".html");
    let routes: Vec<_> = built.0.routes().filter(|route| is_page(route.path())).collect();
    let text = |route| match built.0.content(route) {
        Some(Ok(referat::pipeline::Content::Bytes(bytes))) => String::from_utf8(bytes).unwrap(),
        other => panic!("{route}: {:?}", other.map(|content| content.is_ok())),
    };
    routes.into_iter().map(|route| (route.path().to_owned(), text(route))).collect()
}

/// What the theme makes of harmless content.
fn known() -> BTreeSet<String> {
    // As many as the hostile ones, so that charts and lists have all they can have.
    let texts: Vec<String> =
        HARMLESS.iter().cycle().take(strings("xss.txt").len()).map(|text| (*text).to_owned()).collect();
    let mut known = BTreeSet::new();
    let built = [archive(&texts).build(), settings("ord").build()];
    for (_, page) in built.iter().flat_map(pages) {
        known.extend(elements(&Html::parse_document(&page)).flat_map(names));
    }
    assert!(known.contains("ol start") && known.contains("a href") && known.contains("th scope"), "{known:?}");
    known
}

/// The scheme that a browser sees in an address ("URL", WHATWG, 4.4), if there is one.
fn scheme(address: &str) -> Option<String> {
    let seen: String = address.trim_matches(|c: char| c <= ' ').chars().filter(|c| !"\t\n\r".contains(*c)).collect();
    let (scheme, _) = seen.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// Judges a page.
fn judge(path: &str, text: &str, known: &BTreeSet<String>) {
    let page = Html::parse_document(text);
    let mut policies = 0;
    for element in elements(&page) {
        for name in names(element) {
            assert!(known.contains(&name), "{path}: <{name}> in {}", element.html());
        }
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on"), "{path}: {}", element.html());
            if ["href", "src", "action", "cite", "poster", "data"].contains(&attribute) {
                let is_icon = element.value().name() == "link" && value == "data:,";
                let allowed = is_icon
                    || scheme(value).is_none_or(|scheme| ["http", "https", "mailto", "tel"].contains(&&*scheme));
                assert!(allowed, "{path}: {}", element.html());
            }
            // Addresses without a scheme could name another machine.
            let is_foreign = attribute == "href" && value.trim_start().replace('\\', "/").starts_with("//");
            assert!(!is_foreign, "{path}: {}", element.html());
        }
        let attribute = |name| element.value().attr(name);
        match element.value().name() {
            "script" if attribute("type") == Some("application/ld+json") => {
                let data: String = element.text().collect();
                serde_json::from_str::<serde_json::Value>(&data)
                    .unwrap_or_else(|error| panic!("{path}: {error} in {data}"));
            }
            "script" => {
                let source = attribute("src").unwrap_or_else(|| panic!("{path}: {}", element.html()));
                assert!(scheme(source).is_none() && element.text().next().is_none(), "{path}: {}", element.html());
            }
            "style" => panic!("{path}: {}", element.html()),
            "meta" if attribute("http-equiv").is_some() => {
                assert_eq!(attribute("http-equiv"), Some("Content-Security-Policy"), "{path}");
                assert!(
                    attribute("content").unwrap().starts_with("default-src 'none'; "),
                    "{path}: {}",
                    element.html()
                );
                policies += 1;
            }
            _ => {}
        }
    }
    let is_comment = |node: &Node| node.is_comment();
    assert!(!page.tree.values().any(is_comment), "{path} has a comment");
    assert_eq!(policies, 1, "{path}");
}

#[test]
fn no_script_in_content_reaches_a_page() {
    let (texts, known) = (strings("xss.txt"), known());
    assert!(texts.len() >= 300);
    let built = archive(&texts).build();
    let pages = pages(&built);
    assert!(pages.len() > texts.len(), "{} pages", pages.len());
    for (path, page) in &pages {
        judge(path, page, &known);
    }
}

#[test]
fn a_sanitiser_finds_nothing_to_remove() {
    for text in strings("xss.txt").iter().map(String::as_str).chain(HARMLESS.iter().copied()) {
        let line = text.replace('\n', " ");
        for text in
            [text, &format!("[x]({line})"), &format!("![x](<{line}>)"), &format!("a {line} b"), &format!("- > {line}")]
        {
            harmless(text);
        }
    }
}

/// An archive whose settings hold a string.
fn settings(text: &str) -> Archive {
    let field = scalar(text);
    let site = format!(
        "title: {field}\nlicense: {field}\naccessibility_statement: {field}\ncases: {{ label: {field} }}\n\
         contact: {{ text: {field}, email: {field}, phone: {field}, address: {field} }}\n"
    );
    Archive::new().site(&site).file("content/a/2018/a.md", "---\ndate: 2018-05-22\n---\n\n## Punkt 1: a\n\n17/16244\n")
}

#[test]
fn no_script_in_settings_reaches_a_page() {
    let known = known();
    for text in strings("xss.txt") {
        let built = settings(&text).build();
        for (path, page) in pages(&built)
            .iter()
            .filter(|(path, _)| ["index.html", "404.html", "sager/17-16244.html"].contains(&&**path))
        {
            judge(path, page, &known);
        }
    }
}

/// The judge sees what it is there for.
#[test]
fn the_judge_condemns() {
    let known = known();
    let policy = "<!doctype html><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; x\">";
    judge("a", &format!("{policy}<p>javascript:alert(1)</p><a href=\"a.html?javascript:alert(1)\">x</a>"), &known);
    for bad in [
        "<a href=\" java\tscript:alert(1)\">x</a>",
        "<a href=\"&#106;avascript:alert(1)\">x</a>",
        "<a href=\"//evil.example/\">x</a>",
        "<p onclick=x>",
        "<iframe></iframe>",
        "<script>alert(1)</script>",
        "<script src=\"https://evil.example/\"></script>",
        "<!-- x -->",
        "<meta http-equiv=refresh content=0>",
    ] {
        let page = format!("{policy}{bad}");
        assert!(std::panic::catch_unwind(|| judge("a", &page, &known)).is_err(), "{bad}");
    }
}
