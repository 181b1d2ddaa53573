//! A small archive in two versions, for tests that break off the way from one to the other.

use crate::program::{run, say};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

/// Everything below a folder: files with their bytes, folders with a `/` at the end, links with their target.
pub(crate) type Tree = BTreeMap<String, Arc<Vec<u8>>>;

const SITE: &str = "title: Havneselskabet\nbase_url: https://havnen.example/\ntheme: eget\noutputs: [feeds]\n";

/// Gives the content of a version: a meeting goes, one comes, one stays and one changes, with its attachment.
fn content(folder: &Path, version: usize) {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let meeting = |date: &str, text: &str| {
        let text = format!("---\ndate: {date}\n---\n\n## Punkt 1: Kajen\n\n24/100\n\n### Beslutning\n\n{text}\n");
        write(&format!("content/raadet/{date}.md"), &text);
    };
    write("content/site.yaml", SITE);
    write("themes/eget/maerke.txt", "et mærke");
    meeting("2024-01-09", "Godkendt.");
    meeting("2024-02-06", &format!("Godkendt, [plan](2024-02-06/plan.txt).\n\nUdgave {version}."));
    write("content/raadet/2024-02-06/plan.txt", &format!("planens {version}. udgave").repeat(300));
    meeting(["2024-03-05", "2023-03-07"][version], "Udsat.");
}

/// Two versions of an archive and what is built from them. The output also holds what others put there.
pub(crate) struct Versions {
    folder: tempfile::TempDir,
    pub(crate) old: Tree,
    pub(crate) new: Tree,
}

impl Versions {
    pub(crate) fn new() -> Versions {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        content(&old, 0);
        content(&new, 1);
        build(&old);
        fs::create_dir_all(old.join("public/egne/tom")).unwrap();
        fs::write(old.join("public/egne/fil.txt"), "en fremmed fil").unwrap();
        std::os::unix::fs::symlink("egne/fil.txt", old.join("public/henvisning")).unwrap();
        copy_all(&old.join("public"), &new.join("public"));
        build(&new);
        let (old, new) = (tree(&old.join("public")), tree(&new.join("public")));
        let has = |tree: &Tree, path: &str| tree.contains_key(path);
        assert!(has(&old, "raadet/2024/2024-03-05.html") && !has(&new, "raadet/2024/2024-03-05.html"));
        assert!(has(&new, "raadet/2023/2023-03-07.html") && has(&new, "egne/tom/") && has(&new, "henvisning@"));
        assert!(
            old["style.css"] == new["style.css"]
                && old["raadet/2024/2024-02-06/plan.txt"] != new["raadet/2024/2024-02-06/plan.txt"]
        );
        Versions { folder, old, new }
    }

    /// A folder with the new content, where nothing was published.
    pub(crate) fn unpublished(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        copy_all(&self.folder.path().join("new/content"), &folder.path().join("content"));
        copy_all(&self.folder.path().join("new/themes"), &folder.path().join("themes"));
        folder
    }

    /// The archive of the old version, or of the new one.
    pub(crate) fn archive(&self, version: usize) -> PathBuf {
        self.folder.path().join(["old", "new"][version])
    }

    /// What was published of the old version.
    pub(crate) fn public(&self) -> PathBuf {
        self.folder.path().join("old/public")
    }

    /// The new version as it is where the old one never was.
    pub(crate) fn new_alone(&self) -> Tree {
        let is_foreign = |path: &str| path.starts_with("egne") || path == "henvisning@";
        self.new
            .iter()
            .filter(|(path, _)| !is_foreign(path))
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect()
    }
}

fn build(folder: &Path) {
    let ran = run(folder, &["build", "--no-sync"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

/// Everything below a folder; nothing, where there is none.
pub(crate) fn tree(folder: &Path) -> Tree {
    let mut out = Tree::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let entry = entry.unwrap();
            let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                open.push(entry.path());
                out.insert(name + "/", Arc::default());
            } else if kind.is_symlink() {
                let target = fs::read_link(entry.path()).unwrap().into_os_string().into_encoded_bytes();
                out.insert(name + "@", Arc::new(target));
            } else {
                out.insert(name, Arc::new(fs::read(entry.path()).unwrap()));
            }
        }
    }
    out
}

/// Copies a folder, links as links.
pub(crate) fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy_all(&from, &to);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&from).unwrap(), &to).unwrap();
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// What a build leaves beside its output when it is broken off. What it remembers for the next one is meant to stay.
pub(crate) fn left_over(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.') && !name.ends_with(".cache")).collect()
}

/// Numbers that are the same in every run (Knuth's linear congruential generator).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// Some of many, all in the long run.
    pub(crate) fn sample<T>(&mut self, mut all: Vec<T>, count: usize) -> Vec<T> {
        while !is_campaign() && all.len() > count {
            all.swap_remove(self.below(all.len()));
        }
        all
    }
}

/// Whether everything is tried that an ordinary run samples: `CAMPAIGN=1 cargo test --test main publish -- --nocapture`.
pub(crate) fn is_campaign() -> bool {
    std::env::var_os("CAMPAIGN").is_some()
}

/// Without strace nothing can be broken off. CI has it.
pub(crate) fn has_strace() -> bool {
    let found = Command::new("strace").arg("-V").output().is_ok_and(|ran| ran.status.success());
    assert!(
        found || std::env::var("CI").as_deref() != Ok("true"),
        "strace is not installed, and CI must break builds off"
    );
    if !found {
        say("skipped: strace is not installed");
    }
    found
}

/// Runs a script in a folder whose `public` is a mount point of its own, a disk in memory of the size given, with what
/// stands there. `None`, where no mount points can be made.
pub(crate) fn mounted(folder: &Path, size: &str, script: &str) -> Option<Output> {
    let script = format!(
        "set -e; mkdir -p public held; cp -a public/. held; mount -t tmpfs -o size={size} none public; cp -a held/. public; rm -r held; {script}"
    );
    let ran = Command::new("unshare").args(["-rm", "sh", "-c", &script]).current_dir(folder).output();
    let ran = ran.ok().filter(|ran| !String::from_utf8_lossy(&ran.stderr).contains("unshare failed"));
    if ran.is_none() {
        say("skipped: no mount points can be made here");
    }
    ran
}

/// The calls of a trace of strace, in the order in which they ended: thread, and the call with its result. A call during
/// which another thread made one stands on two lines.
pub(crate) fn calls(trace: &str) -> Vec<(&str, String)> {
    let mut begun: BTreeMap<&str, &str> = BTreeMap::new();
    let mut out = Vec::new();
    for line in trace.lines() {
        let (thread, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        if let Some(first) = call.strip_suffix(" <unfinished ...>") {
            begun.insert(thread, first);
        } else if let Some((_, rest)) = call.strip_prefix("<... ").and_then(|call| call.split_once(" resumed>")) {
            out.push((thread, begun.remove(thread).unwrap_or_default().to_owned() + rest));
        } else {
            out.push((thread, call.to_owned()));
        }
    }
    // What a process was killed in.
    out.extend(begun.into_iter().map(|(thread, call)| (thread, format!("{call}) = ?"))));
    out
}
