//! Figures: effects of the gemeenten, a funnel of them, residuals of the wijken.

use super::{Basis, Wanted};
use crate::save::save;
use crate::trouble::Trouble;
use nestcount::Result;
use nestcount::diagnose::{Conditional, FunnelArea as Funnelled, FunnelTarget, Limits};
use nestcount::expected::{Actual, Expectation, RowSets};
use nestcount::map::{CaterpillarArea, ControlLimits, Figure, FunnelArea, Language, Limit, ResidualPoint};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// Half the width of an interval that holds 95 % of a normal distribution, in standard deviations.
const HALF: f64 = 1.96;

/// Writes the three figures; returns their names.
pub(super) fn write(basis: &Basis<'_>, wanted: &Wanted<'_>) -> Result<Vec<String>, Trouble> {
    let figures = [
        ("effects.svg", effects(basis, wanted.language)?),
        ("funnel.svg", funnel(basis, wanted.language)?),
        ("residuals.svg", residuals(basis, wanted)?),
    ];
    for (name, figure) in &figures {
        save(wanted.out, name, figure)?;
    }
    Ok(figures.into_iter().map(|(name, _)| name.to_string()).collect())
}

fn words(language: Language, english: [&str; 3], dutch: [&str; 3]) -> Figure {
    let [title, x, y] = if language == Language::Dutch { dutch } else { english };
    Figure::new(title, x, y).language(language)
}

/// How far gemeenten lie from what their determinants and their jeugdregio say.
fn effects(basis: &Basis<'_>, language: Language) -> Result<String> {
    let (effects, names) = (basis.fit.area_effects("gemeente")?, basis.names_by_code()?);
    let area = |area: &nestcount::infer::AreaEffect| CaterpillarArea {
        name: names.get(area.code()).cloned().unwrap_or_else(|| area.code().into()),
        effect: area.effect,
        low: area.effect - HALF * area.sd,
        high: area.effect + HALF * area.sd,
    };
    let areas: Vec<CaterpillarArea> = effects.iter().map(area).collect();
    let figure = words(
        language,
        ["Effects of gemeenten with 95 % intervals", "effect (log rate)", "gemeenten, by effect"],
        [
            "Effecten van gemeenten met 95%-intervallen",
            "effect (log van het percentage)",
            "gemeenten, naar effect",
        ],
    );
    figure.caterpillar(&areas)
}

/// Gemeenten whose count is known well enough, as a ratio to the marginal expectation, by that expectation.
fn funnel(basis: &Basis<'_>, language: Language) -> Result<String> {
    let funnel = basis.fit.funnel(basis.problem, "gemeente", FunnelTarget::Determinants)?;
    let names = basis.names_by_code()?;
    let mut by_size: Vec<_> = funnel.areas.iter().collect();
    by_size.sort_by(|a, b| a.target.total_cmp(&b.target));
    by_size.dedup_by(|a, b| a.target <= b.target);
    let limits = |label: &str, of: fn(&Funnelled) -> &Limits| {
        let limit = |area: &&Funnelled| {
            let [low, high] = [of(area).low_95, of(area).high_95].map(|count| count / area.target);
            Limit { exposure: area.target, low, high }
        };
        ControlLimits { label: label.into(), limits: by_size.iter().map(limit).collect() }
    };
    let areas: Vec<FunnelArea> = funnel
        .areas
        .iter()
        .filter_map(|area| {
            let code = area.path.last().map_or("", String::as_str);
            let name = names.get(code).cloned().unwrap_or_else(|| code.into());
            let value = middle(area.actual, area.target)? / area.target;
            Some(FunnelArea { name, exposure: area.target, value })
        })
        .collect();
    let figure = words(
        language,
        ["Gemeenten beside others with their determinants", "expected count", "actual / expected"],
        ["Gemeenten naast andere met hun kenmerken", "verwacht aantal", "feitelijk / verwacht"],
    );
    let [by_chance, by_model] = match language {
        Language::English => ["95% by chance alone", "95% of areas of the model"],
        Language::Dutch => ["95% door toeval alleen", "95% van gebieden in het model"],
    };
    let lines = [limits(by_chance, |area| &area.poisson), limits(by_model, |area| &area.overdispersed)];
    figure.funnel(&areas, 1.0, &lines)
}

/// A count that is known, or known to a tenth of what is expected: the middle of its bounds.
fn middle(actual: Actual, expected: f64) -> Option<f64> {
    let (low, high) = (actual.low(), actual.high()?);
    (high - low < 0.1 * expected).then_some(0.5 * (low + high))
}

/// Quantile residuals of the wijken, each by what is known without its own count.
fn residuals(basis: &Basis<'_>, wanted: &Wanted<'_>) -> Result<String> {
    let mut rng = ChaCha12Rng::seed_from_u64(wanted.seed);
    let residuals = basis.fit.residuals(basis.problem, Conditional::Cavity, &mut rng)?;
    let given = Expectation::given("gemeente");
    let expected = basis.fit.fitted(basis.problem)?.expected(&given, &RowSets::each_row(basis.problem))?;
    let points: Vec<ResidualPoint> = expected
        .iter()
        .zip(residuals.normal())
        .map(|(expected, &residual)| ResidualPoint { expected: expected.count, residual })
        .collect();
    let figure = words(
        wanted.language,
        ["Quantile residuals of wijken", "expected count", "residual (standard normal)"],
        ["Kwantielresiduen van wijken", "verwacht aantal", "residu (standaardnormaal)"],
    );
    figure.residuals(&points)
}
