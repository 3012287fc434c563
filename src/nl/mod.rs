//! The Dutch preset: buurten in wijken in gemeenten in youth-care regions, the codes and the
//! disclosure rules of Statistics Netherlands.
//!
//! [`Wijk`] as the finest level leaves the buurten out: `TypedTree<Wijk>` has three levels, `TypedTree<Buurt>` four.
//! A [`CbsCode`] reads the codes as they stand in published tables and derives the areas above from them; regions
//! are not part of a gemeente's code, so they need a column of their own. [`cbs_2017`] and [`cbs_2022`] are the rules by
//! which its tables withhold and round counts.
//!
//! ```
//! use nestcount::nl::{CbsCode, Wijk};
//! let wijk: CbsCode<Wijk> = "WK0363MA  ".parse()?;
//! assert_eq!(wijk.as_str(), "WK0363MA");
//! assert_eq!(wijk.gemeente().as_str(), "GM0363");
//! # Ok::<(), nestcount::Error>(())
//! ```

mod care_form;
mod changes;
mod code;
mod disclosure;
pub mod files;
mod levels;
mod missing;
mod number;
mod period;
mod region;
mod stem;

pub use crate::flow::Status;
pub use care_form::CareForm;
pub use changes::gemeente_changes;
pub use code::{CbsCode, CbsLevel};
pub use disclosure::{cbs_2017, cbs_2022};
pub use levels::{
    Arbeidsmarktregio, Buurt, Corop, Gemeente, GgdRegio, Jeugdregio, Landsdeel, Provincie, Wijk,
};
pub use missing::Missing;
pub use number::NumberStyle;
pub use period::PublishedPeriod;
pub use region::RegionCode;
pub use stem::{column_by_stem, stem};
