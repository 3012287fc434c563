//! Boundaries and where they come from.

use super::tiles::tiles;
use crate::tables;
use crate::trouble::Trouble;
use nestcount::Result;
use nestcount::map::Boundaries;
use std::fs::File;
use std::path::Path;

const OF_2014: [&str; 2] = ["boundaries of 2014, CBS/Kadaster", "grenzen van 2014, CBS/Kadaster"];
const SCHEMATIC: [&str; 2] =
    ["a square an area, in the order of the file", "een vierkant per gebied, in de volgorde van het bestand"];

/// Where the boundaries of a level are read from.
pub(super) type Boundary = fn(&Path) -> Result<Geography, Trouble>;

/// Boundaries and where they come from.
pub(super) struct Geography {
    pub(super) boundaries: Boundaries,
    pub(super) source: [&'static str; 2],
}

impl Geography {
    /// A square an area.
    pub(super) fn schematic<'a>(codes: impl ExactSizeIterator<Item = &'a str>) -> Result<Self> {
        Ok(Geography { boundaries: tiles(codes)?, source: SCHEMATIC })
    }

    /// Those of 2015, merged into the gemeenten of 2017.
    pub(super) fn gemeenten(folder: &Path) -> Result<Self, Trouble> {
        let path = folder.join("gemeente2015_to_2017.csv");
        let pairs = tables::read(&path)?;
        tables::require(&pairs, &path, ["gm_2015", "gm_2017"])?;
        let (from, to) = (pairs.codes("gm_2015")?, pairs.codes("gm_2017")?);
        let pairs = from.iter().zip(&to).filter_map(|(from, to)| Some((from.as_deref()?, to.as_deref()?)));
        let of_2015 = Self::read(folder, "Gemeente_2015_layer_q1e3.json")?;
        let source = [
            "boundaries of 2015 merged to those of 2017, CBS/Kadaster",
            "grenzen van 2015, samengevoegd tot die van 2017, CBS/Kadaster",
        ];
        Ok(Geography { boundaries: of_2015.merged(pairs)?, source })
    }

    /// Those of 2014, the nearest year there is.
    pub(super) fn wijken(folder: &Path) -> Result<Self, Trouble> {
        let boundaries = Self::read(folder, "Wijk_2014_layer_q1e3.json")?;
        Ok(Geography { boundaries, source: OF_2014 })
    }

    fn read(folder: &Path, file: &str) -> Result<Boundaries, Trouble> {
        let path = folder.join(file);
        let open = File::open(&path).map_err(|error| Trouble::at(&path, error))?;
        Boundaries::from_topojson(open, "layer", "statcode")
            .map_err(|error| Trouble::from(error).of(Some(&path)))
    }
}
