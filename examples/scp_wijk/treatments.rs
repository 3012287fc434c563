//! What midpoint, dropping, imputation and the interval likelihood say, side by side.

use crate::Study;
use crate::published::Publisher;
use indicatif::ProgressBar;
use nestcount::count::{CountTable, ExclusionReason};
use nestcount::impute::{
    Imputations, Imputer, IncompleteProblem, MultipleImputation, PooledFit, PooledSd, WithheldCounts,
};
use nestcount::{Fit, Options, Problem, Result};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::ControlFlow;
use std::time::Instant;

/// Completed tables of an imputation.
const TABLES: usize = 20;
/// Determinants shown, those that matter most first.
const SHOWN: usize = 12;

/// One way to treat what was withheld, with what came of it.
struct Answer {
    name: &'static str,
    rows: usize,
    /// Estimate and standard error by term.
    coefficients: Vec<(f64, f64)>,
    sds: Vec<f64>,
    milliseconds: f64,
}

/// Fits the full model under every treatment and prints the answers; `problem` and `fit` are those of the intervals.
pub(crate) fn compare(study: &Study<'_>, problem: &Problem, fit: &Fit, seed: u64) -> Result<()> {
    let mut answers = vec![Answer::of("interval", fit, study.milliseconds)];
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    answers.push(timed(|| {
        let imputer = Imputer::new(problem, fit, &Options::default())?;
        let many = watched(|bar| imputer.multiply(wanted(), &mut rng, |at| bar(at.done)))?;
        Ok(Answer::pooled("imputed", &many.pooled))
    })?);
    answers.push(timed(|| {
        Ok(Answer::of("midpoint", &problem.completed(&problem.midpoints()?)?.fit(&Options::default())?, 0.0))
    })?);
    answers.push(timed(|| dropped(study))?);
    if let Publisher::Counted = study.source.columns.publisher {
        answers.push(timed(|| all_counted(study))?);
    }
    if study.incomplete_rows() > 0 {
        answers.push(timed(|| {
            let incomplete = IncompleteProblem::new(
                &crate::model(),
                &study.source.columns.wanted(),
                &study.source.table,
                &study.placement,
                &study.published.counts,
                &Options::default(),
            )?;
            let counts = WithheldCounts::AsPublished;
            let many = watched(|bar| incomplete.multiply(wanted(), counts, &mut rng, |at| bar(at.done)))?;
            Ok(Answer::pooled("x imputed", &many.pooled))
        })?);
    }
    print(study, fit, &answers);
    Ok(())
}

fn wanted() -> Imputations {
    Imputations::new(TABLES).on_threads(2)
}

/// The withheld wijken left out, and rounded counts taken for exact ones.
fn dropped(study: &Study<'_>) -> Result<Answer> {
    let counts = study.published.counts.without(&study.published.withheld, ExclusionReason::Withheld);
    let problem = study.problem(&counts)?;
    let fit = problem.completed(&problem.midpoints()?)?.fit(&Options::default())?;
    Ok(Answer::of("dropped", &fit, 0.0))
}

/// All counts, which only a synthetic world lets anyone see.
fn all_counted(study: &Study<'_>) -> Result<Answer> {
    let columns = &study.source.columns;
    let counts = CountTable::from_table(&study.source.table, columns.count, columns.exposure)?;
    Ok(Answer::of("all counted", &study.problem(&counts)?.fit(&Options::default())?, 0.0))
}

fn watched(
    work: impl FnOnce(&mut dyn FnMut(usize) -> ControlFlow<()>) -> Result<MultipleImputation>,
) -> Result<MultipleImputation> {
    let bar = ProgressBar::new(TABLES as u64);
    let made = work(&mut |done| {
        bar.set_position(done as u64);
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    made
}

fn timed(answer: impl FnOnce() -> Result<Answer>) -> Result<Answer> {
    let begun = Instant::now();
    let answer = answer()?;
    Ok(Answer { milliseconds: begun.elapsed().as_secs_f64() * 1e3, ..answer })
}

impl Answer {
    fn of(name: &'static str, fit: &Fit, milliseconds: f64) -> Self {
        Answer {
            name,
            rows: fit.n_rows(),
            coefficients: fit.coefficients().iter().map(|c| (c.estimate, c.std_error)).collect(),
            sds: fit.levels().iter().map(|level| level.sd.estimate()).collect(),
            milliseconds,
        }
    }

    fn pooled(name: &'static str, fit: &PooledFit) -> Self {
        let sd = |sd: PooledSd| sd.variance().sqrt();
        Answer {
            name,
            rows: fit.n_rows(),
            coefficients: fit
                .coefficients()
                .iter()
                .map(|c| (c.pooled.estimate, c.pooled.std_error))
                .collect(),
            sds: fit.levels().iter().map(|level| sd(level.sd)).collect(),
            milliseconds: 0.0,
        }
    }
}

fn print(study: &Study<'_>, fit: &Fit, answers: &[Answer]) {
    let (withheld, rows) = (study.n_withheld(), fit.n_rows());
    say!(
        "\n7. What the withheld counts do to it: {withheld} of {rows} wijken, by rule \"{}\"",
        study.published.rule
    );
    say!("   Coefficients per standard deviation, log rate, with their standard errors.");
    line("", answers.iter().map(|a| a.name.to_string()));
    line("wijken in the fit", answers.iter().map(|a| a.rows.to_string()));
    let mut terms: Vec<usize> = (1..fit.coefficients().len()).collect();
    let weight = |&term: &usize| fit.coefficients()[term].z().abs();
    terms.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    for term in std::iter::once(0).chain(terms.into_iter().take(SHOWN)) {
        let cells = answers.iter().map(|a| a.coefficients[term]);
        line(&fit.coefficients()[term].term, cells.map(|(b, se)| format!("{b:+.3} ({se:.3})")));
    }
    for (at, level) in fit.levels().iter().enumerate() {
        line(&format!("sd of {}", level.level), answers.iter().map(|a| format!("{:.3}", a.sds[at])));
    }
    line("milliseconds", answers.iter().map(|a| format!("{:.0}", a.milliseconds)));
    say!(
        "   interval: each count as what was published about it, nothing imputed. imputed: {TABLES} tables drawn from that"
    );
    say!(
        "   fit, refitted and pooled. midpoint: the middle of its bounds taken for the count. dropped: withheld wijken"
    );
    say!("   left out, and with them the small wijken. These two err, by more the more is withheld.");
    if study.incomplete_rows() > 0 {
        say!(
            "   x imputed: the interval fit with missing determinants imputed in {TABLES} tables instead of filled with the"
        );
        say!("   mean of the gemeente, in {} wijken.", study.incomplete_rows());
    }
}

fn line(name: &str, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.map(|cell| format!("{cell:>15}")).collect();
    say!("   {:24}{}", name.chars().take(24).collect::<String>(), cells.concat());
}
