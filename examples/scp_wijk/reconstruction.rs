//! Young people and users of a wijk from its percentages, by arithmetic.
//!
//! SCP's file gives three ratios of whole numbers to three decimals: young people and people of 65 and over per 100
//! people of 18 to 64, and users per 100 young people. The people of 65 and over come rounded to 5. Few whole numbers
//! give all three back; but where some do, so do their multiples, and nothing in the file says how large a wijk is,
//! beyond whether it has 1,000 inhabitants. The smallest numbers are taken: the rate is the published one whatever
//! the true multiple, and the smallest claims the least certainty for it.

/// The percentages of a wijk.
pub(crate) struct Percentages {
    /// Young people per 100 people of 18 to 64.
    pub(crate) young: f64,
    /// People of 65 and over per 100 people of 18 to 64.
    pub(crate) old: f64,
    /// Users per 100 young people; `None` where withheld.
    pub(crate) users: Option<f64>,
    pub(crate) size: Size,
}

/// Inhabitants, as far as the file says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Size {
    /// Fewer than 1,000.
    Small,
    Large,
}

/// Whole numbers that give the percentages back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reconstructed {
    pub(crate) youths: u32,
    /// `None` where the percentage was withheld.
    pub(crate) users: Option<u32>,
    pub(crate) others: Others,
}

/// Whether other numbers of inhabitants give the same percentages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Others {
    None,
    Some,
}

/// Half a unit of the third decimal; a few percentages lie a little beyond, as if they had been rounded before.
const HALF: f64 = 0.000_501;
/// Wijken of up to 100 inhabitants were left out.
const FEWEST: f64 = 95.0;
const BORDER: f64 = 1000.0;
/// Inhabitants are rounded too.
const ROUNDED: f64 = 5.0;
/// No wijk has more people of 18 to 64.
const MOST: u32 = 100_000;
/// Fewer users than this were withheld.
const THRESHOLD: f64 = 10.0;

/// The smallest numbers that give all percentages back; `None` where there are none.
pub(crate) fn smallest(wijk: &Percentages) -> Option<Reconstructed> {
    let most = match wijk.size {
        Size::Small => BORDER as u32,
        Size::Large => MOST,
    };
    let mut found = (1..=most).filter_map(|between| fits(wijk, f64::from(between)));
    let (youths, users) = found.next()?;
    let others = match wijk.size {
        Size::Small if found.next().is_none() => Others::None,
        _ => Others::Some,
    };
    Some(Reconstructed { youths: youths as u32, users: users.map(|users| users as u32), others })
}

/// Young people and users for so many people of 18 to 64, if they are whole numbers.
fn fits(wijk: &Percentages, between: f64) -> Option<(f64, Option<f64>)> {
    let youths = part(wijk.young, between, 1.0)?;
    let old = part(wijk.old, between, ROUNDED)?;
    let inhabitants = youths + between + old;
    let sized = match wijk.size {
        Size::Small => (FEWEST..BORDER + ROUNDED).contains(&inhabitants),
        Size::Large => inhabitants >= BORDER - ROUNDED,
    };
    let users = match wijk.users {
        Some(percent) => Some(part(percent, youths, 1.0).filter(|users| *users >= THRESHOLD)?),
        None => None,
    };
    sized.then_some((youths, users))
}

/// The multiple of `unit` that is this percentage of `whole` to three decimals.
fn part(percent: f64, whole: f64, unit: f64) -> Option<f64> {
    let part = (percent * whole / (100.0 * unit)).round() * unit;
    (whole > 0.0 && (100.0 * part / whole - percent).abs() <= HALF).then_some(part)
}
