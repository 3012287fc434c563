//! What is lost when a block of determinants is left out and the rest is fitted again.

use super::against::Change;
use super::importance::{Block, blocks_of_terms};
use crate::error::Result;
use crate::estimate::{Options, Start};
use crate::infer::Fit;
use crate::model::Problem;
use statrs::distribution::{ChiSquared, ContinuousCDF};
use std::ops::ControlFlow;

/// Each block left out in turn, the rest fitted again from the maximum of the whole.
///
/// The other measure of importance: what a block adds to the others, where [`Importance`](super::Importance) says how
/// much of the differences it makes up. Blocks that say the same lose little each.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// One per block, in their order.
    pub blocks: Vec<LeftOutBlock>,
}

/// One block of a [`LeftOut`].
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOutBlock {
    /// The block.
    pub block: String,
    /// Number of its terms.
    pub terms: usize,
    /// 2 (logLik with it − logLik without it): the likelihood-ratio statistic.
    pub deviance: f64,
    /// The fit without the block, for everything else.
    pub without: Fit,
    /// Variance of each level without the block (as [`Change::empty`]) and with it, coarsest level first.
    pub levels: Vec<Change>,
}

impl LeftOut {
    /// Leaves out each block and fits the rest.
    ///
    /// Fails where the problem is not the fit's, on blocks with terms that are not there or in two of them, and where a
    /// fit without a block fails.
    pub fn of(fit: &Fit, problem: &Problem, blocks: &[Block], options: &Options) -> Result<LeftOut> {
        fit.refuse_other(problem)?;
        fit.refuse_unless_laplace("fits without a block")?;
        blocks_of_terms(problem, blocks)?;
        let each = blocks.iter().map(|block| without(fit, problem, block, options));
        Ok(LeftOut { blocks: each.collect::<Result<_>>()? })
    }
}

impl LeftOutBlock {
    /// P(χ² ≥ deviance) with as many degrees of freedom as terms: the likelihood-ratio test of the block.
    pub fn p_value(&self) -> f64 {
        let Ok(chi2) = ChiSquared::new(self.terms as f64) else { return 1.0 };
        chi2.sf(self.deviance.max(0.0))
    }
}

fn without(fit: &Fit, problem: &Problem, block: &Block, options: &Options) -> Result<LeftOutBlock> {
    let reduced = problem.without_terms(&block.terms)?;
    let (mut point, effects) = problem.position_of(fit)?;
    let mut terms = problem.terms().iter();
    // standard units: the determinants are centred, so the intercept stays what it is
    point.beta.retain(|_| terms.next().is_some_and(|term| !block.terms.contains(term)));
    let without =
        reduced.fit_starting(Start::Warm { point, effects }, options, &mut |_| ControlFlow::Continue(()))?;
    let levels = without.levels().iter().zip(fit.levels());
    let change = |(empty, full): (&crate::infer::LevelVariance, &crate::infer::LevelVariance)| Change {
        empty: empty.sd.variance(),
        full: full.sd.variance(),
    };
    Ok(LeftOutBlock {
        block: block.name.clone(),
        terms: block.terms.len(),
        deviance: 2.0 * (fit.log_likelihood() - without.log_likelihood()),
        levels: levels.map(change).collect(),
        without,
    })
}
