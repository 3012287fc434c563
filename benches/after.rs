//! A fit and everything that is read off it, row by row: one thread, the problem built outside the timing.

mod shapes;

use divan::{Bencher, black_box};
use nestcount::expected::{
    Exceedance, Expectation, Predictive, RankBy, Ranking, Readings, RowSets, Substantial,
};
use nestcount::infer::{Confidence, Draws};
use nestcount::{Family, Fit, Options, Problem};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use shapes::{MANY_AREAS, SCP, Shape, problem};

fn main() {
    divan::main();
}

fn wanted() -> Readings {
    Readings::new()
        .exceedance(Exceedance::ratio_above(1.0, Expectation::given("gemeente")).expect("a ratio"))
        .exceedance(Exceedance::rate_at_most_national(2.0 / 3.0).expect("a factor"))
        .ranks(Ranking { by: RankBy::Rate, top: 10, confidence: Confidence::P95 })
        .rates(Confidence::P95)
}

/// Expectations of every kind for rows and areas, differences with intervals and their split, classes.
fn closed_form(problem: &Problem, fit: &Fit) {
    let fitted = fit.fitted(problem).expect("the fit's problem");
    let rows = RowSets::each_row(problem);
    let areas = [RowSets::level(problem, "gemeente"), RowSets::level(problem, "region")];
    for expectation in [Expectation::FixedPart, Expectation::Marginal, Expectation::Conditional] {
        black_box(fitted.expected(&expectation, &rows).expect("rows"));
        for areas in areas.iter().flatten() {
            black_box(fitted.expected(&expectation, areas).expect("areas"));
        }
    }
    for effects in [Predictive::NewEffects, Predictive::OwnEffects, Predictive::WithoutOwnCount] {
        let compared = fitted.compared(&Expectation::given("gemeente"), effects, &rows).expect("rows");
        for comparison in &compared {
            black_box(comparison.prediction_interval(Confidence::P95));
        }
        black_box(Substantial::standardised(2.0).expect("a rule").counts(&compared));
    }
    black_box(fitted.split(&rows).expect("rows"));
}

fn drawn(problem: &Problem, fit: &Fit) {
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let draws = fit.draws(problem, Draws::USUAL, &mut rng).expect("draws");
    black_box(draws.read(&wanted(), &RowSets::each_row(problem)).expect("rows"));
}

#[divan::bench(args = [Family::Poisson, Family::NegBin2], max_time = 10, sample_count = 50)]
fn fit_and_everything_of_scp(bencher: Bencher<'_, '_>, family: Family) {
    let shape = if family == Family::Poisson { SCP.with_row_effect() } else { SCP };
    let problem = problem(shape, family);
    bencher.bench_local(|| {
        let fit = problem.fit(&Options::default()).expect("a maximum");
        closed_form(&problem, &fit);
        drawn(&problem, &fit);
    });
}

fn part(bencher: Bencher<'_, '_>, shape: Shape, family: Family, part: impl Fn(&Problem, &Fit)) {
    let shape = if family == Family::Poisson { shape.with_row_effect() } else { shape };
    let problem = problem(shape, family);
    let fit = problem.fit(&Options::default()).expect("a maximum");
    bencher.bench_local(|| part(&problem, &fit));
}

#[divan::bench(args = [Family::Poisson, Family::NegBin2], max_time = 10, sample_count = 50)]
fn closed_form_of_scp(bencher: Bencher<'_, '_>, family: Family) {
    part(bencher, SCP, family, closed_form);
}

#[divan::bench(args = [Family::Poisson, Family::NegBin2], max_time = 10, sample_count = 50)]
fn draws_of_scp(bencher: Bencher<'_, '_>, family: Family) {
    part(bencher, SCP, family, drawn);
}

/// Means and standard deviations to second order, of every expectation of all rows.
fn moments(problem: &Problem, fit: &Fit) {
    let fitted = fit.fitted(problem).expect("the fit's problem");
    let rows = RowSets::each_row(problem);
    for expectation in [Expectation::Marginal, Expectation::given("gemeente"), Expectation::Conditional] {
        black_box(fitted.moments(&expectation, &rows).expect("rows"));
    }
}

#[divan::bench(args = [Family::Poisson, Family::NegBin2], max_time = 10, sample_count = 50)]
fn moments_of_scp(bencher: Bencher<'_, '_>, family: Family) {
    part(bencher, SCP, family, moments);
}

#[divan::bench(max_time = 60, sample_count = 1)]
fn closed_form_of_many_areas(bencher: Bencher<'_, '_>) {
    part(bencher, MANY_AREAS, Family::NegBin2, closed_form);
}
