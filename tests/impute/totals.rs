//! Draws that keep to known totals, at every level, also where rows of the total are not in the problem.

use crate::may_be;
use crate::published::{Published, below, interval};
use crate::question::Question;
use crate::tables::{generator, neg_bin2, poisson};
use nestcount::area::Placement;
use nestcount::count::{Bounds, Count, ExclusionReason, Relation, Totals};
use nestcount::determinant::MissingCells;
use nestcount::impute::{Completed, Imputer, Origin};
use nestcount::table::Column;
use nestcount::{Error, Options, Problem};

/// One published total: the rows it is about, what was published and how they relate.
struct Known {
    rows: Vec<usize>,
    total: Count,
    relation: Relation,
}

/// Totals with a list of them to check against.
struct Stated {
    totals: Totals,
    known: Vec<Known>,
}

impl Stated {
    /// `publish(level, nth area, sum of the true counts)` for every area, and of all rows under level `None`.
    fn new(
        placement: &Placement,
        truth: &[u64],
        publish: impl Fn(Option<usize>, usize, u64) -> Option<(Count, Relation)>,
    ) -> Self {
        let tree = placement.tree();
        let mut stated = Stated { totals: Totals::on(tree), known: vec![] };
        let all: Vec<usize> = (0..truth.len()).collect();
        if let Some((total, relation)) = publish(None, 0, truth.iter().sum()) {
            stated.totals = stated.totals.all_rows(total, relation).unwrap();
            stated.known.push(Known { rows: all, total, relation });
        }
        for level in 0..tree.levels().len() {
            let areas = placement.areas(level);
            for area in 0..tree.n_areas(level) {
                let rows: Vec<usize> = (0..truth.len()).filter(|&row| areas[row] as usize == area).collect();
                let sum = rows.iter().map(|&row| truth[row]).sum();
                let Some((total, relation)) = publish(Some(level), area, sum) else { continue };
                stated.totals = stated.totals.area(&tree.path(level, area as u32), total, relation).unwrap();
                stated.known.push(Known { rows, total, relation });
            }
        }
        stated
    }

    /// Whether counts can be found for the rows outside the table with which every total holds.
    #[track_caller]
    fn assert_kept(&self, counts: &[Count], table: &Completed) {
        let mut drawn = vec![None; counts.len()];
        for (&row, completed) in table.rows().iter().zip(table.counts()) {
            drawn[row] = Some(completed.count as u64);
            assert!(may_be(counts[row], completed.count as u64), "row {row}: {}", completed.count);
        }
        for known in &self.known {
            let (mut lo, mut hi) = (0, Some(0));
            for &row in &known.rows {
                let bounds = counts[row].bounds();
                lo += drawn[row].unwrap_or(bounds.lo());
                hi = hi.zip(drawn[row].or(bounds.hi())).map(|(hi, more)| hi + more);
            }
            let total = known.total.bounds();
            assert!(
                total.hi().is_none_or(|total| lo <= total),
                "{lo} and more, where {total:?} was published"
            );
            let enough = known.relation == Relation::AtMost || hi.is_none_or(|hi| hi >= total.lo());
            assert!(enough, "at most {hi:?}, where {total:?} was published");
        }
    }
}

/// Draws until so many counts were drawn, each table checked.
fn draw_and_check(published: &Published, problem: &Problem, stated: &Stated, wanted: usize) -> usize {
    let options = Options::default();
    let fit = problem.fit(&options).unwrap();
    let placement = published.placement().unwrap();
    let imputer = Imputer::new(problem, &fit, &options).unwrap();
    let imputer = imputer.within(&stated.totals, &placement, &published.counts).unwrap();
    let (rng, mut drawn) = (&mut generator(9), 0);
    while drawn < wanted {
        let table = imputer.draw(rng).unwrap();
        assert_eq!(table.n_imputed(), problem.n_coarse());
        stated.assert_kept(&published.counts, &table);
        drawn += table.n_imputed();
    }
    stated.assert_kept(&published.counts, &imputer.draw_at_estimate(rng).unwrap());
    drawn
}

/// Counts to draw under each set of totals; `NESTCOUNT_DRAWS=130000` makes a million of them in all.
fn wanted() -> usize {
    std::env::var("NESTCOUNT_DRAWS").ok().and_then(|draws| draws.parse().ok()).unwrap_or(20_000)
}

/// Small counts, so that most are withheld: 240 rows in 30 towns.
fn small(question: Question) -> Published {
    Published::of(question.changed("count", |_, y| (y / 4.0).floor()), below(10))
}

#[test]
fn exact_totals_of_every_level_hold_in_every_draw() {
    let mut drawn = 0;
    for published in [small(poisson(1)), small(neg_bin2(2))] {
        let placement = published.placement().unwrap();
        let all = |_: Option<usize>, _: usize, sum: u64| Some((Count::Exact(sum), Relation::Equal));
        let towns = |level: Option<usize>, area: usize, sum: u64| {
            (level == Some(1) && area.is_multiple_of(2)).then_some((Count::Exact(sum), Relation::Equal))
        };
        for stated in [
            Stated::new(&placement, &published.truth(), all),
            Stated::new(&placement, &published.truth(), towns),
        ] {
            drawn += draw_and_check(&published, &published.problem().unwrap(), &stated, wanted());
        }
    }
    assert!(drawn >= 4 * wanted());
}

#[test]
fn rounded_and_upper_totals_hold_in_every_draw() {
    let mut drawn = 0;
    for published in [small(poisson(3)), small(neg_bin2(4))] {
        let placement = published.placement().unwrap();
        let rounded = |sum: u64| interval((sum / 10 * 10).saturating_sub(5), sum / 10 * 10 + 14);
        let mixed = |level: Option<usize>, area: usize, sum: u64| match (level, area % 4) {
            (None, _) => Some((rounded(sum), Relation::Equal)),
            (Some(0), 0 | 1) => Some((Count::Exact(sum + 3), Relation::AtMost)),
            (Some(0), _) => Some((Count::Exact(sum), Relation::Equal)),
            (_, 0) => Some((rounded(sum), Relation::Equal)),
            (_, 1) => Some((Count::Exact(sum), Relation::AtMost)),
            (_, 2) => Some((Count::Exact(sum), Relation::Equal)),
            _ => None,
        };
        let stated = Stated::new(&placement, &published.truth(), mixed);
        drawn += draw_and_check(&published, &published.problem().unwrap(), &stated, wanted());
    }
    assert!(drawn >= 2 * wanted());
}

/// Rows without determinants, without exposure and without a count stand in the totals but not in the problem.
#[test]
fn totals_hold_where_rows_of_theirs_are_left_out_of_the_problem() {
    let mut drawn = 0;
    for question in [poisson(5), neg_bin2(6)] {
        let mut published = small(question);
        let truth = published.truth();
        let a = published.question.numbers("a").into_iter().enumerate();
        let a = a.map(|(row, a)| (row % 11 != 4).then_some(a)).collect();
        let exposure = published.question.numbers("exposure").into_iter().enumerate();
        // no exposure where the count is withheld; the count itself is in the totals all the same
        let hidden = |row: usize| truth[row] < 10;
        let exposure = exposure.map(|(row, n)| if row % 13 == 5 && hidden(row) { 0.0 } else { n });
        let exposure = exposure.map(Some).collect();
        let determinants = published.question.determinants.clone().missing(MissingCells::Drop);
        let question =
            published.question.with("a", Column::Numbers(a)).with("exposure", Column::Numbers(exposure));
        published.question = Question { determinants, ..question };
        for row in (3..240).step_by(29) {
            published.counts[row] = Count::Missing;
        }
        let placement = published.placement().unwrap();
        let counts = published.count_table().unwrap();
        let problem = published.problem().unwrap();
        let reasons: Vec<ExclusionReason> = counts.excluded().iter().map(|e| e.reason).collect();
        assert!(
            reasons.contains(&ExclusionReason::NoExposure) && reasons.contains(&ExclusionReason::NoCount)
        );
        assert!(problem.n_rows() < counts.rows().len(), "rows without determinants are left out");
        let all = |_: Option<usize>, area: usize, sum: u64| {
            (area % 3 != 2).then_some((
                Count::Exact(sum),
                if area.is_multiple_of(3) { Relation::Equal } else { Relation::AtMost },
            ))
        };
        let stated = Stated::new(&placement, &truth, all);
        drawn += draw_and_check(&published, &problem, &stated, wanted());
    }
    assert!(drawn >= 2 * wanted());
}

/// A town whose counts are all published but one: the total gives that one away.
#[test]
fn a_cell_alone_in_its_area_is_drawn_as_the_number_that_its_total_reveals() {
    let options = Options::default();
    for question in [poisson(1), neg_bin2(2)] {
        let mut published = Published::of(question, |_, y| Count::Exact(y));
        let placement = published.placement().unwrap();
        let (towns, truth) = (placement.areas(1), published.truth());
        let mut met = std::collections::BTreeSet::new();
        for row in 0..240 {
            if met.insert(towns[row]) {
                published.counts[row] = interval(0, truth[row] + 20);
            }
        }
        let totals = |level: Option<usize>, _: usize, sum: u64| {
            (level == Some(1)).then_some((Count::Exact(sum), Relation::Equal))
        };
        let stated = Stated::new(&placement, &truth, totals);
        let bounds = Bounds::tighten(&placement, &published.counts, &stated.totals).unwrap();
        assert_eq!(bounds.revealed().len(), met.len());
        let problem = published.problem().unwrap();
        let fit = problem.fit(&options).unwrap();
        let imputer = Imputer::new(&problem, &fit, &options).unwrap();
        let imputer = imputer.within(&stated.totals, &placement, &published.counts).unwrap();
        for seed in 0..5 {
            let table = imputer.draw(&mut generator(seed)).unwrap();
            for (&row, completed) in table.rows().iter().zip(table.counts()) {
                assert_eq!(completed.count, truth[row] as f64, "row {row}");
            }
            assert_eq!(table.counts().iter().filter(|c| c.origin == Origin::Drawn).count(), met.len());
        }
        // the counts that the totals leave fitted as they are: the exact fit
        let revealed = Published { counts: bounds.counts().to_vec(), question: published.question.clone() };
        assert_eq!(revealed.fit().unwrap(), published.question.fit().unwrap());
    }
}

fn refused(result: Result<Imputer<'_>, Error>, code: &str) -> Error {
    let error = result.err().unwrap_or_else(|| panic!("accepted, where '{code}' was expected"));
    assert_eq!(error.code(), code, "{error}");
    error
}

#[test]
fn totals_that_do_not_fit_the_rows_are_refused() {
    let options = Options::default();
    let mut published = small(poisson(1));
    published.counts[3] = Count::Missing;
    let (truth, placement, problem) =
        (published.truth(), published.placement().unwrap(), published.problem().unwrap());
    let fit = problem.fit(&options).unwrap();
    let imputer = || Imputer::new(&problem, &fit, &options).unwrap();
    let free = Totals::on(placement.tree());
    let first: Vec<usize> = (0..100).collect();
    refused(imputer().within(&free, &placement, &published.counts[..100]), "length");
    refused(imputer().within(&free, &placement.select(&first), &published.counts), "length");
    let other =
        Placement::from_table(&published.question.table, &["region"], nestcount::area::CodeScope::Unique)
            .unwrap();
    refused(imputer().within(&Totals::on(other.tree()), &placement, &published.counts), "specification");

    // below what is published: refused now or at the draw, never a table
    let exact: u64 =
        published.counts.iter().filter_map(|c| if let Count::Exact(y) = c { Some(*y) } else { None }).sum();
    let most: u64 = published.counts.iter().map(|c| c.bounds().hi().unwrap_or(0)).sum();
    for (total, relation) in [(exact - 1, Relation::Equal), (exact - 1, Relation::AtMost)] {
        let totals = free.clone().all_rows(Count::Exact(total), relation).unwrap();
        let outcome = imputer().within(&totals, &placement, &published.counts);
        let outcome = outcome.and_then(|imputer| imputer.draw(&mut generator(1)).map(|_| ()));
        assert_eq!(outcome.unwrap_err().code(), "unreachable-total");
    }
    // more than the rows can hold, which the row without a count takes up
    let totals = free.clone().all_rows(Count::Exact(most + 50), Relation::Equal).unwrap();
    assert!(
        imputer().within(&totals, &placement, &published.counts).unwrap().draw(&mut generator(1)).is_ok()
    );
    let complete = small(poisson(1));
    let (problem, most) = (complete.problem().unwrap(), most + truth[3].max(9) + 1);
    let fit = problem.fit(&options).unwrap();
    let totals = free.all_rows(Count::Exact(most + 50), Relation::Equal).unwrap();
    let imputer = Imputer::new(&problem, &fit, &options).unwrap();
    let outcome = imputer.within(&totals, &placement, &complete.counts);
    let outcome = outcome.and_then(|imputer| imputer.draw(&mut generator(1)).map(|_| ()));
    assert_eq!(outcome.unwrap_err().code(), "unreachable-total");
}

/// However far the total lies from what the model expects.
#[test]
fn a_total_moves_the_draws_to_itself() {
    let options = Options::default();
    let published = small(poisson(1));
    let (truth, placement, problem) =
        (published.truth(), published.placement().unwrap(), published.problem().unwrap());
    let fit = problem.fit(&options).unwrap();
    let withheld: Vec<usize> =
        (0..240).filter(|&row| matches!(published.counts[row], Count::Interval(_))).collect();
    let exact: u64 = (0..240).filter(|row| !withheld.contains(row)).map(|row| truth[row]).sum();
    for share in [0.25, 0.5, 0.9] {
        let target = (share * 9.0 * withheld.len() as f64) as u64;
        let totals =
            Totals::on(placement.tree()).all_rows(Count::Exact(exact + target), Relation::Equal).unwrap();
        let imputer = Imputer::new(&problem, &fit, &options).unwrap();
        let imputer = imputer.within(&totals, &placement, &published.counts).unwrap();
        for seed in 0..20 {
            let table = imputer.draw(&mut generator(seed)).unwrap();
            let sum: f64 = table.counts().iter().filter(|c| c.origin == Origin::Drawn).map(|c| c.count).sum();
            assert_eq!(sum, target as f64);
        }
    }
}
