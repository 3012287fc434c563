//! Where the tables and reference fits lie that the repository does not carry.

use std::io::Write;
use std::path::PathBuf;

/// Names the folder, where it is not the one beside the crate.
const VARIABLE: &str = "NESTCOUNT_SHARED";

/// The folder with `data/` and `reference/`; `None`, said on standard error, where it is absent.
///
/// Panics on absence while the environment says `CI=true`: a test that is skipped there is not a test.
#[allow(clippy::unwrap_used)]
pub(crate) fn shared(test: &str) -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os(VARIABLE).map_or(beside, PathBuf::from);
    if folder.join("reference").is_dir() && folder.join("data").is_dir() {
        return Some(folder);
    }
    let absent =
        format!("{} holds no data/ and reference/ ({VARIABLE} names another folder)", folder.display());
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{test}: {absent}");
    // Not eprintln!, whose words the harness keeps to itself where a test passes.
    let mut outside = std::io::stderr();
    writeln!(outside, "SKIPPED {test}: {absent}").unwrap();
    None
}
