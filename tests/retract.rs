//! What was taken back is gone from everything, its address says when and why, and the meeting file is otherwise as it was.

use crate::program::{archive, files, project, run_on_a_day as run};
use referat::config::Config;
use referat::model::{Disclosure, Number};
use referat::parse::{self, Drafts, Settings, Taken};
use referat::source::Source;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const FILE: &str = "content/direktionen/2018/2018-05-22.md";
const FENCE: &str = "````";

/// The cases of `retract/cases.md`; `UPDATE=1` writes what became.
#[test]
fn cases() {
    let path = project().join("tests/retract/cases.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut blocks = text.split(FENCE).collect::<Vec<_>>().into_iter();
    let mut out = blocks.next().unwrap().to_owned();
    let mut cases = 0;
    while let Some(block) = blocks.next() {
        let after = blocks.next().unwrap();
        if let Some(case) = block.strip_prefix("meeting") {
            let (words, file) = case.split_once('\n').unwrap();
            let after = if after.trim().is_empty() { "\n\n" } else { after };
            out.push_str(&format!(
                "{FENCE}meeting{words}\n{file}{FENCE}\n\n{FENCE}text\n{}{FENCE}",
                outcome(file, words)
            ));
            // Behind a case that is new stands no result yet.
            let missing = after != "\n\n" || blocks.as_slice().first().is_none_or(|next| !next.starts_with("text"));
            out.push_str(if missing { after } else { "" });
            cases += 1;
        } else {
            out.push_str(after);
        }
    }
    assert!(cases >= 20, "only {cases} cases were found");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, out).unwrap();
    } else {
        assert!(out == text, "UPDATE=1 cargo test keeps this instead:\n{out}");
    }
}

/// The file as it is afterwards.
fn outcome(file: &str, words: &str) -> String {
    let is_escaped = words.contains("escaped");
    let bytes = if is_escaped { crate::parse::unescaped(file) } else { file.as_bytes().to_vec() };
    let number = words.split_whitespace().find(|word| *word != "escaped").map(Number::new);
    let date = "2018-06-08".parse().unwrap();
    let taken = match &number {
        Some(number) => Taken::Item { number, title: "Trukket tilbage den 8. juni 2018", reason: "Fejl" },
        None => Taken::Meeting { date, reason: "Fejl" },
    };
    let Some(changed) = parse::take_back(FILE, &bytes, taken) else { return "refused\n".to_owned() };
    let settings = Settings::new(&Config::default(), Drafts::Left);
    let read = parse::meeting(&Source::decode(FILE, changed.clone()), &settings);
    // A caller reads it too, and keeps the old file when it isn't what it should be.
    let Some(meeting) = read.value.filter(|_| read.diagnostics.is_empty()) else { return "refused\n".to_owned() };
    let is_gone = match &number {
        Some(number) => {
            let item = meeting.items.iter().find(|item| item.number == *number).unwrap();
            matches!(&item.disclosure, Disclosure::Closed(stub) if stub.reason.as_deref() == Some("Fejl"))
        }
        None => meeting.retracted.is_some() && meeting.items.is_empty(),
    };
    assert!(is_gone, "{file}");
    let text = String::from_utf8(changed).unwrap();
    if !is_escaped {
        return text;
    }
    let shown = |c: char| if c == '\u{feff}' { "\\xef\\xbb\\xbf".to_owned() } else { c.escape_default().to_string() };
    text.chars().map(shown).collect::<String>().replace("\\n", "\\n\n").replace("\\\"", "\"") + "\n"
}

const SITE: &str =
    "title: Tranevig\nbase_url: https://tranevig.example/\noutputs: [search, feeds, calendar, data, oparl, akn]\n";

/// An archive of two meetings; what only the first has begins with `zqx`.
fn two_meetings(head: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("content/site.yaml", SITE);
    let text = format!(
        "---\ndate: 2024-03-05\nplace: Zqxsted\nparticipants: [Zqxnavn]\naliases: [gammel/2024.html]\n{head}---\n\nZqxindledning.\n\n## Punkt 1: Zqxklage\n\n24/901\n\nJf. [zqxnotat](2024-03-05/zqxnotat.txt).\n\n## Punkt 2: Budget\n\n24/902\n\n### Beslutning\n\nGodkendt.\n"
    );
    write("content/udvalget/2024/2024-03-05.md", &text);
    write("content/udvalget/2024/2024-03-05/zqxnotat.txt", "Zqxnotat");
    write(
        "content/udvalget/2024/2024-04-02.md",
        "---\ndate: 2024-04-02\n---\n\n## Punkt 1: A\n\nSe [her](2024-03-05.md#punkt-1).\n",
    );
    folder
}

/// The same where the item alone has the words.
fn with_an_item(head: &str) -> TempDir {
    let folder = two_meetings(head);
    edit(&folder, |text| text.replace("Zqxindledning.", "").replace("Zqxsted", "A").replace("Zqxnavn", "B"));
    folder
}

fn edit(folder: &TempDir, change: impl Fn(String) -> String) {
    let path = folder.path().join("content/udvalget/2024/2024-03-05.md");
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}

/// The files that still hold a word that only what was taken back has.
fn telling(folder: &Path) -> Vec<String> {
    let built = run(folder, &["build", "--no-sync", "--bundle", "alt.zip", "--report", "kontrol.md"]);
    assert_eq!(built.code, Some(0), "{}", built.err);
    assert!(!(built.out + &built.err).to_lowercase().contains("zqx"));
    let mut all = files(&folder.join("public"));
    all.extend(["alt.zip", "kontrol.md"].map(|name| (name.to_owned(), fs::read(folder.join(name)).unwrap())));
    let is_telling = |path: &str, bytes: &[u8]| {
        String::from_utf8_lossy(bytes).to_lowercase().contains("zqx") || path.contains("zqx")
    };
    all.into_iter().filter(|(path, bytes)| is_telling(path, bytes)).map(|(path, _)| path).collect()
}

fn public(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join("public").join(path)).unwrap()
}

#[test]
fn a_meeting_is_taken_back() {
    let folder = two_meetings("");
    assert!(telling(folder.path()).len() > 5, "the control: it is found where it was public");
    let before = files(folder.path());
    let what = ["retract", "udvalget/2024/2024-03-05.html", "--reason", "Holdt oplysninger om en \"borger\""];
    let tried = run(folder.path(), &[&what[..], &["--dry-run"]].concat());
    assert_eq!(files(folder.path()), before, "a dry run writes nothing");
    let ran = run(folder.path(), &what);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(tried.out, ran.out);
    let path = "udvalget/2024/2024-03-05";
    for gone in [
        &format!("{path}/zqxnotat.txt"),
        "sager/24-901.html",
        "sager/24-901.xml",
        &format!("{path}.html"),
        &format!("{path}.ics"),
        &format!("{path}.akn.xml"),
        "gammel/2024.html",
        "feed.xml",
        "data/items.csv",
        "soeg/z.html",
    ] {
        assert!(ran.out.contains(&format!("https://tranevig.example/{gone}\n")), "{gone} is not in\n{}", ran.out);
    }
    assert!(!ran.out.contains("404.html") && !ran.out.contains("style.css"), "what stays is not listed\n{}", ran.out);
    assert_eq!(telling(folder.path()), [""; 0]);
    let page = public(&folder, &format!("{path}.html"));
    for said in ["noindex", "Trukket tilbage", "8. juni 2024", "Holdt oplysninger om en &quot;borger&quot;"] {
        assert!(page.contains(said), "{page}");
    }
    let sitemap = public(&folder, "sitemap.xml");
    assert!(!sitemap.contains("2024-03-05") && sitemap.contains("2024-04-02"), "{sitemap}");
    assert!(public(&folder, "gammel/2024.html").contains("2024-03-05.html"));
    for gone in [&format!("{path}.ics"), &format!("{path}.akn.xml"), "sager/24-902.html"] {
        assert!(!folder.path().join("public").join(gone).exists(), "{gone}");
    }
    let again = run(folder.path(), &["retract", "udvalget/2024/2024-03-05", "--reason", "a"]);
    assert!(again.code == Some(2) && again.err.contains("retracted already"), "{}", again.err);
}

#[test]
fn an_item_is_taken_back() {
    let folder = with_an_item("corrections: [{ date: 2024-03-20, text: A }]\n");
    assert!(telling(folder.path()).len() > 5, "the control: it is found where it was public");
    let path = folder.path().join("content/udvalget/2024/2024-03-05.md");
    let old = fs::read_to_string(&path).unwrap();
    let ran = run(folder.path(), &["retract", "https://tranevig.example/gammel/2024.html#punkt-1", "--reason", "Fejl"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("https://tranevig.example/sager/24-901.html\n"), "{}", ran.out);
    assert!(ran.out.contains("https://tranevig.example/gammel/2024.html\n"), "{}", ran.out);
    let added = "closed_items:\n  \"1\": { title: \"Trukket tilbage den 8. juni 2024\", reason: \"Fejl\" }\n";
    assert_eq!(fs::read_to_string(&path).unwrap().replace(added, ""), old);
    assert_eq!(telling(folder.path()), [""; 0]);
    let page = public(&folder, "udvalget/2024/2024-03-05.html");
    let item = &page[page.find("id=\"punkt-1\"").unwrap()..page.find("id=\"punkt-2\"").unwrap()];
    assert!(item.contains("Trukket tilbage den 8. juni 2024") && item.contains("Fejl"), "{page}");
    assert!(page.contains("Budget") && !page.contains("noindex"));
    // It was open, so nothing says that it was closed; that of the other item is.
    edit(&folder, |text| text + "\n## Punkt 3: Lukket\n");
    assert_eq!(telling(folder.path()), [""; 0]);
    let page = public(&folder, "udvalget/2024/2024-03-05.html");
    let item = &page[page.find("id=\"punkt-1\"").unwrap()..page.find("id=\"punkt-2\"").unwrap()];
    assert!(!item.to_lowercase().contains("lukke"), "{item}");
    assert_eq!(page.matches(">Lukket</span>").count(), 2, "one in the agenda, one at the item: {page}");
    for (path, said) in [("udvalget/2024/2024-03-05.html", "heraf lukkede 1"), ("2024/index.html", "(1 lukket)")] {
        assert!(public(&folder, path).contains(said), "{path}");
    }
    let tables = ["data/meetings.csv", "data/items.csv"].map(|path| public(&folder, path));
    let row = |table: &str, sign: &str| table.lines().find(|line| line.contains(sign)).unwrap().to_owned();
    assert!(row(&tables[0], "2024-03-05").contains(",3,1,"), "{}", tables[0]);
    assert!(row(&tables[1], "Trukket tilbage").contains(",false,"), "{}", tables[1]);
    let feed = public(&folder, "feed.xml");
    let entry = &feed[feed.find("Trukket tilbage").unwrap()..];
    assert!(!entry[..entry.find("Budget").unwrap()].contains("lukkede"), "{entry}");
    let akn = public(&folder, "udvalget/2024/2024-03-05.akn.xml");
    let item = &akn[..akn.find("Budget").unwrap()];
    assert!(item.contains("Fejl") && !item.contains("lukkede") && !item.contains("closedItem"), "{akn}");
    let item = objects(&folder).into_values().find(|object| object["name"] == "Trukket tilbage den 8. juni 2024");
    assert!(item.is_none_or(|item| item["public"] == true));
    let again = run(folder.path(), &["retract", "udvalget/2024/2024-03-05.html#1", "--reason", "Fejl"]);
    assert!(again.code == Some(2) && again.err.contains("closed already"), "{}", again.err);
}

/// Every object of the interface that went has a tombstone, also where nobody kept a ledger before.
#[test]
fn what_is_taken_back_leaves_tombstones_in_the_oparl_interface() {
    for recorded in [false, true] {
        let folder = two_meetings("");
        if recorded {
            assert_eq!(run(folder.path(), &["record", "--at", "2024-04-03T10:00:00Z"]).code, Some(0));
        }
        telling(folder.path());
        let before = objects(&folder);
        let ran = run(folder.path(), &["retract", "udvalget/2024/2024-03-05", "--reason", "Fejl"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        telling(folder.path());
        let after = objects(&folder);
        let gone = |objects: &BTreeMap<String, serde_json::Value>| {
            objects.values().filter(|object| object["deleted"] == true).count()
        };
        // The meeting, its items, cases and consultations, the file, the person and the place.
        assert_eq!((gone(&before), gone(&after)), (0, 10));
        for (path, object) in after.iter().filter(|(_, object)| object["deleted"] == true) {
            assert!(before.contains_key(path) && ran.out.contains(path.as_str()), "{path}");
            let keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, ["created", "deleted", "id", "modified", "type"], "{path} tells more");
        }
    }
}

/// The single objects of the interface, without its lists.
fn objects(folder: &TempDir) -> BTreeMap<String, serde_json::Value> {
    let all = files(&folder.path().join("public/oparl")).into_iter();
    all.filter(|(path, _)| path.contains('/') && !path.contains("changes") && !path.contains("-meetings"))
        .map(|(path, bytes)| (path, serde_json::from_slice(&bytes).unwrap()))
        .collect()
}

#[test]
fn a_file_that_another_item_links_to_stays_and_is_told() {
    let folder = with_an_item("");
    edit(&folder, |text| text + "\n[Bilag](2024-03-05/zqxnotat.txt)\n");
    let ran = run(folder.path(), &["retract", "udvalget/2024/2024-03-05#1", "--reason", "Fejl"]);
    assert!(ran.err.contains("note: content/udvalget/2024/2024-03-05/zqxnotat.txt stays public"), "{}", ran.err);
    assert!(!ran.out.contains("zqxnotat.txt"), "{}", ran.out);
    let folder = with_an_item("");
    edit(&folder, |text| text + "\n[Bilag](2024-03-05/zqxnotat.txt)\n");
    let (above, name) = (folder.path().parent().unwrap(), folder.path().file_name().unwrap().to_str().unwrap());
    let what = ["-C", name, "retract", "udvalget/2024/2024-03-05#1", "--reason", "Fejl"];
    let note = format!("note: {name}/content/udvalget/2024/2024-03-05/zqxnotat.txt stays public");
    assert!(run(above, &what).err.contains(&note));
}

/// Every page has a title of its own (theme.md, check 18), and what was taken back says of whom it was.
#[test]
fn pages_of_what_is_gone_have_titles_of_their_own() {
    let folder = two_meetings("retracted: { date: 2024-06-08, reason: Fejl }\n");
    edit(&folder, |text| text.replace("gammel/2024.html", "gammel/2024.html, gammel/marts.html"));
    let write = |path: &str, head: &str| {
        let path = folder.path().join("content").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("---\ndate: 2024-03-05\n{head}---\n\n## 1. A\n")).unwrap();
    };
    let retracted = "retracted: { date: 2024-06-08, reason: Fejl }\n";
    write("raadet/2024/a.md", &format!("organization: Rådet for Åen\n{retracted}"));
    write("udvalget/2024/b.md", &format!("slug: ekstra\n{retracted}"));
    write("nyt/2024/a.md", "title: Ekstraordinært møde\naliases: [g.html, h.html]\n");
    write("nyere/2024/a.md", "title: Ekstraordinært møde\n");
    let built = run(folder.path(), &["build", "--no-sync"]);
    assert_eq!(built.code, Some(0), "{}", built.err);
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    for (path, bytes) in files(&folder.path().join("public")) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some(title) = text.split("<title>").nth(1).filter(|_| path.ends_with(".html")) else { continue };
        let other = titles.insert(title.split("</title>").next().unwrap().to_owned(), path.clone());
        assert!(other.is_none(), "{path} is called as {other:?}");
    }
    for title in [
        "Trukket tilbage: Udvalget, 5. marts 2024 – Tranevig",
        "Trukket tilbage: Udvalget, 5. marts 2024 (ekstra) – Tranevig",
        "Trukket tilbage: Rådet for Åen, 5. marts 2024 – Tranevig",
    ] {
        assert!(titles.contains_key(title), "{title} is not in {:?}", titles.keys());
    }
}

#[test]
fn what_would_bring_an_error_is_not_written() {
    let folder = with_an_item("");
    let before = files(folder.path());
    for (what, reason, code, says) in [
        ("udvalget/2024/2024-03-05#1", "Nummeret 010190-1234", 1, "[cpr]"),
        ("udvalget/2024/2024-03-05#1", " ", 2, "say why"),
        ("udvalget/2024/2024-03-05#7", "Fejl", 2, "no item 7"),
        ("udvalget/2024/2024-03-06", "Fejl", 2, "no published meeting"),
    ] {
        let ran = run(folder.path(), &["retract", what, "--reason", reason]);
        assert!(ran.code == Some(code) && ran.err.contains(says), "{what} {reason}: {}", ran.err);
        assert!(!ran.err.contains("010190-1234"), "{}", ran.err);
    }
    edit(&folder, |text| text.replace("date: 2024-03-05\n", "date: 2024-03-05\nclosed_items: [7]\n"));
    let ran = run(folder.path(), &["retract", "udvalget/2024/2024-03-05#1", "--reason", "Fejl"]);
    assert!(ran.code == Some(2) && ran.err.contains("by hand"), "{}", ran.err);
    edit(&folder, |text| text.replace("closed_items: [7]\n", ""));
    assert_eq!(files(folder.path()), before);
}

/// A number that the gate found after it was published: what keeps the archive from being built is what is taken back.
#[test]
fn an_archive_that_can_not_be_built_any_more_is_mended() {
    let folder = with_an_item("");
    edit(&folder, |text| text.replace("Jf. [", "Født 010190-1234, jf. ["));
    assert_eq!(run(folder.path(), &["build", "--no-sync"]).code, Some(1));
    let ran = run(folder.path(), &["retract", "udvalget/2024/2024-03-05#1", "--reason", "Holdt et personnummer"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for touched in ["sager/24-901.html", "udvalget/2024/2024-03-05.html", "udvalget/2024/2024-03-05.akn.xml"] {
        assert!(ran.out.contains(&format!("https://tranevig.example/{touched}\n")), "{touched}\n{}", ran.out);
    }
    assert_eq!(telling(folder.path()), [""; 0]);
}

/// In an archive that is as large as a real one, only what has to do with the meeting is listed.
#[test]
fn what_has_nothing_to_do_with_it_is_not_listed() {
    let folder = archive(".");
    let what = "oekonomiudvalget/2025/2025-12-02.html";
    let ran = run(folder.path(), &["retract", what, "--reason", "Fejl", "--dry-run"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let listed: Vec<&str> = ran.out.lines().filter_map(|line| line.split(".example/").nth(1)).collect();
    assert!(listed.contains(&what) && listed.contains(&"data/items.csv"), "{listed:?}");
    let others = ["byraadet/2025/2025-01-28.html", "aeldreraadet/index.html", "404.html", "byraadet/kalender.ics"];
    assert!(!others.iter().any(|other| listed.contains(other)), "{listed:?}");
}

#[test]
fn the_files_of_the_search_are_spoken_of() {
    let folder = two_meetings("");
    let ran = run(folder.path(), &["retract", "udvalget/2024/2024-03-05.html", "--reason", "Fejl", "--dry-run"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let note = "note: the files that the search reads, below https://tranevig.example/soeg/data, change too";
    assert!(ran.err.contains(note), "{}", ran.err);
    let ran = run(folder.path(), &["retract", "udvalget/2024/2024-03-05.html#", "--reason", "Fejl"]);
    assert!(ran.code == Some(2) && ran.err.contains("behind the # stands no item"), "{}", ran.err);
}
