#![no_main]

#[path = "../one_thread.rs"]
mod one_thread;
#[path = "../stages.rs"]
#[allow(dead_code)] // another target calls the others
mod stages;

libfuzzer_sys::fuzz_target!(init: one_thread::keep(), |bytes: &[u8]| {
    stages::meeting(bytes);
});
