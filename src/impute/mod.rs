//! Completing a table: counts drawn inside what was published about them.

pub(crate) mod law;
pub(crate) mod restricted;
pub(crate) mod totals;
