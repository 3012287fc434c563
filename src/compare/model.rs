//! What is asked of the Gaussian model, and its data checked.

use super::fit::{LinearFit, Parts};
use super::maximise::maximise;
use super::nodes::Nodes;
use super::response::Response;
use super::sums::Sums;
use crate::area::{Level, Placement};
use crate::determinant::Design;
use crate::error::{ErrorKind, Result};
use crate::model::Standard;
use ndarray::Axis;
use serde::{Deserialize, Serialize};

/// What is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Criterion {
    /// The likelihood of the responses. What iterative generalised least squares (IGLS) converges to.
    #[default]
    MaximumLikelihood,
    /// The likelihood of those contrasts of the responses that no coefficient changes (REML; Patterson & Thompson 1971,
    /// Biometrika 58:545): variances allow for the coefficients that were estimated. What RIGLS converges to.
    Restricted,
}

/// The levels that carry a random intercept, and what is maximised. Residuals are the finest level's.
///
/// ```
/// use nestcount::area::{CodeScope, Placement};
/// use nestcount::compare::{LinearModel, Response};
/// use nestcount::determinant::Determinants;
/// use nestcount::table::Table;
/// let table = Table::new().with_numbers("bijstand", [2.0, 5.0, 3.0, 8.0, 4.0, 6.0, 1.0, 7.0])?;
/// let gemeenten = ["A", "A", "B", "B", "C", "C", "D", "D"];
/// let placement = Placement::from_codes(&[("gemeente", &gemeenten[..])], CodeScope::Unique)?;
/// let design = Determinants::new().numeric("bijstand").build(&table, &placement, &(0..8).collect::<Vec<_>>())?;
/// // The last percentage was withheld.
/// let percent = [9.1, 11.0, 8.2, 12.5, 10.4, 11.9, 7.0].map(Some).into_iter().chain([None]);
/// let fit = LinearModel::new()
///     .random_intercept("gemeente")
///     .fit(&placement, &Response::new(percent.collect())?, design)?;
/// assert_eq!(fit.n_rows(), 7);
/// assert_eq!(fit.expectation().conditional().len(), 8);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LinearModel {
    levels: Vec<String>,
    criterion: Criterion,
}

impl LinearModel {
    /// The model without areas, by maximum likelihood.
    pub fn new() -> Self {
        LinearModel::default()
    }

    /// Adds a random intercept per area of a level; the order of the calls does not matter.
    pub fn random_intercept(mut self, level: impl Into<String>) -> Self {
        let level = level.into();
        if !self.levels.contains(&level) {
            self.levels.push(level);
        }
        self
    }

    /// Adds a random intercept per area of a level known as a type.
    pub fn random_intercept_of<L: Level>(self) -> Self {
        self.random_intercept(L::NAME)
    }

    /// The same by another criterion.
    pub fn by(self, criterion: Criterion) -> Self {
        LinearModel { criterion, ..self }
    }

    /// The maximum, from the rows of the design that have a response; the other rows are expected only.
    ///
    /// Fails where placement and response have different lengths, no row has a response, determinants are constant or
    /// aliased among the rows that have one, a level is not in the tree, has one area, or divides the rows as another or
    /// as the rows themselves do, and where the determinants explain the responses exactly.
    pub fn fit(&self, placement: &Placement, response: &Response, design: Design) -> Result<LinearFit> {
        let (expected, found) = (placement.n_rows(), response.values().len());
        if expected != found {
            return Err(ErrorKind::Length { what: "the response".into(), expected, found }.into());
        }
        let (rows, mut y) = known(&design, response);
        let fitted = observed(&design, &rows)?;
        let nodes = Nodes::new(&self.levels, placement, design.rows())?;
        let (terms, all_rows) = (design.names().to_vec(), design.rows().to_vec());
        let (mut x, mut all) = (fitted.into_matrix(), design.into_matrix());
        let standard = match x.as_slice_mut() {
            Some(cells) => Standard::apply(cells, terms.len()),
            None => return Err(no_rows()),
        };
        all.rows_mut().into_iter().filter_map(|row| row.into_slice()).for_each(|row| standard.of_row(row));
        let centre = y.iter().sum::<f64>() / y.len() as f64;
        y.iter_mut().for_each(|y| *y -= centre);
        let sums = Sums::new(&nodes, x.view(), &y, &rows, response);
        let weights = sums.weights_of_nodes(&nodes);
        nodes.refuse_alike(&weights, placement.tree())?;
        if response.is_even() {
            nodes.refuse_rows(&sums, placement.tree())?;
        }
        let maximum = maximise(&nodes, &sums, self.criterion, placement.tree())?;
        Ok(LinearFit::of(Parts {
            criterion: self.criterion,
            tree: placement.tree().clone(),
            terms,
            rows: all_rows,
            fitted: rows.into_iter().map(|(_, row)| row).collect(),
            x: all,
            standard,
            centre,
            weights,
            nodes,
            maximum,
        }))
    }
}

/// The rows with a response, by their positions in the design and in the caller's table, and their responses.
fn known(design: &Design, response: &Response) -> (Vec<(usize, usize)>, Vec<f64>) {
    let rows = design.rows().iter().enumerate();
    let value = |row: usize| response.values().get(row).copied().flatten();
    rows.filter_map(|(at, &row)| Some(((at, row), value(row)?))).unzip()
}

/// The design of the rows with a response, examined anew.
fn observed(design: &Design, rows: &[(usize, usize)]) -> Result<Design> {
    if rows.is_empty() {
        return Err(no_rows());
    }
    let (at, of_table): (Vec<usize>, Vec<usize>) = rows.iter().copied().unzip();
    let all = design.matrix().select(Axis(0), &at);
    let matrix = all.view().split_at(Axis(1), 1).1.to_owned();
    Design::from_matrix(design.names()[1..].iter().map(String::as_str), matrix, &of_table)
}

fn no_rows() -> crate::error::Error {
    ErrorKind::NoRows { why: "no row of the design has a response".into() }.into()
}
