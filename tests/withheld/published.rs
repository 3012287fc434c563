//! A drawn world as it would be published, and the problems that can be made of it.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable, ExclusionReason};
use nestcount::determinant::Determinants;
use nestcount::simulate::{Truth, World};
use nestcount::table::Table;
use nestcount::{Model, Problem, nl};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// What the rule withholds: a true count below it.
const THRESHOLD: u64 = 10;

/// The cell that the publisher prints: below 10 nothing, the rest to the nearest 5.
///
/// Written down here a second time, so that reading the rule is held to something that does not share its code.
fn cell(count: u64) -> String {
    match count < THRESHOLD {
        true => ".".into(),
        false => (5 * ((count + 2) / 5)).to_string(),
    }
}

/// A world, the model that made it, and what is known after publication beside what is not.
pub(crate) struct Made {
    pub(crate) truth: Truth,
    /// Levels `region` and `area`.
    pub(crate) placement: Placement,
    /// The true counts.
    pub(crate) counts: Vec<u64>,
    /// What the published cells say of them.
    pub(crate) published: Vec<Count>,
    pub(crate) table: Table,
    model: Model,
    determinants: Determinants,
}

impl Made {
    /// Draws and publishes; the world has columns `region`, `area`, `exposure` and `count`.
    pub(crate) fn draw(world: &World, model: &Model, determinants: &Determinants, seed: u64) -> Made {
        let made = world.draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap();
        let counts: Vec<u64> =
            made.table.numbers("count").unwrap().into_iter().map(|y| y.unwrap() as u64).collect();
        let cells = Table::new().with_text("cells", counts.iter().map(|&y| cell(y))).unwrap();
        let published = nl::cbs_2017().counts(&cells, "cells").unwrap();
        let says_true = |(count, &y): (&Count, &u64)| {
            let bounds = count.bounds();
            bounds.lo() <= y && bounds.hi().is_some_and(|hi| y <= hi)
        };
        assert!(published.iter().zip(&counts).all(says_true));
        Made {
            truth: made.truth,
            placement: Placement::from_table(&made.table, &["region", "area"], CodeScope::WithinParent)
                .unwrap(),
            counts,
            published,
            table: made.table,
            model: model.clone(),
            determinants: determinants.clone(),
        }
    }

    /// Rows whose count was withheld.
    pub(crate) fn withheld(&self) -> Vec<usize> {
        (0..self.counts.len()).filter(|&row| self.counts[row] < THRESHOLD).collect()
    }

    /// Rows whose count was published, rounded.
    pub(crate) fn rounded(&self) -> Vec<usize> {
        (0..self.counts.len()).filter(|&row| self.counts[row] >= THRESHOLD).collect()
    }

    /// The true counts.
    pub(crate) fn full(&self) -> Problem {
        self.problem(&self.count_table(self.counts.iter().map(|&y| Count::Exact(y)).collect()))
    }

    /// What was published.
    pub(crate) fn as_published(&self) -> Problem {
        self.of_counts(&self.published)
    }

    /// These counts in the place of the published ones.
    pub(crate) fn of_counts(&self, counts: &[Count]) -> Problem {
        self.problem(&self.count_table(counts.to_vec()))
    }

    /// Without the rows whose count was withheld.
    pub(crate) fn dropped(&self) -> Problem {
        let counts = self.count_table(self.published.clone());
        self.problem(&counts.without(&self.withheld(), ExclusionReason::Withheld))
    }

    pub(crate) fn count_table(&self, counts: Vec<Count>) -> CountTable {
        CountTable::with_exposures(counts, self.table.numbers("exposure").unwrap()).unwrap()
    }

    fn problem(&self, counts: &CountTable) -> Problem {
        let design = self.determinants.build(&self.table, &self.placement, counts.rows()).unwrap();
        self.model.check(&self.placement, counts, design).unwrap()
    }
}
