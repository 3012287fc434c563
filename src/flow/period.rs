//! Periods of a calendar: years, their halves, quarters and months, and points in time.

use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

/// A year, a part of one, or a point in time.
///
/// Events (care that began) belong to a stretch of time, a stock (care in use) to a point in time:
/// [`Period::last_day`] gives the point at which a stretch ends. Periods order by their first day, and of those that
/// share it the longer comes first.
///
/// ```
/// use nestcount::flow::Period;
/// let half = Period::half(2023, 2)?;
/// assert_eq!(half.next(), Some(Period::half(2024, 1)?));
/// assert_eq!(Period::half(2020, 1)?.steps_until(half), Some(7));
/// assert_eq!((half.years(), half.last_day()), (0.5, Period::point(2023, 12, 31)?));
/// assert!(Period::year(2023).contains(half) && Period::year(2023) < half);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Period {
    year: i32,
    part: Part,
}

/// The part of its year that a [`Period`] is; parts count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Part {
    /// The whole year.
    Year,
    /// A half of the year, 1 or 2.
    Half(u8),
    /// A quarter of the year, 1 to 4.
    Quarter(u8),
    /// A month, 1 to 12.
    Month(u8),
    /// A day as a point in time.
    PointInTime {
        /// The month, 1 to 12.
        month: u8,
        /// The day of the month, from 1.
        day: u8,
    },
}

const MONTHS: u8 = 12;

impl Part {
    /// How many such parts make a year; `None` for a point in time.
    pub fn per_year(self) -> Option<u8> {
        match self {
            Part::Year => Some(1),
            Part::Half(_) => Some(2),
            Part::Quarter(_) => Some(4),
            Part::Month(_) => Some(MONTHS),
            Part::PointInTime { .. } => None,
        }
    }

    /// Which part of its kind it is, from 1; `None` for a point in time.
    pub fn number(self) -> Option<u8> {
        match self {
            Part::Year => Some(1),
            Part::Half(n) | Part::Quarter(n) | Part::Month(n) => Some(n),
            Part::PointInTime { .. } => None,
        }
    }

    /// The part of this kind with another number.
    fn numbered(self, n: u8) -> Part {
        match self {
            Part::Half(_) => Part::Half(n),
            Part::Quarter(_) => Part::Quarter(n),
            Part::Month(_) => Part::Month(n),
            same => same,
        }
    }
}

impl Period {
    /// A part of a year; fails where the year has no such part, the 31st of April for instance.
    pub fn new(year: i32, part: Part) -> Result<Self> {
        let refused = |code: String, expected: &str| {
            Err(ErrorKind::InvalidCode { code, expected: expected.into() }.into())
        };
        match part {
            Part::Half(n) if !(1..=2).contains(&n) => refused(n.to_string(), "half of a year: 1 or 2"),
            Part::Quarter(n) if !(1..=4).contains(&n) => refused(n.to_string(), "quarter of a year: 1 to 4"),
            Part::Month(n) if !(1..=MONTHS).contains(&n) => {
                refused(n.to_string(), "month of a year: 1 to 12")
            }
            Part::PointInTime { month, day } if day == 0 || day > days_in(year, month) => {
                refused(format!("{year:04}-{month:02}-{day:02}"), "day of the calendar: year, month, day")
            }
            part => Ok(Period { year, part }),
        }
    }

    /// A whole year.
    pub fn year(year: i32) -> Self {
        Period { year, part: Part::Year }
    }

    /// A half of a year, 1 or 2; fails on another.
    pub fn half(year: i32, half: u8) -> Result<Self> {
        Period::new(year, Part::Half(half))
    }

    /// A quarter of a year, 1 to 4; fails on another.
    pub fn quarter(year: i32, quarter: u8) -> Result<Self> {
        Period::new(year, Part::Quarter(quarter))
    }

    /// A month, 1 to 12; fails on another.
    pub fn month(year: i32, month: u8) -> Result<Self> {
        Period::new(year, Part::Month(month))
    }

    /// A day as a point in time; fails on one that the calendar does not have.
    pub fn point(year: i32, month: u8, day: u8) -> Result<Self> {
        Period::new(year, Part::PointInTime { month, day })
    }

    /// The year that the period is, or lies in.
    pub fn calendar_year(self) -> i32 {
        self.year
    }

    /// Which part of its year the period is.
    pub fn part(self) -> Part {
        self.part
    }

    /// Length in years: 1, 1/2, 1/4, 1/12; 0 for a point in time. The factor that makes persons present into
    /// person-years.
    pub fn years(self) -> f64 {
        self.part.per_year().map_or(0.0, |n| 1.0 / f64::from(n))
    }

    /// The period of the same length that begins where this one ends; `None` for a point in time.
    pub fn next(self) -> Option<Self> {
        self.shifted(1)
    }

    /// The period of the same length that ends where this one begins; `None` for a point in time.
    pub fn previous(self) -> Option<Self> {
        self.shifted(-1)
    }

    /// The period of the same length so many steps later, earlier where below 0; `None` for a point in time, and for
    /// a year that an `i32` does not hold.
    pub fn shifted(self, steps: i64) -> Option<Self> {
        let per_year = i64::from(self.part.per_year()?);
        let at = self.ordinal()?.checked_add(steps)?;
        let year = i32::try_from(at.div_euclid(per_year)).ok()?;
        let number = u8::try_from(at.rem_euclid(per_year)).ok()? + 1;
        Some(Period { year, part: self.part.numbered(number) })
    }

    /// Steps of this length from here to `later`, below 0 where it is earlier; `None` where the lengths differ or one
    /// is a point in time.
    pub fn steps_until(self, later: Period) -> Option<i64> {
        let comparable = self.part.per_year()? == later.part.per_year()?;
        comparable.then_some(later.ordinal()? - self.ordinal()?)
    }

    /// Whether every day of `other` is a day of this period.
    pub fn contains(self, other: Period) -> bool {
        self.first() <= other.first() && other.last() <= self.last()
    }

    /// The first day, as a point in time.
    pub fn first_day(self) -> Period {
        self.on(self.first())
    }

    /// The last day, as a point in time.
    pub fn last_day(self) -> Period {
        self.on(self.last())
    }

    /// Position among the periods of the same length.
    fn ordinal(self) -> Option<i64> {
        let (per_year, number) = (self.part.per_year()?, self.part.number()?);
        Some(i64::from(self.year) * i64::from(per_year) + i64::from(number) - 1)
    }

    fn on(self, (year, month, day): (i32, u8, u8)) -> Period {
        Period { year, part: Part::PointInTime { month, day } }
    }

    fn first(self) -> (i32, u8, u8) {
        match (self.part, self.part.per_year(), self.part.number()) {
            (_, Some(per_year), Some(n)) => (self.year, (n - 1) * (MONTHS / per_year) + 1, 1),
            (Part::PointInTime { month, day }, ..) => (self.year, month, day),
            _ => (self.year, 1, 1),
        }
    }

    fn last(self) -> (i32, u8, u8) {
        match (self.part.per_year(), self.part.number()) {
            (Some(per_year), Some(n)) => {
                let month = n * (MONTHS / per_year);
                (self.year, month, days_in(self.year, month))
            }
            _ => self.first(),
        }
    }
}

/// Days of a month of the Gregorian calendar; 0 where there is no such month.
fn days_in(year: i32, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> Ordering {
        let (one, two) = ((self.first(), other.last()), (other.first(), self.last()));
        one.cmp(&two)
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `2017`, `2017 H1`, `2017 Q3`, `2017-06`, `2017-06-30`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year;
        let text = match self.part {
            Part::Year => format!("{year:04}"),
            Part::Half(n) => format!("{year:04} H{n}"),
            Part::Quarter(n) => format!("{year:04} Q{n}"),
            Part::Month(n) => format!("{year:04}-{n:02}"),
            Part::PointInTime { month, day } => format!("{year:04}-{month:02}-{day:02}"),
        };
        f.pad(&text)
    }
}

/// A period as it is saved; checked when it comes back.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Period")]
struct Written {
    year: i32,
    part: Part,
}

impl TryFrom<Written> for Period {
    type Error = crate::Error;

    fn try_from(written: Written) -> Result<Self> {
        Period::new(written.year, written.part)
    }
}

impl From<Period> for Written {
    fn from(period: Period) -> Self {
        Written { year: period.year, part: period.part }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn all_of(year: i32) -> Vec<Period> {
        let halves = (1..=2).map(|n| Period::half(year, n));
        let quarters = (1..=4).map(|n| Period::quarter(year, n));
        let months = (1..=12).map(|n| Period::month(year, n));
        let parts: Vec<Period> = halves.chain(quarters).chain(months).map(Result::unwrap).collect();
        [vec![Period::year(year)], parts].concat()
    }

    #[test]
    fn what_follows_begins_the_day_after_and_steps_add_up() {
        for period in all_of(2019) {
            let next = period.next().unwrap();
            assert_eq!(next.previous(), Some(period));
            assert!(period < next && period.last_day() < next.first_day());
            assert_eq!(period.shifted(100).unwrap().shifted(-100), Some(period));
            assert_eq!(period.steps_until(period.shifted(-37).unwrap()), Some(-37));
            assert_eq!(period.years(), next.years());
        }
        assert_eq!(Period::quarter(2019, 4).unwrap().next(), Period::quarter(2020, 1).ok());
        assert_eq!(Period::month(1, 1).unwrap().previous(), Period::month(0, 12).ok());
    }

    #[test]
    fn the_parts_of_a_year_have_its_length_and_lie_in_it() {
        let year = Period::year(2020);
        for n in [2, 4, 12] {
            let parts: Vec<Period> =
                all_of(2020).into_iter().filter(|p| p.part().per_year() == Some(n)).collect();
            let length: f64 = parts.iter().map(|part| part.years()).sum();
            assert!((length - 1.0).abs() < 1e-15);
            assert!(parts.iter().all(|part| year.contains(*part) && !part.contains(year)));
            assert_eq!(parts[0].first_day(), year.first_day());
            assert_eq!(parts[parts.len() - 1].last_day(), year.last_day());
        }
        assert_eq!(Period::month(2020, 2).unwrap().last_day(), Period::point(2020, 2, 29).unwrap());
        assert_eq!(Period::month(1900, 2).unwrap().last_day(), Period::point(1900, 2, 28).unwrap());
    }

    #[test]
    fn periods_order_in_time_and_the_longer_comes_first() {
        let ordered = [
            Period::year(2019),
            Period::half(2019, 1).unwrap(),
            Period::quarter(2019, 1).unwrap(),
            Period::month(2019, 1).unwrap(),
            Period::point(2019, 1, 1).unwrap(),
            Period::quarter(2019, 2).unwrap(),
            Period::point(2019, 6, 30).unwrap(),
            Period::half(2019, 2).unwrap(),
            Period::year(2020),
        ];
        assert!(ordered.is_sorted() && ordered.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn what_the_calendar_does_not_have_is_refused() {
        for bad in [
            Period::half(2017, 0),
            Period::half(2017, 3),
            Period::quarter(2017, 5),
            Period::month(2017, 13),
            Period::point(2017, 2, 29),
            Period::point(2017, 13, 1),
            Period::point(2017, 4, 31),
            Period::point(2017, 4, 0),
        ] {
            assert_eq!(bad.unwrap_err().code(), "invalid-code");
        }
        let saved = serde_json::to_string(&Period::half(2017, 2).unwrap()).unwrap();
        assert_eq!(serde_json::from_str::<Period>(&saved).unwrap(), Period::half(2017, 2).unwrap());
        assert!(serde_json::from_str::<Period>(&saved.replace(":2}", ":3}")).is_err(), "{saved}");
    }

    #[test]
    fn a_point_in_time_has_no_length_and_no_neighbours() {
        let point = Period::point(2023, 6, 30).unwrap();
        assert_eq!((point.years(), point.next(), point.steps_until(point)), (0.0, None, None));
        assert!(Period::half(2023, 1).unwrap().contains(point) && point.contains(point));
        assert_eq!(point.to_string(), "2023-06-30");
        assert_eq!(Period::year(i32::MAX).next(), None);
        assert_eq!(Period::year(2017).shifted(i64::MAX), None);
    }
}
