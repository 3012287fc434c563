//! The ends of many samples at once, without keeping the samples.

use crate::infer::Confidence;

/// For each of many quantities the k smallest and the k largest values met.
///
/// With n draws the k-th from either end leaves at most (1 − confidence)/2 of them outside on its side.
#[derive(Debug)]
pub(super) struct Tails {
    k: usize,
    /// k ascending for each quantity.
    low: Vec<f64>,
    /// k descending for each quantity.
    high: Vec<f64>,
}

impl Tails {
    pub(super) fn new(quantities: usize, draws: usize, confidence: Confidence) -> Self {
        let k = (0.5 * (1.0 - confidence.get()) * draws as f64) as usize + 1;
        let k = k.min(draws);
        Tails { k, low: vec![f64::INFINITY; k * quantities], high: vec![f64::NEG_INFINITY; k * quantities] }
    }

    pub(super) fn add(&mut self, quantity: usize, value: f64) {
        let kept = quantity * self.k..(quantity + 1) * self.k;
        insert(&mut self.low[kept.clone()], |last| value < last, value);
        insert(&mut self.high[kept], |last| value > last, value);
    }

    /// The interval of each quantity.
    pub(super) fn ends(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let last = |kept: &[f64]| kept[kept.len() - 1];
        self.low
            .chunks_exact(self.k)
            .zip(self.high.chunks_exact(self.k))
            .map(move |(l, h)| (last(l), last(h)))
    }
}

fn insert(kept: &mut [f64], before: impl Fn(f64) -> bool, value: f64) {
    let mut at = kept.len();
    while at > 0 && before(kept[at - 1]) {
        if at < kept.len() {
            kept[at] = kept[at - 1];
        }
        at -= 1;
    }
    if at < kept.len() {
        kept[at] = value;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_those_of_the_sorted_sample() {
        let values: Vec<f64> = (0..200).map(|i| f64::from(i * 73 % 200)).collect();
        let mut tails = Tails::new(2, 200, Confidence::P95);
        for value in &values {
            tails.add(0, *value);
            tails.add(1, -value);
        }
        // 5 of 200 on either side
        assert_eq!(tails.ends().collect::<Vec<_>>(), [(5.0, 194.0), (-194.0, -5.0)]);
        let mut one = Tails::new(1, 1, Confidence::P95);
        one.add(0, 3.0);
        assert_eq!(one.ends().next().unwrap(), (3.0, 3.0));
    }
}
