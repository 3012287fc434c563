//! What is thought of an area's rate before its count is seen.

use super::rates::Rates;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A prior of the rate of one area, conjugate to its count.
///
/// The priors of Jeffreys take each area by itself: they know nothing of the others, so that a small area's rate scatters as
/// its count does and extreme small areas look extreme. [`Prior::among`] learns from all areas how much rates scatter, and
/// shrinks; so do draws from a model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prior(pub(super) Form);

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Form {
    /// Poisson counts, rate ~ Gamma(shape, rate).
    Gamma { shape: f64, rate: f64 },
    /// Binomial counts, share ~ Beta(a, b).
    Beta { a: f64, b: f64 },
}

impl Prior {
    /// Jeffreys' prior of a rate, Gamma(½, 0): after count y in exposure e the rate is Gamma(y + ½, e).
    pub const JEFFREYS: Prior = Prior(Form::Gamma { shape: 0.5, rate: 0.0 });

    /// Jeffreys' prior of a share, Beta(½, ½), for counts of people out of so many, each counted once.
    pub const JEFFREYS_SHARE: Prior = Prior(Form::Beta { a: 0.5, b: 0.5 });

    /// Gamma(shape, rate) of a rate per unit of exposure; its mean is shape/rate. Fails unless the shape is above 0 and the
    /// rate from 0 on.
    pub fn gamma(shape: f64, rate: f64) -> Result<Self> {
        match shape > 0.0 && shape.is_finite() && rate >= 0.0 && rate.is_finite() {
            true => Ok(Prior(Form::Gamma { shape, rate })),
            false => Err(refused(format!("Gamma({shape}, {rate})"))),
        }
    }

    /// Beta(a, b) of a share; fails unless both are above 0.
    pub fn beta(a: f64, b: f64) -> Result<Self> {
        match a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite() {
            true => Ok(Prior(Form::Beta { a, b })),
            false => Err(refused(format!("Beta({a}, {b})"))),
        }
    }

    /// The Gamma whose mean and variance are those of the rates of these areas, the scatter of counts taken off, by the
    /// method of moments. Of a count known between bounds the middle stands in.
    ///
    /// ```text
    /// m = Σy/Σe    s² = Σ e(y/e − m)²/Σe    A = s² − m/ē    shape = m²/A, rate = m/A
    /// ```
    ///
    /// Fails where the rates scatter no more than counts of one rate do, and then every area has the national one.
    /// Source: Marshall 1991, Applied Statistics 40:283.
    pub fn among(rates: &Rates) -> Result<Self> {
        let seen = Moments::of(rates)?;
        match seen.spread > 0.0 {
            true => Prior::gamma(1.0 / seen.spread, 1.0 / (seen.spread * seen.rate)),
            false => {
                let message = "the rates scatter no more than counts of one rate do, so no prior can be learned from them";
                Err(ErrorKind::Specification { message: message.into() }.into())
            }
        }
    }
}

/// Mean and scatter of rates among areas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    /// m, per unit of exposure.
    pub rate: f64,
    /// A/m², not below 0.
    pub spread: f64,
}

impl Moments {
    pub(super) fn of(rates: &Rates) -> Result<Self> {
        let each = (0..rates.n_areas()).filter_map(|area| rates.known(area));
        Moments::around(each.filter_map(|(count, exposure)| {
            let bounds = count.bounds();
            bounds.hi().map(|hi| (0.5 * (bounds.lo() as f64 + hi as f64), exposure))
        }))
    }

    /// Of (count, exposure or expected count).
    pub(super) fn around(each: impl Iterator<Item = (f64, f64)> + Clone) -> Result<Self> {
        let (y, e, n) = each.clone().fold((0.0, 0.0, 0.0), |(a, b, n), (y, e)| (a + y, b + e, n + 1.0));
        if y <= 0.0 {
            return Err(ErrorKind::AllZeroCounts.into());
        }
        let rate = y / e;
        let square = each.map(|(y, e)| e * (y / e - rate).powi(2)).sum::<f64>() / e;
        Ok(Moments { rate, spread: ((square - rate * n / e) / (rate * rate)).max(0.0) })
    }
}

#[cold]
fn refused(got: String) -> crate::Error {
    ErrorKind::Specification { message: format!("a prior has parameters above 0; got {got}") }.into()
}

impl fmt::Display for Prior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Form::Gamma { shape, rate } => write!(f, "Gamma({shape:.4}, {rate:.4}) of the rate"),
            Form::Beta { a, b } => write!(f, "Beta({a:.4}, {b:.4}) of the share"),
        }
    }
}
