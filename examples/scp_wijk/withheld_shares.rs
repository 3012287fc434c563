//! What stands in for the determinants that SCP's file withholds.

use nestcount::Result;
use nestcount::area::Placement;
use nestcount::table::Table;

/// What a withheld share of a trait that few have is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithheldShares {
    /// The mean of its gemeente, as if nothing were known of why it was withheld.
    Mean,
    /// Half of that: a share is withheld where fewer than 10 people or households make it up, so it is a small one,
    /// somewhere between 0 and its gemeente's mean.
    HalfTheMean,
}

/// Shares of traits that fewer than one in five have. That of families with a small child is none of them: one in
/// three is, and where it is withheld the wijk is small rather than the share.
const RARE: [&str; 7] = [
    "perc_1ouder",
    "perc_hhmkhgink",
    "perc_kind_sch5",
    "perc_ouderpsy",
    "perc_hhverd",
    "perc_hhbijs",
    "perc_hhwan",
];

/// The determinants of all wijken; missing cells that are not filled here stay missing.
pub(crate) fn determinants(
    table: &Table,
    placement: &Placement,
    names: &[&str],
    treatment: WithheldShares,
) -> Result<Table> {
    let around = [placement.areas(1), placement.areas(0)];
    names.iter().try_fold(Table::new(), |made, name| {
        let mut cells = table.numbers(name)?;
        if treatment == WithheldShares::HalfTheMean && RARE.contains(name) {
            let means = [means(&cells, &around[0]), means(&cells, &around[1])];
            for (row, cell) in cells.iter_mut().enumerate().filter(|(_, cell)| cell.is_none()) {
                let of_level = |level: usize| means[level][around[level][row] as usize];
                *cell = of_level(0).or(of_level(1)).map(|mean| 0.5 * mean);
            }
        }
        made.with_optional_numbers(name, cells)
    })
}

/// The mean of each area over its observed cells.
fn means(cells: &[Option<f64>], areas: &[u32]) -> Vec<Option<f64>> {
    let n_areas = areas.iter().max().map_or(0, |last| *last as usize + 1);
    let mut sums = vec![(0.0, 0.0); n_areas];
    for (cell, &area) in cells.iter().zip(areas) {
        if let Some(x) = cell {
            let sum: &mut (f64, f64) = &mut sums[area as usize];
            *sum = (sum.0 + x, sum.1 + 1.0);
        }
    }
    sums.into_iter().map(|(sum, n)| (n > 0.0).then(|| sum / n)).collect()
}
