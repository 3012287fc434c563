//! Tables and numbers as text.

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

/// Two digits, small numbers with their power of ten; a dash for none.
pub(super) fn small(number: Option<f64>) -> String {
    match number {
        None => "–".into(),
        Some(number) if !number.is_finite() => "∞".into(),
        Some(0.0) => "0".into(),
        Some(number) if number.abs() >= 0.01 => format!("{number:.3}"),
        Some(number) => format!("{number:.0e}"),
    }
}

/// Processor time in milliseconds.
pub(super) fn milliseconds(seconds: Option<f64>) -> String {
    match seconds.map(|seconds| 1e3 * seconds) {
        None => "–".into(),
        Some(time) if time >= 10.0 => format!("{time:.0}"),
        Some(time) => format!("{time:.2}"),
    }
}
