//! SCP's own file against the table that was made of it.

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
