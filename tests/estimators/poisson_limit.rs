//! Where a row effect holds all the scatter, the negative binomial's answer is the Poisson's, by every likelihood.

use crate::world::problem_with;
use nestcount::Model;
use nestcount::estimator::{Estimated, Estimator, Exact, HasLogLikelihood, Laplace, Lognormal, SecondOrder};
use nestcount::infer::Dispersion;

/// What θ adds to the Poisson's log-likelihood; nothing where it is infinite.
fn gain<E>(estimator: &E, seed: u64) -> Option<f64>
where
    E: Estimator,
    E::Answer: Estimated + HasLogLikelihood,
{
    let levels = |model: Model| model.random_intercept("region").random_intercept("town").row_effect();
    let of =
        |model: Model| estimator.estimate(&problem_with(40, [4, 12], &levels(model), 2000.0, seed)).unwrap();
    let (poisson, binomial) = (of(Model::poisson()), of(Model::neg_bin2()));
    let gain = binomial.log_likelihood() - poisson.log_likelihood();
    match binomial.dispersion() {
        Dispersion::PoissonLimit { .. } => {
            assert!(gain.abs() < 1e-6, "{gain}");
            None
        }
        _ => Some(gain),
    }
}

#[test]
fn at_large_counts_no_noise_of_a_likelihood_is_taken_for_overdispersion() {
    let mut limits = 0;
    for seed in 1..=5 {
        let gains = [
            gain(&Laplace::default(), seed),
            gain(&SecondOrder::default(), seed),
            gain(&Lognormal::default(), seed),
            gain(&Exact::default(), seed),
        ];
        assert!(gains.iter().flatten().all(|gain| *gain > 1e-4), "{gains:?}");
        limits += gains.iter().filter(|gain| gain.is_none()).count();
    }
    assert!(limits >= 12, "{limits}");
}
