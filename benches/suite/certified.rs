//! Every estimator on the certified set.

use crate::run::fit;
use crate::set::Certified;
use nestcount::estimate::Parameters;
use nestcount::estimator::AnyEstimator;
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

/// By how much one estimator misses the maximum.
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
    /// The largest of these in certified standard errors.
    pub(crate) std_errors: f64,
    pub(crate) largest: f64,
    pub(crate) seconds: f64,
}

pub(crate) fn run(tables: &[Certified], estimators: &[Box<dyn AnyEstimator>]) -> Vec<CertifiedRecord> {
    tables.iter().map(|table| record(table, estimators)).collect()
}

fn record(table: &Certified, estimators: &[Box<dyn AnyEstimator>]) -> CertifiedRecord {
    CertifiedRecord {
        table: table.name.into(),
        what: table.what.clone(),
        log_likelihood: table.log_likelihood,
        estimators: estimators.iter().map(|estimator| miss(table, estimator.as_ref())).collect(),
    }
}

fn miss(table: &Certified, estimator: &dyn AnyEstimator) -> MissRecord {
    let fit = fit(estimator, &table.problem);
    let (failure, miss) = match fit.outcome {
        Err(kind) => (Some(kind), None),
        Ok(answer) => (None, Some(Miss::of(table, &answer.parameters(), fit.seconds))),
    };
    MissRecord { estimator: estimator.name().into(), failure, miss }
}

impl Miss {
    pub(crate) fn of(table: &Certified, found: &Parameters, seconds: f64) -> Miss {
        let each = table.parameters.iter().map(|p| (p, (table.value_in(p, found) - p.value).abs()));
        let each: Vec<_> = each.collect();
        let errors = each.iter().filter_map(|(p, apart)| Some(apart / p.std_error?));
        Miss {
            parameters: each.iter().map(|(p, apart)| (p.name.clone(), *apart)).collect(),
            std_errors: errors.fold(0.0, f64::max),
            largest: each.iter().map(|(_, apart)| *apart).fold(0.0, f64::max),
            seconds,
        }
    }
}
