//! Files of several levels, read together: totals less what stands beside them.

use super::arithmetic::meet;
use crate::area::{CodeScope, Placement};
use crate::count::{Bounds, Count, Interval, Relation, Totals};
use crate::error::{ErrorKind, Result};
use crate::report::AreaFile;
use std::collections::{HashMap, HashSet};

/// More rounds than there are levels: in each, one level may learn from the one beside it.
const ROUNDS: usize = 12;

/// The areas of several files on one tree, and the totals known besides.
#[derive(Debug, Clone)]
pub(super) struct Nest {
    /// The rows of each file on the tree of that file, finest file first; none where a file has no rows.
    placements: Vec<Option<Placement>>,
    /// Position of each file's level.
    levels: Vec<usize>,
    paths: Vec<Vec<Vec<String>>>,
    /// How the counts of each file relate to those of the file before it; that of the first is not used.
    relations: Vec<Relation>,
    totals: Option<Totals>,
}

impl Nest {
    /// Fails where a file's levels are not the coarser ones of the finest file's, where two files are of one level, and
    /// where an area has two rows in a coarser file.
    pub(super) fn of(files: &[(&AreaFile, Relation)], totals: Option<&Totals>) -> Result<Self> {
        for pair in files.windows(2) {
            refuse_other_levels(pair[0].0.levels(), pair[1].0.levels())?;
            refuse_repeated_areas(pair[1].0)?;
        }
        if let (Some(totals), Some((finest, _))) = (totals, files.first())
            && totals.tree().levels() != finest.levels()
        {
            let message = format!(
                "the totals are those of a tree with the levels {}, the file has {}",
                totals.tree().levels().join(", "),
                finest.levels().join(", ")
            );
            return Err(ErrorKind::Specification { message }.into());
        }
        Ok(Nest {
            placements: files.iter().map(|(file, _)| placement(file)).collect::<Result<_>>()?,
            levels: files.iter().map(|(file, _)| file.levels().len().saturating_sub(1)).collect(),
            paths: files.iter().map(|(file, _)| file.paths().to_vec()).collect(),
            relations: files.iter().map(|(_, relation)| *relation).collect(),
            totals: totals.cloned(),
        })
    }

    /// What every row of every file must lie between, given what the files say row by row.
    ///
    /// Fails where the files contradict each other.
    pub(super) fn tighten(&self, mut known: Vec<Vec<Interval>>) -> Result<Vec<Vec<Interval>>> {
        for _ in 0..ROUNDS {
            let before = known.clone();
            for finest in (0..known.len()).rev() {
                self.tighten_from(finest, &mut known)?;
            }
            if known == before {
                break;
            }
        }
        Ok(known)
    }

    /// Takes one file's rows for the parts, the coarser files and the totals for what they add up to.
    fn tighten_from(&self, finest: usize, known: &mut [Vec<Interval>]) -> Result<()> {
        let Some(placement) = &self.placements[finest] else { return Ok(()) };
        let tree = placement.tree();
        let mut totals = Totals::on(tree);
        let coarser: Vec<(usize, Relation)> = self.above(finest).collect();
        for &(file, relation) in &coarser {
            for (path, &bounds) in self.paths[file].iter().zip(&known[file]) {
                if tree.find_path(path).is_some() {
                    totals = totals.area(path, Count::from(bounds), relation)?;
                }
            }
        }
        let rows: Vec<Count> = known[finest].iter().map(|&bounds| Count::from(bounds)).collect();
        let bounds = Bounds::tighten(placement, &rows, &totals)?;
        learn(&mut known[finest], bounds.rows());
        for (file, relation) in coarser {
            let sums = bounds.areas(self.levels[file]);
            for (path, cell) in self.paths[file].iter().zip(&mut known[file]) {
                let Some(&sum) = tree.find_path(path).and_then(|area| sums.get(area as usize)) else {
                    continue;
                };
                let said = match relation {
                    Relation::Equal => sum,
                    Relation::AtMost => Interval::at_least(sum.lo()),
                };
                *cell = meet(*cell, said).unwrap_or(*cell);
            }
        }
        if finest == 0 { self.tighten_by_totals(&mut known[0]) } else { Ok(()) }
    }

    /// The coarser files, each with its relation to the rows of one.
    fn above(&self, finest: usize) -> impl Iterator<Item = (usize, Relation)> {
        let mut all = Relation::Equal;
        (finest + 1..self.paths.len()).map(move |file| {
            if self.relations[file] == Relation::AtMost {
                all = Relation::AtMost;
            }
            (file, all)
        })
    }

    /// The totals that are known besides. Where the file leaves out areas of their tree, its rows fall short of them.
    fn tighten_by_totals(&self, known: &mut [Interval]) -> Result<()> {
        let (Some(totals), Some(placement)) =
            (&self.totals, self.placements.first().and_then(Option::as_ref))
        else {
            return Ok(());
        };
        let (tree, theirs) = (placement.tree(), totals.tree());
        let whole = complete(theirs, tree);
        let relation = |complete: bool| if complete { Relation::Equal } else { Relation::AtMost };
        let mut here = Totals::on(tree);
        for (level, complete) in whole.areas.iter().enumerate() {
            for (area, bounds) in (0..).zip(totals.bounds_of_level(level)) {
                let path = theirs.path(level, area);
                if tree.find_path(&path).is_some() {
                    let complete = complete.get(area as usize).copied().unwrap_or(false);
                    here = here.area(&path, Count::from(bounds), relation(complete))?;
                }
            }
        }
        here = here.all_rows(Count::from(totals.bounds_of_all_rows()), relation(whole.all))?;
        let rows: Vec<Count> = known.iter().map(|&bounds| Count::from(bounds)).collect();
        learn(known, Bounds::tighten(placement, &rows, &here)?.rows());
        Ok(())
    }

    /// What may be held back for a row: for each area around it, the smallest first and all rows last, the rows of its
    /// file within, and the totals of the area and of those around it.
    pub(super) fn scopes(&self, file: usize, row: usize) -> Vec<Vec<(usize, usize)>> {
        let Some(path) = self.paths.get(file).and_then(|paths| paths.get(row)) else { return Vec::new() };
        let beside = |depth: usize| {
            let rows = self.paths[file].iter().enumerate();
            let alike = rows.filter(move |(other, codes)| *other != row && codes.starts_with(&path[..depth]));
            alike.map(|(other, _)| (file, other))
        };
        let totals = |depth: usize| {
            let files = self.paths.iter().enumerate().skip(file + 1);
            files.flat_map(move |(above, paths)| {
                let of = move |(at, codes): (usize, &Vec<String>)| {
                    (codes.len() >= depth && path.starts_with(codes)).then_some((above, at))
                };
                paths.iter().enumerate().filter_map(of)
            })
        };
        (0..path.len()).rev().map(|depth| beside(depth).chain(totals(depth)).collect()).collect()
    }
}

/// Two bounds of one count; they always meet, since nothing clashed.
fn learn(known: &mut [Interval], said: &[Interval]) {
    known.iter_mut().zip(said).for_each(|(known, &said)| *known = meet(*known, said).unwrap_or(*known));
}

fn placement(file: &AreaFile) -> Result<Option<Placement>> {
    if file.n_rows() == 0 {
        return Ok(None);
    }
    let levels = file.levels().iter().enumerate();
    let codes: Vec<Vec<&str>> =
        levels.clone().map(|(at, _)| file.paths().iter().map(|path| path[at].as_str()).collect()).collect();
    let columns: Vec<(&str, &[&str])> =
        levels.map(|(at, level)| (level.as_str(), codes[at].as_slice())).collect();
    Placement::from_codes(&columns, CodeScope::WithinParent).map(Some)
}

fn refuse_other_levels(finer: &[String], coarser: &[String]) -> Result<()> {
    match coarser.len() < finer.len() && finer.starts_with(coarser) {
        true => Ok(()),
        false => {
            let message = format!(
                "files that are published together go from the finest level up, each with the levels of the one before \
                 less its finest; {} does not follow {}",
                coarser.join(", "),
                finer.join(", ")
            );
            Err(ErrorKind::Specification { message }.into())
        }
    }
}

fn refuse_repeated_areas(file: &AreaFile) -> Result<()> {
    let mut met = HashSet::new();
    match file.paths().iter().find(|path| !met.insert(*path)) {
        None => Ok(()),
        Some(path) => {
            let message =
                format!("the area {} has several rows in a file of totals; keep one", path.join(" > "));
            Err(ErrorKind::Specification { message }.into())
        }
    }
}

/// Which areas of a tree have all their finest areas in another one.
struct Complete {
    all: bool,
    areas: Vec<Vec<bool>>,
}

fn complete(theirs: &crate::area::AreaTree, ours: &crate::area::AreaTree) -> Complete {
    let finest = theirs.finest();
    let there: Vec<bool> = (0..theirs.n_areas(finest) as u32)
        .map(|area| ours.find_path(&theirs.path(finest, area)).is_some())
        .collect();
    let mut areas = vec![there];
    for level in (1..=finest).rev() {
        let mut parents: HashMap<u32, bool> = HashMap::new();
        let below = areas.last().map_or(&[][..], Vec::as_slice);
        for (&parent, &complete) in theirs.parents(level).iter().zip(below) {
            let all = parents.entry(parent).or_insert(true);
            *all &= complete;
        }
        let of = |area: u32| parents.get(&area).copied().unwrap_or(true);
        areas.push((0..theirs.n_areas(level - 1) as u32).map(of).collect());
    }
    areas.reverse();
    Complete { all: areas.first().is_none_or(|roots| roots.iter().all(|&complete| complete)), areas }
}
