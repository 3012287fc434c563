//! Whole numbers dealt out by shares.

use super::carry::Carry;
use crate::error::Result;

impl Carry {
    /// Whole numbers dealt out by the shares with the largest remainders: what leaves a row is what arrives.
    ///
    /// For sizes that must stay whole, such as inhabitants or places; a count of events is drawn or keeps its bounds
    /// ([`Carry::counts`]). Of equal remainders the target that came first gets the unit. Fails on another number of
    /// values; sums beyond the largest number stay there.
    ///
    /// ```
    /// use nestcount::crosswalk::Crosswalk;
    /// let carry = Crosswalk::split("a", [("x", 1.0 / 3.0), ("y", 2.0 / 3.0)])?.carry(&["a"])?;
    /// assert_eq!(carry.apportion(&[10])?, [3, 7]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn apportion(&self, rows: &[u64]) -> Result<Vec<u64>> {
        self.check_length("the values", rows.len())?;
        let mut dealt = vec![0u64; self.targets().len()];
        for area in &self.shares {
            let shares: Vec<f64> = area.to.iter().map(|&(_, share)| share).collect();
            for (&(target, _), part) in area.to.iter().zip(largest_remainders(rows[area.row], &shares)) {
                dealt[target] = dealt[target].saturating_add(part);
            }
        }
        Ok(dealt)
    }
}

/// `n` in whole parts: each its share rounded down, and one more to those that lost most by it.
fn largest_remainders(n: u64, shares: &[f64]) -> Vec<u64> {
    if shares.len() == 1 {
        return vec![n];
    }
    let mut left = n;
    let mut parts = Vec::with_capacity(shares.len());
    let mut lost: Vec<(usize, f64)> = Vec::with_capacity(shares.len());
    for (at, share) in shares.iter().enumerate() {
        let exact = n as f64 * share;
        let part = (exact.floor() as u64).min(left);
        left -= part;
        parts.push(part);
        lost.push((at, exact - part as f64));
    }
    lost.sort_by(|a, b| b.1.total_cmp(&a.1));
    // Beyond 2^53 rounding may leave more than one unit a part: the rest goes where most was lost.
    for &(at, _) in lost.iter().take(left.min(lost.len() as u64) as usize) {
        parts[at] += 1;
        left -= 1;
    }
    parts[lost[0].0] += left;
    parts
}
