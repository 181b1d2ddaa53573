//! All tests of the finished program and of the stages as wholes, in one binary: it links once.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails in a test shall stop it, in its helpers too")]
#![expect(clippy::disallowed_methods, reason = "tests meet the disk, the clock and the environment")]

mod program;
mod support;

mod architecture;
mod attachment;
mod bundle;
mod cli;
mod closed;
mod export;
mod fuzz;
mod hostile;
mod import;
mod parse;
mod privacy;
mod properties;
mod publish;
mod readme;
mod retract;
mod serve;
mod sites;
mod supply;
mod theme;
