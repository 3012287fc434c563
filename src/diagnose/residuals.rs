//! Randomised quantile residuals, of exact counts and of those known in part.

use super::conditional::Conditional;
use super::uniformity::Uniformity;
use crate::error::{ErrorKind, Result};
use crate::estimate::Normal;
use crate::family::{Coarse, CountMixture, Scatter};
use crate::infer::Fit;
use crate::model::Problem;
use rand::{Rng, RngExt};
use statrs::distribution::{ContinuousCDF, Normal as StandardNormal};

/// Randomised quantile residuals of the rows of a fit, along [`Residuals::rows`].
///
/// ```text
/// u ~ U( P(Y < lo), P(Y <= hi) ),   z = Φ⁻¹(u)
/// ```
///
/// with Y the count that the model expects of the row under the [`Conditional`] (a Poisson or NB2 whose log mean is normal)
/// and lo = hi = y for an exact count. Of a count rounded at random to base b the two ends are means of P(Y <= ·) over b
/// neighbours: the distribution of what would have been published. Under the true model u is uniform, withheld or not.
/// Source: Dunn & Smyth 1996, J. Comput. Graph. Statist. 5:236.
#[derive(Debug, Clone, PartialEq)]
pub struct Residuals {
    conditional: Conditional,
    rows: Vec<usize>,
    uniform: Vec<f64>,
    normal: Vec<f64>,
}

impl Fit {
    /// Randomised quantile residuals of the rows the fit was made from.
    ///
    /// Fails where the problem is not the fit's, and on counts that are no whole numbers (means in their place).
    pub fn residuals(
        &self,
        problem: &Problem,
        conditional: Conditional,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Residuals> {
        self.refuse_other(problem)?;
        let published = published(problem)?;
        let log_means = conditional.log_means(self, problem, rng)?;
        let scatter = self.at_estimate(problem)?.scatter;
        let place = |(published, at): (&Coarse, &Normal)| placed(published, at, scatter, rng.random());
        let (uniform, normal) = published.iter().zip(&log_means).map(place).unzip();
        Ok(Residuals { conditional, rows: problem.rows().to_vec(), uniform, normal })
    }
}

impl Residuals {
    /// What they are conditional on.
    pub fn conditional(&self) -> Conditional {
        self.conditional
    }

    /// Positions of the rows in the caller's table, ascending.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// u, between 0 and 1: small where less was counted than expected.
    pub fn uniform(&self) -> &[f64] {
        &self.uniform
    }

    /// z = Φ⁻¹(u), standard normal under the true model; both tails keep their digits.
    pub fn normal(&self) -> &[f64] {
        &self.normal
    }

    /// Kolmogorov's distance from the uniform distribution.
    ///
    /// Its p-value holds for independent residuals at known parameters; at estimates it is too large, since they were
    /// fitted to the same counts. [`Statistic::Uniformity`](super::Statistic::Uniformity) has one that knows.
    pub fn uniformity(&self) -> Uniformity {
        Uniformity::of(&self.uniform)
    }
}

/// What is known of each count, along the rows, an exact one as an interval of one count.
fn published(problem: &Problem) -> Result<Vec<Coarse>> {
    let exact = problem.exact_counts();
    let mut all: Vec<Coarse> = exact.into_iter().map(|y| Coarse { lo: y, hi: y, base: 1.0 }).collect();
    let positions = problem.positions_of_coarse_rows();
    positions.iter().zip(&problem.coarse).for_each(|(&at, row)| all[at] = row.published);
    match all.iter().position(|row| row.lo.fract() != 0.0) {
        None => Ok(all),
        Some(at) => {
            let row = problem.rows()[at] + 1;
            let message = format!("row {row} holds a mean in the place of its count: it has no residual");
            Err(ErrorKind::Specification { message }.into())
        }
    }
}

/// u and z of one row; `share` says where between its two ends.
fn placed(published: &Coarse, at: &Normal, scatter: Scatter, share: f64) -> (f64, f64) {
    let mixture = CountMixture::new(scatter, at.mean, at.variance.sqrt());
    let neighbours = published.base as usize;
    let mean = |tail: &dyn Fn(f64) -> f64, first: f64| -> f64 {
        (0..neighbours).map(|j| tail(first + j as f64)).sum::<f64>() / published.base
    };
    let (below, last) = (published.lo - 1.0, published.hi - (published.base - 1.0));
    // the smaller tail keeps its digits
    if mixture.is_high(published.lo) {
        let (from, to) = (mean(&|k| mixture.above(k), below), mean(&|k| mixture.above(k), last));
        let tail = to + (1.0 - share) * (from - to);
        (1.0 - tail, -quantile(tail))
    } else {
        let (from, to) = (mean(&|k| mixture.at_most(k), below), mean(&|k| mixture.at_most(k), last));
        let tail = from + share * (to - from);
        (tail, quantile(tail))
    }
}

fn quantile(p: f64) -> f64 {
    StandardNormal::standard().inverse_cdf(p.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::{CodeScope, Placement};
    use crate::count::{Count, CountTable, RandomlyRounded};
    use crate::determinant::Determinants;
    use crate::diagnose::simulations::{SimulatedAreas, Source};
    use crate::estimate::{Objective, Options, Refining};
    use crate::family::Family;
    use crate::model::Model;
    use crate::simulate::{Marginal, World};
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;
    use rand_distr::Distribution;

    const RIGHT: Normal = Normal { mean: 1.2, variance: 0.49 };

    /// Kolmogorov's distance times √n of the residuals of counts that are published in some way.
    fn distance(scatter: Scatter, publish: impl Fn(u64, &mut ChaCha12Rng) -> Coarse) -> f64 {
        const N: usize = 4000;
        let mut rng = ChaCha12Rng::seed_from_u64(4);
        let uniform: Vec<f64> = (0..N)
            .map(|_| {
                let z: f64 = rand_distr::StandardNormal.sample(&mut rng);
                let count = scatter.sample((RIGHT.mean + RIGHT.variance.sqrt() * z).exp(), &mut rng).unwrap();
                let published = publish(count, &mut rng);
                placed(&published, &RIGHT, scatter, rng.random()).0
            })
            .collect();
        Uniformity::of(&uniform).distance * (N as f64).sqrt()
    }

    /// The 99.9 % point of Kolmogorov's distribution.
    const LARGE: f64 = 1.95;

    #[test]
    fn residuals_are_uniform_however_the_count_is_published() {
        for scatter in [Scatter::Poisson, Scatter::NegBin2 { theta: 2.0 }] {
            let exact = |y: u64, _: &mut ChaCha12Rng| Coarse { lo: y as f64, hi: y as f64, base: 1.0 };
            let withheld = |y: u64, _: &mut ChaCha12Rng| match y {
                1..=4 => Coarse { lo: 1.0, hi: 4.0, base: 1.0 },
                30.. => Coarse { lo: 30.0, hi: f64::INFINITY, base: 1.0 },
                y => Coarse { lo: y as f64, hi: y as f64, base: 1.0 },
            };
            let rounded = |y: u64, rng: &mut ChaCha12Rng| {
                let up = rng.random::<f64>() < (y % 3) as f64 / 3.0;
                let to = (y / 3 + u64::from(up)) * 3;
                let count = Count::RandomlyRounded(RandomlyRounded::new(3, to).unwrap());
                let (lo, hi) = (to as f64 - 2.0, to as f64 + 2.0);
                assert!(count.bounds().contains(y));
                Coarse { lo, hi, base: 3.0 }
            };
            for found in [distance(scatter, exact), distance(scatter, withheld), distance(scatter, rounded)] {
                assert!(found < LARGE, "{scatter:?}: {found}");
            }
        }
    }

    #[test]
    fn a_wrong_model_is_far_from_uniform() {
        let found = distance(Scatter::Poisson, |y, _| {
            let doubled = (2 * y) as f64;
            Coarse { lo: doubled, hi: doubled, base: 1.0 }
        });
        assert!(found > 5.0 * LARGE, "{found}");
    }

    #[test]
    fn z_is_the_quantile_of_u_and_goes_on_where_u_ends() {
        let at = Normal { mean: 2.0, variance: 0.0 };
        let exact = |y: f64| Coarse { lo: y, hi: y, base: 1.0 };
        for y in [0.0, 3.0, 7.0, 8.0, 15.0] {
            let (u, z) = placed(&exact(y), &at, Scatter::Poisson, 0.3);
            assert!((StandardNormal::standard().cdf(z) - u).abs() < 1e-9, "{y}: {u} {z}");
        }
        let (u, z) = placed(&exact(80.0), &at, Scatter::Poisson, 0.3);
        assert!(u == 1.0 && z > 12.0 && z < 16.0, "{u} {z}");
    }

    /// Tables drawn from a fit, at its own estimates: what is known there is the truth.
    #[test]
    fn given_drawn_areas_kolmogorovs_test_has_its_size_at_the_truth() {
        for theta in [None, Some(3.0)] {
            let world = World::new(150).level("group", 30, 0.5).exposure(Marginal::log_normal(100.0, 0.5));
            let world = world.rate(0.04);
            let world = theta.map_or(world.clone(), |theta| world.theta(theta));
            let table = world.draw(&mut ChaCha12Rng::seed_from_u64(1)).unwrap().table;
            let placement = Placement::from_table(&table, &["group"], CodeScope::Unique).unwrap();
            let counts = CountTable::from_table(&table, "count", "exposure").unwrap();
            let design = Determinants::new().build(&table, &placement, counts.rows()).unwrap();
            let family = theta.map_or(Family::Poisson, |_| Family::NegBin2);
            let model = Model::of(family).random_intercept("group");
            let problem = model.check(&placement, &counts, design).unwrap();
            let fit = problem.fit(&Options::default()).unwrap();
            let (source, at) = (Source::new(&fit, &problem).unwrap(), fit.at_estimate(&problem).unwrap());
            let mut rng = ChaCha12Rng::seed_from_u64(2);
            let rejected = (0..300).filter(|_| {
                let drawn = source.table(SimulatedAreas::New, &mut rng).unwrap();
                let mut modes = vec![0.0; drawn.nodes.n_nodes()];
                let effects = Objective::new(&drawn, &Options::default())
                    .draw_effects(at.family, &at.point, &mut modes, Refining::Thorough, &mut rng)
                    .unwrap();
                let rows = drawn.y.iter().zip(drawn.means_at(&at.point.beta, &effects));
                let uniform: Vec<f64> = rows
                    .map(|(&y, mean)| {
                        let at_mean = Normal { mean: mean.ln(), variance: 0.0 };
                        placed(&Coarse { lo: y, hi: y, base: 1.0 }, &at_mean, at.scatter, rng.random()).0
                    })
                    .collect();
                Uniformity::of(&uniform).p_value() <= 0.05
            });
            // 5 % of 300 is 15, with a standard error of 3.8
            let rejected = rejected.count();
            assert!((4..=27).contains(&rejected), "{theta:?}: {rejected} of 300");
        }
    }
}
