//! The place of an output folder: the names beside it, the lock that keeps a second build away, and the three steps that
//! publishing rests on: store, exchange, clear.

use super::shown;
use anyhow::{Context, bail};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// An output folder and the names beside it.
pub(super) struct Place {
    pub output: PathBuf,
    pub stage: PathBuf,
    /// Where the stage is made, and nothing else ever.
    pub cradle: PathBuf,
    /// Where a build remembers things for the next one.
    pub cache: PathBuf,
    parent: PathBuf,
    lock: PathBuf,
}

/// Whether two folders took each other's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exchanged {
    Yes,
    No,
}

impl Place {
    pub(super) fn new(output: &Path) -> anyhow::Result<Place> {
        let problem = || format!("can't use the output folder {}", shown(output));
        let output = real(output).with_context(problem)?;
        let (Some(parent), Some(name)) = (output.parent(), output.file_name()) else {
            bail!("{} can't be an output folder; name another with --output", shown(&output));
        };
        let beside = |ending: &str| output.with_file_name(format!(".{}.{ending}", name.to_string_lossy()));
        Ok(Place {
            stage: beside("stage"),
            cradle: beside("cradle"),
            cache: beside("cache"),
            lock: beside("lock"),
            parent: if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() },
            output: output.clone(),
        })
    }

    /// Makes the folder of the cache, for its owner alone: an output may lie in a folder that is served, and what was said of
    /// the sources is nobody else's business.
    pub(super) fn make_cache(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.cache)
    }

    /// Keeps a second build away until this one is done. The system lets go of it when the process ends, however it ends.
    pub(super) fn lock(&self) -> anyhow::Result<Lock> {
        let problem = || format!("can't write {}", shown(&self.lock));
        fs::create_dir_all(&self.parent).with_context(problem)?;
        for _ in 0..100 {
            let file =
                File::options().create(true).truncate(false).write(true).open(&self.lock).with_context(problem)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(fs::TryLockError::WouldBlock) => {
                    bail!(
                        "another build is writing {}; wait for it, or name another folder with --output",
                        shown(&self.output)
                    )
                }
                Err(fs::TryLockError::Error(error)) => return Err(error).with_context(problem),
            }
            // The build before deleted its lock when it was done: a lock on a deleted file keeps nobody away.
            if same_file(&file, &self.lock) {
                return Ok(Lock { path: self.lock.clone(), _file: file });
            }
        }
        bail!("other builds keep writing {}", shown(&self.output))
    }

    /// Deletes what a build that was broken off left behind. What lies there may be the old version, exchanged by a build that
    /// could not store that any more: if its deletion reached the disk before the exchange, a loss of power would bring half
    /// of it back. So whatever happened before is stored first.
    pub(super) fn clear_left_over(&self, store: bool) -> anyhow::Result<()> {
        if store && fs::symlink_metadata(&self.stage).is_ok() {
            self.store().with_context(|| format!("can't store {} safely", shown(&self.parent)))?;
        }
        self.clear_cradle();
        remove_all(&self.stage).with_context(|| {
            format!(
                "can't delete {}, a hidden folder that an earlier build left behind; delete it by hand and build again",
                shown(&self.stage)
            )
        })
    }

    /// Deletes the cradle, which holds one empty folder at most. What holds more is not ours, and stays.
    fn clear_cradle(&self) {
        for entry in fs::read_dir(&self.cradle).into_iter().flatten().flatten() {
            drop(fs::remove_dir(entry.path()));
        }
        drop(fs::remove_dir(&self.cradle));
    }

    /// Makes the stage, in a part of the disk where there is room.
    ///
    /// ext4 puts a folder near the one it is made in, and files near their folder. Near the output much may have been deleted
    /// a moment ago, and without a journal ext4 goes over each such inode again for every new file: 17,000 files then took 2
    /// to 5 s of the system's time instead of 0.6. A folder that is made in one marked as the top of a hierarchy (chattr(1),
    /// `T`) goes where the fewest folders are.
    pub(super) fn make_stage(&self) -> io::Result<()> {
        let born = self.cradle.join(format!("{:x}", RandomState::new().hash_one(())));
        let made = fs::create_dir(&self.cradle)
            .and_then(|()| mark_top(&self.cradle))
            .and_then(|()| fs::create_dir(&born))
            .and_then(|()| fs::rename(&born, &self.stage));
        self.clear_cradle();
        made.or_else(|_| fs::create_dir(&self.stage))
    }

    pub(super) fn clear_stage(&self) -> anyhow::Result<()> {
        remove_all(&self.stage).with_context(|| format!("can't delete {}", shown(&self.stage)))
    }

    /// Forces everything to the disk that stands in the stage, the output and beside them.
    pub(super) fn store(&self) -> io::Result<()> {
        store(&self.parent, &self.stage)
    }

    /// Puts the stage where the output is, and an output that `exists` where the stage is, in one step.
    pub(super) fn exchange(&self, exists: bool) -> anyhow::Result<Exchanged> {
        let flags = if exists { RenameFlags::EXCHANGE } else { RenameFlags::NOREPLACE };
        match renameat_with(CWD, &self.stage, CWD, &self.output, flags) {
            Ok(()) => Ok(Exchanged::Yes),
            // Where nothing stands, any disk can do it.
            Err(error) if cannot_exchange(error) && !exists && fs::rename(&self.stage, &self.output).is_ok() => {
                Ok(Exchanged::Yes)
            }
            Err(error) if cannot_exchange(error) => Ok(Exchanged::No),
            Err(error) => {
                Err(error).with_context(|| format!("can't put the new version in the place of {}", shown(&self.output)))
            }
        }
    }
}

/// A lock; whoever drops it lets the next build in.
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.path));
    }
}

/// Marks a folder as one whose folders have nothing to do with each other.
#[cfg(target_os = "linux")]
fn mark_top(folder: &Path) -> io::Result<()> {
    use rustix::fs::{IFlags, ioctl_getflags, ioctl_setflags};
    let folder = File::open(folder)?;
    Ok(ioctl_setflags(&folder, ioctl_getflags(&folder)? | IFlags::TOPDIR)?)
}

#[cfg(not(target_os = "linux"))]
fn mark_top(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The path of an output folder, as it was named, since messages name it. A link to a folder stands for the folder: the
/// exchange has to happen where the folder is. Neither does a path that ends in dots tell the names beside it.
fn real(output: &Path) -> io::Result<PathBuf> {
    let named: PathBuf = output.components().collect();
    if named.file_name().is_some() && !named.is_symlink() {
        return Ok(named);
    }
    let real = match named.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return std::path::absolute(output),
        found => found?,
    };
    let here =
        if output.is_relative() { std::env::current_dir().and_then(|here| here.canonicalize()).ok() } else { None };
    let below = here.and_then(|here| real.strip_prefix(here).ok().map(Path::to_owned));
    Ok(below.filter(|below| below.file_name().is_some()).unwrap_or(real))
}

/// Deletes a folder of ours with all that is in it, where there is one. Folders that others put into an output may be closed to
/// everybody, and the old version has them too: what is deleted gives itself the right to be.
pub(super) fn remove_all(path: &Path) -> io::Result<()> {
    let remove = || match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    };
    match remove() {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            drop(open_up(path));
            remove().map_err(|_| error)
        }
        removed => removed,
    }
}

/// Lets us read and write a folder and those in it.
#[cfg(unix)]
fn open_up(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    const OURS: u32 = 0o700;
    // A link is deleted and leads nowhere.
    let mut open = if folder.is_symlink() { Vec::new() } else { vec![folder.to_owned()] };
    while let Some(folder) = open.pop() {
        let mut permissions = fs::metadata(&folder)?.permissions();
        if permissions.mode() & OURS != OURS {
            permissions.set_mode(permissions.mode() | OURS);
            fs::set_permissions(&folder, permissions)?;
        }
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            }
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn open_up(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Forces the file system of a folder to the disk.
#[cfg(target_os = "linux")]
pub(super) fn store(folder: &Path, _: &Path) -> io::Result<()> {
    // One call for the file system instead of one a file: 30,000 files took 40 times as long one by one.
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Forces what is new to the disk, file by file: no other system has a call for a whole file system that waits for it.
#[cfg(not(target_os = "linux"))]
pub(super) fn store(folder: &Path, new: &Path) -> io::Result<()> {
    for entry in walkdir::WalkDir::new(new).follow_links(false).contents_first(true) {
        match entry {
            Ok(entry) if entry.file_type().is_symlink() => {}
            Ok(entry) => File::open(entry.path())?.sync_all()?,
            Err(error) if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    File::open(folder)?.sync_all()
}

/// Busy: a mount point. Cross-device: a mount point of another disk. The others: no such call on this system or disk.
fn cannot_exchange(error: Errno) -> bool {
    matches!(error, Errno::BUSY | Errno::XDEV | Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP)
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(a), Ok(b)) = (file.metadata(), fs::metadata(path)) else { return false };
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn same_file(_: &File, path: &Path) -> bool {
    path.exists()
}
