//! A sign of life during long fits.

use indicatif::ProgressBar;
use nestcount::impute::TablesDone;
use nestcount::progress::Iteration;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Fits shorter than this pass without one.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows the last evaluation on the standard error, where that is a terminal.
pub(crate) struct Watch {
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Watch {
    pub(crate) fn new() -> Self {
        Watch { started: Instant::now(), bar: None }
    }

    /// Takes note of an evaluation; never asks to stop.
    pub(crate) fn see(&mut self, iteration: &Iteration) -> ControlFlow<()> {
        if self.started.elapsed() > PATIENCE {
            let bar = self.bar.get_or_insert_with(spinner);
            bar.set_message(format!("evaluation {iteration}"));
        }
        ControlFlow::Continue(())
    }

    /// Takes note of a completed table; never asks to stop.
    pub(crate) fn see_table(&mut self, at: TablesDone) -> ControlFlow<()> {
        if self.started.elapsed() > PATIENCE {
            let bar = self.bar.get_or_insert_with(spinner);
            bar.set_message(format!("table {} of {}", at.done, at.of));
        }
        ControlFlow::Continue(())
    }

    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
