//! The same areas in many periods: effects of periods that all areas share, and of areas that move in time.
//!
//! ```text
//! log E[y_i] = log exposure_i + x_i'β + Σ_l b_{l, area(i, l)} + p_{period(i)} + v_{area(i, level), period(i)}
//! ```
//!
//! b and p are random intercepts, v moves in time within the areas of one level ([`InTime`]). [`PanelModel`] is what is
//! asked, [`PanelProblem`] the same checked against the data, [`PanelFit`] the maximum of its Laplace likelihood. The
//! equations are in `docs/panel.md`.
//!
//! ```rust
//! # use nestcount::{area::{CodeScope, Placement}, count::CountTable, determinant::Determinants, table::Table};
//! # use nestcount::{Options, infer::Confidence};
//! use nestcount::panel::{InTime, PanelModel, Periods, Placebo, Provisional, TimeTerm, Without};
//! # fn main() -> nestcount::Result<()> {
//! # let (mut gemeenten, mut halves, mut users) = (vec![], vec![], vec![]);
//! # for (g, gemeente) in ["Eindhoven", "Tilburg", "Breda", "Almere", "Zwolle", "Delft"].into_iter().enumerate() {
//! #     for t in 0..8usize {
//! #         gemeenten.push(gemeente);
//! #         halves.push(["2018-1", "2018-2", "2019-1", "2019-2", "2020-1", "2020-2", "2021-1", "2021-2"][t]);
//! #         users.push((900 + 70 * g + 23 * ((g * 5 + t * 3) % 7) + 11 * ((g * t) % 4)) as f64);
//! #     }
//! # }
//! # let table = Table::new().with_text("gemeente", gemeenten)?.with_text("half-year", halves.clone())?
//! #     .with_numbers("users", users)?.with_numbers("youths", vec![10_000.0; 48])?;
//! # let order = ["2018-1", "2018-2", "2019-1", "2019-2", "2020-1", "2020-2", "2021-1", "2021-2"];
//! let areas = Placement::from_table(&table, &["gemeente"], CodeScope::Unique)?;
//! let periods = Periods::in_order(&order, &halves)?;
//! let own = TimeTerm::step("corona in Eindhoven", "2020-1").in_area("gemeente", "Eindhoven");
//! let table = TimeTerm::join(&[TimeTerm::step("corona", "2020-1"), own.clone()], table, &areas, &periods)?;
//!
//! let counts = CountTable::from_table(&table, "users", "youths")?;
//! let terms = Determinants::new().numeric("corona").numeric("corona in Eindhoven");
//! let design = terms.build(&table, &areas, counts.rows())?;
//! let problem = PanelModel::poisson()
//!     .random_intercept("gemeente")
//!     .period_effect()
//!     .in_time("gemeente", InTime::Independent)
//!     .provisional(Provisional::new(["2021-2"], 0.955)?.with_log_sd(0.01)?)
//!     .check(&areas, &periods, &counts, design)?;
//! let fit = problem.fit(&Options::default())?;
//!
//! let worlds = fit.counterfactual(&problem, &Without::terms(["corona in Eindhoven"]))?;
//! for (half, both) in worlds.by_period(&problem.rows_in("gemeente", "Eindhoven")?)? {
//!     println!("{half} {:.0} {:.0} {:?}", both.with.count, both.without.count, both.ratio_interval(Confidence::P95));
//! }
//! let elsewhere = Placebo::of(own)?.run(&fit, &problem, |_| std::ops::ControlFlow::Continue(()))?;
//! println!("rank {}", elsewhere.rank());
//! # Ok(())
//! # }
//! ```

mod boundary;
mod chain;
mod climb;
mod counterfactual;
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
mod placebo;
mod point;
mod posterior;
mod problem;
mod provisional;
mod report;
mod restricted;
mod rows;
mod run;
mod specification;
mod summary;
mod time_term;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod fixture;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::print_stdout)] // measured distances are shown with --nocapture
mod identities;

pub use counterfactual::{Contrast, Counterfactual, ExpectedTotal, Without};
pub use effects::{InTimeEffect, PeriodEffect};
pub use fit::{Correlation, Movement, PanelFit, PeriodVariance};
pub use periods::Periods;
pub use placebo::{Placebo, PlaceboEffect, PlaceboRank, PlaceboTest, PlacebosDone};
pub use problem::PanelProblem;
pub use provisional::{Provisional, ProvisionalEffect};
pub use restricted::RestrictedFit;
pub use specification::{InTime, PanelModel};
pub use time_term::TimeTerm;
