//! The posterior, printed.

use super::{Posterior, Reliability, Sampler};
use crate::estimator::Estimated;
use crate::infer::{Confidence, number};
use std::fmt;

impl fmt::Display for Posterior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Multilevel count model, log link, posterior")?;
        self.sampler().fmt(f)?;
        if let Reliability::Unreliable(doubt) = self.reliability() {
            writeln!(f, "NOT RELIABLE: {doubt}")?;
        }
        if let Some(evidence) = self.log_evidence() {
            writeln!(f, "log evidence {:.3} (std.error {:.3})", evidence.estimate, evidence.std_error)?;
        }
        let width = self.summaries().iter().map(|s| s.parameter.to_string().chars().count()).max();
        let width = width.unwrap_or(0).max("parameter".len());
        let heads = ["mean", "sd", "2.5%", "50%", "97.5%"];
        write!(f, "\n  {:width$}", "parameter")?;
        heads.iter().try_for_each(|head| write!(f, " {head:>11}"))?;
        writeln!(f)?;
        for summary in self.summaries() {
            let name = summary.parameter.to_string();
            let known = self.interval(&summary.parameter, Confidence::P95);
            let (Ok(known), Ok(median)) = (known, self.quantile(&summary.parameter, 0.5)) else { continue };
            let columns = [summary.mean, summary.sd, known.low, median, known.high].map(number);
            write!(f, "  {name:width$}")?;
            columns.iter().try_for_each(|column| write!(f, " {column:>11}"))?;
            writeln!(f)?;
        }
        let areas = self.levels().iter().map(|level| level.n_areas).sum::<usize>();
        writeln!(f, "\nEffects of {areas} areas, each with its posterior mean and standard deviation")
    }
}

impl fmt::Display for Sampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Sampler::Importance(sampling) => writeln!(
                f,
                "{} weighted draws worth {:.0} independent ones; Pareto k {:.2}",
                sampling.proposals, sampling.effective, sampling.pareto_k
            ),
            Sampler::Chains(chains) => writeln!(
                f,
                "{} draws of {} Markov chains worth {:.0} independent ones; R-hat {:.3}, {} divergences",
                chains.draws, chains.chains, chains.effective, chains.r_hat, chains.divergences
            ),
        }
    }
}
