//! Sorting rows along the tree, and carrying a matrix along without a second copy.

/// The order that sorts rows by `areas[0]`, then `areas[1]`, ...: `order[new] = old`. Rows of one area keep theirs.
pub(super) fn order_along(areas: &[Vec<u32>], n_rows: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n_rows as u32).collect();
    for level in areas.iter().rev() {
        order = stable_by(level, &order);
    }
    order
}

/// One stable counting sort of `order` by `key[row]`.
fn stable_by(key: &[u32], order: &[u32]) -> Vec<u32> {
    let largest = key.iter().copied().max().map_or(0, |k| k as usize);
    let mut next = vec![0u32; largest + 2];
    key.iter().for_each(|&k| next[k as usize + 1] += 1);
    for k in 1..next.len() {
        next[k] += next[k - 1];
    }
    let mut sorted = vec![0; order.len()];
    for &row in order {
        let slot = &mut next[key[row as usize] as usize];
        sorted[*slot as usize] = row;
        *slot += 1;
    }
    sorted
}

/// Brings the rows of a row-major matrix into `order` in place, along the cycles of the permutation.
pub(super) fn permute_rows(x: &mut [f64], p: usize, order: &[u32]) {
    let mut done = vec![false; order.len()];
    let mut held = vec![0.0; p];
    for start in 0..order.len() {
        if done[start] || order[start] as usize == start {
            continue;
        }
        held.copy_from_slice(&x[start * p..(start + 1) * p]);
        let mut to = start;
        loop {
            done[to] = true;
            let from = order[to] as usize;
            if from == start {
                x[to * p..(to + 1) * p].copy_from_slice(&held);
                break;
            }
            x.copy_within(from * p..(from + 1) * p, to * p);
            to = from;
        }
    }
}

/// `values[order[0]], values[order[1]], ...`
pub(super) fn permuted<T: Copy>(values: &[T], order: &[u32]) -> Vec<T> {
    order.iter().map(|&from| values[from as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_coarse_to_fine_and_stable() {
        let areas = [vec![1, 0, 1, 0, 1], vec![3, 2, 1, 2, 3]];
        assert_eq!(order_along(&areas, 5), [1, 3, 2, 0, 4]);
    }

    #[test]
    fn a_matrix_follows_its_order_in_place() {
        let order = [2, 0, 1, 4, 3, 5];
        let x: Vec<f64> = (0..12).map(f64::from).collect();
        let mut permuted_x = x.clone();
        permute_rows(&mut permuted_x, 2, &order);
        for (new, &old) in order.iter().enumerate() {
            assert_eq!(permuted_x[2 * new..2 * new + 2], x[2 * old as usize..2 * old as usize + 2]);
        }
        assert_eq!(permuted(&[10, 11, 12, 13, 14, 15], &order), [12, 10, 11, 14, 13, 15]);
    }
}
