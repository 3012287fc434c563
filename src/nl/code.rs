//! Area codes of Statistics Netherlands (CBS).

use super::{Buurt, Gemeente, Wijk};
use crate::area::Level;
use crate::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

/// A level with CBS codes: a prefix of two letters, digits, then digits or letters.
pub trait CbsLevel: Level + sealed::Form {}

impl<L: Level + sealed::Form> CbsLevel for L {}

/// The CBS code of an area of level `L`, in its canonical form: upper case, without blanks.
///
/// | level | form | example |
/// |---|---|---|
/// | [`Landsdeel`](super::Landsdeel), [`Provincie`](super::Provincie), [`Corop`](super::Corop) | `LD`, `PV`, `CR`, 2 digits | `LD01`, `PV20`, `CR01` |
/// | [`GgdRegio`](super::GgdRegio) | `GG`, 4 digits | `GG0111` |
/// | [`Arbeidsmarktregio`](super::Arbeidsmarktregio) | `AM`, 2 digits | `AM01` |
/// | [`Jeugdregio`](super::Jeugdregio) | `JZ`, 2 digits | `JZ01` |
/// | [`Gemeente`] | `GM`, 4 digits | `GM0363` |
/// | [`Wijk`] | `WK`, the 4 digits of its gemeente, 2 digits or letters | `WK036301`, `WK0363MA` |
/// | [`Buurt`] | `BU`, the 6 of its wijk, 2 digits or letters | `BU03630100` |
///
/// Reading takes lower case for upper and cuts off the blanks with which some tables pad their codes. A code without
/// its prefix, or one that lost its leading zeros, is refused.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "String", into = "String", bound = "L: CbsLevel")]
pub struct CbsCode<L> {
    text: String,
    level: PhantomData<fn() -> L>,
}

impl<L: CbsLevel> CbsCode<L> {
    /// Reads a code; fails with the form that is needed where it has another.
    pub fn parse(code: &str) -> Result<Self> {
        let text = code.trim().to_ascii_uppercase();
        let valid = text.strip_prefix(L::PREFIX).is_some_and(|rest| {
            rest.len() == L::DIGITS + L::DIGITS_OR_LETTERS
                && rest.bytes().take(L::DIGITS).all(|byte| byte.is_ascii_digit())
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        match valid {
            true => Ok(CbsCode::new(text)),
            false => Err(ErrorKind::InvalidCode { code: code.into(), expected: expected::<L>() }.into()),
        }
    }

    /// The code of which only digits are left, as in files that hold codes as numbers: prefix and leading zeros are
    /// put back.
    ///
    /// Fails where there are other characters, or more digits than the code has.
    ///
    /// ```
    /// use nestcount::nl::{CbsCode, Wijk};
    /// assert_eq!(CbsCode::<Wijk>::from_digits("300")?.as_str(), "WK000300");
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn from_digits(digits: &str) -> Result<Self> {
        let (trimmed, width) = (digits.trim(), L::DIGITS + L::DIGITS_OR_LETTERS);
        let only_digits = !trimmed.is_empty() && trimmed.bytes().all(|byte| byte.is_ascii_digit());
        match only_digits {
            true => CbsCode::parse(&format!("{}{trimmed:0>width$}", L::PREFIX)),
            false => Err(ErrorKind::InvalidCode { code: digits.into(), expected: expected::<L>() }.into()),
        }
    }
}

impl<L> CbsCode<L> {
    fn new(text: String) -> Self {
        CbsCode { text, level: PhantomData }
    }

    /// The code as text, prefix included.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The code one or more levels up: its prefix and as much of this code as belongs to it.
    fn above<K: CbsLevel>(&self) -> CbsCode<K> {
        let shared = self.text.chars().skip(PREFIX_LENGTH).take(K::DIGITS + K::DIGITS_OR_LETTERS);
        CbsCode::new(K::PREFIX.chars().chain(shared).collect())
    }
}

impl CbsCode<Wijk> {
    /// The gemeente that the wijk lies in.
    pub fn gemeente(&self) -> CbsCode<Gemeente> {
        self.above()
    }
}

impl CbsCode<Buurt> {
    /// The wijk that the buurt lies in.
    pub fn wijk(&self) -> CbsCode<Wijk> {
        self.above()
    }

    /// The gemeente that the buurt lies in.
    pub fn gemeente(&self) -> CbsCode<Gemeente> {
        self.above()
    }
}

const PREFIX_LENGTH: usize = 2;

pub(super) mod sealed {
    /// How the codes of a level are written.
    pub trait Form {
        const PREFIX: &'static str;
        const DIGITS: usize;
        const DIGITS_OR_LETTERS: usize;
        const EXAMPLE: &'static str;
    }
}

fn expected<L: CbsLevel>() -> String {
    let (name, prefix, digits) = (L::NAME, L::PREFIX, L::DIGITS);
    let letters = match L::DIGITS_OR_LETTERS {
        0 => String::new(),
        n => format!(" and {n} digits or letters"),
    };
    format!("{name} code: {prefix}, {digits} digits{letters}, such as {}", L::EXAMPLE)
}

impl<L: CbsLevel> FromStr for CbsCode<L> {
    type Err = Error;

    fn from_str(code: &str) -> Result<Self> {
        CbsCode::parse(code)
    }
}

impl<L: CbsLevel> TryFrom<String> for CbsCode<L> {
    type Error = Error;

    fn try_from(code: String) -> Result<Self> {
        CbsCode::parse(&code)
    }
}

impl<L> From<CbsCode<L>> for String {
    fn from(code: CbsCode<L>) -> String {
        code.text
    }
}

impl<L> AsRef<str> for CbsCode<L> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<L> fmt::Display for CbsCode<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<L> fmt::Debug for CbsCode<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CbsCode").field(&self.text).finish()
    }
}

// Derived impls would ask the same of `L`, of which there are no values.

impl<L> Clone for CbsCode<L> {
    fn clone(&self) -> Self {
        CbsCode::new(self.text.clone())
    }
}

impl<L> PartialEq for CbsCode<L> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<L> Eq for CbsCode<L> {}

impl<L> PartialOrd for CbsCode<L> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<L> Ord for CbsCode<L> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<L> Hash for CbsCode<L> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Arbeidsmarktregio, Corop, GgdRegio, Jeugdregio, Landsdeel, Provincie};
    use super::*;

    #[test]
    fn published_forms_are_read_to_one_canonical_form() {
        for (code, canonical) in [
            ("WK036301", "WK036301"),
            ("WK0363MA", "WK0363MA"),
            ("WK036301  ", "WK036301"),
            ("wk0363ma", "WK0363MA"),
        ] {
            assert_eq!(CbsCode::<Wijk>::parse(code).unwrap().as_str(), canonical);
        }
        assert_eq!(CbsCode::<Gemeente>::parse("Gm0363").unwrap().to_string(), "GM0363");
        assert_eq!(CbsCode::<Buurt>::parse("BU03630100").unwrap().to_string(), "BU03630100");
        assert_eq!(CbsCode::<Jeugdregio>::parse("JZ01").unwrap().to_string(), "JZ01");
    }

    #[test]
    fn a_code_derived_from_a_finer_one_is_one_that_parses() {
        let buurt = CbsCode::<Buurt>::parse("BU0363MA0B").unwrap();
        assert_eq!(buurt.wijk(), "WK0363MA".parse().unwrap());
        assert_eq!(buurt.gemeente(), "GM0363".parse().unwrap());
        assert_eq!(buurt.wijk().gemeente(), buurt.gemeente());
    }

    #[test]
    fn other_forms_are_refused_with_the_form_needed() {
        for bad in
            ["", "036301", "GM0363", "WK36301", "WK0363010", "WK03A301", "WK0363-1", "WK0363é", "WK 036301"]
        {
            let error = CbsCode::<Wijk>::parse(bad).unwrap_err();
            assert_eq!(error.code(), "invalid-code", "{bad}");
        }
        for bad in ["0363", "GM363", "GM036A", "GM03630", "GM\u{0660}\u{0660}"] {
            assert!(CbsCode::<Gemeente>::parse(bad).is_err(), "{bad}");
        }
        let text = CbsCode::<Wijk>::parse("363").unwrap_err().to_string();
        assert_eq!(text, "'363' is not a wijk code: WK, 4 digits and 2 digits or letters, such as WK036301");
    }

    #[test]
    fn digits_get_their_prefix_and_zeros_back() {
        assert_eq!(CbsCode::<Gemeente>::from_digits(" 3 ").unwrap().as_str(), "GM0003");
        assert_eq!(CbsCode::<Buurt>::from_digits("3630100").unwrap().as_str(), "BU03630100");
        for bad in ["", "12345", "3.5", "-3", "GM0003"] {
            assert_eq!(CbsCode::<Gemeente>::from_digits(bad).unwrap_err().code(), "invalid-code", "{bad}");
        }
    }

    #[test]
    fn a_saved_code_is_checked_when_it_comes_back() {
        let code: CbsCode<Gemeente> = serde_json::from_str("\"gm0363\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"GM0363\"");
        assert!(serde_json::from_str::<CbsCode<Gemeente>>("\"0363\"").is_err());
    }

    #[test]
    fn each_example_has_the_form_it_stands_for() {
        fn check<L: CbsLevel>() {
            assert_eq!(CbsCode::<L>::parse(L::EXAMPLE).unwrap().as_str(), L::EXAMPLE);
            assert_eq!(L::PREFIX.len(), PREFIX_LENGTH);
        }
        check::<Landsdeel>();
        check::<Provincie>();
        check::<Corop>();
        check::<GgdRegio>();
        check::<Arbeidsmarktregio>();
        check::<Jeugdregio>();
        check::<Gemeente>();
        check::<Wijk>();
        check::<Buurt>();
    }
}
