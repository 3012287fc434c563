//! A worked example: the same wijken in two years, between which their boundaries changed.
//!
//! `cargo run --release --example two_years` runs on a synthetic country of which it knows the truth;
//! `-- --data FOLDER` on SCP's table of 2017 and that of Statistics Netherlands of 2021.

#[macro_use]
#[path = "../common/say.rs"]
mod say;
#[path = "../common/chosen.rs"]
mod chosen;
#[path = "../common/distinct.rs"]
mod distinct;
#[path = "../common/filled.rs"]
mod filled;
#[path = "../common/save.rs"]
mod save;
#[path = "../common/tables.rs"]
mod tables;
#[path = "../common/trouble.rs"]
mod trouble;

mod division;
mod files;
mod lines;
mod panel;
mod real;
mod results;
mod synthetic;
mod world;
mod year;

use clap::Parser;
use clap::builder::RangedU64ValueParser;
use std::path::PathBuf;
use std::process::ExitCode;
use trouble::ended;

#[derive(Parser)]
#[command(about = "Wijken in two years with other boundaries: what moved, what lasts, what passes")]
struct Arguments {
    /// A folder with `scp2017_wijken.csv`, `wijken2021.csv` and `gemeenten2017.csv`; without it the world is synthetic.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// A folder to write a figure to: the gemeenten that moved most.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Seed of the synthetic world and of the draws of split areas.
    #[arg(long, default_value_t = 2021)]
    seed: u64,
    /// How many tables are drawn of the areas that were split.
    #[arg(long, default_value_t = 5, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    tables: usize,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let out = arguments.out.as_deref();
    let done = save::make(out).and_then(|()| match &arguments.data {
        Some(folder) => real::tell(folder, out),
        None => synthetic::tell(arguments.seed, arguments.tables, out),
    });
    ended(done.map_err(|trouble| trouble.of(arguments.data.as_deref())))
}
