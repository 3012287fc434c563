//! Many tables on several threads: the same tables for any number of them.

use crate::error::{Error, ErrorKind, Result};
use crate::parallel;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::ControlFlow;

/// How many tables, on how many threads.
///
/// ```
/// use nestcount::impute::Imputations;
/// let wanted = Imputations::new(20).on_threads(2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imputations {
    pub(super) tables: usize,
    pub(super) threads: usize,
}

impl Imputations {
    /// This many completed tables, one after the other. Twenty are plenty where less than half is missing.
    pub fn new(tables: usize) -> Self {
        Imputations { tables, threads: 1 }
    }

    /// The same on several threads. The tables are the same for any number of them.
    pub fn on_threads(self, threads: usize) -> Self {
        Imputations { threads, ..self }
    }
}

/// How far the work is: tables done, of those asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TablesDone {
    /// Done so far.
    pub done: usize,
    /// Asked for.
    pub of: usize,
}

/// Makes the tables, each from a generator of its own whose seed comes from `rng`; `progress` sees each that is done.
pub(crate) fn make<T: Send>(
    wanted: Imputations,
    rng: &mut (impl Rng + ?Sized),
    mut progress: impl FnMut(TablesDone) -> ControlFlow<()>,
    work: impl Fn(&mut ChaCha12Rng) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let of = wanted.tables;
    let seeds = parallel::seeds(of, rng);
    let mut cancelled = None;
    let work = |table: usize| work(&mut ChaCha12Rng::from_seed(seeds[table]));
    let made = parallel::in_order(of, wanted.threads, work, |done, result| {
        if result.is_err() {
            return ControlFlow::Break(());
        }
        let verdict = progress(TablesDone { done, of });
        if verdict.is_break() {
            cancelled = Some(done);
        }
        verdict
    });
    match cancelled {
        Some(done) => Err(Error::from(ErrorKind::ImputationCancelled { done, of })),
        // of tables that fail the first is reported, whatever the number of threads: those before it were finished
        None => made.into_iter().collect(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use rand::RngExt;

    fn draws(threads: usize) -> Vec<u64> {
        let mut rng = ChaCha12Rng::seed_from_u64(3);
        let wanted = Imputations::new(17).on_threads(threads);
        make(wanted, &mut rng, |_| ControlFlow::Continue(()), |rng| Ok(rng.random::<u64>())).unwrap()
    }

    #[test]
    fn any_number_of_threads_makes_the_same_tables() {
        let one = draws(1);
        assert_eq!(one.len(), 17);
        assert!([0, 2, 3, 40].iter().all(|&threads| draws(threads) == one));
    }

    #[test]
    fn the_callback_sees_every_table_and_can_stop() {
        let mut rng = ChaCha12Rng::seed_from_u64(3);
        let mut seen = Vec::new();
        let stopped = make(
            Imputations::new(50),
            &mut rng,
            |at| {
                seen.push(at.done);
                if at.done == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
            |_| Ok(()),
        );
        assert_eq!(seen, [1, 2, 3]);
        assert_eq!(stopped.unwrap_err().code(), "imputation-cancelled");
    }
}
