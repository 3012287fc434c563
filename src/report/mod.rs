//! What is handed over: tidy tables, the area file with its codebook, and a check before anything is written.
//!
//! [`Fit::tidy`](crate::Fit::tidy), [`Fit::glance`](crate::Fit::glance) and [`Fit::augment`](crate::Fit::augment) answer
//! with a [`Sheet`]: named columns of typed cells, every empty one with its reason. An [`AreaFile`] holds one row per
//! area, each column with its entry in the codebook. It writes nothing: only a [`Checked`] file does, and a
//! [`Publication`] checks that no cell says what a publisher withheld, by itself, by arithmetic or by totals.

mod area_file;
mod dialogue;
mod disclosure;
mod language;
mod markup;
mod sheet;
mod tidy;

pub use crate::error::{Disclosure, Leak};
pub use area_file::{
    AreaColumn, AreaFile, Codebook, Compared, Description, ExpectedCounts, FromCount, ReportedCount, Role,
    Scale, SetsInFile, Side,
};
pub use dialogue::SheetWords;
pub use disclosure::{Checked, Protection, Publication, Suppressed};
pub use language::{Language, NumberFormat};
pub(crate) use markup::markup;
pub use sheet::{Absence, Cell, Column, Dialect, Sheet, Values};
pub use tidy::tidy;
