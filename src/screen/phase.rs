//! One step of a screen: who may go on.

use super::rule::Rule;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A phase of a screen: rules that keep areas and rules that take them out, each with its reason. An area leaves where one
/// of them says so, and all that say so are recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    pub(super) name: String,
    pub(super) steps: Vec<Step>,
    pub(super) undecided: WhenUndecided,
}

/// What becomes of an area of which a rule can say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WhenUndecided {
    /// It stays, marked.
    Stays,
    /// It leaves, marked.
    Leaves,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Step {
    pub rule: Rule,
    pub kind: StepKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum StepKind {
    /// Areas for which it fails leave.
    Keep,
    /// Areas for which it holds leave, for a reason.
    Drop(String),
}

impl Phase {
    /// A phase that lets all areas through; an undecided one stays.
    pub fn new(name: &str) -> Self {
        Phase { name: name.into(), steps: Vec::new(), undecided: WhenUndecided::Stays }
    }

    /// Areas for which the rule fails leave.
    pub fn keep(mut self, rule: Rule) -> Self {
        self.steps.push(Step { rule, kind: StepKind::Keep });
        self
    }

    /// Areas for which the rule holds leave, for a reason in words.
    pub fn leave_out(mut self, rule: Rule, reason: &str) -> Self {
        self.steps.push(Step { rule, kind: StepKind::Drop(reason.into()) });
        self
    }

    /// What becomes of an area of which a rule of this phase can say nothing.
    pub fn when_undecided(self, undecided: WhenUndecided) -> Self {
        Phase { undecided, ..self }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            StepKind::Keep => write!(f, "stays: {}", self.rule),
            StepKind::Drop(reason) => write!(f, "left out ({reason}): {}", self.rule),
        }
    }
}
