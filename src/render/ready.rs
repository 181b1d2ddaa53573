//! Parts of views that many pages show, made for the templates once.

use super::show::{Show, Values};
use serde::{Serialize, Serializer};
use std::marker::PhantomData;
use tera::Value;

/// A part of a view as templates take it. Copies share what it holds.
#[derive(Clone, Debug)]
pub struct Ready<T>(Value, PhantomData<T>);

impl<T: Show> Ready<T> {
    /// Makes it.
    pub fn new(part: &T, values: Values) -> Ready<T> {
        Ready(values.value(part), PhantomData)
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

impl<T> Show for Ready<T> {
    fn show<S: Serializer>(&self, _: Values, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
