//! Who meets a build at work: readers of the site, other builds, and people who change the output by hand.

use super::versions::{Numbers, Tree, Versions, copy_all, is_campaign, left_over, mounted, tree};
use crate::program::{referat, run, say};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};

/// Three readers open pages by their paths while the version is exchanged again and again. Each page is there each time, in
/// one version or the other. Nothing is stored, so that the old version is deleted as soon as it can be.
#[test]
fn busy_readers_miss_no_file() {
    let versions = Versions::new();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("public");
    copy_all(&versions.public(), &output);
    let paths: Vec<&String> = versions.old.keys().filter(|path| versions.new.contains_key(*path)).collect();
    let paths: Vec<&String> = paths.into_iter().filter(|path| !path.ends_with(['/', '@'])).collect();
    let exchanges = if is_campaign() { 1000 } else { 30 };
    let done = AtomicBool::new(false);
    let read = |seed: u64| {
        let mut numbers = Numbers(seed);
        let (mut reads, mut missing) = (0_usize, Vec::new());
        while !done.load(Ordering::Relaxed) {
            let path = paths[numbers.below(paths.len())];
            reads += 1;
            match fs::read(output.join(path)) {
                Ok(bytes) => assert!(bytes == *versions.old[path] || bytes == *versions.new[path], "{path} is mixed"),
                Err(error) => missing.push(format!("{path}: {error}")),
            }
        }
        (reads, missing)
    };
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3).map(|seed| scope.spawn(move || read(seed))).collect();
        let mut codes = Vec::new();
        for round in 0..exchanges {
            let archive = versions.archive(1 - round % 2);
            let mut build = referat(&archive, &["build", "--no-sync", "--output", output.to_str().unwrap()]);
            codes.push(build.output().unwrap().status.code());
        }
        done.store(true, Ordering::Relaxed);
        let (mut reads, mut missing) = (0, Vec::new());
        for reader in readers {
            let (count, more) = reader.join().unwrap();
            reads += count;
            missing.extend(more);
        }
        say(&format!("{exchanges} exchanges, {reads} reads, {} missing", missing.len()));
        assert!(codes.iter().all(|code| *code == Some(0)));
        assert!(missing.is_empty(), "{missing:?}");
        assert!(reads > 1000, "the readers were not busy: {reads} reads");
    });
    assert!(tree(&output) == versions.old);
}

#[test]
fn of_twenty_builds_at_once_each_publishes_or_says_that_another_does() {
    let versions = Versions::new();
    let folder = versions.unpublished();
    copy_all(&versions.public(), &folder.path().join("public"));
    let start = |_| {
        let mut build = referat(folder.path(), &["build", "--no-sync"]);
        build.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let builds: Vec<_> = (0..20).map(start).collect();
    let mut published = 0;
    for build in builds {
        let ran = build.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        match ran.status.code() {
            Some(0) => published += 1,
            Some(2) => assert!(said.contains("another build is writing") && said.contains("--output"), "{said}"),
            code => panic!("{code:?}: {said}"),
        }
    }
    say(&format!("{published} of 20 builds published, the others said that another does"));
    assert!(published > 0);
    assert!(tree(&folder.path().join("public")) == versions.new);
    assert_eq!(left_over(folder.path()), [""; 0]);
}

/// Inode and time of every file.
fn state(folder: &Path, tree: &Tree) -> Vec<(String, u64, i64, i64)> {
    let files = tree.keys().filter(|path| !path.ends_with(['/', '@']));
    let metadata = |path: &String| {
        let data = fs::metadata(folder.join(path)).unwrap();
        (path.clone(), data.ino(), data.mtime(), data.mtime_nsec())
    };
    files.map(metadata).collect()
}

/// What somebody changed in the output is put right, also where its length and time stay, and nothing else is touched.
#[test]
fn what_was_changed_by_hand_is_mended_and_nothing_else_is_touched() {
    let versions = Versions::new();
    let folder = versions.unpublished();
    let public = folder.path().join("public");
    let build = || {
        let ran = run(folder.path(), &["build", "--no-sync"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out
    };
    build();
    let whole = tree(&public);
    let touched = |before: &[(String, u64, i64, i64)]| -> Vec<String> {
        let after = state(&public, &whole);
        after.into_iter().zip(before).filter(|(new, old)| new != *old).map(|(new, _)| new.0).collect()
    };
    let page = "raadet/2024/2024-01-09.html";
    let change = |path: &str| {
        let file = fs::File::options().write(true).open(public.join(path)).unwrap();
        let time = file.metadata().unwrap().modified().unwrap();
        std::os::unix::fs::FileExt::write_at(&file, b"x", 40).unwrap();
        file.set_modified(time).unwrap();
    };
    for (path, also) in [(page, None), ("SHA256SUMS", None), (page, Some("raadet/2024/2024-02-06/plan.txt"))] {
        let before = state(&public, &whole);
        let mut changed: Vec<&str> = std::iter::once(path).chain(also).collect();
        changed.iter().for_each(|path| change(path));
        assert!(tree(&public) != whole);
        build();
        assert!(tree(&public) == whole, "{changed:?}");
        // What lists the files is written with them.
        changed.extend([".referat", "SHA256SUMS"]);
        let touched = touched(&before);
        assert!(touched.iter().all(|path| changed.contains(&path.as_str())), "{touched:?}");
    }
    fs::remove_file(public.join(page)).unwrap();
    build();
    assert!(tree(&public) == whole);
    let before = state(&public, &whole);
    assert!(build().contains(" 0 written"));
    assert_eq!(touched(&before), [""; 0]);
    assert_eq!(run(folder.path(), &["verify", "public"]).code, Some(0));
}

/// Rights are those of every new file, whatever an attachment has; those of folders that others set up stay.
#[test]
fn rights_of_attachments_do_not_matter_and_those_of_folders_stay() {
    let versions = Versions::new();
    let folder = versions.unpublished();
    let public = folder.path().join("public");
    copy_all(&versions.public(), &public);
    let set = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    set(&folder.path().join("content/raadet/2024-02-06/plan.txt"), 0o600);
    set(&public, 0o2750);
    set(&public.join("egne"), 0o700);
    let ran = run(folder.path(), &["build", "--no-sync"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(tree(&public) == versions.new);
    assert_eq!(mode(&public.join("raadet/2024/2024-02-06/plan.txt")), mode(&public.join("index.html")));
    assert_eq!((mode(&public), mode(&public.join("egne"))), (0o2750, 0o700));
}

/// A mount point below the output holds files of others. If the whole output were exchanged, they would be deleted with the
/// old version.
#[test]
fn a_mount_point_in_the_output_keeps_its_files() {
    let versions = Versions::new();
    let folder = versions.unpublished();
    copy_all(&versions.public(), &folder.path().join("public"));
    let script = format!(
        "mkdir site; mv public/* public/.referat site; mkdir site/delt; mount -t tmpfs none site/delt; echo min >site/delt/fil.txt; \
         {} build --output site; cp -a site after; umount site/delt; ls -A site/delt >under",
        env!("CARGO_BIN_EXE_referat")
    );
    let Some(ran) = mounted(folder.path(), "64m", &script) else { return };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let mut after = tree(&folder.path().join("after"));
    assert_eq!(after.remove("delt/fil.txt").unwrap().as_slice(), b"min\n");
    after.remove("delt/");
    assert!(after == versions.new);
    assert_eq!(
        fs::read_to_string(folder.path().join("under")).unwrap(),
        "",
        "what lay in the mount point was copied below it"
    );
}

/// A file gives way to a folder of its name, and the other way round, also in place.
#[test]
fn a_file_becomes_a_folder_and_a_file_again() {
    let versions = Versions::new();
    let program = env!("CARGO_BIN_EXE_referat");
    let script = format!(
        "{program} build --no-sync; echo a >themes/eget/del; {program} build --no-sync; cp -a public 1; rm themes/eget/del; mkdir themes/eget/del; \
         echo b >themes/eget/del/b.txt; {program} build --no-sync; cp -a public 2; rm -r themes/eget/del; echo a >themes/eget/del; \
         {program} build --no-sync; cp -a public 3"
    );
    let folder = versions.unpublished();
    let Some(ran) = mounted(folder.path(), "64m", &script) else { return };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let of = |name: &str| tree(&folder.path().join(name));
    assert!(of("1").contains_key("del") && of("2").contains_key("del/b.txt") && of("1") == of("3"));
    let exchanged = versions.unpublished();
    let ran = std::process::Command::new("sh").args(["-ec", &script]).current_dir(exchanged.path()).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for name in ["1", "2", "3"] {
        assert!(tree(&exchanged.path().join(name)) == of(name), "{name}");
    }
}
