//! The same areas in many periods: effects of periods that all areas share, and of areas that move in time.
//!
//! ```text
//! log E[y_i] = log exposure_i + x_i'β + Σ_l b_{l, area(i, l)} + p_{period(i)} + v_{area(i, level), period(i)}
//! ```
//!
//! b and p are random intercepts, v moves in time within the areas of one level ([`InTime`]). [`PanelModel`] is what is
//! asked, [`PanelProblem`] the same checked against the data, [`PanelFit`] the maximum of its Laplace likelihood. The
//! equations are in `docs/panel.md`.

mod boundary;
mod chain;
mod climb;
mod curvature;
mod effects;
mod estimate;
mod evaluate;
mod factor;
mod fit;
mod gradient;
mod layout;
mod pattern;
mod periods;
mod point;
mod posterior;
mod problem;
mod provisional;
mod rows;
mod run;
mod specification;
mod summary;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod identities;

pub use effects::{InTimeEffect, PeriodEffect};
pub use fit::{Correlation, Movement, PanelFit, PeriodVariance};
pub use periods::Periods;
pub use problem::PanelProblem;
pub use provisional::{Provisional, ProvisionalEffect};
pub use specification::{InTime, PanelModel};
