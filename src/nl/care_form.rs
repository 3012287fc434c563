//! Forms of youth care by the codes of Statistics Netherlands.

use crate::error::{Error, ErrorKind, Result};
use std::fmt;
use std::str::FromStr;

/// A form of youth care. Parts may exceed their total: a youth may have several forms.
///
/// | form | code |
/// |---|---|
/// | all youth care | `T001203` in old tables, `A045561` in new ones |
/// | youth help | `A042502` in old tables, `A045560` in new ones |
/// | youth help without stay | `A042503` |
/// | – by the wijkteam | `A017916` |
/// | – not by the wijkteam | `A027917` |
/// | youth help with stay | `A027918` |
/// | protection | `A027919` |
/// | probation | `A027920` |
///
/// ```
/// use nestcount::nl::CareForm;
/// assert_eq!("A042503 ".parse::<CareForm>()?, CareForm::WithoutStay);
/// assert_eq!("T001203".parse::<CareForm>()?, "A045561".parse::<CareForm>()?);
/// assert_eq!("A000001".parse::<CareForm>().unwrap_err().code(), "invalid-code");
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CareForm {
    /// All youth care.
    All,
    /// Youth help (jeugdhulp).
    Help,
    /// Youth help without stay (jeugdhulp zonder verblijf).
    WithoutStay,
    /// Youth help without stay by the wijkteam.
    ByWijkteam,
    /// Youth help without stay, not by the wijkteam.
    NotByWijkteam,
    /// Youth help with stay (jeugdhulp met verblijf).
    WithStay,
    /// Protection (jeugdbescherming).
    Protection,
    /// Probation (jeugdreclassering).
    Probation,
}

const CODES: [(&str, CareForm); 10] = [
    ("T001203", CareForm::All),
    ("A045561", CareForm::All),
    ("A042502", CareForm::Help),
    ("A045560", CareForm::Help),
    ("A042503", CareForm::WithoutStay),
    ("A017916", CareForm::ByWijkteam),
    ("A027917", CareForm::NotByWijkteam),
    ("A027918", CareForm::WithStay),
    ("A027919", CareForm::Protection),
    ("A027920", CareForm::Probation),
];

impl CareForm {
    /// The form that a code stands for, blanks around it cut off; an unknown code fails with itself.
    pub fn parse(code: &str) -> Result<Self> {
        let text = code.trim();
        let known = CODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(text));
        known.map(|(_, form)| *form).ok_or_else(|| {
            let expected = "code of a form of youth care, such as A042503 for youth help without stay";
            ErrorKind::InvalidCode { code: code.into(), expected: expected.into() }.into()
        })
    }

    /// The codes that stand for it, the oldest first.
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        CODES.iter().filter(move |(_, form)| *form == self).map(|(code, _)| *code)
    }
}

impl FromStr for CareForm {
    type Err = Error;

    fn from_str(code: &str) -> Result<Self> {
        CareForm::parse(code)
    }
}

impl fmt::Display for CareForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            CareForm::All => "youth care",
            CareForm::Help => "youth help",
            CareForm::WithoutStay => "youth help without stay",
            CareForm::ByWijkteam => "youth help by the wijkteam",
            CareForm::NotByWijkteam => "youth help without stay, not by the wijkteam",
            CareForm::WithStay => "youth help with stay",
            CareForm::Protection => "protection",
            CareForm::Probation => "probation",
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_read_as_the_form_that_lists_it() {
        for (code, form) in CODES {
            assert_eq!(CareForm::parse(&format!(" {code}  ")).unwrap(), form);
            assert!(form.codes().any(|known| known == code));
        }
        assert_eq!(CareForm::All.codes().collect::<Vec<_>>(), ["T001203", "A045561"]);
    }

    #[test]
    fn an_unknown_code_is_kept_in_its_error() {
        let error = CareForm::parse("A099999 ").unwrap_err();
        let ErrorKind::InvalidCode { code, .. } = error.kind() else { panic!("{error}") };
        assert_eq!(code, "A099999 ");
        assert!(CareForm::parse("").is_err() && CareForm::parse("WithoutStay").is_err());
    }
}
