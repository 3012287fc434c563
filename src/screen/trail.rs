//! The audit trail of a screen: who entered each phase, who left, by which rule and with which figure.

use super::areas::Area;
use super::evidence::{Evidence, Measured};
use super::verdict::Verdict;
use crate::error::Result;
use crate::table::Table;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Everything that a screen said of every area.
///
/// It prints itself: each phase with its rules, how many entered, left and stayed, and by name those that left or stayed,
/// whichever are fewer. [`Trail::table`] has all of it, a row for each area, phase and rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trail {
    title: String,
    areas: Vec<Area>,
    rounds: Vec<Round>,
}

/// A phase as it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// The phase.
    pub name: String,
    /// Its rules, as they print, in their order.
    pub rules: Vec<String>,
    /// The reason that goes with a rule that takes areas out.
    pub reasons: Vec<Option<String>>,
    /// Of each area that entered, in the order of the areas.
    pub judgements: Vec<Judgement>,
}

/// What a phase said of an area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The area's position among the areas of the trail.
    pub area: usize,
    /// Whether it stayed.
    pub outcome: Outcome,
    /// What each rule found, in their order.
    pub findings: Vec<Finding>,
}

/// Whether an area went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// It did.
    Stayed,
    /// It did although a rule could say nothing of it.
    StayedUndecided,
    /// It did not.
    Left,
}

/// What one rule of a phase found for an area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Which rule of the phase, from 0.
    pub rule: usize,
    /// What it said.
    pub verdict: Verdict,
    /// Whether the area left by it.
    pub leaves: bool,
    /// The figures that it looked at.
    pub evidence: Vec<Evidence>,
}

impl Round {
    /// Positions of the areas that left.
    pub fn left(&self) -> impl Iterator<Item = usize> + '_ {
        self.judgements.iter().filter(|judged| judged.outcome == Outcome::Left).map(|judged| judged.area)
    }

    /// Positions of the areas that stayed, decided or not.
    pub fn stayed(&self) -> impl Iterator<Item = usize> + '_ {
        self.judgements.iter().filter(|judged| judged.outcome != Outcome::Left).map(|judged| judged.area)
    }
}

impl Trail {
    pub(super) fn new(title: String, areas: Vec<Area>, rounds: Vec<Round>) -> Self {
        Trail { title, areas, rounds }
    }

    /// All areas that were screened.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The phases, in their order.
    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }

    /// The areas that stayed to the end, in their order.
    pub fn remaining(&self) -> impl Iterator<Item = &Area> + '_ {
        let all = self.rounds.is_empty().then_some(0..self.areas.len()).into_iter().flatten();
        let last = self.rounds.last().into_iter().flat_map(Round::stayed);
        all.chain(last).filter_map(|at| self.areas.get(at))
    }

    /// The phase in which an area left, by its code; `None` where it stayed or is not there.
    pub fn left_in(&self, code: &str) -> Option<&Round> {
        let is = |area: usize| self.areas.get(area).is_some_and(|area| area.code == code);
        self.rounds.iter().find(|round| round.left().any(is))
    }

    /// A row for each area, phase and rule: `phase`, `code`, `name`, `outcome`, `rule`, `reason`, `verdict`, `figures`,
    /// and in percent `rate_low`, `rate_high`, `threshold_low`, `threshold_high` where the rule looked at a rate first.
    pub fn table(&self) -> Result<Table> {
        let lines: Vec<Line<'_>> = self.lines().collect();
        let text = |of: &dyn Fn(&Line<'_>) -> String| lines.iter().map(of).collect::<Vec<String>>();
        let number = |of: fn(&Measured) -> Option<f64>| {
            let of = |line: &Line<'_>| line.finding.evidence.first().and_then(|first| of(&first.measured));
            lines.iter().map(|line| of(line).map(|share| 100.0 * share)).collect::<Vec<Option<f64>>>()
        };
        Table::new()
            .with_text("phase", text(&|line| line.round.name.clone()))?
            .with_text("code", text(&|line| line.area.code.clone()))?
            .with_text("name", text(&|line| line.area.name.clone()))?
            .with_text("outcome", text(&|line| line.outcome.to_string()))?
            .with_text("rule", text(&|line| line.rule().to_string()))?
            .with_text("reason", text(&|line| line.reason().unwrap_or_default().to_string()))?
            .with_text("verdict", text(&|line| line.finding.verdict.to_string()))?
            .with_text("figures", text(&|line| figures(line.finding)))?
            .with_optional_numbers("rate_low", number(|m| rate(m).map(|(rate, _)| rate.0)))?
            .with_optional_numbers("rate_high", number(|m| rate(m).and_then(|(rate, _)| rate.1)))?
            .with_optional_numbers("threshold_low", number(|m| rate(m).map(|(_, at)| at.0)))?
            .with_optional_numbers("threshold_high", number(|m| rate(m).and_then(|(_, at)| at.1)))
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.rounds.iter().flat_map(move |round| {
            round.judgements.iter().flat_map(move |judged| {
                let area = self.areas.get(judged.area);
                let line =
                    move |finding| area.map(|area| Line { round, area, outcome: judged.outcome, finding });
                judged.findings.iter().filter_map(line)
            })
        })
    }
}

/// One rule on one area.
struct Line<'t> {
    round: &'t Round,
    area: &'t Area,
    outcome: Outcome,
    finding: &'t Finding,
}

impl<'t> Line<'t> {
    fn rule(&self) -> &'t str {
        self.round.rules.get(self.finding.rule).map_or("", String::as_str)
    }

    fn reason(&self) -> Option<&'t str> {
        self.round.reasons.get(self.finding.rule)?.as_deref()
    }
}

/// Ends of a rate and of its threshold.
type Ends = (f64, Option<f64>);

fn rate(measured: &Measured) -> Option<(Ends, Ends)> {
    match measured {
        Measured::Rate { rate, threshold, .. } => {
            Some(((rate.low, rate.high), (threshold.low, threshold.high)))
        }
        _ => None,
    }
}

fn figures(finding: &Finding) -> String {
    finding.evidence.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Outcome::Stayed => "stayed",
            Outcome::StayedUndecided => "stayed undecided",
            Outcome::Left => "left",
        })
    }
}

/// How many areas a phase names one by one.
const NAMED: usize = 25;

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} areas", self.title, self.areas.len())?;
        for (at, round) in self.rounds.iter().enumerate() {
            let (left, stayed) = (round.left().count(), round.stayed().count());
            write!(
                f,
                "\n\nphase {} – {}: {} entered, {left} left, {stayed} stayed",
                at + 1,
                round.name,
                round.judgements.len()
            )?;
            let of = |outcome| round.judgements.iter().filter(move |judged| judged.outcome == outcome);
            let undecided = of(Outcome::StayedUndecided).count();
            if undecided > 0 {
                write!(f, " ({undecided} of them undecided)")?;
            }
            round.rules.iter().try_for_each(|rule| write!(f, "\n  rule: {rule}"))?;
            if left <= NAMED {
                of(Outcome::Left).try_for_each(|judged| self.name(f, round, judged))?;
            } else {
                write!(f, "\n  {left} left, each with its figure in the table")?;
            }
            if left > NAMED && stayed <= NAMED {
                let stayed = round.judgements.iter().filter(|judged| judged.outcome != Outcome::Left);
                stayed.into_iter().try_for_each(|judged| self.name(f, round, judged))?;
            }
        }
        let names: Vec<&str> = self.remaining().map(|area| area.name.as_str()).collect();
        match names.len() {
            0 => write!(f, "\n\nremaining: none"),
            n if n <= NAMED => write!(f, "\n\nremaining: {n}: {}", names.join(", ")),
            n => write!(f, "\n\nremaining: {n}"),
        }
    }
}

impl Trail {
    fn name(&self, f: &mut fmt::Formatter<'_>, round: &Round, judged: &Judgement) -> fmt::Result {
        let Some(area) = self.areas.get(judged.area) else { return Ok(()) };
        write!(f, "\n    {} {}", judged.outcome, area.name)?;
        let decisive = judged.findings.iter().filter(|finding| match judged.outcome {
            Outcome::Left => finding.leaves,
            Outcome::StayedUndecided => finding.verdict == Verdict::Undecided,
            Outcome::Stayed => true,
        });
        decisive.enumerate().try_for_each(|(at, finding)| {
            write!(f, "{}{}", if at == 0 { ": " } else { "; " }, figures(finding))?;
            match round.reasons.get(finding.rule).and_then(Option::as_ref) {
                Some(reason) if finding.leaves => write!(f, " – {reason}"),
                _ => Ok(()),
            }
        })
    }
}
