//! A half-year of the synthetic world, and what is published of it.

use crate::world::{Area, ENDING, ENDS_KNOWN, GAP, HALVES, PLANTED, REPEATED, REVISION, binomial, poisson};
use nestcount::count::DisclosureRule;
use nestcount::flow::{Begun, Flow, Period, Status};
use rand::Rng;
use rand_distr::{Distribution, Gamma};

/// A half-year of an area, before it is counted.
pub(crate) struct Half {
    pub(crate) at: usize,
    pub(crate) period: Period,
    pub(crate) mean: f64,
    pub(crate) factor: f64,
}

/// What is known of it when it is published.
pub(crate) struct Counted {
    period: Period,
    status: Status,
    opening: u64,
    new: u64,
    repeated: u64,
    ended: u64,
    closing: u64,
}

impl Half {
    /// Draws what happened; `stock` is left as it truly is in the end.
    pub(crate) fn cell(&self, area: &Area, stock: &mut u64, rng: &mut impl Rng) -> Counted {
        if (area.code.as_str(), self.at) == (REVISION.0, REVISION.1) {
            *stock += REVISION.2;
        }
        let opening = *stock;
        let scatter = Gamma::new(PLANTED.theta, 1.0 / PLANTED.theta).map_or(1.0, |law| law.sample(rng));
        let begun = poisson(self.mean * scatter, rng);
        let gone = |years: f64| 1.0 - (-ENDING * years).exp();
        let ended = binomial(opening, gone(self.period.years()), rng)
            + binomial(begun, gone(0.5 * self.period.years()), rng);
        *stock = opening + begun - ended;
        let last = self.at + 1 == HALVES;
        let (begun, ended) = match last {
            true => (binomial(begun, self.factor, rng), binomial(ended, ENDS_KNOWN, rng)),
            false => (begun, ended),
        };
        let repeated = binomial(begun, REPEATED, rng);
        let closing = (opening + begun).saturating_sub(ended);
        let lost = if (area.code.as_str(), self.at) == (GAP.0, GAP.1) { GAP.2 } else { 0 };
        Counted {
            period: self.period,
            status: if last { Status::Provisional } else { Status::Final },
            opening,
            new: begun - repeated,
            repeated,
            ended: ended.saturating_sub(lost),
            closing,
        }
    }
}

impl Counted {
    pub(crate) fn published(&self, rule: &DisclosureRule, area: &str, rng: &mut impl Rng) -> Flow {
        let mut round = |count: u64| rule.publish(count, rng);
        let begun = Begun::of(round(self.new + self.repeated), round(self.new), round(self.repeated));
        let (opening, ended, closing) = (round(self.opening), round(self.ended), round(self.closing));
        Flow::new(area, self.period, opening, begun, ended, closing).status(self.status)
    }
}
