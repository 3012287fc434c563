//! Totals of the withheld cells of an area, from draws.

use crate::published::Made;
use crate::question::TABLES;
use crate::tally::mean;
use nestcount::impute::Completed;

/// As many draws that the lowest and the highest hold 38 in 40 of what is drawn alike.
pub(crate) const DRAWS: usize = 39;

/// Half the width of the 95 % interval in standard deviations of 20 draws: t with 19 degrees of freedom.
const T_19: f64 = 2.093_024_054_408_263;

/// Sum of the withheld counts of one area, and what is said of it.
pub(crate) struct AreaTotal {
    truth: f64,
    draws: Vec<f64>,
    conditional_mean: f64,
    midpoint: f64,
}

/// Of every area with a withheld count.
pub(crate) fn of(made: &Made, draws: &[&Completed], conditional_mean: &Completed) -> Vec<AreaTotal> {
    let areas = made.placement.areas(1);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); made.placement.tree().n_areas(1)];
    made.withheld().into_iter().for_each(|row| rows[areas[row] as usize].push(row));
    let sum = |table: &Completed, rows: &[usize]| rows.iter().map(|&row| table.counts()[row].count).sum();
    let total = |rows: &Vec<usize>| AreaTotal {
        truth: rows.iter().map(|&row| made.counts[row] as f64).sum(),
        draws: draws.iter().map(|table| sum(table, rows)).collect(),
        conditional_mean: sum(conditional_mean, rows),
        midpoint: 4.5 * rows.len() as f64,
    };
    rows.iter().filter(|rows| !rows.is_empty()).map(total).collect()
}

/// What the totals of many worlds come to.
pub(crate) struct TotalsSummary {
    pub(crate) areas: usize,
    /// Coverage of mean ± t·sd·√(1 + 1/m) of 20 draws.
    pub(crate) t_coverage: f64,
    pub(crate) t_width: f64,
    /// Coverage of the range of 39 draws.
    pub(crate) range_coverage: f64,
    pub(crate) range_width: f64,
    /// Relative bias and root of the mean squared error, each for the mean of 20 draws, the conditional mean and the
    /// midpoint.
    pub(crate) bias: [f64; 3],
    pub(crate) rmse_of_draws: f64,
    pub(crate) rmse_of_conditional_mean: f64,
    pub(crate) rmse_of_midpoint: f64,
}

pub(crate) fn summary<'a>(totals: impl Iterator<Item = &'a AreaTotal>) -> TotalsSummary {
    let totals: Vec<&AreaTotal> = totals.collect();
    let share = |covers: &dyn Fn(&AreaTotal) -> bool| {
        totals.iter().filter(|total| covers(total)).count() as f64 / totals.len() as f64
    };
    let average =
        |of: &dyn Fn(&AreaTotal) -> f64| mean(&totals.iter().map(|total| of(total)).collect::<Vec<_>>());
    let rmse = |of: &dyn Fn(&AreaTotal) -> f64| average(&|total| (of(total) - total.truth).powi(2)).sqrt();
    let bias = |of: &dyn Fn(&AreaTotal) -> f64| average(of) / average(&|total| total.truth) - 1.0;
    TotalsSummary {
        areas: totals.len(),
        t_coverage: share(&|total| (total.truth - total.mean_of_tables()).abs() <= total.half_width()),
        t_width: average(&|total| 2.0 * total.half_width()),
        range_coverage: share(&|total| (total.low()..=total.high()).contains(&total.truth)),
        range_width: average(&|total| total.high() - total.low()),
        bias: [
            bias(&AreaTotal::mean_of_tables),
            bias(&|total| total.conditional_mean),
            bias(&|total| total.midpoint),
        ],
        rmse_of_draws: rmse(&AreaTotal::mean_of_tables),
        rmse_of_conditional_mean: rmse(&|total| total.conditional_mean),
        rmse_of_midpoint: rmse(&|total| total.midpoint),
    }
}

impl AreaTotal {
    fn mean_of_tables(&self) -> f64 {
        mean(&self.draws[..TABLES])
    }

    fn half_width(&self) -> f64 {
        let centre = self.mean_of_tables();
        let squares: f64 = self.draws[..TABLES].iter().map(|draw| (draw - centre).powi(2)).sum();
        let m = TABLES as f64;
        T_19 * (squares / (m - 1.0) * (1.0 + 1.0 / m)).sqrt()
    }

    fn low(&self) -> f64 {
        self.draws.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn high(&self) -> f64 {
        self.draws.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }
}

impl TotalsSummary {
    pub(crate) fn table(&self) -> String {
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let said = ["mean of 20 draws", "conditional mean", "midpoint"];
        let rmse = [self.rmse_of_draws, self.rmse_of_conditional_mean, self.rmse_of_midpoint];
        let each = said.iter().zip(self.bias).zip(rmse);
        let lines: String = each
            .map(|((name, bias), rmse)| format!("\n| {name} | {:+.2} % | {rmse:.2} |", 100.0 * bias))
            .collect();
        format!(
            "| {} totals | covers | width |\n|---|---|---|\n\
             | t interval of 20 draws | {} | {:.1} |\n| range of 39 draws | {} | {:.1} |\n\n\
             | said of the total | bias | RMSE |\n|---|---|---|{lines}",
            self.areas,
            percent(self.t_coverage),
            self.t_width,
            percent(self.range_coverage),
            self.range_width,
        )
    }
}
