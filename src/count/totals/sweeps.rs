//! One sweep up the tree and one down: the tightest bounds of every sum.
//!
//! Sums of whole numbers between bounds take every value between the sums of the bounds, so that nothing is lost by
//! keeping bounds only; and what a total says of its parts depends on the rest of the tree through that total alone.

use super::span::{Span, Sum};

/// The parts at one depth: all rows, the areas of each level, the rows.
pub(super) struct Layer {
    /// What is known of each part by itself.
    pub(super) known: Vec<Span>,
    /// Position of the whole, one layer up, that each part belongs to.
    pub(super) wholes: Vec<u32>,
}

/// A whole whose own total does not meet the sum of its parts.
pub(super) struct Clash {
    pub(super) layer: usize,
    pub(super) position: usize,
    pub(super) total: Span,
    pub(super) parts: Span,
}

/// The tightest bounds of every part of every layer, from the whole down; or every clash.
pub(super) fn tighten(layers: &[Layer]) -> Result<Vec<Vec<Span>>, Vec<Clash>> {
    let (own, sums) = up(layers)?;
    let mut tight: Vec<Vec<Span>> = Vec::with_capacity(layers.len());
    for (parts, layer) in own.into_iter().zip(layers) {
        let above = tight.last().zip(sums.get(tight.len().saturating_sub(1)));
        let narrowed = match above {
            None => parts,
            Some((wholes, sums)) => narrow(parts, &layer.wholes, wholes, sums),
        };
        tight.push(narrowed);
    }
    Ok(tight)
}

/// What each part may be, by its whole and by what the other parts of that whole may be.
fn narrow(parts: Vec<Span>, belongs: &[u32], wholes: &[Span], sums: &[Sum]) -> Vec<Span> {
    let narrowed = parts.into_iter().zip(belongs).map(|(part, &whole)| {
        let rest = wholes[whole as usize].minus(sums[whole as usize].without(part));
        // Nothing clashed on the way up, so the two always meet.
        part.meet(rest).unwrap_or(part)
    });
    narrowed.collect()
}

/// Bounds by all that lies below, and the sums of the parts of each layer but the last.
type Upwards = (Vec<Vec<Span>>, Vec<Vec<Sum>>);

fn up(layers: &[Layer]) -> Result<Upwards, Vec<Clash>> {
    let (mut spans, mut sums, mut clashes) = (Vec::new(), Vec::new(), Vec::new());
    let Some((rows, wholes)) = layers.split_last() else { return Ok((spans, sums)) };
    let (mut parts, mut belongs) = (rows.known.clone(), &rows.wholes);
    for (at, layer) in wholes.iter().enumerate().rev() {
        let sum = add_up(&parts, belongs, layer.known.len());
        let met = meet_totals(at, &layer.known, &sum, &mut clashes);
        spans.push(std::mem::replace(&mut parts, met));
        belongs = &layer.wholes;
        sums.push(sum);
    }
    spans.push(parts);
    spans.reverse();
    sums.reverse();
    match clashes.is_empty() {
        true => Ok((spans, sums)),
        false => {
            clashes.sort_by_key(|clash| (clash.layer, clash.position));
            Err(clashes)
        }
    }
}

fn add_up(parts: &[Span], wholes: &[u32], n_wholes: usize) -> Vec<Sum> {
    let mut sums = vec![Sum::default(); n_wholes];
    for (&part, &whole) in parts.iter().zip(wholes) {
        sums[whole as usize].add(part);
    }
    sums
}

/// After a clash both bounds stay possible above it, so that one clash does not lead to others.
fn meet_totals(layer: usize, totals: &[Span], sums: &[Sum], clashes: &mut Vec<Clash>) -> Vec<Span> {
    let met = totals.iter().zip(sums).enumerate().map(|(position, (&total, sum))| {
        let parts = sum.span();
        total.meet(parts).unwrap_or_else(|| {
            clashes.push(Clash { layer, position, total, parts });
            total.hull(parts)
        })
    });
    met.collect()
}
