//! From a declared world to a table and its truth.

use super::determinant::Determinant;
use super::factor::{Factor, normals, spread};
use super::nest::{NestedLevel, nest};
use super::truth::{Transform, TrueLevel, TrueTerm, Truth};
use super::world::{Exposed, Intercept, RowOrder, World};
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
    let area_effects: Vec<Vec<f64>> = world
        .levels
        .iter()
        .map(|level| effects(level.areas, level.sd, rng))
        .collect();
    let row_effects = effects(world.rows, world.row_sd, rng);
    let columns = draw_determinants(world, &nested, rng);
    let terms = terms(world, &columns)?;
    let exposures = draw_exposures(world, &columns, rng)?;

    let slopes = sum_of_terms(&terms, &columns, world.rows);
    let mut effects = row_effects.clone();
    for (level, areas) in nested.iter().zip(&area_effects) {
        add(&mut effects, &spread(areas, &level.of_row));
    }
    let intercept = solve_intercept(world.intercept, &slopes, &effects, &exposures);
    let fixed_part: Vec<f64> = slopes.iter().map(|slope| intercept + slope).collect();
    let mut linear_predictor = fixed_part.clone();
    add(&mut linear_predictor, &effects);
    let mean: Vec<f64> = linear_predictor
        .iter()
        .zip(&exposures)
        .map(|(eta, exposure)| exposure * eta.exp())
        .collect();
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
    normals(n, rng).into_iter().map(|z| sd * z).collect()
}

fn add(sum: &mut [f64], more: &[f64]) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

/// The determinants' values in natural units, by determinant and row.
fn draw_determinants(world: &World, nested: &[NestedLevel], rng: &mut (impl Rng + ?Sized)) -> Vec<Vec<f64>> {
    let position = |name: &str| world.levels.iter().position(|level| level.name == name);
    let mut shares = vec![0.0; nested.len()];
    for (level, share) in &world.factor_shares {
        if let Some(at) = position(level) {
            shares[at] = *share;
        }
    }
    let factor = Factor::draw(shares, nested, world.rows, rng);
    let mut draw = |determinant: &Determinant| {
        let (common, own) = match determinant.level.as_deref().and_then(position) {
            None => (factor.of_rows(), normals(world.rows, rng)),
            Some(level) => {
                let areas = normals(nested[level].codes.len(), rng);
                (factor.of_areas(level), spread(&areas, &nested[level].of_row))
            }
        };
        let loading = determinant.loading;
        let rest = (1.0 - loading * loading).sqrt();
        common
            .iter()
            .zip(own)
            .map(|(common, own)| determinant.marginal.value(loading * common + rest * own))
            .collect()
    };
    world.determinants.iter().map(&mut draw).collect()
}

/// The terms, with the centre and scale that the drawn columns give the standardised ones.
fn terms(world: &World, columns: &[Vec<f64>]) -> Result<Vec<TrueTerm>> {
    let mut constant = Vec::new();
    let mut terms = Vec::with_capacity(columns.len());
    for (determinant, column) in world.determinants.iter().zip(columns) {
        let values = transformed(determinant, column)?;
        let (centre, scale) = match determinant.standardised {
            true => mean_and_sd(&values),
            false => (0.0, 1.0),
        };
        if !(scale.is_finite() && scale > 0.0) {
            constant.push(determinant.name.clone());
        }
        terms.push(TrueTerm {
            name: determinant.name.clone(),
            coefficient: determinant.coefficient,
            transform: determinant.transform,
            centre,
            scale,
        });
    }
    match constant.is_empty() {
        true => Ok(terms),
        false => Err(ErrorKind::Constant { columns: constant }.into()),
    }
}

fn transformed(determinant: &Determinant, column: &[f64]) -> Result<Vec<f64>> {
    let values: Vec<f64> = column
        .iter()
        .map(|&value| determinant.transform.apply(value))
        .collect();
    let rows: Vec<usize> = (0..values.len())
        .filter(|&row| !values[row].is_finite())
        .collect();
    let column = determinant.name.clone();
    match (rows.is_empty(), determinant.transform) {
        (true, _) => Ok(values),
        (false, Transform::Identity) => Err(ErrorKind::NonFinite { column, rows }.into()),
        (false, Transform::Ln) => Err(ErrorKind::TransformDomain {
            column,
            transform: "the logarithm".into(),
            rows,
        }
        .into()),
    }
}

/// Mean and standard deviation with divisor n − 1; the latter is 0 for a column whose values are all equal.
fn mean_and_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    if values.iter().all(|value| *value == values[0]) {
        return (mean, 0.0);
    }
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0)).sqrt())
}

fn draw_exposures(world: &World, columns: &[Vec<f64>], rng: &mut (impl Rng + ?Sized)) -> Result<Vec<f64>> {
    let z = normals(world.rows, rng);
    let exposures: Vec<f64> = match &world.exposure {
        Exposed::Drawn(marginal) => z.iter().map(|&z| marginal.value(z)).collect(),
        Exposed::ShareOf { determinant, share } => {
            let of = world.determinants.iter().zip(columns);
            of.filter(|(known, _)| known.name == *determinant)
                .flat_map(|(_, column)| column.iter().zip(&z))
                .map(|(people, &z)| (people * share.value(z)).round().max(1.0))
                .collect()
        }
    };
    let invalid = |&row: &usize| !(exposures[row].is_finite() && exposures[row] > 0.0);
    let rows: Vec<usize> = (0..world.rows).filter(invalid).collect();
    match rows.first() {
        None => Ok(exposures),
        Some(&first) => {
            let example = exposures[first].to_string();
            Err(ErrorKind::InvalidExposure { rows, example }.into())
        }
    }
}

fn sum_of_terms(terms: &[TrueTerm], columns: &[Vec<f64>], rows: usize) -> Vec<f64> {
    let mut sum = vec![0.0; rows];
    for (term, column) in terms.iter().zip(columns) {
        sum.iter_mut()
            .zip(column)
            .for_each(|(sum, &value)| *sum += term.coefficient * term.regressor(value));
    }
    sum
}

/// `rate · Σ exposure = exp(intercept) · Σ exposure · exp(slope + effects)`, with the largest exponent taken out.
fn solve_intercept(wanted: Intercept, slopes: &[f64], effects: &[f64], exposures: &[f64]) -> f64 {
    let rate = match wanted {
        Intercept::Given(intercept) => return intercept,
        Intercept::ForRate(rate) => rate,
    };
    let exponents: Vec<f64> = slopes.iter().zip(effects).map(|(s, e)| s + e).collect();
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
    world
        .names
        .columns
        .iter()
        .try_fold(Table::new(), |chosen, (name, holds)| {
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
