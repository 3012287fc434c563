//! The fixtures, each with the reader of its layout.

use nestcount::Result;
use nestcount::nl::NumberStyle;
use nestcount::nl::files::{Kerncijfers, ODataV3, ODataV4, PublishedTable, StatLine};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nl")
}

pub(crate) type Reader = fn(&str, &[u8]) -> Result<PublishedTable>;

/// A file, what its golden file is called, and its reader.
pub(crate) const FIXTURES: &[(&str, &str, Reader)] = &[
    ("statline_wijken.csv", "statline_wijken", |file, bytes| StatLine::new().read(file, bytes)),
    ("statline_halfjaren.csv", "statline_halfjaren", |file, bytes| StatLine::new().read(file, bytes)),
    ("statline_onderwerpen.csv", "statline_onderwerpen", |file, bytes| StatLine::new().read(file, bytes)),
    ("statline_tabelindeling.csv", "statline_tabelindeling", |file, bytes| StatLine::new().read(file, bytes)),
    ("statline_zonder_symbolen.csv", "statline_zonder_symbolen", |file, bytes| {
        StatLine::new().without_symbols().read(file, bytes)
    }),
    ("odata_v3_untyped_2016.json", "odata_v3_untyped_2016", |file, bytes| {
        ODataV3::untyped().read(file, bytes)
    }),
    ("odata_v3_typed_2025.json", "odata_v3_typed_2025", |file, bytes| ODataV3::typed().read(file, bytes)),
    ("odata_v4_observations.json", "odata_v4_observations", |file, bytes| {
        ODataV4::new().measure("M000352", "AantalInwoners").read(file, bytes)
    }),
    ("kwb_komma.csv", "kwb", |file, bytes| Kerncijfers::new(NumberStyle::Dutch).read(file, bytes)),
    ("kwb_punt.csv", "kwb", |file, bytes| Kerncijfers::new(NumberStyle::Point).read(file, bytes)),
    #[cfg(feature = "spreadsheet")]
    ("kwb.xlsx", "kwb", |file, bytes| Kerncijfers::new(NumberStyle::Dutch).read_spreadsheet(file, bytes)),
    #[cfg(feature = "spreadsheet")]
    ("scp.ods", "scp", |file, bytes| nestcount::nl::files::ScpWijkdata.read(file, bytes)),
    #[cfg(feature = "spreadsheet")]
    ("scp_deflated.ods", "scp", |file, bytes| nestcount::nl::files::ScpWijkdata.read(file, bytes)),
];

pub(crate) fn bytes(file: &str) -> Vec<u8> {
    fs::read(folder().join(file)).unwrap()
}
