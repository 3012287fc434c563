//! The benchmark suite: simulated worlds, the certified set and other packages, against every estimator.
//!
//! ```text
//! cargo bench --bench suite -- --quick            a minute or two
//! cargo bench --bench suite -- --long --peers     the numbers of docs/estimator-suite.md
//! ```
//!
//! Writes `suite.json`, `report.md` and its figures into a folder. Deterministic by seed, but for times and memory.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod certified;
mod distance;
mod estimators;
mod measure;
mod output;
mod peers;
mod plots;
mod report;
mod run;
mod scores;
#[allow(dead_code)] // tests use the rest
#[path = "../../tests/common/certified.rs"]
mod set;
mod tally;
mod worlds;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use output::Suite;
use run::Extent;
use std::path::PathBuf;
use std::process::ExitCode;

/// Compares estimators on simulated worlds, on the certified set and with other packages.
#[derive(Debug, Parser)]
struct Arguments {
    /// A few tables of each world: a minute or two (the default).
    #[arg(long)]
    quick: bool,
    /// Hundreds of tables of each world: an hour or so.
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
    /// Runs other packages, where they are installed, on some of the tables and on the certified set.
    #[arg(long)]
    peers: bool,
    /// Where the files go.
    #[arg(long, default_value_os_t = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("suite"))]
    out: PathBuf,
    /// A page whose generated section is replaced by the report.
    #[arg(long)]
    page: Option<PathBuf>,
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
        let (replicates, scored, areas_left_out) = match (self.bench, self.long) {
            (false, _) => (1, 1, 1),
            (true, false) => (5, 1, 3),
            (true, true) => (200, 20, 8),
        };
        let replicates = self.replicates.unwrap_or(replicates);
        Extent { replicates, scored: scored.min(replicates), areas_left_out, seed: self.seed }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match suite(&arguments).write(&arguments.out, arguments.page.as_deref()) {
        Ok(report) => {
            println!("{report}");
            eprintln!("written to {}", arguments.out.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cannot write to {}: {error}", arguments.out.display());
            ExitCode::FAILURE
        }
    }
}

fn suite(arguments: &Arguments) -> Suite {
    let (extent, estimators) = (arguments.extent(), estimators::all());
    let worlds = worlds::all().into_iter().enumerate();
    let worlds: Vec<_> = worlds.filter(|(_, declared)| arguments.wants(&declared.name())).collect();
    let bar = bar(worlds.len() * extent.replicates);
    let tables: Vec<_> = set::all().collect();
    let certified = certified::run(&tables, &estimators);
    let records = run::run(&worlds, &estimators, extent, &bar);
    bar.set_message("other packages");
    let peers = arguments.peers.then(|| peers::run(&worlds, &tables, extent, &arguments.out));
    bar.finish_and_clear();
    Suite { extent, estimators: estimators::names(&estimators), certified, worlds: records, peers }
}

fn bar(steps: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg} {eta}");
    ProgressBar::new(steps as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
