//! Fits that do not end at a maximum say so and hand over what they have.

use crate::question::Question;
use crate::refused;
use crate::tables::{neg_bin2, poisson};
use nestcount::progress::BestPoint;
use nestcount::{Error, ErrorKind, Options};
use std::ops::ControlFlow;

fn best(error: &Error) -> &BestPoint {
    match error.kind() {
        ErrorKind::NotConverged { best, .. } | ErrorKind::Cancelled { best } => best,
        other => panic!("{other}"),
    }
}

fn questions() -> [Question; 2] {
    [poisson(1), neg_bin2(1)]
}

fn names(question: &Question) -> Vec<&'static str> {
    let common = ["(Intercept)", "a", "b", "c", "sd(region)", "sd(town)"];
    let theta = (question.model.family() == nestcount::Family::NegBin2).then_some("theta");
    common.into_iter().chain(theta).collect()
}

#[test]
fn an_unfinished_fit_carries_its_best_point_and_its_trace() {
    for question in questions() {
        let whole = question.fit().unwrap();
        let few = Options { max_evaluations: 1, ..Options::default() };
        let error = refused(question.problem().unwrap().fit(&few), "not-converged");
        let best = best(&error);
        assert_eq!(best.names, names(&question));
        assert_eq!(best.values.len(), best.names.len());
        assert!(best.values.iter().all(|x| x.is_finite()));
        assert!(best.log_likelihood.is_finite() && best.log_likelihood < whole.log_likelihood());
        assert_eq!(best.trace[0], whole.trace()[0]);
        assert!(best.trace.iter().any(|iteration| iteration.log_likelihood == best.log_likelihood));
    }
}

#[test]
fn the_limit_of_evaluations_is_kept() {
    for question in questions() {
        let problem = question.problem().unwrap();
        for max_evaluations in [1, 2, 3] {
            let few = Options { max_evaluations, ..Options::default() };
            let error = refused(problem.fit(&few), "not-converged");
            assert_eq!(best(&error).trace.len(), max_evaluations, "{error}");
        }
    }
}

#[test]
fn as_many_evaluations_as_the_fit_takes_are_enough() {
    for question in questions() {
        let whole = question.fit().unwrap();
        let enough = Options { max_evaluations: whole.certificate().evaluations, ..Options::default() };
        assert_eq!(question.problem().unwrap().fit(&enough).unwrap(), whole);
    }
}

#[test]
fn the_callback_sees_every_evaluation_and_can_stop_at_any() {
    for question in questions() {
        let problem = question.problem().unwrap();
        let mut seen = Vec::new();
        let watched = problem.fit_watched(&Options::default(), |iteration| {
            seen.push(*iteration);
            ControlFlow::Continue(())
        });
        let watched = watched.unwrap();
        assert_eq!(watched, question.fit().unwrap());
        assert_eq!(watched.trace(), seen);
        for stop in 1..=seen.len() {
            let stopped = problem.fit_watched(&Options::default(), |iteration| {
                if iteration.evaluation == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            let error = refused(stopped, "cancelled");
            assert_eq!(best(&error).trace, seen[..stop]);
            assert_eq!(best(&error).names, names(&question));
        }
    }
}
