//! Paths: 154 strings as links, names of files, slugs, old addresses and folders. Nothing is planned, copied or written outside
//! the output, or under a name that some system can't have.

use super::strings;
use crate::program::run;
use crate::support::Archive;
use referat::pipeline::Content;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

/// Names that Windows keeps for devices, whatever stands after a dot ("Naming Files, Paths, and Namespaces", Microsoft).
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap().trim_end().to_lowercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.chars().count() == 1 && rest.contains(|c: char| "0123456789¹²³".contains(c)))
    };
    ["con", "prn", "aux", "nul", "conin$", "conout$"].contains(&&*stem) || numbered("com") || numbered("lpt")
}

/// Judges an address of the output.
fn judge(path: &str) {
    assert!(!path.is_empty() && !path.starts_with('/') && path.chars().count() <= 200, "{path:?}");
    for part in path.split('/') {
        assert!(!part.is_empty() && !part.starts_with('.') && !part.ends_with(['.', ' ']), "{path:?}");
        assert!(!is_reserved(part), "{path:?}");
    }
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._/".contains(c);
    assert!(path.chars().all(is_plain), "{path:?}");
}

fn scalar(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// An archive in which a string stands wherever there can be a path.
fn archive(text: &str) -> Archive {
    let field = scalar(text);
    let line = text.replace(['\n', '\r'], " ");
    let mut body = "\n## Punkt 1: a\n\n17/16244\n".to_owned();
    for target in
        [line.clone(), format!("<{line}>"), format!("2018-05-22/{line}"), format!("{line}#a"), format!("{line}.md")]
    {
        write!(body, "\n[x]({target})\n\n![x]({target})\n").unwrap();
    }
    let plain = format!("---\ndate: 2018-05-22\n---\n{body}");
    let slugged = format!("---\ndate: 2018-05-22\nslug: {field}\naliases: [{field}]\n---\n{body}");
    let mut archive = Archive::new()
        .file("content/a/2018/2018-05-22.md", plain.clone())
        .file("content/a/2018/b.md", slugged)
        .file("content/secret.pdf", "%PDF-1.4")
        .file("a.pdf", "%PDF-1.4");
    // What the listing of a folder can give: names without a slash, and below folders of any name.
    let name = text.trim_matches('/').replace(['/', '\0'], "-");
    if !matches!(&*name, "" | "." | "..") {
        for path in [
            format!("content/a/2018/{name}"),
            format!("content/a/2018/2018-05-22/{name}"),
            format!("content/a/{name}.md"),
        ] {
            archive = archive.file(&path, plain.clone());
        }
        archive = archive.file(&format!("content/{name}/2018/2018-05-22.md"), plain);
    }
    archive
}

#[test]
fn no_path_leads_out() {
    let texts = strings("paths.txt");
    assert!(texts.len() >= 120);
    for text in texts {
        let built = archive(&text).build();
        let mut seen = BTreeSet::new();
        for route in built.0.routes() {
            judge(route.path());
            assert!(seen.insert(route.path().to_lowercase()), "{route} twice");
            // An attachment is a file of the listing, below content/.
            if let Some(Ok(Content::File(path))) = built.0.content(route) {
                assert!(path.starts_with("content/") && path.split('/').all(|part| part != ".."), "{path} of {text:?}");
            }
        }
    }
}

/// The judge sees what it is there for.
#[test]
fn the_judge_condemns() {
    for path in [
        "",
        "/a",
        "../a",
        "a/../b",
        "a\\b",
        "nul",
        "a/com1.pdf",
        "a/Con.tar.gz",
        "a./b",
        "a /b",
        "å",
        "A",
        ".a",
        "a:b",
        "a//b",
    ] {
        assert!(std::panic::catch_unwind(|| judge(path)).is_err(), "{path:?}");
    }
    judge("direktionen/2018/2018-05-22/console.pdf");
    judge(&"a".repeat(200));
    assert!(std::panic::catch_unwind(|| judge(&"a".repeat(201))).is_err());
}

/// What lies in the folder and is no file: the program says so, or leaves it alone, and waits for nothing.
#[cfg(unix)]
#[test]
fn links_pipes_and_sockets_are_not_read() {
    use crate::program::{files, run};
    use std::fs;
    use std::os::unix::{fs::symlink, net::UnixListener};
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("zqx.pdf"), "zqxhemmelig").unwrap();
    fs::write(outside.path().join("zqx.md"), "---\ndate: 2018-05-23\n---\n\n## Punkt 1: zqxhemmelig\n").unwrap();
    type Place = fn(&std::path::Path, &std::path::Path);
    let places: [(&str, Place); 8] = [
        ("file", |to, at| symlink(to.join("zqx.pdf"), at.join("a.pdf")).unwrap()),
        ("folder", |to, at| symlink(to, at.join("zqx")).unwrap()),
        ("meeting", |to, at| symlink(to.join("zqx.md"), at.join("b.md")).unwrap()),
        ("circle", |_, at| symlink("..", at.join("round")).unwrap()),
        ("nowhere", |_, at| symlink("missing", at.join("a.pdf")).unwrap()),
        ("device", |_, at| symlink("/dev/zero", at.join("a.pdf")).unwrap()),
        ("pipe", |_, at| {
            let made =
                std::process::Command::new("mkfifo").arg(at.join("a.pdf")).arg(at.join("c.md")).status().unwrap();
            assert!(made.success());
        }),
        ("socket", |_, at| drop(UnixListener::bind(at.join("a.pdf")).unwrap())),
    ];
    for (kind, place) in places {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("content/a/2018");
        fs::create_dir_all(&at).unwrap();
        fs::write(folder.path().join("content/site.yaml"), "title: a\n").unwrap();
        fs::write(at.join("a.md"), "---\ndate: 2018-05-22\n---\n\n## Punkt 1: a\n\n[a](a.pdf) [b](zqx/zqx.pdf)\n")
            .unwrap();
        place(outside.path(), &at);
        let ran = run(folder.path(), &["build"]);
        assert!(matches!(ran.code, Some(1 | 2)), "{kind}: {ran:?}");
        assert!(!ran.err.contains("panicked") && !ran.err.contains("zqxhemmelig"), "{kind}: {}", ran.err);
        let public = folder.path().join("public");
        let built = if public.exists() { files(&public) } else { Default::default() };
        assert!(built.values().all(|bytes| memchr::memmem::find(bytes, b"zqxhemmelig").is_none()), "{kind}");
        // Without the link that leads to it, it is in nobody's way, or is named.
        let ran = run(folder.path(), &["check", "--unlinked"]);
        assert!(!ran.err.contains("panicked"), "{kind}: {}", ran.err);
    }
}

/// A folder with an odd sign in its name is refused, and what is said of it has none that a terminal would obey.
#[test]
fn odd_names_are_refused_and_spelled_out() {
    for (sign, shown) in [
        ('\u{7}', "<U+0007>"),
        ('\u{1b}', "<U+001B>"),
        ('\u{7f}', "<U+007F>"),
        ('\u{9b}', "<U+009B>"),
        ('\u{202e}', "<U+202E>"),
        ('\u{2066}', "<U+2066>"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let of_body = folder.path().join(format!("content/Råd{sign} X"));
        fs::create_dir_all(&of_body).unwrap();
        fs::write(folder.path().join("content/site.yaml"), "title: a\n").unwrap();
        let write = |head: &str| {
            fs::write(of_body.join("2018-05-22.md"), format!("---\ndate: 2018-05-22\n{head}---\n\n## a\n")).unwrap();
        };
        write("");
        let ran = run(folder.path(), &["build"]);
        assert_eq!(ran.code, Some(1), "{sign:?}: {}", ran.err);
        assert!(ran.err.contains("file-control") && ran.err.contains(shown), "{sign:?}: {}", ran.err);
        assert!(!ran.err.contains(sign), "{sign:?} reaches the terminal");
        write("status: draft\n");
        assert_eq!(run(folder.path(), &["build"]).code, Some(0), "{sign:?}: of a draft nothing is said");
    }
}
