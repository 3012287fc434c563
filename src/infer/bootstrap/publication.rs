//! What becomes of a simulated count before it is fitted.

use crate::count::{Count, DisclosureRule};
use crate::error::{ErrorKind, Result};
use crate::model::Problem;
use rand_chacha::ChaCha12Rng;
use std::fmt;

/// What becomes of a simulated count before it is fitted: the same as became of the counts at hand.
///
/// A withheld row does not say under which rule it was withheld, so the rule has to be stated. Fits to simulated counts
/// that were left exact would be surer than the fit at hand.
#[derive(Clone, Copy, Default)]
pub(in crate::infer) enum Publication<'a> {
    /// Nothing was said: right where all counts at hand are exact.
    #[default]
    Unstated,
    Exactly,
    Rule(&'a DisclosureRule),
    Own(&'a Publisher<'a>),
}

/// A publisher of the caller's own: what is known of a count, given the row in the caller's table.
pub(in crate::infer) type Publisher<'a> = dyn Fn(usize, u64) -> Count + Sync + 'a;

impl Publication<'_> {
    /// Fails where counts at hand are known in part and nobody said by which rule.
    pub(in crate::infer) fn check(self, problem: &Problem) -> Result<()> {
        match (self, problem.n_coarse()) {
            (Publication::Unstated, coarse) if coarse > 0 => {
                let message = format!(
                    "{coarse} counts are withheld or rounded, and a row does not say by which rule: say with \
                     Bootstrap::published_by or published_as what becomes of simulated counts, or ask for exact \
                     ones with published_exactly"
                );
                Err(ErrorKind::Specification { message }.into())
            }
            _ => Ok(()),
        }
    }

    pub(in crate::infer) fn of(self, row: usize, count: u64, rng: &mut ChaCha12Rng) -> Count {
        match self {
            Publication::Unstated | Publication::Exactly => Count::Exact(count),
            Publication::Rule(rule) => rule.publish(count, rng),
            Publication::Own(publisher) => publisher(row, count),
        }
    }
}

impl fmt::Debug for Publication<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Publication::Unstated => f.write_str("Unstated"),
            Publication::Exactly => f.write_str("Exactly"),
            Publication::Rule(rule) => write!(f, "Rule({rule})"),
            Publication::Own(_) => f.write_str("Own"),
        }
    }
}
