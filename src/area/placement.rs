//! Which area each row of a table lies in.

use super::AreaTree;
use super::nesting::{self, CodeColumn, CodeScope};
use crate::error::{ErrorKind, Result};
use crate::table::Table;

/// The rows of a table on a tree: each lies in one area of the finest level, and so in one area of every level.
///
/// ```
/// use nestcount::area::{CodeScope, Placement};
/// use nestcount::table::Table;
/// let table = Table::new()
///     .with_text("gemeente", ["GM0363", "GM0363", "GM0518"])?
///     .with_text("wijk", ["WK036300", "WK036301", "WK051801"])?;
/// let placement = Placement::from_table(&table, &["gemeente", "wijk"], CodeScope::Unique)?;
/// assert_eq!(placement.areas(0), [0, 0, 1]);
/// assert_eq!(placement.tree().path(1, 2), ["GM0518", "WK051801"]);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    tree: AreaTree,
    finest: Vec<u32>,
}

/// A level and the column that holds its codes; a bare `&str` names both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelColumn<'a> {
    /// The name of the level.
    pub level: &'a str,
    /// The name of the column.
    pub column: &'a str,
}

impl<'a> From<&'a str> for LevelColumn<'a> {
    fn from(name: &'a str) -> Self {
        LevelColumn { level: name, column: name }
    }
}

impl<'a> From<(&'a str, &'a str)> for LevelColumn<'a> {
    fn from((level, column): (&'a str, &'a str)) -> Self {
        LevelColumn { level, column }
    }
}

impl Placement {
    pub(super) fn new(tree: AreaTree, finest: Vec<u32>) -> Self {
        Placement { tree, finest }
    }

    /// Builds the tree from columns of codes, one per level and coarsest first, and puts every row on it.
    ///
    /// A level is named by its column, or by a pair `("level", "column")`. Codes are text: blanks around them are cut
    /// off, leading zeros kept. Fails on an unknown column, and with one [`ErrorKind::Hierarchy`] that lists every
    /// blank code, code under several parents ([`CodeScope::Unique`]), empty level and repeated level name.
    ///
    /// ```
    /// # use nestcount::{area::{CodeScope, Placement}, table::Table};
    /// let table = Table::new()
    ///     .with_text("GM_CODE", ["GM0363", "GM0518"])?
    ///     .with_text("nr", ["01", "01"])?;
    /// let columns = [("gemeente", "GM_CODE"), ("wijk", "nr")];
    /// let placement = Placement::from_table(&table, &columns, CodeScope::WithinParent)?;
    /// assert_eq!(placement.tree().n_areas(1), 2);
    ///
    /// let error = Placement::from_table(&table, &columns, CodeScope::Unique).unwrap_err();
    /// assert!(error.to_string().contains("wijk '01' stands under 'GM0363', 'GM0518' (rows 1, 2)"));
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn from_table<'a, C>(table: &Table, levels: &[C], scope: CodeScope) -> Result<Self>
    where
        C: Copy + Into<LevelColumn<'a>>,
    {
        let levels: Vec<LevelColumn<'a>> = levels.iter().map(|&level| level.into()).collect();
        let codes: Vec<Vec<Option<String>>> =
            levels.iter().map(|level| table.codes(level.column)).collect::<Result<_>>()?;
        let columns: Vec<CodeColumn<'_>> = levels
            .iter()
            .zip(&codes)
            .map(|(level, codes)| CodeColumn {
                level: level.level,
                cells: codes.iter().map(Option::as_deref).collect(),
            })
            .collect();
        nesting::nest(&columns, scope)
    }

    /// The same from slices: `(level, code of each row)`, coarsest first.
    ///
    /// Fails as [`Placement::from_table`] does, and on slices of different lengths.
    pub fn from_codes<S: AsRef<str>>(levels: &[(&str, &[S])], scope: CodeScope) -> Result<Self> {
        let expected = levels.first().map_or(0, |(_, codes)| codes.len());
        if let Some((level, codes)) = levels.iter().find(|(_, codes)| codes.len() != expected) {
            let (what, found) = (format!("level '{level}'"), codes.len());
            return Err(ErrorKind::Length { what, expected, found }.into());
        }
        let columns: Vec<CodeColumn<'_>> = levels
            .iter()
            .map(|(level, codes)| CodeColumn {
                level,
                cells: codes.iter().map(|code| nesting::trimmed(code.as_ref())).collect(),
            })
            .collect();
        nesting::nest(&columns, scope)
    }

    /// The tree the rows lie on.
    pub fn tree(&self) -> &AreaTree {
        &self.tree
    }

    /// Number of rows placed.
    pub fn n_rows(&self) -> usize {
        self.finest.len()
    }

    /// Position of each row's area at a level (0 for the coarsest), in the rows' order; empty for a level that is not
    /// there.
    pub fn areas(&self, level: usize) -> Vec<u32> {
        if level > self.tree.finest() {
            return Vec::new();
        }
        let mut areas = self.finest.clone();
        for l in (level + 1..self.tree.levels().len()).rev() {
            let parents = self.tree.parents(l);
            areas.iter_mut().for_each(|area| *area = parents[*area as usize]);
        }
        areas
    }

    /// Code of each row's area at a level, in the rows' order; empty for a level that is not there.
    pub fn codes(&self, level: usize) -> Vec<&str> {
        let codes = self.tree.codes(level);
        self.areas(level).into_iter().map(|area| codes[area as usize].as_str()).collect()
    }

    /// The rows named, in the order named, on the same tree; a position beyond the rows is left out.
    pub fn select(&self, rows: &[usize]) -> Placement {
        let finest = rows.iter().filter_map(|&row| self.finest.get(row).copied()).collect();
        Placement::new(self.tree.clone(), finest)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::error::Violation;

    fn violations(levels: &[(&str, &[&str])], scope: CodeScope) -> Vec<Violation> {
        match Placement::from_codes(levels, scope).unwrap_err().kind() {
            ErrorKind::Hierarchy { violations } => violations.clone(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn areas_stand_in_the_order_met_and_rows_keep_theirs() {
        let levels: [(&str, &[&str]); 3] = [
            ("region", &["R2", "R1", "R2", "R2"]),
            ("gemeente", &["G3", "G1", "G3", "G2"]),
            ("wijk", &["W4", "W1", "W4", "W2"]),
        ];
        let placement = Placement::from_codes(&levels, CodeScope::Unique).unwrap();
        let tree = placement.tree();
        assert_eq!(tree.codes(1), ["G3", "G1", "G2"]);
        assert_eq!(
            (tree.parents(0), tree.parents(1), tree.parents(2)),
            (&[][..], &[0, 1, 0][..], &[0, 1, 2][..])
        );
        for (level, (_, codes)) in levels.iter().enumerate() {
            assert_eq!(placement.codes(level), *codes);
        }
        assert_eq!(placement.select(&[3, 0, 9]).codes(1), ["G2", "G3"]);
        assert!(placement.areas(3).is_empty() && placement.codes(3).is_empty());
    }

    #[test]
    fn every_violation_stands_in_one_error() {
        let levels: [(&str, &[&str]); 3] = [
            ("region", &["R1", "R2", " ", "R1"]),
            ("wijk", &["G1", "G1", "G2", "G3"]),
            ("wijk", &["W1", "W2", "W1", "\t"]),
        ];
        let text = String::from;
        let expected = [
            Violation::DuplicateLevel { level: text("wijk") },
            Violation::BlankCode { level: text("region"), rows: vec![2] },
            Violation::SeveralParents {
                level: text("wijk"),
                code: text("G1"),
                parents: vec![text("R1"), text("R2")],
                rows: vec![0, 1],
            },
            Violation::BlankCode { level: text("wijk"), rows: vec![3] },
            Violation::SeveralParents {
                level: text("wijk"),
                code: text("W1"),
                parents: vec![text("G1"), text("G2")],
                rows: vec![0, 2],
            },
        ];
        assert_eq!(violations(&levels, CodeScope::Unique), expected);
    }

    #[test]
    fn no_level_no_row_and_a_column_of_blanks_are_refused() {
        assert_eq!(violations(&[], CodeScope::Unique), [Violation::NoLevel]);
        for scope in [CodeScope::Unique, CodeScope::WithinParent] {
            let empty = |level: &str| Violation::EmptyLevel { level: level.into() };
            assert_eq!(violations(&[("a", &[]), ("b", &[])], scope), [empty("a"), empty("b")]);
            let blank = Violation::BlankCode { level: "a".into(), rows: vec![0] };
            assert_eq!(violations(&[("a", &[" "]), ("b", &["1"])], scope), [blank, empty("a")]);
        }
    }

    #[test]
    fn codes_with_separators_in_them_do_not_collide() {
        let levels: [(&str, &[&str]); 3] = [
            ("a", &["x", "x:y", "x", "x/y"]),
            ("b", &["y:z", "z", "y/z", "z"]),
            ("c", &["1", "1", "1", "1"]),
        ];
        let placement = Placement::from_codes(&levels, CodeScope::WithinParent).unwrap();
        assert_eq!(placement.areas(2), [0, 1, 2, 3]);
    }

    #[test]
    fn ragged_slices_are_refused() {
        let levels: [(&str, &[&str]); 2] = [("a", &["1", "1"]), ("b", &["1"])];
        let error = Placement::from_codes(&levels, CodeScope::Unique).unwrap_err();
        assert_eq!(error.code(), "length");
    }

    #[test]
    fn levels_come_as_names_or_pairs_in_arrays_slices_and_lists() {
        let table = Table::new().with_text("gm", ["1"]).unwrap().with_text("wk", ["2"]).unwrap();
        let place = |placement: Result<Placement>| placement.unwrap().tree().levels().join(" ");
        let (scope, names): (_, &[&str]) = (CodeScope::Unique, &["gm", "wk"]);
        assert_eq!(place(Placement::from_table(&table, names, scope)), "gm wk");
        assert_eq!(place(Placement::from_table(&table, &Vec::from(names), scope)), "gm wk");
        assert_eq!(place(Placement::from_table(&table, &["wk"], scope)), "wk");
        assert_eq!(place(Placement::from_table(&table, &[("gemeente", "gm")], scope)), "gemeente");
        let error = Placement::from_table(&table, &["gm", "bu"], scope).unwrap_err();
        assert_eq!(error.column(), Some("bu"));
    }

    #[test]
    fn leading_zeros_make_another_code_and_blanks_around_do_not() {
        let levels: [(&str, &[&str]); 1] = [("gemeente", &["0363", "363", " 0363\u{a0}"])];
        let placement = Placement::from_codes(&levels, CodeScope::Unique).unwrap();
        assert_eq!(placement.areas(0), [0, 1, 0]);
    }
}
