//! Arcs that neighbouring areas share, and the rings that run along them.

/// A position: longitude and latitude, or two coordinates in a plane.
pub(crate) type Position = [f64; 2];

/// Coordinates bit by bit, for looking positions up.
pub(super) type Bits = [u64; 2];

/// One arc, run in its own direction or backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) arc: usize,
    pub(super) direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Forward,
    Backward,
}

impl Step {
    pub(super) fn forward(arc: usize) -> Self {
        Step { arc, direction: Direction::Forward }
    }

    pub(super) fn backward(arc: usize) -> Self {
        Step { arc, direction: Direction::Backward }
    }

    pub(super) fn reversed(self) -> Self {
        match self.direction {
            Direction::Forward => Step::backward(self.arc),
            Direction::Backward => Step::forward(self.arc),
        }
    }
}

/// Steps that end where they begin.
pub(super) type Ring = Vec<Step>;

/// The exterior ring, then the holes.
pub(super) type Polygon = Vec<Ring>;

/// All arcs of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arcs(pub(super) Vec<Vec<Position>>);

impl Arcs {
    /// The positions of an arc in the order of the step.
    pub(super) fn along(&self, step: Step) -> impl Iterator<Item = Position> + '_ {
        let arc = self.0.get(step.arc).map_or(&[][..], Vec::as_slice);
        let last = arc.len().saturating_sub(1);
        (0..arc.len()).map(move |i| match step.direction {
            Direction::Forward => arc[i],
            Direction::Backward => arc[last - i],
        })
    }

    /// Where a step begins and ends.
    pub(super) fn ends(&self, step: Step) -> Option<(Position, Position)> {
        let arc = self.0.get(step.arc)?;
        let (first, last) = (*arc.first()?, *arc.last()?);
        Some(match step.direction {
            Direction::Forward => (first, last),
            Direction::Backward => (last, first),
        })
    }

    /// The positions of a ring, the first once more at the end; equal neighbours once.
    pub(super) fn ring(&self, ring: &[Step]) -> Vec<Position> {
        let mut positions: Vec<Position> = ring.iter().flat_map(|step| self.along(*step)).collect();
        positions.dedup();
        positions
    }

    /// Whether every step begins where the one before it ends.
    pub(super) fn closes(&self, ring: &[Step]) -> bool {
        let ends: Option<Vec<_>> = ring.iter().map(|step| self.ends(*step)).collect();
        let Some(ends) = ends else { return false };
        let next = ends.iter().cycle().skip(1);
        !ends.is_empty() && ends.iter().zip(next).all(|((_, end), (begin, _))| end == begin)
    }

    /// The area within a ring: above 0 where it runs counter-clockwise.
    pub(super) fn area(&self, ring: &[Step]) -> f64 {
        signed_area(&self.ring(ring))
    }

    /// Exteriors counter-clockwise and holes clockwise, as RFC 7946 has them.
    pub(super) fn orient(&self, polygon: &mut Polygon) {
        for (r, ring) in polygon.iter_mut().enumerate() {
            let area = self.area(ring);
            if (r == 0 && area < 0.0) || (r > 0 && area > 0.0) {
                ring.reverse();
                ring.iter_mut().for_each(|step| *step = step.reversed());
            }
        }
    }
}

/// Half the cross products of successive positions, relative to the first so that little is lost to rounding.
pub(super) fn signed_area(ring: &[Position]) -> f64 {
    let Some(&[x0, y0]) = ring.first() else { return 0.0 };
    let cross =
        |pair: &[Position]| (pair[0][0] - x0) * (pair[1][1] - y0) - (pair[1][0] - x0) * (pair[0][1] - y0);
    0.5 * ring.windows(2).map(cross).sum::<f64>()
}

/// The bits of a position; both zeros alike.
pub(super) fn bits(position: Position) -> Bits {
    position.map(|coordinate| (coordinate + 0.0).to_bits())
}
