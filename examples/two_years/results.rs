//! What fits say, in lines.

use nestcount::infer::Confidence;
use nestcount::panel::PanelFit;

/// Estimate and standard error of what is compared; the error is not there for a variance of 0.
pub(crate) type Figure = (f64, Option<f64>);

/// The rows of the comparison, in order.
pub(crate) fn figures(fit: &PanelFit, determinant: Option<&str>) -> Vec<(String, Figure)> {
    let mut figures = Vec::new();
    for term in ["year"].into_iter().chain(determinant) {
        if let Ok(coefficient) = fit.coefficient(term) {
            figures.push((term.to_string(), (coefficient.estimate, Some(coefficient.std_error))));
        }
    }
    let matched = fit.levels().iter().any(|level| level.level == "wijk");
    for level in fit.levels() {
        let name = match level.level.as_str() {
            "row" if matched => "sd of a wijk in one year".to_string(),
            "row" => "sd of a wijk, lasting and in one year".to_string(),
            level => format!("sd of {level}, lasting"),
        };
        figures.push((name, (level.sd.estimate(), level.sd.std_error())));
    }
    if let Some(moving) = fit.movement() {
        figures.push((
            format!("sd of a {} in one year", moving.level),
            (moving.sd.estimate(), moving.sd.std_error()),
        ));
    }
    figures
}

/// A figure with its error.
pub(crate) fn written((estimate, error): Figure) -> String {
    match error {
        Some(error) => format!("{estimate:7.3} ({error:.3})"),
        None => format!("{estimate:7.3} (edge) "),
    }
}

/// A gemeente that moved from one year to the next, beside what all did.
pub(crate) struct Moved {
    pub(crate) gemeente: String,
    pub(crate) by: f64,
    pub(crate) sd: f64,
}

/// The steps of the gemeenten in a random walk of two years, the largest first.
pub(crate) fn moved(fit: &PanelFit) -> Vec<Moved> {
    let of = |step: &nestcount::panel::InTimeEffect| Moved {
        gemeente: step.path.last().cloned().unwrap_or_default(),
        by: step.effect,
        sd: step.sd,
    };
    let mut moved: Vec<Moved> = fit.effects_in_time().iter().map(of).collect();
    moved.sort_by(|a, b| b.by.abs().total_cmp(&a.by.abs()));
    moved
}

/// Percent by which a log rate changes.
pub(crate) fn percent(log: f64) -> f64 {
    100.0 * log.exp_m1()
}

/// The change of all areas from the first year to the second, in percent with its interval.
pub(crate) fn change(fit: &PanelFit) -> Option<[f64; 3]> {
    let year = fit.coefficient("year").ok()?;
    let interval = year.interval(Confidence::P95);
    Some([year.estimate, interval.low, interval.high].map(percent))
}
