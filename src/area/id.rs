//! The position of an area, with its level in the type.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// An area of level `L`: its position among the areas of that level, in the tree that gave it.
///
/// An id of one level is not an id of another:
///
/// ```
/// use nestcount::{area::AreaId, nl::Wijk};
/// fn people_in(wijk: AreaId<Wijk>) {}
/// fn all(wijken: &[AreaId<Wijk>]) {
///     wijken.iter().for_each(|&wijk| people_in(wijk));
/// }
/// ```
/// ```compile_fail,E0308
/// use nestcount::{area::AreaId, nl::{Gemeente, Wijk}};
/// fn people_in(wijk: AreaId<Wijk>) {}
/// fn all(gemeenten: &[AreaId<Gemeente>]) {
///     gemeenten.iter().for_each(|&gemeente| people_in(gemeente));
/// }
/// ```
///
/// In another tree the same id means whichever area stands at that position, or none.
pub struct AreaId<L> {
    position: u32,
    level: PhantomData<fn() -> L>,
}

impl<L> AreaId<L> {
    pub(super) fn new(position: u32) -> Self {
        AreaId { position, level: PhantomData }
    }

    /// Position of the area among those of its level, from 0.
    pub fn position(self) -> u32 {
        self.position
    }
}

// Derived impls would ask the same of `L`, of which there are no values.

impl<L> Clone for AreaId<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for AreaId<L> {}

impl<L> PartialEq for AreaId<L> {
    fn eq(&self, other: &Self) -> bool {
        self.position == other.position
    }
}

impl<L> Eq for AreaId<L> {}

impl<L> PartialOrd for AreaId<L> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<L> Ord for AreaId<L> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.position.cmp(&other.position)
    }
}

impl<L> Hash for AreaId<L> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.position.hash(state);
    }
}

impl<L> fmt::Debug for AreaId<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AreaId").field(&self.position).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeSet, HashSet};

    /// Neither `Clone` nor anything else.
    struct Bare;

    fn is_thread_safe<T: Send + Sync + Copy>(_: T) {}

    #[test]
    fn an_id_asks_nothing_of_its_level() {
        let ids = [2, 0, 2].map(AreaId::<Bare>::new);
        is_thread_safe(ids[0]);
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 2);
        let sorted: Vec<u32> = BTreeSet::from(ids).iter().map(|id| id.position()).collect();
        assert_eq!(sorted, [0, 2]);
        assert_eq!(format!("{:?}", ids[0]), "AreaId(2)");
    }
}
