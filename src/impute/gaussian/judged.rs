//! What the outcome does: exact conditionals, no attenuation.

use super::acceptance::Tally;
use super::cells::Cells;
use super::completed::{Completed, Standard};
use super::fixture::{World, seeded};
use super::regression::{mean, poisson, rising};
use super::tier::{Gaps, Tier, Unit};
use ndarray::{Array1, Array2, Axis, array};
use rand_distr::{Distribution, Poisson};

/// Mean and variance of exp(of_normal + of_count) on a fine grid.
fn by_grid(log_density: impl Fn(f64) -> f64) -> (f64, f64) {
    let grid: Vec<f64> = (0..=40_000).map(|step| -8.0 + f64::from(step) * 4e-4).collect();
    let top = grid.iter().map(|x| log_density(*x)).fold(f64::NEG_INFINITY, f64::max);
    let moment = |power: i32| grid.iter().map(|x| x.powi(power) * (log_density(*x) - top).exp()).sum::<f64>();
    let mean = moment(1) / moment(0);
    (mean, moment(2) / moment(0) - mean * mean)
}

/// One row with an observed and a missing cell; Σ⁻¹ = [2, −1; −1, 1.5], mean 0.3 and −0.2, observed 1.
#[test]
fn a_cell_follows_the_normal_times_the_probability_of_the_count() {
    for count in [0.0, 3.0, 4000.0] {
        let outcome = |x: f64| count * (4.0 + 1.3 * x) - (4.0 + 1.3 * x).exp();
        let centre = -0.2 + (1.0 - 0.3) / 1.5;
        let (expected, variance) = by_grid(|x| outcome(x) - 0.75 * (x - centre).powi(2));
        let mut tier = Tier {
            parents: vec![0],
            latent: 0,
            values: array![[1.0, 0.0]],
            gaps: vec![Gaps { columns: vec![1], units: vec![Unit { at: 0, rows: vec![0], moves: 0 }] }],
        };
        let standard = |at| Standard { at, centre: 0.0, scale: 1.0 };
        let mut completed = Completed::new(array![[1.0, 0.0]], vec![standard(0), standard(1)]);
        let (mut tally, mut rng) = (Tally::default(), seeded(31));
        let mut judge = |_: usize, values: &[f64]| outcome(values[1]);
        let mut draws = Vec::new();
        for sweep in 0..60_500 {
            let mut cells = Cells {
                completed: &mut completed,
                outcome: Some(&mut judge),
                tally: &mut tally,
                rng: &mut rng,
            };
            let precision = array![[2.0, -1.0], [-1.0, 1.5]];
            cells.draw(&mut tier, array![[0.3, -0.2]].view(), &precision).unwrap();
            if sweep >= 500 {
                draws.push(tier.values[[0, 1]]);
            }
        }
        let draws = Array1::from(draws);
        // Some 1,000 independent draws are in these 60,000 where the count leaves least of the normal.
        let (found, spread) = (mean(draws.view()), draws.var(0.0));
        assert!((found - expected).abs() < 0.1 * variance.sqrt(), "{count}: {found} for {expected}");
        assert!((spread / variance - 1.0).abs() < 0.15, "{count}: {spread} for {variance}");
        assert_eq!(completed.table()[[0, 1]], tier.values[[0, 1]]);
    }
}

/// Slopes 0.6 and -0.3 of Poisson counts on two columns, the first missing in half the rows, most where the second is
/// high; pooled over tables in which the slopes are drawn in turn.
fn pooled_slope(judged: Judged) -> f64 {
    let world = World {
        mean: array![0.5, 0.0],
        levels: vec![(60, array![[0.5, 0.0], [0.2, 0.3]])],
        rows: (1500, array![[0.9, 0.0], [0.4, 0.8]]),
    };
    let mut rng = seeded(41);
    let mut drawn = world.draw(&mut rng);
    let counts: Vec<f64> = drawn
        .full
        .rows()
        .into_iter()
        .map(|row| Poisson::new((0.7 + 0.6 * row[0] - 0.3 * row[1]).exp()).unwrap().sample(&mut rng))
        .collect();
    let second = drawn.full.column(1).to_owned();
    drawn.delete(0, |row| 0.2 + rising(second[row]), &mut rng);
    let mut state = drawn.gaussian();
    let mut slopes = Vec::new();
    for sweep in 0..260 {
        let slope = poisson(&counts, state.values());
        if sweep >= 60 {
            slopes.push(slope.coefficients[1]);
        }
        match judged {
            Judged::ByTheColumnsAlone => state.sweep(&mut rng).unwrap(),
            Judged::ByTheCount => {
                let beta = slope.draw(&mut rng);
                let mut outcome = |row: usize, values: &[f64]| {
                    let eta = beta[0] + beta[1] * values[0] + beta[2] * values[1];
                    counts[row] * eta - eta.exp()
                };
                state.sweep_given(&mut rng, &mut outcome).unwrap();
            }
        }
    }
    slopes.iter().sum::<f64>() / slopes.len() as f64
}

#[derive(Clone, Copy)]
enum Judged {
    ByTheColumnsAlone,
    ByTheCount,
}

#[test]
fn a_slope_is_attenuated_by_cells_that_know_nothing_of_the_count_and_not_by_cells_that_do() {
    let (alone, given) = (pooled_slope(Judged::ByTheColumnsAlone), pooled_slope(Judged::ByTheCount));
    assert!((given - 0.6).abs() < 0.06, "{given}");
    assert!(alone < 0.45, "{alone}");
}

/// A missing cell of an area is judged by all its rows at once.
#[test]
fn a_cell_of_an_area_follows_what_all_its_rows_say() {
    let counts = [12.0, 30.0, 5.0, 9.0];
    let outcome = |row: usize, x: f64| counts[row] * (2.0 + 0.5 * x) - (2.0 + 0.5 * x).exp();
    let (expected, variance) = by_grid(|x| (0..4).map(|row| outcome(row, x)).sum::<f64>() - 0.5 * x * x);
    let mut tier = Tier {
        parents: vec![0],
        latent: 0,
        values: Array2::zeros((1, 1)),
        gaps: vec![Gaps { columns: vec![0], units: vec![Unit { at: 0, rows: vec![0, 1, 2, 3], moves: 0 }] }],
    };
    let mut completed =
        Completed::new(Array2::zeros((4, 1)), vec![Standard { at: 0, centre: 0.0, scale: 1.0 }]);
    let (mut tally, mut rng) = (Tally::default(), seeded(32));
    let mut judge = |row: usize, values: &[f64]| outcome(row, values[0]);
    let mut draws = Array1::zeros(40_000);
    for draw in &mut draws {
        let mut cells =
            Cells { completed: &mut completed, outcome: Some(&mut judge), tally: &mut tally, rng: &mut rng };
        cells.draw(&mut tier, Array2::zeros((1, 1)).view(), &array![[1.0]]).unwrap();
        *draw = tier.values[[0, 0]];
    }
    assert!((mean(draws.view()) - expected).abs() < 0.1 * variance.sqrt());
    assert!((draws.var(0.0) / variance - 1.0).abs() < 0.1);
    assert!(completed.table().axis_iter(Axis(0)).all(|row| row[0] == tier.values[[0, 0]]));
}
