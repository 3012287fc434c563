//! The probability that the rule holds, in four ways.

use crate::arguments::Arguments;
use crate::screening::Screened;
use crate::source::{Source, Truth, Year};
use crate::trouble::Trouble;
use nestcount::area::{CodeScope, LevelColumn, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::{Determinants, MissingCells, Numeric};
use nestcount::expected::{Expectation, RowSets};
use nestcount::screen::{
    Areas, Drawn, DrawnRates, Factor, Prior, Probability, RateRule, Reference, Rule, TailProbability, Tails,
    Verdict,
};
use nestcount::{ErrorKind, Model, Options};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
use std::collections::HashMap;

/// Of each area, in their order.
pub(crate) struct Chances {
    /// Each area by itself.
    pub(crate) alone: Vec<Probability>,
    /// With a prior learned from all areas.
    pub(crate) among: Vec<Probability>,
    /// From the model.
    pub(crate) model: Vec<Probability>,
    /// From the model: low and high against what determinants let expect, by the factor and one over it.
    pub(crate) expected: Vec<TailProbability>,
    /// What the model is.
    pub(crate) words: String,
    /// Indicators from which nothing can be learned: areas differ by chance alone.
    alike: Vec<String>,
    /// Low is at most so many times the national rate.
    factor: f64,
}

pub(crate) fn of(year: &Year, screened: &Screened, asked: &Arguments) -> Result<Chances, Trouble> {
    let mut rng = ChaCha12Rng::seed_from_u64(asked.seed);
    let (areas, rule) = (&screened.areas, screened.figures.clone().exact());
    let mut alike = Vec::new();
    let (mut alone, mut among) = (Drawn::new(), Drawn::new());
    for indicator in std::iter::once("users").chain(asked.also.iter().map(String::as_str)) {
        let learned = learned(areas, indicator)?;
        alike.extend(learned.is_none().then(|| indicator.to_string()));
        let mut rates = |prior| DrawnRates::from_counts(areas, indicator, prior, asked.draws, &mut rng);
        alone = alone.with(indicator, rates(Prior::JEFFREYS)?);
        among = among.with(indicator, rates(learned.unwrap_or(Prior::JEFFREYS))?);
    }
    let (users, words) = from_model(year, asked, &mut rng)?;
    // what else is asked for has no model of its own here
    let model = among.clone().with("users", users);
    let against = |rule: RateRule| Rule::rate("users", rule.of(Reference::Expected));
    let high = RateRule::at_least(Factor::new(1.0 / asked.factor.get())?);
    let tails = Tails::new(against(asked.low().exact()), against(high));
    Ok(Chances {
        alone: rule.drawn(areas, &alone)?.probabilities(),
        among: rule.drawn(areas, &among)?.probabilities(),
        model: rule.drawn(areas, &model)?.probabilities(),
        expected: tails.drawn(areas, &model)?,
        words,
        alike,
        factor: asked.factor.get(),
    })
}

/// A prior learned from all areas; none where their rates scatter no more than counts of one rate do.
pub(crate) fn learned(areas: &Areas, indicator: &str) -> Result<Option<Prior>, Trouble> {
    match Prior::among(areas.rates(indicator)?) {
        Ok(prior) => Ok(Some(prior)),
        Err(error) if matches!(error.kind(), ErrorKind::Specification { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Draws from a Poisson model with an effect of each gemeente, and of each region where there are regions.
fn from_model(
    year: &Year,
    asked: &Arguments,
    rng: &mut ChaCha12Rng,
) -> Result<(DrawnRates, String), Trouble> {
    let gemeente = LevelColumn { level: "gemeente", column: "code" };
    let regions = year.table.has("region");
    let placement = match regions {
        true => {
            let region = LevelColumn { level: "region", column: "region" };
            Placement::from_table(&year.table, &[region, gemeente], CodeScope::Unique)?
        }
        false => Placement::from_table(&year.table, &[gemeente], CodeScope::Unique)?,
    };
    let counts = CountTable::with_exposures(year.users.clone(), year.table.numbers("youths")?)?;
    let mut named = asked.determinant.clone();
    if asked.data.is_none() {
        named.push("lone_parents".into());
    }
    let determinants =
        named.iter().fold(Determinants::new().missing(MissingCells::ParentMean), |all, name| {
            all.with(Numeric::new(name).z_score())
        });
    let design = determinants.build(&year.table, &placement, counts.rows())?;
    let model = Model::poisson();
    let model = if regions { model.random_intercept("region") } else { model };
    let problem = model.random_intercept("gemeente").check(&placement, &counts, design)?;
    let fit = problem.fit(&Options::default())?;
    let sds = fit.levels().iter().map(|level| format!("{} {:.3}", level.level, level.sd.estimate()));
    let words = format!(
        "Poisson, random intercepts with sd {}; determinants: {}",
        sds.collect::<Vec<_>>().join(", "),
        if named.is_empty() { "none".into() } else { named.join(", ") }
    );
    let draws = fit.draws(&problem, asked.draws, rng)?;
    let over = RowSets::level(&problem, "gemeente")?;
    let rates = DrawnRates::from_model(&draws, &over)?;
    Ok((rates.against(&draws, &over, &Expectation::FixedPart)?, words))
}

/// Areas that the figures pick out or leave open, and those with a fair chance by the model.
pub(crate) fn print(source: &Source, screened: &Screened, chances: &Chances) {
    say!("\n   The probability that the rule holds of the rate behind the count, threshold as it is:");
    say!(
        "   alone: each by its own count (prior {}) · among: a prior learned from all\n   model: {}",
        Prior::JEFFREYS,
        chances.words
    );
    say!(
        "   against the model: the same factor of what its determinants let expect (low), one over it (high)"
    );
    for indicator in &chances.alike {
        say!("   {indicator}: areas differ no more than by chance, so that among is alone");
    }
    let truth = source.truth.is_some();
    say!(
        "\n   {:20} {:>7} {:>14} {:>6} {:>6} {:>6} {:>12}{}",
        "",
        "youths",
        "of national",
        "alone",
        "among",
        "model",
        "low / high",
        if truth { "    in truth" } else { "" }
    );
    let areas = &screened.areas;
    let remaining: Vec<&str> = screened.trail.remaining().map(|area| area.code.as_str()).collect();
    let Ok(rates) = areas.rates("users") else { return };
    let national =
        rates.national().map_or(1.0, |national| 0.5 * (national.low + national.high.unwrap_or(national.low)));
    for at in in_order(screened, chances) {
        let area = &areas.areas()[at];
        let ratio = rates.rate(at).map_or("missing".into(), |rate| {
            let (low, high) = (rate.low / national, rate.high.map_or(f64::INFINITY, |high| high / national));
            if high - low < 0.005 { format!("{low:.2}") } else { format!("{low:.2}–{high:.2}") }
        });
        let tail = &chances.expected[at];
        let in_truth = source.truth.as_ref().and_then(|truth| truth.get(&area.code)).copied();
        say!(
            "   {:20} {:>7} {ratio:>14} {:>6} {:>6} {:>6} {:>12}{}{}",
            area.name.chars().take(20).collect::<String>(),
            rates.known(at).map_or(0.0, |(_, youths)| youths),
            word(chances.alone[at]),
            word(chances.among[at]),
            word(chances.model[at]),
            format!("{} / {}", word(tail.low), word(tail.high)),
            in_truth.map_or(String::new(), |truth| format!("{:>12.3}", truth.ratio)),
            if remaining.contains(&area.code.as_str()) { "  remains" } else { "" }
        );
    }
    if let Some(truth) = &source.truth {
        balance(screened, chances, truth);
    }
    high(source, screened, chances);
    unexpected(source, screened, chances);
}

/// Areas that are more likely than not low, or high, for what is expected of them.
fn unexpected(source: &Source, screened: &Screened, chances: &Chances) {
    say!("\n   Low or high, more likely than not, for what their determinants let expect:");
    for (area, tail) in screened.areas.areas().iter().zip(&chances.expected) {
        for (side, chance) in [("low", tail.low), ("high", tail.high)] {
            if chance.low > 0.5 {
                say!("   {:20} {side:>4} {}{}", area.name, word(chance), source.truth_of(&area.code));
            }
        }
    }
}

/// Areas that use much: against the nation as published, and against what is expected of them.
fn high(source: &Source, screened: &Screened, chances: &Chances) {
    let Ok(factor) = Factor::new(1.0 / chances.factor) else { return };
    let rule = Rule::rate("users", RateRule::at_least(factor));
    let published = rule.verdicts(&screened.areas).map(|verdicts| verdicts.agreed()).unwrap_or_default();
    say!(
        "\n   The other side, published at {:.2} of the national rate at least: the probability of so much of what is expected",
        factor.get()
    );
    let areas = screened.areas.areas().iter().zip(published).zip(&chances.expected);
    for ((area, _), tail) in areas.filter(|((_, verdict), _)| *verdict != Verdict::Fails) {
        say!("   {:20} {}{}", area.name, word(tail.high), source.truth_of(&area.code));
    }
}

/// Positions with a chance of a tenth at least in some way, the likeliest first.
fn in_order(screened: &Screened, chances: &Chances) -> Vec<usize> {
    let open =
        |at: &usize| [&chances.alone, &chances.among, &chances.model].iter().any(|way| way[*at].high >= 0.1);
    let mut order: Vec<usize> = (0..screened.areas.n_areas()).filter(open).collect();
    order.sort_by(|a, b| chances.model[*b].low.total_cmp(&chances.model[*a].low));
    order.truncate(30);
    order
}

fn word(chance: Probability) -> String {
    match chance.number() {
        Some(p) => format!("{p:.2}"),
        None => format!("{:.1}–{:.1}", chance.low, chance.high),
    }
}

/// How many of those picked out are truly low, by each way.
fn balance(screened: &Screened, chances: &Chances, truth: &HashMap<String, Truth>) {
    let areas = screened.areas.areas();
    let national = |at: usize| truth.get(&areas[at].code).map_or(1.0, |truth| truth.ratio);
    let published =
        screened.figures.verdicts(&screened.areas).map(|verdicts| verdicts.agreed()).unwrap_or_default();
    let threshold = chances.factor;
    let ways: [(&str, Vec<bool>); 4] = [
        ("the published figures", published.iter().map(|v| *v == Verdict::Holds).collect()),
        ("alone, more likely than not", chances.alone.iter().map(|p| p.low > 0.5).collect()),
        ("among, more likely than not", chances.among.iter().map(|p| p.low > 0.5).collect()),
        ("model, more likely than not", chances.model.iter().map(|p| p.low > 0.5).collect()),
    ];
    let low = (0..areas.len()).filter(|&at| national(at) <= threshold).count();
    say!("\n   Planted beside found: {low} gemeenten are truly at or under the threshold");
    for (name, picked) in &ways {
        let n = picked.iter().filter(|picked| **picked).count();
        let right = (0..picked.len()).filter(|&at| picked[at] && national(at) <= threshold).count();
        say!(
            "   {name:<30} picks {n:>3}: {right:>3} truly low, {:>3} not, {:>3} missed",
            n - right,
            low - right
        );
    }
    let said: f64 = chances.model.iter().map(|p| p.low).sum();
    say!("   the model's probabilities add up to {said:.1}");
}
