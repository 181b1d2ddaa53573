//! All tests of the finished program and of the stages as wholes, in one binary: it links once.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails in a test shall stop it, in its helpers too")]

mod support;

mod architecture;
mod parse;
mod properties;
