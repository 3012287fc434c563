//! What is left behind: data file and codebook, maps, figures.

mod answers;
mod figures;
mod files;
mod geography;
mod maps;
mod shown;
mod tiles;
mod wording;

use crate::expectations::expected_percentages;
use crate::reasons::Reasons;
use crate::source::Source;
use crate::trouble::Trouble;
use answers::{Answers, DRAWS};
use nestcount::area::Placement;
use nestcount::count::CountTable;
use nestcount::expected::Substantial;
use nestcount::map::Language;
use nestcount::ndarray::Axis;
use nestcount::table::Table;
use nestcount::{Fit, Problem, Result};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use shown::{Answer, Seen, Shown};
use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

/// What the results are made from: a fit, and the wijken it was made for.
pub(crate) struct Basis<'a> {
    /// What was read.
    pub(crate) source: &'a Source,
    /// The determinants as the fit had them.
    pub(crate) table: &'a Table,
    pub(crate) placement: &'a Placement,
    pub(crate) counts: &'a CountTable,
    /// Rows whose count was withheld.
    pub(crate) withheld: &'a [usize],
    pub(crate) problem: &'a Problem,
    pub(crate) fit: &'a Fit,
    /// From which size a difference matters.
    pub(crate) substantial: Substantial,
}

/// Where to, on which boundaries, in which language.
pub(crate) struct Wanted<'a> {
    pub(crate) out: &'a Path,
    pub(crate) geo: Option<&'a Path>,
    pub(crate) language: Language,
    pub(crate) seed: u64,
}

/// What is written on a card of the determinants behind an expectation.
const DRIVERS: usize = 3;

/// Writes everything and says what.
pub(crate) fn write(basis: &Basis<'_>, wanted: &Wanted<'_>) -> Result<(), Trouble> {
    let begun = Instant::now();
    let draws = basis.fit.draws(basis.problem, DRAWS, &mut ChaCha12Rng::seed_from_u64(wanted.seed))?;
    let wijken = Answers::of_wijken(basis, &draws)?;
    let gemeenten = Answers::of_gemeenten(basis, &draws)?;
    say!(
        "\n10. Results: expected, actual, difference, exceedance and ranks of {} wijken and {} gemeenten in {:.0} ms",
        wijken.comparisons.len(),
        gemeenten.comparisons.len(),
        begun.elapsed().as_secs_f64() * 1e3
    );
    let mut written = files::write(basis, &wijken, &gemeenten, wanted.out)?;
    let reasons = Reasons::of(basis.fit, basis.table, basis.placement)?;
    let shown = Showing { basis, reasons, language: wanted.language };
    let maps = maps::write(basis, &shown.gemeenten(&gemeenten)?, &shown.wijken(&wijken)?, wanted)?;
    written.extend(maps);
    written.extend(figures::write(basis, wanted)?);
    say!("   in {}: {}", wanted.out.display(), written.join(", "));
    Ok(())
}

impl Basis<'_> {
    fn expected_percentages(&self) -> Result<Vec<f64>> {
        expected_percentages(self.table, self.placement, self.problem, self.fit)
    }

    /// The actual percentage of each row: as it was published, or what the published count and the exposure make it.
    fn percentages(&self) -> Result<Vec<Option<f64>>> {
        let columns = &self.source.columns;
        if let Some(column) = columns.percent {
            return self.source.table.numbers(column);
        }
        let counts = self.source.table.numbers(columns.count)?;
        let mut percent = vec![None; counts.len()];
        for (&row, exposure) in self.counts.rows().iter().zip(self.counts.exposures()) {
            if self.withheld.binary_search(&row).is_err() {
                percent[row] = counts[row].map(|count| 100.0 * count / exposure.get());
            }
        }
        Ok(percent)
    }

    /// A column of names, one per row.
    fn names(&self, column: &str) -> Result<Vec<String>> {
        Ok(self.source.table.codes(column)?.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// Names of the gemeenten by their code.
    fn names_by_code(&self) -> Result<HashMap<String, String>> {
        let tree = self.placement.tree();
        let codes = tree.codes(tree.level("gemeente")?).iter().cloned();
        Ok(codes.zip(self.gemeenten()?).collect())
    }

    /// Names of the gemeenten in the order of the tree.
    fn gemeenten(&self) -> Result<Vec<String>> {
        let tree = self.placement.tree();
        let at = tree.level("gemeente")?;
        let mut names = vec![String::new(); tree.n_areas(at)];
        for (area, name) in
            self.placement.areas(at).into_iter().zip(self.names(self.source.columns.names[1])?)
        {
            names[area as usize] = name;
        }
        Ok(names)
    }
}

/// Brings answers to the areas of a map.
struct Showing<'a> {
    basis: &'a Basis<'a>,
    reasons: Reasons,
    language: Language,
}

impl Showing<'_> {
    fn wijken(&self, answers: &Answers) -> Result<Vec<Shown>> {
        let [wijk, gemeente] = self.basis.source.columns.names;
        let (names, within) = (self.basis.names(wijk)?, self.basis.names(gemeente)?);
        let codes = self.basis.placement.codes(self.basis.placement.tree().finest());
        let mut by_row: HashMap<usize, Answer> =
            self.basis.problem.rows().iter().copied().zip(Answer::all(answers)).collect();
        let (expected, published) = (self.basis.expected_percentages()?, self.basis.percentages()?);
        let each = names.into_iter().zip(within).zip(expected).enumerate();
        let shown = each.map(|(row, ((name, within), expected))| Shown {
            seen: match (published[row], self.basis.withheld.binary_search(&row)) {
                (Some(percent), _) => Seen::Published(percent),
                (None, Ok(_)) => Seen::Withheld,
                (None, Err(_)) => Seen::Nothing,
            },
            code: codes[row].to_string(),
            name,
            within,
            expected,
            answer: by_row.remove(&row),
            drivers: self.drivers(&self.reasons.largest(row, DRIVERS)),
        });
        Ok(shown.collect())
    }

    fn gemeenten(&self, answers: &Answers) -> Result<Vec<Shown>> {
        let tree = self.basis.placement.tree();
        let at = tree.level("gemeente")?;
        let codes = tree.codes(at);
        let mut by_code: HashMap<&str, Answer> = HashMap::new();
        for (path, answer) in answers.sets.paths().iter().zip(Answer::all(answers)) {
            by_code.extend(path.last().map(|code| (code.as_str(), answer)));
        }
        let (areas, names) = (self.basis.placement.areas(at), self.basis.gemeenten()?);
        let of_wijken = self.basis.expected_percentages()?;
        let each = codes.iter().zip(names).enumerate().map(|(area, (code, name))| {
            let answer = by_code.remove(code.as_str());
            let rows: Vec<usize> = (0..areas.len()).filter(|&row| areas[row] as usize == area).collect();
            // without an exposure of its wijken a gemeente is expected to be their plain mean
            let mean = rows.iter().map(|&row| of_wijken[row]).sum::<f64>() / rows.len() as f64;
            let of_answer = |answer: &Answer| 100.0 * answer.comparison.expected.rate();
            Shown {
                seen: Seen::Sum,
                code: code.clone(),
                name,
                within: String::new(),
                expected: answer.as_ref().map_or(mean, of_answer),
                drivers: self.drivers(&self.reasons.most(self.mean_parts(&rows), DRIVERS)),
                answer,
            }
        });
        Ok(each.collect())
    }

    /// What drives several wijken, on average.
    fn mean_parts(&self, rows: &[usize]) -> Vec<f64> {
        let mean = self.reasons.parts.select(Axis(0), rows).mean_axis(Axis(0));
        mean.map_or_else(Vec::new, |mean| mean.to_vec())
    }

    /// `one-parent families ×1.12, income ×0.95`.
    fn drivers(&self, parts: &[(&str, f64)]) -> String {
        let numbers = self.language.numbers();
        let part = |(name, part): &(&str, f64)| {
            let (english, dutch) = crate::labels::label(name);
            let name = match self.language {
                Language::English => english,
                Language::Dutch => dutch,
            };
            format!("{name} ×{}", numbers.write(part.exp(), 2))
        };
        parts.iter().map(part).collect::<Vec<_>>().join(", ")
    }
}
