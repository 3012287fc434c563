//! The effect of one area, as a result carries it.

use serde::{Deserialize, Serialize};

/// The random intercept of one area: how far its log rate lies from what its determinants and the coarser areas say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaEffect {
    /// Codes from the coarsest level of the tree down to the area; the row's number, from 1, for a row effect.
    pub path: Vec<String>,
    /// Conditional mode, log-rate scale.
    pub effect: f64,
    /// Standard deviation given data *and* parameters (lme4's `condVar`).
    pub sd_given_parameters: f64,
    /// Standard deviation with the uncertainty of all parameters (glmmTMB's `condVar`), by the delta method.
    pub sd: f64,
}

impl AreaEffect {
    /// The area's own code.
    pub fn code(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }
}
