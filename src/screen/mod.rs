//! Areas that stand out by a stated rule, with every reason and the probability that the rule holds.
//!
//! A [`Rule`] is a value that prints itself: a rate against the national or the expected one ([`RateRule`]), a number, a
//! text, a list of names, joined by and, or and not. Of areas with published figures ([`Areas`]) it holds, fails or is
//! undecided ([`Verdict`]): withheld counts have bounds, missing ones what the rule says about them. A [`Screen`] lets
//! areas through phases and keeps who left, by which rule and with which figure ([`Trail`]).
//!
//! A published rate scatters, the more the smaller the area. [`DrawnRates`] are draws of what the counts were drawn from,
//! without a model or from one, and the same rule read off them ([`Rule::drawn`]) has a [`Probability`].
//!
//! ```
//! use nestcount::count::Count;
//! use nestcount::screen::{Areas, Drawn, DrawnRates, Factor, Phase, Precision, Prior, RateRule, Rates, Rule, Screen};
//! use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
//!
//! let users = Rates::new(vec![Count::Exact(66), Count::Exact(1_129), Count::interval(1, 9)?],
//!                        vec![Some(1_000.0), Some(10_950.0), Some(130.0)])?;
//! let areas = Areas::new(["GM1", "GM2", "GM3"], ["Low", "Usual", "Small"])?.with_rates("use", users.clone())?;
//! let low = RateRule::at_most(Factor::ratio(2, 3)?).threshold(Precision::CutTo(1));
//! let trail = Screen::new("low use")
//!     .phase(Phase::new("figures").keep(Rule::rate("use", low)))
//!     .run(&areas)?;
//! assert_eq!(trail.remaining().map(|area| area.name.as_str()).collect::<Vec<_>>(), ["Low", "Small"]);
//!
//! let draws = DrawnRates::from_counts(&areas, "use", Prior::JEFFREYS, 1_000, &mut ChaCha12Rng::seed_from_u64(1))?;
//! let chances = Rule::rate("use", low).exact().drawn(&areas, &Drawn::new().with("use", draws))?.probabilities();
//! assert!(chances[1].high < 0.001);
//! # Ok::<(), nestcount::Error>(())
//! ```

mod areas;
mod drawn;
mod drawn_rates;
mod evidence;
mod factor;
mod funnel;
mod number_rule;
mod persistence;
mod phase;
mod posterior;
mod precision;
mod prior;
mod rate_rule;
mod rates;
mod resolved;
mod rule;
mod run;
mod standing;
mod trail;
mod verdict;
mod verdicts;

pub use areas::{Area, Areas};
pub use drawn::Drawn;
pub use drawn_rates::DrawnRates;
pub use evidence::{Evidence, Measured, Span};
pub use factor::Factor;
pub use funnel::{FunnelLimits, FunnelRule};
pub use number_rule::NumberRule;
pub use persistence::Persistence;
pub use phase::{Phase, WhenUndecided};
pub use precision::Precision;
pub use prior::Prior;
pub use rate_rule::{Edge, Missing, RateRule, Reference};
pub use rates::Rates;
pub use rule::Rule;
pub use run::Screen;
pub use standing::{Standing, TailProbability, Tails};
pub use trail::{Finding, Judgement, Outcome, Round, Trail};
pub use verdict::Verdict;
pub use verdicts::{Probability, Verdicts};
