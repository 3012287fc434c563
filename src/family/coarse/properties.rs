//! What holds for any count known in part, mean and size.

use super::*;
use proptest::prelude::*;

const LARGEST: f64 = 9_007_199_254_740_992.0;

fn power(from: f64, to: f64) -> impl Strategy<Value = f64> {
    (from..to).prop_map(|exponent| 10f64.powf(exponent))
}

fn interval() -> impl Strategy<Value = Coarse> {
    let lo = prop_oneof![Just(0.0), power(0.0, 2.0), power(0.0, 15.9)];
    let width = prop_oneof![Just(0.0), power(0.0, 2.0), power(0.0, 15.9), Just(f64::INFINITY)];
    (lo, width).prop_map(|(lo, width)| {
        let lo = lo.floor();
        let hi = lo + width.floor();
        Coarse { lo, hi: if hi.is_finite() { hi.min(LARGEST) } else { hi }, base: 1.0 }
    })
}

fn rounding() -> impl Strategy<Value = Coarse> {
    let multiple = prop_oneof![0u32..4, 0u32..1000];
    (multiple, prop::sample::select(vec![2.0, 3.0, 5.0, 10.0, 40.0])).prop_map(|(multiple, base)| {
        let value = f64::from(multiple) * base;
        Coarse { lo: value - base + 1.0, hi: value + base - 1.0, base }
    })
}

fn published() -> impl Strategy<Value = Coarse> {
    prop_oneof![interval(), rounding()]
}

fn numbers(at: &CoarseDerivatives) -> [f64; 12] {
    let (eta, phi) = (at.eta, at.phi);
    let companions =
        [phi.l_phi, phi.l_phi_phi, phi.r_phi, phi.r_phi_phi, phi.w_phi, phi.w_phi_phi, phi.c_phi];
    let mut all = [0.0; 12];
    all[..5].copy_from_slice(&[at.log_probability, eta.r, eta.w, eta.c, eta.d]);
    all[5..].copy_from_slice(&companions);
    all
}

fn check<F: Coarsened>(family: F, cell: &Coarse, mu: f64) -> Result<(), TestCaseError> {
    let at = family.coarse(cell, mu);
    prop_assert!(at.log_probability <= 0.0, "{at:?}");
    prop_assert!(at.eta.w >= 0.0, "{at:?}");
    prop_assert!(numbers(&at).iter().all(|x| x.is_finite()), "{at:?}");
    let (r, w) = family.coarse_score(cell, mu);
    prop_assert!((r - at.eta.r).abs() <= 1e-13 * r.abs() && (w - at.eta.w).abs() <= 1e-13 * w);
    Ok(())
}

/// Σ P·w over the cells that end at the cuts, the last one open: the expected information.
fn information<F: Coarsened>(family: F, cuts: &[u32], mu: f64) -> f64 {
    let starts = std::iter::once(0).chain(cuts.iter().map(|cut| cut + 1));
    let ends = cuts.iter().map(|&cut| f64::from(cut)).chain(std::iter::once(f64::INFINITY));
    starts
        .zip(ends)
        .map(|(lo, hi)| family.coarse(&Coarse { lo: f64::from(lo), hi, base: 1.0 }, mu))
        .map(|at| at.log_probability.exp() * at.eta.w)
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn values_are_at_most_0_and_w_at_least_0_at_counts_as_they_occur(
        cell in published(), mu in power(-6.0, 6.0), theta in power(-1.0, 8.0)
    ) {
        check(Poisson, &cell, mu)?;
        check(NegBin2::new(theta), &cell, mu)?;
    }

    #[test]
    fn values_are_at_most_0_and_w_at_least_0_at_any_mean_and_size(
        cell in published(), mu in power(-300.0, 300.0), theta in power(-8.0, 16.0)
    ) {
        check(Poisson, &cell, mu)?;
        check(NegBin2::new(theta), &cell, mu)?;
    }

    #[test]
    fn less_is_learned_from_coarser_cells(
        cuts in prop::collection::btree_set(0u32..60, 2..12), leave in 0usize..12,
        mu in power(-2.0, 2.0), theta in power(-1.0, 4.0)
    ) {
        let fine: Vec<u32> = cuts.into_iter().collect();
        let mut coarse = fine.clone();
        coarse.remove(leave % fine.len());
        let at_most = |coarse: f64, fine: f64| coarse <= fine * (1.0 + 1e-12) + 1e-300;
        prop_assert!(at_most(information(Poisson, &coarse, mu), information(Poisson, &fine, mu)));
        let family = NegBin2::new(theta);
        prop_assert!(at_most(information(family, &coarse, mu), information(family, &fine, mu)));
    }
}

#[test]
fn the_ends_of_the_doubles_give_numbers() {
    let cells = [
        (0.0, 0.0),
        (0.0, 9.0),
        (1.0, 9.0),
        (0.0, LARGEST),
        (LARGEST, LARGEST),
        (1.0, f64::INFINITY),
        (LARGEST, f64::INFINITY),
    ];
    for (lo, hi) in cells {
        let cell = Coarse { lo, hi, base: 1.0 };
        for mu in [0.0, 1e-300, 1.0, 1e15, 1e16, 1e17, 1e300, f64::INFINITY] {
            check(Poisson, &cell, mu).unwrap();
            for theta in [1e-8, 1.0, 1e16] {
                check(NegBin2::new(theta), &cell, mu).unwrap();
            }
        }
    }
}
