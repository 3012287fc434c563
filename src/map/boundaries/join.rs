//! Which areas have boundaries, and which boundaries have an area.

use super::Boundaries;
use crate::error::{ErrorKind, Result};
use std::collections::BTreeSet;

/// What to do with codes that stand on one side only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmatched {
    /// Fail with both lists.
    Refuse,
    /// Leave areas without boundaries out of the map, and draw boundaries without an area as empty land. The lists are
    /// kept for the caller to publish.
    Leave,
}

/// Codes that stand on one side only, each side in its own order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnmatchedCodes {
    /// Boundaries without an area.
    pub boundaries: Vec<String>,
    /// Areas without boundaries.
    pub areas: Vec<String>,
}

impl UnmatchedCodes {
    pub(in crate::map) fn new<'a>(
        boundaries: impl IntoIterator<Item = &'a str>,
        areas: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let owned = |code: &str| code.to_string();
        UnmatchedCodes {
            boundaries: boundaries.into_iter().map(owned).collect(),
            areas: areas.into_iter().map(owned).collect(),
        }
    }

    /// Whether every code stands on both sides.
    pub fn is_empty(&self) -> bool {
        self.boundaries.is_empty() && self.areas.is_empty()
    }

    pub(in crate::map) fn refused(self, left: &str, right: &str) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let (left, right) = (left.to_string(), right.to_string());
        Err(ErrorKind::UnmatchedCodes { left, only_left: self.boundaries, right, only_right: self.areas }
            .into())
    }
}

impl Boundaries {
    /// Compares with the codes of areas: what stands on one side only.
    ///
    /// ```
    /// # use nestcount::map::Boundaries;
    /// # let file = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "GM01"},
    /// #     "geometry": {"type": "Polygon", "coordinates": [[[4,52],[5,52],[5,53],[4,52]]]}}]}"#;
    /// let boundaries = Boundaries::from_geojson(file.as_bytes(), "code")?;
    /// let unmatched = boundaries.unmatched(["GM02"]);
    /// assert_eq!((unmatched.boundaries, unmatched.areas), (vec!["GM01".to_string()], vec!["GM02".to_string()]));
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn unmatched<'a>(&self, codes: impl IntoIterator<Item = &'a str>) -> UnmatchedCodes {
        let areas: Vec<&str> = codes.into_iter().collect();
        let (known, wanted): (BTreeSet<&str>, BTreeSet<&str>) =
            (self.codes().collect(), areas.iter().copied().collect());
        UnmatchedCodes::new(
            self.codes().filter(|code| !wanted.contains(code)),
            areas.iter().copied().filter(|code| !known.contains(code)),
        )
    }
}
