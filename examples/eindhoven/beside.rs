//! One gemeente against the country: its own step, its own trends, and the same step given to every other gemeente.

use crate::panel::{OWN_SLOPE, OWN_STEP, OWN_TREND, Own, Panel, Study};
use crate::source::Source;
use crate::trouble::Trouble;
use crate::words::{Figure, bar, percent};
use nestcount::infer::Effect;
use nestcount::panel::{Placebo, PlaceboEffect, PlaceboTest};
use std::ops::ControlFlow;
use std::thread::available_parallelism;

pub(crate) struct Beside {
    pub(crate) placebos: PlaceboTest,
    /// With trends of its own before and after.
    trends: [Effect; 3],
    /// 2 log of the ratio of likelihoods, for the two trends.
    ratio: f64,
}

pub(crate) fn of(panel: &Panel<'_>, study: &Study) -> Result<Beside, Trouble> {
    let threads = available_parallelism().map_or(1, usize::from);
    let asked = Placebo::of(panel.own_step())?.on_threads(threads);
    let bar = bar("the same step elsewhere", study.problem.areas().tree().n_areas(0) - 1);
    let placebos = asked.run(&study.fit, &study.problem, |done| {
        bar.set_position(done.done as u64);
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    let wider = panel.study(Own::StepAndTrends)?;
    let of = |term: &str| wider.restricted.coefficient(term).cloned();
    Ok(Beside {
        placebos: placebos?,
        trends: [of(OWN_TREND)?, of(OWN_STEP)?, of(OWN_SLOPE)?],
        ratio: 2.0 * (wider.fit.log_likelihood() - study.fit.log_likelihood()),
    })
}

pub(crate) fn print(source: &Source, study: &Study, beside: &Beside) -> Result<(), Trouble> {
    let own = study.fit.coefficient(OWN_STEP)?;
    let placebos = &beside.placebos;
    say!("\n4. {} against the country: the difference of trends", placebos.own.code);
    let planted = source.world.as_ref().map(|world| &world.planted);
    let beneath =
        planted.map_or(String::new(), |planted| format!("; planted {:+.1} %", percent(planted.own_step)));
    say!("   step beside that of all      {}, z {:+.1}{beneath}", Figure::percent(own).signed(), own.z());
    let rank = placebos.rank();
    say!(
        "   the same step elsewhere      rank {rank} by |z|, p {:.3} (no less than {:.3} can be had of {} gemeenten)",
        rank.p_value(),
        1.0 / rank.among as f64,
        rank.among
    );
    let mut largest: Vec<&PlaceboEffect> = placebos.others.iter().collect();
    largest.sort_by(|a, b| b.effect.z().abs().total_cmp(&a.effect.z().abs()));
    for other in largest.iter().take(3) {
        say!(
            "      {:10} {}, z {:+.1}",
            other.code,
            Figure::percent(&other.effect).signed(),
            other.effect.z()
        );
    }
    for (code, why) in &placebos.failed {
        say!("      {code}: {why}");
    }
    say!("   With trends of its own, before and after:");
    let names = ["own trend before, a period", "own step", "own change of slope, a period"];
    for (name, coefficient) in names.iter().zip(&beside.trends) {
        let planted = planted.map_or(String::new(), |planted| {
            let truth = if coefficient.term == OWN_STEP { planted.own_step } else { 0.0 };
            format!("; planted {:+.1} %", percent(truth))
        });
        say!("      {name:31} {}{planted}", Figure::percent_of(coefficient).signed());
    }
    say!(
        "      2 log LR {:.2} on 2 degrees of freedom: {}",
        beside.ratio,
        match beside.ratio > 5.991 {
            true => "its trends do differ; a step alone is not the whole of it",
            false => "nothing says that its trends differ",
        }
    );
    Ok(())
}
