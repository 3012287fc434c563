//! The worked example of flows over time: one gemeente, half-year by half-year, beside the rest of the country.
//!
//! `cargo run --release --example eindhoven` runs on a synthetic world of which it knows the truth;
//! `-- --data FILE --gemeente CODE` on a table of your own.

#[macro_use]
#[path = "../common/say.rs"]
mod say;
#[path = "../common/filled.rs"]
mod filled;
#[path = "../common/publisher.rs"]
mod publisher;
#[path = "../common/save.rs"]
mod save;
#[path = "../common/tables.rs"]
mod tables;
#[path = "../common/trouble.rs"]
mod trouble;

mod arguments;
mod beside;
mod counted;
mod counterfactual;
mod file;
mod files;
mod flows;
mod lines;
mod panel;
mod planted_lines;
mod rates;
mod source;
mod truth;
mod words;
mod world;

use arguments::Arguments;
use clap::Parser;
use panel::{Own, Panel};
use std::process::ExitCode;
use trouble::{Trouble, ended};

fn main() -> ExitCode {
    let asked = Arguments::parse();
    ended(run(&asked).map_err(|trouble| trouble.of(asked.data.as_deref())))
}

fn run(asked: &Arguments) -> Result<(), Trouble> {
    save::make(asked.out.as_deref())?;
    let source = match &asked.data {
        Some(path) => file::read(path, asked)?,
        None => world::draw(asked)?,
    };
    say!("{}\n{}", source.title, source.note);
    flows::print(&source);
    let panel = Panel::of(&source, asked)?;
    let rates = rates::of(&source, &panel)?;
    rates::print(&rates, &source, &panel);
    let study = panel.study(Own::Step)?;
    truth::print(&source, &panel, &study)?;
    let beside = beside::of(&panel, &study)?;
    beside::print(&source, &study, &beside)?;
    let worlds = counterfactual::of(&panel, &study)?;
    counterfactual::print(&source, &panel, &worlds);
    lines::print(&source)?;
    if let Some(out) = &asked.out {
        let told = files::Told { source: &source, panel: &panel, study: &study };
        files::write(&told, &rates, &beside, &worlds, out)?;
    }
    say!(
        "\nCaveats: a step at a date is what came together with that date, not what a policy did. Provisional figures are carried by\n\
         a declared factor; end dates arrive late, so what ended in the last period, and the stock it leaves, are not to be relied\n\
         on. A stock is never forced to carry over. A traject is not a youth, and no forecast is made."
    );
    Ok(())
}
