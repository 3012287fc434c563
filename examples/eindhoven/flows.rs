//! Do stock and flow agree, and did a later release open with another stock?

use crate::source::Source;
use nestcount::flow::{Identity, Revision};

/// Cells and revisions printed one by one, at most.
const SHOWN: usize = 8;

pub(crate) fn print(source: &Source) {
    let (flows, identities) = (&source.flows, source.flows.identities());
    let of = |wanted: fn(&Identity) -> bool| identities.iter().filter(|identity| wanted(identity)).count();
    say!("\n1. Stock and flow: opening + begun − ended = closing?");
    say!(
        "   {} cells: {} agree, {} within what rounding explains, {} do not, {} unknown",
        identities.len(),
        of(|identity| *identity == Identity::Holds),
        of(|identity| matches!(identity, Identity::WithinRounding(_))),
        of(|identity| matches!(identity, Identity::Broken(_))),
        of(|identity| *identity == Identity::Unknown),
    );
    let broken = flows.cells().iter().zip(&identities).filter(|(_, one)| matches!(one, Identity::Broken(_)));
    for (cell, identity) in broken.take(SHOWN) {
        say!("   {} {}: {identity}", cell.area, cell.period);
    }
    let revisions = flows.revisions();
    let real: Vec<&Revision> = revisions.iter().filter(|revision| !revision.within_rounding()).collect();
    say!("   {} openings are not what the period before closed with, and are left so", real.len());
    for revision in real.iter().take(SHOWN) {
        say!("   {revision}");
    }
    let untold = flows.cells().iter().filter_map(|cell| cell.begun.gap()).filter(|gap| !gap.allows_zero());
    say!("   new + repeated is not what began in {} cells", untold.count());
    if let Some(world) = &source.world {
        let ((area, period, size), (late, closed, more)) = (&world.gap, &world.revision);
        say!(
            "   planted: {size} ended in {area} {period} that got lost; {more} in {late} known only after {closed}"
        );
    }
}
