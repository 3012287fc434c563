//! Actual against expected, gemeente by gemeente.

use nestcount::Result;
use nestcount::count::CountTable;
use nestcount::expected::{Class, Substantial};
use nestcount::second_stage::{AreaGap, Region};

pub(crate) fn tell(region: &Region, given: &Region, rule: &Substantial, counts: &CountTable) -> Result<()> {
    say!(
        "\n2. The region: {} wijken, actual against expected (marginal: nothing of the region itself in it)",
        region.rows().len()
    );
    if !counts.excluded().is_empty() {
        say!("   {} more without a count or an exposure", counts.excluded().len());
    }
    say!(
        "   {:10} {:>6} {:>13} {:>9} {:>13} {:>6} {:>6} {:>8} {:>9}",
        "gemeente",
        "wijken",
        "actual",
        "expected",
        "ratio",
        "above",
        "below",
        "unknown",
        "given gm"
    );
    let given_gaps = given.gaps("gemeente", rule)?;
    for (gap, given) in region.gaps("gemeente", rule)?.iter().zip(&given_gaps) {
        line(gap, given);
    }
    let (all, given_all) = (region.gap_of_all(rule), given.gap_of_all(rule));
    line(&all, &given_all);
    let substantial = |gap: &AreaGap| {
        let share = |class| 100.0 * gap.classes.share(class).unwrap_or(0.0);
        share(Class::Above) + share(Class::Below)
    };
    say!(
        "   substantial from {} points: {:.0} % of the wijken; given the gemeente, as SCP published, {:.0} %",
        crate::SUBSTANTIAL,
        substantial(&all),
        substantial(&given_all)
    );
    say!(
        "   given gm: the ratio with the gemeente's own effect in the expectation; above, below: substantially"
    );
    furthest(region, rule)
}

fn line(gap: &AreaGap, given: &AreaGap) {
    let actual = match gap.actual.high() {
        Some(high) if high > gap.actual.low() => format!("{:.0} to {high:.0}", gap.actual.low()),
        _ => format!("{:.0}", gap.actual.low()),
    };
    let ratio = |gap: &AreaGap| match gap.ratio() {
        (low, Some(high)) if high - low < 0.005 => format!("{low:.2}"),
        (low, Some(high)) => format!("{low:.2} to {high:.2}"),
        (low, None) => format!("from {low:.2}"),
    };
    say!(
        "   {:10} {:>6} {:>13} {:>9.0} {:>13} {:>6} {:>6} {:>8} {:>9}",
        gap.code(),
        gap.classes.total(),
        actual,
        gap.expected.count,
        ratio(gap),
        gap.classes.above,
        gap.classes.below,
        gap.classes.not_observed,
        ratio(given).split(' ').next().unwrap_or_default()
    );
}

fn furthest(region: &Region, rule: &Substantial) -> Result<()> {
    let codes = region.codes();
    let comparisons = region.comparisons();
    let of = |row: usize| {
        let at = region.rows().binary_search(&row).ok()?;
        let gap = comparisons.get(at)?.difference().observed()?;
        Some(format!("{} ×{:.2}", codes.get(at)?, gap.ratio()))
    };
    say!("   highest and lowest beside their expectation");
    for gap in region.gaps("gemeente", rule)? {
        let Some(furthest) = gap.furthest else { continue };
        let (Some(high), Some(low)) = (of(furthest.highest), of(furthest.lowest)) else { continue };
        say!("   {:10} {high:16} {low}", gap.code());
    }
    Ok(())
}
