//! The offset design without each of its areas in turn: does one gemeente carry the answer?

use super::effect::SecondStage;
use super::extras::Extras;
use super::offset::OffsetDesign;
use super::region::Region;
use crate::error::{Error, ErrorKind, Result};
use crate::infer::Effect;
use crate::parallel;
use std::ops::ControlFlow;

/// The effects with all areas, and without each.
#[derive(Debug)]
pub struct LeftOut {
    /// With all.
    pub whole: SecondStage,
    /// Without each, in the order of the tree.
    pub without: Vec<WithoutArea>,
    /// Areas without which the design cannot be fitted, with the reason: most often an extra that says nothing any more.
    pub failed: Vec<(Vec<String>, Error)>,
}

/// The design without one area.
#[derive(Debug, Clone, PartialEq)]
pub struct WithoutArea {
    /// Codes of the area left out, from the coarsest level down.
    pub path: Vec<String>,
    /// Rows left out with it.
    pub n_left_out: usize,
    /// What is found without it.
    pub stage: SecondStage,
}

/// The area whose absence moves an effect most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worst<'a> {
    /// The area.
    pub area: &'a WithoutArea,
    /// The effect without it.
    pub effect: &'a Effect,
    /// The effect without it less the effect with all, in standard errors of the latter.
    pub change: f64,
}

/// How far leaving out is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AreasDone {
    /// Areas left out so far.
    pub done: usize,
    /// Areas in all.
    pub of: usize,
}

impl OffsetDesign {
    /// Fits the design without each area of its level, on so many threads.
    ///
    /// `progress` sees every area and may stop the work. Fails where the whole cannot be fitted; an area without which it
    /// cannot is listed with its reason.
    pub fn leave_each_out(
        &self,
        region: &Region,
        extras: &Extras,
        threads: usize,
        mut progress: impl FnMut(AreasDone) -> ControlFlow<()>,
    ) -> Result<LeftOut> {
        let whole = self.fit(region, extras)?.stage().clone();
        let areas = region.areas(self.level())?;
        let of = areas.len();
        let work = |at: usize| {
            let left_out = &areas[at].1;
            let kept: Vec<usize> = (0..region.rows.len()).filter(|row| !left_out.contains(row)).collect();
            let fit = self.fit(&region.with_rows(&kept), &extras.with_rows(&kept))?;
            Ok::<_, Error>(fit.stage().clone())
        };
        let made = parallel::all(of, threads, work, |done| progress(AreasDone { done, of }))
            .map_err(|done| ErrorKind::InferenceCancelled { what: "areas left out".into(), done, of })?;
        let mut result = LeftOut { whole, without: Vec::new(), failed: Vec::new() };
        for ((path, rows), stage) in areas.into_iter().zip(made) {
            match stage {
                Ok(stage) => result.without.push(WithoutArea { path, n_left_out: rows.len(), stage }),
                Err(why) => result.failed.push((path, why)),
            }
        }
        Ok(result)
    }
}

impl LeftOut {
    /// The area whose absence moves the effect of a determinant most; `None` where there is no such effect.
    pub fn worst(&self, term: &str) -> Option<Worst<'_>> {
        let whole = self.whole.effect(term)?;
        let each = self.without.iter().filter_map(|area| {
            let effect = area.stage.effect(term)?;
            let change = (effect.estimate - whole.estimate) / whole.std_error;
            Some(Worst { area, effect, change })
        });
        each.max_by(|a, b| a.change.abs().total_cmp(&b.change.abs()))
    }
}
