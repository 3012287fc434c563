//! Columns whose names change from year to year, found by what stays.

use crate::error::{ErrorKind, Result};

/// A name shorter than this was not cut off: the services cut names off at 33 characters.
const CUT_OFF_FROM: usize = 30;

/// The part of a column's name that stays from year to year: without blanks around it and without the number after
/// its last underscore.
///
/// ```
/// use nestcount::nl::stem;
/// assert_eq!(stem("JongerenMetJeugdzorgInNatura_83"), "JongerenMetJeugdzorgInNatura");
/// assert_eq!(stem("a_nb_won "), "a_nb_won");
/// ```
pub fn stem(name: &str) -> &str {
    let name = name.trim();
    match name.rsplit_once('_') {
        Some((stem, number)) if !stem.is_empty() && is_number(number) => stem,
        _ => name,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The one column that goes by a stem: first the column of just this name, else the one with this stem, else the one
/// whose name is the stem cut off at 30 characters or more, as services do (`TotaalJongerenMetJeugdzorgInNatur_1`).
/// Capitals do not matter.
///
/// Fails with [`ErrorKind::UnknownColumn`] where there is none and with [`ErrorKind::AmbiguousColumn`], which lists
/// the candidates, where there are several.
///
/// ```
/// use nestcount::nl::column_by_stem;
/// let columns_2017 = ["k_0Tot4Jaar_6".to_string(), "TotaalJongerenMetJeugdzorgInNatura_5".to_string()];
/// let columns_2025 = ["TotaalJongerenMetJeugdzorgInNatur_1".to_string(), "k_0Tot4Jaar_2".to_string()];
/// let youths = "TotaalJongerenMetJeugdzorgInNatura";
/// assert_eq!(column_by_stem(&columns_2017, youths)?, columns_2017[1]);
/// assert_eq!(column_by_stem(&columns_2025, youths)?, columns_2025[0]);
/// assert_eq!(column_by_stem(&columns_2025, "k_0Tot4Jaar")?, "k_0Tot4Jaar_2");
/// # Ok::<(), nestcount::Error>(())
/// ```
pub fn column_by_stem<'n>(names: &'n [String], wanted: &str) -> Result<&'n str> {
    let wanted = wanted.trim();
    let matches = |rule: &dyn Fn(&str) -> bool| -> Vec<&'n str> {
        names.iter().map(String::as_str).filter(|name| rule(name)).collect()
    };
    let itself = matches(&|name| name.trim() == wanted);
    let same = || matches(&|name| stem(name).eq_ignore_ascii_case(wanted));
    let cut = || matches(&|name| is_cut_off(stem(name), wanted));
    let found = [itself].into_iter().chain([same()]).chain([cut()]).find(|found| !found.is_empty());
    match found.as_deref() {
        Some([one]) => Ok(one),
        Some(several) => {
            let candidates = several.iter().map(|name| name.to_string()).collect();
            Err(ErrorKind::AmbiguousColumn { stem: wanted.into(), candidates }.into())
        }
        None => Err(ErrorKind::UnknownColumn { column: wanted.into(), known: names.to_vec() }.into()),
    }
}

fn is_cut_off(stem: &str, whole: &str) -> bool {
    let start = whole.get(..stem.len());
    stem.len() >= CUT_OFF_FROM
        && stem.len() < whole.len()
        && start.is_some_and(|start| start.eq_ignore_ascii_case(stem))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn a_stem_loses_blanks_and_the_last_number_only() {
        for (name, expected) in [
            ("Codering_3", "Codering"),
            ("k_0Tot15Jaar_8", "k_0Tot15Jaar"),
            ("a_00_14", "a_00"),
            ("a_inw", "a_inw"),
            ("a_nb_won  ", "a_nb_won"),
            ("Perioden", "Perioden"),
            ("_5", "_5"),
            ("x_", "x_"),
            ("x_5a", "x_5a"),
            ("", ""),
        ] {
            assert_eq!(stem(name), expected, "{name}");
        }
    }

    #[test]
    fn the_name_itself_goes_before_its_stem() {
        let kwb = names(&["gwb_code_10", "gwb_code_8", "gwb_code", "a_00_14", "a_00_19"]);
        assert_eq!(column_by_stem(&kwb, "gwb_code").unwrap(), "gwb_code");
        assert_eq!(column_by_stem(&kwb, "a_00_14").unwrap(), "a_00_14");
        let error = column_by_stem(&kwb, "a_00").unwrap_err();
        assert_eq!((error.code(), error.column()), ("ambiguous-column", Some("a_00")));
        let ErrorKind::AmbiguousColumn { candidates, .. } = error.kind() else { panic!("{error}") };
        assert_eq!(candidates, &["a_00_14", "a_00_19"]);
    }

    #[test]
    fn a_shorter_title_is_no_cut_off_one() {
        // of 2016: the title without "in natura" is another one
        let older = names(&["TotaalJongerenMetJeugdzorg_5", "TotaalJeugdzorgtrajecten_13"]);
        let error = column_by_stem(&older, "TotaalJongerenMetJeugdzorgInNatura").unwrap_err();
        assert_eq!(error.code(), "unknown-column");
        assert!(error.to_string().contains("'TotaalJongerenMetJeugdzorg_5'"), "{error}");
    }

    #[test]
    fn names_cut_off_alike_are_ambiguous() {
        let cut = names(&["TotaalJongerenMetJeugdzorgInNatur_1", "totaaljongerenmetjeugdzorginnatu_2"]);
        assert_eq!(
            column_by_stem(&cut, "TotaalJongerenMetJeugdzorgInNatura").unwrap_err().code(),
            "ambiguous-column"
        );
        assert!(column_by_stem(&cut, "").is_err() && column_by_stem(&[], "x").is_err());
    }
}
