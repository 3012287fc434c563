//! Changes of boundaries with their dates.

use super::date::Date;
use super::gather;
use super::links::Crosswalk;
use crate::error::{CrosswalkFault, ErrorKind, Result};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What happened to an area on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The first day on which it no longer is what it was.
    pub date: Date,
    /// The area.
    pub from: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of an area.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fate {
    /// It went whole to an area: a merger or a new code.
    Whole {
        /// The area entered.
        to: String,
    },
    /// A share of it went to an area; the shares of a day add up to 1, what stayed included.
    Part {
        /// The area entered.
        to: String,
        /// The share, above 0.
        share: f64,
    },
    /// It ended without another to take it over.
    Ended,
}

impl Change {
    /// An area goes whole to another.
    pub fn whole(date: Date, from: &str, to: &str) -> Self {
        Change { date, from: from.trim().into(), fate: Fate::Whole { to: to.trim().into() } }
    }

    /// A share of an area goes to another.
    pub fn part(date: Date, from: &str, to: &str, share: f64) -> Self {
        Change { date, from: from.trim().into(), fate: Fate::Part { to: to.trim().into(), share } }
    }

    /// An area ends without another to take it over.
    pub fn ended(date: Date, from: &str) -> Self {
        Change { date, from: from.trim().into(), fate: Fate::Ended }
    }

    fn target(&self) -> &str {
        match &self.fate {
            Fate::Whole { to } | Fate::Part { to, .. } => to,
            Fate::Ended => "",
        }
    }

    fn share(&self) -> f64 {
        match self.fate {
            Fate::Part { share, .. } => share,
            _ => 1.0,
        }
    }
}

/// A list of changes, from which the crosswalk between any two days follows.
///
/// Changes of one day happen at once: `a` to `b` and `b` to `c` on the same day leave `a` in the new `b`. A change that
/// is listed twice counts once.
///
/// ```
/// use nestcount::crosswalk::{Change, Changes, Date};
/// let changes = Changes::new([
///     Change::whole(Date::first_of(2015), "Ubbergen", "Groesbeek"),
///     Change::whole(Date::first_of(2016), "Groesbeek", "Berg en Dal"),
/// ]);
/// let of_2014 = ["Groesbeek", "Ubbergen", "Nijmegen"];
/// let crosswalk = changes.crosswalk(of_2014, Date::first_of(2014), Date::first_of(2017))?;
/// assert_eq!(crosswalk.shares_of("Ubbergen"), [("Berg en Dal", 1.0)]);
/// assert_eq!(crosswalk.shares_of("Nijmegen"), [("Nijmegen", 1.0)]);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    listed: Vec<Change>,
}

impl Changes {
    /// A list of changes, in any order.
    pub fn new(changes: impl IntoIterator<Item = Change>) -> Self {
        Changes { listed: changes.into_iter().collect() }
    }

    /// The changes, as they were listed.
    pub fn listed(&self) -> &[Change] {
        &self.listed
    }

    /// The crosswalk of areas as they were on the day `since` to what they are on the day `until`: all changes after the
    /// first and up to the second, in the order of their dates. Areas without a change stay.
    ///
    /// `codes` are the areas of `since`, so nothing is lost that a table of that day has. Fails where `since` is after
    /// `until`, and with one [`ErrorKind::Crosswalk`] that lists the codes that had ended by `since`, or what is wrong
    /// with the changes of the first day that has a fault: shares that do not add up to 1, an area whole to several, one
    /// that ends. Its rows are positions in the list.
    pub fn crosswalk<S: AsRef<str>>(
        &self,
        codes: impl IntoIterator<Item = S>,
        since: Date,
        until: Date,
    ) -> Result<Crosswalk> {
        Ok(self.walk(Crosswalk::identity(codes)?, since, until)?.0)
    }

    /// The changes between two days of areas that were not there: none where `codes` and changes are complete, many
    /// where `codes` are those of one region. Fails as [`Changes::crosswalk`] does.
    pub fn unused<S: AsRef<str>>(
        &self,
        codes: impl IntoIterator<Item = S>,
        since: Date,
        until: Date,
    ) -> Result<Vec<&Change>> {
        Ok(self.walk(Crosswalk::identity(codes)?, since, until)?.1)
    }

    fn walk(&self, start: Crosswalk, since: Date, until: Date) -> Result<(Crosswalk, Vec<&Change>)> {
        if until < since {
            let message =
                format!("{until} comes before {since}; go there from then and turn the crosswalk round");
            return Err(ErrorKind::Specification { message }.into());
        }
        let mut by_date: BTreeMap<Date, Vec<(usize, &Change)>> = BTreeMap::new();
        for (row, change) in self.listed.iter().enumerate().filter(|(_, change)| change.date <= until) {
            by_date.entry(change.date).or_default().push((row, change));
        }
        let (earlier, later): (Vec<_>, Vec<_>) = by_date.into_iter().partition(|(date, _)| *date <= since);
        refuse_gone(start.from_codes(), since, earlier)?;
        let (mut walked, mut unused) = (start, Vec::new());
        for (_, changes) in later {
            let there: HashSet<&str> = walked.to_codes().iter().map(String::as_str).collect();
            let (met, absent): (Vec<_>, Vec<_>) =
                changes.into_iter().partition(|(_, change)| there.contains(change.from.as_str()));
            unused.extend(absent.into_iter().map(|(_, change)| change));
            if !met.is_empty() {
                walked = walked.then(&step(&met)?.keeping(walked.to_codes())?)?;
            }
        }
        Ok((walked, unused))
    }
}

/// Fails with the areas that an earlier change ended and none made anew.
fn refuse_gone<'c>(
    codes: &[String],
    since: Date,
    earlier: Vec<(Date, Vec<(usize, &'c Change)>)>,
) -> Result<()> {
    let mut gone: HashMap<&'c str, Vec<usize>> = HashMap::new();
    for (_, changes) in earlier {
        changes.iter().for_each(|(_, change)| drop(gone.insert(&change.from, vec![])));
        changes.iter().for_each(|(row, change)| gone.entry(&change.from).or_default().push(*row));
        changes.iter().for_each(|(_, change)| drop(gone.remove(change.target())));
    }
    let fault = |code: &String| {
        let rows = gone.get(code.as_str())?.clone();
        Some(CrosswalkFault::Gone { code: code.clone(), day: since.to_string(), rows })
    };
    CrosswalkFault::refuse(codes.iter().filter_map(fault).collect())
}

/// What happened on one day to areas that were there.
fn step(changes: &[(usize, &Change)]) -> Result<Crosswalk> {
    let ended = changes.iter().filter(|(_, change)| change.fate == Fate::Ended);
    let fault = |(row, change): &(usize, &Change)| CrosswalkFault::NoSuccessor {
        from: change.from.clone(),
        date: change.date.to_string(),
        rows: vec![*row],
    };
    CrosswalkFault::refuse(ended.map(fault).collect())?;
    let mut met = HashSet::new();
    let listed_once = changes
        .iter()
        .filter(|(_, change)| met.insert((change.from.as_str(), change.target(), change.share().to_bits())));
    gather::shares(
        listed_once
            .map(|(row, change)| (*row, gather::Row::new(&change.from, change.target(), change.share()))),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(year: u16) -> Date {
        Date::first_of(year)
    }

    #[test]
    fn chains_are_resolved_in_the_order_of_dates_whatever_the_order_of_the_list() {
        let listed = [
            Change::whole(day(2016), "Groesbeek", "Berg en Dal"),
            Change::whole(day(2015), "Ubbergen", "Groesbeek"),
            Change::whole(day(2016), "Berg en Dal", "Berg en Dal"),
        ];
        let codes = ["Groesbeek", "Ubbergen"];
        let changes = Changes::new(listed);
        let crosswalk = changes.crosswalk(codes, day(2014), day(2016)).unwrap();
        assert_eq!(crosswalk.to_codes(), ["Berg en Dal"]);
        assert_eq!(changes.unused(codes, day(2014), day(2016)).unwrap().len(), 1);
        let first = changes.crosswalk(codes, day(2014), day(2015)).unwrap();
        assert_eq!(first.to_codes(), ["Groesbeek"]);
        let later = changes.crosswalk(["Groesbeek"], day(2015), day(2016)).unwrap();
        assert_eq!(first.then(&later).unwrap(), crosswalk);
    }

    #[test]
    fn changes_of_one_day_happen_at_once() {
        let changes = Changes::new([Change::whole(day(2000), "a", "b"), Change::whole(day(2000), "b", "a")]);
        let crosswalk = changes.crosswalk(["a", "b"], day(1999), day(2000)).unwrap();
        assert_eq!(
            (crosswalk.shares_of("a"), crosswalk.shares_of("b")),
            (vec![("b", 1.0)], vec![("a", 1.0)])
        );
    }

    #[test]
    fn a_part_leaves_the_rest_and_a_repeated_line_counts_once() {
        let changes = Changes::new([
            Change::part(day(2000), "a", "a", 0.9),
            Change::part(day(2000), "a", "b", 0.1),
            Change::whole(day(2000), "c", "b"),
            Change::whole(day(2000), "c", "b"),
        ]);
        let crosswalk = changes.crosswalk(["a", "b", "c"], day(1999), day(2000)).unwrap();
        assert_eq!(crosswalk.shares_of("a"), [("a", 0.9), ("b", 0.1)]);
        assert_eq!(crosswalk.shares_of("c"), [("b", 1.0)]);
    }

    #[test]
    fn faults_name_their_place_in_the_list() {
        let changes = Changes::new([
            Change::whole(day(1990), "x", "y"),
            Change::whole(day(2000), "a", "b"),
            Change::whole(day(2000), "a", "c"),
        ]);
        let error = changes.crosswalk(["a"], day(1999), day(2000)).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("crosswalk", &[1, 2][..]));

        let ended = Changes::new([Change::ended(day(1963), "Elten")]);
        let text = ended.crosswalk(["Elten"], day(1960), day(1970)).unwrap_err().to_string();
        assert!(text.contains("'Elten' ended on 1963-01-01"), "{text}");
        assert_eq!(ended.unused(["Emmerich"], day(1960), day(1970)).unwrap().len(), 1);
    }

    #[test]
    fn areas_that_were_no_more_and_days_in_the_wrong_order_are_refused() {
        let changes = Changes::new([
            Change::whole(day(1990), "a", "b"),
            Change::whole(day(1995), "c", "d"),
            Change::whole(day(1997), "d", "c"),
            Change::part(day(1998), "e", "e", 0.5),
            Change::part(day(1998), "e", "f", 0.5),
        ]);
        let error = changes.crosswalk(["a", "b", "c", "d", "e"], day(2000), day(2001)).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("crosswalk", &[0, 2][..]));
        assert!(error.to_string().contains("'a' was no more on 2000-01-01 (row 1)"), "{error}");
        assert!(changes.crosswalk(["b", "c", "e", "f"], day(2000), day(2001)).is_ok());
        assert_eq!(changes.crosswalk(["b"], day(2001), day(2000)).unwrap_err().code(), "specification");
    }

    #[test]
    fn a_change_counts_from_its_own_day_on() {
        let within = Date::new(2015, 6, 1).unwrap();
        let changes = Changes::new([Change::whole(within, "a", "b")]);
        let to = |since, until| {
            changes.crosswalk(["a"], since, until).map(|crosswalk| crosswalk.to_codes()[0].clone()).ok()
        };
        let the_day_before = Date::new(2015, 5, 31).unwrap();
        assert_eq!(to(day(2015), the_day_before).as_deref(), Some("a"));
        assert_eq!(to(the_day_before, within).as_deref(), Some("b"));
        assert_eq!(to(within, day(2016)), None, "on that day there is no a");
    }
}
