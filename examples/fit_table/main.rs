//! Fits any table from the command line: the door for whoever writes no Rust, and for comparing estimators.
//!
//! `cargo run --release --example fit_table -- --help` says what can be asked. The exit code is 0 for a fit, 1 where
//! the maximisation ended before its criterion was met, and 2 where the question or the table cannot be used.

mod answer;
mod arguments;
mod failure;
mod output;
mod question;
mod text;
mod watch;

use answer::{Answer, Unfinished};
use arguments::Arguments;
use failure::Failure;
use nestcount::ErrorKind;
use nestcount::count::ExclusionReason;
use output::Output;
use std::process::ExitCode;
use std::time::Instant;
use watch::Watch;

fn main() -> ExitCode {
    match Arguments::read() {
        Ok(arguments) => match run(&arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.report(),
        },
        Err(usage) => failure::report_usage(&usage),
    }
}

fn run(asked: &Arguments) -> Result<(), Failure> {
    let output = Output::new(asked);
    let table = question::table(asked)?;
    let counts = question::counts(asked, &table)?;
    let placement = question::placement(asked, &table)?;
    let design = question::determinants(asked)?.build(&table, &placement, counts.rows())?;
    let counts = counts.without(&design.report().dropped_rows(), ExclusionReason::MissingDeterminant);
    output.say(text::Reading { asked, table: &table, counts: &counts });
    output.say(format_args!("\n{}\n", design.report()));

    let options = question::options(asked);
    let mut watch = Watch::new();
    // The file is read and the design built: what follows is what other programs time as their fit.
    let started = Instant::now();
    let problem = question::model(asked)?.check(&placement, &counts, design)?;
    let outcome = problem.fit_watched(&options, |iteration| watch.see(iteration));
    let seconds = started.elapsed().as_secs_f64();
    watch.finish();

    match outcome {
        Ok(fit) => {
            output.say(&fit);
            output.json(&Answer::new(asked, &fit, seconds))
        }
        Err(error) => {
            if let ErrorKind::NotConverged { best, .. } = error.kind() {
                output.json(&Unfinished::new(asked, &error, best))?;
            }
            Err(error.into())
        }
    }
}
