//! The power of the check for coefficients without a finite estimate: built cases are all found, clean ones pass.
//!
//! A direction of the coefficients has no maximum exactly when it is 0 on all rows with a count and has one sign, not
//! all 0, on the rows without.

use crate::finite::assert_sound;
use crate::tables::generator;
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::{Categorical, Determinants};
use nestcount::table::Table;
use nestcount::{ErrorKind, Model, Options, Problem, Result};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha12Rng;
use rand_distr::{Distribution, Poisson, StandardNormal};

/// Numeric columns beside the built one.
const NAMES: [&str; 4] = ["p", "q", "r", "s"];
const CATEGORIES: [&str; 4] = ["k0", "k1", "k2", "k3"];

/// A table in columns: groups, a category, numeric determinants, counts.
#[derive(Debug, Clone)]
struct Draft {
    groups: Vec<String>,
    kind: Vec<String>,
    reference: &'static str,
    numeric: Vec<(String, Vec<f64>)>,
    counts: Vec<u64>,
    model: Model,
}

impl Draft {
    /// Areas, a category and up to four normal columns, counts with the mean given.
    fn random(rng: &mut ChaCha12Rng, rows: usize, mean: f64) -> Draft {
        let columns = rng.random_range(1..=NAMES.len());
        let numeric = NAMES[..columns].iter().map(|name| {
            let unit = 10f64.powi(rng.random_range(-6..=6));
            let shift = f64::from(rng.random_range(-3..=3));
            (name.to_string(), (0..rows).map(|_| unit * (shift + normal(rng))).collect())
        });
        let numeric: Vec<(String, Vec<f64>)> = numeric.collect();
        let groups = rng.random_range(4..=12);
        let family = if rng.random_bool(0.5) { Model::poisson() } else { Model::neg_bin2() };
        Draft {
            groups: (0..rows).map(|_| format!("g{}", rng.random_range(0..groups))).collect(),
            kind: (0..rows).map(|_| CATEGORIES[rng.random_range(0..4)].to_string()).collect(),
            reference: "k0",
            numeric,
            counts: (0..rows).map(|_| Poisson::new(mean).unwrap().sample(rng) as u64).collect(),
            model: if rng.random_bool(0.7) { family.random_intercept("group") } else { family },
        }
    }

    fn problem(&self) -> Result<Problem> {
        let table =
            Table::new().with_text("group", self.groups.clone())?.with_text("kind", self.kind.clone())?;
        let table = self
            .numeric
            .iter()
            .try_fold(table, |table, (name, cells)| table.with_numbers(name, cells.iter().copied()))?;
        let wanted = Determinants::new().with(Categorical::new("kind").reference(self.reference));
        let wanted = self.numeric.iter().fold(wanted, |wanted, (name, _)| wanted.numeric(name));
        let placement = Placement::from_table(&table, &["group"], CodeScope::Unique)?;
        let counts = self.counts.iter().map(|&y| Count::Exact(y)).collect();
        let counts = CountTable::without_exposure(counts)?;
        let design = wanted.build(&table, &placement, counts.rows())?;
        self.model.check(&placement, &counts, design)
    }

    fn rows_where(&self, is: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.counts.len()).filter(|&row| is(row)).collect()
    }

    /// Whether the rows with a count span all columns: then no direction is invisible to them, and there is no
    /// separation. An elimination of our own, so that the check is not its own judge.
    fn counted_rows_span_all_columns(&self) -> bool {
        let row = |row: usize| -> Vec<f64> {
            let kinds = CATEGORIES[1..].iter().map(|kind| f64::from(u8::from(self.kind[row] == *kind)));
            let numbers = self.numeric.iter().map(|(_, cells)| {
                let largest = cells.iter().fold(0.0f64, |m, x| m.max(x.abs()));
                cells[row] / largest
            });
            std::iter::once(1.0).chain(kinds).chain(numbers).collect()
        };
        let mut rows: Vec<Vec<f64>> = self.rows_where(|r| self.counts[r] > 0).into_iter().map(row).collect();
        let columns = 1 + 3 + self.numeric.len();
        for column in 0..columns {
            let from = column.min(rows.len());
            let pivot =
                (from..rows.len()).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()));
            let Some(pivot) = pivot.filter(|&at| rows[at][column].abs() > 1e-3) else { return false };
            rows.swap(column, pivot);
            let (done, below) = rows.split_at_mut(column + 1);
            for row in below {
                let factor = row[column] / done[column][column];
                row.iter_mut().zip(&done[column]).for_each(|(x, above)| *x -= factor * above);
            }
        }
        true
    }
}

fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// What a built case must be found to be.
struct Built {
    draft: Draft,
    /// Terms of which at least one is in every diverging combination.
    columns: Vec<String>,
    /// Rows that the combination singles out.
    rows: Vec<usize>,
}

/// All counts of one category are 0; the reference for every fourth.
fn all_zero_category(rng: &mut ChaCha12Rng) -> Built {
    let rows = rng.random_range(30..300);
    let mut draft = Draft::random(rng, rows, 3.0);
    let empty = CATEGORIES[rng.random_range(0..4)];
    (0..rows).filter(|&row| draft.kind[row] == empty).for_each(|row| draft.counts[row] = 0);
    let columns = match empty == draft.reference {
        true => CATEGORIES[1..].iter().map(|kind| format!("kind={kind}")).collect(),
        false => vec![format!("kind={empty}")],
    };
    let rows = draft.rows_where(|row| draft.kind[row] == empty);
    Built { draft, columns, rows }
}

/// A numeric column that is one value on all rows with a count and beyond it, on one side, on others.
fn one_sided_column(rng: &mut ChaCha12Rng) -> Built {
    let rows = rng.random_range(30..300);
    let mut draft = Draft::random(rng, rows, 1.0);
    let (side, unit, base) =
        (if rng.random_bool(0.5) { 1.0 } else { -1.0 }, 10f64.powi(rng.random_range(-6..=6)), normal(rng));
    let share = rng.random_range(0.2..1.0);
    let beyond = draft.counts.iter().map(|&y| y == 0 && rng.random_bool(share));
    let beyond: Vec<bool> = beyond.collect();
    let beyond = at_least_one(beyond, &draft);
    let cells = beyond
        .iter()
        .map(|&beyond| unit * (base + if beyond { side * rng.random_range(0.1..2.0) } else { 0.0 }));
    draft.numeric.push(("built".into(), cells.collect()));
    Built { rows: draft.rows_where(|row| beyond[row]), columns: vec!["built".into()], draft }
}

/// A column that is a combination of others on all rows with a count, and above it on rows without.
fn one_sided_combination(rng: &mut ChaCha12Rng) -> Built {
    let rows = rng.random_range(30..300);
    let mut draft = Draft::random(rng, rows, 1.0);
    let share = rng.random_range(0.2..1.0);
    let beyond: Vec<bool> = draft.counts.iter().map(|&y| y == 0 && rng.random_bool(share)).collect();
    let beyond = at_least_one(beyond, &draft);
    let weights: Vec<f64> = draft
        .numeric
        .iter()
        .map(|(_, cells)| {
            let size = cells.iter().map(|x| x * x).sum::<f64>() / rows as f64;
            rng.random_range(0.5..2.0) / size.sqrt()
        })
        .collect();
    let cell = |row: usize| {
        let sum: f64 =
            draft.numeric.iter().zip(&weights).map(|((_, cells), weight)| weight * cells[row]).sum();
        if beyond[row] { sum + rng.random_range(0.1..2.0) } else { sum }
    };
    let cells = (0..rows).map(cell).collect();
    let mut columns: Vec<String> = draft.numeric.iter().map(|(name, _)| name.clone()).collect();
    columns.push("built".into());
    draft.numeric.push(("built".into(), cells));
    Built { rows: draft.rows_where(|row| beyond[row]), columns, draft }
}

/// Some row without a count, so that there is something to single out.
fn at_least_one(mut beyond: Vec<bool>, draft: &Draft) -> Vec<bool> {
    if !beyond.contains(&true) {
        let row = draft.counts.iter().position(|&y| y == 0).unwrap();
        beyond[row] = true;
    }
    beyond
}

#[test]
fn every_built_separation_is_found_and_named() {
    type Build = fn(&mut ChaCha12Rng) -> Built;
    let kinds: [(&str, Build); 3] = [
        ("all-zero category", all_zero_category),
        ("one-sided column", one_sided_column),
        ("one-sided combination", one_sided_combination),
    ];
    let mut wrong = Vec::new();
    for (kind, build) in kinds {
        let mut done = 0;
        for seed in 0.. {
            let Built { draft, columns, rows } = build(&mut generator(seed));
            if rows.is_empty() || !only_built(&draft, &rows) {
                continue;
            }
            done += 1;
            match draft.problem() {
                Ok(_) => wrong.push(format!("{kind}, seed {seed}: not found")),
                Err(error) => match error.kind() {
                    ErrorKind::Separation { columns: named, rows: singled_out } => {
                        if *named != columns || *singled_out != rows {
                            wrong.push(format!(
                                "{kind}, seed {seed}: named {named:?} for {columns:?}, rows {singled_out:?} for {rows:?}"
                            ));
                        }
                    }
                    _ => wrong.push(format!("{kind}, seed {seed}: {error}")),
                },
            }
            if done == 100 {
                break;
            }
        }
    }
    let shown: Vec<&String> = wrong.iter().take(12).collect();
    assert!(wrong.is_empty(), "{} of 300:\n{shown:#?}", wrong.len());
}

/// Whether the table is clean once each singled-out row has a count.
fn only_built(draft: &Draft, rows: &[usize]) -> bool {
    let mut counted = draft.clone();
    rows.iter().for_each(|&row| counted.counts[row] = 1);
    counted.counted_rows_span_all_columns()
}

#[test]
fn no_clean_table_is_flagged_and_all_are_fitted() {
    let (mut wrong, mut done, mut failed) = (Vec::new(), 0, Vec::new());
    for seed in 0.. {
        let rng = &mut generator(10_000 + seed);
        let mean = [0.3, 0.3, 1.0, 8.0][(seed % 4) as usize];
        let rows = rng.random_range(60..300);
        let draft = Draft::random(rng, rows, mean);
        if !draft.counted_rows_span_all_columns() {
            continue;
        }
        match draft.problem() {
            Err(error) => wrong.push(format!("seed {seed}, mean {mean}: {error}")),
            Ok(problem) => match problem.fit(&Options::default()) {
                Ok(fit) => assert_sound(&fit),
                Err(error) => failed.push(format!("seed {seed}, mean {mean}, {:?}: {error}", draft.model)),
            },
        }
        done += 1;
        if done == 500 {
            break;
        }
    }
    let shown: Vec<&String> = wrong.iter().chain(&failed).take(12).collect();
    let (wrong, failed) = (wrong.len(), failed.len());
    assert!(wrong + failed == 0, "{wrong} flagged, {failed} not fitted of 500:\n{shown:#?}");
}

/// A column seen by rows without a count only, on both sides: the maximum is finite.
#[test]
fn a_column_that_rows_without_counts_see_from_both_sides_is_no_separation() {
    let mut wrong = Vec::new();
    for seed in 0..100 {
        let rng = &mut generator(20_000 + seed);
        let mut draft = Draft::random(rng, 120, 0.8);
        let mut side = -1.0;
        let cells = draft.counts.iter().map(|&y| {
            side = -side;
            if y == 0 { side * rng.random_range(0.5..2.0) } else { 0.0 }
        });
        let cells = cells.collect();
        draft.numeric.push(("both".into(), cells));
        let without = Draft { numeric: draft.numeric[..draft.numeric.len() - 1].to_vec(), ..draft.clone() };
        if !without.counted_rows_span_all_columns() {
            continue;
        }
        match draft.problem().and_then(|problem| problem.fit(&Options::default())) {
            Ok(fit) => assert_sound(&fit),
            Err(error) => wrong.push(format!("seed {seed}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{} of 100:\n{:#?}", wrong.len(), &wrong[..wrong.len().min(8)]);
}

/// Rows with a count see the column, so the maximum is finite however far out one row without a count lies.
#[test]
fn an_outlier_among_rows_without_counts_is_no_separation() {
    let mut flagged = Vec::new();
    for power in 1..=8 {
        for seed in 0..10 {
            let rng = &mut generator(30_000 + seed);
            let mut draft = Draft::random(rng, 120, 1.0);
            let outlier = draft.counts.iter().position(|&y| y == 0).unwrap();
            let far = 10f64.powi(power);
            let cells = (0..120).map(|row| if row == outlier { far } else { normal(rng) });
            let cells: Vec<f64> = cells.collect();
            draft.numeric.push(("outlying".into(), cells));
            if let Err(error) = draft.problem() {
                flagged.push(format!("1e{power}, seed {seed}: {error}"));
            }
        }
    }
    let shown = &flagged[..flagged.len().min(8)];
    assert!(flagged.is_empty(), "{} of 80:\n{shown:#?}", flagged.len());
}

/// Without the zeros of one cell of two categories, all main effects are seen: only the product diverges.
#[test]
fn an_empty_cell_of_an_interaction_is_named() {
    let rng = &mut generator(5);
    let (kinds, mined) = (["x", "y", "z"], ["no", "yes"]);
    let table = Table::new()
        .with_text("kind", (0..180).map(|row| kinds[row % 3]))
        .unwrap()
        .with_text("mined", (0..180).map(|row| mined[row / 3 % 2]))
        .unwrap()
        .with_text("site", (0..180).map(|row| format!("s{}", row % 20)))
        .unwrap();
    let counts = (0..180).map(|row| match (row % 3, row / 3 % 2) {
        (2, 1) => Count::Exact(0),
        _ => Count::Exact(Poisson::new(4.0).unwrap().sample(rng) as u64),
    });
    let counts = CountTable::without_exposure(counts.collect()).unwrap();
    let placement = Placement::from_table(&table, &["site"], CodeScope::Unique).unwrap();
    let wanted = Determinants::new().categorical("kind").categorical("mined").interaction(["kind", "mined"]);
    let design = wanted.build(&table, &placement, counts.rows()).unwrap();
    let model = Model::neg_bin2().random_intercept("site");
    let error = crate::refused(model.check(&placement, &counts, design), "separation");
    let ErrorKind::Separation { columns, rows } = error.kind() else { panic!("{error}") };
    assert_eq!(columns, &["kind=z:mined=yes"]);
    assert_eq!(*rows, (0..180).filter(|row| row % 3 == 2 && row / 3 % 2 == 1).collect::<Vec<_>>());
}
