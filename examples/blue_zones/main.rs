//! The worked example of screening: which gemeenten use little youth care, by a stated rule, and how sure is that?
//!
//! `cargo run --release --example blue_zones` runs the published screen on a made-up country and then a planted one;
//! `-- --data FILE` screens a table of your own.
#![allow(clippy::print_stderr)]

/// Prints a line; a reader that has seen enough (`| head`) ends the program quietly.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write;
        if writeln!(std::io::stdout(), $($text)*).is_err() {
            std::process::exit(0);
        }
    }};
}

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
use source::{Source, Trouble};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
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
    say!("\n{}", indented(&screened.trail.to_string()));
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

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("   {line}").trim_end().to_string()).collect::<Vec<_>>().join("\n")
}
