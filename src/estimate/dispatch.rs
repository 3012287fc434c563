//! From the family as a value to the family as a type: the one place that knows which there are.

/// Does `$work` with `$as` the family at the point, the mixed one where the problem has rows known in part.
macro_rules! as_family {
    ($problem:expr, $family:expr, $point:expr, |$as:ident| $work:expr) => {{
        use $crate::family::{Family, Mixed, NegBin2, Poisson};
        match ($family, $problem.coarse.is_empty()) {
            (Family::Poisson, true) => {
                let $as = Poisson;
                $work
            }
            (Family::Poisson, false) => {
                let $as = Mixed(Poisson);
                $work
            }
            (Family::NegBin2, true) => {
                let $as = NegBin2::new($point.phi.exp());
                $work
            }
            (Family::NegBin2, false) => {
                let $as = Mixed(NegBin2::new($point.phi.exp()));
                $work
            }
        }
    }};
}

/// The same where rows known in part are the work's own affair: `$as` is the family itself.
macro_rules! as_plain_family {
    ($family:expr, $point:expr, |$as:ident| $work:expr) => {{
        use $crate::family::{NegBin2, Poisson};
        match $family {
            $crate::family::Family::Poisson => {
                let $as = Poisson;
                $work
            }
            $crate::family::Family::NegBin2 => {
                let $as = NegBin2::new($point.phi.exp());
                $work
            }
        }
    }};
}

pub(super) use {as_family, as_plain_family};
