//! First and second line of care in the synthetic world.

use crate::world::binomial;
use nestcount::Result;
use nestcount::count::Count;
use nestcount::flow::{Makeup, Parts, Transitions};
use rand::Rng;
use std::collections::HashMap;

/// Where youths of a line were half a year later: share in the first line of those not in the second, in the second, and in
/// the first of those in the second.
const LINES: [(&str, u64, [f64; 3]); 4] = [
    ("first line, first half of 2019", 5_200, [0.50, 0.24, 0.30]),
    ("first line, first half of 2021", 5_600, [0.50, 0.20, 0.30]),
    ("second line, first half of 2019", 3_900, [0.16, 0.58, 0.10]),
    ("second line, first half of 2021", 3_700, [0.20, 0.55, 0.10]),
];

/// By line and part.
pub(crate) type Shares = HashMap<(String, String), f64>;

/// Youths one by one: they may be in both lines at once.
pub(crate) fn draw(rng: &mut impl Rng) -> Result<(Transitions, Shares)> {
    let (mut rows, mut shares) = (Vec::new(), HashMap::new());
    for (line, youths, [first, second, both]) in LINES {
        let in_second = binomial(youths, second, rng);
        let in_both = binomial(in_second, both, rng);
        let first_only = binomial(youths - in_second, first, rng);
        let neither = youths - in_second - first_only;
        let parts = [
            ("first line", in_both + first_only, second * both + (1.0 - second) * first),
            ("second line", in_second, second),
            ("no longer in care", neither, (1.0 - second) * (1.0 - first)),
        ];
        for (part, _, share) in parts {
            shares.insert((line.to_string(), part.to_string()), share);
        }
        let counts = parts.map(|(part, count, _)| (part, Count::Exact(count)));
        rows.push((line, Parts::new(Count::Exact(youths), counts, Makeup::Overlapping)?));
    }
    Ok((Transitions::new(rows)?, shares))
}
