//! Where a row effect holds all the scatter, the negative binomial's answer is the Poisson's, by every likelihood.

use crate::world::problem_with;
use nestcount::Model;
use nestcount::estimator::{Estimated, Estimator, Exact, HasLogLikelihood, Laplace, Lognormal, SecondOrder};
use nestcount::infer::Dispersion;

/// Log-likelihood of the Poisson and of the negative binomial by an estimator; the latter with infinite θ.
fn both<E>(estimator: &E, seed: u64) -> [f64; 2]
where
    E: Estimator,
    E::Answer: Estimated + HasLogLikelihood,
{
    let levels = |model: Model| model.random_intercept("region").random_intercept("town").row_effect();
    let of =
        |model: Model| estimator.estimate(&problem_with(40, [4, 12], &levels(model), 2000.0, seed)).unwrap();
    let (poisson, binomial) = (of(Model::poisson()), of(Model::neg_bin2()));
    assert!(matches!(binomial.dispersion(), Dispersion::PoissonLimit { .. }), "{:?}", binomial.dispersion());
    [poisson.log_likelihood(), binomial.log_likelihood()]
}

#[test]
fn at_large_counts_no_noise_of_a_likelihood_is_taken_for_overdispersion() {
    for seed in 1..=3 {
        let found = [
            both(&Laplace::default(), seed),
            both(&SecondOrder::default(), seed),
            both(&Lognormal::default(), seed),
            both(&Exact::default(), seed),
        ];
        for [poisson, binomial] in found {
            assert!((poisson - binomial).abs() < 1e-6, "{found:?}");
        }
    }
}
