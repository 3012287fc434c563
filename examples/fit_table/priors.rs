//! Priors in one line: `sd=half-normal(1); sd(region)=pc(0.5,0.05); coefficients=normal(0,1); log-theta=normal(2,2)`.

use nestcount::estimator::{CoefficientPrior, LogThetaPrior, Priors, SdPrior};
use std::str::FromStr;

/// The priors as asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct PriorLine(pub(crate) Priors);

impl FromStr for PriorLine {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let clauses = text.split(';').map(str::trim).filter(|clause| !clause.is_empty());
        clauses.into_iter().try_fold(Priors::default(), with_clause).map(PriorLine)
    }
}

fn with_clause(priors: Priors, clause: &str) -> Result<Priors, String> {
    let (of, prior) =
        clause.rsplit_once('=').ok_or_else(|| format!("'{clause}' does not read parameter=prior"))?;
    let (of, prior) = (of.trim(), Call::from_str(prior)?);
    let inside = |name: &str| of.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    match (of, inside("sd"), inside("coefficient")) {
        ("sd", ..) => Ok(priors.sd(of_sd(&prior)?)),
        (_, Some(level), _) => Ok(priors.sd_of(level, of_sd(&prior)?)),
        ("coefficients", ..) => Ok(priors.coefficients(of_coefficient(&prior)?)),
        (_, _, Some(term)) => Ok(priors.coefficient_of(term, of_coefficient(&prior)?)),
        ("log-theta", ..) => Ok(priors.log_theta(of_log_theta(&prior)?)),
        _ => Err(format!(
            "there is no prior of '{of}'; there are those of sd, sd(LEVEL), coefficients, coefficient(TERM) and log-theta"
        )),
    }
}

/// `name(number,number)`.
#[derive(Debug)]
struct Call {
    name: String,
    numbers: Vec<f64>,
}

impl FromStr for Call {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (name, rest) = text.split_once('(').unwrap_or((text, ")"));
        let inside = rest.strip_suffix(')').ok_or_else(|| format!("'{text}' does not end in )"))?;
        let numbers = inside.split(',').map(str::trim).filter(|number| !number.is_empty());
        let numbers = numbers.map(|number| number.parse().map_err(|_| format!("'{number}' is no number")));
        Ok(Call { name: name.trim().into(), numbers: numbers.collect::<Result<_, _>>()? })
    }
}

impl Call {
    fn parts(&self) -> (&str, &[f64]) {
        (&self.name, &self.numbers)
    }
}

fn of_sd(prior: &Call) -> Result<SdPrior, String> {
    match prior.parts() {
        ("half-normal", &[scale]) => Ok(SdPrior::HalfNormal { scale }),
        ("pc", &[large, probability]) => Ok(SdPrior::PenalisedComplexity { large, probability }),
        _ => {
            Err("the prior of a standard deviation reads half-normal(SCALE) or pc(LARGE,PROBABILITY)".into())
        }
    }
}

fn of_coefficient(prior: &Call) -> Result<CoefficientPrior, String> {
    match prior.parts() {
        ("flat", &[]) => Ok(CoefficientPrior::Flat),
        ("normal", &[location, scale]) => Ok(CoefficientPrior::Normal { location, scale }),
        _ => Err("the prior of a coefficient reads flat or normal(LOCATION,SCALE)".into()),
    }
}

fn of_log_theta(prior: &Call) -> Result<LogThetaPrior, String> {
    match prior.parts() {
        ("normal", &[location, scale]) => Ok(LogThetaPrior { location, scale }),
        _ => Err("the prior of log theta reads normal(LOCATION,SCALE)".into()),
    }
}
