//! The columns of SCP's published table of 2017, *Jeugdhulp in de wijk* (2020).

use nestcount::area::LevelColumn;

pub(crate) const LEVELS: [LevelColumn<'static>; 3] = [
    LevelColumn { level: "jeugdregio", column: "jeugdregio_code" },
    LevelColumn { level: "gemeente", column: "gm" },
    LevelColumn { level: "wijk", column: "wijk" },
];

/// The determinants of SCP's model.
pub(crate) const DETERMINANTS: [&str; 27] = [
    "perc_sbo_g",
    "perc_vso_g",
    "perc_praktijk_g",
    "perc_hhmk",
    "perc_jong04",
    "perc_1ouder",
    "perc_tienmam",
    "perc_hhmkhgink",
    "perc_kind_sch5",
    "perc_ouderpsy",
    "perc_hhverd",
    "perc_hhbijs",
    "perc_hhwan",
    "groenedruk",
    "grijzedruk",
    "perc_ao",
    "perc_laagopl",
    "gem_gestink",
    "polchrplus",
    "perc_nwmig",
    "perc_antsur",
    "perc_1gez",
    "huur_corp",
    "woonwaarde",
    "afstandhuisarts",
    "samenw",
    "kleinewijk",
];
