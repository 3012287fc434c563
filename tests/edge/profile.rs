//! Profile intervals against their definition.

use crate::published::Published;
use crate::question::Question;
use crate::tables;
use nestcount::count::{DisclosureRule, Rounding};
use nestcount::estimate::Parameters;
use nestcount::family::Scatter;
use nestcount::infer::{Confidence, End, Parameter, Profiling};
use nestcount::{Fit, Options, Problem};

/// χ²₁ at 95 %.
const QUANTILE: f64 = 3.841_458_820_694_124;

fn withheld(question: Question) -> Published {
    let rule = DisclosureRule::builder().withheld_below(10).rounded(Rounding::HalfUp(5)).build().unwrap();
    Published::of(question, |_, y| match y {
        0..10 => rule.read(".").unwrap(),
        y => rule.read(&((y + 2) / 5 * 5).to_string()).unwrap(),
    })
}

/// Tables of both families, with counts known and with counts withheld and rounded.
fn problems() -> Vec<(String, Problem)> {
    let mut all = Vec::new();
    for seed in 1..=4 {
        all.push((format!("poisson {seed}"), tables::poisson(seed).problem().unwrap()));
        all.push((format!("nb2 {seed}"), tables::neg_bin2(seed).problem().unwrap()));
        all.push((format!("poisson withheld {seed}"), withheld(tables::poisson(seed)).problem().unwrap()));
        all.push((format!("nb2 withheld {seed}"), withheld(tables::neg_bin2(seed)).problem().unwrap()));
        // θ is infinite or all but; and a standard deviation at 0, or all but
        let poisson = Question { model: tables::neg_bin2(seed).model, ..tables::poisson(seed) };
        all.push((format!("nb2 of poisson counts {seed}"), poisson.problem().unwrap()));
        let flat = tables::world_of(0.0, 0.25).draw(&mut tables::generator(seed)).unwrap().table;
        let flat = tables::asked(flat, nestcount::Model::poisson());
        all.push((format!("poisson without regions {seed}"), flat.problem().unwrap()));
    }
    all
}

/// The log-likelihood at a value of one parameter, maximised over all others by [`Fit::profile_curve`]'s climbs.
fn deviance_at(fit: &Fit, problem: &Problem, parameter: &Parameter, value: f64) -> f64 {
    let curve = fit.profile_curve(problem, &Options::default(), parameter, &[value]).unwrap();
    curve[0].signed_root.powi(2)
}

#[test]
fn the_deviance_at_every_end_is_the_quantile() {
    let (mut ends, mut farthest) = (0, 0.0f64);
    for (name, problem) in problems() {
        let fit = problem.fit(&Options::default()).unwrap();
        let wanted = Profiling::intervals(Confidence::P95);
        let profiles = fit.profile(&problem, &Options::default(), wanted).unwrap();
        assert_eq!(profiles.intervals().len(), problem.parameters().len());
        for interval in profiles.intervals() {
            assert!(interval.contains(interval.estimate), "{name}: {interval:?}");
            for end in [interval.low, interval.high] {
                let End::At(value) = end else { continue };
                let deviance = deviance_at(&fit, &problem, &interval.parameter, value);
                let off = (deviance - QUANTILE).abs();
                assert!(off < 1e-6, "{name}, {}: deviance {deviance} at {value}", interval.parameter);
                (ends, farthest) = (ends + 1, farthest.max(off));
            }
        }
    }
    println!("{ends} ends, the farthest {farthest:.1e} from the quantile");
    assert!(ends > 260, "only {ends} ends");
}

/// One pass over all points of a fine grid, maximised by a method that shares nothing with the climbs: coordinate-wise
/// golden sections of the log-likelihood over the other parameters.
fn brute(problem: &Problem, fit: &Fit, held: usize, value: f64) -> f64 {
    let mut likelihood = problem.likelihood(&Options::default());
    let p = problem.n_terms();
    let mut at: Vec<f64> = fit.coefficients().iter().map(|c| c.estimate).collect();
    let mut scale: Vec<f64> = fit.coefficients().iter().map(|c| c.std_error).collect();
    for level in fit.levels() {
        at.push(level.sd.estimate().ln());
        scale.push(level.sd.std_error().unwrap() / level.sd.estimate());
    }
    let theta = fit.dispersion().theta();
    if let Some(theta) = theta {
        at.push(theta.ln());
        scale.push(0.2);
    }
    at[held] = value;
    let mut f = |at: &[f64]| {
        let scatter = match theta {
            Some(_) => Scatter::NegBin2 { theta: at.last().unwrap().exp() },
            None => Scatter::Poisson,
        };
        let n = fit.levels().len();
        let variances = at[p..p + n].iter().map(|log| (2.0 * log).exp()).collect();
        likelihood.value(&Parameters { coefficients: at[..p].to_vec(), variances, scatter }).unwrap()
    };
    let mut best = f(&at);
    let mut size = 1.0;
    while size > 1e-5 {
        let before = best;
        for k in (0..at.len()).filter(|k| *k != held) {
            for sign in [1.0, -1.0] {
                loop {
                    let mut next = at.clone();
                    next[k] += sign * size * scale[k];
                    let there = f(&next);
                    if there <= best {
                        break;
                    }
                    (at, best) = (next, there);
                }
            }
        }
        if best - before < 1e-9 {
            size *= 0.5;
        }
    }
    best
}

#[test]
fn ends_are_where_a_search_without_derivatives_finds_them() {
    let question = Question {
        determinants: nestcount::determinant::Determinants::new().numeric("a"),
        ..tables::neg_bin2(2)
    };
    let problem = question.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let profiles = fit.profile(&problem, &Options::default(), Profiling::intervals(Confidence::P95)).unwrap();
    let mut ends = 0;
    for (held, interval) in profiles.intervals().iter().enumerate() {
        for end in [interval.low, interval.high] {
            let End::At(value) = end else { continue };
            ends += 1;
            let inside = if held < problem.n_terms() { value } else { value.ln() };
            let deviance = 2.0 * (fit.log_likelihood() - brute(&problem, &fit, held, inside));
            assert!((deviance - QUANTILE).abs() < 2e-6, "{}: {deviance} at {value}", interval.parameter);
        }
    }
    assert!(ends >= 9, "only {ends} ends");
}

#[test]
fn any_number_of_threads_gives_the_same_ends() {
    let problem = tables::neg_bin2(3).problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let on = |threads| {
        let wanted = Profiling::intervals(Confidence::P90).on_threads(threads);
        fit.profile(&problem, &Options::default(), wanted).unwrap()
    };
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(5));
}

#[test]
fn a_standard_deviation_estimated_at_0_has_an_upper_bound_and_starts_at_0() {
    let mut zeros = 0;
    for seed in 1..40 {
        let table = tables::world_of(0.0, 0.25).draw(&mut tables::generator(seed)).unwrap().table;
        let problem = tables::asked(table, nestcount::Model::poisson()).problem().unwrap();
        let fit = problem.fit(&Options::default()).unwrap();
        if fit.levels()[0].sd.estimate() > 0.0 {
            continue;
        }
        zeros += 1;
        let region = [Parameter::Sd("region".into())];
        let of = |wanted| {
            fit.profile_of(&problem, &Options::default(), wanted, &region).unwrap().intervals()[0].clone()
        };
        let both = of(Profiling::intervals(Confidence::P95));
        let bound = of(Profiling::upper_bounds(Confidence::P95));
        assert_eq!((both.estimate, both.low, bound.low), (0.0, End::Zero, End::Zero));
        let (End::At(high), End::At(upper)) = (both.high, bound.high) else { panic!("{both:?} {bound:?}") };
        assert!(upper < high && upper > 0.0, "{upper} {high}");
        let one_sided = 2.705_543_454_095_4;
        assert!((deviance_at(&fit, &problem, &region[0], upper) - one_sided).abs() < 1e-6);
        assert!((deviance_at(&fit, &problem, &region[0], high) - QUANTILE).abs() < 1e-6);
    }
    assert!(zeros > 8, "only {zeros} estimates at 0");
}

#[test]
fn theta_has_no_upper_end_where_the_counts_may_be_poisson() {
    let question =
        Question { model: nestcount::Model::neg_bin2().random_intercept("region"), ..tables::poisson(5) };
    let question = Question { model: question.model.random_intercept("town"), ..question };
    let problem = question.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let profiles = fit.profile(&problem, &Options::default(), Profiling::intervals(Confidence::P95)).unwrap();
    let theta = profiles.interval(&Parameter::Theta).unwrap();
    let End::At(low) = theta.low else { panic!("{theta:?}") };
    assert_eq!(theta.high, End::Unbounded);
    assert!((deviance_at(&fit, &problem, &Parameter::Theta, low) - QUANTILE).abs() < 1e-6, "{theta:?}");
    assert!(profiles.to_string().contains("unbounded"));
}

#[test]
fn the_callback_sees_every_parameter_and_can_stop() {
    let problem = tables::poisson(1).problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let (wanted, mut seen) = (Profiling::intervals(Confidence::P95), Vec::new());
    let stopped = fit.profile_watched(&problem, &Options::default(), wanted, &problem.parameters(), |at| {
        seen.push((at.done, at.of));
        if at.done == 2 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    });
    assert_eq!(seen, [(1, 6), (2, 6)]);
    assert_eq!(stopped.unwrap_err().code(), "inference-cancelled");
}

#[test]
fn unknown_parameters_and_values_outside_are_refused() {
    let problem = tables::poisson(1).problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let wanted = Profiling::intervals(Confidence::P95);
    for parameter in [Parameter::Theta, Parameter::Sd("street".into()), Parameter::Coefficient("z".into())] {
        let error = fit.profile_of(&problem, &Options::default(), wanted, &[parameter]).unwrap_err();
        assert_eq!(error.code(), "specification");
    }
    let other = tables::poisson(2).problem().unwrap();
    assert!(fit.profile(&other, &Options::default(), wanted).is_err());
    let sd = Parameter::Sd("town".into());
    assert!(fit.profile_curve(&problem, &Options::default(), &sd, &[-1.0]).is_err());
}
