//! The distribution of one drawn quantity in its natural units.

use serde::{Deserialize, Serialize};

/// The distribution of a quantity over the rows (or areas) it is drawn for, in its natural units.
///
/// Every value comes from one standard normal number, pushed through the quantile function: so quantities of any
/// shape can be correlated through their normal numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Marginal {
    shape: Shape,
    range: Option<(f64, f64)>,
    decimals: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Constant(f64),
    Normal { mean: f64, sd: f64 },
    LogNormal { median: f64, log_sd: f64 },
    Uniform { lo: f64, hi: f64 },
    Binary { share: f64 },
    Quantiles(Vec<(f64, f64)>),
}

impl Marginal {
    /// The same value everywhere.
    pub fn constant(value: f64) -> Self {
        Marginal::of(Shape::Constant(value))
    }

    /// Normal with this mean and standard deviation.
    pub fn normal(mean: f64, sd: f64) -> Self {
        Marginal::of(Shape::Normal { mean, sd })
    }

    /// Log-normal: the median, and the standard deviation of the logarithm.
    pub fn log_normal(median: f64, log_sd: f64) -> Self {
        Marginal::of(Shape::LogNormal { median, log_sd })
    }

    /// Log-normal by the mean and the standard deviation of the quantity itself, both above 0.
    pub fn log_normal_by_mean(mean: f64, sd: f64) -> Self {
        let log_variance = (sd / mean).powi(2).ln_1p();
        Marginal::log_normal(mean * (-0.5 * log_variance).exp(), log_variance.sqrt())
    }

    /// Uniform on `[lo, hi]`.
    pub fn uniform(lo: f64, hi: f64) -> Self {
        Marginal::of(Shape::Uniform { lo, hi })
    }

    /// 1 with probability `share`, otherwise 0.
    pub fn binary(share: f64) -> Self {
        Marginal::of(Shape::Binary { share })
    }

    /// Given by quantiles `(p, value)`, p rising from 0 to 1 and the values positive; log-linear in between.
    pub fn quantiles(quantiles: impl Into<Vec<(f64, f64)>>) -> Self {
        Marginal::of(Shape::Quantiles(quantiles.into()))
    }

    fn of(shape: Shape) -> Self {
        Marginal { shape, range: None, decimals: None }
    }

    /// Moves values beyond `[lo, hi]` to the nearer end.
    pub fn clipped(mut self, lo: f64, hi: f64) -> Self {
        self.range = Some((lo, hi));
        self
    }

    /// Rounds to this many decimals, after clipping.
    pub fn decimals(mut self, decimals: u8) -> Self {
        self.decimals = Some(decimals);
        self
    }

    /// The value that belongs to a standard normal number.
    pub(super) fn value(&self, z: f64) -> f64 {
        let value = match &self.shape {
            Shape::Constant(value) => *value,
            Shape::Normal { mean, sd } => mean + sd * z,
            Shape::LogNormal { median, log_sd } => median * (log_sd * z).exp(),
            Shape::Uniform { lo, hi } => lo + (hi - lo) * normal_cdf(z),
            Shape::Binary { share } => f64::from(u8::from(normal_cdf(-z) < *share)),
            Shape::Quantiles(quantiles) => log_linear(quantiles, normal_cdf(z)),
        };
        let clipped = self.range.map_or(value, |(lo, hi)| value.max(lo).min(hi));
        match self.decimals {
            None => clipped,
            Some(decimals) => {
                let unit = 10f64.powi(i32::from(decimals));
                (clipped * unit).round() / unit
            }
        }
    }

    /// What makes this no distribution, if anything does.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let fault = match &self.shape {
            Shape::Constant(value) if !value.is_finite() => Some("a constant must be finite"),
            Shape::Normal { mean, sd } if !(mean.is_finite() && is_sd(*sd)) => {
                Some("a normal needs a finite mean and a standard deviation of at least 0")
            }
            Shape::LogNormal { median, log_sd } if !(is_positive(*median) && is_sd(*log_sd)) => {
                Some("a log-normal needs a median above 0 and a standard deviation of at least 0")
            }
            Shape::Uniform { lo, hi } if !(lo.is_finite() && hi.is_finite() && lo < hi) => {
                Some("a uniform needs finite ends, the lower one first")
            }
            Shape::Binary { share } if !(0.0..=1.0).contains(share) => Some("a share lies between 0 and 1"),
            Shape::Quantiles(quantiles) if !are_quantiles(quantiles) => {
                Some("quantiles need p rising from 0 to 1 and positive values that do not fall")
            }
            _ => None,
        };
        let range = match self.range {
            Some((lo, hi)) if !(lo.is_finite() && hi.is_finite() && lo <= hi) => {
                Some("a range needs finite ends, the lower one first")
            }
            _ => None,
        };
        fault.or(range)
    }
}

fn is_sd(sd: f64) -> bool {
    sd.is_finite() && sd >= 0.0
}

fn is_positive(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

fn are_quantiles(quantiles: &[(f64, f64)]) -> bool {
    let ends = matches!(quantiles, [first, .., last] if first.0 == 0.0 && last.0 == 1.0);
    ends && quantiles.iter().all(|&(_, value)| is_positive(value))
        && quantiles.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1)
}

fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

fn log_linear(quantiles: &[(f64, f64)], p: f64) -> f64 {
    for pair in quantiles.windows(2) {
        let ((p0, x0), (p1, x1)) = (pair[0], pair[1]);
        if p <= p1 {
            let t = (p - p0) / (p1 - p0);
            return x0 * (x1 / x0).powf(t);
        }
    }
    quantiles.last().map_or(f64::NAN, |last| last.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_function_has_its_textbook_values() {
        assert_eq!(normal_cdf(0.0), 0.5);
        assert!((normal_cdf(1.959_963_984_540_054) - 0.975).abs() < 1e-15);
        assert!((normal_cdf(-8.0) / 6.220_960_574_271_785e-16 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn quantiles_are_met_and_log_linear_between() {
        let knots = [(0.0, 1.0), (0.5, 100.0), (1.0, 1000.0)];
        assert_eq!(log_linear(&knots, 0.0), 1.0);
        assert!((log_linear(&knots, 0.25) - 10.0).abs() < 1e-12);
        assert!((Marginal::quantiles(knots).value(0.0) - 100.0).abs() < 1e-12);
        assert_eq!(Marginal::quantiles(knots).value(40.0), 1000.0);
        assert_eq!(Marginal::quantiles(knots).value(-40.0), 1.0);
    }

    #[test]
    fn a_log_normal_by_its_mean_has_that_mean_and_sd() {
        let marginal = Marginal::log_normal_by_mean(4.0, 3.2);
        // Mean and second moment by the midpoint rule in the normal number.
        let step = 1e-3;
        let moment = |power: i32| -> f64 {
            (-10_000..10_000)
                .map(|i| (f64::from(i) + 0.5) * step)
                .map(|z| marginal.value(z).powi(power) * (-0.5 * z * z).exp() * step)
                .sum::<f64>()
                / (2.0 * std::f64::consts::PI).sqrt()
        };
        assert!((moment(1) - 4.0).abs() < 1e-6);
        assert!((moment(2) - moment(1).powi(2) - 3.2 * 3.2).abs() < 1e-4);
    }

    #[test]
    fn clipping_and_rounding_come_after_the_shape() {
        let marginal = Marginal::normal(0.26, 0.035).clipped(0.08, 0.45).decimals(2);
        assert_eq!(marginal.value(100.0), 0.45);
        assert_eq!(marginal.value(-100.0), 0.08);
        assert_eq!(marginal.value(0.1), 0.26);
        assert_eq!(Marginal::binary(0.5).value(1.0), 1.0);
        assert_eq!(Marginal::binary(0.5).value(-1.0), 0.0);
        assert_eq!(Marginal::binary(0.0).value(9.0), 0.0);
    }

    #[test]
    fn impossible_distributions_name_their_fault() {
        let bad = [
            Marginal::constant(f64::NAN),
            Marginal::normal(0.0, -1.0),
            Marginal::log_normal(0.0, 1.0),
            Marginal::log_normal_by_mean(-1.0, 1.0),
            Marginal::uniform(1.0, 1.0),
            Marginal::binary(1.5),
            Marginal::quantiles([(0.0, 1.0)]),
            Marginal::quantiles([(0.1, 1.0), (1.0, 2.0)]),
            Marginal::quantiles([(0.0, 2.0), (1.0, 1.0)]),
            Marginal::quantiles([(0.0, 0.0), (1.0, 1.0)]),
            Marginal::constant(1.0).clipped(2.0, 1.0),
            Marginal::constant(1.0).clipped(0.0, f64::INFINITY),
        ];
        for marginal in bad {
            assert!(marginal.fault().is_some(), "{marginal:?}");
        }
        assert_eq!(Marginal::uniform(0.0, 1.0).clipped(0.1, 0.9).fault(), None);
    }
}
