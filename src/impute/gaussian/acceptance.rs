//! How often the outcome let the missing cells move.

use super::cells::STEPS;

/// How often proposals for missing cells were accepted since the state was made or [`forgotten`](super::Gaussian::forget).
#[cfg(test)]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Acceptance {
    /// From the independent proposal to the smallest step.
    pub(crate) steps: Vec<StepRate>,
    /// Rows none of whose missing cells moved, in the caller's order; after some sweeps there should be none.
    pub(crate) stuck: Vec<usize>,
}

/// Proposals of one size.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StepRate {
    /// Share of the conditional standard deviation that is drawn anew: 1 is the independent proposal.
    pub(crate) size: f64,
    /// How many were proposed.
    pub(crate) proposed: u64,
    /// How many of these were accepted.
    pub(crate) accepted: u64,
}

/// Proposals and acceptances by size of step.
#[derive(Clone, Default)]
pub(super) struct Tally {
    pub(super) steps: [Count; STEPS.len()],
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    proposed: u64,
    accepted: u64,
}

impl Count {
    pub(super) fn count(&mut self, accepted: bool) {
        self.proposed += 1;
        self.accepted += u64::from(accepted);
    }
}

#[cfg(test)]
impl Tally {
    pub(super) fn rates(&self) -> Vec<StepRate> {
        let steps = STEPS.into_iter().zip(self.steps);
        steps.map(|(size, Count { proposed, accepted })| StepRate { size, proposed, accepted }).collect()
    }
}
