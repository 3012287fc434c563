//! p-values from permuted determinants, and from tables drawn without the effect.

use super::net::Projection;
use super::offset::OffsetFit;
use super::working::{Rows, Working};
use crate::error::{ErrorKind, Result};
use crate::infer::{Bootstrap, BootstrappedRatio, RefitsDone};
use crate::parallel;
use ndarray::{Array1, Axis};
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::ControlFlow;

/// What a permutation of a determinant keeps together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permuting {
    /// Values change places within their area only: what the areas differ in plays no part.
    WithinAreas,
    /// Values change places among all rows. How a determinant lies over the areas is not kept, so that what the areas share
    /// is left to the working model alone; of a determinant that is the same in all rows of an area, ask with
    /// [`Permuting::WholeAreas`].
    AcrossRows,
    /// Areas change places, with the one value that all their rows have.
    WholeAreas,
}

/// How many permutations of which kind, on how many threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permutations {
    kind: Permuting,
    number: usize,
    threads: usize,
}

impl Permutations {
    /// This many permutations; 999 make a p-value of a thousandth possible.
    pub fn new(kind: Permuting, number: usize) -> Self {
        Permutations { kind, number, threads: 1 }
    }

    /// The same on several threads; equal generators give equal bits for any number of them.
    pub fn on_threads(self, threads: usize) -> Self {
        Permutations { threads, ..self }
    }
}

/// A test of no effect by permutation.
#[derive(Debug, Clone, PartialEq)]
pub struct PermutationTest {
    /// Score of the determinant at the fit without it, over its standard error.
    pub statistic: f64,
    /// The same of permuted values, in the order of the draws.
    pub permuted: Vec<f64>,
}

impl PermutationTest {
    /// Two-sided: (1 + number of permutations at least as far from 0)/(1 + number of permutations).
    pub fn p_value(&self) -> f64 {
        // equal but for rounding is equal
        let least = self.statistic.abs() * (1.0 - 1e-10);
        let beyond = self.permuted.iter().filter(|t| t.abs() >= least).count();
        (1 + beyond) as f64 / (1 + self.permuted.len()) as f64
    }
}

/// The model without a determinant, and what of the determinant it does not have.
struct Null {
    working: Working,
    column: Array1<f64>,
    /// V⁻¹(z − X₀β₀).
    score: Array1<f64>,
}

impl OffsetFit {
    /// Permutation test of one determinant, the others and the random effects staying.
    ///
    /// The determinant is taken net of the other columns, and its score at the fit without it is studentised by the
    /// working model, so that rows and areas of any size take part as they weigh. Fails on an unknown determinant, where
    /// the smaller model cannot be fitted, where the permutation can change nothing, on [`Permuting::WholeAreas`] of a
    /// determinant that varies within an area, and when stopped.
    pub fn permutation_test(
        &self,
        term: &str,
        wanted: Permutations,
        rng: &mut (impl Rng + ?Sized),
        mut progress: impl FnMut(RefitsDone) -> ControlFlow<()>,
    ) -> Result<PermutationTest> {
        let null = self.without(term)?;
        let at = self.position(term)?;
        let groups = self.groups(term, &self.column(at), wanted.kind)?;
        // net of determinants that vary within an area, an area has no one value
        let column = match wanted.kind {
            Permuting::WholeAreas => self.column(at),
            Permuting::WithinAreas | Permuting::AcrossRows => null.column.clone(),
        };
        let of = wanted.number;
        let seeds = parallel::seeds(of, rng);
        let work = |at: usize| {
            let mut rng = ChaCha12Rng::from_seed(seeds[at]);
            null.statistic(&permuted(&column, &groups, &mut rng))
        };
        let made = parallel::all(of, wanted.threads, work, |done| progress(RefitsDone { done, of }));
        let permuted =
            made.map_err(|done| ErrorKind::InferenceCancelled { what: "permutations".into(), done, of })?;
        Ok(PermutationTest { statistic: null.statistic(&column), permuted })
    }

    /// Likelihood-ratio test of one determinant with the statistic's distribution from tables drawn without the effect,
    /// both models fitted to each.
    ///
    /// Tables have adjusted variances ([`Bootstrap::at_adjusted_variances`]): those of maximum likelihood, too small between
    /// few areas, draw statistics that are too small. Counts are published as [`Bootstrap`] says. Fails on an unknown
    /// determinant, and as [`Fit::likelihood_ratio_bootstrapped`](crate::Fit::likelihood_ratio_bootstrapped) does.
    pub fn bootstrap_test(
        &self,
        term: &str,
        wanted: &Bootstrap<'_>,
        rng: &mut (impl Rng + ?Sized),
        progress: impl FnMut(RefitsDone) -> ControlFlow<()>,
    ) -> Result<BootstrappedRatio> {
        self.position(term)?;
        let smaller = self.problem.without_terms(&[term])?;
        let fit = smaller.fit(self.design.options())?;
        let wanted = wanted.clone().at_adjusted_variances();
        fit.likelihood_ratio_bootstrapped(&smaller, &self.fit, &self.problem, &wanted, rng, progress)
    }

    fn without(&self, term: &str) -> Result<Null> {
        let at = self.position(term)?;
        let problem = self.problem.without_terms(&[term])?;
        let adjusted = problem.fit(self.design.options())?.adjusted(&problem, self.design.options())?;
        let columns = 0..self.working.rows.x.ncols();
        let others: Vec<usize> = columns.filter(|column| *column != self.first + at).collect();
        let rows = Rows { x: self.working.rows.x.select(Axis(1), &others), ..self.working.rows.clone() };
        let working = self.design.working_of(rows, &adjusted)?;
        let weights = working.diagonal.mapv(f64::recip);
        let column = Projection::on(working.rows.x.columns(), weights).rest(&self.column(at));
        let score = working.solver().solve(&working.residual.view());
        Ok(Null { working, column, score })
    }

    /// Sets of rows whose values change places: each a list of blocks of rows that move together.
    fn groups(&self, term: &str, column: &Array1<f64>, kind: Permuting) -> Result<Vec<Vec<Vec<usize>>>> {
        let mut areas: Vec<Vec<usize>> = vec![Vec::new(); self.working.rows.n_areas];
        self.working.rows.area.iter().enumerate().for_each(|(row, &area)| areas[area].push(row));
        let refuse = |message: String| Err(ErrorKind::Specification { message }.into());
        let varies = |rows: &[usize]| rows.iter().any(|&row| !alike(column[row], column[rows[0]]));
        let single = |row: usize| vec![row];
        match kind {
            Permuting::AcrossRows => Ok(vec![(0..column.len()).map(single).collect()]),
            Permuting::WithinAreas if !areas.iter().any(|rows| varies(rows)) => refuse(format!(
                "'{term}' is the same in all rows of an area, so nothing changes within areas: permute whole areas"
            )),
            Permuting::WithinAreas => {
                Ok(areas.into_iter().map(|rows| rows.into_iter().map(single).collect()).collect())
            }
            Permuting::WholeAreas if areas.iter().any(|rows| varies(rows)) => refuse(format!(
                "'{term}' differs between rows of an area, so areas have no one value to change: permute within areas"
            )),
            Permuting::WholeAreas => Ok(vec![areas]),
        }
    }
}

/// Equal but for the rounding of a projection.
fn alike(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * (1.0 + one.abs())
}

fn permuted(column: &Array1<f64>, groups: &[Vec<Vec<usize>>], rng: &mut ChaCha12Rng) -> Array1<f64> {
    let mut moved = column.clone();
    for blocks in groups {
        // a block's value is that of its first row; blocks of one row are rows
        let mut values: Vec<f64> = blocks.iter().map(|rows| column[rows[0]]).collect();
        values.shuffle(rng);
        for (rows, value) in blocks.iter().zip(values) {
            rows.iter().for_each(|&row| moved[row] = value);
        }
    }
    moved
}

impl Null {
    /// z'V⁻¹(y − X₀β₀)/√(z'Pz), P = V⁻¹ − V⁻¹X₀ΦX₀'V⁻¹.
    fn statistic(&self, column: &Array1<f64>) -> f64 {
        let solved = self.working.solver().solve(&column.view());
        let through = self.working.rows.x.t().dot(&solved);
        let variance = column.dot(&solved) - through.dot(&self.working.phi.dot(&through));
        column.dot(&self.score) / variance.sqrt()
    }
}
