//! Columns of a finished matrix: leaving some out, and the check that all are finite.

use crate::error::{ErrorKind, Result};
use ndarray::{Array2, ArrayView2};

/// Leaves columns of a row-major matrix out, in place.
pub(super) fn keep_columns(matrix: Array2<f64>, kept: &[bool]) -> Result<Array2<f64>> {
    let n_rows = matrix.nrows();
    let n_kept = kept.iter().filter(|&&keep| keep).count();
    let (mut cells, _) = matrix.into_raw_vec_and_offset();
    let mut keep = kept.iter().copied().cycle();
    cells.retain(|_| keep.next().unwrap_or(true));
    cells.shrink_to_fit();
    let found = cells.len();
    Array2::from_shape_vec((n_rows, n_kept), cells).map_err(|_| {
        ErrorKind::Length { what: "the design matrix".into(), expected: n_rows * n_kept, found }.into()
    })
}

pub(super) fn refuse_non_finite(matrix: ArrayView2<'_, f64>, names: &[String], rows: &[usize]) -> Result<()> {
    let finite = matrix.iter().all(|x| x.is_finite());
    if finite {
        return Ok(());
    }
    let bad_rows = |column: usize| -> Vec<usize> {
        let cells = matrix.column(column).into_iter().zip(rows);
        cells.filter(|(x, _)| !x.is_finite()).map(|(_, &row)| row).collect()
    };
    let columns = names.iter().enumerate().map(|(at, name)| (name, bad_rows(at)));
    match columns.into_iter().find(|(_, rows)| !rows.is_empty()) {
        None => Ok(()),
        Some((name, rows)) => Err(ErrorKind::NonFinite { column: name.clone(), rows }.into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn what_is_kept_stays_in_its_row() {
        let matrix = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let kept = keep_columns(matrix, &[true, false, true]).unwrap();
        assert_eq!(kept, array![[1.0, 3.0], [4.0, 6.0]]);
    }

    #[test]
    fn a_value_too_large_names_its_column_and_row() {
        let matrix = array![[1.0, 2.0], [1.0, f64::INFINITY]];
        let names = ["a".to_string(), "b".to_string()];
        let error = refuse_non_finite(matrix.view(), &names, &[5, 9]).unwrap_err();
        assert_eq!((error.column(), error.rows()), (Some("b"), &[9][..]));
    }
}
