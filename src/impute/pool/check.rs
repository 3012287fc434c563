//! What the numbers of m tables must hold before they are pooled.

use crate::error::{Error, ErrorKind, Result};

pub(super) fn specification(message: String) -> Error {
    ErrorKind::Specification { message }.into()
}

pub(super) fn at_least_two(tables: usize) -> Result<()> {
    match tables {
        0 | 1 => Err(specification(format!(
            "pooling needs the results of at least 2 completed tables, got {tables}: one says nothing about how far \
             completions differ"
        ))),
        _ => Ok(()),
    }
}

pub(super) fn same_length(what: &str, expected: usize, found: usize) -> Result<()> {
    match expected == found {
        true => Ok(()),
        false => Err(ErrorKind::Length { what: what.into(), expected, found }.into()),
    }
}

pub(super) fn finite(what: &str, numbers: &[f64]) -> Result<()> {
    match numbers.iter().position(|x| !x.is_finite()) {
        None => Ok(()),
        Some(at) => Err(specification(format!("{what} of completed table {} is {}", at + 1, numbers[at]))),
    }
}

pub(super) fn numbers_with_variances(estimates: &[f64], variances: &[f64]) -> Result<()> {
    at_least_two(estimates.len())?;
    same_length("the variances", estimates.len(), variances.len())?;
    finite("the estimate", estimates)?;
    finite("the variance", variances)?;
    match variances.iter().position(|u| *u < 0.0) {
        None => Ok(()),
        Some(at) => Err(specification(format!(
            "the variance of completed table {} is {}; a variance is not below 0",
            at + 1,
            variances[at]
        ))),
    }
}
