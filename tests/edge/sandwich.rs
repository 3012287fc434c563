//! The sandwich against scores by differences, region by region.

use crate::question::Question;
use crate::tables;
use ndarray::{Array1, Array2};
use nestcount::determinant::Determinants;
use nestcount::estimate::Parameters;
use nestcount::family::Scatter;
use nestcount::infer::{Clusters, Dispersion};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::{Fit, Model, Options, Problem};

fn question(seed: u64, model: Model) -> Question {
    let world = World::new(480)
        .level("region", 40, 0.2)
        .level("town", 120, 0.2)
        .determinant(Determinant::normal("a", 0.3))
        .exposure(Marginal::log_normal(200.0, 0.6))
        .rate(0.1)
        .theta(5.0);
    Question {
        table: world.draw(&mut tables::generator(seed)).unwrap().table,
        levels: vec!["region", "town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("a"),
        model: model.random_intercept("region").random_intercept("town"),
    }
}

/// The log-likelihood as a function of what the covariance names: coefficients, log sd, log theta.
fn value(problem: &Problem, at: &[f64]) -> f64 {
    let (p, levels) = (problem.n_terms(), problem.levels().len());
    let scatter = match at.get(p + levels) {
        Some(log_theta) => Scatter::NegBin2 { theta: log_theta.exp() },
        None => Scatter::Poisson,
    };
    let variances = at[p..p + levels].iter().map(|log| (2.0 * log).exp()).collect();
    let at = Parameters { coefficients: at[..p].to_vec(), variances, scatter };
    problem.likelihood(&Options::default()).value(&at).unwrap()
}

fn place(fit: &Fit) -> Vec<f64> {
    let coefficients = fit.coefficients().iter().map(|c| c.estimate);
    let sds = fit.levels().iter().map(|level| level.sd.estimate().ln());
    coefficients.chain(sds).chain(fit.dispersion().theta().map(f64::ln)).collect()
}

/// The score of each region: the table's log-likelihood less that of the table without the region, by differences.
fn scores(question: &Question, problem: &Problem, at: &[f64]) -> Vec<Array1<f64>> {
    let Some(nestcount::table::Column::Text(regions)) = question.table.column("region").ok().cloned() else {
        panic!("the regions are text")
    };
    let mut names = regions.clone();
    names.sort();
    names.dedup();
    let h = 1e-4;
    let of = |name: &String| {
        let rows: Vec<usize> = (0..regions.len()).filter(|row| regions[*row] != *name).collect();
        let rest = Question { table: question.table.select(&rows), ..question.clone() }.problem().unwrap();
        let share = |k: usize, step: f64| {
            let mut moved = at.to_vec();
            moved[k] += step;
            value(problem, &moved) - value(&rest, &moved)
        };
        (0..at.len())
            .map(|k| {
                (8.0 * (share(k, h) - share(k, -h)) - share(k, 2.0 * h) + share(k, -2.0 * h)) / (12.0 * h)
            })
            .collect()
    };
    names.iter().map(of).collect()
}

#[test]
fn the_sandwich_is_made_of_the_regions_scores() {
    for model in [Model::poisson(), Model::neg_bin2()] {
        let question = question(3, model);
        let problem = question.problem().unwrap();
        let fit = problem.fit(&Options::default()).unwrap();
        let sandwich = fit.sandwich(&problem, &Options::default(), &Clusters::TopLevel).unwrap();
        assert_eq!((sandwich.n_clusters, sandwich.level.as_str()), (40, "region"));
        let scores = scores(&question, &problem, &place(&fit));
        let n = fit.covariance().names.len();
        let mut between = Array2::<f64>::zeros((n, n));
        for score in &scores {
            between += &Array2::from_shape_fn((n, n), |(i, j)| score[i] * score[j]);
        }
        let bread = &fit.covariance().matrix;
        let expected = bread.dot(&between).dot(bread) * (40.0 / 39.0);
        for ((i, j), entry) in sandwich.covariance.matrix.indexed_iter() {
            let size = (expected[[i, i]] * expected[[j, j]]).sqrt();
            assert!((entry - expected[[i, j]]).abs() < 1e-6 * size, "{i} {j}: {entry} {}", expected[[i, j]]);
        }
    }
}

#[test]
fn where_the_model_is_right_both_kinds_of_errors_agree_and_where_it_is_not_they_do_not() {
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for seed in 1..=12 {
        let of = |model: Model| {
            let problem = question(seed, model).problem().unwrap();
            let fit = problem.fit(&Options::default()).unwrap();
            let sandwich = fit.sandwich(&problem, &Options::default(), &Clusters::TopLevel).unwrap();
            sandwich.covariance.std_error("a").unwrap() / fit.coefficient("a").unwrap().std_error
        };
        right.push(of(Model::neg_bin2()));
        // the rows vary more than a Poisson says
        wrong.push(of(Model::poisson()));
    }
    let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
    assert!((0.85..1.15).contains(&mean(&right)), "{right:?}");
    assert!(mean(&wrong) > 1.4, "{wrong:?}");
}

#[test]
fn a_level_above_the_model_clusters_its_areas_and_the_models_own_level_is_the_top() {
    let question = question(3, Model::neg_bin2());
    let towns = Question { model: Model::neg_bin2().random_intercept("town"), ..question };
    let problem = towns.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    assert!(matches!(fit.dispersion(), Dispersion::NegBin2 { .. }));
    let by = |clusters| fit.sandwich(&problem, &Options::default(), &clusters).unwrap();
    let (top, regions) = (by(Clusters::TopLevel), by(Clusters::Level("region".into())));
    assert_eq!((top.n_clusters, regions.n_clusters), (120, 40));
    assert_eq!(top, by(Clusters::Level("town".into())));
    assert!(top.covariance.matrix != regions.covariance.matrix);
}

#[test]
fn too_few_clusters_finer_levels_and_models_without_areas_are_refused() {
    let problem = tables::neg_bin2(1).problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let error = |clusters| fit.sandwich(&problem, &Options::default(), &clusters).unwrap_err();
    assert_eq!(error(Clusters::TopLevel).code(), "too-few-clusters");
    assert!(error(Clusters::TopLevel).to_string().contains("8 at least"), "{}", error(Clusters::TopLevel));
    assert_eq!(error(Clusters::Level("town".into())).code(), "specification");
    assert_eq!(error(Clusters::Level("street".into())).code(), "unknown-level");
    let plain = Question { model: Model::poisson(), ..tables::poisson(1) };
    let problem = plain.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let error = fit.sandwich(&problem, &Options::default(), &Clusters::TopLevel).unwrap_err();
    assert_eq!(error.code(), "specification");
}
