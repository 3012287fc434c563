//! Why a published cell holds no number.

use std::fmt;

/// Why a published cell holds no number, as far as the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Missing {
    /// Withheld: `.` or `x`, -99997 in map files. Statistics Netherlands writes `.` for secret, unknown and too
    /// unreliable alike; counts of care are there, and small.
    Withheld,
    /// Logically impossible: blank in StatLine and its services. There is nothing that could be counted.
    Impossible,
    /// Comes with a later version: -99995 in map files.
    NotYet,
    /// No longer published: -99991 in map files.
    NoLonger,
    /// The file does not say why: a blank in a spreadsheet, `-`, `NaN`, `NA`.
    Unstated,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Missing::Withheld => "withheld",
            Missing::Impossible => "impossible",
            Missing::NotYet => "not yet published",
            Missing::NoLonger => "no longer published",
            Missing::Unstated => "missing, not said why",
        })
    }
}
