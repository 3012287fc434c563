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
    Sizes::Given(expanded(frequencies))
}

fn expanded(frequencies: &[(usize, usize)]) -> Vec<usize> {
    frequencies.iter().flat_map(|&(size, areas)| std::iter::repeat_n(size, areas)).collect()
}

/// Wijken per gemeente in Haaglanden.
pub(super) const HAAGLANDEN: [usize; 10] = [44, 13, 12, 11, 10, 9, 3, 2, 2, 1];

/// The same country with Haaglanden as its first jeugdregio.
///
/// What the 44 wijken of its largest gemeente have more than the 40 they stand for, the one of 35 has less.
pub(super) fn with_haaglanden(gemeenten: DeclaredLevel) -> DeclaredLevel {
    let without = |sizes: &mut Vec<usize>, size: usize| {
        if let Some(at) = sizes.iter().position(|known| *known == size) {
            sizes.swap_remove(at);
        }
    };
    let mut rest = expanded(&WIJKEN_PER_GEMEENTE);
    [40, 35].into_iter().chain(HAAGLANDEN.into_iter().skip(1)).for_each(|size| without(&mut rest, size));
    rest.push(31);
    gemeenten.sizes(Sizes::Led { first: HAAGLANDEN.to_vec(), rest })
}

/// The jeugdregio's with Haaglanden, of ten gemeenten, as the first.
pub(super) fn haaglanden_first(jeugdregios: DeclaredLevel) -> DeclaredLevel {
    let mut rest = expanded(&GEMEENTEN_PER_JEUGDREGIO);
    if let Some(at) = rest.iter().position(|size| *size == HAAGLANDEN.len()) {
        rest.swap_remove(at);
    }
    jeugdregios.sizes(Sizes::Led { first: vec![HAAGLANDEN.len()], rest })
}
