//! Without areas the log-likelihood is a sum of row integrals, taken here by plain sums over the whole prior.

use crate::question::Question;
use crate::small_counts;
use nestcount::count::Count;
use nestcount::determinant::Determinants;
use nestcount::estimate::{Options, Parameters};
use nestcount::family::Scatter;
use nestcount::{Family, Model, Problem};

const VARIANCE: f64 = 0.36;
const THETA: f64 = 2.5;

/// log y! by the sum of its logarithms.
fn log_factorial(y: u64) -> f64 {
    (1..=y).map(|k| (k as f64).ln()).sum()
}

fn log_density(y: u64, mu: f64, family: Family) -> f64 {
    let count = y as f64;
    match family {
        Family::NegBin2 => {
            let rising: f64 = (0..y).map(|k| (THETA + k as f64).ln()).sum();
            rising - log_factorial(y) + count * (mu / (mu + THETA)).ln() + THETA * (THETA / (mu + THETA)).ln()
        }
        _ => count * mu.ln() - mu - log_factorial(y),
    }
}

/// log Σ_y ∫ f(y | e^{η+ε}) N(ε; 0, υ) dε over the counts that it may be.
fn log_row(counts: std::ops::RangeInclusive<u64>, eta: f64, family: Family) -> f64 {
    let (sd, h) = (VARIANCE.sqrt(), 0.01);
    let at = |k: i32| {
        let z = f64::from(k) * h;
        let mu = (eta + sd * z).exp();
        let density: f64 = counts.clone().map(|y| log_density(y, mu, family).exp()).sum();
        density * (-0.5 * z * z).exp()
    };
    let sum: f64 = (-1200..=1200).map(at).sum();
    (sum * h / std::f64::consts::TAU.sqrt()).ln()
}

fn rows_alone(family: Family) -> Question {
    let nested = small_counts(200, 2.5, family, 5);
    Question { determinants: Determinants::new(), model: Model::of(family).row_effect(), ..nested }
}

fn parameters(family: Family) -> Parameters {
    let scatter = match family {
        Family::NegBin2 => Scatter::NegBin2 { theta: THETA },
        _ => Scatter::Poisson,
    };
    Parameters { coefficients: vec![0.8], variances: vec![VARIANCE], scatter }
}

fn value(problem: &Problem, family: Family) -> f64 {
    problem.lognormal_likelihood(&Options::default()).unwrap().value(&parameters(family)).unwrap()
}

#[test]
fn without_areas_it_is_the_sum_of_the_rows_own_integrals() {
    for family in [Family::Poisson, Family::NegBin2] {
        let question = rows_alone(family);
        let (y, exposure) = (question.numbers("count"), question.numbers("exposure"));
        let rows = y.iter().zip(&exposure);
        let wanted: f64 = rows.map(|(y, e)| log_row(*y as u64..=*y as u64, 0.8 + e.ln(), family)).sum();
        let found = value(&question.problem().unwrap(), family);
        assert!((found - wanted).abs() < 1e-10 * wanted.abs(), "{family}: {found} {wanted}");
    }
}

#[test]
fn a_withheld_row_has_the_log_of_the_sum_over_its_counts() {
    for family in [Family::Poisson, Family::NegBin2] {
        let question = rows_alone(family);
        let (y, exposure) = (question.numbers("count"), question.numbers("exposure"));
        let counts: Vec<Count> = y
            .iter()
            .map(|&y| if y < 5.0 { Count::interval(0, 4).unwrap() } else { Count::Exact(y as u64) })
            .collect();
        let withheld = counts.iter().filter(|count| !matches!(count, Count::Exact(_))).count();
        assert!((100..190).contains(&withheld), "{withheld}");
        let rows = counts.iter().zip(&exposure).map(|(count, e)| {
            let bounds = count.bounds();
            log_row(bounds.lo()..=bounds.hi().unwrap(), 0.8 + e.ln(), family)
        });
        let wanted: f64 = rows.sum();
        let placement = question.placement().unwrap();
        let counts = nestcount::count::CountTable::new(counts, exposure.clone()).unwrap();
        let design = Determinants::new().build(&question.table, &placement, counts.rows()).unwrap();
        let problem = question.model.check(&placement, &counts, design).unwrap();
        let found = value(&problem, family);
        assert!((found - wanted).abs() < 1e-9 * wanted.abs(), "{family}: {found} {wanted}");
    }
}
