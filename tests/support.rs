//! What tests of the stages share: archives in memory, built without a disk.

use referat::diag::Diagnostic;
use referat::parse::Drafts;
use referat::pipeline::{self, Build, Cache, Choices, Content, Input, InputFile, Reader};
use referat::report::{self, Colour, Format};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The files of an archive, by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// An archive that is put together file by file and lives in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Archive {
    pub files: Files,
    choices: Choices,
}

impl Archive {
    /// An archive with the smallest site.yaml.
    pub(crate) fn new() -> Archive {
        Archive::default().site("title: Referater\n")
    }

    /// Replaces site.yaml.
    pub(crate) fn site(self, text: &str) -> Archive {
        self.file("content/site.yaml", text)
    }

    /// Adds or replaces a file.
    pub(crate) fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Archive {
        self.files.insert(path.to_owned(), bytes.into());
        self
    }

    /// Takes drafts too.
    pub(crate) fn drafts(mut self) -> Archive {
        self.choices.drafts = Drafts::Taken;
        self
    }

    /// Builds it.
    #[track_caller]
    pub(crate) fn build(&self) -> Built {
        self.build_with(&mut Cache::default())
    }

    /// Builds it with what an earlier build remembered.
    #[track_caller]
    pub(crate) fn build_with(&self, cache: &mut Cache) -> Built {
        build(&self.input(), cache, &self.choices)
    }

    /// What the pipeline gets.
    pub(crate) fn input(&self) -> Input {
        let files = self.files.iter().map(|(path, bytes)| InputFile {
            path: path.as_str().into(),
            size: bytes.len() as u64,
            stamp: stamp(bytes),
        });
        Input { files: files.collect(), reader: Arc::new(Memory(self.files.clone())) }
    }
}

/// Builds an input as it is.
#[track_caller]
pub(crate) fn build(input: &Input, cache: &mut Cache, choices: &Choices) -> Built {
    Built(pipeline::build(input, cache, choices).unwrap_or_else(|error| panic!("memory can't be read: {error}")))
}

fn stamp(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

struct Memory(Files);

impl Reader for Memory {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// An archive that was built.
pub(crate) struct Built(pub Build);

impl Built {
    /// Everything that would be written, by address.
    #[track_caller]
    pub(crate) fn pages(&self) -> Files {
        let content = |route| match self.0.content(route) {
            Some(Ok(Content::Bytes(bytes))) => bytes,
            Some(Ok(Content::File(path))) => self.0.file(&path).unwrap_or_default(),
            Some(Err(problem)) => panic!("{route}: {}", problem.message),
            None => panic!("{route} is planned and holds nothing"),
        };
        self.0.routes().map(|route| (route.path().to_owned(), content(route))).collect()
    }

    /// A page as text.
    #[track_caller]
    pub(crate) fn page(&self, path: &str) -> String {
        let mut pages = self.pages();
        let known: Vec<_> = pages.keys().cloned().collect();
        let page = pages.remove(path).unwrap_or_else(|| panic!("there is no {path} among {known:?}"));
        String::from_utf8(page).unwrap_or_else(|_| panic!("{path} is not UTF-8"))
    }

    /// The codes of what is wrong, in order, remarks left out.
    pub(crate) fn codes(&self) -> Vec<&'static str> {
        let is_wrong = |problem: &&Diagnostic| problem.severity() != referat::diag::Severity::Remark;
        self.0.diagnostics.iter().filter(is_wrong).map(|problem| problem.code.name()).collect()
    }

    /// Nothing is wrong.
    #[track_caller]
    pub(crate) fn clean(self) -> Built {
        assert!(self.codes().is_empty(), "{}", self.printed(Format::Human));
        self
    }

    /// What is wrong, in a format.
    pub(crate) fn printed(&self, format: Format) -> String {
        report::diagnostics(&self.0.diagnostics, Path::new(""), format, Colour::No)
    }
}
