//! What holds for any data: observed cells, areas, seeds, refusals.

use super::fixture::{Drawn, World, seeded};
use super::{Column, Gaussian, Level, Measured};
use ndarray::{Array1, Array2, array};

fn world() -> World {
    World {
        mean: array![1e6, -2.0, 1e-3],
        levels: vec![(5, Array2::from_diag_elem(3, 0.4)), (20, Array2::from_diag_elem(3, 0.5))],
        rows: (200, array![[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [-0.3, 0.5, 0.7]]),
    }
}

fn with_gaps() -> Drawn {
    let mut rng = seeded(1);
    let mut drawn = world().draw(&mut rng);
    drawn.delete(0, |row| if row % 7 == 0 { 0.5 } else { 0.1 }, &mut rng);
    drawn.delete(2, |_| 0.3, &mut rng);
    drawn
}

#[test]
fn a_fully_observed_table_comes_back_bit_for_bit() {
    let drawn = world().draw(&mut seeded(3));
    let mut state = drawn.gaussian();
    let mut rng = seeded(4);
    for _ in 0..5 {
        state.sweep(&mut rng).unwrap();
        state.sweep_given(&mut rng, &mut |_, _| panic!("nothing to judge")).unwrap();
    }
    assert_eq!(state.values(), drawn.full);
}

#[test]
fn observed_cells_keep_their_bits_and_missing_ones_move() {
    let drawn = with_gaps();
    let mut state = drawn.gaussian();
    let start = state.values().to_owned();
    state.sweep(&mut seeded(2)).unwrap();
    for ((row, column), value) in state.values().indexed_iter() {
        match drawn.cells[column][row] {
            Some(cell) => assert_eq!(*value, cell),
            None => assert_ne!(*value, start[[row, column]]),
        }
    }
}

#[test]
fn equal_seeds_give_equal_bits_and_others_do_not() {
    let run = |seed| {
        let (mut state, mut rng) = (with_gaps().gaussian(), seeded(seed));
        for _ in 0..10 {
            state.sweep_given(&mut rng, &mut |_, row| -row[2].powi(2)).unwrap();
        }
        (state.values().to_owned(), state.mean(), state.covariance(1))
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7).0, run(8).0);
}

#[test]
fn an_outcome_that_refuses_everything_leaves_the_cells_and_names_the_rows() {
    let drawn = with_gaps();
    let (mut state, mut rng) = (drawn.gaussian(), seeded(2));
    let start = state.values().to_owned();
    let mut asked = 0;
    for _ in 0..3 {
        let mut first = true;
        let mut last = usize::MAX;
        let mut refuse = |row: usize, _: &[f64]| {
            first = row != last;
            (last, asked) = (row, asked + 1);
            if first { 0.0 } else { f64::NEG_INFINITY }
        };
        state.sweep_given(&mut rng, &mut refuse).unwrap();
    }
    assert_eq!(state.values(), start);
    let holes: Vec<usize> = (0..200).filter(|row| !drawn.complete().contains(row)).collect();
    assert_eq!(state.acceptance().stuck, holes);
    assert_eq!(asked, 3 * 5 * holes.len());
}

#[test]
fn an_outcome_that_says_nothing_accepts_everything() {
    let (mut state, mut rng) = (with_gaps().gaussian(), seeded(2));
    state.sweep_given(&mut rng, &mut |_, _| -3.0).unwrap();
    let acceptance = state.acceptance();
    assert!(acceptance.stuck.is_empty());
    assert!(acceptance.steps.iter().all(|step| step.proposed > 50 && step.accepted == step.proposed));
    state.forget();
    assert!(state.acceptance().steps.iter().all(|step| step.proposed == 0));
}

#[test]
fn the_outcome_sees_the_whole_row_in_the_callers_units() {
    let drawn = with_gaps();
    let (mut state, mut rng) = (drawn.gaussian(), seeded(2));
    let mut look = |row: usize, values: &[f64]| {
        let seen = values.iter().zip(&drawn.cells).filter(|(_, cells)| cells[row].is_some());
        seen.for_each(|(value, cells)| assert_eq!(Some(*value), cells[row]));
        assert_eq!(values.len(), 3);
        0.0
    };
    state.sweep_given(&mut rng, &mut look).unwrap();
}

/// b measured on the finer areas, c on the coarser: the value of the first row of each.
fn with_columns_of_areas() -> Drawn {
    let mut drawn = world().draw(&mut seeded(5));
    for row in 0..200 {
        for (column, size) in [(1, 10), (2, 40)] {
            drawn.full[[row, column]] = drawn.full[[row - row % size, column]];
            drawn.cells[column][row] = Some(drawn.full[[row, column]]);
        }
    }
    drawn
}

#[test]
fn a_column_of_areas_is_filled_within_its_area_and_drawn_once_for_all_its_rows() {
    let mut drawn = with_columns_of_areas();
    for row in 0..200 {
        if row % 10 > 0 || row / 10 % 3 == 0 {
            drawn.cells[1][row] = None;
        }
        if row < 40 {
            drawn.cells[2][row] = None;
        }
    }
    let mut state = drawn.gaussian_of(&[Measured::Rows, Measured::Areas(1), Measured::Areas(0)]).unwrap();
    let mut rng = seeded(6);
    state.sweep(&mut rng).unwrap();
    let first = state.values().to_owned();
    for _ in 0..3 {
        state.sweep_given(&mut rng, &mut |_, _| 0.0).unwrap();
    }
    let values = state.values();
    for row in 0..200 {
        assert_eq!(values[[row, 1]], values[[row - row % 10, 1]]);
        assert_eq!(values[[row, 1]] == drawn.full[[row, 1]], row / 10 % 3 != 0);
        assert_eq!(values[[row, 2]], values[[row - row % 40, 2]]);
        assert_eq!(values[[row, 2]] == drawn.full[[row, 2]], row >= 40);
        assert_eq!(values[[row, 2]] == first[[row, 2]], row >= 40);
    }
}

#[test]
fn a_column_of_areas_alone_needs_no_column_of_rows() {
    let mut drawn = with_columns_of_areas();
    drawn.cells.drain(..1);
    drawn.cells[0][..10].fill(None);
    let mut state = drawn.gaussian_of(&[Measured::Areas(1), Measured::Areas(0)]).unwrap();
    state.sweep(&mut seeded(6)).unwrap();
    assert_eq!(state.covariance(2), Some(Array2::zeros((2, 2))));
    assert_eq!(state.covariance(3), None);
}

#[test]
fn without_levels_the_rows_vary_about_the_overall_mean() {
    let mut drawn = with_gaps();
    drawn.areas.clear();
    let mut state = drawn.gaussian();
    state.sweep(&mut seeded(6)).unwrap();
    assert!(state.covariance(0).unwrap()[[0, 0]] > 0.5);
}

#[test]
fn columns_that_equal_a_combination_of_others_are_drawn_beside_it() {
    let mut drawn = with_gaps();
    let sum: Vec<f64> = drawn.full.rows().into_iter().map(|row| row[1] - 2.0 * row[2]).collect();
    drawn.cells[0] = sum.iter().map(|x| Some(*x)).collect();
    drawn.cells[0][3] = None;
    drawn.cells[1][3] = Some(drawn.full[[3, 1]]);
    drawn.cells[2][3] = Some(drawn.full[[3, 2]]);
    let (mut state, mut rng) = (drawn.gaussian(), seeded(6));
    for _ in 0..300 {
        state.sweep(&mut rng).unwrap();
    }
    let error = state.values()[[3, 0]] - sum[3];
    assert!(error.abs() < 0.02, "{error}");
}

fn code(columns: &[&[Option<f64>]], of: Measured) -> &'static str {
    let columns: Vec<Column<'_>> = columns.iter().map(|cells| Column { name: "x", cells, of }).collect();
    let areas: Vec<u32> = (0..20).map(|row| row / 5).collect();
    Gaussian::new(&columns, &[Level { name: "g", areas: &areas }]).err().unwrap().code()
}

#[test]
fn what_cannot_be_imputed_is_refused_with_its_reason() {
    let good: Vec<Option<f64>> = (0..20).map(|row| Some(f64::from(row))).collect();
    let with = |row: usize, cell| {
        let mut cells = good.clone();
        cells[row] = cell;
        cells
    };
    let half = |from: usize| -> Vec<Option<f64>> {
        (0..20).map(|row| good[row].filter(|_| (from..from + 12).contains(&row))).collect()
    };
    assert_eq!(code(&[], Measured::Rows), "specification");
    assert_eq!(code(&[&[]], Measured::Rows), "no-rows");
    assert_eq!(code(&[&good[..19]], Measured::Rows), "length");
    assert_eq!(code(&[&good, &good[..19]], Measured::Rows), "length");
    assert_eq!(code(&[&good, &with(2, Some(f64::NAN))], Measured::Rows), "non-finite");
    assert_eq!(code(&[&good, &[None; 20]], Measured::Rows), "nothing-to-fill-from");
    assert_eq!(code(&[&good, &[Some(0.1); 20]], Measured::Rows), "constant");
    assert_eq!(code(&[&good[..]; 11], Measured::Rows), "specification");
    assert_eq!(code(&[&half(0), &half(8)], Measured::Rows), "specification");
    assert_eq!(code(&[&good], Measured::Areas(0)), "varies-within-area");
    assert_eq!(code(&[&good], Measured::Areas(1)), "specification");
}

#[test]
fn the_mean_and_covariances_come_back_in_the_callers_units() {
    let drawn = world().draw(&mut seeded(9));
    let (mut state, mut rng) = (drawn.gaussian(), seeded(10));
    let (mut mean, mut sigma) = (Array1::<f64>::zeros(3), Array2::<f64>::zeros((3, 3)));
    for sweep in 0..400 {
        state.sweep(&mut rng).unwrap();
        if sweep >= 100 {
            mean = mean + state.mean() / 300.0;
            sigma = sigma + state.covariance(2).unwrap() / 300.0;
        }
    }
    for j in 0..3 {
        let column = drawn.full.column(j).sum() / 200.0;
        assert!((mean[j] - column).abs() < 0.1, "{mean} {column}");
    }
    assert!((sigma[[0, 0]] - 1.0).abs() < 0.3 && (sigma[[2, 2]] - 0.83).abs() < 0.3, "{sigma}");
}
