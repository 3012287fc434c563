//! The Dutch levels as types, each with the form of its codes.

use super::code::sealed::Form;
use crate::area::{Level, Top};

/// Each level as a type: its name, the level it lies in, and its codes as prefix, digits, then digits or letters.
macro_rules! levels {
    ($(
        $(#[$doc:meta])*
        $level:ident: $name:literal in $parent:ty, $prefix:literal $digits:literal $digits_or_letters:literal as $example:literal;
    )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $level {}

        impl Level for $level {
            const NAME: &'static str = $name;
            type Parent = $parent;
        }

        impl Form for $level {
            const PREFIX: &'static str = $prefix;
            const DIGITS: usize = $digits;
            const DIGITS_OR_LETTERS: usize = $digits_or_letters;
            const EXAMPLE: &'static str = $example;
        }
    )+};
}

levels! {
    /// Youth-care region: gemeenten that buy youth care together.
    Jeugdregio: "jeugdregio" in Top, "JZ" 2 0 as "JZ01";
    /// Municipality.
    Gemeente: "gemeente" in Jeugdregio, "GM" 4 0 as "GM0363";
    /// District of a gemeente.
    Wijk: "wijk" in Gemeente, "WK" 4 2 as "WK036301";
    /// Neighbourhood of a wijk.
    Buurt: "buurt" in Wijk, "BU" 4 4 as "BU03630100";
    /// Part of the country: several provinces.
    Landsdeel: "landsdeel" in Top, "LD" 2 0 as "LD01";
    /// Province.
    Provincie: "provincie" in Landsdeel, "PV" 2 0 as "PV20";
    /// COROP region: part of a province.
    Corop: "corop" in Provincie, "CR" 2 0 as "CR01";
    /// Region of a public health service (GGD).
    GgdRegio: "ggd-regio" in Top, "GG" 4 0 as "GG0111";
    /// Labour-market region.
    Arbeidsmarktregio: "arbeidsmarktregio" in Top, "AM" 2 0 as "AM01";
}
