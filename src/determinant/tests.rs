//! What a design holds, policy by policy and refusal by refusal.

#![allow(clippy::unwrap_used)]

use super::fixture::{one_area, placed};
use super::*;
use crate::area::Placement;
use crate::error::{Error, ErrorKind};
use crate::table::Table;
use ndarray::{Array2, array};

const GAP: Option<f64> = None;

/// Six neighbourhoods in three municipalities in two regions.
fn six_rows() -> (Table, Placement) {
    let table = Table::new()
        .with_numbers("x", [1.0, 2.0, 4.0, 3.0, 7.0, 5.0])
        .unwrap()
        .with_text("spp", ["GP", "RGP", "SPP", "GP", "RGP", "GP"])
        .unwrap()
        .with_numbers("density", [10.0, 10.0, 30.0, 30.0, 20.0, 20.0])
        .unwrap();
    let placement = placed(
        &["region", "gm", "wk"],
        &[
            &["r", "a", "1"],
            &["r", "a", "2"],
            &["r", "b", "1"],
            &["r", "b", "2"],
            &["s", "c", "1"],
            &["s", "c", "2"],
        ],
    );
    (table, placement)
}

const ALL: [usize; 6] = [0, 1, 2, 3, 4, 5];

fn with_gaps(name: &str, cells: [Option<f64>; 6]) -> (Table, Placement) {
    let (table, placement) = six_rows();
    (table.with_optional_numbers(name, cells).unwrap(), placement)
}

fn column(design: &Design, name: &str) -> Vec<f64> {
    let at = design.names().iter().position(|known| known == name).unwrap();
    design.matrix().column(at).to_vec()
}

fn refusal(wanted: &Determinants) -> Error {
    let (table, placement) = six_rows();
    wanted.build(&table, &placement, &ALL).unwrap_err()
}

#[test]
fn nothing_wanted_gives_the_intercept_alone() {
    let (table, placement) = six_rows();
    let design = Determinants::new().build(&table, &placement, &[1, 3]).unwrap();
    assert_eq!(design.names(), [INTERCEPT]);
    assert_eq!(design.matrix(), array![[1.0], [1.0]]);
    assert_eq!(design.report().condition_number(), 1.0);
    assert!(design.report().variance_inflation().is_empty());

    let empty = Determinants::new().build(&Table::new(), &one_area(2), &[0, 1]).unwrap();
    assert_eq!(empty.matrix(), design.matrix());
    assert_eq!(empty.recipe().apply_in(&Table::new(), &one_area(3)).unwrap(), Array2::from_elem((3, 1), 1.0));
}

#[test]
fn terms_are_named_and_ordered_as_documented() {
    let rows: Vec<usize> = (0..60).collect();
    let spread =
        |factor: usize, modulus: usize| rows.iter().map(move |i| 1.0 + (i * i * factor % modulus) as f64);
    let kinds = rows.iter().map(|i| ["GP", "RGP", "SPP"][i * i % 7 % 3]);
    let table = Table::new()
        .with_numbers("x", spread(29, 83))
        .unwrap()
        .with_numbers("y", spread(37, 71))
        .unwrap()
        .with_text("spp", kinds)
        .unwrap();
    let codes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map(|code| [code]);
    let codes: Vec<&[&str]> = rows.iter().map(|i| &codes[i % 10][..]).collect();
    let design = Determinants::new()
        .with(Numeric::new("y").log().z_score())
        .with(Numeric::new("x").sqrt().polynomial(2))
        .with(Numeric::new("y").logit().within("gm"))
        .with(Categorical::new("spp").reference("RGP"))
        .interaction(["sqrt(x)", "spp"])
        .interaction(["log(y)", "spp"])
        .build(&table, &placed(&["gm"], &codes), &rows)
        .unwrap();
    assert_eq!(
        design.names(),
        [
            "(Intercept)",
            "log(y)",
            "sqrt(x)",
            "sqrt(x)^2",
            "logit(y) (within gm)",
            "logit(y) (mean of gm)",
            "spp=GP",
            "spp=SPP",
            "sqrt(x):spp=GP",
            "sqrt(x)^2:spp=GP",
            "sqrt(x):spp=SPP",
            "sqrt(x)^2:spp=SPP",
            "log(y):spp=GP",
            "log(y):spp=SPP",
        ]
    );
    let product: Vec<f64> =
        column(&design, "sqrt(x)^2").iter().zip(column(&design, "spp=SPP")).map(|(a, b)| a * b).collect();
    assert_eq!(column(&design, "sqrt(x)^2:spp=SPP"), product);
    assert!(design.matrix().is_standard_layout());
}

#[test]
fn the_first_category_is_the_reference_unless_another_is_named() {
    let (table, placement) = six_rows();
    let names = |term: Categorical| {
        let wanted = Determinants::new().with(term);
        wanted.build(&table, &placement, &ALL).unwrap().names().to_vec()
    };
    assert_eq!(names(Categorical::new("spp"))[1..], ["spp=RGP", "spp=SPP"]);
    assert_eq!(names(Categorical::new("spp").reference("SPP"))[1..], ["spp=GP", "spp=RGP"]);
    assert_eq!(names(Categorical::new("density"))[1..], ["density=20", "density=30"]);
}

#[test]
fn within_splits_a_value_into_the_areas_mean_and_the_rest() {
    let (table, placement) = six_rows();
    let wanted = Determinants::new().with(Numeric::new("x").within("gm"));
    let design = wanted.build(&table, &placement, &ALL).unwrap();
    assert_eq!(column(&design, "x (mean of gm)"), [1.5, 1.5, 3.5, 3.5, 6.0, 6.0]);
    assert_eq!(column(&design, "x (within gm)"), [-0.5, 0.5, 0.5, -0.5, 1.0, -1.0]);

    // One known municipality, one new.
    let new = Table::new().with_numbers("x", [5.5, 10.0, 20.0]).unwrap();
    let at = placed(&["region", "gm", "wk"], &[&["r", "b", "9"], &["r", "n", "1"], &["r", "n", "2"]]);
    let columns = design.recipe().apply_in(&new, &at).unwrap();
    assert_eq!(columns, array![[1.0, 2.0, 3.5], [1.0, -5.0, 15.0], [1.0, 5.0, 15.0]]);
    assert_eq!(design.recipe().apply(&new).unwrap_err().code(), "specification");
}

#[test]
fn missing_cells_are_refused_all_at_once() {
    let (table, placement) = with_gaps("a", [GAP, Some(1.0), Some(2.0), GAP, Some(5.0), Some(4.0)]);
    let table = table.with_text("b", ["u", "", "v", "u", "NA", "u"]).unwrap();
    let wanted = Determinants::new().numeric("a").categorical("b").numeric("x");
    let error = wanted.build(&table, &placement, &ALL).unwrap_err();
    let ErrorKind::MissingCells { columns } = error.kind() else { unreachable!("{error}") };
    assert_eq!(*columns, [("a".into(), vec![0, 3]), ("b".into(), vec![1, 4])]);

    // Rows that are not asked for do not count.
    assert!(Determinants::new().numeric("a").build(&table, &placement, &[1, 2, 4]).is_ok());
}

#[test]
fn dropped_rows_are_reported_and_count_for_nothing() {
    let (table, placement) = with_gaps("a", [Some(1.0), GAP, Some(2.0), Some(6.0), Some(5.0), Some(9.0)]);
    let table = table.with_text("b", ["u", "w", "v", "u", "", "v"]).unwrap();
    let wanted =
        Determinants::new().with(Numeric::new("a").centre()).categorical("b").missing(MissingCells::Drop);
    let design = wanted.build(&table, &placement, &ALL).unwrap();
    assert_eq!(design.rows(), [0, 2, 3, 5]);
    assert_eq!(design.report().dropped_rows(), [1, 4]);
    assert_eq!(design.report().dropped()[1].columns, ["b"]);
    assert_eq!(column(&design, "a"), [-3.5, -2.5, 1.5, 4.5]);
    assert_eq!(design.names()[2..], ["b=v"], "a category of dropped rows only");
    let error = design.recipe().apply(&table).unwrap_err();
    assert_eq!(error.code(), "missing-cells");
}

#[test]
fn a_gap_takes_the_mean_of_the_nearest_area_that_has_one() {
    let (table, placement) = with_gaps("a", [Some(1.0), GAP, GAP, GAP, Some(8.0), Some(6.0)]);
    let wanted = Determinants::new().numeric("a").missing(MissingCells::ParentMean);
    let design = wanted.build(&table, &placement, &ALL).unwrap();
    assert_eq!(column(&design, "a"), [1.0, 1.0, 1.0, 1.0, 8.0, 6.0]);
    let filled = |level: &str, cells| FilledCells {
        column: "a".into(),
        source: FillSource::Area { level: level.into() },
        cells,
    };
    assert_eq!(design.report().filled(), [filled("gm", 1), filled("region", 2)]);

    // Only the rows given count, and at last all of them.
    let part = wanted.build(&table, &placement, &[1, 4, 5]).unwrap();
    assert_eq!(column(&part, "a"), [7.0, 8.0, 6.0]);
    assert_eq!(part.report().filled()[0].source, FillSource::Overall);
    assert_eq!(design.names().len(), 2);
}

#[test]
fn new_gaps_take_the_stored_means() {
    let (table, placement) = with_gaps("a", [Some(1.0), Some(3.0), GAP, Some(4.0), Some(8.0), Some(6.0)]);
    let wanted = Determinants::new().numeric("a").missing(MissingCells::ParentMean);
    let design = wanted.build(&table, &placement, &ALL).unwrap();
    let new = Table::new().with_optional_numbers("a", [GAP, GAP, GAP, GAP, Some(100.0)]).unwrap();
    let at = placed(
        &["region", "gm", "wk"],
        &[&["r", "a", "2"], &["r", "a", "7"], &["s", "n", "1"], &["t", "n", "1"], &["t", "n", "1"]],
    );
    let columns = design.recipe().apply_in(&new, &at).unwrap();
    let overall = 22.0 / 5.0;
    assert_eq!(columns.column(1).to_vec(), [3.0, 2.0, 7.0, overall, 100.0]);
}

#[test]
fn a_column_of_a_higher_level_is_filled_from_that_level_up() {
    let (table, placement) = with_gaps("a", [Some(1.0), GAP, GAP, GAP, Some(8.0), Some(8.0)]);
    let wanted =
        Determinants::new().with(Numeric::new("a").on_level("region")).missing(MissingCells::ParentMean);
    let design = wanted.build(&table, &placement, &ALL).unwrap();
    assert_eq!(column(&design, "a"), [1.0, 1.0, 1.0, 1.0, 8.0, 8.0]);
    let [filled] = design.report().filled() else { unreachable!("{}", design.report()) };
    let region = FillSource::Area { level: "region".into() };
    assert_eq!((&filled.source, filled.cells), (&region, 3));
}

#[test]
fn a_missing_category_takes_the_most_frequent_one_around() {
    let (_, placement) = six_rows();
    let table = Table::new().with_text("c", ["v", "", "v", "u", "", ""]).unwrap();
    let wanted = Determinants::new().categorical("c").missing(MissingCells::ParentMean);
    let design = wanted.build(&table, &placement, &ALL).unwrap();
    assert_eq!(column(&design, "c=v"), [1.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
}

#[test]
fn an_indicator_says_where_cells_were_filled() {
    let (table, placement) = with_gaps("a", [Some(1.0), GAP, Some(2.0), Some(4.0), Some(8.0), Some(7.0)]);
    let wanted = Determinants::new()
        .with(Numeric::new("a").log())
        .with(Numeric::new("a").sqrt())
        .numeric("x")
        .missing(MissingCells::ParentMeanWithIndicator);
    let design = wanted.build(&table, &placement, &ALL).unwrap();
    assert_eq!(design.names(), ["(Intercept)", "log(a)", "a missing", "sqrt(a)", "x"]);
    assert_eq!(column(&design, "a missing"), [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(design.report().filled().len(), 1);
    assert_eq!(design.recipe().apply_in(&table, &placement).unwrap(), design.matrix());
}

#[test]
fn scaled_gives_z_scores_and_new_rows_get_the_stored_ones() {
    let (table, placement) = six_rows();
    let design = Determinants::new().numeric("x").scaled().build(&table, &placement, &ALL).unwrap();
    let new = Table::new().with_numbers("x", [22.0 / 6.0, 100.0]).unwrap();
    let columns = design.recipe().apply(&new).unwrap();
    assert!(columns[[0, 1]].abs() < 1e-15);
    // Squares of 1, 2, 4, 3, 7, 5 sum to 104, their square sum to 22^2 / 6.
    let deviation = ((104.0 - 22.0 * 22.0 / 6.0) / 5.0_f64).sqrt();
    assert!((columns[[1, 1]] - (100.0 - 22.0 / 6.0) / deviation).abs() < 1e-12);
}

#[test]
fn condition_number_and_inflation_agree_with_the_two_column_formulas() {
    let x = [1.0, 2.0, 3.0, 4.0, 5.0];
    let y = [2.0, 1.0, 4.0, 3.0, 5.0];
    let table =
        Table::new().with_numbers("x", x).unwrap().with_numbers("y", y.map(|y| 2017.0 + 1e-3 * y)).unwrap();
    let design =
        Determinants::new().numeric("x").numeric("y").build(&table, &one_area(5), &[0, 1, 2, 3, 4]).unwrap();
    let correlation = 0.8_f64;
    let inflation = 1.0 / (1.0 - correlation * correlation);
    for found in design.report().variance_inflation() {
        assert!((found.factor - inflation).abs() < 1e-8, "{found:?}");
    }
    let condition = ((1.0 + correlation) / (1.0 - correlation)).sqrt();
    assert!((design.report().condition_number() - condition).abs() < 1e-8);
}

#[test]
fn aliased_columns_are_named_in_their_own_units() {
    let (table, placement) = six_rows();
    let x = table.numbers("x").unwrap();
    let combined = x.iter().zip([10.0, 10.0, 30.0, 30.0, 20.0, 20.0]);
    let combined: Vec<f64> = combined.map(|(x, density)| 5.0 + 2.0 * x.unwrap() - 1e-3 * density).collect();
    let table = table.with_numbers("sum", combined).unwrap().with_numbers("flat", [3.0; 6]).unwrap();
    let wanted = Determinants::new().numeric("x").numeric("density").numeric("sum");
    let error = wanted.build(&table, &placement, &ALL).unwrap_err();
    let ErrorKind::Aliased { columns } = error.kind() else { unreachable!("{error}") };
    assert_eq!(columns.len(), 1);
    assert_eq!(columns[0].column, "sum");
    let expected = [(INTERCEPT, 5.0), ("x", 2.0), ("density", -1e-3)];
    for ((name, factor), (expected_name, expected)) in columns[0].equals.iter().zip(expected) {
        assert_eq!(name, expected_name);
        assert!((factor / expected - 1.0).abs() < 1e-9, "{name} {factor}");
    }

    let kept =
        wanted.clone().numeric("flat").aliased(AliasedColumns::Drop).build(&table, &placement, &ALL).unwrap();
    assert_eq!(kept.names(), [INTERCEPT, "x", "density"]);
    assert_eq!(kept.matrix().dim(), (6, 3));
    let left_out: Vec<&str> = kept.report().aliased().iter().map(|alias| alias.column.as_str()).collect();
    assert_eq!(left_out, ["sum", "flat"]);
    assert_eq!(kept.report().aliased()[1].equals, [(INTERCEPT.to_string(), 3.0)]);
    assert_eq!(kept.recipe().apply(&table).unwrap(), kept.matrix());
}

#[test]
fn all_constants_are_named_also_when_centring_leaves_only_rounding() {
    let (table, placement) = six_rows();
    let third = (0..6).map(|i| if i % 2 == 0 { 0.1 + 0.2 } else { 0.3 });
    let table = table.with_numbers("flat", third).unwrap().with_numbers("zero", [0.0; 6]).unwrap();
    let wanted = Determinants::new()
        .with(Numeric::new("flat").z_score())
        .numeric("x")
        .numeric("zero")
        .with(Numeric::new("density").scale().within("gm"));
    let error = wanted.build(&table, &placement, &ALL).unwrap_err();
    let expected = ["flat", "zero", "density (within gm)"].map(String::from).to_vec();
    assert_eq!(*error.kind(), ErrorKind::Constant { columns: expected });
}

#[test]
fn one_row_makes_every_column_constant() {
    let (table, placement) = six_rows();
    let wanted = Determinants::new().numeric("x");
    let error = wanted.build(&table, &placement, &[2]).unwrap_err();
    assert_eq!(error.code(), "constant");
}

#[test]
fn fewer_rows_than_columns_names_the_columns_too_many() {
    let (table, placement) = six_rows();
    let wanted = Determinants::new().numeric("x").numeric("density").categorical("spp");
    let error = wanted.build(&table, &placement, &[0, 1, 2]).unwrap_err();
    let ErrorKind::Aliased { columns } = error.kind() else { unreachable!("{error}") };
    let names: Vec<&str> = columns.iter().map(|alias| alias.column.as_str()).collect();
    assert_eq!(names, ["spp=RGP", "spp=SPP"]);
}

#[test]
fn each_refusal_has_its_kind() {
    let numeric = |column: &str| Determinants::new().numeric(column);
    let with = |term: Numeric| Determinants::new().with(term);
    let categorical = |term: Categorical| Determinants::new().with(term);
    let cases = [
        (numeric("nowhere"), "unknown-column"),
        (numeric("spp"), "not-a-number"),
        (numeric("x").numeric("x"), "duplicate-column"),
        (with(Numeric::new("x").within("wijk")), "unknown-level"),
        (with(Numeric::new("x").on_level("wijk")), "unknown-level"),
        (with(Numeric::new("x").on_level("gm")), "varies-within-area"),
        (categorical(Categorical::new("spp").on_level("gm")), "varies-within-area"),
        (categorical(Categorical::new("spp").reference("XX")), "unknown-category"),
        (with(Numeric::new("x").centre().log()), "transform-domain"),
        (with(Numeric::new("x").polynomial(0)), "specification"),
        (with(Numeric::new("x").polynomial(2).within("gm")), "specification"),
        (with(Numeric::new("density").polynomial(300)), "specification"),
        (numeric("x").interaction(["x", "spp"]), "specification"),
    ];
    for (wanted, code) in cases {
        assert_eq!(refusal(&wanted).code(), code, "{wanted:?}");
    }
}

#[test]
fn a_power_that_overflows_is_not_finite() {
    let table = Table::new().with_numbers("x", [1e20, 2e20, 3e20, 7e20]).unwrap();
    let wanted = Determinants::new().with(Numeric::new("x").polynomial(20));
    let error = wanted.build(&table, &one_area(4), &[0, 1, 2, 3]).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "non-finite");
}

#[test]
fn a_column_varying_within_its_areas_names_them() {
    let error = refusal(&Determinants::new().with(Numeric::new("density").on_level("region")));
    let ErrorKind::VariesWithinArea { areas, .. } = error.kind() else { unreachable!("{error}") };
    assert_eq!(*areas, ["r"]);
    let fine = Determinants::new().with(Numeric::new("density").on_level("gm"));
    let (table, placement) = six_rows();
    assert!(fine.build(&table, &placement, &ALL).is_ok());
}

#[test]
fn nothing_observed_and_nothing_left_have_their_kinds() {
    let (table, placement) = with_gaps("a", [GAP; 6]);
    let code = |policy| {
        let wanted = Determinants::new().numeric("a").missing(policy);
        wanted.build(&table, &placement, &ALL).unwrap_err().code()
    };
    assert_eq!(code(MissingCells::ParentMean), "nothing-to-fill-from");
    assert_eq!(code(MissingCells::Drop), "no-rows");
    assert_eq!(code(MissingCells::Refuse), "missing-cells");

    let new = Determinants::new;
    assert_eq!(new().build(&table, &placement, &[]).unwrap_err().code(), "no-rows");
    assert_eq!(new().build(&table, &placement, &[6]).unwrap_err().code(), "length");
    assert_eq!(new().build(&table, &one_area(5), &[0]).unwrap_err().code(), "length");
    let single = new().categorical("spp");
    let error = single.build(&table, &placement, &[0, 3, 5]).unwrap_err();
    assert_eq!(error.code(), "single-category");
}

#[test]
fn new_rows_are_refused_where_the_recipe_does_not_know_them() {
    let (table, placement) = six_rows();
    let wanted = Determinants::new().with(Numeric::new("x").log()).categorical("spp");
    let design = wanted.build(&table, &placement, &ALL).unwrap();
    let apply = |x: [Option<f64>; 2], spp: [&str; 2]| {
        let new = Table::new().with_optional_numbers("x", x).unwrap().with_text("spp", spp).unwrap();
        design.recipe().apply(&new)
    };
    assert!(apply([Some(1.0), Some(2.0)], ["GP", "SPP"]).is_ok());
    let error = apply([Some(1.0), Some(2.0)], ["GP", "XX"]).unwrap_err();
    assert_eq!((error.code(), error.rows()), ("unknown-category", &[1][..]));
    let error = apply([Some(0.0), Some(2.0)], ["GP", "GP"]).unwrap_err();
    assert_eq!((error.code(), error.rows()), ("transform-domain", &[0][..]));
    let error = apply([Some(1.0), GAP], ["", "GP"]).unwrap_err();
    let ErrorKind::MissingCells { columns } = error.kind() else { unreachable!("{error}") };
    assert_eq!(columns.len(), 2);
    let short = Table::new().with_numbers("x", [1.0]).unwrap();
    assert_eq!(design.recipe().apply(&short).unwrap_err().code(), "unknown-column");
    let error = design.recipe().apply_in(&table, &one_area(2)).unwrap_err();
    assert_eq!(error.code(), "length");
}

#[test]
fn a_saved_recipe_gives_the_same_bits_and_another_format_is_refused() {
    let (table, placement) =
        with_gaps("a", [Some(0.1), GAP, Some(0.7), Some(1.0 / 3.0), Some(0.2), Some(0.9)]);
    let wanted = Determinants::new()
        .with(Numeric::new("a").z_score())
        .with(Numeric::new("x").log().within("gm"))
        .categorical("spp")
        .interaction(["a", "x"])
        .missing(MissingCells::ParentMean)
        .aliased(AliasedColumns::Drop);
    let design = wanted.build(&table, &placement, &ALL).unwrap();
    let text = serde_json::to_string(design.recipe()).unwrap();
    let loaded: Recipe = serde_json::from_str(&text).unwrap();
    assert_eq!(loaded, *design.recipe());
    let bits = |matrix: Array2<f64>| matrix.mapv(f64::to_bits);
    assert_eq!(bits(loaded.apply_in(&table, &placement).unwrap()), bits(design.into_matrix()));

    let other = text.replacen("\"log(x) (within gm)\"", "\"x\"", 1);
    assert_ne!(other, text);
    let other: Recipe = serde_json::from_str(&other).unwrap();
    let error = other.apply_in(&table, &placement).unwrap_err();
    assert_eq!(error.code(), "specification", "a recipe that was tampered with");

    let newer = text.replacen("\"format\":1", "\"format\":2", 1);
    assert_ne!(newer, text);
    let error = serde_json::from_str::<Recipe>(&newer).unwrap_err();
    let expected = ErrorKind::Format { found: 2, expected: Recipe::FORMAT };
    assert!(error.to_string().contains(&expected.to_string()), "{error}");
}
