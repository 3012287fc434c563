//! From longitude and latitude to whole steps of a canvas, and paths along them.
//!
//! Maps are drawn in Mercator's projection, which keeps shapes; over a country of the size of the Netherlands sizes vary
//! by a tenth.

use crate::map::boundaries::{Position, Shape};
use std::f64::consts::PI;
use std::fmt::Write;

/// Steps along the longer side: no step is seen before the map is magnified ten times.
const LONGER_SIDE: f64 = 8192.0;
/// Steps from the middle of a dot to its edge.
const DOT: i64 = 14;

/// Where the map lies in Mercator's plane.
pub(super) struct Frame {
    left: f64,
    top: f64,
    scale: f64,
    /// Steps from left to right.
    pub(super) width: i64,
    /// Steps from top to bottom.
    pub(super) height: i64,
}

impl Frame {
    /// The frame around shapes.
    pub(super) fn around<'a>(shapes: impl Iterator<Item = &'a Shape>) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for position in shapes.flat_map(positions) {
            let place = mercator(position);
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        if low[0] > high[0] {
            return Frame { left: 0.0, top: 0.0, scale: 1.0, width: 1, height: 1 };
        }
        let (wide, tall) = (high[0] - low[0], high[1] - low[1]);
        // One area that has shrunk to a dot has no extent of its own.
        let scale = LONGER_SIDE / wide.max(tall).max(1e-6);
        let steps = |extent: f64| (extent * scale).ceil() as i64 + 2 * DOT;
        let margin = DOT as f64 / scale;
        Frame { left: low[0] - margin, top: high[1] + margin, scale, width: steps(wide), height: steps(tall) }
    }

    /// The `d` of an SVG path, in relative steps.
    pub(super) fn path(&self, shape: &Shape) -> String {
        let mut pen = Pen::default();
        match shape {
            Shape::Dot(position) => pen.dot(self.place(*position)),
            Shape::Polygons(polygons) => {
                let rings = || polygons.iter().flatten();
                rings().for_each(|ring| pen.ring(ring.iter().map(|position| self.place(*position))));
                // What the steps are too coarse for is there all the same.
                if let (true, Some(position)) = (pen.d.is_empty(), rings().flatten().next()) {
                    pen.dot(self.place(*position));
                }
            }
        }
        pen.d
    }

    fn place(&self, position: Position) -> [i64; 2] {
        let [x, y] = mercator(position);
        [((x - self.left) * self.scale).round() as i64, ((self.top - y) * self.scale).round() as i64]
    }
}

fn positions(shape: &Shape) -> Vec<Position> {
    match shape {
        Shape::Dot(position) => vec![*position],
        Shape::Polygons(polygons) => polygons.iter().flatten().flatten().copied().collect(),
    }
}

/// Radians east, and ln tan(π/4 + latitude/2).
fn mercator([lon, lat]: Position) -> [f64; 2] {
    [lon.to_radians(), (PI / 4.0 + lat.to_radians() / 2.0).tan().ln()]
}

#[derive(Default)]
struct Pen {
    d: String,
    at: [i64; 2],
}

impl Pen {
    fn ring(&mut self, places: impl Iterator<Item = [i64; 2]>) {
        let mut places: Vec<[i64; 2]> = places.collect();
        places.dedup();
        // The last place is the first once more: fewer than three others enclose nothing.
        if places.len() < 4 {
            return;
        }
        for (i, place) in places[..places.len() - 1].iter().enumerate() {
            self.go(if i == 0 { "m" } else { "l" }, *place);
        }
        self.d.push('z');
        self.at = places[0];
    }

    fn dot(&mut self, [x, y]: [i64; 2]) {
        let (r, across) = (DOT, 2 * DOT);
        self.go("m", [x - r, y]);
        let _ = write!(self.d, "a{r},{r} 0 1 0 {across},0a{r},{r} 0 1 0 -{across},0z");
    }

    fn go(&mut self, how: &str, [x, y]: [i64; 2]) {
        let (dx, dy) = (x - self.at[0], y - self.at[1]);
        let repeated = how == "l"
            && self.d.rfind(|c: char| c.is_ascii_alphabetic()).is_some_and(|i| self.d[i..].starts_with('l'));
        let lead = if !repeated {
            how
        } else if dx < 0 {
            ""
        } else {
            " "
        };
        let between = if dy < 0 { "" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(self.d, "{lead}{dx}{between}{dy}");
        self.at = [x, y];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Vec<Position> {
        vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    }

    #[test]
    fn a_path_runs_in_relative_steps_and_a_square_stays_a_square() {
        let shape = Shape::Polygons(vec![vec![square(4.0, 0.0, 0.001)]]);
        let frame = Frame::around([&shape].into_iter());
        assert_eq!((frame.width, frame.height), (8192 + 28, 8192 + 28));
        assert_eq!(frame.path(&shape), "m14,8206l8192,0 0-8192-8192,0z");
    }

    #[test]
    fn what_encloses_nothing_is_a_dot() {
        let wide = Shape::Polygons(vec![vec![square(0.0, 0.0, 10.0)]]);
        let speck = Shape::Polygons(vec![vec![square(5.0, 5.0, 1e-9)]]);
        let dot = Shape::Dot([5.0, 5.0]);
        let frame = Frame::around([&wide, &speck].into_iter());
        assert_eq!(frame.path(&speck), frame.path(&dot));
        assert!(frame.path(&dot).contains('a'));
    }

    #[test]
    fn equator_and_north_are_where_mercator_has_them() {
        let [x, y] = mercator([180.0, 0.0]);
        assert!((x - PI).abs() < 1e-12 && y.abs() < 1e-12);
        let [_, y] = mercator([0.0, 85.051_128_779_806_59]);
        assert!((y - PI).abs() < 1e-12);
    }
}
