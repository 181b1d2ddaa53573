//! What was taken back is gone from everything, and its address says when and why.

use crate::program::{files, run};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const SITE: &str =
    "title: Tranevig\nbase_url: https://tranevig.example/\noutputs: [search, feeds, calendar, data, oparl, akn]\n";

fn archive(head: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("content/site.yaml", SITE);
    let text = format!(
        "---\ndate: 2024-03-05\nplace: Zqxsted\nparticipants: [Zqxnavn]\n{head}---\n\nZqxindledning.\n\n## Punkt 1: Zqxklage\n\n24/901\n\nJf. [zqxnotat](2024-03-05/zqxnotat.txt).\n\n## Punkt 2: Budget\n\n24/902\n\n### Beslutning\n\nGodkendt.\n"
    );
    write("content/udvalget/2024/2024-03-05.md", &text);
    write("content/udvalget/2024/2024-03-05/zqxnotat.txt", "Zqxnotat");
    write(
        "content/udvalget/2024/2024-04-02.md",
        "---\ndate: 2024-04-02\n---\n\n## Punkt 1: A\n\nSe [her](2024-03-05.md#punkt-1).\n",
    );
    folder
}

/// The files that still hold a word that only what was taken back has.
fn telling(folder: &Path) -> Vec<String> {
    let built = run(folder, &["build", "--no-sync", "--bundle", "alt.zip"]);
    assert_eq!(built.code, Some(0), "{}", built.err);
    assert!(!(built.out + &built.err).to_lowercase().contains("zqx"));
    let mut all = files(&folder.join("public"));
    all.insert("alt.zip".to_owned(), fs::read(folder.join("alt.zip")).unwrap());
    let is_telling = |path: &str, bytes: &[u8]| {
        String::from_utf8_lossy(bytes).to_lowercase().contains("zqx") || path.contains("zqx")
    };
    all.into_iter().filter(|(path, bytes)| is_telling(path, bytes)).map(|(path, _)| path).collect()
}

#[test]
fn a_meeting_is_taken_back() {
    let folder = archive("");
    assert!(telling(folder.path()).len() > 5, "the control: it is found where it was public");
    let ran = run(
        folder.path(),
        &["retract", "udvalget/2024/2024-03-05.html", "--reason", "Holdt oplysninger om en \"borger\""],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for gone in ["udvalget/2024/2024-03-05/zqxnotat.txt", "sager/24-901.html", "udvalget/2024/2024-03-05.html"] {
        assert!(ran.out.contains(&format!("https://tranevig.example/{gone}\n")), "{gone} is not in\n{}", ran.out);
    }
    assert_eq!(telling(folder.path()), [""; 0]);
    let page = fs::read_to_string(folder.path().join("public/udvalget/2024/2024-03-05.html")).unwrap();
    for said in ["noindex", "Trukket tilbage", "Holdt oplysninger om en &quot;borger&quot;"] {
        assert!(page.contains(said), "{page}");
    }
    let sitemap = fs::read_to_string(folder.path().join("public/sitemap.xml")).unwrap();
    assert!(!sitemap.contains("2024-03-05"), "{sitemap}");
    assert_eq!(run(folder.path(), &["retract", "udvalget/2024/2024-03-05", "--reason", "a"]).code, Some(2));
}

#[test]
fn an_item_is_taken_back_whatever_else_is_closed() {
    for head in
        ["", "closed_items:\n  7: { reason: a }\n", "closed_items: { 7: { reason: a } }\n", "closed_items: {}\n"]
    {
        // Number 7 is another item.
        let folder = archive(head);
        let path = folder.path().join("content/udvalget/2024/2024-03-05.md");
        let text = fs::read_to_string(&path)
            .unwrap()
            .replace("Zqxindledning.", "")
            .replace("Zqxsted", "A")
            .replace("Zqxnavn", "B");
        fs::write(&path, text + "\n## Punkt 7: C\n").unwrap();
        let ran = run(folder.path(), &["retract", "content/udvalget/2024/2024-03-05.md#punkt-1", "--reason", "Fejl"]);
        assert_eq!(ran.code, Some(0), "{head}{}", ran.err);
        assert!(ran.out.starts_with("https://tranevig.example/sager/24-901"), "{}", ran.out);
        assert_eq!(telling(folder.path()), [""; 0], "{head}");
        let page = fs::read_to_string(folder.path().join("public/udvalget/2024/2024-03-05.html")).unwrap();
        assert!(page.contains("id=\"punkt-1\"") && page.contains("Trukket tilbage") && page.contains("Fejl"), "{page}");
        assert!(page.contains("Budget"));
        let again = run(folder.path(), &["retract", "udvalget/2024/2024-03-05.html#1", "--reason", "Fejl"]);
        assert!(again.code == Some(2) && again.err.contains("closed already"), "{}", again.err);
    }
}
