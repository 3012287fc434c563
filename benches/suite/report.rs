//! The report in Markdown.

mod certified;
mod peers;
mod words;
pub(crate) mod worlds;

use crate::estimators::{JUDGE, REFERENCE};
use crate::output::Suite;
use crate::plots::Figure;
use std::fmt::Write;

/// The whole report; its figures lie in a folder beside it.
pub(crate) fn markdown(suite: &Suite, figures: &[Figure], folder: &str) -> String {
    format!("# Estimators compared\n\n{}", section(suite, figures, folder))
}

/// Tables and figures, for a page that has its own head.
pub(crate) fn section(suite: &Suite, figures: &[Figure], folder: &str) -> String {
    let mut text = tables(suite);
    for figure in figures {
        let _ = write!(text, "![{}]({folder}{})\n\n", figure.title, figure.file);
    }
    text
}

fn tables(suite: &Suite) -> String {
    let extent = suite.extent;
    let mut text = format!(
        "{} tables of each world, predictions scored on {} of them with {} areas left out of each; seed {}. Distances are \
         from the estimates of `{REFERENCE}`; the log-likelihood that judges is the {JUDGE} one.\n\n",
        extent.replicates, extent.scored, extent.areas_left_out, extent.seed
    );
    text += &certified::section(suite);
    text += &worlds::sections(suite);
    if let Some(record) = &suite.peers {
        text += &peers::section(record);
    }
    text
}
