//! Numbers as Dutch publications write them, and as programs do.

use std::fmt;

/// How numbers are written in a column. `1.234` is a thousand in the one style and a little over one in the other, so
/// the layout says which it is; nothing is guessed from the cells.
///
/// ```
/// use nestcount::nl::NumberStyle;
/// assert_eq!(NumberStyle::Dutch.read("16.829.290"), Some(16_829_290.0));
/// assert_eq!(NumberStyle::Dutch.read("29,5"), Some(29.5));
/// assert_eq!((NumberStyle::Dutch.read("1.234"), NumberStyle::Point.read("1.234")), (Some(1234.0), Some(1.234)));
/// assert_eq!((NumberStyle::Dutch.read("29.5"), NumberStyle::Point.read("29,5")), (None, None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberStyle {
    /// Points between thousands, or none at all; a comma before decimals.
    Dutch,
    /// A point before decimals, nothing between thousands.
    Point,
}

/// Digits between the points of a Dutch number.
const GROUP: usize = 3;

impl NumberStyle {
    /// The number that a cell holds, blanks around it cut off; `None` where it is not written in this style.
    pub fn read(self, cell: &str) -> Option<f64> {
        let text = cell.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let number: f64 = match self {
            NumberStyle::Point => {
                let mantissa = exponent_off(digits);
                let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
                (is_digits(whole) && is_digits(decimals)).then(|| text.parse().ok())??
            }
            NumberStyle::Dutch => {
                let (whole, decimals) = digits.split_once(',').unwrap_or((digits, "0"));
                let plain = || text.replace('.', "").replace(',', ".");
                (is_grouped(whole) && is_digits(decimals)).then(|| plain().parse().ok())??
            }
        };
        number.is_finite().then_some(number)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits with points at every third from the right, or with none.
fn is_grouped(text: &str) -> bool {
    let mut groups = text.split('.');
    let first = groups.next().unwrap_or("");
    let mut rest = groups.peekable();
    match rest.peek() {
        None => is_digits(first),
        Some(_) => {
            is_digits(first)
                && first.len() <= GROUP
                && rest.all(|group| group.len() == GROUP && is_digits(group))
        }
    }
}

/// What stands before the exponent, as in `1.5e-3`; the text itself where there is none, or a wrong one.
fn exponent_off(text: &str) -> &str {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return text };
    let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if is_digits(digits) { mantissa } else { text }
}

/// In words: `with a comma before decimals, as in 16.829,5`.
impl fmt::Display for NumberStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            NumberStyle::Dutch => "the Dutch way, as in 16.829,5",
            NumberStyle::Point => "with a point before decimals, as in 16829.5",
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_style_reads_its_own_numbers_and_refuses_the_others() {
        for (cell, dutch, point) in [
            ("0", Some(0.0), Some(0.0)),
            (" 120 ", Some(120.0), Some(120.0)),
            ("-3,5", Some(-3.5), None),
            ("-3.5", None, Some(-3.5)),
            ("16.829.290", Some(16_829_290.0), None),
            ("16.829,25", Some(16_829.25), None),
            ("1234567,5", Some(1_234_567.5), None),
            ("16.82", None, Some(16.82)),
            ("1.2345", None, Some(1.2345)),
            ("1234.567", None, Some(1234.567)),
            ("0.25", None, Some(0.25)),
            ("1e3", None, Some(1000.0)),
            ("1.5E-3", None, Some(0.0015)),
            ("1e999", None, None),
            (".", None, None),
            ("", None, None),
            (",5", None, None),
            ("5,", None, None),
            (".5", None, None),
            ("1..000", None, None),
            ("1,000,000", None, None),
            ("NaN", None, None),
            ("inf", None, None),
            ("0x10", None, None),
            ("--1", None, None),
            ("1 234", None, None),
            ("٣", None, None),
        ] {
            assert_eq!(NumberStyle::Dutch.read(cell), dutch, "Dutch: {cell}");
            assert_eq!(NumberStyle::Point.read(cell), point, "point: {cell}");
        }
    }

    proptest! {
        #[test]
        fn any_number_written_in_a_style_is_read_back(whole in 0_u64..1_000_000_000_000, cents in 0_u64..100) {
            let number: f64 = format!("{whole}.{cents:02}").parse().unwrap();
            let digits = whole.to_string();
            let grouped: Vec<&str> = {
                let first = digits.len() % GROUP;
                let mut groups = if first > 0 { vec![&digits[..first]] } else { vec![] };
                groups.extend((first..digits.len()).step_by(GROUP).map(|at| &digits[at..at + GROUP]));
                groups
            };
            let dutch = format!("{},{cents:02}", grouped.join("."));
            prop_assert_eq!(NumberStyle::Dutch.read(&dutch), Some(number));
            prop_assert_eq!(NumberStyle::Point.read(&format!("{number}")), Some(number));
        }

        #[test]
        fn any_text_is_read_or_refused(cell in "\\PC*") {
            for style in [NumberStyle::Dutch, NumberStyle::Point] {
                prop_assert!(style.read(&cell).is_none_or(f64::is_finite));
            }
        }
    }
}
