//! Every estimator on the certified set.

use crate::estimators::Contestant;
use crate::set::Certified;
use nestcount::estimate::Parameters;
use serde::Serialize;
use std::collections::BTreeMap;

/// One table of the set.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CertifiedRecord {
    pub(crate) table: String,
    pub(crate) what: String,
    pub(crate) log_likelihood: f64,
    pub(crate) estimators: Vec<MissRecord>,
}

/// By how much one estimator misses the maximum; neither a failure nor a miss where it is not meant for such tables.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MissRecord {
    pub(crate) estimator: String,
    pub(crate) failure: Option<String>,
    pub(crate) miss: Option<Miss>,
}

/// Distances from the certified maximum.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Miss {
    /// By parameter, in its own units: coefficients, log sd's (an sd where the maximum is at 0), log θ.
    pub(crate) parameters: BTreeMap<String, f64>,
    /// The largest of these.
    pub(crate) largest: f64,
    /// The largest in certified standard errors: of coefficients, sd's, log θ.
    pub(crate) std_errors: f64,
    pub(crate) seconds: f64,
}

pub(crate) fn run(tables: &[Certified], contestants: &[Contestant]) -> Vec<CertifiedRecord> {
    tables.iter().map(|table| record(table, contestants)).collect()
}

fn record(table: &Certified, contestants: &[Contestant]) -> CertifiedRecord {
    CertifiedRecord {
        table: table.name.into(),
        what: table.what.clone(),
        log_likelihood: table.log_likelihood,
        estimators: contestants.iter().map(|contestant| miss(table, contestant)).collect(),
    }
}

fn miss(table: &Certified, contestant: &Contestant) -> MissRecord {
    let estimator = contestant.name().into();
    if !contestant.takes(&table.problem) {
        return MissRecord { estimator, failure: None, miss: None };
    }
    let fit = contestant.fit(&table.problem);
    match fit.outcome {
        Err(kind) => MissRecord { estimator, failure: Some(kind), miss: None },
        Ok(answer) => {
            let miss = Some(Miss::of(table, &answer.parameters(), fit.seconds));
            MissRecord { estimator, failure: None, miss }
        }
    }
}

impl Miss {
    pub(crate) fn of(table: &Certified, found: &Parameters, seconds: f64) -> Miss {
        let each = table.parameters.iter().map(|p| (p, table.value_in(p, found) - p.value));
        let each: Vec<_> = each.collect();
        let errors = each.iter().filter_map(|(p, apart)| {
            // of an sd the set has the logarithm, whose distance is infinite at 0
            let relative = if p.name.starts_with("log sd(") { apart.exp_m1() } else { *apart };
            Some(relative.abs() / p.std_error?)
        });
        Miss {
            std_errors: errors.fold(0.0, f64::max),
            largest: each.iter().map(|(_, apart)| apart.abs()).fold(0.0, f64::max),
            parameters: each.iter().map(|(p, apart)| (p.name.clone(), apart.abs())).collect(),
            seconds,
        }
    }
}
