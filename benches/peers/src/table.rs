//! A table as `glmm` wants it: numbered areas and a design row by row.

use crate::Question;
use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

pub(crate) struct Table {
    pub(crate) n: usize,
    pub(crate) p: usize,
    /// Row by row, the intercept first.
    pub(crate) design: Vec<f64>,
    pub(crate) counts: Vec<f64>,
    pub(crate) log_exposures: Vec<f64>,
    /// By level, coarsest first, and the rows' own last where they have an effect: the area of every row, from 0.
    pub(crate) areas: Vec<Vec<u32>>,
}

pub(crate) fn read(path: &Path, question: &Question) -> Result<Table, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    let texts = |name: &str| -> Result<Vec<&str>, Box<dyn Error>> {
        let at = header.iter().position(|known| known == name).ok_or_else(|| format!("no column {name}"))?;
        Ok(records.iter().map(|record| &record[at]).collect())
    };
    let numbers = |name: &str| -> Result<Vec<f64>, Box<dyn Error>> {
        Ok(texts(name)?.into_iter().map(str::parse).collect::<Result<_, _>>()?)
    };
    let columns: Vec<Vec<f64>> =
        question.determinants.iter().map(|name| numbers(name)).collect::<Result<_, _>>()?;
    let n = records.len();
    let row = |i: usize| std::iter::once(1.0).chain(columns.iter().map(move |column| column[i]));
    let mut areas: Vec<Vec<u32>> = question
        .levels
        .iter()
        .map(|level| Ok(numbered(&texts(level)?)))
        .collect::<Result<_, Box<dyn Error>>>()?;
    if question.row_effect {
        areas.push((0..n as u32).collect());
    }
    Ok(Table {
        n,
        p: columns.len() + 1,
        design: (0..n).flat_map(row).collect(),
        counts: numbers("count")?,
        log_exposures: numbers("exposure")?.into_iter().map(f64::ln).collect(),
        areas,
    })
}

fn numbered(codes: &[&str]) -> Vec<u32> {
    let mut known = HashMap::new();
    codes
        .iter()
        .map(|code| {
            let next = known.len() as u32;
            *known.entry(*code).or_insert(next)
        })
        .collect()
}
