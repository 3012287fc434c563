//! Pieces of work on several threads: the same results, in the same order, for any number of them.

use rand::{Rng, RngExt};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

/// The seed of a generator that a piece of work has for itself.
pub(crate) type Seed = [u8; 32];

/// One seed a piece, drawn in order: what a piece draws does not depend on who works on it or when.
pub(crate) fn seeds(pieces: usize, rng: &mut (impl Rng + ?Sized)) -> Vec<Seed> {
    (0..pieces).map(|_| rng.random()).collect()
}

/// Works on the pieces `0..pieces` and returns the results in their order.
///
/// `seen` gets each result as it is done, with the number done so far, and may stop the work. What was begun by then
/// is finished and kept: every piece before a finished one has a result, the others have none.
pub(crate) fn in_order<T: Send>(
    pieces: usize,
    threads: usize,
    work: impl Fn(usize) -> T + Sync,
    mut seen: impl FnMut(usize, &T) -> ControlFlow<()>,
) -> Vec<T> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut made: Vec<Option<T>> = (0..pieces).map(|_| None).collect();
    let (mut done, mut stopped) = (0, false);
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..threads.clamp(1, pieces.max(1)) {
            let (sender, next, stop, work) = (sender.clone(), &next, &stop, &work);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let piece = next.fetch_add(1, Ordering::Relaxed);
                    if piece >= pieces || sender.send((piece, work(piece))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (piece, result) in receiver {
            done += 1;
            if !stopped && seen(done, &result).is_break() {
                stopped = true;
                stop.store(true, Ordering::Relaxed);
            }
            made[piece] = Some(result);
        }
    });
    made.into_iter().flatten().collect()
}

/// The same of work that `progress` may stop, being told the number done so far: every result, or how many were done.
pub(crate) fn all<T: Send>(
    pieces: usize,
    threads: usize,
    work: impl Fn(usize) -> T + Sync,
    mut progress: impl FnMut(usize) -> ControlFlow<()>,
) -> Result<Vec<T>, usize> {
    let mut stopped = None;
    let made = in_order(pieces, threads, work, |done, _| {
        let verdict = progress(done);
        if verdict.is_break() {
            stopped = Some(done);
        }
        verdict
    });
    stopped.map_or(Ok(made), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    fn draws(threads: usize) -> Vec<u64> {
        let seeds = seeds(17, &mut ChaCha12Rng::seed_from_u64(3));
        let work = |piece: usize| ChaCha12Rng::from_seed(seeds[piece]).random::<u64>();
        in_order(17, threads, work, |_, _| ControlFlow::Continue(()))
    }

    #[test]
    fn any_number_of_threads_gives_the_same_results_in_the_same_order() {
        let one = draws(1);
        assert_eq!(one.len(), 17);
        assert!([0, 2, 3, 40].iter().all(|&threads| draws(threads) == one));
    }

    #[test]
    fn stopping_keeps_an_unbroken_run_from_the_first_piece() {
        for threads in [1, 2, 5] {
            let stopped = AtomicBool::new(false);
            // whoever runs ahead waits for the word to stop
            let work = |piece: usize| {
                while piece > 100 && !stopped.load(Ordering::Relaxed) {
                    std::thread::yield_now();
                }
                piece
            };
            let stop = |done: usize, _: &usize| match done {
                4 => {
                    stopped.store(true, Ordering::Relaxed);
                    ControlFlow::Break(())
                }
                _ => ControlFlow::Continue(()),
            };
            let made = in_order(1_000_000, threads, work, stop);
            assert!(made.len() >= 4 && made.len() < 1_000_000, "{}", made.len());
            assert!(made.iter().enumerate().all(|(i, piece)| i == *piece), "{made:?}");
        }
    }
}
