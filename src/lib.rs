//! Multilevel models for counts of small areas.

pub mod area;
pub mod count;
pub mod determinant;
pub mod error;
pub mod estimate;
mod family;
pub mod infer;
pub mod model;
pub mod nl;
mod numeric;
pub mod progress;
pub mod table;

pub use error::{Error, ErrorKind, Result};
pub use estimate::Options;
pub use family::Family;
pub use infer::Fit;
pub use model::{Model, Problem};
#[cfg(test)]
mod quick {
    #[test]
    fn quick() {
        use crate::area::*;
        use crate::count::*;
        use crate::determinant::*;
        use crate::*;
        let path = format!("../shared/data/sim/{}.csv", std::env::var("W").unwrap());
        let t = table::Table::from_csv(std::fs::File::open(path).unwrap()).unwrap();
        let counts = CountTable::from_table(&t, "y", "pop").unwrap();
        let n = t.n_rows();
        let mut m = ndarray::Array2::ones((n, 21));
        let mut names = vec!["(Intercept)".to_string()];
        for j in 1..=20 {
            let name = format!("x{j}");
            for (i, v) in t.numbers(&name).unwrap().iter().enumerate() {
                m[[i, j]] = v.unwrap();
            }
            names.push(name);
        }
        let placement = Placement::from_table(&t, &["region", "group"], CodeScope::Unique).unwrap();
        let fam = if std::env::var("F").unwrap() == "nb2" {
            Family::NegBin2
        } else {
            Family::Poisson
        };
        let mut model = Model::of(fam)
            .random_intercept("region")
            .random_intercept("group");
        if std::env::var("RE").is_ok() {
            model = model.row_effect();
        }
        let problem = model.check(&placement, &counts, Design::stub(names, m)).unwrap();
        for _ in 0..20 {
            let t0 = std::time::Instant::now();
            let e = estimate::maximise(&problem, &Options::default(), &mut |_| {
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
            println!("{:?}", t0.elapsed());
            if t0.elapsed().as_nanos() == 0 {
                dbg!(&e.coordinates);
            }
        }
        let e = estimate::maximise(&problem, &Options::default(), &mut |i| {
            println!("{i}");
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        println!("{:?} {:?} {:?}", e.coordinates, e.family, e.poisson_limit);
        println!(
            "{:?}",
            e.position
                .point
                .variances
                .iter()
                .map(|v| v.sqrt())
                .collect::<Vec<_>>()
        );
        println!(
            "theta {:?} beta {:?}",
            e.position.point.phi.exp(),
            problem.standard.coefficients(&e.position.point.beta)
        );
    }
}
