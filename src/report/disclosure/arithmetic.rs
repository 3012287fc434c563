//! What the other columns of a row let one compute of its count.

use crate::count::Interval;
use crate::report::{AreaColumn, AreaFile, FromCount, Role, Side};

/// One row of a file, read by somebody with a calculator.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    file: &'a AreaFile,
    row: usize,
}

/// Numbers between two others, both included.
type Span = (f64, f64);

/// Slack for the rounding of numbers written in full: a share of the terms a count is computed from, and as much again of
/// a whole count.
const ROUNDING: f64 = 1e-9;

impl<'a> Row<'a> {
    pub(super) fn of(file: &'a AreaFile, row: usize) -> Self {
        Row { file, row }
    }

    /// What the count must lie between by all the columns, starting from what is published of it; the columns that
    /// narrow it. A column that contradicts the others says nothing.
    pub(super) fn known(self) -> (Interval, Vec<&'a str>) {
        let mut known = self.file.reported(self.row).bounds();
        let mut by = Vec::new();
        for column in self.file.columns() {
            let Some(met) = self.count_by(column).and_then(|said| meet(known, said)) else { continue };
            if met != known {
                by.push(column.name());
                known = met;
            }
        }
        (known, by)
    }

    /// What one column says of the count; `None` where it says nothing that can be computed.
    pub(super) fn count_by(self, column: &AreaColumn) -> Option<Interval> {
        let Role::FromCount { how, side } = column.role_of() else { return None };
        let cell = column.number(self.row)?;
        let (lo, hi) = self.undo(how, cell)?;
        let slack = ROUNDING * (1.0 + lo.abs().max(hi.abs()) + self.size_of_terms(how));
        let lo = (lo - slack).ceil().max(0.0);
        let hi = (hi + slack).floor();
        match side {
            Side::Low => Some(Interval::at_least(whole(lo)?)),
            Side::High => Interval::new(0, whole(hi)?).ok(),
            Side::Itself => Interval::new(whole(lo)?, whole(hi)?).ok(),
        }
    }

    fn undo(self, how: &FromCount, cell: Span) -> Option<Span> {
        match how {
            FromCount::Rate { per } => Some(scaled(times(cell, self.exposure()?), per.recip())),
            FromCount::Difference { expected } => Some(plus(cell, self.expected(expected)?)),
            FromCount::RateDifference { expected, per } => {
                let difference = scaled(times(cell, self.exposure()?), per.recip());
                Some(plus(difference, self.expected(expected)?))
            }
            FromCount::Ratio { expected } => Some(times(cell, self.expected(expected)?)),
            FromCount::Standardised { expected, deviation } => {
                let difference = times(cell, self.number(deviation)?);
                Some(plus(difference, self.expected(expected)?))
            }
            FromCount::Otherwise => None,
        }
    }

    /// A difference loses digits of the expectation it was taken from.
    fn size_of_terms(self, how: &FromCount) -> f64 {
        let expected = match how {
            FromCount::Difference { expected }
            | FromCount::RateDifference { expected, .. }
            | FromCount::Standardised { expected, .. } => self.expected(expected),
            FromCount::Rate { .. } | FromCount::Ratio { .. } | FromCount::Otherwise => None,
        };
        expected.map_or(0.0, |(lo, hi)| lo.abs().max(hi.abs()))
    }

    fn number(self, name: &str) -> Option<Span> {
        self.file.column(name)?.number(self.row)
    }

    /// The expected count, from its own column or its percentage and the exposure.
    fn expected(self, name: &str) -> Option<Span> {
        self.number(name).or_else(|| {
            let exposure = self.own_exposure()?;
            self.rates_of(name).find_map(|(rate, per)| Some(scaled(times(rate?, exposure), per.recip())))
        })
    }

    /// The exposure, from its own column or an expected count and its percentage.
    fn exposure(self) -> Option<Span> {
        self.own_exposure().or_else(|| {
            self.file.columns().iter().find_map(|column| match column.role_of() {
                Role::ExpectedRate { expected, per } => {
                    let (rate, count) = (column.number(self.row)?, self.number(expected)?);
                    divided(scaled(count, *per), rate)
                }
                _ => None,
            })
        })
    }

    fn own_exposure(self) -> Option<Span> {
        let column = self.file.columns().iter().find(|column| *column.role_of() == Role::Exposure)?;
        column.number(self.row)
    }

    fn rates_of(self, name: &str) -> impl Iterator<Item = (Option<Span>, f64)> {
        self.file.columns().iter().filter_map(move |column| match column.role_of() {
            Role::ExpectedRate { expected, per } if expected == name => Some((column.number(self.row), *per)),
            _ => None,
        })
    }
}

/// Counts in both; `None` where there are none.
pub(super) fn meet(a: Interval, b: Interval) -> Option<Interval> {
    let lo = a.lo().max(b.lo());
    match a.hi().into_iter().chain(b.hi()).min() {
        None => Some(Interval::at_least(lo)),
        Some(hi) => Interval::new(lo, hi).ok(),
    }
}

fn whole(x: f64) -> Option<u64> {
    (0.0..=9_007_199_254_740_992.0).contains(&x).then_some(x as u64)
}

fn plus(a: Span, b: Span) -> Span {
    (a.0 + b.0, a.1 + b.1)
}

fn scaled((lo, hi): Span, by: f64) -> Span {
    if by < 0.0 { (hi * by, lo * by) } else { (lo * by, hi * by) }
}

fn times(a: Span, b: Span) -> Span {
    let all = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
    (all.iter().copied().fold(f64::INFINITY, f64::min), all.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}

/// `None` where the divisor may be 0 or below.
fn divided(a: Span, b: Span) -> Option<Span> {
    (b.0 > 0.0).then(|| times(a, (b.1.recip(), b.0.recip())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::{CodeScope, Placement};
    use crate::count::Count;
    use crate::report::{Cell, Scale, Values};

    const Y: f64 = 7.0;
    const N: f64 = 412.0;
    const E: f64 = 9.371;
    const S: f64 = 2.9;

    fn file(columns: &[AreaColumn]) -> AreaFile {
        let placement = Placement::from_codes(&[("wijk", &["W"][..])], CodeScope::Unique).unwrap();
        let counts = [Count::interval(0, 9).unwrap()];
        let file = AreaFile::of_rows(&placement).with_counts(&counts, &[0]).unwrap();
        columns.iter().cloned().try_fold(file, AreaFile::with_column).unwrap()
    }

    fn column(name: &str, value: f64, role: Role) -> AreaColumn {
        AreaColumn::new(name, Scale::Own, Values::numbers([Cell::Value(value)])).role(role)
    }

    fn from(name: &str, value: f64, how: FromCount) -> AreaColumn {
        column(name, value, Role::FromCount { how, side: Side::Itself })
    }

    fn exposure() -> AreaColumn {
        column("n", N, Role::Exposure)
    }

    fn expected() -> AreaColumn {
        column("e", E, Role::Expected)
    }

    fn e() -> String {
        "e".into()
    }

    fn known(columns: &[AreaColumn]) -> (u64, Option<u64>) {
        Row::of(&file(columns), 0).known().0.into()
    }

    #[test]
    fn every_column_computed_from_the_count_gives_it_back() {
        let exact = (7, Some(7));
        let rate = from("r", 100.0 * Y / N, FromCount::Rate { per: 100.0 });
        assert_eq!(known(&[exposure(), rate]), exact);
        let difference = from("d", Y - E, FromCount::Difference { expected: e() });
        assert_eq!(known(&[expected(), difference]), exact);
        let points = from("p", 100.0 * (Y - E) / N, FromCount::RateDifference { expected: e(), per: 100.0 });
        assert_eq!(known(&[exposure(), expected(), points]), exact);
        let ratio = from("q", Y / E, FromCount::Ratio { expected: e() });
        assert_eq!(known(&[expected(), ratio]), exact);
        let deviation = column("s", S, Role::Plain);
        let how = FromCount::Standardised { expected: e(), deviation: "s".into() };
        assert_eq!(known(&[expected(), deviation, from("z", (Y - E) / S, how)]), exact);
    }

    #[test]
    fn an_exposure_that_is_not_there_follows_from_an_expectation_in_two_scales() {
        let percent = column("ep", 100.0 * E / N, Role::ExpectedRate { expected: e(), per: 100.0 });
        let rate = from("r", Y / N, FromCount::Rate { per: 1.0 });
        assert_eq!(known(&[expected(), percent, rate.clone()]), (7, Some(7)));
        assert_eq!(known(&[expected(), rate]), (0, Some(9)));
    }

    #[test]
    fn rounding_leaves_what_it_leaves() {
        let rate = |decimals| from("r", 100.0 * Y / N, FromCount::Rate { per: 100.0 }).rounded(decimals);
        assert_eq!(known(&[exposure(), rate(1)]), (7, Some(7)));
        // 2 %: 1.5 to 2.5 % of 412 is 6.18 to 10.3
        assert_eq!(known(&[exposure(), rate(0)]), (7, Some(9)));
    }

    #[test]
    fn bounds_on_one_side_bound_on_one_side() {
        let side = |name: &str, value, side| {
            column(name, value, Role::FromCount { how: FromCount::Difference { expected: e() }, side })
        };
        assert_eq!(known(&[expected(), side("low", 4.0 - E, Side::Low)]), (4, Some(9)));
        assert_eq!(known(&[expected(), side("high", 6.0 - E, Side::High)]), (0, Some(6)));
    }

    #[test]
    fn a_column_against_the_others_says_nothing() {
        let ratio = from("q", 40.0, FromCount::Ratio { expected: e() });
        assert_eq!(known(&[expected(), ratio]), (0, Some(9)));
        assert_eq!(known(&[expected(), from("rank", 3.0, FromCount::Otherwise)]), (0, Some(9)));
    }
}
