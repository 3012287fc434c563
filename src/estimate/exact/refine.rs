//! The error of a rule, by the next finer one.

use super::orders::Orders;
use super::sweep::{Quadrature, Wanted};
use crate::error::{Error, ErrorKind};
use crate::estimate::evaluate::Objective;
use crate::estimate::point::Point;
use crate::family::Family;

/// Refinements before giving up: the step is then a tenth of what it was.
const MOST_REFINEMENTS: usize = 8;

/// A rule fine enough at a point.
#[derive(Debug)]
pub(crate) struct Refined {
    pub quadrature: Quadrature,
    /// The exact log-likelihood less Laplace's, by the rule.
    pub difference: f64,
    /// What the next finer rule would change, or the next coarser one has.
    pub error: f64,
}

/// Refines from the coarsest rule of the orders, or from the one given, until a refinement changes no more than they ask
/// for.
pub(crate) fn refine(
    orders: Orders,
    from: Option<Quadrature>,
    objective: &mut Objective<'_>,
    family: Family,
    point: &Point,
    modes: &[f64],
) -> Result<Refined, Unresolved> {
    let mut coarse = from.unwrap_or_else(|| orders.quadrature());
    let mut value = |quadrature: &mut Quadrature| {
        quadrature.evaluate(objective, family, point, modes, Wanted::Value).map(|found| found.difference)
    };
    let mut difference = value(&mut coarse).ok_or(Unresolved { error: f64::INFINITY })?;
    let mut error = f64::INFINITY;
    for _ in 0..MOST_REFINEMENTS {
        let mut fine = coarse.with(coarse.rule().finer());
        let next = value(&mut fine).ok_or(Unresolved { error })?;
        error = (next - difference).abs();
        if error <= orders.tolerance() {
            return Ok(Refined { quadrature: coarse, difference, error });
        }
        (coarse, difference) = (fine, next);
    }
    Err(Unresolved { error })
}

/// No rule was fine enough.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unresolved {
    /// What the last refinement still changed.
    pub error: f64,
}

impl From<Unresolved> for Error {
    fn from(unresolved: Unresolved) -> Self {
        let why = match unresolved.error.is_finite() {
            true => format!("the last refinement still changed it by {:.1e}", unresolved.error),
            false => "its sums overflow or need too many points".into(),
        };
        let message = format!("the exact log-likelihood cannot be computed to this tolerance: {why}");
        ErrorKind::Specification { message }.into()
    }
}
