//! referat: a static site generator for published minutes.
//!
//! A municipality puts the minutes of its meetings in as Markdown files with a YAML head; `referat build` writes a complete
//! public archive of plain HTML. This is the house it is built in:
//!
//! ```text
//! Input ─parse▶ Meeting ─▶ Archive ─plan▶ Site ─render▶ Content ─▶ disk | browser
//! ```
//!
//! The modules stand in the order of their dependencies: **each uses only modules listed above it** (a test keeps it so).
//! [`pipeline`] is where to start reading.
//!
//! # Invariants
//!
//! - A build is a function of its input. Same content, same bytes: no clock, no environment, no hash order in the output.
//! - Parsing one file never fails and needs no other file.
//! - Of a closed item nothing exists after parsing but its number and its public stub; diagnostics quote a source in which
//!   it is blanked.
//! - An address depends only on the thing it names.
//! - Problems in the content are values with a place and never stop the others; problems in the environment are errors and
//!   always stop.
//! - Everything above [`disk`] knows no disk, clock, network, terminal or environment.
//! - Only [`language`] knows a word of Danish or English pages. Each library is met in one or two files.

// Words: plain data that cannot fail.
pub mod source;
pub mod listing;
pub mod diag;
pub mod model;
pub mod language;
pub mod format;
pub mod import;
pub mod yaml;
pub mod config;
pub mod ledger;

// One meeting file.
pub mod parse;

// One attachment.
pub mod attachment;

// All meetings.
pub mod archive;
pub mod site;
pub mod check;

// What readers get.
pub mod search;
pub mod render;
pub mod export;
pub mod pipeline;

// The edge: the only code that meets the world.
pub mod disk;
pub mod report;
pub mod serve;
pub mod cli;
