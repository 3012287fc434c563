//! Runs an example as a user does.

use std::process::Command;

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs an example with these words.
///
/// `cargo test` builds the examples next to the tests; `cargo test --test NAME` alone does not.
#[allow(clippy::unwrap_used)]
pub(crate) fn run(name: &str, words: &[&str]) -> Run {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is not built; run `cargo build --example {name}`", program.display());
    let output = Command::new(program).args(words).output().unwrap();
    Run {
        exit: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Run {
    /// What a run said that came to its end.
    pub(crate) fn said(&self) -> &str {
        assert_eq!(self.exit, 0, "{}", self.stderr);
        &self.stdout
    }

    /// Why a run was refused, which is all that it said on the standard error.
    pub(crate) fn refused(&self) -> &str {
        assert_eq!(self.exit, 2, "{}{}", self.stderr, self.stdout);
        assert!(self.stderr.starts_with("error") && !self.stderr.contains("panicked"), "{}", self.stderr);
        assert!(!self.stdout.contains("NaN"), "{}", self.stdout);
        &self.stderr
    }
}
