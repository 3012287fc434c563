//! Processor time and memory of one piece of work.

use cpu_time::ProcessTime;
use peak_alloc::PeakAlloc;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// A result, or the kind of failure: an error's code, or `panic`.
pub(crate) type Outcome<T> = Result<T, String>;

/// What a piece of work gave and took.
pub(crate) struct Measured<T> {
    pub(crate) outcome: Outcome<T>,
    /// Processor seconds of all threads of this process.
    pub(crate) seconds: f64,
    /// Peak of memory above what was held before, bytes.
    pub(crate) peak: usize,
}

/// Runs it.
pub(crate) fn measured<T>(work: impl FnOnce() -> Outcome<T>) -> Measured<T> {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let started = ProcessTime::now();
    let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("panic".into()));
    let seconds = started.elapsed().as_secs_f64();
    Measured { outcome, seconds, peak: ALLOCATOR.peak_usage().saturating_sub(before) }
}

/// Runs it; an error becomes its code.
pub(crate) fn guarded<T>(work: impl FnOnce() -> nestcount::Result<T>) -> Outcome<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(outcome) => outcome.map_err(|error| error.code().to_string()),
        Err(_) => Err("panic".into()),
    }
}
