//! The screen as ahti and Garage2020 published it, on made-up figures that it was published about.

use crate::indented::indented;
use nestcount::Result;
use nestcount::count::Count;
use nestcount::screen::{
    Areas, Factor, Missing, NumberRule, Phase, Precision, RateRule, Rates, Rule, Screen,
};
use nestcount::table::Table;

const GEMEENTEN: &str = include_str!("../../tests/data/screen/gemeenten.csv");

pub(crate) fn reproduce() -> Result<()> {
    let table = Table::from_csv(GEMEENTEN.as_bytes())?;
    let rates = Rates::new(Count::column(&table, "users")?, table.numbers("youths")?)?;
    let areas = Areas::from_table(&table, "code", "name")?
        .with_rates("users", rates)?
        .with_numbers("youths", table.numbers("youths")?)?
        .with_texts("interviews", table.codes("interviews")?)?;
    say!(
        "1. The published screen, on synthetic figures: 388 gemeenten, 10.0 % of youths, names and outcomes as published"
    );
    let two_thirds = RateRule::at_most(Factor::ratio(2, 3)?).threshold(Precision::CutTo(1));
    let small = Rule::number("youths", NumberRule::below(500.0)?);
    let found = |text: &str| Rule::text("interviews", [text], Missing::Fails);
    let trail = Screen::new("Blue Zones, 2017")
        .phase(Phase::new("size (not stated, but needed)").leave_out(small.clone(), "too few youths"))
        .phase(Phase::new("figures").keep(Rule::rate("users", two_thirds)))
        .phase(
            Phase::new("interviews")
                .leave_out(found("waiting lists"), "youths wait")
                .leave_out(found("privately bought help"), "help is bought privately")
                .leave_out(Rule::named(["Laren", "Bloemendaal"]), "wealth that others cannot copy"),
        )
        .run(&areas)?;
    say!("\n{}", indented(&trail));

    say!("\n   What hangs on the words of the rule:");
    let naive = Rule::rate("users", two_thirds).verdicts(&areas)?.holding().count();
    say!(
        "   without a rule of size                       {naive:>3}: Schiermonnikoog, 9 of 168 youths, is one of them"
    );
    for (words, rule) in [
        ("as published: cut down to 6.6 %, edge in", two_thirds),
        ("two thirds as they are, 6.67 %", two_thirds.exact()),
        ("cut down, edge out", two_thirds.edge(nestcount::screen::Edge::Excluded)),
    ] {
        let n = Rule::rate("users", rule).and(!small.clone()).verdicts(&areas)?.holding().count();
        say!("   {words:<44} {n:>3}");
    }
    Ok(())
}
