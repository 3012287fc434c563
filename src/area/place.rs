//! Rows put on a tree that is there already.

use super::{AreaTree, Placement};
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use std::collections::HashSet;

impl AreaTree {
    /// Puts rows on this tree by their codes of the finest level.
    ///
    /// Blanks around codes are cut off. Fails with all codes that the tree does not know and their rows (a blank code
    /// is one of them), else with all that several areas share: those need [`AreaTree::place_paths`].
    pub fn place<S: AsRef<str>>(&self, codes: &[S]) -> Result<Placement> {
        let (mut finest, mut unknown, mut shared) = (Vec::new(), Lost::default(), Lost::default());
        for (row, code) in codes.iter().enumerate() {
            let code = code.as_ref().trim();
            match self.with_code(self.finest(), code) {
                [area] => finest.push(*area),
                [] => unknown.add(row, code),
                _ => shared.add(row, code),
            }
        }
        self.refuse_unknown(unknown)?;
        self.refuse_shared(shared)?;
        Ok(Placement::new(self.clone(), finest))
    }

    /// Puts the rows of a table on this tree by one column, the codes of the finest level; fails as
    /// [`AreaTree::place`] does.
    pub fn place_table(&self, table: &Table, column: &str) -> Result<Placement> {
        let codes: Vec<String> = table.codes(column)?.into_iter().map(Option::unwrap_or_default).collect();
        self.place(&codes)
    }

    /// Puts rows on this tree by their whole path: one slice of codes per level, coarsest first.
    ///
    /// Fails on another number of slices than of levels, on slices of different lengths, and with all paths that the
    /// tree does not know, their codes joined by ` > `.
    pub fn place_paths<S: AsRef<str>>(&self, levels: &[&[S]]) -> Result<Placement> {
        let n_rows = levels.first().map_or(0, |codes| codes.len());
        require_length("the path", self.levels().len(), levels.len())?;
        for (level, codes) in self.levels().iter().zip(levels) {
            require_length(level, n_rows, codes.len())?;
        }
        let (mut finest, mut unknown) = (Vec::with_capacity(n_rows), Lost::default());
        for row in 0..n_rows {
            let path: Vec<&str> = levels.iter().map(|codes| codes[row].as_ref().trim()).collect();
            match self.find_path(&path) {
                Some(area) => finest.push(area),
                None => unknown.add(row, &path.join(" > ")),
            }
        }
        self.refuse_unknown(unknown)?;
        Ok(Placement::new(self.clone(), finest))
    }

    fn finest_name(&self) -> String {
        self.levels().last().cloned().unwrap_or_default()
    }

    fn refuse_unknown(&self, Lost { codes, rows, .. }: Lost) -> Result<()> {
        match rows.is_empty() {
            true => Ok(()),
            false => Err(ErrorKind::UnknownArea { level: self.finest_name(), codes, rows }.into()),
        }
    }

    fn refuse_shared(&self, Lost { codes, rows, .. }: Lost) -> Result<()> {
        match rows.is_empty() {
            true => Ok(()),
            false => Err(ErrorKind::AmbiguousArea { level: self.finest_name(), codes, rows }.into()),
        }
    }
}

fn require_length(what: &str, expected: usize, found: usize) -> Result<()> {
    match found == expected {
        true => Ok(()),
        false => Err(ErrorKind::Length { what: what.into(), expected, found }.into()),
    }
}

/// Codes without a place, each once, and all rows that use them.
#[derive(Default)]
struct Lost {
    met: HashSet<String>,
    codes: Vec<String>,
    rows: Vec<usize>,
}

impl Lost {
    fn add(&mut self, row: usize, code: &str) {
        self.rows.push(row);
        if self.met.insert(code.to_string()) {
            self.codes.push(code.to_string());
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::{CodeScope, TreeBuilder};

    fn unique() -> AreaTree {
        let wijken = [("W1", "G1"), ("W2", "G1"), ("W3", "G2")];
        TreeBuilder::listing("gemeente", ["G1", "G2"]).level("wijk", wijken).build().unwrap()
    }

    const GEMEENTEN: [&str; 3] = ["G1", "G2", "G2"];
    const WIJKEN: [&str; 3] = ["01", "01", "02"];

    fn within() -> AreaTree {
        let columns = [("gemeente", &GEMEENTEN[..]), ("wijk", &WIJKEN[..])];
        Placement::from_codes(&columns, CodeScope::WithinParent).unwrap().tree().clone()
    }

    #[test]
    fn rows_go_where_their_code_stands() {
        let placement = unique().place(&["W3", " W1 ", "W3"]).unwrap();
        assert_eq!((placement.areas(1), placement.areas(0)), (vec![2, 0, 2], vec![1, 0, 1]));
        assert_eq!(placement.tree(), &unique());
    }

    #[test]
    fn all_unknown_and_blank_codes_are_listed_once_with_all_their_rows() {
        let table = Table::new().with_text("wijk", ["W9", "W1", " ", "W9", "W8"]).unwrap();
        let error = unique().place_table(&table, "wijk").unwrap_err();
        let expected = ErrorKind::UnknownArea {
            level: "wijk".into(),
            codes: ["W9", "", "W8"].map(String::from).to_vec(),
            rows: vec![0, 2, 3, 4],
        };
        assert_eq!(error.kind(), &expected);
    }

    #[test]
    fn a_shared_code_needs_its_path() {
        let error = within().place(&["01", "02", "01"]).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("ambiguous-area", &[0, 2][..]));

        let placement = within().place_paths(&[&GEMEENTEN[..], &WIJKEN[..]]).unwrap();
        assert_eq!(placement.areas(1), [0, 1, 2]);
        let error = within().place_paths(&[&["G1", "G1"][..], &["01", "02"][..]]).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("unknown-area", &[1][..]));
        assert!(error.to_string().contains("'G1 > 02'"), "{error}");
    }

    #[test]
    fn a_path_of_another_depth_or_ragged_slices_are_refused() {
        assert_eq!(within().place_paths(&[&WIJKEN[..]]).unwrap_err().code(), "length");
        assert_eq!(within().place_paths(&[&WIJKEN[..], &WIJKEN[..2]]).unwrap_err().code(), "length");
    }
}
