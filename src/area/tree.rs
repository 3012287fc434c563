//! The checked tree of areas.

use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// Areas at named levels, every one below the coarsest with exactly one parent.
///
/// Levels run from the coarsest (position 0) to the finest; within a level areas have positions in the order in which
/// their codes first came. Built only through the checks of the builders, so it always holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaTree {
    levels: Vec<String>,
    codes: Vec<Vec<String>>,
    parents: Vec<Vec<u32>>,
}

impl AreaTree {
    /// Joins checked parts: `codes[l]` and `parents[l]` belong to level `l`, `parents[0]` is empty.
    pub(crate) fn from_parts(levels: Vec<String>, codes: Vec<Vec<String>>, parents: Vec<Vec<u32>>) -> Self {
        AreaTree {
            levels,
            codes,
            parents,
        }
    }

    /// Names of the levels, coarsest first.
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// Position of the level of this name, 0 for the coarsest.
    pub fn level(&self, name: &str) -> Result<usize> {
        self.levels.iter().position(|level| level == name).ok_or_else(|| {
            ErrorKind::UnknownLevel {
                level: name.into(),
                known: self.levels.clone(),
            }
            .into()
        })
    }

    /// Number of areas at a level; 0 for a level that is not there.
    pub fn n_areas(&self, level: usize) -> usize {
        self.codes.get(level).map_or(0, Vec::len)
    }

    /// The codes of a level, by position.
    pub fn codes(&self, level: usize) -> &[String] {
        self.codes.get(level).map_or(&[], Vec::as_slice)
    }

    /// Position of the parent, one level up, of each area of a level; empty for the coarsest.
    pub fn parents(&self, level: usize) -> &[u32] {
        self.parents.get(level).map_or(&[], Vec::as_slice)
    }

    /// The area's codes from the coarsest level down to its own.
    pub fn path(&self, level: usize, area: u32) -> Vec<&str> {
        let (mut path, mut at) = (Vec::with_capacity(level + 1), area as usize);
        for l in (0..=level).rev() {
            path.push(self.codes[l][at].as_str());
            if l > 0 {
                at = self.parents[l][at] as usize;
            }
        }
        path.reverse();
        path
    }
}
