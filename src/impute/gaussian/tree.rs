//! The overall mean and the latent vectors of all areas, drawn at once along the tree.

use super::covariance::Covariance;
use super::tier::Tier;
use crate::numeric::dense::Cholesky;
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1, Axis, Slice};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use std::collections::HashMap;

/// Which areas have alike subtrees below them: these share every matrix.
#[derive(Clone)]
pub(super) struct Tree {
    /// Of the tiers of areas, coarse to fine.
    classes: Vec<Classes>,
}

#[derive(Clone)]
struct Classes {
    of_unit: Vec<usize>,
    /// Of each class, the classes of its children and how many of each.
    children: Vec<Vec<(usize, f64)>>,
}

/// What the units below say about the latent part of the areas of a tier, in information form.
#[derive(Clone)]
struct Below {
    /// By class.
    shared: Vec<Shared>,
    /// By area: the information vector h.
    heads: Array2<f64>,
}

#[derive(Clone)]
struct Shared {
    /// Of A = P_FF + J, with J the information from below.
    factor: Cholesky,
    /// W = L⁻¹ P_F, with A = LL'.
    half: Array2<f64>,
}

impl Tree {
    pub(super) fn new(tiers: &[Tier]) -> Self {
        let n_rows = tiers.last().map_or(0, |rows| rows.parents.len());
        let mut below = vec![0; n_rows];
        let mut classes = Vec::new();
        for pair in tiers.windows(2).rev() {
            let found = Classes::new(&below, &pair[1].parents, pair[0].parents.len());
            below.clone_from(&found.of_unit);
            classes.push(found);
        }
        classes.reverse();
        Tree { classes }
    }

    /// Draws the mean and then, coarse to fine, each area's latent vector, all given the columns measured on areas and rows.
    ///
    /// The way up integrates the areas out one after another, so this is one draw from their joint distribution. `None`
    /// where rounding leaves a matrix that is not positive definite.
    pub(super) fn draw(
        &self,
        mean: &mut Array2<f64>,
        tiers: &mut [Tier],
        covariances: &[Covariance],
        rng: &mut (impl Rng + ?Sized),
    ) -> Option<()> {
        let (rows, of_rows) = (tiers.last()?, covariances.last()?);
        let mut messages = vec![of_rows.precision.clone()];
        let mut vectors = times(&rows.values, &of_rows.precision);
        let mut all_below = Vec::with_capacity(self.classes.len());
        for (tier, classes) in self.classes.iter().enumerate().rev() {
            let heads = add_up(&vectors, &tiers[tier + 1].parents, tiers[tier].parents.len());
            let precision = covariances[tier].precision.view();
            let shared: Vec<Shared> = (0..classes.children.len())
                .map(|class| Shared::new(precision, classes.information(class, &messages)?))
                .collect::<Option<_>>()?;
            messages = shared.iter().map(|shared| shared.message(precision)).collect();
            let below = Below { shared, heads };
            vectors = below.vectors(&tiers[tier], classes, precision);
            all_below.push(below);
        }
        self.draw_mean(mean, &messages, &vectors, rng)?;
        for (tier, (classes, below)) in self.classes.iter().zip(all_below.iter().rev()).enumerate() {
            let (above, here) = tiers.split_at_mut(tier);
            let above = above.last().map_or(mean.view(), |above| above.values.view());
            below.draw(&mut here[0], above, classes, covariances[tier].precision.view(), rng);
        }
        Some(())
    }

    fn draw_mean(
        &self,
        mean: &mut Array2<f64>,
        messages: &[Array2<f64>],
        vectors: &Array2<f64>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Option<()> {
        let mut precision = Array2::zeros((mean.ncols(), mean.ncols()));
        match self.classes.first() {
            None => precision.scaled_add(vectors.nrows() as f64, messages.first()?),
            Some(classes) => {
                classes.of_unit.iter().for_each(|&class| precision.scaled_add(1.0, &messages[class]))
            }
        }
        let mut head = add_up(vectors, &vec![0; vectors.nrows()], 1).into_raw_vec_and_offset().0;
        posterior(&Cholesky::new(&precision.view())?, &mut head, rng);
        mean.iter_mut().zip(head).for_each(|(mean, drawn)| *mean = drawn);
        Some(())
    }
}

impl Classes {
    fn new(below: &[usize], parents: &[usize], n_units: usize) -> Self {
        let mut counts = vec![HashMap::new(); n_units];
        for (class, &parent) in below.iter().zip(parents) {
            *counts[parent].entry(*class).or_insert(0_usize) += 1;
        }
        let mut known: HashMap<Vec<(usize, usize)>, usize> = HashMap::new();
        let (mut of_unit, mut children) = (Vec::with_capacity(n_units), Vec::new());
        for count in counts {
            let mut key: Vec<(usize, usize)> = count.into_iter().collect();
            key.sort_unstable();
            let class = *known.entry(key).or_insert_with_key(|key| {
                children.push(key.iter().map(|&(class, n)| (class, n as f64)).collect());
                children.len() - 1
            });
            of_unit.push(class);
        }
        Classes { of_unit, children }
    }

    /// J: what the children of a class say together.
    fn information(&self, class: usize, messages: &[Array2<f64>]) -> Option<Array2<f64>> {
        let mut children = self.children[class].iter().map(|&(child, n)| &messages[child] * n);
        let first = children.next()?;
        Some(children.fold(first, |sum, one| sum + one))
    }
}

impl Shared {
    fn new(precision: ArrayView2<'_, f64>, information: Array2<f64>) -> Option<Self> {
        let first = Slice::from(..information.nrows());
        let sum = information + precision.slice_axis(Axis(0), first).slice_axis(Axis(1), first);
        let factor = Cholesky::new(&sum.view())?;
        let mut half = precision.slice_axis(Axis(0), first).to_owned();
        factor.lower_columns(&mut half);
        Some(Shared { factor, half })
    }

    /// What an area of this class says about the one above: P − W'W.
    fn message(&self, precision: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut message = precision.to_owned();
        for row in self.half.rows() {
            for (mut to, &w) in message.rows_mut().into_iter().zip(row) {
                to.scaled_add(-w, &row);
            }
        }
        message
    }
}

impl Below {
    /// The information vector of each area about the one above: P_O z_O + W'L⁻¹(h − P_FO z_O).
    fn vectors(&self, tier: &Tier, classes: &Classes, precision: ArrayView2<'_, f64>) -> Array2<f64> {
        let f = tier.latent;
        let mut vectors = Array2::zeros(tier.values.dim());
        let areas = tier.values.rows().into_iter().zip(vectors.rows_mut());
        for (area, (values, mut vector)) in areas.enumerate() {
            for (row, &z) in precision.rows().into_iter().zip(values).skip(f) {
                vector.scaled_add(z, &row);
            }
            let shared = &self.shared[classes.of_unit[area]];
            let mut head: Vec<f64> =
                self.heads.row(area).iter().zip(&vector).map(|(head, told)| head - told).collect();
            shared.factor.lower_in_place(&mut head);
            for (row, &x) in shared.half.rows().into_iter().zip(&head) {
                vector.scaled_add(x, &row);
            }
        }
        vectors
    }

    /// Draws the latent vectors given those of the tier above.
    fn draw(
        &self,
        tier: &mut Tier,
        above: ArrayView2<'_, f64>,
        classes: &Classes,
        precision: ArrayView2<'_, f64>,
        rng: &mut (impl Rng + ?Sized),
    ) {
        let f = tier.latent;
        for (area, mut values) in tier.values.rows_mut().into_iter().enumerate() {
            let told = gap(above.row(tier.parents[area]), &values, f);
            let told = ArrayView1::from(&told);
            let heads = self.heads.row(area).into_iter().zip(precision.rows());
            let mut drawn: Vec<f64> = heads.map(|(head, row)| head + row.dot(&told)).collect();
            posterior(&self.shared[classes.of_unit[area]].factor, &mut drawn, rng);
            values.iter_mut().zip(drawn).for_each(|(value, drawn)| *value = drawn);
        }
    }
}

/// m_F, and m_O − z_O after it.
fn gap(mean: ArrayView1<'_, f64>, values: &ArrayViewMut1<'_, f64>, latent: usize) -> Vec<f64> {
    let pairs = mean.iter().zip(values).enumerate();
    pairs.map(|(at, (m, z))| if at < latent { *m } else { m - z }).collect()
}

/// Turns the information vector b into a draw from N(A⁻¹b, A⁻¹).
fn posterior(factor: &Cholesky, b: &mut [f64], rng: &mut (impl Rng + ?Sized)) {
    factor.lower_in_place(b);
    for x in b.iter_mut() {
        let noise: f64 = StandardNormal.sample(rng);
        *x += noise;
    }
    factor.upper_in_place(b);
}

/// Each row times a symmetric matrix.
fn times(rows: &Array2<f64>, symmetric: &Array2<f64>) -> Array2<f64> {
    let mut products = Array2::zeros(rows.dim());
    for (row, mut product) in rows.rows().into_iter().zip(products.rows_mut()) {
        for (&x, column) in row.iter().zip(symmetric.rows()) {
            product.scaled_add(x, &column);
        }
    }
    products
}

fn add_up(vectors: &Array2<f64>, parents: &[usize], n_parents: usize) -> Array2<f64> {
    let mut sums = Array2::zeros((n_parents, vectors.ncols()));
    for (vector, &parent) in vectors.rows().into_iter().zip(parents) {
        sums.row_mut(parent).scaled_add(1.0, &vector);
    }
    sums
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::column::{Level, Measured};
    use super::super::fixture::seeded;
    use super::super::nest::Nest;
    use super::*;
    use ndarray::{Array1, array};

    /// Eight rows in five areas in three: a column of rows, one of the finer areas, one of the coarser.
    fn state() -> (Vec<Tier>, Vec<Covariance>) {
        let levels = [
            Level { name: "r", areas: &[0, 0, 0, 1, 1, 1, 2, 2] },
            Level { name: "g", areas: &[0, 1, 1, 2, 3, 3, 4, 4] },
        ];
        let columns = [Measured::Rows, Measured::Areas(1), Measured::Areas(0)];
        let mut tiers = Tier::all(Nest::new(&levels, 8).unwrap(), &columns, 8);
        for (at, tier) in tiers.iter_mut().enumerate() {
            tier.values
                .indexed_iter_mut()
                .for_each(|((unit, j), z)| *z = ((unit * 5 + j * 3 + at) as f64).sin());
        }
        let precisions = [
            array![[2.0, 0.5, -0.3], [0.5, 1.5, 0.4], [-0.3, 0.4, 1.0]],
            array![[3.0, -0.8], [-0.8, 2.0]],
            array![[1.7]],
        ];
        let mut covariances: Vec<Covariance> = tiers.iter().map(|tier| Covariance::new(tier, 1.0)).collect();
        covariances.iter_mut().zip(precisions).for_each(|(one, precision)| one.precision = precision);
        (tiers, covariances)
    }

    /// The unknowns in the order mean, latent vectors coarse to fine.
    fn unknowns(mean: &Array2<f64>, tiers: &[Tier]) -> Array1<f64> {
        let latent = tiers.iter().flat_map(|tier| {
            tier.values.rows().into_iter().flat_map(|row| row.to_vec().into_iter().take(tier.latent))
        });
        mean.iter().copied().chain(latent).collect()
    }

    /// Position among the unknowns of a latent entry of a unit; tier 0 is the mean, 1 the coarsest level.
    fn position(tiers: &[Tier], tier: usize, unit: usize, column: usize) -> usize {
        let sizes = |tier: &Tier| tier.values.nrows() * tier.latent;
        match tier.checked_sub(1) {
            None => column,
            Some(at) => 3 + tiers[..at].iter().map(sizes).sum::<usize>() + unit * tiers[at].latent + column,
        }
    }

    /// Mean and covariance from the whole precision matrix at once.
    fn dense(tiers: &[Tier], covariances: &[Covariance]) -> (Array1<f64>, Array2<f64>) {
        let n = position(tiers, 3, 0, 0);
        let (mut precision, mut head) = (Array2::<f64>::zeros((n, n)), Array1::<f64>::zeros(n));
        for (at, (tier, covariance)) in tiers.iter().zip(covariances).enumerate() {
            for (unit, values) in tier.values.rows().into_iter().enumerate() {
                let d = values.len();
                let (mut map, mut known) = (Array2::<f64>::zeros((d, n)), Array1::<f64>::zeros(d));
                for j in 0..d {
                    map[[j, position(tiers, at, tier.parents[unit], j)]] -= 1.0;
                    match j < tier.latent {
                        true => map[[j, position(tiers, at + 1, unit, j)]] += 1.0,
                        false => known[j] = values[j],
                    }
                }
                let weighted = map.t().dot(&covariance.precision);
                precision = precision + weighted.dot(&map);
                head = head - weighted.dot(&known);
            }
        }
        let factor = Cholesky::new(&precision.view()).unwrap();
        (factor.solve(&head.view()), factor.inverse())
    }

    #[test]
    fn draws_along_the_tree_have_the_mean_and_covariance_of_the_whole() {
        let (mut tiers, covariances) = state();
        let (expected, covariance) = dense(&tiers, &covariances);
        let tree = Tree::new(&tiers);
        assert_eq!(tree.classes.iter().map(|classes| classes.children.len()).collect::<Vec<_>>(), [2, 2]);
        let (mut mean, mut rng) = (Array2::zeros((1, 3)), seeded(61));
        let (n, draws) = (expected.len(), 40_000);
        let (mut sum, mut squares) = (Array1::<f64>::zeros(n), Array2::<f64>::zeros((n, n)));
        for _ in 0..draws {
            tree.draw(&mut mean, &mut tiers, &covariances, &mut rng).unwrap();
            let off = unknowns(&mean, &tiers) - &expected;
            for (j, x) in off.iter().enumerate() {
                sum[j] += x;
                squares.row_mut(j).scaled_add(*x, &off);
            }
        }
        let draws = f64::from(draws);
        for j in 0..n {
            let error = sum[j] / draws / (covariance[[j, j]] / draws).sqrt();
            assert!(error.abs() < 4.5, "unknown {j}: {error} standard errors");
            for k in 0..n {
                let scale = (covariance[[j, j]] * covariance[[k, k]]).sqrt();
                let error = (squares[[j, k]] / draws - covariance[[j, k]]) / scale;
                assert!(error.abs() < 0.035, "unknowns {j}, {k}: {error}");
            }
        }
    }
}
