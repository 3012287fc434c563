//! Faults of one file, gathered before they are reported.

use crate::error::{Error, ErrorKind, FileFault, FileProblem, Place, Result};
use std::fs;
use std::io::Read;
use std::path::Path;

/// What is wrong with a file, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<FileFault>);

impl Faults {
    pub(super) fn add(&mut self, place: Place, problem: FileProblem) {
        self.0.push(FileFault { place, problem });
    }

    /// The value, where nothing was wrong.
    pub(super) fn or<T>(self, file: &str, value: T) -> Result<T> {
        match self.0.is_empty() {
            true => Ok(value),
            false => Err(ErrorKind::File { file: file.into(), faults: self.0 }.into()),
        }
    }
}

/// The error of a file with a single fault.
pub(super) fn fault(file: &str, place: Place, problem: FileProblem) -> Error {
    ErrorKind::File { file: file.into(), faults: vec![FileFault { place, problem }] }.into()
}

/// What an operating system or a library said of the whole file.
pub(super) fn unreadable(file: &str, message: impl ToString) -> Error {
    fault(file, Place::File, FileProblem::Unreadable { message: message.to_string() })
}

/// What is parsed of a file's bytes, under the name that messages call it by.
pub(super) fn opened<T>(path: &Path, parse: impl FnOnce(&str, Vec<u8>) -> Result<T>) -> Result<T> {
    let file = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| unreadable(&file, error))?;
    parse(&file, bytes)
}

pub(super) fn read_all(file: &str, mut source: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(|error| unreadable(file, error))?;
    Ok(bytes)
}
