//! What the answers of many worlds come to.

use crate::answers::{Answer, Parameter};
use std::collections::BTreeMap;

/// A kind of parameters that are judged together.
pub(crate) type Kind = (&'static str, fn(&Parameter) -> bool);

/// Answers of one treatment over many worlds.
#[derive(Default)]
pub(crate) struct Tally {
    answers: BTreeMap<Parameter, Vec<Answer>>,
}

/// Of a kind of parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    /// Answers at a limit, which have no interval and count as not covering.
    pub(crate) at_limit: usize,
    /// Mean of estimate − truth, away from 0 counted as positive for coefficients.
    pub(crate) bias: f64,
    /// Standard deviation of the estimates about their own mean, over the parameters of the kind.
    pub(crate) empirical_sd: f64,
    pub(crate) mean_std_error: f64,
    /// Share of the 95 % intervals that hold the truth.
    pub(crate) coverage: f64,
}

impl Tally {
    pub(crate) fn add(&mut self, answers: Vec<Answer>) {
        for answer in answers {
            self.answers.entry(answer.parameter.clone()).or_default().push(answer);
        }
    }

    pub(crate) fn summary(&self, kinds: &[Kind]) -> Summary {
        let of_kind = |parameter: &Parameter| kinds.iter().any(|(_, holds)| holds(parameter));
        let parameters: Vec<&Vec<Answer>> =
            self.answers.iter().filter(|(parameter, _)| of_kind(parameter)).map(|(_, a)| a).collect();
        let (mut errors, mut squares, mut std_errors) = (Vec::new(), Vec::new(), Vec::new());
        let (mut answers, mut covering) = (0, 0);
        for of_one in parameters {
            let found = || of_one.iter().filter_map(|a| Some((a, a.found?)));
            let each: Vec<f64> =
                found().map(|(a, found)| away_from_zero(a, found.estimate - a.truth)).collect();
            let centre = mean(&each);
            squares.extend(each.iter().map(|error| (error - centre).powi(2)));
            errors.extend(each);
            std_errors.extend(found().map(|(_, found)| found.std_error));
            answers += of_one.len();
            covering += found().filter(|(a, found)| found.covers(a.truth)).count();
        }
        Summary {
            at_limit: answers - errors.len(),
            bias: mean(&errors),
            empirical_sd: mean(&squares).sqrt(),
            mean_std_error: mean(&std_errors),
            coverage: covering as f64 / answers as f64,
        }
    }

    /// `| name | bias / empirical sd / mean standard error / coverage | ...`, a cell for each kind.
    pub(crate) fn line(&self, name: &str, kinds: &[Kind]) -> String {
        let cells = kinds.iter().map(|kind| {
            let Summary { bias, empirical_sd, mean_std_error, coverage, .. } = self.summary(&[*kind]);
            let coverage = 100.0 * coverage;
            format!(" {bias:+.4} / {empirical_sd:.4} / {mean_std_error:.4} / {coverage:.1} % |")
        });
        format!("| {name} |{}", cells.collect::<String>())
    }
}

/// The head of the lines.
pub(crate) fn head(first: &str, kinds: &[Kind]) -> String {
    let names: String = kinds.iter().map(|(name, _)| format!(" {name} |")).collect();
    format!("| {first} |{names}\n|---|{}", "---|".repeat(kinds.len()))
}

fn away_from_zero(answer: &Answer, error: f64) -> f64 {
    match &answer.parameter {
        Parameter::Coefficient(_) if answer.truth < 0.0 => -error,
        _ => error,
    }
}

pub(crate) fn mean(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}
