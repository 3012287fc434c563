//! The fits: Laplace, and quadrature where `glmm` has it.

use crate::table::Table;
use crate::{Answer, Outcome, Question};
use cpu_time::ProcessTime;
use glmm::{
    Family, FitOptions, GroupIds, Grouping, GroupingRelation, ModelSpec, NegBinomialLink, PoissonLink,
    ReStructure, Sizing, fit_cold,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Nodes of the adaptive quadrature, for Poisson counts with one level.
const NODES: u8 = 25;

pub(crate) fn answers(question: &Question, table: &Table) -> Vec<Answer> {
    let one = table.areas.len() == 1 && question.family == "poisson";
    let variants = [("default", 1)].into_iter().chain(one.then_some(("quadrature", NODES)));
    variants
        .map(|(variant, nodes)| Answer {
            question: question.name.clone(),
            variant: variant.into(),
            outcome: catch_unwind(AssertUnwindSafe(|| fit(question, table, nodes)))
                .unwrap_or_else(|_| Outcome::Failure { failure: "panic".into() }),
        })
        .collect()
}

/// Groupings go in as crossed ones from the finest to the coarsest: nested areas are a case of these, and the order
/// is that of lme4.
fn fit(question: &Question, table: &Table, nodes: u8) -> Outcome {
    let mut groupings: Vec<&Vec<u32>> = table.areas.iter().collect();
    groupings.sort_by_key(|areas| std::cmp::Reverse(size(areas)));
    let extra = groupings[1..].iter().map(|areas| Grouping {
        relation: GroupingRelation::Crossed { n_clusters: size(areas) },
        slopes: Vec::new(),
    });
    let model = ModelSpec {
        family: match question.family.as_str() {
            "nb2" => Family::NegativeBinomial { link: NegBinomialLink::Log },
            _ => Family::Poisson { link: PoissonLink::Log },
        },
        re: Some(ReStructure {
            sizing: Sizing::FixedClusters { n_clusters: size(groupings[0]) },
            slopes: Vec::new(),
            extra_groupings: extra.collect(),
        }),
    };
    let ids = GroupIds {
        primary: groupings[0].clone(),
        extra: groupings[1..].iter().map(|areas| (*areas).clone()).collect(),
    };
    let options = FitOptions {
        target_indices: (0..table.p as u32).collect(),
        nagq: nodes,
        offset: Some(table.log_exposures.clone()),
        ..FitOptions::default()
    };
    let started = ProcessTime::now();
    let fit = fit_cold(&table.design, &table.counts, table.n, table.p, &model, &ids, &options);
    let seconds = started.elapsed().as_secs_f64();
    if !fit.converged() {
        return Outcome::Failure { failure: "not converged".into() };
    }
    let mut sds: Vec<f64> = fit.varcorr.iter().map(|block| block[0].sqrt()).collect();
    sds.reverse();
    Outcome::Fit {
        coefficients: fit.beta.clone(),
        sds,
        theta: (question.family == "nb2").then_some(fit.dispersion),
        log_likelihood: Some(fit.loglik),
        seconds,
        note: fit.singular().then(|| "singular".into()),
    }
}

fn size(areas: &[u32]) -> u32 {
    areas.iter().max().map_or(0, |last| last + 1)
}
