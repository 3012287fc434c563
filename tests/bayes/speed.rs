//! What the posterior and its draws cost at the size of the real question; of no use but in a release build.

use crate::reference::question;
use crate::shared::shared;
use crate::tables::generator;
use cpu_time::ProcessTime;
use nestcount::Model;
use nestcount::estimator::{Bayes, Estimator, Laplace, Variational};
use std::time::Instant;

type Asked = (&'static str, &'static str, fn() -> Model);

const TABLES: [Asked; 4] = [
    ("scp_poisson.csv", "y", Model::poisson),
    ("scp_nb2.csv", "y", Model::neg_bin2),
    ("scp_poisson.csv", "lo..hi", Model::poisson),
    ("scp_nb2.csv", "lo..hi", Model::neg_bin2),
];

/// Processor seconds of this process, all threads.
fn processor() -> f64 {
    ProcessTime::now().as_duration().as_secs_f64()
}

#[test]
#[ignore = "minutes in a build that is not a release"]
fn ten_thousand_draws_with_area_effects() {
    let Some(folder) = shared("ten_thousand_draws_with_area_effects") else { return };
    for (table, count, model) in TABLES.map(|(table, count, model)| (table, count, model())) {
        let problem = question(&folder, table, count, model).problem().unwrap();
        for threads in [1, 2] {
            let (begun, cpu) = (Instant::now(), processor());
            let posterior = Bayes { threads, ..Bayes::default() }.estimate(&problem).unwrap();
            let (weighed, weighed_cpu) = (begun.elapsed().as_secs_f64(), processor() - cpu);
            let draws = posterior.draws(&problem, 10_000, &mut generator(1)).unwrap();
            println!(
                "{table} {count:6} {threads} threads: posterior {weighed:.2} s ({weighed_cpu:.2} s of processor), with {} draws {:.2} s ({:.2} s)",
                draws.n_draws(),
                begun.elapsed().as_secs_f64(),
                processor() - cpu,
            );
        }
    }
}

#[test]
#[ignore = "minutes in a build that is not a release"]
fn the_variational_bound_beside_laplace() {
    let Some(folder) = shared("the_variational_bound_beside_laplace") else { return };
    for (table, count, model) in TABLES.map(|(table, count, model)| (table, count, model())) {
        let problem = question(&folder, table, count, model).problem().unwrap();
        let mut seconds = [f64::INFINITY; 2];
        let mut bound = (0.0, 0);
        for _ in 0..5 {
            let cpu = processor();
            Laplace::default().estimate(&problem).unwrap();
            seconds[0] = (processor() - cpu).min(seconds[0]);
            let cpu = processor();
            let found = Variational::default().estimate(&problem).unwrap();
            seconds[1] = (processor() - cpu).min(seconds[1]);
            bound = (found.lower_bound(), found.evaluations());
        }
        println!(
            "{table} {count:6}: Laplace {:.4} s, variational {:.4} s, {:.1} times; {:.10} after {}",
            seconds[0],
            seconds[1],
            seconds[1] / seconds[0],
            bound.0,
            bound.1
        );
    }
}
