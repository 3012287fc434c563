//! One year of wijken, and the rows of two years under each other.

use nestcount::Result;
use nestcount::count::Count;
use nestcount::crosswalk::Carry;
use nestcount::table::Table;

/// Wijken of one year with what was published about their counts.
#[derive(Clone)]
pub(crate) struct Year {
    pub(crate) label: &'static str,
    pub(crate) wijken: Vec<String>,
    pub(crate) gemeenten: Vec<String>,
    pub(crate) jeugdregios: Vec<String>,
    pub(crate) youths: Vec<Option<f64>>,
    pub(crate) counts: Vec<Count>,
    /// Along the names of the determinants.
    pub(crate) determinants: Vec<Vec<Option<f64>>>,
}

impl Year {
    /// The same in the areas entered: counts and youths added, determinants averaged by youths. The coarser areas are
    /// those of the wijken carried, which have one gemeente.
    pub(crate) fn carried(&self, carry: &Carry) -> Result<Year> {
        self.with_counts(carry, carry.counts(&self.counts)?.known().to_vec())
    }

    /// The same with counts of the areas entered.
    pub(crate) fn with_counts(&self, carry: &Carry, counts: Vec<Count>) -> Result<Year> {
        let means = |cells: &Vec<Option<f64>>| carry.means(cells, &self.youths);
        Ok(Year {
            label: self.label,
            wijken: carry.targets().to_vec(),
            gemeenten: carry.parents("gemeente", &self.gemeenten, &[])?,
            jeugdregios: carry.parents("jeugdregio", &self.jeugdregios, &[])?,
            youths: carry.sums(&self.youths)?,
            counts,
            determinants: self.determinants.iter().map(means).collect::<Result<_>>()?,
        })
    }

    /// The rows whose wijk is among those named.
    pub(crate) fn only(&self, wanted: impl Fn(&str) -> bool) -> Year {
        let rows: Vec<usize> = (0..self.wijken.len()).filter(|&row| wanted(&self.wijken[row])).collect();
        Year {
            label: self.label,
            wijken: picked(&self.wijken, &rows),
            gemeenten: picked(&self.gemeenten, &rows),
            jeugdregios: picked(&self.jeugdregios, &rows),
            youths: picked(&self.youths, &rows),
            counts: picked(&self.counts, &rows),
            determinants: self.determinants.iter().map(|cells| picked(cells, &rows)).collect(),
        }
    }

    /// The same wijken in the gemeenten named, along the rows.
    pub(crate) fn in_gemeenten(self, gemeenten: Vec<String>) -> Year {
        Year { gemeenten, ..self }
    }

    /// How many counts are known only between bounds.
    pub(crate) fn n_coarse(&self) -> usize {
        self.counts.iter().filter(|count| matches!(count, Count::Interval(_))).count()
    }

    /// Bounds of the sum of all counts, and the sum of the youths.
    pub(crate) fn totals(&self) -> (u64, u64, f64) {
        let bounds = self.counts.iter().map(|count| count.bounds());
        let (lo, hi) =
            bounds.fold((0, 0), |(lo, hi), bounds| (lo + bounds.lo(), hi + bounds.hi().unwrap_or(0)));
        (lo, hi, self.youths.iter().flatten().sum())
    }
}

/// Two years of wijken under each other.
pub(crate) struct Rows {
    pub(crate) table: Table,
    pub(crate) counts: Vec<Count>,
    pub(crate) youths: Vec<Option<f64>>,
    pub(crate) periods: Vec<&'static str>,
}

impl Rows {
    /// The first year's rows before the second's, with a column `year` that is 0 and 1.
    pub(crate) fn of(years: [&Year; 2], names: &[&str]) -> Result<Rows> {
        let both = |of: fn(&Year) -> &Vec<String>| {
            years.iter().flat_map(|year| of(year).clone()).collect::<Vec<_>>()
        };
        let second = years.iter().zip([0.0, 1.0]).flat_map(|(year, at)| vec![at; year.wijken.len()]);
        let mut table = Table::new()
            .with_text("jeugdregio", both(|year| &year.jeugdregios))?
            .with_text("gemeente", both(|year| &year.gemeenten))?
            .with_text("wijk", both(|year| &year.wijken))?
            .with_numbers("year", second)?;
        for (at, name) in names.iter().enumerate() {
            table = table
                .with_optional_numbers(name, years.iter().flat_map(|year| year.determinants[at].clone()))?;
        }
        Ok(Rows {
            table,
            counts: years.iter().flat_map(|year| year.counts.clone()).collect(),
            youths: years.iter().flat_map(|year| year.youths.clone()).collect(),
            periods: years.iter().flat_map(|year| vec![year.label; year.wijken.len()]).collect(),
        })
    }
}

fn picked<T: Clone>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|&row| values[row].clone()).collect()
}
