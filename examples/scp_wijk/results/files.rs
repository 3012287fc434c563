//! The data file of the wijken, that of the gemeenten, and the codebook; checked before they are written.

use super::Basis;
use super::answers::Answers;
use crate::labels::label;
use crate::save::save;
use crate::trouble::Trouble;
use nestcount::Result;
use nestcount::expected::{Actual, Class, Comparison};
use nestcount::infer::Confidence;
use nestcount::report::{
    Absence, AreaColumn, AreaFile, Cell, Checked, Compared, Dialect, FromCount, Language, Protection,
    ReportedCount, Role, Scale, Side, Values,
};
use std::path::Path;

/// Counts below this were withheld, and stay so; a withheld one keeps at least so many possible values.
const PROTECTED: (u64, u64) = (10, 3);

const SOURCE: &str = "nestcount, example scp_wijk";

/// Writes `wijken.csv`, `gemeenten.csv` and their codebooks; returns the names of the files.
pub(super) fn write(
    basis: &Basis<'_>,
    wijken: &Answers,
    gemeenten: &Answers,
    out: &Path,
) -> Result<Vec<String>, Trouble> {
    let protection = Protection::below(PROTECTED.0, PROTECTED.1)?;
    let mut written = Vec::new();
    // counts of gemeenten are sums of what the file of wijken says, bounds where it says bounds: no total from elsewhere
    for (name, file) in
        [("wijken", wijk_file(basis, wijken)?), ("gemeenten", gemeente_file(basis, gemeenten)?)]
    {
        written.extend(write_one(name, &file.check(protection)?, out)?);
    }
    Ok(written)
}

fn write_one(name: &str, checked: &Checked<AreaFile>, out: &Path) -> Result<[String; 2], Trouble> {
    let names = [format!("{name}.csv"), format!("{name}-codebook.md")];
    let mut csv = Vec::new();
    checked.write_csv(&mut csv, Dialect::International)?;
    save(out, &names[0], csv)?;
    let codebook = checked.codebook().to_markdown(Language::English);
    save(out, &names[1], &codebook)?;
    Ok(names)
}

/// A row for every wijk that was read, in the file's order.
fn wijk_file(basis: &Basis<'_>, answers: &Answers) -> Result<AreaFile> {
    let [wijk, gemeente] = basis.source.columns.names;
    let file = AreaFile::of_rows(basis.placement)
        .with_names("wijk", basis.names(wijk)?)?
        .with_names("gemeente", basis.names(gemeente)?)?
        .with_count_table(basis.counts, basis.withheld)?;
    let percent =
        AreaColumn::new("expected_percent", Scale::Percent, Values::numbers(basis.expected_percentages()?))
            .label(
                "expected percentage, of wijken that took no part in the fit too",
                "verwacht percentage, ook van wijken buiten de schatting",
            )
            .given("determinants and the effects of gemeente and jeugdregio, averaged over wijken")
            .source(SOURCE)
            .rounded(3);
    let mut file = file.with_column(percent)?;
    if let Some(column) = basis.source.columns.percent {
        let cells = basis.percentages()?.into_iter().map(Cell::known);
        let column = AreaColumn::new(column, Scale::Percent, Values::numbers(cells))
            .label("actual percentage as published", "feitelijk percentage zoals gepubliceerd")
            .source(basis.source.credit);
        file = file.with_column(column)?;
    }
    let file = with_answers(basis, file, answers)?;
    basis.source.columns.determinants.names().try_fold(file, |file, name| {
        let cells = basis.source.table.numbers(name)?.into_iter().map(Cell::known);
        let (english, dutch) = label(name);
        let column = AreaColumn::new(name, Scale::Own, Values::numbers(cells)).label(english, dutch);
        file.with_column(column.source(basis.source.credit))
    })
}

/// A row for every gemeente; count and exposure are sums over its wijken in the fit.
fn gemeente_file(basis: &Basis<'_>, answers: &Answers) -> Result<AreaFile> {
    let tree = basis.placement.tree();
    let file = AreaFile::of_level(tree, "gemeente")?.with_names("gemeente", basis.gemeenten()?)?;
    let at = file.find(basis.problem, &answers.sets)?;
    let reported = at.cells(&answers.comparisons)?.into_iter().map(|cell| match cell {
        Cell::Value(comparison) => reported(comparison.actual),
        Cell::Empty(_) => ReportedCount::Missing,
    });
    let exposures = at.cells(&answers.comparisons)?.into_iter();
    let exposures: Vec<Cell<f64>> =
        exposures.map(|cell| cell.map(|comparison| comparison.expected.exposure)).collect();
    let file = file.with_reported(reported.collect())?.with_exposure(exposures)?;
    with_answers(basis, file, answers)
}

fn reported(actual: Actual) -> ReportedCount {
    match actual {
        Actual::Observed(count) => ReportedCount::Counted(count as u64),
        Actual::Bounded(bounds) => ReportedCount::Between(bounds),
    }
}

/// Expectation, difference, prediction, exceedance, places and class.
fn with_answers(basis: &Basis<'_>, file: AreaFile, answers: &Answers) -> Result<AreaFile> {
    let asked = Compared {
        expectation: &answers.expectation,
        effects: answers.effects,
        confidence: Confidence::P95,
        source: SOURCE,
    };
    let at = file.find(basis.problem, &answers.sets)?;
    let file = file.with_comparisons(&at, &asked, &answers.comparisons)?.with_ranks(
        &at,
        "rate",
        Confidence::P95,
        &answers.read.ranks[0],
    )?;
    let probability = |name: &str, values: &[f64], english: &str, dutch: &str| -> Result<AreaColumn> {
        let column = AreaColumn::new(name, Scale::Probability, Values::numbers(at.cells(values)?));
        Ok(column.label(english, dutch).source(SOURCE).given("all counts as far as published"))
    };
    let [above_expected, above_national] = [&answers.read.exceedances[0], &answers.read.exceedances[1]];
    // of a withheld count the bounds may fall into one class, but the file says no more of it than its bounds
    let class = |of: &Comparison| match (of.actual, basis.substantial.class(of)) {
        (Actual::Bounded(_), _) | (_, Class::NotObserved) => Cell::Empty(Absence::Withheld),
        (_, Class::Above) => Cell::Value("above".to_string()),
        (_, Class::Between) => Cell::Value("not substantial".to_string()),
        (_, Class::Below) => Cell::Value("below".to_string()),
    };
    let classes = at.cells(&answers.comparisons)?.into_iter().map(|cell| match cell {
        Cell::Value(comparison) => class(&comparison),
        Cell::Empty(absence) => Cell::Empty(absence),
    });
    file.with_column(probability(
        "p_above_expected",
        above_expected,
        "probability that the rate is above the expected one",
        "kans dat het percentage boven het verwachte ligt",
    )?)?
    .with_column(probability(
        "p_above_national",
        above_national,
        "probability that the rate is above the national one",
        "kans dat het percentage boven het landelijke ligt",
    )?)?
    .with_column(
        AreaColumn::new("substantial", Scale::Category, Values::text(classes))
            .label("whether the difference is substantial", "of het verschil substantieel is")
            .role(Role::FromCount { how: FromCount::Otherwise, side: Side::Itself })
            .source(SOURCE),
    )
}
