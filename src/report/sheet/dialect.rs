//! How cells are spelt in a file of delimited text.

/// A spelling of delimited text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Dialect {
    /// Cells separated by commas, decimals by a point.
    #[default]
    International,
    /// Cells separated by semicolons, decimals by a comma, a byte-order mark in front: what spreadsheet programs set to
    /// Dutch open as it is.
    Dutch,
}

/// Below and above these sizes a number is written with an exponent.
const PLAIN: std::ops::Range<f64> = 1e-5..1e16;

/// The shortest text that reads back as the same number, in every dialect but for the decimal mark.
pub(super) fn shortest(x: f64) -> String {
    if x == 0.0 || PLAIN.contains(&x.abs()) { x.to_string() } else { format!("{x:e}") }
}

impl Dialect {
    #[cfg_attr(not(feature = "csv"), allow(dead_code))]
    pub(super) fn number(self, x: f64) -> String {
        let text = shortest(x);
        match self {
            Dialect::International => text,
            Dialect::Dutch => text.replace('.', ","),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let cases = [(0.1, "0.1"), (-3.0, "-3"), (1e-5, "0.00001"), (2.5e-17, "2.5e-17"), (1e16, "1e16")];
        for (x, text) in cases {
            assert_eq!(Dialect::International.number(x), text);
        }
        assert_eq!(Dialect::Dutch.number(-0.25), "-0,25");
    }

    proptest! {
        #[test]
        fn every_number_comes_back_with_its_bits(bits: u64) {
            let x = f64::from_bits(bits);
            prop_assume!(x.is_finite());
            prop_assert_eq!(shortest(x).parse::<f64>().unwrap().to_bits(), bits);
        }
    }
}
