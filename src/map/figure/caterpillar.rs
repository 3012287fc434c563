//! The caterpillar plot: areas in the order of their effects, with intervals.

use super::axis::Axis;
use super::canvas::{ABOVE, BELOW, INK, NEITHER, Paper, Size};
use super::{Figure, check};
use crate::error::Result;

/// The effect of one area with its interval, on the scale of the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct CaterpillarArea {
    /// The area's name.
    pub name: String,
    /// The effect.
    pub effect: f64,
    /// Where its interval begins.
    pub low: f64,
    /// Where its interval ends.
    pub high: f64,
}

/// Up to so many areas each have a line with their name.
const NAMED: usize = 60;

impl Figure {
    /// Areas from the lowest effect to the highest, each with its interval; orange where it lies above zero, purple below,
    /// grey where it holds zero.
    ///
    /// Up to 60 areas stand below each other with their names, and the horizontal axis has the effects; more stand beside
    /// each other by rank, and the vertical axis has them. The labels of [`Figure::new`] name the axes of the former;
    /// the latter swaps them. Fails without areas, and on numbers that are not finite or not in order.
    pub fn caterpillar(&self, areas: &[CaterpillarArea]) -> Result<String> {
        let sound = |area: &CaterpillarArea| {
            area.low.is_finite()
                && area.high.is_finite()
                && area.low <= area.effect
                && area.effect <= area.high
        };
        check("areas", areas.iter().map(|area| (area.name.as_str(), sound(area))))?;
        let mut sorted: Vec<&CaterpillarArea> = areas.iter().collect();
        sorted.sort_by(|a, b| a.effect.total_cmp(&b.effect).then_with(|| a.name.cmp(&b.name)));
        let ends = sorted.iter().flat_map(|area| [area.low, area.high, 0.0]);
        let effects = Axis::linear(ends);
        Ok(match sorted.len() <= NAMED {
            true => self.named_rows(&sorted, &effects),
            false => self.ranks(&sorted, &effects),
        })
    }

    fn named_rows(&self, areas: &[&CaterpillarArea], effects: &Axis) -> String {
        let longest = areas.iter().map(|area| area.name.chars().count()).max().unwrap_or(0) as u32;
        let size = Size { width: 760, height: 130 + 17 * areas.len() as u32, left: 44 + 7 * longest.min(40) };
        let mut rows = Axis::linear([0.4, areas.len() as f64 + 0.6].into_iter());
        rows.marks = (1..=areas.len()).map(|row| row as f64).collect();
        let names = areas.iter().map(|area| area.name.as_str()).collect();
        let paper = Paper { size, x: effects, y: &rows, columns: Vec::new(), rows: names, key: Vec::new() };
        self.draw(&paper, |canvas| {
            canvas.line(&[[0.0, rows.low], [0.0, rows.high]], INK, 1.0)?;
            for (row, area) in areas.iter().enumerate() {
                let (y, colour) = (row as f64 + 1.0, colour(area));
                canvas.line(&[[area.low, y], [area.high, y]], colour, 1.6)?;
                canvas.dot([area.effect, y], colour, 3.2)?;
            }
            Ok(())
        })
    }

    fn ranks(&self, areas: &[&CaterpillarArea], effects: &Axis) -> String {
        let ranks = Axis::linear([1.0, areas.len() as f64].into_iter());
        let swapped = Figure { x: self.y.clone(), y: self.x.clone(), ..self.clone() };
        let size = Size { width: 960, height: 520, left: 68 };
        let width = (600.0 / areas.len() as f64).clamp(0.35, 2.0);
        let paper =
            Paper { size, x: &ranks, y: effects, columns: Vec::new(), rows: Vec::new(), key: Vec::new() };
        swapped.draw(&paper, |canvas| {
            for (rank, area) in areas.iter().enumerate() {
                let x = rank as f64 + 1.0;
                canvas.line(&[[x, area.low], [x, area.high]], colour(area), width)?;
            }
            canvas.line(&[[ranks.low, 0.0], [ranks.high, 0.0]], INK, 1.0)?;
            let effects: Vec<[f64; 2]> =
                areas.iter().enumerate().map(|(rank, area)| [rank as f64 + 1.0, area.effect]).collect();
            canvas.line(&effects, INK, 1.6)
        })
    }
}

fn colour(area: &CaterpillarArea) -> plotters::style::RGBColor {
    if area.low > 0.0 {
        ABOVE
    } else if area.high < 0.0 {
        BELOW
    } else {
        NEITHER
    }
}
