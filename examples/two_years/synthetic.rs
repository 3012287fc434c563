//! The synthetic country: planted beside found, by three ways to compare the years.

use crate::chosen;
use crate::division;
use crate::lines::{figure, interval, origins, years};
use crate::panel::{self, Wijken};
use crate::results::{Figure, Moved, figures, moved, percent, written};
use crate::trouble::Trouble;
use crate::world::World;
use crate::year::Year;
use nestcount::Result;
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::crosswalk::{Carry, Origin};
use nestcount::determinant::Determinants;
use nestcount::impute::{DegreesOfFreedom, Imputations, Imputer, PooledEstimate};
use nestcount::panel::{InTime, PanelFit};
use nestcount::{Model, Options};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeSet;
use std::path::Path;

pub(crate) fn tell(seed: u64, tables: usize, out: Option<&Path>) -> Result<(), Trouble> {
    let world = World::draw(seed)?;
    say!("SYNTHETIC: a country in the shape of SCP's study in two years, seed {seed}; no real places");
    let [first, second] = &world.years;
    years(&world.years);
    let crosswalk = &world.wijken;
    say!("\n2. Boundaries");
    let onward = crosswalk.carry(&first.wijken)?;
    say!("   gemeenten {} -> {}", world.gemeenten.from_codes().len(), world.gemeenten.to_codes().len());
    say!("   wijken    {} -> {}: {}", first.wijken.len(), second.wijken.len(), origins(&onward));
    let common = crosswalk.common()?;
    let [before, after] =
        [(first, &common.before), (second, &common.after)].map(|(year, to)| to.carry(&year.wijken));
    let (before, after) = (before?, after?);
    say!("   areas that both years are made of: {}", before.targets().len());

    // Gemeenten of the first year are not those of the second: the areas take theirs from the second.
    let now = now(first, &world)?;
    let [common_first, common_second] = [now.carried(&before)?, second.carried(&after)?];
    say!("\n3. What was carried, and what became of the totals");
    say!("   {:38} {:>17} {:>12}", "", "users", "youths");
    total("first year, as published", first);
    total("  in common areas", &common_first);
    total("  in wijken of the second year, bounds", &now.carried(&onward)?);
    let drawn = drawn_years(&world, &now, &onward, tables, seed)?;
    total("  in wijken of the second year, drawn", &drawn[0]);
    say!("   actually counted in the first year {:>20}", world.counted.iter().sum::<u64>());

    say!("\n4. Planted beside found (standard errors in brackets)");
    let names = chosen::SYNTHETIC;
    let in_common = panel::fit([&common_first, &common_second], names, Wijken::Matched, InTime::Independent)?;
    let of_drawn: Vec<PanelFit> = drawn
        .iter()
        .map(|drawn| panel::fit([drawn, second], names, Wijken::Matched, InTime::Independent))
        .collect::<Result<_>>()?;
    let both: BTreeSet<&String> = first.wijken.iter().filter(|code| second.wijken.contains(code)).collect();
    let same = |year: &Year| year.only(|code| both.contains(&code.to_string()));
    let by_code = panel::fit([&same(&now), &same(second)], names, Wijken::Matched, InTime::Independent)?;
    compare(&world, &in_common, &of_drawn, &by_code)?;
    say!(
        "   by code: {} of {} wijken have a code in both years; of {} that were split the larger part kept it.",
        both.len(),
        first.wijken.len(),
        onward.origins().iter().filter(|&&origin| origin == Origin::Part).count() / 2
    );

    say!("\n5. Gemeenten that moved beside what all did, in percent");
    let steps = panel::fit([&common_first, &common_second], names, Wijken::Matched, InTime::RandomWalk)?;
    let moved = moved(&steps);
    for one in moved.iter().take(5) {
        let [from, to] = world.planted.passing[&one.gemeente];
        say!("   {:8} {}  planted {:+5.1}", one.gemeente, interval(one), percent(to - from));
    }
    let inside = |one: &&Moved| {
        let [from, to] = world.planted.passing[&one.gemeente];
        (to - from - one.by).abs() <= 1.96 * one.sd
    };
    let covered = moved.iter().filter(inside).count();
    say!("   of {} gemeenten the interval holds what was planted for {covered}", moved.len());
    figure(&moved, |code| code.to_string(), out)?;
    say!(
        "\nThe parts of a wijk differ here by a standard deviation of {} in log rate. Drawn parts all have the rate of the whole,\n\
         and by code a whole is compared with its larger part: both take for a change in time what is one of place, and find\n\
         too much that passes. In common areas nothing is supposed.\n\
         Caveats: two years are two points, no trend. What passes of a wijk in one year holds all that the Poisson leaves.",
        division::PARTS
    );
    Ok(())
}

/// The wijken of the first year in the gemeenten of the second.
fn now(first: &Year, world: &World) -> Result<Year> {
    let to = |code: &String| {
        world.gemeenten.shares_of(code).first().map_or(code.clone(), |(to, _)| to.to_string())
    };
    Ok(first.clone().in_gemeenten(first.gemeenten.iter().map(to).collect()))
}

/// The first year in the wijken of the second: withheld counts completed, then those of split wijken dealt out.
fn drawn_years(world: &World, first: &Year, onward: &Carry, tables: usize, seed: u64) -> Result<Vec<Year>> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed ^ 0x5917);
    let rows = crate::year::Rows::of([first, &first.only(|_| false)], &[])?;
    let placement = Placement::from_table(&rows.table, &["jeugdregio", "gemeente"], CodeScope::Unique)?;
    let counts = CountTable::with_exposures(rows.counts, rows.youths)?;
    let nothing = Determinants::new().build(&rows.table, &placement, counts.rows())?;
    let model = Model::poisson().random_intercept("jeugdregio").random_intercept("gemeente").row_effect();
    let problem = model.check(&placement, &counts, nothing)?;
    let fit = problem.fit(&Options::default())?;
    let completed =
        Imputer::new(&problem, &fit, &Options::default())?.tables(Imputations::new(tables), &mut rng)?;
    let carried = onward.counts(&world.years[0].counts)?;
    let mut years = Vec::with_capacity(tables);
    for table in completed {
        let mut whole = vec![0; first.counts.len()];
        table.rows().iter().zip(table.counts()).for_each(|(&row, count)| whole[row] = count.count as u64);
        let drawn = carried.draw_of(&whole, &mut rng)?;
        years.push(first.with_counts(onward, drawn.into_iter().map(Count::Exact).collect())?);
    }
    Ok(years)
}

fn total(what: &str, year: &Year) {
    let (lo, hi, youths) = year.totals();
    let users = if lo == hi { lo.to_string() } else { format!("{lo}..{hi}") };
    say!("   {what:38} {users:>17} {youths:>12.0}");
}

fn compare(world: &World, common: &PanelFit, drawn: &[PanelFit], by_code: &PanelFit) -> Result<()> {
    let planted = &world.planted;
    let truth = [
        planted.year,
        planted.lone_parents,
        planted.jeugdregio,
        planted.gemeente,
        planted.wijk,
        planted.wijk_in_year,
        planted.gemeente_in_year,
    ];
    let of = |fit: &PanelFit| figures(fit, Some("eenouder"));
    let (common, by_code) = (of(common), of(by_code));
    let drawn: Vec<_> = drawn.iter().map(of).collect();
    say!("   {:28} {:>8}  {:>16} {:>16} {:>16}", "", "planted", "common areas", "parts drawn", "by code");
    for (at, (name, figure)) in common.iter().enumerate() {
        let pooled = pooled(&drawn.iter().map(|figures| figures[at].1).collect::<Vec<_>>())?;
        let line = [*figure, pooled, by_code[at].1].map(written);
        say!("   {name:28} {:8.3}  {:>16} {:>16} {:>16}", truth[at], line[0], line[1], line[2]);
    }
    Ok(())
}

/// Figures of several tables by Rubin's rules; a mean alone where one of them is at an edge.
fn pooled(figures: &[Figure]) -> Result<Figure> {
    let estimates: Vec<f64> = figures.iter().map(|figure| figure.0).collect();
    let variances: Option<Vec<f64>> =
        figures.iter().map(|figure| figure.1.map(|error| error * error)).collect();
    match variances {
        Some(variances) if figures.len() > 1 => {
            let pooled = PooledEstimate::of(&estimates, &variances, DegreesOfFreedom::Infinite)?;
            Ok((pooled.estimate, Some(pooled.total().sqrt())))
        }
        _ => Ok((estimates.iter().sum::<f64>() / estimates.len() as f64, None)),
    }
}
