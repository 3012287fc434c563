//! Quantities that add up, and averages of them.

use super::carry::{Carry, Part};
use crate::error::{ErrorKind, Result};
use crate::numeric::sum::Sum;

impl Carry {
    /// Quantities that add up, such as exposures and inhabitants: `Σ x s`; missing where one of their rows is.
    ///
    /// Whole numbers of whole areas stay whole numbers. Fails on another number of values.
    ///
    /// ```
    /// use nestcount::crosswalk::Crosswalk;
    /// let carry = Crosswalk::split("a", [("x", 0.25), ("y", 0.75)])?.carry(&["a"])?;
    /// assert_eq!(carry.sums(&[Some(10.0)])?, [Some(2.5), Some(7.5)]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn sums(&self, rows: &[Option<f64>]) -> Result<Vec<Option<f64>>> {
        self.check_length("the values", rows.len())?;
        Ok(self.parts.iter().map(|parts| sum(parts, |row| rows[row])).collect())
    }

    /// Averages such as percentages and means of determinants, weighted by what they are out of: `Σ w s x / Σ w s`.
    ///
    /// A target of a single row has the value of that row. Missing where the value or the weight of a row is missing,
    /// or where all weights are 0; a row of weight 0 may miss its value. Fails on other numbers of values, and on
    /// weights that are negative or not finite with [`ErrorKind::InvalidExposure`].
    ///
    /// ```
    /// use nestcount::crosswalk::Crosswalk;
    /// let carry = Crosswalk::merge([("a", "x"), ("b", "x")])?.carry(&["a", "b"])?;
    /// let percent = carry.means(&[Some(10.0), Some(20.0)], &[Some(300.0), Some(100.0)])?;
    /// assert_eq!(percent, [Some(12.5)]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn means(&self, rows: &[Option<f64>], weights: &[Option<f64>]) -> Result<Vec<Option<f64>>> {
        self.check_length("the values", rows.len())?;
        self.check_length("the weights", weights.len())?;
        let bad = |row: &usize| weights[*row].is_some_and(|weight| !(weight.is_finite() && weight >= 0.0));
        let wrong: Vec<usize> = (0..weights.len()).filter(bad).collect();
        if let Some(&first) = wrong.first() {
            let example = weights[first].unwrap_or_default().to_string();
            return Err(ErrorKind::InvalidExposure { rows: wrong, example }.into());
        }
        Ok(self.parts.iter().map(|parts| mean(parts, rows, weights)).collect())
    }
}

fn sum(parts: &[Part], value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    let mut sum = Sum::default();
    for part in parts {
        sum.add(value(part.row?)? * part.share);
    }
    Some(sum.value())
}

fn mean(parts: &[Part], rows: &[Option<f64>], weights: &[Option<f64>]) -> Option<f64> {
    if let [part] = parts {
        return rows[part.row?];
    }
    let weighted = |row: usize| match weights[row]? {
        0.0 => Some(0.0),
        weight => Some(weight * rows[row]?),
    };
    let (above, below) = (sum(parts, weighted)?, sum(parts, |row| weights[row])?);
    (below > 0.0).then(|| above / below)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Crosswalk;

    #[test]
    fn missing_values_stay_missing_and_a_row_without_people_does_not_matter() {
        let crosswalk =
            Crosswalk::merge([("a", "x"), ("b", "x"), ("c", "y"), ("d", "z"), ("e", "z")]).unwrap();
        let carry = crosswalk.carry(&["a", "b", "c", "d", "e"]).unwrap();
        let values = [Some(4.0), None, Some(3.0), Some(6.0), None];
        let weights = [Some(10.0), Some(0.0), None, Some(5.0), Some(5.0)];
        assert_eq!(carry.means(&values, &weights).unwrap(), [Some(4.0), Some(3.0), None]);
        assert_eq!(carry.sums(&values).unwrap(), [None, Some(3.0), None]);
    }

    #[test]
    fn negative_and_infinite_weights_are_refused_with_their_rows() {
        let carry = Crosswalk::merge([("a", "x"), ("b", "x")]).unwrap().carry(&["a", "b"]).unwrap();
        for bad in [-1.0, f64::INFINITY, f64::NAN] {
            let error = carry.means(&[Some(1.0); 2], &[Some(1.0), Some(bad)]).unwrap_err();
            assert_eq!((error.code(), error.rows()), ("invalid-exposure", &[1][..]));
        }
    }
}
