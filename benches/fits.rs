//! Whole fits, standard errors and all area effects included: one thread, the problem built outside the timing.

mod shapes;

use divan::{Bencher, black_box};
use nestcount::compare::{LinearModel, Response};
use nestcount::estimator::{Estimator, Mql, Pql, SecondOrder, Variational};
use nestcount::{Family, Options};
use shapes::{HUGE, LARGE, MANY_AREAS, SCP, Shape, parts, problem};

fn main() {
    divan::main();
}

fn fit(bencher: Bencher<'_, '_>, shape: Shape, family: Family) {
    let problem = problem(shape, family);
    let options = Options::default();
    bencher.bench_local(|| black_box(&problem).fit(&options).expect("a maximum"));
}

#[divan::bench(args = [SCP, LARGE, MANY_AREAS, HUGE], max_time = 20, sample_count = 50)]
fn poisson(bencher: Bencher<'_, '_>, shape: Shape) {
    fit(bencher, shape, Family::Poisson);
}

#[divan::bench(args = [SCP, LARGE, MANY_AREAS, HUGE], max_time = 20, sample_count = 50)]
fn negbin2(bencher: Bencher<'_, '_>, shape: Shape) {
    fit(bencher, shape, Family::NegBin2);
}

#[divan::bench(args = [SCP, LARGE], max_time = 20, sample_count = 50)]
fn poisson_with_row_effect(bencher: Bencher<'_, '_>, shape: Shape) {
    fit(bencher, shape.with_row_effect(), Family::Poisson);
}

fn estimate(bencher: Bencher<'_, '_>, family: Family, estimator: &impl Estimator) {
    let problem = problem(SCP, family);
    bencher.bench_local(|| estimator.estimate(black_box(&problem)).expect("an answer"));
}

/// The maximum of L + epsilon, the climb to Laplace's included.
#[divan::bench(args = [Family::Poisson, Family::NegBin2], max_time = 10, sample_count = 50)]
fn second_order(bencher: Bencher<'_, '_>, family: Family) {
    estimate(bencher, family, &SecondOrder::default());
}

#[divan::bench(args = [Family::Poisson, Family::NegBin2], max_time = 10, sample_count = 50)]
fn penalised_quasi_likelihood(bencher: Bencher<'_, '_>, family: Family) {
    estimate(bencher, family, &Pql::default());
}

#[divan::bench(args = [Family::Poisson, Family::NegBin2], max_time = 10, sample_count = 50)]
fn marginal_quasi_likelihood(bencher: Bencher<'_, '_>, family: Family) {
    estimate(bencher, family, &Mql::default());
}

#[divan::bench(args = [Family::Poisson, Family::NegBin2], max_time = 10, sample_count = 50)]
fn variational(bencher: Bencher<'_, '_>, family: Family) {
    estimate(bencher, family, &Variational::default());
}

/// The Gaussian comparator, by restricted likelihood, of the percentages of the same table.
#[divan::bench(max_time = 20, sample_count = 50)]
fn gaussian(bencher: Bencher<'_, '_>) {
    let parts = parts(SCP, Family::Poisson);
    let counts = parts.counts.counts().iter().zip(parts.counts.exposures());
    let percentages =
        counts.map(|(count, exposure)| Some(100.0 * count.bounds().lo() as f64 / exposure.get()));
    let response = Response::new(percentages.collect()).expect("percentages");
    let model = LinearModel::new().random_intercept("region").random_intercept("gemeente");
    bencher
        .with_inputs(|| parts.design())
        .bench_local_values(|design| model.fit(&parts.placement, &response, design).expect("a maximum"));
}
