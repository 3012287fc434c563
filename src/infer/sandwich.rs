//! Standard errors that do not rest on the model's variance: the sandwich over clusters of areas.

use super::covariance::Covariance;
use super::fit::Fit;
use super::variance::{Dispersion, StandardDeviation};
use crate::error::{ErrorKind, Result};
use crate::estimate::{Objective, Options};
use crate::family::Family;
use crate::model::{LevelAreas, Problem};
use ndarray::{Array1, Array2};
use std::collections::BTreeMap;

/// Which areas are taken to be independent of each other, and of nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clusters {
    /// The areas of the model's coarsest level.
    TopLevel,
    /// The areas of a level of the tree, the model's coarsest or coarser.
    Level(String),
}

/// The sandwich C B C · G/(G − 1): C the inverse information, B = Σ_g s_g s_g' over the scores of G clusters.
///
/// Right, in tables with many clusters, whatever makes counts within a cluster vary and hang together, as long as the
/// expected counts are right. The factor G/(G − 1) takes the mean of the scores, 0 by estimation, out of their variance.
/// Sources: Huber 1967; White 1982, Econometrica 50:1; Liang & Zeger 1986, Biometrika 73:13.
#[derive(Debug, Clone, PartialEq)]
pub struct Sandwich {
    /// The matrix, with the names and units of [`Fit::covariance`].
    pub covariance: Covariance,
    /// The level whose areas are the clusters.
    pub level: String,
    /// Their number G.
    pub n_clusters: usize,
    /// G/(G − 1), already in the matrix.
    pub factor: f64,
}

impl Fit {
    /// Standard errors by cluster.
    ///
    /// Fails where the problem is not the one of the fit; where there are not more clusters than parameters, as the
    /// matrix would be singular and its entries far too small; on a level finer than the model's coarsest, whose areas
    /// share an effect; and where the model has no level of areas.
    pub fn sandwich(&self, problem: &Problem, options: &Options, clusters: &Clusters) -> Result<Sandwich> {
        self.refuse_other(problem)?;
        self.refuse_unless_laplace("errors by cluster")?;
        options.check()?;
        let (level, cluster_of_root) = problem.clusters(clusters)?;
        let n_clusters = cluster_of_root.iter().max().map_or(0, |last| last + 1);
        let parameters = self.covariance().names.len();
        if n_clusters <= parameters {
            return Err(ErrorKind::TooFewClusters { level, found: n_clusters, parameters }.into());
        }
        let mut scores = vec![Array1::zeros(parameters); n_clusters];
        for (score, &cluster) in self.scores(problem, options)?.iter().zip(&cluster_of_root) {
            scores[cluster] += score;
        }
        let mut between = Array2::<f64>::zeros((parameters, parameters));
        for score in &scores {
            for (i, a) in score.iter().enumerate() {
                between.row_mut(i).scaled_add(*a, score);
            }
        }
        let factor = n_clusters as f64 / (n_clusters - 1) as f64;
        let bread = &self.covariance().matrix;
        let matrix = bread.dot(&between).dot(bread) * factor;
        let covariance = Covariance { names: self.covariance().names.clone(), matrix };
        Ok(Sandwich { covariance, level, n_clusters, factor })
    }

    /// The score of each root subtree over what [`Fit::covariance`] names.
    fn scores(&self, problem: &Problem, options: &Options) -> Result<Vec<Array1<f64>>> {
        let (point, mut effects) = problem.position_of(self)?;
        let family = match self.dispersion() {
            Dispersion::NegBin2 { .. } => Family::NegBin2,
            Dispersion::Poisson | Dispersion::PoissonLimit { .. } => Family::Poisson,
        };
        let contributions = Objective::new(problem, options).contributions(family, &point, &mut effects);
        let p = problem.n_terms();
        let back = problem.standard.back();
        let positive: Vec<(usize, f64)> = self.levels().iter().enumerate().filter_map(log_slope).collect();
        let of = |all: Array1<f64>| {
            let coefficients = in_caller_units(&back, &all);
            let sds = positive.iter().map(|(level, slope)| slope * all[p + level]);
            let theta = (family == Family::NegBin2).then(|| all[all.len() - 1]);
            coefficients.into_iter().chain(sds).chain(theta).collect()
        };
        Ok(contributions.into_iter().map(of).collect())
    }
}

/// dυ/d log sd = 2υ of a level whose variance is not 0.
fn log_slope((level, known): (usize, &super::variance::LevelVariance)) -> Option<(usize, f64)> {
    matches!(known.sd, StandardDeviation::Positive { .. }).then(|| (level, 2.0 * known.sd.variance()))
}

/// g over β from g̃ over β̃, β = Mβ̃: solves M'g = g̃. M is diagonal but for its first row.
fn in_caller_units(back: &Array2<f64>, all: &Array1<f64>) -> Vec<f64> {
    let intercept = all[0];
    (0..back.nrows())
        .map(|j| if j == 0 { intercept } else { (all[j] - back[[0, j]] * intercept) / back[[j, j]] })
        .collect()
}

impl Problem {
    /// The name of the clusters' level, and each root subtree's cluster.
    fn clusters(&self, clusters: &Clusters) -> Result<(String, Vec<usize>)> {
        let refuse = |message: String| Err(ErrorKind::Specification { message }.into());
        let Some(top) = self.model_levels().first() else {
            return refuse("the model has no random intercept, and so no areas to take as clusters".into());
        };
        let level = match (clusters, top.areas) {
            (Clusters::TopLevel, _) => return Ok((top.name.clone(), (0..self.nodes.n_subtrees()).collect())),
            (Clusters::Level(name), LevelAreas::Tree(at)) => match self.tree().level(name)? {
                level if level <= at => level,
                _ => {
                    return refuse(format!(
                        "the areas of level '{name}' are not independent: those of one '{}' share its effect",
                        top.name
                    ));
                }
            },
            (Clusters::Level(name), LevelAreas::Rows) => {
                return refuse(format!("the model has a row effect only, and no areas of level '{name}'"));
            }
        };
        let LevelAreas::Tree(at) = top.areas else { return refuse("the model has no areas".into()) };
        let mut numbers: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        let roots = self.nodes.areas().filter(|(level, _)| *level == 0);
        let of_root = roots.map(|(_, area)| {
            let path =
                self.tree().path(at, area).iter().take(level + 1).map(|code| code.to_string()).collect();
            let next = numbers.len();
            *numbers.entry(path).or_insert(next)
        });
        let of_root = of_root.collect();
        Ok((self.tree().levels()[level].clone(), of_root))
    }
}
