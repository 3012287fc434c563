//! Products of the columns of terms.

use super::precision::Precision;
use crate::error::{Error, ErrorKind, Result};
use ndarray::ArrayViewMut2;
use std::ops::Range;

/// How a term may be called in an interaction.
pub(super) struct TermName {
    pub(super) label: String,
    pub(super) column: String,
}

/// Positions of the terms named.
///
/// Fails with fewer than two, a term named twice, a name that is no term, and a column that several terms use.
pub(super) fn resolve(wanted: &[String], terms: &[TermName]) -> Result<Vec<usize>> {
    let shown = wanted.join(":");
    let mut found = Vec::with_capacity(wanted.len());
    for name in wanted {
        let term = position(name, terms).map_err(|why| refused(&shown, &why))?;
        if found.contains(&term) {
            return Err(refused(
                &shown,
                &format!("'{name}' stands in it twice; use a polynomial for powers"),
            ));
        }
        found.push(term);
    }
    match found.len() {
        0 | 1 => Err(refused(&shown, "it needs at least two terms")),
        _ => Ok(found),
    }
}

fn position(name: &str, terms: &[TermName]) -> std::result::Result<usize, String> {
    if let Some(at) = terms.iter().position(|term| term.label == name) {
        return Ok(at);
    }
    let mut of_column = (0..terms.len()).filter(|&at| terms[at].column == name);
    match (of_column.next(), of_column.next()) {
        (Some(at), None) => Ok(at),
        (None, _) => Err(format!("'{name}' is no term of its own; add it as one")),
        (Some(first), Some(second)) => Err(format!(
            "'{name}' may be '{}' or '{}'; name one of these",
            terms[first].label, terms[second].label
        )),
    }
}

fn refused(shown: &str, why: &str) -> Error {
    let message = format!("interaction '{shown}': {why}");
    ErrorKind::Specification { message }.into()
}

/// The columns that each product multiplies; the first term's columns vary fastest.
pub(super) fn products(columns: &[Range<usize>]) -> Vec<Vec<usize>> {
    columns.iter().fold(vec![Vec::new()], |products, range| {
        let extend = |at| {
            let with = move |product: &Vec<usize>| product.iter().copied().chain([at]).collect();
            products.iter().map(with)
        };
        range.clone().flat_map(extend).collect()
    })
}

pub(super) fn name(product: &[usize], names: &[String]) -> String {
    let parts: Vec<&str> = product.iter().map(|&at| names[at].as_str()).collect();
    parts.join(":")
}

pub(super) fn precision(product: &[usize], columns: &[Precision]) -> Precision {
    let factors = product.iter().map(|&at| columns[at]);
    factors.reduce(Precision::times).unwrap_or(Precision::UNIT)
}

/// Writes the products into the columns from `at`, from the columns before them.
pub(super) fn write(products: &[Vec<usize>], at: usize, mut matrix: ArrayViewMut2<'_, f64>) {
    for mut row in matrix.rows_mut() {
        for (offset, product) in products.iter().enumerate() {
            row[at + offset] = product.iter().map(|&factor| row[factor]).product();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn terms() -> Vec<TermName> {
        let term = |label: &str, column: &str| TermName { label: label.into(), column: column.into() };
        vec![
            term("x", "x"),
            term("log(x)", "x"),
            term("log(y)", "y"),
            term("sqrt(z)", "z"),
            term("log(z)", "z"),
        ]
    }

    #[test]
    fn a_term_goes_by_its_full_name_or_by_a_column_no_other_uses() {
        let resolved = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
            resolve(&names, &terms())
        };
        assert_eq!(resolved(&["x", "log(x)", "y"]).unwrap(), [0, 1, 2]);
        for bad in [&["x", "z"][..], &["x", "w"], &["x", "x"], &["x"], &[]] {
            assert_eq!(resolved(bad).unwrap_err().code(), "specification", "{bad:?}");
        }
    }

    #[test]
    fn the_first_terms_columns_vary_fastest() {
        assert_eq!(products(&[1..3, 3..5]), [vec![1, 3], vec![2, 3], vec![1, 4], vec![2, 4]]);
    }
}
