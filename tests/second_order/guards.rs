//! What follows the Laplace likelihood refuses a fit that maximised another.

use super::{TWO, problem, second_order, tables};
use nestcount::infer::{Bootstrap, Clusters, Confidence, Profiling};
use nestcount::{Family, Options, Result};
use std::ops::ControlFlow;

#[track_caller]
fn refused<T>(result: Result<T>, words: &str) {
    let error = result.err().expect("a refusal");
    assert_eq!(error.code(), "specification");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn what_follows_laplace_refuses_it() {
    let problem = problem(5.0, &TWO, 0.0, Family::Poisson, 1);
    let (fit, options) = (second_order(&problem), Options::default());
    let laplace = problem.fit(&options).unwrap();
    let words = "second-order Laplace";
    let confidence = Confidence::new(0.9).unwrap();
    refused(fit.profile(&problem, &options, Profiling::intervals(confidence)), words);
    refused(fit.adjusted(&problem, &options), words);
    refused(fit.sandwich(&problem, &options, &Clusters::TopLevel), words);
    refused(fit.influence(&problem, "region"), words);
    let go_on = |_| ControlFlow::Continue(());
    refused(fit.bootstrap(&problem, &Bootstrap::new(4), &mut tables::generator(1), go_on), words);
    refused(fit.likelihood_ratio(&problem, &laplace, &problem, &options), words);
}

#[test]
fn what_rests_on_the_estimates_takes_it() {
    let problem = problem(5.0, &TWO, 0.0, Family::Poisson, 1);
    let fit = second_order(&problem);
    assert!(fit.fitted(&problem).is_ok());
    assert!(fit.to_string().contains("second-order Laplace maximum likelihood"));
    let again: nestcount::Fit = serde_json::from_str(&serde_json::to_string(&fit).unwrap()).unwrap();
    assert_eq!(again, fit);
}
