//! What stands behind an option, where that is more than a word or a number.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

/// `lo,hi`.
#[derive(Debug, Clone)]
pub(crate) struct BoundColumns {
    pub(crate) lo: String,
    pub(crate) hi: String,
}

/// `column=value`.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) column: String,
    pub(crate) value: String,
}

/// `a:b`.
#[derive(Debug, Clone)]
pub(crate) struct Interaction(pub(crate) Vec<String>);

#[derive(Debug, Clone)]
pub(crate) enum JsonTarget {
    StandardOutput,
    File(PathBuf),
}

/// A file, and the format that its name asks for.
#[derive(Debug, Clone)]
pub(crate) enum TidyTarget {
    Csv(PathBuf),
    Json(PathBuf),
}

/// A column's name, without the blanks that follow a comma.
pub(crate) fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a name is blank; is there a comma too many?".into()),
        name => Ok(name.into()),
    }
}

impl FromStr for Reference {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (column, value) = text.split_once('=').ok_or("a reference reads column=value")?;
        Ok(Reference { column: name(column)?, value: name(value)? })
    }
}

impl FromStr for BoundColumns {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (lo, hi) = text.split_once(',').ok_or("bounds are two columns: LO,HI")?;
        Ok(BoundColumns { lo: name(lo)?, hi: name(hi)? })
    }
}

impl FromStr for Interaction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(':').map(name).collect::<Result<_, _>>().map(Interaction)
    }
}

impl FromStr for TidyTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = PathBuf::from(text);
        match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Ok(TidyTarget::Csv(path)),
            Some("json") => Ok(TidyTarget::Json(path)),
            _ => Err("a tidy table ends in .csv or .json".into()),
        }
    }
}

impl From<OsString> for JsonTarget {
    fn from(text: OsString) -> Self {
        if text == "-" { JsonTarget::StandardOutput } else { JsonTarget::File(text.into()) }
    }
}
