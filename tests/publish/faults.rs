//! Every system call of a build that touches files is made to fail once, or is the last one before the process is killed.
//! The output is always one whole version, a failure says what to do, and the next build completes what was broken off.
//!
//! The faults come from strace. It counts calls by name (`when=N` is the Nth call of that name on its thread), so each name
//! is gone through by itself, on one thread, and each run has to show that its fault was met. An ordinary run takes a sample,
//! the same each time; `CAMPAIGN=1` takes all.

use super::power::{Side, in_place};
use super::versions::{Numbers, Tree, Versions, calls, copy_all, has_strace, left_over, mounted, tree};
use crate::program::{archive, referat, run, say};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What happens at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Kill,
    Error(&'static str),
}

const FAULTS: [Fault; 4] = [Fault::Kill, Fault::Error("ENOSPC"), Fault::Error("EACCES"), Fault::Error("EIO")];

/// A call: the `when`th of its name, and what happens there.
#[derive(Clone, Debug)]
struct Point {
    name: String,
    when: usize,
    fault: Fault,
}

impl Point {
    fn inject(&self) -> String {
        let Point { name, when, fault } = self;
        match fault {
            Fault::Kill => format!("inject={name}:signal=KILL:when={when}"),
            Fault::Error(error) => format!("inject={name}:error={error}:when={when}"),
        }
    }
}

/// Calls about memory, waiting and terminals, which strace counts among those on files.
const OTHERS: &[&str] = &["mmap", "poll", "ioctl", "execve"];

/// The program under strace, which writes down the calls named.
fn traced(folder: &Path, calls: &str, more: &[&str], arguments: &[&str]) -> Command {
    let mut command = Command::new("strace");
    command.current_dir(folder).args(["-f", "-qq", "-o", "trace", "-e", calls]).args(more);
    command.arg(env!("CARGO_BIN_EXE_referat")).args(arguments);
    command
}

/// Every point of a run that was traced: its calls by name from the first that meets the archive.
fn points(calls: &[(&str, String)]) -> Vec<Point> {
    let mut before = true;
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    let mut closings: BTreeSet<usize> = BTreeSet::new();
    for (thread, call) in calls {
        assert_eq!(*thread, calls[0].0, "with one job there is one thread, or calls could not be counted");
        let Some((name, rest)) = call.split_once('(') else { continue };
        before &= !rest.contains("content");
        let (first, last) = counts.entry(name).or_default();
        *first += usize::from(before);
        *last += 1;
        let file = rest.split([',', ')']).next().unwrap();
        match name {
            "getdents64" => drop(folders.insert(file)),
            "close" if folders.remove(file) => drop(closings.insert(*last)),
            _ => {}
        }
    }
    let calls = counts.into_iter().filter(|(name, _)| !OTHERS.contains(name));
    let point = |(name, (first, last)): (&str, (usize, usize))| {
        let name = name.to_owned();
        (first + 1..=last).flat_map(move |when| {
            let name = name.clone();
            FAULTS.map(|fault| Point { name: name.clone(), when, fault })
        })
    };
    // No system fails when a folder is closed, and Rust's library ends the program if one did.
    let may_be = |point: &Point| point.fault == Fault::Kill || point.name != "close" || !closings.contains(&point.when);
    calls.flat_map(point).filter(may_be).collect()
}

/// How many runs ended how.
#[derive(Debug, Default)]
struct Counts {
    points: AtomicUsize,
    old: AtomicUsize,
    new: AtomicUsize,
    warned: AtomicUsize,
}

fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What a run with a fault has to leave behind.
struct Expected<'a> {
    old: &'a Tree,
    new: &'a Tree,
}

impl Expected<'_> {
    /// Judges how a run ended and what it left.
    fn judge(&self, point: &Point, ran: &Output, trace: &str, left: &Tree, counts: &Counts) {
        let said = String::from_utf8_lossy(&ran.stderr);
        let problem = || format!("{point:?}: {:?}\n{said}", ran.status.code());
        count(&counts.points);
        match (point.fault, ran.status.code()) {
            (Fault::Kill, None) => assert!(left == self.old || left == self.new, "{}", problem()),
            (Fault::Error(_), Some(0)) => assert!(left == self.new, "done, and not published: {}", problem()),
            (Fault::Error(_), Some(2)) => {
                assert!(left == self.old, "failed, and published: {}", problem());
                self.told(point, &said);
            }
            _ => panic!("neither done nor failed: {}", problem()),
        }
        assert!(point.fault == Fault::Kill || trace.contains("(INJECTED)"), "no fault was met: {}", problem());
        count(if left == self.new { &counts.new } else { &counts.old });
        if said.contains("warning: ") {
            count(&counts.warned);
        }
    }

    /// A message names a file and says what to do.
    fn told(&self, point: &Point, said: &str) {
        assert!(said.contains("error: can't ") && said.contains("what to do: "), "{point:?}: {said}");
        let names = ["public", "content", "themes", "arkiv.zip", "konto.md"];
        assert!(names.iter().any(|name| said.contains(name)), "{point:?} names no file: {said}");
    }
}

/// Runs points on two threads, each with a folder of its own.
fn each<S>(points: Vec<Point>, folder: impl Fn() -> S + Sync, run: impl Fn(&S, &Point) + Sync) {
    let queue = Mutex::new(points);
    std::thread::scope(|scope| {
        let work = || {
            let state = folder();
            loop {
                let Some(point) = queue.lock().unwrap().pop() else { return };
                run(&state, &point);
            }
        };
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        workers.into_iter().for_each(|worker| worker.join().unwrap());
    });
}

fn told(what: &str, all: usize, counts: &Counts) {
    let of = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    let (points, old, new, warned) = (of(&counts.points), of(&counts.old), of(&counts.new), of(&counts.warned));
    say(&format!("{what}: {points} of {all} points, {old} old, {new} new, 0 mixed; {warned} warned"));
    assert!(old > 0 && new > 0, "the points of {what} lie on one side of the exchange");
}

/// What is in the folder beside content and theme before a run.
fn reset(folder: &Path, public: Option<&Path>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !["content", "themes"].contains(&name) {
            if path.is_dir() { fs::remove_dir_all(&path).unwrap() } else { fs::remove_file(&path).unwrap() }
        }
    }
    if let Some(public) = public {
        copy_all(public, &folder.join("public"));
    }
}

/// Goes through the points of a build. `more` stands after `build`.
fn sweep(what: &str, public: Option<&Path>, expected: &Expected<'_>, versions: &Versions, more: &[&str], most: usize) {
    let arguments: Vec<&str> = ["build", "--jobs", "1"].iter().chain(more).copied().collect();
    let folder = versions.unpublished();
    reset(folder.path(), public);
    let ran = traced(folder.path(), "trace=%file,%desc", &[], &arguments).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(tree(&folder.path().join("public")) == *expected.new);
    let made: Vec<Option<Vec<u8>>> =
        ["arkiv.zip", "konto.md"].iter().map(|name| fs::read(folder.path().join(name)).ok()).collect();
    let all = points(&calls(&fs::read_to_string(folder.path().join("trace")).unwrap()));
    let (count, counts) = (all.len(), Counts::default());
    let chosen = Numbers(11).sample(all, most);
    each(
        chosen,
        || versions.unpublished(),
        |folder, point| {
            let folder = folder.path();
            reset(folder, public);
            let traced_calls = format!("trace={}", point.name);
            let ran = traced(folder, &traced_calls, &["-e", &point.inject()], &arguments).output().unwrap();
            let trace = fs::read_to_string(folder.join("trace")).unwrap();
            let left = tree(&folder.join("public"));
            expected.judge(point, &ran, &trace, &left, &counts);
            for (name, whole) in ["arkiv.zip", "konto.md"].iter().zip(&made) {
                let found = fs::read(folder.join(name)).ok();
                assert!(found.is_none() || found == *whole, "{point:?}: half of {name}");
                assert!(
                    left != *expected.new || found.is_some() == whole.is_some(),
                    "{point:?}: published without {name}"
                );
            }
            let next = referat(folder, &arguments).output().unwrap();
            assert!(next.status.success(), "after {point:?}: {}", String::from_utf8_lossy(&next.stderr));
            assert!(tree(&folder.join("public")) == *expected.new, "after {point:?}");
            assert_eq!(left_over(folder), [""; 0], "after {point:?}");
        },
    );
    told(what, count, &counts);
}

#[test]
fn a_first_build_is_broken_off_anywhere() {
    if has_strace() {
        let versions = Versions::new();
        let (old, new) = (Tree::new(), versions.new_alone());
        sweep("first build", None, &Expected { old: &old, new: &new }, &versions, &[], 40);
    }
}

#[test]
fn a_build_over_an_old_version_is_broken_off_anywhere() {
    if has_strace() {
        let versions = Versions::new();
        let expected = Expected { old: &versions.old, new: &versions.new };
        sweep("build over an old version", Some(&versions.public()), &expected, &versions, &[], 80);
    }
}

#[test]
fn a_build_with_a_bundle_and_an_account_is_broken_off_anywhere() {
    if has_strace() {
        let versions = Versions::new();
        let expected = Expected { old: &versions.old, new: &versions.new };
        let more = ["--bundle", "arkiv.zip", "--report", "konto.md"];
        sweep("build with a bundle", Some(&versions.public()), &expected, &versions, &more, 40);
    }
}

/// A meeting file that `new` makes is there as a whole or not at all.
#[test]
fn a_new_meeting_file_is_broken_off_anywhere() {
    if !has_strace() {
        return;
    }
    let versions = Versions::new();
    let arguments = ["new", "byraadet", "2030-01-02"];
    let meeting = |folder: &Path| fs::read(folder.join("content/byraadet/2030/2030-01-02.md")).ok();
    let folder = versions.unpublished();
    assert!(traced(folder.path(), "trace=%file,%desc", &[], &arguments).status().unwrap().success());
    let whole = meeting(folder.path());
    let all = points(&calls(&fs::read_to_string(folder.path().join("trace")).unwrap()));
    let (number, counts) = (all.len(), Counts::default());
    each(
        Numbers(13).sample(all, 40),
        || (),
        |(), point| {
            let folder = versions.unpublished();
            let folder = folder.path();
            traced(folder, &format!("trace={}", point.name), &["-e", &point.inject()], &arguments).output().unwrap();
            let left = meeting(folder);
            assert!(left.is_none() || left == whole, "{point:?}: half a file");
            count(&counts.points);
            count(if left.is_some() { &counts.new } else { &counts.old });
            let next = referat(folder, &arguments).output().unwrap();
            assert_eq!(next.status.success(), left.is_none(), "{point:?}: {}", String::from_utf8_lossy(&next.stderr));
            assert!(meeting(folder) == whole, "after {point:?}");
            let half = folder.join("content/byraadet/2030/.2030-01-02.md.new");
            assert!(!half.exists(), "after {point:?}");
        },
    );
    told("new meeting file", number, &counts);
}

/// With more threads the calls of each are counted apart, and their order is another in every run; what holds is the same.
#[test]
fn a_build_with_threads_is_broken_off_anywhere() {
    if !has_strace() {
        return;
    }
    let versions = Versions::new();
    let counts = Counts::default();
    let names =
        ["openat", "read", "write", "statx", "mkdir", "linkat", "renameat2", "syncfs", "unlinkat", "rmdir", "close"];
    let point = |name: &&str, when, fault| Point { name: (*name).to_owned(), when, fault };
    let points = |name| (1..=40).flat_map(move |when| FAULTS.map(|fault| point(name, when, fault)));
    let all: Vec<Point> =
        names.iter().flat_map(points).filter(|point| point.name != "close" || point.fault == Fault::Kill).collect();
    let number = all.len();
    each(
        Numbers(12).sample(all, 16),
        || versions.unpublished(),
        |folder, point| {
            let folder = folder.path();
            reset(folder, Some(&versions.public()));
            let traced_calls = format!("trace={}", point.name);
            let ran =
                traced(folder, &traced_calls, &["-e", &point.inject()], &["build", "--jobs", "3"]).output().unwrap();
            let left = tree(&folder.join("public"));
            let said = String::from_utf8_lossy(&ran.stderr);
            count(&counts.points);
            // A fault may come before the program runs, and a thread may end before it has made so many calls.
            match ran.status.code() {
                Some(0) => assert!(left == versions.new, "{point:?}: {said}"),
                Some(_) => assert!(left == versions.old, "{point:?}: {said}"),
                None => assert!(left == versions.old || left == versions.new, "{point:?}: {said}"),
            }
            count(if left == versions.new { &counts.new } else { &counts.old });
            let next = referat(folder, &["build", "--no-sync"]).output().unwrap();
            assert!(next.status.success(), "after {point:?}: {}", String::from_utf8_lossy(&next.stderr));
            assert!(tree(&folder.join("public")) == versions.new, "after {point:?}");
            assert_eq!(left_over(folder), [""; 0], "after {point:?}");
        },
    );
    told("build with threads", number, &counts);
}

/// Where the output is a mount point: nobody finds half a file, a failure before the first file is replaced leaves the old
/// version, and the next build completes what was broken off.
#[test]
fn a_build_in_place_is_broken_off_anywhere() {
    if !has_strace() {
        return;
    }
    let versions = Versions::new();
    let program = env!("CARGO_BIN_EXE_referat");
    // The trace may not lie on the disk that is full.
    let script = |calls: &str| {
        format!(
            "set +e; strace -f -qq -o trace -e {calls} {program} build --jobs 1 2>said; echo $? >code; cp -a public left; \
             {program} build --no-sync 2>next || exit 9; cp -a public after"
        )
    };
    let fresh = || {
        let folder = versions.unpublished();
        reset(folder.path(), Some(&versions.public()));
        folder
    };
    let folder = fresh();
    let Some(ran) = mounted(folder.path(), "64m", &script("trace=%file,%desc")) else { return };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let all = points(&calls(&fs::read_to_string(folder.path().join("trace")).unwrap()));
    let (number, counts) = (all.len(), Counts::default());
    let between = AtomicUsize::new(0);
    // What readers are shown.
    let pages = |tree: &Tree| {
        tree.iter()
            .filter(|(path, _)| !path.starts_with(".referat"))
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect::<Tree>()
    };
    each(
        Numbers(13).sample(all, 30),
        || (),
        |(), point| {
            let folder = fresh();
            let folder = folder.path();
            let traced_calls = format!("trace={} -e {}", point.name, point.inject());
            let ran = mounted(folder, "64m", &script(&traced_calls)).unwrap();
            let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
            let said = text("said");
            assert!(ran.status.success(), "after {point:?}: {} {}", text("next"), String::from_utf8_lossy(&ran.stderr));
            let left = tree(&folder.join("left"));
            let side = in_place(&left, &versions.old, &versions.new);
            let side = side.unwrap_or_else(|problem| panic!("{point:?}: {problem}\n{said}"));
            match (point.fault, text("code").trim()) {
                (Fault::Kill, "137") => {}
                (Fault::Error(_), "0") => assert!(pages(&left) == pages(&versions.new), "{point:?}: {said}"),
                (Fault::Error(_), "2") => {
                    let is_told = said.contains("the output is partly new");
                    assert!(is_told || pages(&left) == pages(&versions.old), "{point:?}: {said}");
                    assert!(is_told || said.contains("error: can't "), "{point:?}: {said}");
                    assert!(said.contains("what to do: "), "{point:?}: {said}");
                }
                (_, code) => panic!("{point:?}: {code}\n{said}"),
            }
            assert!(point.fault == Fault::Kill || text("trace").contains("(INJECTED)"), "{point:?}");
            count(&counts.points);
            count(match side {
                Side::Old => &counts.old,
                Side::Between => &between,
                Side::New => &counts.new,
            });
            assert!(tree(&folder.join("after")) == versions.new, "after {point:?}");
            assert_eq!(left_over(folder), [""; 0], "after {point:?}");
        },
    );
    say(&format!("in place: {} partly new, each file whole", between.load(Ordering::Relaxed)));
    told("build in place", number, &counts);
}

/// The ledger is replaced as a whole, and the next `record` writes it.
#[test]
fn a_record_is_broken_off_anywhere() {
    if !has_strace() {
        return;
    }
    let arguments = ["record", "--at", "2025-01-01T00:00:00Z"];
    let folder = || {
        let folder = archive("tests/sites/closed");
        let ran = run(folder.path(), &["record", "--at", "2024-01-01T00:00:00Z"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let meeting = folder.path().join("content/udvalget/2024/2024-03-05.md");
        fs::write(&meeting, fs::read_to_string(&meeting).unwrap() + "\n## Punkt 90: Nyt\n").unwrap();
        folder
    };
    let ledger = |folder: &Path| fs::read(folder.join("content/oparl.ledger")).unwrap();
    let first = folder();
    let old = ledger(first.path());
    let ran =
        traced(first.path(), "trace=%file,%desc", &[], &arguments).env("RAYON_NUM_THREADS", "1").output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let new = ledger(first.path());
    // The first thread writes; the other one only parses.
    let trace = fs::read_to_string(first.path().join("trace")).unwrap();
    let mut own = calls(&trace);
    let first_thread = own[0].0;
    own.retain(|(thread, _)| *thread == first_thread);
    let all = points(&own);
    let (number, counts) = (all.len(), Counts::default());
    each(Numbers(14).sample(all, 16), folder, |folder, point| {
        let folder = folder.path();
        let path = folder.join("content/oparl.ledger");
        fs::write(&path, &old).unwrap();
        let traced_calls = format!("trace={}", point.name);
        let mut command = traced(folder, &traced_calls, &["-e", &point.inject()], &arguments);
        let ran = command.env("RAYON_NUM_THREADS", "1").output().unwrap();
        let (left, said) = (fs::read(&path).unwrap(), String::from_utf8_lossy(&ran.stderr));
        assert!(left == old || left == new, "{point:?}: half a ledger");
        match (point.fault, ran.status.code()) {
            (Fault::Kill, None) => {}
            (Fault::Error(_), Some(0)) => assert!(left == new, "{point:?}: {said}"),
            (Fault::Error(_), Some(2)) => {
                assert!(left == old, "{point:?}: {said}");
                assert!(said.contains("error: can't ") && said.contains("what to do: "), "{point:?}: {said}");
            }
            (_, code) => panic!("{point:?}: {code:?}\n{said}"),
        }
        count(&counts.points);
        count(if left == new { &counts.new } else { &counts.old });
        assert_eq!(run(folder, &arguments).code, Some(0), "after {point:?}");
        assert!(ledger(folder) == new, "after {point:?}");
        let names = fs::read_dir(folder.join("content")).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(!names.into_iter().any(|name| name.to_string_lossy().starts_with('.')), "after {point:?}");
    });
    told("ledger", number, &counts);
}

/// A disk that is really full, at twenty sizes, both for the whole archive and for an output that is a mount point. The old
/// version stays whole until the new one has room.
#[test]
fn a_full_disk_leaves_the_old_version() {
    let versions = Versions::new();
    let program = env!("CARGO_BIN_EXE_referat");
    let sizes = Numbers(15).sample((0..20).map(|step| 100 + 12 * step).collect(), 5);
    let counts = [(); 4].map(|()| AtomicUsize::new(0));
    for size in sizes {
        let size = format!("{size}k");
        for is_mount in [true, false] {
            let folder = versions.unpublished();
            let folder = folder.path();
            copy_all(&versions.public(), &folder.join("public"));
            let build = format!("{program} build 2>said; echo $? >code");
            // Without a mount point of its own, the output lies in one folder with what is written beside it.
            let script = if is_mount {
                format!("set +e; {build}; cp -a public left")
            } else {
                format!(
                    "set +e; mkdir disk; mount -t tmpfs -o size={size} none disk; mkdir disk/public; cp -a public/. disk/public && \
                     {program} build --output disk/public 2>said; echo $? >code; cp -a disk/public left; ls -A disk >beside"
                )
            };
            let Some(ran) = mounted(folder, if is_mount { &size } else { "64m" }, &script) else { return };
            if !ran.status.success() || !folder.join("said").exists() {
                continue; // not even the old version has room
            }
            let said = fs::read_to_string(folder.join("said")).unwrap();
            let left = tree(&folder.join("left"));
            match fs::read_to_string(folder.join("code")).unwrap().trim() {
                "0" => {
                    assert!(left == versions.new, "{size}");
                    count(&counts[usize::from(is_mount)]);
                }
                "2" => {
                    assert!(left == versions.old, "{size}: {said}");
                    assert!(said.contains("make room"), "{size}: {said}");
                    count(&counts[2 + usize::from(is_mount)]);
                }
                code => panic!("{size}: {code}: {said}"),
            }
            if !is_mount {
                let beside = fs::read_to_string(folder.join("beside")).unwrap();
                assert_eq!(beside.trim_start_matches(".public.cache\n"), "public\n", "{size}");
            }
        }
    }
    let [new, new_in_place, old, old_in_place] = counts.map(|count| count.load(Ordering::Relaxed));
    say(&format!("full disk: {old} old, {new} new; as a mount point: {old_in_place} old, {new_in_place} new; 0 mixed"));
    assert!(old > 0 && new > 0 && old_in_place > 0 && new_in_place > 0, "the sizes lie on one side");
}
