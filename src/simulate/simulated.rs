//! From a declared world to a table and its truth.

use super::columns::{draw_determinants, draw_exposures, terms};
use super::factor::{normals, spread};
use super::nest::{NestedLevel, nest};
use super::truth::{TrueLevel, TrueTerm, Truth};
use super::world::{Intercept, RowOrder, World};
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use rand::Rng;
use rand::seq::SliceRandom;

/// A table drawn from a [`World`], and what lay behind it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Simulated {
    /// The table as a user would have it: codes of the levels, exposure, count, determinants.
    pub table: Table,
    /// What it was drawn from, rows in the table's order.
    pub truth: Truth,
}

/// Draws a checked world.
pub(super) fn simulate(world: &World, rng: &mut (impl Rng + ?Sized)) -> Result<Simulated> {
    let nested = nest(&world.levels, world.rows, rng);
    let area_effects: Vec<Vec<f64>> =
        world.levels.iter().map(|level| effects(level.areas, level.sd, rng)).collect();
    let row_effects = effects(world.rows, world.row_sd, rng);
    let columns = draw_determinants(world, &nested, rng);
    let terms = terms(world, &columns)?;
    let exposures = draw_exposures(world, &columns, rng)?;

    let slopes = sum_of_terms(&terms, &columns, world.rows);
    let effects = sum_of_effects(&nested, &area_effects, &row_effects);
    let intercept = solve_intercept(world.intercept, &slopes, &effects, &exposures);
    let fixed_part: Vec<f64> = slopes.iter().map(|slope| intercept + slope).collect();
    let linear_predictor = sum(&fixed_part, &effects);
    let mean: Vec<f64> =
        linear_predictor.iter().zip(&exposures).map(|(eta, exposure)| exposure * eta.exp()).collect();
    let counts = draw_counts(world, &mean, rng)?;

    let table = table(world, &nested, (&exposures, &counts), &columns)?;
    let truth = Truth {
        intercept,
        terms,
        levels: true_levels(world, &nested, &area_effects),
        row_sd: world.row_sd,
        scatter: world.scatter,
        fixed_part,
        row_effects,
        linear_predictor,
        mean,
    };
    let made = Simulated { table, truth };
    Ok(match world.row_order {
        RowOrder::AlongTheTree => made,
        RowOrder::Shuffled => shuffled(made, rng),
    })
}

fn effects(n: usize, sd: f64, rng: &mut (impl Rng + ?Sized)) -> Vec<f64> {
    let z = normals(n, rng);
    match sd == 0.0 {
        // Not -0.0 where the normal number is negative.
        true => vec![0.0; n],
        false => z.into_iter().map(|z| sd * z).collect(),
    }
}

/// Per row, the effects of all areas it lies in and its own.
fn sum_of_effects(nested: &[NestedLevel], areas: &[Vec<f64>], rows: &[f64]) -> Vec<f64> {
    nested
        .iter()
        .zip(areas)
        .fold(rows.to_vec(), |total, (level, areas)| sum(&total, &spread(areas, &level.of_row)))
}

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn sum_of_terms(terms: &[TrueTerm], columns: &[Vec<f64>], rows: usize) -> Vec<f64> {
    let mut sum = vec![0.0; rows];
    for (term, column) in terms.iter().zip(columns) {
        sum.iter_mut().zip(column).for_each(|(sum, &value)| *sum += term.coefficient * term.regressor(value));
    }
    sum
}

/// `rate · Σ exposure = exp(intercept) · Σ exposure · exp(slope + effects)`, with the largest exponent taken out.
fn solve_intercept(wanted: Intercept, slopes: &[f64], effects: &[f64], exposures: &[f64]) -> f64 {
    let rate = match wanted {
        Intercept::Given(intercept) => return intercept,
        Intercept::ForRate(rate) => rate,
    };
    let exponents = sum(slopes, effects);
    let largest = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let expected: f64 = exponents
        .iter()
        .zip(exposures)
        .map(|(exponent, exposure)| exposure * (exponent - largest).exp())
        .sum();
    (rate * exposures.iter().sum::<f64>() / expected).ln() - largest
}

fn draw_counts(world: &World, mean: &[f64], rng: &mut (impl Rng + ?Sized)) -> Result<Vec<f64>> {
    let counts: Vec<Option<u64>> = mean.iter().map(|&mean| world.scatter.sample(mean, rng)).collect();
    let rows: Vec<usize> = (0..counts.len()).filter(|&row| counts[row].is_none()).collect();
    match rows.first() {
        None => Ok(counts.into_iter().flatten().map(|count| count as f64).collect()),
        Some(&first) => {
            let example = format!("a count around {:e}", mean[first]);
            Err(ErrorKind::InvalidCount { rows, example }.into())
        }
    }
}

fn table(
    world: &World,
    nested: &[NestedLevel],
    (exposures, counts): (&[f64], &[f64]),
    columns: &[Vec<f64>],
) -> Result<Table> {
    let mut table = Table::new();
    for (level, areas) in world.levels.iter().zip(nested) {
        let codes = areas.of_row.iter().map(|&area| areas.codes[area].as_str());
        table = table.with_text(&level.name, codes)?;
        if let Some(label) = &level.label {
            let name = |&area: &usize| format!("{} {}", label.words, areas.numbers[area]);
            table = table.with_text(&label.column, areas.of_row.iter().map(name))?;
        }
    }
    table = table
        .with_numbers(&world.names.exposure, exposures.iter().copied())?
        .with_numbers(&world.names.count, counts.iter().copied())?;
    for (determinant, column) in world.determinants.iter().zip(columns) {
        table = table.with_numbers(&determinant.name, column.iter().copied())?;
    }
    if world.names.columns.is_empty() {
        return Ok(table);
    }
    world.names.columns.iter().try_fold(Table::new(), |chosen, (name, holds)| {
        chosen.with_column(name, table.column(holds)?.clone())
    })
}

fn true_levels(world: &World, nested: &[NestedLevel], effects: &[Vec<f64>]) -> Vec<TrueLevel> {
    world
        .levels
        .iter()
        .zip(nested.iter().zip(effects))
        .map(|(level, (areas, effects))| TrueLevel {
            name: level.name.clone(),
            sd: level.sd,
            effects: areas.codes.iter().cloned().zip(effects.iter().copied()).collect(),
        })
        .collect()
}

fn shuffled(made: Simulated, rng: &mut (impl Rng + ?Sized)) -> Simulated {
    let mut order: Vec<usize> = (0..made.table.n_rows()).collect();
    order.shuffle(rng);
    let along = |values: &[f64]| order.iter().map(|&row| values[row]).collect();
    Simulated {
        table: made.table.select(&order),
        truth: Truth {
            fixed_part: along(&made.truth.fixed_part),
            row_effects: along(&made.truth.row_effects),
            linear_predictor: along(&made.truth.linear_predictor),
            mean: along(&made.truth.mean),
            ..made.truth
        },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::simulate::{Determinant, Marginal};
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    fn world() -> World {
        World::new(600)
            .level("region", 6, 0.2)
            .level("town", 60, 0.1)
            .row_sd(0.15)
            .factor_share("town", 0.3)
            .determinant(Determinant::normal("x", 0.3).loading(0.8))
            .determinant(Determinant::uniform("u", -0.5).at_level("town").loading(0.5))
            .determinant(Determinant::binary("b", 0.2, 0.3).standardised())
            .exposure(Marginal::log_normal(900.0, 1.2))
            .rate(0.086)
    }

    fn draw(world: &World, seed: u64) -> Simulated {
        world.draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap()
    }

    fn column(made: &Simulated, name: &str) -> Vec<f64> {
        made.table.numbers(name).unwrap().into_iter().flatten().collect()
    }

    fn codes(made: &Simulated, name: &str) -> Vec<String> {
        made.table.codes(name).unwrap().into_iter().flatten().collect()
    }

    #[test]
    fn equal_seeds_give_equal_bits_and_other_seeds_other_ones() {
        for world in [world(), world().theta(8.0), world().shuffled()] {
            assert_eq!(draw(&world, 1), draw(&world, 1));
            assert_ne!(draw(&world, 1).table, draw(&world, 2).table);
        }
    }

    #[test]
    fn a_world_read_back_draws_the_same() {
        let json = serde_json::to_string(&world()).unwrap();
        let read: World = serde_json::from_str(&json).unwrap();
        let made = draw(&world(), 1);
        assert_eq!(draw(&read, 1), made);
        let truth: Truth = serde_json::from_str(&serde_json::to_string(&made.truth).unwrap()).unwrap();
        assert_eq!(truth, made.truth);
    }

    #[test]
    fn the_mean_can_be_put_together_from_the_table_and_the_truth() {
        for world in [world(), world().shuffled()] {
            let made = draw(&world, 3);
            let truth = &made.truth;
            let (regions, towns) = (codes(&made, "region"), codes(&made, "town"));
            let exposure = column(&made, "exposure");
            for row in 0..600 {
                let slopes: f64 = truth
                    .terms
                    .iter()
                    .map(|term| term.coefficient * term.regressor(column(&made, &term.name)[row]))
                    .sum();
                let fixed = truth.intercept + slopes;
                let areas = truth.effect("region", &regions[row]).unwrap()
                    + truth.effect("town", &towns[row]).unwrap();
                let eta = fixed + areas + truth.row_effects[row];
                assert!((truth.fixed_part[row] - fixed).abs() < 1e-13);
                assert!((truth.linear_predictor[row] - eta).abs() < 1e-13);
                assert!((truth.mean[row] / (exposure[row] * eta.exp()) - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_intercept_makes_the_expected_counts_add_up_to_the_rate() {
        for shift in [0.0, 400.0, -400.0] {
            let far = Determinant::new("far", shift, Marginal::constant(1.0));
            let made = draw(&world().determinant(far), 4);
            let (mean, exposure): (f64, f64) =
                (made.truth.mean.iter().sum(), column(&made, "exposure").iter().sum());
            assert!((mean / exposure / 0.086 - 1.0).abs() < 1e-11, "shift {shift}");
        }
        assert_eq!(draw(&world().intercept(-2.6), 4).truth.intercept, -2.6);
    }

    #[test]
    fn counts_scatter_around_their_means_as_declared() {
        for world in [world(), world().theta(2.0)] {
            let made = draw(&world, 5);
            let variance = |mean: f64| match made.truth.scatter {
                crate::simulate::Scatter::Poisson => mean,
                crate::simulate::Scatter::NegBin2 { theta } => mean + mean * mean / theta,
            };
            let count = column(&made, "count");
            let residuals = made.truth.mean.iter().zip(&count);
            let residuals: Vec<f64> =
                residuals.map(|(&mean, y)| (y - mean) / variance(mean).sqrt()).collect();
            let sum: f64 = residuals.iter().sum();
            let squares: f64 = residuals.iter().map(|r| r * r).sum();
            assert!(sum.abs() < 4.0 * 600f64.sqrt(), "{sum}");
            // Var(r²) is at most about 2 + 6/θ = 5 here.
            assert!((squares - 600.0).abs() < 4.0 * (5.0 * 600f64).sqrt(), "{squares}");
        }
    }

    #[test]
    fn effects_have_their_standard_deviations() {
        const N: usize = 20_000;
        let made = draw(&World::new(N).level("town", N, 0.25).row_sd(0.5), 6);
        let sd = |effects: &[f64]| (effects.iter().map(|e| e * e).sum::<f64>() / N as f64).sqrt();
        let towns: Vec<f64> = made.truth.levels[0].effects.values().copied().collect();
        // A standard deviation from n normal numbers is off by 1/√(2n) of itself.
        let band = 4.0 / (2.0 * N as f64).sqrt();
        assert!((sd(&towns) / 0.25 - 1.0).abs() < band);
        assert!((sd(&made.truth.row_effects) / 0.5 - 1.0).abs() < band);
        let none = draw(&World::new(9).level("town", 3, 0.0), 6).truth;
        assert!(none.levels[0].effects.values().chain(&none.row_effects).all(|e| e.to_bits() == 0));
    }

    #[test]
    fn shuffling_moves_whole_rows_and_nothing_else() {
        let (along, shuffled) = (draw(&world(), 7), draw(&world().shuffled(), 7));
        assert_ne!(along.table, shuffled.table);
        // The linear predictor of a row is drawn from continuous distributions, so it names the row.
        let order: Vec<usize> = shuffled
            .truth
            .linear_predictor
            .iter()
            .map(|eta| along.truth.linear_predictor.iter().position(|e| e == eta).unwrap())
            .collect();
        assert_eq!(along.table.select(&order), shuffled.table);
        let moved: Vec<f64> = order.iter().map(|&row| along.truth.mean[row]).collect();
        assert_eq!(moved, shuffled.truth.mean);
    }

    #[test]
    fn the_table_has_the_columns_asked_for() {
        let named = world().exposure_column("youths").count_column("users");
        assert_eq!(draw(&named, 1).table.names(), ["region", "town", "youths", "users", "x", "u", "b"]);
        let chosen = named.columns(&[("users", "users"), ("place", "town"), ("same", "town")]);
        let table = draw(&chosen, 1).table;
        assert_eq!(table.names(), ["users", "place", "same"]);
        assert_eq!(table.codes("place").unwrap(), table.codes("same").unwrap());
    }

    #[test]
    fn counts_beyond_exactness_are_refused_with_their_rows() {
        for intercept in [40.0, 1000.0] {
            let world = World::new(3).intercept(intercept);
            let error = world.draw(&mut ChaCha12Rng::seed_from_u64(1)).unwrap_err();
            assert_eq!((error.code(), error.rows()), ("invalid-count", &[0, 1, 2][..]));
        }
    }

    #[test]
    fn the_first_row_of_a_seed_does_not_change() {
        let made = draw(&world(), 2026);
        let close = |found: f64, frozen: f64| (found / frozen - 1.0).abs() < 1e-12;
        assert_eq!(
            (codes(&made, "town")[0].as_str(), codes(&made, "region")[599].as_str()),
            ("town-01", "region-6")
        );
        assert_eq!((column(&made, "count")[0], column(&made, "b")[0]), (14.0, 0.0));
        assert!(close(column(&made, "exposure")[0], 312.023_642_320_187_8));
        assert!(close(column(&made, "x")[0], 0.822_241_748_551_992_1));
        assert!(close(column(&made, "u")[0], 0.678_362_565_728_411_1));
        assert!(close(made.truth.intercept, -2.248_318_785_992_162));
    }
}
