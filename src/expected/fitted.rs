//! Expected counts of the rows of the fit.

use crate::error::{ErrorKind, Result};
use crate::infer::Fit;
use crate::model::Problem;

/// Expected counts of the rows of a fit, in the caller's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    rows: Vec<usize>,
    levels: Vec<String>,
    variances: Vec<f64>,
    fixed: Vec<f64>,
    /// Effect of each row's area, by level.
    effects: Vec<Vec<f64>>,
}

impl Fit {
    /// Expected counts of the rows the fit was made from.
    ///
    /// Fails where the problem is another one than the fit's.
    pub fn fitted(&self, problem: &Problem) -> Result<Fitted> {
        let levels: Vec<String> = self.levels().iter().map(|level| level.level.clone()).collect();
        self.refuse_other(problem)?;
        let beta: Vec<f64> = self.coefficients().iter().map(|c| c.estimate).collect();
        Ok(Fitted {
            rows: problem.rows().to_vec(),
            variances: self.levels().iter().map(|level| level.sd.variance()).collect(),
            fixed: problem.fixed_part(&beta),
            effects: levels
                .iter()
                .enumerate()
                .map(|(l, level)| self.effects_of_rows(problem, l, level))
                .collect::<Result<_>>()?,
            levels,
        })
    }

    fn effects_of_rows(&self, problem: &Problem, l: usize, level: &str) -> Result<Vec<f64>> {
        let effects = self.area_effects(level)?;
        let by_row = problem.area_rank_of_rows(l);
        Ok(by_row.into_iter().map(|rank| effects.get(rank).map_or(0.0, |area| area.effect)).collect())
    }
}

impl Fitted {
    /// Positions of the rows in the caller's table, ascending; all columns here follow them.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// exposure · exp(x'β): the expected count of a typical area, all effects 0.
    pub fn fixed_part(&self) -> &[f64] {
        &self.fixed
    }

    /// exposure · exp(x'β + effects down to `level` + ½ Σ variances of finer levels): what is expected of a row when
    /// the areas down to `level` are known and what is finer is averaged over.
    ///
    /// Fails where the fit has no random intercept at the level.
    pub fn given(&self, level: &str) -> Result<Vec<f64>> {
        let Some(last) = self.levels.iter().position(|known| known == level) else {
            return Err(ErrorKind::UnknownLevel { level: level.into(), known: self.levels.clone() }.into());
        };
        let finer: f64 = self.variances[last + 1..].iter().sum();
        Ok(self.with_effects(last + 1, 0.5 * finer))
    }

    /// exposure · exp(x'β + all effects), at their conditional modes.
    pub fn conditional(&self) -> Vec<f64> {
        self.with_effects(self.levels.len(), 0.0)
    }

    fn with_effects(&self, levels: usize, shift: f64) -> Vec<f64> {
        let effect = |row: usize| self.effects[..levels].iter().map(|level| level[row]).sum::<f64>();
        self.fixed.iter().enumerate().map(|(row, fixed)| fixed * (effect(row) + shift).exp()).collect()
    }
}
