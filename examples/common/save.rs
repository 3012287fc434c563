//! Files of results.

use crate::trouble::Trouble;
use std::fs;
use std::path::Path;

/// Makes the folder that results will be written to, if there is one: what cannot be is said before the work.
pub(crate) fn make(folder: Option<&Path>) -> Result<(), Trouble> {
    let made = |folder: &Path| fs::create_dir_all(folder).map_err(|error| Trouble::at(folder, error));
    folder.map_or(Ok(()), made)
}

/// Writes a file into a folder that is there.
pub(crate) fn save(folder: &Path, name: &str, contents: impl AsRef<[u8]>) -> Result<(), Trouble> {
    let path = folder.join(name);
    fs::write(&path, contents).map_err(|error| Trouble::at(&path, error))
}
