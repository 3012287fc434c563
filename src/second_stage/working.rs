//! The linear mixed model that counts near their estimates are: what small-sample theory is made for.
//!
//! With μ at the estimates, score r and information w of each row, the working response z = η + r/w has
//! V = diag(1/w) + σ² ZZ', Z the rows' areas. A row's own scatter is in w: that of NB2, or of a row effect as an NB2
//! with the same variance. A withheld count has the score and information of what is known of it. V is block by block
//! a diagonal and one vector, so nothing here is more than linear in the rows. Source: Breslow & Clayton 1993, JASA 88:9.

use crate::count::Count;
use crate::family::{Coarsened, CountFamily, NegBin2, Poisson};
use crate::model::coarse;
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2, ArrayView1};

/// Counts with their exposure, columns and areas.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    pub counts: Vec<Count>,
    /// log exposure.
    pub offset: Vec<f64>,
    pub x: Array2<f64>,
    /// Number of each row's area, from 0.
    pub area: Vec<usize>,
    pub n_areas: usize,
}

/// Variances of areas and rows, log scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Variances {
    pub areas: f64,
    pub rows: f64,
}

/// The working model at its own coefficients and effects.
#[derive(Debug, Clone)]
pub(super) struct Working {
    pub rows: Rows,
    pub variances: Variances,
    /// 1/w.
    pub diagonal: Array1<f64>,
    /// z − Xβ.
    pub residual: Array1<f64>,
    /// Φ = (X'V⁻¹X)⁻¹.
    pub phi: Array2<f64>,
}

/// Rounds until coefficients and effects stand still.
const MOST_ROUNDS: usize = 100;
const AT_REST: f64 = 1e-9;
/// The log rate moves at most so far in a round.
const LARGEST_STEP: f64 = 2.0;
/// The least information of a row: one whose bounds say nothing has none.
const LEAST_INFORMATION: f64 = 1e-10;

impl Working {
    /// At these variances, from the coefficients of a fit; `None` where the columns say nothing or it does not settle.
    pub(super) fn at(rows: Rows, variances: Variances, start: &[f64]) -> Option<Self> {
        let mut beta = Array1::from(start.to_vec());
        let mut effects = vec![0.0; rows.n_areas];
        let mut eta = rows.x.dot(&beta);
        for _ in 0..MOST_ROUNDS {
            let (diagonal, response) = linearised(&rows, variances, &eta);
            let solver = Solver::new(&rows, variances.areas, &diagonal);
            let weighted = solver.solve_columns(&rows.x);
            let phi = Cholesky::new(&rows.x.t().dot(&weighted).view())?.inverse();
            beta = phi.dot(&weighted.t().dot(&response));
            let residual = &response - &rows.x.dot(&beta);
            let from_rows = solver.solve(&residual.view());
            effects.fill(0.0);
            from_rows.iter().zip(&rows.area).for_each(|(v, &area)| effects[area] += variances.areas * v);
            let mut next = rows.x.dot(&beta);
            next.iter_mut().zip(&rows.area).for_each(|(eta, &area)| *eta += effects[area]);
            let step = next.iter().zip(&eta).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            if !step.is_finite() {
                return None;
            }
            let part = (LARGEST_STEP / step).min(1.0);
            eta.zip_mut_with(&next, |eta, next| *eta += part * (next - *eta));
            if step < AT_REST {
                return Some(Working { rows, variances, diagonal, residual, phi });
            }
        }
        None
    }

    /// V⁻¹ as an operator.
    pub(super) fn solver(&self) -> Solver<'_> {
        Solver::new(&self.rows, self.variances.areas, &self.diagonal)
    }
}

/// 1/w and the working response without the offset.
fn linearised(rows: &Rows, variances: Variances, eta: &Array1<f64>) -> (Array1<f64>, Array1<f64>) {
    let mut diagonal = Array1::zeros(eta.len());
    let mut response = Array1::zeros(eta.len());
    for (at, count) in rows.counts.iter().enumerate() {
        let mu = (rows.offset[at] + eta[at]).exp();
        let (r, w) = score(*count, mu, variances.rows);
        let w = w.max(LEAST_INFORMATION);
        diagonal[at] = 1.0 / w;
        response[at] = eta[at] + (r / w).clamp(-LARGEST_STEP, LARGEST_STEP);
    }
    (diagonal, response)
}

/// Score and information of a row's log rate; of an exact count the expected one.
fn score(count: Count, mu: f64, scatter: f64) -> (f64, f64) {
    let bounds = count.bounds();
    if bounds.hi() == Some(bounds.lo()) {
        let share = 1.0 + mu * scatter;
        return ((bounds.lo() as f64 - mu) / share, mu / share);
    }
    match scatter > 0.0 {
        true => NegBin2::new(1.0 / scatter).coarse_score(&coarse(count), mu),
        false => Poisson.coarse_score(&coarse(count), mu),
    }
}

/// log P(what was published | mean), up to what does not depend on the mean.
pub(super) fn log_probability(count: Count, mu: f64, scatter: f64) -> f64 {
    fn of<F: Coarsened + CountFamily>(family: F, count: Count, mu: f64) -> f64 {
        let bounds = count.bounds();
        match bounds.hi() == Some(bounds.lo()) {
            true => {
                let y = bounds.lo() as f64;
                y * mu.ln() + family.log_density_part(y, family.log_term(mu))
            }
            false => family.coarse(&coarse(count), mu).log_probability,
        }
    }
    match scatter > 0.0 {
        true => of(NegBin2::new(1.0 / scatter), count, mu),
        false => of(Poisson, count, mu),
    }
}

/// V⁻¹ v = v/d − k_g (Σ_g v/d)/d with k_g = σ²/(1 + σ² Σ_g 1/d).
pub(super) struct Solver<'a> {
    rows: &'a Rows,
    diagonal: &'a Array1<f64>,
    /// Σ_g 1/d.
    pub sums: Vec<f64>,
    /// k_g.
    pub shrink: Vec<f64>,
}

impl<'a> Solver<'a> {
    fn new(rows: &'a Rows, variance: f64, diagonal: &'a Array1<f64>) -> Self {
        let mut sums = vec![0.0; rows.n_areas];
        diagonal.iter().zip(&rows.area).for_each(|(d, &area)| sums[area] += 1.0 / d);
        let shrink = sums.iter().map(|sum| variance / (1.0 + variance * sum)).collect();
        Solver { rows, diagonal, sums, shrink }
    }

    pub(super) fn solve(&self, v: &ArrayView1<'_, f64>) -> Array1<f64> {
        let mut scaled = v / self.diagonal;
        let sums = self.by_area(&scaled.view());
        for ((s, d), &area) in scaled.iter_mut().zip(self.diagonal).zip(&self.rows.area) {
            *s -= self.shrink[area] * sums[area] / d;
        }
        scaled
    }

    pub(super) fn solve_columns(&self, columns: &Array2<f64>) -> Array2<f64> {
        let mut solved = Array2::zeros(columns.raw_dim());
        for (mut to, from) in solved.columns_mut().into_iter().zip(columns.columns()) {
            to.assign(&self.solve(&from));
        }
        solved
    }

    /// Z'v.
    pub(super) fn by_area(&self, v: &ArrayView1<'_, f64>) -> Vec<f64> {
        let mut sums = vec![0.0; self.rows.n_areas];
        v.iter().zip(&self.rows.area).for_each(|(v, &area)| sums[area] += v);
        sums
    }
}
