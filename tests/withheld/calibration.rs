//! Simulation-based calibration: parameters from a prior, a table from them, and the truth among what is drawn.
//!
//! A withheld count and the draws of it are exchangeable given what was published if the sampler is right; then every
//! rank is as likely as any other.

use crate::published::Made;
use crate::ranks::{DRAWS, Ranks};
use crate::threads::across;
use nestcount::count::{Bounds, Count, Relation, Totals};
use nestcount::determinant::Determinants;
use nestcount::impute::{Completed, Imputations, Imputer};
use nestcount::infer::{Dispersion, StandardDeviation};
use nestcount::simulate::{Determinant, Marginal, Scatter, Truth, World};
use nestcount::{Fit, Model, Options, Result};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::{ContinuousCDF, Normal};
use std::collections::BTreeMap;

/// What a rank is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    WithheldCount,
    RoundedCount,
    AreaTotal,
    RegionTotal,
    WithheldCountWithinTotals,
    RoundedCountWithinTotals,
    PartOfAreaWithinTotals,
    RowCoefficient,
    AreaCoefficient,
    Intercept,
    AreaSd,
    RegionSd,
    Theta,
}

impl Of {
    const COUNTS: [Of; 4] = [Of::WithheldCount, Of::RoundedCount, Of::AreaTotal, Of::RegionTotal];
    const WITHIN_TOTALS: [Of; 3] =
        [Of::WithheldCountWithinTotals, Of::RoundedCountWithinTotals, Of::PartOfAreaWithinTotals];
    const COEFFICIENTS: [Of; 2] = [Of::RowCoefficient, Of::AreaCoefficient];
    /// What 12 regions say little of, and standard deviations, whose maximum is biased: shown, not asserted.
    const SHOWN: [Of; 4] = [Of::Intercept, Of::AreaSd, Of::RegionSd, Of::Theta];

    fn name(self) -> &'static str {
        match self {
            Of::WithheldCount => "a withheld count",
            Of::RoundedCount => "a rounded count",
            Of::AreaTotal => "the withheld counts of an area together",
            Of::RegionTotal => "the withheld counts of a region together",
            Of::WithheldCountWithinTotals => "a withheld count, totals of areas known",
            Of::RoundedCountWithinTotals => "a rounded count, totals of areas known",
            Of::PartOfAreaWithinTotals => "half of the withheld counts of an area, totals of areas known",
            Of::RowCoefficient => "the coefficient of rows",
            Of::AreaCoefficient => "the coefficient of areas",
            Of::Intercept => "the intercept",
            Of::AreaSd => "the sd of areas",
            Of::RegionSd => "the sd of regions",
            Of::Theta => "theta",
        }
    }
}

/// Where one truth stands.
enum Standing {
    Among(f64, Vec<f64>),
    Probability(f64),
}

type Standings = Vec<(Of, Standing)>;

/// 600 rows in 60 areas in 12 regions with parameters drawn from a prior, Poisson and negative binomial in turn.
fn draw(k: usize, rng: &mut impl Rng) -> Made {
    let mut normal = |mean: f64, sd: f64| {
        let z: f64 = StandardNormal.sample(rng);
        mean + sd * z
    };
    let (intercept, row, area) = (normal(-2.4, 0.3), normal(0.2, 0.2), normal(0.1, 0.2));
    let (area_sd, region_sd, theta) = (normal(-1.4, 0.2), normal(-1.4, 0.2), normal(2.1, 0.2));
    let world = World::new(600)
        .level("region", 12, region_sd.exp())
        .level("area", 60, area_sd.exp())
        .determinant(Determinant::normal("x", row))
        .determinant(Determinant::normal("z", area).at_level("area"))
        .exposure(Marginal::log_normal(100.0, 0.6).decimals(0).clipped(5.0, 5_000.0))
        .intercept(intercept);
    let (world, model) = match k % 2 {
        0 => (world, Model::poisson()),
        _ => (world.theta(theta.exp()), Model::neg_bin2()),
    };
    let model = model.random_intercept("region").random_intercept("area");
    let determinants = Determinants::new().numeric("x").numeric("z");
    Made::draw(&world, &model, &determinants, 30_000 + k as u64)
}

fn standings(k: usize) -> Result<Standings> {
    let mut rng = ChaCha12Rng::seed_from_u64(40_000 + k as u64);
    let made = draw(k, &mut rng);
    let mut standings = without_totals(&made, &mut rng)?;
    standings.extend(within_totals(&made, &mut rng)?);
    Ok(standings)
}

fn without_totals(made: &Made, rng: &mut ChaCha12Rng) -> Result<Standings> {
    let (problem, options) = (made.as_published(), Options::default());
    let fit = problem.fit(&options)?;
    let draws = Imputer::new(&problem, &fit, &options)?.tables(Imputations::new(DRAWS), rng)?;
    let mut standings = of_parameters(&fit, &made.truth);
    let (withheld, rounded) = (made.withheld(), made.rounded());
    standings.push((Of::WithheldCount, sum_among(made, &draws, &[one_of(&withheld, rng)])));
    standings.push((Of::RoundedCount, sum_among(made, &draws, &[one_of(&rounded, rng)])));
    for (of, level) in [(Of::RegionTotal, 0), (Of::AreaTotal, 1)] {
        let groups: Vec<Vec<usize>> = by_area(made, level, &withheld);
        standings.push((of, sum_among(made, &draws, &groups[rng.random_range(0..groups.len())])));
    }
    Ok(standings)
}

/// The totals of all areas known, counts tightened by them first.
fn within_totals(made: &Made, rng: &mut ChaCha12Rng) -> Result<Standings> {
    let tree = made.placement.tree();
    let mut sums = vec![0; tree.n_areas(1)];
    made.placement.areas(1).iter().zip(&made.counts).for_each(|(&area, y)| sums[area as usize] += y);
    let totals = (0..tree.n_areas(1)).try_fold(Totals::on(tree), |totals, area| {
        totals.area(&tree.path(1, area as u32), Count::Exact(sums[area]), Relation::Equal)
    })?;
    let bounds = Bounds::tighten(&made.placement, &made.published, &totals)?;
    let (problem, options) = (made.of_counts(bounds.counts()), Options::default());
    let fit = problem.fit(&options)?;
    let imputer =
        Imputer::new(&problem, &fit, &options)?.within(&totals, &made.placement, bounds.counts())?;
    let draws = imputer.tables(Imputations::new(DRAWS), rng)?;
    for table in &draws {
        let mut drawn = vec![0.0; sums.len()];
        made.placement
            .areas(1)
            .iter()
            .zip(table.counts())
            .for_each(|(&area, y)| drawn[area as usize] += y.count);
        assert!(drawn.iter().zip(&sums).all(|(drawn, &sum)| *drawn == sum as f64));
    }
    let hidden = |rows: Vec<usize>| -> Vec<usize> {
        rows.into_iter().filter(|&row| !matches!(bounds.counts()[row], Count::Exact(_))).collect()
    };
    let (withheld, rounded) = (hidden(made.withheld()), hidden(made.rounded()));
    let mut areas = by_area(made, 1, &withheld);
    areas.retain(|rows| rows.len() >= 4);
    let area = &areas[rng.random_range(0..areas.len())];
    Ok(vec![
        (Of::WithheldCountWithinTotals, sum_among(made, &draws, &[one_of(&withheld, rng)])),
        (Of::RoundedCountWithinTotals, sum_among(made, &draws, &[one_of(&rounded, rng)])),
        (Of::PartOfAreaWithinTotals, sum_among(made, &draws, &area[..area.len() / 2])),
    ])
}

fn one_of(rows: &[usize], rng: &mut impl Rng) -> usize {
    rows[rng.random_range(0..rows.len())]
}

/// Rows by their area, areas without any left out.
fn by_area(made: &Made, level: usize, rows: &[usize]) -> Vec<Vec<usize>> {
    let (areas, n) = (made.placement.areas(level), made.placement.tree().n_areas(level));
    let mut groups = vec![Vec::new(); n];
    rows.iter().for_each(|&row| groups[areas[row] as usize].push(row));
    groups.retain(|group| !group.is_empty());
    groups
}

fn sum_among(made: &Made, draws: &[Completed], rows: &[usize]) -> Standing {
    let truth = rows.iter().map(|&row| made.counts[row] as f64).sum();
    let sum = |table: &Completed| rows.iter().map(|&row| table.counts()[row].count).sum();
    Standing::Among(truth, draws.iter().map(sum).collect())
}

/// The truth in the normal approximation that parameters are drawn from.
fn of_parameters(fit: &Fit, truth: &Truth) -> Standings {
    let below = |truth: f64, estimate: f64, error: f64| Normal::standard().cdf((truth - estimate) / error);
    let mut found = Vec::new();
    for c in fit.coefficients() {
        let of = match c.term.as_str() {
            "x" => Of::RowCoefficient,
            "z" => Of::AreaCoefficient,
            _ => Of::Intercept,
        };
        let value = truth.coefficient(&c.term).unwrap_or(truth.intercept);
        found.push((of, below(value, c.estimate, c.std_error)));
    }
    for level in fit.levels() {
        let of = if level.level == "area" { Of::AreaSd } else { Of::RegionSd };
        let sd = truth.sd(&level.level).unwrap();
        found.push(match level.sd {
            StandardDeviation::Positive { estimate, std_error } => {
                (of, below(sd.ln(), estimate.ln(), std_error / estimate))
            }
            // half a normal with the slope's variance
            StandardDeviation::Zero { score, .. } => {
                (of, 2.0 * below(sd, 0.0, (-2.0 * score).sqrt().recip()) - 1.0)
            }
        });
    }
    if let (Scatter::NegBin2 { theta: value }, Dispersion::NegBin2 { theta, std_error }) =
        (truth.scatter, fit.dispersion())
    {
        found.push((Of::Theta, below(value.ln(), theta.ln(), std_error / theta)));
    }
    found.into_iter().map(|(of, below)| (of, Standing::Probability(below))).collect()
}

fn ranks(worlds: usize) -> BTreeMap<Of, Ranks> {
    let mut rng = ChaCha12Rng::seed_from_u64(5);
    let mut ranks: BTreeMap<Of, Ranks> = BTreeMap::new();
    let made = across(worlds, |k| standings(k).unwrap_or_else(|error| panic!("world {k}: {error}")));
    for (of, standing) in made.into_iter().flatten() {
        match standing {
            Standing::Among(truth, draws) => ranks.entry(of).or_default().add(truth, &draws, &mut rng),
            Standing::Probability(below) => ranks.entry(of).or_default().add_probability(below),
        }
    }
    ranks
}

#[test]
#[ignore = "a minute; a table of docs/coverage-withheld.md"]
fn the_truth_ranks_evenly_among_draws_in_five_hundred_worlds() {
    let started = std::time::Instant::now();
    let ranks = ranks(500);
    println!("\n{}", Ranks::head());
    ranks.iter().for_each(|(of, ranks)| println!("{}", ranks.line(of.name())));
    println!("\n{:.0} s", started.elapsed().as_secs_f64());
    for of in Of::COUNTS.iter().chain(&Of::WITHIN_TOTALS).chain(&Of::COEFFICIENTS) {
        assert!(ranks[of].p_value(20) > 0.01, "{}", ranks[of].line(of.name()));
    }
    assert!(Of::SHOWN.iter().all(|of| ranks.contains_key(of)));
}

#[test]
fn the_truth_ranks_evenly_among_draws_in_thirty_two_worlds() {
    let ranks = ranks(32);
    for of in Of::COUNTS.iter().chain(&Of::WITHIN_TOTALS).chain(&Of::COEFFICIENTS) {
        assert!(ranks[of].p_value(4) > 0.001, "{}: {:?}", of.name(), ranks[of]);
    }
}
