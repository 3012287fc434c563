//! Files of results.

use crate::trouble::Trouble;
use std::fs;
use std::path::Path;

/// Writes a file; makes its folder where there is none.
pub(crate) fn save(folder: &Path, name: &str, contents: impl AsRef<[u8]>) -> Result<(), Trouble> {
    let path = folder.join(name);
    fs::create_dir_all(folder).map_err(|error| Trouble::at(folder, error))?;
    fs::write(&path, contents).map_err(|error| Trouble::at(&path, error))
}
