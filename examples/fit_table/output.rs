//! Where text and JSON go.

use crate::arguments::{Arguments, JsonTarget, TidyTarget};
use crate::failure::Failure;
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

    /// Writes text; a reader that has gone, as of `| head`, is no reason to stop.
    pub(crate) fn say(&self, text: impl Display) {
        let _ = match self.text {
            TextTarget::Nowhere => Ok(()),
            TextTarget::StandardOutput => writeln!(io::stdout(), "{text}"),
            TextTarget::StandardError => writeln!(io::stderr(), "{text}"),
        };
    }

    /// Writes the result where it was asked for.
    pub(crate) fn json(&self, result: &impl Serialize) -> Result<(), Failure> {
        let Some(target) = self.json else { return Ok(()) };
        let text = as_json(result)?;
        let (written, place) = match target {
            JsonTarget::StandardOutput => (writeln!(io::stdout(), "{text}"), "the standard output".into()),
            JsonTarget::File(path) => (std::fs::write(path, text + "\n"), path.display().to_string()),
        };
        written.map_err(|error| Failure::Unwritable(format!("cannot write to {place}: {error}")))
    }

    /// Writes the table of estimates where it was asked for.
    pub(crate) fn tidy(&self, sheet: impl FnOnce() -> Sheet) -> Result<(), Failure> {
        let (path, text) = match self.tidy {
            None => return Ok(()),
            Some(TidyTarget::Csv(path)) => (path, sheet().to_csv(Dialect::International)?),
            Some(TidyTarget::Json(path)) => (path, as_json(&sheet())? + "\n"),
        };
        let unwritable = |error| Failure::Unwritable(format!("cannot write to {}: {error}", path.display()));
        std::fs::write(path, text).map_err(unwritable)
    }
}

fn as_json(result: &impl Serialize) -> Result<String, Failure> {
    let unwritable = |error| Failure::Unwritable(format!("cannot write the result as JSON: {error}"));
    serde_json::to_string_pretty(result).map_err(unwritable)
}
