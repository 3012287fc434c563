//! Codes of regions of any kind, as they stand mixed in one column.

use super::code::CbsLevel;
use super::{
    Arbeidsmarktregio, Buurt, CbsCode, Corop, Gemeente, GgdRegio, Jeugdregio, Landsdeel, Provincie, Wijk,
};
use crate::error::{Error, ErrorKind, Result};
use std::fmt;
use std::str::FromStr;

/// The code of a region of any kind: tables of Statistics Netherlands have the country, provinces, gemeenten and more
/// in one column.
///
/// Names collide (Utrecht the province and Utrecht the gemeente), codes do not: select and join by them.
///
/// ```
/// use nestcount::nl::RegionCode;
/// let codes = ["NL01  ", "PV20  ", "GM0344", "WK0363MA"].map(|code| code.parse::<RegionCode>());
/// assert!(matches!(codes[2], Ok(RegionCode::Gemeente(_))));
/// assert!(matches!(codes[3], Ok(RegionCode::Wijk(_))));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RegionCode {
    /// The country: `NL01`, in older tables `NL00`.
    Nederland,
    /// Part of the country, `LD`.
    Landsdeel(CbsCode<Landsdeel>),
    /// Province, `PV`.
    Provincie(CbsCode<Provincie>),
    /// COROP region, `CR`.
    Corop(CbsCode<Corop>),
    /// Region of a public health service, `GG`.
    GgdRegio(CbsCode<GgdRegio>),
    /// Youth-care region, `JZ`.
    Jeugdregio(CbsCode<Jeugdregio>),
    /// Labour-market region, `AM`.
    Arbeidsmarktregio(CbsCode<Arbeidsmarktregio>),
    /// Municipality, `GM`.
    Gemeente(CbsCode<Gemeente>),
    /// District, `WK`.
    Wijk(CbsCode<Wijk>),
    /// Neighbourhood, `BU`.
    Buurt(CbsCode<Buurt>),
}

const COUNTRY: [&str; 2] = ["NL01", "NL00"];

impl RegionCode {
    /// Reads a code by its prefix; fails with the form that the prefix asks for.
    pub fn parse(code: &str) -> Result<Self> {
        let text = code.trim().to_ascii_uppercase();
        if COUNTRY.contains(&text.as_str()) {
            return Ok(RegionCode::Nederland);
        }
        fn read<L: CbsLevel>(code: &str, kind: fn(CbsCode<L>) -> RegionCode) -> Result<RegionCode> {
            CbsCode::parse(code).map(kind)
        }
        match text.get(..2) {
            Some("LD") => read(code, RegionCode::Landsdeel),
            Some("PV") => read(code, RegionCode::Provincie),
            Some("CR") => read(code, RegionCode::Corop),
            Some("GG") => read(code, RegionCode::GgdRegio),
            Some("JZ") => read(code, RegionCode::Jeugdregio),
            Some("AM") => read(code, RegionCode::Arbeidsmarktregio),
            Some("GM") => read(code, RegionCode::Gemeente),
            Some("WK") => read(code, RegionCode::Wijk),
            Some("BU") => read(code, RegionCode::Buurt),
            _ => {
                let expected = "region code: NL01, or LD, PV, CR, GG, JZ, AM, GM, WK, BU and what follows it";
                Err(ErrorKind::InvalidCode { code: code.into(), expected: expected.into() }.into())
            }
        }
    }
}

impl FromStr for RegionCode {
    type Err = Error;

    fn from_str(code: &str) -> Result<Self> {
        RegionCode::parse(code)
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RegionCode::Nederland => f.pad(COUNTRY[0]),
            RegionCode::Landsdeel(code) => code.fmt(f),
            RegionCode::Provincie(code) => code.fmt(f),
            RegionCode::Corop(code) => code.fmt(f),
            RegionCode::GgdRegio(code) => code.fmt(f),
            RegionCode::Jeugdregio(code) => code.fmt(f),
            RegionCode::Arbeidsmarktregio(code) => code.fmt(f),
            RegionCode::Gemeente(code) => code.fmt(f),
            RegionCode::Wijk(code) => code.fmt(f),
            RegionCode::Buurt(code) => code.fmt(f),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_known_by_its_prefix_and_written_as_it_was_read() {
        let codes =
            ["NL01", "LD01", "PV20", "CR01", "GG0111", "JZ01", "AM01", "GM0363", "WK0363MA", "BU0363MA0B"];
        for code in codes {
            let padded = format!("{}  ", code.to_ascii_lowercase());
            assert_eq!(RegionCode::parse(&padded).unwrap().to_string(), code);
        }
        assert_eq!(RegionCode::parse("NL00").unwrap(), RegionCode::Nederland);
    }

    #[test]
    fn names_and_codes_without_their_zeros_are_refused() {
        for bad in ["", "Utrecht", "Utrecht (PV)", "0363", "GM363", "PV2", "NL02", "é"] {
            assert_eq!(RegionCode::parse(bad).unwrap_err().code(), "invalid-code", "{bad}");
        }
    }
}
