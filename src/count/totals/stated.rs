//! What was published about the sums of rows.

use crate::area::AreaTree;
use crate::count::{Count, Interval};
use crate::error::{ErrorKind, Result};

/// Published totals of areas, at any level of a tree, and of all rows together.
///
/// A total is a [`Count`] as any other: exact, rounded or withheld. It speaks of the sum of the *rows* within the area,
/// with a [`Relation`]; areas without a total, or with a missing one, are free.
///
/// ```
/// use nestcount::area::{CodeScope, Placement};
/// use nestcount::count::{Bounds, Count, Relation, Totals};
/// let wijken: [(&str, &[&str]); 2] = [("gemeente", &["A", "A", "B"]), ("wijk", &["A1", "A2", "B1"])];
/// let placement = Placement::from_codes(&wijken, CodeScope::Unique)?;
/// let counts = [Count::interval(0, 9)?, Count::Exact(20), Count::interval(0, 9)?];
/// let totals = Totals::on(placement.tree())
///     .level("gemeente", &["A", "B"], &[Count::interval(23, 27)?, Count::Missing], Relation::AtMost)?
///     .all_rows(Count::Exact(33), Relation::Equal)?;
/// let bounds = Bounds::tighten(&placement, &counts, &totals)?;
/// assert_eq!(bounds.counts()[0], Count::interval(4, 7)?);
/// assert_eq!(bounds.counts()[2], Count::interval(6, 9)?);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Totals {
    tree: AreaTree,
    all_rows: Total,
    areas: Vec<Vec<Total>>,
}

/// How the rows of an area relate to its total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// They add up to it.
    Equal,
    /// They add up to it or to less: some of those counted in the area are in no row, because their finer area is not
    /// known.
    AtMost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Total {
    Absent,
    Stated(Count, Relation),
}

impl Total {
    /// Takes a total in; says whether there was none before.
    fn state(&mut self, count: Count, relation: Relation) -> bool {
        let free = *self == Total::Absent;
        if count != Count::Missing {
            *self = Total::Stated(count, relation);
        }
        free || count == Count::Missing
    }

    fn bounds(self) -> Interval {
        let free = Interval::at_least(0);
        match self {
            Total::Absent => free,
            Total::Stated(count, Relation::Equal) => count.bounds(),
            Total::Stated(count, Relation::AtMost) => {
                count.bounds().hi().and_then(|hi| Interval::new(0, hi).ok()).unwrap_or(free)
            }
        }
    }
}

impl Totals {
    /// No totals yet, on this tree.
    pub fn on(tree: &AreaTree) -> Self {
        let areas = (0..tree.levels().len()).map(|level| vec![Total::Absent; tree.n_areas(level)]).collect();
        Totals { tree: tree.clone(), all_rows: Total::Absent, areas }
    }

    /// The total of all rows; fails where one was stated before.
    pub fn all_rows(mut self, count: Count, relation: Relation) -> Result<Self> {
        match self.all_rows.state(count, relation) {
            true => Ok(self),
            false => Err(stated_twice("all rows".into())),
        }
    }

    /// The total of one area, by its codes from the coarsest level down.
    ///
    /// Fails where the tree has no such area or its total was stated before.
    pub fn area<S: AsRef<str>>(mut self, path: &[S], count: Count, relation: Relation) -> Result<Self> {
        let written = || path.iter().map(|code| code.as_ref().trim()).collect::<Vec<_>>().join(" > ");
        let Some((level, area)) = path.len().checked_sub(1).zip(self.tree.find_path(path)) else {
            let level = self.tree.levels().get(path.len().saturating_sub(1)).cloned().unwrap_or_default();
            return Err(ErrorKind::UnknownArea { level, codes: vec![written()], rows: vec![] }.into());
        };
        match self.areas[level][area as usize].state(count, relation) {
            true => Ok(self),
            false => Err(stated_twice(written())),
        }
    }

    /// Totals of areas of one level by their codes, in any order; a missing count is no total.
    ///
    /// Fails on an unknown level, on lists of different lengths, with all codes that the level does not have, else with
    /// all that several areas share ([`Totals::area`] takes those), and where a total was stated before.
    pub fn level<S: AsRef<str>>(
        mut self,
        level: &str,
        codes: &[S],
        counts: &[Count],
        relation: Relation,
    ) -> Result<Self> {
        let at = self.tree.level(level)?;
        if counts.len() != codes.len() {
            let what = format!("the totals of level '{level}'");
            return Err(ErrorKind::Length { what, expected: codes.len(), found: counts.len() }.into());
        }
        for (area, &count) in self.find_all(at, codes)?.into_iter().zip(counts) {
            if !self.areas[at][area as usize].state(count, relation) {
                return Err(stated_twice(self.tree.path(at, area).join(" > ")));
            }
        }
        Ok(self)
    }

    fn find_all<S: AsRef<str>>(&self, level: usize, codes: &[S]) -> Result<Vec<u32>> {
        let found: Vec<Option<u32>> = codes.iter().map(|code| self.tree.find(level, code.as_ref())).collect();
        let lost = (0..codes.len()).filter(|&row| found[row].is_none());
        let known = |&row: &usize| {
            let code = codes[row].as_ref().trim();
            self.tree.codes(level).iter().any(|known| known == code)
        };
        let (shared, unknown): (Vec<usize>, Vec<usize>) = lost.partition(known);
        let name = self.tree.levels().get(level).cloned().unwrap_or_default();
        let written = |rows: &[usize]| {
            let mut codes: Vec<String> = rows.iter().map(|&row| codes[row].as_ref().trim().into()).collect();
            codes.sort_unstable();
            codes.dedup();
            codes
        };
        if !unknown.is_empty() {
            let codes = written(&unknown);
            return Err(ErrorKind::UnknownArea { level: name, codes, rows: unknown }.into());
        }
        if !shared.is_empty() {
            let codes = written(&shared);
            return Err(ErrorKind::AmbiguousArea { level: name, codes, rows: shared }.into());
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// The tree whose areas have these totals.
    pub fn tree(&self) -> &AreaTree {
        &self.tree
    }

    /// What the sum of all rows must lie between; `[0, ∞)` without a total.
    pub fn bounds_of_all_rows(&self) -> Interval {
        self.all_rows.bounds()
    }

    /// What the sums of the rows of each area of a level must lie between, by position; empty for a level that is not
    /// there.
    pub fn bounds_of_level(&self, level: usize) -> Vec<Interval> {
        self.areas.get(level).map_or(vec![], |totals| totals.iter().map(|total| total.bounds()).collect())
    }
}

fn stated_twice(area: String) -> crate::error::Error {
    let message = format!("the total of {area} is stated twice; state it once");
    ErrorKind::Specification { message }.into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::{CodeScope, Placement};

    fn totals() -> Totals {
        let levels: [(&str, &[&str]); 2] = [("gemeente", &["A", "A", "B"]), ("wijk", &["1", "2", "1"])];
        Totals::on(Placement::from_codes(&levels, CodeScope::WithinParent).unwrap().tree())
    }

    #[test]
    fn a_relation_says_which_bounds_a_total_sets() {
        let withheld = Count::interval(3, 9).unwrap();
        let totals = totals()
            .level("gemeente", &[" B ", "A"], &[withheld, withheld], Relation::AtMost)
            .unwrap()
            .area(&["A", "2"], withheld, Relation::Equal)
            .unwrap();
        assert_eq!(totals.bounds_of_level(0), [Interval::new(0, 9).unwrap(); 2]);
        let free = Interval::at_least(0);
        assert_eq!(totals.bounds_of_level(1), [free, Interval::new(3, 9).unwrap(), free]);
        assert_eq!((totals.bounds_of_all_rows(), totals.bounds_of_level(7)), (free, vec![]));
        let open = Count::Interval(Interval::at_least(5));
        assert_eq!(totals.all_rows(open, Relation::AtMost).unwrap().bounds_of_all_rows(), free);
    }

    #[test]
    fn totals_of_areas_that_are_not_there_or_shared_are_refused() {
        let five = [Count::Exact(5); 3];
        let error = totals().level("gemeente", &["C", "A", "C"], &five, Relation::Equal).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("unknown-area", &[0, 2][..]));
        let error = totals().level("wijk", &["1"], &five[..1], Relation::Equal).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("ambiguous-area", &[0][..]));
        assert_eq!(
            totals().level("buurt", &["1"], &five, Relation::Equal).unwrap_err().code(),
            "unknown-level"
        );
        assert_eq!(totals().level("wijk", &["2"], &five, Relation::Equal).unwrap_err().code(), "length");
        for path in [&["A", "3"][..], &["A", "1", "1"], &[]] {
            assert_eq!(totals().area(path, five[0], Relation::Equal).unwrap_err().code(), "unknown-area");
        }
    }

    #[test]
    fn a_total_is_stated_once_and_a_missing_one_is_none() {
        let five = Count::Exact(5);
        let stated = totals().area(&["A"], five, Relation::Equal).unwrap();
        let again = stated.clone().level("gemeente", &["A"], &[five], Relation::AtMost);
        assert_eq!(again.unwrap_err().code(), "specification");
        assert_eq!(stated.clone().area(&["A"], Count::Missing, Relation::AtMost).unwrap(), stated);
        let all = totals().all_rows(five, Relation::Equal).unwrap();
        assert_eq!(all.all_rows(five, Relation::Equal).unwrap_err().code(), "specification");
    }
}
