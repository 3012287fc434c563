//! The language that people read, and how numbers are written in it.

/// The language of labels, reasons, maps and figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, numbers as 1,234.5.
    #[default]
    English,
    /// Dutch, numbers as 1.234,5.
    Dutch,
}

/// Which marks a number is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberFormat {
    /// 1,234.5
    English,
    /// 1.234,5
    Dutch,
}

impl Language {
    /// The number format that goes with the language.
    pub fn numbers(self) -> NumberFormat {
        match self {
            Language::English => NumberFormat::English,
            Language::Dutch => NumberFormat::Dutch,
        }
    }
}

/// No number has more.
const MOST_DECIMALS: usize = 1074;

impl NumberFormat {
    /// A number with so many decimals, thousands apart, below 0 with a minus sign (U+2212).
    ///
    /// ```
    /// use nestcount::report::NumberFormat;
    /// assert_eq!(NumberFormat::Dutch.write(-1234.56, 1), "\u{2212}1.234,6");
    /// assert_eq!(NumberFormat::English.write(-0.04, 1), "0.0");
    /// ```
    pub fn write(self, value: f64, decimals: usize) -> String {
        let decimals = decimals.min(MOST_DECIMALS);
        let digits = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let (thousands, point) = match self {
            NumberFormat::English => (',', '.'),
            NumberFormat::Dutch => ('.', ','),
        };
        let mut text = String::new();
        if value < 0.0 && digits.bytes().any(|digit| matches!(digit, b'1'..=b'9')) {
            text.push('\u{2212}');
        }
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                text.push(thousands);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(point);
            text.push_str(fraction);
        }
        text
    }

    /// The same, with a plus sign where it is written as more than 0.
    ///
    /// ```
    /// use nestcount::report::NumberFormat;
    /// assert_eq!(NumberFormat::English.write_signed(0.26, 1), "+0.3");
    /// assert_eq!(NumberFormat::English.write_signed(0.04, 1), "0.0");
    /// ```
    pub fn write_signed(self, value: f64, decimals: usize) -> String {
        let text = self.write(value, decimals);
        let above = value > 0.0 && text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
        if above { format!("+{text}") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_and_decimals_are_marked_as_the_language_has_it() {
        let cases = [(0.0, 0, "0"), (999.5, 0, "1,000"), (1234567.891, 2, "1,234,567.89"), (12.0, 1, "12.0")];
        for (value, decimals, text) in cases {
            assert_eq!(NumberFormat::English.write(value, decimals), text);
            let swapped: String = text
                .chars()
                .map(|c| match c {
                    ',' => '.',
                    '.' => ',',
                    other => other,
                })
                .collect();
            assert_eq!(NumberFormat::Dutch.write(value, decimals), swapped);
        }
    }

    #[test]
    fn what_rounds_to_nothing_has_no_sign() {
        for value in [-0.0, -0.04, 0.04] {
            assert_eq!(NumberFormat::English.write_signed(value, 1), "0.0");
        }
        assert_eq!(NumberFormat::English.write_signed(-0.06, 1), "\u{2212}0.1");
    }
}
