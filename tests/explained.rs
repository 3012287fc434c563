//! Explained variance against formulas written out in R on fits of glmmTMB, and what must hold of it.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;

use nestcount::count::Exposure;
use nestcount::determinant::{Determinants, Numeric};
use nestcount::infer::explained::{
    Block, Component, Explained, Importance, LeftOut, MeanCount, ObservationVariance, RSquared,
    VariancePartition,
};
use nestcount::table::Table;
use nestcount::{Family, Fit, Model, Options, Problem};
use question::Question;
use serde_json::Value;

const FAMILIES: [(Family, &str); 2] = [(Family::Poisson, "poisson"), (Family::NegBin2, "nbinom2")];

fn question(family: Family) -> Question {
    Question {
        table: Table::from_csv(include_bytes!("data/explained/data.csv").as_slice()).unwrap(),
        levels: vec!["region", "town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().with(Numeric::new("x")).with(Numeric::new("z")),
        model: Model::of(family).random_intercept("region").random_intercept("town"),
    }
}

struct Made {
    problem: Problem,
    full: Fit,
    empty: Fit,
    reference: Value,
}

fn made(family: Family, name: &str) -> Made {
    let reference: Value = serde_json::from_str(include_str!("data/explained/reference.json")).unwrap();
    let problem = question(family).problem().unwrap();
    let full = problem.fit(&Options::default()).unwrap();
    let empty = problem.without_determinants().fit(&Options::default()).unwrap();
    Made { problem, full, empty, reference: reference[name].clone() }
}

impl Made {
    fn numbers(&self, name: &str) -> Vec<f64> {
        self.reference[name].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
    }

    fn r2(&self, variance: ObservationVariance) -> RSquared {
        RSquared::of(&self.empty, &self.full, &self.problem, MeanCount::AtMeanExposure, variance).unwrap()
    }

    fn blocks(&self) -> Vec<Block> {
        Block::per_determinant(&self.problem)
    }
}

#[track_caller]
fn near(found: f64, wanted: f64, relative: f64) {
    let error = (found - wanted).abs();
    assert!(error <= relative * wanted.abs().max(1e-3), "{found} for {wanted}: {error:e}");
}

/// What glmmTMB's optimiser leaves: its variances agree with ours to about this.
const FITS_AGREE: f64 = 2e-5;

#[test]
fn explained_variance_and_importance_are_those_of_glmmtmb() {
    for (family, name) in FAMILIES {
        let made = made(family, name);
        let explained = Explained::against(&made.empty, &made.full).unwrap();
        for (level, wanted) in explained.levels.iter().zip(made.numbers("explained")) {
            near(1.0 - level.change().share().unwrap(), 1.0 - wanted, FITS_AGREE);
        }
        let importance = Importance::of(&made.full, &made.problem, &made.blocks()).unwrap();
        near(importance.variance, made.reference["fixed"].as_f64().unwrap(), FITS_AGREE);
        for (share, wanted) in importance.shares.iter().zip(made.numbers("importance")) {
            near(share.share, wanted, FITS_AGREE);
        }
        let left_out = LeftOut::of(&made.full, &made.problem, &made.blocks(), &Options::default()).unwrap();
        for (block, wanted) in left_out.blocks.iter().zip(made.numbers("deviance")) {
            near(block.deviance, wanted, 1e-6);
        }
    }
}

#[test]
fn r_squared_and_partition_are_those_of_glmmtmb() {
    for (family, name) in FAMILIES {
        let made = made(family, name);
        let ways = [
            (ObservationVariance::Trigamma, "r2_trigamma"),
            (ObservationVariance::LogNormal, "r2_lognormal"),
            (ObservationVariance::Delta, "r2_delta"),
        ];
        for (way, name) in ways {
            let (r2, wanted) = (made.r2(way), made.numbers(name));
            near(r2.mean, made.reference["lambda"].as_f64().unwrap(), FITS_AGREE);
            near(r2.marginal(), wanted[0], FITS_AGREE);
            near(r2.conditional(), wanted[1], FITS_AGREE);
        }
        let partition = VariancePartition::at(&made.full, &made.problem, MeanCount::Of(12.0)).unwrap();
        let mut wanted = made.numbers("vpc_at_12");
        if family == Family::Poisson {
            wanted.remove(2);
        }
        assert_eq!(partition.components.len(), wanted.len());
        for (part, wanted) in partition.components.iter().zip(wanted) {
            near(part.share, wanted, FITS_AGREE);
        }
    }
}

/// The same formulas, written out here, at the fit's own estimates.
#[test]
fn the_formulas_hold_to_ten_digits_at_the_estimates() {
    let made = made(Family::NegBin2, "nbinom2");
    let table = question(Family::NegBin2).table;
    let column = |name: &str| -> Vec<f64> { table.numbers(name).unwrap().into_iter().flatten().collect() };
    let b = |term: &str| made.full.coefficient(term).unwrap().estimate;
    let eta: Vec<f64> = column("x").iter().zip(column("z")).map(|(x, z)| b("x") * x + b("z") * z).collect();
    let mean = eta.iter().sum::<f64>() / 600.0;
    let fixed = eta.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / 599.0;
    let r2 = made.r2(ObservationVariance::Delta);
    near(r2.fixed, fixed, 1e-10);
    let [region, town] = [0, 1].map(|l| made.full.levels()[l].sd.variance());
    let theta = made.full.dispersion().theta().unwrap();
    near(r2.areas, region + town, 1e-14);
    near(r2.rows, 1.0 / r2.mean + 1.0 / theta, 1e-14);
    near(r2.intraclass_correlation(), r2.areas / (r2.areas + r2.rows), 1e-14);

    let exposure = column("exposure");
    let rate = exposure.iter().zip(&eta).map(|(e, eta)| e * eta.exp()).sum::<f64>()
        * (made.full.coefficients()[0].estimate + 0.5 * (region + town)).exp()
        / exposure.iter().sum::<f64>();
    let at = MeanCount::AtExposure(Exposure::new(150.0).unwrap());
    let partition = VariancePartition::at(&made.full, &made.problem, at).unwrap();
    near(partition.mean, 150.0 * rate, 1e-10);
    let m = partition.mean;
    let whole = m + m * m * ((region + town).exp() * (1.0 + 1.0 / theta) - 1.0);
    let parts: f64 = partition.components.iter().map(|part| part.variance).sum();
    near(parts, whole, 1e-12);
    let of = |wanted: Component| {
        partition.components.iter().find(|part| part.component == wanted).unwrap().variance
    };
    near(of(Component::Level("region".into())), m * m * (region.exp() - 1.0), 1e-12);
    near(of(Component::Overdispersion), m * m * (region + town).exp() / theta, 1e-12);
    near(of(Component::Counting), m, 1e-15);
    near(partition.components.last().unwrap().correlation, 1.0, 1e-15);
}

#[test]
fn the_observation_variances_are_rs() {
    let reference: Value = serde_json::from_str(include_str!("data/explained/reference.json")).unwrap();
    let at = reference["trigamma"]["at"].as_array().unwrap();
    let is = reference["trigamma"]["is"].as_array().unwrap();
    assert_eq!(at.len(), 6);
    for (x, wanted) in at.iter().zip(is) {
        let x = x.as_f64().unwrap();
        // θ = x at an infinite mean
        let found = ObservationVariance::Trigamma.of(f64::INFINITY, x);
        let wanted = wanted.as_f64().unwrap();
        assert!((found - wanted).abs() <= 1e-13 * wanted, "{x}: {found} for {wanted}");
    }
    near(ObservationVariance::LogNormal.of(4.0, f64::INFINITY), 1.25f64.ln(), 1e-15);
}

#[test]
fn shares_add_up_however_the_terms_are_blocked() {
    let made = made(Family::Poisson, "poisson");
    let of = |blocks: &[Block]| Importance::of(&made.full, &made.problem, blocks).unwrap();
    let (each, joint) = (of(&made.blocks()), of(&[Block::new("both", ["x", "z"])]));
    near(each.shares.iter().map(|share| share.share).sum(), 1.0, 1e-14);
    near(joint.shares[0].share, 1.0, 1e-14);
    near(joint.shares[0].alone, joint.variance, 1e-14);
    let rest = of(&[Block::new("x alone", ["x"])]);
    assert_eq!(rest.shares[1].block, "other");
    near(rest.shares[1].share, each.shares[1].share, 1e-14);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let made = made(Family::Poisson, "poisson");
    let refused = |error: nestcount::Error, says: &str| {
        assert_eq!(error.code(), "specification");
        assert!(error.to_string().contains(says), "{error}");
    };
    let negbin = question(Family::NegBin2).fit().unwrap();
    refused(Explained::against(&negbin, &made.full).unwrap_err(), "families");
    let mut fewer = question(Family::Poisson);
    fewer.model = Model::poisson().random_intercept("town");
    refused(Explained::against(&fewer.fit().unwrap(), &made.full).unwrap_err(), "levels");
    let mut other = question(Family::Poisson);
    other.exposure = None;
    refused(Explained::against(&other.fit().unwrap(), &made.full).unwrap_err(), "rows");
    let twice = [Block::new("a", ["x"]), Block::new("b", ["z", "x"])];
    refused(Importance::of(&made.full, &made.problem, &twice).unwrap_err(), "'a' and 'b'");
    let unknown = [Block::new("a", ["w"])];
    refused(Importance::of(&made.full, &made.problem, &unknown).unwrap_err(), "'w'");
    refused(made.problem.without_terms(&[made.problem.terms()[0].as_str()]).unwrap_err(), "no determinant");
    let mean = MeanCount::Of(0.0);
    refused(VariancePartition::at(&made.full, &made.problem, mean).unwrap_err(), "above 0");
    let variance = ObservationVariance::Delta;
    let (full, problem) = (&made.full, &made.problem);
    let error = RSquared::of(full, full, problem, MeanCount::AtMeanExposure, variance).unwrap_err();
    refused(error, "without_determinants");
}

#[test]
fn leaving_out_warmly_is_fitting_without() {
    let made = made(Family::NegBin2, "nbinom2");
    let left_out = LeftOut::of(&made.full, &made.problem, &made.blocks(), &Options::default()).unwrap();
    let mut cold = question(Family::NegBin2);
    cold.determinants = Determinants::new().with(Numeric::new("z"));
    let cold = cold.fit().unwrap();
    let without = &left_out.blocks[0].without;
    near(without.log_likelihood(), cold.log_likelihood(), 1e-11);
    for (warm, cold) in without.coefficients().iter().zip(cold.coefficients()) {
        assert_eq!(warm.term, cold.term);
        near(warm.estimate, cold.estimate, 1e-6);
        near(warm.std_error, cold.std_error, 1e-6);
    }
    assert!(left_out.blocks[0].p_value() < 1e-6 && left_out.blocks[0].terms == 1);
}
