//! How messages spell out rows, names and lists.

use super::Violation;
use std::fmt;

/// How many names or rows a message spells out before it counts the rest.
const SPELLED_OUT: usize = 8;

pub(super) struct Rows<'a>(pub(super) &'a [usize]);

impl fmt::Display for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.len() == 1 { "row " } else { "rows " })?;
        listed(f, self.0.iter().map(|row| row + 1), self.0.len(), ", ")
    }
}

pub(super) struct MetIn<'a>(pub(super) &'a [usize]);

impl fmt::Display for MetIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.is_empty() {
            true => Ok(()),
            false => write!(f, ", met in {}", Rows(self.0)),
        }
    }
}

pub(super) struct InRows<'a>(pub(super) &'a [usize]);

impl fmt::Display for InRows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, " ({})", Rows(self.0)) }
    }
}

pub(super) struct NestingHint<'a>(pub(super) &'a [Violation]);

impl fmt::Display for NestingHint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.iter().any(|v| matches!(v, Violation::SeveralParents { .. })) {
            true => f.write_str(
                "; name the levels coarsest first, and where codes start anew under each parent say so (nested codes)",
            ),
            false => Ok(()),
        }
    }
}

pub(super) struct Listed<'a>(pub(super) &'a [String]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        listed(f, self.0.iter().map(|name| format!("'{name}'")), self.0.len(), ", ")
    }
}

/// The levels there are.
pub(super) struct Levels<'a>(pub(super) &'a [String]);

impl fmt::Display for Levels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.is_empty() {
            true => f.write_str("there are none"),
            false => write!(f, "the levels are {}", Listed(self.0)),
        }
    }
}

/// What each of two sides has alone.
pub(super) struct OnlyIn<'a>(pub(super) [(&'a String, &'a Vec<String>); 2]);

impl fmt::Display for OnlyIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sides = self.0.iter().filter(|(_, codes)| !codes.is_empty());
        for (i, (side, codes)) in sides.enumerate() {
            let between = if i == 0 { ':' } else { ';' };
            write!(f, "{between} only the {side} have {} ({} in all)", Listed(codes), codes.len())?;
        }
        Ok(())
    }
}

/// Codes from the coarsest level down.
pub(super) struct Path<'a>(pub(super) &'a [String]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        listed(f, self.0.iter().map(|code| format!("'{code}'")), self.0.len(), " > ")
    }
}

/// Inclusive bounds of a sum.
pub(super) struct Span(pub(super) (u64, Option<u64>));

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            (lo, Some(hi)) if lo == hi => write!(f, "{lo}"),
            (0, Some(hi)) => write!(f, "at most {hi}"),
            (lo, Some(hi)) => write!(f, "{lo} to {hi}"),
            (lo, None) => write!(f, "{lo} or more"),
        }
    }
}

pub(super) struct Joined<'a, T>(pub(super) &'a [T]);

impl<T: fmt::Display> fmt::Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        listed(f, self.0.iter(), self.0.len(), "; ")
    }
}

pub(super) struct MissingList<'a>(pub(super) &'a [(String, Vec<usize>)]);

impl fmt::Display for MissingList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = self.0.iter().map(|(name, rows)| format!("'{name}' in {}", Rows(rows)));
        listed(f, each, self.0.len(), "; ")
    }
}

fn listed<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    items: impl Iterator<Item = T>,
    total: usize,
    between: &str,
) -> fmt::Result {
    for (i, item) in items.take(SPELLED_OUT).enumerate() {
        write!(f, "{}{item}", if i > 0 { between } else { "" })?;
    }
    match total.saturating_sub(SPELLED_OUT) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}
