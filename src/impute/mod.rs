//! Draws what was not published: withheld counts and missing determinants.

pub(crate) mod gaussian;
