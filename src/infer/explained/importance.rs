//! How much of the fixed part each determinant, and each block of them, makes up.

use crate::error::{ErrorKind, Result};
use crate::infer::Fit;
use crate::model::Problem;
use ndarray::Array2;

/// Terms of a model under one name, such as all that describe households.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its name.
    pub name: String,
    /// Names of its terms, columns of the design.
    pub terms: Vec<String>,
}

/// How the variance of x'β over the rows divides over blocks of determinants.
///
/// A block with contribution c_B = Σ_{j in B} x_j β_j is given the share Cov(c_B, x'β)/Var(x'β). These shares add up to 1
/// whatever the blocks, and are those that Shapley's axioms give for the variance of a sum: what two blocks have in common
/// is halved between them. A share is below 0 where a block works against the others. It says how the *model's* rates
/// differ, not what would happen if a determinant changed, and knows nothing of the uncertainty of β.
/// Source: Colini-Baldeschi, Scarsini & Vaccari 2018, Math. Oper. Res. 43:1105 (the variance game).
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// Var(x'β) over the rows, log rate squared; n − 1 below.
    pub variance: f64,
    /// One per block, in their order; a last one, called `other`, where terms are in no block.
    pub shares: Vec<Share>,
}

/// One block of an [`Importance`].
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The block.
    pub block: String,
    /// Cov(c_B, x'β): its part of the variance.
    pub variance: f64,
    /// The same as a share of the whole.
    pub share: f64,
    /// Var(c_B): the variance it would make if the rest did not vary.
    pub alone: f64,
}

impl Block {
    /// A block of terms.
    pub fn new<S: Into<String>>(name: impl Into<String>, terms: impl IntoIterator<Item = S>) -> Self {
        Block { name: name.into(), terms: terms.into_iter().map(Into::into).collect() }
    }

    /// One block for each determinant of a model: each column of the table with all the terms made from it.
    pub fn per_determinant(problem: &Problem) -> Vec<Block> {
        let determinants = problem.recipe().determinants();
        determinants.into_iter().map(|(name, terms)| Block { name, terms }).collect()
    }
}

impl Importance {
    /// Divides the variance of the fixed part over blocks.
    ///
    /// Fails where the problem is not the fit's, and on blocks with terms that are not there or in two of them.
    pub fn of(fit: &Fit, problem: &Problem, blocks: &[Block]) -> Result<Importance> {
        fit.refuse_other(problem)?;
        let of_term = blocks_of_terms(problem, blocks)?;
        let covariance = covariance_of_contributions(fit, problem);
        let variance = covariance.sum();
        let left_over = of_term[1..].iter().any(Option::is_none).then(|| "other".to_string());
        let names = blocks.iter().map(|block| block.name.clone()).chain(left_over);
        let shares = names.enumerate().map(|(at, block)| {
            let inside = |j: usize| j > 0 && of_term[j].unwrap_or(blocks.len()) == at;
            let (mut own, mut alone) = (0.0, 0.0);
            for ((j, k), value) in covariance.indexed_iter().filter(|((j, _), _)| inside(*j)) {
                debug_assert!(j < of_term.len());
                own += value;
                alone += if inside(k) { *value } else { 0.0 };
            }
            let share = if variance > 0.0 { own / variance } else { 0.0 };
            Share { block, variance: own, share, alone }
        });
        Ok(Importance { variance, shares: shares.collect() })
    }
}

/// The block of each term; every fault in the blocks is an error.
pub(super) fn blocks_of_terms(problem: &Problem, blocks: &[Block]) -> Result<Vec<Option<usize>>> {
    let mut of_term = vec![None; problem.n_terms()];
    for (at, block) in blocks.iter().enumerate() {
        for term in &block.terms {
            let position = problem.position_of_determinant(term)?;
            if let Some(other) = of_term[position].replace(at) {
                let (one, two) = (&blocks[other].name, &block.name);
                let message = format!("the term '{term}' is in the blocks '{one}' and '{two}'");
                return Err(ErrorKind::Specification { message }.into());
            }
        }
    }
    Ok(of_term)
}

/// Var(x'β) over the rows.
pub(super) fn variance_of_fixed_part(fit: &Fit, problem: &Problem) -> f64 {
    covariance_of_contributions(fit, problem).sum().max(0.0)
}

/// Cov(x_j β_j, x_k β_k) over the rows; 0 for the intercept.
fn covariance_of_contributions(fit: &Fit, problem: &Problem) -> Array2<f64> {
    let p = problem.n_terms();
    let beta: Vec<f64> = fit.coefficients().iter().map(|c| c.estimate).collect();
    let beta = problem.standard.in_standard_units(&beta);
    let n = problem.n_rows() as f64;
    let mut means = vec![0.0; p];
    for row in problem.x.chunks_exact(p) {
        means.iter_mut().zip(row).for_each(|(mean, x)| *mean += x / n);
    }
    let mut products = Array2::<f64>::zeros((p, p));
    let mut centred = vec![0.0; p];
    for row in problem.x.chunks_exact(p) {
        for j in 1..p {
            centred[j] = (row[j] - means[j]) * beta[j];
        }
        for j in 1..p {
            for k in j..p {
                products[[j, k]] += centred[j] * centred[k];
            }
        }
    }
    let below = (n - 1.0).max(1.0);
    Array2::from_shape_fn((p, p), |(j, k)| products[[j.min(k), j.max(k)]] / below)
}
