//! What an archive is made of, in the words of OParl 1.1: plain data that cannot fail.
//!
//! A [`Meeting`] keeps the path of its file and places in it, never the text. A closed item keeps its [`Stub`] and nothing
//! else. How any of it is read or shown is left to others.

mod colour;
mod item;
mod kind;
mod markup;
mod meeting;
mod paper;
mod reference;
mod slug;

pub use colour::Colour;
pub use item::{AgendaItem, Disclosure, File, Number, Outcome, PublicItem, Section, SectionKind, Stub};
pub use kind::FileKind;
pub use markup::{BACK, Hole, HoleKind, Link, Mark, Markup, any, escape, escaped, needs_escaping, scripted};
pub use meeting::{Body, Correction, Meeting, Organization, Person, Retraction, Status};
pub use paper::{Consultation, MeetingId, Paper, Place};
pub use reference::{CasePattern, Reference};
pub use slug::{is_device, slug};
