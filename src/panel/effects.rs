//! Effects of areas, of periods and of areas in time, with their standard deviations.

use super::layout::BlockKind;
use super::posterior::Posterior;
use super::provisional::ProvisionalEffect;
use crate::infer::AreaEffect;
use serde::{Deserialize, Serialize};

/// The random intercept of one period: how far the log rate of all areas lies from what their determinants say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeriodEffect {
    /// Name of the period.
    pub period: String,
    /// Its time, in steps.
    pub time: f64,
    /// Conditional mode, log-rate scale.
    pub effect: f64,
    /// Standard deviation given data and parameters.
    pub sd_given_parameters: f64,
    /// Standard deviation with the uncertainty of all parameters, by the delta method.
    pub sd: f64,
}

/// Where one area stands in one period, beside its own lasting level and what all areas share in that period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InTimeEffect {
    /// Codes from the coarsest level of the tree down to the area.
    pub path: Vec<String>,
    /// Name of the period.
    pub period: String,
    /// Its time, in steps.
    pub time: f64,
    /// Conditional mode, log-rate scale.
    pub effect: f64,
    /// Standard deviation given data and parameters.
    pub sd_given_parameters: f64,
    /// Standard deviation with the uncertainty of all parameters, by the delta method.
    pub sd: f64,
}

/// Effects by level of the model, of periods, of areas in time, and of declared factors.
pub(super) struct Effects {
    pub levels: Vec<Vec<AreaEffect>>,
    pub periods: Vec<PeriodEffect>,
    pub in_time: Vec<InTimeEffect>,
    pub provisional: Vec<ProvisionalEffect>,
}

impl Effects {
    pub(super) fn of(posterior: &Posterior<'_>) -> Self {
        let problem = posterior.problem();
        let mut effects =
            Effects { levels: Vec::new(), periods: Vec::new(), in_time: Vec::new(), provisional: Vec::new() };
        let mut declared = problem.provisional.iter();
        for (at, block) in problem.layout.blocks.iter().enumerate() {
            let mut each = block.unknowns.clone().map(|unknown| posterior.effect(unknown, at));
            match block.kind {
                BlockKind::Level(level) => {
                    let paths = problem.base.paths_of_level(level).into_iter();
                    effects.levels.push(paths.zip(each).map(of_area).collect());
                }
                BlockKind::Movement => effects.in_time = in_time(posterior, each),
                BlockKind::Period => effects.periods = of_periods(posterior, each),
                BlockKind::Coefficients => {}
                BlockKind::Provisional => {
                    effects.provisional.extend(declared.next().zip(each.next()).map(
                        |(declared, (effect, _, sd))| ProvisionalEffect {
                            declared: declared.clone(),
                            log_factor: declared.factor().ln() + effect,
                            sd,
                        },
                    ));
                }
            }
        }
        effects
    }
}

fn of_area((path, (effect, sd_given_parameters, sd)): (Vec<String>, (f64, f64, f64))) -> AreaEffect {
    AreaEffect { path, effect, sd_given_parameters, sd }
}

/// Name and time of a period.
fn when(posterior: &Posterior<'_>, period: u32) -> (String, f64) {
    let periods = &posterior.problem().periods;
    (periods.labels()[period as usize].clone(), periods.times()[period as usize])
}

fn of_periods(posterior: &Posterior<'_>, each: impl Iterator<Item = (f64, f64, f64)>) -> Vec<PeriodEffect> {
    let of = |(&at, (effect, sd_given_parameters, sd)): (&u32, (f64, f64, f64))| {
        let (period, time) = when(posterior, at);
        PeriodEffect { period, time, effect, sd_given_parameters, sd }
    };
    posterior.problem().layout.periods.iter().zip(each).map(of).collect()
}

fn in_time(posterior: &Posterior<'_>, each: impl Iterator<Item = (f64, f64, f64)>) -> Vec<InTimeEffect> {
    let problem = posterior.problem();
    let level = problem.movement.as_ref().map_or(0, |moving| moving.at);
    let of = |(&(area, at), (effect, sd_given_parameters, sd)): (&(u32, u32), (f64, f64, f64))| {
        let path = problem.base.tree().path(level, area).into_iter().map(String::from).collect();
        let (period, time) = when(posterior, at);
        InTimeEffect { path, period, time, effect, sd_given_parameters, sd }
    };
    problem.layout.cells.iter().zip(each).map(of).collect()
}
