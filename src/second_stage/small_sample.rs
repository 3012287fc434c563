//! Standard errors and degrees of freedom of coefficients where areas are few and uneven.
//!
//! Of the working model: Φ̂_A = Φ + 2Φ{Σ_ij W_ij(Q_ij − P_iΦP_j)}Φ takes in that the variances are estimated, and a
//! coefficient over its error follows a t with 2/A degrees of freedom, A = Σ_ij W_ij (ΦP_iΦ)_kk(ΦP_jΦ)_kk/Φ²_kk; with
//! P_i = −X'V⁻¹V_iV⁻¹X, Q_ij = X'V⁻¹V_iV⁻¹V_jV⁻¹X, W the inverse of the REML information of the two variances.
//! A variance at 0 has its place in all of this: its estimate is 0, its information is not. Source: Kenward & Roger 1997,
//! Biometrics 53:983.

use super::working::{Solver, Working};
use ndarray::{Array1, Array2};

/// Covariance of the coefficients and the degrees of freedom of each.
#[derive(Debug, Clone)]
pub(super) struct SmallSample {
    pub covariance: Array2<f64>,
    pub df: Vec<f64>,
}

/// Σ over rows or areas that V⁻¹ and its products with Z come down to.
struct Traces {
    areas: f64,
    both: f64,
    rows: f64,
}

impl Working {
    /// `None` where the data say nothing about the variances.
    pub(super) fn small_sample(&self) -> Option<SmallSample> {
        let solver = self.solver();
        let a = solver.solve_columns(&self.rows.x);
        let za = self.by_area_columns(&solver, &a);
        let va = solver.solve_columns(&a);
        let zva = self.by_area_columns(&solver, &va);
        let p = [-za.t().dot(&za), -a.t().dot(&a)];
        let within_area = Array1::from_shape_fn(self.rows.n_areas, |g| {
            solver.sums[g] * (1.0 - solver.shrink[g] * solver.sums[g])
        });
        let mut scaled = za.clone();
        scaled.rows_mut().into_iter().zip(&within_area).for_each(|(mut row, s)| row *= *s);
        let mixed = za.t().dot(&zva);
        let q = [za.t().dot(&scaled), 0.5 * (&mixed + &mixed.t()), a.t().dot(&va)];
        let w = self.information(&solver, &p, &q)?;
        let phi = &self.phi;
        let middle = |i: usize, j: usize| {
            let q = &q[i + j];
            q - p[i].dot(phi).dot(&p[j])
        };
        let cross = middle(0, 1);
        let sum = middle(0, 0) * w[0] + (&cross + &cross.t()) * w[1] + middle(1, 1) * w[2];
        let covariance = phi + 2.0 * phi.dot(&sum).dot(phi);
        let slopes = p.map(|p| phi.dot(&p).dot(phi).diag().to_owned());
        let df = (0..phi.nrows()).map(|k| {
            let (areas, rows) = (slopes[0][k], slopes[1][k]);
            let spread = w[0] * areas * areas + 2.0 * w[1] * areas * rows + w[2] * rows * rows;
            2.0 * phi[[k, k]].powi(2) / spread
        });
        let df = df.collect();
        Some(SmallSample { covariance, df })
    }

    fn by_area_columns(&self, solver: &Solver<'_>, columns: &Array2<f64>) -> Array2<f64> {
        let mut sums = Array2::zeros((self.rows.n_areas, columns.ncols()));
        for (mut to, from) in sums.columns_mut().into_iter().zip(columns.columns()) {
            to.assign(&Array1::from(solver.by_area(&from)));
        }
        sums
    }

    /// W, the inverse of the REML information: of the areas' variance, of both, of the rows'.
    fn information(
        &self,
        solver: &Solver<'_>,
        p: &[Array2<f64>; 2],
        q: &[Array2<f64>; 3],
    ) -> Option<[f64; 3]> {
        let traces = self.traces(solver);
        let phi = &self.phi;
        let trace = |m: &Array2<f64>| m.diag().sum();
        let of = |full: f64, q: &Array2<f64>, one: &Array2<f64>, other: &Array2<f64>| {
            let products = phi.dot(one).dot(phi).dot(other);
            0.5 * (full - 2.0 * trace(&phi.dot(q)) + trace(&products))
        };
        let areas = of(traces.areas, &q[0], &p[0], &p[0]);
        let both = of(traces.both, &q[1], &p[0], &p[1]);
        let rows = of(traces.rows, &q[2], &p[1], &p[1]);
        let determinant = areas * rows - both * both;
        (determinant > 0.0 && areas > 0.0)
            .then(|| [rows / determinant, -both / determinant, areas / determinant])
    }

    /// tr(V⁻¹ZZ'V⁻¹ZZ'), tr(V⁻¹ZZ'V⁻¹), tr(V⁻¹V⁻¹), area by area.
    fn traces(&self, solver: &Solver<'_>) -> Traces {
        let mut powers = vec![[0.0; 2]; self.rows.n_areas];
        for (d, &area) in self.diagonal.iter().zip(&self.rows.area) {
            powers[area][0] += d.powi(-2);
            powers[area][1] += d.powi(-3);
        }
        let mut traces = Traces { areas: 0.0, both: 0.0, rows: 0.0 };
        for (area, [squares, cubes]) in powers.into_iter().enumerate() {
            let (sum, k) = (solver.sums[area], solver.shrink[area]);
            let left = 1.0 - k * sum;
            traces.areas += (sum * left).powi(2);
            traces.both += left * left * squares;
            traces.rows += squares - 2.0 * k * cubes + (k * squares).powi(2);
        }
        traces
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::working::{Rows, Variances};
    use super::*;
    use crate::count::Count;
    use crate::numeric::dense::Cholesky;

    fn working() -> Working {
        let areas = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 4, 4];
        let n = areas.len();
        let x = Array2::from_shape_fn((n, 3), |(i, j)| match j {
            0 => 1.0,
            1 => (i as f64 * 0.7).sin(),
            _ => (areas[i] as f64 * 1.3).cos(),
        });
        let counts: Vec<Count> = (0..n)
            .map(|i| match i {
                3 => Count::interval(0, 9).unwrap(),
                _ => Count::Exact(20 + 7 * ((i * i) as u64 % 11)),
            })
            .collect();
        let rows = Rows { counts, offset: vec![3.4; n], x, area: areas.to_vec(), n_areas: 5 };
        Working::at(rows, Variances { areas: 0.03, rows: 0.05 }, &[0.0; 3]).unwrap()
    }

    /// V and its slopes written out in full.
    fn dense(working: &Working) -> (Array2<f64>, [Array2<f64>; 2]) {
        let n = working.rows.area.len();
        let same =
            Array2::from_shape_fn((n, n), |(i, j)| f64::from(working.rows.area[i] == working.rows.area[j]));
        let v = Array2::from_diag(&working.diagonal) + &same * working.variances.areas;
        (v, [same, Array2::eye(n)])
    }

    #[test]
    fn sums_by_area_are_the_matrices_written_out() {
        let working = working();
        let (v, slopes) = dense(&working);
        let inverse = Cholesky::new(&v.view()).unwrap().inverse();
        let x = &working.rows.x;
        let phi = Cholesky::new(&x.t().dot(&inverse).dot(x).view()).unwrap().inverse();
        let vx = inverse.dot(x);
        let p: Vec<Array2<f64>> = slopes.iter().map(|s| -vx.t().dot(s).dot(&vx)).collect();
        let q = |i: usize, j: usize| vx.t().dot(&slopes[i]).dot(&inverse).dot(&slopes[j]).dot(&vx);
        let projected = &inverse - &vx.dot(&phi).dot(&vx.t());
        let information = Array2::from_shape_fn((2, 2), |(i, j)| {
            0.5 * projected.dot(&slopes[i]).dot(&projected).dot(&slopes[j]).diag().sum()
        });
        let w = Cholesky::new(&information.view()).unwrap().inverse();
        let mut sum = Array2::<f64>::zeros((3, 3));
        for i in 0..2 {
            for j in 0..2 {
                sum = sum + (q(i, j) - p[i].dot(&phi).dot(&p[j])) * w[[i, j]];
            }
        }
        let covariance = &phi + &(phi.dot(&sum).dot(&phi) * 2.0);
        let found = working.small_sample().unwrap();
        for (one, other) in found.covariance.iter().zip(&covariance) {
            assert!((one - other).abs() < 1e-10 * (1.0 + other.abs()), "{one} for {other}");
        }
        for k in 0..3 {
            let slope = |i: usize| phi.dot(&p[i]).dot(&phi)[[k, k]];
            let mut spread = 0.0;
            for i in 0..2 {
                for j in 0..2 {
                    spread += w[[i, j]] * slope(i) * slope(j);
                }
            }
            let df = 2.0 * phi[[k, k]].powi(2) / spread;
            assert!((found.df[k] / df - 1.0).abs() < 1e-9, "{} for {df}", found.df[k]);
        }
    }

    /// Six areas of five rows alike: what varies between areas alone has 6 − 2 degrees of freedom, what varies within them
    /// alone 30 − 6 − 1, as the analysis of variance has it.
    #[test]
    fn degrees_of_freedom_of_a_balanced_table_are_those_of_the_analysis_of_variance() {
        let (areas, size) = (6, 5);
        let n = areas * size;
        let x = Array2::from_shape_fn((n, 3), |(i, j)| match j {
            0 => 1.0,
            1 => (i % size) as f64 - 2.0,
            _ => ((i / size) as f64 * 1.3).cos(),
        });
        let rows = Rows {
            counts: vec![Count::Exact(1); n],
            offset: vec![0.0; n],
            x,
            area: (0..n).map(|i| i / size).collect(),
            n_areas: areas,
        };
        for variance in [0.05, 0.4] {
            let mut balanced = Working {
                rows: rows.clone(),
                variances: Variances { areas: variance, rows: 0.1 },
                diagonal: Array1::from_elem(n, 0.1),
                residual: Array1::zeros(n),
                phi: Array2::zeros((3, 3)),
            };
            let information = rows.x.t().dot(&balanced.solver().solve_columns(&rows.x));
            balanced.phi = Cholesky::new(&information.view()).unwrap().inverse();
            let found = balanced.small_sample().unwrap();
            for (k, wanted) in [(0, 4.0), (1, 23.0), (2, 4.0)] {
                assert!((found.df[k] - wanted).abs() < 1e-9, "{k}: {:?}", found.df);
                assert!((found.covariance[[k, k]] / balanced.phi[[k, k]] - 1.0).abs() < 1e-9);
            }
        }
    }
}
