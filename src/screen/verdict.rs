//! Whether a rule holds, as far as is known.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Not;

/// Whether a rule holds for an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It holds, whatever the figures known in part may be.
    Holds,
    /// It fails, whatever they may be.
    Fails,
    /// What is known allows both.
    Undecided,
}

impl Verdict {
    /// Both hold: fails where one fails, whatever the other does.
    pub fn and(self, other: Verdict) -> Verdict {
        match (self, other) {
            (Verdict::Fails, _) | (_, Verdict::Fails) => Verdict::Fails,
            (Verdict::Holds, Verdict::Holds) => Verdict::Holds,
            _ => Verdict::Undecided,
        }
    }

    /// One holds: holds where one holds, whatever the other does.
    pub fn or(self, other: Verdict) -> Verdict {
        !(!self).and(!other)
    }

    pub(super) fn of(holds: bool) -> Verdict {
        match holds {
            true => Verdict::Holds,
            false => Verdict::Fails,
        }
    }

    /// What holds at both ends of what is known.
    pub(super) fn between(one: Verdict, other: Verdict) -> Verdict {
        match one == other {
            true => one,
            false => Verdict::Undecided,
        }
    }
}

impl Not for Verdict {
    type Output = Verdict;

    fn not(self) -> Verdict {
        match self {
            Verdict::Holds => Verdict::Fails,
            Verdict::Fails => Verdict::Holds,
            Verdict::Undecided => Verdict::Undecided,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Holds => "holds",
            Verdict::Fails => "fails",
            Verdict::Undecided => "undecided",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Verdict; 3] = [Verdict::Holds, Verdict::Fails, Verdict::Undecided];

    /// The two-valued verdicts that a three-valued one may stand for.
    fn meanings(verdict: Verdict) -> Vec<bool> {
        match verdict {
            Verdict::Holds => vec![true],
            Verdict::Fails => vec![false],
            Verdict::Undecided => vec![true, false],
        }
    }

    #[test]
    fn and_or_not_are_decided_exactly_where_every_meaning_agrees() {
        let agreed = |values: Vec<bool>| match (values.contains(&true), values.contains(&false)) {
            (true, false) => Verdict::Holds,
            (false, _) => Verdict::Fails,
            _ => Verdict::Undecided,
        };
        for a in ALL {
            assert_eq!(!a, agreed(meanings(a).into_iter().map(|a| !a).collect()));
            for b in ALL {
                let both = |join: fn(bool, bool) -> bool| {
                    let of = |a: bool| meanings(b).into_iter().map(move |b| join(a, b));
                    agreed(meanings(a).into_iter().flat_map(of).collect())
                };
                assert_eq!(a.and(b), both(|a, b| a && b), "{a} and {b}");
                assert_eq!(a.or(b), both(|a, b| a || b), "{a} or {b}");
            }
        }
    }
}
