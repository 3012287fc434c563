//! New rows with standard errors and the distribution of their counts.

use super::expected_count::Expected;
use super::fitted::Fitted;
use super::new_rows::{NewRows, UnseenAreas};
use super::predictive::CountPrediction;
use crate::error::Result;
use crate::estimate::Normal;
use crate::model::ROW_LEVEL;

/// A new row: what is expected of it, and the distribution of its count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewCount {
    /// [`Prediction::given_areas`](super::Prediction::given_areas) with its standard error.
    pub expected: Expected,
    /// The count's distribution. An area that the fit has not seen has an effect of its own in it, whatever stands in
    /// for that effect in the expectation.
    pub predicted: CountPrediction,
}

/// A row's linear predictor: what is known of it, and the variance of the effects that the fit has not seen.
struct Predictor {
    known: Normal,
    unseen: f64,
    /// What stands in for those.
    shift: f64,
}

impl Fitted<'_> {
    /// Expected counts of new rows with standard errors, and the distributions of their counts.
    ///
    /// Determinants, areas and unseen areas are treated as [`Fit::predict`](crate::Fit::predict) does; it fails as that
    /// does.
    pub fn predict(&self, rows: &NewRows<'_>, unseen: UnseenAreas) -> Result<Vec<NewCount>> {
        self.fit.predict(rows, unseen)?;
        let design = self.fit.recipe().apply_in(rows.table, rows.placement)?;
        let nodes = self.nodes_of_new_rows(rows)?;
        let each = design.rows().into_iter().zip(&nodes).zip(&rows.exposures);
        Ok(each
            .map(|((x, known), exposure)| {
                let predictor = self.predictor(x.to_vec(), known, unseen);
                self.new_count(predictor, exposure.get())
            })
            .collect())
    }

    /// For each row the node of its area at each level, as far down as the fit has seen it.
    fn nodes_of_new_rows(&self, rows: &NewRows<'_>) -> Result<Vec<Vec<usize>>> {
        let mut nodes = vec![Vec::new(); rows.exposures.len()];
        for (at, level) in self.levels.iter().enumerate() {
            if level == ROW_LEVEL {
                continue;
            }
            let of_level = self.problem().nodes_of_level(at);
            for (known, area) in nodes.iter_mut().zip(self.fit.areas_of_new_rows(level, rows.placement)?) {
                known.extend(area.and_then(|area| of_level.get(area)).copied());
            }
        }
        Ok(nodes)
    }

    fn predictor(&self, mut x: Vec<f64>, known: &[usize], policy: UnseenAreas) -> Predictor {
        let nodes = &self.posterior.nodes;
        self.problem().standard.of_row(&mut x);
        let mut gradient = vec![0.0; nodes.directions()];
        let mut mean: f64 = x.iter().zip(&nodes.point.beta).map(|(x, b)| x * b).sum();
        let mut variance = 0.0;
        if let Some(&node) = known.last() {
            gradient.copy_from_slice(nodes.tangent(node));
            mean += nodes.nodes[node].mode;
            variance = nodes.nodes[node].v;
        }
        gradient.iter_mut().zip(&x).for_each(|(g, x)| *g += x);
        let levels = known.len()..self.levels.len();
        let unseen: f64 = levels.clone().map(|level| nodes.point.variances[level]).sum();
        let averaged = policy != UnseenAreas::Typical;
        if averaged {
            levels.for_each(|level| gradient[x.len() + level] += 0.5);
        }
        let mut spread = vec![0.0; self.posterior.n_free()];
        self.posterior.spread(&gradient, &mut spread);
        variance += spread.iter().map(|x| x * x).sum::<f64>();
        let shift = if averaged { 0.5 * unseen } else { 0.0 };
        Predictor { known: Normal { mean, variance }, unseen, shift }
    }

    fn new_count(&self, of: Predictor, exposure: f64) -> NewCount {
        let count = exposure * (of.known.mean + of.shift).exp();
        let expected = Expected { count, std_error: count * of.known.variance.sqrt(), exposure };
        let median = exposure * of.known.mean.exp();
        let predicted =
            CountPrediction::log_normal(median, of.known.variance + of.unseen, self.posterior.at.scatter);
        NewCount { expected, predicted }
    }
}
