//! Each format for machines before programs that we did not write. The checks lie in `tests/export/checks`; here the archives
//! are built, and what the files must say is written down from the model, so that a check compares with the archive and not
//! with another export.
//!
//! Without Python, Node or a validator a test says so and passes; with `CI=true` it fails.

use crate::program::{archive, files, project, run};
use referat::config::Config;
use referat::model::{AgendaItem, Disclosure, Meeting, Status};
use referat::parse::Drafts;
use referat::pipeline::{self, Build, Cache, Choices};
use referat::site::route;
use referat::{disk, language::Language};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

/// Folders with `public`, an archive's output, and `truth.json`, what the archive holds; built once.
static SITES: LazyLock<Vec<PathBuf>> = LazyLock::new(sites);

/// Our Python, once the packages of the checks are installed.
static TOOLS: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    node()?;
    python()
});

fn checks() -> PathBuf {
    project().join("tests/export")
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("export")
}

/// A Python of our own with the packages of the checks.
fn python() -> Result<PathBuf, String> {
    let wanted = fs::read(checks().join("requirements.txt")).unwrap();
    let (folder, stamp) = (target().join("python"), target().join("python/.installed"));
    let python = folder.join("bin/python");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    fs::create_dir_all(target()).unwrap();
    finish(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder), "python3 with venv")?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    finish(pip.arg(checks().join("requirements.txt")), "the Python packages of the checks")?;
    fs::write(stamp, wanted).unwrap();
    Ok(python)
}

fn node() -> Result<(), String> {
    let lock = fs::read(checks().join("package-lock.json")).unwrap();
    let stamp = checks().join("node_modules/.installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    finish(Command::new("npm").arg("ci").current_dir(checks()), "npm and the packages of the checks")?;
    fs::write(stamp, lock).unwrap();
    Ok(())
}

fn finish(command: &mut Command, what: &str) -> Result<(), String> {
    match command.output() {
        Ok(ran) if ran.status.success() => Ok(()),
        Ok(ran) => Err(format!("{what} can't be used: {}", String::from_utf8_lossy(&ran.stderr).trim())),
        Err(_) => Err(format!("{what} can't be used")),
    }
}

/// Says on the terminal, past what the test runner keeps to itself, why nothing was checked.
fn skip(why: &str) {
    assert!(env::var("CI").as_deref() != Ok("true"), "{why}, and CI must run the checks of the exports");
    let _ = std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes());
}

/// Runs a check over all sites; it must find nothing.
fn check(name: &str) {
    let python = match &*TOOLS {
        Err(why) => return skip(why),
        Ok(python) => python,
    };
    let mut command = if name.ends_with(".py") { Command::new(python) } else { Command::new("node") };
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    let ran = command.arg(checks().join("checks").join(name)).args(&*SITES).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{name}: {said}");
    assert!(said.contains(" checked"), "{name} says what it checked: {said}");
}

/// Runs a validator of the system over files; it must find nothing.
fn validate(program: &str, arguments: &[&str], files: &[PathBuf]) {
    for some in files.chunks(200) {
        match Command::new(program).args(arguments).args(some).output() {
            Err(_) => return skip(&format!("{program} is not installed")),
            Ok(ran) => {
                let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
                assert!(ran.status.success(), "{program}: {said}");
            }
        }
    }
}

fn sites() -> Vec<PathBuf> {
    let large = tempfile::tempdir().unwrap();
    write_large(large.path());
    let mut out = vec![site("large", large.path())];
    out.push(site("sample", archive(".").path()));
    for name in ["closed", "association", "planned"] {
        out.push(site(name, archive(&format!("tests/sites/{name}")).path()));
    }
    out
}

/// Builds an archive with all outputs into a folder that stays, beside what it holds.
fn site(name: &str, folder: &Path) -> PathBuf {
    let settings = folder.join("content/site.yaml");
    let mut text = fs::read_to_string(&settings).unwrap();
    if !text.contains("outputs:") {
        text.push_str("\noutputs: [search, feeds, calendar, data, oparl, akn]\n");
    }
    fs::write(settings, text).unwrap();
    let out = target().join(name);
    let _ = fs::remove_dir_all(&out);
    fs::create_dir_all(&out).unwrap();
    let ran = run(folder, &["build", "--no-sync"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    crate::program::copy(&folder.join("public"), &out.join("public"));
    let choices = Choices { drafts: Drafts::Left, ..Choices::default() };
    let build = pipeline::build(&disk::input(folder).unwrap(), &mut Cache::default(), &choices).unwrap();
    fs::write(out.join("truth.json"), truth(&build).to_string()).unwrap();
    out
}

/// What an archive holds, in plain words.
fn truth(build: &Build) -> Value {
    let (archive, config) = (build.archive(), build.config());
    let meeting = |(id, meeting): (u32, &std::sync::Arc<Meeting>)| {
        json!({
            "address": route::meeting(meeting).path(),
            "organization": archive.organization(id).organization.slug,
            "name": archive.organization(id).organization.name,
            "date": meeting.date.to_string(),
            "start": meeting.start.map(|time| time.strftime("%H:%M").to_string()),
            "end": meeting.end.map(|time| time.strftime("%H:%M").to_string()),
            "place": meeting.place,
            "title": meeting.title,
            "status": meeting.status.name(),
            "cancelled": meeting.cancelled,
            "published": meeting.published.map(|date| date.to_string()),
            "modified": meeting.modified.map(|date| date.to_string()),
            "changed": meeting.changed().to_string(),
            "corrections": meeting.corrections.len(),
            "people": meeting.participants.iter().chain(&meeting.absent).map(|person| &person.name).collect::<Vec<_>>(),
            "items": meeting.items.iter().map(|entry| item(entry, config)).collect::<Vec<_>>(),
        })
    };
    let case = |paper: &referat::model::Paper| {
        let treatment = |place: &referat::model::Place| {
            let anchor = route::item(config.language, &archive.item(*place).number);
            json!([route::meeting(archive.meeting(place.meeting)).path(), anchor])
        };
        let held = |place: &referat::model::Place| {
            let meeting = archive.meeting(place.meeting);
            (meeting.status != Status::Agenda && !meeting.cancelled).then(|| meeting.date.to_string())
        };
        json!({
            "reference": paper.reference.printed(),
            "address": route::case(config.language, &paper.reference).path(),
            "items": paper.consultations.iter().map(treatment).collect::<Vec<_>>(),
            "treated": paper.consultations.iter().map(held).filter(Option::is_some).collect::<Vec<_>>(),
        })
    };
    json!({
        "title": config.title,
        "base": config.base_url,
        "language": config.language.tag(),
        "calendar": if config.language == Language::Da { "kalender.ics" } else { "calendar.ics" },
        "closed_title": config.language.words().closed_item,
        "time_zone": config.time_zone,
        "meetings": (0..).zip(&archive.meetings).map(meeting).collect::<Vec<_>>(),
        "cases": archive.papers.iter().map(case).collect::<Vec<_>>(),
    })
}

fn item(item: &AgendaItem, config: &Config) -> Value {
    let anchor = route::item(config.language, &item.number);
    let number = item.number.printed();
    match &item.disclosure {
        Disclosure::Closed(stub) => json!({
            "anchor": anchor, "number": number, "closed": true, "cases": [], "outcome": null,
            "title": stub.title, "reason": stub.reason, "decision": stub.decision,
        }),
        Disclosure::Public(public) => json!({
            "anchor": anchor, "number": number, "closed": false, "title": public.title,
            "cases": public.references.iter().map(|reference| reference.printed()).collect::<Vec<_>>(),
            "outcome": public.outcome.map(|outcome| outcome.name()),
            "files": public.files.iter().filter(|file| file.path.is_some()).count(),
        }),
    }
}

/// A body with 175 meetings, one case in most of them, and titles and places that every format has to escape.
fn write_large(archive: &Path) {
    let folder = archive.join("content/raadet/2024");
    fs::create_dir_all(&folder).unwrap();
    let site = "title: \"Rådet; referater, og \\\"andet\\\" & <mere>\"\nbase_url: https://raadet.example/arkiv/\nlicense: CC BY 4.0\n";
    fs::write(archive.join("content/site.yaml"), site).unwrap();
    for number in 0..175 {
        let (month, day) = (number / 15 + 1, number % 15 + 10);
        let date = format!("2024-{month:02}-{day:02}");
        let mut head = format!("date: {date}\n");
        match number % 5 {
            0 => {}
            1 => head.push_str("start: \"02:30\"\nplace: \"Sal 1; bag døren, til \\\\ højre\"\n"),
            _ => head.push_str("start: \"16:00\"\nend: \"18:15\"\nplace: Rådssalen\n"),
        }
        if number % 7 == 0 {
            let _ = writeln!(head, "published: 2025-01-{:02}", number % 28 + 1);
        }
        if number % 11 == 0 {
            head.push_str("modified: 2025-03-02\ncorrections:\n  - { date: 2025-03-01, text: En }\n  - { date: 2025-03-02, text: To }\n");
        }
        if number % 20 == 3 {
            head.push_str("cancelled: true\n");
        }
        if number > 170 {
            head.push_str("status: agenda\n");
        }
        head.push_str("participants: [Åse Ørsted, \"Bo \\\"B\\\" Æble\"]\nclosed_items:\n  2: { title: \"Køb af grund, del 2\", reason: \"§ 10\" }\n");
        let long = "en meget lang overskrift på rigtig mange ord, som må brydes midt i æøå; ".repeat(number % 4);
        let text = format!(
            "---\n{head}---\n\n## Punkt 1: =Budget {number}, \"{long}\" & <b>\n\n24/1\n\n### Beslutning\n\nGodkendt & *vedtaget*.\n\n## Punkt 2: Lukket: hemmelighed\n\n24/{}\n\nHemmelighed.\n\n## Punkt 3: Sag {number}\n\n23/{}, 23/9{}\n\n### Beslutning\n\nUdsat.\n",
            5000 + number,
            number % 40 + 1,
            number % 3,
        );
        fs::write(folder.join(format!("{date}.md")), text).unwrap();
    }
}

/// The files of all sites whose names end so.
fn built(ending: &str) -> Vec<PathBuf> {
    let below = |site: &PathBuf| {
        let public = site.join("public");
        files(&public).into_keys().map(move |path| public.join(path))
    };
    SITES.iter().flat_map(below).filter(|path| path.to_string_lossy().ends_with(ending)).collect()
}

fn feeds() -> Vec<PathBuf> {
    let is_feed = |path: &PathBuf| fs::read_to_string(path).is_ok_and(|text| text.contains("<feed "));
    built(".xml").into_iter().filter(is_feed).collect()
}

#[test]
fn feeds_follow_the_grammar_of_rfc_4287() {
    let grammar = checks().join("atom.rng");
    validate("xmllint", &["--noout", "--relaxng", grammar.to_str().unwrap()], &feeds());
    validate("jing", &[grammar.to_str().unwrap()], &feeds());
}

#[test]
fn feeds_are_read_back_whole() {
    check("feeds.py");
    check("feeds.mjs");
}

#[test]
fn calendars_are_read_back_whole() {
    check("events.py");
    check("events.mjs");
}

/// The id of a meeting hangs on where the archive stands and on the meeting's own address, and on nothing else.
#[test]
fn an_id_outlives_the_title_of_the_archive() {
    let id = |settings: &str| {
        let meeting = "---\ndate: 2024-05-22\n---\n\n## Punkt 1: Budget\n";
        let archive = crate::support::Archive::new().site(settings).file("content/raadet/2024/2024-05-22.md", meeting);
        let text = archive.build().page("raadet/2024/2024-05-22.ics");
        text.lines().find_map(|line| line.strip_prefix("UID:")).unwrap().to_owned()
    };
    let bare = id("title: Referater\n");
    assert_eq!(bare, id("title: Dagsordener og referater\norganizations:\n  raadet: { name: Seniorrådet }\n"));
    let form = bare.split('-').map(str::len).collect::<Vec<_>>();
    assert!(form == [8, 4, 4, 4, 12] && bare.as_bytes()[14] == b'8', "{bare} is no UUID");
    let at = |base: &str| id(&format!("title: Referater\nbase_url: {base}\n"));
    assert_eq!(at("https://raadet.example/"), at("https://raadet.example/referater/"));
    assert_ne!(at("https://raadet.example/"), at("https://naboraadet.example/"));
}

/// An id outlives everything that can be changed about a meeting; what counts the changes counts them.
#[test]
fn a_corrected_meeting_keeps_its_id_and_counts_up() {
    let site = |head: &str| {
        let text = format!("---\ndate: 2024-05-22\n{head}---\n\n## Punkt 1: Budget\n");
        let built = crate::support::Archive::new().file("content/raadet/2024/2024-05-22.md", text).build();
        built.page("raadet/2024/2024-05-22.ics")
    };
    let line = |text: &str, key: &str| text.lines().find(|line| line.starts_with(key)).unwrap().to_owned();
    let (first, later) = (
        site("start: \"10:00\"\n"),
        site(
            "start: \"11:00\"\nplace: Salen\nmodified: 2024-06-02\ncorrections: [{ date: 2024-06-02, text: Tiden }]\n",
        ),
    );
    assert_eq!(line(&first, "UID:"), line(&later, "UID:"));
    assert_eq!((line(&first, "SEQUENCE:"), line(&later, "SEQUENCE:")), ("SEQUENCE:0".into(), "SEQUENCE:1".into()));
    assert_eq!(line(&first, "DTSTAMP:"), "DTSTAMP:20240521T220000Z");
    assert_eq!(line(&later, "DTSTAMP:"), "DTSTAMP:20240601T220000Z");
}

#[test]
fn tables_are_read_by_a_strict_reader_and_say_what_the_pages_say() {
    check("tables.py");
}

#[test]
fn linked_data_is_expanded_by_two_processors() {
    check("linked.py");
    check("linked.mjs");
}

#[test]
fn minutes_follow_the_schema_of_akoma_ntoso() {
    check("minutes.py");
}

#[test]
fn the_open_interface_follows_its_standard() {
    check("interface.py");
}

/// The objects of the interface in an output: `modified` by address, `gone` for a tombstone.
fn ages(public: &Path) -> BTreeMap<String, String> {
    let objects = files(&public.join("oparl")).into_iter().filter(|(path, _)| {
        !path.contains("-meetings")
            && !path.starts_with("changes")
            && (path.contains('/') || ["system.json", "body.json"].contains(&path.as_str()))
    });
    let age = |bytes: Vec<u8>| {
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let gone = if value.get("deleted").is_some() { " gone" } else { "" };
        format!("{}{gone}", value["modified"].as_str().unwrap())
    };
    objects.map(|(path, bytes)| (path, age(bytes))).collect()
}

/// An edit between two records changes the age of exactly the objects that say something else; what goes leaves a sign.
#[test]
fn the_ledger_tells_what_changed_and_what_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        fs::write(folder.path().join(path), text).unwrap();
    };
    let build = || {
        let ran = run(folder.path(), &["build", "--no-sync"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ages(&folder.path().join("public"))
    };
    let record = |at: &str| run(folder.path(), &["record", "--at", at]);
    let meeting = |decision: &str, people: &str| {
        format!(
            "---\ndate: 2024-05-22\nplace: Salen\nparticipants: [{people}]\n---\n\n## Punkt 1: Budget\n\n24/1\n\n### Beslutning\n\n{decision}\n\n## Punkt 2: Regnskab\n\n24/2\n"
        )
    };
    write("content/site.yaml", "title: Referater\nbase_url: https://raadet.example/\n");
    write("content/raadet/2024/2024-05-22.md", &meeting("Godkendt.", "Asta, Birk"));
    write("content/raadet/2024/2024-06-12.md", "---\ndate: 2024-06-12\n---\n\n## Punkt 1: Budget\n\n24/1\n");
    assert_eq!(record("2024-07-01T08:00:00Z").code, Some(2), "nobody asked for the interface");
    write("content/site.yaml", "title: Referater\nbase_url: https://raadet.example/\noutputs: [oparl]\n");
    let unrecorded = build();
    let ran = record("2024-07-01T08:00:00Z");
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(0), "content/oparl.ledger: 17 new, 0 changed, 0 gone\n"),
        "{}",
        ran.err
    );
    let first = build();
    assert_eq!(first, unrecorded, "a first ledger says what the heads say");
    assert!(record("2024-07-02T08:00:00Z").out.contains(" 0 new, 0 changed, 0 gone"));

    // A decision is in its item, and in the meeting that holds the item.
    write("content/raadet/2024/2024-05-22.md", &meeting("Udsat.", "Asta, Birk"));
    assert_eq!(build(), first, "a build alone knows of no change");
    record("2024-08-01T08:00:00Z");
    let second = build();
    let changed = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| {
        let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        let mut kinds: Vec<String> = keys
            .into_iter()
            .filter(|key| a.get(*key) != b.get(*key))
            .map(|key| key.split('/').next().unwrap().to_owned())
            .collect();
        kinds.sort();
        kinds
    };
    assert_eq!(changed(&first, &second), ["agenda-item", "meeting"]);
    assert!(second.values().any(|age| age == "2024-08-01T10:00:00+02:00"), "in the site's time zone");

    // A case that is treated no more, and somebody who was not there after all.
    write("content/raadet/2024/2024-05-22.md", &meeting("Udsat.", "Asta").replace("24/2", ""));
    record("2024-09-01T08:00:00Z");
    let third = build();
    assert_eq!(changed(&second, &third), ["agenda-item", "consultation", "meeting", "paper", "person"]);
    let gone: Vec<&String> = third.keys().filter(|key| third[*key].ends_with("gone")).collect();
    assert_eq!(gone.len(), 3, "{gone:?}");
    for path in gone {
        let text = fs::read_to_string(folder.path().join("public/oparl").join(path)).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["created", "deleted", "id", "modified", "type"]
        );
        assert!(!text.contains("24") || !text.contains("24/2") && !text.contains("24-2\""), "{text}");
    }
    let ledger = fs::read_to_string(folder.path().join("content/oparl.ledger")).unwrap();
    assert!(!ledger.contains("24/2") && !ledger.contains("Birk") && !ledger.contains("Budget"), "{ledger}");
    for (path, bytes) in files(&folder.path().join("public")) {
        assert!(!String::from_utf8_lossy(&bytes).contains("Birk"), "{path} still tells who was there");
    }
}

/// What needs full addresses is left out with one remark where nobody said where the archive will stand, and no page leads to it.
#[test]
fn without_an_address_of_the_site_what_needs_one_is_left_out() {
    let meeting = "---\ndate: 2024-05-22\n---\n\n## Punkt 1: Budget\n\n24/1\n";
    let outputs = "outputs: [feeds, calendar, data, oparl, akn]\n";
    let site = |address: &str| {
        let settings = format!("title: Referater\n{address}{outputs}");
        crate::support::Archive::new()
            .site(&settings)
            .file("content/raadet/2024/2024-05-22.md", meeting)
            .build()
            .clean()
    };
    let (with, without) = (site("base_url: https://raadet.example/\n"), site(""));
    let remarks = |built: &crate::support::Built| {
        let left = built.0.diagnostics.iter().filter(|problem| problem.code.name() == "outputs-need-base-url");
        left.map(|problem| problem.message.clone()).collect::<Vec<_>>()
    };
    assert!(remarks(&with).is_empty());
    // One that can't be used is reported, and there is one.
    let refused = crate::support::Archive::new().site("title: A\nbase_url: raadet.example\n").build();
    assert_eq!((refused.codes(), remarks(&refused).len()), (vec!["value-invalid"], 0));
    let left = remarks(&without);
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].ends_with("sitemap, feeds, data/catalog.jsonld, oparl, akn"), "{left:?}");
    let (with, without) = (with.pages(), without.pages());
    for name in ["feed.xml", "sitemap.xml", "data/catalog.jsonld"] {
        assert!(with.contains_key(name) && !without.contains_key(name), "{name}");
    }
    for (path, bytes) in &without {
        let text = String::from_utf8_lossy(bytes);
        for word in ["feed.xml", "sager/24-1.xml", "atom", "sitemap", "catalog", "oparl", "akn"] {
            assert!(!text.to_lowercase().contains(word) || path.ends_with(".css"), "{path} speaks of {word}");
        }
    }
    // What does without is there.
    let calendar = String::from_utf8_lossy(&without["raadet/2024/2024-05-22.ics"]);
    assert!(calendar.contains("BEGIN:VEVENT\r\n") && !calendar.contains("URL:"), "{calendar}");
    assert!(String::from_utf8_lossy(&without["data/items.csv"]).contains(",../raadet/2024/2024-05-22.html#punkt-1"));
}

/// What stands under closed items is in no file of any format.
#[test]
fn no_export_tells_of_closed_items() {
    for site in &*SITES {
        for (path, bytes) in files(&site.join("public")) {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            assert!(!text.contains("hemmelighed") && !path.contains("hemmelighed"), "{path}");
            let tells = (5000..5175)
                .any(|number| text.contains(&format!("24/{number}")) || path.contains(&format!("24-{number}")));
            assert!(!site.ends_with("large") || !tells, "{path}");
        }
    }
}
