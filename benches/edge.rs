//! Inference at the edge in the size of SCP's question: a fit, and the profile intervals of all its parameters; one
//! thread unless it says otherwise.

mod shapes;

use divan::{Bencher, black_box};
use nestcount::infer::{Confidence, Profiling};
use nestcount::{Family, Options, Problem};
use shapes::{SCP, problem, withheld_problem};

fn main() {
    divan::main();
}

const FAMILIES: [Family; 2] = [Family::Poisson, Family::NegBin2];

#[divan::bench(args = FAMILIES, sample_count = 50)]
fn fit(bencher: Bencher<'_, '_>, family: Family) {
    let (problem, options) = (problem(SCP, family), Options::default());
    bencher.bench_local(|| black_box(&problem).fit(&options).expect("a maximum"));
}

#[divan::bench(args = FAMILIES, sample_count = 30)]
fn profile_all(bencher: Bencher<'_, '_>, family: Family) {
    profile(bencher, &problem(SCP, family), 1);
}

#[divan::bench(args = FAMILIES, sample_count = 30)]
fn profile_all_on_two_threads(bencher: Bencher<'_, '_>, family: Family) {
    profile(bencher, &problem(SCP, family), 2);
}

#[divan::bench(args = FAMILIES, sample_count = 10)]
fn withheld_fit(bencher: Bencher<'_, '_>, family: Family) {
    let (problem, options) = (withheld_problem(SCP, family), Options::default());
    bencher.bench_local(|| black_box(&problem).fit(&options).expect("a maximum"));
}

#[divan::bench(args = FAMILIES, sample_count = 5)]
fn withheld_profile_all(bencher: Bencher<'_, '_>, family: Family) {
    profile(bencher, &withheld_problem(SCP, family), 1);
}

fn profile(bencher: Bencher<'_, '_>, problem: &Problem, threads: usize) {
    let options = Options::default();
    let fit = problem.fit(&options).expect("a maximum");
    let wanted = Profiling::intervals(Confidence::P95).on_threads(threads);
    bencher.bench_local(|| black_box(&fit).profile(problem, &options, wanted).expect("intervals"));
}
