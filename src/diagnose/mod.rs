//! Is the model right: residuals, tests by simulation, influence of areas, a funnel of areas.
//!
//! What a residual is conditional on, and what a simulation takes for the effects of the areas, is an argument without
//! default. Withheld and rounded counts take part as what they are: a residual of an interval is drawn inside it, a test
//! completes the table first. `docs/diagnose.md` has the equations, measured sizes and power.

mod conditional;
mod funnel;
mod given_estimates;
mod influence;
mod residuals;
mod simulations;
mod statistic;
mod test;
mod uniformity;

pub use conditional::Conditional;
pub use funnel::{Funnel, FunnelArea, FunnelTarget, Limits, Position};
pub use influence::{AreaInfluence, Influence};
pub use residuals::Residuals;
pub use simulations::{SimulatedAreas, Simulations};
pub use statistic::{Measured, Statistic};
pub use test::SimulatedTest;
pub use uniformity::Uniformity;
