//! A run that wakes other threads mostly waits for them.

/// Keeps what runs in parallel on the fuzzer's own thread.
pub(crate) fn keep() {
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().unwrap();
}
