//! The built-in templates, specialized before they are compiled: what is the same on each page becomes text of the
//! template, and included templates stand where they are asked for.
//!
//! Asking is most of what filling a template costs, so what can be known beforehand isn't asked for. That holds only as
//! long as an archive has no template of its own: such a one may take the place of an included template, or set what
//! those beside it read. Templates as they are written here are all that is understood: no comments, no raw blocks, no
//! control of whitespace, and no loop whose name hides what is set for an included template.

use super::theme::escape;
use std::collections::{BTreeMap, BTreeSet};
use tera::Value;

/// Templates by their names.
pub(super) type Templates = BTreeMap<String, String>;

/// All templates but those that others include, each with what it includes, and with the constants, a map of what is the
/// same on all pages, in their places.
pub(super) fn specialize(templates: &Templates, constants: &Value) -> Templates {
    let all = Specializer { templates, constants };
    let included: BTreeSet<&str> = templates.values().flat_map(|text| pieces(text)).filter_map(inclusion).collect();
    let whole = templates.iter().filter(|(name, _)| !included.contains(name.as_str()));
    let specialized = |text| {
        let mut out = String::new();
        all.expand(text, &[], &mut out);
        out
    };
    whole.map(|(name, text)| (name.clone(), specialized(text))).collect()
}

struct Specializer<'a> {
    templates: &'a Templates,
    constants: &'a Value,
}

/// A name that is set for an included template, and the path that stands for it there.
type Given<'a> = (&'a str, String);

/// A piece of a template's text.
#[derive(Clone, Copy, Debug)]
enum Piece<'a> {
    Text(&'a str),
    /// What stands in `{{ }}`.
    Expression(&'a str),
    /// What stands in `{% %}`.
    Tag(&'a str),
}

impl<'a> Specializer<'a> {
    fn expand(&self, text: &'a str, given: &[Given<'a>], out: &mut String) {
        // What is set right before an inclusion is set for it alone.
        let mut set: Vec<Given<'a>> = Vec::new();
        for piece in pieces(text) {
            if let Some((name, path)) = assignment(piece) {
                set.push((name, renamed(path, given)));
                continue;
            }
            if let Some(included) = inclusion(piece).and_then(|name| self.templates.get(name)) {
                set.extend_from_slice(given);
                self.expand(included, &set, out);
                set.clear();
                continue;
            }
            for (name, path) in set.drain(..) {
                out.extend(["{% set ", name, " = ", &path, " %}"]);
            }
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Expression(expression) => {
                    let expression = renamed(expression, given);
                    match self.constant(&expression) {
                        Some(constant) => out.push_str(&constant),
                        // What views hold as HTML is marked as such.
                        None => out.extend(["{{ ", expression.strip_suffix(" | safe").unwrap_or(&expression), " }}"]),
                    }
                }
                Piece::Tag(tag) => out.extend(["{% ", &renamed(tag, given), " %}"]),
            }
        }
    }

    /// What Tera would write for an expression that asks for nothing but a constant text.
    fn constant(&self, expression: &str) -> Option<String> {
        let constant = |path| self.constants.get_from_path(path).filter(|value| !value.is_safe())?.as_str();
        let text = match expression.strip_suffix(" | lower") {
            Some(path) => constant(path)?.to_lowercase(),
            None => constant(expression)?.to_owned(),
        };
        let mut out = Vec::new();
        escape(&text, &mut out).ok()?;
        // A text of the archive's must not become code.
        String::from_utf8(out).ok().filter(|text| !text.contains('{'))
    }
}

/// The pieces of a template in order.
fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        let at = rest.match_indices('{').map(|(at, _)| at).find(|at| rest[at + 1..].starts_with(['{', '%']));
        let (text, code) = rest.split_at(at.unwrap_or(rest.len()));
        if !text.is_empty() {
            rest = code;
            return Some(Piece::Text(text));
        }
        let is_tag = code.starts_with("{%");
        let (inside, after) = code.get(2..)?.split_once(if is_tag { "%}" } else { "}}" })?;
        rest = after;
        Some(if is_tag { Piece::Tag(inside.trim()) } else { Piece::Expression(inside.trim()) })
    })
}

/// The name of the template that a tag includes.
fn inclusion(piece: Piece<'_>) -> Option<&str> {
    let Piece::Tag(tag) = piece else { return None };
    tag.strip_prefix("include \"")?.strip_suffix('"')
}

/// The name and the value of a tag that sets a name to a path, which can stand wherever the name does.
fn assignment(piece: Piece<'_>) -> Option<(&str, &str)> {
    let Piece::Tag(tag) = piece else { return None };
    let (name, value) = tag.strip_prefix("set ")?.split_once(" = ")?;
    value.chars().all(|character| is_of_name(character) || character == '.').then_some((name, value))
}

/// Code with paths in place of the names that they were given.
fn renamed(code: &str, given: &[Given<'_>]) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(next) = rest.chars().next() {
        // A whole name or text, or one character of anything else.
        let length = match next {
            '"' | '\'' => rest[1..].find(next).map_or(rest.len(), |end| end + 2),
            _ => rest.find(|character| !is_of_name(character)).unwrap_or(rest.len()).max(next.len_utf8()),
        };
        let (token, after) = rest.split_at(length);
        let path = given.iter().find(|(name, _)| *name == token && !out.ends_with('.'));
        out.push_str(path.map_or(token, |(_, path)| path));
        rest = after;
    }
    out
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
