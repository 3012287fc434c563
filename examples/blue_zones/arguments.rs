//! What the example can be asked.

use crate::publisher::Publisher;
use clap::Parser;
use clap::builder::RangedU64ValueParser;
use nestcount::screen::{Factor, Precision, RateRule};
use std::path::PathBuf;

#[derive(Parser)]
#[command(
    about = "Gemeenten that use little youth care, by a stated rule, with the probability that the rule holds"
)]
pub(crate) struct Arguments {
    /// A table with the columns code, name, youths, users, and if there are any: year, region (areas share in what their
    /// region has), further columns of counts and determinants. A blank count is missing, or withheld where --withheld-below
    /// is said. Without it a country is planted.
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Low is at most so many times the national rate, as 2/3 or 0.7.
    #[arg(long, default_value = "2/3", value_parser = factor)]
    pub(crate) factor: Factor,
    /// Decimals to which the threshold, in percent, is cut down; without it the threshold is exact.
    #[arg(long)]
    pub(crate) cut: Option<u8>,
    /// Gemeenten with fewer youths are left out.
    #[arg(long, default_value = "500", value_parser = youths)]
    pub(crate) least_youths: f64,
    /// Another column of counts, out of the same youths, that has to be at most the national rate; may be repeated.
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub(crate) also: Vec<String>,
    /// An area left out by name or code, as "Laren=wealth that others cannot copy"; may be repeated.
    #[arg(long, value_name = "AREA=REASON", requires = "data", value_parser = named)]
    pub(crate) leave_out: Vec<(String, String)>,
    /// A column that may explain the rate; may be repeated.
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub(crate) determinant: Vec<String>,
    #[command(flatten)]
    pub(crate) publisher: Publisher,
    /// A folder to write results to: the trail, the probabilities, a funnel.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Draws behind each probability.
    #[arg(long, default_value_t = 2_000, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) draws: usize,
    /// Seed of the planted country and of the draws.
    #[arg(long, default_value_t = 2019)]
    pub(crate) seed: u64,
}

impl Arguments {
    /// The rule for low use.
    pub(crate) fn low(&self) -> RateRule {
        RateRule::at_most(self.factor).threshold(self.cut.map_or(Precision::Exact, Precision::CutTo))
    }
}

fn factor(text: &str) -> Result<Factor, String> {
    let parsed = match text.split_once('/') {
        Some((over, under)) => match (over.trim().parse(), under.trim().parse()) {
            (Ok(over), Ok(under)) => Factor::ratio(over, under),
            _ => return Err("a factor is a fraction of whole numbers, as 2/3, or a number".into()),
        },
        None => match text.trim().parse() {
            Ok(number) => Factor::new(number),
            Err(_) => return Err("a factor is a fraction of whole numbers, as 2/3, or a number".into()),
        },
    };
    parsed.map_err(|error| error.to_string())
}

fn youths(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(number),
        _ => Err("youths are a number, 0 or more".into()),
    }
}

fn named(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, reason)) if !name.trim().is_empty() && !reason.trim().is_empty() => {
            Ok((name.trim().into(), reason.trim().into()))
        }
        _ => Err("say which area and why, as \"Laren=wealth that others cannot copy\"".into()),
    }
}
