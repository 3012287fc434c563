//! A table of one's own.

use crate::arguments::Arguments;
use crate::filled::filled;
use crate::source::Source;
use crate::tables;
use crate::trouble::Trouble;
use nestcount::count::Count;
use nestcount::flow::{Begun, Flow, FlowTable, Makeup, Parts, Period, Status, Transitions};
use nestcount::nl::PublishedPeriod;
use nestcount::table::Table;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

const NEEDED: [&str; 4] = ["area", "period", "begun", "population"];
/// The part that is how many there were.
const TOTAL: &str = "total";

pub(crate) fn read(path: &Path, asked: &Arguments) -> Result<Source, Trouble> {
    let table = tables::read(path)?;
    tables::require(&table, path, NEEDED)?;
    let fault = |what: String| Trouble::at(path, what);
    let areas = filled(&table, path, "area")?;
    let periods = periods(&filled(&table, path, "period")?, asked).map_err(fault)?;
    one_length(&periods).map_err(fault)?;
    let parents = match table.has("parent") {
        true => table.codes("parent")?,
        false => vec![None; areas.len()],
    };
    let figures = Figures::read(&table, asked)?;
    figures.refuse_nothing_begun().map_err(fault)?;
    let population = table.numbers("population")?;
    let (mut cells, mut gemeente_of, mut youths) = (Vec::new(), HashMap::new(), HashMap::new());
    for (row, area) in areas.iter().enumerate() {
        let (period, status) = periods[row];
        cells.push(figures.cell(row, area, period).status(status));
        if let Some(people) = population[row] {
            youths.insert((area.clone(), period), people);
        }
        // the country is no gemeente of its own
        if !area.starts_with("NL") {
            let parent = parents[row].clone().filter(|parent| !parent.starts_with("NL"));
            let gemeente = parent.unwrap_or_else(|| area.clone());
            let known = gemeente_of.entry(area.clone()).or_insert_with(|| gemeente.clone());
            if *known != gemeente {
                return Err(fault(format!(
                    "'{area}' lies in {known} in one row and in {gemeente} in another"
                )));
            }
        }
    }
    let flows = FlowTable::new(cells)?;
    refuse_unknown(&asked.gemeente, &gemeente_of).map_err(fault)?;
    Ok(Source {
        title: path.display().to_string(),
        note: format!("{} areas, {} rows", flows.areas().len(), table.n_rows()),
        flows,
        gemeente_of,
        youths,
        lines: asked
            .lines
            .as_deref()
            .map(|path| lines(path).map_err(|trouble| trouble.of(Some(path))))
            .transpose()?,
        world: None,
    })
}

fn periods(cells: &[String], asked: &Arguments) -> Result<Vec<(Period, Status)>, String> {
    let read = |(row, cell): (usize, &String)| {
        let read = PublishedPeriod::parse(cell).map_err(|error| format!("row {}: {error}", row + 1))?;
        let late = asked.provisional_from.is_some_and(|from| read.period >= from);
        let status = match (late, read.status) {
            (true, Status::Final) => Status::Provisional,
            (_, status) => status,
        };
        Ok((read.period, status))
    };
    cells.iter().enumerate().map(read).collect()
}

fn one_length(periods: &[(Period, Status)]) -> Result<(), String> {
    let first = periods[0].0;
    match periods.iter().position(|(period, _)| first.steps_until(*period).is_none()) {
        Some(row) => {
            let other = periods[row].0;
            Err(format!(
                "row {}: {other} is not as long as {first} in row 1; keep periods of one length",
                row + 1
            ))
        }
        None => Ok(()),
    }
}

fn refuse_unknown(wanted: &str, gemeente_of: &HashMap<String, String>) -> Result<(), String> {
    let mut known: Vec<&str> = gemeente_of.values().map(String::as_str).collect();
    known.sort_unstable();
    known.dedup();
    if !known.contains(&wanted) {
        let some = known.iter().take(8).copied().collect::<Vec<_>>().join(", ");
        return Err(format!(
            "there is no gemeente {wanted}; --gemeente takes one of {some}{}",
            dots(known.len())
        ));
    }
    match known.len() {
        1 => Err(format!("{wanted} is the only gemeente; a difference of trends needs others beside it")),
        _ => Ok(()),
    }
}

fn dots(n: usize) -> &'static str {
    if n > 8 { " …" } else { "" }
}

/// The columns of counts; what is not there is missing.
struct Figures {
    opening: Vec<Count>,
    begun: Vec<Count>,
    new: Vec<Count>,
    repeated: Vec<Count>,
    ended: Vec<Count>,
    closing: Vec<Count>,
}

impl Figures {
    fn read(table: &Table, asked: &Arguments) -> Result<Figures, Trouble> {
        let rule = asked.publisher.rule()?;
        let column = |name: &str| match (table.has(name), &rule) {
            (false, _) => Ok(vec![Count::Missing; table.n_rows()]),
            (true, Some(rule)) => rule.counts(table, name),
            (true, None) => Count::column(table, name),
        };
        Ok(Figures {
            opening: column("stock_start")?,
            begun: column("begun")?,
            new: column("new")?,
            repeated: column("repeated")?,
            ended: column("ended")?,
            closing: column("stock_end")?,
        })
    }

    fn refuse_nothing_begun(&self) -> Result<(), String> {
        let all = |of: fn(&Count) -> bool| self.begun.iter().all(of);
        if all(|count| *count == Count::Missing) {
            let what =
                "no row has a count in 'begun'; where dots are withheld counts, --withheld-below says so";
            return Err(what.into());
        }
        match all(|count| matches!(count, Count::Exact(0) | Count::Missing)) {
            true => Err("'begun' is 0 in every row".into()),
            false => Ok(()),
        }
    }

    fn cell(&self, row: usize, area: &str, period: Period) -> Flow {
        let begun = Begun::of(self.begun[row], self.new[row], self.repeated[row]);
        Flow::new(area, period, self.opening[row], begun, self.ended[row], self.closing[row])
    }
}

fn lines(path: &Path) -> Result<Transitions, Trouble> {
    let table = tables::read(path)?;
    tables::require(&table, path, ["line", "part", "count"])?;
    let (lines, parts) = (filled(&table, path, "line")?, filled(&table, path, "part")?);
    let counts = Count::column(&table, "count")?;
    let mut all: BTreeMap<&String, Vec<(&String, Count)>> = BTreeMap::new();
    for (row, line) in lines.iter().enumerate() {
        all.entry(line).or_default().push((&parts[row], counts[row]));
    }
    let of = |(line, parts): (&String, Vec<(&String, Count)>)| {
        let total = parts.iter().find(|(part, _)| *part == TOTAL).map(|(_, count)| *count);
        let total = total.ok_or_else(|| Trouble::at(path, format!("'{line}' has no part '{TOTAL}'")))?;
        let parts = parts.into_iter().filter(|(part, _)| *part != TOTAL);
        Ok::<_, Trouble>((line.clone(), Parts::new(total, parts, Makeup::Overlapping)?))
    };
    let rows = all.into_iter().map(of).collect::<Result<Vec<_>, _>>()?;
    Ok(Transitions::new(rows)?)
}
