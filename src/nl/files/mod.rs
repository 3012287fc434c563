//! Files of Statistics Netherlands and of SCP as they come, read into tables.
//!
//! | file | reader | feature |
//! |---|---|---|
//! | StatLine, downloaded as CSV | [`StatLine`] | `csv` |
//! | open data of StatLine, version 3 | [`ODataV3`] | `json` |
//! | open data of StatLine, version 4: observations | [`ODataV4`] | `json` |
//! | Kerncijfers wijken en buurten, CSV or spreadsheet | [`Kerncijfers`] | `csv`, `spreadsheet` |
//! | SCP's file with Jeugdhulp in de wijk | `ScpWijkdata` | `spreadsheet` |
//!
//! Each gives a [`PublishedTable`]: the [`Table`](crate::table::Table), and of every cell without a number why there
//! is none ([`Missing`](super::Missing)). Columns go by their stems ([`column_by_stem`](super::column_by_stem)), for
//! the numbers behind their names change every year. How numbers are written is a matter of the layout
//! ([`NumberStyle`](super::NumberStyle)), never of the cell.
//!
//! A file that is laid out otherwise is refused with one [`ErrorKind::File`](crate::ErrorKind::File) that lists every
//! fault with its line and column, or its sheet and cell.

// Each layout uses its part of what they share.
#![cfg_attr(not(all(feature = "csv", feature = "json", feature = "spreadsheet")), allow(dead_code))]

#[cfg(feature = "spreadsheet")]
mod archive;
mod faults;
mod grid;
#[cfg(feature = "csv")]
mod heading;
#[cfg(feature = "json")]
mod json;
#[cfg(any(feature = "csv", feature = "spreadsheet"))]
mod kerncijfers;
mod layout;
#[cfg(feature = "json")]
mod odata_v3;
#[cfg(feature = "json")]
mod odata_v4;
mod published;
#[cfg(feature = "spreadsheet")]
mod scp;
#[cfg(feature = "spreadsheet")]
mod sheet;
#[cfg(feature = "csv")]
mod statline;
#[cfg(any(feature = "csv", feature = "json"))]
mod text;

#[cfg(any(feature = "csv", feature = "spreadsheet"))]
pub use kerncijfers::{Kerncijfers, KwbRegion};
#[cfg(feature = "json")]
pub use odata_v3::ODataV3;
#[cfg(feature = "json")]
pub use odata_v4::ODataV4;
pub use published::PublishedTable;
#[cfg(feature = "spreadsheet")]
pub use scp::ScpWijkdata;
#[cfg(feature = "csv")]
pub use statline::StatLine;
#[cfg(any(feature = "csv", feature = "json"))]
pub use text::Encoding;
