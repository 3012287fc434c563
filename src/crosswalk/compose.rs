//! Crosswalks one after the other, and turned round.

use super::gather::normalised;
use super::links::{Crosswalk, Link};
use crate::error::{CrosswalkFault, ErrorKind, Result};
use crate::numeric::sum::Sum;
use std::collections::{HashMap, HashSet};

impl Crosswalk {
    /// This crosswalk and then another: the shares of `a` in `c` are `Σ_b s(a, b) t(b, c)`.
    ///
    /// Fails with [`ErrorKind::UnmatchedCodes`] unless the areas this one enters are those the other leaves: add those
    /// that stay by [`Crosswalk::keeping`]. Where both split with estimated shares, the precision of an area is that
    /// with the same total variance of its shares, and what two areas share by a common second split is not kept:
    /// carrying in two steps is.
    ///
    /// ```
    /// use nestcount::crosswalk::Crosswalk;
    /// let first = Crosswalk::split("a", [("b", 0.5), ("c", 0.5)])?;
    /// let second = Crosswalk::split("b", [("d", 0.5), ("e", 0.5)])?.keeping(["c"])?;
    /// assert_eq!(first.then(&second)?.shares_of("a"), [("d", 0.25), ("e", 0.25), ("c", 0.5)]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn then(&self, next: &Crosswalk) -> Result<Crosswalk> {
        self.refuse_unmatched(next)?;
        // The targets in the order in which the areas left first reach them.
        let (mut order, mut to) = (HashMap::new(), Vec::new());
        let mut links = Vec::with_capacity(self.from.len());
        let mut precision = Vec::with_capacity(self.from.len());
        for (own, &known) in self.links.iter().zip(&self.precision) {
            let mut sums: Vec<(usize, Sum)> = Vec::new();
            for (link, further) in
                own.iter().flat_map(|link| self.onward(link, next).map(move |further| (link, further)))
            {
                let at = *order.entry(further.to).or_insert_with(|| {
                    to.push(next.to[further.to].clone());
                    to.len() - 1
                });
                add(&mut sums, at, link.share * further.share);
            }
            let composed = normalised(sums.into_iter().map(|(to, sum)| (to, sum.value())));
            precision.push(self.composed_precision(own, known, next, &composed));
            links.push(composed);
        }
        let mut composed = Crosswalk::from_parts(self.from.clone(), to, links);
        composed.precision = precision;
        Ok(composed)
    }

    /// The same with areas that stay as they are, where it does not know them yet.
    pub fn keeping<S: AsRef<str>>(&self, codes: impl IntoIterator<Item = S>) -> Result<Crosswalk> {
        let mut met = HashSet::new();
        let new = codes.into_iter().map(|code| code.as_ref().trim().to_string());
        let new: Vec<String> =
            new.filter(|code| !self.positions.contains_key(code) && met.insert(code.clone())).collect();
        let new = Crosswalk::identity(new)?;
        let mut targets: HashMap<&str, usize> = self.to.iter().map(String::as_str).zip(0..).collect();
        let (mut to, mut links) = (self.to.clone(), self.links.clone());
        for code in &new.to {
            let at = *targets.entry(code).or_insert_with(|| {
                to.push(code.clone());
                to.len() - 1
            });
            links.push(vec![Link { to: at, share: 1.0 }]);
        }
        let from = self.from.iter().chain(&new.from).cloned().collect();
        let mut kept = Crosswalk::from_parts(from, to, links);
        kept.precision[..self.precision.len()].copy_from_slice(&self.precision);
        Ok(kept)
    }

    /// The crosswalk back, by Bayes' rule from what each area left held: the share of `b` that goes to `a` is
    /// `w(a) s(a, b) / Σ_a' w(a') s(a', b)`.
    ///
    /// `weights` are (area left, quantity such as its exposure), one each and above 0. Quantities carried there and
    /// back are what they were. The shares back are taken for given. Fails with [`ErrorKind::UnmatchedCodes`] on other
    /// areas and with [`ErrorKind::Crosswalk`] on other weights.
    ///
    /// ```
    /// use nestcount::crosswalk::Crosswalk;
    /// let merged = Crosswalk::merge([("Haren", "Groningen"), ("Ten Boer", "Groningen")])?;
    /// let back = merged.inverse([("Haren", 3000.0), ("Ten Boer", 1000.0)])?;
    /// assert_eq!(back.shares_of("Groningen"), [("Haren", 0.75), ("Ten Boer", 0.25)]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn inverse<S: AsRef<str>>(&self, weights: impl IntoIterator<Item = (S, f64)>) -> Result<Crosswalk> {
        let weights: Vec<(String, f64)> =
            weights.into_iter().map(|(code, weight)| (code.as_ref().trim().to_string(), weight)).collect();
        let along = self.weights_along(&weights)?;
        let mut back: Vec<Vec<(usize, f64)>> = vec![Vec::new(); self.to.len()];
        for (from, links) in self.links.iter().enumerate() {
            links.iter().for_each(|link| back[link.to].push((from, along[from] * link.share)));
        }
        if back.iter().any(|parts| parts.iter().all(|&(_, held)| held == 0.0)) {
            let message =
                "the weights lie too far apart to divide by; leave out areas with next to nothing in them";
            return Err(ErrorKind::Specification { message: message.into() }.into());
        }
        let links = back.into_iter().map(|parts| normalised(parts.into_iter())).collect();
        Ok(Crosswalk::from_parts(self.to.clone(), self.from.clone(), links))
    }

    fn onward<'a>(&'a self, link: &Link, next: &'a Crosswalk) -> impl Iterator<Item = &'a Link> + use<'a> {
        let at = next.positions.get(&self.to[link.to]);
        at.into_iter().flat_map(|&at| &next.links[at])
    }

    fn refuse_unmatched(&self, next: &Crosswalk) -> Result<()> {
        let entered: HashSet<&String> = self.to.iter().collect();
        let only_left: Vec<String> =
            self.to.iter().filter(|code| !next.positions.contains_key(*code)).cloned().collect();
        let only_right: Vec<String> =
            next.from.iter().filter(|code| !entered.contains(code)).cloned().collect();
        unmatched("areas entered by the first crosswalk", only_left, "areas left by the second", only_right)
    }

    /// κ of the composed shares, by the total of their variances; infinite where every share that splits is given.
    fn composed_precision(&self, own: &[Link], known: f64, next: &Crosswalk, composed: &[Link]) -> f64 {
        let second =
            own.iter().filter_map(|link| next.positions.get(&self.to[link.to]).map(|&at| (link, at)));
        if known.is_infinite() && second.clone().all(|(_, at)| next.precision[at].is_infinite()) {
            return f64::INFINITY;
        }
        // Var(Σ_b s_b t_bc) = E Var + Var E with Cov(s_b, s_b') = (1{b = b'} s_b - s_b s_b') / (κ + 1).
        let first = 1.0 / (known + 1.0);
        let (mut variance, mut expected_squares) = (0.0, 0.0);
        for (link, at) in second {
            let within = 1.0 / (next.precision[at] + 1.0);
            let square = link.share * link.share + link.share * (1.0 - link.share) * first;
            for further in &next.links[at] {
                variance += square * further.share * (1.0 - further.share) * within;
                expected_squares += link.share * further.share * further.share;
            }
        }
        let squares: f64 = composed.iter().map(|link| link.share * link.share).sum();
        variance += (expected_squares - squares).max(0.0) * first;
        let whole: f64 = composed.iter().map(|link| link.share * (1.0 - link.share)).sum();
        // Nothing is uncertain about an area that all ends up in one.
        if variance > 0.0 && whole > 0.0 {
            (whole / variance - 1.0).max(f64::MIN_POSITIVE)
        } else {
            f64::INFINITY
        }
    }

    fn weights_along(&self, weights: &[(String, f64)]) -> Result<Vec<f64>> {
        let given: HashMap<&str, f64> =
            weights.iter().map(|(code, weight)| (code.as_str(), *weight)).collect();
        let unknown = weights.iter().filter(|(code, _)| !self.positions.contains_key(code));
        let unknown = unknown.map(|(code, _)| code.clone()).collect();
        let without = self.from.iter().filter(|code| !given.contains_key(code.as_str())).cloned().collect();
        unmatched("weights", unknown, "areas left by the crosswalk", without)?;
        let mut met = HashSet::new();
        let repeated: Vec<String> =
            weights.iter().filter(|(code, _)| !met.insert(code)).map(|(code, _)| code.clone()).collect();
        if !repeated.is_empty() {
            return Err(ErrorKind::RepeatedCodes { what: "the weights".into(), codes: repeated }.into());
        }
        let wrong =
            weights.iter().enumerate().filter(|(_, (_, weight))| !(weight.is_finite() && *weight > 0.0));
        let fault = |(row, (code, weight)): (usize, &(String, f64))| CrosswalkFault::InvalidWeight {
            code: code.clone(),
            weight: weight.to_string(),
            row,
        };
        CrosswalkFault::refuse(wrong.map(fault).collect())?;
        Ok(self.from.iter().filter_map(|code| given.get(code.as_str()).copied()).collect())
    }
}

fn add(sums: &mut Vec<(usize, Sum)>, at: usize, share: f64) {
    match sums.iter_mut().find(|(known, _)| *known == at) {
        Some((_, sum)) => sum.add(share),
        None => {
            let mut sum = Sum::default();
            sum.add(share);
            sums.push((at, sum));
        }
    }
}

/// An error unless both sides have all codes.
pub(super) fn unmatched(
    left: &str,
    only_left: Vec<String>,
    right: &str,
    only_right: Vec<String>,
) -> Result<()> {
    match only_left.is_empty() && only_right.is_empty() {
        true => Ok(()),
        false => {
            let (left, right) = (left.into(), right.into());
            Err(ErrorKind::UnmatchedCodes { left, only_left, right, only_right }.into())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_meet_again_make_a_whole_area() {
        let shares = [("a", "b", 0.1), ("a", "c", 0.2), ("a", "d", 0.7)];
        let torn = Crosswalk::from_shares(shares).unwrap().estimated(9.0).unwrap();
        let joined = torn.then(&Crosswalk::merge([("b", "e"), ("c", "e"), ("d", "e")]).unwrap()).unwrap();
        assert_eq!(joined.shares_of("a"), [("e", 1.0)]);
        assert_eq!(joined.precision_of("a"), Some(f64::INFINITY));
    }

    #[test]
    fn an_area_that_one_side_does_not_know_is_named() {
        let first = Crosswalk::recoding([("a", "b")]).unwrap();
        let error = first.then(&Crosswalk::recoding([("c", "d")]).unwrap()).unwrap_err();
        assert_eq!(error.code(), "unmatched-codes");
        let text = error.to_string();
        assert!(text.contains("'b'") && text.contains("'c'"), "{text}");
    }

    #[test]
    fn precision_survives_new_codes_and_mergers_of_other_areas() {
        let split = Crosswalk::split("a", [("b", 0.3), ("c", 0.7)]).unwrap().estimated(50.0).unwrap();
        let recoded = split.then(&Crosswalk::recoding([("b", "x"), ("c", "y")]).unwrap()).unwrap();
        assert!((recoded.precision_of("a").unwrap() / 50.0 - 1.0).abs() < 1e-12);
        let before = Crosswalk::recoding([("z", "a")]).unwrap().then(&split).unwrap();
        assert!((before.precision_of("z").unwrap() / 50.0 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn weights_that_are_missing_foreign_doubled_or_not_positive_are_refused() {
        let merged = Crosswalk::merge([("a", "x"), ("b", "x")]).unwrap();
        let refused = |weights: &[(&str, f64)]| merged.inverse(weights.iter().copied()).unwrap_err().code();
        assert_eq!(refused(&[("a", 1.0)]), "unmatched-codes");
        assert_eq!(refused(&[("a", 1.0), ("b", 1.0), ("c", 1.0)]), "unmatched-codes");
        assert_eq!(refused(&[("a", 1.0), ("b", 1.0), ("b", 2.0)]), "repeated-codes");
        assert_eq!(refused(&[("a", 1.0), ("b", 0.0)]), "crosswalk");
    }
}
