//! An estimator written outside the crate, beside those of the crate: `cargo run --release --example own_estimator`.
//!
//! Nothing to recommend, and short: coefficients by quasi-likelihood as if areas did not cluster, variances by the method
//! of moments, area effects shrunk by their own information. It shows what an estimator needs of a problem, and that its
//! answers can be set beside any other's.

#![allow(clippy::print_stdout)]

use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::{Determinants, Numeric};
use nestcount::estimator::{AnyEstimator, Estimated, Estimator, Laplace, Progress};
use nestcount::infer::{AreaEffect, Coefficient, Dispersion, LevelVariance, StandardDeviation};
use nestcount::model::ObservedCount;
use nestcount::ndarray::{Array1, Array2};
use nestcount::simulate::{ScpVariant, scp_world};
use nestcount::{ErrorKind, Family, Model, Options, Problem, Result};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
use std::ops::ControlFlow;

fn main() -> Result<()> {
    let problem = scp_problem()?;
    let estimators: [&dyn AnyEstimator; 2] = [&Laplace::default(), &Moments];
    let mut laplace = problem.likelihood(&Options::default());
    for estimator in estimators {
        let answer = estimator.estimate_any(&problem, &mut |_| ControlFlow::Continue(()))?;
        // whatever was maximised or solved, one likelihood compares the answers
        let value = laplace.value(&answer.parameters())?;
        println!("{:<10} Laplace log-likelihood at its estimates {value:.3}", estimator.name());
        for level in answer.levels() {
            println!("  sd({}) {:.4}", level.level, level.sd.estimate());
        }
        for Coefficient { term, estimate, std_error } in answer.coefficients() {
            println!("  {term:<14} {estimate:>9.4} ({std_error:.4})");
        }
    }
    Ok(())
}

fn scp_problem() -> Result<Problem> {
    let table = scp_world(ScpVariant::Standard).draw(&mut ChaCha12Rng::seed_from_u64(2017))?.table;
    let areas = Placement::from_table(&table, &["jeugdregio", "gemeente"], CodeScope::Unique)?;
    let counts = CountTable::from_table(&table, "gebruikers", "jeugdigen")?;
    let design = Determinants::new()
        .with(Numeric::new("eenouder").z_score())
        .with(Numeric::new("bijstand").log().z_score())
        .build(&table, &areas, counts.rows())?;
    Model::poisson().random_intercept("gemeente").check(&areas, &counts, design)
}

/// Quasi-likelihood and moments, for a Poisson with one level of areas and every count known.
struct Moments;

/// What [`Moments`] gives: no likelihood, so none can be asked for.
struct MomentEstimates {
    coefficients: Vec<Coefficient>,
    level: LevelVariance,
    effects: Vec<AreaEffect>,
}

impl Estimator for Moments {
    type Answer = MomentEstimates;

    fn name(&self) -> &str {
        "moments"
    }

    fn estimate_watched(&self, problem: &Problem, _: &mut Progress<'_>) -> Result<MomentEstimates> {
        let (levels, refused) =
            (problem.levels(), |why: &str| ErrorKind::Specification { message: why.into() });
        let &[level] = levels.as_slice() else {
            return Err(refused("moments take one level of areas").into());
        };
        if problem.family() != Family::Poisson {
            return Err(refused("moments are for the Poisson").into());
        }
        let rows = problem.observations();
        let known = rows.iter().map(|row| match row.count {
            ObservedCount::Exact(y) => Ok(y),
            ObservedCount::InPart(_) => Err(refused("moments take counts that are known").into()),
        });
        let y = known.collect::<Result<Array1<f64>>>()?;
        let exposure: Array1<f64> = rows.iter().map(|row| row.exposure).collect();
        let x = problem.design_matrix();
        let (mut beta, information) = quasi_likelihood(&x, &y, &exposure);

        let mean = x.dot(&beta).mapv(f64::exp) * &exposure;
        let (paths, area_of) = (problem.area_paths(level)?, problem.areas_of_rows(level)?);
        let mut totals = vec![(0.0, 0.0); paths.len()];
        for (row, &area) in area_of.iter().enumerate() {
            totals[area] = (totals[area].0 + y[row], totals[area].1 + mean[row]);
        }
        let (sd, variance) = variance_by_moments(&totals);
        // from the mean over areas to the area whose effect is 0
        beta[0] -= 0.5 * variance;
        let coefficients = problem.terms().iter().enumerate().map(|(j, term)| Coefficient {
            term: term.clone(),
            estimate: beta[j],
            std_error: column_of_inverse(&information, j)[j].sqrt(),
        });
        let effects = totals.iter().zip(paths).map(|((y, mean), path)| {
            let left = variance / (1.0 + variance * mean);
            let sd = left.sqrt();
            AreaEffect { path, effect: left * (y - mean), sd_given_parameters: sd, sd }
        });
        Ok(MomentEstimates {
            coefficients: coefficients.collect(),
            effects: effects.collect(),
            level: LevelVariance { level: level.into(), n_areas: totals.len(), sd },
        })
    }
}

impl Estimated for MomentEstimates {
    fn coefficients(&self) -> &[Coefficient] {
        &self.coefficients
    }

    fn levels(&self) -> &[LevelVariance] {
        std::slice::from_ref(&self.level)
    }

    fn dispersion(&self) -> Dispersion {
        Dispersion::Poisson
    }

    fn area_effects(&self, level: &str) -> Result<&[AreaEffect]> {
        match level == self.level.level {
            true => Ok(&self.effects),
            false => {
                let known = vec![self.level.level.clone()];
                Err(ErrorKind::UnknownLevel { level: level.into(), known }.into())
            }
        }
    }
}

/// From E[(Y − M)² − M] = υM² of each area's count Y and expectation M; where that is not above 0 the slope there says how
/// clearly.
fn variance_by_moments(totals: &[(f64, f64)]) -> (StandardDeviation, f64) {
    let beyond = |(y, mean): &(f64, f64)| (y - mean).powi(2) - mean;
    let squares: f64 = totals.iter().map(|(_, mean)| mean * mean).sum();
    let sum: f64 = totals.iter().map(beyond).sum();
    let variance = sum / squares;
    if variance <= 0.0 {
        return (StandardDeviation::Zero { score: 0.5 * sum, curvature: -0.5 * squares }, 0.0);
    }
    let scatter: f64 = totals.iter().map(|area| (beyond(area) - variance * area.1 * area.1).powi(2)).sum();
    let (estimate, of_variance) = (variance.sqrt(), scatter.sqrt() / squares);
    (StandardDeviation::Positive { estimate, std_error: of_variance / (2.0 * estimate) }, variance)
}

/// Scoring steps of the Poisson without areas; the coefficients and X'WX.
fn quasi_likelihood(x: &Array2<f64>, y: &Array1<f64>, exposure: &Array1<f64>) -> (Array1<f64>, Array2<f64>) {
    let mut beta = Array1::zeros(x.ncols());
    beta[0] = (y.sum() / exposure.sum()).ln();
    let mut information = Array2::zeros((0, 0));
    for _ in 0..25 {
        let mean = x.dot(&beta).mapv(f64::exp) * exposure;
        information = x.t().dot(&(x * &mean.view().insert_axis(nestcount::ndarray::Axis(1))));
        let score = x.t().dot(&(y - &mean));
        beta += &solved(&information, score);
    }
    (beta, information)
}

fn column_of_inverse(matrix: &Array2<f64>, j: usize) -> Array1<f64> {
    let mut unit = Array1::zeros(matrix.nrows());
    unit[j] = 1.0;
    solved(matrix, unit)
}

/// Solves a positive definite system by elimination.
fn solved(matrix: &Array2<f64>, mut right: Array1<f64>) -> Array1<f64> {
    let (mut a, n) = (matrix.clone(), matrix.nrows());
    for k in 0..n {
        for i in k + 1..n {
            let factor = a[[i, k]] / a[[k, k]];
            for j in k..n {
                a[[i, j]] -= factor * a[[k, j]];
            }
            right[i] -= factor * right[k];
        }
    }
    for k in (0..n).rev() {
        let below: f64 = (k + 1..n).map(|j| a[[k, j]] * right[j]).sum();
        right[k] = (right[k] - below) / a[[k, k]];
    }
    right
}
