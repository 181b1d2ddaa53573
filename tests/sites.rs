//! Whole archives: `tests/sites/NAME` builds to `tests/sites/NAME/expected`. Of a page the part inside `<main>` is kept, so
//! that the frame can change without changing them all; of other files everything.

use crate::program::{archive, compare, files, project, run};
use crate::support::Archive;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use unicode_normalization::UnicodeNormalization;

/// The files of an archive's output.
fn built(path: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = archive(path);
    let ran = run(folder.path(), &["build", "--no-sync"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    files(&folder.path().join("public"))
}

fn main_part(html: &str) -> &str {
    let start = html.find("<main").unwrap();
    &html[start..html.find("</main>").unwrap() + "</main>\n".len()]
}

#[test]
fn golden_archives() {
    for name in ["smallest", "closed", "association", "theme", "planned", "empty"] {
        let path = format!("tests/sites/{name}");
        let mut kept = BTreeSet::new();
        for (file, bytes) in built(&path) {
            let Ok(text) = String::from_utf8(bytes) else { continue };
            // The style sheet is the theme's own and no result, nor are the search's script and the checksums of whole
            // pages; one whole page a site shows the frame.
            if file == "style.css" || file == "SHA256SUMS" || file.ends_with("/search.js") {
                continue;
            }
            let text = if file.ends_with(".html") && file != "404.html" { main_part(&text).to_owned() } else { text };
            let text = text.split("style.css?v=").enumerate().map(|(at, part)| if at == 0 { part } else { &part[8..] });
            compare(&format!("{path}/expected/{file}"), &text.collect::<Vec<_>>().join("style.css?v="));
            kept.insert(file);
        }
        let expected: BTreeSet<String> = files(&project().join(&path).join("expected")).into_keys().collect();
        assert_eq!(expected, kept, "{name}: files that are not built any more");
    }
}

#[test]
fn nothing_of_a_closed_item_is_built() {
    let built = built("tests/sites/closed");
    for (path, bytes) in &built {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        assert!(!text.contains("hemmelighed") && !path.contains("hemmelighed"), "{path}");
        for number in ["24/901", "24-901", "24/902", "24/903", "24/904", "24/907"] {
            // A public item speaks of 24/901, which stays text; nothing else may.
            let told = text.matches(number).count();
            let speaks = ["udvalget/2024/2024-03-05.html", "udvalget/2024/2024-03-05.akn.xml", "soeg/data/d0.js"];
            let speaks = speaks.contains(&path.as_str());
            let allowed = usize::from(number == "24/901" && speaks);
            assert!(told <= allowed, "{path} tells {number}");
        }
    }
    // The control: what is public is found, so the search would have found the rest.
    let page = String::from_utf8_lossy(&built["udvalget/2024/2024-03-05.html"]);
    for public in ["Køb af grund", "Styrelseslovens § 10", "Budget 2025", "Lukkede veje i sommerferien", "Lukket punkt"]
    {
        assert!(page.contains(public), "{public}");
    }
}

/// The sample archive in one account: every address, and of meetings and cases what they say in short.
#[test]
fn the_sample_archive() {
    let built = built(".");
    let mut account = String::new();
    for (path, bytes) in &built {
        account.push_str(path);
        account.push('\n');
        let Some(html) = std::str::from_utf8(bytes).ok().filter(|_| path.ends_with(".html")) else { continue };
        let main = main_part(html);
        let tags = main.matches("class=\"tag ").count();
        account.push_str(&format!(
            "    {} ({tags} tags, {} links)\n",
            between(main, "<h1>", "</h1>"),
            main.matches("<a ").count()
        ));
    }
    compare("tests/sites/sample.txt", &account);
    let all = |pattern: &str| {
        built
            .iter()
            .filter(|(path, bytes)| path.ends_with(".html") && String::from_utf8_lossy(bytes).contains(pattern))
            .count()
    };
    for feature in
        ["<table>", "Aflyst", "Rettet", "Foreløbigt referat", "tag closed", "<blockquote>", "class=\"footnotes\""]
    {
        assert!(all(feature) > 0, "the sample archive lacks {feature}");
    }
    let meetings = built
        .keys()
        .filter(|path| path.ends_with(".html") && path.split('/').count() == 3 && !path.ends_with("index.html"));
    assert!(meetings.count() >= 12);
    let drafts = fs::read_to_string(project().join("content/aeldreraadet/2025/2025-11-06.md")).unwrap();
    assert!(drafts.contains("status: draft") && !built.contains_key("aeldreraadet/2025/2025-11-06.html"));
    assert!(!built.keys().any(|path| path.contains("forhandlingsnotat")), "only a closed item links to it");
}

/// A line of decoration is part of the minutes and nothing to be listed: the case's page stays as it is, number for number.
#[test]
fn a_picture_without_words_is_no_attachment_of_a_case() {
    let folder = archive("tests/sites/planned");
    let page = |to: &str, name: &str| {
        let ran = run(folder.path(), &["build", "--output", to]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        fs::read_to_string(folder.path().join(to).join(name)).unwrap()
    };
    let before = page("without", "sager/25-20.html");
    assert!(before.contains("Bilag 2.1: Notat om stien"), "{before}");
    let content = folder.path().join("content/byraadet/2025");
    fs::copy(project().join("themes/default/screenshot.png"), content.join("2025-03-04/streg.png")).unwrap();
    let text = fs::read_to_string(content.join("2025-03-04.md")).unwrap();
    let text = text.replacen("Stien følger åen", "![](2025-03-04/streg.png)\n\nStien følger åen", 1);
    fs::write(content.join("2025-03-04.md"), text).unwrap();
    assert!(page("with", "byraadet/2025/2025-03-04.html").contains("2025-03-04/streg.png"));
    assert_eq!(page("with", "sager/25-20.html"), before);
}

/// Without minutes nothing tells that a meeting that was called off is still to come; an agenda tells it of itself.
#[test]
fn a_lone_meeting_that_was_called_off_is_not_to_come() {
    let coming = referat::language::Language::Da.words().coming_meetings;
    for (head, is_coming) in [("", false), ("status: agenda\n", true)] {
        let meeting = format!("---\ndate: 2018-05-22\ncancelled: true\n{head}---\n\n## 1. A\n");
        let home = Archive::new().file("content/raadet/2018/a.md", meeting).build().page("index.html");
        assert_eq!(home.contains(coming), is_coming, "{head}: {home}");
        assert!(home.contains("raadet/2018/2018-05-22.html"), "{home}");
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = &text[text.find(start).unwrap() + start.len()..];
    &rest[..rest.find(end).unwrap()]
}

/// Every link and fragment of every page resolves, as from disk, at a root and below a path: links are relative and never
/// climb out of the output.
#[test]
fn every_link_leads_somewhere() {
    let sites =
        ["closed", "association", "smallest", "theme", "planned", "empty"].map(|name| format!("tests/sites/{name}"));
    for site in std::iter::once(".").chain(sites.iter().map(String::as_str)) {
        let built = built(site);
        let pages: BTreeMap<&str, String> = built
            .iter()
            .filter(|(path, _)| path.ends_with(".html"))
            .map(|(path, bytes)| (path.as_str(), String::from_utf8(bytes.clone()).unwrap()))
            .collect();
        let ids: BTreeMap<&str, BTreeSet<&str>> =
            pages.iter().map(|(path, html)| (*path, attributes(html, "id"))).collect();
        let mut titles = BTreeSet::new();
        for (path, html) in &pages {
            assert_eq!(html.matches(" id=\"").count(), ids[path].len(), "{site} {path}: an id stands twice");
            assert_eq!(html.matches("<h1").count(), 1, "{site} {path}");
            assert!(titles.insert(between(html, "<title>", "</title>")), "{site} {path}: its title is that of another");
            for link in attributes(html, "href").union(&attributes(html, "src")) {
                if link.contains(':') {
                    let known = ["https://", "http://", "mailto:", "tel:", "data:,"];
                    assert!(known.iter().any(|scheme| link.starts_with(scheme)), "{site} {path}: {link}");
                    continue;
                }
                let (target, fragment) =
                    link.split_once('#').map_or((*link, None), |(file, fragment)| (file, Some(fragment)));
                let target = target.split('?').next().unwrap();
                let target = if target.is_empty() { (*path).to_owned() } else { resolve(path, target) };
                assert!(built.contains_key(&target), "{site} {path}: {link} leads to nothing");
                if let Some(fragment) = fragment {
                    assert!(ids[target.as_str()].contains(fragment), "{site} {path}: {link} leads to no place");
                }
            }
        }
    }
}

/// The values of an attribute in a page of ours, whose attributes all stand in double quotes.
fn attributes<'a>(html: &'a str, name: &str) -> BTreeSet<&'a str> {
    let start = format!(" {name}=\"");
    html.split(start.as_str()).skip(1).map(|rest| &rest[..rest.find('"').unwrap()]).collect()
}

/// The path that a relative link names from a page.
fn resolve(page: &str, link: &str) -> String {
    assert!(!link.starts_with('/'), "{page}: {link} is not relative");
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        if part == ".." {
            assert!(parts.pop().is_some(), "{page}: {link} leaves the output");
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// How a system stores letters decides nothing: the same archive with an `a` and a ring for each `å`, in texts and in names, is
/// built to the same bytes.
#[test]
fn letters_may_be_decomposed() {
    let decomposed = |text: &str| text.nfd().collect::<String>();
    for path in [".", "tests/sites/closed", "tests/sites/association"] {
        let folder = archive(path);
        for (name, bytes) in files(&folder.path().join("content")) {
            let (file, other) = (folder.path().join("content").join(&name), decomposed(&name));
            let other = folder.path().join("content").join(other);
            let is_text = name.ends_with(".md") || name.ends_with(".yaml");
            let bytes = if is_text { decomposed(&String::from_utf8(bytes).unwrap()).into_bytes() } else { bytes };
            fs::remove_file(file).unwrap();
            fs::create_dir_all(other.parent().unwrap()).unwrap();
            fs::write(other, bytes).unwrap();
        }
        let ran = run(folder.path(), &["build", "--no-sync"]);
        assert_eq!(ran.code, Some(0), "{path}: {}", ran.err);
        let (composed, decomposed) = (built(path), files(&folder.path().join("public")));
        let differ: Vec<&String> =
            composed.keys().filter(|name| composed.get(*name) != decomposed.get(*name)).collect();
        assert!(differ.is_empty() && composed.len() == decomposed.len(), "{path}: {differ:?}");
    }
}
