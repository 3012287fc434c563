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

/// Part of the country: several provinces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Landsdeel {}

/// Province.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provincie {}

/// COROP region: part of a province.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Corop {}

/// Region of a public health service (GGD).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GgdRegio {}

/// Labour-market region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arbeidsmarktregio {}

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

impl Level for Landsdeel {
    const NAME: &'static str = "landsdeel";
    type Parent = Top;
}

impl Level for Provincie {
    const NAME: &'static str = "provincie";
    type Parent = Landsdeel;
}

impl Level for Corop {
    const NAME: &'static str = "corop";
    type Parent = Provincie;
}

impl Level for GgdRegio {
    const NAME: &'static str = "ggd-regio";
    type Parent = Top;
}

impl Level for Arbeidsmarktregio {
    const NAME: &'static str = "arbeidsmarktregio";
    type Parent = Top;
}
