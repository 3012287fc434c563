//! `tidy` and `glance` say what the fit says, under the names that broom.mixed uses.

use crate::question::Question;
use crate::tables::{asked, generator, neg_bin2, poisson, world_of};
use nestcount::impute::{DegreesOfFreedom, PooledFit};
use nestcount::infer::Confidence;
use nestcount::report::{Absence, Cell, Sheet, Values};
use nestcount::table::Column;
use nestcount::{Fit, Model};

/// The columns of broom.mixed 0.2.9: `tidy(fit, effects = c("fixed", "ran_pars", "ran_vals"), conf.int = TRUE)`.
const NAMES: [&str; 10] = [
    "effect",
    "group",
    "level",
    "term",
    "estimate",
    "std.error",
    "statistic",
    "p.value",
    "conf.low",
    "conf.high",
];

fn text(sheet: &Sheet, column: &str) -> Vec<Option<String>> {
    let Values::Text(cells) = &sheet.column(column).unwrap().values else { panic!("{column}") };
    cells.iter().map(|cell| cell.value().cloned()).collect()
}

fn number(sheet: &Sheet, column: &str, row: usize) -> Option<f64> {
    sheet.column(column).unwrap().values.number(row)
}

fn rows(sheet: &Sheet, effect: &str) -> Vec<usize> {
    let effects = text(sheet, "effect");
    (0..sheet.n_rows()).filter(|&row| effects[row].as_deref() == Some(effect)).collect()
}

fn n_areas(fit: &Fit) -> usize {
    fit.levels().iter().map(|level| level.n_areas).sum()
}

#[test]
fn every_estimate_has_one_row_under_the_names_of_broom_mixed() {
    let fit = neg_bin2(2).fit().unwrap();
    let tidy = fit.tidy(Confidence::P90);
    assert_eq!(tidy.names(), NAMES);
    let (fixed, parameters, areas) = (rows(&tidy, "fixed"), rows(&tidy, "ran_pars"), rows(&tidy, "ran_vals"));
    assert_eq!(fixed.len(), fit.coefficients().len());
    assert_eq!(parameters.len(), fit.levels().len() + 1);
    assert_eq!(areas.len(), n_areas(&fit));
    assert_eq!(tidy.n_rows(), fixed.len() + parameters.len() + areas.len());
    let terms = text(&tidy, "term");
    for (&row, coefficient) in fixed.iter().zip(fit.coefficients()) {
        let interval = coefficient.interval(Confidence::P90);
        assert_eq!(terms[row].as_deref(), Some(coefficient.term.as_str()));
        let found = NAMES[4..].iter().map(|name| number(&tidy, name, row).unwrap()).collect::<Vec<_>>();
        let z = coefficient.z();
        let known = [
            coefficient.estimate,
            coefficient.std_error,
            z,
            coefficient.p_value(),
            interval.low,
            interval.high,
        ];
        assert_eq!(found, known);
    }
    let groups = text(&tidy, "group");
    let parameters: Vec<(&str, &str)> = parameters
        .iter()
        .map(|&row| (groups[row].as_deref().unwrap(), terms[row].as_deref().unwrap()))
        .collect();
    let sd = "sd__(Intercept)";
    assert_eq!(parameters, [("region", sd), ("town", sd), ("Residual", "theta")]);
}

#[test]
fn areas_stand_under_their_group_with_their_code_and_no_test() {
    let fit = poisson(1).fit().unwrap();
    let tidy = fit.tidy(Confidence::P95);
    let (groups, levels) = (text(&tidy, "group"), text(&tidy, "level"));
    let mut at = rows(&tidy, "ran_vals").into_iter();
    for level in ["region", "town"] {
        for area in fit.area_effects(level).unwrap() {
            let row = at.next().unwrap();
            assert_eq!((groups[row].as_deref(), levels[row].as_deref()), (Some(level), Some(area.code())));
            assert_eq!(number(&tidy, "estimate", row), Some(area.effect));
            assert_eq!(number(&tidy, "std.error", row), Some(area.sd));
            let (low, high) =
                (number(&tidy, "conf.low", row).unwrap(), number(&tidy, "conf.high", row).unwrap());
            assert!((0.5 * (low + high) - area.effect).abs() < 1e-14);
            assert!(((high - low) / (2.0 * 1.959963984540054 * area.sd) - 1.0).abs() < 1e-9);
            assert_eq!(number(&tidy, "p.value", row), None);
        }
    }
    assert_eq!(at.next(), None);
}

#[test]
fn codes_that_start_anew_are_written_as_paths() {
    let question = poisson(1);
    let regions: Vec<String> = (0..240).map(|row| format!("R{}", row % 6)).collect();
    let towns: Vec<String> = (0..240).map(|row| format!("0{}", (row / 6) % 5)).collect();
    let question = question.with_text("region", regions).with_text("town", towns);
    let tidy = question.fit().unwrap().tidy(Confidence::P95);
    let levels = text(&tidy, "level");
    let areas: Vec<&str> =
        rows(&tidy, "ran_vals").into_iter().map(|row| levels[row].as_deref().unwrap()).collect();
    assert!(areas.contains(&"R3") && areas.contains(&"R3 > 02"), "{areas:?}");
    let mut unique = areas.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), areas.len());
}

#[test]
fn an_estimate_at_the_end_of_its_range_has_no_error_and_says_why() {
    let made = world_of(0.0, 0.0).draw(&mut generator(3)).unwrap();
    let still = made.truth.mean.iter().map(|mean| Some(mean.round())).collect();
    let question = asked(made.table, Model::neg_bin2()).with("count", Column::Numbers(still));
    let fit = question.fit().unwrap();
    let tidy = fit.tidy(Confidence::P95);
    let parameters = rows(&tidy, "ran_pars");
    assert_eq!(parameters.len(), 3);
    for (at, &row) in parameters.iter().enumerate() {
        let estimate = if at < 2 { Some(0.0) } else { None };
        assert_eq!(number(&tidy, "estimate", row), estimate);
        for column in ["std.error", "conf.low", "conf.high"] {
            let values = &tidy.column(column).unwrap().values;
            assert_eq!(values.absence(row), Some(Absence::AtBoundary), "{column}");
        }
    }
    assert_eq!(fit.glance().column("theta").unwrap().values.absence(0), Some(Absence::AtBoundary));
}

#[test]
fn glance_is_one_row_of_what_the_fit_says() {
    for question in [poisson(1), neg_bin2(2)] {
        let fit = question.fit().unwrap();
        let glance = fit.glance();
        let names = ["nobs", "theta", "logLik", "minus2logLik", "AIC", "BIC", "df.residual"];
        assert_eq!((glance.names(), glance.n_rows()), (names.to_vec(), 1));
        let at = |column| number(&glance, column, 0);
        assert_eq!((at("nobs"), at("theta")), (Some(240.0), fit.dispersion().theta()));
        assert_eq!(
            (at("logLik"), at("AIC"), at("BIC")),
            (Some(fit.log_likelihood()), Some(fit.aic()), Some(fit.bic()))
        );
        assert_eq!(at("minus2logLik"), Some(-2.0 * fit.log_likelihood()));
        assert_eq!(at("df.residual"), Some(240.0 - fit.n_parameters() as f64));
    }
}

fn completions(question: &Question) -> Vec<Fit> {
    let completed = |table: u64| {
        question.changed("count", |row, y| match y < 15.0 {
            true => ((y + ((row as u64 * 7 + table * 13) % 9) as f64) - 4.0).max(0.0),
            false => y,
        })
    };
    (0..4).map(|table| completed(table).fit().unwrap()).collect()
}

#[test]
fn a_pooled_fit_has_the_same_rows_and_its_degrees_of_freedom() {
    let fits = completions(&neg_bin2(2));
    let pooled = PooledFit::of(&fits).unwrap();
    let (tidy, single) = (pooled.tidy(Confidence::P95), fits[0].tidy(Confidence::P95));
    assert_eq!(tidy.names(), [&NAMES[..], &["df", "fmi"]].concat());
    for column in ["effect", "group", "level", "term"] {
        assert_eq!(tidy.column(column), single.column(column), "{column}");
    }
    for (row, coefficient) in pooled.coefficients().iter().enumerate() {
        let of = &coefficient.pooled;
        assert_eq!(number(&tidy, "estimate", row), Some(of.estimate));
        assert_eq!(number(&tidy, "statistic", row), Some(of.t()));
        assert_eq!(number(&tidy, "fmi", row), Some(of.missing_information));
        let DegreesOfFreedom::Finite(df) = of.df else { panic!("{of:?}") };
        assert_eq!(number(&tidy, "df", row), Some(df));
    }
    let sd = rows(&tidy, "ran_pars")[1];
    let interval = pooled.levels()[1].sd.interval(Confidence::P95).unwrap();
    assert_eq!(number(&tidy, "conf.low", sd), Some(interval.low));
    assert!(
        (number(&tidy, "estimate", sd).unwrap().powi(2) / pooled.levels()[1].sd.variance() - 1.0).abs()
            < 1e-12
    );
    let glance = pooled.glance();
    assert_eq!(glance.names(), ["nobs", "nimp", "theta", "df.residual"]);
    assert_eq!((number(&glance, "nobs", 0), number(&glance, "nimp", 0)), (Some(240.0), Some(4.0)));
}

#[test]
fn identical_tables_pool_to_the_single_fit() {
    let fit = neg_bin2(2).fit().unwrap();
    let pooled = PooledFit::of(&[fit.clone(), fit.clone()]).unwrap().tidy(Confidence::P95);
    let single = fit.tidy(Confidence::P95);
    for column in ["estimate", "std.error"] {
        for row in 0..single.n_rows() {
            let (a, b) = (number(&pooled, column, row).unwrap(), number(&single, column, row).unwrap());
            assert!((a - b).abs() <= 1e-12 * b.abs().max(1e-12), "{column} {row}: {a} {b}");
        }
    }
}

#[cfg(feature = "csv")]
#[test]
fn a_tidy_table_comes_back_from_csv_and_json_with_its_bits() {
    let tidy = neg_bin2(2).fit().unwrap().tidy(Confidence::P95);
    let text = tidy.to_csv(nestcount::report::Dialect::International).unwrap();
    let table = nestcount::table::Table::from_csv(text.as_bytes()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&serde_json::to_string(&tidy).unwrap()).unwrap();
    assert_eq!((table.names(), table.n_rows()), (&NAMES.map(String::from)[..], tidy.n_rows()));
    for column in tidy.columns() {
        match &column.values {
            Values::Text(cells) => {
                let written: Vec<Option<String>> = cells.iter().map(|cell| cell.value().cloned()).collect();
                assert_eq!(table.codes(&column.name).unwrap(), written);
            }
            _ => {
                let known: Vec<Option<f64>> =
                    (0..tidy.n_rows()).map(|row| column.values.number(row)).collect();
                assert_eq!(table.numbers(&column.name).unwrap(), known, "{}", column.name);
                for (row, &known) in known.iter().enumerate() {
                    assert_eq!(json[row][&column.name].as_f64(), known);
                }
            }
        }
    }
    assert_eq!(Cell::Value(1).value(), Some(&1));
}
