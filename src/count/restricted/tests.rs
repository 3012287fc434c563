use super::*;
use crate::count::{Interval, RandomlyRounded};
use approx::assert_relative_eq;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

const SCATTERS: [Scatter; 4] = [
    Scatter::Poisson,
    Scatter::NegBin2 { theta: 0.3 },
    Scatter::NegBin2 { theta: 4.0 },
    Scatter::NegBin2 { theta: 1e8 },
];

fn log_density(y: f64, mean: f64, scatter: Scatter) -> f64 {
    match scatter {
        Scatter::Poisson => y * mean.ln() - mean - libm::lgamma(y + 1.0),
        Scatter::NegBin2 { theta } if theta < 1e6 => {
            libm::lgamma(y + theta) - libm::lgamma(theta) - libm::lgamma(y + 1.0)
                + y * (mean / (mean + theta)).ln()
        }
        Scatter::NegBin2 { theta } => {
            let rising: f64 = (0..y as usize).map(|k| (k as f64 / theta).ln_1p()).sum();
            rising + y * mean.ln() - libm::lgamma(y + 1.0) - (y + theta) * (mean / theta).ln_1p()
        }
    }
}

/// P(y | published) for y from the lower bound to `to`, by the densities.
fn direct(published: Count, mean: f64, scatter: Scatter, to: u64) -> Vec<f64> {
    let lo = published.bounds().lo();
    let log_weight = |y: u64| match published {
        Count::RandomlyRounded(rounded) => rounded.probability(y).ln(),
        _ => 0.0,
    };
    let logs: Vec<f64> = (lo..=to).map(|y| log_density(y as f64, mean, scatter) + log_weight(y)).collect();
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = logs.iter().map(|log| (log - top).exp()).sum();
    logs.iter().map(|log| (log - top).exp() / total).collect()
}

fn direct_moments(lo: u64, probabilities: &[f64]) -> Moments {
    let with = |f: &dyn Fn(f64) -> f64| -> f64 {
        probabilities.iter().enumerate().map(|(i, p)| p * f((lo + i as u64) as f64)).sum()
    };
    let mean = with(&|y| y);
    Moments { mean, variance: with(&|y| (y - mean) * (y - mean)) }
}

fn published() -> Vec<Count> {
    vec![
        Count::interval(0, 9).unwrap(),
        Count::interval(1, 4).unwrap(),
        Count::interval(98, 102).unwrap(),
        Count::interval(7, 7).unwrap(),
        Count::interval(10, 400).unwrap(),
        Count::RandomlyRounded(RandomlyRounded::new(5, 0).unwrap()),
        Count::RandomlyRounded(RandomlyRounded::new(3, 12).unwrap()),
        Count::RandomlyRounded(RandomlyRounded::between(5, 10, 60).unwrap()),
    ]
}

#[test]
fn moments_are_the_direct_sums_whatever_the_mean() {
    for scatter in SCATTERS {
        for mean in [1e-6, 0.3, 6.0, 80.0, 1e4] {
            for published in published() {
                let bounds = published.bounds();
                let wanted =
                    direct_moments(bounds.lo(), &direct(published, mean, scatter, bounds.hi().unwrap()));
                let found = RestrictedCount::new(published, mean, scatter).unwrap().moments().unwrap();
                assert_relative_eq!(found.mean, wanted.mean, max_relative = 1e-11);
                let rounding = 1e-14 * (1.0 + wanted.mean);
                assert_relative_eq!(found.variance, wanted.variance, max_relative = 1e-6, epsilon = rounding);
            }
        }
    }
}

#[test]
fn open_intervals_have_the_moments_of_the_tail() {
    for scatter in &SCATTERS[..3] {
        for (mean, lo) in [(2.0, 0), (2.0, 10), (30.0, 20), (0.01, 50), (50.0, 3)] {
            let open = Count::Interval(Interval::at_least(lo));
            let wanted = direct_moments(lo, &direct(open, mean, *scatter, lo + 12_000));
            let found = RestrictedCount::new(open, mean, *scatter).unwrap().moments().unwrap();
            assert_relative_eq!(found.mean, wanted.mean, max_relative = 1e-9);
            assert_relative_eq!(found.variance, wanted.variance, max_relative = 1e-8);
        }
    }
}

#[test]
fn a_count_of_which_nothing_is_known_has_the_moments_of_the_family() {
    for (mean, theta) in [(3.0, 0.2), (1e3, 5.0), (1e4, 0.8)] {
        let of = |scatter| RestrictedCount::new(Count::Missing, mean, scatter).unwrap().moments().unwrap();
        let (poisson, negbin2) = (of(Scatter::Poisson), of(Scatter::NegBin2 { theta }));
        assert_relative_eq!(poisson.mean, mean, max_relative = 1e-11);
        assert_relative_eq!(poisson.variance, mean, max_relative = 1e-9);
        assert_relative_eq!(negbin2.mean, mean, max_relative = 1e-9);
        assert_relative_eq!(negbin2.variance, mean + mean * mean / theta, max_relative = 1e-8);
    }
}

#[test]
fn far_tails_lean_on_the_nearest_bound() {
    let of = |lo, hi, mean| {
        let count = RestrictedCount::new(Count::interval(lo, hi).unwrap(), mean, Scatter::Poisson).unwrap();
        count.moments().unwrap().mean
    };
    // P(99)/P(98) = μ/99 and P(8)/P(9) = 9/μ, and the rest is smaller still
    assert_relative_eq!(of(98, 102, 1e-6) - 98.0, 1e-6 / 99.0, max_relative = 1e-5);
    assert_relative_eq!(9.0 - of(0, 9, 1e6), 9e-6, max_relative = 1e-4);
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    for (lo, hi, mean, expected) in [(98, 102, 1e-6, 98), (0, 9, 1e6, 9), (0, 100_000, 1e9, 100_000)] {
        let count = RestrictedCount::new(Count::interval(lo, hi).unwrap(), mean, Scatter::Poisson).unwrap();
        let off = (0..200).filter(|_| count.draw(&mut rng).unwrap() != expected).count();
        assert!(off < 3, "[{lo}, {hi}] at {mean}: {off}");
    }
    let open = Count::Interval(Interval::at_least(1_000_000));
    for (mean, scatter) in [(1e-6, Scatter::Poisson), (1e3, Scatter::NegBin2 { theta: 0.5 })] {
        let count = RestrictedCount::new(open, mean, scatter).unwrap();
        assert!((0..100).all(|_| count.draw(&mut rng).unwrap() >= 1_000_000));
    }
}

#[test]
fn draws_have_the_probabilities_of_direct_sums() {
    const N: usize = 30_000;
    for (i, scatter) in SCATTERS.into_iter().enumerate() {
        for (published, mean) in published().into_iter().zip([6.0, 40.0, 100.5, 1.0, 60.0, 3.0, 11.0, 30.0]) {
            let bounds = published.bounds();
            let wanted = direct(published, mean, scatter, bounds.hi().unwrap());
            let count = RestrictedCount::new(published, mean, scatter).unwrap();
            let mut rng = ChaCha12Rng::seed_from_u64(i as u64);
            let mut seen = vec![0.0; wanted.len()];
            for _ in 0..N {
                let y = count.draw(&mut rng).unwrap();
                assert!(bounds.contains(y));
                seen[(y - bounds.lo()) as usize] += 1.0 / N as f64;
            }
            let distance: f64 = seen.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).sum::<f64>() / 2.0;
            // its mean is about Σ√(p/2πN), and it stays within 2/√N of that but once in 3000
            let noise: f64 = wanted.iter().map(|p| (p / N as f64).sqrt() * 0.4).sum();
            let most = noise + 2.0 / (N as f64).sqrt();
            assert!(distance < most, "{published:?} at {mean}: {distance} against {most}");
        }
    }
}

#[test]
fn draws_from_long_and_open_intervals_have_their_moments() {
    const N: usize = 800;
    let mut rng = ChaCha12Rng::seed_from_u64(5);
    for (published, mean, scatter) in [
        (Count::interval(0, 1_000_000).unwrap(), 1e5, Scatter::NegBin2 { theta: 2.0 }),
        (Count::interval(90_000, 100_000).unwrap(), 5e4, Scatter::NegBin2 { theta: 20.0 }),
        (Count::interval(0, 9000).unwrap(), 1e4, Scatter::Poisson),
        (Count::Interval(Interval::at_least(10_000)), 1e3, Scatter::NegBin2 { theta: 1.5 }),
        (Count::Interval(Interval::at_least(100)), 20.0, Scatter::Poisson),
        (Count::Interval(Interval::at_least(1)), 1e-12, Scatter::NegBin2 { theta: 0.1 }),
        (Count::RandomlyRounded(RandomlyRounded::between(1000, 0, 20_000).unwrap()), 2e4, Scatter::Poisson),
        (Count::Missing, 50.0, Scatter::NegBin2 { theta: 0.7 }),
    ] {
        let count = RestrictedCount::new(published, mean, scatter).unwrap();
        let wanted = count.moments().unwrap();
        let draws: Vec<u64> = (0..N).map(|_| count.draw(&mut rng).unwrap()).collect();
        assert!(draws.iter().all(|&y| published.bounds().contains(y)));
        let average = draws.iter().sum::<u64>() as f64 / N as f64;
        let error = (average - wanted.mean) / (wanted.variance / N as f64).sqrt();
        assert!(error.abs() < 4.5, "{published:?} at {mean}: {error} standard errors");
    }
}

#[test]
fn trying_and_summing_give_the_same_distribution() {
    let count =
        RestrictedCount::new(Count::interval(0, 5000).unwrap(), 40.0, Scatter::NegBin2 { theta: 3.0 })
            .unwrap();
    let mut rng = ChaCha12Rng::seed_from_u64(2);
    let wanted = count.moments().unwrap();
    let n = 5000;
    for draw in [&mut |rng: &mut ChaCha12Rng| count.tried(rng).unwrap(), &mut |rng: &mut ChaCha12Rng| {
        count.inverted(rng.random()).unwrap()
    }] as [&mut dyn FnMut(&mut ChaCha12Rng) -> u64; 2]
    {
        let average = (0..n).map(|_| draw(&mut rng) as f64).sum::<f64>() / n as f64;
        assert!(((average - wanted.mean) / (wanted.variance / n as f64).sqrt()).abs() < 4.0, "{average}");
    }
}

#[test]
fn what_cannot_be_drawn_is_an_error() {
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let interval = Count::interval(0, 9).unwrap();
    for (mean, scatter) in [
        (f64::NAN, Scatter::Poisson),
        (f64::INFINITY, Scatter::Poisson),
        (-1.0, Scatter::Poisson),
        (1.0, Scatter::NegBin2 { theta: 0.0 }),
    ] {
        let error = RestrictedCount::new(interval, mean, scatter).unwrap_err();
        assert_eq!(error.code(), "undrawable");
    }
    for (published, mean) in
        [(Count::Missing, 1e18), (Count::Interval(Interval::at_least(5)), 1e40), (Count::Missing, 1e99)]
    {
        let count = RestrictedCount::new(published, mean, Scatter::NegBin2 { theta: 1e6 }).unwrap();
        assert_eq!(count.draw(&mut rng).unwrap_err().code(), "undrawable");
        assert_eq!(count.moments().unwrap_err().code(), "undrawable");
    }
    let beyond = Count::Interval(Interval::at_least(u64::MAX));
    assert!(RestrictedCount::new(beyond, 3.0, Scatter::Poisson).is_err());
    let exact = RestrictedCount::new(Count::Exact(12), 3.0, Scatter::Poisson).unwrap();
    assert_eq!((exact.draw(&mut rng).unwrap(), exact.moments().unwrap().variance), (12, 0.0));
}

#[test]
fn the_end_of_a_tail_leaves_out_next_to_nothing() {
    for scatter in &SCATTERS[..3] {
        for (mean, from) in [(3.0, 0), (3.0, 40), (50.0, 20)] {
            let count = RestrictedCount::new(Count::Missing, mean, *scatter).unwrap();
            let end = count.end_of_tail(from, u64::MAX).unwrap();
            let open = Count::Interval(Interval::at_least(from));
            let beyond: f64 =
                direct(open, mean, *scatter, end + 3000).iter().skip((end - from + 1) as usize).sum();
            assert!(beyond < 1e-16 && end > from + 5, "{mean} from {from}: {beyond} above {end}");
            assert_eq!(count.end_of_tail(from, from + 2).unwrap(), from + 2);
        }
    }
}
