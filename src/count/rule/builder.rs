//! Rules put together step by step, contradictions refused.

use super::publisher::{Publisher, Withholding};
use super::{DisclosureRule, Rounding, Zeros};
use crate::count::observed::LARGEST;
use crate::error::{ErrorKind, Result};

/// What a publisher says it does, before it is checked.
///
/// ```
/// use nestcount::count::{Count, DisclosureRule, Rounding, Zeros};
/// let rule = DisclosureRule::builder().withheld_below(10).zeros(Zeros::Published).build()?;
/// assert_eq!(rule.read("x")?, Count::interval(1, 9)?);
///
/// let contradiction = DisclosureRule::builder().zeros(Zeros::Published).build();
/// assert_eq!(contradiction.unwrap_err().code(), "specification");
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleBuilder {
    withholdings: Vec<Withholding>,
    zeros: Vec<Zeros>,
    roundings: Vec<Rounding>,
}

impl RuleBuilder {
    /// Counts below `threshold` are withheld, by the count itself; what is published is rounded afterwards if at all.
    pub fn withheld_below(mut self, threshold: u64) -> Self {
        self.withholdings.push(Withholding::Below(threshold));
        self
    }

    /// Counts are rounded first; rounded ones below `threshold` are withheld.
    pub fn withheld_below_after_rounding(mut self, threshold: u64) -> Self {
        self.withholdings.push(Withholding::RoundedBelow(threshold));
        self
    }

    /// Whether zeros below the threshold are published all the same; withheld unless said.
    pub fn zeros(mut self, zeros: Zeros) -> Self {
        self.zeros.push(zeros);
        self
    }

    /// Counts are rounded; not rounded unless said.
    pub fn rounded(mut self, rounding: Rounding) -> Self {
        self.roundings.push(rounding);
        self
    }

    /// The rule, reading cells in the plain format.
    ///
    /// Fails with everything that is contradictory: a step said twice, a threshold that withholds nothing, withholding
    /// after a rounding that is not there, a base no counts are rounded to, zeros of a rule that withholds nothing;
    /// and with rules under which a cell would say something that no [`Count`](crate::count::Count) holds: zeros
    /// published as they are while counts above the threshold are rounded to 0, and random rounding of what was not
    /// withheld by its count (a rounded value near the threshold is then a mixture cut off at the threshold).
    pub fn build(self) -> Result<DisclosureRule> {
        let publisher = Publisher {
            withholding: self.withholdings.first().copied().unwrap_or(Withholding::Nothing),
            zeros: self.zeros.first().copied().unwrap_or(Zeros::Withheld),
            rounding: self.roundings.first().copied(),
        };
        let mut problems = self.repetitions();
        problems
            .extend(publisher.rounding.and_then(|rounding| rounding.check().err()).map(|e| e.to_string()));
        if problems.is_empty() {
            problems = self.useless_threshold(publisher).into_iter().collect();
            problems.extend(unreadable(publisher).map(String::from));
        }
        match problems.is_empty() {
            true => Ok(DisclosureRule::of(publisher)),
            false => Err(ErrorKind::Specification { message: problems.join("; ") }.into()),
        }
    }

    fn repetitions(&self) -> Vec<String> {
        let steps = [
            ("a threshold", self.withholdings.len()),
            ("what happens to zeros", self.zeros.len()),
            ("a rounding", self.roundings.len()),
        ];
        let twice = steps.into_iter().filter(|&(_, times)| times > 1);
        twice.map(|(step, _)| format!("a disclosure rule has {step} once; say it once")).collect()
    }

    fn useless_threshold(&self, publisher: Publisher) -> Option<String> {
        let (zeros_published, rounding) = (publisher.zeros == Zeros::Published, publisher.rounding);
        match publisher.withholding {
            Withholding::Nothing if !self.zeros.is_empty() => Some(
                "nothing is withheld, so zeros need no rule: name a threshold or leave the zeros out".into(),
            ),
            Withholding::Below(t @ 0) | Withholding::RoundedBelow(t @ 0) => {
                Some(format!("withheld below {t} withholds nothing: name a threshold of 1 or more"))
            }
            Withholding::Below(t) | Withholding::RoundedBelow(t) if t > LARGEST => {
                Some(format!("the threshold {t} is above 2^53"))
            }
            Withholding::Below(1) if zeros_published => {
                Some("withheld below 1 with zeros published withholds nothing".into())
            }
            Withholding::RoundedBelow(t) => match rounding {
                None => Some("withheld after rounding, but nothing is rounded: name the rounding".into()),
                Some(rounding) if zeros_published && t <= u64::from(rounding.base()) => Some(format!(
                    "withheld below {t} after rounding to {} with zeros published withholds nothing",
                    rounding.base()
                )),
                Some(_) => None,
            },
            _ => None,
        }
    }
}

/// Why some cell under these steps says what no count holds.
fn unreadable(publisher: Publisher) -> Option<&'static str> {
    match (publisher.withholding, publisher.rounding) {
        (Withholding::Below(_), Some(Rounding::Random(_))) => Some(
            "counts withheld by their own size and then rounded at random leave rounded values near the threshold \
             whose mixture is cut off there; no count says that: if the publisher withholds what it rounded, say so \
             (withheld_below_after_rounding)",
        ),
        (Withholding::Below(t), Some(rounding))
            if publisher.zeros == Zeros::Published && rounding.highest(0) >= t =>
        {
            Some(
                "zeros are published and counts above the threshold are rounded to 0 as well, so a 0 would be one of \
                 two ranges with a gap; no count says that: if the rounded zeros are meant, withhold after rounding",
            )
        }
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn contradictory_rules_are_refused_with_all_reasons() {
        let rule = DisclosureRule::builder;
        let half_up = Rounding::HalfUp(5);
        let refused = [
            (rule().withheld_below(10).withheld_below_after_rounding(10).rounded(half_up), "threshold once"),
            (rule().rounded(half_up).rounded(Rounding::Random(3)), "rounding once"),
            (rule().withheld_below(10).zeros(Zeros::Published).zeros(Zeros::Withheld), "zeros once"),
            (rule().rounded(Rounding::HalfUp(1)), "base of 2 or more, not 1"),
            (rule().rounded(Rounding::Nearest(0)), "base of 2 or more, not 0"),
            (rule().rounded(Rounding::Random(2000)), "base of 2 to 1000, not 2000"),
            (rule().withheld_below(0), "withholds nothing"),
            (rule().withheld_below(u64::MAX), "above 2^53"),
            (rule().withheld_below_after_rounding(10), "nothing is rounded"),
            (rule().zeros(Zeros::Withheld), "nothing is withheld"),
            (rule().withheld_below(1).zeros(Zeros::Published), "withholds nothing"),
            (
                rule().withheld_below_after_rounding(5).zeros(Zeros::Published).rounded(half_up),
                "withholds nothing",
            ),
            (rule().withheld_below(10).rounded(Rounding::Random(5)), "mixture is cut off"),
            (rule().withheld_below(2).zeros(Zeros::Published).rounded(half_up), "with a gap"),
        ];
        for (builder, reason) in refused {
            let error = builder.clone().build().unwrap_err();
            assert_eq!(error.code(), "specification");
            assert!(error.to_string().contains(reason), "{builder:?}: {error}");
        }
        let both =
            rule().withheld_below(1).withheld_below(2).rounded(Rounding::HalfUp(0)).build().unwrap_err();
        assert!(both.to_string().contains("once; ") && both.to_string().contains("not 0"), "{both}");
    }
}
