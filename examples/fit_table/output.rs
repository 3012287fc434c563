//! Where text and JSON go.

use crate::arguments::{Arguments, JsonTarget};
use crate::failure::Failure;
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, Write};

/// Text to the standard output, or beside JSON that takes it to the standard error.
pub(crate) struct Output<'a> {
    text: TextTarget,
    json: Option<&'a JsonTarget>,
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
        Output { text, json: asked.json.as_ref() }
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
        let text = serde_json::to_string_pretty(result)
            .map_err(|error| Failure::Unwritable(format!("cannot write the result as JSON: {error}")))?;
        let (written, place) = match target {
            JsonTarget::StandardOutput => (writeln!(io::stdout(), "{text}"), "the standard output".into()),
            JsonTarget::File(path) => (std::fs::write(path, text + "\n"), path.display().to_string()),
        };
        written.map_err(|error| Failure::Unwritable(format!("cannot write to {place}: {error}")))
    }
}
