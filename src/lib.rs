//! referat: a static site generator for published minutes.

pub mod source;
pub mod diag;
pub mod model;
pub mod language;
pub mod format;
