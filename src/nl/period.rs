//! Periods as Statistics Netherlands writes them, by code and by label, with their status.

use crate::error::{Error, ErrorKind, Result};
use crate::flow::{Part, Period, Status};
use std::fmt;
use std::str::FromStr;

/// A period as it is published: when, and whether its figures may still change.
///
/// | written | read as |
/// |---|---|
/// | `2017JJ00`, `2017HJ01`, `2017KW03`, `2017MM06` | year, half, quarter, month |
/// | `2017`, `1e halfjaar 2023`, `2e kwartaal 2021`, `2021 2e kwartaal`, `juni 2023`, `2023 juni` | the same as labels |
/// | `30 juni 2023` | a point in time |
/// | the same with `*` or `**` | provisional, revised provisional |
///
/// Codes carry no status: a table read by its codes says in its properties whether a period is final.
///
/// ```
/// use nestcount::flow::Period;
/// use nestcount::nl::{PublishedPeriod, Status};
/// let read: PublishedPeriod = "1e halfjaar 2023*".parse()?;
/// assert_eq!((read.period, read.status), (Period::half(2023, 1)?, Status::Provisional));
/// assert_eq!("2023HJ01".parse::<PublishedPeriod>()?.period, read.period);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublishedPeriod {
    /// When.
    pub period: Period,
    /// Whether the figures may still change.
    pub status: Status,
}

const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

impl PublishedPeriod {
    /// Reads a code or a label; fails with the forms there are.
    pub fn parse(text: &str) -> Result<Self> {
        let (label, status) = without_stars(text.trim());
        let words: Vec<String> = label.split_whitespace().map(str::to_lowercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let read = match words[..] {
            [one] => year(one).map(Period::year).or_else(|| coded(one)),
            [one, two] => year(two).and_then(|year| month(year, one)).or_else(|| month(year(one)?, two)),
            [one, two, three] => day(year(three), one, two)
                .or_else(|| numbered(year(three)?, one, two))
                .or_else(|| numbered(year(one)?, two, three)),
            _ => None,
        };
        match read {
            Some(period) => Ok(PublishedPeriod { period, status }),
            None => {
                let expected =
                    "period: 2017JJ00, 2017HJ01, 2017KW03, 2017MM06, or a label such as '1e halfjaar 2023*'";
                Err(ErrorKind::InvalidCode { code: text.into(), expected: expected.into() }.into())
            }
        }
    }
}

fn without_stars(text: &str) -> (&str, Status) {
    let label = text.trim_end_matches('*');
    match text.len() - label.len() {
        0 => (label, Status::Final),
        1 => (label, Status::Provisional),
        2 => (label, Status::RevisedProvisional),
        _ => (text, Status::Final),
    }
}

/// Four digits.
fn year(word: &str) -> Option<i32> {
    (word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())).then(|| word.parse().ok())?
}

/// `2017kw03`: the year, the kind of part, its number.
fn coded(word: &str) -> Option<Period> {
    let (year, kind, number) = (year(word.get(..4)?)?, word.get(4..6)?, small(word.get(6..)?, 2)?);
    let part = match (kind, number) {
        ("jj", 0) => Part::Year,
        ("hj", n) => Part::Half(n),
        ("kw", n) => Part::Quarter(n),
        ("mm", n) => Part::Month(n),
        _ => return None,
    };
    Period::new(year, part).ok()
}

/// `1e halfjaar`, `2e kwartaal`.
fn numbered(year: i32, ordinal: &str, kind: &str) -> Option<Period> {
    let number = small(ordinal.strip_suffix('e')?, 1)?;
    let part = match kind {
        "halfjaar" => Part::Half(number),
        "kwartaal" => Part::Quarter(number),
        _ => return None,
    };
    Period::new(year, part).ok()
}

fn month(year: i32, name: &str) -> Option<Period> {
    Period::new(year, Part::Month(month_number(name)?)).ok()
}

fn day(year: Option<i32>, day: &str, name: &str) -> Option<Period> {
    let day = small(day, 1).or_else(|| small(day, 2))?;
    Period::point(year?, month_number(name)?, day).ok()
}

fn month_number(name: &str) -> Option<u8> {
    (1..).zip(MONTHS).find(|(_, known)| *known == name).map(|(number, _)| number)
}

/// A number of just so many digits.
fn small(word: &str, digits: usize) -> Option<u8> {
    (word.len() == digits && word.bytes().all(|byte| byte.is_ascii_digit())).then(|| word.parse().ok())?
}

impl FromStr for PublishedPeriod {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        PublishedPeriod::parse(text)
    }
}

/// The period, with the stars of its status.
impl fmt::Display for PublishedPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stars = match self.status {
            Status::Final => "",
            Status::Provisional => "*",
            Status::RevisedProvisional => "**",
        };
        f.pad(&format!("{}{stars}", self.period))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_labels_of_a_period_are_read_to_the_same() {
        let half = Period::half(2023, 1).unwrap();
        let quarter = Period::quarter(2021, 2).unwrap();
        let june = Period::month(2017, 6).unwrap();
        for (text, period, status) in [
            ("2017JJ00", Period::year(2017), Status::Final),
            ("2017", Period::year(2017), Status::Final),
            ("2023*", Period::year(2023), Status::Provisional),
            ("2023HJ01", half, Status::Final),
            (" 1e halfjaar 2023* ", half, Status::Provisional),
            ("2023 1e halfjaar**", half, Status::RevisedProvisional),
            ("2021KW02", quarter, Status::Final),
            ("2e kwartaal 2021**", quarter, Status::RevisedProvisional),
            ("2021 2e kwartaal", quarter, Status::Final),
            ("2017MM06", june, Status::Final),
            ("juni 2017", june, Status::Final),
            ("2017 juni*", june, Status::Provisional),
            ("30 juni 2023*", Period::point(2023, 6, 30).unwrap(), Status::Provisional),
            ("1 januari 2021", Period::point(2021, 1, 1).unwrap(), Status::Final),
        ] {
            let read = PublishedPeriod::parse(text).unwrap();
            assert_eq!((read.period, read.status), (period, status), "{text}");
        }
    }

    #[test]
    fn what_no_calendar_has_is_refused_as_it_came() {
        for bad in [
            "",
            "*",
            "17",
            "2017***",
            "2017JJ01",
            "2017HJ03",
            "2017KW00",
            "2017KW5",
            "2017MM13",
            "2017XX01",
            "5e kwartaal 2021",
            "3e halfjaar 2021",
            "31 juni 2023",
            "30 juny 2023",
            "juni",
            "2017KW0é",
            "1e halfjaar",
            "1e halfjaar 2023 x",
            "+017",
        ] {
            let error = PublishedPeriod::parse(bad).unwrap_err();
            let ErrorKind::InvalidCode { code, .. } = error.kind() else { panic!("{error}") };
            assert_eq!(code, bad);
        }
    }
}
