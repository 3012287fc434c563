//! SCP's own file against the table that was made of it.

use crate::reconstruction::{Others, Percentages, Size, smallest};
use crate::shared::shared;
use nestcount::nl::Missing;
use nestcount::nl::files::ScpWijkdata;
use nestcount::table::Table;
use std::fs::File;

#[test]
fn scp_s_file_holds_what_the_joined_table_holds_cell_by_cell() {
    let Some(shared) = shared("scp_s_file_holds") else { return };
    let read = ScpWijkdata.open(shared.join("data/nl/Wijkdata_Jeugdhulp_in_de_wijk.ods")).unwrap();
    let joined = Table::from_csv(File::open(shared.join("data/nl/scp2017_wijken.csv")).unwrap()).unwrap();
    assert_eq!((read.table().n_rows(), joined.n_rows()), (2918, 2918));
    for (ours, theirs) in
        [("wijk", "wijk"), ("gemeentecode", "gm"), ("gemnaam_2017", "gemnaam"), ("wijknaam", "wijknaam")]
    {
        assert_eq!(read.codes(ours).unwrap(), joined.codes(theirs).unwrap(), "{ours}");
    }
    let text = ["wijk", "wijknaam", "gemeentecode", "gemnaam_2017"];
    let numbers: Vec<&String> =
        read.table().names().iter().filter(|name| !text.contains(&name.as_str())).collect();
    assert_eq!(numbers.len(), 3 + 27);
    for name in numbers {
        assert_eq!(read.numbers(name).unwrap(), joined.numbers(name).unwrap(), "{name}");
        assert!(read.missing(name).unwrap().all(|(_, reason)| reason == Missing::Withheld), "{name}");
    }
    assert_eq!(read.missing("perc_jhzv").unwrap().count(), 286);
    assert!(read.notes().iter().any(|note| note.contains("SCP-PUBLICATIE 2020-1")));
}

#[test]
fn the_smallest_reconstruction_gives_the_rates_back_and_never_exceeds_what_a_wijk_s_size_leaves() {
    let Some(shared) = shared("the_smallest_reconstruction") else { return };
    let table = Table::from_csv(File::open(shared.join("data/nl/scp2017_wijken.csv")).unwrap()).unwrap();
    let number = |name: &str| table.numbers(name).unwrap();
    let (young, old, small) = (number("groenedruk"), number("grijzedruk"), number("kleinewijk"));
    let (percent, youths) = (number("perc_jhzv"), number("n_youth_rec"));
    let (mut compared, mut equal, mut alone) = (0, 0, 0);
    for row in 0..table.n_rows() {
        let size = if small[row] == Some(1.0) { Size::Small } else { Size::Large };
        let of =
            Percentages { young: young[row].unwrap(), old: old[row].unwrap(), users: percent[row], size };
        let found = smallest(&of).unwrap();
        assert_eq!(found.users.is_some(), percent[row].is_some());
        if let (Some(users), Some(percent)) = (found.users, percent[row]) {
            assert!(users >= 10);
            assert!(
                (100.0 * f64::from(users) / f64::from(found.youths) - percent).abs() < 0.000_502,
                "row {row}"
            );
        }
        if let Some(youths) = youths[row] {
            compared += 1;
            assert!(f64::from(found.youths) <= youths, "row {row}");
            equal += usize::from(f64::from(found.youths) == youths);
            if found.others == Others::None {
                alone += 1;
                assert_eq!(f64::from(found.youths), youths, "row {row}: no other numbers would do");
            }
        }
    }
    // those reconstructed with the inhabitants of 2021 at hand, which single one multiple out
    assert_eq!((compared, equal, alone), (2335, 2130, 207));
}
