//! Missing cells given everything else: proposals from their normal conditional, judged by the outcome.

use super::acceptance::Tally;
use super::completed::Completed;
use super::tier::{Gaps, Tier, Unit};
use crate::numeric::dense::Cholesky;
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// Log-probability of what was published about a row whose columns would be these, in the caller's units and order.
pub(crate) type LogProbability<'a> = dyn FnMut(usize, &[f64]) -> f64 + 'a;

/// Sizes of the steps proposed one after another. The first is independent of where the cells are; the small ones move
/// cells of which the outcome knows much more than the other columns do.
pub(super) const STEPS: [f64; 4] = [1.0, 0.5, 0.2, 0.05];

/// Proposes and judges; with no outcome the first proposal always stands.
pub(super) struct Cells<'a, 'o, R: ?Sized> {
    pub(super) completed: &'a mut Completed,
    pub(super) outcome: Option<&'a mut LogProbability<'o>>,
    pub(super) tally: &'a mut Tally,
    pub(super) rng: &'a mut R,
}

/// The normal distribution of the missing cells of one unit.
struct Conditional<'a> {
    centre: Vec<f64>,
    /// Of the precision of these cells.
    factor: &'a Cholesky,
}

impl<R: Rng + ?Sized> Cells<'_, '_, R> {
    /// Draws the missing cells of all units of a tier; `None` where rounding leaves no positive definite matrix.
    pub(super) fn draw(
        &mut self,
        tier: &mut Tier,
        above: ArrayView2<'_, f64>,
        precision: &Array2<f64>,
    ) -> Option<()> {
        for Gaps { columns, units } in &mut tier.gaps {
            let of_cells = Array2::from_shape_fn((columns.len(), columns.len()), |(j, k)| {
                precision[[columns[j], columns[k]]]
            });
            let factor = Cholesky::new(&of_cells.view())?;
            for unit in units {
                let mut values = tier.values.row_mut(unit.at);
                let mean = above.row(tier.parents[unit.at]);
                let conditional = Conditional::new(&factor, columns, precision, (mean, &values));
                unit.moves += u64::from(self.move_unit(&conditional, columns, unit, &mut values));
            }
        }
        Some(())
    }

    /// Whether any proposal was accepted.
    fn move_unit(
        &mut self,
        conditional: &Conditional<'_>,
        columns: &[usize],
        unit: &Unit,
        values: &mut ArrayViewMut1<'_, f64>,
    ) -> bool {
        let mut cells: Vec<f64> = columns.iter().map(|&column| values[column]).collect();
        let moved = match self.outcome.as_deref_mut() {
            None => {
                cells = conditional.step(&cells, STEPS[0], self.rng);
                true
            }
            Some(outcome) => {
                let mut judge =
                    |cells: &[f64]| self.completed.log_probability(&unit.rows, columns, cells, outcome);
                let mut now = judge(&cells);
                let mut moved = false;
                for (size, tally) in STEPS.into_iter().zip(&mut self.tally.steps) {
                    let proposed = conditional.step(&cells, size, self.rng);
                    let then = judge(&proposed);
                    let accepted = self.rng.random::<f64>().ln() < then - now;
                    tally.count(accepted);
                    if accepted {
                        (cells, now, moved) = (proposed, then, true);
                    }
                }
                moved
            }
        };
        if moved {
            columns.iter().zip(&cells).for_each(|(&column, cell)| values[column] = *cell);
            self.completed.write(&unit.rows, columns, &cells);
        }
        moved
    }
}

impl<'a> Conditional<'a> {
    /// Given a unit's other columns and the mean vector of its parent.
    fn new(
        factor: &'a Cholesky,
        columns: &[usize],
        precision: &Array2<f64>,
        (mean, values): (ArrayView1<'_, f64>, &ArrayViewMut1<'_, f64>),
    ) -> Self {
        let mut deviations: Vec<f64> = values.iter().zip(mean).map(|(z, m)| z - m).collect();
        columns.iter().for_each(|&column| deviations[column] = 0.0);
        let deviations = ArrayView1::from(&deviations);
        let mut centre: Vec<f64> =
            columns.iter().map(|&column| -precision.row(column).dot(&deviations)).collect();
        factor.lower_in_place(&mut centre);
        factor.upper_in_place(&mut centre);
        centre.iter_mut().zip(columns).for_each(|(centre, &column)| *centre += mean[column]);
        Conditional { centre, factor }
    }

    /// centre + √(1 − size²)(cells − centre) + size · noise.
    ///
    /// It leaves this normal distribution as it is and is reversible in it, so that of the ratio of acceptance only the
    /// outcome's part remains.
    fn step(&self, cells: &[f64], size: f64, rng: &mut (impl Rng + ?Sized)) -> Vec<f64> {
        let mut noise: Vec<f64> = cells.iter().map(|_| StandardNormal.sample(rng)).collect();
        self.factor.upper_in_place(&mut noise);
        let kept = (1.0 - size * size).sqrt();
        let pairs = cells.iter().zip(&self.centre).zip(noise);
        pairs.map(|((cell, centre), noise)| centre + kept * (cell - centre) + size * noise).collect()
    }
}
