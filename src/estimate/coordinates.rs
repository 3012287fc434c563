//! In which coordinate each standard deviation is stepped: its logarithm inside, the variance at the boundary.

use super::options::Options;
use super::point::{Derivatives, Point};
use ndarray::{Array1, Array2};

/// The coordinate of one variance for one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coordinate {
    /// log sd, for a variance that the table speaks for.
    LogSd,
    /// The variance itself: near 0, and to leave 0.
    Variance,
    /// The variance goes to 0 with this step: its slope stays downward all the way.
    Drop,
    /// At 0 with a score that does not ask to leave.
    Pinned,
}

/// Information about log sd above which the table speaks for a variance of its own. An interior variance of n areas
/// has about 2n; towards 0 the information fades away, and the logarithm would creep.
const LITTLE_INFORMATION: f64 = 2.0;

/// A gain in log-likelihood below this cannot be refused for a wrong prediction.
const NOTHING_AT_STAKE: f64 = 1e-4;

/// Chooses the coordinate of a variance from its own slope and curvature.
pub(crate) fn choose(variance: f64, slope: f64, curvature: f64, may_drop: DropRight) -> Coordinate {
    if variance == 0.0 {
        return if slope > 0.0 { Coordinate::Variance } else { Coordinate::Pinned };
    }
    let information = -4.0 * variance * (variance * curvature + slope);
    let slope_at_zero = slope - curvature * variance;
    if information >= LITTLE_INFORMATION {
        Coordinate::LogSd
    } else if slope < 0.0 && slope_at_zero < 0.0 {
        // so near to 0 nothing is at stake, and the logarithm would end here with a slope left
        let settled = -slope * variance < NOTHING_AT_STAKE;
        if may_drop == DropRight::Granted || settled { Coordinate::Drop } else { Coordinate::LogSd }
    } else if curvature < 0.0 {
        Coordinate::Variance
    } else {
        Coordinate::LogSd
    }
}

/// The coordinates in which a maximum is described: log sd inside, pinned at 0; `None` where a variance at 0 wants
/// to leave.
pub(super) fn at_rest(coordinates: &[Coordinate], variances: &[f64]) -> Option<Vec<Coordinate>> {
    let rest = |(c, &variance): (&Coordinate, &f64)| match c {
        Coordinate::Pinned => Some(Coordinate::Pinned),
        Coordinate::LogSd | Coordinate::Variance if variance > 0.0 => Some(Coordinate::LogSd),
        _ => None,
    };
    coordinates.iter().zip(variances).map(rest).collect()
}

/// Whether a variance may still be dropped to 0, or has bounced off too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DropRight {
    Granted,
    Withdrawn,
}

/// A Newton system in the coordinates chosen, over the parameters that are free to move.
#[derive(Debug)]
pub(crate) struct System {
    /// Positions of the free parameters in (β, υ, φ).
    pub free: Vec<usize>,
    pub gradient: Array1<f64>,
    pub hessian: Array2<f64>,
}

impl System {
    /// Transforms the derivatives: g_ξ = g_υ J and H_ξξ = J²H_υυ + J₂g_υ with J = dυ/dξ, J₂ = d²υ/dξ².
    ///
    /// Variances that drop move by a known amount, which the others answer to.
    pub(crate) fn new(at: &Derivatives, point: &Point, coordinates: &[Coordinate]) -> Self {
        let p = point.beta.len();
        let n = at.gradient.len();
        let coordinate = |i: usize| (i >= p && i < p + coordinates.len()).then(|| coordinates[i - p]);
        let moves = |i: &usize| !matches!(coordinate(*i), Some(Coordinate::Drop | Coordinate::Pinned));
        let free: Vec<usize> = (0..n).filter(moves).collect();
        let factor = |i: usize| match coordinate(i) {
            Some(Coordinate::LogSd) => (2.0 * point.variances[i - p], 4.0 * point.variances[i - p]),
            _ => (1.0, 0.0),
        };
        let mut gradient: Array1<f64> = free.iter().map(|&i| at.gradient[i] * factor(i).0).collect();
        let mut hessian = Array2::from_shape_fn((free.len(), free.len()), |(a, b)| {
            at.hessian[[free[a], free[b]]] * factor(free[a]).0 * factor(free[b]).0
        });
        for (a, &i) in free.iter().enumerate() {
            hessian[[a, a]] += at.gradient[i] * factor(i).1;
        }
        for (l, _) in coordinates.iter().enumerate().filter(|(_, c)| **c == Coordinate::Drop) {
            for (a, &i) in free.iter().enumerate() {
                gradient[a] -= at.hessian[[i, p + l]] * factor(i).0 * point.variances[l];
            }
        }
        System { free, gradient, hessian }
    }

    /// dυ/dξ (1 for β and φ) of each free parameter.
    pub(crate) fn factors(&self, point: &Point, coordinates: &[Coordinate]) -> Vec<f64> {
        let p = point.beta.len();
        let of = |&i: &usize| match i >= p && i < p + coordinates.len() {
            true if coordinates[i - p] == Coordinate::LogSd => 2.0 * point.variances[i - p],
            _ => 1.0,
        };
        self.free.iter().map(of).collect()
    }

    /// The point after `step` (over the free parameters), shortened as a whole where a cap asks for it.
    pub(crate) fn moved(
        &self,
        point: &Point,
        step: &Array1<f64>,
        coordinates: &[Coordinate],
        options: &Options,
    ) -> Point {
        let p = point.beta.len();
        let cap = |i: usize| match (i < p, i < p + coordinates.len()) {
            (true, _) => options.coefficient_step_cap,
            (_, true) if coordinates[i - p] == Coordinate::LogSd => options.log_sd_step_cap,
            (_, true) => options.variance_step_cap,
            _ => options.log_theta_step_cap,
        };
        let share = self.free.iter().zip(step).map(|(&i, s)| cap(i) / s.abs()).fold(1.0, f64::min);
        let mut moved = point.clone();
        for (&i, s) in self.free.iter().zip(step) {
            let s = share * s;
            if i < p {
                moved.beta[i] += s;
            } else if i >= p + coordinates.len() {
                moved.phi += s;
            } else if coordinates[i - p] == Coordinate::LogSd {
                moved.variances[i - p] *= (2.0 * s).exp();
            } else {
                moved.variances[i - p] = (moved.variances[i - p] + s).max(0.0);
            }
        }
        for (l, _) in coordinates.iter().enumerate().filter(|(_, c)| **c == Coordinate::Drop) {
            moved.variances[l] = 0.0;
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variance_is_dropped_only_where_its_slope_points_down_all_the_way() {
        let granted = DropRight::Granted;
        assert_eq!(choose(0.1, -4.0, -1.0, granted), Coordinate::Drop);
        // −(n/2)(log υ + s/υ) of n = 40 areas with s = 0.1, past its maximum
        let (n, s, v) = (40.0, 0.1, 0.18);
        let (slope, curvature) =
            (-n / 2.0 * (1.0 / v - s / (v * v)), n / 2.0 * (1.0 / (v * v) - 2.0 * s / (v * v * v)));
        assert_eq!(choose(v, slope, curvature, granted), Coordinate::LogSd);
        assert_eq!(choose(0.1, -5.0, -100.0, granted), Coordinate::LogSd, "the slope turns at 0.05");
        assert_eq!(choose(0.1, 5.0, -200.0, granted), Coordinate::LogSd);
        assert_eq!(choose(0.001, 50.0, -500.0, granted), Coordinate::Variance, "little is known, upward");
        assert_eq!(choose(0.1, -4.0, -1.0, DropRight::Withdrawn), Coordinate::LogSd);
        assert_eq!(choose(0.0, -1.0, 0.0, granted), Coordinate::Pinned);
        assert_eq!(choose(0.0, 1.0, 0.0, granted), Coordinate::Variance);
    }
}
