//! Classes of values: where one colour ends and the next begins.

use super::cell::{Writing, rounded};
use crate::error::{ErrorKind, Result};

/// How the values of a layer are divided into classes.
///
/// A value is classed *as it is shown*, rounded to the layer's decimals, and breaks are rounded alike: what the legend
/// says of a colour holds for every number that a reader sees. A value equal to a break belongs to the class farther from
/// zero, so that classes about zero mirror each other; one equal to a break at zero to the class above it.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes(Rule);

#[derive(Debug, Clone, PartialEq)]
enum Rule {
    Fixed(Vec<f64>),
    Quantiles(usize),
    EqualSteps(usize),
    Symmetric(usize),
}

/// How many classes a reader can tell apart by colour.
const MOST: usize = 11;

impl Classes {
    /// Breaks of one's own, ascending, in the layer's unit; one class more than there are breaks.
    pub fn fixed(breaks: impl Into<Vec<f64>>) -> Self {
        Classes(Rule::Fixed(breaks.into()))
    }

    /// `n` classes of about equally many areas. Fewer where many areas share a value.
    pub fn quantiles(n: usize) -> Self {
        Classes(Rule::Quantiles(n))
    }

    /// `n` classes of equal width from the smallest value to the largest.
    pub fn equal_steps(n: usize) -> Self {
        Classes(Rule::EqualSteps(n))
    }

    /// `n` classes symmetric about zero, the sizes |value| divided into about equally many areas. An odd `n` has a class
    /// around zero, an even one a break at zero.
    pub fn symmetric(n: usize) -> Self {
        Classes(Rule::Symmetric(n))
    }

    /// Whether there are breaks for any values, shown with so many decimals.
    ///
    /// Fails on fewer than two classes or more than eleven, and on breaks that do not ascend or have more decimals.
    pub fn check(&self, decimals: usize) -> Result<()> {
        let n = match &self.0 {
            Rule::Fixed(breaks) => breaks.len() + 1,
            Rule::Quantiles(n) | Rule::EqualSteps(n) | Rule::Symmetric(n) => *n,
        };
        if !(2..=MOST).contains(&n) {
            return refused(format!("{n} classes; a map has 2 to {MOST}"));
        }
        let Rule::Fixed(breaks) = &self.0 else { return Ok(()) };
        if !breaks.windows(2).all(|pair| pair[0] < pair[1]) || breaks.iter().any(|at| !at.is_finite()) {
            return refused(format!("the breaks of classes must ascend, got {breaks:?}"));
        }
        match breaks.iter().find(|at| rounded(**at, decimals) != **at) {
            Some(at) => refused(format!(
                "the break {at} has more decimals than the layer shows ({decimals}); show more of them or round it"
            )),
            None => Ok(()),
        }
    }

    /// The breaks for these values.
    pub(super) fn breaks(&self, values: &[f64], decimals: usize) -> Breaks {
        let mut breaks = match &self.0 {
            Rule::Fixed(breaks) => return Breaks(breaks.clone()),
            Rule::Quantiles(n) => quantiles(values.to_vec(), (1..*n).map(|i| i as f64 / *n as f64)),
            Rule::EqualSteps(n) => {
                let (low, high) =
                    (least(values), -least(&values.iter().map(|value| -value).collect::<Vec<_>>()));
                // not by way of high − low, which may be too large for a number
                let share = |i: usize| i as f64 / *n as f64;
                (1..*n).map(|i| low * (1.0 - share(i)) + high * share(i)).collect()
            }
            Rule::Symmetric(n) => {
                let sizes = values.iter().map(|value| value.abs()).collect();
                let first = if n % 2 == 0 { 2 } else { 1 };
                let above = quantiles(sizes, (first..*n).step_by(2).map(|i| i as f64 / *n as f64));
                let zero = (n % 2 == 0).then_some(0.0);
                above.iter().map(|at| -at).chain(zero).chain(above.iter().copied()).collect()
            }
        };
        breaks.iter_mut().for_each(|at| *at = rounded(*at, decimals));
        breaks.sort_by(f64::total_cmp);
        breaks.dedup();
        // A break that no value lies below, or none above, divides nothing; one about zero keeps its mirror image.
        if !matches!(self.0, Rule::Symmetric(_)) {
            let lowest = rounded(least(values), decimals);
            breaks.retain(|at| *at > lowest);
        }
        Breaks(breaks)
    }
}

#[cold]
fn refused(message: String) -> Result<()> {
    Err(ErrorKind::Specification { message }.into())
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().min_by(f64::total_cmp).unwrap_or(0.0)
}

/// Hyndman and Fan's type 7, as R's `quantile`; nothing of no values.
fn quantiles(mut values: Vec<f64>, at: impl Iterator<Item = f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return Vec::new() };
    at.map(|p| {
        let position = p * last as f64;
        let (low, share) = (position.floor() as usize, position.fract());
        values[low] + share * (values[(low + 1).min(last)] - values[low])
    })
    .collect()
}

/// Where classes part, ascending.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Breaks(pub(super) Vec<f64>);

impl Breaks {
    /// How many classes there are.
    pub(super) fn n_classes(&self) -> usize {
        self.0.len() + 1
    }

    /// The class of a value as it is shown.
    pub(super) fn class_of(&self, shown: f64) -> usize {
        self.0.partition_point(|at| if *at < 0.0 { *at < shown } else { *at <= shown })
    }

    /// What the legend says of a class: the smallest and the largest number as shown.
    pub(super) fn label(&self, class: usize, writing: &Writing) -> String {
        let step = 10f64.powi(-(writing.decimals as i32));
        let number = |value: f64| writing.number(rounded(value, writing.decimals));
        let below = class.checked_sub(1).and_then(|c| self.0.get(c)).copied();
        match (below, self.0.get(class).copied()) {
            (None, None) => String::new(),
            (None, Some(high)) if high < 0.0 => format!("\u{2264} {}", number(high)),
            (None, Some(high)) => format!("< {}", number(high)),
            (Some(low), None) if low < 0.0 => format!("> {}", number(low)),
            (Some(low), None) => format!("\u{2265} {}", number(low)),
            (Some(low), Some(high)) => {
                let first = number(if low < 0.0 { low + step } else { low });
                let last = number(if high < 0.0 { high } else { high - step });
                if first == last { first } else { format!("{first} \u{2013} {last}") }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::cell::Sign;
    use super::*;
    use crate::report::Language;

    fn spread() -> Vec<f64> {
        (0..101).map(|i| f64::from(i) * 0.1).collect()
    }

    #[test]
    fn quantiles_hold_equally_many_and_steps_are_equally_wide() {
        assert_eq!(Classes::quantiles(4).breaks(&spread(), 2).0, [2.5, 5.0, 7.5]);
        let skew: Vec<f64> = spread().iter().map(|x| x * x).collect();
        assert_eq!(Classes::equal_steps(4).breaks(&skew, 1).0, [25.0, 50.0, 75.0]);
        assert_eq!(Classes::quantiles(4).breaks(&skew, 2).0, [6.25, 25.0, 56.25]);
    }

    #[test]
    fn classes_about_zero_mirror() {
        let values: Vec<f64> = spread().iter().map(|x| x - 3.0).collect();
        for n in 2..=11 {
            let breaks = Classes::symmetric(n).breaks(&values, 3).0;
            let mirrored: Vec<f64> = breaks.iter().rev().map(|at| 0.0 - at).collect();
            assert_eq!(breaks, mirrored);
            assert_eq!(breaks.len(), n - 1);
            assert_eq!(breaks.contains(&0.0), n % 2 == 0);
        }
    }

    #[test]
    fn shared_values_leave_fewer_classes_and_none_empty_below() {
        let breaks = Classes::quantiles(5).breaks(&[3.0; 20], 1);
        assert_eq!(breaks.n_classes(), 1);
        assert_eq!(Classes::quantiles(5).breaks(&[], 1).n_classes(), 1);
    }

    #[test]
    fn a_label_holds_for_the_number_that_is_shown() {
        let writing =
            Writing { language: Language::Dutch, decimals: 1, unit: "%".into(), sign: Sign::BelowZero };
        let breaks = Classes::fixed([8.0, 9.5, 9.6]).breaks(&[], 1);
        let labels: Vec<String> = (0..4).map(|class| breaks.label(class, &writing)).collect();
        assert_eq!(labels, ["< 8,0", "8,0 – 9,4", "9,5", "≥ 9,6"]);
        for (value, class) in [(7.96, 1), (7.94, 0), (9.44, 1), (9.46, 2), (9.6, 3)] {
            assert_eq!(breaks.class_of(writing.rounded(value)), class, "{value}");
        }
    }

    #[test]
    fn labels_about_zero_mirror_too() {
        let writing =
            Writing { language: Language::English, decimals: 1, unit: String::new(), sign: Sign::Always };
        let labels = |breaks: &[f64]| -> Vec<String> {
            let breaks = Breaks(breaks.into());
            (0..breaks.n_classes())
                .map(|class| breaks.label(class, &writing).replace('\u{2212}', "-"))
                .collect()
        };
        assert_eq!(
            labels(&[-0.7, -0.2, 0.2, 0.7]),
            ["≤ -0.7", "-0.6 – -0.2", "-0.1 – +0.1", "+0.2 – +0.6", "≥ +0.7"]
        );
        assert_eq!(labels(&[-0.5, 0.0, 0.5]), ["≤ -0.5", "-0.4 – -0.1", "0.0 – +0.4", "≥ +0.5"]);
        let breaks = Breaks(vec![-0.7, -0.2, 0.2, 0.7]);
        for (shown, class) in [(-0.7, 0), (-0.6, 1), (-0.2, 1), (-0.1, 2), (0.1, 2), (0.2, 3), (0.7, 4)] {
            assert_eq!(breaks.class_of(shown), class, "{shown}");
        }
    }

    #[test]
    fn classes_without_sense_are_refused() {
        for wrong in [
            Classes::quantiles(1),
            Classes::equal_steps(12),
            Classes::fixed([]),
            Classes::fixed([1.0, 1.0]),
            Classes::fixed([2.0, 1.0]),
            Classes::fixed([f64::NAN]),
            Classes::fixed([1.25]),
        ] {
            assert_eq!(wrong.check(1).unwrap_err().code(), "specification", "{wrong:?}");
        }
        assert!(Classes::fixed([1.25]).check(2).is_ok());
    }

    #[test]
    fn equal_steps_between_the_farthest_numbers_are_numbers() {
        let breaks = Classes::equal_steps(4).breaks(&[-1e308, 0.0, 1e308], 0);
        assert!(breaks.0.len() == 3 && breaks.0.iter().all(|at| at.is_finite()), "{breaks:?}");
    }
}
