//! Tables of groups, and their fits.

use crate::question::Question;
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::{Determinants, Numeric};
use nestcount::simulate::{DeclaredLevel, Determinant, Marginal, Sizes, World};
use nestcount::{Fit, Model, Options, Problem};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// What the counts are drawn from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Truth {
    pub(crate) groups: usize,
    pub(crate) size: usize,
    pub(crate) sd: f64,
    pub(crate) mean: f64,
    /// θ; none for a Poisson.
    pub(crate) theta: Option<f64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) question: Question,
    pub(crate) problem: Problem,
    pub(crate) fit: Fit,
}

impl Truth {
    pub(crate) fn world(self) -> World {
        let world = World::new(self.groups * self.size)
            .declared_level(DeclaredLevel::new("group", self.groups, self.sd).sizes(Sizes::Equal))
            .determinant(Determinant::normal("x", 0.3))
            .exposure(Marginal::log_normal(100.0, 0.5))
            .rate(self.mean / 100.0);
        match self.theta {
            Some(theta) => world.theta(theta),
            None => world,
        }
    }

    pub(crate) fn question(self, model: &Model, seed: u64) -> Question {
        let made = self.world().draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap();
        Question {
            table: made.table,
            levels: vec!["group"],
            count: "count",
            exposure: Some("exposure"),
            determinants: Determinants::new().with(Numeric::new("x")),
            model: model.clone(),
        }
    }

    /// The world fitted with a model; none where that fit fails.
    pub(crate) fn fitted(self, model: &Model, seed: u64) -> Option<Made> {
        let question = self.question(model, seed);
        let problem = question.problem().ok()?;
        let fit = problem.fit(&Options::default()).ok()?;
        Some(Made { question, problem, fit })
    }

    /// The same with counts below `bound` withheld.
    pub(crate) fn withheld(self, model: &Model, seed: u64, bound: u64) -> Option<Made> {
        let question = self.question(model, seed);
        let placement =
            Placement::from_table(&question.table, &question.levels, CodeScope::WithinParent).unwrap();
        let publish = |count: Count| match count {
            Count::Exact(y) if (1..bound).contains(&y) => Count::interval(1, bound - 1).unwrap(),
            count => count,
        };
        let counts = Count::column(&question.table, "count").unwrap().into_iter().map(publish).collect();
        let exposures = question.table.numbers("exposure").unwrap();
        let counts = CountTable::with_exposures(counts, exposures).unwrap();
        let design = question.determinants.build(&question.table, &placement, counts.rows()).unwrap();
        let problem = question.model.check(&placement, &counts, design).ok()?;
        let fit = problem.fit(&Options::default()).ok()?;
        Some(Made { question, problem, fit })
    }
}

pub(crate) fn model(theta: Option<f64>) -> Model {
    match theta {
        Some(_) => Model::neg_bin2(),
        None => Model::poisson(),
    }
    .random_intercept("group")
}
