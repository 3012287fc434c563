//! What went wrong, for people and for scripts.

use nestcount::estimator::Doubt;
use nestcount::{Error, ErrorKind};
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

const NOT_CONVERGED: u8 = 1;
const UNUSABLE: u8 = 2;

/// Why there is no result to use.
pub(crate) enum Failure {
    /// The library refused the question or the table, or did not converge.
    Refused(Error),
    /// There is a result, and its own diagnostics speak against it.
    Unreliable(Doubt),
    /// The result could not be written.
    Unwritable(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Refused(error)
    }
}

impl Failure {
    /// Prints it, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Failure::Refused(error) => {
                print_error(error.code(), error);
                let unfinished = matches!(error.kind(), ErrorKind::NotConverged { .. });
                ExitCode::from(if unfinished { NOT_CONVERGED } else { UNUSABLE })
            }
            Failure::Unreliable(doubt) => {
                print_error("unreliable", format_args!("{doubt}; the result is not to be believed"));
                ExitCode::from(NOT_CONVERGED)
            }
            Failure::Unwritable(message) => {
                print_error("unwritable", message);
                ExitCode::from(UNUSABLE)
            }
        }
    }
}

/// Prints the help that was asked for, or what is wrong with the arguments.
pub(crate) fn report_usage(usage: &clap::Error) -> ExitCode {
    if !usage.use_stderr() {
        return ExitCode::from(u8::from(usage.print().is_err()));
    }
    let message = usage.render().to_string();
    print_error("usage", message.trim_start_matches("error: ").trim_end());
    ExitCode::from(UNUSABLE)
}

/// A closed standard error is no reason to stop: the exit code still tells.
fn print_error(code: &str, message: impl Display) {
    let _ = writeln!(std::io::stderr(), "error[{code}]: {message}");
}
