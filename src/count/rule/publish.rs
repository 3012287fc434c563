//! The rule applied: what is published about a count.

use super::publisher::{Publisher, Withholding};
use super::{DisclosureRule, Rounding, Zeros};
use crate::count::Count;
use rand::{Rng, RngExt};

impl DisclosureRule {
    /// What one knows of a count once it was published under the rule: all that [`DisclosureRule::read`] says of its cell.
    ///
    /// Random rounding draws from `rng`, and so does a tie of [`Rounding::Nearest`], of which nobody says where it goes.
    ///
    /// ```
    /// use nestcount::count::{Count, DisclosureRule, Rounding};
    /// use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
    /// let rule = DisclosureRule::builder().withheld_below(10).rounded(Rounding::HalfUp(5)).build()?;
    /// let rng = &mut ChaCha12Rng::seed_from_u64(1);
    /// assert_eq!(rule.publish(14, rng), Count::interval(13, 17)?);
    /// assert_eq!(rule.publish(3, rng), Count::interval(0, 9)?);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn publish(&self, count: u64, rng: &mut (impl Rng + ?Sized)) -> Count {
        // a count always has a cell; were there none, nothing would be known
        self.publisher().publish(count, rng).unwrap_or(Count::Missing)
    }
}

impl Publisher {
    fn publish(self, count: u64, rng: &mut (impl Rng + ?Sized)) -> Option<Count> {
        let zeros_published = self.zeros == Zeros::Published;
        match self.withholding {
            Withholding::Below(_) if count == 0 && zeros_published => self.published(0),
            Withholding::Below(threshold) if count < threshold => self.withheld(),
            Withholding::RoundedBelow(threshold) => match self.rounded(count, rng) {
                0 if zeros_published => self.published(0),
                value if value < threshold => self.withheld(),
                value => self.published(value),
            },
            _ => self.published(self.rounded(count, rng)),
        }
    }

    fn rounded(self, count: u64, rng: &mut (impl Rng + ?Sized)) -> u64 {
        let Some(rounding) = self.rounding else { return count };
        let base = u64::from(rounding.base());
        let (down, rest) = (count / base * base, count % base);
        let up = match (rounding, (2 * rest).cmp(&base)) {
            (Rounding::Random(_), _) => rng.random::<f64>() * (base as f64) < rest as f64,
            (_, std::cmp::Ordering::Less) => false,
            (_, std::cmp::Ordering::Greater) => true,
            (Rounding::HalfUp(_), _) => true,
            (Rounding::HalfEven(_), _) => !(count / base).is_multiple_of(2),
            (Rounding::Nearest(_), _) => rng.random(),
        };
        if up { down + base } else { down }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    #[test]
    fn what_is_published_is_what_the_rule_reads_from_the_cell() {
        let rng = &mut ChaCha12Rng::seed_from_u64(5);
        for rounding in
            [Rounding::HalfUp(5), Rounding::HalfUp(10), Rounding::HalfEven(10), Rounding::Random(3)]
        {
            let rule = DisclosureRule::builder().rounded(rounding).build().unwrap();
            for count in 0..60 {
                let published = rule.publish(count, rng);
                let base = u64::from(rounding.base());
                let cells = [count / base * base, count / base * base + base];
                let read = cells.map(|cell| rule.read(&cell.to_string()).unwrap());
                assert!(published.bounds().contains(count), "{rounding}: {count}");
                assert!(read.contains(&published), "{rounding}: {count}");
            }
        }
    }

    #[test]
    fn small_counts_are_withheld_before_or_after_rounding_and_zeros_as_the_rule_says() {
        let rng = &mut ChaCha12Rng::seed_from_u64(5);
        let before = DisclosureRule::builder().withheld_below(10).rounded(Rounding::HalfUp(5));
        let after = DisclosureRule::builder().rounded(Rounding::HalfUp(5)).withheld_below_after_rounding(10);
        for (rule, first) in [(before.clone(), 10), (after, 8)] {
            let rule = rule.build().unwrap();
            for count in 0..40 {
                let withheld = rule.publish(count, rng) == rule.read(".").unwrap();
                assert_eq!(withheld, count < first, "{rule}: {count}");
            }
        }
        let zeros = before.zeros(Zeros::Published).build().unwrap();
        assert_eq!(zeros.publish(0, rng), Count::Exact(0));
        assert_eq!(zeros.publish(1, rng), Count::interval(1, 9).unwrap());
    }

    #[test]
    fn random_rounding_keeps_the_mean() {
        let rng = &mut ChaCha12Rng::seed_from_u64(5);
        let rule = DisclosureRule::builder().rounded(Rounding::Random(5)).build().unwrap();
        let up = (0..20_000).filter(|_| rule.publish(12, rng).bounds().hi() == Some(19)).count();
        assert!((up as f64 / 20_000.0 - 0.4).abs() < 0.015, "{up} of 20,000 went up");
    }
}
