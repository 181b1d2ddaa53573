//! Themes: the built-in one, and those that override it file by file.

use super::specialize;
use crate::diag::{Code, Diagnostic};
use crate::language::Language;
use crate::model::{Colour, any};
use crate::source::{Source, Span};
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use tera::{Kwargs, State, Tera, Value};

/// The one style sheet of a theme.
const STYLE_SHEET: &str = "style.css";

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// A theme, whose templates are known to compile.
#[derive(Debug)]
pub struct Theme {
    /// Its templates.
    templates: Templates,
    /// The words of the language.
    words: Value,
    /// The text of the templates that are the archive's own, for pointing into them.
    own: BTreeMap<String, Source>,
    /// Files that are published as they are, by their path in the theme.
    assets: BTreeMap<Box<str>, Vec<u8>>,
    /// The SHA-256 of the assets.
    digest: Sha256,
}

/// The templates of a theme.
#[derive(Debug)]
enum Templates {
    /// The built-in ones alone, which are compiled for each archive.
    BuiltIn(specialize::Templates),
    /// With templates of the archive's own: these may set what those they stand beside read, and are quoted as they are
    /// written.
    Own(Arc<Tera>),
}

/// The templates of a theme, compiled for all archives with the same value as `site`.
#[derive(Clone, Debug)]
pub struct Compiled {
    site: Value,
    pub(super) tera: Arc<Tera>,
}

impl Theme {
    /// The files that are published as they are.
    pub fn assets(&self) -> impl Iterator<Item = &str> {
        self.assets.keys().map(|path| &**path)
    }

    /// One of them. The style sheet gets the municipality's colour at its end: a second style sheet would be a second
    /// request.
    pub fn asset(&self, path: &str, accent: Option<Colour>) -> Option<Vec<u8>> {
        let mut bytes = self.assets.get(path)?.clone();
        if let Some(accent) = accent.filter(|_| path == STYLE_SHEET) {
            bytes.extend_from_slice(rule(accent).as_bytes());
        }
        Some(bytes)
    }

    /// A name for this version of the assets: eight hexadecimal digits of the SHA-256 of all that is in them.
    pub fn version(&self, accent: Option<Colour>) -> String {
        let digest = self.digest.clone().chain_update(accent.map(rule).unwrap_or_default());
        digest.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the archive overrides any template.
    pub fn is_own(&self) -> bool {
        !self.own.is_empty()
    }
}

/// The built-in theme with the files of an archive's theme in place of its own: `(path in the theme, source path, bytes)`.
///
/// # Errors
/// What is wrong with a template.
pub fn theme(files: &[(String, String, Vec<u8>)], language: Language) -> Result<Theme, Vec<Diagnostic>> {
    let mut templates = specialize::Templates::new();
    let mut assets: BTreeMap<Box<str>, Vec<u8>> = BTreeMap::new();
    let mut own = BTreeMap::new();
    for file in files_below(&BUILT_IN) {
        let path = file.path().to_string_lossy().replace('\\', "/");
        match file.contents_utf8() {
            Some(text) if is_template(&path) => drop(templates.insert(path, text.to_owned())),
            _ if is_asset(&path) => drop(assets.insert(path.into(), file.contents().to_vec())),
            _ => {}
        }
    }
    for (path, source_path, bytes) in files {
        if is_template(path) {
            let source = Source::decode(source_path.as_str(), bytes.clone());
            templates.insert(path.clone(), source.text().to_owned());
            own.insert(path.clone(), source);
        } else if is_asset(path) {
            assets.insert(path.as_str().into(), bytes.clone());
        }
    }
    let templates = match own.is_empty() {
        true => Templates::BuiltIn(templates),
        false => Templates::Own(Arc::new(compiled(templates).map_err(|error| vec![diagnostic(&own, &error)])?)),
    };
    let mut digest = Sha256::new();
    for (path, bytes) in &assets {
        digest.update(path.as_bytes());
        digest.update(bytes);
    }
    let words = Value::from_serializable(language.words());
    Ok(Theme { templates, words, own, assets, digest })
}

/// The municipality's colour in a light and a dark variant. Paper keeps its black.
fn rule(accent: Colour) -> String {
    let dark = accent.for_dark();
    format!(
        "@media screen{{:root{{--accent:{accent}}}}}@media screen and (prefers-color-scheme:dark){{:root{{--accent:{dark}}}}}\n"
    )
}

/// Tera with what each page asks of it most done faster, to the same end.
fn compiled(templates: specialize::Templates) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    tera.set_escape_fn(escape);
    tera.register_filter("safe", safe);
    tera.add_raw_templates(templates)?;
    Ok(tera)
}

/// Writes text as HTML. Most texts need nothing done.
pub(super) fn escape(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let is_special = |byte| (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == b'"') | (byte == b'\'');
    match any(text.as_bytes(), is_special) {
        true => tera::escape_html(text, out),
        false => out.write_all(text.as_bytes()),
    }
}

/// Marks a text as HTML. Tera's own filter copies it.
fn safe(value: &Value, _: Kwargs, _: &State<'_>) -> Value {
    match value.is_string() {
        true => value.clone().mark_safe(),
        false => Value::safe_string(&value.to_string()),
    }
}

fn files_below(dir: &'static Dir<'static>) -> Vec<&'static include_dir::File<'static>> {
    dir.files().chain(dir.dirs().flat_map(files_below)).collect()
}

fn is_template(path: &str) -> bool {
    path.ends_with(".html")
}

/// Whether a file of a theme, by its path there, is published as it is. Notes for authors, pictures of the theme and hidden
/// files are not.
pub fn is_asset(path: &str) -> bool {
    !is_template(path)
        && !path.ends_with(".md")
        && !path.starts_with("screenshot")
        && !path.split('/').any(|part| part.starts_with('.'))
}

impl Theme {
    /// Its templates for an archive with this value as `site`. Those of the archive's own are yet to be handed it.
    pub(super) fn compiled(&self, site: Value, known: Option<Compiled>) -> Compiled {
        if let Some(known) = known.filter(|known| known.site == site) {
            return known;
        }
        let tera = match &self.templates {
            Templates::Own(tera) => tera.clone(),
            Templates::BuiltIn(templates) => {
                let constants = BTreeMap::from([("site", site.clone()), ("t", self.words.clone())]);
                let specialized = specialize::specialize(templates, &Value::from(constants.clone()));
                // A test compiles them, and what an archive says becomes text of them, never code.
                let tera = compiled(specialized);
                let mut tera = tera.unwrap_or_else(|_| unreachable!("the built-in theme compiles"));
                for (name, value) in constants {
                    tera.global_context().insert_value(name, value);
                }
                Arc::new(tera)
            }
        };
        Compiled { site, tera }
    }

    /// What a failed rendering says to the author of the theme.
    pub(super) fn diagnostic(&self, error: &tera::Error) -> Diagnostic {
        diagnostic(&self.own, error)
    }
}

fn diagnostic(own: &BTreeMap<String, Source>, error: &tera::Error) -> Diagnostic {
    let (file, span, message) = match error.kind() {
        tera::ErrorKind::SyntaxError(report) | tera::ErrorKind::RenderingError(report) => {
            (report.filename(), Span::new(report.span().range.clone()), report.message().to_owned())
        }
        tera::ErrorKind::MissingParent { current, .. } => (current.as_str(), Span::default(), error.to_string()),
        _ => (own.keys().next().map_or("", String::as_str), Span::default(), error.to_string()),
    };
    let source = own.get(file).cloned().unwrap_or_else(|| Source::new(format!("themes/default/{file}"), ""));
    Diagnostic::new(Code::ThemeTemplate, &source, span, &[&message])
}
