//! What began, ended and stood in each area and period, and whether the three agree.
//!
//! A [`Flow`] is a cell of area × [`Period`]: the stock at its start, what began and ended in it, the stock at its end. A
//! [`FlowTable`] holds many and checks them: within a period opening + begun − ended has to be closing ([`Identity`]), and
//! where a period follows another its opening should be the other's closing; where it is not, the figures were revised
//! between releases ([`Revision`]). Both are reported and nothing is forced to carry over. Figures known between bounds give
//! gaps between bounds, so that what rounding explains is told from what it does not.
//!
//! Rates take person-time as exposure ([`PersonTime`]) and have exact intervals ([`EventRate`]); parts of a total may overlap,
//! as youths are in several forms of care at once ([`Parts`]).
//!
//! ```
//! use nestcount::count::Count;
//! use nestcount::flow::{Begun, Flow, FlowTable, Identity, Period};
//! let [opening, begun, ended, closing] = [31_335, 12_965, 12_205, 32_095].map(Count::Exact);
//! let protection = Flow::new("NL", Period::year(2019), opening, Begun::total(begun), ended, closing);
//! let table = FlowTable::new(vec![protection])?;
//! assert_eq!(table.identities(), [Identity::Holds]);
//! # Ok::<(), nestcount::Error>(())
//! ```

mod cell;
mod columns;
mod exact;
mod gap;
mod identity;
mod parts;
mod period;
mod person_time;
mod rate;
mod report;
mod revision;
mod status;
mod table;
mod transition;

pub use cell::{Begun, Flow};
pub use columns::FlowColumns;
pub use gap::Gap;
pub use identity::Identity;
pub use parts::{Makeup, Parts, Share};
pub use period::{Part, Period};
pub use person_time::PersonTime;
pub use rate::EventRate;
pub use revision::Revision;
pub use status::Status;
pub use table::FlowTable;
pub use transition::Transitions;
