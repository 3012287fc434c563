//! Numbers as they are printed.

use indicatif::{ProgressBar, ProgressStyle};
use nestcount::infer::{Coefficient, Confidence, Effect, Interval};
use std::time::Duration;

/// An estimate with its 95 % interval.
#[derive(Clone, Copy)]
pub(crate) struct Figure {
    pub(crate) at: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Two-sided, of a standard normal.
const USUAL: f64 = 1.959_964;

impl Figure {
    /// A coefficient as a change in percent.
    pub(crate) fn percent(of: &Coefficient) -> Figure {
        let Interval { low, high } = of.interval(Confidence::P95);
        Figure { at: percent(of.estimate), low: percent(low), high: percent(high) }
    }

    /// The same of one with degrees of freedom.
    pub(crate) fn percent_of(of: &Effect) -> Figure {
        let Interval { low, high } = of.interval(Confidence::P95);
        Figure { at: percent(of.estimate), low: percent(low), high: percent(high) }
    }

    /// Around an estimate.
    pub(crate) fn around(at: f64, std_error: f64) -> Figure {
        Figure { at, low: at - USUAL * std_error, high: at + USUAL * std_error }
    }

    /// Around the logarithm of an estimate above 0.
    pub(crate) fn around_log(at: f64, log_std_error: f64) -> Figure {
        let factor = (USUAL * log_std_error).exp();
        Figure { at, low: at / factor, high: at * factor }
    }

    /// In percent, with a sign.
    pub(crate) fn signed(self) -> String {
        format!("{:+6.1} % ({:+.1} to {:+.1})", self.at, self.low, self.high)
    }

    /// With so many decimals.
    pub(crate) fn plain(self, decimals: usize) -> String {
        format!("{:7.decimals$} ({:.decimals$} to {:.decimals$})", self.at, self.low, self.high)
    }
}

/// Percent by which a log rate changes.
pub(crate) fn percent(log: f64) -> f64 {
    100.0 * log.exp_m1()
}

/// For work of unknown length.
pub(crate) fn spinner(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(what);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// For work of known length.
pub(crate) fn bar(what: &'static str, of: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}, {eta} to go");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(of as u64).with_style(style).with_message(what)
}
