//! exp, exp − 1 and log(1+u) without branches, so that loops over rows become vector code; within two units in the last place.

/// 1.5 · 2^52: adding it rounds to a whole number and leaves that number in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// e^x; ∞ above 709.78 and about 1e-304 from −700 downward.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let clamped = x.clamp(-700.0, 709.78);
    let shifted = clamped * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (clamped - k * LN2_HIGH) - k * LN2_LOW;
    let series = reduced_exp_m1(r);
    // half of 2^k, which alone would overflow at the upper end
    let half_power = f64::from_bits(shifted.to_bits().wrapping_add(1022) << 52);
    let value = 2.0 * (half_power + half_power * series);
    // the clamp keeps NaN; what is too large becomes infinite
    if x > 709.78 { f64::INFINITY } else { value }
}

/// e^x − 1, with all its digits around 0; −1 from −700 downward.
#[inline(always)]
pub(crate) fn exp_m1(x: f64) -> f64 {
    let clamped = x.clamp(-700.0, 709.0);
    let shifted = clamped * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (clamped - k * LN2_HIGH) - k * LN2_LOW;
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    let value = power * reduced_exp_m1(r) + (power - 1.0);
    if x > 709.0 { f64::INFINITY } else { value }
}

/// e^r − 1 for |r| <= ½ log 2: Taylor to r^13, by pairs.
#[inline(always)]
fn reduced_exp_m1(r: f64) -> f64 {
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (1.0 / 6.0 + r * (1.0 / 24.0)) + r2 * (1.0 / 120.0 + r * (1.0 / 720.0));
    let middle = (1.0 / 5_040.0 + r * (1.0 / 40_320.0)) + r2 * (1.0 / 362_880.0 + r * (1.0 / 3_628_800.0));
    let high = (1.0 / 39_916_800.0 + r * (1.0 / 479_001_600.0)) + r2 * (1.0 / 6_227_020_800.0);
    r + (0.5 * r2 + r2 * r * (low + r4 * (middle + r4 * high)))
}

/// log(1 + u) for u >= 0.
#[inline(always)]
pub(crate) fn ln_1p(u: f64) -> f64 {
    let x = 1.0 + u;
    // what rounding lost in 1 + u; nothing where u is infinite or far above 1
    let lost = if u < 1e15 { (u - (x - 1.0)) / x } else { 0.0 };
    let value = ln_and(x, lost);
    if u.is_finite() { value } else { u }
}

/// log x for x above 0, neither infinite nor too small to have all its digits.
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    ln_and(x, 0.0)
}

/// log x and a little more.
#[inline(always)]
fn ln_and(x: f64, more: f64) -> f64 {
    // x = 2^k·f with f in [√½, √2)
    let bits = x.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd);
    let exponent = f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    let f = f64::from_bits((bits & 0x000f_ffff_ffff_ffff).wrapping_add(0x3fe6_a09e_667f_3bcd));
    // log f = 2 artanh(s), s = (f−1)/(f+1), |s| <= 0.1716
    let g = f - 1.0;
    let s = g / (2.0 + g);
    let z = s * s;
    let series = z
        * (1.0 / 3.0
            + z * (1.0 / 5.0
                + z * (1.0 / 7.0
                    + z * (1.0 / 9.0
                        + z * (1.0 / 11.0
                            + z * (1.0 / 13.0 + z * (1.0 / 15.0 + z * (1.0 / 17.0 + z * (1.0 / 19.0)))))))));
    // 2s = g − s·g, kept in two parts for the last digits
    exponent * LN2_HIGH + (g - (s * g - 2.0 * s * series) + (exponent * LN2_LOW + more))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relative(x: f64, y: f64) -> f64 {
        (x - y).abs() / y.abs().max(f64::MIN_POSITIVE)
    }

    #[test]
    fn exp_is_the_library_exp_to_the_last_digits() {
        for i in -6999..=7096 {
            let x = f64::from(i) / 10.0 + 0.0137;
            assert!(relative(exp(x), x.exp()) < 5e-16, "{x}");
        }
        for i in -1000..=1000 {
            let x = f64::from(i) * 1e-3;
            assert!(relative(exp(x), x.exp()) < 4.5e-16, "{x}");
        }
        assert_eq!((exp(0.0), exp(800.0)), (1.0, f64::INFINITY));
        assert!(exp(f64::NAN).is_nan());
        assert!(exp(-1e9) < 1e-300);
    }

    #[test]
    fn exp_m1_is_the_library_exp_m1_to_the_last_digits() {
        for i in -7000..=7080 {
            let x = f64::from(i) / 10.0 + 0.0137;
            assert!(relative(exp_m1(x), x.exp_m1()) < 1e-15, "{x}");
        }
        let mut x = 1e-300;
        while x < 2.0 {
            assert!(relative(exp_m1(x), x.exp_m1()) < 1e-15, "{x}");
            assert!(relative(exp_m1(-x), (-x).exp_m1()) < 1e-15, "-{x}");
            x *= 1.0173;
        }
        assert_eq!((exp_m1(0.0), exp_m1(800.0)), (0.0, f64::INFINITY));
        assert!(exp_m1(f64::NAN).is_nan());
    }

    #[test]
    fn ln_1p_is_the_library_ln_1p_to_the_last_digits() {
        let mut u = 1e-300;
        while u < 1e300 {
            assert!(relative(ln_1p(u), u.ln_1p()) < 5e-16, "{u}: {} {}", ln_1p(u), u.ln_1p());
            u *= 1.0173;
        }
        let mut x = 1e-300;
        while x < 1e300 {
            assert!(relative(ln(x), x.ln()) < 5e-16, "{x}: {} {}", ln(x), x.ln());
            x *= 1.0173;
        }
        assert_eq!((ln_1p(0.0), ln_1p(f64::INFINITY)), (0.0, f64::INFINITY));
        assert!(ln_1p(f64::NAN).is_nan());
    }
}
