//! Levels as types: each names the level it lies in.

use std::any::TypeId;

/// A level of areas as a type, with the level above it as its parent.
///
/// ```
/// use nestcount::area::{Level, Top};
/// struct County;
/// struct Ward;
/// impl Level for County {
///     const NAME: &'static str = "county";
///     type Parent = Top;
/// }
/// impl Level for Ward {
///     const NAME: &'static str = "ward";
///     type Parent = County;
/// }
/// assert_eq!(Ward::chain(), ["county", "ward"]);
/// ```
pub trait Level: Sized + 'static {
    /// The level's name, in trees and tables.
    const NAME: &'static str;

    /// The level whose areas contain this level's; [`Top`] for the coarsest.
    type Parent: ParentLevel;

    /// Names of the levels from the coarsest down to this one.
    fn chain() -> Vec<&'static str> {
        let mut names = Vec::new();
        <Self as sealed::Chain>::push_names(&mut names);
        names
    }
}

/// What may stand above a level: another level, or [`Top`].
pub trait ParentLevel: sealed::Chain {}

/// What stands above the coarsest level. It has no areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Top {}

impl ParentLevel for Top {}
impl<L: Level> ParentLevel for L {}

/// Position of level `K` among the levels down to `L`, 0 for the coarsest; `None` where `K` is none of them.
pub(super) fn position<K: Level, L: Level>() -> Option<usize> {
    <L as sealed::Chain>::position_of(TypeId::of::<K>())
}

mod sealed {
    use super::{Level, Top};
    use std::any::TypeId;

    /// A walk from a level up to [`Top`].
    pub trait Chain {
        /// Number of levels from the coarsest down to this one.
        const DEPTH: usize;
        fn push_names(names: &mut Vec<&'static str>);
        fn position_of(level: TypeId) -> Option<usize>;
    }

    impl Chain for Top {
        const DEPTH: usize = 0;
        fn push_names(_: &mut Vec<&'static str>) {}
        fn position_of(_: TypeId) -> Option<usize> {
            None
        }
    }

    impl<L: Level> Chain for L {
        const DEPTH: usize = <L::Parent as Chain>::DEPTH + 1;
        fn push_names(names: &mut Vec<&'static str>) {
            L::Parent::push_names(names);
            names.push(L::NAME);
        }
        fn position_of(level: TypeId) -> Option<usize> {
            match level == TypeId::of::<L>() {
                true => Some(<L::Parent as Chain>::DEPTH),
                false => L::Parent::position_of(level),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nl::{Buurt, Gemeente, Jeugdregio, Wijk};

    #[test]
    fn the_chain_runs_from_the_coarsest_level_down() {
        assert_eq!(Jeugdregio::chain(), ["jeugdregio"]);
        assert_eq!(Buurt::chain(), ["jeugdregio", "gemeente", "wijk", "buurt"]);
    }

    #[test]
    fn a_position_is_that_in_the_chain_and_a_finer_level_has_none() {
        assert_eq!(position::<Jeugdregio, Wijk>(), Some(0));
        assert_eq!(position::<Gemeente, Wijk>(), Some(1));
        assert_eq!(position::<Wijk, Wijk>(), Some(2));
        assert_eq!(position::<Buurt, Wijk>(), None);
    }
}
