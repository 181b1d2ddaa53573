//! Publishing is all or nothing, and the same content gives the same bytes.

mod addresses;
mod faults;
mod power;
mod readers;
mod receipts;
mod versions;

use crate::program::{archive, files, project, referat, run};
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

fn build(folder: &Path, more: &[&str]) -> crate::program::Ran {
    let arguments: Vec<&str> = ["build", "--no-sync"].iter().chain(more).copied().collect();
    run(folder, &arguments)
}

#[test]
fn one_thread_or_eight_anywhere_and_anytime_give_the_same_bytes() {
    let (a, b) = (archive("."), archive("."));
    assert_eq!(build(a.path(), &["--jobs", "1"]).code, Some(0));
    let elsewhere = project().join("tests");
    let there = b.path().to_str().unwrap();
    let mut second = referat(&elsewhere, &["-C", there, "build", "--no-sync", "--jobs", "8"]);
    let second = second.env("TZ", "Pacific/Auckland").env("LANG", "tr_TR.UTF-8").output().unwrap();
    assert_eq!(second.status.code(), Some(0));
    let (left, right) = (files(&a.path().join("public")), files(&b.path().join("public")));
    assert!(left.len() > 90);
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
    assert!(left.iter().zip(&right).all(|(left, right)| left == right));
}

#[test]
fn what_others_put_there_is_carried_over_and_what_left_the_content_is_gone() {
    let folder = archive(".");
    let public = folder.path().join("public");
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    fs::write(public.join("CNAME"), "referater.example").unwrap();
    fs::create_dir_all(public.join("old/empty")).unwrap();
    fs::write(public.join("byraadet/plan.txt"), "kept").unwrap();
    fs::write(public.join(".htaccess"), "x").unwrap();
    symlink("CNAME", public.join("link")).unwrap();
    fs::remove_file(folder.path().join("content/byraadet/2023/2023-10-10-ekstraordinaert.md")).unwrap();
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    for kept in ["CNAME", "old/empty", "byraadet/plan.txt", ".htaccess", "link"] {
        assert!(public.join(kept).symlink_metadata().is_ok(), "{kept}");
    }
    assert_eq!(fs::read_link(public.join("link")).unwrap(), Path::new("CNAME"));
    let left = files(&public);
    assert!(!left.keys().any(|path| path.contains("ekstraordinaert")));
    let told = left.iter().find(|(path, bytes)| {
        !path.starts_with(".referat") && bytes.windows(15).any(|window| window == b"ekstraordinaert")
    });
    assert!(told.is_none(), "{:?} still speaks of it", told.map(|(path, _)| path));
    assert!(!folder.path().join(".public.stage").exists() && !folder.path().join(".public.lock").exists());
}

#[test]
fn a_foreign_file_at_an_address_we_need_is_refused() {
    let folder = archive(".");
    let public = folder.path().join("public");
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    fs::write(public.join("planer"), "mine").unwrap();
    let text = "---\ndate: 2024-01-09\n---\n\n## Punkt 1: A\n";
    fs::create_dir_all(folder.path().join("content/planer/2024")).unwrap();
    fs::write(folder.path().join("content/planer/2024/2024-01-09.md"), text).unwrap();
    let before = files(&public);
    let ran = build(folder.path(), &[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("planer"), "{}", ran.err);
    assert!(files(&public) == before);
}

#[test]
fn a_folder_that_is_not_ours_is_refused() {
    let folder = archive(".");
    fs::create_dir_all(folder.path().join("public")).unwrap();
    fs::write(folder.path().join("public/thesis.doc"), "years of work").unwrap();
    let ran = build(folder.path(), &[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("thesis.doc") && ran.err.contains("--output"), "{}", ran.err);
    assert_eq!(files(&folder.path().join("public")).len(), 1);
    // A folder of dot files alone is as good as empty.
    fs::rename(folder.path().join("public/thesis.doc"), folder.path().join("public/.gitkeep")).unwrap();
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    assert!(folder.path().join("public/.gitkeep").exists());
}

#[test]
fn an_unchanged_build_writes_nothing_and_an_edit_writes_only_its_pages() {
    let folder = archive(".");
    let public = folder.path().join("public");
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    let state = || -> Vec<(String, u64, i64, i64)> {
        let paths = files(&public).into_keys();
        let metadata = |path: String| {
            let data = fs::metadata(public.join(&path)).unwrap();
            (path, data.ino(), data.mtime(), data.mtime_nsec())
        };
        paths.map(metadata).collect()
    };
    let before = state();
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    assert_eq!(state(), before);
    let path = folder.path().join("content/aeldreraadet/2023/2023-05-11.md");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("### Bilag", "### Bilag\n\nEt nyt ord.", 1)).unwrap();
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    let changed: Vec<String> =
        state().into_iter().zip(before).filter(|(new, old)| new.1 != old.1).map(|(new, _)| new.0).collect();
    assert!(changed.contains(&"aeldreraadet/2023/2023-05-11.html".to_owned()), "{changed:?}");
    // A word's file may hold thousands of words; the index is seen to in its own tests.
    let changed: Vec<&String> = changed.iter().filter(|path| !path.starts_with("soeg/")).collect();
    assert!(changed.len() <= 4, "an edit in one section shows on few pages: {changed:?}");
}

#[test]
fn errors_leave_the_old_version_as_it_was() {
    let folder = archive(".");
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    let before = files(&folder.path().join("public"));
    fs::write(folder.path().join("content/byraadet/2024/new.md"), "---\ndate: i morgen\n---\n").unwrap();
    let ran = build(folder.path(), &[]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("date-invalid") && ran.err.contains("Nothing is published"), "{}", ran.err);
    assert!(files(&folder.path().join("public")) == before);
}

#[test]
fn a_draft_is_not_there_even_when_it_is_broken() {
    let folder = archive(".");
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    let before = files(&folder.path().join("public"));
    let draft = "---\ndate: i morgen\nstatus: draft\nplace: [\n---\n\n## Punkt 1: A\n\n25/1\n";
    fs::write(folder.path().join("content/byraadet/2024/new.md"), draft).unwrap();
    let ran = build(folder.path(), &[]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(files(&folder.path().join("public")) == before);
    assert_eq!(build(folder.path(), &["--drafts"]).code, Some(1));
}

#[test]
fn two_builds_at_once_do_not_meet() {
    let folder = archive(".");
    let lock = fs::File::create(folder.path().join(".public.lock")).unwrap();
    lock.lock().unwrap();
    let ran = build(folder.path(), &[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("another build"), "{}", ran.err);
    drop(lock);
    assert_eq!(build(folder.path(), &[]).code, Some(0));
}

/// Two versions of an archive take turns, and each build is killed at a moment of its own. The output is always one whole
/// version: the old one, or the new one.
#[test]
fn a_killed_build_leaves_one_whole_version() {
    let folder = archive(".");
    let path = folder.path().join("content/site.yaml");
    let settings = fs::read_to_string(&path).unwrap();
    let public = folder.path().join("public");
    let mut versions = Vec::new();
    for title in ["Referater fra Tranevig", "Referater fra Tranevig Kommune i en anden udgave"] {
        let text = settings.replace("title: Referater fra Tranevig Kommune", &format!("title: {title}"));
        assert_ne!(text, settings);
        fs::write(&path, &text).unwrap();
        assert_eq!(build(folder.path(), &[]).code, Some(0));
        versions.push((text, files(&public)));
    }
    // A machine that is busy is slower: the kills come within the time a build takes here and now.
    let begun = Instant::now();
    assert_eq!(build(folder.path(), &["--dry-run"]).code, Some(0));
    let longest = usize::try_from(begun.elapsed().as_micros()).unwrap() * 3 / 2;
    let mut numbers = versions::Numbers(7);
    let (mut killed, mut new) = (0, 0);
    let rounds = if versions::is_campaign() { 500 } else { 60 };
    let mut there = 1;
    for round in 0..rounds {
        let ((text, wanted), (_, before)) = (&versions[1 - there], &versions[there]);
        fs::write(&path, text).unwrap();
        let mut child = referat(folder.path(), &["build", "--no-sync"]).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(numbers.below(longest).try_into().unwrap()));
        drop(child.kill());
        killed += usize::from(child.wait().unwrap().code().is_none());
        let found = files(&public);
        assert!(found == *wanted || found == *before, "round {round}: a mixed version");
        if found == *wanted {
            new += 1;
            there = 1 - there;
        } else if round % 10 == 9 {
            // The next build completes what was broken off.
            assert_eq!(build(folder.path(), &[]).code, Some(0), "round {round}");
            assert!(files(&public) == *wanted, "round {round}: not the new version");
            there = 1 - there;
        }
    }
    let old = rounds - new;
    assert!(killed > 10, "the kills came too late: {killed} killed, {old} old, {new} new");
    crate::program::say(&format!("{killed} builds killed, {old} old, {new} new, 0 mixed"));
}

/// The folder in which a new version is made may be somebody's: then it stays, and the version is made beside it.
#[test]
fn somebodys_folder_with_the_name_of_ours_stays() {
    let folder = archive(".");
    let theirs = folder.path().join(".public.cradle/mine.txt");
    fs::create_dir(theirs.parent().unwrap()).unwrap();
    fs::write(&theirs, "mine").unwrap();
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    assert_eq!(fs::read_to_string(theirs).unwrap(), "mine");
    assert!(folder.path().join("public/index.html").exists());
}

/// Where the output can't be exchanged, since it is a mount point, files are replaced one by one.
#[test]
fn an_output_that_is_a_mount_point_is_written_in_place() {
    let folder = archive(".");
    let program = env!("CARGO_BIN_EXE_referat");
    let script = format!(
        "set -e; mkdir public; mount -t tmpfs none public; mkdir -m 700 public/lost+found; echo x >public/lost+found/1; \
         {program} build --no-sync >/dev/null; {program} verify public >/dev/null; cp -r public first; rm content/byraadet/2024/2024-04-30.md; \
         echo mine >public/CNAME; {program} build --no-sync >/dev/null; cp -r public second; \
         ! ls public/.*.new public/*/.*.new 2>/dev/null"
    );
    let ran =
        std::process::Command::new("unshare").args(["-rm", "sh", "-c", &script]).current_dir(folder.path()).output();
    let Some(ran) = ran.ok().filter(|ran| !String::from_utf8_lossy(&ran.stderr).contains("unshare failed")) else {
        crate::program::say("skipped: no mount points can be made here");
        return;
    };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let (first, second) = (files(&folder.path().join("first")), files(&folder.path().join("second")));
    assert!(
        first.contains_key("byraadet/2024/2024-04-30.html") && !second.contains_key("byraadet/2024/2024-04-30.html")
    );
    assert!(second.contains_key("CNAME"));
    // What the file system keeps at its root is nobody's file.
    let of_the_disk = "lost+found/1".to_owned();
    let kept = b"x\n".to_vec();
    assert_eq!(second.get(&of_the_disk), Some(&kept));
    // The same as a build that is exchanged.
    assert_eq!(build(folder.path(), &["--output", "third"]).code, Some(0));
    let mut third = files(&folder.path().join("third"));
    third.extend([("CNAME".to_owned(), b"mine\n".to_vec()), (of_the_disk, kept)]);
    assert_eq!(second.keys().collect::<Vec<_>>(), third.keys().collect::<Vec<_>>());
    assert!(second == third);
}

/// An archive of two meetings a year apart.
fn two_years() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for year in [2024, 2025] {
        let path = folder.path().join(format!("content/raadet/{year}/{year}-01-09.md"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("---\ndate: {year}-01-09\n---\n\n## Punkt 1: Kajen\n\nOrd.\n")).unwrap();
    }
    fs::write(folder.path().join("content/site.yaml"), "title: Havnen\n").unwrap();
    folder
}

/// What files outside the output a marker may lead to: by itself, and through links that stand in the output.
const TAMPER: &str = "cp -r public/raadet/2025/. v2; rm -r public/raadet/2025; ln -s $PWD/v2 public/raadet/2025; \
    ln -s $PWD/victim public/lnk; printf '../victim/v.txt\\n%s/victim/v.txt\\nlnk/v.txt\\nlnk\\n./index.html\\n' \"$PWD\" >>public/.referat; \
    rm -r content/raadet/2025";

#[test]
fn nothing_outside_an_output_is_ours_whatever_its_marker_says() {
    let program = env!("CARGO_BIN_EXE_referat");
    for mount in ["", "mount -t tmpfs none public; "] {
        let folder = two_years();
        let path = folder.path();
        let script = format!(
            "set -e; mkdir public v2 victim; echo mine >victim/v.txt; {mount}{program} build --no-sync >/dev/null 2>&1; {TAMPER}; \
             {program} build --no-sync --dry-run >tried 2>/dev/null; {program} build --no-sync >said 2>&1; cp -a public left"
        );
        let mut command = std::process::Command::new(if mount.is_empty() { "sh" } else { "unshare" });
        if !mount.is_empty() {
            command.args(["-rm", "sh"]);
        }
        let ran = command.args(["-c", &script]).current_dir(path).output();
        let is_had = |ran: &std::process::Output| !String::from_utf8_lossy(&ran.stderr).contains("unshare failed");
        let Some(ran) = ran.ok().filter(is_had) else {
            crate::program::say("skipped: no mount points can be made here");
            continue;
        };
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        assert_eq!(fs::read_to_string(path.join("victim/v.txt")).unwrap(), "mine\n", "{mount}");
        assert!(path.join("v2/2025-01-09.html").exists() && path.join("v2/index.html").exists(), "{mount}");
        assert!(path.join("left/index.html").exists(), "{mount}");
        for link in ["left/lnk", "left/raadet/2025"] {
            assert!(path.join(link).is_symlink(), "{mount}{link}");
        }
        // Neither are they said to be removed.
        let tried = fs::read_to_string(path.join("tried")).unwrap();
        assert!(!tried.contains("victim") && !tried.contains("lnk") && !tried.contains("raadet/2025/"), "{tried}");
        let gone = tried.lines().filter(|line| line.starts_with("vanish ")).count();
        let said = fs::read_to_string(path.join("said")).unwrap();
        assert!(said.contains(&format!(" {gone} removed")), "{gone}: {said}");
    }
}

/// The program as an ordinary user, to whom the rights of a folder mean something; `None` where none can be had.
fn as_ordinary_user(folder: &Path, arguments: &[&str]) -> Option<crate::program::Ran> {
    const NOBODY: u32 = 65534;
    if fs::metadata(folder).unwrap().uid() != 0 {
        return Some(run(folder, arguments));
    }
    for entry in walkdir::WalkDir::new(folder) {
        std::os::unix::fs::lchown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let mut command = std::process::Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", env!("CARGO_BIN_EXE_referat")]);
    // That folder may be closed to him, or the program lie where he can't see it.
    let ran = command.args(arguments).current_dir(folder).output().ok()?;
    let err = String::from_utf8(ran.stderr).unwrap();
    let out = String::from_utf8(ran.stdout).unwrap();
    (!err.starts_with("setpriv:")).then_some(crate::program::Ran { code: ran.status.code(), out, err })
}

/// Whoever closes a folder of the output to everybody wants readers kept out, and not the next version.
#[test]
fn closed_folders_in_an_output_keep_no_version_out() {
    use std::os::unix::fs::PermissionsExt;
    let close = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o555)).unwrap();
    for closed in ["public/egne", "public/soeg", "public"] {
        let folder = two_years();
        let path = folder.path();
        let meeting = path.join("content/raadet/2024/2024-01-09.md");
        let Some(first) = as_ordinary_user(path, &["build", "--no-sync"]) else {
            return crate::program::say("skipped: nobody else can run the program here");
        };
        assert_eq!(first.code, Some(0), "{}", first.err);
        fs::create_dir(path.join("public/egne")).unwrap();
        fs::write(path.join("public/egne/fil.txt"), "mine").unwrap();
        close(&path.join(closed));
        for word in ["Fortøjning.", "Pullert.", "Fender."] {
            let text = fs::read_to_string(&meeting).unwrap();
            fs::write(&meeting, format!("{text}\n{word}\n")).unwrap();
            let ran = as_ordinary_user(path, &["build", "--no-sync"]).unwrap();
            assert_eq!(ran.code, Some(0), "{closed}: {}", ran.err);
            assert!(!ran.err.contains("warning"), "{closed}: {}", ran.err);
            assert!(fs::read_to_string(path.join("public/raadet/2024/2024-01-09.html")).unwrap().contains(word));
            assert_eq!(fs::read_to_string(path.join("public/egne/fil.txt")).unwrap(), "mine", "{closed}");
            assert!(!path.join(".public.stage").exists(), "{closed}");
            if closed != "public/soeg" {
                let mode = fs::metadata(path.join(closed)).unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, 0o555, "{closed}");
            }
        }
        // What a build cannot delete for good it names.
        if closed == "public" {
            fs::create_dir_all(path.join(".public.stage/rest")).unwrap();
            assert_eq!(as_ordinary_user(path, &["build", "--no-sync"]).unwrap().code, Some(0));
        }
        for entry in walkdir::WalkDir::new(path).into_iter().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}

/// Messages name the output as it was named.
#[test]
fn an_output_is_called_what_it_was_called() {
    let folder = two_years();
    let path = folder.path();
    fs::create_dir(path.join("her")).unwrap();
    fs::rename(path.join("content"), path.join("her/content")).unwrap();
    let named = |ran: crate::program::Ran, words: &str| {
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(ran.err.contains(words), "`{words}` is not in {}", ran.err);
        assert!(!ran.err.contains(path.to_str().unwrap()), "{}", ran.err);
    };
    fs::write(path.join("her/public"), "").unwrap();
    named(build(path, &["-C", "her"]), "the output her/public is a file");
    fs::remove_file(path.join("her/public")).unwrap();
    fs::create_dir(path.join("ud")).unwrap();
    fs::write(path.join("ud/mine.txt"), "").unwrap();
    named(build(path, &["-C", "her", "--output", "ud/"]), "ud holds files that referat did not write");
    // A link stands for its folder, which has a name of its own.
    symlink("ud", path.join("link")).unwrap();
    named(build(path, &["-C", "her", "--output", "link"]), "ud holds files that referat did not write");
    let lock = fs::File::create(path.join(".ud.lock")).unwrap();
    lock.lock().unwrap();
    named(build(path, &["-C", "her", "--output", "link"]), "another build is writing ud;");
    drop(lock);
    fs::remove_file(path.join("ud/mine.txt")).unwrap();
    assert_eq!(build(path, &["-C", "her", "--output", "link"]).code, Some(0));
    assert!(path.join("link").is_symlink() && path.join("ud/index.html").exists());
    // From within, where it has no name at all.
    let ran = run(&path.join("ud"), &["-C", "../her", "build", "--output", "."]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

/// The marker says what is ours, so one that can't be read is named.
#[test]
fn a_marker_that_cannot_be_read_is_named() {
    let folder = two_years();
    let marker = folder.path().join("public/.referat");
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    fs::write(&marker, b"index.html\n\xff\n").unwrap();
    let ran = build(folder.path(), &[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("can't read public/.referat") && ran.err.contains("--output"), "{}", ran.err);
    fs::remove_file(&marker).unwrap();
    fs::create_dir(&marker).unwrap();
    let ran = build(folder.path(), &[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("can't read public/.referat") && ran.err.contains("--output"), "{}", ran.err);
}

/// What is published of an attachment is what the privacy gate looked at, or nothing.
#[test]
fn an_attachment_that_changes_under_the_build_is_not_published() {
    use referat::disk::{self, Recorder, Refusal, Sync};
    use referat::pipeline::{self, Cache, Choices};
    let folder = two_years();
    let path = folder.path();
    let meeting = path.join("content/raadet/2024/2024-01-09.md");
    let text = fs::read_to_string(&meeting).unwrap();
    fs::write(&meeting, format!("{text}\nSe [planen](2024-01-09/plan.txt).\n")).unwrap();
    let attachment = path.join("content/raadet/2024/2024-01-09/plan.txt");
    fs::create_dir(attachment.parent().unwrap()).unwrap();
    fs::write(&attachment, "En plan").unwrap();
    let publish = |change: Option<&str>| {
        let (input, read) = Recorder::record(disk::input(path).unwrap());
        let build = pipeline::build(&input, &mut Cache::default(), &Choices::default()).unwrap();
        assert!(!build.has_errors());
        if let Some(text) = change {
            fs::write(&attachment, text).unwrap();
        }
        disk::publish(&build, path, &path.join("public"), Sync::No, &read, |_| Ok(()))
    };
    let refused = publish(Some("Et andet ord"));
    assert!(
        matches!(&refused, Err(Refusal::Environment(error)) if error.to_string().contains("plan.txt was changed")),
        "{refused:?}"
    );
    assert!(!path.join("public").exists() && !path.join(".public.stage").exists());
    assert!(publish(None).is_ok());
    assert_eq!(fs::read_to_string(path.join("public/raadet/2024/2024-01-09/plan.txt")).unwrap(), "Et andet ord");
}

/// Threads that nobody has a processor for are not made.
#[test]
fn a_thousand_jobs_are_no_more_than_the_processors_do() {
    let folder = two_years();
    if !versions::has_strace() {
        return;
    }
    let ran = std::process::Command::new("strace")
        .current_dir(folder.path())
        .args(["-f", "-qq", "-o", "trace", "-e", "trace=clone,clone3", env!("CARGO_BIN_EXE_referat")])
        .args(["build", "--no-sync", "--drafts", "--jobs", "1024"])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let threads = fs::read_to_string(folder.path().join("trace")).unwrap().matches("clone").count();
    let processors = std::thread::available_parallelism().unwrap().get();
    assert!(threads <= 16 * processors, "{threads} threads on {processors} processors");
}
