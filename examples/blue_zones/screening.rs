//! The rules, the phases and what they leave.

use crate::arguments::Arguments;
use crate::source::{Source, Year};
use crate::trouble::Trouble;
use nestcount::screen::{
    Areas, Factor, FunnelLimits, FunnelRule, NumberRule, Phase, RateRule, Rates, Rule, Screen, Trail,
};

/// A year that went through the screen.
pub(crate) struct Screened {
    pub(crate) areas: Areas,
    pub(crate) trail: Trail,
    /// What the figures have to say: low, and every other indicator at most the national rate.
    pub(crate) figures: Rule,
}

pub(crate) fn run(source: &Source, year: &Year, asked: &Arguments) -> Result<Screened, Trouble> {
    let areas = areas(year)?;
    let figures = figures(asked);
    let small = Rule::number("youths", NumberRule::below(asked.least_youths)?);
    let left_out = asked.leave_out.iter().fold(Phase::new("by name"), |phase, (name, reason)| {
        phase.leave_out(Rule::named([name.as_str()]), reason)
    });
    let chance = Rule::funnel("users", FunnelRule::below(FunnelLimits::Poisson));
    let mut screen = Screen::new(&format!("{}, {}", source.title.split(':').next().unwrap_or(""), year.name))
        .phase(Phase::new("size").leave_out(small, "too few youths for a rate to say much"))
        .phase(Phase::new("figures").keep(figures.clone()))
        .phase(Phase::new("not by chance alone").keep(chance));
    if !asked.leave_out.is_empty() {
        screen = screen.phase(left_out);
    }
    let trail = screen.run(&areas)?;
    Ok(Screened { areas, trail, figures })
}

/// Low, and every other indicator at most the national rate.
pub(crate) fn figures(asked: &Arguments) -> Rule {
    let low = Rule::rate("users", asked.low());
    asked.also.iter().fold(low, |rule, also| rule.and(Rule::rate(also, RateRule::at_most(Factor::ONE))))
}

/// The areas of a year with their indicators.
pub(crate) fn areas(year: &Year) -> Result<Areas, Trouble> {
    let youths = year.table.numbers("youths")?;
    let mut areas = Areas::from_table(&year.table, "code", "name")?
        .with_rates("users", Rates::new(year.users.clone(), youths.clone())?)?
        .with_numbers("youths", youths.clone())?;
    for (column, counts) in &year.also {
        areas = areas.with_rates(column, Rates::new(counts.clone(), youths.clone())?)?;
    }
    Ok(areas)
}
