//! How Statistics Netherlands withholds and rounds counts of youth care and support per area.

use crate::count::DisclosureRule;

/// Tables over 2017: counts below 10 withheld, the rest rounded to 5.
///
/// A published 10 is one of 10 to 12, a withheld cell one of 0 to 9.
///
/// ```
/// use nestcount::{count::Count, nl};
/// assert_eq!(nl::cbs_2017().read("10")?, Count::interval(10, 12)?);
/// assert_eq!(nl::cbs_2017().read(".")?, Count::interval(0, 9)?);
/// # Ok::<(), nestcount::Error>(())
/// ```
pub fn cbs_2017() -> DisclosureRule {
    DisclosureRule::withheld_then_rounded(10, 5)
}

/// Tables over 2022 and later: counts rounded to 5, those then below 10 withheld.
///
/// A published 10 is one of 8 to 12, a withheld cell one of 0 to 7.
///
/// ```
/// use nestcount::{count::Count, nl};
/// assert_eq!(nl::cbs_2022().read("10")?, Count::interval(8, 12)?);
/// assert_eq!(nl::cbs_2022().read(".")?, Count::interval(0, 7)?);
/// # Ok::<(), nestcount::Error>(())
/// ```
pub fn cbs_2022() -> DisclosureRule {
    DisclosureRule::rounded_then_withheld(5, 10)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::count::Rounding;

    #[test]
    fn the_presets_are_what_the_builder_makes_of_their_words() {
        let rule = || DisclosureRule::builder().rounded(Rounding::HalfUp(5));
        assert_eq!(cbs_2017(), rule().withheld_below(10).build().unwrap());
        assert_eq!(cbs_2022(), rule().withheld_below_after_rounding(10).build().unwrap());
    }
}
