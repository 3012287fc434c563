//! The same rule over the years.

use crate::arguments::Arguments;
use crate::chances::learned;
use crate::screening::{Screened, areas, figures};
use crate::source::Source;
use crate::trouble::Trouble;
use nestcount::screen::{Drawn, DrawnRates, Persistence, Prior, Probability, Verdict};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};

/// In how many years the rule holds, by the published figures and by draws.
pub(crate) struct Persisted {
    pub(crate) published: Persistence,
    /// The years that are asked for.
    pub(crate) k: usize,
    /// Of each area of `published`.
    pub(crate) chances: Vec<Probability>,
}

/// In all years but one; nothing where there is a single year.
pub(crate) fn of(source: &Source, asked: &Arguments) -> Result<Option<Persisted>, Trouble> {
    if source.years.len() < 2 {
        return Ok(None);
    }
    let mut rng = ChaCha12Rng::seed_from_u64(asked.seed ^ 1);
    let rule = figures(asked);
    let (mut published, mut drawn) = (Vec::new(), Vec::new());
    for year in &source.years {
        let areas = areas(year)?;
        published.push((year.name.clone(), rule.verdicts(&areas)?));
        let mut draws = Drawn::new();
        for indicator in std::iter::once("users").chain(asked.also.iter().map(String::as_str)) {
            let prior = learned(&areas, indicator)?.unwrap_or(Prior::JEFFREYS);
            let rates = DrawnRates::from_counts(&areas, indicator, prior, asked.draws, &mut rng)?;
            draws = draws.with(indicator, rates);
        }
        drawn.push((year.name.clone(), rule.clone().exact().drawn(&areas, &draws)?));
    }
    let k = source.years.len() - 1;
    let chances = Persistence::over(drawn)?.at_least(k)?.probabilities();
    Ok(Some(Persisted { published: Persistence::over(published)?, k, chances }))
}

pub(crate) fn print(source: &Source, screened: &Screened, persisted: &Persisted) {
    let years = persisted.published.years();
    say!(
        "\n   Over the years {} (+ holds, - fails, ? undecided), and the probability that it holds in {} of {} at least:",
        years.join(", "),
        persisted.k,
        years.len()
    );
    let remaining: Vec<&str> = screened.trail.remaining().map(|area| area.code.as_str()).collect();
    let areas = persisted.published.areas();
    let shown = (0..areas.len())
        .filter(|&at| persisted.chances[at].high >= 0.5 || remaining.contains(&areas[at].code.as_str()));
    for at in shown.take(30) {
        let signs: String = persisted
            .published
            .of_area(at)
            .iter()
            .map(|verdict| match verdict {
                Verdict::Holds => '+',
                Verdict::Fails => '-',
                Verdict::Undecided => '?',
            })
            .collect();
        let truth = source.truth_of(&areas[at].code);
        say!("   {:20} {signs}  {:.2}{truth}", areas[at].name, persisted.chances[at].low);
    }
}
