//! The table of tests/data/panel and small panels drawn here.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::Design;
use nestcount::ndarray::Array2;
use nestcount::panel::{PanelFit, PanelModel, PanelProblem, Periods};
use nestcount::table::Table;
use nestcount::{Model, Options, Problem};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Normal, Poisson};
use std::path::Path;

/// Columns of a panel, one entry a row.
#[derive(Debug, Clone)]
pub(crate) struct Panel {
    pub(crate) regions: Vec<String>,
    pub(crate) gemeenten: Vec<String>,
    pub(crate) times: Vec<f64>,
    pub(crate) x: Vec<f64>,
    pub(crate) exposures: Vec<f64>,
    pub(crate) counts: Vec<Count>,
}

pub(crate) fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/panel").join(name)
}

/// The simulated table of the fixture: 40 gemeenten in 8 regions, 14 half-years with gaps.
pub(crate) fn table() -> Panel {
    let table = Table::from_csv(std::fs::File::open(data("table.csv")).unwrap()).unwrap();
    let codes = |name: &str| table.codes(name).unwrap().into_iter().flatten().collect();
    let numbers = |name: &str| table.numbers(name).unwrap().into_iter().flatten().collect();
    Panel {
        regions: codes("region"),
        gemeenten: codes("gemeente"),
        times: numbers("period"),
        x: numbers("x"),
        exposures: numbers("exposure"),
        counts: Count::column(&table, "y").unwrap(),
    }
}

impl Panel {
    /// Counts below ten withheld.
    pub(crate) fn withheld(mut self) -> Self {
        for count in &mut self.counts {
            if count.bounds().lo() < 10 {
                *count = Count::interval(0, 9).unwrap();
            }
        }
        self
    }

    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        Panel {
            regions: rows.iter().map(|&i| self.regions[i].clone()).collect(),
            gemeenten: rows.iter().map(|&i| self.gemeenten[i].clone()).collect(),
            times: rows.iter().map(|&i| self.times[i]).collect(),
            x: rows.iter().map(|&i| self.x[i]).collect(),
            exposures: rows.iter().map(|&i| self.exposures[i]).collect(),
            counts: rows.iter().map(|&i| self.counts[i]).collect(),
        }
    }

    pub(crate) fn n(&self) -> usize {
        self.x.len()
    }

    pub(crate) fn placement(&self) -> Placement {
        let levels: [(&str, &[String]); 2] = [("region", &self.regions), ("gemeente", &self.gemeenten)];
        Placement::from_codes(&levels, CodeScope::Unique).unwrap()
    }

    pub(crate) fn periods(&self) -> Periods {
        Periods::from_times(&self.times).unwrap()
    }

    pub(crate) fn count_table(&self) -> CountTable {
        CountTable::new(self.counts.clone(), self.exposures.clone()).unwrap()
    }

    pub(crate) fn design(&self) -> Design {
        let counts = self.count_table();
        let rows = counts.rows();
        let x = Array2::from_shape_fn((rows.len(), 1), |(i, _)| self.x[rows[i]]);
        Design::from_matrix(["x"], x, rows).unwrap()
    }

    pub(crate) fn check(&self, model: &PanelModel) -> PanelProblem {
        model.check(&self.placement(), &self.periods(), &self.count_table(), self.design()).unwrap()
    }

    pub(crate) fn fit(&self, model: &PanelModel) -> PanelFit {
        self.check(model).fit(&Options::default()).unwrap()
    }

    pub(crate) fn nested(&self, model: &Model) -> Problem {
        model.check(&self.placement(), &self.count_table(), self.design()).unwrap()
    }
}

/// Standard deviations of a drawn panel, log-rate scale.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Truth {
    pub(crate) mean: f64,
    pub(crate) gemeente: f64,
    pub(crate) period: f64,
    pub(crate) moving: f64,
    pub(crate) rho: f64,
}

/// A panel of gemeenten in regions of four, with `n_periods` periods and an autoregression inside gemeenten.
pub(crate) fn drawn(gemeenten: usize, n_periods: usize, truth: Truth, seed: u64) -> Panel {
    drawn_twice(gemeenten, n_periods, truth, seed).0
}

/// The same, and counts drawn once more from the same means.
pub(crate) fn drawn_twice(
    gemeenten: usize,
    n_periods: usize,
    truth: Truth,
    seed: u64,
) -> (Panel, Vec<Count>) {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let normal = Normal::new(0.0, 1.0).unwrap();
    let mut draw = |sd: f64| sd * normal.sample(&mut rng);
    let shared: Vec<f64> = (0..n_periods).map(|_| draw(truth.period)).collect();
    let mut means = Vec::new();
    for gemeente in 0..gemeenten {
        let (level, mut moving) = (draw(truth.gemeente), draw(truth.moving));
        for (period, shared) in shared.iter().enumerate() {
            moving = truth.rho * moving + draw(truth.moving * (1.0 - truth.rho * truth.rho).sqrt());
            let x = draw(1.0);
            means.push((gemeente, period, x, truth.mean * (0.1 * x + level + shared + moving).exp()));
        }
    }
    let mut counts = || -> Vec<Count> {
        means.iter().map(|row| Count::Exact(Poisson::new(row.3).unwrap().sample(&mut rng) as u64)).collect()
    };
    let (first, second) = (counts(), counts());
    let panel = Panel {
        regions: means.iter().map(|row| format!("R{}", row.0 / 4)).collect(),
        gemeenten: means.iter().map(|row| format!("G{}", row.0)).collect(),
        times: means.iter().map(|row| row.1 as f64).collect(),
        x: means.iter().map(|row| row.2).collect(),
        exposures: vec![1.0; means.len()],
        counts: first,
    };
    (panel, second)
}

/// Fails where two numbers lie further apart than `bound`, absolute below 1 and relative above.
#[track_caller]
pub(crate) fn close(what: &str, one: f64, other: f64, bound: f64) {
    let distance = (one - other).abs() / other.abs().max(1.0);
    assert!(distance <= bound, "{what}: {one} against {other}, {distance:.1e} apart");
}
