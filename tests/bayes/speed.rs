//! What the posterior and its draws cost at the size of the real question; of no use but in a release build.

use crate::reference::question;
use crate::shared::shared;
use crate::tables::generator;
use nestcount::Model;
use nestcount::estimator::{Bayes, Estimator};
use std::time::Instant;

/// Processor seconds of this process, all threads, in hundredths.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after.split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

#[test]
#[ignore = "minutes in a build that is not a release"]
fn ten_thousand_draws_with_area_effects() {
    let Some(folder) = shared("ten_thousand_draws_with_area_effects") else { return };
    for (table, count, model) in [
        ("scp_poisson.csv", "y", Model::poisson()),
        ("scp_nb2.csv", "y", Model::neg_bin2()),
        ("scp_poisson.csv", "lo..hi", Model::poisson()),
        ("scp_nb2.csv", "lo..hi", Model::neg_bin2()),
    ] {
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
