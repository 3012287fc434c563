//! Against differences of sums in 300-digit arithmetic (`tests/data/coarse`).

use super::*;

struct Line {
    published: Coarse,
    mu: f64,
    theta: f64,
    /// l r w c d, then the companions.
    wanted: [f64; 12],
    /// What the terms of r, c, d and the companions amount to.
    sizes: [f64; 10],
}

impl Line {
    fn all() -> Vec<Line> {
        let text = include_str!("../../../tests/data/coarse/table.csv");
        text.lines().skip(1).map(Line::parse).collect()
    }

    fn parse(line: &str) -> Line {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let hi = if cells[1] < 0.0 { f64::INFINITY } else { cells[1] };
        Line {
            published: Coarse { lo: cells[0], hi, base: cells[2] },
            mu: cells[3],
            theta: cells[4],
            wanted: cells[5..17].try_into().unwrap(),
            sizes: cells[17..27].try_into().unwrap(),
        }
    }

    fn found(&self) -> [f64; 12] {
        let CoarseDerivatives { log_probability, eta, phi } = match self.theta {
            0.0 => Poisson.coarse(&self.published, self.mu),
            theta => NegBin2::new(theta).coarse(&self.published, self.mu),
        };
        [
            log_probability,
            eta.r,
            eta.w,
            eta.c,
            eta.d,
            phi.l_phi,
            phi.l_phi_phi,
            phi.r_phi,
            phi.r_phi_phi,
            phi.w_phi,
            phi.w_phi_phi,
            phi.c_phi,
        ]
    }

    /// Where a value crosses 0, to within a hundredth of what its terms amount to, the error is taken relative to that
    /// hundredth: there the terms are what has twelve digits. A companion has its digits of its terms too, or of the mean
    /// where that is less: the w of an exact row, beside which it is added up.
    fn scale(&self, i: usize) -> f64 {
        let size = match i {
            0 | 2 => 0.0,
            1 => self.sizes[0],
            3 | 4 => self.sizes[i - 2],
            _ => return self.wanted[i].abs().max(self.sizes[i - 2].min(1.0 + self.mu)),
        };
        self.wanted[i].abs().max(0.01 * size)
    }
}

/// Below this nothing is compared: doubles lose digits on their way to 0.
const TINY: f64 = 1e-270;

fn worst(range: std::ops::Range<usize>, bound: f64) {
    let lines = Line::all();
    assert!(lines.len() > 900);
    let mut failures = Vec::new();
    let mut largest = [0.0f64; 12];
    for line in &lines {
        let found = line.found();
        for i in range.clone() {
            let error = (found[i] - line.wanted[i]).abs() / line.scale(i).max(TINY);
            largest[i] = largest[i].max(error);
            if !(error <= bound || line.wanted[i].abs() < TINY && found[i].abs() < TINY) {
                failures.push(format!(
                    "{i} {:?} mu {} theta {}: {} for {}, {error:e}",
                    line.published, line.mu, line.theta, found[i], line.wanted[i]
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}\n{largest:?}\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn log_probability_r_w_and_c_have_twelve_digits() {
    worst(0..4, 1e-12);
}

#[test]
fn d_has_twelve_digits() {
    worst(4..5, 1e-12);
}

#[test]
fn companions_have_eleven_digits_of_their_terms() {
    worst(5..12, 1e-11);
}

#[test]
fn the_score_is_that_of_all_derivatives() {
    for line in Line::all() {
        let (r, w) = match line.theta {
            0.0 => Poisson.coarse_score(&line.published, line.mu),
            theta => NegBin2::new(theta).coarse_score(&line.published, line.mu),
        };
        let found = line.found();
        assert!((r - found[1]).abs() <= 1e-14 * found[1].abs() && (w - found[2]).abs() <= 1e-14 * found[2]);
    }
}
