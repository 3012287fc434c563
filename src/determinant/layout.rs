//! Where each column of a recipe's matrix stands.

use super::INTERCEPT;
use super::interaction;
use super::learned::LearnedTerm;
use super::precision::Precision;
use std::ops::Range;

/// Where each column of the full matrix stands.
pub(super) struct Layout {
    pub(super) names: Vec<String>,
    /// Of each term, without its indicator.
    pub(super) columns: Vec<Range<usize>>,
    pub(super) products: Vec<Vec<usize>>,
    pub(super) first_product: usize,
}

impl Layout {
    pub(super) fn of(terms: &[LearnedTerm], interactions: &[Vec<usize>]) -> Self {
        let (mut names, mut columns) = (vec![INTERCEPT.to_string()], Vec::new());
        for term in terms {
            let start = names.len();
            names.extend(term.names());
            columns.push(start..names.len());
            names.extend(term.indicator());
        }
        let of_terms = |terms: &Vec<usize>| -> Vec<Range<usize>> {
            let ranges = terms.iter().filter_map(|&term| columns.get(term));
            ranges.cloned().collect()
        };
        let products: Vec<Vec<usize>> =
            interactions.iter().flat_map(|terms| interaction::products(&of_terms(terms))).collect();
        let first_product = names.len();
        let of_products: Vec<String> =
            products.iter().map(|product| interaction::name(product, &names)).collect();
        names.extend(of_products);
        Layout { names, columns, products, first_product }
    }

    /// Precision of all columns, from that of the terms'.
    pub(super) fn precision(&self, of_terms: Vec<Vec<Precision>>) -> Vec<Precision> {
        let mut all = vec![Precision::UNIT; self.first_product];
        for (columns, term) in self.columns.iter().zip(of_terms) {
            columns.clone().zip(term).for_each(|(at, one)| all[at] = one);
        }
        let products = self.products.iter();
        let of_products: Vec<Precision> =
            products.map(|product| interaction::precision(product, &all)).collect();
        all.extend(of_products);
        all
    }
}
