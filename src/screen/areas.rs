//! The areas that are screened, with their indicators.

use super::rates::{Rates, same_length};
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use std::collections::{BTreeSet, HashMap};

/// Areas, one a code, with indicators by name: rates, numbers and texts, any of them missing here and there.
#[derive(Debug, Clone, PartialEq)]
pub struct Areas {
    areas: Vec<Area>,
    indicators: Vec<(String, Indicator)>,
}

/// An area: its code and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Area {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Indicator {
    Rates(Rates),
    Numbers(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
}

impl Areas {
    /// Areas by code and name; fails on different lengths, on none, and on codes that stand twice.
    pub fn new<C: Into<String>, N: Into<String>>(
        codes: impl IntoIterator<Item = C>,
        names: impl IntoIterator<Item = N>,
    ) -> Result<Self> {
        let codes: Vec<String> = codes.into_iter().map(Into::into).collect();
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        same_length("the names", codes.len(), names.len())?;
        if codes.is_empty() {
            return Err(refused("there is no area to screen".into()));
        }
        refuse_repeated("the areas", &codes)?;
        let areas = codes.into_iter().zip(names).map(|(code, name)| Area { code, name }).collect();
        Ok(Areas { areas, indicators: Vec::new() })
    }

    /// Areas from two columns of a table, a row an area; fails as [`Areas::new`] does and on blank codes, with their rows.
    pub fn from_table(table: &Table, code: &str, name: &str) -> Result<Self> {
        let codes = table.codes(code)?;
        let rows: Vec<usize> = (0..codes.len()).filter(|&row| codes[row].is_none()).collect();
        if !rows.is_empty() {
            return Err(ErrorKind::MissingCells { columns: vec![(code.into(), rows)] }.into());
        }
        let names = table.codes(name)?.into_iter().zip(&codes);
        let names: Vec<String> =
            names.map(|(name, code)| name.or(code.clone()).unwrap_or_default()).collect();
        Areas::new(codes.into_iter().flatten(), names)
    }

    /// Adds rates; fails where the name is taken or the number of areas differs.
    pub fn with_rates(self, indicator: &str, rates: Rates) -> Result<Self> {
        let n = rates.n_areas();
        self.with(indicator, n, Indicator::Rates(rates))
    }

    /// Adds a number an area; fails as [`Areas::with_rates`] does and on numbers that are not finite.
    pub fn with_numbers(self, indicator: &str, numbers: Vec<Option<f64>>) -> Result<Self> {
        let strange = |row: &usize| numbers[*row].is_some_and(|x| !x.is_finite());
        let rows: Vec<usize> = (0..numbers.len()).filter(strange).collect();
        if !rows.is_empty() {
            return Err(ErrorKind::NonFinite { column: indicator.into(), rows }.into());
        }
        let n = numbers.len();
        self.with(indicator, n, Indicator::Numbers(numbers))
    }

    /// Adds a text an area, an answer for instance; fails as [`Areas::with_rates`] does.
    pub fn with_texts(self, indicator: &str, texts: Vec<Option<String>>) -> Result<Self> {
        let n = texts.len();
        self.with(indicator, n, Indicator::Texts(texts))
    }

    fn with(mut self, name: &str, n: usize, indicator: Indicator) -> Result<Self> {
        same_length(&format!("the indicator '{name}'"), self.areas.len(), n)?;
        if self.indicators.iter().any(|(known, _)| known == name) {
            return Err(ErrorKind::DuplicateColumn { column: name.into() }.into());
        }
        self.indicators.push((name.into(), indicator));
        Ok(self)
    }

    /// Number of areas.
    pub fn n_areas(&self) -> usize {
        self.areas.len()
    }

    /// The areas, in the order given.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The rates of this name; fails where there are none.
    pub fn rates(&self, indicator: &str) -> Result<&Rates> {
        match self.indicator(indicator)? {
            Indicator::Rates(rates) => Ok(rates),
            _ => Err(other_kind(indicator, "rates")),
        }
    }

    pub(super) fn indicator(&self, name: &str) -> Result<&Indicator> {
        let found = self.indicators.iter().find(|(known, _)| known == name);
        found.map(|(_, indicator)| indicator).ok_or_else(|| {
            let known = self.indicators.iter().map(|(name, _)| name.clone()).collect();
            ErrorKind::UnknownColumn { column: name.into(), known }.into()
        })
    }

    /// Position of each area by its code.
    pub(super) fn positions(&self) -> HashMap<&str, usize> {
        self.areas.iter().enumerate().map(|(at, area)| (area.code.as_str(), at)).collect()
    }
}

#[cold]
pub(super) fn other_kind(indicator: &str, wanted: &str) -> crate::Error {
    refused(format!("the indicator '{indicator}' does not hold {wanted}: ask another rule of it"))
}

#[cold]
pub(super) fn refused(message: String) -> crate::Error {
    ErrorKind::Specification { message }.into()
}

pub(super) fn refuse_repeated(what: &str, codes: &[String]) -> Result<()> {
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<&String> = codes.iter().filter(|code| !seen.insert(*code)).collect();
    match twice.is_empty() {
        true => Ok(()),
        false => {
            let codes = twice.into_iter().cloned().collect();
            Err(ErrorKind::RepeatedCodes { what: what.into(), codes }.into())
        }
    }
}
