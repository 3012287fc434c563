//! Bias and coverage of each design over many worlds.

use crate::world::{EXTRAS, World};
use nestcount::impute::Imputations;
use nestcount::infer::Confidence;
use nestcount::second_stage::*;
use nestcount::simulate::HaaglandenVariant;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::ControlFlow;

pub(crate) const DESIGNS: [&str; 10] = [
    "offset, net of national",
    "offset, net, NB2",
    "offset, as measured",
    "log ratio, marginal",
    "log ratio, given gemeente",
    "standardised, given gemeente",
    "survey: offset, net",
    "survey: offset, net, imputed",
    "survey: log ratio, given",
    "offset, net, normal ML",
];

/// Effects of the three extras by a design; nothing where it failed.
pub(crate) type Found = Option<Vec<Line>>;

#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(crate) error: f64,
    pub(crate) std_error: f64,
    pub(crate) covered: bool,
    pub(crate) rejected: bool,
}

pub(crate) fn world(variant: HaaglandenVariant, seed: u64) -> Vec<Found> {
    let world = World::draw(variant, seed);
    let offset = OffsetDesign::new("gemeente");
    let (region, exact, surveyed) = (&world.region, &world.exact, &world.surveyed);
    let net = offset.fit(region, exact);
    let imputed = offset.fit_imputed(
        region,
        surveyed,
        Imputations::new(20),
        &mut ChaCha12Rng::seed_from_u64(seed ^ 0x5eed),
        |_| ControlFlow::Continue(()),
    );
    if let Err(why) = &imputed {
        println!("world {seed}, imputed: {why}");
    }
    let stage = |fit: nestcount::Result<OffsetFit>| match fit {
        Ok(fit) => Some(fit.stage().clone()),
        Err(why) => {
            println!("world {seed}: {why}");
            None
        }
    };
    let plain = net.as_ref().ok().map(|fit| {
        let of = |(effect, name): (&Effect, &&str)| {
            let ml = fit.fit().coefficient(name).unwrap();
            Line {
                error: ml.estimate - world.truth[EXTRAS.iter().position(|x| x == name).unwrap()],
                std_error: ml.std_error,
                covered: contains(ml.interval(Confidence::P95), world.truth[EXTRAS.iter().position(|x| x == name).unwrap()]),
                rejected: ml.p_value() < 0.05 && effect.estimate.is_finite(),
            }
        };
        fit.stage().effects.iter().zip(&EXTRAS).map(of).collect()
    });
    let stages = [
        stage(net),
        stage(offset.clone().scatter(RowScatter::NegBin2).fit(region, exact)),
        stage(offset.clone().entering(Entering::AsMeasured).fit(region, exact)),
        Residual::LogRatio.fit(region, exact).ok(),
        Residual::LogRatio.fit(&world.published, exact).ok(),
        Residual::Standardised.fit(&world.published, exact).ok(),
        stage(offset.fit(region, surveyed)),
        imputed.ok().map(|fit| fit.stage().clone()),
        Residual::LogRatio.fit(&world.published, surveyed).ok(),
    ];
    let mut found: Vec<Found> = stages.iter().map(|stage| Some(lines(stage.as_ref()?, &world.truth))).collect();
    found.push(plain);
    found
}

fn contains(interval: nestcount::infer::Interval, truth: f64) -> bool {
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

/// A line of the table: bias as a share of the truth (or in units of 0.01 where there is none), spread, mean error, coverage.
pub(crate) fn table(variant: HaaglandenVariant, found: &[Vec<Found>], truth: &[f64]) {
    println!("\n{variant:?}, {} worlds", found.len());
    println!("| design | extra | worlds | mean/truth | sd | mean se | covers | p < 0.05 |\n|---|---|---|---|---|---|---|---|");
    for (at, design) in DESIGNS.iter().enumerate() {
        for (k, extra) in EXTRAS.iter().enumerate() {
            let lines: Vec<Line> = found.iter().filter_map(|world| Some(world[at].as_ref()?[k])).collect();
            let n = lines.len() as f64;
            let mean = lines.iter().map(|line| line.error).sum::<f64>() / n;
            let sd = (lines.iter().map(|line| (line.error - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
            let se = lines.iter().map(|line| line.std_error).sum::<f64>() / n;
            let share = |of: fn(&Line) -> bool| 100.0 * lines.iter().filter(|line| of(line)).count() as f64 / n;
            let bias = match truth[k] == 0.0 {
                true => format!("{mean:+.4}"),
                false => format!("{:.2}", 1.0 + mean / truth[k]),
            };
            println!(
                "| {design} | {extra} | {n} | {bias} | {sd:.4} | {se:.4} | {:.1} | {:.1} |",
                share(|line| line.covered),
                share(|line| line.rejected)
            );
        }
    }
}
