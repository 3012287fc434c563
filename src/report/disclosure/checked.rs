//! A file that may be written.

use super::Protection;
use crate::report::{AreaFile, Codebook, Sheet};
use serde::{Serialize, Serializer};

/// A file that was checked, or that its maker took out without a check, by name.
///
/// Only this writes: [`Checked::write_csv`] (feature `csv`), and `serde` as a list of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked<T> {
    file: T,
    by: By,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum By {
    Protection(Protection),
    Nobody,
}

impl<T> Checked<T> {
    pub(super) fn by(file: T, protection: Protection) -> Self {
        Checked { file, by: By::Protection(protection) }
    }

    /// What it was checked against; `None` where it was not.
    pub fn protection(&self) -> Option<Protection> {
        match self.by {
            By::Protection(protection) => Some(protection),
            By::Nobody => None,
        }
    }
}

impl AreaFile {
    /// The file as it is, without any check: for its maker's own eyes, not for publication.
    pub fn unchecked_for_private_use(self) -> Checked<AreaFile> {
        Checked { file: self, by: By::Nobody }
    }
}

impl Checked<AreaFile> {
    /// The file.
    pub fn file(&self) -> &AreaFile {
        &self.file
    }

    /// Its columns as they are written.
    pub fn sheet(&self) -> Sheet {
        self.file.sheet()
    }

    /// What each column holds.
    pub fn codebook(&self) -> Codebook {
        self.file.codebook()
    }

    /// Writes it as delimited text; fails where the writer does.
    #[cfg(feature = "csv")]
    pub fn write_csv(
        &self,
        to: impl std::io::Write,
        dialect: crate::report::Dialect,
    ) -> crate::error::Result<()> {
        self.sheet().write_csv(to, dialect)
    }

    /// The same as text.
    #[cfg(feature = "csv")]
    pub fn to_csv(&self, dialect: crate::report::Dialect) -> crate::error::Result<String> {
        self.sheet().to_csv(dialect)
    }
}

impl Serialize for Checked<AreaFile> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.sheet().serialize(serializer)
    }
}
