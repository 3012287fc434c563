//! The checked problem as an estimator from elsewhere reads it: in the caller's order and units.

use super::problem::Problem;
use crate::count::Count;
use crate::error::Result;
use ndarray::{Array2, Axis};

/// One row of a problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Position in the caller's table, from 0.
    pub row: usize,
    /// Exposure, 1 where there is none.
    pub exposure: f64,
    /// What is known of its count.
    pub count: ObservedCount,
}

/// What is known of the count of a row in a problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ObservedCount {
    /// The count; a mean where one was put in the place of a withheld count.
    Exact(f64),
    /// Withheld or rounded.
    InPart(Count),
}

impl Problem {
    /// The rows in the order of [`Problem::rows`].
    pub fn observations(&self) -> Vec<Observation> {
        let mut coarse = self.coarse.iter().peekable();
        let mut all: Vec<(u32, Observation)> = Vec::with_capacity(self.n_rows());
        for sorted in 0..self.n_rows() {
            let count = match coarse.next_if(|coarse| coarse.row == sorted) {
                Some(known) => ObservedCount::InPart(known.count),
                None => ObservedCount::Exact(self.y[sorted]),
            };
            let (row, exposure) = (self.caller_row(sorted), self.offset[sorted].exp());
            all.push((self.position_of_row(sorted) as u32, Observation { row, exposure, count }));
        }
        all.sort_unstable_by_key(|(position, _)| *position);
        all.into_iter().map(|(_, observation)| observation).collect()
    }

    /// The design matrix in the units of the caller's determinants, columns as in [`Problem::terms`], rows as in
    /// [`Problem::rows`].
    pub fn design_matrix(&self) -> Array2<f64> {
        let back = self.standard.columns_back();
        let mut matrix = Array2::zeros((self.n_rows(), self.n_terms()));
        for (sorted, row) in self.x.chunks_exact(self.n_terms()).enumerate() {
            let mut out = matrix.index_axis_mut(Axis(0), self.position_of_row(sorted));
            for ((out, x), (centre, scale)) in out.iter_mut().zip(row).zip(&back) {
                *out = x * scale + centre;
            }
        }
        matrix
    }

    /// For each row the position of its area among those of a level, in the order of
    /// [`crate::Fit::area_effects`] and [`Problem::area_paths`].
    ///
    /// Fails where the level has no random intercept.
    pub fn areas_of_rows(&self, level: &str) -> Result<Vec<usize>> {
        Ok(self.area_rank_of_rows(self.model_level(level)?))
    }

    /// Codes of the areas of a level that have rows, each from the coarsest level of the tree down; of a row its number,
    /// from 1.
    ///
    /// Fails where the level has no random intercept.
    pub fn area_paths(&self, level: &str) -> Result<Vec<Vec<String>>> {
        Ok(self.paths_of_level(self.model_level(level)?))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::{CodeScope, Placement};
    use crate::count::CountTable;
    use crate::determinant::Design;
    use crate::model::Model;
    use approx::assert_relative_eq;

    #[test]
    fn a_problem_shows_the_table_that_it_was_made_from() {
        let codes: Vec<String> = ["b", "a", "b", "c", "a", "c"].map(String::from).to_vec();
        let placement = Placement::from_codes(&[("area", &codes)], CodeScope::Unique).unwrap();
        let withheld = Count::interval(1, 9).unwrap();
        let counts = [3, 8, 1, 0, 4, 12].map(Count::Exact);
        let counts: Vec<Count> = counts.into_iter().take(5).chain([withheld]).collect();
        let exposures = [10.0, 20.5, 5.0, 7.0, 30.0, 8.0];
        let table = CountTable::with_exposures(counts, exposures.map(Some).to_vec()).unwrap();
        // row 3 is left out
        let rows = [0, 1, 2, 4, 5];
        let x = Array2::from_shape_fn((5, 1), |(i, _)| [2017.5, 3.0, -4.0, 8.0, 1e3][i]);
        let design = Design::from_matrix(["x"], x.clone(), &rows).unwrap();
        let problem = Model::poisson().random_intercept("area").check(&placement, &table, design).unwrap();

        let seen = problem.observations();
        assert_eq!(seen.iter().map(|o| o.row).collect::<Vec<_>>(), rows);
        for observation in &seen {
            assert_relative_eq!(observation.exposure, exposures[observation.row], max_relative = 1e-14);
        }
        let exact: Vec<_> = seen.iter().take(4).map(|o| o.count).collect();
        assert_eq!(exact, [3.0, 8.0, 1.0, 4.0].map(ObservedCount::Exact));
        assert_eq!(seen[4].count, ObservedCount::InPart(withheld));
        let matrix = problem.design_matrix();
        assert!(matrix.column(0).iter().all(|one| *one == 1.0));
        for (seen, x) in matrix.column(1).iter().zip(&x) {
            assert_relative_eq!(seen, x, max_relative = 1e-12, epsilon = 1e-12);
        }
        let paths = problem.area_paths("area").unwrap();
        let of_rows = problem.areas_of_rows("area").unwrap();
        for (area, row) in of_rows.iter().zip(rows) {
            assert_eq!(paths[*area], [codes[row].clone()]);
        }
        assert!(problem.areas_of_rows("street").is_err());
    }
}
