//! The worked example: youth care in wijken, in gemeenten, in jeugdregio's.
//!
//! `cargo run --release --example scp_wijk` runs on a synthetic world in the shape of SCP's study;
//! `-- --data FILE` on a real table.
#![allow(clippy::print_stderr)]

/// Prints a line; a reader that has seen enough (`| head`) ends the program quietly.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write;
        if writeln!(std::io::stdout(), $($text)*).is_err() {
            std::process::exit(0);
        }
    }};
}

mod source;
mod story;

use clap::Parser;
use indicatif::ProgressBar;
use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::{Design, Determinants};
use nestcount::{Fit, Model, Options, Problem, Result};
use source::{Source, Trouble};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

#[derive(Parser)]
#[command(
    about = "Youth care in wijken: expected against actual use, by a three-level Poisson-lognormal model"
)]
struct Arguments {
    /// A table in the layout of SCP's published file with reconstructed counts; without it the world is synthetic.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Seed of the synthetic world.
    #[arg(long, default_value_t = 2020)]
    seed: u64,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let source = match &arguments.data {
        Some(path) => Source::file(path)?,
        None => Source::synthetic(arguments.seed)?,
    };
    say!("{}\n{}", source.title, source.note);
    let columns = &source.columns;
    let placement = Placement::from_table(&source.table, &columns.levels, CodeScope::Unique)?;
    story::areas(placement.tree());
    let counts = CountTable::from_table(&source.table, columns.count, columns.exposure)?;
    story::exclusions(&counts, columns.count, columns.exposure);

    let design = columns.wanted().build(&source.table, &placement, counts.rows())?;
    say!(
        "\n3. Determinants (in units of their standard deviation)\n{}",
        indented(&design.report().to_string())
    );

    say!("\n4. Models: Poisson, random intercepts for jeugdregio, gemeente and wijk");
    let nothing = Determinants::new().build(&source.table, &placement, counts.rows())?;
    let (_, empty) = fitted("empty model", &placement, &counts, nothing)?;
    let (problem, full) = fitted("full model", &placement, &counts, design)?;
    say!("\n{}", indented(&full.to_string()));

    story::variances(&empty, &full);
    story::rate_ratios(&full);
    story::furthest(&full, &full.fitted(&problem)?, &source, &counts)?;
    story::caveats();
    Ok(())
}

/// Fits the three-level model on a design, with a bar while it works.
fn fitted(name: &str, placement: &Placement, counts: &CountTable, design: Design) -> Result<(Problem, Fit)> {
    let levels = ["jeugdregio", "gemeente", "wijk"];
    let model = levels.iter().fold(Model::poisson(), |model, level| model.random_intercept(*level));
    let problem = model.check(placement, counts, design)?;
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
    Ok((problem, fit))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("   {line}").trim_end().to_string()).collect::<Vec<_>>().join("\n")
}
