//! All tests of the finished program and of the stages as wholes, in one binary: it links once.

mod support;

mod architecture;
mod parse;
mod properties;
