//! Funnels of areas.

use crate::made::{Made, Truth, model};
use nestcount::diagnose::{Funnel, FunnelTarget, Position};

const TRUTH: Truth = Truth { groups: 1500, size: 4, sd: 0.3, mean: 20.0, theta: None };

fn funnel(made: &Made, target: FunnelTarget) -> Funnel {
    made.fit.funnel(&made.problem, "group", target).unwrap()
}

fn outside(funnel: &Funnel, overdispersed: bool) -> f64 {
    let limits = |area: &nestcount::diagnose::FunnelArea| match overdispersed {
        true => area.position(&area.overdispersed),
        false => area.position(&area.poisson),
    };
    let out = funnel.areas.iter().filter(|area| limits(area) != Position::Within).count();
    out as f64 / funnel.areas.len() as f64
}

#[test]
fn areas_of_the_model_leave_its_own_limits_as_often_as_they_say() {
    for theta in [None, Some(4.0)] {
        let made = Truth { theta, ..TRUTH }.fitted(&model(theta), 1).unwrap();
        let funnel = funnel(&made, FunnelTarget::Determinants);
        // a standard error of the share is 0.6 %
        let (model, poisson) = (outside(&funnel, true), outside(&funnel, false));
        assert!((0.03..=0.075).contains(&model), "{theta:?}: {model}");
        assert!(poisson > 0.3, "{poisson}");
    }
}

#[test]
fn targets_at_the_overall_rate_add_up_to_the_counts() {
    let made = TRUTH.fitted(&model(None), 2).unwrap();
    let funnel = funnel(&made, FunnelTarget::OverallRate);
    let counts: f64 = funnel.areas.iter().map(|area| area.actual.observed().unwrap()).sum();
    let targets: f64 = funnel.areas.iter().map(|area| area.target).sum();
    assert!((targets / counts - 1.0).abs() < 1e-12);
    let paths = made.fit.area_effects("group").unwrap();
    for (area, effect) in funnel.areas.iter().zip(paths) {
        assert_eq!((&area.path, area.n_rows), (&effect.path, 4));
        let rate = area.actual.low() / area.exposure;
        assert!((area.target - funnel.overall_rate * area.exposure).abs() < 1e-9 * area.target);
        let inside = area.overdispersed.low_95 <= area.poisson.low_95
            && area.overdispersed.high_998 >= area.poisson.high_998;
        assert!(inside && area.poisson.low_95 < area.target && area.poisson.high_95 > area.target);
        assert_eq!(area.rate(), (rate, Some(rate)));
    }
}

#[test]
fn a_withheld_count_has_bounds_and_no_place_where_they_reach_over_a_limit() {
    let truth = Truth { mean: 4.0, groups: 300, ..TRUTH };
    let made = truth.withheld(&model(None), 3, 10).unwrap();
    let funnel = funnel(&made, FunnelTarget::Determinants);
    let withheld: Vec<_> = funnel.areas.iter().filter(|area| area.actual.observed().is_none()).collect();
    assert!(withheld.len() > 200);
    let unknown =
        |area: &&&nestcount::diagnose::FunnelArea| area.position(&area.poisson) == Position::Unknown;
    let n_unknown = withheld.iter().filter(unknown).count();
    assert!(n_unknown > 50 && n_unknown < withheld.len(), "{n_unknown} of {}", withheld.len());
    let truth: f64 = made.question.table.numbers("count").unwrap().into_iter().flatten().sum();
    let exposure: f64 = funnel.areas.iter().map(|area| area.exposure).sum();
    assert!(
        (funnel.overall_rate * exposure / truth - 1.0).abs() < 0.05,
        "withheld counts stand at their means"
    );
}
