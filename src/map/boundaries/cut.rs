//! Rings of positions to arcs: cut where neighbours part, equal pieces once.

use super::Boundaries;
use super::arcs::{Arcs, Bits, Position, Ring, Step, bits};
use std::collections::{HashMap, HashSet};

/// Rings as they are read; each is named by a step until all are known.
#[derive(Default)]
pub(super) struct Cutter {
    rings: Vec<Vec<Position>>,
}

impl Cutter {
    /// Takes a closed ring without equal neighbours.
    pub(super) fn take(&mut self, mut ring: Vec<Position>) -> Ring {
        // A ring that never left its first position.
        if let [alone] = ring[..] {
            ring.push(alone);
        }
        self.rings.push(ring);
        vec![Step::forward(self.rings.len() - 1)]
    }

    /// The boundaries whose rings were taken, along arcs that neighbours share.
    pub(super) fn cut(self, mut boundaries: Boundaries) -> Boundaries {
        let junctions = junctions(&self.rings);
        let mut shared = Shared::default();
        let rings: Vec<Ring> = self.rings.iter().map(|ring| shared.along(ring, &junctions)).collect();
        for polygon in boundaries.outlines.iter_mut().flat_map(|outline| &mut outline.polygons) {
            for ring in polygon.iter_mut() {
                *ring = ring.first().map_or_else(Vec::new, |named| rings[named.arc].clone());
            }
        }
        boundaries.arcs = Arcs(shared.arcs);
        let (arcs, outlines) = (&boundaries.arcs, &mut boundaries.outlines);
        outlines
            .iter_mut()
            .flat_map(|outline| &mut outline.polygons)
            .for_each(|polygon| arcs.orient(polygon));
        boundaries
    }
}

/// Positions with other neighbours in one ring than in another.
fn junctions(rings: &[Vec<Position>]) -> HashSet<Bits> {
    let mut neighbours: HashMap<Bits, [Bits; 2]> = HashMap::new();
    let mut junctions = HashSet::new();
    for ring in rings {
        let open = &ring[..ring.len() - 1];
        for (i, position) in open.iter().enumerate() {
            let mut around = [open[(i + open.len() - 1) % open.len()], open[(i + 1) % open.len()]].map(bits);
            around.sort_unstable();
            if *neighbours.entry(bits(*position)).or_insert(around) != around {
                junctions.insert(bits(*position));
            }
        }
    }
    junctions
}

/// Arcs, each once whichever way it is run.
#[derive(Default)]
struct Shared {
    arcs: Vec<Vec<Position>>,
    known: HashMap<Vec<Bits>, usize>,
}

impl Shared {
    fn along(&mut self, ring: &[Position], junctions: &HashSet<Bits>) -> Ring {
        let open = &ring[..ring.len() - 1];
        let is_junction = |position: &Position| junctions.contains(&bits(*position));
        // A ring that nobody parts from begins at its smallest position: equal rings then are equal arcs.
        let smallest = || (0..open.len()).min_by_key(|&i| bits(open[i])).unwrap_or(0);
        let begin = open.iter().position(is_junction).unwrap_or_else(smallest);
        let mut pieces = vec![vec![open[begin]]];
        for i in 1..=open.len() {
            let position = open[(begin + i) % open.len()];
            if let Some(piece) = pieces.last_mut() {
                piece.push(position);
            }
            if i < open.len() && is_junction(&position) {
                pieces.push(vec![position]);
            }
        }
        pieces.into_iter().map(|piece| self.step(piece)).collect()
    }

    fn step(&mut self, piece: Vec<Position>) -> Step {
        let forward: Vec<Bits> = piece.iter().copied().map(bits).collect();
        if let Some(&arc) = self.known.get(&forward) {
            return Step::forward(arc);
        }
        let backward: Vec<Bits> = forward.iter().rev().copied().collect();
        if let Some(&arc) = self.known.get(&backward) {
            return Step::backward(arc);
        }
        self.known.insert(forward, self.arcs.len());
        self.arcs.push(piece);
        Step::forward(self.arcs.len() - 1)
    }
}
