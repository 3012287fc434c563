//! The sampler finds the world that the data came from.

use super::fixture::{Drawn, World, seeded};
use super::regression::{Regression, covers, first_on_others, mean, rising};
use super::{Gaussian, Measured};
use ndarray::{Array1, Array2, Axis, array};
use rand::seq::SliceRandom;

/// Rows 2,000 in 100 areas; a mean of -1, 2 and 0.5.
fn world() -> World {
    World {
        mean: array![-1.0, 2.0, 0.5],
        levels: vec![(100, array![[0.7, 0.0, 0.0], [0.3, 0.5, 0.0], [-0.2, 0.1, 0.4]])],
        rows: (2000, array![[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [-0.4, 0.3, 0.7]]),
    }
}

/// The second and third columns are missing more often where the first is high.
fn with_gaps(world: &World, seed: u64) -> Drawn {
    let mut rng = seeded(seed);
    let mut drawn = world.draw(&mut rng);
    let first = drawn.full.column(0).to_owned();
    let centre = world.mean[0];
    drawn.delete(1, |row| rising(first[row] - centre), &mut rng);
    drawn.delete(2, |row| rising(first[row] - centre), &mut rng);
    drawn
}

struct Means {
    mean: Array1<f64>,
    level: Array2<f64>,
    rows: Array2<f64>,
    slopes: Array1<f64>,
}

fn posterior_means(state: &mut Gaussian, sweeps: usize) -> Means {
    let mut rng = seeded(99);
    let all: Vec<usize> = (0..state.values().nrows()).collect();
    let (p, share) = (state.values().ncols(), 1.0 / sweeps as f64);
    let zeros = Array2::<f64>::zeros((p, p));
    let mut sums =
        Means { mean: Array1::zeros(p), level: zeros.clone(), rows: zeros, slopes: Array1::zeros(p) };
    for sweep in 0..sweeps + 100 {
        state.sweep(&mut rng).unwrap();
        if sweep >= 100 {
            sums.mean.scaled_add(share, &state.mean());
            sums.level.scaled_add(share, &state.covariance(0).unwrap());
            sums.rows.scaled_add(share, &state.covariance(1).unwrap());
            sums.slopes.scaled_add(share, &first_on_others(state.values(), &all).coefficients);
        }
    }
    sums
}

fn furthest<'a>(a: impl IntoIterator<Item = &'a f64>, b: impl IntoIterator<Item = &'a f64>) -> f64 {
    a.into_iter().zip(b).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

/// The bounds are some four standard errors of what these 2,000 rows in 100 areas can tell.
#[test]
fn means_covariances_and_slopes_are_those_of_the_world_where_complete_rows_mislead() {
    let world = world();
    let drawn = with_gaps(&world, 11);
    let found = posterior_means(&mut drawn.gaussian(), 400);
    let level = world.levels[0].1.dot(&world.levels[0].1.t());
    let rows = world.rows.1.dot(&world.rows.1.t());
    let all: Vec<usize> = (0..2000).collect();
    let truth = first_on_others(drawn.full.view(), &all).coefficients;

    assert!(furthest(&found.mean, &world.mean) < 0.3, "{}", found.mean);
    let full = drawn.full.mean_axis(Axis(0)).unwrap();
    assert!(furthest(&found.mean, &full) < 0.08, "{} {full}", found.mean);
    assert!(furthest(&found.level, &level) < 0.25, "{} {level}", found.level);
    assert!(furthest(&found.rows, &rows) < 0.13, "{} {rows}", found.rows);
    assert!(furthest(&found.slopes, &truth) < 0.08, "{} {truth}", found.slopes);

    let complete = drawn.complete();
    let slopes = first_on_others(drawn.full.view(), &complete).coefficients;
    assert!(furthest(&slopes, &truth) > 0.25, "{slopes} {truth}");
    let observed = mean(drawn.full.select(Axis(0), &complete).column(1));
    assert!((observed - full[1]).abs() > 0.15, "{observed} {full}");
}

#[test]
fn a_level_with_hardly_any_variance_is_found_to_have_hardly_any() {
    let mut world = world();
    world.levels[0] = (100, Array2::from_diag_elem(3, 1e-3));
    let found = posterior_means(&mut with_gaps(&world, 12).gaussian(), 300);
    assert!(found.level.diag().iter().all(|variance| *variance < 0.02), "{}", found.level);
}

#[test]
fn rows_in_another_order_give_the_same_answer() {
    let drawn = with_gaps(&world(), 13);
    let mut order: Vec<usize> = (0..2000).collect();
    order.shuffle(&mut seeded(14));
    let shuffled = Drawn {
        full: drawn.full.select(Axis(0), &order),
        cells: drawn.cells.iter().map(|cells| order.iter().map(|&row| cells[row]).collect()).collect(),
        areas: drawn.areas.iter().map(|areas| order.iter().map(|&row| areas[row]).collect()).collect(),
    };
    let (one, other) =
        (posterior_means(&mut drawn.gaussian(), 300), posterior_means(&mut shuffled.gaussian(), 300));
    assert!(furthest(&one.mean, &other.mean) < 0.03);
    assert!(furthest(&one.rows, &other.rows) < 0.03);
    assert!(furthest(&one.slopes, &other.slopes) < 0.02);
}

/// y = 1 + 0.5 x₁ − 0.4 x₂ + noise, x₁ and x₂ with effects of 20 areas; y stands first.
fn regression_world() -> World {
    let slopes = array![[0.5, -0.4], [1.0, 0.0], [0.0, 1.0]];
    let effects = slopes.dot(&array![[0.6, 0.0], [0.2, 0.5]]);
    let own = slopes.dot(&array![[0.8, 0.0], [0.4, 0.7]]);
    let rows = Array2::from_shape_fn((3, 3), |(j, k)| match k {
        0 => f64::from(j == 0),
        _ => own[[j, k - 1]],
    });
    World { mean: array![1.0, 0.0, 0.0], levels: vec![(20, effects)], rows: (400, rows) }
}

/// How many of two slopes per world the pooled intervals cover.
fn covered(worlds: u64, tables: usize) -> (usize, usize) {
    let world = regression_world();
    let all: Vec<usize> = (0..400).collect();
    let (mut covered, mut of_complete) = (0, 0);
    for seed in 0..worlds {
        let drawn = with_gaps(&world, 1000 + seed);
        let (mut state, mut rng) = (drawn.gaussian(), seeded(seed));
        let mut fits: Vec<Regression> = Vec::new();
        for sweep in 0..60 + 8 * tables {
            state.sweep(&mut rng).unwrap();
            if sweep >= 60 && sweep % 8 == 0 {
                fits.push(first_on_others(state.values(), &all));
            }
        }
        let complete = first_on_others(drawn.full.view(), &drawn.complete());
        for (at, truth) in [(1, 0.5), (2, -0.4)] {
            covered += usize::from(covers(&fits, at, truth));
            let error = (complete.coefficients[at] - truth).abs();
            of_complete += usize::from(error < 1.97 * complete.covariance[[at, at]].sqrt());
        }
    }
    (covered, of_complete)
}

#[test]
fn pooled_intervals_of_regression_slopes_cover_and_those_of_complete_rows_do_not() {
    let (covered, of_complete) = covered(100, 10);
    assert!((176..=198).contains(&covered), "{covered} of 200");
    assert!(of_complete < 172, "{of_complete} of 200");
}

#[test]
#[ignore = "a minute: the bounds are three standard errors of 1,200 worlds"]
fn pooled_intervals_cover_what_they_say() {
    let (covered, _) = covered(1200, 20);
    let share = covered as f64 / 2400.0;
    assert!((0.932..=0.968).contains(&share), "{share}");
}

/// With the world's parameters known well, the true cell is one more draw of its predictive distribution.
#[test]
fn a_deleted_cells_rank_among_its_draws_is_uniform() {
    let world =
        World { rows: (1200, world().rows.1), levels: vec![(60, world().levels[0].1.clone())], ..world() };
    let mut counts = [0_usize; 20];
    for seed in 0..12 {
        let drawn = with_gaps(&world, 2000 + seed);
        let (mut state, mut rng) = (drawn.gaussian(), seeded(seed));
        let mut draws = Vec::new();
        for sweep in 0..60 + 19 * 12 {
            state.sweep(&mut rng).unwrap();
            if sweep >= 60 && sweep % 12 == 0 {
                draws.push(state.values().to_owned());
            }
        }
        // Two rows of each area, so that they hardly share their effects' errors.
        for row in (0..1200).filter(|row| row % 10 == 0 && drawn.cells[1][*row].is_none()) {
            let truth = drawn.full[[row, 1]];
            counts[draws.iter().filter(|draw| draw[[row, 1]] < truth).count()] += 1;
        }
    }
    let expected = counts.iter().sum::<usize>() as f64 / 20.0;
    let chi: f64 = counts.iter().map(|&n| (n as f64 - expected).powi(2) / expected).sum();
    assert!(expected > 15.0 && chi < 43.8, "chi-square {chi} on 19 degrees of freedom, {counts:?}");
}

/// A column of areas, missing for areas in which the first column is high on average: its mean and its slope on the
/// area's effect survive.
#[test]
fn a_column_of_areas_is_recovered_from_what_it_goes_with() {
    let world = World {
        mean: array![0.0, 3.0],
        levels: vec![(300, array![[0.8, 0.0], [0.7, 0.5]])],
        rows: (3000, array![[1.0, 0.0], [0.0, 0.0]]),
    };
    let mut rng = seeded(21);
    let mut drawn = world.draw(&mut rng);
    let high: Vec<f64> = (0..300)
        .map(|area| mean(drawn.full.column(0).slice_axis(Axis(0), (area * 10..area * 10 + 10).into())))
        .collect();
    for (area, high) in high.iter().enumerate() {
        if rising(*high) > 0.35 {
            drawn.cells[1][area * 10..area * 10 + 10].fill(None);
        }
    }
    let gone = drawn.cells[1].iter().filter(|cell| cell.is_none()).count();
    let mut state = drawn.gaussian_of(&[Measured::Rows, Measured::Areas(0)]).unwrap();
    let (mut of_mean, mut covariance) = (0.0, Array2::<f64>::zeros((2, 2)));
    for sweep in 0..500 {
        state.sweep(&mut rng).unwrap();
        if sweep >= 100 {
            of_mean += state.mean()[1] / 400.0;
            covariance.scaled_add(1.0 / 400.0, &state.covariance(0).unwrap());
        }
    }
    let full = mean(drawn.full.column(1));
    let seen: Vec<f64> = drawn.cells[1].iter().copied().flatten().collect();
    let naive = seen.iter().sum::<f64>() / seen.len() as f64;
    assert!(gone > 1000 && (naive - full).abs() > 0.25, "{gone} {naive} {full}");
    assert!((of_mean - full).abs() < 0.15, "{of_mean} {full}");
    assert!((covariance[[0, 1]] / covariance[[0, 0]] - 0.875).abs() < 0.2, "{covariance}");
}
