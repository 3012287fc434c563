//! What an error is about: its code, its rows, its column.

use super::ErrorKind;

impl ErrorKind {
    pub(super) fn code(&self) -> &'static str {
        use ErrorKind as K;
        match self {
            K::Unreadable { .. } => "unreadable",
            K::File { .. } => "file",
            K::UnknownColumn { .. } => "unknown-column",
            K::AmbiguousColumn { .. } => "ambiguous-column",
            K::DuplicateColumn { .. } => "duplicate-column",
            K::Length { .. } => "length",
            K::NoRows { .. } => "no-rows",
            K::EmptySet { .. } => "empty-set",
            K::RowsNotInFit { .. } => "rows-not-in-fit",
            K::NotANumber { .. } => "not-a-number",
            K::NonFinite { .. } => "non-finite",
            K::Hierarchy { .. } => "hierarchy",
            K::UnknownLevel { .. } => "unknown-level",
            K::UnknownArea { .. } => "unknown-area",
            K::AmbiguousArea { .. } => "ambiguous-area",
            K::InvalidCode { .. } => "invalid-code",
            K::Crosswalk { .. } => "crosswalk",
            K::InvalidCount { .. } => "invalid-count",
            K::EmptyInterval { .. } => "empty-interval",
            K::InvalidBounds { .. } => "invalid-bounds",
            K::PublishedCell { .. } => "published-cell",
            K::PublishedCells { .. } => "published-cells",
            K::InfeasibleTotals { .. } => "infeasible-totals",
            K::InvalidExposure { .. } => "invalid-exposure",
            K::ZeroExposure { .. } => "zero-exposure",
            K::MissingCells { .. } => "missing-cells",
            K::NothingToFillFrom { .. } => "nothing-to-fill-from",
            K::Constant { .. } => "constant",
            K::Aliased { .. } => "aliased",
            K::TransformDomain { .. } => "transform-domain",
            K::VariesWithinArea { .. } => "varies-within-area",
            K::UnknownCategory { .. } => "unknown-category",
            K::SingleCategory { .. } => "single-category",
            K::Specification { .. } => "specification",
            K::AllZeroCounts => "all-zero-counts",
            K::AllMayBeZero { .. } => "all-may-be-zero",
            K::OutsideBounds { .. } => "outside-bounds",
            K::InexactCount { .. } => "inexact-count",
            K::AllOpenAbove => "all-open-above",
            K::OpenInterval { .. } => "open-interval",
            K::TooFewAreas { .. } => "too-few-areas",
            K::ConfoundedLevels { .. } => "confounded-levels",
            K::Separation { .. } => "separation",
            K::NotConverged { .. } => "not-converged",
            K::CorrelationAtLimit { .. } => "correlation-at-limit",
            K::Cancelled { .. } => "cancelled",
            K::ImputationCancelled { .. } => "imputation-cancelled",
            K::InferenceCancelled { .. } => "inference-cancelled",
            K::NotNested { .. } => "not-nested",
            K::TooFewClusters { .. } => "too-few-clusters",
            K::Undrawable { .. } => "undrawable",
            K::UnreachableTotal { .. } => "unreachable-total",
            K::WideTotal { .. } => "wide-total",
            K::Disclosure { .. } => "disclosure",
            K::Unwritable { .. } => "unwritable",
            K::Format { .. } => "format",
            K::UnreadableBoundaries { .. } => "unreadable-boundaries",
            K::UnknownObject { .. } => "unknown-object",
            K::Boundaries { .. } => "boundaries",
            K::UnmatchedCodes { .. } => "unmatched-codes",
            K::RepeatedCodes { .. } => "repeated-codes",
        }
    }

    pub(super) fn rows(&self) -> &[usize] {
        use ErrorKind as K;
        match self {
            K::NotANumber { rows, .. }
            | K::NonFinite { rows, .. }
            | K::RowsNotInFit { rows }
            | K::UnknownArea { rows, .. }
            | K::AmbiguousArea { rows, .. }
            | K::Crosswalk { rows, .. }
            | K::InvalidCount { rows, .. }
            | K::InvalidBounds { rows, .. }
            | K::PublishedCells { rows, .. }
            | K::InfeasibleTotals { rows, .. }
            | K::InvalidExposure { rows, .. }
            | K::ZeroExposure { rows }
            | K::OpenInterval { rows }
            | K::OutsideBounds { rows }
            | K::InexactCount { rows }
            | K::TransformDomain { rows, .. }
            | K::UnknownCategory { rows, .. }
            | K::Undrawable { rows, .. }
            | K::Disclosure { rows, .. }
            | K::Separation { rows, .. } => rows,
            _ => &[],
        }
    }

    pub(super) fn column(&self) -> Option<&str> {
        use ErrorKind as K;
        match self {
            K::UnknownColumn { column, .. }
            | K::AmbiguousColumn { stem: column, .. }
            | K::DuplicateColumn { column }
            | K::NotANumber { column, .. }
            | K::NonFinite { column, .. }
            | K::PublishedCells { column, .. }
            | K::NothingToFillFrom { column }
            | K::TransformDomain { column, .. }
            | K::VariesWithinArea { column, .. }
            | K::UnknownCategory { column, .. }
            | K::SingleCategory { column, .. } => Some(column),
            _ => None,
        }
    }
}
