//! What is asked on the command line.

use crate::priors::PriorLine;
use crate::values::{BoundColumns, Interaction, JsonTarget, Reference, TidyTarget, name};
use clap::{CommandFactory, Parser, ValueEnum};
use nestcount::Family;
use nestcount::area::CodeScope;
use nestcount::determinant::MissingCells;
use std::fmt;
use std::path::PathBuf;

const WORKED_LINE: &str = "\
Example: users of care among the young, wijken in gemeenten in regions:
  fit_table --data wijken.csv --count users --exposure youth --levels region,gemeente \\
    --determinants single_parents,urbanity --categorical urbanity --family nb2 --json fit.json
Counts below 10 withheld (blank or .), the others rounded to 5, taken as what they are:
  fit_table --data wijken.csv --count users --withheld-below 10 --round-to 5 --family nb2 ...

Exit code: 0 fitted, 1 not converged, 2 the question or the table cannot be used.
Rows are counted from 1, the header left out.";

/// Fits a Poisson or negative binomial model with nested random intercepts to a table of counts.
#[derive(Debug, Parser)]
#[command(name = "fit_table", after_help = WORKED_LINE)]
pub(crate) struct Arguments {
    /// File with a header line, separated by commas or semicolons; blank, NA or . is a missing cell, but in counts see
    /// --withheld-below
    #[arg(long, value_name = "F.csv")]
    pub(crate) data: PathBuf,
    /// Column of counts; rows without a count are left out
    #[arg(long, value_name = "COL", value_parser = name, required_unless_present = "bounds")]
    pub(crate) count: Option<String>,
    /// Two columns of bounds, both included, in the place of --count: a blank upper bound is open
    #[arg(long, value_name = "LO,HI", conflicts_with = "count")]
    pub(crate) bounds: Option<BoundColumns>,
    #[command(flatten)]
    pub(crate) published: Published,
    #[command(flatten)]
    pub(crate) estimation: Estimation,
    /// Column of persons, person-years or expected events; 1 in every row if not given
    #[arg(long, value_name = "COL", value_parser = name)]
    pub(crate) exposure: Option<String>,
    /// Columns of area codes, coarsest first; each level has a random intercept
    #[arg(long, value_name = "COARSE,FINER", value_delimiter = ',', value_parser = name)]
    pub(crate) levels: Vec<String>,
    /// Columns that may explain the counts, in the order of the terms
    #[arg(long, value_name = "a,b,c", value_delimiter = ',', value_parser = name)]
    pub(crate) determinants: Vec<String>,
    /// How counts scatter about their mean; nb2 has variance mu + mu^2/theta
    #[arg(long)]
    pub(crate) family: FamilyName,
    /// Determinants that are categories; those not under --determinants come after them
    #[arg(long, value_name = "x,y", value_delimiter = ',', value_parser = name)]
    pub(crate) categorical: Vec<String>,
    /// Category that the others of its column are compared with; the first in order if not given
    #[arg(long, value_name = "x=value", value_delimiter = ',')]
    pub(crate) reference: Vec<Reference>,
    /// Products of determinants
    #[arg(long, value_name = "a:b", value_delimiter = ',')]
    pub(crate) interactions: Vec<Interaction>,
    /// Gives every row a normal effect of its own
    #[arg(long)]
    pub(crate) row_effect: bool,
    /// What to do with rows in which a determinant is missing
    #[arg(long, default_value = "refuse")]
    pub(crate) missing: Missing,
    /// Brings numeric determinants to mean 0 and standard deviation 1
    #[arg(long)]
    pub(crate) scale: bool,
    /// Level codes may be re-used under different parents
    #[arg(long)]
    pub(crate) nested_codes: bool,
    /// Puts the effect of every area in the JSON
    #[arg(long)]
    pub(crate) areas: bool,
    /// Writes the result as JSON to a file, or with - to the standard output; the text then goes to the standard error
    #[arg(long, value_name = "OUT|-")]
    pub(crate) json: Option<JsonTarget>,
    /// Writes every coefficient, standard deviation and area effect with its 95 % interval as a table, one row each, with
    /// the columns of R's broom.mixed: CSV or JSON, by the ending of the name
    #[arg(long, value_name = "F.csv|F.json")]
    pub(crate) tidy: Option<TidyTarget>,
    /// Writes no text
    #[arg(long)]
    pub(crate) quiet: bool,
    /// Evaluations of the log-likelihood before giving up
    #[arg(long, value_name = "N")]
    pub(crate) max_evaluations: Option<usize>,
}

/// How the counts were published, and what is made of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Published {
    /// Counts below this were withheld: their cells are blank, or . x or *; NA is missing
    #[arg(long, value_name = "N", requires = "count", conflicts_with = "bounds", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) withheld_below: Option<u64>,
    /// Column that says of each row whether its count was withheld, 1 or 0; blank counts that were not are left out
    #[arg(long, value_name = "FLAG", requires = "withheld_below", value_parser = name)]
    pub(crate) withheld_column: Option<String>,
    /// Published counts were rounded to this
    #[arg(long, value_name = "BASE", requires = "count", conflicts_with = "bounds", value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) round_to: Option<u32>,
    /// How they were rounded; half up if not given
    #[arg(long, requires = "round_to")]
    pub(crate) rounding: Option<RoundingName>,
    /// It was the rounded count that had to reach --withheld-below, not the count itself
    #[arg(long, requires = "round_to", requires = "withheld_below")]
    pub(crate) withheld_after_rounding: bool,
    /// Zeros are published: a withheld count is 1 or more
    #[arg(long, requires = "withheld_below")]
    pub(crate) zeros_published: bool,
    /// What is made of counts that are withheld, rounded or bounded
    #[arg(long, default_value = "interval")]
    pub(crate) treat: Treat,
    /// Completed tables, with --treat impute or --missing impute; 20 if not given
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) imputations: Option<u32>,
    /// Seed of the imputation, or of the draws of --estimator bayes; 1 if not given
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Threads of the imputation, or of --estimator bayes; the result is the same for any number
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

impl Published {
    /// An option that only imputations use; seeds and threads are also for draws.
    fn idle_option(&self, draws: bool) -> Option<&'static str> {
        let given = [
            ("--imputations", self.imputations.is_some()),
            ("--seed", self.seed.is_some() && !draws),
            ("--threads", self.threads.is_some() && !draws),
        ];
        given.into_iter().find_map(|(option, given)| given.then_some(option))
    }
}

/// How the estimates are made.
#[derive(Debug, clap::Args)]
pub(crate) struct Estimation {
    /// How the effects of areas are integrated out, or what is done instead
    #[arg(long, default_value = "laplace")]
    pub(crate) estimator: EstimatorName,
    /// Priors of --estimator bayes, such as "sd=half-normal(1); sd(region)=pc(0.5,0.05); coefficients=normal(0,1);
    /// log-theta=normal(2,2)"; those not named are half-normal(1), flat and normal(2,2)
    #[arg(long, value_name = "PRIORS")]
    pub(crate) priors: Option<PriorLine>,
    /// Draws of the parameters with --estimator bayes; 10,000 if not given
    #[arg(long, value_name = "N")]
    pub(crate) draws: Option<usize>,
}

impl fmt::Display for EstimatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EstimatorName::Laplace => "laplace",
            EstimatorName::SecondOrder => "second-order",
            EstimatorName::Exact => "exact",
            EstimatorName::PoissonLognormal => "poisson-lognormal",
            EstimatorName::Pql => "pql",
            EstimatorName::Mql => "mql",
            EstimatorName::Variational => "variational",
            EstimatorName::Bayes => "bayes",
        })
    }
}

impl Estimation {
    /// An option that only one estimator uses.
    fn idle_option(&self) -> Option<&'static str> {
        let given = [("--priors", self.priors.is_some()), ("--draws", self.draws.is_some())];
        given.into_iter().find_map(|(option, given)| given.then_some(option))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EstimatorName {
    /// Maximum likelihood by the second-order expansion at the mode
    Laplace,
    /// With the next term of that expansion
    SecondOrder,
    /// By quadrature along the tree
    Exact,
    /// The rows' own effects by quadrature, those of areas by the expansion; needs a row effect
    PoissonLognormal,
    /// First-order penalised quasi-likelihood: biased, to compare with
    Pql,
    /// First-order marginal quasi-likelihood: biased, to compare with
    Mql,
    /// A lower bound of the likelihood, effects taken for normal: to compare with
    Variational,
    /// The posterior under --priors, by importance sampling
    Bayes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Treat {
    /// As what they are: intervals in the likelihood
    Interval,
    /// Multiply imputed from that fit, refitted and pooled
    Impute,
    /// Withheld rows left out, rounded counts taken as they stand
    Drop,
    /// The middle of withheld counts' bounds taken for the count, rounded counts as they stand
    Midpoint,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RoundingName {
    HalfUp,
    HalfEven,
    Nearest,
    Random,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FamilyName {
    Poisson,
    Nb2,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Missing {
    /// Name them and stop
    Refuse,
    /// Leave the rows out
    Drop,
    /// Fill with the mean of the area around
    ParentMean,
    /// The same, with a term `x missing` that marks the filled cells
    ParentMeanIndicator,
    /// Multiply imputed with the counts, refitted and pooled
    Impute,
}

impl Arguments {
    /// What the command line asks, or what is wrong with it.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let asked = Arguments::try_parse()?;
        match asked.contradiction() {
            None => Ok(asked),
            Some(why) => Err(Arguments::command().error(clap::error::ErrorKind::ArgumentConflict, why)),
        }
    }

    fn contradiction(&self) -> Option<String> {
        let bayes = self.estimation.estimator == EstimatorName::Bayes;
        if self.imputes() && self.estimation.estimator != EstimatorName::Laplace {
            return Some("completed tables are fitted by --estimator laplace alone".into());
        }
        if let Some(option) = self.estimation.idle_option().filter(|_| !bayes) {
            return Some(format!("{option} is for --estimator bayes"));
        }
        let option = self.published.idle_option(bayes).filter(|_| !self.imputes())?;
        Some(format!("{option} is for imputations: add --treat impute or --missing impute"))
    }

    fn imputes(&self) -> bool {
        self.published.treat == Treat::Impute || self.missing == Missing::Impute
    }

    pub(crate) fn family(&self) -> Family {
        match self.family {
            FamilyName::Poisson => Family::Poisson,
            FamilyName::Nb2 => Family::NegBin2,
        }
    }

    pub(crate) fn missing_cells(&self) -> MissingCells {
        match self.missing {
            Missing::Refuse | Missing::Impute => MissingCells::Refuse,
            Missing::Drop => MissingCells::Drop,
            Missing::ParentMean => MissingCells::ParentMean,
            Missing::ParentMeanIndicator => MissingCells::ParentMeanWithIndicator,
        }
    }

    /// The columns that hold the counts, or their bounds.
    pub(crate) fn count_columns(&self) -> Vec<&str> {
        let bounds = self.bounds.iter().flat_map(|bounds| [bounds.lo.as_str(), bounds.hi.as_str()]);
        self.count.iter().map(String::as_str).chain(bounds).collect()
    }

    pub(crate) fn code_scope(&self) -> CodeScope {
        if self.nested_codes { CodeScope::WithinParent } else { CodeScope::Unique }
    }
}
