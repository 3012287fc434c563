//! Where text and JSON go.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::values::{JsonTarget, TidyTarget};
use nestcount::report::{Dialect, Sheet};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, Write};

/// Text to the standard output, or beside JSON that takes it to the standard error.
pub(crate) struct Output<'a> {
    text: TextTarget,
    json: Option<&'a JsonTarget>,
    tidy: Option<&'a TidyTarget>,
}

enum TextTarget {
    Nowhere,
    StandardOutput,
    StandardError,
}

impl<'a> Output<'a> {
    pub(crate) fn new(asked: &'a Arguments) -> Self {
        let text = match (&asked.json, asked.quiet) {
            (_, true) => TextTarget::Nowhere,
            (Some(JsonTarget::StandardOutput), _) => TextTarget::StandardError,
            _ => TextTarget::StandardOutput,
        };
        Output { text, json: asked.json.as_ref(), tidy: asked.tidy.as_ref() }
    }

    /// Writes text; a reader that has gone, as of `| head`, is no reason to stop, nor is a closed standard error.
    pub(crate) fn say(&self, text: impl Display) -> Result<(), Failure> {
        let written = match self.text {
            TextTarget::Nowhere => Ok(()),
            TextTarget::StandardOutput => writeln!(io::stdout(), "{text}"),
            TextTarget::StandardError => writeln!(io::stderr(), "{text}").or(Ok(())),
        };
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(unwritable("the standard output", &error))
            }
            _ => Ok(()),
        }
    }

    /// Writes the result where it was asked for.
    pub(crate) fn json(&self, result: &impl Serialize) -> Result<(), Failure> {
        let Some(target) = self.json else { return Ok(()) };
        let text = as_json(result)?;
        let (written, place) = match target {
            JsonTarget::StandardOutput => (writeln!(io::stdout(), "{text}"), "the standard output".into()),
            JsonTarget::File(path) => (std::fs::write(path, text + "\n"), path.display().to_string()),
        };
        written.map_err(|error| unwritable(place, &error))
    }

    /// Writes the table of estimates where it was asked for.
    pub(crate) fn tidy(&self, sheet: impl FnOnce() -> Sheet) -> Result<(), Failure> {
        let (path, text) = match self.tidy {
            None => return Ok(()),
            Some(TidyTarget::Csv(path)) => (path, sheet().to_csv(Dialect::International)?),
            Some(TidyTarget::Json(path)) => (path, as_json(&sheet())? + "\n"),
        };
        std::fs::write(path, text).map_err(|error| unwritable(path.display(), &error))
    }
}

fn unwritable(place: impl Display, error: &io::Error) -> Failure {
    Failure::Unwritable(format!("cannot write to {place}: {error}"))
}

fn as_json(result: &impl Serialize) -> Result<String, Failure> {
    let failed = |error| Failure::Unwritable(format!("cannot write the result as JSON: {error}"));
    serde_json::to_string_pretty(result).map_err(failed)
}
