//! From the Dutch grid (Rijksdriehoek, EPSG:28992) to longitude and latitude.

use super::arcs::Position;
use super::{Boundaries, unreadable};
use crate::error::{BoundaryFault, ErrorKind, Result};
use proj4rs::proj::Proj;

/// EPSG:28992 with the seven parameters of its published transformation to WGS84 (EPSG:15934, within 0.25 m or so).
const RD: &str = "+proj=sterea +lat_0=52.1561605555556 +lon_0=5.38763888888889 +k=0.9999079 +x_0=155000 +y_0=463000 \
                  +ellps=bessel +towgs84=565.4171,50.3319,465.5524,-0.398957,0.343988,-1.8774,4.0725 +units=m +no_defs";
const WGS84: &str = "+proj=longlat +datum=WGS84 +no_defs";

/// Where the grid is defined, metres: x, then y.
const GRID: [std::ops::RangeInclusive<f64>; 2] = [-7_000.0..=300_000.0, 289_000.0..=629_000.0];

impl Boundaries {
    /// Converts boundaries on the Dutch grid (EPSG:28992, metres) to longitude and latitude.
    ///
    /// Fails where a position lies outside the grid, naming the areas.
    pub fn from_rd(mut self) -> Result<Self> {
        let outside = |position: &Position| (0..2).any(|axis| !GRID[axis].contains(&position[axis]));
        let faults = self.faults(outside, |code, position| BoundaryFault::OutsideRd { code, position });
        if !faults.is_empty() {
            return Err(ErrorKind::Boundaries { faults }.into());
        }
        let (grid, globe) = (projection(RD)?, projection(WGS84)?);
        for position in self.arcs.0.iter_mut().flatten() {
            let mut point = (position[0], position[1], 0.0);
            proj4rs::transform::transform(&grid, &globe, &mut point).map_err(unreadable)?;
            *position = [point.0.to_degrees(), point.1.to_degrees()];
        }
        Ok(self)
    }

    /// Areas with a position that is wrong, each with the first of them.
    pub(super) fn faults(
        &self,
        wrong: impl Fn(&Position) -> bool,
        fault: impl Fn(String, [String; 2]) -> BoundaryFault,
    ) -> Vec<BoundaryFault> {
        let first = |outline: &super::Outline| {
            let mut steps = outline.polygons.iter().flatten().flatten();
            let position = steps.find_map(|step| self.arcs.along(*step).find(&wrong))?;
            Some(fault(outline.code.clone(), position.map(|coordinate| coordinate.to_string())))
        };
        self.outlines.iter().filter_map(first).collect()
    }

    /// Fails where a position is no longitude and latitude.
    pub(in crate::map) fn check_lon_lat(&self) -> Result<()> {
        // Mercator, in which maps are drawn, ends before the poles.
        let outside =
            |[lon, lat]: &Position| !(-180.0..=180.0).contains(lon) || !(-85.0..=85.0).contains(lat);
        let faults = self.faults(outside, |code, position| BoundaryFault::OutsideLonLat { code, position });
        match faults.is_empty() {
            true => Ok(()),
            false => Err(ErrorKind::Boundaries { faults }.into()),
        }
    }
}

fn projection(definition: &str) -> Result<Proj> {
    Proj::from_proj_string(definition).map_err(unreadable)
}
