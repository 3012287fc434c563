//! Other packages on the same tables, where they are installed.

mod answers;
mod questions;

pub(crate) use answers::{Found, PeerRecord, Target};
pub(crate) use questions::Treatment;

use crate::estimators::Contestant;
use crate::set::Certified;
use crate::worlds::Declared;
use answers::{Given, Maxima, own, peer};
use questions::asked;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Exit code of a program whose package is not installed.
const ABSENT: i32 = 3;

/// All packages on all tables that they are asked about.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PeersRecord {
    /// Packages that were asked for and did not answer, with the reason.
    pub(crate) absent: Vec<Absent>,
    /// Our own estimators and the packages that answered, table by table.
    pub(crate) fits: Vec<PeerRecord>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Absent {
    pub(crate) package: String,
    pub(crate) reason: String,
}

/// A program that takes a file of questions and writes one of answers.
struct Package {
    name: &'static str,
    command: fn(&Path) -> Command,
}

const PACKAGES: [Package; 4] = [
    Package { name: "lme4", command: |folder| script("Rscript", folder, "lme4.R") },
    Package { name: "glmmTMB", command: |folder| script("Rscript", folder, "glmmTMB.R") },
    Package { name: "GPBoost", command: |folder| script(&python(), folder, "gpboost_fit.py") },
    Package { name: "glmm", command: glmm },
];

/// The interpreter that has the packages may be named by `NESTCOUNT_PYTHON`.
fn python() -> String {
    std::env::var("NESTCOUNT_PYTHON").unwrap_or_else(|_| "python3".into())
}

fn script(interpreter: &str, folder: &Path, file: &str) -> Command {
    let mut command = Command::new(interpreter);
    command.arg(folder.join(file));
    command
}

fn glmm(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--release", "--quiet", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    command.env("CARGO_TARGET_DIR", PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("peers")).arg("--");
    command
}

/// Asks every package about the first tables of some worlds, drawn with a seed, and about the certified set.
pub(crate) fn run(
    worlds: &[(usize, Declared)],
    tables: &[Certified],
    contestants: &[Contestant],
    (seed, out): (u64, &Path),
) -> PeersRecord {
    let folder = out.join("peers");
    let asked = asked(worlds, tables, seed);
    let maxima: Vec<Maxima<'_>> = asked.iter().map(|asked| Maxima::of(asked, contestants)).collect();
    let mut record = PeersRecord { absent: Vec::new(), fits: own(&maxima, contestants) };
    let written = fs::create_dir_all(&folder).and_then(|()| questions::write(&asked, &folder));
    for package in PACKAGES {
        let given = match &written {
            Ok(()) => ask(&package, &folder),
            Err(error) => Err(error.to_string()),
        };
        match given {
            Ok(given) => record.fits.extend(peer(package.name, &given, &maxima)),
            Err(reason) => record.absent.push(Absent { package: package.name.into(), reason }),
        }
    }
    record.fits.sort_by_key(|fit| asked.iter().position(|question| question.name == fit.table));
    record
}

fn ask(package: &Package, folder: &Path) -> Result<Vec<Given>, String> {
    let source: PathBuf = [env!("CARGO_MANIFEST_DIR"), "benches", "peers"].iter().collect();
    let answers = folder.join(format!("{}.json", package.name));
    let output = (package.command)(&source)
        .arg(folder.join("questions.json"))
        .arg(&answers)
        .env("OMP_NUM_THREADS", "1")
        .env("OPENBLAS_NUM_THREADS", "1")
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(reason(&output));
    }
    let text = fs::read_to_string(answers).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

fn reason(output: &Output) -> String {
    if output.status.code() == Some(ABSENT) {
        return "not installed".into();
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it failed");
    last.trim().chars().take(160).collect()
}
