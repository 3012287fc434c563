//! Whether a declared world can be.

use super::determinant::Determinant;
use super::level::{Codes, DeclaredLevel};
use super::world::{Exposed, Intercept, World};
use crate::error::{ErrorKind, Result};
use crate::family::Scatter;

/// More than any number of areas needs.
const MOST_DIGITS: usize = 20;

/// Refuses a world that cannot be drawn, with everything that is wrong with it.
pub(super) fn check(world: &World) -> Result<()> {
    let mut faults = Vec::new();
    rows_and_levels(world, &mut faults);
    effects_and_counts(world, &mut faults);
    for determinant in &world.determinants {
        determinant_faults(world, determinant, &mut faults);
    }
    factor(world, &mut faults);
    exposure(world, &mut faults);
    names(world, &mut faults);
    match faults.is_empty() {
        true => Ok(()),
        false => Err(ErrorKind::Specification {
            message: format!("this world cannot be drawn: {}", faults.join("; ")),
        }
        .into()),
    }
}

fn rows_and_levels(world: &World, faults: &mut Vec<String>) {
    if world.rows == 0 {
        faults.push("it has no rows".into());
    }
    for (l, level) in world.levels.iter().enumerate() {
        let (children, what) = match world.levels.get(l + 1) {
            Some(finer) => (finer.areas, format!("areas of level '{}'", finer.name)),
            None => (world.rows, "rows".into()),
        };
        if level.areas == 0 {
            faults.push(format!("level '{}' has no areas", level.name));
        }
        if level.areas > children {
            faults.push(format!(
                "level '{}' has {} areas for {children} {what}, but every area needs one",
                level.name, level.areas
            ));
        }
        given_sizes(level, children, &what, faults);
        let (Codes::Running { digits, .. } | Codes::WithinParent { digits, .. }) = &level.codes;
        if *digits > MOST_DIGITS {
            faults.push(format!(
                "the codes of level '{}' shall have {digits} digits, more than {MOST_DIGITS}",
                level.name
            ));
        }
        sd(&format!("level '{}'", level.name), level.sd, faults);
    }
}

fn given_sizes(level: &DeclaredLevel, children: usize, what: &str, faults: &mut Vec<String>) {
    let Some(sizes) = level.sizes.given() else {
        return;
    };
    if sizes.len() != level.areas {
        faults.push(format!("level '{}' has {} areas but {} sizes", level.name, level.areas, sizes.len()));
    }
    let total = sizes.iter().try_fold(0usize, |total, &size| total.checked_add(size));
    if total != Some(children) {
        faults.push(format!("the sizes of level '{}' do not add up to the {children} {what}", level.name));
    }
    if sizes.contains(&0) {
        faults.push(format!("level '{}' has an area of size 0", level.name));
    }
}

fn effects_and_counts(world: &World, faults: &mut Vec<String>) {
    sd("the rows", world.row_sd, faults);
    match world.intercept {
        Intercept::Given(intercept) if !intercept.is_finite() => {
            faults.push(format!("the intercept is {intercept}"));
        }
        Intercept::ForRate(rate) if !(rate.is_finite() && rate > 0.0) => {
            faults.push(format!("the rate is {rate}, but it must be above 0"));
        }
        _ => {}
    }
    match world.scatter {
        Scatter::NegBin2 { theta } if !(theta.is_finite() && theta > 0.0) => {
            faults.push(format!(
                "theta is {theta}, but it must be above 0 (without theta the counts are Poisson)"
            ));
        }
        _ => {}
    }
}

fn sd(of: &str, sd: f64, faults: &mut Vec<String>) {
    if !(sd.is_finite() && sd >= 0.0) {
        faults.push(format!("the standard deviation of {of} is {sd}, but it must be at least 0"));
    }
}

fn determinant_faults(world: &World, determinant: &Determinant, faults: &mut Vec<String>) {
    let name = &determinant.name;
    if !determinant.coefficient.is_finite() {
        faults.push(format!("the coefficient of '{name}' is {}", determinant.coefficient));
    }
    if let Some(fault) = determinant.marginal.fault() {
        faults.push(format!("the distribution of '{name}': {fault}"));
    }
    if !(-1.0..=1.0).contains(&determinant.loading) {
        faults.push(format!(
            "the loading of '{name}' is {}, but it lies between -1 and 1",
            determinant.loading
        ));
    }
    let Some(level) = &determinant.level else { return };
    match position(world, level) {
        None => faults.push(format!("'{name}' sits on level '{level}', which is not declared")),
        Some(at) if determinant.loading != 0.0 && !shared_down_to(world, at) => faults.push(format!(
            "'{name}' loads on the common factor at level '{level}', but no share of the factor lies there or above"
        )),
        Some(_) => {}
    }
}

fn position(world: &World, level: &str) -> Option<usize> {
    world.levels.iter().position(|known| known.name == level)
}

fn shared_down_to(world: &World, level: usize) -> bool {
    world.levels[..=level].iter().any(|level| {
        let mut shares = world.factor_shares.iter();
        shares.any(|(name, share)| *name == level.name && *share > 0.0)
    })
}

fn factor(world: &World, faults: &mut Vec<String>) {
    for (i, (level, share)) in world.factor_shares.iter().enumerate() {
        if position(world, level).is_none() {
            faults.push(format!("the common factor has a share on level '{level}', which is not declared"));
        }
        if world.factor_shares[..i].iter().any(|(known, _)| known == level) {
            faults.push(format!("the common factor has two shares on level '{level}'"));
        }
        if !(0.0..=1.0).contains(share) {
            faults.push(format!(
                "the common factor's share on level '{level}' is {share}, but it lies between 0 and 1"
            ));
        }
    }
    let total: f64 = world.factor_shares.iter().map(|(_, share)| share).sum();
    // Shares such as 0.7, 0.2 and 0.1 may add up to a rounding error more than 1.
    if total > 1.0 + 1e-12 {
        faults.push(format!("the common factor's shares add up to {total}, more than 1"));
    }
}

fn exposure(world: &World, faults: &mut Vec<String>) {
    let marginal = match &world.exposure {
        Exposed::Drawn(marginal) => marginal,
        Exposed::ShareOf { determinant, share } => {
            if !world.determinants.iter().any(|known| known.name == *determinant) {
                faults.push(format!("the exposure is a share of '{determinant}', which is not declared"));
            }
            share
        }
    };
    if let Some(fault) = marginal.fault() {
        faults.push(format!("the distribution of the exposure: {fault}"));
    }
}

fn names(world: &World, faults: &mut Vec<String>) {
    let levels = world.levels.iter().flat_map(|level| {
        let label = level.label.iter().map(|label| &label.column);
        std::iter::once(&level.name).chain(label)
    });
    let determinants = world.determinants.iter().map(|determinant| &determinant.name);
    let known: Vec<&String> =
        levels.chain([&world.names.exposure, &world.names.count]).chain(determinants).collect();
    repeated(&known, faults);
    let chosen: Vec<&String> = world.names.columns.iter().map(|(name, _)| name).collect();
    repeated(&chosen, faults);
    for (name, holds) in &world.names.columns {
        if !known.contains(&holds) {
            faults.push(format!("column '{name}' shall hold '{holds}', which is not declared"));
        }
    }
}

fn repeated(names: &[&String], faults: &mut Vec<String>) {
    for (i, name) in names.iter().enumerate() {
        if names[..i].contains(name) {
            faults.push(format!("the name '{name}' is used twice"));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::simulate::{Marginal, Sizes};
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    fn refusal(world: &World) -> String {
        let error = world.draw(&mut ChaCha12Rng::seed_from_u64(1)).unwrap_err();
        assert_eq!(error.code(), "specification", "{error}");
        error.to_string()
    }

    #[test]
    fn each_impossible_world_is_refused_for_its_own_reason() {
        let world = || World::new(20).level("region", 2, 0.1).level("town", 5, 0.1);
        let x = || Determinant::normal("x", 0.1);
        let sized = |sizes: &[usize]| {
            World::new(20)
                .declared_level(DeclaredLevel::new("region", 2, 0.1).sizes(Sizes::Given(sizes.to_vec())))
        };
        let cases = [
            (World::new(0), "no rows"),
            (World::new(3).level("town", 4, 0.1), "4 areas for 3 rows"),
            (
                World::new(9).level("region", 5, 0.1).level("town", 4, 0.1),
                "5 areas for 4 areas of level 'town'",
            ),
            (World::new(3).level("town", 0, 0.1), "no areas"),
            (world().level("wijk", 20, -0.1), "standard deviation of level 'wijk'"),
            (world().row_sd(f64::NAN), "standard deviation of the rows"),
            (world().theta(0.0), "theta is 0"),
            (world().theta(f64::INFINITY), "theta is inf"),
            (world().intercept(f64::INFINITY), "the intercept is inf"),
            (world().rate(0.0), "the rate is 0"),
            (world().determinant(x().loading(1.1)), "loading of 'x'"),
            (world().determinant(x().at_level("wijk")), "sits on level 'wijk'"),
            (world().determinant(x().at_level("town").loading(0.5)), "no share of the factor"),
            (world().determinant(Determinant::normal("x", f64::NAN)), "coefficient of 'x'"),
            (world().determinant(Determinant::binary("x", 0.1, 2.0)), "distribution of 'x'"),
            (world().factor_share("wijk", 0.5), "share on level 'wijk'"),
            (world().factor_share("town", 0.7).factor_share("region", 0.7), "more than 1"),
            (world().factor_share("town", 0.1).factor_share("town", 0.1), "two shares"),
            (world().factor_share("town", -0.1), "share on level 'town' is -0.1"),
            (world().exposure(Marginal::normal(1.0, -1.0)), "distribution of the exposure"),
            (world().exposure_as_share_of("people", Marginal::constant(0.5)), "share of 'people'"),
            (world().determinant(x()).determinant(x()), "name 'x' is used twice"),
            (world().determinant(Determinant::normal("count", 0.1)), "'count' is used twice"),
            (world().columns(&[("a", "exposure"), ("a", "count")]), "'a' is used twice"),
            (world().columns(&[("a", "people")]), "shall hold 'people', which is not declared"),
            (
                World::new(3).declared_level(
                    DeclaredLevel::new("town", 3, 0.1)
                        .codes(Codes::Running { prefix: "T".into(), digits: 100_000 }),
                ),
                "100000 digits",
            ),
            (sized(&[19]), "2 areas but 1 sizes"),
            (sized(&[10, 9]), "do not add up to the 20 rows"),
            (sized(&[20, 0]), "an area of size 0"),
        ];
        for (world, reason) in cases {
            let message = refusal(&world);
            assert!(message.contains(reason), "'{reason}' is not in: {message}");
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let world = World::new(3).level("town", 4, -1.0).theta(-1.0).rate(-1.0);
        let message = refusal(&world);
        assert_eq!(message.matches(';').count(), 3, "{message}");
    }
}
