//! What a row's published count says about the determinants of the row.

use crate::determinant::Imputable;
use crate::family::{Coarse, Coarsened, CountFamily, NegBin2, Poisson, Scatter};
use crate::infer::DrawnParameters;
use crate::model::Problem;
use ndarray::{Array1, Array2};

/// log P(what was published about a row | its determinants), parameters and effects given.
pub(super) struct Outcome<'a> {
    coefficients: Array1<f64>,
    /// Offset plus area effects of each design row.
    beside: Vec<f64>,
    counts: Vec<Published>,
    scatter: Scatter,
    matrix: &'a Array2<f64>,
    imputable: &'a Imputable,
}

#[derive(Debug, Clone, Copy)]
enum Published {
    Exact(f64),
    Coarse(Coarse),
}

impl<'a> Outcome<'a> {
    pub(super) fn new(
        problem: &Problem,
        at: &DrawnParameters,
        effects: &[f64],
        matrix: &'a Array2<f64>,
        imputable: &'a Imputable,
    ) -> Self {
        let mut counts: Vec<Published> = problem.exact_counts().into_iter().map(Published::Exact).collect();
        let positions = problem.positions_of_coarse_rows();
        for (&position, row) in positions.iter().zip(&problem.coarse) {
            counts[position] = Published::Coarse(row.published);
        }
        let effects = problem.leaf_effects(effects);
        Outcome {
            coefficients: problem.standard.coefficients(&at.point.beta),
            beside: problem.offsets().iter().zip(effects).map(|(offset, effect)| offset + effect).collect(),
            counts,
            scatter: at.scatter,
            matrix,
            imputable,
        }
    }

    /// The log-probability of a row by its free columns; what does not depend on them is left out.
    pub(super) fn by_row(&self) -> impl FnMut(usize, &[f64]) -> f64 + '_ {
        let mut design = vec![0.0; self.matrix.ncols()];
        move |row, free| {
            design.iter_mut().zip(self.matrix.row(row)).for_each(|(to, from)| *to = *from);
            for (column, value) in self.imputable.columns.iter().zip(free) {
                design[column.position] = *value;
            }
            self.imputable.complete(&mut design);
            let fixed: f64 = design.iter().zip(&self.coefficients).map(|(x, b)| x * b).sum();
            self.log_probability(row, fixed + self.beside[row])
        }
    }

    fn log_probability(&self, row: usize, eta: f64) -> f64 {
        match self.scatter {
            Scatter::Poisson => log_probability(Poisson, self.counts[row], eta),
            Scatter::NegBin2 { theta } => log_probability(NegBin2::new(theta), self.counts[row], eta),
        }
    }
}

fn log_probability<F: Coarsened + CountFamily>(family: F, published: Published, eta: f64) -> f64 {
    let mu = eta.exp();
    match published {
        Published::Exact(y) => y * eta + family.log_density_part(y, family.log_term(mu)),
        Published::Coarse(coarse) => family.coarse(&coarse, mu).log_probability,
    }
}
