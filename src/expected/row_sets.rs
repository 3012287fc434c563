//! What is added up: rows one by one, areas of a level, or any other sets of rows.

use crate::area::Placement;
use crate::error::{ErrorKind, Result};
use crate::model::Problem;

/// Sets of the rows of a problem, each with a name; results come one a set and in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct RowSets {
    pub(super) kind: SetKind,
    n_rows: usize,
    /// Of the table they are of: its rows and exposures, not its counts, so that imputed tables share them.
    table: u64,
    paths: Vec<Vec<String>>,
    starts: Vec<usize>,
    /// Positions among the problem's rows, set after set.
    positions: Vec<u32>,
}

/// What the sets are to the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SetKind {
    /// Each row by itself.
    Rows,
    /// The areas of a model level, by its name: another model of the same rows may have it in another place.
    Level(String),
    /// Any rows.
    Any,
}

impl RowSets {
    /// Every row by itself, named by its number, from 1.
    pub fn each_row(problem: &Problem) -> Self {
        let n = problem.n_rows();
        RowSets {
            kind: SetKind::Rows,
            n_rows: n,
            table: problem.fingerprint_of_exposures(),
            paths: problem.rows().iter().map(|row| vec![(row + 1).to_string()]).collect(),
            starts: (0..=n).collect(),
            positions: (0..n as u32).collect(),
        }
    }

    /// The areas of a level with a random intercept, in the order of [`Fit::area_effects`](crate::Fit::area_effects).
    ///
    /// Fails where the level has none; [`RowSets::placed`] takes any level of a tree.
    pub fn level(problem: &Problem, level: &str) -> Result<Self> {
        let at = problem.model_level(level)?;
        let rank = problem.area_rank_of_rows(at);
        let sets = Self::grouped(problem, problem.paths_of_level(at), |position| rank.get(position).copied());
        Ok(RowSets { kind: SetKind::Level(level.into()), ..sets })
    }

    /// All rows in one set.
    pub fn all_rows(problem: &Problem) -> Self {
        Self::grouped(problem, vec![vec!["all rows".into()]], |_| Some(0))
    }

    /// The areas of any level of a placement of the caller's rows that have rows in the problem, in the order of its
    /// tree.
    ///
    /// Fails where the tree has no such level and where the placement is not of the table the problem was made from.
    pub fn placed(problem: &Problem, placement: &Placement, level: &str) -> Result<Self> {
        let at = placement.tree().level(level)?;
        if placement.n_rows() != problem.n_read() {
            let (expected, found) = (problem.n_read(), placement.n_rows());
            return Err(ErrorKind::Length { what: "the placement".into(), expected, found }.into());
        }
        let areas = placement.areas(at);
        let area = |position: usize| problem.rows().get(position).and_then(|&row| areas.get(row)).copied();
        let mut met: Vec<u32> = (0..problem.n_rows()).filter_map(area).collect();
        met.sort_unstable();
        met.dedup();
        let path =
            |&area: &u32| placement.tree().path(at, area).iter().map(|code| code.to_string()).collect();
        let paths = met.iter().map(path).collect();
        Ok(Self::grouped(problem, paths, |position| met.binary_search(&area(position)?).ok()))
    }

    /// Any sets of rows, named; rows by their positions in the caller's table.
    ///
    /// Fails on a set without rows and, with all of them, on rows that took no part in the fit.
    pub fn named<S: Into<String>>(
        problem: &Problem,
        sets: impl IntoIterator<Item = (S, Vec<usize>)>,
    ) -> Result<Self> {
        let mut made = RowSets {
            kind: SetKind::Any,
            n_rows: problem.n_rows(),
            table: problem.fingerprint_of_exposures(),
            paths: Vec::new(),
            starts: vec![0],
            positions: Vec::new(),
        };
        let mut strange = Vec::new();
        for (name, mut rows) in sets {
            let name: String = name.into();
            rows.sort_unstable();
            rows.dedup();
            if rows.is_empty() {
                return Err(ErrorKind::EmptySet { set: name }.into());
            }
            for row in rows {
                match problem.rows().binary_search(&row) {
                    Ok(position) => made.positions.push(position as u32),
                    Err(_) => strange.push(row),
                }
            }
            made.paths.push(vec![name]);
            made.starts.push(made.positions.len());
        }
        strange.sort_unstable();
        strange.dedup();
        match strange.is_empty() {
            true => Ok(made),
            false => Err(ErrorKind::RowsNotInFit { rows: strange }.into()),
        }
    }

    /// Number of sets.
    pub fn n_sets(&self) -> usize {
        self.paths.len()
    }

    /// What each set is called: the codes of an area from the coarsest level down, the number of a row, a name.
    pub fn paths(&self) -> &[Vec<String>] {
        &self.paths
    }

    /// The rows of each set, by their positions among [`Problem::rows`].
    pub(super) fn each(&self) -> impl Iterator<Item = &[u32]> + '_ {
        self.starts.windows(2).map(|ends| &self.positions[ends[0]..ends[1]])
    }

    /// Fails where the sets are of other rows than the problem's.
    pub(super) fn refuse_other(&self, problem: &Problem) -> Result<()> {
        if self.n_rows != problem.n_rows() {
            let what = "the table the sets of rows were made for".into();
            return Err(ErrorKind::Length { what, expected: problem.n_rows(), found: self.n_rows }.into());
        }
        if self.table != problem.fingerprint_of_exposures() {
            let message = "the sets of rows were made for a table with other rows or exposures: make them from this problem";
            return Err(ErrorKind::Specification { message: message.into() }.into());
        }
        Ok(())
    }

    /// Sets by a number for each row.
    fn grouped(problem: &Problem, paths: Vec<Vec<String>>, set_of: impl Fn(usize) -> Option<usize>) -> Self {
        let n_rows = problem.n_rows();
        let mut starts = vec![0; paths.len() + 1];
        let sets: Vec<Option<usize>> = (0..n_rows).map(set_of).collect();
        sets.iter().flatten().for_each(|&set| starts[set + 1] += 1);
        (0..paths.len()).for_each(|set| starts[set + 1] += starts[set]);
        let mut next = starts.clone();
        let mut positions = vec![0; starts.last().copied().unwrap_or(0)];
        for (position, set) in sets.iter().enumerate() {
            if let Some(set) = *set {
                positions[next[set]] = position as u32;
                next[set] += 1;
            }
        }
        RowSets {
            kind: SetKind::Any,
            n_rows,
            table: problem.fingerprint_of_exposures(),
            paths,
            starts,
            positions,
        }
    }
}
