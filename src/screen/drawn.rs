//! Draws of several indicators, read by a rule.

use super::areas::{Areas, refused};
use super::drawn_rates::DrawnRates;
use super::rate_rule::Reference;
use super::resolved::{RateLeaf, Resolved};
use super::verdict::Verdict;
use super::verdicts::Verdicts;
use crate::error::Result;
use ndarray::{Array2, ArrayView2};

/// Draws by the name of the indicator they are of. Indicators drawn apart are independent given their data.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    indicators: Vec<(String, DrawnRates)>,
}

impl Drawn {
    /// Nothing yet.
    pub fn new() -> Self {
        Drawn::default()
    }

    /// The draws of an indicator; those given before under this name are replaced.
    pub fn with(mut self, indicator: &str, rates: DrawnRates) -> Self {
        self.indicators.retain(|(known, _)| known != indicator);
        self.indicators.push((indicator.into(), rates));
        self
    }

    pub(super) fn verdicts(&self, areas: &Areas, rule: &Resolved<'_>) -> Result<Verdicts> {
        let leaves: Vec<Leaf<'_>> =
            rule.rates.iter().map(|leaf| self.leaf(areas, leaf)).collect::<Result<_>>()?;
        let draws: Vec<usize> = leaves.iter().map(|leaf| leaf.drawn.n_draws()).collect();
        let n_draws = draws.first().copied().unwrap_or(1);
        if draws.iter().any(|&n| n != n_draws) {
            return Err(refused(format!("the indicators have different numbers of draws: {draws:?}")));
        }
        let values = Array2::from_shape_fn((n_draws, areas.n_areas()), |(draw, area)| {
            rule.with_rates(area, &|leaf| leaves[leaf].verdict(draw, area))
        });
        Ok(Verdicts { areas: areas.areas().to_vec(), values })
    }

    fn leaf<'a>(&'a self, areas: &Areas, of: &'a RateLeaf<'a>) -> Result<Leaf<'a>> {
        let found = self.indicators.iter().find(|(known, _)| known == of.indicator);
        let Some((_, drawn)) = found else {
            return Err(refused(format!(
                "the indicator '{}' was not drawn, and the rule asks for its rate",
                of.indicator
            )));
        };
        let position = areas.positions();
        let mut columns = vec![None; areas.n_areas()];
        for (column, code) in drawn.codes().iter().enumerate() {
            if let Some(&area) = position.get(code.as_str()) {
                columns[area] = Some(column);
            }
        }
        let against = match of.rule.reference() {
            Reference::National => Against::National,
            Reference::Given(rate) => Against::Given(rate),
            Reference::Expected => match drawn.expected() {
                Some(expected) => Against::Drawn(expected.view()),
                None => {
                    of.refuse_without_expectation()?;
                    Against::Stated
                }
            },
        };
        Ok(Leaf { of, drawn, columns, against })
    }
}

/// A comparison of rates with its draws.
struct Leaf<'a> {
    of: &'a RateLeaf<'a>,
    drawn: &'a DrawnRates,
    /// The column of each area in the draws.
    columns: Vec<Option<usize>>,
    against: Against<'a>,
}

/// What a drawn rate is held against.
enum Against<'a> {
    National,
    Given(f64),
    /// The expectation of the same draw.
    Drawn(ArrayView2<'a, f64>),
    /// Expected counts that stand beside the published ones.
    Stated,
}

impl Leaf<'_> {
    fn verdict(&self, draw: usize, area: usize) -> Verdict {
        let reference = |column: usize| match &self.against {
            Against::National => Some(self.drawn.national()[draw]),
            Against::Given(rate) => Some(*rate),
            Against::Drawn(expected) => Some(expected[[draw, column]]),
            Against::Stated => self.of.rates.expected_rate(area),
        };
        match self.columns[area].and_then(|column| Some((column, reference(column)?))) {
            Some((column, reference)) => {
                Verdict::of(self.of.rule.holds(self.drawn.rates()[[draw, column]], reference))
            }
            None => self.of.rule.of_missing(),
        }
    }
}
