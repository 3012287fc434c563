//! What the extras explain: both designs, surveys imputed, tests, each gemeente left out.

use crate::area;
use crate::indented::indented;
use crate::source::{Source, withholding};
use crate::trouble::Trouble;
use indicatif::ProgressBar;
use nestcount::Options;
use nestcount::impute::Imputations;
use nestcount::infer::{Bootstrap, Confidence, Interval};
use nestcount::second_stage::{
    Design, Extras, OffsetDesign, OffsetFit, Permutations, Permuting, Region, Residual, SecondStage,
};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::ControlFlow;

const THREADS: usize = 2;
const TABLES: usize = 20;
const PERMUTATIONS: usize = 999;
const REFITS: usize = 199;

/// What was found: the stages that were printed, the answer first.
pub(crate) struct Told {
    pub(crate) extras: Extras,
    pub(crate) stages: Vec<SecondStage>,
    /// In the units of the extras, where they were planted.
    pub(crate) planted: Option<Vec<f64>>,
}

impl Told {
    /// The offset design, surveys imputed where there are some.
    pub(crate) fn answer(&self) -> &SecondStage {
        &self.stages[0]
    }
}

pub(crate) fn tell(
    source: &Source,
    region: &Region,
    given: &Region,
    extras: Extras,
    seed: u64,
) -> Result<Told, Trouble> {
    let design = OffsetDesign::new("gemeente");
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let fit = design.fit(region, &extras)?;
    say!("\n3. What the extras explain, log rate per standard deviation in the region");
    for ((name, shared), reliable) in extras.names().iter().zip(fit.shared()).zip(extras.reliabilities()) {
        say!(
            "   {name:22} the national determinants say {:.0} % of it; {:.0} % of its variance is no survey error",
            100.0 * shared,
            100.0 * reliable
        );
    }
    spread(&fit)?;
    let mut stages = Vec::new();
    if extras.has_errors() {
        stages.push(imputed(&design, region, &extras, &mut rng)?);
    }
    stages.push(fit.stage().clone());
    stages.push(Residual::LogRatio.fit(given, &extras)?);
    let planted = planted(source, region, &extras);
    show(&stages, &extras, planted.as_deref());
    tests(&fit, &mut rng)?;
    left_out(&design, region, &extras)?;
    Ok(Told { extras, stages, planted })
}

/// What is left between gemeenten and wijken, without the extras and with them; variances adjusted for few areas.
fn spread(fit: &OffsetFit) -> Result<(), Trouble> {
    let extras: Vec<&str> = fit.stage().effects.iter().map(|effect| effect.term.as_str()).collect();
    let without = fit.problem().without_terms(&extras)?;
    let before = without.fit(&Options::default())?.adjusted(&without, &Options::default())?;
    for (before, after) in before.levels.iter().zip(&fit.adjusted().levels) {
        let (from, to) = (before.sd.estimate(), after.sd.estimate());
        say!(
            "   sd {:11} {from:.3} without the extras, {to:.3} with them  ({} areas)",
            area(&after.level),
            after.n_areas
        );
    }
    Ok(())
}

fn imputed(
    design: &OffsetDesign,
    region: &Region,
    extras: &Extras,
    rng: &mut ChaCha12Rng,
) -> Result<SecondStage, Trouble> {
    let bar = ProgressBar::new(TABLES as u64);
    let wanted = Imputations::new(TABLES).on_threads(THREADS);
    let imputed = design.fit_imputed(region, extras, wanted, rng, |done| {
        bar.set_position(done.done as u64);
        ControlFlow::Continue(())
    })?;
    bar.finish_and_clear();
    Ok(imputed.stage().clone())
}

fn show(stages: &[SecondStage], extras: &Extras, planted: Option<&[f64]>) {
    if let Some(planted) = planted {
        let all = extras.names().iter().zip(planted);
        let all: Vec<String> = all.map(|(name, effect)| format!("{name} {effect:+.4}")).collect();
        say!("\n   planted: {}", all.join(", "));
    }
    for stage in stages {
        say!("\n{}", indented(stage));
        match stage.design {
            Design::Offset if extras.has_errors() => say!("   surveys taken for the truth: too near 0"),
            Design::LogRatio => say!(
                "   residuals given the gemeente, as SCP's file has them: too near 0, and surer than it is"
            ),
            _ => {}
        }
        let Some(planted) = planted else { continue };
        let held = stage.effects.iter().zip(planted).filter(|(effect, truth)| {
            let Interval { low, high } = effect.interval(Confidence::P95);
            (low..=high).contains(*truth)
        });
        say!("   its intervals hold {} of the {} planted effects", held.count(), planted.len());
    }
}

/// The coefficients that were planted, in the units of the extras.
fn planted(source: &Source, region: &Region, extras: &Extras) -> Option<Vec<f64>> {
    let (truth, extra) = (source.truth.as_ref()?, source.extra.as_ref()?);
    let of = |name: &String| {
        let term = truth.terms.iter().find(|term| term.name == *name)?;
        let cells = extra.numbers(name).ok()?;
        let values: Vec<f64> = region.rows().iter().filter_map(|&row| *cells.get(row)?).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let sd = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        Some(term.coefficient / term.scale * sd)
    };
    extras.names().iter().map(of).collect()
}

/// p-values of each kind.
fn tests(fit: &OffsetFit, rng: &mut ChaCha12Rng) -> Result<(), Trouble> {
    say!("\n4. p-values of no effect (surveys as they are: errors take power, not size)");
    say!("   {:22} {:>8} {:>14} {:>12} {:>10}", "", "t", "within gm", "across", "bootstrap");
    let rule = withholding()?;
    for effect in &fit.stage().effects {
        let bar = ProgressBar::new(REFITS as u64);
        let mut permuted = |kind| {
            let wanted = Permutations::new(kind, PERMUTATIONS).on_threads(THREADS);
            let test = fit.permutation_test(&effect.term, wanted, rng, |_| ControlFlow::Continue(()));
            test.map_or("-".into(), |test| p(test.p_value()))
        };
        let (within, across) = (permuted(Permuting::WithinAreas), permuted(Permuting::AcrossRows));
        let wanted = Bootstrap::new(REFITS).on_threads(THREADS).published_by(&rule);
        let bootstrap = fit.bootstrap_test(&effect.term, &wanted, rng, |done| {
            bar.set_position(done.done as u64);
            ControlFlow::Continue(())
        })?;
        bar.finish_and_clear();
        say!(
            "   {:22} {:>8} {within:>14} {across:>12} {:>10}",
            effect.term,
            p(effect.p_value()),
            p(bootstrap.p_value())
        );
    }
    Ok(())
}

fn p(value: f64) -> String {
    if value < 0.001 { "<0.001".into() } else { format!("{value:.3}") }
}

fn left_out(design: &OffsetDesign, region: &Region, extras: &Extras) -> Result<(), Trouble> {
    let left = design.leave_each_out(region, extras, THREADS, |_| ControlFlow::Continue(()))?;
    say!("\n5. Without each gemeente: the effects, in the units of 3");
    let head: Vec<String> = extras.names().iter().map(|name| format!("{name:>14}")).collect();
    say!("   {:10} {:>6} {}", "without", "wijken", head.concat());
    let cells = |stage: &SecondStage| {
        stage.effects.iter().map(|effect| format!("{:>14.4}", effect.estimate)).collect::<String>()
    };
    say!("   {:10} {:>6} {}", "none", left.whole.n_rows, cells(&left.whole));
    for area in &left.without {
        let code = area.path.last().map_or("", String::as_str);
        say!("   {code:10} {:>6} {}", area.n_left_out, cells(&area.stage));
    }
    for (path, why) in &left.failed {
        say!("   {:10} {why}", path.last().map_or("", String::as_str));
    }
    for name in extras.names() {
        if let Some(worst) = left.worst(name) {
            let code = worst.area.path.last().map_or("", String::as_str);
            say!("   {name}: most by {code}, {:+.2} standard errors", worst.change);
        }
    }
    Ok(())
}
