//! What a run of many worlds comes to.

use crate::declared::Declared;
use nestcount::Fit;
use nestcount::infer::{Coefficient, Interval};
use nestcount::simulate::Truth;
use std::collections::BTreeMap;
use std::fmt;

/// Counts over the worlds of one family.
pub(crate) struct Tally {
    pub(crate) name: &'static str,
    pub(crate) worlds: usize,
    failures: usize,
    slopes: Covered,
    intercepts: Covered,
    evaluations: Vec<usize>,
    poisson_limits: usize,
    /// By level and true sd: fits, and those in which it is exactly 0; the sum of the estimates.
    zeros: BTreeMap<(String, String), (usize, usize, f64)>,
}

#[derive(Default)]
struct Covered {
    intervals: usize,
    covering: usize,
}

impl Covered {
    fn add(&mut self, coefficient: &Coefficient, truth: f64) {
        let Interval { low, high } = coefficient.interval(nestcount::infer::Confidence::P95);
        self.intervals += 1;
        self.covering += usize::from((low..=high).contains(&truth));
    }

    fn share(&self) -> f64 {
        self.covering as f64 / self.intervals as f64
    }
}

impl Tally {
    pub(crate) fn new(name: &'static str) -> Tally {
        Tally {
            name,
            worlds: 0,
            failures: 0,
            slopes: Covered::default(),
            intercepts: Covered::default(),
            evaluations: Vec::new(),
            poisson_limits: 0,
            zeros: BTreeMap::new(),
        }
    }

    pub(crate) fn failed(&mut self) {
        self.worlds += 1;
        self.failures += 1;
    }

    pub(crate) fn add(&mut self, declared: &Declared, truth: &Truth, fit: &Fit) {
        self.worlds += 1;
        self.evaluations.push(fit.certificate().evaluations);
        self.poisson_limits +=
            usize::from(fit.family() == nestcount::Family::NegBin2 && fit.dispersion().theta().is_none());
        let (intercept, slopes) = fit.coefficients().split_first().unwrap();
        self.intercepts.add(intercept, truth.intercept);
        assert_eq!(slopes.len(), truth.terms.len(), "{}", declared.name);
        for (coefficient, term) in slopes.iter().zip(&truth.terms) {
            assert!(coefficient.term.contains(&term.name), "{} {}", coefficient.term, term.name);
            self.slopes.add(coefficient, term.coefficient);
        }
        for level in fit.levels() {
            let sd = if level.level == "row" { truth.sd("wijk") } else { truth.sd(&level.level) };
            let key = (level.level.clone(), format!("{:.2}", sd.unwrap()));
            let (fits, zeros, sum) = self.zeros.entry(key).or_default();
            *fits += 1;
            *zeros += usize::from(level.sd.estimate() == 0.0);
            *sum += level.sd.estimate();
        }
    }

    /// Share of the slopes' 95 % intervals that hold the truth.
    pub(crate) fn coverage(&self) -> f64 {
        self.slopes.share()
    }

    pub(crate) fn head() -> &'static str {
        "| family | worlds | failures | slopes | their 95 % intervals cover | intercepts' cover | evaluations mean | max | infinite theta |\n\
         |---|---|---|---|---|---|---|---|---|"
    }

    /// How often each variance was exactly 0.
    pub(crate) fn variances(&self) -> String {
        let head =
            format!("| {}: level | true sd | fits | exactly 0 | mean sd |\n|---|---|---|---|---|", self.name);
        let lines = self.zeros.iter().map(|((level, sd), (fits, zeros, sum))| {
            format!("\n| {level} | {sd} | {fits} | {zeros} | {:.3} |", sum / *fits as f64)
        });
        std::iter::once(head).chain(lines).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mean = self.evaluations.iter().sum::<usize>() as f64 / self.evaluations.len().max(1) as f64;
        let max = self.evaluations.iter().max().copied().unwrap_or(0);
        write!(
            f,
            "| {} | {} | {} | {} | {:.2} % | {:.0} % | {mean:.1} | {max} | {} |",
            self.name,
            self.worlds,
            self.failures,
            self.slopes.intervals,
            100.0 * self.slopes.share(),
            100.0 * self.intercepts.share(),
            self.poisson_limits
        )
    }
}
