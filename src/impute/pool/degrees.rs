//! Degrees of freedom of a complete table, and of what is pooled.

use crate::error::{ErrorKind, Result};
use crate::infer::DegreesOfFreedom;

impl DegreesOfFreedom {
    /// Refuses complete-data degrees of freedom that are no number above 0.
    pub(super) fn check(self) -> Result<Self> {
        match self {
            DegreesOfFreedom::Finite(df) if !(df > 0.0 && df.is_finite()) => {
                let message = format!("complete-data degrees of freedom must be above 0, got {df}");
                Err(ErrorKind::Specification { message }.into())
            }
            df => Ok(df),
        }
    }

    /// ν(ν+1)/(ν+3): what complete-data degrees of freedom ν are worth before anything is missing.
    pub(super) fn observed(self) -> Self {
        match self {
            DegreesOfFreedom::Finite(df) => DegreesOfFreedom::Finite((df + 1.0) / (df + 3.0) * df),
            DegreesOfFreedom::Infinite => DegreesOfFreedom::Infinite,
        }
    }

    /// Both bounds at once: the inverses add up.
    pub(super) fn with(self, other: Self) -> Self {
        DegreesOfFreedom::of(1.0 / (self.inverse() + other.inverse()))
    }

    /// Barnard & Rubin 1999: 1/df = λ²/(m−1) + 1/(observed · (1−λ)); `observed_share` is 1−λ.
    ///
    /// With infinite complete-data degrees of freedom this is Rubin's (1987) (m−1)/λ².
    pub(super) fn pooled(self, tables: usize, lambda: f64, observed_share: f64) -> Self {
        let between = DegreesOfFreedom::of((tables as f64 - 1.0) / lambda.powi(2));
        let observed = match self.observed() {
            DegreesOfFreedom::Finite(df) => DegreesOfFreedom::Finite(df * observed_share),
            DegreesOfFreedom::Infinite => DegreesOfFreedom::Infinite,
        };
        between.with(observed)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use DegreesOfFreedom::{Finite, Infinite};
    use approx::assert_relative_eq;

    #[test]
    fn without_differences_between_tables_the_complete_data_decide() {
        assert_eq!(Infinite.pooled(5, 0.0, 1.0), Infinite);
        let Finite(df) = Finite(97.0).pooled(5, 0.0, 1.0) else { panic!() };
        assert_relative_eq!(df, 98.0 / 100.0 * 97.0, max_relative = 1e-15);
    }

    #[test]
    fn more_complete_data_approach_rubins_formula_from_below() {
        let Finite(rubin) = Infinite.pooled(5, 0.3, 0.7) else { panic!() };
        assert_relative_eq!(rubin, 4.0 / 0.09, max_relative = 1e-15);
        let mut last = 0.0;
        for complete in [10.0, 1e3, 1e6, 1e12] {
            let Finite(df) = Finite(complete).pooled(5, 0.3, 0.7) else { panic!() };
            assert!(last < df && df < rubin, "{complete}: {df}");
            last = df;
        }
        assert_relative_eq!(last, rubin, max_relative = 1e-10);
    }

    #[test]
    fn degrees_of_freedom_that_are_no_number_above_0_are_refused() {
        for bad in [0.0, -3.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Finite(bad).check().unwrap_err().code(), "specification");
        }
        assert_eq!(Infinite.check().unwrap(), Infinite);
    }
}
