//! A place to write to.

use std::fs::{create_dir_all, remove_dir_all};
use std::path::{Path, PathBuf};

/// An empty folder of a test's own.
#[allow(clippy::unwrap_used)]
pub(crate) fn folder(example: &str, test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(example).join(test);
    remove_dir_all(&folder).unwrap_or_default();
    create_dir_all(&folder).unwrap();
    folder
}
