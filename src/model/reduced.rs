//! The same problem with fewer determinants.

use super::problem::Problem;
use crate::error::{ErrorKind, Result};
use std::sync::Arc;

impl Problem {
    /// The same rows, areas and counts without these terms: what a determinant or a block of them is measured against.
    ///
    /// Fails on a term that is not there, and on the intercept.
    pub fn without_terms<S: AsRef<str>>(&self, terms: &[S]) -> Result<Problem> {
        let mut kept = vec![true; self.n_terms()];
        for term in terms {
            kept[self.position_of_determinant(term.as_ref())?] = false;
        }
        Ok(self.with_terms_kept(&kept))
    }

    /// The same rows, areas and counts with the intercept alone: the empty model.
    pub fn without_determinants(&self) -> Problem {
        let mut kept = vec![false; self.n_terms()];
        if let Some(intercept) = kept.first_mut() {
            *intercept = true;
        }
        self.with_terms_kept(&kept)
    }

    /// The position of a term other than the intercept.
    pub(crate) fn position_of_determinant(&self, term: &str) -> Result<usize> {
        match self.terms().iter().position(|known| known == term) {
            Some(at) if at > 0 => Ok(at),
            _ => {
                let known = self.terms()[1..].join("', '");
                let message =
                    format!("there is no determinant '{term}' in the model; its terms are '{known}'");
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    fn with_terms_kept(&self, kept: &[bool]) -> Problem {
        let columns: Vec<usize> = (0..kept.len()).filter(|&j| kept[j]).collect();
        let rows = self.x.chunks_exact(kept.len());
        let x = rows.flat_map(|row| columns.iter().map(|&j| row[j])).collect();
        let mut reduced = self.clone();
        reduced.x = Arc::new(x);
        reduced.standard = self.standard.of_columns(&columns);
        reduced.keep_terms(kept);
        reduced
    }
}
