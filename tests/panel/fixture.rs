//! The table of tests/data/panel and small panels drawn here.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::Design;
use nestcount::ndarray::Array2;
use nestcount::panel::{PanelFit, PanelModel, PanelProblem, Periods};
use nestcount::table::Table;
use nestcount::{Model, Options, Problem};
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

/// Fails where two numbers lie further apart than `bound`, absolute below 1 and relative above.
#[track_caller]
pub(crate) fn close(what: &str, one: f64, other: f64, bound: f64) {
    let distance = (one - other).abs() / other.abs().max(1.0);
    assert!(distance <= bound, "{what}: {one} against {other}, {distance:.1e} apart");
}
