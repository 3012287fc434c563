//! Inference at the edge in the size of SCP's question: a fit, the profile intervals of all its parameters, 1,000
//! bootstrap refits, the sandwich and the adjusted profile; one thread unless it says otherwise.

mod shapes;

use divan::{Bencher, black_box};
use nestcount::count::{DisclosureRule, Rounding};
use nestcount::infer::{Bootstrap, Clusters, Confidence, Profiling};
use nestcount::{Family, Options, Problem};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use shapes::{SCP, problem, withheld_problem};
use std::ops::ControlFlow;

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

#[divan::bench(args = FAMILIES, sample_count = 1, sample_size = 1)]
fn thousand_refits_on_two_threads(bencher: Bencher<'_, '_>, family: Family) {
    bootstrap(bencher, &problem(SCP, family), &Bootstrap::new(1000).on_threads(2));
}

#[divan::bench(args = FAMILIES, sample_count = 1, sample_size = 1)]
fn withheld_hundred_refits_on_two_threads(bencher: Bencher<'_, '_>, family: Family) {
    let rule = DisclosureRule::builder().withheld_below(10).rounded(Rounding::HalfUp(5)).build();
    let rule = rule.expect("a rule");
    let wanted = Bootstrap::new(100).on_threads(2).published_by(&rule);
    bootstrap(bencher, &withheld_problem(SCP, family), &wanted);
}

fn bootstrap(bencher: Bencher<'_, '_>, problem: &Problem, wanted: &Bootstrap<'_>) {
    let fit = problem.fit(&Options::default()).expect("a maximum");
    bencher.bench_local(|| {
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        black_box(&fit).bootstrap(problem, wanted, &mut rng, |_| ControlFlow::Continue(())).expect("refits")
    });
}

#[divan::bench(args = FAMILIES, sample_count = 20)]
fn sandwich(bencher: Bencher<'_, '_>, family: Family) {
    let (problem, options) = (problem(SCP, family), Options::default());
    let fit = problem.fit(&options).expect("a maximum");
    bencher.bench_local(|| {
        black_box(&fit)
            .sandwich(&problem, &options, &Clusters::TopLevel)
            .expect("more regions than parameters")
    });
}

#[divan::bench(args = FAMILIES, sample_count = 20)]
fn adjusted(bencher: Bencher<'_, '_>, family: Family) {
    let (problem, options) = (problem(SCP, family), Options::default());
    let fit = problem.fit(&options).expect("a maximum");
    bencher.bench_local(|| black_box(&fit).adjusted(&problem, &options).expect("a maximum"));
}
