//! Which share of each area goes where.

use super::gather::{self, Pair, Row};
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use std::collections::HashMap;

/// Areas of one division as areas of another: for each area the shares that go to areas of the other, adding up to 1.
///
/// A share is that of the quantity carried: of people, addresses, events. One of 1 moves the area whole, and with it
/// its count as it is. Codes are text; blanks around them are cut off. Areas keep the order in which they came.
#[derive(Debug, Clone, PartialEq)]
pub struct Crosswalk {
    pub(super) from: Vec<String>,
    pub(super) to: Vec<String>,
    /// Along `from`, each in the order in which its targets came.
    pub(super) links: Vec<Vec<Link>>,
    /// Along `from`: κ of the shares, infinite where they are given.
    pub(super) precision: Vec<f64>,
    pub(super) positions: HashMap<String, usize>,
}

/// A share of an area, and where it goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Link {
    pub(super) to: usize,
    pub(super) share: f64,
}

impl Crosswalk {
    /// Shares as (from, to, share).
    ///
    /// Fails with one [`ErrorKind::Crosswalk`] that lists every blank code, share outside (0, 1], repeated pair and area
    /// whose shares do not add up to 1 within 1e-9. Shares that were rounded are weights: [`Crosswalk::from_weights`].
    pub fn from_shares<F, T>(shares: impl IntoIterator<Item = (F, T, f64)>) -> Result<Self>
    where
        F: AsRef<str>,
        T: AsRef<str>,
    {
        let rows = shares.into_iter().map(|(from, to, share)| Row::new(from.as_ref(), to.as_ref(), share));
        gather::shares(rows.enumerate())
    }

    /// Weights as (from, to, weight), such as addresses: the shares are the weights divided by their sum per area.
    ///
    /// Fails as [`Crosswalk::from_shares`] does, on weights that are not positive and finite, and on those of which
    /// nothing is left beside the largest of their area.
    ///
    /// ```
    /// use nestcount::crosswalk::Crosswalk;
    /// let addresses = [("WK028900", "WK028901", 300.0), ("WK028900", "WK028902", 100.0)];
    /// let crosswalk = Crosswalk::from_weights(addresses)?;
    /// assert_eq!(crosswalk.shares_of("WK028900"), [("WK028901", 0.75), ("WK028902", 0.25)]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn from_weights<F, T>(weights: impl IntoIterator<Item = (F, T, f64)>) -> Result<Self>
    where
        F: AsRef<str>,
        T: AsRef<str>,
    {
        gather::weights(
            weights
                .into_iter()
                .map(|(from, to, weight)| Row::new(from.as_ref(), to.as_ref(), weight))
                .collect(),
        )
    }

    /// The areas as they are.
    pub fn identity<S: AsRef<str>>(codes: impl IntoIterator<Item = S>) -> Result<Self> {
        let twice = codes.into_iter().map(|code| Pair::new(code.as_ref(), code.as_ref()));
        gather::recoding(twice.collect())
    }

    /// New codes for the same areas, as (old, new); fails also where two areas get one code.
    pub fn recoding<F: AsRef<str>, T: AsRef<str>>(pairs: impl IntoIterator<Item = (F, T)>) -> Result<Self> {
        gather::recoding(pairs.into_iter().map(|(from, to)| Pair::new(from.as_ref(), to.as_ref())).collect())
    }

    /// Whole areas into others, as (old, new); fails also where an area goes to two.
    pub fn merge<F: AsRef<str>, T: AsRef<str>>(pairs: impl IntoIterator<Item = (F, T)>) -> Result<Self> {
        gather::merge(pairs.into_iter().map(|(from, to)| Pair::new(from.as_ref(), to.as_ref())).collect())
    }

    /// One area into parts, as (new, share); fails as [`Crosswalk::from_shares`] does.
    pub fn split<T: AsRef<str>>(from: &str, parts: impl IntoIterator<Item = (T, f64)>) -> Result<Self> {
        Crosswalk::from_shares(parts.into_iter().map(|(to, share)| (from, to, share)))
    }

    /// Reads columns of codes and of shares; fails as [`Crosswalk::from_shares`] does.
    pub fn from_table(table: &Table, from: &str, to: &str, share: &str) -> Result<Self> {
        gather::shares(rows_of(table, from, to, share)?.into_iter().enumerate())
    }

    /// Reads columns of codes and of weights; fails as [`Crosswalk::from_weights`] does.
    pub fn from_weight_table(table: &Table, from: &str, to: &str, weight: &str) -> Result<Self> {
        gather::weights(rows_of(table, from, to, weight)?)
    }

    /// The same crosswalk with shares of splits that are known as well as if they were learned from `precision` units:
    /// a share varies with s (1 - s) / (κ + 1), jointly by a Dirichlet distribution. Fails on a precision that is not
    /// positive and finite.
    pub fn estimated(mut self, precision: f64) -> Result<Self> {
        if !(precision.is_finite() && precision > 0.0) {
            let message = format!("the precision of shares is a number of units above 0, not {precision}");
            return Err(ErrorKind::Specification { message }.into());
        }
        let splits = self.precision.iter_mut().zip(&self.links).filter(|(_, links)| links.len() > 1);
        splits.for_each(|(known, _)| *known = precision);
        Ok(self)
    }

    /// Codes of the division left, in the order in which they came.
    pub fn from_codes(&self) -> &[String] {
        &self.from
    }

    /// Codes of the division entered, in the order in which they came.
    pub fn to_codes(&self) -> &[String] {
        &self.to
    }

    /// Where an area goes, with shares; empty for one that is not there.
    pub fn shares_of(&self, from: &str) -> Vec<(&str, f64)> {
        let links = self.positions.get(from.trim()).map_or(&[][..], |&at| &self.links[at]);
        links.iter().map(|link| (self.to[link.to].as_str(), link.share)).collect()
    }

    /// Precision κ of the shares of an area: infinite where they are given or it moves whole, `None` where it is not
    /// there.
    pub fn precision_of(&self, from: &str) -> Option<f64> {
        self.positions.get(from.trim()).map(|&at| self.precision[at])
    }

    /// Whether every area moves whole.
    pub fn is_whole(&self) -> bool {
        self.links.iter().all(|links| links.len() == 1)
    }

    /// All links as (from, to, share).
    pub fn links(&self) -> impl Iterator<Item = (&str, &str, f64)> {
        let each = self.from.iter().zip(&self.links);
        each.flat_map(move |(from, links)| {
            links.iter().map(move |link| (from.as_str(), self.to[link.to].as_str(), link.share))
        })
    }

    /// The links as a table with the columns `from`, `to` and `share`.
    pub fn to_table(&self) -> Result<Table> {
        let links: Vec<_> = self.links().collect();
        Table::new()
            .with_text("from", links.iter().map(|link| link.0))?
            .with_text("to", links.iter().map(|link| link.1))?
            .with_numbers("share", links.iter().map(|link| link.2))
    }
}

fn rows_of(table: &Table, from: &str, to: &str, share: &str) -> Result<Vec<Row>> {
    let cells = table.codes(from)?.into_iter().zip(table.codes(to)?).zip(table.numbers(share)?);
    Ok(cells.map(|((from, to), share)| Row { pair: Pair { from, to }, share }).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::error::CrosswalkFault;

    fn faults(crosswalk: Result<Crosswalk>) -> Vec<CrosswalkFault> {
        match crosswalk.unwrap_err().kind() {
            ErrorKind::Crosswalk { faults, .. } => faults.clone(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn all_that_is_wrong_with_shares_is_listed_at_once() {
        let error = Crosswalk::from_shares([
            ("a", "x", 0.5),
            ("a", "y", 0.4),
            ("b", "x", 1.5),
            (" ", "x", 1.0),
            ("c", "z", 1.0),
            ("c", "z", 1.0),
            ("d", "x", f64::NAN),
        ])
        .unwrap_err();
        assert_eq!((error.code(), error.rows()), ("crosswalk", &[0, 1, 2, 3, 4, 5, 6][..]));
        let text = error.to_string();
        assert!(text.contains("the shares of 'a' add up to 0.9, not to 1 (rows 1, 2)"), "{text}");
        assert!(text.contains("'c' to 'z' stands there 2 times (rows 5, 6)"), "{text}");
        assert!(text.contains("NaN as the share of 'd' that goes to 'x' (row 7)"), "{text}");
    }

    #[test]
    fn a_missing_share_in_a_table_is_a_fault_and_no_zero() {
        let table = Table::new()
            .with_text("van", ["0363", "0014"])
            .and_then(|table| table.with_text("naar", ["0363", "x"])?.with_text("deel", ["1", ""]))
            .unwrap();
        let error = Crosswalk::from_table(&table, "van", "naar", "deel").unwrap_err();
        assert_eq!(error.rows(), [1]);
    }

    #[test]
    fn weights_become_shares_and_a_whole_area_has_share_1() {
        let crosswalk = Crosswalk::from_weights([("a", "x", 1.0), ("a", "y", 3.0), ("b", "y", 0.3)]).unwrap();
        assert_eq!(crosswalk.shares_of("a"), [("x", 0.25), ("y", 0.75)]);
        assert_eq!(crosswalk.shares_of(" b "), [("y", 1.0)]);
        assert!(!crosswalk.is_whole() && crosswalk.shares_of("c").is_empty());
    }

    #[test]
    fn a_merger_is_no_recoding_and_a_split_is_no_merger() {
        let merged = [("a", "x"), ("b", "x")];
        assert!(Crosswalk::merge(merged).unwrap().is_whole());
        assert!(
            matches!(&faults(Crosswalk::recoding(merged))[..], [CrosswalkFault::SeveralSources { rows, .. }] if rows == &[0, 1])
        );
        let torn = Crosswalk::merge([("a", "x"), ("a", "y")]);
        assert!(
            matches!(&faults(torn)[..], [CrosswalkFault::SeveralTargets { to, .. }] if to == &["x", "y"])
        );
    }

    #[test]
    fn letters_and_leading_zeros_stay() {
        let crosswalk = Crosswalk::recoding([("WK036300 ", "WK0363MA"), ("0014", "0015")]).unwrap();
        assert_eq!(crosswalk.from_codes(), ["WK036300", "0014"]);
        assert_eq!(crosswalk.to_codes(), ["WK0363MA", "0015"]);
    }

    #[test]
    fn a_table_of_links_is_read_back() {
        let crosswalk =
            Crosswalk::from_shares([("a", "x", 0.25), ("a", "y", 0.75), ("b", "y", 1.0)]).unwrap();
        let again = Crosswalk::from_table(&crosswalk.to_table().unwrap(), "from", "to", "share").unwrap();
        assert_eq!(again, crosswalk);
    }
}
