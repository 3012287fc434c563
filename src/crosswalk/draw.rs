//! Draws of counts that splits left uncertain.

use super::carry::RowShares;
use super::counts::CarriedCounts;
use crate::count::Count;
use crate::error::{ErrorKind, Result};
use rand::{Rng, RngExt};
use rand_distr::{Binomial, Distribution, Gamma};

impl CarriedCounts<'_> {
    /// One draw of all counts: each area that splits is dealt out to its parts, a multinomial draw by its shares, with
    /// the shares drawn first where they are estimated. The counts of the parts add up to what was split.
    ///
    /// It supposes that events fall to the parts by their shares, whatever the parts are like. Fails with
    /// [`ErrorKind::InexactCount`] where a count is not exact (complete the table first and take
    /// [`CarriedCounts::draw_of`]), and where the content of an area without a row is unknown.
    ///
    /// ```
    /// use nestcount::count::Count;
    /// use nestcount::crosswalk::Crosswalk;
    /// use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
    /// let carry = Crosswalk::split("Winsum", [("Hogeland", 0.7), ("Westerkwartier", 0.3)])?.carry(&["Winsum"])?;
    /// let drawn = carry.counts(&[Count::Exact(40)])?.draw(&mut ChaCha12Rng::seed_from_u64(1))?;
    /// assert_eq!(drawn.iter().sum::<u64>(), 40);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn draw(&self, rng: &mut (impl Rng + ?Sized)) -> Result<Vec<u64>> {
        let exact = |count: &Count| match count {
            Count::Exact(count) => Some(*count),
            _ => None,
        };
        let rows: Vec<Option<u64>> = self.rows.iter().map(exact).collect();
        let used = self.carry.shares.iter().map(|shares| shares.row);
        let mut unknown: Vec<usize> = used.filter(|&row| rows[row].is_none()).collect();
        unknown.sort_unstable();
        match unknown.is_empty() {
            true => self.dealt(&rows.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>(), rng),
            false => Err(ErrorKind::InexactCount { rows: unknown }.into()),
        }
    }

    /// The same for completed counts of the rows; fails where one lies outside what was published about it.
    pub fn draw_of(&self, completed: &[u64], rng: &mut (impl Rng + ?Sized)) -> Result<Vec<u64>> {
        self.carry.check_length("the completed counts", completed.len())?;
        let outside = |row: &usize| !self.rows[*row].bounds().contains(completed[*row]);
        let rows: Vec<usize> = (0..completed.len()).filter(outside).collect();
        match rows.is_empty() {
            true => self.dealt(completed, rng),
            false => Err(ErrorKind::OutsideBounds { rows }.into()),
        }
    }

    fn dealt(&self, rows: &[u64], rng: &mut (impl Rng + ?Sized)) -> Result<Vec<u64>> {
        let without_row = self.carry.parts.iter().flatten().any(|part| part.row.is_none());
        if without_row {
            let (left, only_left) = ("areas of the crosswalk".into(), self.carry.absent().to_vec());
            let (right, only_right) = ("the rows".into(), Vec::new());
            return Err(ErrorKind::UnmatchedCodes { left, only_left, right, only_right }.into());
        }
        let mut drawn = vec![0u64; self.carry.targets().len()];
        for area in &self.carry.shares {
            let mut left = rows[area.row];
            let mut rest = 1.0;
            let shares = drawn_shares(area, rng);
            for (&(target, _), share) in area.to.iter().zip(&shares).take(area.to.len() - 1) {
                let part = binomial(left, (share / rest).clamp(0.0, 1.0), rng);
                drawn[target] = drawn[target].saturating_add(part);
                left -= part;
                rest -= share;
            }
            if let Some(&(last, _)) = area.to.last() {
                drawn[last] = drawn[last].saturating_add(left);
            }
        }
        Ok(drawn)
    }
}

/// The shares, or a Dirichlet draw of them: gamma variables with shape κ s, divided by their sum.
fn drawn_shares(area: &RowShares, rng: &mut (impl Rng + ?Sized)) -> Vec<f64> {
    let given = || area.to.iter().map(|&(_, share)| share).collect::<Vec<f64>>();
    if area.to.len() == 1 || area.precision.is_infinite() {
        return given();
    }
    let gamma =
        |share: f64, rng: &mut _| Gamma::new(area.precision * share, 1.0).map_or(0.0, |law| law.sample(rng));
    let drawn: Vec<f64> = area.to.iter().map(|&(_, share)| gamma(share, rng)).collect();
    let sum: f64 = drawn.iter().sum();
    if sum > 0.0 && sum.is_finite() {
        return drawn.into_iter().map(|share| share / sum).collect();
    }
    // Shapes so small that all variables underflow: in that limit one part gets everything, by its share.
    let mut left: f64 = rng.random();
    let mut taken = false;
    let last = area.to.len() - 1;
    let shares = area.to.iter().enumerate().map(|(at, &(_, share))| {
        let takes = !taken && (left < share || at == last);
        left -= share;
        taken |= takes;
        if takes { 1.0 } else { 0.0 }
    });
    shares.collect()
}

/// A binomial draw; `share` lies in [0, 1].
fn binomial(n: u64, share: f64, rng: &mut (impl Rng + ?Sized)) -> u64 {
    match Binomial::new(n, share) {
        Ok(law) => law.sample(rng).min(n),
        Err(_) => 0,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Crosswalk;
    use crate::count::Count;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    fn moments_of_draws(split: &Crosswalk, y: u64) -> Vec<(f64, f64, f64, f64)> {
        let mut rng = ChaCha12Rng::seed_from_u64(7);
        let carry = split.carry(&["a"]).unwrap();
        let carried = carry.counts(&[Count::Exact(y)]).unwrap();
        let n = 20_000;
        let mut sums = vec![(0.0, 0.0); carry.targets().len()];
        for _ in 0..n {
            let drawn = carried.draw(&mut rng).unwrap();
            assert_eq!(drawn.iter().sum::<u64>(), y);
            for (sum, &x) in sums.iter_mut().zip(&drawn) {
                *sum = (sum.0 + x as f64, sum.1 + (x * x) as f64);
            }
        }
        let told = carried.moments().iter().map(|moments| moments.unwrap());
        let seen =
            sums.iter().map(|(sum, squares)| (sum / n as f64, squares / n as f64 - (sum / n as f64).powi(2)));
        seen.zip(told).map(|((mean, variance), told)| (mean, variance, told.mean, told.variance)).collect()
    }

    #[test]
    fn draws_have_the_moments_that_are_told() {
        let split = Crosswalk::split("a", [("x", 0.2), ("y", 0.5), ("z", 0.3)]).unwrap();
        for (crosswalk, y) in [(split.clone(), 50), (split.clone().estimated(20.0).unwrap(), 50)] {
            for (mean, variance, told, told_variance) in moments_of_draws(&crosswalk, y) {
                // Four standard errors of a mean, and of a variance of nearly normal counts, over 20,000 draws.
                assert!((mean - told).abs() < 4.0 * (told_variance / 20_000.0).sqrt(), "{mean} {told}");
                assert!(
                    (variance / told_variance - 1.0).abs() < 4.0 * (2.0f64 / 20_000.0).sqrt() * 1.2,
                    "{variance} {told_variance}"
                );
            }
        }
    }

    #[test]
    fn equal_seeds_give_equal_draws_and_whole_areas_are_not_drawn() {
        let crosswalk = Crosswalk::from_shares([("a", "x", 0.5), ("a", "y", 0.5), ("b", "z", 1.0)]).unwrap();
        let carry = crosswalk.carry(&["a", "b"]).unwrap();
        let carried = carry.counts(&[Count::Exact(1000), Count::Exact(3)]).unwrap();
        let draw = |seed| carried.draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert_eq!(draw(5)[2], 3);
    }

    #[test]
    fn shares_known_from_next_to_nothing_give_all_to_one_part() {
        let split = Crosswalk::split("a", [("x", 0.3), ("y", 0.7)]).unwrap().estimated(1e-300).unwrap();
        let carry = split.carry(&["a"]).unwrap();
        let carried = carry.counts(&[Count::Exact(10)]).unwrap();
        let mut rng = ChaCha12Rng::seed_from_u64(3);
        let to_x = (0..2000).filter(|_| {
            let drawn = carried.draw(&mut rng).unwrap();
            assert!(drawn == [10, 0] || drawn == [0, 10], "{drawn:?}");
            drawn[0] == 10
        });
        assert!((to_x.count() as f64 / 2000.0 - 0.3).abs() < 4.0 * (0.21f64 / 2000.0).sqrt());
    }

    #[test]
    fn a_withheld_count_is_drawn_only_once_it_is_completed() {
        let carry = Crosswalk::split("a", [("x", 0.5), ("y", 0.5)]).unwrap().carry(&["a"]).unwrap();
        let carried = carry.counts(&[Count::interval(0, 9).unwrap()]).unwrap();
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let error = carried.draw(&mut rng).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("inexact-count", &[0][..]));
        assert_eq!(carried.draw_of(&[8], &mut rng).unwrap().iter().sum::<u64>(), 8);
        assert_eq!(carried.draw_of(&[12], &mut rng).unwrap_err().code(), "outside-bounds");
    }

    #[test]
    fn intervals_of_parts_cover_what_they_held_only_if_they_know_how_well_shares_are_known() {
        // A share of 0.3 as learned from 40 addresses; the true one varies around it as Dirichlet says.
        let given = Crosswalk::split("a", [("x", 0.3), ("y", 0.7)]).unwrap();
        let estimated = given.clone().estimated(40.0).unwrap();
        let mut rng = ChaCha12Rng::seed_from_u64(11);
        let carries = [estimated.carry(&["a"]).unwrap(), given.carry(&["a"]).unwrap()];
        let mut covered = [0; 2];
        for _ in 0..4000 {
            let y = [Count::Exact(300)];
            let actual = carries[0].counts(&y).unwrap().draw(&mut rng).unwrap()[0] as f64;
            for (carry, covered) in carries.iter().zip(&mut covered) {
                let told = carry.counts(&y).unwrap().moments()[0].unwrap();
                *covered += usize::from((actual - told.mean).abs() <= 1.96 * told.variance.sqrt());
            }
        }
        let [known, ignored] = covered.map(|covered| covered as f64 / 4000.0);
        assert!((0.93..0.97).contains(&known) && ignored < 0.6, "{known} {ignored}");
    }
}
