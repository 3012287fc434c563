//! The model of both years, and its fit.

use crate::chosen::Chosen;
use crate::year::{Rows, Year};
use indicatif::ProgressBar;
use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::{Determinants, MissingCells, Numeric};
use nestcount::panel::{InTime, PanelFit, PanelModel, Periods};
use nestcount::{Options, Result};
use std::ops::ControlFlow;
use std::time::Duration;

/// Whether the rows of a wijk in both years are known to be the same wijk.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Wijken {
    /// They are: what lasts of a wijk is told from what passes.
    Matched,
    /// Nobody knows: both are in the effect of a row.
    Unmatched,
}

/// Poisson counts with what lasts of jeugdregio, gemeente and wijk, what a gemeente has in time, and what passes of a wijk in a
/// year.
///
/// In time a gemeente has an effect of its own in each year, or, as a random walk, one step between them: its move.
pub(crate) fn fit(years: [&Year; 2], chosen: Chosen, wijken: Wijken, how: InTime) -> Result<PanelFit> {
    let names: Vec<&str> = chosen.names().collect();
    let rows = Rows::of(years, &names)?;
    let levels: &[&str] = match wijken {
        Wijken::Matched => &["jeugdregio", "gemeente", "wijk"],
        Wijken::Unmatched => &["jeugdregio", "gemeente"],
    };
    let placement = Placement::from_table(&rows.table, levels, CodeScope::Unique)?;
    let counts = CountTable::with_exposures(rows.counts, rows.youths)?;
    let periods = Periods::in_order(&[years[0].label, years[1].label], &rows.periods)?;
    let design = determinants(chosen).build(&rows.table, &placement, counts.rows())?;
    let model = levels.iter().fold(PanelModel::poisson(), |model, level| model.random_intercept(*level));
    let model = model.in_time("gemeente", how).row_effect();
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let fit =
        model.check(&placement, &periods, &counts, design)?.fit_watched(&Options::default(), |iteration| {
            bar.set_message(iteration.to_string());
            ControlFlow::Continue(())
        });
    bar.finish_and_clear();
    fit
}

fn determinants(chosen: Chosen) -> Determinants {
    let year = Determinants::new().with(Numeric::new("year"));
    chosen.z_scores().fold(year, Determinants::with).missing(MissingCells::ParentMean)
}
