//! The report in Markdown: the story first, then the tables of all worlds and all fits.

mod certified;
mod peers;
mod summary;
mod words;
pub(crate) mod worlds;

use crate::estimators::{JUDGE, REFERENCE};
use crate::output::Suite;
use crate::plots::Figure;
use std::fmt::Write;

/// The whole report; its figures lie beside it.
pub(crate) fn markdown(suite: &Suite, figures: &[Figure]) -> String {
    format!("# Estimators compared\n\n{}{}", story(suite, figures, ""), tables(suite))
}

/// What a reader wants first; the figures lie in a folder.
pub(crate) fn story(suite: &Suite, figures: &[Figure], folder: &str) -> String {
    let mut text = extent(suite) + &summary::section(suite);
    for figure in figures {
        let _ = write!(text, "![{}]({folder}{})\n\n", figure.title, figure.file);
    }
    text += &certified::section(suite);
    text += &worlds::story(suite);
    text += &match &suite.peers {
        Some(record) => peers::story(record),
        None => "## Other packages\n\nNone were asked.\n\n".into(),
    };
    text
}

/// All the rest.
pub(crate) fn tables(suite: &Suite) -> String {
    let peers = suite.peers.as_ref().map_or(String::new(), peers::tables);
    certified::tables(suite) + &worlds::tables(suite) + &peers
}

fn extent(suite: &Suite) -> String {
    let extent = suite.extent;
    let dear: Vec<String> = suite.dear.iter().map(|name| format!("`{name}`")).collect();
    let dear = match extent.dear_every {
        1 => String::new(),
        every => format!(" {}, for its price, runs on one table in {every}.", dear.join(", ")),
    };
    format!(
        "{} tables of each world, of which {} are scored on what they predict, with {} areas left out of each; seed {}.{dear} \
         Distances are from the estimates of `{REFERENCE}`; the log-likelihood that judges is the {JUDGE} one. Behind ± stands \
         the Monte Carlo standard error; a dash is what there is none of.\n\n",
        extent.replicates, extent.scored, extent.areas_left_out, extent.seed
    )
}
