//! Worlds side by side, each in a process of its own: processor time and memory stay those of one fit.

use crate::run::{Extent, WorldRecord};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{Error, Result};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A world's record as its process leaves it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Part {
    nestcount: String,
    extent: Extent,
    record: WorldRecord,
}

/// Where the parts of a run lie, and how much was asked for.
pub(crate) struct Parts {
    pub(crate) folder: PathBuf,
    pub(crate) extent: Extent,
    /// Takes parts that are there from an earlier run of this extent.
    pub(crate) resume: bool,
}

impl Parts {
    /// Runs worlds on so many processes; each is this program again, with this run's arguments and `--world NAME`.
    pub(crate) fn run(&self, worlds: &[String], jobs: usize, bar: &ProgressBar) -> Result<Vec<WorldRecord>> {
        fs::create_dir_all(&self.folder)?;
        let next = AtomicUsize::new(0);
        let work = || -> Result<()> {
            while let Some(world) = worlds.get(next.fetch_add(1, Ordering::Relaxed)) {
                if !self.resume || self.read(world).is_err() {
                    run_one(world)?;
                }
                bar.inc(1);
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let jobs: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
            jobs.into_iter().try_for_each(|job| job.join().unwrap_or_else(|_| Err(Error::other("a panic"))))
        })?;
        worlds.iter().map(|world| self.read(world)).collect()
    }

    pub(crate) fn write(&self, record: WorldRecord) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let file = self.file(&record.world);
        let nestcount = env!("CARGO_PKG_VERSION").into();
        let text = serde_json::to_string(&Part { nestcount, extent: self.extent, record })?;
        let unfinished = file.with_extension("unfinished");
        fs::write(&unfinished, text)?;
        fs::rename(unfinished, file)
    }

    /// Fails where there is none of this extent.
    fn read(&self, world: &str) -> Result<WorldRecord> {
        let part: Part = serde_json::from_str(&fs::read_to_string(self.file(world))?)?;
        match part.extent == self.extent && part.nestcount == env!("CARGO_PKG_VERSION") {
            true => Ok(part.record),
            false => Err(Error::other(format!("{world}: a part of another run"))),
        }
    }

    fn file(&self, world: &str) -> PathBuf {
        self.folder.join(format!("{world}.json"))
    }
}

fn run_one(world: &str) -> Result<()> {
    let mut child = Command::new(std::env::current_exe()?);
    child.args(std::env::args_os().skip(1)).args(["--world", world]).stdout(Stdio::null());
    match child.status()?.success() {
        true => Ok(()),
        false => Err(Error::other(format!("{world} did not finish"))),
    }
}
