//! Loss of power, simulated: what the disk holds afterwards is what was stored, and any part of what was not.
//!
//! The operations are those of the real program, recorded by strace, rather than those of a layer that all of `disk` would have
//! to go through: that would record what we mean to do, and not what the library does with folders, links and copies. They
//! are replayed on a tree of inodes in memory. Up to each of them the power goes: what a sync covers is there; of the rest,
//! each write of bytes (whole, torn or not at all), each new name, lost name and rename is there or not, in any combination.
//! A rename is one step, as on every disk with a journal; without that nothing could be published at all.
//!
//! Before anything is mended the site has to be one whole version; then a normal build has to bring the new one. That the
//! simulation sees something is shown by leaving out each sync in turn: then it has to find a broken site.

use super::versions::{Numbers, Tree, Versions, calls, copy_all, has_strace, is_campaign, left_over, mounted, tree};
use crate::program::{referat, say};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// What a name can stand for.
#[derive(Clone, Debug, Hash)]
enum Node {
    File(Arc<Vec<u8>>),
    Folder(BTreeMap<String, usize>),
    Link(String),
}

/// Something that was done to a disk.
#[derive(Clone, Debug)]
enum Event {
    /// Bytes at a place of a file.
    Bytes { node: usize, at: usize, bytes: Arc<Vec<u8>> },
    /// A file got another length.
    Length { node: usize, length: usize },
    /// Names in folders stand for something else, all at once.
    Names(Vec<(usize, String, Option<usize>)>),
    /// A whole disk was stored.
    Stored { disk: usize },
    /// A file or folder was stored.
    StoredOne { node: usize },
}

/// A tree of inodes. The first is the archive's folder.
#[derive(Clone, Debug)]
struct World {
    nodes: Vec<Node>,
    /// The disk each is on.
    disks: Vec<usize>,
}

impl World {
    /// What stands in a folder; `public` is on a disk of its own if it is a mount point.
    fn load(folder: &Path, is_mounted: bool) -> World {
        let mut world = World { nodes: Vec::new(), disks: Vec::new() };
        let mut known = HashMap::new();
        world.load_folder(folder, 0, is_mounted, &mut known);
        world
    }

    fn add(&mut self, node: Node, disk: usize) -> usize {
        self.nodes.push(node);
        self.disks.push(disk);
        self.nodes.len() - 1
    }

    fn load_folder(&mut self, path: &Path, disk: usize, is_mounted: bool, known: &mut HashMap<u64, usize>) -> usize {
        use std::os::unix::fs::MetadataExt;
        let own = self.add(Node::Folder(BTreeMap::new()), disk);
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            let metadata = path.symlink_metadata().unwrap();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let node = if metadata.is_dir() {
                let disk = if is_mounted && name == "public" { 1 } else { disk };
                self.load_folder(&path, disk, false, known)
            } else if metadata.is_symlink() {
                self.add(Node::Link(fs::read_link(&path).unwrap().to_str().unwrap().to_owned()), disk)
            } else if let Some(node) = known.get(&metadata.ino()) {
                *node
            } else {
                known.insert(metadata.ino(), self.nodes.len());
                self.add(Node::File(Arc::new(fs::read(&path).unwrap())), disk)
            };
            self.names(own).insert(name, node);
        }
        own
    }

    fn names(&mut self, node: usize) -> &mut BTreeMap<String, usize> {
        match &mut self.nodes[node] {
            Node::Folder(names) => names,
            other => panic!("{node} is no folder but {other:?}"),
        }
    }

    fn apply(&mut self, event: &Event, torn: Option<usize>) {
        match event {
            Event::Bytes { node, at, bytes } => {
                let length = torn.map_or(bytes.len(), |part| bytes.len() * part / 8);
                let Node::File(held) = &mut self.nodes[*node] else { panic!("bytes in no file") };
                let held = Arc::make_mut(held);
                // What was skipped reads as zeros.
                held.resize(held.len().max(at + length), 0);
                held[*at..at + length].copy_from_slice(&bytes[..length]);
            }
            Event::Length { node, length } => {
                let Node::File(held) = &mut self.nodes[*node] else { panic!("a length of no file") };
                Arc::make_mut(held).resize(*length, 0);
            }
            Event::Names(changes) => {
                for (folder, name, node) in changes {
                    match node {
                        Some(node) => drop(self.names(*folder).insert(name.clone(), *node)),
                        None => drop(self.names(*folder).remove(name)),
                    }
                }
            }
            Event::Stored { .. } | Event::StoredOne { .. } => {}
        }
    }

    /// Everything below a path of the folder, as [`tree`] gives it.
    fn tree(&self, name: &str) -> Tree {
        let mut out = Tree::new();
        let Node::Folder(top) = &self.nodes[0] else { panic!("the folder is none") };
        let mut open: Vec<(usize, String)> = top.get(name).map(|node| (*node, String::new())).into_iter().collect();
        while let Some((node, path)) = open.pop() {
            match &self.nodes[node] {
                Node::File(bytes) => drop(out.insert(path, bytes.clone())),
                Node::Link(target) => drop(out.insert(path + "@", Arc::new(target.clone().into_bytes()))),
                Node::Folder(names) => {
                    let prefix = if path.is_empty() { path } else { path + "/" };
                    open.extend(names.iter().map(|(name, node)| (*node, format!("{prefix}{name}"))));
                    if !prefix.is_empty() {
                        out.insert(prefix, Arc::default());
                    }
                }
            }
        }
        out
    }

    /// Puts everything but content and themes into a real folder, files of two names with both.
    fn materialize(&self, folder: &Path) {
        let Node::Folder(top) = &self.nodes[0] else { panic!("the folder is none") };
        let mut known = HashMap::new();
        for (name, node) in top.iter().filter(|(name, _)| !["content", "themes"].contains(&name.as_str())) {
            self.put(*node, &folder.join(name), &mut known);
        }
    }

    fn put(&self, node: usize, path: &Path, known: &mut HashMap<usize, PathBuf>) {
        match &self.nodes[node] {
            Node::Link(target) => symlink(target, path).unwrap(),
            Node::File(bytes) => match known.get(&node) {
                Some(other) => fs::hard_link(other, path).unwrap(),
                None => {
                    fs::write(path, &**bytes).unwrap();
                    known.insert(node, path.to_owned());
                }
            },
            Node::Folder(names) => {
                fs::create_dir_all(path).unwrap();
                names.iter().for_each(|(name, node)| self.put(*node, &path.join(name), known));
            }
        }
    }

    /// A number that tells two states apart, but for what stands in the middle of files.
    fn number(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let mut open = vec![0];
        while let Some(node) = open.pop() {
            node.hash(&mut hasher);
            match &self.nodes[node] {
                Node::Folder(names) => {
                    names.hash(&mut hasher);
                    open.extend(names.values());
                }
                Node::File(bytes) => (bytes.len(), &bytes[bytes.len().saturating_sub(16)..]).hash(&mut hasher),
                Node::Link(target) => target.hash(&mut hasher),
            }
        }
        hasher.finish()
    }
}

/// What was done, on what.
struct Recording {
    before: World,
    events: Vec<Event>,
}

/// Reads a trace as the process sees the tree.
struct Recorder<'a> {
    folder: &'a Path,
    world: World,
    events: Vec<Event>,
    open: HashMap<i64, (usize, usize)>,
}

impl<'a> Recorder<'a> {
    fn new(folder: &'a Path, is_mounted: bool) -> Recorder<'a> {
        Recorder { folder, world: World::load(folder, is_mounted), events: Vec::new(), open: HashMap::new() }
    }

    /// Adds the trace of one process.
    fn record(&mut self, trace: &str) {
        self.open.clear();
        for (_, call) in calls(trace) {
            let Some((name, rest)) = call.split_once('(') else { continue };
            let Some((arguments, result)) = rest.rsplit_once(") = ").or_else(|| {
                // Shorter calls are padded.
                let at = rest.rfind(" = ")?;
                Some((rest[..at].trim_end().trim_end_matches(')'), &rest[at + 3..]))
            }) else {
                continue;
            };
            // A call that failed, or that the process was killed in, did nothing.
            let Some(result) = result.split(' ').next().and_then(|result| result.parse::<i64>().ok()) else { continue };
            if result >= 0 {
                let arguments: Vec<&str> = arguments.trim_end().trim_end_matches(')').split(", ").collect();
                self.call(name, &arguments, result);
            }
        }
    }

    fn happens(&mut self, event: Event) {
        self.world.apply(&event, None);
        self.events.push(event);
    }

    fn call(&mut self, name: &str, arguments: &[&str], result: i64) {
        let descriptor = || arguments[0].parse::<i64>().unwrap();
        match name {
            "open" | "creat" => self.opened(None, arguments[0], arguments[1], result),
            "openat" => self.opened(Some(arguments[0]), arguments[1], arguments[2], result),
            "close" => drop(self.open.remove(&descriptor())),
            "fcntl" if arguments[1].starts_with("F_DUPFD") => {
                if let Some(file) = self.open.get(&descriptor()) {
                    self.open.insert(result, *file);
                }
            }
            "read" => self.moved(descriptor(), result),
            "lseek" => {
                if let Some(file) = self.open.get_mut(&descriptor()) {
                    file.1 = usize::try_from(result).unwrap();
                }
            }
            "write" => self.written(descriptor(), unquote(arguments[1]), result),
            "copy_file_range" => self.copied(arguments[0], arguments[2], result),
            "sendfile" => self.copied(arguments[1], arguments[0], result),
            "ftruncate" => {
                if let Some((node, _)) = self.open.get(&descriptor()).copied() {
                    self.happens(Event::Length { node, length: arguments[1].parse().unwrap() });
                }
            }
            "mkdir" => self.made(None, arguments[0], Node::Folder(BTreeMap::new())),
            "symlink" => {
                let target = String::from_utf8(unquote(arguments[0])).unwrap();
                self.made(None, arguments[1], Node::Link(target));
            }
            "unlink" | "rmdir" => self.removed(None, arguments[0]),
            "unlinkat" => self.removed(Some(arguments[0]), arguments[1]),
            "linkat" => {
                let node = self.node(Some(arguments[0]), arguments[1]).unwrap();
                let (folder, name) = self.place(Some(arguments[2]), arguments[3]).unwrap();
                self.happens(Event::Names(vec![(folder, name, Some(node))]));
            }
            "rename" => self.renamed((None, arguments[0]), (None, arguments[1]), false),
            "renameat2" => {
                let is_exchange = arguments[4].contains("EXCHANGE");
                self.renamed((Some(arguments[0]), arguments[1]), (Some(arguments[2]), arguments[3]), is_exchange);
            }
            "syncfs" => {
                let disk = self.world.disks[self.open[&descriptor()].0];
                self.happens(Event::Stored { disk });
            }
            "fsync" | "fdatasync" => {
                let node = self.open[&descriptor()].0;
                self.happens(Event::StoredOne { node });
            }
            "access" | "chmod" | "fchmod" | "execve" | "fadvise64" | "fcntl" | "flock" | "fstat" | "getcwd"
            | "getdents64" | "ioctl" | "mmap" | "newfstatat" | "poll" | "pread64" | "readlink" | "statx" | "stat"
            | "lstat" => {}
            other => panic!("the simulation does not know {other}"),
        }
    }

    fn moved(&mut self, descriptor: i64, by: i64) {
        if let Some(file) = self.open.get_mut(&descriptor) {
            file.1 += usize::try_from(by).unwrap();
        }
    }

    fn opened(&mut self, folder: Option<&str>, path: &str, flags: &str, descriptor: i64) {
        let Some((parent, name)) = self.place(folder, path) else {
            if let Some(node) = self.node(folder, path) {
                self.open.insert(descriptor, (node, 0));
            }
            return;
        };
        let node = match self.world.names(parent).get(&name) {
            Some(node) => {
                if flags.contains("O_TRUNC") {
                    let node = *node;
                    self.happens(Event::Length { node, length: 0 });
                }
                self.world.names(parent)[&name]
            }
            None => {
                self.made(folder, path, Node::File(Arc::default()));
                self.world.names(parent)[&name]
            }
        };
        self.open.insert(descriptor, (node, 0));
    }

    fn written(&mut self, descriptor: i64, mut bytes: Vec<u8>, length: i64) {
        let Some((node, at)) = self.open.get(&descriptor).copied() else { return };
        bytes.truncate(usize::try_from(length).unwrap());
        assert_eq!(bytes.len(), usize::try_from(length).unwrap(), "strace cut what was written");
        self.happens(Event::Bytes { node, at, bytes: Arc::new(bytes) });
        self.moved(descriptor, length);
    }

    fn copied(&mut self, from: &str, to: &str, length: i64) {
        let from = from.parse().unwrap();
        let (node, at) = self.open[&from];
        let Node::File(bytes) = &self.world.nodes[node] else { panic!("a copy of no file") };
        let bytes = bytes[at..at + usize::try_from(length).unwrap()].to_vec();
        self.moved(from, length);
        self.written(to.parse().unwrap(), bytes, length);
    }

    fn made(&mut self, folder: Option<&str>, path: &str, node: Node) {
        let Some((parent, name)) = self.place(folder, path) else { return };
        let node = self.world.add(node, self.world.disks[parent]);
        self.happens(Event::Names(vec![(parent, name, Some(node))]));
    }

    fn removed(&mut self, folder: Option<&str>, path: &str) {
        let (parent, name) = self.place(folder, path).unwrap();
        self.happens(Event::Names(vec![(parent, name, None)]));
    }

    fn renamed(&mut self, from: (Option<&str>, &str), to: (Option<&str>, &str), is_exchange: bool) {
        let (node, other) = (self.node(from.0, from.1).unwrap(), self.node(to.0, to.1));
        let (from, to) = (self.place(from.0, from.1).unwrap(), self.place(to.0, to.1).unwrap());
        let left = other.filter(|_| is_exchange);
        self.happens(Event::Names(vec![(to.0, to.1, Some(node)), (from.0, from.1, left)]));
    }

    /// The parts of a path below the folder and where they begin; `None` for what lies elsewhere.
    fn parts(&self, folder: Option<&str>, path: &str) -> Option<(usize, Vec<String>)> {
        let path = PathBuf::from(String::from_utf8(unquote(path)).unwrap());
        let descriptor = folder.filter(|folder| *folder != "AT_FDCWD").map(|folder| folder.parse::<i64>().unwrap());
        let (start, path) = match descriptor {
            Some(descriptor) if path.is_relative() => (self.open.get(&descriptor)?.0, path),
            _ if path.is_relative() => (0, path),
            _ => (0, path.strip_prefix(self.folder).ok()?.to_owned()),
        };
        let part = |part: Component<'_>| match part {
            Component::Normal(name) => Some(name.to_str().unwrap().to_owned()),
            Component::CurDir => None,
            other => panic!("{other:?} in a path"),
        };
        Some((start, path.components().filter_map(part).collect()))
    }

    fn walk(&self, start: usize, parts: &[String]) -> Option<usize> {
        parts.iter().try_fold(start, |node, name| match &self.world.nodes[node] {
            Node::Folder(names) => names.get(name).copied(),
            _ => None,
        })
    }

    fn node(&self, folder: Option<&str>, path: &str) -> Option<usize> {
        let (start, parts) = self.parts(folder, path)?;
        self.walk(start, &parts)
    }

    fn place(&self, folder: Option<&str>, path: &str) -> Option<(usize, String)> {
        let (start, mut parts) = self.parts(folder, path)?;
        let name = parts.pop()?;
        Some((self.walk(start, &parts)?, name))
    }
}

/// A text as strace -xx writes it.
fn unquote(text: &str) -> Vec<u8> {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let inner = inner.unwrap_or_else(|| panic!("{} is no text", &text[..text.len().min(80)]));
    inner.split("\\x").skip(1).map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

impl Recording {
    /// The same without one of the syncs.
    fn without_sync(&self, number: usize) -> Recording {
        let syncs: Vec<usize> = (0..self.events.len()).filter(|at| self.is_sync(*at)).collect();
        let mut events = self.events.clone();
        events.remove(syncs[number]);
        Recording { before: self.before.clone(), events }
    }

    fn is_sync(&self, at: usize) -> bool {
        matches!(self.events[at], Event::Stored { .. } | Event::StoredOne { .. })
    }

    fn syncs(&self) -> usize {
        (0..self.events.len()).filter(|at| self.is_sync(*at)).count()
    }

    /// The states that a loss of power can leave, some for each moment.
    fn states(&self, per_moment: usize, mut look: impl FnMut(usize, World) -> bool) {
        let mut numbers = Numbers(5);
        for moment in 0..=self.events.len() {
            let pending = self.pending(moment);
            for way in 0..per_moment {
                if !look(moment, self.state(moment, &pending, way, &mut numbers)) {
                    return;
                }
            }
        }
    }

    /// The events before a moment that no sync covers.
    fn pending(&self, moment: usize) -> BTreeSet<usize> {
        let disk = |node: usize| self.disk(node);
        let covers = |later: &Event, event: &Event| match (later, event) {
            (Event::Stored { disk: stored }, Event::Bytes { node, .. } | Event::Length { node, .. }) => {
                *stored == disk(*node)
            }
            (Event::Stored { disk: stored }, Event::Names(changes)) => *stored == disk(changes[0].0),
            (Event::StoredOne { node: stored }, Event::Bytes { node, .. } | Event::Length { node, .. }) => {
                stored == node
            }
            (Event::StoredOne { node: stored }, Event::Names(changes)) => {
                changes.iter().all(|(node, ..)| node == stored)
            }
            _ => false,
        };
        let events = &self.events[..moment];
        (0..moment).filter(|at| !events[at + 1..].iter().any(|later| covers(later, &events[*at]))).collect()
    }

    fn disk(&self, node: usize) -> usize {
        self.before.disks[node]
    }

    fn state(&self, moment: usize, pending: &BTreeSet<usize>, way: usize, numbers: &mut Numbers) -> World {
        let chosen = pending.iter().nth(numbers.below(pending.len())).copied();
        let share = [1, 4, 7][way % 3];
        let mut world = self.before.clone();
        for (at, event) in self.events[..moment].iter().enumerate() {
            let is_bytes = matches!(event, Event::Bytes { .. } | Event::Length { .. });
            let stays = !pending.contains(&at)
                || match way {
                    0 => false,
                    1 => !is_bytes,
                    2 => Some(at) == chosen,
                    3 => Some(at) != chosen,
                    4 => true,
                    _ => numbers.below(8) < share,
                };
            if stays {
                let is_torn = way > 4 && is_bytes && pending.contains(&at) && numbers.below(4) == 0;
                world.apply(event, is_torn.then(|| numbers.below(8)));
            }
        }
        world
    }
}

/// Runs the program under strace and gives what it did.
fn trace(folder: &Path, more: &[&str], arguments: &[&str]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-xx", "-s", "10000000", "-e", "trace=%file,%desc", "-o"]).arg(file.path()).args(more);
    // One thread of rayon's beside the first, which waits for it.
    command.arg(env!("CARGO_BIN_EXE_referat")).args(arguments).env("RAYON_NUM_THREADS", "1");
    let ran = command.current_dir(folder).output().unwrap();
    assert!(ran.status.success() || !more.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
    fs::read_to_string(file.path()).unwrap()
}

/// Finishes a recording: nodes made on the way are known from the start, under no name.
fn finish(recorder: Recorder<'_>, before: World) -> Recording {
    let mut before = before;
    for node in &recorder.world.nodes[before.nodes.len()..] {
        before.nodes.push(match node {
            Node::File(_) => Node::File(Arc::default()),
            Node::Folder(_) => Node::Folder(BTreeMap::new()),
            Node::Link(target) => Node::Link(target.clone()),
        });
    }
    before.disks.clone_from(&recorder.world.disks);
    Recording { before, events: recorder.events }
}

/// Records runs of the program, one after the other, in a folder.
fn recording(folder: &Path, runs: &[(&[&str], &[&str])]) -> Recording {
    let mut recorder = Recorder::new(folder, false);
    let before = recorder.world.clone();
    for (more, arguments) in runs {
        recorder.record(&trace(folder, more, arguments));
    }
    let public = tree(&folder.join("public"));
    assert!(recorder.world.tree("public") == public, "the simulation and the disk do not agree");
    finish(recorder, before)
}

const BUILD: &[&str] = &["build", "--jobs", "1"];

fn with_old(versions: &Versions) -> tempfile::TempDir {
    let folder = versions.unpublished();
    copy_all(&versions.public(), &folder.path().join("public"));
    folder
}

/// What a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Old,
    Between,
    New,
}

/// Says what a state is, or what is broken in it.
type Judge<'a> = &'a dyn Fn(&World) -> Result<Side, String>;

fn judge(tree: &Tree, old: &Tree, new: &Tree) -> Result<Side, String> {
    match tree {
        tree if tree == old => Ok(Side::Old),
        tree if tree == new => Ok(Side::New),
        tree => {
            let differs = |other: &Tree| -> Vec<String> {
                let paths: BTreeSet<&String> = tree.keys().chain(other.keys()).collect();
                paths.into_iter().filter(|path| tree.get(*path) != other.get(*path)).take(3).cloned().collect()
            };
            Err(format!("unlike the old version in {:?}, unlike the new one in {:?}", differs(old), differs(new)))
        }
    }
}

/// What was found of the states of a recording.
#[derive(Debug, Default)]
struct Found {
    sides: [usize; 3],
    broken: Option<String>,
    /// Every state that is unlike the others.
    distinct: Vec<World>,
}

fn look(recording: &Recording, per_moment: usize, judge: Judge<'_>) -> Found {
    let mut found = Found::default();
    let mut known = BTreeSet::new();
    recording.states(per_moment, |moment, world| {
        match judge(&world) {
            Ok(side) => found.sides[side as usize] += 1,
            Err(problem) => {
                found.broken = Some(format!("after {moment} of {} events: {problem}", recording.events.len()));
                return false;
            }
        }
        if known.insert(world.number()) {
            found.distinct.push(world);
        }
        true
    });
    found
}

/// No state of a recording is broken, and each is mended by what `mend` does with it. Leaving out any sync breaks one.
fn holds(what: &str, recording: &Recording, judge: Judge<'_>, mend: impl Fn(&World)) {
    let found = look(recording, if is_campaign() { 100 } else { 8 }, judge);
    assert!(found.broken.is_none(), "{what}: {}", found.broken.unwrap_or_default());
    let [old, between, new] = found.sides;
    assert!(old > 0 && new > 0, "{what}: {old} old, {new} new");
    let distinct = found.distinct.len();
    let mut states = found.distinct;
    let mut numbers = Numbers(3);
    while states.len() > if is_campaign() { 1000 } else { 5 } {
        states.swap_remove(numbers.below(states.len()));
    }
    states.iter().for_each(mend);
    say(&format!(
        "{what}: {} events, {} losses of power, {old} old, {between} between, {new} new, 0 broken; {} of {distinct} states mended",
        recording.events.len(),
        old + between + new,
        states.len()
    ));
}

/// Whether leaving out a sync breaks a state.
fn breaks(recording: &Recording, sync: usize, judge: Judge<'_>) -> bool {
    look(&recording.without_sync(sync), 16, judge).broken.is_some()
}

/// A normal build brings the new version, whatever a loss of power left.
fn mend(versions: &Versions, world: &World, wanted: &Tree, more: &[&str]) {
    let folder = versions.unpublished();
    world.materialize(folder.path());
    let ran = referat(folder.path(), &[&["build", "--no-sync"], more].concat()).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(tree(&folder.path().join("public")) == *wanted);
    assert_eq!(left_over(folder.path()), [""; 0]);
}

#[test]
fn a_loss_of_power_leaves_one_whole_version() {
    if !has_strace() {
        return;
    }
    let versions = Versions::new();
    let (none, alone) = (Tree::new(), versions.new_alone());
    let first = versions.unpublished();
    let first = recording(first.path(), &[(&[], BUILD)]);
    let to_first = |world: &World| judge(&world.tree("public"), &none, &alone);
    holds("first build", &first, &to_first, |world| mend(&versions, world, &alone, &[]));
    assert!(breaks(&first, 0, &to_first), "a name that comes before the files");

    let to_new = |world: &World| judge(&world.tree("public"), &versions.old, &versions.new);
    let again = |world: &World| mend(&versions, world, &versions.new, &[]);
    let rebuild = with_old(&versions);
    let rebuild = recording(rebuild.path(), &[(&[], BUILD)]);
    holds("build over an old version", &rebuild, &to_new, again);
    assert_eq!(rebuild.syncs(), 2, "one before the exchange, one after it");
    assert!(breaks(&rebuild, 0, &to_new), "an exchange that comes before the files");
    assert!(breaks(&rebuild, 1, &to_new), "a deletion that comes before the exchange");

    // Killed between the exchange and the sync after it.
    let killed = with_old(&versions);
    let kill: &[&str] = &["-e", "inject=syncfs:signal=KILL:when=2"];
    let killed = recording(killed.path(), &[(kill, BUILD), (&[], BUILD)]);
    holds("killed build and the next", &killed, &to_new, again);
    assert_eq!(killed.syncs(), 2, "one before the exchange, one before the next build deletes what was left");
    assert!(breaks(&killed, 1, &to_new), "a deletion by the next build that comes before the exchange");

    let careless = with_old(&versions);
    let careless = recording(careless.path(), &[(&[], &[BUILD, &["--no-sync"]].concat())]);
    assert_eq!(careless.syncs(), 0);
    assert!(look(&careless, 16, &to_new).broken.is_some(), "what --no-sync says of itself");
}

/// Nobody finds half a file, and the marker knows every file of ours, so that the next build completes it.
#[test]
fn a_loss_of_power_in_place_leaves_whole_files() {
    if !has_strace() {
        return;
    }
    let versions = Versions::new();
    let folder = with_old(&versions);
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut recorder = Recorder::new(folder.path(), true);
    let before = recorder.world.clone();
    let script = format!(
        "strace -f -qq -xx -s 10000000 -e trace=%file,%desc -o {} {} build --jobs 1 && cp -a public after",
        log.path().display(),
        env!("CARGO_BIN_EXE_referat")
    );
    let Some(ran) = mounted(folder.path(), "64m", &script) else { return };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    recorder.record(&fs::read_to_string(log.path()).unwrap());
    assert!(
        recorder.world.tree("public") == tree(&folder.path().join("after")),
        "the simulation and the disk do not agree"
    );
    assert!(recorder.world.tree("public") == versions.new);
    let recording = finish(recorder, before);
    let judge = |world: &World| in_place(&world.tree("public"), &versions.old, &versions.new);
    holds("in place", &recording, &judge, |world| {
        let folder = versions.unpublished();
        world.materialize(folder.path());
        let script = format!("{} build --no-sync && cp -a public after", env!("CARGO_BIN_EXE_referat"));
        let ran = mounted(folder.path(), "64m", &script).unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        assert!(tree(&folder.path().join("after")) == versions.new);
        assert_eq!(left_over(folder.path()), [""; 0]);
    });
    // The first is for an exchange, which turns out to be impossible; the last two are for what was done already.
    assert_eq!(recording.syncs(), 6);
    assert!(breaks(&recording, 1, &judge), "names that come before the files");
    assert!(breaks(&recording, 2, &judge), "files that come before the marker");
    assert!(breaks(&recording, 3, &judge), "a marker that comes before the deletions");
}

/// Judges an output whose files are replaced one by one.
pub(super) fn in_place(found: &Tree, old: &Tree, new: &Tree) -> Result<Side, String> {
    if found == old || found == new {
        return Ok(if found == old { Side::Old } else { Side::New });
    }
    let marker = String::from_utf8_lossy(found.get(".referat").ok_or("no marker")?);
    let lines = |tree: &Tree| String::from_utf8_lossy(&tree[".referat"]).lines().map(str::to_owned).collect();
    let (olds, news): (BTreeSet<String>, BTreeSet<String>) = (lines(old), lines(new));
    let known: BTreeSet<String> = marker.lines().map(str::to_owned).collect();
    if ![&olds, &news, &(&olds | &news)].contains(&&known) || !marker.ends_with('\n') {
        return Err("half a marker".to_owned());
    }
    for (path, bytes) in found {
        if path.ends_with('/') || path.starts_with(".referat") {
            continue;
        }
        if ![old.get(path), new.get(path)].contains(&Some(bytes)) {
            return Err(format!("half of {path}"));
        }
        let is_foreign = |tree: &Tree, lines: &BTreeSet<String>| tree.contains_key(path) && !lines.contains(path);
        if !known.contains(path) && !is_foreign(old, &olds) {
            return Err(format!("{path} is taken for a file of others"));
        }
    }
    match old.keys().find(|path| new.contains_key(*path) && !found.contains_key(*path)) {
        Some(path) => Err(format!("{path} is not there")),
        None => Ok(Side::Between),
    }
}

/// What is made beside the output is one whole version too: the bundle of a build, and the ledger.
#[test]
fn a_loss_of_power_leaves_a_whole_bundle_and_a_whole_ledger() {
    if !has_strace() {
        return;
    }
    let versions = Versions::new();
    let folder = with_old(&versions);
    let bundle = [BUILD, &["--bundle", "arkiv.zip"]].concat();
    fs::write(folder.path().join("arkiv.zip"), "the old bundle").unwrap();
    let recorded = recording(folder.path(), &[(&[], &bundle)]);
    let whole = fs::read(folder.path().join("arkiv.zip")).unwrap();
    let judge_both = |world: &World| {
        let zip = world.tree("arkiv.zip");
        let is_whole = zip.values().all(|bytes| **bytes == whole || **bytes == b"the old bundle");
        if zip.len() != 1 || !is_whole {
            return Err("half a bundle".to_owned());
        }
        judge(&world.tree("public"), &versions.old, &versions.new)
    };
    holds("build with a bundle", &recorded, &judge_both, |world| {
        mend(&versions, world, &versions.new, &["--bundle", "arkiv.zip"]);
    });
    assert!(breaks(&recorded, 0, &judge_both), "a bundle's name that comes before its bytes");

    let folder = crate::program::archive("tests/sites/closed");
    let record = |year: &str, run: &dyn Fn(&[&str])| run(&["record", "--at", &format!("{year}-01-01T00:00:00Z")]);
    record("2024", &|arguments| drop(referat(folder.path(), arguments).output().unwrap()));
    let ledger = folder.path().join("content/oparl.ledger");
    let old = fs::read(&ledger).unwrap();
    let meeting = folder.path().join("content/udvalget/2024/2024-03-05.md");
    fs::write(&meeting, fs::read_to_string(&meeting).unwrap() + "\n## Punkt 90: Nyt\n").unwrap();
    let before = World::load(folder.path(), false);
    let mut recorder = Recorder::new(folder.path(), false);
    record("2025", &|arguments| {
        let file = trace(folder.path(), &[], arguments);
        fs::write(folder.path().join("trace"), file).unwrap();
    });
    recorder.record(&fs::read_to_string(folder.path().join("trace")).unwrap());
    let new = fs::read(&ledger).unwrap();
    assert_ne!(old, new);
    let recorded = finish(recorder, before);
    let judge_ledger = |world: &World| match world.tree("content").remove("oparl.ledger") {
        Some(bytes) if *bytes == old => Ok(Side::Old),
        Some(bytes) if *bytes == new => Ok(Side::New),
        _ => Err("half a ledger".to_owned()),
    };
    holds("ledger", &recorded, &judge_ledger, |_| {});
    assert!(breaks(&recorded, 0, &judge_ledger), "a ledger's name that comes before its bytes");
}
