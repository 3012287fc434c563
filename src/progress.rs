//! Long work shows itself: what an iteration looked like, and whether to go on.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One step of the outer maximisation, as the progress callback and the trace see it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Iteration {
    /// Number of the evaluation, from 1.
    pub evaluation: usize,
    /// Laplace log-likelihood at this point, all constants in; of the best point so far where this one has none.
    pub log_likelihood: f64,
    /// Newton decrement g'(−H)⁻¹g: twice the gain that the next step promises.
    pub decrement: f64,
    /// Whether the point was taken, or given back because the log-likelihood fell.
    pub verdict: Verdict,
}

/// Whether an evaluated point was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Verdict {
    /// The point is the new best.
    Taken,
    /// The log-likelihood fell: a shorter step from the old point follows.
    GivenBack,
    /// There is no log-likelihood at the point, where numbers overflow or the effects have no mode: a shorter step from
    /// the old point follows.
    NoValue,
}

impl fmt::Display for Iteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.verdict {
            Verdict::Taken => "",
            Verdict::GivenBack => "  (given back)",
            Verdict::NoValue => "  (no value)",
        };
        write!(
            f,
            "{:>4}  logLik {:>18.8}  decrement {:>10.3e}{mark}",
            self.evaluation, self.log_likelihood, self.decrement
        )
    }
}

/// The best point that an unfinished maximisation reached, with its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BestPoint {
    /// Name of each parameter: the terms, then `sd(level)`, then `theta`, which is infinite where the Poisson limit of
    /// a negative binomial was being tried.
    pub names: Vec<String>,
    /// Value of each parameter, in the units of the names.
    pub values: Vec<f64>,
    /// Laplace log-likelihood there.
    pub log_likelihood: f64,
    /// All evaluations in order.
    pub trace: Vec<Iteration>,
}
