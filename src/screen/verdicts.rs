//! Verdicts on many areas, published or draw by draw.

use super::areas::{Area, Areas};
use super::verdict::Verdict;
use ndarray::Array2;

/// Whether a rule holds for each area: once, of published figures, or in each of many draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdicts {
    pub(super) areas: Vec<Area>,
    /// One row a draw, one column an area.
    pub(super) values: Array2<Verdict>,
}

/// The probability that a rule holds, between bounds where something is undecided in a draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probability {
    /// The share of draws in which it holds.
    pub low: f64,
    /// The share of draws in which it does not fail.
    pub high: f64,
}

impl Probability {
    /// The probability itself, where nothing is undecided.
    pub fn number(self) -> Option<f64> {
        (self.low == self.high).then_some(self.low)
    }
}

impl Verdicts {
    pub(super) fn published(areas: &Areas, of: impl Fn(usize) -> Verdict) -> Self {
        let values = Array2::from_shape_fn((1, areas.n_areas()), |(_, area)| of(area));
        Verdicts { areas: areas.areas().to_vec(), values }
    }

    /// Number of draws; 1 of published figures.
    pub fn n_draws(&self) -> usize {
        self.values.nrows()
    }

    /// The areas, in their order.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// What all draws agree on, by area; undecided where they do not. Of published figures the verdicts themselves.
    pub fn agreed(&self) -> Vec<Verdict> {
        let one = |column: ndarray::ArrayView1<'_, Verdict>| {
            column.iter().copied().reduce(Verdict::between).unwrap_or(Verdict::Undecided)
        };
        self.values.columns().into_iter().map(one).collect()
    }

    /// The share of draws in which the rule holds, by area.
    pub fn probabilities(&self) -> Vec<Probability> {
        let n = self.n_draws().max(1) as f64;
        let one = |column: ndarray::ArrayView1<'_, Verdict>| {
            let share = |of: &dyn Fn(Verdict) -> bool| column.iter().filter(|v| of(**v)).count() as f64 / n;
            Probability { low: share(&|v| v == Verdict::Holds), high: share(&|v| v != Verdict::Fails) }
        };
        self.values.columns().into_iter().map(one).collect()
    }

    /// Areas for which the rule holds, agreed by all draws.
    pub fn holding(&self) -> impl Iterator<Item = &Area> + '_ {
        self.areas.iter().zip(self.agreed()).filter(|(_, v)| *v == Verdict::Holds).map(|(area, _)| area)
    }
}
