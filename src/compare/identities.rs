//! The sweeps against dense matrices, the derivatives against differences, and what must hold of any fit.

use super::model::Criterion;
use super::nodes::Nodes;
use super::profile::Profile;
use super::response::Response;
use super::sums::Sums;
use super::{LinearFit, LinearModel, LinearSd};
use crate::area::{CodeScope, Placement};
use crate::count::Exposure;
use crate::determinant::Design;
use crate::numeric::dense::Cholesky;
use approx::assert_relative_eq;
use ndarray::{Array1, Array2};

/// Wijken in gemeenten in regions, with two determinants, responses and weights.
struct World {
    placement: Placement,
    x: Array2<f64>,
    y: Vec<f64>,
    weights: Vec<f64>,
}

const ROWS: usize = 40;

fn wave(row: usize, speed: f64) -> f64 {
    (speed * (row as f64 + 0.5)).sin()
}

impl World {
    fn new() -> Self {
        let gemeente = |row: usize| row * row % 11;
        let code = |prefix: &str, at: usize| format!("{prefix}{at}");
        let regions: Vec<String> = (0..ROWS).map(|row| code("R", gemeente(row) % 3)).collect();
        let gemeenten: Vec<String> = (0..ROWS).map(|row| code("G", gemeente(row))).collect();
        let levels = [("region", &regions[..]), ("gemeente", &gemeenten[..])];
        World {
            placement: Placement::from_codes(&levels, CodeScope::Unique).unwrap(),
            x: Array2::from_shape_fn((ROWS, 2), |(row, column)| 3.0 + wave(row, 1.3 + 0.7 * column as f64)),
            y: (0..ROWS)
                .map(|row| {
                    9.0 + 2.0 * wave(row, 2.1)
                        + 3.0 * wave(gemeente(row), 1.9)
                        + 9.0 * wave(gemeente(row) % 3, 2.4)
                })
                .collect(),
            weights: (0..ROWS).map(|row| 1.0 + 0.8 * wave(row, 3.3)).collect(),
        }
    }

    fn design(&self) -> Design {
        Design::from_matrix(["a", "b"], self.x.clone(), &(0..ROWS).collect::<Vec<_>>()).unwrap()
    }

    fn response(&self) -> Response {
        let weights: Vec<Option<Exposure>> =
            self.weights.iter().map(|w| Some(Exposure::new(*w).unwrap())).collect();
        Response::weighted(self.y.iter().copied().map(Some).collect(), &weights).unwrap()
    }

    fn nodes(&self) -> Nodes {
        let rows: Vec<usize> = (0..ROWS).collect();
        Nodes::new(&["region".into(), "gemeente".into()], &self.placement, &rows).unwrap()
    }

    fn sums(&self, nodes: &Nodes) -> Sums {
        let rows: Vec<(usize, usize)> = (0..ROWS).map(|row| (row, row)).collect();
        Sums::new(nodes, self.design().matrix(), &self.y, &rows, &self.response())
    }

    /// diag(1/w) + Σ λ Z Z'.
    fn covariance(&self, variances: &[f64]) -> Array2<f64> {
        let mut v = Array2::from_diag(&self.weights.iter().map(|w| 1.0 / w).collect::<Array1<f64>>());
        for (level, variance) in variances.iter().enumerate() {
            let areas = self.placement.areas(level);
            for ((i, j), cell) in v.indexed_iter_mut() {
                *cell += if areas[i] == areas[j] { *variance } else { 0.0 };
            }
        }
        v
    }

    /// The log-likelihood at β and σ² of generalised least squares, from the dense matrix.
    fn dense(&self, variances: &[f64]) -> (f64, Array1<f64>) {
        let factor = Cholesky::new(&self.covariance(variances).view()).unwrap();
        let (x, y) = (self.design().matrix().to_owned(), Array1::from(self.y.clone()));
        let solved = Array2::from_shape_fn(x.raw_dim(), |(i, j)| factor.solve(&x.column(j))[i]);
        let beta = Cholesky::new(&x.t().dot(&solved).view()).unwrap().solve(&solved.t().dot(&y).view());
        let rest = &y - &x.dot(&beta);
        let (n, squares) = (ROWS as f64, rest.dot(&factor.solve(&rest.view())));
        let log_determinant = 2.0 * factor.lower().diag().iter().map(|d| d.ln()).sum::<f64>();
        let log_variance = (2.0 * std::f64::consts::PI * squares / n).ln();
        (-0.5 * (log_determinant + n * (log_variance + 1.0)), beta)
    }

    /// (y − Xβ)'V⁻¹(y − Xβ) at the best β.
    fn squares(&self, variances: &[f64]) -> f64 {
        let rest = &Array1::from(self.y.clone()) - &self.design().matrix().dot(&self.dense(variances).1);
        rest.dot(&Cholesky::new(&self.covariance(variances).view()).unwrap().solve(&rest.view()))
    }

    fn fit(&self, criterion: Criterion) -> LinearFit {
        let model = LinearModel::new().random_intercept("region").random_intercept("gemeente");
        model.by(criterion).fit(&self.placement, &self.response(), self.design()).unwrap()
    }
}

#[test]
fn the_sweeps_give_what_dense_matrices_give() {
    let world = World::new();
    let nodes = world.nodes();
    let sums = world.sums(&nodes);
    for variances in [[0.3, 0.9], [0.0, 0.5], [2.0, 0.0], [0.0, 0.0], [40.0, 70.0]] {
        let profile = Profile::at(&nodes, &sums, &variances, Criterion::MaximumLikelihood).unwrap();
        let (log_likelihood, beta) = world.dense(&variances);
        assert_relative_eq!(profile.log_likelihood(), log_likelihood, max_relative = 1e-11);
        assert_relative_eq!(profile.beta, beta, max_relative = 1e-9);
    }
}

#[test]
fn derivatives_are_the_differences_of_what_they_derive() {
    let world = World::new();
    let nodes = world.nodes();
    let sums = world.sums(&nodes);
    let at = [0.4, 0.7];
    for criterion in [Criterion::MaximumLikelihood, Criterion::Restricted] {
        let exact = Profile::at(&nodes, &sums, &at, criterion).unwrap().derivatives(&nodes, criterion);
        for k in 0..2 {
            let step = 1e-5;
            let moved = |by: f64| {
                let mut variances = at;
                variances[k] += by;
                let profile = Profile::at(&nodes, &sums, &variances, criterion).unwrap();
                let slopes = profile.derivatives(&nodes, criterion);
                (profile, slopes)
            };
            let ((up, up_slopes), (down, down_slopes)) = (moved(step), moved(-step));
            let slope = |up: f64, down: f64| (up - down) / (2.0 * step);
            let determinant = slope(up.log_determinant, down.log_determinant);
            assert_relative_eq!(exact.log_determinant.0[k], determinant, max_relative = 1e-6);
            assert_relative_eq!(exact.rest.0[k], slope(up.rest, down.rest), max_relative = 1e-6);
            for l in 0..2 {
                let bend = slope(up_slopes.log_determinant.0[l], down_slopes.log_determinant.0[l]);
                assert_relative_eq!(exact.log_determinant.1[[k, l]], bend, max_relative = 1e-6);
                let bend = slope(up_slopes.rest.0[l], down_slopes.rest.0[l]);
                assert_relative_eq!(exact.rest.1[[k, l]], bend, max_relative = 1e-6);
            }
        }
    }
}

#[test]
fn area_effects_are_the_shrunken_residuals_of_dense_matrices() {
    let world = World::new();
    let fit = world.fit(Criterion::MaximumLikelihood);
    let sigma2 = fit.residual().estimate().powi(2);
    let variances: Vec<f64> = fit.levels().iter().map(|level| level.sd.estimate().powi(2) / sigma2).collect();
    let factor = Cholesky::new(&world.covariance(&variances).view()).unwrap();
    let fixed = Array1::from(fit.expectation().fixed_part().to_vec());
    let solved = factor.solve(&(&Array1::from(world.y.clone()) - &fixed).view());
    let mut conditional = fixed;
    for (level, name) in ["region", "gemeente"].into_iter().enumerate() {
        let areas = world.placement.areas(level);
        for (at, area) in fit.area_effects(name).unwrap().iter().enumerate() {
            let own: f64 =
                areas.iter().zip(&solved).filter(|(a, _)| **a as usize == at).map(|(_, r)| r).sum();
            assert_relative_eq!(area.effect, variances[level] * own, max_relative = 1e-8, epsilon = 1e-10);
            areas
                .iter()
                .zip(conditional.iter_mut())
                .filter(|(a, _)| **a as usize == at)
                .for_each(|(_, mean)| *mean += area.effect);
        }
    }
    let expected = Array1::from(fit.expectation().conditional());
    assert_relative_eq!(expected, conditional, max_relative = 1e-10);
    assert_eq!(fit.expectation().given("gemeente").unwrap(), fit.expectation().conditional());
}

#[test]
fn the_maximum_is_one_and_errors_are_its_curvature() {
    let world = World::new();
    let fit = world.fit(Criterion::MaximumLikelihood);
    let sigma2 = fit.residual().estimate().powi(2);
    let best: Vec<f64> = fit.levels().iter().map(|level| level.sd.estimate().powi(2) / sigma2).collect();
    assert_relative_eq!(fit.log_likelihood(), world.dense(&best).0, max_relative = 1e-11);
    for (l, level) in fit.levels().iter().enumerate().filter(|(_, level)| level.sd.estimate() > 0.0) {
        for factor in [0.9, 1.1] {
            let mut variances = best.clone();
            variances[l] *= factor;
            assert!(world.dense(&variances).0 < fit.log_likelihood(), "{}", level.level);
        }
    }
    let parameters: Vec<f64> = fit.levels().iter().map(|level| level.sd.estimate().ln()).collect();
    let parameters = [parameters[0], parameters[1], fit.residual().estimate().ln()];
    let information = Array2::from_shape_fn((3, 3), |(i, j)| -second_difference(&world, parameters, i, j));
    let errors = Cholesky::new(&information.view()).unwrap().inverse().diag().mapv(f64::sqrt);
    let sds = fit.levels().iter().map(|level| level.sd).chain([fit.residual()]);
    for (sd, error) in sds.zip(&errors) {
        let LinearSd::Positive { estimate, std_error } = sd else { panic!("a variance is 0") };
        assert_relative_eq!(std_error / estimate, *error, max_relative = 1e-4);
    }
}

/// Of the log-likelihood in (log sd, log sd, log σ), β at its maximum.
fn second_difference(world: &World, at: [f64; 3], i: usize, j: usize) -> f64 {
    let step = 1e-3;
    let value = |by_i: f64, by_j: f64| {
        let mut logs = at;
        logs[i] += by_i * step;
        logs[j] += by_j * step;
        let sigma2 = (2.0 * logs[2]).exp();
        let variances = [(2.0 * logs[0]).exp() / sigma2, (2.0 * logs[1]).exp() / sigma2];
        let squares = world.squares(&variances);
        let (n, profiled) = (ROWS as f64, world.dense(&variances).0);
        // From the value at the best σ² to that at this one.
        profiled + 0.5 * n * ((squares / n).ln() + 1.0) - 0.5 * (n * sigma2.ln() + squares / sigma2)
    };
    (value(1.0, 1.0) - value(1.0, -1.0) - value(-1.0, 1.0) + value(-1.0, -1.0)) / (4.0 * step * step)
}

/// σ/√(2N) is the error of σ where there are no areas.
#[test]
fn without_areas_it_is_least_squares() {
    let world = World::new();
    let fit = LinearModel::new().fit(&world.placement, &world.response(), world.design()).unwrap();
    let (log_likelihood, beta) = world.dense(&[0.0, 0.0]);
    assert_relative_eq!(fit.log_likelihood(), log_likelihood, max_relative = 1e-12);
    for (coefficient, beta) in fit.coefficients().iter().zip(beta) {
        assert_relative_eq!(coefficient.estimate, beta, max_relative = 1e-9);
    }
    let LinearSd::Positive { estimate, std_error } = fit.residual() else { panic!("no residual") };
    assert_relative_eq!(std_error, estimate / (2.0 * ROWS as f64).sqrt(), max_relative = 1e-9);
    assert_eq!(fit.expectation().conditional(), fit.expectation().fixed_part());
    assert!(fit.levels().is_empty());
}

/// Responses whose means by area are alike have no variance between areas, and the slope there says so.
#[test]
fn areas_that_do_not_differ_end_at_exactly_zero() {
    let world = World::new();
    let mut y: Vec<f64> = (0..ROWS).map(|row| wave(row, 5.7)).collect();
    let areas = world.placement.areas(1);
    for area in 0..world.placement.tree().n_areas(1) as u32 {
        let own: Vec<usize> = (0..ROWS).filter(|&row| areas[row] == area).collect();
        let mean = own.iter().map(|&row| y[row]).sum::<f64>() / own.len() as f64;
        own.into_iter().for_each(|row| y[row] -= mean);
    }
    let response = Response::new(y.into_iter().map(Some).collect()).unwrap();
    let model = LinearModel::new().random_intercept("region").random_intercept("gemeente");
    for criterion in [Criterion::MaximumLikelihood, Criterion::Restricted] {
        let fit = model.clone().by(criterion).fit(&world.placement, &response, world.design()).unwrap();
        for level in fit.levels() {
            let LinearSd::Zero { score } = level.sd else { panic!("{level:?}") };
            assert!(score < 0.0, "{score}");
        }
        assert!(
            fit.area_effects("gemeente").unwrap().iter().all(|area| area.effect == 0.0 && area.sd == 0.0)
        );
    }
}

#[test]
fn a_row_without_a_response_moves_nothing_and_is_expected_all_the_same() {
    let world = World::new();
    let rows: Vec<usize> = (0..ROWS).filter(|row| row % 5 > 0).collect();
    let some: Vec<Option<f64>> = (0..ROWS).map(|row| (row % 5 > 0).then_some(world.y[row])).collect();
    let response = Response::new(some).unwrap();
    let model = LinearModel::new().random_intercept("gemeente");
    let all = model.fit(&world.placement, &response, world.design()).unwrap();
    let x = Array2::from_shape_fn((rows.len(), 2), |(i, j)| world.x[[rows[i], j]]);
    let few = Design::from_matrix(["a", "b"], x, &rows).unwrap();
    let without = model.fit(&world.placement, &response, few).unwrap();
    assert_eq!(all.log_likelihood(), without.log_likelihood());
    assert_eq!(all.coefficients(), without.coefficients());
    assert_eq!((all.n_rows(), all.levels()), (without.n_rows(), without.levels()));
    let (expected, errors) = (all.expectation().conditional(), all.expectation().conditional_errors());
    let of_fitted = without.expectation().conditional();
    for (at, &row) in rows.iter().enumerate() {
        assert_eq!(of_fitted[at], expected[row]);
    }
    assert!(expected.iter().all(|mean| mean.is_finite()) && errors.iter().all(|error| *error > 0.0));
}
