//! What the fit says, beside what was planted where that is known.

use crate::panel::{BREAK, OWN_STEP, Panel, STEP, Study, TREND};
use crate::source::Source;
use crate::trouble::Trouble;
use crate::words::{Figure, percent};
use crate::world::Planted;
use nestcount::infer::{Dispersion, StandardDeviation};
use nestcount::panel::{Correlation, ProvisionalEffect, RestrictedFit};

pub(crate) fn print(source: &Source, panel: &Panel<'_>, study: &Study) -> Result<(), Trouble> {
    let fit = &study.fit;
    say!(
        "\n3. The model of what begins: negative binomial counts, person-years, shared shocks, gemeenten that wander"
    );
    say!(
        "   {} rows, {} effects integrated out, logLik {:.2}; {} evaluations, gradient {:.0e} standard errors",
        fit.n_rows(),
        study.problem.n_effects(),
        fit.log_likelihood(),
        fit.certificate().evaluations,
        fit.certificate().gradient
    );
    let world = source.world.as_ref();
    let planted = world.map(|world| &world.planted);
    match planted {
        Some(_) => say!("\n   Planted beside found, with 95 % intervals"),
        None => say!("\n   Found, with 95 % intervals"),
    }
    for coefficient in &study.restricted.coefficients()[1..] {
        let name = said(&coefficient.term, panel);
        let planted =
            planted.map(|planted| format!("{:+6.1} %", percent(of_term(planted, &coefficient.term))));
        line(&name, planted, &Figure::percent_of(coefficient).signed());
    }
    scales(&study.restricted, planted);
    for late in fit.provisional() {
        let found = Figure::around_log(late.log_factor.exp(), late.sd);
        line(
            "provisional share of the final",
            world.map(|world| format!("{:7.3}", world.factor)),
            &found.plain(3),
        );
        declared(late);
    }
    Ok(())
}

fn line(name: &str, planted: Option<String>, found: &str) {
    say!("   {name:38} {:>9}  {found}", planted.unwrap_or_default());
}

fn said(term: &str, panel: &Panel<'_>) -> String {
    let period = match term {
        STEP | OWN_STEP => Some(panel.step),
        BREAK => panel.broken,
        _ => None,
    };
    let of = if term == OWN_STEP { "step of its own" } else { term };
    match (term, period) {
        (TREND, _) => "trend, a period".into(),
        (_, Some(period)) => format!("{of}, from {period}"),
        _ => of.into(),
    }
}

fn of_term(planted: &Planted, term: &str) -> f64 {
    match term {
        TREND => planted.trend,
        STEP => planted.step,
        BREAK => planted.broken,
        OWN_STEP => planted.own_step,
        _ => planted.half_2,
    }
}

fn scales(fit: &RestrictedFit, planted: Option<&Planted>) {
    let sd = |name: &str, sd: StandardDeviation, planted: Option<f64>| {
        let found = match sd.std_error() {
            Some(error) => Figure::around_log(sd.estimate(), error / sd.estimate()).plain(3),
            None => "  0.000, at its edge".into(),
        };
        line(&format!("sd of {name}"), planted.map(|sd| format!("{sd:7.3}")), &found);
    };
    for level in fit.levels() {
        let wanted = if level.level == "gemeente" { |p: &Planted| p.gemeente } else { |p: &Planted| p.wijk };
        sd(&format!("{}, lasting", level.level), level.sd, planted.map(wanted));
    }
    if let Some(period) = fit.period() {
        sd("a period, shared by all", period.sd, planted.map(|planted| planted.period));
    }
    if let Some(moving) = fit.movement() {
        sd(&format!("{}, wandering", moving.level), moving.sd, planted.map(|planted| planted.in_time));
        if let Correlation::Estimated { estimate, std_error } = moving.correlation {
            let planted = planted.map(|planted| format!("{:7.2}", planted.correlation));
            line("correlation over one period", planted, &Figure::around(estimate, std_error).plain(2));
        }
    }
    let found = match fit.dispersion() {
        Dispersion::NegBin2 { theta, std_error } => Figure::around_log(theta, std_error / theta).plain(0),
        _ => "Poisson, at its edge".into(),
    };
    line("theta", planted.map(|planted| format!("{:7.0}", planted.theta)), &found);
}

fn declared(late: &ProvisionalEffect) {
    say!(
        "      {}: declared {:.3}, sd of its log {:.3}; the data move it only as far as shocks of periods are small beside that",
        late.declared.periods().join(", "),
        late.declared.factor(),
        late.declared.log_sd()
    );
}
