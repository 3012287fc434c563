//! A tree whose levels are types.

use super::level::position;
use super::{AreaId, AreaTree, CodeScope, Level, LevelColumn, Placement};
use crate::error::{Error, ErrorKind, Result};
use crate::table::Table;
use std::fmt;
use std::marker::PhantomData;

/// An [`AreaTree`] whose levels are `L` and the levels above it, so that an area cannot be taken for one of another
/// level.
///
/// ```
/// use nestcount::area::{AreaId, CodeScope, TypedTree};
/// use nestcount::nl::{Gemeente, Jeugdregio, Wijk};
/// use nestcount::table::Table;
/// let table = Table::new()
///     .with_text("jeugdregio", ["JZ01", "JZ01", "JZ02"])?
///     .with_text("gemeente", ["GM0363", "GM0363", "GM0518"])?
///     .with_text("wijk", ["WK036300", "WK036301", "WK051801"])?;
/// let (tree, placement) = TypedTree::<Wijk>::from_table(&table, CodeScope::Unique)?;
///
/// let amsterdam: AreaId<Gemeente> = tree.id("GM0363").expect("it is in the table");
/// assert_eq!(tree.children::<Wijk>(amsterdam).count(), 2);
/// let region: AreaId<Jeugdregio> = tree.parent(amsterdam).expect("every gemeente has one");
/// assert_eq!(tree.code(region), Some("JZ01"));
/// assert_eq!(placement.tree(), tree.untyped());
/// # Ok::<(), nestcount::Error>(())
/// ```
///
/// The coarsest level has no parent to ask for:
///
/// ```compile_fail,E0277
/// use nestcount::{area::{AreaId, TypedTree}, nl::{Jeugdregio, Wijk}};
/// fn above(tree: &TypedTree<Wijk>, region: AreaId<Jeugdregio>) {
///     tree.parent(region);
/// }
/// ```
///
/// Nor are the areas within a wijk gemeenten:
///
/// ```compile_fail,E0308
/// use nestcount::{area::{AreaId, TypedTree}, nl::{Gemeente, Wijk}};
/// fn within(tree: &TypedTree<Wijk>, wijk: AreaId<Wijk>) -> usize {
///     tree.children::<Gemeente>(wijk).count()
/// }
/// ```
pub struct TypedTree<L> {
    tree: AreaTree,
    finest: PhantomData<fn() -> L>,
}

impl<L: Level> TypedTree<L> {
    /// Builds the tree from columns that are called as the levels are, and puts the rows on it.
    ///
    /// Fails as [`Placement::from_table`] does.
    pub fn from_table(table: &Table, scope: CodeScope) -> Result<(Self, Placement)> {
        TypedTree::from_columns(table, &L::chain(), scope)
    }

    /// Builds the tree from these columns, one per level and coarsest first, and puts the rows on it.
    ///
    /// Fails as [`Placement::from_table`] does, and on another number of columns than of levels.
    pub fn from_columns(table: &Table, columns: &[&str], scope: CodeScope) -> Result<(Self, Placement)> {
        let names = L::chain();
        if columns.len() != names.len() {
            let what = format!("the list of columns for {}", names.join(", "));
            return Err(ErrorKind::Length { what, expected: names.len(), found: columns.len() }.into());
        }
        let levels: Vec<LevelColumn<'_>> =
            names.into_iter().zip(columns).map(|(level, &column)| LevelColumn { level, column }).collect();
        let placement = Placement::from_table(table, &levels, scope)?;
        Ok((TypedTree::typed(placement.tree().clone()), placement))
    }

    fn typed(tree: AreaTree) -> Self {
        TypedTree { tree, finest: PhantomData }
    }

    /// The tree with its levels as names.
    pub fn untyped(&self) -> &AreaTree {
        &self.tree
    }

    /// The tree with its levels as names, by value.
    pub fn into_untyped(self) -> AreaTree {
        self.tree
    }

    /// The one area of level `K` with this code, as [`AreaTree::find`] finds it.
    ///
    /// `None` also for a level that is neither `L` nor above it.
    pub fn id<K: Level>(&self, code: &str) -> Option<AreaId<K>> {
        self.tree.find(position::<K, L>()?, code).map(AreaId::new)
    }

    /// The area of level `K` with this path of codes, coarsest first; `None` for a path of another length.
    pub fn id_of_path<K: Level>(&self, path: &[&str]) -> Option<AreaId<K>> {
        match path.len() == position::<K, L>()? + 1 {
            true => self.tree.find_path(path).map(AreaId::new),
            false => None,
        }
    }

    /// All areas of level `K`, by position; none for a level that is neither `L` nor above it.
    pub fn ids<K: Level>(&self) -> impl Iterator<Item = AreaId<K>> + use<K, L> {
        let n_areas = position::<K, L>().map_or(0, |level| self.tree.n_areas(level));
        (0..n_areas as u32).map(AreaId::new)
    }

    /// The code of an area.
    pub fn code<K: Level>(&self, area: AreaId<K>) -> Option<&str> {
        self.tree.code(position::<K, L>()?, area.position())
    }

    /// The area that contains this one, one level up.
    pub fn parent<K>(&self, area: AreaId<K>) -> Option<AreaId<K::Parent>>
    where
        K: Level,
        K::Parent: Level,
    {
        self.tree.parent(position::<K, L>()?, area.position()).map(AreaId::new)
    }

    /// The areas of level `K` within an area of the level above, by position.
    pub fn children<K>(&self, area: AreaId<K::Parent>) -> impl Iterator<Item = AreaId<K>> + '_
    where
        K: Level,
        K::Parent: Level,
    {
        let above = position::<K, L>().and_then(|level| level.checked_sub(1));
        let children = above.map(|above| self.tree.children(above, area.position()));
        children.into_iter().flatten().map(AreaId::new)
    }
}

/// Takes a tree whose levels have the names of `L` and the levels above it; fails on any other.
impl<L: Level> TryFrom<AreaTree> for TypedTree<L> {
    type Error = Error;

    fn try_from(tree: AreaTree) -> Result<Self> {
        let names = L::chain();
        if tree.levels() == names {
            return Ok(TypedTree::typed(tree));
        }
        let (found, needed) = (tree.levels().join(" > "), names.join(" > "));
        let message = format!("the tree has the levels {found}, where {needed} are needed");
        Err(ErrorKind::Specification { message }.into())
    }
}

// Derived impls would ask the same of `L`, of which there are no values.

impl<L> Clone for TypedTree<L> {
    fn clone(&self) -> Self {
        TypedTree { tree: self.tree.clone(), finest: PhantomData }
    }
}

impl<L> PartialEq for TypedTree<L> {
    fn eq(&self, other: &Self) -> bool {
        self.tree == other.tree
    }
}

impl<L> fmt::Debug for TypedTree<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedTree").field(&self.tree).finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::nl::{Buurt, Gemeente, Jeugdregio, Wijk};

    fn table() -> Table {
        Table::new()
            .with_text("jeugdregio", ["JZ01", "JZ01", "JZ02"])
            .unwrap()
            .with_text("gm", ["GM0363", "GM0384", "GM0518"])
            .unwrap()
            .with_text("wijk", ["WK036300", "WK038400", "WK051801"])
            .unwrap()
    }

    const COLUMNS: [&str; 3] = ["jeugdregio", "gm", "wijk"];

    fn tree() -> TypedTree<Wijk> {
        TypedTree::from_columns(&table(), &COLUMNS, CodeScope::Unique).unwrap().0
    }

    #[test]
    fn typed_and_untyped_walks_agree() {
        let tree = tree();
        for wijk in tree.ids::<Wijk>() {
            let gemeente: AreaId<Gemeente> = tree.parent(wijk).unwrap();
            assert!(tree.children::<Wijk>(gemeente).any(|child| child == wijk));
            let region = tree.parent(gemeente).unwrap();
            let path = [tree.code(region), tree.code(gemeente), tree.code(wijk)].map(Option::unwrap);
            assert_eq!(path.to_vec(), tree.untyped().path(2, wijk.position()));
            assert_eq!(tree.id_of_path::<Wijk>(&path), Some(wijk));
            assert_eq!(tree.id::<Wijk>(path[2]), Some(wijk));
        }
        assert_eq!(tree.id_of_path::<Wijk>(&["JZ01", "GM0363"]), None);
    }

    #[test]
    fn levels_take_their_names_from_the_types() {
        let error = TypedTree::<Wijk>::from_table(&table(), CodeScope::Unique).unwrap_err();
        assert_eq!(error.column(), Some("gemeente"));
        assert_eq!(tree().untyped().levels(), ["jeugdregio", "gemeente", "wijk"]);
        let error = TypedTree::<Buurt>::from_columns(&table(), &COLUMNS, CodeScope::Unique).unwrap_err();
        assert_eq!(error.code(), "length");
    }

    #[test]
    fn a_tree_is_typed_only_where_its_levels_are_the_types() {
        let untyped = tree().into_untyped();
        assert_eq!(TypedTree::<Wijk>::try_from(untyped.clone()).unwrap(), tree());
        let error = TypedTree::<Gemeente>::try_from(untyped).unwrap_err();
        assert_eq!(error.code(), "specification");
    }

    #[test]
    fn foreign_ids_and_levels_are_none_and_no_panic() {
        let (tree, far) = (tree(), 1_000_000);
        assert_eq!(tree.code(AreaId::<Wijk>::new(far)), None);
        assert_eq!(tree.parent(AreaId::<Wijk>::new(far)), None);
        assert_eq!(tree.children::<Gemeente>(AreaId::<Jeugdregio>::new(far)).count(), 0);
        assert_eq!(tree.children::<Buurt>(AreaId::new(0)).count(), 0);
        assert_eq!(tree.parent(AreaId::<Buurt>::new(0)), None);
        assert_eq!(tree.id::<Buurt>("BU03630000"), None);
        assert_eq!(tree.ids::<Buurt>().count(), 0);
    }
}
