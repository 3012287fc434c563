//! Small panels for the tests of this stage.

use super::{PanelModel, PanelProblem, Periods};
use crate::area::{CodeScope, Placement};
use crate::count::{Count, CountTable};
use crate::determinant::Design;
use crate::error::Result;
use ndarray::Array2;
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Normal, Poisson};

/// Rows of gemeente, wijk and period with a determinant, an exposure and a count; every seventh cell is not there.
pub(super) struct Rows {
    pub gemeenten: Vec<String>,
    pub wijken: Vec<String>,
    pub periods: Vec<f64>,
    pub x: Vec<f64>,
    pub exposures: Vec<f64>,
    pub counts: Vec<Count>,
}

/// A world of `gemeenten` gemeenten of three wijken in `n_periods` periods; times skip from 3 to 5.
pub(super) fn rows(gemeenten: usize, n_periods: usize, seed: u64) -> Rows {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let normal = Normal::new(0.0, 1.0).unwrap();
    let years: Vec<f64> = (0..n_periods).map(|_| 0.25 * normal.sample(&mut rng)).collect();
    let mut rows = Rows {
        gemeenten: vec![],
        wijken: vec![],
        periods: vec![],
        x: vec![],
        exposures: vec![],
        counts: vec![],
    };
    for gemeente in 0..gemeenten {
        let level = 0.4 * normal.sample(&mut rng);
        for wijk in 0..3 {
            let own = level + 0.3 * normal.sample(&mut rng);
            let mut moving = normal.sample(&mut rng);
            for (period, year) in years.iter().enumerate() {
                moving = 0.6 * moving + 0.8 * normal.sample(&mut rng);
                let x: f64 = rng.random();
                let exposure = 50.0 + 100.0 * rng.random::<f64>();
                if (gemeente + wijk + period) % 7 == 6 {
                    continue;
                }
                let mean = exposure * (-2.0 + 0.5 * x + own + year + 0.3 * moving).exp();
                rows.gemeenten.push(format!("g{gemeente}"));
                rows.wijken.push(format!("g{gemeente}w{wijk}"));
                rows.periods.push(if period > 3 { period + 1 } else { period } as f64);
                rows.x.push(x);
                rows.exposures.push(exposure);
                rows.counts.push(Count::Exact(Poisson::new(mean).unwrap().sample(&mut rng) as u64));
            }
        }
    }
    rows
}

impl Rows {
    /// Withholds what is below ten.
    pub(super) fn withheld(mut self) -> Self {
        for count in &mut self.counts {
            if count.bounds().lo() < 10 {
                *count = Count::interval(0, 9).unwrap();
            }
        }
        self
    }

    pub(super) fn placement(&self) -> Placement {
        let levels: [(&str, &[String]); 2] = [("gemeente", &self.gemeenten), ("wijk", &self.wijken)];
        Placement::from_codes(&levels, CodeScope::Unique).unwrap()
    }

    pub(super) fn periods(&self) -> Periods {
        Periods::from_times(&self.periods).unwrap()
    }

    pub(super) fn table(&self) -> CountTable {
        CountTable::new(self.counts.clone(), self.exposures.clone()).unwrap()
    }

    pub(super) fn design(&self, rows: &[usize]) -> Design {
        let x = Array2::from_shape_fn((rows.len(), 1), |(i, _)| self.x[rows[i]]);
        Design::from_matrix(["x"], x, rows).unwrap()
    }

    pub(super) fn check(&self, model: &PanelModel) -> Result<PanelProblem> {
        let table = self.table();
        let design = self.design(table.rows());
        model.check(&self.placement(), &self.periods(), &table, design)
    }
}
