//! Our expectation beside the one that SCP published.

use crate::agreement::Agreement;
use crate::expectations::{CountModel, EXPECTED, Expected, Wijken};
use crate::source::Source;
use crate::withheld_shares::WithheldShares;
use nestcount::Result;
use nestcount::area::Placement;
use nestcount::count::CountTable;

/// How many disagreements are shown, and how many reasons for each.
const SHOWN: usize = 10;
const REASONS: usize = 3;

/// What is compared: a model by its name, under a treatment of withheld shares.
struct Line {
    model: &'static str,
    treatment: WithheldShares,
    expected: Expected,
}

/// Prints the comparison, where the table has SCP's expectation; returns the count model with the counts it was fitted to.
pub(crate) fn with_scp(source: &Source, placement: &Placement) -> Result<Option<(CountTable, CountModel)>> {
    if !source.table.has(EXPECTED) {
        return Ok(None);
    }
    let names = source.columns.determinants.names().collect();
    let wijken = Wijken::read(&source.table, placement, names)?;
    let n = wijken.scp.len();
    say!("\n9. Expected percentages given the gemeente, beside those SCP published ('{EXPECTED}')");
    say!(
        "   count model: {} wijken with an exposure, reconstructed or approximate; the other {} are predicted",
        wijken.counts.rows().len(),
        n - wijken.counts.rows().len()
    );
    say!("   Gaussian model of the percentage, SCP's own kind: {} wijken", wijken.observed().count());
    say!(
        "\n   {:10} {:28} {:>13} {:>6} {:>13} {:>6}",
        "model",
        "withheld shares",
        "r (observed)",
        "rmse",
        "r (all)",
        "rmse"
    );
    let mut models = Vec::new();
    for treatment in [WithheldShares::Mean, WithheldShares::HalfTheMean] {
        let model = wijken.count_model(treatment)?;
        let count = Line { model: "count", treatment, expected: wijken.count(&model)? };
        let gaussian = Line { model: "Gaussian", treatment, expected: wijken.linear(treatment)? };
        agreement(&count, &wijken);
        agreement(&gaussian, &wijken);
        models.push((model, count, gaussian));
    }
    say!("   rmse in points; observed: the wijken whose actual percentage SCP published");
    let Some((model, count, gaussian)) = models.pop() else { return Ok(None) };
    disagreements(&wijken, source, &count.expected, &gaussian.expected)?;
    Ok(Some((wijken.counts, model)))
}

fn agreement(line: &Line, wijken: &Wijken<'_>) {
    let percent = &line.expected.percent;
    let observed = Agreement::of(percent, &wijken.scp, wijken.observed());
    let all = Agreement::of(percent, &wijken.scp, 0..percent.len());
    let treatment = match line.treatment {
        WithheldShares::Mean => "mean of the gemeente",
        WithheldShares::HalfTheMean => "half the mean of the gemeente",
    };
    say!(
        "   {:10} {treatment:28} {:>13.4} {:>6.3} {:>13.4} {:>6.3}   ({}, {} wijken)",
        line.model,
        observed.correlation,
        observed.rmse,
        all.correlation,
        all.rmse,
        observed.n,
        all.n
    );
}

/// The wijken in which the count model is furthest from SCP.
fn disagreements(wijken: &Wijken<'_>, source: &Source, count: &Expected, gaussian: &Expected) -> Result<()> {
    let [wijk, gemeente] = source.columns.names;
    let (wijk, gemeente) = (source.table.codes(wijk)?, source.table.codes(gemeente)?);
    let cells = wijken.names.iter().map(|name| source.table.numbers(name)).collect::<Result<Vec<_>>>()?;
    let withheld = |name: &str, row: usize| {
        wijken.names.iter().position(|known| *known == name).is_some_and(|at| cells[at][row].is_none())
    };
    let gap = |row: &usize| (count.percent[*row] - wijken.scp[*row]).abs();
    let mut rows: Vec<usize> = (0..wijken.scp.len()).collect();
    rows.sort_by(|a, b| gap(b).total_cmp(&gap(a)));
    say!("\n   The {SHOWN} largest disagreements, in percent (* the determinant is withheld in the file)");
    for &row in rows.iter().take(SHOWN) {
        let name = |names: &[Option<String>]| names[row].clone().unwrap_or_default();
        let actual = wijken.actual[row].map_or("withheld".into(), |percent| format!("{percent:.1}"));
        let fitted = match wijken.counts.rows().binary_search(&row) {
            Ok(_) => "",
            Err(_) => ", predicted: no exposure",
        };
        say!(
            "   {} in {}: SCP {:.1}, count model {:.1}, Gaussian {:.1}, actual {actual}{fitted}",
            name(&wijk),
            name(&gemeente),
            wijken.scp[row],
            count.percent[row],
            gaussian.percent[row]
        );
        let mark = |name: &str| if withheld(name, row) { "*" } else { "" };
        let of_count = count.reasons.largest(row, REASONS).into_iter();
        let of_count = of_count.map(|(name, part)| format!("{name}{} ×{:.2}", mark(name), part.exp()));
        let of_gaussian = gaussian.reasons.largest(row, REASONS).into_iter();
        let of_gaussian = of_gaussian.map(|(name, part)| format!("{name}{} {part:+.1}", mark(name)));
        say!("      count     {}", of_count.collect::<Vec<_>>().join(", "));
        say!("      Gaussian  {}", of_gaussian.collect::<Vec<_>>().join(", "));
    }
    Ok(())
}
