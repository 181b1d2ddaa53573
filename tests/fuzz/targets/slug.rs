#![no_main]

#[path = "../stages.rs"]
mod stages;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stages::slug(bytes));
