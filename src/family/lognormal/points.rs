//! The points of a row's integral: equal steps outward from the mode of its effect.

use super::rows::{Eight, Kept, Row, Sloped};
use super::slopes::{by_the_density, by_the_prior, theta_by_the_prior};
use super::{Need, RowIntegral};
use crate::numeric::elementary::exp;
use crate::numeric::rows::{Kernel, LANES, Lanes, lanes};
use std::f64::consts::TAU;

/// Density of the points and where they end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowRule {
    /// Distance between points in standard deviations of the row's effect given its count.
    pub step: f64,
    /// Points end where the log-integrand has fallen by this much.
    pub depth: f64,
}

impl RowRule {
    /// Errors near 1e-12 of a row's log-density, 1e-11 of its derivatives; of d where little is known of a count, 1e-9.
    pub(crate) const FIRST: RowRule = RowRule { step: 0.6, depth: 32.0 };

    /// The next finer rule; errors fall exponentially in 1/step.
    pub(crate) fn finer(self) -> RowRule {
        RowRule { step: 0.75 * self.step, depth: 1.15 * self.depth }
    }
}

/// The distance over which e^{−μ e^ε} may change: it is tame within π/2 of the real axis only.
const DETAIL: f64 = 0.4;
/// The centre may lie this many standard deviations from the mode.
const CENTRED: f64 = 0.1;
/// Newton steps for the centre, and the longest of them.
const MOST_STEPS: usize = 100;
const LONGEST: f64 = 3.0;
/// Times that the step is doubled where the points are more than there is room for.
const MOST_DOUBLINGS: usize = 8;

/// One row to be integrated.
#[derive(Clone, Copy)]
pub(super) struct Asked<R> {
    pub row: R,
    /// The mean at ε = 0.
    pub mu: f64,
    pub variance: f64,
    pub rule: RowRule,
    pub need: Need,
}

/// The sum over the points of one row, its derivatives the better way.
pub(super) struct Integrate<'a, R, const N: usize> {
    pub asked: Asked<R>,
    pub found: &'a mut RowIntegral,
}

impl<R: Sloped, const N: usize> Kernel for Integrate<'_, R, N> {
    #[inline(always)]
    fn run(self) {
        let Integrate { asked, found } = self;
        let Asked { row, mu, variance, need, .. } = asked;
        let centre = Centre::find(row, mu, variance);
        let by_prior = variance * centre.w > 1.0;
        let kept = if by_prior || need == Need::Score { Kept::Four } else { Kept::Five };
        let mut points = Points::<R, N>::EMPTY;
        found.log_density = points.sum(asked, &centre, kept);
        if !by_prior {
            return by_the_density(&points, row, variance, need, found);
        }
        by_the_prior(&points, variance, need, found);
        if need == Need::Theta {
            theta_by_the_prior(&points, row, variance, found);
        }
    }
}

/// The same by cumulants of ε/υ alone; without companions in φ.
pub(super) struct IntegrateByPrior<'a, R, const N: usize> {
    pub asked: Asked<R>,
    pub found: &'a mut RowIntegral,
}

impl<R: Row, const N: usize> Kernel for IntegrateByPrior<'_, R, N> {
    #[inline(always)]
    fn run(self) {
        let IntegrateByPrior { asked, found } = self;
        let centre = Centre::find(asked.row, asked.mu, asked.variance);
        let mut points = Points::<R, N>::EMPTY;
        found.log_density = points.sum(asked, &centre, Kept::Four);
        by_the_prior(&points, asked.variance, asked.need, found);
    }
}

/// A point near the mode of the effect.
struct Centre {
    effect: f64,
    w: f64,
    /// The log-integrand there.
    top: f64,
}

impl Centre {
    /// Newton on ε = υ r(ε), which has one solution as r falls; bracketed.
    #[inline(always)]
    fn find<R: Row>(row: R, mu: f64, variance: f64) -> Centre {
        let mut effect = ((1.0 + variance * row.typical(mu)) / (1.0 + variance * mu)).ln();
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut at = row.at(effect, mu * exp(effect));
        for _ in 0..MOST_STEPS {
            let pull = variance * at.r - effect;
            let stiff = 1.0 + variance * at.w;
            let newton = pull / stiff;
            if newton * newton * stiff <= CENTRED * CENTRED * variance {
                break;
            }
            if pull > 0.0 {
                low = effect;
            } else {
                high = effect;
            }
            let next = effect + newton.clamp(-LONGEST, LONGEST);
            effect = if next > low && next < high { next } else { 0.5 * (low + high) };
            at = row.at(effect, mu * exp(effect));
        }
        Centre { effect, w: at.w, top: at.log_density - 0.5 * effect * effect / variance }
    }
}

/// How points are placed.
#[derive(Clone, Copy)]
struct Steps<R> {
    row: R,
    mu: f64,
    variance: f64,
    step: f64,
    depth: f64,
    kept: Kept,
}

/// Points in blocks of eight, with their probabilities.
pub(super) struct Points<R: Row, const N: usize> {
    n: usize,
    effect: [Lanes; N],
    weight: [Lanes; N],
    known: [R::Block; N],
}

impl<R: Row, const N: usize> Points<R, N> {
    const EMPTY: Self =
        Points { n: 0, effect: [[0.0; LANES]; N], weight: [[0.0; LANES]; N], known: [R::EMPTY; N] };

    /// Places the points; returns the log of the integral.
    #[inline(always)]
    fn sum(&mut self, asked: Asked<R>, centre: &Centre, kept: Kept) -> f64 {
        let Asked { row, mu, variance, rule, .. } = asked;
        let spread = variance / (1.0 + variance * centre.w);
        let reach = (2.0 * rule.depth * variance).sqrt();
        let detail = row.detail(mu, centre.effect, reach).min(DETAIL);
        let mut step = rule.step * spread.sqrt().min(detail);
        for _ in 0..MOST_DOUBLINGS {
            if self.place(Steps { row, mu, variance, step, depth: rule.depth, kept }, centre) {
                break;
            }
            step *= 2.0;
        }
        row.beside(mu) + centre.top + (self.normalise() * step / (TAU * variance).sqrt()).ln()
    }

    /// Places points to either side of the centre; `false` where there is no room for all.
    #[inline(always)]
    fn place(&mut self, steps: Steps<R>, centre: &Centre) -> bool {
        let Steps { row, mu, variance, step, depth, kept } = steps;
        self.n = 0;
        for (mut first, sign) in [(0.0, 1.0), (1.0, -1.0)] {
            loop {
                if self.n == N {
                    return false;
                }
                let effect = lanes(|l| centre.effect + sign * step * (first + l as f64));
                let at = Eight { effect, mu: lanes(|l| mu * exp(effect[l])), kept };
                let fall = lanes(|l| centre.top + 0.5 * effect[l] * effect[l] / variance);
                let (log_density, known) = row.block(at, |l, log| log - fall[l] > -depth);
                let height = lanes(|l| log_density[l] - fall[l]);
                self.effect[self.n] = effect;
                self.weight[self.n] = lanes(|l| exp(height[l]));
                self.known[self.n] = known;
                self.n += 1;
                // log-concave: beyond there is less; a height that is no number ends it too
                let goes_on = height[LANES - 1] > -depth;
                if !goes_on {
                    break;
                }
                first += LANES as f64;
            }
        }
        true
    }

    /// Makes the weights probabilities; returns what they added up to.
    #[inline(always)]
    fn normalise(&mut self) -> f64 {
        let mut sum = [0.0; LANES];
        for weight in &self.weight[..self.n] {
            sum = lanes(|l| sum[l] + weight[l]);
        }
        let total = total(sum);
        let inverse = 1.0 / total;
        for weight in &mut self.weight[..self.n] {
            *weight = lanes(|l| weight[l] * inverse);
        }
        total
    }

    /// E[s] of s = ε/υ, and s − E[s] of any effects.
    #[inline(always)]
    pub(super) fn scores(&self, variance: f64) -> (f64, impl Fn(&Lanes) -> Lanes + use<R, N>) {
        let inverse = 1.0 / variance;
        let [mean] = self.means(|effect, _| [*effect]);
        (mean * inverse, move |effect| lanes(|l| (effect[l] - mean) * inverse))
    }

    /// Means over the points of functions of a point.
    #[inline(always)]
    pub(super) fn means<const K: usize>(&self, of: impl Fn(&Lanes, &R::Block) -> [Lanes; K]) -> [f64; K] {
        let mut sums = [[0.0; LANES]; K];
        for b in 0..self.n.min(N) {
            let (weight, values) = (self.weight[b], of(&self.effect[b], &self.known[b]));
            for k in 0..K {
                sums[k] = lanes(|l| sums[k][l] + weight[l] * values[k][l]);
            }
        }
        sums.map(total)
    }
}

#[inline(always)]
fn total(lanes: Lanes) -> f64 {
    let half = [lanes[0] + lanes[4], lanes[1] + lanes[5], lanes[2] + lanes[6], lanes[3] + lanes[7]];
    (half[0] + half[2]) + (half[1] + half[3])
}
