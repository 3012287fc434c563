//! What is asked of a panel, before any data.

use super::provisional::Provisional;
use crate::area::Level;
use crate::family::Family;
use crate::model::Model;
use serde::{Deserialize, Serialize};

/// How the effects of one area in successive periods hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum InTime {
    /// One effect per area and period, all independent: v ~ N(0, sd²).
    Independent,
    /// First-order autoregression, stationary: v_t ~ N(0, sd²) with correlation ρ^Δ over Δ steps; both are estimated.
    ///
    /// ρ lies between −1 and 1, and between 0 and 1 where the periods do not lie whole steps apart.
    Autoregressive,
    /// First-order random walk from 0 at the first period of the panel: v_t − v_s ~ N(0, sd² Δ) over Δ steps.
    RandomWalk,
}

/// A family, the levels with a random intercept, an effect of periods and effects of areas in time.
///
/// ```
/// use nestcount::panel::{InTime, PanelModel};
/// let model = PanelModel::neg_bin2()
///     .random_intercept("gemeente")
///     .random_intercept("wijk")
///     .period_effect()
///     .in_time("wijk", InTime::Autoregressive);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PanelModel {
    pub(super) model: Model,
    pub(super) period: PeriodTerm,
    pub(super) movement: Option<(String, InTime)>,
    pub(super) provisional: Vec<Provisional>,
}

/// Whether periods have a random intercept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum PeriodTerm {
    None,
    Random,
}

impl PanelModel {
    /// Counts with Var(y) = μ given the effects.
    pub fn poisson() -> Self {
        PanelModel::of(Family::Poisson)
    }

    /// Counts with Var(y) = μ + μ²/θ given the effects; θ is estimated with the rest.
    pub fn neg_bin2() -> Self {
        PanelModel::of(Family::NegBin2)
    }

    /// A model of the family named by a value.
    pub fn of(family: Family) -> Self {
        PanelModel {
            model: Model::of(family),
            period: PeriodTerm::None,
            movement: None,
            provisional: Vec::new(),
        }
    }

    /// Adds a random intercept per area of a level; the order of the calls does not matter.
    pub fn random_intercept(mut self, level: impl Into<String>) -> Self {
        self.model = self.model.random_intercept(level);
        self
    }

    /// Adds a random intercept per area of a level known as a type.
    pub fn random_intercept_of<L: Level>(self) -> Self {
        self.random_intercept(L::NAME)
    }

    /// Adds a normal effect per row.
    ///
    /// Where rows are the cells of the finest level by period it is [`InTime::Independent`] there.
    pub fn row_effect(mut self) -> Self {
        self.model = self.model.row_effect();
        self
    }

    /// Adds a random intercept per period, shared by all areas: N(0, sd²), independent from period to period.
    ///
    /// Periods that are determinants of the design instead (dummies, a trend, seasons) are fixed effects.
    pub fn period_effect(mut self) -> Self {
        self.period = PeriodTerm::Random;
        self
    }

    /// Lets the areas of one level move in time; a later call takes the place of an earlier one.
    pub fn in_time(mut self, level: impl Into<String>, how: InTime) -> Self {
        self.movement = Some((level.into(), how));
        self
    }

    /// Declares periods whose counts are provisional.
    pub fn provisional(mut self, declared: Provisional) -> Self {
        self.provisional.push(declared);
        self
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.model.family()
    }

    /// The levels with a random intercept, in the order given.
    pub fn levels(&self) -> &[String] {
        self.model.levels()
    }
}
