//! A tree from lists of (child, parent) pairs.

use super::AreaTree;
use super::nesting::{self, CodeColumn, Gathered, trimmed};
use crate::error::{Result, Violation};
use std::collections::HashMap;

/// Gathers a tree level by level, coarsest first: a list of codes, then (child, parent) pairs.
///
/// Within a level a code names one area, and a parent is named by its code. Blanks around codes are cut off; a code or
/// a pair may come more than once.
///
/// ```
/// use nestcount::area::TreeBuilder;
/// let tree = TreeBuilder::listing("jeugdregio", ["JZ01", "JZ02"])
///     .level("gemeente", [("GM0363", "JZ01"), ("GM0518", "JZ02")])
///     .level("wijk", [("WK036300", "GM0363"), ("WK036301", "GM0363"), ("WK051801", "GM0518")])
///     .build()?;
/// assert_eq!(tree.path(2, 2), ["JZ02", "GM0518", "WK051801"]);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TreeBuilder {
    coarsest: String,
    roots: Roots,
    finer: Vec<(String, Vec<Pair>)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Roots {
    Listed(Vec<String>),
    NamedAsParents,
}

#[derive(Debug, Clone, PartialEq)]
struct Pair {
    child: String,
    parent: String,
}

impl TreeBuilder {
    /// Starts from the coarsest level and its codes: a parent that is not among them is an orphan's.
    pub fn listing<S: Into<String>>(level: &str, codes: impl IntoIterator<Item = S>) -> Self {
        let roots = Roots::Listed(codes.into_iter().map(Into::into).collect());
        TreeBuilder { coarsest: level.into(), roots, finer: Vec::new() }
    }

    /// Starts from the coarsest level, whose areas are the parents that the next level names.
    pub fn deriving(level: &str) -> Self {
        TreeBuilder { coarsest: level.into(), roots: Roots::NamedAsParents, finer: Vec::new() }
    }

    /// Adds the next finer level as (child, parent) pairs.
    pub fn level<C: Into<String>, P: Into<String>>(
        mut self,
        level: &str,
        pairs: impl IntoIterator<Item = (C, P)>,
    ) -> Self {
        let pair = |(child, parent): (C, P)| Pair { child: child.into(), parent: parent.into() };
        self.finer.push((level.into(), pairs.into_iter().map(pair).collect()));
        self
    }

    /// The tree, with areas in the order in which they came.
    ///
    /// Fails with one [`ErrorKind::Hierarchy`](crate::ErrorKind::Hierarchy) that lists every blank code, orphan, child
    /// of several parents, empty level and repeated level name. Its rows are positions in the list of the level it
    /// names; a blank parent makes an orphan.
    pub fn build(&self) -> Result<AreaTree> {
        let finer = self.finer.iter().map(|(level, _)| level.as_str());
        let levels: Vec<&str> = std::iter::once(self.coarsest.as_str()).chain(finer).collect();
        let mut violations = nesting::name_violations(&levels);
        let roots = self.roots();
        violations.extend(list_violations(&self.coarsest, roots.iter().copied()));
        let mut above = Gathered::default();
        for code in roots.into_iter().filter_map(trimmed) {
            above.meet(None, code);
        }
        let mut gathered = Vec::with_capacity(levels.len());
        for (level, pairs) in &self.finer {
            violations.extend(list_violations(level, pairs.iter().map(|pair| pair.child.as_str())));
            let (here, orphans) = gather(level, pairs, &mut above);
            violations.extend(orphans);
            violations.extend(here.several_parents(level, Some(&above)));
            gathered.push(std::mem::replace(&mut above, here));
        }
        gathered.push(above);
        nesting::tree_of(&levels, gathered, violations)
    }

    /// The codes of the coarsest level, as they came.
    fn roots(&self) -> Vec<&str> {
        match (&self.roots, self.finer.first()) {
            (Roots::Listed(codes), _) => codes.iter().map(String::as_str).collect(),
            (Roots::NamedAsParents, None) => Vec::new(),
            (Roots::NamedAsParents, Some((_, pairs))) => {
                let parents = pairs.iter().map(|pair| pair.parent.as_str());
                parents.filter(|parent| trimmed(parent).is_some()).collect()
            }
        }
    }
}

fn list_violations<'a>(level: &str, codes: impl Iterator<Item = &'a str>) -> Vec<Violation> {
    let cells: Vec<Option<&str>> = codes.map(trimmed).collect();
    nesting::blank_and_empty(&CodeColumn { level, cells })
}

/// The areas of one level under those above, and the orphans among them.
///
/// A parent that is not there is taken in above, so that it is named among a child's several parents; the tree is
/// refused then anyway.
fn gather<'a>(level: &str, pairs: &'a [Pair], above: &mut Gathered<'a>) -> (Gathered<'a>, Vec<Violation>) {
    let n_known = above.n_areas();
    let (mut here, mut orphans) = (Gathered::default(), Orphans::default());
    for (row, pair) in pairs.iter().enumerate() {
        let area = trimmed(&pair.child).map(|child| here.meet(None, child));
        let parent = trimmed(&pair.parent).map(|parent| above.meet(None, parent));
        if let (Some(area), Some(parent)) = (area, parent) {
            here.meet_under(area, parent, row);
        }
        if parent.is_none_or(|parent| parent as usize >= n_known) {
            orphans.add(pair.child.trim(), pair.parent.trim(), row);
        }
    }
    (here, orphans.violations(level))
}

/// Pairs whose parent is not there, each once and in the order met, with all its rows.
#[derive(Default)]
struct Orphans<'a> {
    positions: HashMap<(&'a str, &'a str), usize>,
    met: Vec<(&'a str, &'a str, Vec<usize>)>,
}

impl<'a> Orphans<'a> {
    fn add(&mut self, child: &'a str, parent: &'a str, row: usize) {
        let at = *self.positions.entry((child, parent)).or_insert(self.met.len());
        match self.met.get_mut(at) {
            Some((.., rows)) => rows.push(row),
            None => self.met.push((child, parent, vec![row])),
        }
    }

    fn violations(self, level: &str) -> Vec<Violation> {
        let violation = |(child, parent, rows): (&str, &str, Vec<usize>)| Violation::Orphan {
            level: level.into(),
            code: child.into(),
            parent: parent.into(),
            rows,
        };
        self.met.into_iter().map(violation).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::{CodeScope, Placement};
    use crate::error::ErrorKind;

    fn violations(builder: TreeBuilder) -> Vec<Violation> {
        match builder.build().unwrap_err().kind() {
            ErrorKind::Hierarchy { violations } => violations.clone(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn pairs_and_columns_give_the_same_tree() {
        let pairs = TreeBuilder::deriving("region")
            .level("gemeente", [("G2", "R1"), ("G1 ", "R2"), ("G2", " R1")])
            .level("wijk", [("W1", "G1"), ("W2", "G2"), ("W3", "G1")])
            .build()
            .unwrap();
        let columns: [(&str, &[&str]); 3] = [
            ("region", &["R1", "R2", "R1", "R2"]),
            ("gemeente", &["G2", "G1", "G2", "G1"]),
            ("wijk", &["W2", "W1", "W2", "W3"]),
        ];
        let columns = Placement::from_codes(&columns, CodeScope::Unique).unwrap();
        assert_eq!(pairs.codes(1), columns.tree().codes(1));
        for code in pairs.codes(2) {
            let path = |tree: &AreaTree| tree.path(2, tree.find(2, code).unwrap()).join(" ");
            assert_eq!(path(&pairs), path(columns.tree()));
        }
    }

    #[test]
    fn every_violation_stands_in_one_error() {
        let found = violations(
            TreeBuilder::listing("region", ["R1", " ", "R2"])
                .level("gemeente", [("G1", "R1"), ("G2", "R9"), ("G1", "R2"), ("G2", "R9"), ("", "R1")])
                .level("gemeente", [("W1", "G2"), ("W2", ""), ("W1", "G9")])
                .level("buurt", [("", "W1")]),
        );
        let text = String::from;
        let (blank, orphan) = (
            |level: &str, rows| Violation::BlankCode { level: level.into(), rows },
            |code: &str, parent: &str, rows| Violation::Orphan {
                level: text("gemeente"),
                code: code.into(),
                parent: parent.into(),
                rows,
            },
        );
        let torn = |code: &str, parents: [&str; 2]| Violation::SeveralParents {
            level: text("gemeente"),
            code: code.into(),
            parents: parents.map(String::from).to_vec(),
            rows: vec![0, 2],
        };
        let expected = [
            Violation::DuplicateLevel { level: text("gemeente") },
            blank("region", vec![1]),
            blank("gemeente", vec![4]),
            orphan("G2", "R9", vec![1, 3]),
            torn("G1", ["R1", "R2"]),
            orphan("W2", "", vec![1]),
            orphan("W1", "G9", vec![2]),
            torn("W1", ["G2", "G9"]),
            blank("buurt", vec![0]),
            Violation::EmptyLevel { level: text("buurt") },
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_level_derived_from_nothing_is_empty() {
        let empty = |level: &str| Violation::EmptyLevel { level: level.into() };
        assert_eq!(violations(TreeBuilder::deriving("a")), [empty("a")]);
        let none: [(&str, &str); 0] = [];
        assert_eq!(violations(TreeBuilder::deriving("a").level("b", none)), [empty("a"), empty("b")]);
    }

    #[test]
    fn an_area_without_children_stays() {
        let tree = TreeBuilder::listing("a", ["1", "2"]).level("b", [("x", "1")]).build().unwrap();
        assert_eq!((tree.n_areas(0), tree.children(0, 1).count()), (2, 0));
    }
}
