#![no_main]

#[path = "../stages.rs"]
#[allow(dead_code)] // another target calls the others
mod stages;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stages::pdf(bytes));
