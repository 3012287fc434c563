//! Files that are read together, and what they must not say.

use super::cells::{Reading, disclosure, examine};
use super::checked::Checked;
use super::nest::Nest;
use super::protection::Protection;
use crate::count::{Count, Interval, Relation, Totals};
use crate::error::{Disclosure, ErrorKind, Leak, Result};
use crate::report::AreaFile;

/// The files that readers will have side by side, with what must stay unknown.
///
/// What the check finds:
///
/// * counts below the threshold, and counts that their publisher did not publish, in the column of actual counts;
/// * anything computed from a withheld count: a rate, a difference, a ratio, a rank (by the columns' [`Role`]s);
/// * bounds that arithmetic within a row makes narrower than the publisher did, from numbers in full or rounded;
/// * counts that totals less the counts beside them leave too few values for, at every level and in every file, the
///   totals themselves being read with the same arithmetic;
/// * drawn numbers where a count is known, or outside what is known of it.
///
/// What it does not: what follows from a model (an expectation given the area's own effect, in a fit to counts that
/// were not withheld from its maker), from other publications, years or crossings of the same persons, and from sums of
/// columns other than the counts.
///
/// [`Role`]: crate::report::Role
///
/// ```
/// use nestcount::area::{CodeScope, Placement};
/// use nestcount::count::{Count, Relation};
/// use nestcount::report::{AreaFile, Protection, Publication};
/// let levels: [(&str, &[&str]); 2] = [("gemeente", &["A", "A", "A"]), ("wijk", &["A1", "A2", "A3"])];
/// let placement = Placement::from_codes(&levels, CodeScope::Unique)?;
/// let counts = [Count::interval(0, 9)?, Count::Exact(20), Count::Exact(31)];
/// let wijken = AreaFile::of_rows(&placement).with_counts(&counts, &[0])?;
/// let gemeenten = AreaFile::of_level(placement.tree(), "gemeente")?.with_counts(&[Count::Exact(58)], &[])?;
///
/// let publication = Publication::of(wijken, Protection::below(10, 3)?).with_coarser(gemeenten, Relation::Equal);
/// let error = publication.clone().check().unwrap_err();
/// assert_eq!((error.code(), error.rows()), ("disclosure", &[0][..])); // 58 - 20 - 31
///
/// let suppressed = publication.suppress()?;
/// assert_eq!(suppressed.held_back.len(), 1); // A2, the smaller of the two
/// assert!(suppressed.publication.check().is_ok());
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    pub(super) protection: Protection,
    /// The finest first; the relation of each to the one before, that of the first unused.
    pub(super) files: Vec<(AreaFile, Relation)>,
    totals: Option<Totals>,
    published: Option<Vec<Count>>,
}

impl AreaFile {
    /// Checks a file that is published alone; fails with every [`Disclosure`].
    pub fn check(self, protection: Protection) -> Result<Checked<AreaFile>> {
        let mut checked = Publication::of(self, protection).check()?;
        match checked.pop() {
            Some(file) => Ok(file),
            None => Err(ErrorKind::Specification { message: "there is no file to check".into() }.into()),
        }
    }
}

impl Publication {
    /// One file.
    pub fn of(file: AreaFile, protection: Protection) -> Self {
        Publication { protection, files: vec![(file, Relation::Equal)], totals: None, published: None }
    }

    /// The same with a file of a coarser level, whose counts are the totals of the file before it, or more
    /// ([`Relation::AtMost`]) where some persons are in no area of it.
    pub fn with_coarser(mut self, file: AreaFile, relation: Relation) -> Self {
        self.files.push((file, relation));
        self
    }

    /// The same with totals that readers know from elsewhere. They are those of the finest file's rows, on a tree with
    /// its levels; areas of that tree which the file leaves out may hold any count.
    pub fn with_totals(mut self, totals: Totals) -> Self {
        self.totals = Some(totals);
        self
    }

    /// The same with what the publisher published about the rows of the finest file. Readers know it, whatever the file
    /// says, and what stands in the file as counted must be exact here.
    pub fn published(mut self, counts: Vec<Count>) -> Self {
        self.published = Some(counts);
        self
    }

    /// The finest file, then the coarser ones.
    pub fn files(&self) -> impl Iterator<Item = &AreaFile> {
        self.files.iter().map(|(file, _)| file)
    }

    /// Every cell that gives something away; none where the files may be written.
    ///
    /// Fails where the files do not belong together, and where their counts contradict each other.
    pub fn disclosures(&self) -> Result<Vec<Disclosure>> {
        let (mut found, readings) = self.by_rows()?;
        for (file, row, bounds) in self.given_away(&self.nest()?, &readings)? {
            found.push(disclosure(&self.files[file].0, row, Leak::Totals { bounds: bounds.into() }));
        }
        found.sort_by_key(|disclosure| disclosure.row);
        Ok(found)
    }

    /// The files, ready to be written, in the order of [`Publication::files`].
    ///
    /// Fails with one [`ErrorKind::Disclosure`] that lists everything, and as [`Publication::disclosures`] does.
    pub fn check(self) -> Result<Vec<Checked<AreaFile>>> {
        let disclosures = self.disclosures()?;
        match disclosures.is_empty() {
            true => {
                let protection = self.protection;
                Ok(self.files.into_iter().map(|(file, _)| Checked::by(file, protection)).collect())
            }
            false => Err(refuse(disclosures)),
        }
    }

    /// What each row gives away by itself, and what readers know of the counts of each file.
    pub(super) fn by_rows(&self) -> Result<(Vec<Disclosure>, Vec<Reading>)> {
        if let (Some(published), Some((finest, _))) = (&self.published, self.files.first())
            && published.len() != finest.n_rows()
        {
            let (expected, found) = (finest.n_rows(), published.len());
            return Err(ErrorKind::Length { what: "the published counts".into(), expected, found }.into());
        }
        let each = self.files.iter().enumerate().map(|(at, (file, _))| {
            let published = self.published.as_deref().filter(|_| at == 0);
            examine(file, self.protection, published)
        });
        let (found, readings): (Vec<Vec<Disclosure>>, Vec<Reading>) = each.unzip();
        Ok((found.concat(), readings))
    }

    /// File, row and bounds of what totals give away beyond what the rows say by themselves.
    pub(super) fn given_away(
        &self,
        nest: &Nest,
        readings: &[Reading],
    ) -> Result<Vec<(usize, usize, Interval)>> {
        let tight = nest.tighten(readings.iter().map(|reading| reading.known.clone()).collect())?;
        let mut found = Vec::new();
        for (file, (reading, tight)) in readings.iter().zip(tight).enumerate() {
            for (row, bounds) in tight.into_iter().enumerate() {
                let (published, alone) = (reading.published[row], reading.known[row]);
                if bounds != alone && self.protection.gives_away(published, bounds) {
                    found.push((file, row, bounds));
                }
            }
        }
        Ok(found)
    }

    /// Whether readers know something of a count whatever the file says.
    pub(super) fn is_known_elsewhere(&self, file: usize, row: usize) -> bool {
        let known = |count: &Count| *count != Count::Missing;
        file == 0 && self.published.as_ref().and_then(|all| all.get(row)).is_some_and(known)
    }

    pub(super) fn nest(&self) -> Result<Nest> {
        let files: Vec<(&AreaFile, Relation)> = self.files.iter().map(|(file, r)| (file, *r)).collect();
        Nest::of(&files, self.totals.as_ref())
    }
}

pub(super) fn refuse(disclosures: Vec<Disclosure>) -> crate::error::Error {
    let mut rows: Vec<usize> = disclosures.iter().map(|disclosure| disclosure.row).collect();
    rows.sort_unstable();
    rows.dedup();
    ErrorKind::Disclosure { disclosures, rows }.into()
}
