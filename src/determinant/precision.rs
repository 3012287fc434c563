//! How large a column's values are, and how fine.

/// Bounds that travel with a column while it is computed, so that rounding is not taken for variation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Precision {
    /// A bound on the absolute values.
    pub(super) largest: f64,
    /// What rounding may have done to a value, on the column's own scale.
    pub(super) grain: f64,
}

/// How many grains two equal values may be apart.
const GRAINS: f64 = 8.0;

impl Precision {
    /// Of a column that holds 0 and 1 only.
    pub(super) const UNIT: Precision = Precision { largest: 1.0, grain: 0.0 };

    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let largest = values.into_iter().fold(0.0, |a: f64, x| a.max(x.abs()));
        Precision { largest, grain: f64::EPSILON * largest }
    }

    /// Of the differences of such values and numbers of their size.
    pub(super) fn differences(self, values: &[f64]) -> Self {
        Precision { grain: self.grain.max(Precision::of(values.iter().copied()).grain), ..self }
    }

    pub(super) fn divided_by(self, scale: f64) -> Self {
        Precision { largest: self.largest / scale.abs(), grain: self.grain / scale.abs() }
    }

    /// Of the products of two columns.
    pub(super) fn times(self, other: Precision) -> Self {
        let largest = self.largest * other.largest;
        let carried = self.grain * other.largest + other.grain * self.largest;
        Precision { largest, grain: carried + f64::EPSILON * largest }
    }

    /// Whether values between these two bounds are one value but for rounding.
    pub(super) fn is_constant(self, lowest: f64, highest: f64) -> bool {
        highest / 2.0 - lowest / 2.0 <= GRAINS / 2.0 * self.grain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digit_is_no_variation_but_a_small_change_is() {
        let values = [0.1 + 0.2, 0.3];
        assert!(Precision::of(values).is_constant(values[1], values[0]));
        assert!(!Precision::of([1.0]).is_constant(1.0, 1.0 + 1e-12));
    }

    #[test]
    fn what_is_left_of_a_constant_after_centring_is_still_constant() {
        let values = [1e-8, -1e-8];
        let centred = Precision::of([1e8]).differences(&values);
        assert!(centred.is_constant(-1e-8, 1e-8));
        assert!(centred.divided_by(1e-3).is_constant(-1e-5, 1e-5));
        assert!(!Precision::of(values).is_constant(-1e-8, 1e-8));
    }
}
