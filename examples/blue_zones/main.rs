//! The worked example of screening: which gemeenten use little youth care, by a stated rule, and how sure is that?
//!
//! `cargo run --release --example blue_zones` runs the published screen on a made-up country and then a planted one;
//! `-- --data FILE` screens a table of your own.

#[macro_use]
#[path = "../common/say.rs"]
mod say;
#[path = "../common/filled.rs"]
mod filled;
#[path = "../common/indented.rs"]
mod indented;
#[path = "../common/publisher.rs"]
mod publisher;
#[path = "../common/save.rs"]
mod save;
#[path = "../common/tables.rs"]
mod tables;
#[path = "../common/trouble.rs"]
mod trouble;

mod arguments;
mod chances;
mod files;
mod funnel;
mod planted;
mod published;
mod screening;
mod source;
mod years;

use arguments::Arguments;
use clap::Parser;
use indented::indented;
use source::Source;
use std::process::ExitCode;
use trouble::{Trouble, ended};

fn main() -> ExitCode {
    let asked = Arguments::parse();
    ended(run(&asked).map_err(|trouble| trouble.of(asked.data.as_deref())))
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    save::make(arguments.out.as_deref())?;
    let source = match &arguments.data {
        Some(path) => Source::file(path, arguments)?,
        None => {
            published::reproduce()?;
            planted::source(arguments)?
        }
    };
    say!("\n{}\n{}", source.title, source.note);
    let latest = source.latest();
    let screened = screening::run(&source, latest, arguments)?;
    say!("\n{}", indented(&screened.trail));
    let chances = chances::of(latest, &screened, arguments)?;
    chances::print(&source, &screened, &chances);
    let persisted = years::of(&source, arguments)?;
    if let Some(persisted) = &persisted {
        years::print(&source, &screened, persisted);
    }
    if let Some(out) = &arguments.out {
        files::write(latest, &screened, &chances, out)?;
    }
    say!(
        "\nA rule picks areas out by a figure; it says nothing about why the figure is low, and a low one is no verdict on"
    );
    say!("a policy: children may wait, or be helped elsewhere. One year is one year, and no forecast.");
    Ok(())
}
