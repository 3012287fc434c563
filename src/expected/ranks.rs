//! Which place areas take among each other.

use super::expectation::Expectation;
use super::tails::Tails;
use crate::infer::Confidence;

/// What areas are ranked by; place 1 is the highest.
#[derive(Debug, Clone, PartialEq)]
pub enum RankBy {
    /// The rate that their counts were drawn from.
    Rate,
    /// The ratio of that rate to an expectation, both of the same draw.
    Ratio(Expectation),
}

/// What is asked about places.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// What is ranked.
    pub by: RankBy,
    /// How many places count as the top.
    pub top: usize,
    /// Of the intervals of the places.
    pub confidence: Confidence,
}

/// The place of one area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rank {
    /// Mean place; the means of all areas add up to n(n+1)/2.
    pub expected: f64,
    /// Best place in the interval, 1 the highest.
    pub low: u32,
    /// Last place in the interval.
    pub high: u32,
    /// Probability of a place among the top.
    pub in_top: f64,
}

/// Places draw by draw, summed up as they come.
#[derive(Debug)]
pub(super) struct Places {
    keys: Vec<u64>,
    sums: Vec<u64>,
    in_top: Vec<u32>,
    tails: Tails,
    top: usize,
    draws: usize,
}

impl Places {
    pub(super) fn new(areas: usize, draws: usize, wanted: &Ranking) -> Self {
        Places {
            keys: vec![0; areas],
            sums: vec![0; areas],
            in_top: vec![0; areas],
            tails: Tails::new(areas, draws, wanted.confidence),
            top: wanted.top,
            draws,
        }
    }

    /// One draw of what is ranked, none below 0. Values that agree to some ten digits take the order of the areas.
    pub(super) fn add(&mut self, values: &[f64]) {
        // numbers from 0 upward sort as their bits do; the last bits make room for the area
        let room = usize::BITS - values.len().leading_zeros();
        let mask = (1u64 << room) - 1;
        for (area, (key, value)) in self.keys.iter_mut().zip(values).enumerate() {
            *key = !value.abs().to_bits() & !mask | area as u64;
        }
        self.keys.sort_unstable();
        for (place, key) in self.keys.iter().enumerate() {
            let area = (key & mask) as usize;
            self.sums[area] += place as u64 + 1;
            self.in_top[area] += u32::from(place < self.top);
            self.tails.add(area, (place + 1) as f64);
        }
    }

    pub(super) fn ranks(&self) -> Vec<Rank> {
        let n = self.draws as f64;
        let each = self.sums.iter().zip(&self.in_top).zip(self.tails.ends());
        each.map(|((&sum, &in_top), (low, high))| Rank {
            expected: sum as f64 / n,
            low: low as u32,
            high: high as u32,
            in_top: f64::from(in_top) / n,
        })
        .collect()
    }
}
