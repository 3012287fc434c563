//! What is read off draws: exceedance, ranks and rates, all in one pass.

use super::exceedance::{Exceedance, Question};
use super::expectation::Levels;
use super::ranks::{Places, Rank, RankBy, Ranking};
use super::row_sets::{RowSets, SetKind};
use super::tails::Tails;
use crate::error::Result;
use crate::infer::{Confidence, Draw, Draws, Interval, RowRates};

/// What to read off draws. Each draw is worked out once, however much is asked.
///
/// ```
/// use nestcount::expected::{Exceedance, Expectation, RankBy, Ranking, Readings};
/// use nestcount::infer::Confidence;
/// let wanted = Readings::new()
///     .exceedance(Exceedance::ratio_above(1.0, Expectation::given("gemeente"))?)
///     .exceedance(Exceedance::rate_at_most_national(2.0 / 3.0)?)
///     .ranks(Ranking { by: RankBy::Rate, top: 10, confidence: Confidence::P95 })
///     .rates(Confidence::P95);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Readings {
    exceedances: Vec<Exceedance>,
    ranks: Vec<Ranking>,
    rates: Option<Confidence>,
}

/// What was read, along what was asked; within each the sets in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// A probability for each event and set.
    pub exceedances: Vec<Vec<f64>>,
    /// Places for each ranking and set.
    pub ranks: Vec<Vec<Rank>>,
    /// The rate of each set; empty where it was not asked for.
    pub rates: Vec<DrawnRate>,
}

/// The rate that an area's counts were drawn from, per unit of exposure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawnRate {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// Its interval.
    pub interval: Interval,
}

impl Readings {
    /// Nothing yet.
    pub fn new() -> Self {
        Readings::default()
    }

    /// The probability of an event.
    pub fn exceedance(mut self, event: Exceedance) -> Self {
        self.exceedances.push(event);
        self
    }

    /// Places.
    pub fn ranks(mut self, ranking: Ranking) -> Self {
        self.ranks.push(ranking);
        self
    }

    /// Mean and interval of the rate.
    pub fn rates(mut self, confidence: Confidence) -> Self {
        self.rates = Some(confidence);
        self
    }
}

impl Draws<'_> {
    /// Reads off all draws what is wanted of each set of rows.
    ///
    /// Fails where an expectation asks for a level without random intercept, where the sets are of another table, and
    /// where a count known in part cannot be drawn.
    pub fn read(&self, wanted: &Readings, over: &RowSets) -> Result<Read> {
        let problem = self.problem()?;
        over.refuse_other(problem)?;
        let mut reader = Reader::new(self, wanted, over)?;
        self.each_with_rates(|draw, rates| reader.visit(draw, rates))?;
        Ok(reader.read(self.n_draws()))
    }
}

struct Reader<'r> {
    over: &'r RowSets,
    events: Vec<(Question, Vec<u32>)>,
    /// What each ranking is by: the rate, or the ratio to an expectation.
    rankings: Vec<(Option<Levels>, Places)>,
    rates: Option<RateSums>,
    exposure: Vec<f64>,
    total_exposure: f64,
    by_row: Vec<f64>,
    count: Vec<f64>,
    expected: Vec<f64>,
    ratio: Vec<f64>,
}

impl<'r> Reader<'r> {
    fn new(draws: &Draws<'_>, wanted: &Readings, over: &'r RowSets) -> Result<Self> {
        let problem = draws.problem()?;
        let levels: Vec<String> = problem.levels().into_iter().map(String::from).collect();
        let (n_sets, n_draws) = (over.n_sets(), draws.n_draws());
        let event = |event: &Exceedance| Ok((event.among(&levels)?, vec![0; n_sets]));
        let ranking = |ranking: &Ranking| {
            let by = match &ranking.by {
                RankBy::Rate => None,
                RankBy::Ratio(expectation) => Some(expectation.among(&levels)?),
            };
            Ok((by, Places::new(n_sets, n_draws, ranking)))
        };
        let exposure_of_rows: Vec<f64> = problem.offsets().into_iter().map(f64::exp).collect();
        let mut exposure = vec![0.0; n_sets];
        add_up(over, &exposure_of_rows, &mut exposure);
        Ok(Reader {
            over,
            events: wanted.exceedances.iter().map(event).collect::<Result<_>>()?,
            rankings: wanted.ranks.iter().map(ranking).collect::<Result<_>>()?,
            rates: wanted.rates.map(|confidence| RateSums::new(n_sets, n_draws, confidence)),
            total_exposure: exposure_of_rows.iter().sum(),
            exposure,
            by_row: vec![0.0; problem.n_rows()],
            count: vec![0.0; n_sets],
            expected: vec![0.0; n_sets],
            ratio: vec![0.0; n_sets],
        })
    }

    fn visit(&mut self, draw: &Draw, rates: &mut RowRates<'_>) -> Result<()> {
        rates.rates(draw, &mut self.by_row)?;
        let national = self.by_row.iter().sum::<f64>() / self.total_exposure;
        add_up(self.over, &self.by_row, &mut self.count);
        let rate = |(count, exposure): (&f64, &f64)| count / exposure;
        for (ratio, rate) in self.ratio.iter_mut().zip(self.count.iter().zip(&self.exposure).map(rate)) {
            *ratio = rate;
        }
        if let Some(sums) = &mut self.rates {
            sums.add(&self.ratio);
        }
        for (by, places) in &mut self.rankings {
            if by.is_none() {
                places.add(&self.ratio);
            }
        }
        for (question, hits) in &mut self.events {
            match question {
                Question::AtMost { factor } => tally(hits, &self.ratio, |rate| rate <= *factor * national),
                Question::Above { factor } => tally(hits, &self.ratio, |rate| rate > *factor * national),
                Question::Ratio { .. } => {}
            }
        }
        self.visit_ratios(draw, rates);
        Ok(())
    }

    /// The events and rankings that ask for a ratio to an expectation.
    fn visit_ratios(&mut self, draw: &Draw, rates: &mut RowRates<'_>) {
        for (question, hits) in &mut self.events {
            let Question::Ratio { levels, above } = question else { continue };
            let shift = levels.shift(&draw.parameters.point.variances);
            rates.expected(draw, levels.finest_known(), shift, &mut self.by_row);
            add_up(self.over, &self.by_row, &mut self.expected);
            for ((hits, count), expected) in hits.iter_mut().zip(&self.count).zip(&self.expected) {
                *hits += u32::from(*count > *above * expected);
            }
        }
        for (by, places) in &mut self.rankings {
            let Some(levels) = by else { continue };
            let shift = levels.shift(&draw.parameters.point.variances);
            rates.expected(draw, levels.finest_known(), shift, &mut self.by_row);
            add_up(self.over, &self.by_row, &mut self.expected);
            for ((ratio, count), expected) in self.ratio.iter_mut().zip(&self.count).zip(&self.expected) {
                *ratio = count / expected;
            }
            places.add(&self.ratio);
        }
    }

    fn read(self, n_draws: usize) -> Read {
        let share = |hits: u32| f64::from(hits) / n_draws as f64;
        let shares = |(_, hits): (Question, Vec<u32>)| hits.into_iter().map(share).collect();
        Read {
            exceedances: self.events.into_iter().map(shares).collect(),
            ranks: self.rankings.iter().map(|(_, places)| places.ranks()).collect(),
            rates: self.rates.map_or_else(Vec::new, |sums| sums.rates(n_draws)),
        }
    }
}

fn tally(hits: &mut [u32], rates: &[f64], event: impl Fn(f64) -> bool) {
    hits.iter_mut().zip(rates).for_each(|(hits, rate)| *hits += u32::from(event(*rate)));
}

/// Sums over the rows of each set.
fn add_up(over: &RowSets, by_row: &[f64], out: &mut [f64]) {
    if over.kind == SetKind::Rows {
        out.copy_from_slice(by_row);
        return;
    }
    for (out, positions) in out.iter_mut().zip(over.each()) {
        *out = positions.iter().map(|&at| by_row[at as usize]).sum();
    }
}

/// Mean, standard deviation and ends of the rates, as they come.
struct RateSums {
    /// The first draw, about which the others are summed up.
    first: Vec<f64>,
    sums: Vec<(f64, f64)>,
    tails: Tails,
}

impl RateSums {
    fn new(n_sets: usize, n_draws: usize, confidence: Confidence) -> Self {
        RateSums {
            first: Vec::new(),
            sums: vec![(0.0, 0.0); n_sets],
            tails: Tails::new(n_sets, n_draws, confidence),
        }
    }

    fn add(&mut self, rates: &[f64]) {
        if self.first.is_empty() {
            self.first = rates.to_vec();
        }
        for (set, rate) in rates.iter().enumerate() {
            let distance = rate - self.first[set];
            self.sums[set].0 += distance;
            self.sums[set].1 += distance * distance;
            self.tails.add(set, *rate);
        }
    }

    fn rates(&self, n_draws: usize) -> Vec<DrawnRate> {
        let n = n_draws as f64;
        let each = self.first.iter().zip(&self.sums).zip(self.tails.ends());
        each.map(|((first, (sum, squares)), (low, high))| {
            let shift = sum / n;
            let variance = (squares - n * shift * shift).max(0.0) / (n - 1.0).max(1.0);
            DrawnRate { mean: first + shift, sd: variance.sqrt(), interval: Interval { low, high } }
        })
        .collect()
    }
}
