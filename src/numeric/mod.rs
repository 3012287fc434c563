//! Numerical leaves: special functions, sums, small dense algebra and the kernels over rows. Private to the crate.

#[cfg(feature = "nuts")]
pub(crate) mod chains;
pub(crate) mod dense;
pub(crate) mod elementary;
pub(crate) mod hermite;
pub(crate) mod legendre;
pub(crate) mod pareto;
pub(crate) mod rows;
pub(crate) mod special;
pub(crate) mod sum;
pub(crate) mod weights;
