//! Areas within areas: which area each row of a declared world lies in.

use super::level::{Codes, DeclaredLevel, Sizes};
use rand::Rng;
use rand::seq::{SliceRandom, index};

/// A level with its areas drawn; areas and rows run along the tree.
pub(super) struct NestedLevel {
    pub(super) codes: Vec<String>,
    /// The areas' numbers as words of a name: parts joined by hyphens.
    pub(super) numbers: Vec<String>,
    /// The area each row lies in.
    pub(super) of_row: Vec<usize>,
}

/// Nests the levels, coarsest first, and puts `rows` rows into the finest.
///
/// Expects a checked declaration: no level has more areas than children.
pub(super) fn nest(levels: &[DeclaredLevel], rows: usize, rng: &mut (impl Rng + ?Sized)) -> Vec<NestedLevel> {
    let children = levels.iter().skip(1).map(|level| level.areas).chain([rows]);
    // parents[l]: for each child of level l, the area of level l around it.
    let parents: Vec<Vec<usize>> =
        levels.iter().zip(children).map(|(level, children)| dealt(&sizes(level, children, rng))).collect();
    let mut numbers: Vec<Vec<Vec<String>>> = Vec::with_capacity(levels.len());
    for (l, level) in levels.iter().enumerate() {
        let above = l.checked_sub(1).map(|a| (&parents[a], &numbers[a]));
        numbers.push(match (&level.codes, above) {
            (Codes::WithinParent { digits, .. }, Some((parents, above))) => {
                within_parents(parents, above, *digits)
            }
            (Codes::Running { digits, .. } | Codes::WithinParent { digits, .. }, _) => {
                running(level.areas, *digits)
            }
        });
    }
    levels
        .iter()
        .zip(numbers)
        .enumerate()
        .map(|(l, (level, numbers))| NestedLevel {
            codes: numbers
                .iter()
                .map(|parts| format!("{}{}", prefix(&level.codes), parts.concat()))
                .collect(),
            numbers: numbers.iter().map(|parts| parts.join("-")).collect(),
            of_row: area_of_rows(&parents[l..]),
        })
        .collect()
}

fn sizes(level: &DeclaredLevel, children: usize, rng: &mut (impl Rng + ?Sized)) -> Vec<usize> {
    match &level.sizes {
        Sizes::Equal => (0..level.areas)
            .map(|area| children / level.areas + usize::from(area < children % level.areas))
            .collect(),
        Sizes::Uneven => {
            let mut cuts: Vec<usize> =
                index::sample(rng, children - 1, level.areas - 1).iter().map(|cut| cut + 1).collect();
            cuts.extend([0, children]);
            cuts.sort_unstable();
            cuts.windows(2).map(|pair| pair[1] - pair[0]).collect()
        }
        Sizes::Given(given) => {
            let mut sizes = given.clone();
            sizes.shuffle(rng);
            sizes
        }
        Sizes::Led { first, rest } => {
            let mut rest = rest.clone();
            rest.shuffle(rng);
            first.iter().copied().chain(rest).collect()
        }
    }
}

fn dealt(sizes: &[usize]) -> Vec<usize> {
    sizes.iter().enumerate().flat_map(|(area, &size)| std::iter::repeat_n(area, size)).collect()
}

fn running(areas: usize, digits: usize) -> Vec<Vec<String>> {
    let width = digits.max(areas.to_string().len());
    (1..=areas).map(|number| vec![format!("{number:0width$}")]).collect()
}

/// One width for the whole level keeps the joined codes apart.
fn within_parents(parents: &[usize], above: &[Vec<String>], digits: usize) -> Vec<Vec<String>> {
    let mut next = vec![0usize; above.len()];
    let own: Vec<usize> = parents
        .iter()
        .map(|&parent| {
            next[parent] += 1;
            next[parent] - 1
        })
        .collect();
    let largest = own.iter().max().copied().unwrap_or(0);
    let width = digits.max(largest.to_string().len());
    parents
        .iter()
        .zip(own)
        .map(|(&parent, own)| {
            let mut parts = above[parent].clone();
            parts.push(format!("{own:0width$}"));
            parts
        })
        .collect()
}

fn prefix(codes: &Codes) -> &str {
    match codes {
        Codes::Running { prefix, .. } | Codes::WithinParent { prefix, .. } => prefix,
    }
}

/// Follows each row up: the last of `parents` holds the rows, the first the areas asked for.
fn area_of_rows(parents: &[Vec<usize>]) -> Vec<usize> {
    let Some((rows, above)) = parents.split_last() else {
        return Vec::new();
    };
    rows.iter().map(|&area| above.iter().rev().fold(area, |area, parents| parents[area])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    fn three(coarse: usize, fine: usize, sizes: Sizes) -> [DeclaredLevel; 2] {
        [
            DeclaredLevel::new("region", coarse, 0.1).sizes(sizes.clone()),
            DeclaredLevel::new("town", fine, 0.1).sizes(sizes),
        ]
    }

    proptest! {
        #[test]
        fn areas_nest_and_none_is_empty(coarse in 1usize..8, more in 0usize..20, rest in 0usize..50, seed: u64) {
            let (fine, rows) = (coarse + more, coarse + more + rest);
            for sizes in [Sizes::Equal, Sizes::Uneven] {
                let mut rng = ChaCha12Rng::seed_from_u64(seed);
                let nested = nest(&three(coarse, fine, sizes), rows, &mut rng);
                let mut parent = vec![None; fine];
                for row in 0..rows {
                    let (region, town) = (nested[0].of_row[row], nested[1].of_row[row]);
                    prop_assert_eq!(*parent[town].get_or_insert(region), region);
                }
                let mut regions: Vec<usize> = parent.iter().flatten().copied().collect();
                prop_assert_eq!(regions.len(), fine);
                regions.sort_unstable();
                regions.dedup();
                prop_assert_eq!(regions.len(), coarse);
            }
        }
    }

    #[test]
    fn equal_sizes_differ_by_one_at_most_and_given_sizes_are_kept() {
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let level = DeclaredLevel::new("a", 4, 0.0).sizes(Sizes::Equal);
        assert_eq!(sizes(&level, 10, &mut rng), [3, 3, 2, 2]);
        let mut given = sizes(&level.sizes(Sizes::Given(vec![1, 2, 3, 4])), 10, &mut rng);
        given.sort_unstable();
        assert_eq!(given, [1, 2, 3, 4]);
    }

    #[test]
    fn codes_within_a_parent_carry_its_number_and_one_width() {
        let levels = [
            DeclaredLevel::new("gemeente", 2, 0.0)
                .sizes(Sizes::Given(vec![12, 12]))
                .codes(Codes::Running { prefix: "GM".into(), digits: 4 }),
            DeclaredLevel::new("wijk", 24, 0.0).codes(Codes::WithinParent { prefix: "WK".into(), digits: 1 }),
        ];
        let nested = nest(&levels, 24, &mut ChaCha12Rng::seed_from_u64(1));
        assert_eq!(nested[0].codes, ["GM0001", "GM0002"]);
        assert_eq!(nested[1].codes[0], "WK000100");
        assert_eq!(nested[1].codes[23], "WK000211");
        assert_eq!(nested[1].numbers[23], "0002-11");
    }
}
