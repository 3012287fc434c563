//! The benchmark suite: simulated worlds, the certified set and other packages, against every estimator.
//!
//! ```text
//! cargo bench --bench suite              the quick form
//! cargo bench --bench suite -- --long    the numbers of docs/estimator-suite.md
//! ```
//!
//! Writes `suite.json`, `report.md` and its figures into a folder. Deterministic by seed, but for times and memory.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod certified;
mod crps;
mod distance;
mod estimators;
mod measure;
mod output;
mod parts;
mod peers;
mod plots;
mod report;
mod run;
mod scores;
#[allow(dead_code)] // tests use the rest
#[path = "../../tests/common/certified.rs"]
mod set;
mod statistics;
mod tally;
mod worlds;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use output::Suite;
use parts::Parts;
use run::{Extent, one_world};
use std::io::{Error, Result};
use std::path::PathBuf;
use std::process::ExitCode;

/// Compares estimators on simulated worlds, on the certified set and with other packages.
#[derive(Debug, Parser)]
struct Arguments {
    /// A few tables of each world (the default).
    #[arg(long)]
    quick: bool,
    /// As many tables of each world as the numbers of docs/estimator-suite.md have.
    #[arg(long, conflicts_with = "quick")]
    long: bool,
    /// Tables of each world, instead of what the form says.
    #[arg(long)]
    replicates: Option<usize>,
    /// Only worlds whose name holds this text; none for a name that does not occur.
    #[arg(long)]
    only: Option<String>,
    /// Seed of the tables.
    #[arg(long, default_value_t = 2026)]
    seed: u64,
    /// Worlds that run at a time, each in a process of its own; all processors if not said.
    #[arg(long)]
    jobs: Option<usize>,
    /// Takes the worlds that an earlier, broken-off run of the same extent has finished.
    #[arg(long)]
    resume: bool,
    /// Leaves other packages out, which otherwise run where they are installed.
    #[arg(long)]
    without_peers: bool,
    /// Where the files go.
    #[arg(long, default_value_os_t = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("suite"))]
    out: PathBuf,
    /// A page whose generated section is replaced by the report; the tables of all worlds go into a second one beside it.
    #[arg(long)]
    page: Option<PathBuf>,
    /// Runs this world alone, for a run that started this process.
    #[arg(long, hide = true)]
    world: Option<String>,
    /// Said by `cargo bench`; without it, as under `cargo test --benches`, one table of one world is run.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Arguments {
    fn wants(&self, world: &str) -> bool {
        let one = (!self.bench).then_some("two-few-2");
        self.only.as_deref().or(one).is_none_or(|only| world.contains(only))
    }

    fn extent(&self) -> Extent {
        let (replicates, scored, dear_every) = match (self.bench, self.long) {
            (false, _) => (1, 1, 1),
            (true, false) => (6, 2, 2),
            (true, true) => (100, 25, 5),
        };
        let replicates = self.replicates.unwrap_or(replicates);
        let scored = scored.min(replicates);
        Extent { replicates, scored, areas_left_out: 2, dear_every, seed: self.seed }
    }

    fn parts(&self) -> Parts {
        Parts { folder: self.out.join("worlds"), extent: self.extent(), resume: self.resume }
    }

    fn jobs(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.unwrap_or_else(processors)
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.world {
        Some(world) => part(&arguments, world),
        None => whole(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the suite broke off: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One world, for the process that runs them all.
fn part(arguments: &Arguments, world: &str) -> Result<()> {
    let mut worlds = worlds::all().into_iter().enumerate();
    let (at, declared) =
        worlds.find(|(_, declared)| declared.name() == world).ok_or_else(|| Error::other("no such world"))?;
    let parts = arguments.parts();
    parts.write(one_world(at, &declared, &estimators::all(), parts.extent))
}

fn whole(arguments: &Arguments) -> Result<()> {
    let contestants = estimators::all();
    let worlds = worlds::all().into_iter().enumerate();
    let worlds: Vec<_> = worlds.filter(|(_, declared)| arguments.wants(&declared.name())).collect();
    let names: Vec<String> = worlds.iter().map(|(_, declared)| declared.name()).collect();
    let tables: Vec<_> = set::all().collect();
    let bar = bar(worlds.len());
    bar.set_message("the certified set");
    let certified = certified::run(&tables, &contestants);
    bar.set_message("worlds");
    let parts = arguments.parts();
    let records = parts.run(&names, arguments.jobs(), &bar)?;
    bar.set_message("other packages");
    let peers = (arguments.bench && !arguments.without_peers)
        .then(|| peers::run(&worlds, &tables, &contestants, (parts.extent.seed, &arguments.out)));
    bar.finish_and_clear();
    let (estimators, dear) = (estimators::names(|_| true), estimators::names(|one| one.dear));
    let suite = Suite { extent: parts.extent, estimators, dear, certified, worlds: records, peers };
    println!("{}", suite.write(&arguments.out, arguments.page.as_deref())?);
    eprintln!("written to {}", arguments.out.display());
    Ok(())
}

fn bar(steps: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg} {eta}");
    ProgressBar::new(steps as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
