//! Tables and numbers as text.

use crate::statistics::{Mean, Share, Spread};

/// A table of text.
pub(super) struct TextTable {
    head: Vec<String>,
    lines: Vec<Vec<String>>,
}

impl TextTable {
    pub(super) fn new(head: impl IntoIterator<Item = impl Into<String>>) -> Self {
        TextTable { head: head.into_iter().map(Into::into).collect(), lines: Vec::new() }
    }

    pub(super) fn line(&mut self, cells: Vec<String>) {
        self.lines.push(cells);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// As Markdown, with an empty line behind it.
    pub(super) fn markdown(&self) -> String {
        let rule = vec!["---".to_string(); self.head.len()];
        let all = [&self.head, &rule].into_iter().chain(&self.lines);
        let lines: Vec<String> = all.map(|cells| format!("| {} |\n", cells.join(" | "))).collect();
        lines.concat() + "\n"
    }
}

/// A cell without a number.
pub(super) const NONE: &str = "–";

/// Two digits, small numbers with their power of ten; a dash for none.
pub(super) fn small(number: Option<f64>) -> String {
    match number {
        None => NONE.into(),
        Some(number) if !number.is_finite() => "∞".into(),
        Some(0.0) => "0".into(),
        Some(number) if number.abs() >= 0.01 => format!("{number:.3}"),
        Some(number) => format!("{number:.0e}"),
    }
}

/// Middle, and the largest in brackets.
pub(super) fn spread(spread: Option<Spread>) -> String {
    spread.map_or(NONE.into(), |s| format!("{} ({})", small(Some(s.median)), small(Some(s.largest))))
}

/// A mean with its sign and its error.
pub(super) fn signed(mean: Mean, times: f64, decimals: usize) -> String {
    format!("{:+.decimals$} ± {}", times * mean.mean, error(mean, times, decimals))
}

/// A mean above 0 with its error.
pub(super) fn unsigned(mean: Mean, times: f64, decimals: usize) -> String {
    format!("{:.decimals$} ± {}", times * mean.mean, error(mean, times, decimals))
}

fn error(mean: Mean, times: f64, decimals: usize) -> String {
    mean.std_error.map_or(NONE.into(), |error| format!("{:.decimals$}", times * error))
}

/// Per cent with their error.
pub(super) fn per_cent(share: Option<Share>) -> String {
    share.map_or(NONE.into(), |s| format!("{:.1} ± {:.1}", 100.0 * s.share, 100.0 * s.std_error))
}

/// Processor time in milliseconds.
pub(super) fn milliseconds(seconds: Option<f64>) -> String {
    match seconds.map(|seconds| 1e3 * seconds) {
        None => NONE.into(),
        Some(time) if time >= 10.0 => format!("{time:.0}"),
        Some(time) => format!("{time:.2}"),
    }
}
