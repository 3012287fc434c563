//! A day in the calendar.

use crate::error::{CrosswalkFault, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A day: boundaries change on days, and a division is that of a day.
///
/// ```
/// use nestcount::crosswalk::Date;
/// assert_eq!(Date::parse("1-6-2015")?, Date::new(2015, 6, 1)?);
/// assert_eq!(Date::parse("2016-01-01")?, Date::first_of(2016));
/// assert_eq!(Date::first_of(2016).to_string(), "2016-01-01");
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day of the Gregorian calendar; fails where there is none.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        match (1..=days).contains(&day) {
            true => Ok(Date { year, month, day }),
            false => Err(no_date(format!("{year}-{month}-{day}"))),
        }
    }

    /// The first of January, on which most boundaries change.
    pub fn first_of(year: u16) -> Self {
        Date { year, month: 1, day: 1 }
    }

    /// Reads `day-month-year` or `year-month-day`, with or without leading zeros, with `-` or `/` between.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || no_date(text.into());
        let parts: Vec<&str> = text.trim().split(['-', '/']).collect();
        let [first, month, last] = parts[..] else { return Err(wrong()) };
        let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
        if text.contains('+') {
            return Err(wrong());
        }
        match (year.len() == 4, year.parse(), month.parse(), day.parse()) {
            (true, Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }
}

/// What is said of a cell that holds no date.
fn no_date(cell: String) -> crate::Error {
    let faults = vec![CrosswalkFault::InvalidDate { cell, rows: Vec::new() }];
    ErrorKind::Crosswalk { faults, rows: Vec::new() }.into()
}

impl TryFrom<String> for Date {
    type Error = crate::error::Error;

    fn try_from(text: String) -> Result<Self> {
        Date::parse(&text)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> String {
        date.to_string()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_and_missing_zeros_are_read() {
        for text in ["1-1-2018", "01-01-2018", " 2018-1-1 ", "1/1/2018"] {
            assert_eq!(Date::parse(text).unwrap(), Date::first_of(2018), "{text}");
        }
        assert!(Date::parse("31-12-2017").unwrap() < Date::first_of(2018));
        assert!(Date::new(2000, 2, 29).is_ok());
    }

    #[test]
    fn days_that_are_not_in_the_calendar_are_refused() {
        for text in [
            "",
            "2018",
            "1-13-2018",
            "29-2-2019",
            "29-2-1900",
            "0-1-2018",
            "1-1-18",
            "1-1-2018-2",
            "x-1-2018",
            "+1-1-2018",
            "1-1-+201",
        ] {
            assert_eq!(Date::parse(text).unwrap_err().code(), "crosswalk", "{text}");
        }
    }
}
