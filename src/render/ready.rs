//! Parts of views that many pages show, converted for the templates once.

use serde::{Serialize, Serializer};
use std::marker::PhantomData;
use tera::Value;

/// A part of a view as templates take it. Copies share what it holds.
#[derive(Clone, Debug)]
pub struct Ready<T>(Value, PhantomData<T>);

impl<T: Serialize> Ready<T> {
    /// Converts it.
    pub fn new(part: &T) -> Ready<T> {
        Ready(Value::from_serializable(part), PhantomData)
    }
}

impl Ready<String> {
    /// HTML, which nobody escapes any more.
    pub fn html(text: &str) -> Ready<String> {
        Ready(Value::safe_string(text), PhantomData)
    }
}

impl Default for Ready<String> {
    fn default() -> Ready<String> {
        Ready::html("")
    }
}

impl<T> Serialize for Ready<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
