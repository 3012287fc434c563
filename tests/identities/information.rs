//! What coarsening a count takes from the likelihood: sums over parts, and information that only falls.

use crate::published::{Published, below, interval, mixed, open};
use crate::tables::{neg_bin2, poisson};
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable, RandomlyRounded};
use nestcount::determinant::Determinants;
use nestcount::estimate::{LikelihoodDerivatives, Parameters};
use nestcount::family::Scatter;
use nestcount::ndarray::Array2;
use nestcount::table::Table;
use nestcount::{Family, Model, Options, Problem};

const SCATTERS: [Scatter; 4] = [
    Scatter::Poisson,
    Scatter::NegBin2 { theta: 0.6 },
    Scatter::NegBin2 { theta: 5.0 },
    Scatter::NegBin2 { theta: 400.0 },
];

fn family(scatter: Scatter) -> Family {
    match scatter {
        Scatter::Poisson => Family::Poisson,
        Scatter::NegBin2 { .. } => Family::NegBin2,
    }
}

/// Rows without levels and determinants, the first of them one count that keeps the problem identified.
fn beside_one(scatter: Scatter, counts: &[Count]) -> Problem {
    let counts: Vec<Count> = std::iter::once(Count::Exact(1)).chain(counts.iter().copied()).collect();
    let (codes, ones) = (vec!["a"; counts.len()], vec![1.0; counts.len()]);
    let placement = Placement::from_codes(&[("all", &codes)], CodeScope::Unique).unwrap();
    let table = Table::new().with_numbers("one", ones).unwrap();
    let counts = CountTable::without_exposure(counts).unwrap();
    let design = Determinants::new().build(&table, &placement, counts.rows()).unwrap();
    Model::of(family(scatter)).check(&placement, &counts, design).unwrap()
}

/// Value, gradient and Hessian of one count alone, over (log mean, log θ).
fn of_one(scatter: Scatter, mean: f64, count: Count) -> LikelihoodDerivatives {
    let options = Options::default();
    let at = Parameters { coefficients: vec![mean.ln()], variances: vec![], scatter };
    let with = beside_one(scatter, &[count]).likelihood(&options).derivatives(&at).unwrap();
    let without = beside_one(scatter, &[]).likelihood(&options).derivatives(&at).unwrap();
    LikelihoodDerivatives {
        value: with.value - without.value,
        gradient: with.gradient - without.gradient,
        hessian: with.hessian - without.hessian,
    }
}

/// Parts of all counts, finer and finer: each partition splits parts of the one before.
fn partitions() -> [Vec<Count>; 4] {
    let fine =
        (0..10).map(Count::Exact).chain((2..80).map(|k| interval(5 * k, 5 * k + 4))).chain([open(400)]);
    [
        vec![interval(0, 399), open(400)],
        vec![interval(0, 9), interval(10, 399), open(400)],
        vec![interval(0, 4), interval(5, 9)]
            .into_iter()
            .chain((2..80).map(|k| interval(5 * k, 5 * k + 4)))
            .chain([open(400)])
            .collect(),
        fine.collect(),
    ]
}

#[test]
fn the_probabilities_of_the_parts_add_up_to_the_whole() {
    let wholes = [
        (interval(0, 9), vec![Count::Exact(0), interval(1, 3), Count::Exact(4), interval(5, 9)]),
        (interval(3, 30), vec![interval(3, 7), interval(8, 21), interval(22, 30)]),
        (open(2), vec![interval(2, 9), Count::Exact(10), open(11)]),
        (interval(1000, 1009), vec![interval(1000, 1004), interval(1005, 1009)]),
    ];
    for scatter in SCATTERS {
        for mean in [0.01, 0.7, 4.0, 12.0, 80.0] {
            for (whole, parts) in &wholes {
                let whole = of_one(scatter, mean, *whole).value;
                let parts: Vec<f64> = parts.iter().map(|part| of_one(scatter, mean, *part).value).collect();
                let largest = parts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let sum = largest + parts.iter().map(|part| (part - largest).exp()).sum::<f64>().ln();
                assert!(
                    (sum - whole).abs() < 1e-10 * whole.abs().max(1.0),
                    "{scatter:?}, mean {mean}: {sum} {whole}"
                );
                assert!(parts.iter().all(|part| *part <= whole + 1e-12));
            }
        }
    }
}

#[test]
fn all_that_can_be_published_of_a_count_adds_up_to_one() {
    for scatter in SCATTERS {
        for mean in [0.01, 0.7, 4.0, 12.0] {
            for partition in partitions() {
                let sum: f64 = partition.iter().map(|part| of_one(scatter, mean, *part).value.exp()).sum();
                assert!((sum - 1.0).abs() < 1e-10, "{scatter:?}, mean {mean}: {sum}");
            }
            for base in [2, 5, 10] {
                let values = (0..=1200 / u64::from(base)).map(|k| k * u64::from(base));
                let rounded = values.map(|v| Count::RandomlyRounded(RandomlyRounded::new(base, v).unwrap()));
                let sum: f64 = rounded.map(|part| of_one(scatter, mean, part).value.exp()).sum();
                assert!((sum - 1.0).abs() < 1e-9, "{scatter:?}, mean {mean}, base {base}: {sum}");
            }
        }
    }
}

/// The mean over what can be published of −∇² log P and of the squared score: both the Fisher information.
fn informations(scatter: Scatter, mean: f64, parts: &[Count]) -> [Array2<f64>; 2] {
    let n = if scatter == Scatter::Poisson { 1 } else { 2 };
    let (mut curved, mut squared) = (Array2::zeros((n, n)), Array2::zeros((n, n)));
    for part in parts {
        let part = of_one(scatter, mean, *part);
        let probability = part.value.exp();
        curved = curved - probability * &part.hessian;
        squared = Array2::from_shape_fn((n, n), |(i, j)| {
            squared[[i, j]] + probability * part.gradient[i] * part.gradient[j]
        });
    }
    [curved, squared]
}

/// Counted in parts, the expected information of a row is that of its score, and splitting a part never lowers it.
#[test]
fn finer_parts_never_hold_less_information() {
    for scatter in SCATTERS {
        for mean in [0.7, 4.0, 12.0] {
            let mut coarser: Option<Array2<f64>> = None;
            for partition in partitions() {
                let [curved, squared] = informations(scatter, mean, &partition);
                let scale = squared.iter().fold(1e-3f64, |m, x| m.max(x.abs()));
                for (a, b) in curved.iter().zip(&squared) {
                    assert!((a - b).abs() < 1e-8 * scale, "{scatter:?}, mean {mean}:\n{curved}\n{squared}");
                }
                if let Some(coarser) = &coarser {
                    let gain = &squared - coarser;
                    let smallest = smallest_eigenvalue(&gain);
                    assert!(smallest > -1e-9 * scale, "{scatter:?}, mean {mean}: {smallest:e}");
                }
                coarser = Some(squared);
            }
        }
    }
}

fn smallest_eigenvalue(matrix: &Array2<f64>) -> f64 {
    if matrix.nrows() == 1 {
        return matrix[[0, 0]];
    }
    let (a, b, d) = (matrix[[0, 0]], matrix[[0, 1]], matrix[[1, 1]]);
    0.5 * (a + d) - (0.25 * (a - d).powi(2) + b * b).sqrt()
}

/// Averaged over simulated tables; a single table may gain by chance.
#[test]
fn standard_errors_of_counts_known_in_part_are_larger_on_average() {
    for publish in [mixed, |_: usize, y: u64| below(20)(0, y)] {
        for question in [poisson, neg_bin2] {
            let mut ratios = [0.0; 4];
            for seed in 1..=8 {
                let published = Published::of(question(seed), publish);
                let (coarse, exact) = (published.fit().unwrap(), published.question.fit().unwrap());
                for (j, (a, b)) in coarse.coefficients().iter().zip(exact.coefficients()).enumerate() {
                    ratios[j] += (a.std_error / b.std_error).ln() / 8.0;
                }
            }
            assert!(ratios[1..].iter().all(|ratio| *ratio > 0.0), "{ratios:?}");
        }
    }
}
