//! The certified set: ten small tables with maximum likelihood to more than 12 digits (`tests/data/certified`).

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::Determinants;
use nestcount::estimate::Parameters;
use nestcount::simulate::Scatter;
use nestcount::table::Table;
use nestcount::{Family, Model, Problem};
use serde_json::Value;
use std::fs::{self, File};
use std::path::PathBuf;

pub(crate) const NAMES: [&str; 10] = [
    "one_level",
    "one_level_low",
    "one_level_nb2",
    "two_levels",
    "two_levels_low",
    "two_levels_withheld",
    "two_levels_nb2_withheld",
    "row_effect",
    "three_levels",
    "boundary",
];

/// A parameter at the certified maximum; `std_error` is absent for a variance of 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CertifiedParameter {
    /// `(Intercept)`, a determinant, `log sd(level)` (or `sd(level)` where it is 0), `log theta`.
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) std_error: Option<f64>,
}

/// A table of the set with its model and its maximum.
pub(crate) struct Certified {
    pub(crate) name: &'static str,
    pub(crate) what: String,
    pub(crate) table: Table,
    pub(crate) levels: Vec<String>,
    pub(crate) determinants: Vec<String>,
    pub(crate) model: Model,
    pub(crate) problem: Problem,
    pub(crate) log_likelihood: f64,
    pub(crate) parameters: Vec<CertifiedParameter>,
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "data", "certified"].iter().collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(|v| v.as_str().expect("text").into()).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

pub(crate) fn all() -> impl Iterator<Item = Certified> {
    NAMES.into_iter().map(read)
}

pub(crate) fn read(name: &'static str) -> Certified {
    let text = fs::read_to_string(folder().join(format!("{name}.json"))).expect("the certified maximum");
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let file = File::open(folder().join(format!("{name}.csv"))).expect("the certified table");
    let table = Table::from_csv(file).expect("a table");
    let (levels, determinants) = (texts(&json["levels"]), texts(&json["determinants"]));
    let model = model(&json, &levels);
    let problem = problem(&table, &levels, &determinants, &model);
    Certified {
        name,
        what: json["what"].as_str().expect("text").into(),
        log_likelihood: number(&json["maximum"]["log_likelihood"]),
        parameters: parameters(&json, &determinants),
        table,
        levels,
        determinants,
        model,
        problem,
    }
}

fn model(json: &Value, levels: &[String]) -> Model {
    let family = if json["family"] == "nb2" { Family::NegBin2 } else { Family::Poisson };
    let model = levels.iter().fold(Model::of(family), |model, level| model.random_intercept(level));
    if json["row_effect"] == true { model.row_effect() } else { model }
}

fn problem(table: &Table, levels: &[String], determinants: &[String], model: &Model) -> Problem {
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    let placement = Placement::from_table(table, &levels, CodeScope::Unique).expect("nested areas");
    let counts = Count::between(table, "lo", "hi").expect("bounds");
    let exposures = table.numbers("exposure").expect("exposures");
    let counts = CountTable::with_exposures(counts, exposures).expect("counts");
    let wanted = determinants.iter().fold(Determinants::new(), |wanted, name| wanted.numeric(name));
    let design = wanted.build(table, &placement, counts.rows()).expect("a design");
    model.check(&placement, &counts, design).expect("a problem")
}

fn parameters(json: &Value, determinants: &[String]) -> Vec<CertifiedParameter> {
    let (maximum, errors) = (&json["maximum"], &json["std_errors"]);
    let parameter = |name: String, value: f64| {
        let std_error = errors[&name].as_f64();
        CertifiedParameter { name, value, std_error }
    };
    let terms = ["(Intercept)"].into_iter().chain(determinants.iter().map(String::as_str));
    let coefficients = terms.map(|term| parameter(term.into(), number(&maximum["coefficients"][term])));
    let sds = maximum["sd"].as_object().expect("levels").iter().map(|(level, sd)| match number(sd) {
        0.0 => parameter(format!("sd({level})"), 0.0),
        sd => parameter(format!("log sd({level})"), sd.ln()),
    });
    let theta = maximum["theta"].as_f64().map(|theta| parameter("log theta".into(), theta.ln()));
    coefficients.chain(sds).chain(theta).collect()
}

impl Certified {
    /// The value of a parameter at a point, on the scale of the set: minus infinity for the log of an sd of 0.
    pub(crate) fn value_in(&self, parameter: &CertifiedParameter, at: &Parameters) -> f64 {
        let row = self.model.has_row_effect().then_some("row");
        let mut levels = self.levels.iter().map(String::as_str).chain(row);
        let mut sd = |level: &str| {
            let position = levels.position(|known| known == level).expect("the level");
            at.variances[position].sqrt()
        };
        let within = |prefix: &str| parameter.name.strip_prefix(prefix)?.strip_suffix(')');
        if let Some(level) = within("log sd(") {
            return sd(level).ln();
        }
        if let Some(level) = within("sd(") {
            return sd(level);
        }
        if parameter.name == "log theta" {
            return match at.scatter {
                Scatter::NegBin2 { theta } => theta.ln(),
                Scatter::Poisson => f64::INFINITY,
            };
        }
        let mut terms = ["(Intercept)"].into_iter().chain(self.determinants.iter().map(String::as_str));
        at.coefficients[terms.position(|term| term == parameter.name).expect("the term")]
    }

    /// Distances over the parameters, each in its own units and with its standard error where it has one.
    pub(crate) fn distances(&self, at: &Parameters) -> Vec<(f64, Option<f64>)> {
        self.parameters.iter().map(|p| ((self.value_in(p, at) - p.value).abs(), p.std_error)).collect()
    }

    /// The largest distance over the parameters.
    pub(crate) fn distance(&self, at: &Parameters) -> f64 {
        self.distances(at).into_iter().map(|(apart, _)| apart).fold(0.0, f64::max)
    }

    /// The largest distance in standard errors.
    pub(crate) fn distance_in_std_errors(&self, at: &Parameters) -> f64 {
        let each = self.distances(at).into_iter();
        each.filter_map(|(apart, error)| Some(apart / error?)).fold(0.0, f64::max)
    }
}
