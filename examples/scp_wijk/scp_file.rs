//! SCP's own file with a table of regions: what it lacks, and what is done instead.

use crate::reconstruction::{Others, Percentages, Reconstructed, Size, smallest};
use crate::tables;
use crate::trouble::Trouble;
use nestcount::Result;
use nestcount::nl::files::PublishedTable;
use nestcount::table::{Column, Table};
use std::path::Path;

/// The columns of `gemeenten2017.csv` that the wijken take over, by their gemeente.
const REGIONS: [&str; 2] = ["jeugdregio_code", "jeugdregio"];

/// SCP's wijken in the layout of the reconstructed table, and what was done to get there.
pub(crate) fn read(path: &Path, regions: Option<&Path>) -> Result<(Table, String), Trouble> {
    let published = open(path)?;
    let Some(regions) = regions else {
        let columns = REGIONS.join(", ");
        let what = format!(
            "SCP's file does not say to which jeugdregio a gemeente belongs; name a table with the columns gm, {columns} by \
             --regions"
        );
        return Err(Trouble::at(path, what));
    };
    let at = regions;
    let regions = tables::read(at)?;
    tables::require(&regions, at, ["gm"].into_iter().chain(REGIONS))?;
    let wijken = reconstructed(&published)?;
    let note = words(&published, &wijken)?;
    Ok((table(&published, &wijken, &regions)?, note))
}

#[cfg(feature = "spreadsheet")]
fn open(path: &Path) -> Result<PublishedTable, Trouble> {
    Ok(nestcount::nl::files::ScpWijkdata.open(path)?)
}

#[cfg(not(feature = "spreadsheet"))]
fn open(path: &Path) -> Result<PublishedTable, Trouble> {
    let how = "reading SCP's spreadsheet needs a build with the feature `spreadsheet`: cargo run --release --features spreadsheet \
               --example scp_wijk -- --data FILE --regions FILE";
    Err(Trouble::at(path, how))
}

/// The numbers of each wijk, where there are some that give its percentages back.
fn reconstructed(published: &PublishedTable) -> Result<Vec<Option<Reconstructed>>> {
    let [young, old, users, small] =
        ["groenedruk", "grijzedruk", "perc_jhzv", "kleinewijk"].map(|name| published.numbers(name));
    let (young, old, users, small) = (young?, old?, users?, small?);
    let of = |row: usize| {
        let size = if small[row]? == 1.0 { Size::Small } else { Size::Large };
        smallest(&Percentages { young: young[row]?, old: old[row]?, users: users[row], size })
    };
    Ok((0..young.len()).map(of).collect())
}

/// The layout of the reconstructed table: levels, count, exposure, and the columns as published.
fn table(published: &PublishedTable, wijken: &[Option<Reconstructed>], regions: &Table) -> Result<Table> {
    let numbers = |of: fn(&Reconstructed) -> Option<u32>| {
        let cells = wijken.iter().map(move |wijk| wijk.as_ref().and_then(of).map(f64::from));
        Column::Numbers(cells.collect())
    };
    let withheld = published
        .numbers("perc_jhzv")?
        .iter()
        .map(|percent| f64::from(u8::from(percent.is_none())))
        .collect::<Vec<_>>();
    let mut table = Table::new();
    for name in published.table().names() {
        let called = match name.as_str() {
            "gemeentecode" => "gm",
            "gemnaam_2017" => "gemnaam",
            other => other,
        };
        table = table.with_column(called, published.table().column(name)?.clone())?;
    }
    table
        .with_columns_of("gm", regions, "gm", &REGIONS)?
        .with_numbers("suppressed", withheld)?
        .with_column("n_youth_rec", numbers(|wijk| Some(wijk.youths)))?
        .with_column("n_users_rec", numbers(|wijk| wijk.users))?
        .with_optional_numbers("youth_approx", vec![None; wijken.len()])
}

fn words(published: &PublishedTable, wijken: &[Option<Reconstructed>]) -> Result<String> {
    let n = wijken.len();
    let counts = wijken.iter().flatten().filter(|wijk| wijk.users.is_some()).count();
    let alone = wijken.iter().flatten().filter(|wijk| wijk.others == Others::None).count();
    let with = wijken.iter().flatten().count();
    let withheld = published.missing("perc_jhzv")?.count();
    Ok(format!(
        "SCP, Jeugdhulp in de wijk (2020), as published: youth care without stay, 2017, {n} wijken.\n\
         The file has percentages to three decimals. It does not have: the number of users, the number of young people (the\n\
         exposure), and why each of the {withheld} percentages withheld is, beyond that fewer than 10 used care.\n\
         Instead: whole numbers of young people, of people of 18 to 64 and of 65 and over (rounded to 5) and of users that give all\n\
         percentages back are looked for. {with} wijken have an exposure so reconstructed, {counts} of them a count. In {alone} of them,\n\
         small ones, no other numbers would do. In the other {others} multiples of these numbers do as well: the smallest are\n\
         taken. A wijk's rate is the published one in any case, but its weight is the least it can be: the fit gives chance more\n\
         room, and differences between wijken less, than the true numbers would; and sums fall short of the country's.",
        others = with - alone
    ))
}
