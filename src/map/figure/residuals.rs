//! The residual plot: how far counts lie from what was expected, against what was expected.

use super::axis::Axis;
use super::canvas::{ABOVE, BELOW, INK, NEITHER, Paper, Size};
use super::{Figure, check};
use crate::error::Result;

/// One row of a residual plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResidualPoint {
    /// What was expected.
    pub expected: f64,
    /// The residual, on the scale of a standard normal for instance.
    pub residual: f64,
}

/// Within this a standard normal lies in 95 of 100 cases.
const USUAL: f64 = 1.959_964;

impl Figure {
    /// Residuals against expected values, with lines at zero and where a standard normal has its middle 95%; what lies
    /// outside of these is orange above and purple below.
    ///
    /// Expected values above 0 that span much stand on a logarithmic axis. Fails without points, and on numbers that are
    /// not finite.
    pub fn residuals(&self, points: &[ResidualPoint]) -> Result<String> {
        let sound = |point: &ResidualPoint| point.expected.is_finite() && point.residual.is_finite();
        check("points", points.iter().map(|point| ("", sound(point))))?;
        let x = Axis::spanning(points.iter().map(|point| point.expected));
        let y = Axis::linear(points.iter().flat_map(|point| [point.residual, -2.5, 2.5]));
        let ends = points
            .iter()
            .map(|point| point.expected)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        let size = Size { width: 860, height: 520, left: 60 };
        let paper = Paper { size, x: &x, y: &y, columns: Vec::new(), rows: Vec::new(), key: Vec::new() };
        Ok(self.draw(&paper, |canvas| {
            for point in points {
                let colour = match point.residual {
                    r if r > USUAL => ABOVE,
                    r if r < -USUAL => BELOW,
                    _ => NEITHER,
                };
                canvas.dot([point.expected, point.residual], colour, 2.2)?;
            }
            for (height, width) in [(0.0, 1.2), (USUAL, 0.7), (-USUAL, 0.7)] {
                canvas.line(&[[ends.0, height], [ends.1, height]], INK, width)?;
            }
            Ok(())
        }))
    }
}
