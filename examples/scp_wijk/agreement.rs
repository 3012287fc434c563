//! How near two columns of percentages are.

/// Correlation, and the root of the mean squared difference in points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Agreement {
    pub(crate) n: usize,
    pub(crate) correlation: f64,
    pub(crate) rmse: f64,
}

impl Agreement {
    /// Over the rows named.
    pub(crate) fn of(ours: &[f64], theirs: &[f64], rows: impl Iterator<Item = usize>) -> Self {
        let pairs: Vec<(f64, f64)> = rows.map(|row| (ours[row], theirs[row])).collect();
        let n = pairs.len() as f64;
        let (mx, my) = pairs.iter().fold((0.0, 0.0), |(mx, my), (x, y)| (mx + x / n, my + y / n));
        let (mut xx, mut yy, mut xy, mut squares) = (0.0, 0.0, 0.0, 0.0);
        for (x, y) in &pairs {
            xx += (x - mx) * (x - mx);
            yy += (y - my) * (y - my);
            xy += (x - mx) * (y - my);
            squares += (x - y) * (x - y);
        }
        Agreement { n: pairs.len(), correlation: xy / (xx * yy).sqrt(), rmse: (squares / n).sqrt() }
    }
}
