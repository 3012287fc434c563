//! The columns of a declared world: determinants and exposures.

use super::determinant::Determinant;
use super::factor::{Factor, normals, spread};
use super::nest::NestedLevel;
use super::truth::{Transform, TrueTerm};
use super::world::{Exposed, World};
use crate::error::{ErrorKind, Result};
use rand::Rng;

/// The determinants' values in natural units, by determinant and row.
pub(super) fn draw_determinants(
    world: &World,
    nested: &[NestedLevel],
    rng: &mut (impl Rng + ?Sized),
) -> Vec<Vec<f64>> {
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
pub(super) fn terms(world: &World, columns: &[Vec<f64>]) -> Result<Vec<TrueTerm>> {
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
    let values: Vec<f64> = column.iter().map(|&value| determinant.transform.apply(value)).collect();
    let rows: Vec<usize> = (0..values.len()).filter(|&row| !values[row].is_finite()).collect();
    let column = determinant.name.clone();
    match (rows.is_empty(), determinant.transform) {
        (true, _) => Ok(values),
        (false, Transform::Identity) => Err(ErrorKind::NonFinite { column, rows }.into()),
        (false, Transform::Ln) => {
            Err(ErrorKind::TransformDomain { column, transform: "the logarithm".into(), rows }.into())
        }
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

/// The exposures by row; fails where one is not positive.
pub(super) fn draw_exposures(
    world: &World,
    columns: &[Vec<f64>],
    rng: &mut (impl Rng + ?Sized),
) -> Result<Vec<f64>> {
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::simulate::{DeclaredLevel, Marginal, Simulated, Sizes};
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    fn draw(world: &World) -> Result<Simulated> {
        world.draw(&mut ChaCha12Rng::seed_from_u64(5))
    }

    fn column(made: &Simulated, name: &str) -> Vec<f64> {
        made.table.numbers(name).unwrap().into_iter().flatten().collect()
    }

    fn correlation(a: &[f64], b: &[f64]) -> f64 {
        let ((ma, sa), (mb, sb)) = (mean_and_sd(a), mean_and_sd(b));
        let products: f64 = a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum();
        products / (a.len() as f64 - 1.0) / (sa * sb)
    }

    #[test]
    fn loadings_multiply_to_correlations() {
        let x = |name: &str, loading| Determinant::normal(name, 0.0).loading(loading);
        let world = World::new(20_000)
            .determinant(x("a", 0.9))
            .determinant(x("b", -0.6))
            .determinant(x("c", 1.0))
            .determinant(x("d", 0.0));
        let made = draw(&world).unwrap();
        let pairs = [("a", "b", -0.54), ("a", "c", 0.9), ("b", "c", -0.6), ("a", "d", 0.0)];
        for (one, other, wanted) in pairs {
            let found = correlation(&column(&made, one), &column(&made, other));
            let standard_error = (1.0 - wanted * wanted) / 20_000f64.sqrt();
            assert!((found - wanted).abs() < 4.0 * standard_error, "{one}, {other}: {found}");
        }
    }

    #[test]
    fn a_share_of_the_factor_makes_rows_of_an_area_alike() {
        let world = World::new(40_000)
            .declared_level(DeclaredLevel::new("town", 20_000, 0.0).sizes(Sizes::Equal))
            .factor_share("town", 0.4)
            .determinant(Determinant::normal("x", 0.0).loading(1.0))
            .determinant(Determinant::normal("town x", 0.0).loading(-0.8).at_level("town"));
        let made = draw(&world).unwrap();
        let x = column(&made, "x");
        let (first, second): (Vec<f64>, Vec<f64>) = x.chunks(2).map(|pair| (pair[0], pair[1])).unzip();
        let within = correlation(&first, &second);
        assert!((within - 0.4).abs() < 4.0 * 0.84 / 20_000f64.sqrt(), "{within}");
        // The rows see √0.4 of what the towns share.
        let town: Vec<f64> = column(&made, "town x").chunks(2).map(|pair| pair[0]).collect();
        let wanted = -0.8 * 0.4f64.sqrt();
        let across = correlation(&first, &town);
        assert!((across - wanted).abs() < 4.0 / 20_000f64.sqrt(), "{across}");
    }

    #[test]
    fn a_determinant_at_a_level_is_constant_within_its_areas_only() {
        let world = World::new(300)
            .level("region", 4, 0.0)
            .level("town", 30, 0.0)
            .determinant(Determinant::normal("x", 0.1).at_level("town"));
        let made = draw(&world).unwrap();
        let codes = made.table.codes("town").unwrap();
        let mut values = std::collections::BTreeMap::new();
        for (code, x) in codes.into_iter().zip(column(&made, "x")) {
            assert_eq!(*values.entry(code).or_insert(x), x);
        }
        let mut distinct: Vec<f64> = values.into_values().collect();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        assert_eq!(distinct.len(), 30);
    }

    #[test]
    fn a_standardised_logged_term_has_mean_0_and_sd_1_on_its_own_scale() {
        let determinant = Determinant::new("x", 0.5, Marginal::log_normal(4.0, 0.7));
        let made = draw(&World::new(400).determinant(determinant.logged().standardised())).unwrap();
        let term = &made.truth.terms[0];
        let regressor: Vec<f64> = column(&made, "x").iter().map(|&x| term.regressor(x)).collect();
        let (mean, sd) = mean_and_sd(&regressor);
        assert!(mean.abs() < 1e-13 && (sd - 1.0).abs() < 1e-13);
        assert!((term.centre - 4f64.ln()).abs() < 4.0 * 0.7 / 20.0);
        assert!((made.truth.fixed_part[7] - 0.5 * regressor[7]).abs() < 1e-14);
    }

    #[test]
    fn a_share_of_people_is_whole_people_and_at_least_one() {
        let people = Determinant::new("people", 0.0, Marginal::log_normal(5.0, 2.0).decimals(0));
        let world =
            World::new(2000).determinant(people).exposure_as_share_of("people", Marginal::constant(0.25));
        let made = draw(&world).unwrap();
        let people = column(&made, "people");
        for (people, exposure) in people.iter().zip(column(&made, "exposure")) {
            assert_eq!(exposure, (people * 0.25).round().max(1.0));
        }
        assert!(people.contains(&0.0));
    }

    #[test]
    fn drawn_values_that_cannot_be_used_are_refused_with_their_place() {
        let about = |world: World| -> Error { draw(&world).unwrap_err() };
        let error = about(World::new(50).determinant(Determinant::normal("x", 0.1).logged()));
        assert_eq!((error.code(), error.column()), ("transform-domain", Some("x")));
        assert!(!error.rows().is_empty() && error.rows().len() < 50);
        let flat = Determinant::new("x", 0.1, Marginal::constant(2.1)).standardised();
        assert_eq!(about(World::new(50).determinant(flat)).code(), "constant");
        let single = Determinant::normal("x", 0.1).standardised();
        assert_eq!(about(World::new(1).determinant(single)).code(), "constant");
        let error = about(World::new(50).exposure(Marginal::normal(0.0, 1.0)));
        assert_eq!(error.code(), "invalid-exposure");
        assert!(!error.rows().is_empty() && error.rows().len() < 50);
    }
}
