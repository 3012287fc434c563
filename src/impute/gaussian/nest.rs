//! The areas that have rows, numbered in the order met, each with the area around it.

use super::column::Level;
use crate::error::{ErrorKind, Result};
use std::collections::HashMap;

/// The areas of all levels, coarse to fine.
pub(super) struct Nest {
    pub(super) levels: Vec<Areas>,
}

/// The areas of one level.
pub(super) struct Areas {
    /// The area of each row.
    pub(super) of_row: Vec<usize>,
    /// The area around each area, on the level above; 0 on the coarsest level.
    pub(super) parents: Vec<usize>,
}

impl Nest {
    /// Fails on lengths that differ, on a level with one area, on areas that lie in several, and on levels that divide
    /// the rows alike, the rows themselves included.
    pub(super) fn new(levels: &[Level<'_>], n_rows: usize) -> Result<Self> {
        let mut nested: Vec<Areas> = Vec::with_capacity(levels.len());
        for (at, level) in levels.iter().enumerate() {
            let of_row = numbered(level, n_rows)?;
            let n_areas = of_row.iter().max().map_or(0, |last| last + 1);
            let above = nested.last().map(|above| &above.of_row[..]);
            let parents = parents(&of_row, n_areas, above).ok_or_else(|| crossing(levels, at))?;
            let coarser = nested.last().map_or(0, |above| above.parents.len());
            if n_areas < 2 {
                return Err(ErrorKind::TooFewAreas { level: level.name.into(), found: n_areas }.into());
            }
            if n_areas == coarser {
                return Err(confounded(levels[at - 1].name, level.name));
            }
            if n_areas == n_rows {
                return Err(confounded(level.name, "rows"));
            }
            nested.push(Areas { of_row, parents });
        }
        Ok(Nest { levels: nested })
    }
}

fn numbered(level: &Level<'_>, n_rows: usize) -> Result<Vec<usize>> {
    let found = level.areas.len();
    if found != n_rows {
        let what = format!("level '{}'", level.name);
        return Err(ErrorKind::Length { what, expected: n_rows, found }.into());
    }
    let mut numbers = HashMap::new();
    let mut number = |area| {
        let next = numbers.len();
        *numbers.entry(area).or_insert(next)
    };
    Ok(level.areas.iter().map(|&area| number(area)).collect())
}

/// The area around each area; `None` where one lies in two.
fn parents(of_row: &[usize], n_areas: usize, above: Option<&[usize]>) -> Option<Vec<usize>> {
    let Some(above) = above else {
        return Some(vec![0; n_areas]);
    };
    let mut parents = vec![None; n_areas];
    for (&area, &around) in of_row.iter().zip(above) {
        if *parents[area].get_or_insert(around) != around {
            return None;
        }
    }
    parents.into_iter().collect()
}

fn crossing(levels: &[Level<'_>], at: usize) -> crate::Error {
    let (fine, coarse) = (levels[at].name, levels[at - 1].name);
    let message = format!("an area of level '{fine}' lies in several of level '{coarse}'; correct the codes");
    ErrorKind::Specification { message }.into()
}

fn confounded(coarse: &str, fine: &str) -> crate::Error {
    ErrorKind::ConfoundedLevels { coarse: coarse.into(), fine: fine.into() }.into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn code(levels: &[&[u32]]) -> &'static str {
        let named: Vec<Level<'_>> = levels.iter().map(|areas| Level { name: "l", areas }).collect();
        Nest::new(&named, 4).err().unwrap().code()
    }

    #[test]
    fn areas_are_numbered_in_the_order_met_and_know_the_area_around_them() {
        let levels =
            [Level { name: "r", areas: &[7, 7, 3, 3, 3] }, Level { name: "g", areas: &[9, 4, 5, 1, 5] }];
        let nest = Nest::new(&levels, 5).unwrap();
        assert_eq!(nest.levels[0].of_row, [0, 0, 1, 1, 1]);
        assert_eq!(nest.levels[1].of_row, [0, 1, 2, 3, 2]);
        assert_eq!(nest.levels[1].parents, [0, 0, 1, 1]);
    }

    #[test]
    fn levels_that_cannot_be_told_apart_or_do_not_nest_are_refused() {
        assert_eq!(code(&[&[0, 0, 1]]), "length");
        assert_eq!(code(&[&[5, 5, 5, 5]]), "too-few-areas");
        assert_eq!(code(&[&[0, 1, 2, 3]]), "confounded-levels");
        assert_eq!(code(&[&[0, 0, 1, 1], &[4, 4, 2, 2]]), "confounded-levels");
        assert_eq!(code(&[&[0, 0, 1, 1], &[4, 3, 3, 2]]), "specification");
    }
}
