//! The Dutch levels as types.

use crate::area::{Level, Top};

/// Youth-care region: gemeenten that buy youth care together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Jeugdregio {}

/// Municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gemeente {}

/// District of a gemeente.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wijk {}

/// Neighbourhood of a wijk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Buurt {}

impl Level for Jeugdregio {
    const NAME: &'static str = "jeugdregio";
    type Parent = Top;
}

impl Level for Gemeente {
    const NAME: &'static str = "gemeente";
    type Parent = Jeugdregio;
}

impl Level for Wijk {
    const NAME: &'static str = "wijk";
    type Parent = Gemeente;
}

impl Level for Buurt {
    const NAME: &'static str = "buurt";
    type Parent = Wijk;
}
