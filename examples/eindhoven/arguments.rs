//! What the example can be asked.

use crate::publisher::Publisher;
use clap::Parser;
use nestcount::flow::Period;
use nestcount::nl::PublishedPeriod;
use std::path::PathBuf;

#[derive(Parser)]
#[command(
    about = "Youth care begun, ended and in use in one gemeente over time, beside the rest of the country"
)]
pub(crate) struct Arguments {
    /// A table with a row an area and period: area, period (2017HJ01, '1e halfjaar 2023*'), begun, population, and what there
    /// is of parent (the gemeente of a wijk), new, repeated, ended, stock_start, stock_end. Without it a world is synthetic.
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// A table with the columns line, part, count: where those of the first and second line were afterwards; the part `total`
    /// is how many they were.
    #[arg(long, value_name = "FILE", requires = "data")]
    pub(crate) lines: Option<PathBuf>,
    /// The gemeente that is set beside all others.
    #[arg(long, value_name = "CODE", default_value = "GM0772", requires = "data")]
    pub(crate) gemeente: String,
    /// The first period after the step.
    #[arg(long, value_name = "PERIOD", default_value = "2020HJ1", requires = "data", value_parser = period)]
    pub(crate) step: Period,
    /// The first period of a new series, if there was a break in how things are counted; in the synthetic world 2021HJ1.
    #[arg(long = "break", value_name = "PERIOD", requires = "data", value_parser = period)]
    pub(crate) broken: Option<Period>,
    /// The share of the final counts that provisional ones hold.
    #[arg(long, value_name = "SHARE", default_value = "0.955", value_parser = share)]
    pub(crate) provisional_factor: f64,
    /// The standard deviation of that share.
    #[arg(long, value_name = "SD", default_value = "0.01", value_parser = sd)]
    pub(crate) provisional_sd: f64,
    /// Periods from this one on are provisional, besides those whose labels have a star.
    #[arg(long, value_name = "PERIOD", requires = "data", value_parser = period)]
    pub(crate) provisional_from: Option<Period>,
    #[command(flatten)]
    pub(crate) publisher: Publisher,
    /// A folder to write tables and figures to.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Seed of the synthetic world.
    #[arg(long, default_value_t = 2021)]
    pub(crate) seed: u64,
}

fn share(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(share) if share > 0.0 && share <= 2.0 => Ok(share),
        _ => Err("a share is a number above 0, and 2 at most".into()),
    }
}

fn sd(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(sd) if (0.0..=1.0).contains(&sd) => Ok(sd),
        _ => Err("the standard deviation of a share is 0 or more, and 1 at most".into()),
    }
}

/// A period by its code or label, `2020HJ1` for `2020HJ01` included.
pub(crate) fn period(text: &str) -> Result<Period, String> {
    let short = |kind: &str| {
        let (year, number) = text.trim().split_once(kind)?;
        (number.len() == 1).then(|| format!("{year}{kind}0{number}"))
    };
    let code = ["HJ", "KW", "MM"].into_iter().find_map(short).unwrap_or_else(|| text.into());
    PublishedPeriod::parse(&code).map(|read| read.period).map_err(|error| error.to_string())
}
