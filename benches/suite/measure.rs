//! Processor time and memory of one piece of work.

use cpu_time::ProcessTime;
use peak_alloc::PeakAlloc;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What a piece of work gave and took.
pub(crate) struct Measured<T> {
    /// The result, or the kind of failure: an error's code, or `panic`.
    pub(crate) outcome: Result<T, String>,
    /// Processor seconds of all threads.
    pub(crate) seconds: f64,
    /// Peak of memory above what was held before, bytes.
    pub(crate) peak: usize,
}

/// Runs it.
pub(crate) fn measured<T>(work: impl FnOnce() -> nestcount::Result<T>) -> Measured<T> {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let started = ProcessTime::now();
    let outcome = guarded(work);
    let seconds = started.elapsed().as_secs_f64();
    Measured { outcome, seconds, peak: ALLOCATOR.peak_usage().saturating_sub(before) }
}

/// Runs it; a failure becomes its kind.
pub(crate) fn guarded<T>(work: impl FnOnce() -> nestcount::Result<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(outcome) => outcome.map_err(|error| error.code().to_string()),
        Err(_) => Err("panic".into()),
    }
}
