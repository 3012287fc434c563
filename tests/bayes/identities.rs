//! What must hold without any other engine.

use crate::tables;
use nestcount::estimator::{Bayes, Estimated, Estimator};
use nestcount::{Model, Options};

#[test]
fn equal_seeds_give_equal_bits_for_any_number_of_threads() {
    for model in [Model::poisson(), Model::neg_bin2()] {
        let question = tables::asked(tables::poisson(3).table, model);
        let problem = question.problem().unwrap();
        let of = |threads: usize| {
            let posterior =
                Bayes { proposals: 1010, threads, ..Bayes::default() }.estimate(&problem).unwrap();
            let draws = posterior.draws(&problem, 130, &mut tables::generator(5)).unwrap();
            let effects = draws.area_effects("town").unwrap();
            let parameters: Vec<_> = draws.parameters().collect();
            (posterior.summaries(), posterior.area_effects("town").unwrap().to_vec(), parameters, effects)
        };
        let one = of(1);
        assert_eq!(one.3.nrows(), 130);
        assert!([2, 3].iter().all(|&threads| of(threads) == one));
    }
}

#[test]
fn a_large_table_and_flat_priors_give_the_normal_around_the_maximum() {
    let question = tables::poisson(1);
    let problem = question.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let posterior = Bayes::default().estimate(&problem).unwrap();
    println!("{:?}", posterior.sampler());
    for (ours, ml) in posterior.coefficients().iter().zip(fit.coefficients()) {
        println!("{} {} {} {} {}", ours.term, ours.estimate, ml.estimate, ours.std_error, ml.std_error);
    }
}

#[cfg(feature = "nuts")]
#[test]
fn chains_and_weights_tell_the_same() {
    use nestcount::estimator::{Reliability, Sampling};
    for question in [tables::poisson(1), tables::neg_bin2(1)] {
        let problem = question.problem().unwrap();
        let weighted = Bayes::default().estimate(&problem).unwrap();
        let bayes = Bayes { sampling: Sampling::Chains, proposals: 4000, threads: 2, ..Bayes::default() };
        let walked = bayes.estimate(&problem).unwrap();
        println!("{:?}", walked.sampler());
        assert_eq!(walked.reliability(), Reliability::Reliable);
        for (one, other) in weighted.parameters().iter().zip(walked.parameters()) {
            let away = (one.mean - other.mean) / one.sd;
            println!("  {:12} {away:+.3} {:.3}", one.parameter, other.sd / one.sd);
            assert!(away.abs() < 0.1, "{}: {away}", one.parameter);
            assert!((other.sd / one.sd - 1.0).abs() < 0.1, "{}", one.parameter);
        }
    }
}
