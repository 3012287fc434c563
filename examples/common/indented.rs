//! What the library prints, under a heading.

use std::fmt::Display;

/// Lines moved in by three blanks.
pub(crate) fn indented(text: impl Display) -> String {
    let lines = text.to_string();
    lines.lines().map(|line| format!("   {line}").trim_end().to_string()).collect::<Vec<_>>().join("\n")
}
