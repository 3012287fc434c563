#![doc = include_str!("../docs/front.md")]

pub mod area;
pub mod compare;
pub mod count;
pub mod crosswalk;
pub mod determinant;
pub mod diagnose;
pub mod error;
pub mod estimate;
pub mod estimator;
pub mod expected;
pub mod family;
pub mod flow;
pub mod guide {
    //! The guide, page by page; its code runs as tests.

    #[doc = include_str!("../docs/guide/first-fit.md")]
    pub mod first_fit {}

    #[doc = include_str!("../docs/guide/withheld.md")]
    pub mod withheld {}

    #[doc = include_str!("../docs/guide/other-boundaries.md")]
    pub mod other_boundaries {}

    #[doc = include_str!("../docs/guide/from-fit-to-map.md")]
    pub mod from_fit_to_map {}

    #[doc = include_str!("../docs/guide/choosing-an-estimator.md")]
    pub mod choosing_an_estimator {}

    #[doc = include_str!("../docs/guide/dutch-files.md")]
    pub mod dutch_files {}

    #[doc = include_str!("../docs/guide/errors.md")]
    pub mod errors {}

    #[doc = include_str!("../docs/guide/for-lme4-users.md")]
    pub mod for_lme4_users {}
}
pub mod impute;
pub mod infer;
#[cfg(feature = "map")]
pub mod map;
pub mod model;
pub mod nl;
mod numeric;
pub mod panel;
mod parallel;
pub mod progress;
pub mod report;
pub mod screen;
pub mod second_stage;
pub mod simulate;
pub mod table;

pub use error::{Error, ErrorKind, Result};
pub use estimate::Options;
pub use family::Family;
pub use infer::Fit;
pub use model::{Model, Problem};
pub use ndarray;
