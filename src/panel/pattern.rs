//! Where a sparse symmetric matrix and its Cholesky factor are not zero; settled once, before any number is known.

/// The lower triangle of a symmetric matrix with the entries that elimination in the given order fills in, by columns.
///
/// A column begins with its diagonal; its other rows ascend.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    column_start: Vec<usize>,
    rows: Vec<u32>,
    row_start: Vec<usize>,
    left: Vec<Left>,
}

/// An entry of a row, left of the diagonal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    pub column: u32,
    /// Position of the entry.
    pub at: u32,
}

impl Pattern {
    /// The pattern of a matrix of `n` rows in which the members of each clique are coupled.
    pub(super) fn new(n: usize, cliques: &[Vec<u32>]) -> Self {
        let columns = filled(coupled(n, cliques));
        let mut column_start = Vec::with_capacity(n + 1);
        let mut rows = Vec::new();
        for (column, below) in columns.iter().enumerate() {
            column_start.push(rows.len());
            rows.push(column as u32);
            rows.extend(below);
        }
        column_start.push(rows.len());
        let mut pattern = Pattern { column_start, rows, row_start: Vec::new(), left: Vec::new() };
        pattern.transpose();
        pattern
    }

    fn transpose(&mut self) {
        let n = self.n();
        let mut by_row: Vec<Vec<Left>> = vec![Vec::new(); n];
        for column in 0..n {
            for at in self.below(column) {
                by_row[self.rows[at] as usize].push(Left { column: column as u32, at: at as u32 });
            }
        }
        self.row_start = Vec::with_capacity(n + 1);
        for row in by_row {
            self.row_start.push(self.left.len());
            self.left.extend(row);
        }
        self.row_start.push(self.left.len());
    }

    /// Number of rows.
    pub(super) fn n(&self) -> usize {
        self.column_start.len() - 1
    }

    /// Number of entries, the diagonal included.
    pub(super) fn n_entries(&self) -> usize {
        self.rows.len()
    }

    /// Position of a diagonal entry.
    pub(super) fn diagonal(&self, column: usize) -> usize {
        self.column_start[column]
    }

    /// Positions of the entries below the diagonal of a column.
    pub(super) fn below(&self, column: usize) -> std::ops::Range<usize> {
        self.column_start[column] + 1..self.column_start[column + 1]
    }

    /// Row of each entry.
    pub(super) fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The entries of a row left of the diagonal, columns ascending.
    pub(super) fn left(&self, row: usize) -> &[Left] {
        &self.left[self.row_start[row]..self.row_start[row + 1]]
    }

    /// Position of the entry of two coupled rows, whichever comes first.
    pub(super) fn position(&self, one: u32, other: u32) -> u32 {
        let (column, row) = (one.min(other) as usize, one.max(other));
        let start = self.column_start[column];
        let within = self.rows[start..self.column_start[column + 1]].partition_point(|known| *known < row);
        (start + within) as u32
    }
}

/// For each row the rows after it that it is coupled with, ascending.
fn coupled(n: usize, cliques: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut after: Vec<Vec<u32>> = vec![Vec::new(); n];
    for clique in cliques {
        for &one in clique {
            after[one as usize].extend(clique.iter().filter(|&&other| other > one));
        }
    }
    for rows in &mut after {
        rows.sort_unstable();
        rows.dedup();
    }
    after
}

/// Adds to each column what eliminating the columns before it fills in: a column passes its rows on to the first of them.
fn filled(mut columns: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    for column in 0..columns.len() {
        let Some((&heir, rest)) = columns[column].split_first() else { continue };
        let rest = rest.to_vec();
        let heir = &mut columns[heir as usize];
        heir.extend(rest);
        heir.sort_unstable();
        heir.dedup();
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_below_an_area_fills_in_the_border_only() {
        // states 0 1 2 | area 3 | periods 4 5 6
        let rows = [vec![0, 3, 4], vec![1, 3, 5], vec![2, 3, 6]];
        let links = [vec![0, 1], vec![1, 2]];
        let pattern = Pattern::new(7, &[&rows[..], &links[..]].concat());
        let below = |column| pattern.rows()[pattern.below(column)].to_vec();
        assert_eq!(below(0), [1, 3, 4]);
        assert_eq!(below(1), [2, 3, 4, 5]);
        assert_eq!(below(2), [3, 4, 5, 6]);
        assert_eq!(below(3), [4, 5, 6]);
        assert_eq!(below(4), [5, 6]);
        let left: Vec<u32> = pattern.left(5).iter().map(|left| left.column).collect();
        assert_eq!(left, [1, 2, 3, 4]);
        assert_eq!(pattern.rows()[pattern.position(5, 2) as usize], 5);
    }
}
