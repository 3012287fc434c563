//! Areas of one year as areas of another: counts, exposures and shares carried across mergers, splits and new codes.
//!
//! A [`Crosswalk`] says which share of each area goes to which area of another division; it is given
//! ([`Crosswalk::from_shares`]), built from [`Changes`] with their dates, composed ([`Crosswalk::then`]) and turned round
//! ([`Crosswalk::inverse`]). A [`Carry`] is a crosswalk on the rows of a table. It adds counts and exposures, averages
//! shares by exposure, and says of every area how it came about ([`Origin`]); an area without a row or a row without an
//! area is an error, or left out or kept by name ([`Unmatched`]).
//!
//! What a split leaves unknown stays unknown. Of `y` people in an area of which a part with share `s` goes elsewhere,
//!
//! ```text
//! Y ~ Binomial(y, s),   E Y = y s,   Var Y = y s (1 - s) (κ + y) / (κ + 1),   0 <= Y <= y
//! ```
//!
//! where κ is the precision of the share, infinite for one that is given. [`CarriedCounts`] holds the bounds
//! and the moments; nothing is rounded into a count that nobody counted.
//!
//! # Into a model
//!
//! Three ways are honest, in this order:
//!
//! 1. Take areas that both divisions are made of ([`Crosswalk::common`]): nothing splits, exact counts stay exact and
//!    intervals add up.
//! 2. Draw the parts ([`CarriedCounts::draw`]) some ten times, fit each and pool: the totals stay exact and the doubt about
//!    the parts enters the errors. The draw supposes that events fall to the parts by their shares; where they do, the
//!    pooled errors of their rates are on the safe side, for a drawn part knows of the whole.
//! 3. Leave the areas of a split out.
//!
//! The bounds are for checks and for display. As intervals in a likelihood they mislead: `0 ..= y` has its upper end from
//! the count itself, so a rate of 0 never contradicts it, and the estimate is drawn down.
//!
//! ```
//! use nestcount::count::Count;
//! use nestcount::crosswalk::{Crosswalk, Origin};
//! let crosswalk = Crosswalk::from_shares([
//!     ("Haren", "Groningen", 1.0),
//!     ("Ten Boer", "Groningen", 1.0),
//!     ("Groningen", "Groningen", 1.0),
//!     ("Winsum", "Het Hogeland", 0.7),
//!     ("Winsum", "Westerkwartier", 0.3),
//! ])?;
//! let carry = crosswalk.carry(&["Haren", "Ten Boer", "Groningen", "Winsum"])?;
//! assert_eq!(carry.targets(), ["Groningen", "Het Hogeland", "Westerkwartier"]);
//! assert_eq!(carry.origins(), [Origin::Merged, Origin::Part, Origin::Part]);
//!
//! let published = [Count::Exact(120), Count::interval(0, 9)?, Count::Exact(1500), Count::Exact(40)];
//! let carried = carry.counts(&published)?;
//! let bounds = [Count::interval(1620, 1629)?, Count::interval(0, 40)?, Count::interval(0, 40)?];
//! assert_eq!(carried.known(), bounds);
//! let hogeland = carried.moments()[1].expect("Winsum's count is exact");
//! assert!((hogeland.mean - 28.0).abs() < 1e-12 && (hogeland.variance - 8.4).abs() < 1e-12);
//! # Ok::<(), nestcount::Error>(())
//! ```

mod apportion;
mod carry;
mod changes;
mod columns;
mod common;
mod compose;
mod counts;
mod date;
mod draw;
mod gather;
mod links;
mod origin;
mod parents;
#[cfg(test)]
mod properties;
mod sums;

pub use carry::{AbsentAreas, Carry, Source, UnknownRows, Unmatched};
pub use changes::{Change, Changes, Fate};
pub use columns::CarryTable;
pub use common::Common;
pub use counts::{CarriedCounts, CarriedMoments};
pub use date::Date;
pub use links::Crosswalk;
pub use origin::Origin;
