//! What the program answers is what the library answers.

use super::program::{csv, file, fit, fit_table, place};
use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::Determinants;
use nestcount::infer::AreaEffect;
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::Table;
use nestcount::{Fit, Model, Options};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
use serde_json::Value;

fn simulated(world: World) -> Table {
    world.draw(&mut ChaCha12Rng::seed_from_u64(11)).unwrap().table
}

fn country() -> Table {
    simulated(
        World::new(400)
            .level("region", 12, 0.4)
            .level("town", 60, 0.3)
            .determinant(Determinant::normal("b", 0.3))
            .determinant(Determinant::normal("a", -0.2))
            .exposure(Marginal::log_normal(300.0, 0.5))
            .rate(0.05)
            .theta(8.0)
            .shuffled(),
    )
}

fn fitted(model: Model, wanted: Determinants) -> Fit {
    let table = Table::from_csv(csv(&country()).as_bytes()).unwrap();
    let placement = Placement::from_table(&table, &["region", "town"], CodeScope::Unique).unwrap();
    let counts = CountTable::from_table(&table, "count", "exposure").unwrap();
    let design = wanted.build(&table, &placement, counts.rows()).unwrap();
    model.check(&placement, &counts, design).unwrap().fit(&Options::default()).unwrap()
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

fn sorted<const N: usize>(mut keys: [&str; N]) -> [&str; N] {
    keys.sort_unstable();
    keys
}

#[test]
fn every_number_is_the_librarys_to_the_last_bit() {
    let model = Model::neg_bin2().random_intercept("region").random_intercept("town");
    let fit_of_library = fitted(model, Determinants::new().numeric("b").numeric("a"));
    let question = "--count count --exposure exposure --levels region,town --determinants b,a --family nb2";
    let answer = fit("library", &csv(&country()), question).json();

    let expected = [
        ("loglik", fit_of_library.log_likelihood()),
        ("aic", fit_of_library.aic()),
        ("bic", fit_of_library.bic()),
        ("theta", fit_of_library.dispersion().theta().unwrap()),
        ("gradient", fit_of_library.certificate().gradient),
        ("evaluations", fit_of_library.certificate().evaluations as f64),
        ("n_rows", 400.0),
        ("n_dropped", 0.0),
    ];
    for (key, value) in expected {
        assert_eq!(answer[key].as_f64(), Some(value), "{key}");
    }
    assert_eq!((&answer["family"], &answer["converged"]), (&"nb2".into(), &true.into()));
    assert!(answer["fit_seconds"].as_f64().unwrap() > 0.0);
    for (found, known) in answer["fixed"].as_array().unwrap().iter().zip(fit_of_library.coefficients()) {
        assert_eq!(found["term"], known.term.as_str());
        assert_eq!(found["estimate"].as_f64(), Some(known.estimate));
        assert_eq!(found["std_error"].as_f64(), Some(known.std_error));
    }
    for (found, known) in answer["random"].as_array().unwrap().iter().zip(fit_of_library.levels()) {
        assert_eq!(found["level"], known.level.as_str());
        assert_eq!(found["n_areas"], known.n_areas);
        assert_eq!(found["sd"].as_f64(), Some(known.sd.estimate()));
        assert_eq!(found["sd_std_error"].as_f64(), known.sd.std_error());
    }
    let terms: Vec<&Value> = answer["fixed"].as_array().unwrap().iter().map(|c| &c["term"]).collect();
    assert_eq!(terms, ["(Intercept)", "b", "a"]);
    assert_eq!(answer["random"].as_array().unwrap().len(), 2);
}

#[test]
fn the_keys_are_those_agreed_and_areas_come_only_when_asked() {
    let question = "--count count --exposure exposure --levels region,town --family nb2";
    let plain = fit("keys", &csv(&country()), question).json();
    let agreed = [
        "estimator",
        "family",
        "n_rows",
        "n_dropped",
        "n_interval",
        "n_withheld",
        "loglik",
        "aic",
        "bic",
        "theta",
        "fixed",
        "random",
        "epsilon",
        "gauge",
        "gauge_parameter",
        "converged",
        "evaluations",
        "gradient",
        "fit_seconds",
    ];
    assert_eq!(keys(&plain), sorted(agreed));
    assert_eq!(keys(&plain["fixed"][0]), sorted(["term", "estimate", "std_error"]));
    assert_eq!(keys(&plain["random"][0]), sorted(["level", "n_areas", "sd", "sd_std_error"]));

    let with_areas = fit("keys_areas", &csv(&country()), &format!("{question} --areas")).json();
    assert_eq!(keys(&with_areas).len(), agreed.len() + 1);
    assert_eq!(
        keys(&with_areas["areas"][0]),
        sorted(["level", "code", "effect", "sd", "sd_given_parameters"])
    );
}

#[test]
fn areas_are_all_areas_of_all_levels_with_the_librarys_effects() {
    let model = Model::poisson().random_intercept("region").random_intercept("town").row_effect();
    let fit_of_library = fitted(model, Determinants::new());
    let question =
        "--count count --exposure exposure --levels region,town --row-effect --family poisson --areas";
    let answer = fit("areas", &csv(&country()), question).json();
    let levels = fit_of_library.levels().iter();
    let known: Vec<(&str, &AreaEffect)> = levels
        .flat_map(|level| {
            fit_of_library
                .area_effects(&level.level)
                .unwrap()
                .iter()
                .map(|effect| (level.level.as_str(), effect))
        })
        .collect();
    let areas = answer["areas"].as_array().unwrap();
    assert_eq!(areas.len(), 12 + 60 + 400);
    assert_eq!(areas.len(), known.len());
    for (found, (level, known)) in areas.iter().zip(known) {
        assert_eq!((&found["level"], &found["code"]), (&level.into(), &known.code().into()));
        assert_eq!(found["effect"].as_f64(), Some(known.effect));
        assert_eq!(found["sd"].as_f64(), Some(known.sd));
        assert_eq!(found["sd_given_parameters"].as_f64(), Some(known.sd_given_parameters));
    }
}

#[test]
fn a_row_effect_is_called_by_the_row_of_the_file() {
    let table = "y,n\n,10\n3,10\n12,10\n0,10\n7,10\n1,10\n";
    let answer = fit("row_effect", table, "--count y --exposure n --row-effect --family poisson --areas");
    let answer = answer.json();
    assert_eq!((&answer["random"][0]["level"], &answer["n_dropped"]), (&"row".into(), &1.into()));
    let codes: Vec<&Value> = answer["areas"].as_array().unwrap().iter().map(|area| &area["code"]).collect();
    assert_eq!(codes, ["2", "3", "4", "5", "6"]);
}

#[test]
fn without_levels_and_determinants_the_intercept_is_the_log_of_the_overall_rate() {
    let answer = fit("rate", "y,n\n1,10\n5,20\n3,60\n", "--count y --exposure n --family poisson").json();
    let intercept = &answer["fixed"][0];
    assert!((intercept["estimate"].as_f64().unwrap() - 0.1f64.ln()).abs() < 1e-12);
    assert!((intercept["std_error"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(answer["random"], Value::Array(vec![]));
    assert_eq!(answer["theta"], Value::Null);
}

#[test]
fn without_an_exposure_column_it_is_1() {
    let (bare, ones) = ("y\n1\n5\n3\n", "y,n\n1,1\n5,1\n3,1\n");
    let bare = fit("no_exposure", bare, "--count y --family poisson").json();
    let ones = fit("ones", ones, "--count y --exposure n --family poisson").json();
    assert_eq!(bare["loglik"], ones["loglik"]);
    assert_eq!(bare["fixed"], ones["fixed"]);
}

#[test]
fn counts_without_overdispersion_say_that_theta_is_infinite() {
    let table = "g,y\na,5\na,5\nb,5\nb,5\nc,5\nc,5\n";
    let answer = fit("poisson_limit", table, "--count y --levels g --family nb2").json();
    assert_eq!((&answer["family"], &answer["theta"]), (&"nb2".into(), &Value::Null));
    assert_eq!(answer["poisson_limit"], true);
    let level = &answer["random"][0];
    assert_eq!((level["sd"].as_f64(), &level["sd_std_error"]), (Some(0.0), &Value::Null));
}

#[test]
fn rows_left_out_are_counted_and_named() {
    let table = "g,y,n,x\na,1,10,1\na,,10,2\na,4,10,\nb,0,0,3\nb,6,10,4\nb,3,10,2\nc,2,5,9\nc,NA,,1\n";
    let question = "--count y --exposure n --levels g --determinants x --missing drop --family poisson";
    let answer = fit("dropped", table, question).json();
    assert_eq!((&answer["n_rows"], &answer["n_dropped"]), (&4.into(), &4.into()));

    let path = file("dropped_text", table);
    let words: Vec<&str> =
        ["--data", path.to_str().unwrap()].into_iter().chain(question.split(' ')).collect();
    let text = fit_table(&words).stdout;
    for line in [
        "dropped_text.csv: 8 rows, 4 columns",
        "left out, no count: 2 rows (rows 2, 8)",
        "left out, exposure 0, and no count above 0: 1 row (row 4)",
        "left out, missing determinant: 1 row (row 3)",
        "kept 4 rows: y adds up to 12, 0 in 0 of them; n adds up to 35",
    ] {
        assert!(text.contains(line), "no line '{line}' in\n{text}");
    }
}

#[test]
fn text_and_json_go_where_they_are_asked_to() {
    let data = file("targets", "y\n1\n5\n3\n");
    let base = ["--data", data.to_str().unwrap(), "--count", "y", "--family", "poisson"];
    let run = |more: &[&str]| fit_table(&[&base[..], more].concat());

    let text = run(&[]);
    assert!(text.stdout.contains("kept 3 rows") && text.stdout.contains("(Intercept)"), "{}", text.stdout);
    assert_eq!((text.exit, text.stderr.as_str()), (0, ""));

    let piped = run(&["--json", "-"]);
    assert_eq!(piped.json()["n_rows"], 3);
    assert_eq!(piped.stderr, text.stdout, "the text moves to the standard error");

    let target = place("targets.json");
    let to_file = run(&["--json", target.to_str().unwrap()]);
    assert_eq!((to_file.stdout, to_file.stderr.as_str()), (text.stdout, ""));
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&target).unwrap()).unwrap();
    assert_eq!(written["fixed"], piped.json()["fixed"]);

    let quiet = run(&["--quiet"]);
    assert_eq!((quiet.exit, quiet.stdout + &quiet.stderr), (0, String::new()));
}

#[test]
fn a_fit_that_did_not_converge_exits_with_1_and_says_how_far_it_came() {
    let question = "--count count --exposure exposure --levels region --family nb2 --max-evaluations 1";
    let run = fit("unfinished", &csv(&country()), question);
    assert_eq!((run.exit, run.error_code()), (1, "not-converged"));
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(keys(&answer), sorted(["converged", "family", "error", "loglik", "evaluations"]));
    assert_eq!((&answer["converged"], &answer["family"]), (&false.into(), &"nb2".into()));
    assert!(answer["loglik"].as_f64().unwrap().is_finite());
    assert!(answer["error"].as_str().unwrap().contains("limit of 1 evaluations"));
    assert!(answer["evaluations"].as_u64().unwrap() >= 1);
}

#[test]
fn the_help_has_a_worked_line() {
    let help = fit_table(&["--help"]);
    assert_eq!((help.exit, help.stderr.as_str()), (0, ""));
    assert!(help.stdout.contains("fit_table --data wijken.csv --count users"), "{}", help.stdout);
}
