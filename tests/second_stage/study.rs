//! Bias and coverage of each design, and the size of each test, over many worlds.

use crate::world::{EXTRAS, World, withholding};
use nestcount::Fit;
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

/// Designs in which the national determinants stand beside the extras.
pub(crate) fn beside(national: &Fit, variant: HaaglandenVariant, seed: u64) -> Found {
    let world = World::draw_under(national, variant, seed);
    let offset = OffsetDesign::new("gemeente");
    let net = offset.fit(&world.region, &world.exact).unwrap();
    let negbin2 = offset.clone().scatter(RowScatter::NegBin2).fit(&world.region, &world.exact).unwrap();
    let surveyed = offset.fit(&world.region, &world.surveyed).unwrap();
    let mut found = vec![
        ("offset", lines(net.stage(), &world.truth)),
        ("offset, NB2", lines(negbin2.stage(), &world.truth)),
        ("survey taken as truth: offset", lines(surveyed.stage(), &world.truth)),
    ];
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

/// Designs in which the extras stand alone against what the nation expects.
pub(crate) fn alone(variant: HaaglandenVariant, seed: u64) -> Found {
    let world = World::draw(variant, seed);
    let offset = OffsetDesign::new("gemeente").entering(Entering::AsMeasured);
    let (region, given) = (&world.region, &world.given);
    let stages = [
        ("offset, extras as measured", offset.fit(region, &world.exact).unwrap().stage().clone()),
        ("residual, marginal", Residual::LogRatio.fit(region, &world.exact).unwrap()),
        ("residual, given gemeente", Residual::LogRatio.fit(given, &world.exact).unwrap()),
        ("standardised, given gemeente", Residual::Standardised.fit(given, &world.exact).unwrap()),
        ("survey taken as truth: residual", Residual::LogRatio.fit(given, &world.surveyed).unwrap()),
    ];
    stages.iter().map(|(name, stage)| (*name, lines(stage, &world.truth))).collect()
}

/// Survey means imputed.
pub(crate) fn imputed(national: &Fit, variant: HaaglandenVariant, seed: u64) -> Found {
    let world = World::draw_under(national, variant, seed);
    let offset = OffsetDesign::new("gemeente");
    let mut rng = ChaCha12Rng::seed_from_u64(seed ^ 0x5eed);
    let wanted = Imputations::new(10);
    let fit = offset
        .fit_imputed(&world.region, &world.surveyed, wanted, &mut rng, |_| ControlFlow::Continue(()))
        .unwrap();
    vec![("survey imputed: offset", lines(fit.stage(), &world.truth))]
}

/// An extra, a kind of test, a p-value.
pub(crate) type Tested = (&'static str, &'static str, f64);

/// p-values of every kind that takes no refits, of the first and the last extra.
pub(crate) fn tests(national: &Fit, variant: HaaglandenVariant, seed: u64) -> Vec<Tested> {
    let world = World::draw_under(national, variant, seed);
    let fit = OffsetDesign::new("gemeente").fit(&world.region, &world.exact).unwrap();
    let mut rng = ChaCha12Rng::seed_from_u64(seed ^ 0x7e57);
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
    }
    found
}

/// The p-value of an extra by refits.
pub(crate) fn bootstrapped(
    national: &Fit,
    variant: HaaglandenVariant,
    seed: u64,
    term: &'static str,
) -> Vec<Tested> {
    let world = World::draw_under(national, variant, seed);
    let fit = OffsetDesign::new("gemeente").fit(&world.region, &world.exact).unwrap();
    let mut rng = ChaCha12Rng::seed_from_u64(seed ^ 0xb007);
    let rule = withholding();
    let wanted = Bootstrap::new(99).published_by(&rule);
    let test = fit.bootstrap_test(term, &wanted, &mut rng, |_| ControlFlow::Continue(())).unwrap();
    vec![(term, "parametric bootstrap", test.p_value())]
}

/// Share of p-values up to 5 and 10 %, per extra and kind, in percent.
pub(crate) fn sizes(worlds: &[Vec<Tested>]) -> Vec<(&'static str, &'static str, [f64; 2])> {
    let mut kinds: Vec<(&str, &str)> = worlds[0].iter().map(|(term, kind, _)| (*term, *kind)).collect();
    kinds.sort_unstable();
    let size = |(term, kind): (&'static str, &'static str)| {
        let all = worlds.iter().flatten().filter(|(t, k, _)| (*t, *k) == (term, kind));
        let p: Vec<f64> = all.map(|(.., p)| *p).collect();
        let share = |level: f64| 100.0 * p.iter().filter(|p| **p <= level).count() as f64 / p.len() as f64;
        (term, kind, [share(0.05), share(0.10)])
    };
    kinds.into_iter().map(size).collect()
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
