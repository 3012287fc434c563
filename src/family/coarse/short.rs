//! Intervals of small counts, eight at a time: all terms from that of 0 on, by their ratios.
//!
//! What withheld tables hold are mostly such intervals, many of them alike. Nothing here branches, so that lanes become
//! vector code; the sums are those of [`super::walk`] but for the order in which they are taken.

use super::log_probability::NEARLY_CERTAIN;
use super::{Coarse, Coarsened};
use crate::family::EtaDerivatives;
use crate::numeric::elementary::ln;
use crate::numeric::rows::{LANES, Lanes, lanes};

/// The largest count that an interval here may end at.
const LAST: usize = 32;

/// Means at which the terms up to the last stay within what doubles hold.
const MEANS: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

/// 1/(y+1).
const INVERSES: [f64; LAST + 2] = {
    let (mut inverses, mut y) = ([0.0; LAST + 2], 0);
    while y < LAST + 2 {
        inverses[y] = 1.0 / (y + 1) as f64;
        y += 1;
    }
    inverses
};

/// Ratios of neighbouring probabilities at eight means, (y+1) p(y+1) = (qy + fμ) p(y), and log p(0).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ratios {
    pub(super) q: Lanes,
    pub(super) f: Lanes,
    pub(super) f_mu: Lanes,
    pub(super) log_none: Lanes,
}

/// Eight intervals side by side, with the means of their counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShortIntervals<F> {
    family: F,
    lo: Lanes,
    hi: Lanes,
    mu: Lanes,
    ratios: Ratios,
    ends: Alike,
}

/// Where the walk over all eight begins and ends.
#[derive(Debug, Clone, Copy)]
enum Alike {
    /// The same interval eight times, as in most tables.
    Yes { lo: usize, hi: usize },
    /// Different ones; the largest `hi`.
    No { last: usize },
}

/// r, w, c and d of eight rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EtaLanes {
    pub r: Lanes,
    pub w: Lanes,
    pub c: Lanes,
    pub d: Lanes,
}

impl EtaLanes {
    /// Those of one row.
    #[inline(always)]
    pub(crate) fn of_lane(&self, l: usize) -> EtaDerivatives {
        EtaDerivatives { r: self.r[l], w: self.w[l], c: self.c[l], d: self.d[l] }
    }
}

/// Σ term·(y − pivot)^k over each interval, its pivot the largest term, and the terms at `lo` and `hi + 1`; all in
/// units of p(0).
struct Walked<const N: usize> {
    pivot: Lanes,
    sums: [Lanes; N],
    first: Lanes,
    beyond: Lanes,
}

/// How steeply the distribution begins and ends, and how far from there its mean is; and its mean less the pivot.
struct Ends {
    a: Lanes,
    b: Lanes,
    x: Lanes,
    z: Lanes,
    shift: Lanes,
}

impl<F: Coarsened> ShortIntervals<F> {
    /// Side by side, as far as the family has such ratios, all intervals are short and their means in range.
    #[inline(always)]
    pub(crate) fn new(family: F, published: &[Coarse; LANES], mu: &Lanes) -> Option<Self> {
        let short = |one: &Coarse| one.is_interval() && one.hi <= LAST as f64;
        let first = published[0];
        let alike = published.iter().all(|one| *one == first);
        let all_short = short(&first) && (alike || published.iter().all(short));
        if !all_short || !mu.iter().all(|mu| MEANS.contains(mu)) {
            return None;
        }
        let ratios = family.ratios(mu)?;
        let (lo, hi) = (lanes(|l| published[l].lo), lanes(|l| published[l].hi));
        let ends = match alike {
            true => Alike::Yes { lo: first.lo as usize, hi: first.hi as usize },
            false => Alike::No { last: hi.into_iter().fold(0.0, f64::max) as usize },
        };
        Some(ShortIntervals { family, lo, hi, mu: *mu, ratios, ends })
    }

    /// r and w.
    #[inline(always)]
    pub(crate) fn score(&self) -> (Lanes, Lanes) {
        let walked: Walked<2> = self.walk();
        let Ends { a, b, x, z, .. } = self.ends(&walked);
        (lanes(|l| a[l] - b[l]), lanes(|l| self.ratios.f[l] * (a[l] * x[l] + b[l] * z[l])))
    }

    /// log P.
    #[inline(always)]
    pub(crate) fn log_probability(&self) -> Lanes {
        let walked: Walked<1> = self.walk();
        self.log_of(&walked.sums[0])
    }

    /// log P and its derivatives in η.
    #[inline(always)]
    pub(crate) fn eta(&self) -> (Lanes, EtaLanes) {
        let walked: Walked<4> = self.walk();
        let Ends { a, b, x, z, shift } = self.ends(&walked);
        let [sum, _, two, three] = walked.sums;
        let (d2, d3) = (lanes(|l| two[l] / sum[l]), lanes(|l| three[l] / sum[l]));
        let v = lanes(|l| d2[l] - shift[l] * shift[l]);
        let k3 = lanes(|l| d3[l] - shift[l] * (3.0 * d2[l] - 2.0 * (shift[l] * shift[l])));
        let u = lanes(|l| a[l] * x[l] + b[l] * z[l]);
        let u1 = lanes(|l| a[l] * (v[l] - x[l] * x[l]) + b[l] * (z[l] * z[l] - v[l]));
        let u2 = lanes(|l| {
            let (x, z) = (x[l], z[l]);
            a[l] * (k3[l] - x * (3.0 * v[l] - x * x)) + b[l] * (z * (z * z - 3.0 * v[l]) - k3[l])
        });
        let (q, f) = (&self.ratios.q, &self.ratios.f);
        let eta = EtaLanes {
            r: lanes(|l| a[l] - b[l]),
            w: lanes(|l| f[l] * u[l]),
            c: lanes(|l| f[l] * (f[l] * u1[l] - q[l] * u[l])),
            d: lanes(|l| f[l] * (f[l] * (f[l] * u2[l] - 3.0 * q[l] * u1[l]) - q[l] * (f[l] - q[l]) * u[l])),
        };
        (self.log_of(&sum), eta)
    }

    #[inline(always)]
    fn log_of(&self, sum: &Lanes) -> Lanes {
        let log = lanes(|l| self.ratios.log_none[l] + ln(sum[l]));
        match log.iter().any(|log| *log >= NEARLY_CERTAIN) {
            true => self.nearly_certain(log),
            false => log,
        }
    }

    /// Alone, those keep their digits too.
    #[cold]
    fn nearly_certain(&self, log: Lanes) -> Lanes {
        let alone = |l: usize| {
            let published = Coarse { lo: self.lo[l], hi: self.hi[l], base: 1.0 };
            self.family.coarse_log_probability(&published, self.mu[l])
        };
        lanes(|l| if log[l] >= NEARLY_CERTAIN { alone(l) } else { log[l] })
    }

    #[inline(always)]
    fn ends<const N: usize>(&self, walked: &Walked<N>) -> Ends {
        let Walked { pivot, sums, first, beyond } = walked;
        let shift = lanes(|l| sums[1][l] / sums[0][l]);
        Ends {
            a: lanes(|l| self.lo[l] * first[l] / sums[0][l]),
            b: lanes(|l| (self.hi[l] + 1.0) * beyond[l] / sums[0][l]),
            x: lanes(|l| (pivot[l] - self.lo[l]) + shift[l]),
            z: lanes(|l| (self.hi[l] + 1.0 - pivot[l]) - shift[l]),
            shift,
        }
    }

    #[inline(always)]
    fn walk<const N: usize>(&self) -> Walked<N> {
        // p rises from y to y + 1 up to y = μ − 1/f
        let mode = lanes(|l| (self.mu[l] - 1.0 / self.ratios.f[l]).floor() + 1.0);
        let pivot = lanes(|l| mode[l].min(self.hi[l]).max(self.lo[l]));
        let zeros = [0.0; LANES];
        let walked = Walked { pivot, sums: [zeros; N], first: zeros, beyond: zeros };
        match self.ends {
            Alike::Yes { lo, hi } => self.walk_one(walked, lo, hi),
            Alike::No { last } => self.walk_each(walked, last),
        }
    }

    /// The same interval in all lanes: only its own counts are visited.
    #[inline(always)]
    fn walk_one<const N: usize>(&self, mut walked: Walked<N>, lo: usize, hi: usize) -> Walked<N> {
        let mut term = [1.0; LANES];
        for at in 0..lo {
            term = self.risen(term, at);
        }
        walked.first = term;
        for at in lo..=hi {
            let offset = lanes(|l| at as f64 - walked.pivot[l]);
            add(&mut walked.sums, term, offset);
            term = self.risen(term, at);
        }
        walked.beyond = term;
        walked
    }

    #[inline(always)]
    fn walk_each<const N: usize>(&self, mut walked: Walked<N>, last: usize) -> Walked<N> {
        let mut term = [1.0; LANES];
        for at in 0..last + 2 {
            let y = at as f64;
            let offset = lanes(|l| y - walked.pivot[l]);
            let within = lanes(|l| if y >= self.lo[l] && y <= self.hi[l] { term[l] } else { 0.0 });
            add(&mut walked.sums, within, offset);
            walked.first = lanes(|l| if y == self.lo[l] { term[l] } else { walked.first[l] });
            walked.beyond = lanes(|l| if y == self.hi[l] + 1.0 { term[l] } else { walked.beyond[l] });
            term = self.risen(term, at);
        }
        walked
    }

    /// p(y+1) from p(y).
    #[inline(always)]
    fn risen(&self, term: Lanes, y: usize) -> Lanes {
        let (Ratios { q, f_mu, .. }, inverse, y) = (&self.ratios, INVERSES[y.min(LAST + 1)], y as f64);
        match F::HAS_THETA {
            true => lanes(|l| term[l] * ((q[l] * y + f_mu[l]) * inverse)),
            false => lanes(|l| term[l] * (f_mu[l] * inverse)),
        }
    }
}

/// Adds term·offset^k.
#[inline(always)]
fn add<const N: usize>(sums: &mut [Lanes; N], term: Lanes, offset: Lanes) {
    let mut power = term;
    for sum in sums {
        *sum = lanes(|l| sum[l] + power[l]);
        power = lanes(|l| power[l] * offset[l]);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::family::{NegBin2, Poisson};
    use approx::assert_relative_eq;

    fn compare(family: impl Coarsened) {
        let cells = [
            (0.0, 0.0),
            (0.0, 4.0),
            (1.0, 9.0),
            (5.0, 9.0),
            (9.0, 9.0),
            (3.0, 32.0),
            (30.0, 32.0),
            (0.0, 32.0),
        ];
        let cells = cells.map(|(lo, hi)| Coarse { lo, hi, base: 1.0 });
        for mean in [1e-6, 1e-3, 0.4, 3.0, 12.0, 40.0, 900.0, 1e6] {
            for published in [cells].into_iter().chain(cells.map(|cell| [cell; LANES])) {
                compare_at(family, published, mean);
            }
        }
    }

    fn compare_at(family: impl Coarsened, published: [Coarse; LANES], mean: f64) {
        let short = ShortIntervals::new(family, &published, &[mean; LANES]).unwrap();
        let (r, w) = short.score();
        let (log, eta) = short.eta();
        for (l, cell) in published.iter().enumerate() {
            let (log_probability, at) = family.coarse_eta(cell, mean);
            let scale = 1.0 + mean + cell.lo;
            for found in [log[l], short.log_probability()[l]] {
                assert_relative_eq!(found, log_probability, max_relative = 1e-12);
            }
            for (found, wanted) in
                [(r[l], at.r), (w[l], at.w), (eta.r[l], at.r), (eta.w[l], at.w), (eta.c[l], at.c)]
            {
                assert_relative_eq!(found, wanted, max_relative = 1e-12, epsilon = 1e-14 * scale);
            }
            assert_relative_eq!(eta.d[l], at.d, max_relative = 1e-11, epsilon = 1e-12 * scale);
        }
    }

    #[test]
    fn side_by_side_they_are_what_they_are_alone() {
        compare(Poisson);
        for theta in [0.1, 2.0, 50.0, 1e6] {
            compare(NegBin2::new(theta));
        }
    }

    #[test]
    fn long_and_rounded_ones_and_means_far_out_are_left_to_others() {
        let short = Coarse { lo: 1.0, hi: 9.0, base: 1.0 };
        let fits = |one: Coarse, mean: f64| {
            let (mut published, mut mu) = ([short; LANES], [3.0; LANES]);
            (published[5], mu[5]) = (one, mean);
            ShortIntervals::new(Poisson, &published, &mu).is_some()
        };
        assert!(fits(short, 3.0));
        assert!(
            !fits(Coarse { hi: 33.0, ..short }, 3.0) && !fits(Coarse { hi: f64::INFINITY, ..short }, 3.0)
        );
        assert!(!fits(Coarse { lo: -2.0, hi: 2.0, base: 3.0 }, 3.0));
        assert!(!fits(short, 1e-7) && !fits(short, 1e7) && !fits(short, f64::NAN));
    }
}
