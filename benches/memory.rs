//! Memory beside the design matrix: what the check adds to it, and what a fit adds to the problem.
//!
//! The column `max alloc` is the peak above what was there before; the design matrix of 300,000 rows and 21 columns
//! holds 50.4 MB.

mod shapes;

use divan::{AllocProfiler, Bencher};
use nestcount::{Family, Options};
use shapes::{LARGE, parts, problem};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench(args = [Family::Poisson, Family::NegBin2], sample_count = 3)]
fn check(bencher: Bencher<'_, '_>, family: Family) {
    let parts = parts(LARGE, family);
    let model = parts.model(family);
    bencher.with_inputs(|| parts.design()).bench_local_values(|design| {
        model.check(&parts.placement, &parts.counts, design).expect("a problem")
    });
}

#[divan::bench(args = [Family::Poisson, Family::NegBin2], sample_count = 3)]
fn fit(bencher: Bencher<'_, '_>, family: Family) {
    let problem = problem(LARGE, family);
    bencher.bench_local(|| problem.fit(&Options::default()).expect("a maximum"));
}
