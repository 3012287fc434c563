//! Tails of t and F for degrees of freedom that need not be whole and may be very large.
//!
//! Pooled degrees of freedom run from below 1 to millions, so the incomplete beta function is formed from accurate
//! logarithms and its continued fraction runs until it stands still.

use super::degrees::DegreesOfFreedom;
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

/// From here on a t is a normal to more digits than its tail is computed with.
const AS_GOOD_AS_INFINITE: f64 = 1e11;

/// Far more than the fraction needs; it stops where it stands still.
const TERMS: usize = 100_000;

/// P(|T| > |t|).
pub(crate) fn t_tails(t: f64, df: DegreesOfFreedom) -> f64 {
    match df {
        DegreesOfFreedom::Finite(df) if df < AS_GOOD_AS_INFINITE => f_tail_finite(t * t, 1.0, df),
        _ => 2.0 * Normal::standard().sf(t.abs()),
    }
}

/// P(F > f); 1 where f is not above 0.
pub(crate) fn f_tail(f: f64, numerator: usize, denominator: DegreesOfFreedom) -> f64 {
    let k = numerator as f64;
    match denominator {
        _ if f <= 0.0 => 1.0,
        DegreesOfFreedom::Finite(df) if df < AS_GOOD_AS_INFINITE => f_tail_finite(f, k, df),
        _ => ChiSquared::new(k).map_or(1.0, |chi| chi.sf(k * f)),
    }
}

/// The t that |T| exceeds with the probability 1 − confidence.
pub(crate) fn t_quantile(confidence: f64, df: DegreesOfFreedom) -> f64 {
    let normal = Normal::standard().inverse_cdf(0.5 + 0.5 * confidence);
    match df {
        DegreesOfFreedom::Finite(df) if df < AS_GOOD_AS_INFINITE => climb(1.0 - confidence, df, normal),
        _ => normal,
    }
}

/// Newton for the tail probability, a convex function of t: from below its steps never pass the root.
fn climb(tails: f64, df: f64, below: f64) -> f64 {
    let mut t = below;
    for _ in 0..1000 {
        let slope = 2.0 * t_density(t, df);
        let step = (f_tail_finite(t * t, 1.0, df) - tails) / slope;
        if !step.is_finite() || step.abs() <= 1e-15 * t {
            break;
        }
        t += step;
    }
    t
}

fn t_density(t: f64, df: f64) -> f64 {
    (-0.5 * (df + 1.0) * (t * t / df).ln_1p() - ln_beta(0.5 * df, 0.5) - 0.5 * df.ln()).exp()
}

fn f_tail_finite(f: f64, k: f64, df: f64) -> f64 {
    let (a, b) = (0.5 * df, 0.5 * k);
    let ratio = k * f / df;
    if ratio == 0.0 {
        return 1.0;
    }
    let (ln_x, ln_y) = (-ratio.ln_1p(), -(1.0 / ratio).ln_1p());
    let front = (a * ln_x + b * ln_y - ln_beta(a, b)).exp();
    let (x, y) = (ln_x.exp(), ln_y.exp());
    // by the smaller of x and y, in which nothing cancels
    let lambda = if y < x { (a + b) * y - b } else { a - (a + b) * x };
    match lambda > 0.0 {
        true => front / fraction([a, b], [x, y], lambda),
        false => 1.0 - front / fraction([b, a], [y, x], -lambda),
    }
}

/// The continued fraction of I_x(a, b), y = 1−x, λ = (a+b)y − b: of its two forms the one in which nothing cancels for large a or b
/// (Didonato & Morris 1992, ACM TOMS 18:360), by the modified Lentz method.
fn fraction([a, b]: [f64; 2], [x, y]: [f64; 2], lambda: f64) -> f64 {
    let kept = |value: f64| if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value };
    let term = |n: f64| {
        let odd = a + 2.0 * n - 1.0;
        let bent = if n == 0.0 { 0.0 } else { n * (b - n) * x / odd };
        let above = bent * x * (a + n - 1.0) * (a + b + n - 1.0) / odd;
        let below = n + bent + (a + n) / (a + 2.0 * n + 1.0) * (lambda + 1.0 + n * (1.0 + y));
        (above, below)
    };
    let mut value = kept(term(0.0).1);
    let (mut c, mut d) = (value, 0.0);
    for n in 1..=TERMS {
        let (above, below) = term(n as f64);
        d = 1.0 / kept(below + above * d);
        c = kept(below + above / c);
        value *= c * d;
        if (c * d - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

/// log B(a, b), without the cancellation of three large log-gammas.
fn ln_beta(a: f64, b: f64) -> f64 {
    let (large, small) = if a > b { (a, b) } else { (b, a) };
    let sum = large + small;
    if large < STIRLING {
        return libm::lgamma(large) + libm::lgamma(small) - libm::lgamma(sum);
    }
    let drop = (large - 0.5) * (small / large).ln_1p() - small;
    libm::lgamma(small) - small * sum.ln() - drop + correction(large) - correction(sum)
}

/// From here on the series of [`correction`] is exact to the last digits.
const STIRLING: f64 = 16.0;

/// log Γ(x) − [(x−½) log x − x + ½ log 2π].
fn correction(x: f64) -> f64 {
    let t = 1.0 / (x * x);
    (1.0 / 12.0 - t * (1.0 / 360.0 - t * (1.0 / 1260.0 - t * (1.0 / 1680.0 - t / 1188.0)))) / x
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use DegreesOfFreedom::{Finite, Infinite};
    use approx::assert_relative_eq;

    /// What R says (`tests/data/pool/make_mice.R`): each case of a list goes to `compare`, with its number by key.
    fn each_of_r(list: &str, mut compare: impl FnMut(&dyn Fn(&str) -> f64)) {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/pool/mice.json");
        let value: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let cases = value[list].as_array().unwrap();
        assert!(cases.len() > 50);
        cases.iter().for_each(|case| compare(&|key| case[key].as_f64().unwrap_or(f64::INFINITY)));
    }

    #[test]
    fn tails_and_quantiles_equal_those_of_r() {
        let df = DegreesOfFreedom::of;
        each_of_r("tails", |case| {
            assert_relative_eq!(t_tails(case("t"), df(case("df"))), case("p"), max_relative = 1e-10);
        });
        each_of_r("quantiles", |case| {
            let t = t_quantile(case("level"), df(case("df")));
            assert_relative_eq!(t, case("quantile"), max_relative = 1e-10);
        });
        each_of_r("f_tails", |case| {
            let p = f_tail(case("f"), case("df1") as usize, df(case("df2")));
            assert_relative_eq!(p, case("p"), max_relative = 1e-10);
        });
    }

    /// Closed forms: t with 1 degree of freedom is Cauchy, with 2 is algebraic; F with 2 above is a power.
    #[test]
    fn tails_meet_their_closed_forms() {
        for t in [0.01, 0.3, 1.0, 1.9, 5.0, 80.0] {
            assert_relative_eq!(
                t_tails(t, Finite(1.0)),
                2.0 / std::f64::consts::PI * (1.0 / t).atan(),
                max_relative = 1e-13
            );
            let root = (2.0 + t * t).sqrt();
            assert_relative_eq!(t_tails(-t, Finite(2.0)), 2.0 / (root * (root + t)), max_relative = 1e-13);
            for df in [0.4, 9.0, 1e3, 1e6, 1e10] {
                let power = (-0.5 * df * (2.0 * t / df).ln_1p()).exp();
                assert_relative_eq!(f_tail(t, 2, Finite(df)), power, max_relative = 1e-12);
            }
            assert_relative_eq!(f_tail(t, 2, Infinite), (-t).exp(), max_relative = 1e-12);
        }
    }

    #[test]
    fn a_quantile_is_exceeded_as_often_as_asked() {
        for df in [0.2, 1.0, 3.7, 55.0, 4e4, 3e8] {
            for confidence in [0.01, 0.5, 0.9, 0.95, 0.999] {
                let t = t_quantile(confidence, Finite(df));
                assert_relative_eq!(t_tails(t, Finite(df)), 1.0 - confidence, max_relative = 1e-12);
            }
        }
        assert_relative_eq!(t_quantile(0.95, Infinite), 1.959963984540054, max_relative = 1e-12);
    }

    #[test]
    fn many_degrees_of_freedom_pass_into_infinitely_many() {
        for t in [0.5, 2.0, 4.0] {
            assert_relative_eq!(t_tails(t, Finite(9.9e10)), t_tails(t, Infinite), max_relative = 1e-8);
            assert_relative_eq!(f_tail(t, 4, Finite(9.9e10)), f_tail(t, 4, Infinite), max_relative = 1e-8);
        }
    }

    #[test]
    fn at_0_and_below_nothing_is_left_out() {
        for df in [Finite(0.5), Finite(1e6), Infinite] {
            assert_eq!((t_tails(0.0, df), f_tail(0.0, 3, df), f_tail(-1.0, 3, df)), (1.0, 1.0, 1.0));
        }
    }
}
