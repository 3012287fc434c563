//! What the integral asks of a row: its density at points, an exact count or one known in part.

use super::RowIntegral;
use crate::family::{Coarse, Coarsened, CountFamily};
use crate::numeric::rows::{LANES, Lanes, lanes};

/// The density f(y | μ) of a row as a function of its own effect ε, μ = e^{η+ε}.
pub(super) trait Row: Copy {
    /// What is kept of eight points.
    type Block: Copy;
    /// Of no points.
    const EMPTY: Self::Block;

    /// What log f has beside [`Row::at`]: a function of the mean at ε = 0.
    fn beside(&self, mu: f64) -> f64;

    /// log f, r and w at one point.
    fn at(&self, effect: f64, mu: f64) -> RowAt;

    /// A count that goes with the row, given its mean.
    fn typical(&self, mu: f64) -> f64;

    /// The distance over which f changes near some point, where that is shorter than it is for any count.
    fn detail(&self, mu: f64, near: f64, reach: f64) -> f64;

    /// log f at eight points, with what is to be kept of them; of a row known in part none after the first that is not
    /// `needed`, by its lane and log f.
    fn block(&self, at: Eight, needed: impl Fn(usize, f64) -> bool) -> (Lanes, Self::Block);
}

/// A row that also has the derivatives of its density at points.
pub(super) trait Sloped: Row {
    /// The first five derivatives of log f in η.
    fn slopes(&self, block: &Self::Block) -> [Lanes; 5];

    /// ℓ_φ with its first two derivatives in η.
    fn in_phi(&self, block: &Self::Block) -> [Lanes; 3];
}

/// What of a point is asked for later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// All but the fifth derivative.
    Four,
    /// All.
    Five,
}

/// Eight points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Eight {
    pub effect: Lanes,
    /// e^{η+ε}.
    pub mu: Lanes,
    pub kept: Kept,
}

/// One point.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowAt {
    pub log_density: f64,
    pub r: f64,
    pub w: f64,
}

/// A row whose count is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExactRow<F> {
    pub family: F,
    pub y: f64,
}

impl<F: CountFamily> Row for ExactRow<F> {
    /// Means.
    type Block = Lanes;
    const EMPTY: Lanes = [0.0; LANES];

    #[inline(always)]
    fn beside(&self, mu: f64) -> f64 {
        if self.y == 0.0 { 0.0 } else { self.y * mu.ln() }
    }

    #[inline(always)]
    fn at(&self, effect: f64, mu: f64) -> RowAt {
        let at = self.family.eta(self.y, mu);
        let part = self.family.log_density_part(self.y, self.family.log_term(mu));
        RowAt { log_density: self.y * effect + part, r: at.r, w: at.w }
    }

    #[inline(always)]
    fn typical(&self, _mu: f64) -> f64 {
        self.y
    }

    #[inline(always)]
    fn detail(&self, _mu: f64, _near: f64, _reach: f64) -> f64 {
        f64::INFINITY
    }

    #[inline(always)]
    fn block(&self, Eight { effect, mu, .. }: Eight, _: impl Fn(usize, f64) -> bool) -> (Lanes, Lanes) {
        let Self { family, y } = *self;
        (lanes(|l| y * effect[l] + family.log_density_part(y, family.log_term(mu[l]))), mu)
    }
}

impl<F: CountFamily> Sloped for ExactRow<F> {
    #[inline(always)]
    fn slopes(&self, mu: &Lanes) -> [Lanes; 5] {
        let Self { family, y } = *self;
        [
            lanes(|l| family.eta(y, mu[l]).r),
            lanes(|l| -family.eta(y, mu[l]).w),
            lanes(|l| -family.eta(y, mu[l]).c),
            lanes(|l| -family.eta(y, mu[l]).d),
            lanes(|l| -family.fifth(y, mu[l]).d_eta),
        ]
    }

    #[inline(always)]
    fn in_phi(&self, mu: &Lanes) -> [Lanes; 3] {
        let Self { family, y } = *self;
        let at = |mu: f64| family.phi(y, mu, family.log_term(mu));
        [lanes(|l| at(mu[l]).l_phi), lanes(|l| at(mu[l]).r_phi), lanes(|l| -at(mu[l]).w_phi)]
    }
}

/// A row whose count is known in part.
#[derive(Debug, Clone, Copy)]
pub(super) struct CoarseRow<'a, F> {
    pub family: F,
    pub published: &'a Coarse,
}

/// What a coarse row's derivatives are at eight points.
#[derive(Debug, Clone, Copy)]
pub(super) struct CoarseBlock {
    slopes: [Lanes; 5],
    in_phi: [Lanes; 3],
}

/// The distance over which the probability of an interval changes at those of its edges that are within reach.
#[inline(always)]
pub(super) fn width_of_edges<F: CountFamily>(
    family: F,
    (lo, hi): (f64, f64),
    mu: f64,
    near: f64,
    reach: f64,
) -> f64 {
    let width = |edge: f64| {
        let within = edge > 0.0 && edge.is_finite() && ((edge / mu).ln() - near).abs() < reach;
        if within { 1.0 / family.eta(edge, edge).w.sqrt() } else { f64::INFINITY }
    };
    width(lo).min(width(hi + 1.0))
}

impl<F: Coarsened> Row for CoarseRow<'_, F> {
    type Block = CoarseBlock;
    const EMPTY: CoarseBlock = CoarseBlock { slopes: [[0.0; LANES]; 5], in_phi: [[0.0; LANES]; 3] };

    fn beside(&self, _mu: f64) -> f64 {
        0.0
    }

    fn at(&self, _effect: f64, mu: f64) -> RowAt {
        let at = self.family.coarse(self.published, mu);
        RowAt { log_density: at.log_probability, r: at.eta.r, w: at.eta.w }
    }

    fn typical(&self, mu: f64) -> f64 {
        mu.min(self.published.hi).max(self.published.lo.max(0.0))
    }

    fn detail(&self, mu: f64, near: f64, reach: f64) -> f64 {
        width_of_edges(self.family, (self.published.lo, self.published.hi), mu, near, reach)
    }

    fn block(
        &self,
        Eight { mu, kept, .. }: Eight,
        needed: impl Fn(usize, f64) -> bool,
    ) -> (Lanes, CoarseBlock) {
        let (mut log_density, mut block) = ([f64::NEG_INFINITY; LANES], Self::EMPTY);
        for l in 0..LANES {
            let at = self.family.coarse(self.published, mu[l]);
            let fifth = match kept {
                Kept::Four => 0.0,
                Kept::Five => self.family.coarse_fifth(self.published, mu[l]).d_eta,
            };
            log_density[l] = at.log_probability;
            let slopes = [at.eta.r, -at.eta.w, -at.eta.c, -at.eta.d, -fifth];
            let in_phi = [at.phi.l_phi, at.phi.r_phi, -at.phi.w_phi];
            block.slopes.iter_mut().zip(slopes).for_each(|(lanes, slope)| lanes[l] = slope);
            block.in_phi.iter_mut().zip(in_phi).for_each(|(lanes, slope)| lanes[l] = slope);
            if !needed(l, at.log_probability) {
                break;
            }
        }
        (log_density, block)
    }
}

impl<F: Coarsened> Sloped for CoarseRow<'_, F> {
    fn slopes(&self, block: &CoarseBlock) -> [Lanes; 5] {
        block.slopes
    }

    fn in_phi(&self, block: &CoarseBlock) -> [Lanes; 3] {
        block.in_phi
    }
}

/// Distance at which the sixth derivative is taken from the fifth.
const NEAR: f64 = 1e-4;

/// The row itself: what the integral is at υ = 0.
pub(super) fn without_variance<R: Sloped>(row: R, mu: f64) -> RowIntegral {
    let beside = [0.0, NEAR, -NEAR, 0.0, 0.0, 0.0, 0.0, 0.0];
    let means = lanes(|l| mu * beside[l].exp());
    let (log_density, block) = row.block(Eight { effect: beside, mu: means, kept: Kept::Five }, |_, _| true);
    let slopes = row.slopes(&block);
    let [s1, s2, s3, s4, s5] = slopes.map(|slope| slope[0]);
    let sixth = (slopes[4][1] - slopes[4][2]) / (2.0 * NEAR);
    RowIntegral {
        log_density: row.beside(mu) + log_density[0],
        slopes: [s1, s2, s3, s4, s5, sixth],
        in_phi: row.in_phi(&block).map(|slope| slope[0]),
    }
}
