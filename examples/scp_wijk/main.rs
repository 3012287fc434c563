//! The worked example: youth care in wijken, in gemeenten, in jeugdregio's.
//!
//! `cargo run --release --example scp_wijk` runs on a synthetic world in the shape of SCP's study;
//! `-- --data FILE` on SCP's table, `-- --cbs FILE` on one of Statistics Netherlands. With `--features spreadsheet` it takes
//! SCP's spreadsheet as published: `-- --data FILE.ods --regions FILE.csv`.

#[macro_use]
#[path = "../common/say.rs"]
mod say;
#[path = "../common/chosen.rs"]
mod chosen;
#[path = "../common/distinct.rs"]
mod distinct;
#[path = "../common/filled.rs"]
mod filled;
#[path = "../common/indented.rs"]
mod indented;
#[path = "../common/language.rs"]
mod language;
#[path = "../common/save.rs"]
mod save;
#[path = "../common/scp_2017.rs"]
mod scp_2017;
#[path = "../common/tables.rs"]
mod tables;
#[path = "../common/trouble.rs"]
mod trouble;

mod agreement;
mod cbs;
mod comparison;
mod expectations;
mod labels;
mod published;
mod reasons;
mod reconstruction;
mod results;
mod scp_file;
mod source;
mod story;
mod treatments;
mod withheld_shares;

use clap::Parser;
use indented::indented;
use indicatif::ProgressBar;
use language::InLanguage;
use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::Determinants;
use nestcount::expected::Substantial;
use nestcount::{Fit, Model, Options, Problem, Result};
use published::Published;
use results::{Basis, Wanted};
use source::Source;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use trouble::{Trouble, ended};

/// A difference of so many percentage points counts as substantial.
const SUBSTANTIAL: f64 = 1.5;

#[derive(Parser)]
#[command(
    about = "Youth care in wijken: expected against actual use, by a three-level Poisson-lognormal model"
)]
struct Arguments {
    /// SCP's spreadsheet as published (with --regions), or a table of it with reconstructed counts; without it the world is
    /// synthetic.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// A table that says to which jeugdregio each gemeente belongs: columns gm, jeugdregio_code, jeugdregio.
    #[arg(long, value_name = "FILE", requires = "data")]
    regions: Option<PathBuf>,
    /// A neighbourhood table of Statistics Netherlands with counts of youth care as published.
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    cbs: Option<PathBuf>,
    /// A folder to write results to: data file, codebook, maps of gemeenten and of wijken, figures.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// A folder with the boundaries of Statistics Netherlands; without it the maps are schematic, a square an area.
    #[arg(long, value_name = "FOLDER", requires = "out")]
    geo: Option<PathBuf>,
    /// The language of the maps.
    #[arg(long, value_enum, default_value = "english")]
    language: InLanguage,
    /// Seed of the synthetic world, of the imputations and of the draws behind exceedance and ranks.
    #[arg(long, default_value_t = 2020)]
    seed: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    ended(
        run(&arguments).map_err(|trouble| trouble.of(arguments.data.as_deref().or(arguments.cbs.as_deref()))),
    )
}

/// The wijken with all that is known of them.
pub(crate) struct Study<'a> {
    pub(crate) source: &'a Source,
    pub(crate) placement: Placement,
    pub(crate) published: Published,
    /// What the fit of the full model took.
    pub(crate) milliseconds: f64,
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    save::make(arguments.out.as_deref())?;
    if let Some(geo) = arguments.geo.as_deref().filter(|geo| !geo.is_dir()) {
        return Err(Trouble::at(geo, "there is no such folder"));
    }
    let source = match (&arguments.data, &arguments.cbs) {
        (Some(path), _) => Source::file(path, arguments.regions.as_deref())?,
        (_, Some(path)) => Source::statistics_netherlands(path)?,
        _ => Source::synthetic(arguments.seed)?,
    };
    say!("{}\n{}", source.title, source.note);
    let columns = &source.columns;
    let placement = Placement::from_table(&source.table, &columns.levels, CodeScope::Unique)?;
    story::areas(placement.tree());
    let published = columns.publisher.counts(&source)?;
    story::exclusions(&published, columns.count, columns.exposure);
    let mut study = Study { source: &source, placement, published, milliseconds: 0.0 };

    let (placement, counts) = (&study.placement, &study.published.counts);
    let design = columns.wanted().build(&source.table, placement, counts.rows())?;
    say!("\n3. Determinants (in units of their standard deviation)\n{}", indented(design.report()));

    say!(
        "\n4. Models: Poisson, random intercepts for jeugdregio, gemeente and wijk; withheld counts as intervals"
    );
    let nothing = Determinants::new().build(&source.table, placement, counts.rows())?;
    let (_, empty, _) = fitted("empty model", model().check(placement, counts, nothing)?)?;
    let (problem, full, took) = fitted("full model", model().check(placement, counts, design)?)?;
    say!("\n{}", indented(&full));

    story::variances(&empty, &full);
    story::rate_ratios(&full);
    study.milliseconds = took;
    treatments::compare(&study, &problem, &full, arguments.seed)?;
    story::furthest(&full, &full.fitted(&problem)?, &source, &study.published.counts)?;
    let beside_scp = comparison::with_scp(&source, &study.placement)?;
    if let Some(out) = &arguments.out {
        let (counts, table, problem, fit) = match &beside_scp {
            Some((counts, model)) => (counts, &model.determinants, &model.problem, &model.fit),
            None => (&study.published.counts, &source.table, &problem, &full),
        };
        let basis = Basis {
            source: &source,
            table,
            placement: &study.placement,
            counts,
            withheld: &study.published.withheld,
            problem,
            fit,
            substantial: Substantial::points(SUBSTANTIAL)?,
        };
        results::write(&basis, &arguments.wanted(out))?;
    }
    story::caveats();
    Ok(())
}

impl Arguments {
    fn wanted<'a>(&'a self, out: &'a Path) -> Wanted<'a> {
        Wanted { out, geo: self.geo.as_deref(), language: self.language.into(), seed: self.seed }
    }
}

impl Study<'_> {
    /// The full model on other counts of the same wijken.
    pub(crate) fn problem(&self, counts: &CountTable) -> Result<Problem> {
        let wanted = self.source.columns.wanted();
        let design = wanted.build(&self.source.table, &self.placement, counts.rows())?;
        model().check(&self.placement, counts, design)
    }

    /// Wijken in the fit whose count was withheld.
    pub(crate) fn n_withheld(&self) -> usize {
        let rows = self.published.counts.rows();
        self.published.withheld.iter().filter(|row| rows.binary_search(row).is_ok()).count()
    }

    /// Wijken in the fit in which a determinant is missing.
    pub(crate) fn incomplete_rows(&self) -> usize {
        let names = self.source.columns.determinants.names();
        let cells: Vec<_> = names.filter_map(|name| self.source.table.numbers(name).ok()).collect();
        let rows = self.published.counts.rows().iter();
        rows.filter(|&&row| cells.iter().any(|cells| cells[row].is_none())).count()
    }
}

pub(crate) fn model() -> Model {
    let levels = ["jeugdregio", "gemeente", "wijk"];
    levels.iter().fold(Model::poisson(), |model, level| model.random_intercept(*level))
}

/// Fits with a bar while it works; says how long it took.
fn fitted(name: &str, problem: Problem) -> Result<(Problem, Fit, f64)> {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let begun = Instant::now();
    let fit = problem.fit_watched(&Options::default(), |iteration| {
        bar.set_message(format!("{name}: {iteration}"));
        ControlFlow::Continue(())
    })?;
    bar.finish_and_clear();
    let (took, evaluations) = (begun.elapsed().as_secs_f64() * 1e3, fit.certificate().evaluations);
    say!("   {name:12} logLik {:>12.3} after {evaluations} evaluations, {took:.1} ms", fit.log_likelihood());
    Ok((problem, fit, took))
}
