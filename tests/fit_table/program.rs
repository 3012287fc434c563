//! Runs the built example.

use nestcount::table::Table;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The JSON on the standard output, and nothing else there.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.exit, 0, "{}", self.stderr);
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in:\n{}", self.stdout))
    }

    /// The code of the error that is all the run came to.
    pub(crate) fn refused(&self) -> &str {
        assert_eq!((self.exit, self.stdout.as_str()), (2, ""), "{}", self.stderr);
        self.error_code()
    }

    /// The code in `error[code]: message`, the last thing on the standard error.
    pub(crate) fn error_code(&self) -> &str {
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        let (_, error) = self.stderr.rsplit_once("error[").unwrap_or_else(|| panic!("{}", self.stderr));
        let (code, message) = error.split_once("]: ").unwrap();
        assert!(!message.trim().is_empty());
        code
    }
}

/// Runs `fit_table` with these words.
pub(crate) fn fit_table<S: AsRef<str>>(words: &[S]) -> Run {
    let words = words.iter().map(AsRef::as_ref);
    let output = Command::new(program()).args(words).stdin(Stdio::null()).output().unwrap();
    Run {
        exit: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs `fit_table` on a table of this text, JSON to the standard output and no text.
pub(crate) fn fit(name: &str, csv: &str, question: &str) -> Run {
    let path = file(name, csv);
    let words = ["--data", path.to_str().unwrap(), "--json", "-", "--quiet"];
    let words: Vec<&str> = words.into_iter().chain(question.split_whitespace()).collect();
    fit_table(&words)
}

/// `cargo test` builds the examples next to the tests; `cargo test --test fit_table` alone does not.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join(format!("fit_table{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is not built; run `cargo build --example fit_table`", program.display());
    program
}

/// Writes a file for one test; names are unique among the tests.
pub(crate) fn file(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = place(&format!("{name}.csv"));
    fs::write(&path, content).unwrap();
    path
}

/// A path for one test.
pub(crate) fn place(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fit_table");
    fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// A table as a file; numbers come back with the same bits.
pub(crate) fn csv(table: &Table) -> String {
    let columns: Vec<Vec<String>> = table
        .names()
        .iter()
        .map(|name| table.codes(name).unwrap().into_iter().map(Option::unwrap_or_default).collect())
        .collect();
    let rows = (0..table.n_rows()).map(|row| columns.iter().map(|cells| cells[row].clone()).collect());
    lines(std::iter::once(table.names().to_vec()).chain(rows))
}

/// Rows of cells as lines.
pub(crate) fn lines(rows: impl Iterator<Item = Vec<String>>) -> String {
    rows.map(|cells| cells.join(",") + "\n").collect()
}
