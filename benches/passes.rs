//! Single passes over the rows at a fixed point: the value, the gradient, and a Newton pass with the exact Hessian.

mod shapes;

use divan::{Bencher, black_box};
use nestcount::estimate::{Likelihood, Parameters};
use nestcount::family::Scatter;
use nestcount::{Family, Options};
use shapes::{HUGE, LARGE, MANY_AREAS, SCP, Shape, problem};

fn main() {
    divan::main();
}

fn pass(
    bencher: Bencher<'_, '_>,
    shape: Shape,
    family: Family,
    work: impl Fn(&mut Likelihood<'_>, &Parameters),
) {
    let problem = problem(shape, family);
    let mut likelihood = problem.likelihood(&Options::default());
    let mut coefficients = vec![0.02; problem.n_terms()];
    coefficients[0] = -4.6;
    let scatter = match family {
        Family::NegBin2 => Scatter::NegBin2 { theta: 8.0 },
        _ => Scatter::Poisson,
    };
    let at = Parameters { coefficients, variances: vec![0.02, 0.06], scatter };
    bencher.bench_local(|| work(black_box(&mut likelihood), &at));
}

macro_rules! passes {
    ($module:ident, $family:expr) => {
        mod $module {
            use super::*;

            #[divan::bench(args = [SCP, LARGE, MANY_AREAS, HUGE], max_time = 10)]
            fn value(bencher: Bencher<'_, '_>, shape: Shape) {
                pass(bencher, shape, $family, |likelihood, at| {
                    black_box(likelihood.value(at).expect("inside"));
                });
            }

            #[divan::bench(args = [SCP, LARGE, MANY_AREAS, HUGE], max_time = 10)]
            fn gradient(bencher: Bencher<'_, '_>, shape: Shape) {
                pass(bencher, shape, $family, |likelihood, at| {
                    black_box(likelihood.gradient(at).expect("inside"));
                });
            }

            #[divan::bench(args = [SCP, LARGE, MANY_AREAS, HUGE], max_time = 10)]
            fn newton(bencher: Bencher<'_, '_>, shape: Shape) {
                pass(bencher, shape, $family, |likelihood, at| {
                    black_box(likelihood.derivatives(at).expect("inside"));
                });
            }
        }
    };
}

passes!(poisson, Family::Poisson);
passes!(negbin2, Family::NegBin2);
