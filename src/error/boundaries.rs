//! What may be wrong with the boundaries of areas.

use super::wording::{Listed, Rows};
use std::fmt;

/// Why a file of boundaries gives no outline for each area. Features are positions in the file, from 0; messages count
/// them from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BoundaryFault {
    /// Features without a code.
    #[error(
        "property '{property}' holds no code in feature {}; properties there are {}",
        Features(features),
        Listed(known)
    )]
    NoCode {
        /// The property that should hold it.
        property: String,
        /// The features without it.
        features: Vec<usize>,
        /// The properties that features have.
        known: Vec<String>,
    },
    /// One code on several features.
    #[error("'{code}' is the code of features {}; merge them or mend the codes", Features(features))]
    DoubledCode {
        /// The code.
        code: String,
        /// The features that have it.
        features: Vec<usize>,
    },
    /// A feature without geometry.
    #[error("'{code}' has no geometry")]
    NoGeometry {
        /// Its code.
        code: String,
    },
    /// A feature that is a point, a line or a collection.
    #[error("'{code}' is a {geometry}, no polygon")]
    NotAnArea {
        /// Its code.
        code: String,
        /// What it is.
        geometry: String,
    },
    /// An outline that does not end where it begins.
    #[error("'{code}' has a ring that does not close")]
    UnclosedRing {
        /// The area's code.
        code: String,
    },
    /// An outline with a position of fewer than two numbers, or one not finite.
    #[error("'{code}' has a position that is no pair of numbers")]
    InvalidPosition {
        /// The area's code.
        code: String,
    },
    /// An outline by way of an arc that is not in the file.
    #[error("'{code}' runs along arc {arc}, which the file does not have")]
    UnknownArc {
        /// The area's code.
        code: String,
        /// The arc as the file counts it; below 0 where it is run backwards.
        arc: i64,
    },
    /// A position that is no longitude and latitude.
    #[error(
        "'{code}' lies at {}, which is no longitude and latitude; convert it first (from_rd does so for EPSG:28992)",
        Position(position)
    )]
    OutsideLonLat {
        /// The area's code.
        code: String,
        /// The first such position, as text.
        position: [String; 2],
    },
    /// Coordinates that are not on the Dutch grid.
    #[error("'{code}' lies at {}, outside the Dutch grid (EPSG:28992)", Position(position))]
    OutsideRd {
        /// The area's code.
        code: String,
        /// The first such position, as text.
        position: [String; 2],
    },
}

struct Features<'a>(&'a [usize]);

impl fmt::Display for Features<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = Rows(self.0).to_string();
        f.write_str(rows.trim_start_matches("rows ").trim_start_matches("row "))
    }
}

struct Position<'a>(&'a [String; 2]);

impl fmt::Display for Position<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {})", self.0[0], self.0[1])
    }
}
