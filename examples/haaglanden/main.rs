//! The second stage: a region under the national model, and what its own determinants explain of the gap.
//!
//! `cargo run --release --example haaglanden` runs on a synthetic country; `-- --data FILE --region CODE --extra FILE` on a
//! national table and the region's own columns by wijk, where `x_se` holds the standard errors of a survey mean `x`.

#[macro_use]
#[path = "../common/say.rs"]
mod say;
#[path = "../common/chosen.rs"]
mod chosen;
#[path = "../common/distinct.rs"]
mod distinct;
#[path = "../common/filled.rs"]
mod filled;
#[path = "../common/indented.rs"]
mod indented;
#[path = "../common/language.rs"]
mod language;
#[path = "../common/save.rs"]
mod save;
#[path = "../common/scp_2017.rs"]
mod scp_2017;
#[path = "../common/tables.rs"]
mod tables;
#[path = "../common/trouble.rs"]
mod trouble;

mod explained;
mod gaps;
mod out;
mod source;

use clap::Parser;
use indicatif::ProgressBar;
use language::InLanguage;
use nestcount::expected::{Expectation, Substantial};
use nestcount::second_stage::{Extras, Region};
use nestcount::{Fit, Model, Options};
use source::Source;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use trouble::{Trouble, ended};

/// A difference of so many percentage points counts as substantial.
pub(crate) const SUBSTANTIAL: f64 = 1.5;

#[derive(Parser)]
#[command(
    about = "A region under the national model: gaps, and what determinants known only there explain of them"
)]
struct Arguments {
    /// A national table of wijken in the layout of SCP's published file with reconstructed counts, or of the synthetic one.
    #[arg(long, value_name = "FILE", requires = "region")]
    data: Option<PathBuf>,
    /// The region's code in the table, such as JZ24.
    #[arg(long, requires = "data")]
    region: Option<String>,
    /// A table of the region's own determinants by wijk; `x_se` holds the standard errors of `x`.
    #[arg(long, value_name = "FILE", requires = "data")]
    extra: Option<PathBuf>,
    /// A folder for the sheets of all wijken, in Markdown and HTML, and a figure.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// The language of the sheets.
    #[arg(long, value_enum, default_value = "dutch")]
    language: InLanguage,
    /// Seed of the synthetic country, of the tests and of the imputations.
    #[arg(long, default_value_t = 2017)]
    seed: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    ended(run(&arguments).map_err(|trouble| trouble.of(arguments.data.as_deref())))
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    save::make(arguments.out.as_deref())?;
    let source = match (&arguments.data, &arguments.region) {
        (Some(data), Some(region)) => Source::files(data, arguments.extra.as_deref(), region)?,
        _ => Source::synthetic(arguments.seed)?,
    };
    say!("{}\n{}", source.title, source.about);
    let national = national_fit(&source)?;
    let (table, without) = source.regional()?;
    if without > 0 {
        say!("   {without} wijken of the region are not in the table of extras and are left out");
    }
    let (placement, counts) = (source.placement(&table)?, source.counts(&table)?);
    let region = Region::new(&national, &table, &placement, &counts)?;
    let given = Region::expecting(Expectation::given("gemeente"), &national, &table, &placement, &counts)?;
    gaps::tell(&region, &given, &Substantial::points(SUBSTANTIAL)?, &counts)?;
    let wanted = source.extras();
    let mut told = None;
    if wanted.is_empty() {
        say!("\n3. No extra determinants: --extra FILE names them, and the second stage begins");
    } else {
        let extras = Extras::read(&region, &table, &wanted)?;
        told = Some(explained::tell(&source, &region, &given, extras, arguments.seed)?);
    }
    if let Some(folder) = &arguments.out {
        let (placement, counts) = (source.placement(&source.national)?, source.counts(&source.national)?);
        let nation = Region::new(&national, &source.national, &placement, &counts)?;
        out::write(&source, &region, &nation, told.as_ref(), (folder, arguments.language.into()))?;
    }
    say!(
        "\nA difference says that something is at work that the model does not know; it is no verdict, and no forecast."
    );
    Ok(())
}

/// What the areas of a level are called: a row is a wijk.
pub(crate) fn area(level: &str) -> &str {
    if level == "row" { "wijk" } else { level }
}

/// The national model: Poisson, random intercepts for jeugdregio and gemeente, an effect per wijk.
fn national_fit(source: &Source) -> Result<Fit, Trouble> {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    bar.set_message("the national fit");
    let (placement, counts) = (source.placement(&source.national)?, source.counts(&source.national)?);
    let design = source.determinants().build(&source.national, &placement, counts.rows())?;
    let model = Model::poisson().random_intercept("jeugdregio").random_intercept("gemeente").row_effect();
    let fit = model.check(&placement, &counts, design)?.fit(&Options::default())?;
    bar.finish_and_clear();
    say!("\n1. The national model: {} wijken, {} determinants", fit.n_rows(), fit.coefficients().len() - 1);
    for level in fit.levels() {
        say!("   sd {:11} {:.3}  ({} areas)", area(&level.level), level.sd.estimate(), level.n_areas);
    }
    Ok(fit)
}
