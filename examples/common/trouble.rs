//! What can go wrong, and how a program ends with it.

use nestcount::Error;
use std::fmt::{Display, Formatter};
use std::io::{Write, stderr};
use std::path::Path;
use std::process::ExitCode;

/// What can go wrong: a file or an option, in words, or what the library refuses, with the file that it is about.
#[derive(Debug)]
pub(crate) enum Trouble {
    Said(String),
    Refused { file: Option<String>, error: Error },
}

impl Trouble {
    /// Something about a file.
    pub(crate) fn at(path: &Path, what: impl Display) -> Self {
        Trouble::Said(format!("{}: {what}", path.display()))
    }

    /// The same, with the file that was at hand where none is named yet.
    pub(crate) fn of(self, path: Option<&Path>) -> Self {
        match self {
            Trouble::Refused { file: None, error } => {
                Trouble::Refused { file: path.map(|path| path.display().to_string()), error }
            }
            named => named,
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Refused { file: None, error }
    }
}

impl Display for Trouble {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::Said(message) => write!(f, "error: {message}"),
            Trouble::Refused { file: Some(file), error } => {
                write!(f, "error[{}]: {file}: {error}", error.code())
            }
            Trouble::Refused { file: None, error } => write!(f, "error[{}]: {error}", error.code()),
        }
    }
}

/// Prints what went wrong; the exit code is 2 then.
pub(crate) fn ended(outcome: Result<(), Trouble>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            // without a standard error the exit code still tells
            let _ = writeln!(stderr(), "{trouble}");
            ExitCode::from(2)
        }
    }
}
