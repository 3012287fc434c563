//! A fit as tables with the columns that readers of R's broom.mixed know.

mod augment;
mod fit;
mod parts;
mod pooled;

pub use fit::tidy;
