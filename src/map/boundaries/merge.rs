//! Areas that became one: the arcs between them disappear, the others close to new rings.
//!
//! An arc between two areas is run once by each, so an arc that a set of areas runs an even number of times lies inside
//! it. No geometry is computed, so no sliver can appear.

use super::arcs::{Arcs, Bits, Polygon, Position, Ring, Step, bits};
use std::collections::{BTreeMap, HashMap};

/// The union of polygons.
pub(super) fn union(arcs: &Arcs, polygons: &[Polygon]) -> Vec<Polygon> {
    polygons_of(arcs, rings(arcs, boundary(arcs, polygons)))
}

/// The arcs run an odd number of times, as they are run, in the order of the arcs.
fn boundary(arcs: &Arcs, polygons: &[Polygon]) -> Vec<Step> {
    let mut uses: BTreeMap<usize, Vec<Step>> = BTreeMap::new();
    for step in polygons.iter().flatten().flatten() {
        uses.entry(step.arc).or_default().push(*step);
    }
    let odd = uses.into_values().filter(|steps| steps.len() % 2 == 1);
    odd.filter_map(|steps| steps.last().copied()).filter(|step| !is_point(arcs, *step)).collect()
}

fn is_point(arcs: &Arcs, step: Step) -> bool {
    let mut positions = arcs.along(step);
    let first = positions.next();
    positions.all(|position| Some(position) == first)
}

/// Closes steps to rings, each of which passes a position once.
///
/// Every position ends an even number of steps, so a walk that may also run a step against its direction always closes;
/// it does so only where an area has shrunk to a line, whose direction nobody can tell.
fn rings(arcs: &Arcs, steps: Vec<Step>) -> Vec<Ring> {
    let mut at: HashMap<Bits, Vec<usize>> = HashMap::new();
    let ends: Vec<(Bits, Bits)> = steps
        .iter()
        .map(|step| arcs.ends(*step).map_or(([0; 2], [0; 2]), |(begin, end)| (bits(begin), bits(end))))
        .collect();
    for (s, (begin, end)) in ends.iter().enumerate() {
        at.entry(*begin).or_default().push(s);
        at.entry(*end).or_default().push(s);
    }
    let mut unused = vec![true; steps.len()];
    let mut closed = Vec::new();
    for start in 0..steps.len() {
        let mut path: Vec<(Bits, Step)> = Vec::new();
        let mut here = ends[start].0;
        while let Some(next) = next_step(&at, &ends, &unused, here) {
            unused[next] = false;
            let forward = ends[next].0 == here;
            path.push((here, if forward { steps[next] } else { steps[next].reversed() }));
            here = if forward { ends[next].1 } else { ends[next].0 };
            if let Some(begin) = path.iter().position(|(position, _)| *position == here) {
                closed.push(path.split_off(begin).into_iter().map(|(_, step)| step).collect());
            }
        }
    }
    closed
}

fn next_step(
    at: &HashMap<Bits, Vec<usize>>,
    ends: &[(Bits, Bits)],
    unused: &[bool],
    here: Bits,
) -> Option<usize> {
    let meeting = at.get(&here)?;
    let mut left = meeting.iter().copied().filter(|&s| unused[s]);
    let forward = meeting.iter().copied().find(|&s| unused[s] && ends[s].0 == here);
    forward.or_else(|| left.next())
}

/// Rings that run counter-clockwise are exteriors, the others holes in the smallest exterior around them.
fn polygons_of(arcs: &Arcs, rings: Vec<Ring>) -> Vec<Polygon> {
    let (holes, exteriors): (Vec<Ring>, Vec<Ring>) =
        rings.into_iter().partition(|ring| arcs.area(ring) < 0.0);
    let outlines: Vec<(f64, Vec<Position>)> =
        exteriors.iter().map(|ring| (arcs.area(ring), arcs.ring(ring))).collect();
    let mut polygons: Vec<Polygon> = exteriors.into_iter().map(|ring| vec![ring]).collect();
    for hole in holes {
        let positions = arcs.ring(&hole);
        let around = (0..outlines.len())
            .filter(|&e| outlines[e].0 > -arcs.area(&hole) && holds(&outlines[e].1, &positions))
            .min_by(|&a, &b| outlines[a].0.total_cmp(&outlines[b].0));
        if let Some(exterior) = around {
            polygons[exterior].push(hole);
        }
    }
    polygons
}

/// Whether a ring lies inside another that it may touch at positions of both.
fn holds(exterior: &[Position], ring: &[Position]) -> bool {
    let apart = ring.iter().find(|position| !exterior.contains(position));
    let middle = |pair: &[Position]| [0, 1].map(|axis| 0.5 * (pair[0][axis] + pair[1][axis]));
    let within = apart.copied().or_else(|| ring.windows(2).next().map(middle));
    within.is_some_and(|position| contains(exterior, position))
}

/// Whether a ray from the position to the right crosses the ring an odd number of times.
pub(super) fn contains(ring: &[Position], [x, y]: Position) -> bool {
    let crosses = |pair: &&[Position]| {
        let ([x1, y1], [x2, y2]) = (pair[0], pair[1]);
        (y1 > y) != (y2 > y) && x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)
    };
    ring.windows(2).filter(crosses).count() % 2 == 1
}
