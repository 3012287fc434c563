//! Fits any table from the command line: the door for whoever writes no Rust, and for comparing estimators.
//!
//! `cargo run --release --example fit_table -- --help` says what can be asked. The exit code is 0 for a fit, 1 where
//! the maximisation ended before its criterion was met, and 2 where the question or the table cannot be used.

mod answer;
mod arguments;
mod estimator;
mod failure;
mod output;
mod priors;
mod published;
mod question;
mod text;
mod treatment;
mod values;
mod watch;

use answer::{Answer, Unfinished};
use arguments::Arguments;
use failure::Failure;
use nestcount::ErrorKind;
use nestcount::infer::Confidence;
use nestcount::report::tidy;
use output::Output;
use published::Published;
use std::process::ExitCode;
use treatment::Data;

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
    let published = Published::read(asked, &table)?;
    let counts = question::counts(asked, &table, &published)?;
    let placement = question::placement(asked, &table)?;
    let data = Data { table: &table, placement: &placement, counts, withheld: &published.withheld };
    if !published.withheld.is_empty() {
        let (withheld, blank) = (published.withheld.len(), published.blank);
        output.say(format_args!("counts withheld in {withheld} rows, {blank} of them blank cells"))?;
    }
    let treated = match treatment::fit(asked, data, &output) {
        Ok(treated) => treated,
        Err(failure) => {
            if let Failure::Refused(error) = &failure
                && let ErrorKind::NotConverged { best, .. } = error.kind()
            {
                output.json(&Unfinished::new(asked, error, best))?;
            }
            return Err(failure);
        }
    };
    let answer = Answer::new(asked, &treated);
    match &treated.pooled {
        None => {
            output.say(&treated.estimates)?;
            let common = treated.estimates.common();
            output.tidy(|| tidy(common, Confidence::P95))?;
            output.json(&answer)?;
        }
        Some(pooled) => {
            output.say(pooled)?;
            output.tidy(|| pooled.tidy(Confidence::P95))?;
            output.json(&answer.pooled(asked, pooled))?;
        }
    }
    match treated.estimates.doubt() {
        None => Ok(()),
        Some(doubt) => Err(Failure::Unreliable(doubt)),
    }
}
