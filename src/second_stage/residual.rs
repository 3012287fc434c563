//! The naive residual design: least squares on what is left of the actual counts.
//!
//! It is here to be compared with. It takes every wijk for as well known as every other, leaves out what was withheld, and
//! regresses a gap from which an expectation given the areas has taken the better part.

use super::effect::{Design, SecondStage};
use super::extras::Extras;
use super::region::Region;
use crate::error::{ErrorKind, Result};
use crate::infer::{DegreesOfFreedom, Effect};
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2};

/// What the residual design regresses on the extras.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Residual {
    /// log((actual + ½)/expected).
    LogRatio,
    /// (actual − mean)/sd of the national prediction.
    Standardised,
}

impl Residual {
    /// Ordinary least squares of the residuals on the extras as they were measured, rows whose count was observed.
    ///
    /// The residuals are from the region's expectation, so [`Region::expecting`] says what they hold. Fails where the
    /// extras are of another region and where fewer rows are left than two more than columns.
    pub fn fit(self, region: &Region, extras: &Extras) -> Result<SecondStage> {
        extras.refuse_other(region)?;
        let (mut kept, mut response, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for (at, comparison) in region.comparisons().iter().enumerate() {
            match comparison.difference().observed() {
                Some(gap) => {
                    kept.push(at);
                    response.push(match self {
                        Residual::LogRatio => ((gap.actual + 0.5) / gap.expected.count).ln(),
                        Residual::Standardised => gap.standardised(),
                    });
                }
                None => left_out.push(region.rows[at]),
            }
        }
        let design = match self {
            Residual::LogRatio => Design::LogRatio,
            Residual::Standardised => Design::Standardised,
        };
        let effects = least_squares(extras, &kept, Array1::from(response))?;
        Ok(SecondStage { design, effects, n_rows: kept.len(), left_out })
    }
}

fn least_squares(extras: &Extras, kept: &[usize], y: Array1<f64>) -> Result<Vec<Effect>> {
    let (n, p) = (kept.len(), extras.names.len() + 1);
    let too_little = || ErrorKind::Specification {
        message: format!("{n} rows with an observed count are too few for {p} coefficients"),
    };
    if n < p + 2 {
        return Err(too_little().into());
    }
    let cell = |(row, column): (usize, usize)| match column {
        0 => 1.0,
        _ => extras.values[[kept[row], column - 1]],
    };
    let x = Array2::from_shape_fn((n, p), cell);
    let inverse = Cholesky::new(&x.t().dot(&x).view()).ok_or_else(too_little)?.inverse();
    let beta = inverse.dot(&x.t().dot(&y));
    let rest = &y - &x.dot(&beta);
    let variance = rest.dot(&rest) / (n - p) as f64;
    let effect = |(k, name): (usize, &String)| Effect {
        term: name.clone(),
        estimate: beta[k + 1],
        std_error: (variance * inverse[[k + 1, k + 1]]).sqrt(),
        df: DegreesOfFreedom::Finite((n - p) as f64),
    };
    Ok(extras.names.iter().enumerate().map(effect).collect())
}
