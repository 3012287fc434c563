//! Coverage where determinants are missing as well as counts.

use crate::answers::{self, Answer, Parameter};
use crate::published::Made;
use crate::tally::{Kind, Tally, head, mean};
use crate::threads::across;
use nestcount::count::Count;
use nestcount::determinant::{Determinants, MissingCells};
use nestcount::impute::{Imputations, IncompleteProblem, WithheldCounts};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::Table;
use nestcount::{Model, Options, Problem, Result};
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Determinants of rows of which cells are missing.
const WITH_GAPS: [(&str, f64); 2] = [("x1", 0.3), ("x2", -0.2)];
/// Determinants without gaps; the last is one of areas.
const COMPLETE: [(&str, f64); 2] = [("x3", 0.15), ("z", 0.1)];

const GAPS: Kind = ("coefficients with gaps", |p| coefficient_of(p, &WITH_GAPS));
const NO_GAPS: Kind = ("coefficients without gaps", |p| coefficient_of(p, &COMPLETE));
const AREA_SD: Kind = ("log sd of areas", |p| *p == Parameter::LogSd("area".into()));
const REGION_SD: Kind = ("log sd of regions", |p| *p == Parameter::LogSd("region".into()));

fn coefficient_of(parameter: &Parameter, among: &[(&str, f64)]) -> bool {
    among.iter().any(|(name, _)| *parameter == Parameter::Coefficient((*name).into()))
}

/// What is done about missing cells; counts are withheld below 10 and rounded to 5 in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Treatment {
    NothingMissing,
    ImputedCountsAsPublished,
    ImputedCountsDrawn,
    CompleteCases,
    ParentMean,
}

impl Treatment {
    fn name(self) -> &'static str {
        match self {
            Treatment::NothingMissing => "no cell missing",
            Treatment::ImputedCountsAsPublished => "imputed, m = 20, counts as published",
            Treatment::ImputedCountsDrawn => "imputed, m = 20, counts drawn",
            Treatment::CompleteCases => "complete rows only",
            Treatment::ParentMean => "mean of the area around",
        }
    }
}

/// Where cells are missing. Either is at random given what is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gaps {
    /// The more often the fewer people live there.
    WherePeopleAreFew,
    /// Four times as often where the count is withheld.
    WhereCountsAreWithheld,
}

impl Gaps {
    fn probability(self, exposure: f64, count: Count) -> f64 {
        match self {
            Gaps::WherePeopleAreFew => {
                let smallness = -(exposure / 100.0).ln() / 0.8;
                1.0 / (1.0 + (0.5 - 1.2 * smallness).exp())
            }
            Gaps::WhereCountsAreWithheld if count.bounds().lo() == 0 => 0.6,
            Gaps::WhereCountsAreWithheld => 0.15,
        }
    }
}

/// The answers of one world, and the share of rows with a gap.
struct Treated {
    answers: Vec<(Treatment, Vec<Answer>)>,
    incomplete: f64,
}

fn model() -> Model {
    Model::poisson().random_intercept("region").random_intercept("area")
}

fn determinants() -> Determinants {
    let names = WITH_GAPS.iter().chain(&COMPLETE).map(|(name, _)| name);
    names.fold(Determinants::new(), |wanted, name| wanted.numeric(name))
}

/// 1,000 rows in 120 areas in 20 regions.
fn draw(k: usize) -> Made {
    let world = World::new(1000)
        .level("region", 20, 0.2)
        .level("area", 120, 0.25)
        .factor_share("area", 0.3)
        .determinant(Determinant::normal("x1", WITH_GAPS[0].1).loading(0.7))
        .determinant(Determinant::normal("x2", WITH_GAPS[1].1).loading(0.7))
        .determinant(Determinant::normal("x3", COMPLETE[0].1).loading(0.7))
        .determinant(Determinant::normal("z", COMPLETE[1].1).loading(0.5).at_level("area"))
        .exposure(Marginal::log_normal(100.0, 0.8).decimals(0).clipped(5.0, 5_000.0))
        .intercept(-2.4);
    Made::draw(&world, &model(), &determinants(), 50_000 + k as u64)
}

/// The table with gaps in two rows of five: in either column or in both.
fn with_gaps(made: &Made, gaps: Gaps, rng: &mut ChaCha12Rng) -> Table {
    let exposures: Vec<f64> = made.table.numbers("exposure").unwrap().into_iter().flatten().collect();
    let both = exposures.iter().zip(&made.published).map(|(&exposure, &count)| {
        let gap = rng.random::<f64>() < gaps.probability(exposure, count);
        match (gap, rng.random_range(0..3)) {
            (false, _) => [false, false],
            (true, 0) => [true, false],
            (true, 1) => [false, true],
            (true, _) => [true, true],
        }
    });
    let both: Vec<[bool; 2]> = both.collect();
    let cells = |column: usize| {
        let values = made.table.numbers(WITH_GAPS[column].0).unwrap();
        values.into_iter().zip(&both).map(move |(x, gaps)| x.filter(|_| !gaps[column])).collect::<Vec<_>>()
    };
    let kept = ["region", "area", "exposure", "x3", "z"];
    let table = kept.iter().fold(Table::new(), |table, name| {
        table.with_column(name, made.table.column(name).unwrap().clone()).unwrap()
    });
    let table = table.with_optional_numbers("x1", cells(0)).unwrap();
    table.with_optional_numbers("x2", cells(1)).unwrap()
}

fn treat(gaps: Gaps, tables: usize, k: usize) -> Result<Treated> {
    let (made, options) = (draw(k), Options::default());
    let mut rng = ChaCha12Rng::seed_from_u64(60_000 + k as u64);
    let (table, counts) = (with_gaps(&made, gaps, &mut rng), made.count_table(made.published.clone()));
    let simply = |policy: MissingCells| -> Result<Problem> {
        let design = determinants().missing(policy).build(&table, &made.placement, counts.rows())?;
        model().check(&made.placement, &counts, design)
    };
    let incomplete =
        IncompleteProblem::new(&model(), &determinants(), &table, &made.placement, &counts, &options)?;
    let mut imputed = |withheld| -> Result<Vec<Answer>> {
        let go_on = |_| ControlFlow::Continue(());
        let multiple = incomplete.multiply(Imputations::new(tables), withheld, &mut rng, go_on)?;
        Ok(answers::of_pooled(&multiple.pooled, &made.truth))
    };
    let fitted = |problem: Problem| -> Result<Vec<Answer>> {
        Ok(answers::of_fit(&problem.fit(&options)?, &made.truth))
    };
    let answers = vec![
        (Treatment::ImputedCountsAsPublished, imputed(WithheldCounts::AsPublished)?),
        (Treatment::ImputedCountsDrawn, imputed(WithheldCounts::Drawn)?),
        (Treatment::NothingMissing, fitted(made.as_published())?),
        (Treatment::CompleteCases, fitted(simply(MissingCells::Drop)?)?),
        (Treatment::ParentMean, fitted(simply(MissingCells::ParentMean)?)?),
    ];
    Ok(Treated { answers, incomplete: incomplete.n_incomplete() as f64 / made.counts.len() as f64 })
}

/// The tallies of some worlds with this many completed tables each, and the share of rows with a gap.
fn run(gaps: Gaps, worlds: usize, tables: usize) -> (BTreeMap<Treatment, Tally>, f64) {
    let treated = across(worlds, |k| {
        treat(gaps, tables, k).unwrap_or_else(|error| panic!("{gaps:?}, world {k}: {error}"))
    });
    let mut tallies: BTreeMap<Treatment, Tally> = BTreeMap::new();
    for (treatment, answers) in treated.iter().flat_map(|world| &world.answers) {
        tallies.entry(*treatment).or_default().add(answers.clone());
    }
    (tallies, mean(&treated.iter().map(|world| world.incomplete).collect::<Vec<_>>()))
}

#[test]
#[ignore = "two minutes; tables of docs/coverage-withheld.md"]
fn two_hundred_worlds_with_missing_determinants_are_covered() {
    for gaps in [Gaps::WherePeopleAreFew, Gaps::WhereCountsAreWithheld] {
        let started = std::time::Instant::now();
        let (tallies, incomplete) = run(gaps, 100, 20);
        let kinds = [GAPS, NO_GAPS, AREA_SD, REGION_SD];
        println!(
            "\n### {gaps:?}\n\n{}",
            head("bias / empirical sd / mean standard error / coverage", &kinds)
        );
        tallies.iter().for_each(|(treatment, tally)| println!("{}", tally.line(treatment.name(), &kinds)));
        let (share, seconds) = (100.0 * incomplete, started.elapsed().as_secs_f64());
        println!("\n{share:.1} % of rows with a gap, {seconds:.0} s");
        for treatment in [Treatment::ImputedCountsAsPublished, Treatment::ImputedCountsDrawn] {
            let coverage = tallies[&treatment].summary(&[GAPS, NO_GAPS]).coverage;
            assert!((0.92..=0.97).contains(&coverage), "{gaps:?}, {treatment:?}: {coverage}");
        }
        let precise = tallies[&Treatment::ImputedCountsAsPublished].summary(&[NO_GAPS]).empirical_sd;
        assert!(precise < tallies[&Treatment::CompleteCases].summary(&[NO_GAPS]).empirical_sd);
        assert!(tallies[&Treatment::ParentMean].summary(&[GAPS]).coverage < 0.9);
    }
}

#[test]
fn imputed_determinants_are_less_biased_than_means_in_three_worlds() {
    for gaps in [Gaps::WherePeopleAreFew, Gaps::WhereCountsAreWithheld] {
        let (tallies, incomplete) = run(gaps, 3, 5);
        assert!((0.3..0.5).contains(&incomplete), "{gaps:?}: {incomplete}");
        let means = tallies[&Treatment::ParentMean].summary(&[GAPS]);
        for treatment in [Treatment::ImputedCountsAsPublished, Treatment::ImputedCountsDrawn] {
            let imputed = tallies[&treatment].summary(&[GAPS]);
            assert!(imputed.bias.abs() < 0.6 * means.bias.abs(), "{gaps:?}: {imputed:?} beside {means:?}");
            let coverage = tallies[&treatment].summary(&[GAPS, NO_GAPS]).coverage;
            assert!(coverage >= 0.75, "{gaps:?}, {treatment:?}: {coverage}");
        }
    }
}
