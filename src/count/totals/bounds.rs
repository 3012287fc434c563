//! What remains possible for rows and areas.

use super::Totals;
use super::conflicts::refuse;
use super::span::Span;
use super::sweeps::{self, Layer};
use crate::area::Placement;
use crate::count::{Count, Interval};
use crate::error::{ErrorKind, Result};

/// Counts tightened by totals: the tightest bounds of every row, of every area and of all rows together.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounds {
    published: Vec<Count>,
    counts: Vec<Count>,
    rows: Vec<Interval>,
    areas: Vec<Vec<Interval>>,
    all_rows: Interval,
    revealed: Vec<Revealed>,
}

/// A row whose count was not published but follows from the totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revealed {
    /// Its position in the caller's table, from 0.
    pub row: usize,
    /// The only count that agrees with the totals.
    pub count: u64,
}

impl Bounds {
    /// Tightens the counts of rows by the totals, exactly: one sweep up the tree and one down.
    ///
    /// `counts` stand in the order of the placement's rows. A missing count may be anything from 0, also in the sums.
    /// Fails on another number of counts than of rows, on totals of another tree, and with one
    /// [`ErrorKind::InfeasibleTotals`] where no table agrees with everything: it names each total that what lies below
    /// it cannot reach, with its area, what the parts allow, and the rows.
    pub fn tighten(placement: &Placement, counts: &[Count], totals: &Totals) -> Result<Self> {
        if counts.len() != placement.n_rows() {
            let (expected, found) = (placement.n_rows(), counts.len());
            return Err(ErrorKind::Length { what: "the list of counts".into(), expected, found }.into());
        }
        if placement.tree() != totals.tree() {
            let message =
                "the totals are those of another tree; state them on the tree of the placement".into();
            return Err(ErrorKind::Specification { message }.into());
        }
        match sweeps::tighten(&layers(placement, counts, totals)) {
            Ok(spans) => Ok(Bounds::from_spans(counts, &spans)),
            Err(clashes) => Err(refuse(placement, clashes)),
        }
    }

    fn from_spans(published: &[Count], spans: &[Vec<Span>]) -> Self {
        let intervals = |spans: &Vec<Span>| spans.iter().map(|span| span.interval()).collect::<Vec<_>>();
        let (rows, wholes) = spans.split_last().map_or((&[][..], &[][..]), |(rows, wholes)| (rows, wholes));
        let areas: Vec<Vec<Interval>> = wholes.iter().skip(1).map(intervals).collect();
        let all_rows = wholes.first().and_then(|whole| whole.first()).map(|span| span.interval());
        let revealed = published.iter().zip(rows).enumerate().filter_map(|(row, (count, span))| {
            let hidden = !Span::from(count.bounds()).is_one_value();
            (hidden && span.is_one_value()).then_some(Revealed { row, count: span.interval().lo() })
        });
        Bounds {
            published: published.to_vec(),
            counts: published
                .iter()
                .zip(rows)
                .map(|(&count, span)| tightened(count, span.interval()))
                .collect(),
            rows: rows.iter().map(|span| span.interval()).collect(),
            areas,
            all_rows: all_rows.unwrap_or(Interval::at_least(0)),
            revealed: revealed.collect(),
        }
    }

    /// The tightened count of each row: exact where its bounds meet, [`Bounds::revealed`] ones included.
    ///
    /// A missing count becomes an interval where totals bound it from above. A randomly rounded one stays what it was
    /// unless its bounds meet.
    ///
    /// These are for checks, disclosure and draws, not for a likelihood: how far a cell is tightened depends on the
    /// counts beside it, so a fit that takes tightened bounds for what was published is biased (three cells of mean 3
    /// below an exact total: by half). Fit the published counts; [`Imputer::within`](crate::impute::Imputer::within) brings
    /// the totals in.
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// The tightened counts, but those that the totals reveal left as they were published.
    ///
    /// The revealed counts still follow from the others and the totals: this keeps them out of results by row, it does
    /// not make the totals safe to publish.
    pub fn counts_without_revealing(&self) -> Vec<Count> {
        let mut counts = self.counts.clone();
        for &Revealed { row, .. } in &self.revealed {
            counts[row] = self.published[row];
        }
        counts
    }

    /// The rows that were not exact and whose bounds meet now, ascending: what was withheld is disclosed.
    pub fn revealed(&self) -> &[Revealed] {
        &self.revealed
    }

    /// The bounds of each row's count, in the rows' order.
    pub fn rows(&self) -> &[Interval] {
        &self.rows
    }

    /// The bounds of the sum of each area's rows at a level, by position; empty for a level that is not there.
    pub fn areas(&self, level: usize) -> &[Interval] {
        self.areas.get(level).map_or(&[], Vec::as_slice)
    }

    /// The bounds of the sum of all rows.
    pub fn all_rows(&self) -> Interval {
        self.all_rows
    }
}

fn tightened(published: Count, bounds: Interval) -> Count {
    match (Count::from(bounds), published) {
        (exact @ Count::Exact(_), _) => exact,
        (_, rounded @ Count::RandomlyRounded(_)) => rounded,
        (_, Count::Missing) if bounds.hi().is_none() => Count::Missing,
        (interval, _) => interval,
    }
}

/// All rows together, the areas level by level, the rows.
fn layers(placement: &Placement, counts: &[Count], totals: &Totals) -> Vec<Layer> {
    let tree = placement.tree();
    let spans = |bounds: Vec<Interval>| bounds.into_iter().map(Span::from).collect();
    let mut layers = vec![Layer { known: spans(vec![totals.bounds_of_all_rows()]), wholes: vec![] }];
    for level in 0..tree.levels().len() {
        let wholes = if level == 0 { vec![0; tree.n_areas(0)] } else { tree.parents(level).to_vec() };
        layers.push(Layer { known: spans(totals.bounds_of_level(level)), wholes });
    }
    let known = counts.iter().map(|count| Span::from(count.bounds())).collect();
    layers.push(Layer { known, wholes: placement.areas(tree.finest()) });
    layers
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::CodeScope;
    use crate::count::{RandomlyRounded, Relation};
    use crate::error::{TotalConflict, TotalOf};

    const GEMEENTEN: [&str; 4] = ["A", "B", "A", "B"];
    const WIJKEN: [&str; 4] = ["A1", "B1", "A2", "B2"];

    fn placement() -> Placement {
        let levels = [("gemeente", &GEMEENTEN[..]), ("wijk", &WIJKEN[..])];
        Placement::from_codes(&levels, CodeScope::Unique).unwrap()
    }

    fn between(lo: u64, hi: u64) -> Count {
        Count::interval(lo, hi).unwrap()
    }

    fn gemeenten(a: Count, b: Count, relation: Relation) -> Totals {
        Totals::on(placement().tree()).level("gemeente", &["A", "B"], &[a, b], relation).unwrap()
    }

    #[test]
    fn an_exact_total_reveals_a_lone_withheld_row() {
        let counts = [Count::Exact(20), between(0, 9), between(0, 9), between(0, 9)];
        let totals = gemeenten(Count::Exact(27), Count::Exact(8), Relation::Equal);
        let bounds = Bounds::tighten(&placement(), &counts, &totals).unwrap();
        assert_eq!(bounds.revealed(), [Revealed { row: 2, count: 7 }]);
        assert_eq!(bounds.counts(), [Count::Exact(20), between(0, 8), Count::Exact(7), between(0, 8)]);
        let kept = [Count::Exact(20), between(0, 8), between(0, 9), between(0, 8)];
        assert_eq!(bounds.counts_without_revealing(), kept);
        assert_eq!(bounds.areas(0), [27, 8].map(|total| Interval::new(total, total).unwrap()));
        assert_eq!(bounds.all_rows(), Interval::new(35, 35).unwrap());
        assert!(bounds.areas(2).is_empty());
    }

    #[test]
    fn a_total_that_rows_may_fall_short_of_cuts_from_above_only() {
        let counts = [Count::Exact(20), Count::Missing, between(0, 9), between(2, 9)];
        let totals = gemeenten(Count::Exact(27), between(10, 12), Relation::AtMost);
        let bounds = Bounds::tighten(&placement(), &counts, &totals).unwrap();
        assert_eq!(bounds.counts(), [Count::Exact(20), between(0, 10), between(0, 7), between(2, 9)]);
        assert!(bounds.revealed().is_empty());
    }

    #[test]
    fn a_full_total_of_at_most_reveals_zeros() {
        let counts = [Count::Exact(20), between(0, 9), between(0, 9), between(2, 9)];
        let totals = gemeenten(Count::Exact(20), Count::Exact(2), Relation::AtMost);
        let bounds = Bounds::tighten(&placement(), &counts, &totals).unwrap();
        let revealed = [(1, 0), (2, 0), (3, 2)].map(|(row, count)| Revealed { row, count });
        assert_eq!(bounds.revealed(), revealed);
    }

    #[test]
    fn without_totals_nothing_moves_and_sums_stay_open() {
        let rounded = Count::RandomlyRounded(RandomlyRounded::new(5, 10).unwrap());
        let open = Count::Interval(Interval::at_least(4));
        let counts = [rounded, Count::Missing, open, between(5, 5)];
        let bounds = Bounds::tighten(&placement(), &counts, &Totals::on(placement().tree())).unwrap();
        assert_eq!(bounds.counts(), [rounded, Count::Missing, open, Count::Exact(5)]);
        assert!(bounds.revealed().is_empty());
        assert_eq!(bounds.areas(0), [Interval::at_least(10), Interval::at_least(5)]);
    }

    #[test]
    fn a_randomly_rounded_count_stays_one_until_its_bounds_meet() {
        let rounded = Count::RandomlyRounded(RandomlyRounded::new(5, 10).unwrap());
        let counts = [rounded, rounded, Count::Exact(3), Count::Exact(3)];
        let totals = gemeenten(Count::Exact(17), between(10, 12), Relation::Equal);
        let bounds = Bounds::tighten(&placement(), &counts, &totals).unwrap();
        assert_eq!(bounds.counts()[..2], [Count::Exact(14), rounded]);
        assert_eq!(bounds.rows()[1], Interval::new(7, 9).unwrap());
    }

    #[test]
    fn every_total_that_cannot_hold_stands_in_one_error() {
        let counts = [Count::Exact(30), between(0, 9), Count::Exact(40), between(0, 9)];
        let totals = gemeenten(Count::Exact(50), Count::Exact(19), Relation::Equal)
            .all_rows(Count::Exact(90), Relation::AtMost)
            .unwrap();
        let error = Bounds::tighten(&placement(), &counts, &totals).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("infeasible-totals", &[0, 1, 2, 3][..]));
        let ErrorKind::InfeasibleTotals { conflicts, .. } = error.kind() else { panic!("{error}") };
        let gemeente = |code: &str| TotalOf::Area { level: "gemeente".into(), path: vec![code.into()] };
        let expected = [
            TotalConflict {
                of: gemeente("A"),
                total: (50, Some(50)),
                parts: (70, Some(70)),
                rows: vec![0, 2],
            },
            TotalConflict {
                of: gemeente("B"),
                total: (19, Some(19)),
                parts: (0, Some(18)),
                rows: vec![1, 3],
            },
        ];
        assert_eq!(conflicts[..], expected);
        let text = "no counts agree with the totals (2 conflict(s)): gemeente 'A' should add up to 50, but what lies \
                    within adds up to 70 (rows 1, 3); gemeente 'B' should add up to 19, but what lies within adds up \
                    to at most 18 (rows 2, 4)";
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn a_total_that_totals_below_it_exceed_is_a_conflict_of_its_own() {
        let counts = [between(0, 99); 4];
        let totals = gemeenten(Count::Exact(50), Count::Exact(60), Relation::Equal)
            .all_rows(between(98, 102), Relation::Equal)
            .unwrap();
        let error = Bounds::tighten(&placement(), &counts, &totals).unwrap_err();
        let start = "no counts agree with the totals (1 conflict(s)): the whole table should add up to 98 to 102, but \
                     what lies within adds up to 110";
        assert!(error.to_string().starts_with(start), "{error}");
    }

    #[test]
    fn an_area_without_rows_adds_up_to_nothing() {
        let placement = placement().select(&[0, 2]);
        let totals = |b| gemeenten(Count::Missing, Count::Exact(b), Relation::Equal);
        let counts = [Count::Missing; 2];
        assert!(Bounds::tighten(&placement, &counts, &totals(0)).is_ok());
        let error = Bounds::tighten(&placement, &counts, &totals(3)).unwrap_err();
        assert!(error.to_string().ends_with("gemeente 'B' should add up to 3, but holds no row"), "{error}");
    }

    #[test]
    fn sums_of_the_largest_counts_do_not_overflow() {
        let counts = [Count::Exact(u64::MAX), Count::Exact(u64::MAX), Count::Exact(u64::MAX), Count::Missing];
        let none = Totals::on(placement().tree());
        let bounds = Bounds::tighten(&placement(), &counts, &none).unwrap();
        assert_eq!(bounds.counts(), counts);
        let totals = none.all_rows(Count::Exact(u64::MAX), Relation::Equal).unwrap();
        assert_eq!(Bounds::tighten(&placement(), &counts, &totals).unwrap_err().code(), "infeasible-totals");
    }

    #[test]
    fn counts_and_totals_of_other_rows_are_refused() {
        let totals = gemeenten(Count::Exact(1), Count::Exact(1), Relation::Equal);
        assert_eq!(Bounds::tighten(&placement(), &[], &totals).unwrap_err().code(), "length");
        let other = Placement::from_codes(&[("wijk", &WIJKEN[..])], CodeScope::Unique).unwrap();
        let error = Bounds::tighten(&other, &[Count::Missing; 4], &totals).unwrap_err();
        assert_eq!(error.code(), "specification");
    }
}
