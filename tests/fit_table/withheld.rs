//! Counts known in part on the command line: bounds, publishers' rules, treatments, imputations.

use super::program::{Run, csv, fit, lines};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::Table;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
use serde_json::Value;

const QUESTION: &str = "--exposure exposure --levels region,town --determinants a,b --family nb2";

/// The cells of a simulated country: region, town, exposure, count, a, b.
fn country() -> Table {
    let world = World::new(300)
        .level("region", 6, 0.3)
        .level("town", 40, 0.3)
        .determinant(Determinant::normal("a", 0.3))
        .determinant(Determinant::normal("b", -0.2))
        .exposure(Marginal::log_normal(200.0, 0.6))
        .rate(0.1)
        .theta(6.0);
    world.draw(&mut ChaCha12Rng::seed_from_u64(21)).unwrap().table
}

/// A column by its name, with its cell by row and true count.
type Column<'a> = (&'a str, &'a dyn Fn(usize, u64) -> String);

/// The country as a file with further columns made of each row's number and count.
fn file_with(columns: &[Column<'_>]) -> String {
    let table = country();
    let counts: Vec<u64> = table.numbers("count").unwrap().into_iter().map(|y| y.unwrap() as u64).collect();
    let plain = csv(&table);
    let each = plain.lines().enumerate().map(|(line, text)| {
        let more = columns.iter().map(|(name, cell)| match line {
            0 => name.to_string(),
            line => cell(line - 1, counts[line - 1]),
        });
        std::iter::once(text.to_string()).chain(more).collect()
    });
    lines(each)
}

fn plain(_: usize, y: u64) -> String {
    y.to_string()
}

fn below_10(_: usize, y: u64) -> String {
    if y < 10 { String::new() } else { y.to_string() }
}

fn half_up_to_5(y: u64) -> u64 {
    (y + 2) / 5 * 5
}

fn asked(name: &str, columns: &[Column<'_>], arguments: &str) -> Run {
    fit(name, &file_with(columns), &format!("{arguments} {QUESTION}"))
}

fn without_seconds(mut answer: Value) -> Value {
    answer.as_object_mut().unwrap().remove("fit_seconds");
    answer
}

/// The numbers of two runs are the same to the last bit; bounds do not say why a count is not known.
#[track_caller]
fn assert_equal(one: &Run, other: &Run) {
    let numbers = |run: &Run| {
        let mut answer = without_seconds(run.json());
        answer.as_object_mut().unwrap().remove("n_withheld");
        answer
    };
    assert_eq!(numbers(one), numbers(other));
}

fn coefficients(answer: &Value) -> Vec<(f64, f64)> {
    let number = |c: &Value, key: &str| c[key].as_f64().unwrap();
    answer["fixed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (number(c, "estimate"), number(c, "std_error")))
        .collect()
}

#[test]
fn bounds_that_meet_are_the_counts_to_the_last_bit() {
    let columns: [Column<'_>; 2] = [("lo", &plain), ("hi", &plain)];
    let counts = asked("meet_counts", &columns, "--count count");
    let bounds = asked("meet_bounds", &columns, "--bounds lo,hi");
    assert_equal(&counts, &bounds);
    assert_eq!(bounds.json()["n_interval"], 0);
    // one column may be both, and blanks around the comma do not matter
    let csv = file_with(&columns);
    let spaced = fit("meet_spaced", &csv, &format!("--bounds lo,lo {QUESTION}"));
    assert_equal(&counts, &spaced);
}

/// What the rule says is what bounds written out by hand say.
#[test]
fn a_rule_is_its_bounds_written_out() {
    let withheld = |y: u64| y < 10;
    let lo = |_: usize, y: u64| if withheld(y) { "0".into() } else { y.to_string() };
    let hi = |_: usize, y: u64| if withheld(y) { "9".into() } else { y.to_string() };
    let bounds = asked("rule_bounds", &[("lo", &lo), ("hi", &hi)], "--bounds lo,hi");
    let n = bounds.json()["n_interval"].as_u64().unwrap();
    assert!(n > 30, "{n}");
    for mark in ["", ".", "x", "*"] {
        let cell = |_: usize, y: u64| if withheld(y) { mark.to_string() } else { y.to_string() };
        let rule = asked("rule_mark", &[("published", &cell)], "--count published --withheld-below 10");
        assert_equal(&rule, &bounds);
    }
    // zeros published: withheld is 1 to 9
    let lo = |_: usize, y: u64| if (1..10).contains(&y) { "1".into() } else { y.to_string() };
    let hi = |_: usize, y: u64| if (1..10).contains(&y) { "9".into() } else { y.to_string() };
    let bounds = asked("zeros_bounds", &[("lo", &lo), ("hi", &hi)], "--bounds lo,hi");
    let cell = |_: usize, y: u64| if (1..10).contains(&y) { String::new() } else { y.to_string() };
    let rule = asked(
        "zeros_rule",
        &[("published", &cell)],
        "--count published --withheld-below 10 --zeros-published",
    );
    assert_equal(&rule, &bounds);
}

#[test]
fn rounding_before_and_after_withholding_are_different_bounds() {
    let rounded = |y: u64| half_up_to_5(y);
    // the count itself had to reach 10
    let cell = |_: usize, y: u64| if y < 10 { String::new() } else { rounded(y).to_string() };
    let lo = |_: usize, y: u64| if y < 10 { 0 } else { (rounded(y) - 2).max(10) }.to_string();
    let hi = |_: usize, y: u64| if y < 10 { 9 } else { rounded(y) + 2 }.to_string();
    let columns: [Column<'_>; 3] = [("published", &cell), ("lo", &lo), ("hi", &hi)];
    let before = asked("before_rule", &columns, "--count published --withheld-below 10 --round-to 5");
    assert_equal(&before, &asked("before_bounds", &columns, "--bounds lo,hi"));
    assert_eq!(before.json()["n_interval"], 300);
    // the rounded count had to reach it
    let cell = |_: usize, y: u64| if rounded(y) < 10 { String::new() } else { rounded(y).to_string() };
    let lo = |_: usize, y: u64| if rounded(y) < 10 { 0 } else { rounded(y) - 2 }.to_string();
    let hi = |_: usize, y: u64| if rounded(y) < 10 { 7 } else { rounded(y) + 2 }.to_string();
    let columns: [Column<'_>; 3] = [("published", &cell), ("lo", &lo), ("hi", &hi)];
    let after = asked(
        "after_rule",
        &columns,
        "--count published --withheld-below 10 --round-to 5 --withheld-after-rounding",
    );
    assert_equal(&after, &asked("after_bounds", &columns, "--bounds lo,hi"));
    assert_ne!(without_seconds(after.json()), without_seconds(before.json()));
    // rounded alone
    let cell = |_: usize, y: u64| rounded(y).to_string();
    let lo = |_: usize, y: u64| rounded(y).saturating_sub(2).to_string();
    let hi = |_: usize, y: u64| (rounded(y) + 2).to_string();
    let columns: [Column<'_>; 3] = [("published", &cell), ("lo", &lo), ("hi", &hi)];
    let alone = asked("rounded_rule", &columns, "--count published --round-to 5");
    assert_equal(&alone, &asked("rounded_bounds", &columns, "--bounds lo,hi"));
    let random = asked("rounded_random", &columns, "--count published --round-to 5 --rounding random");
    assert_eq!(random.json()["n_interval"], 300);
    assert_ne!(without_seconds(random.json()), without_seconds(alone.json()));
}

#[test]
fn a_flag_tells_withheld_cells_from_missing_ones() {
    let hidden = |row: usize, y: u64| y < 10 || row % 40 == 7;
    let cell = |row: usize, y: u64| if hidden(row, y) { String::new() } else { y.to_string() };
    let flag = |row: usize, y: u64| u8::from(y < 10 && row % 40 != 7).to_string();
    let columns: [Column<'_>; 2] = [("published", &cell), ("flag", &flag)];
    let with =
        asked("flag_with", &columns, "--count published --withheld-below 10 --withheld-column flag").json();
    let without = asked("flag_without", &columns, "--count published --withheld-below 10").json();
    assert_eq!((&with["n_dropped"], &without["n_dropped"]), (&8.into(), &0.into()));
    assert!(with["n_interval"].as_u64() < without["n_interval"].as_u64());
    let marks = |row: usize, y: u64| if row % 40 == 7 { "NA".into() } else { cell(row, y) };
    let marked = asked("flag_na", &[("published", &marks)], "--count published --withheld-below 10").json();
    assert_eq!(without_seconds(marked), without_seconds(with));
    // a flag on a number, and a flag that is none
    let wrong = |_: usize, _: u64| "1".to_string();
    let run = asked(
        "flag_number",
        &[("published", &cell), ("flag", &wrong)],
        "--count published --withheld-below 10 --withheld-column flag",
    );
    assert_eq!(run.refused(), "published-cells");
    let wrong = |_: usize, _: u64| "maybe".to_string();
    let run = asked(
        "flag_text",
        &[("published", &cell), ("flag", &wrong)],
        "--count published --withheld-below 10 --withheld-column flag",
    );
    assert_eq!(run.refused(), "published-cells");
}

#[test]
fn each_treatment_makes_what_it_says_of_withheld_counts() {
    let columns: [Column<'_>; 1] = [("published", &below_10)];
    let rule = "--count published --withheld-below 10";
    let interval = asked("treat_interval", &columns, &format!("{rule} --treat interval")).json();
    let default = asked("treat_default", &columns, rule).json();
    assert_eq!(without_seconds(interval.clone()), without_seconds(default));
    let n = interval["n_interval"].as_u64().unwrap();
    assert_eq!((interval["n_rows"].as_u64(), interval["n_dropped"].as_u64()), (Some(300), Some(0)));

    let drop = asked("treat_drop", &columns, &format!("{rule} --treat drop"));
    assert_eq!(drop.json()["n_dropped"].as_u64(), Some(n));
    assert_eq!(
        (drop.json()["n_interval"].as_u64(), drop.json()["n_rows"].as_u64()),
        (Some(0), Some(300 - n))
    );
    let blank = asked("treat_blank", &columns, "--count published").json();
    assert_eq!(coefficients(&drop.json()), coefficients(&blank));
    assert_eq!(drop.json()["loglik"], blank["loglik"]);

    let middle = asked("treat_midpoint", &columns, &format!("{rule} --treat midpoint")).json();
    assert_eq!((middle["n_interval"].as_u64(), middle["n_rows"].as_u64()), (Some(0), Some(300)));

    let imputed = asked("treat_impute", &columns, &format!("{rule} --treat impute --imputations 10")).json();
    assert_eq!((imputed["imputations"].as_u64(), imputed["n_interval"].as_u64()), (Some(10), Some(n)));
    assert_eq!(imputed["loglik"], interval["loglik"]);
    for (at, ((a, se), (b, _))) in coefficients(&interval).into_iter().zip(coefficients(&imputed)).enumerate()
    {
        assert!((a - b).abs() < 0.7 * se, "coefficient {at}: {a} {b}");
        let pooled = &imputed["fixed"][at];
        assert!((0.0..1.0).contains(&pooled["fmi"].as_f64().unwrap()), "{pooled}");
        assert!(pooled["df"].is_null() || pooled["df"].as_f64().unwrap() > 1.0, "{pooled}");
    }
    for level in imputed["random"].as_array().unwrap() {
        assert!(level["fmi"].is_number() || level["sd_std_error"].is_null(), "{level}");
    }
    assert!(interval["fixed"][0].get("fmi").is_none() && interval.get("imputations").is_none());
}

#[test]
fn imputations_follow_the_seed_and_not_the_threads() {
    let columns: [Column<'_>; 1] = [("published", &below_10)];
    let rule = "--count published --withheld-below 10 --treat impute --areas";
    let run =
        |name: &str, more: &str| without_seconds(asked(name, &columns, &format!("{rule} {more}")).json());
    let one = run("seed_one", "--imputations 6");
    assert_eq!(run("seed_same", "--imputations 6 --seed 1 --threads 1"), one);
    for threads in [2, 3] {
        assert_eq!(run("seed_threads", &format!("--imputations 6 --threads {threads}")), one);
    }
    assert_ne!(run("seed_other", "--imputations 6 --seed 2")["fixed"], one["fixed"]);
    assert_ne!(run("seed_fewer", "--imputations 5")["fixed"], one["fixed"]);
    assert_eq!(one["areas"].as_array().unwrap().len(), 46);
}

#[test]
fn missing_determinants_are_imputed_with_the_counts() {
    let cell = |row: usize, _: u64| {
        let a = country().numbers("a").unwrap()[row].unwrap();
        if row % 6 == 1 { String::new() } else { a.to_string() }
    };
    let cells: Vec<String> = (0..300).map(|row| cell(row, 0)).collect();
    let gaps = |row: usize, _: u64| cells[row].clone();
    let columns: [Column<'_>; 2] = [("published", &below_10), ("gaps", &gaps)];
    let csv = file_with(&columns);
    let question = "--exposure exposure --levels region,town --determinants gaps,b --family nb2 --count published --withheld-below 10";
    assert_eq!(fit("gaps_refuse", &csv, question).refused(), "missing-cells");
    let run = |name: &str, more: &str| {
        fit(name, &csv, &format!("{question} --missing impute --imputations 5 {more}")).json()
    };
    for treat in ["interval", "impute"] {
        let one = run("gaps_one", &format!("--treat {treat}"));
        assert_eq!(one["n_rows"], 300);
        assert_eq!(one["imputations"], 5);
        let gaps = one["fixed"].as_array().unwrap().iter().find(|c| c["term"] == "gaps").unwrap();
        assert!(gaps["fmi"].as_f64().unwrap() > 0.01, "{gaps}");
        let again = run("gaps_again", &format!("--treat {treat} --threads 2"));
        assert_eq!(without_seconds(again), without_seconds(one));
    }
    for treat in ["drop", "midpoint"] {
        let run = fit("gaps_treat", &csv, &format!("{question} --missing impute --treat {treat}"));
        assert_eq!(run.refused(), "specification");
    }
}

#[test]
fn arguments_that_contradict_each_other_are_refused() {
    let columns: [Column<'_>; 3] = [("published", &below_10), ("lo", &plain), ("hi", &plain)];
    let cases = [
        "--count count --bounds lo,hi",
        "",
        "--bounds lo",
        "--bounds lo,",
        "--bounds lo,hi --withheld-below 10",
        "--bounds lo,hi --round-to 5",
        "--count published --withheld-column count",
        "--count published --withheld-after-rounding",
        "--count published --withheld-below 10 --withheld-after-rounding",
        "--count published --round-to 5 --withheld-after-rounding",
        "--count published --zeros-published",
        "--count published --withheld-below 0",
        "--count published --withheld-below ten",
        "--count published --round-to 1",
        "--count published --rounding random",
        "--count count --treat guess",
        "--count count --treat impute --imputations 1",
        "--count count --imputations 5",
        "--count count --seed 5",
        "--count count --threads 2",
    ];
    for arguments in cases {
        let run = asked("contradiction", &columns, arguments);
        assert_eq!(run.exit, 2, "'{arguments}' was accepted");
        assert_eq!(run.refused(), "usage", "'{arguments}': {}", run.stderr);
    }
}

#[test]
fn cells_that_cannot_have_been_published_are_refused_with_their_rows() {
    let with = |bad: &'static str| {
        move |row: usize, y: u64| if row == 4 { bad.to_string() } else { below_10(row, y) }
    };
    for bad in ["?", "geheim", "3", "-1", "12.5", "1e300", "-"] {
        let cell = with(bad);
        let run = asked("symbol", &[("published", &cell)], "--count published --withheld-below 10");
        assert_eq!(run.refused(), "published-cells", "'{bad}': {}", run.stderr);
        assert!(run.stderr.contains("row 5"), "'{bad}': {}", run.stderr);
    }
    // 11 is no multiple of 5
    let cell = |row: usize, y: u64| if row == 4 { "11".into() } else { half_up_to_5(y.max(10)).to_string() };
    let run = asked(
        "symbol_rounded",
        &[("published", &cell)],
        "--count published --withheld-below 10 --round-to 5",
    );
    assert_eq!(run.refused(), "published-cells");
    assert!(run.stderr.contains("row 5"), "{}", run.stderr);

    let cases = [
        ("9", "1", "invalid-bounds"),
        ("-1", "4", "invalid-bounds"),
        ("0.5", "4", "invalid-bounds"),
        ("x", "4", "not-a-number"),
        ("0", "1e300", "invalid-bounds"),
    ];
    for (lo, hi, code) in cases {
        let lo = |row: usize, y: u64| if row == 4 { lo.to_string() } else { y.to_string() };
        let hi = |row: usize, y: u64| if row == 4 { hi.to_string() } else { y.to_string() };
        let run = asked("bounds_bad", &[("lo", &lo), ("hi", &hi)], "--bounds lo,hi");
        assert_eq!(run.refused(), code, "{}", run.stderr);
        assert!(run.stderr.contains("row 5"), "{}", run.stderr);
    }
}

#[test]
fn bounds_without_an_upper_end_have_no_middle() {
    let hi = |row: usize, y: u64| if row == 4 { String::new() } else { y.to_string() };
    let columns: [Column<'_>; 2] = [("lo", &plain), ("hi", &hi)];
    let run = asked("open_midpoint", &columns, "--bounds lo,hi --treat midpoint");
    assert_eq!(run.refused(), "open-interval");
    assert!(run.stderr.contains("row 5"), "{}", run.stderr);
    let answer = asked("open_interval", &columns, "--bounds lo,hi").json();
    assert_eq!((answer["n_interval"].as_u64(), answer["n_rows"].as_u64()), (Some(1), Some(300)));
    let dropped = asked("open_drop", &columns, "--bounds lo,hi --treat drop").json();
    assert_eq!((dropped["n_dropped"].as_u64(), dropped["n_interval"].as_u64()), (Some(1), Some(0)));
    let imputed = asked("open_impute", &columns, "--bounds lo,hi --treat impute --imputations 3").json();
    assert_eq!(imputed["imputations"], 3);
    // nothing known at all is a missing count
    let nothing = |row: usize, y: u64| if row == 4 { String::new() } else { y.to_string() };
    let columns: [Column<'_>; 2] = [("lo", &nothing), ("hi", &nothing)];
    assert_eq!(asked("open_nothing", &columns, "--bounds lo,hi").json()["n_dropped"], 1);
}

#[test]
fn counts_that_are_all_withheld_are_refused() {
    let cell = |_: usize, _: u64| ".".to_string();
    let run = asked("all_withheld", &[("published", &cell)], "--count published --withheld-below 10");
    assert_eq!(run.refused(), "all-may-be-zero");
    let run =
        asked("all_dropped", &[("published", &cell)], "--count published --withheld-below 10 --treat drop");
    assert_eq!(run.refused(), "no-rows");
}
