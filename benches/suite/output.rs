//! Everything a run of the suite came to, and the files it is written to.

use crate::certified::CertifiedRecord;
use crate::estimators::{JUDGE, REFERENCE};
use crate::peers::PeersRecord;
use crate::plots::{self, Figure};
use crate::report;
use crate::run::{Extent, WorldRecord};
use serde::Serialize;
use std::fs;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

const BEGIN: &str = "<!-- suite: begin -->";
const END: &str = "<!-- suite: end -->";

pub(crate) struct Suite {
    pub(crate) extent: Extent,
    pub(crate) estimators: Vec<String>,
    /// Those of them that run on a share of the tables.
    pub(crate) dear: Vec<String>,
    pub(crate) certified: Vec<CertifiedRecord>,
    pub(crate) worlds: Vec<WorldRecord>,
    pub(crate) peers: Option<PeersRecord>,
}

/// The one JSON.
#[derive(Serialize)]
struct Written<'s> {
    format: u32,
    nestcount: &'static str,
    reference: &'static str,
    judge: &'static str,
    extent: Extent,
    estimators: &'s [String],
    certified: &'s [CertifiedRecord],
    worlds: &'s [WorldRecord],
    peers: &'s Option<PeersRecord>,
}

impl Suite {
    /// Writes JSON, report and figures into a folder; the story into a page's section with figures in `pictures` beside it,
    /// and all other tables into a second page. Gives the report.
    pub(crate) fn write(&self, folder: &Path, page: Option<&Path>) -> Result<String> {
        fs::create_dir_all(folder)?;
        let written = Written {
            format: 2,
            nestcount: env!("CARGO_PKG_VERSION"),
            reference: REFERENCE,
            judge: JUDGE,
            extent: self.extent,
            estimators: &self.estimators,
            certified: &self.certified,
            worlds: &self.worlds,
            peers: &self.peers,
        };
        fs::write(folder.join("suite.json"), serde_json::to_string_pretty(&written)? + "\n")?;
        let figures = plots::all(self);
        write_figures(&figures, folder)?;
        let report = report::markdown(self, &figures);
        fs::write(folder.join("report.md"), &report)?;
        if let Some(page) = page {
            let pictures = page.parent().unwrap_or(Path::new(".")).join("pictures");
            write_figures(&figures, &pictures)?;
            replace_section(page, &report::story(self, &figures, "pictures/"))?;
            replace_section(&second(page), &report::tables(self))?;
        }
        Ok(report)
    }
}

/// `PAGE-tables.md` beside `PAGE.md`.
fn second(page: &Path) -> PathBuf {
    let stem = page.file_stem().unwrap_or_default().to_string_lossy();
    page.with_file_name(format!("{stem}-tables.md"))
}

fn write_figures(figures: &[Figure], folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    figures.iter().try_for_each(|figure| fs::write(folder.join(figure.file), &figure.svg))
}

/// Replaces what stands between the marks of a page.
fn replace_section(page: &Path, section: &str) -> Result<()> {
    let text = fs::read_to_string(page)?;
    let (before, rest) = text.split_once(BEGIN).ok_or_else(|| Error::other("the page has no section"))?;
    let (_, after) = rest.split_once(END).ok_or_else(|| Error::other("the page's section has no end"))?;
    fs::write(page, format!("{before}{BEGIN}\n\n{}\n{END}{after}", section.trim_end()))
}
