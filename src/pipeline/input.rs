//! The files a build begins with, under the names it knows them by.

use crate::listing::Names;
use crate::source::composed;
use std::io;
use std::sync::Arc;

/// The files of an archive.
pub struct Input {
    /// The files below content/ and themes/, in the order of their paths.
    pub files: Vec<InputFile>,
    /// Where their bytes come from.
    pub reader: Arc<dyn Reader>,
}

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its path in the archive's folder, parts separated by `/`.
    pub path: Arc<str>,
    /// Its length in bytes.
    pub size: u64,
    /// Something that is another when the content is.
    pub stamp: u64,
}

/// Gives the bytes of files.
pub trait Reader: Send + Sync {
    /// The bytes of a file of the input.
    ///
    /// # Errors
    /// The file can't be read any more.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The first of them, at most so many.
    ///
    /// # Errors
    /// The file can't be read any more.
    fn start(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = self.read(path)?;
        bytes.truncate(most);
        Ok(bytes)
    }
}

/// The same input under composed names; `None` where they are.
pub(super) fn renamed(input: &Input, names: &Arc<Names>) -> Option<Input> {
    if names.are_plain() {
        return None;
    }
    let meant = input.files.iter().filter(|file| names.means(&file.path));
    let mut files: Vec<InputFile> =
        meant.map(|file| InputFile { path: composed(&file.path).into(), ..file.clone() }).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Some(Input { files, reader: Arc::new(Renamed { below: input.reader.clone(), names: names.clone() }) })
}

/// Reads files by their composed names.
struct Renamed {
    below: Arc<dyn Reader>,
    names: Arc<Names>,
}

impl Reader for Renamed {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.below.read(self.names.called(path))
    }

    fn start(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        self.below.start(self.names.called(path), most)
    }
}
