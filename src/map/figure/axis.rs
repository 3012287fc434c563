//! Axes: where they begin and end, where they have marks, and how those are written.

use crate::report::Language;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use std::ops::Range;

/// Marks wanted on an axis, about.
const MARKS: f64 = 8.0;
/// From which ratio of largest to smallest on an axis is logarithmic.
const WIDE: f64 = 30.0;
/// Up to which: nothing that is counted spans more, and powers of ten far below 1 end.
const WIDEST: f64 = 1e30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Linear,
    Logarithmic,
}

/// An axis with its marks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    scale: Scale,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) marks: Vec<f64>,
    decimals: usize,
}

impl Axis {
    /// An axis that holds all numbers, with some air.
    pub(super) fn linear(numbers: impl Iterator<Item = f64>) -> Self {
        let (low, high) = range(numbers);
        let (low, high) = if low == high { (low - 0.5, high + 0.5) } else { (low, high) };
        let air = 0.03 * (high - low);
        let (low, high) = (low - air, high + air);
        let step = nice_step((high - low) / MARKS);
        let marks = (0..=64)
            .map(|i| ((low / step).ceil() + f64::from(i)) * step + 0.0)
            .take_while(|at| *at <= high)
            .collect();
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        Axis { scale: Scale::Linear, low, high, marks, decimals }
    }

    /// A linear axis, or a logarithmic one where the numbers are above 0 and span much.
    pub(super) fn spanning(numbers: impl Iterator<Item = f64> + Clone) -> Self {
        let (low, high) = range(numbers.clone());
        if low <= 0.0 || !(WIDE..WIDEST).contains(&(high / low)) {
            return Axis::linear(numbers);
        }
        let air = 0.02 * (high / low).log10();
        let decades = (low.log10() - air).floor() as i32..=(high.log10() + air).ceil() as i32;
        let (low, high) = (10f64.powf(low.log10() - air), 10f64.powf(high.log10() + air));
        let digits: &[f64] = if high / low > 1e5 { &[1.0] } else { &[1.0, 3.0] };
        let marks = decades.flat_map(|at| digits.iter().map(move |digit| digit * 10f64.powi(at)));
        let marks = marks.filter(|at| (low..=high).contains(at)).collect();
        Axis { scale: Scale::Logarithmic, low, high, marks, decimals: 0 }
    }

    /// A mark as people read it.
    pub(super) fn label(&self, mark: f64, language: Language) -> String {
        let decimals = match self.scale {
            Scale::Linear => self.decimals,
            Scale::Logarithmic => (-mark.log10().floor()).max(0.0) as usize,
        };
        language.numbers().write(mark, decimals)
    }

    /// How far along the axis a number lies, from 0 to 1.
    pub(super) fn share(&self, number: f64) -> f64 {
        match self.scale {
            Scale::Linear => (number - self.low) / (self.high - self.low),
            Scale::Logarithmic => (number / self.low).ln() / (self.high / self.low).ln(),
        }
    }
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, number: &f64, (from, to): (i32, i32)) -> i32 {
        from + (self.share(*number) * f64::from(to - from)).round() as i32
    }

    fn key_points<H: KeyPointHint>(&self, hint: H) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.marks.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

fn range(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
}

/// 1, 2 or 5 times a power of ten, at least this.
fn nice_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * power).find(|step| *step >= least).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.marks.iter().map(|at| axis.label(*at, Language::English).replace('\u{2212}', "-")).collect()
    }

    #[test]
    fn marks_are_round_and_written_with_as_many_decimals_as_they_need() {
        let axis = Axis::linear([-0.42, 0.61].into_iter());
        assert_eq!(labels(&axis), ["-0.4", "-0.2", "0.0", "0.2", "0.4", "0.6"]);
        assert_eq!(
            labels(&Axis::linear([0.0, 9_000.0].into_iter())),
            ["0", "2,000", "4,000", "6,000", "8,000"]
        );
        assert!(!labels(&Axis::linear([3.0].into_iter())).is_empty());
    }

    #[test]
    fn numbers_over_decades_get_a_logarithmic_axis() {
        let axis = Axis::spanning([20.0, 40_000.0].into_iter());
        assert_eq!(labels(&axis), ["30", "100", "300", "1,000", "3,000", "10,000", "30,000"]);
        let middle = axis.share((axis.low * axis.high).sqrt());
        assert!((middle - 0.5).abs() < 1e-12, "{middle}");
        assert_eq!(Axis::spanning([0.0, 40_000.0].into_iter()).share(20_000.0), 0.5);
        assert_eq!(Axis::spanning([1e-320, 1.0].into_iter()).scale, Scale::Linear);
    }
}
