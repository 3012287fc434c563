//! Jeugdregio's, gemeenten and wijken: how many, how large, under which codes.

use crate::simulate::{Codes, DeclaredLevel, Sizes};

pub(super) const WIJKEN: usize = 2918;

/// Gemeenten per jeugdregio, and how many jeugdregio's have that many.
#[rustfmt::skip]
const GEMEENTEN_PER_JEUGDREGIO: [(usize, usize); 20] = [
    (1, 2), (2, 2), (3, 3), (4, 3), (5, 3), (6, 2), (7, 3), (8, 3), (9, 1), (10, 4),
    (11, 2), (12, 2), (13, 2), (14, 2), (15, 1), (16, 2), (17, 1), (18, 1), (19, 2), (20, 1),
];

/// Wijken per gemeente, and how many gemeenten have that many.
#[rustfmt::skip]
const WIJKEN_PER_GEMEENTE: [(usize, usize); 39] = [
    (1, 37), (2, 40), (3, 63), (4, 40), (5, 39), (6, 25), (7, 17), (8, 14), (9, 11), (10, 19),
    (11, 14), (12, 10), (13, 9), (14, 7), (15, 8), (16, 4), (17, 3), (18, 2), (19, 2), (20, 2),
    (21, 2), (22, 1), (23, 2), (24, 1), (25, 2), (26, 1), (27, 1), (28, 1), (29, 1), (30, 1),
    (31, 1), (32, 1), (33, 1), (35, 1), (36, 1), (40, 1), (51, 1), (69, 1), (98, 1),
];

pub(super) fn jeugdregio(sd: f64) -> DeclaredLevel {
    DeclaredLevel::new("jeugdregio", 42, sd)
        .sizes(given(&GEMEENTEN_PER_JEUGDREGIO))
        .codes(Codes::Running { prefix: "JZ".into(), digits: 2 })
}

pub(super) fn gemeente(sd: f64) -> DeclaredLevel {
    DeclaredLevel::new("gemeente", 388, sd)
        .sizes(given(&WIJKEN_PER_GEMEENTE))
        .codes(Codes::Running { prefix: "GM".into(), digits: 4 })
        .labelled("gemeentenaam", "Synthetische gemeente")
}

pub(super) fn wijk(sd: f64) -> DeclaredLevel {
    DeclaredLevel::new("wijk", WIJKEN, sd)
        .sizes(Sizes::Equal)
        .codes(Codes::WithinParent { prefix: "WK".into(), digits: 2 })
        .labelled("wijknaam", "Synthetische wijk")
}

fn given(frequencies: &[(usize, usize)]) -> Sizes {
    let sizes = frequencies.iter().flat_map(|&(size, areas)| std::iter::repeat_n(size, areas));
    Sizes::Given(sizes.collect())
}
