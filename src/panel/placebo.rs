//! The same step given to other areas: how often one is met as large as that of the area in question.

use super::fit::PanelFit;
use super::problem::PanelProblem;
use super::time_term::TimeTerm;
use crate::area::Placement;
use crate::error::{ErrorKind, Result};
use crate::infer::Coefficient;
use crate::parallel;
use std::fmt;
use std::ops::ControlFlow;

/// A placebo study of one term: it moves from its own area to each other one in turn, and the model is refitted.
///
/// The term keeps its column; only the area in which it is not 0 changes. Effects are compared by |z|, so that a small area's
/// noise does not pass for a large effect. Where areas are alike and none has an effect, every rank of the own area is as
/// likely, whatever the model has missed of how they move.
///
/// Source: Abadie, Diamond & Hainmueller 2010, Journal of the American Statistical Association 105:493.
#[derive(Debug, Clone, PartialEq)]
pub struct Placebo {
    term: TimeTerm,
    among: Among,
    threads: usize,
}

#[derive(Debug, Clone, PartialEq)]
enum Among {
    All,
    Codes(Vec<String>),
}

/// Refits done, of those asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacebosDone {
    /// Done so far.
    pub done: usize,
    /// Asked for.
    pub of: usize,
}

/// The effect of the term in one area.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceboEffect {
    /// Code of the area.
    pub code: String,
    /// The coefficient of the term there.
    pub effect: Coefficient,
}

/// The effects in all areas.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceboTest {
    /// In the area in question.
    pub own: PlaceboEffect,
    /// In the others, in the order asked.
    pub others: Vec<PlaceboEffect>,
    /// Areas in which the refit did not converge or the term cannot be told apart, with what was said.
    pub failed: Vec<(String, String)>,
}

/// Where the own effect stands among those of the areas whose refit converged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceboRank {
    /// Place of the own effect by |z|, from 1 for the largest.
    pub place: usize,
    /// Areas ranked, the own one counted.
    pub among: usize,
    /// Areas asked for, the own one counted; those not ranked are [`PlaceboTest::failed`].
    pub asked: usize,
}

impl PlaceboRank {
    /// place / among: the share of the ranked areas whose effect is at least as large, the own one counted.
    pub fn p_value(self) -> f64 {
        self.place as f64 / self.among as f64
    }

    /// The same had all areas that were not ranked the larger effect: (place + asked − among) / asked.
    pub fn largest_p_value(self) -> f64 {
        (self.place + self.asked - self.among) as f64 / self.asked as f64
    }
}

/// `2 of 31`, and how many were asked for where some refits failed: `2 of 28, 31 asked`.
impl fmt::Display for PlaceboRank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.place, self.among)?;
        match self.asked == self.among {
            true => Ok(()),
            false => write!(f, ", {} asked", self.asked),
        }
    }
}

impl PlaceboTest {
    /// Place of the own effect among all that were found.
    pub fn rank(&self) -> PlaceboRank {
        let own = self.own.effect.z().abs();
        let larger = self.others.iter().filter(|other| other.effect.z().abs() >= own).count();
        let among = 1 + self.others.len();
        PlaceboRank { place: 1 + larger, among, asked: among + self.failed.len() }
    }
}

impl Placebo {
    /// The term of one area, given to all other areas of that level.
    ///
    /// Fails on a term for all areas.
    pub fn of(term: TimeTerm) -> Result<Self> {
        match term.area() {
            Some(_) => Ok(Placebo { term, among: Among::All, threads: 1 }),
            None => {
                let message =
                    format!("'{}' is for all areas; a placebo needs a term in one area", term.name());
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// Given to these areas only.
    pub fn among<S: Into<String>>(self, codes: impl IntoIterator<Item = S>) -> Self {
        Placebo { among: Among::Codes(codes.into_iter().map(Into::into).collect()), ..self }
    }

    /// The same on several threads; the answers do not depend on their number.
    pub fn on_threads(self, threads: usize) -> Self {
        Placebo { threads, ..self }
    }

    /// Refits, `progress` sees each that is done.
    ///
    /// Fails where the fit is not that of the problem, where the design has no column of the term's name, on areas that are
    /// not there, and where `progress` stops it.
    pub fn run(
        &self,
        fit: &PanelFit,
        problem: &PanelProblem,
        mut progress: impl FnMut(PlacebosDone) -> ControlFlow<()>,
    ) -> Result<PlaceboTest> {
        fit.refuse_other(problem)?;
        let (level, own) = self.term.area().unwrap_or_default();
        let codes = self.codes(problem.areas(), level, own)?;
        let effect = fit.coefficient(self.term.name())?.clone();
        let of = codes.len();
        let refit = |piece: usize| self.refit(fit, problem, (level, &codes[piece]));
        let made = parallel::all(of, self.threads, refit, |done| progress(PlacebosDone { done, of }))
            .map_err(|done| ErrorKind::InferenceCancelled { what: "refits".into(), done, of })?;
        let (mut others, mut failed) = (Vec::new(), Vec::new());
        for (code, made) in codes.into_iter().zip(made) {
            match made {
                Ok(effect) => others.push(PlaceboEffect { code, effect }),
                Err(error) => failed.push((code, error.to_string())),
            }
        }
        Ok(PlaceboTest { own: PlaceboEffect { code: own.into(), effect }, others, failed })
    }

    fn codes(&self, areas: &Placement, level: &str, own: &str) -> Result<Vec<String>> {
        let tree = areas.tree();
        let at = tree.level(level)?;
        let codes = match &self.among {
            Among::All => tree.codes(at).to_vec(),
            Among::Codes(codes) => codes.clone(),
        };
        let lost: Vec<String> = codes.iter().filter(|code| tree.find(at, code).is_none()).cloned().collect();
        if !lost.is_empty() {
            return Err(ErrorKind::UnknownArea { level: level.into(), codes: lost, rows: vec![] }.into());
        }
        Ok(codes.into_iter().filter(|code| code != own).collect())
    }

    fn refit(
        &self,
        fit: &PanelFit,
        problem: &PanelProblem,
        (level, code): (&str, &str),
    ) -> Result<Coefficient> {
        let term = self.term.clone().in_area(level, code);
        let column = term.column(problem.areas(), problem.periods())?;
        refuse_unseen(problem, &column, code)?;
        let moved = problem.with_column(term.name(), &column)?;
        moved.fit_from(fit, &fit.stored.options)?.coefficient(term.name()).cloned()
    }
}

/// Fails where the column is 0 on all rows of the fit: the area was not seen then.
fn refuse_unseen(problem: &PanelProblem, column: &[f64], code: &str) -> Result<()> {
    match problem.rows().iter().any(|&row| column[row] != 0.0) {
        true => Ok(()),
        false => {
            let message = format!("the area '{code}' has no row in which the term is not 0");
            Err(ErrorKind::Specification { message }.into())
        }
    }
}
