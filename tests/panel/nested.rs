//! Where nothing crosses the areas or moves, a panel is the nested model.

use super::fixture::{Panel, close, table};
use nestcount::area::{CodeScope, Placement};
use nestcount::infer::{Dispersion, StandardDeviation};
use nestcount::panel::{InTime, PanelFit, PanelModel};
use nestcount::{Family, Fit, Model, Options};

fn same(panel: &PanelFit, nested: &Fit) {
    close("logLik", panel.log_likelihood(), nested.log_likelihood(), 1e-9 / nested.log_likelihood().abs());
    for (one, other) in panel.coefficients().iter().zip(nested.coefficients()) {
        close(&one.term, one.estimate, other.estimate, 1e-6);
        close(&one.term, one.std_error, other.std_error, 1e-6);
    }
    assert_eq!(panel.levels().len(), nested.levels().len());
    for (one, other) in panel.levels().iter().zip(nested.levels()) {
        assert_eq!((&one.level, one.n_areas), (&other.level, other.n_areas));
        close(&one.level, one.sd.estimate(), other.sd.estimate(), 1e-6);
        match (one.sd, other.sd) {
            (
                StandardDeviation::Positive { std_error, .. },
                StandardDeviation::Positive { std_error: e, .. },
            ) => {
                close("error of an sd", std_error, e, 1e-6);
            }
            (
                StandardDeviation::Zero { score, curvature },
                StandardDeviation::Zero { score: s, curvature: c },
            ) => {
                close("score", score, s, 1e-5);
                close("curvature", curvature, c, 1e-2);
            }
            other => panic!("{other:?}"),
        }
        let effects = panel.area_effects(&one.level).unwrap().iter();
        for (a, b) in effects.zip(nested.area_effects(&one.level).unwrap()) {
            assert_eq!(a.path, b.path);
            close("effect", a.effect, b.effect, 1e-6);
            close("conditional sd", a.sd_given_parameters, b.sd_given_parameters, 1e-6);
            close("sd", a.sd, b.sd, 1e-6);
        }
    }
    match (panel.dispersion(), nested.dispersion()) {
        (Dispersion::NegBin2 { theta, std_error }, Dispersion::NegBin2 { theta: t, std_error: e }) => {
            close("theta", theta, t, 1e-5);
            close("error of theta", std_error, e, 1e-5);
        }
        (Dispersion::PoissonLimit { score }, Dispersion::PoissonLimit { score: s }) => {
            close("score of 1/theta", score, s, 1e-3);
        }
        (one, other) => assert_eq!(one, other),
    }
}

fn compare(table: &Panel, family: Family, levels: &[&str]) {
    let (mut panel, mut nested) = (PanelModel::of(family), Model::of(family));
    for level in levels {
        (panel, nested) = match *level {
            "row" => (panel.row_effect(), nested.row_effect()),
            level => (panel.random_intercept(level), nested.random_intercept(level)),
        };
    }
    let nested = table.nested(&nested).fit(&Options::default()).unwrap();
    same(&table.fit(&panel), &nested);
}

#[test]
fn without_periods_and_movement_a_panel_is_the_nested_model() {
    for table in [table(), table().withheld()] {
        compare(&table, Family::Poisson, &[]);
        compare(&table, Family::Poisson, &["region"]);
        compare(&table, Family::Poisson, &["region", "gemeente"]);
        compare(&table, Family::Poisson, &["gemeente", "row"]);
        compare(&table, Family::NegBin2, &["region", "gemeente"]);
    }
}

#[test]
fn independent_effects_of_area_by_period_are_one_level_more() {
    for (family, table) in
        [(Family::Poisson, table()), (Family::Poisson, table().withheld()), (Family::NegBin2, table())]
    {
        let model = PanelModel::of(family).random_intercept("region").in_time("region", InTime::Independent);
        let panel = table.fit(&model);
        let cells: Vec<String> =
            table.regions.iter().zip(&table.times).map(|(region, time)| format!("{region} {time}")).collect();
        let levels: [(&str, &[String]); 2] = [("region", &table.regions), ("cell", &cells)];
        let placement = Placement::from_codes(&levels, CodeScope::Unique).unwrap();
        let nested = Model::of(family).random_intercept("region").random_intercept("cell");
        let problem = nested.check(&placement, &table.count_table(), table.design()).unwrap();
        let nested = problem.fit(&Options::default()).unwrap();
        close(
            "logLik",
            panel.log_likelihood(),
            nested.log_likelihood(),
            1e-9 / nested.log_likelihood().abs(),
        );
        let moving = panel.movement().unwrap();
        close("sd of cells", moving.sd.estimate(), nested.levels()[1].sd.estimate(), 1e-6);
        close("sd of regions", panel.levels()[0].sd.estimate(), nested.levels()[0].sd.estimate(), 1e-6);
        assert_eq!(moving.n_cells, nested.levels()[1].n_areas);
    }
}
