//! The story in order, as text.

use crate::published::Published;
use crate::source::Source;
use nestcount::Fit;
use nestcount::Result;
use nestcount::area::AreaTree;
use nestcount::count::{Count, CountTable};

use nestcount::expected::Fitted;
use nestcount::infer::Confidence;

/// How many areas are shown at each end.
const SHOWN: usize = 10;

pub(crate) fn areas(tree: &AreaTree) {
    say!("\n1. Areas read");
    for (l, level) in tree.levels().iter().enumerate() {
        say!("   {:12} {:>6}", level, tree.n_areas(l));
    }
}

pub(crate) fn exclusions(published: &Published, count: &str, exposure: &str) {
    let Published { counts, rule, .. } = published;
    say!("\n2. Counts ('{count}') and exposure ('{exposure}')");
    say!("   published by the rule: {rule}");
    say!(
        "   rows read {}, with something known of the count and an exposure {}",
        counts.n_read(),
        counts.rows().len()
    );
    let mut reasons: Vec<_> = counts.excluded().iter().map(|e| e.reason).collect();
    reasons.sort_unstable();
    for group in reasons.chunk_by(|a, b| a == b) {
        say!("   left out {:>6}: {}", group.len(), group[0]);
    }
    let withheld = |row: &usize| published.withheld.binary_search(row).is_ok();
    let (mut lo, mut hi, mut secret) = (0, 0, Vec::new());
    for (row, count) in counts.rows().iter().zip(counts.counts()) {
        let bounds = count.bounds();
        (lo, hi) = (lo + bounds.lo(), hi + bounds.hi().unwrap_or(bounds.lo()));
        if withheld(row) {
            secret.push(bounds);
        }
    }
    let exposed: f64 = counts.exposures().iter().map(|e| e.get()).sum();
    if let Some(bounds) = secret.first() {
        let (n, hi) = (secret.len(), bounds.hi().unwrap_or(bounds.lo()));
        say!("   withheld {n:>6}: somewhere from {} to {hi}", bounds.lo());
    }
    let percent = |users: u64| 100.0 * users as f64 / exposed;
    match lo == hi {
        true => say!("   {lo} users among {exposed:.0} youths: {:.2} %", percent(lo)),
        false => say!(
            "   {lo} to {hi} users among {exposed:.0} youths: {:.2} to {:.2} %",
            percent(lo),
            percent(hi)
        ),
    }
}

pub(crate) fn variances(empty: &Fit, full: &Fit) {
    say!("\n5. Variance between areas (log rate), and how much of it the determinants explain");
    say!(
        "   {:12} {:>7} {:>10} {:>10} {:>10} {:>22}",
        "level",
        "areas",
        "empty sd",
        "full sd",
        "explained",
        "median rate ratio left"
    );
    for (before, after) in empty.levels().iter().zip(full.levels()) {
        let explained = match before.sd.variance() > 0.0 {
            true => format!("{:.0} %", 100.0 * (1.0 - after.sd.variance() / before.sd.variance())),
            false => "-".to_string(),
        };
        say!(
            "   {:12} {:>7} {:>10.4} {:>10.4} {:>10} {:>22.3}",
            after.level,
            after.n_areas,
            before.sd.estimate(),
            after.sd.estimate(),
            explained,
            after.sd.median_rate_ratio()
        );
    }
    say!(
        "   logLik {:.2} -> {:.2}, AIC {:.1} -> {:.1}",
        empty.log_likelihood(),
        full.log_likelihood(),
        empty.aic(),
        full.aic()
    );
}

pub(crate) fn rate_ratios(fit: &Fit) {
    say!("\n6. Determinants: ratio of rates for one standard deviation more (95 % interval)");
    let mut terms: Vec<_> = fit.coefficients()[1..].iter().collect();
    terms.sort_by(|a, b| b.z().abs().total_cmp(&a.z().abs()));
    for c in terms {
        let interval = c.rate_ratio_interval(Confidence::P95);
        let sign = if interval.low > 1.0 || interval.high < 1.0 { "" } else { "  not told from 1" };
        say!("   {:28} {:>6.3}  ({:.3} to {:.3}){sign}", c.term, c.rate_ratio(), interval.low, interval.high);
    }
}

/// The wijken furthest from what is expected of them given determinants, gemeente and jeugdregio.
pub(crate) fn furthest(fit: &Fit, fitted: &Fitted<'_>, source: &Source, counts: &CountTable) -> Result<()> {
    say!("\n8. Furthest from expectation, given determinants, gemeente and jeugdregio");
    say!(
        "   Ordered by the wijk's own rate ratio against a typical wijk of its gemeente, after allowing for chance ('shrunk')."
    );
    say!("   Wijken whose count was withheld are not in it: their difference was not observed.");
    let (expected, conditional) = (fitted.given("gemeente")?, fitted.conditional());
    // what is expected is that of the average wijk; the shrunken ratio is against the typical one
    let average = fit.levels().last().map_or(0.0, |wijk| 0.5 * wijk.sd.variance()).exp();
    let names = source.table.codes(source.columns.names[0])?;
    let gemeenten = source.table.codes(source.columns.names[1])?;
    let mut wijken: Vec<Wijk> = Vec::new();
    for (at, &row) in fitted.rows().iter().enumerate() {
        let Ok(i) = counts.rows().binary_search(&row) else { continue };
        let Some(users) = published_number(counts.counts()[i]) else { continue };
        let name = |cell: &Option<String>| cell.clone().unwrap_or_else(|| "?".to_string());
        wijken.push(Wijk {
            name: format!("{}, {}", name(&names[row]), name(&gemeenten[row])),
            users,
            youths: counts.exposures()[i].get(),
            expected: expected[at],
            shrunk: conditional[at] / expected[at] * average,
        });
    }
    wijken.sort_by(|a, b| b.shrunk.total_cmp(&a.shrunk));
    Wijk::print("above", wijken.iter().take(SHOWN));
    Wijk::print("below", wijken.iter().rev().take(SHOWN));
    let effects = fit.area_effects("wijk")?;
    let sd = effects.iter().map(|area| area.sd).sum::<f64>() / effects.len().max(1) as f64;
    say!(
        "\n   The standard deviation of a wijk's own log rate is {sd:.2} on average: read the order with that in mind."
    );
    Ok(())
}

/// What stands in the table as the count: itself, or the middle of a few; nothing where it was withheld.
fn published_number(count: Count) -> Option<f64> {
    let bounds = count.bounds();
    let hi = bounds.hi()?;
    (hi - bounds.lo() < 5).then(|| 0.5 * (bounds.lo() + hi) as f64)
}

struct Wijk {
    name: String,
    users: f64,
    youths: f64,
    expected: f64,
    shrunk: f64,
}

/// Characters of a wijk's name that fit its column.
const NAME_WIDTH: usize = 54;

impl Wijk {
    fn print<'a>(side: &str, wijken: impl Iterator<Item = &'a Wijk>) {
        say!(
            "\n   {side:NAME_WIDTH$} {:>6} {:>8} {:>9} {:>9} {:>7} {:>7}",
            "users",
            "youths",
            "actual",
            "expected",
            "points",
            "shrunk"
        );
        for wijk in wijken {
            say!(
                "   {:NAME_WIDTH$} {:>6} {:>8} {:>7.1} % {:>7.1} % {:>+7.1} {:>7.2}",
                wijk.name.chars().take(NAME_WIDTH).collect::<String>(),
                wijk.users,
                wijk.youths,
                100.0 * wijk.users / wijk.youths,
                100.0 * wijk.expected / wijk.youths,
                100.0 * (wijk.users - wijk.expected) / wijk.youths,
                wijk.shrunk
            );
        }
    }
}

pub(crate) fn caveats() {
    say!(
        "\nOne year, no forecast. A difference says that something is at work that the determinants do not hold;"
    );
    say!("it is no verdict on a policy or on a wijk.");
}
