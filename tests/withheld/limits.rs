//! Where little is published of many small areas: how far estimates and draws stray.

use crate::published::Made;
use crate::tally::mean;
use crate::threads::across;
use nestcount::determinant::Determinants;
use nestcount::estimator::{Estimator, Exact};
use nestcount::impute::{Completed, Imputations, Imputer};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::{Fit, Model, Options, Result};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

const REGION_SD: f64 = 0.15;

/// 8,000 rows with a mean count near 6 in 200 regions.
fn draw(areas: usize, area_sd: f64, k: usize) -> Made {
    let world = World::new(8000)
        .level("region", 200, REGION_SD)
        .level("area", areas, area_sd)
        .determinant(Determinant::normal("x", 0.2))
        .exposure(Marginal::log_normal(100.0, 0.3).decimals(0))
        .intercept(0.055_f64.ln());
    let model = Model::poisson().random_intercept("region").random_intercept("area");
    Made::draw(&world, &model, &Determinants::new().numeric("x"), 900 + k as u64)
}

/// Intercept less the true one, sd of regions, sd of areas.
fn estimates(fit: &Fit, made: &Made) -> [f64; 3] {
    let sd = |level: usize| fit.levels()[level].sd.estimate();
    [fit.coefficients()[0].estimate - made.truth.intercept, sd(0), sd(1)]
}

/// The estimates from published and from true counts, then draws and conditional means of the withheld over their true
/// total, less 1.
fn stray(areas: usize, area_sd: f64, k: usize) -> Result<[f64; 8]> {
    let (made, options) = (draw(areas, area_sd, k), Options::default());
    let problem = made.as_published();
    let fit = problem.fit(&options)?;
    let imputer = Imputer::new(&problem, &fit, &options)?;
    let tables = imputer.tables(Imputations::new(20), &mut ChaCha12Rng::seed_from_u64(k as u64))?;
    let rows = made.withheld();
    let truth: f64 = rows.iter().map(|&row| made.counts[row] as f64).sum();
    let excess =
        |table: &Completed| rows.iter().map(|&row| table.counts()[row].count).sum::<f64>() / truth - 1.0;
    let drawn = mean(&tables.iter().map(excess).collect::<Vec<_>>());
    let [b, region, area] = estimates(&fit, &made);
    let [true_b, true_region, true_area] = estimates(&made.full().fit(&options)?, &made);
    Ok([b, region, area, true_b, true_region, true_area, drawn, excess(&imputer.conditional_mean()?)])
}

#[test]
#[ignore = "a minute; figures of docs/coverage-withheld.md"]
fn where_laplace_strays_the_exact_likelihood_does_not() {
    for (areas, area_sd) in [(4000, 0.4), (4000, 0.7)] {
        let each = across(10, |k| {
            let made = draw(areas, area_sd, k);
            let problem = made.as_published();
            let laplace = problem.fit(&Options::default()).unwrap();
            let gauge = laplace.approximation().gauge().map_or(f64::NAN, |gauge| gauge.largest.std_errors);
            let exact = Exact::default().estimate(&problem).unwrap();
            let ([b, region, area], [e, e_region, e_area]) =
                (estimates(&laplace, &made), estimates(&exact, &made));
            [b, region, area, gauge, e, e_region, e_area]
        });
        let [b, region, area, gauge, e, e_region, e_area] =
            std::array::from_fn(|i| mean(&each.iter().map(|world| world[i]).collect::<Vec<_>>()));
        println!(
            "sd {area_sd}: Laplace {b:+.3} {region:.3} {area:.3}, gauge {gauge:.2}; exact {e:+.3} {e_region:.3} {e_area:.3}"
        );
        assert!(e.abs() < 0.03 && (e_region - REGION_SD).abs() < 0.05, "{e} {e_region}");
        assert!((e_area - area_sd).abs() < 0.03, "{e_area} for {area_sd}");
    }
}

#[test]
#[ignore = "half a minute; a table of docs/coverage-withheld.md"]
fn true_counts_of_small_areas_are_fitted_soundly_and_published_ones_are_shown() {
    println!(
        "\n| rows to an area | sd of areas | intercept | sd of regions | of areas | true counts: intercept | sd of regions | of areas | draws | conditional means |\n\
         |---|---|---|---|---|---|---|---|---|---|"
    );
    for (areas, area_sd) in [(800, 0.3), (800, 0.7), (4000, 0.3), (4000, 0.4), (4000, 0.7)] {
        let each =
            across(10, |k| stray(areas, area_sd, k).unwrap_or_else(|error| panic!("world {k}: {error}")));
        let [b, region, area, true_b, true_region, true_area, drawn, means] =
            std::array::from_fn(|i| mean(&each.iter().map(|world| world[i]).collect::<Vec<_>>()));
        println!(
            "| {} | {area_sd} | {b:+.3} | {region:.3} | {area:.3} | {true_b:+.3} | {true_region:.3} | {true_area:.3} | {:+.1} % | {:+.1} % |",
            8000 / areas,
            100.0 * drawn,
            100.0 * means
        );
        assert!(true_b.abs() < 0.03 && (true_region - REGION_SD).abs() < 0.05);
        assert!((true_area - area_sd).abs() < 0.02, "{true_area} for {area_sd}");
    }
}
