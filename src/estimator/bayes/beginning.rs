//! Where searches for the mode of the effects begin.

use super::target::{point, variances_of};
use crate::estimate::{NodePosterior, Options};
use crate::model::Problem;
use crate::numeric::rows::{LinearPredictor, vectorised};
use pulp::Arch;

/// The modes at one ψ, moved along their tangents to others: a start depends on nothing that came before.
#[derive(Debug, Clone)]
pub(super) struct Beginning {
    modes: Vec<f64>,
    tangents: Option<Tangents>,
}

/// ∂a/∂ψ of every node, row-major.
#[derive(Debug, Clone)]
struct Tangents {
    arch: Arch,
    psi: Vec<f64>,
    slopes: Vec<f64>,
}

impl Beginning {
    /// The same modes everywhere.
    pub(super) fn still(modes: Vec<f64>) -> Self {
        Beginning { modes, tangents: None }
    }

    /// Modes that belong to ψ, moved along their tangents.
    pub(super) fn new(problem: &Problem, options: &Options, psi: &[f64], modes: &[f64]) -> Self {
        let at = point(problem, psi);
        let nodes = NodePosterior::new(problem, options, problem.family(), &at, modes);
        let sds = variances_of(problem);
        let mut slopes = Vec::with_capacity(modes.len() * psi.len());
        for node in 0..modes.len() {
            let tangent = nodes.tangent(node).iter().zip(psi).enumerate();
            // dυ/dξ = 2υ
            let along = |(j, (slope, psi)): (usize, (&f64, &f64))| match sds.contains(&j) {
                true => slope * 2.0 * (2.0 * psi).exp(),
                false => *slope,
            };
            slopes.extend(tangent.map(along));
        }
        let usable = slopes.len() == modes.len() * psi.len() && slopes.iter().all(|slope| slope.is_finite());
        let tangents = usable.then(|| Tangents { arch: Arch::new(), psi: psi.to_vec(), slopes });
        Beginning { modes: modes.to_vec(), tangents }
    }

    /// Makes these the modes, wherever a search is.
    pub(super) fn set(&mut self, modes: &[f64]) {
        self.modes.copy_from_slice(modes);
        self.tangents = None;
    }

    /// The modes at the one ψ.
    pub(super) fn modes(&self) -> &[f64] {
        &self.modes
    }

    /// Writes where the search at ψ begins.
    pub(super) fn write(&self, psi: &[f64], out: &mut [f64]) {
        match &self.tangents {
            None => out.copy_from_slice(&self.modes),
            Some(Tangents { arch, psi: from, slopes }) => {
                let change: Vec<f64> = psi.iter().zip(from).map(|(there, here)| there - here).collect();
                let start = &self.modes[..];
                vectorised(*arch, LinearPredictor { x: slopes, beta: &change, start, out });
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::log_prior::LogPrior;
    use super::super::priors::Priors;
    use super::super::target::Target;
    use super::*;
    use crate::estimate::fixture;
    use crate::model::Model;

    #[test]
    fn what_a_beginning_misses_of_the_modes_falls_with_the_square_of_the_distance() {
        for (model, psi) in [
            (Model::poisson(), vec![2.1, 0.1, -0.1, -1.2, -0.4]),
            (Model::neg_bin2(), vec![2.1, 0.1, -0.1, -1.2, -1.0, 0.9]),
        ] {
            let problem = fixture::problem(model, 96, 3);
            let prior = LogPrior::new(&Priors::default(), &problem);
            let options = Options { mode_tolerance: 1e-10, ..Options::default() };
            let modes = |psi: &[f64]| {
                let mut target = Target::new(&problem, &prior, &options);
                target.value(psi).unwrap();
                target.modes().to_vec()
            };
            let beginning = Beginning::new(&problem, &options, &psi, &modes(&psi));
            let missed = |step: f64| {
                let there: Vec<f64> =
                    psi.iter().enumerate().map(|(j, psi)| psi + step * [0.7, -1.0][j % 2]).collect();
                let mut begun = vec![0.0; problem.nodes.n_nodes()];
                beginning.write(&there, &mut begun);
                let off = begun.iter().zip(modes(&there)).map(|(begun, mode)| (begun - mode).abs());
                off.fold(0.0, f64::max)
            };
            let (near, far) = (missed(1e-3), missed(1e-2));
            assert!(near < 1e-5 && (far / near - 100.0).abs() < 10.0, "{near} {far}");
        }
    }
}
