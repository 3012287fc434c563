//! A screen: phases that areas go through.

use super::areas::Areas;
use super::phase::{Phase, StepKind, WhenUndecided};
use super::resolved::Resolved;
use super::trail::{Finding, Judgement, Outcome, Round, Trail};
use super::verdict::Verdict;
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// Phases in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Screen {
    title: String,
    phases: Vec<Phase>,
}

impl Screen {
    /// A screen without phases: every area remains.
    pub fn new(title: &str) -> Self {
        Screen { title: title.into(), phases: Vec::new() }
    }

    /// Adds a phase for those that the phases before it left.
    pub fn phase(mut self, phase: Phase) -> Self {
        self.phases.push(phase);
        self
    }

    /// Lets areas through, phase after phase, and writes down what each rule said of each area and why.
    ///
    /// A rule is about all areas, so that the national rate stays that of the country whoever has left. Fails as
    /// [`Rule::verdicts`](super::Rule::verdicts) does.
    pub fn run(&self, areas: &Areas) -> Result<Trail> {
        let mut inside: Vec<usize> = (0..areas.n_areas()).collect();
        let mut rounds = Vec::with_capacity(self.phases.len());
        for phase in &self.phases {
            let round = through(phase, areas, &inside)?;
            inside = round.stayed().collect();
            rounds.push(round);
        }
        Ok(Trail::new(self.title.clone(), areas.areas().to_vec(), rounds))
    }
}

fn through(phase: &Phase, areas: &Areas, entered: &[usize]) -> Result<Round> {
    let rules: Vec<Resolved<'_>> =
        phase.steps.iter().map(|step| Resolved::to_be_published(&step.rule, areas)).collect::<Result<_>>()?;
    let judged = |&area: &usize| {
        let findings = rules.iter().zip(&phase.steps).enumerate().map(|(at, (rule, step))| {
            let verdict = rule.published(area);
            let leaves = match (&step.kind, verdict) {
                (_, Verdict::Undecided) => phase.undecided == WhenUndecided::Leaves,
                (StepKind::Keep, verdict) => verdict == Verdict::Fails,
                (StepKind::Drop(_), verdict) => verdict == Verdict::Holds,
            };
            Finding { rule: at, verdict, leaves, evidence: rule.evidence(area) }
        });
        let findings: Vec<Finding> = findings.collect();
        let undecided = findings.iter().any(|finding| finding.verdict == Verdict::Undecided);
        let outcome = match (findings.iter().any(|finding| finding.leaves), undecided) {
            (true, _) => Outcome::Left,
            (false, true) => Outcome::StayedUndecided,
            (false, false) => Outcome::Stayed,
        };
        Judgement { area, outcome, findings }
    };
    let reason = |kind: &StepKind| match kind {
        StepKind::Keep => None,
        StepKind::Drop(reason) => Some(reason.clone()),
    };
    Ok(Round {
        name: phase.name.clone(),
        rules: phase.steps.iter().map(ToString::to_string).collect(),
        reasons: phase.steps.iter().map(|step| reason(&step.kind)).collect(),
        judgements: entered.iter().map(judged).collect(),
    })
}
