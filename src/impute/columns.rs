//! The columns of a design as the model of missing determinants takes them.

use super::gaussian::{Column, Gaussian, Level, Measured};
use super::incomplete::IncompleteProblem;
use crate::area::Placement;
use crate::error::Result;
use std::collections::HashSet;

/// A column that says no more than this beside another adds only rounding to the model of the columns.
const SAME: f64 = 0.9999;

/// A way in which levels divide the rows; several may divide them alike.
#[derive(Debug, Clone)]
pub(super) struct RowLevel {
    pub(super) names: Vec<String>,
    pub(super) areas: Vec<u32>,
}

/// The ways in which levels divide these rows, coarse to fine; one by one they are no areas, and all in one is none.
pub(super) fn levels_of(placement: &Placement, rows: &[usize]) -> Vec<RowLevel> {
    let (mut levels, mut finest): (Vec<RowLevel>, usize) = (Vec::new(), 1);
    for (at, name) in placement.tree().levels().iter().enumerate() {
        let all = placement.areas(at);
        let areas: Vec<u32> = rows.iter().map(|&row| all[row]).collect();
        let n = areas.iter().collect::<HashSet<_>>().len();
        if n > finest && n < rows.len() {
            levels.push(RowLevel { names: vec![name.clone()], areas });
        } else if n == finest
            && let Some(alike) = levels.last_mut()
        {
            alike.names.push(name.clone());
        }
        finest = finest.max(n);
    }
    levels
}

impl IncompleteProblem {
    /// The sampler of the free columns, with the log exposure beside them where it varies: what is missing is missing
    /// in small areas.
    pub(super) fn gaussian(&self) -> Result<Gaussian> {
        let free = &self.imputable.columns;
        let mut cells: Vec<Vec<Option<f64>>> = Vec::with_capacity(free.len() + 1);
        for column in free {
            let mut values: Vec<Option<f64>> =
                self.matrix.column(column.position).iter().map(|&x| Some(x)).collect();
            column.missing.iter().for_each(|&row| values[row] = None);
            cells.push(values);
        }
        let names = self.stand_in.terms();
        let measured = |level: &Option<String>| {
            let alike = |known: &RowLevel| level.as_ref().is_some_and(|level| known.names.contains(level));
            let at = self.levels.iter().position(alike);
            at.map_or(Measured::Rows, Measured::Areas)
        };
        let offsets = self.stand_in.offsets();
        let says_more =
            cells.iter().all(|other| correlation(&offsets, other).is_some_and(|r| r.abs() < SAME));
        let exposure: Vec<Option<f64>> = offsets.into_iter().map(Some).collect();
        let mut columns: Vec<Column<'_>> = free
            .iter()
            .zip(&cells)
            .map(|(c, cells)| Column { name: &names[c.position], cells, of: measured(&c.level) })
            .collect();
        if says_more {
            columns.push(Column { name: "log exposure", cells: &exposure, of: Measured::Rows });
        }
        let levels: Vec<Level<'_>> =
            self.levels.iter().map(|level| Level { name: &level.names[0], areas: &level.areas }).collect();
        Gaussian::new(&columns, &levels)
    }
}

/// The correlation over the rows where the other is observed; `None` where one of them does not vary.
fn correlation(one: &[f64], other: &[Option<f64>]) -> Option<f64> {
    let pairs: Vec<(f64, f64)> = one.iter().zip(other).filter_map(|(&x, y)| Some((x, (*y)?))).collect();
    let n = pairs.len() as f64;
    let (mx, my) = pairs.iter().fold((0.0, 0.0), |(mx, my), (x, y)| (mx + x / n, my + y / n));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        xx += (x - mx).powi(2);
        yy += (y - my).powi(2);
        xy += (x - mx) * (y - my);
    }
    let scale = (xx * yy).sqrt();
    (scale > 0.0).then(|| xy / scale)
}
