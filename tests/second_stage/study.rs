//! Bias and coverage of each design, and the size of each test, over many worlds.

use crate::world::{EXTRAS, World, withholding};
use nestcount::impute::Imputations;
use nestcount::infer::{Bootstrap, Confidence, Interval};
use nestcount::second_stage::*;
use nestcount::simulate::HaaglandenVariant;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::ControlFlow;

/// An effect beside the truth.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    error: f64,
    std_error: f64,
    covered: bool,
    rejected: bool,
}

/// What a world gives: per design its name and the lines of the extras.
pub(crate) type Found = Vec<(&'static str, Vec<Line>)>;

/// Designs that cost little.
pub(crate) fn designs(variant: HaaglandenVariant, seed: u64) -> Found {
    let world = World::draw(variant, seed);
    let offset = OffsetDesign::new("gemeente");
    let (region, given, exact, surveyed) = (&world.region, &world.given, &world.exact, &world.surveyed);
    let net = offset.fit(region, exact).unwrap();
    let stage = |design: OffsetDesign, extras| design.fit(region, extras).unwrap().stage().clone();
    let stages = [
        ("offset", net.stage().clone()),
        ("offset, NB2", stage(offset.clone().scatter(RowScatter::NegBin2), exact)),
        ("offset, extras as measured", stage(offset.clone().entering(Entering::AsMeasured), exact)),
        ("residual, marginal", Residual::LogRatio.fit(region, exact).unwrap()),
        ("residual, given gemeente", Residual::LogRatio.fit(given, exact).unwrap()),
        ("standardised, given gemeente", Residual::Standardised.fit(given, exact).unwrap()),
        ("survey taken as truth: offset", stage(offset, surveyed)),
        ("survey taken as truth: residual", Residual::LogRatio.fit(given, surveyed).unwrap()),
    ];
    let mut found: Found = stages.iter().map(|(name, stage)| (*name, lines(stage, &world.truth))).collect();
    let maximum_likelihood = EXTRAS.iter().zip(&world.truth).map(|(name, truth)| {
        let known = net.fit().coefficient(name).unwrap();
        Line {
            error: known.estimate - truth,
            std_error: known.std_error,
            covered: contains(known.interval(Confidence::P95), *truth),
            rejected: known.p_value() < 0.05,
        }
    });
    found.push(("offset, ML errors and normal quantiles", maximum_likelihood.collect()));
    found
}

/// Survey means imputed.
pub(crate) fn imputed(variant: HaaglandenVariant, seed: u64) -> Found {
    let world = World::draw(variant, seed);
    let offset = OffsetDesign::new("gemeente");
    let mut rng = ChaCha12Rng::seed_from_u64(seed ^ 0x5eed);
    let wanted = Imputations::new(10);
    let fit = offset
        .fit_imputed(&world.region, &world.surveyed, wanted, &mut rng, |_| ControlFlow::Continue(()))
        .unwrap();
    let naive = offset.fit(&world.region, &world.surveyed).unwrap();
    vec![
        ("survey taken as truth: offset", lines(naive.stage(), &world.truth)),
        ("survey imputed: offset", lines(fit.stage(), &world.truth)),
    ]
}

/// p-values of every kind, of the first and the last extra; 1 where a kind does not go with an extra.
pub(crate) fn tests(variant: HaaglandenVariant, seed: u64) -> Vec<(&'static str, &'static str, f64)> {
    let world = World::draw(variant, seed);
    let fit = OffsetDesign::new("gemeente").fit(&world.region, &world.exact).unwrap();
    let mut rng = ChaCha12Rng::seed_from_u64(seed ^ 0x7e57);
    let rule = withholding();
    let mut found = Vec::new();
    for term in [EXTRAS[0], EXTRAS[2]] {
        found.push((term, "t, Kenward-Roger", fit.stage().effect(term).unwrap().p_value()));
        found.push((term, "z, maximum likelihood", fit.fit().coefficient(term).unwrap().p_value()));
        for (kind, name) in [
            (Permuting::WithinAreas, "permuted within gemeenten"),
            (Permuting::AcrossRows, "permuted across wijken"),
            (Permuting::WholeAreas, "whole gemeenten permuted"),
        ] {
            let wanted = Permutations::new(kind, 499);
            let go_on = |_| ControlFlow::Continue(());
            if let Ok(test) = fit.permutation_test(term, wanted, &mut rng, go_on) {
                found.push((term, name, test.p_value()));
            }
        }
        let wanted = Bootstrap::new(99).published_by(&rule);
        let test = fit.bootstrap_test(term, &wanted, &mut rng, |_| ControlFlow::Continue(())).unwrap();
        found.push((term, "parametric bootstrap", test.p_value()));
    }
    found
}

fn contains(interval: Interval, truth: f64) -> bool {
    interval.low <= truth && truth <= interval.high
}

fn lines(stage: &SecondStage, truth: &[f64]) -> Vec<Line> {
    let line = |(effect, truth): (&Effect, &f64)| Line {
        error: effect.estimate - truth,
        std_error: effect.std_error,
        covered: contains(effect.interval(Confidence::P95), *truth),
        rejected: effect.p_value() < 0.05,
    };
    stage.effects.iter().zip(truth).map(line).collect()
}

/// Per design and extra: the mean as a share of the truth (the mean itself where that is 0), the spread of the estimates, the
/// mean standard error, coverage of the 95 % interval, share with p < 0.05.
pub(crate) fn print(title: &str, worlds: &[Found], truth: &[f64]) {
    println!("\n{title}, {} worlds", worlds.len());
    println!(
        "| design | extra | mean/truth | sd | mean error | covers | p < 0.05 |\n|---|---|---|---|---|---|---|"
    );
    for (at, (design, _)) in worlds[0].iter().enumerate() {
        for (k, extra) in EXTRAS.iter().enumerate() {
            let all: Vec<Line> = worlds.iter().map(|world| world[at].1[k]).collect();
            let n = all.len() as f64;
            let mean = all.iter().map(|line| line.error).sum::<f64>() / n;
            let sd = (all.iter().map(|line| (line.error - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
            let error = all.iter().map(|line| line.std_error).sum::<f64>() / n;
            let share = |of: fn(&Line) -> bool| 100.0 * all.iter().filter(|line| of(line)).count() as f64 / n;
            let bias = match truth[k] == 0.0 {
                true => format!("{mean:+.4}"),
                false => format!("{:.2}", 1.0 + mean / truth[k]),
            };
            println!(
                "| {design} | {extra} | {bias} | {sd:.4} | {error:.4} | {:.1} | {:.1} |",
                share(|line| line.covered),
                share(|line| line.rejected)
            );
        }
    }
}

/// Coverage of a design, in percent, extra by extra.
pub(crate) fn coverage(worlds: &[Found], design: &str) -> Vec<f64> {
    let of = |k: usize| {
        let all = worlds.iter().flatten().filter(|(name, _)| *name == design);
        let hits = all.filter(|(_, lines)| lines[k].covered).count();
        100.0 * hits as f64 / worlds.len() as f64
    };
    (0..EXTRAS.len()).map(of).collect()
}
