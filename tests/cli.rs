//! What each command says, word for word, and how it ends. `tests/cli/*.txt` are the words; `UPDATE=1` keeps new ones.

use crate::program::{Ran, archive, compare, copy, files, project, run};
use referat::diag::Code;
use std::fs;
use std::path::Path;

/// A run as text.
fn told(ran: &Ran) -> String {
    let code = ran.code.map_or_else(|| "killed".to_owned(), |code| code.to_string());
    format!("exit code {code}\n--- standard output\n{}--- standard error\n{}", ran.out, ran.err)
}

#[test]
fn help() {
    let commands: Vec<String> =
        referat::cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let mut text = told(&run(project(), &["--help"]));
    for command in &commands {
        let help = run(project(), &[command, "--help"]);
        assert!(help.out.contains("Example:"), "{command} --help has no example");
        text.push_str(&format!("\n=== {command}\n{}", told(&help)));
    }
    compare("tests/cli/help.txt", &text);
    let version = run(project(), &["--version"]);
    assert_eq!(version.out, format!("referat {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn an_archive_with_one_fault_of_each_kind() {
    let broken = project().join("tests/sites/broken");
    for (format, file) in
        [("human", "broken.txt"), ("json", "broken.json"), ("github", "broken.github"), ("sarif", "broken.sarif")]
    {
        let ran = run(&broken, &["check", "--unlinked", "--format", format]);
        assert_eq!(ran.code, Some(1));
        let (text, silent) = if format == "human" { (&ran.err, &ran.out) } else { (&ran.out, &ran.err) };
        assert_eq!(silent, "", "{format}");
        compare(&format!("tests/cli/{file}"), text);
    }
    let human = fs::read_to_string(project().join("tests/cli/broken.txt")).unwrap();
    let elsewhere = [
        (Code::FileTooLarge, "a file of ten megabytes does not belong into a repository; see below"),
        (Code::SettingsMissing, "an archive without settings can't have other faults in them; see below"),
        (Code::ThemeTemplate, "an archive has one theme, and here it is missing; see below"),
        (Code::AddressLong, "see below"),
        (Code::AddressReserved, "tests/publish/addresses.txt"),
        (Code::NameTwice, "not every system can store both names; tests/properties.rs"),
        (Code::ItemFormUnknown, "tests/parse/items.md"),
        (Code::ItemNumberUnclear, "tests/parse/items.md"),
        (Code::ItemNumberForm, "tests/parse/items.md"),
        (Code::Unscannable, "tests/attachment.rs"),
        (Code::ImageLocation, "tests/attachment.rs"),
        (Code::OutputsNeedBaseUrl, "a base_url that can't be used is none"),
    ];
    for code in Code::ALL {
        let is_import = code.name().starts_with("import") || *code == Code::NotMinutes;
        let is_elsewhere = elsewhere.iter().any(|(other, _)| other == code);
        assert!(
            is_import || is_elsewhere || human.contains(&format!("[{}]", code.name())),
            "{} is not shown",
            code.name()
        );
    }
}

/// What `check` says of named files is what it says of them among all others.
#[test]
fn files_alone() {
    let broken = project().join("tests/sites/broken");
    let problems = |arguments: &[&str]| -> Vec<serde_json::Value> {
        let ran = run(project(), &[&["-C", "tests/sites/broken", "check", "--format", "json"], arguments].concat());
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
    };
    let all = problems(&[]);
    let is_settings = |problem: &&serde_json::Value| {
        problem["severity"] == "error" && !problem["file"].as_str().unwrap().ends_with(".md")
    };
    let mut seen = 0;
    for path in files(&broken).keys().filter(|path| path.ends_with(".md") && path.matches('/').count() > 2) {
        let of_file = |problem: &&serde_json::Value| problem["file"].as_str().unwrap().ends_with(path.as_str());
        let expected: Vec<_> = all.iter().filter(|problem| of_file(problem) || is_settings(problem)).collect();
        seen += expected.len();
        assert_eq!(problems(&[path]).iter().collect::<Vec<_>>(), expected, "{path}");
        // Also from where one stands.
        assert_eq!(problems(&[&format!("tests/sites/broken/{path}")]).iter().collect::<Vec<_>>(), expected, "{path}");
    }
    assert!(seen > all.len() / 2, "{seen}");
    let sample = run(project(), &["check", "content/byraadet/2023/2023-10-10-ekstraordinaert.md"]);
    assert_eq!((sample.code, sample.out.as_str(), sample.err.as_str()), (Some(0), "No errors in this file.\n", ""));
    for (file, why) in [("README.md", "is no meeting file of the archive"), ("nothing.md", "can't read nothing.md")] {
        let ran = run(project(), &["check", file]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
        assert!(ran.err.contains(why), "{}", ran.err);
    }
}

/// What shows only on a page is found when the page's own file is checked alone.
#[test]
fn a_file_alone_is_tried_on_its_pages() {
    let folder = archive("tests/sites/smallest");
    let path = folder.path();
    fs::create_dir_all(path.join("themes/eget")).unwrap();
    fs::write(path.join("themes/eget/meeting.html"), "<p>{{ view.date.tekst }}</p>\n").unwrap();
    fs::write(path.join("content/site.yaml"), "title: Referater\ntheme: eget\n").unwrap();
    let file = files(path).into_keys().find(|path| path.ends_with(".md")).unwrap();
    let ran = run(path, &["check", &file]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("theme-template"), "{}", ran.err);
}

/// Of each kind of page a few are rendered at first; a fault of the theme that only another one shows is found all the same.
#[test]
fn a_fault_of_the_theme_on_one_page_is_found() {
    let folder = archive("tests/sites/smallest");
    let path = folder.path();
    fs::create_dir_all(path.join("themes/default")).unwrap();
    let fault = "{% if view.date.iso == \"2019-03-01\" or view.date.iso == \"2019-06-01\" %}{{ view.nothing.more }}{% endif %}\n";
    fs::write(path.join("themes/default/meeting.html"), fault).unwrap();
    let folder = path.join("content/bestyrelsen/2019");
    fs::create_dir_all(&folder).unwrap();
    for month in 1..=7 {
        let date = format!("2019-{month:02}-01");
        fs::write(folder.join(format!("{date}.md")), format!("---\ndate: {date}\n---\n\n## Punkt 1: A\n")).unwrap();
    }
    for arguments in [&["check"][..], &["build", "--no-sync"]] {
        let ran = run(path, arguments);
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        assert_eq!(ran.err.matches("[theme-template]").count(), 1, "{}", ran.err);
        assert_eq!(ran.err.contains("Nothing is published"), arguments[0] == "build", "{}", ran.err);
    }
    assert!(!path.join("public").exists());
}

#[test]
fn faults_that_need_an_archive_of_their_own() {
    let folder = archive("tests/sites/smallest");
    let path = folder.path();
    let settings = path.join("content/site.yaml");
    let check = |more: &[&str]| told(&run(path, &[&["check"], more].concat()));
    let mut text = String::new();
    fs::write(path.join("content/bestyrelsen/2024/stor.md"), vec![b'a'; 10 * 1024 * 1024 + 1]).unwrap();
    text.push_str(&check(&[]));
    fs::remove_file(path.join("content/bestyrelsen/2024/stor.md")).unwrap();
    let (long, date) = ("l".repeat(70), "---\ndate: 2024-05-01\n---\n\n");
    let folders = format!("2024-05-01/{long}/{long}");
    fs::create_dir_all(path.join("content/bestyrelsen/2024").join(&folders)).unwrap();
    fs::write(path.join("content/bestyrelsen/2024").join(&folders).join(format!("{long}.pdf")), "%PDF").unwrap();
    fs::write(
        path.join("content/bestyrelsen/2024/2024-05-01.md"),
        format!("{date}## A\n\n[x]({folders}/{long}.pdf)\n"),
    )
    .unwrap();
    text.push_str(&check(&[]));
    fs::remove_file(path.join("content/bestyrelsen/2024/2024-05-01.md")).unwrap();
    fs::create_dir_all(path.join("themes/eget")).unwrap();
    fs::write(path.join("themes/eget/case.html"), "{{ view.nummer }}\n").unwrap();
    fs::write(path.join("themes/eget/meeting.html"), "<p>{{ view.date.tekst }}</p>\n").unwrap();
    fs::write(&settings, "title: Referater\ntheme: eget\n").unwrap();
    text.push_str(&check(&[]));
    fs::write(path.join("themes/eget/meeting.html"), "<p>{{ view.date }</p>\n").unwrap();
    text.push_str(&check(&[]));
    fs::remove_file(&settings).unwrap();
    text.push_str(&check(&[]));
    compare("tests/cli/alone.txt", &text);
}

/// Of many warnings of one kind the first are quoted; of the others each place stands on a line, and no error is cut short.
#[test]
fn many_warnings_of_one_kind_are_listed() {
    let folder = archive("tests/sites/smallest");
    let path = folder.path();
    let item = |number: i32| format!("## Punkt {number}: A\n\nNotatet er fortroligt.\n\n");
    let text = |more: &str| format!("---\ndate: 2024-04-01\n---\n\n{}{more}", (1..=130).map(item).collect::<String>());
    let file = path.join("content/bestyrelsen/2024/mange.md");
    fs::write(&file, text("")).unwrap();
    let ran = run(path, &["check"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.err.matches("warning[confidential]: this says").count(), 100);
    let (_, listed) = ran.err.split_once("warning[confidential]: 30 more, a line each\n").unwrap();
    let lines: Vec<&str> = listed.lines().take(31).collect();
    for (place, line) in lines.iter().zip((407..).step_by(4)) {
        assert!(place.contains(&format!("mange.md:{line}:12: this says")) || place.is_empty(), "{place}");
    }
    assert_eq!(lines[30], "");
    assert!(ran.err.contains("130 warnings"), "{listed}");
    let ran = run(path, &["check", "--format", "json"]);
    assert_eq!(ran.out.matches("\"confidential\"").count(), 130);
    // Errors are quoted, however many.
    fs::write(&file, text(&"[x](nothing.pdf)\n\n".repeat(130))).unwrap();
    assert_eq!(run(path, &["check"]).err.matches("error[link-file-missing]").count(), 130);
}

#[test]
fn warnings_can_be_denied() {
    let folder = archive("tests/sites/smallest");
    fs::write(
        folder.path().join("content/bestyrelsen/2024/to.md"),
        "---\ndate: 2024-04-01\n---\n\n## 2. A\n\n## 1. B\n",
    )
    .unwrap();
    assert_eq!(run(folder.path(), &["check"]).code, Some(0));
    assert_eq!(run(folder.path(), &["check", "--deny", "warnings"]).code, Some(1));
    fs::remove_file(folder.path().join("content/bestyrelsen/2024/to.md")).unwrap();
    assert_eq!(run(folder.path(), &["check"]).out, "No errors: 1 meeting, 0 cases.\n");
}

#[test]
fn what_cannot_run_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut text = String::new();
    for arguments in [
        &["build"][..],
        &["-C", "nowhere", "check"],
        &["explain", "closed-titel"],
        &["new", "byraadet", "2026-13-01"],
        &["build", "--base-url", "referater.example"],
        &["import", "nothing.txt"],
        &["foo"],
    ] {
        let ran = run(path, arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}");
        text.push_str(&format!("=== {}\n{}", arguments.join(" "), told(&ran)));
    }
    compare("tests/cli/cannot.txt", &text);
}

#[test]
fn explain_tells_all() {
    compare("tests/cli/explain.txt", &told(&run(project(), &["explain", "closed-title"])));
    let list = run(project(), &["explain"]).out;
    assert!(Code::ALL.iter().all(|code| list.contains(code.name())));
}

#[test]
fn a_new_archive_builds_in_both_languages() {
    for language in ["da", "en"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let made = run(path, &["init", "a", "--language", language]);
        assert_eq!(made.code, Some(0), "{}", made.err);
        assert_eq!(run(path, &["init", "a"]).code, Some(2), "an archive is never overwritten");
        let organization = if language == "da" { "byraadet" } else { "board" };
        let new = run(path, &["-C", "a", "new", organization, "2026-02-24"]);
        assert_eq!(new.out, format!("a/content/{organization}/2026/2026-02-24.md\n"));
        assert_eq!(run(path, &["-C", "a", "new", organization, "2026-02-24"]).code, Some(2));
        let check = run(path, &["-C", "a", "check", "--deny", "warnings"]);
        assert_eq!(check.code, Some(0), "{}", check.err);
        // The template is a draft, and a meeting without faults.
        let build = run(path, &["-C", "a", "build", "--no-sync", "--drafts"]);
        assert_eq!(build.code, Some(0), "{}", build.err);
        let public = files(&path.join("a/public"));
        assert!(
            public.contains_key("index.html") && public.contains_key(&format!("{organization}/2026/2026-02-24.html"))
        );
    }
}

/// What an organization is called may stand in the heads of its meetings alone, drafts among them.
#[test]
fn a_new_meeting_lies_with_the_others_of_its_organization() {
    for status in ["", "status: draft\n"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::create_dir_all(path.join("content/bestyrelsen/2024")).unwrap();
        fs::write(path.join("content/site.yaml"), "title: A\norganizations: { raadet: { name: Rådet } }\n").unwrap();
        let head = format!("---\ndate: 2024-01-01\norganization: Bestyrelsen for Åen\n{status}---\n\n## 1. A\n");
        fs::write(path.join("content/bestyrelsen/2024/a.md"), head).unwrap();
        for (number, (name, in_folder)) in (2..).zip([
            ("Bestyrelsen for Åen", "bestyrelsen"),
            ("bestyrelsen", "bestyrelsen"),
            ("Rådet", "raadet"),
            ("raadet", "raadet"),
            ("Nyt udvalg", "nyt-udvalg"),
        ]) {
            let date = format!("2024-02-{number:02}");
            let new = run(path, &["new", name, &date]);
            assert_eq!(new.out, format!("content/{in_folder}/2024/{date}.md\n"), "{}", new.err);
            let names = fs::read_to_string(path.join(new.out.trim())).unwrap().contains("organization:");
            assert_eq!(names, name == "Nyt udvalg", "{name}");
        }
    }
}

#[test]
fn paths_are_relative_to_where_one_stands() {
    let folder = tempfile::tempdir().unwrap();
    copy(&project().join("tests/sites/smallest/content"), &folder.path().join("arkiv/content"));
    let file = "arkiv/content/bestyrelsen/2024/moede.md";
    fs::write(folder.path().join(file), "---\ndate: i dag\n---\n").unwrap();
    let ran = run(folder.path(), &["-C", "arkiv", "check"]);
    assert!(ran.err.contains(&format!("--> {file}:2:7")), "{}", ran.err);
    let link = "---\ndate: 2024-06-01\n---\n\n## 1. A\n\n[x](b.txt) [x](C.txt)\n";
    fs::write(folder.path().join("arkiv/content/bestyrelsen/2024/link.md"), link).unwrap();
    fs::write(folder.path().join("arkiv/content/bestyrelsen/2024/c.txt"), "c").unwrap();
    for format in ["human", "json", "github", "sarif"] {
        let ran = run(folder.path(), &["-C", "arkiv", "check", "--format", format]);
        let said = ran.out + &ran.err;
        assert!(said.contains("there is no file arkiv/content/bestyrelsen/2024/b.txt"), "{said}");
        assert!(said.contains("there is arkiv/content/bestyrelsen/2024/c.txt:"), "{said}");
        assert!(!said.contains("arkiv/arkiv"), "{said}");
    }
    let ran = run(&folder.path().join("arkiv"), &["check"]);
    assert!(ran.err.contains("--> content/bestyrelsen/2024/moede.md:2:7"), "{}", ran.err);
    // In words too: of two things with one address, in hints, and of what is not there.
    for name in ["a.md", "a.md.md"] {
        let twice = "---\ndate: 2024-06-02\n---\n\n## 1. A\n\nFødt 010190-1234.\n";
        fs::write(folder.path().join("arkiv/content/bestyrelsen/2024").join(name), twice).unwrap();
    }
    for format in ["human", "json", "github", "sarif"] {
        let ran = run(folder.path(), &["-C", "arkiv", "check", "--format", format]);
        let said = ran.out + &ran.err;
        assert!(said.contains("the meeting `arkiv/content/bestyrelsen/2024/a.md`"), "{said}");
        assert!(said.contains("the meeting `arkiv/content/bestyrelsen/2024/a.md.md`"), "{said}");
        assert!(said.contains("under `privacy:` in arkiv/content/site.yaml"), "{said}");
        assert!(!said.contains("arkiv/arkiv"), "{said}");
    }
    let ran = run(folder.path(), &["-C", "arkiv", "check", "nope.md"]);
    assert!(ran.code == Some(2) && ran.err.contains("can't read nope.md"), "{}", ran.err);
    assert!(!ran.err.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn a_dry_run_tells_what_would_change() {
    let folder = archive("tests/sites/smallest");
    let path = folder.path();
    let ran = run(path, &["build", "--dry-run"]);
    assert!(ran.out.contains("appear bestyrelsen/2024/2024-02-29.html\n") && !path.join("public").exists());
    assert_eq!(run(path, &["build", "--no-sync"]).code, Some(0));
    fs::write(path.join("content/bestyrelsen/2024/moede.md"), "---\ndate: 2024-02-28\n---\n\n## Regnskab\n").unwrap();
    let ran = run(path, &["build", "--dry-run"]);
    for line in
        ["appear bestyrelsen/2024/2024-02-28.html", "vanish bestyrelsen/2024/2024-02-29.html", "change index.html"]
    {
        assert!(ran.out.lines().any(|told| told == line), "{line} is missing in\n{}", ran.out);
    }
    assert!(path.join("public/bestyrelsen/2024/2024-02-29.html").exists());
}

#[test]
fn completions_are_for_shells() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = run(project(), &["completions", shell]);
        assert!(ran.code == Some(0) && ran.out.contains("referat") && ran.out.contains("explain"), "{shell}");
    }
}

#[test]
fn import_writes_meeting_files_that_build() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert_eq!(run(path, &["init", "a"]).code, Some(0));
    let documents = project().join("tests/import");
    let names: Vec<String> = fs::read_dir(&documents)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".txt"))
        .collect();
    fs::create_dir_all(path.join("in")).unwrap();
    for name in &names {
        fs::copy(documents.join(name), path.join("in").join(name)).unwrap();
    }
    let ran = run(path, &["-C", "a", "import", "in"]);
    assert_eq!(ran.code, Some(1), "one of them is a slide deck\n{}", ran.err);
    let summary = ran.out.lines().last().unwrap();
    assert!(summary.starts_with(&format!("{} documents: ", names.len())), "{summary}");
    let build = run(path, &["-C", "a", "build", "--no-sync"]);
    assert_eq!(build.code, Some(0), "{}", build.err);
    // A second import overwrites nothing, unless it is told to.
    let again = run(path, &["-C", "a", "import", "in"]);
    assert!(again.err.contains("[import-exists]") && again.out.contains(" 0 written"), "{}", again.out);
    let forced = run(path, &["-C", "a", "import", "--force", "in"]);
    assert_eq!(forced.out, ran.out);
    let json = run(Path::new(&documents), &["import", "--dry-run", "--format", "json", &names[0]]);
    let records: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(records.as_array().map(Vec::len), Some(1));
    assert_eq!(records[0]["file"], names[0].as_str());
}

/// A result that can't be written whole is no result, and a site that is published is.
#[test]
fn a_full_disk_behind_standard_output_is_told() {
    let full = || fs::File::options().write(true).open("/dev/full");
    if full().is_err() {
        return crate::program::say("skipped: there is no /dev/full here");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert_eq!(run(path, &["init", "a"]).code, Some(0));
    fs::write(path.join("ny.txt"), MINUTES).unwrap();
    let into_full = |arguments: &[&str]| {
        let out = crate::program::referat(path, arguments).stdout(full().unwrap()).output().unwrap();
        (out.status.code(), String::from_utf8(out.stderr).unwrap())
    };
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["check", "--help"],
        &["-C", "a", "check"],
        &["-C", "a", "check", "--format", "json"],
        &["-C", "a", "build", "--dry-run"],
        &["import", "--dry-run", "--format", "json", "ny.txt"],
        &["import", "--dry-run", "ny.txt"],
        &["-C", "a", "retract", "--dry-run", "--reason", "Fejl", "byraadet/2026/2026-01-27.html"],
        &["-C", "a", "retract", "--reason", "Fejl", "byraadet/2026/2026-01-27.html"],
        &["explain"],
        &["explain", "cpr"],
        &["completions", "bash"],
    ] {
        let (code, said) = into_full(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains("error: can't write to standard output"), "{arguments:?}: {said}");
        assert!(said.contains("make room"), "{arguments:?}: {said}");
    }
    let meeting = fs::read_to_string(path.join("a/content/byraadet/2026/2026-01-27.md")).unwrap();
    assert!(!meeting.contains("retracted"), "the addresses are lost, so nothing is taken back");
    for _ in 0..2 {
        let (code, said) = into_full(&["-C", "a", "build", "--no-sync"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("warning: everything is published"), "{said}");
    }
    assert!(path.join("a/public/index.html").exists());
}

/// A reader that has seen enough is no error.
#[test]
fn a_reader_that_went_away_is_no_error() {
    let mut command = crate::program::referat(project(), &["explain"]);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// What shows only on a page is told of beside what is wrong with the content.
#[test]
fn a_dead_link_hides_no_fault_of_the_theme() {
    let folder = archive("tests/sites/smallest");
    let path = folder.path();
    fs::create_dir_all(path.join("themes/default")).unwrap();
    fs::write(path.join("themes/default/meeting.html"), "<p>{{ view.date.tekst }}</p>\n").unwrap();
    fs::write(path.join("themes/default/not-found.html"), "<p>cpr-nr. 010190-1234</p>\n").unwrap();
    let text = "---\ndate: 2024-04-01\n---\n\n## Punkt 1: A\n\n[x](nothing.pdf)\n";
    fs::write(path.join("content/bestyrelsen/2024/to.md"), text).unwrap();
    for arguments in [&["check"][..], &["build", "--no-sync"], &["build", "--dry-run"]] {
        let ran = run(path, arguments);
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        let at: Vec<_> = ["error[cpr]", "error[link-file-missing]", "error[theme-template]"]
            .iter()
            .map(|code| {
                assert_eq!(ran.err.matches(code).count(), 1, "{arguments:?}, {code}: {}", ran.err);
                ran.err.find(code)
            })
            .collect();
        assert!(at.is_sorted(), "{}", ran.err);
    }
    // An address of the site is no path from where the program was started.
    let ran = run(path.parent().unwrap(), &["-C", path.to_str().unwrap(), "check"]);
    assert!(ran.err.contains("--> 404.html:"), "{}", ran.err);
}

/// By file, position and code, whatever else differs.
#[test]
fn problems_at_one_place_are_ordered_by_code() {
    let folder = archive("tests/sites/smallest");
    fs::write(folder.path().join("content/site.yaml"), "titel: x\n").unwrap();
    let ran = run(folder.path(), &["check", "--format", "json"]);
    let problems: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let places = problems.as_array().unwrap().iter().map(|problem| {
        let text = |key: &str| problem[key].as_str().unwrap().to_owned();
        (text("file"), problem["line"].as_u64().unwrap(), problem["column"].as_u64().unwrap(), text("code"))
    });
    let places: Vec<_> = places.collect();
    let of_settings: Vec<&str> =
        places.iter().filter(|place| place.0.ends_with("site.yaml")).map(|place| place.3.as_str()).collect();
    assert!(of_settings.starts_with(&["key-unknown", "text-missing"]), "{of_settings:?}");
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn settings_that_are_missing_are_named_from_where_one_stands() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("her/content")).unwrap();
    let ran = run(folder.path(), &["-C", "her", "check"]);
    assert!(ran.err.contains("--> her/content/site.yaml:1:1"), "{}", ran.err);
    assert!(!ran.err.contains(" content/site.yaml"), "{}", ran.err);
}

/// What is left of an archive that could not be made doesn't keep it from being made.
#[test]
fn init_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir_all(path.join("a/content/byraadet")).unwrap();
    let ran = run(path, &["init", "a"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let ran = run(path, &["init", "a"]);
    assert!(ran.code == Some(2) && ran.err.contains("holds an archive already"), "{}", ran.err);
    fs::create_dir_all(path.join("b/content")).unwrap();
    fs::write(path.join("b/content/noter.txt"), "mine").unwrap();
    assert_eq!(run(path, &["init", "b"]).code, Some(2));
    assert_eq!(files(&path.join("b")).len(), 1);
    // One that fails leaves nothing of its own and all of others.
    fs::create_dir_all(path.join("c/mine")).unwrap();
    fs::write(path.join("c/blocked"), "mine").unwrap();
    let made = [path.join("c/d/e/one.md"), path.join("c/mine/two.md"), path.join("c/blocked/three.md")];
    assert!(referat::disk::create_all(&made.map(|path| (path, "text"))).is_err());
    assert!(path.join("c/mine").exists() && !path.join("c/d").exists());
    assert_eq!(files(&path.join("c")).len(), 1);
}

const MINUTES: &str = "Referat af møde i Byrådet\n\nTirsdag den 27. januar 2026\n\nPunkt 1: Cykelsti\n\n26/101\n\nBeslutning\n\nGodkendt.\n\nPunkt 2: Budget\n\n26/102\n\nBeslutning\n\nGodkendt.\n";

#[test]
fn import_says_beforehand_what_it_would_refuse() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert_eq!(run(path, &["init", "a"]).code, Some(0));
    fs::write(path.join("ny.txt"), MINUTES).unwrap();
    let import =
        |more: &[&str]| run(path, &[&["-C", "a", "import", "ny.txt", "--organization", "Byrådet"], more].concat());
    let (tried, ran) = (import(&["--dry-run"]), import(&[]));
    assert_eq!((tried.code, ran.code), (Some(1), Some(1)), "{}{}", tried.out, ran.out);
    assert!(tried.err == ran.err && ran.err.contains("import-exists"), "{}", tried.err);
    assert!(tried.out.contains("0 would be written"), "{}", tried.out);
    let json = import(&["--dry-run", "--format", "json"]);
    assert!(json.code == Some(1) && json.out.contains("import-exists"), "{}", json.out);
    assert_eq!(import(&["--dry-run", "--force"]).code, Some(0));
}

#[test]
fn import_makes_no_folder_that_was_mistyped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("ny.txt"), MINUTES).unwrap();
    let ran = run(path, &["-C", "arkvi", "import", "ny.txt", "--organization", "Byrådet"]);
    assert_eq!(ran.code, Some(2), "{}", ran.out);
    assert!(ran.err.contains("there is no folder arkvi") && !path.join("arkvi").exists(), "{}", ran.err);
    let ran = run(path, &["-C", "arkvi", "import", "--dry-run", "ny.txt", "--organization", "Byrådet"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

#[test]
fn new_takes_days_and_names_as_they_are_documented() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert_eq!(run(path, &["init", "a"]).code, Some(0));
    for date in ["20260203", "2026-02-24T10:00", "2026-2-3", "2026-02-30"] {
        let ran = run(path, &["-C", "a", "new", "byraadet", date]);
        assert!(ran.code == Some(2) && ran.err.contains("YYYY-MM-DD"), "{date}: {}", ran.err);
    }
    for taken in ["sager", "Søg", "2026", "data"] {
        let ran = run(path, &["-C", "a", "new", taken, "2026-02-24"]);
        assert!(ran.code == Some(2) && ran.err.contains("pages of its own"), "{taken}: {}{}", ran.out, ran.err);
    }
    let ran = run(path, &["-C", "a", "new", "Økonomi udvalg", "2026-02-24"]);
    assert_eq!(ran.out, "a/content/oekonomi-udvalg/2026/2026-02-24.md\n", "{}", ran.err);
    assert_eq!(run(path, &["-C", "a", "build", "--no-sync", "--drafts"]).code, Some(0));
    let page = fs::read_to_string(path.join("a/public/oekonomi-udvalg/index.html")).unwrap();
    assert!(page.contains("Økonomi udvalg"), "{page}");
    // Where site.yaml or the folder has the name already, the head needs none.
    for known in ["Byrådet", "byraadet", "teknik"] {
        let ran = run(path, &["-C", "a", "new", known, if known == "byraadet" { "2026-03-01" } else { "2026-03-02" }]);
        let text = fs::read_to_string(path.join(ran.out.trim())).unwrap();
        assert!(!text.contains("organization:"), "{known}: {text}");
    }
}

/// What is made beside a build takes no file's place that something else needs.
#[test]
fn accounts_and_bundles_take_nobodys_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert_eq!(run(path, &["init", "a"]).code, Some(0));
    let before = files(path);
    for (arguments, words) in [
        (&["build", "--report", "a/content/site.yaml"][..], "outside a/content"),
        (&["build", "--bundle", "a/themes/x.zip"], "outside a/themes"),
        (&["check", "--report", "a/content/site.yaml"], "outside a/content"),
        (&["build", "--bundle", "f.zip", "--report", "./f.zip"], "a file for each"),
    ] {
        let ran = run(path, &[&["-C", "a"], arguments].concat());
        assert!(ran.code == Some(2) && ran.err.contains(words), "{arguments:?}: {}", ran.err);
        assert!(files(path) == before, "{arguments:?}");
    }
}

/// Names that others gave are kept out of logs as texts are.
#[test]
fn no_personal_number_of_a_name_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert_eq!(run(path, &["init", "a"]).code, Some(0));
    assert_eq!(run(path, &["-C", "a", "build", "--no-sync"]).code, Some(0));
    fs::write(path.join("a/public/010190-1234.txt"), "").unwrap();
    fs::write(path.join("cpr 010190-1234.txt"), MINUTES).unwrap();
    for arguments in [
        &["verify", "a/public"][..],
        &["-C", "a", "new", "cpr-010190-1234", "2026-02-24"],
        &["-C", "a", "new", "byraadet", "010190-1234"],
        &["-C", "a", "import", "--organization", "cpr 010190-1234", "cpr 010190-1234.txt"],
    ] {
        let ran = run(path, arguments);
        let said = ran.out + &ran.err;
        assert!(!said.contains("010190") && !said.contains("1234"), "{arguments:?}: {said}");
        assert!(said.contains('*'), "{arguments:?}: {said}");
    }
}
