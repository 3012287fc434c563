//! Counts withheld below 10 and rounded to 5 in the size of SCP's question: the fit that takes them as intervals, and 20
//! imputations with refits and pooling; one thread.

mod shapes;

use divan::{Bencher, black_box};
use nestcount::impute::{Imputations, Imputer};
use nestcount::{Family, Options};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use shapes::{LARGE, SCP, Shape, withheld_problem};
use std::ops::ControlFlow;

fn main() {
    divan::main();
}

#[divan::bench(args = [SCP, LARGE], consts = [0, 1], max_time = 20, sample_count = 50)]
fn interval_fit<const NEG_BIN: usize>(bencher: Bencher<'_, '_>, shape: Shape) {
    let family = [Family::Poisson, Family::NegBin2][NEG_BIN];
    let problem = withheld_problem(shape, family);
    let options = Options::default();
    bencher.bench_local(|| black_box(&problem).fit(&options).expect("a maximum"));
}

#[divan::bench(args = [SCP], max_time = 20, sample_count = 20)]
fn twenty_imputations(bencher: Bencher<'_, '_>, shape: Shape) {
    let problem = withheld_problem(shape, Family::NegBin2);
    let fit = problem.fit(&Options::default()).expect("a maximum");
    bencher.bench_local(|| {
        let imputer = Imputer::new(&problem, &fit, &Options::default()).expect("the problem of the fit");
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        imputer.multiply(Imputations::new(20), &mut rng, |_| ControlFlow::Continue(())).expect("pooled fits")
    });
}
