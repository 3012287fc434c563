//! The screen as it was published: 388 gemeenten, 10.0 %, at most 6.6 %, eleven and then four.

use nestcount::count::Count;
use nestcount::report::{Dialect, Sheet};
use nestcount::screen::{
    Areas, Edge, Factor, FunnelLimits, FunnelRule, Measured, Missing, NumberRule, Phase, Precision, RateRule,
    Rates, Reference, Rule, Screen, Standing, Tails, Trail, Verdict, WhenUndecided,
};
use nestcount::table::Table;

pub(crate) const ELEVEN: [&str; 11] = [
    "Aalsmeer",
    "Beemster",
    "Bloemendaal",
    "Castricum",
    "Edam-Volendam",
    "Heemstede",
    "Laren",
    "Scherpenzeel",
    "Staphorst",
    "Uitgeest",
    "Waterland",
];
const FOUR: [&str; 4] = ["Castricum", "Edam-Volendam", "Scherpenzeel", "Uitgeest"];

pub(crate) fn gemeenten() -> Areas {
    let table = Table::from_csv(include_str!("../data/screen/gemeenten.csv").as_bytes()).unwrap();
    let youths = table.numbers("youths").unwrap();
    let rates = |column: &str| {
        let counts = Count::column(&table, column).unwrap();
        let exposures = youths.iter().zip(&counts).map(|(e, c)| e.filter(|_| *c != Count::Missing));
        Rates::new(counts.clone(), exposures.collect()).unwrap()
    };
    let mut areas = Areas::from_table(&table, "code", "name").unwrap();
    for indicator in ["users", "placed_out", "halt", "school_leavers"] {
        areas = areas.with_rates(indicator, rates(indicator)).unwrap();
    }
    areas
        .with_numbers("youths", youths)
        .unwrap()
        .with_texts("interviews", table.codes("interviews").unwrap())
        .unwrap()
}

/// At most two thirds of the national rate, cut down to one decimal.
pub(crate) fn two_thirds() -> RateRule {
    RateRule::at_most(Factor::ratio(2, 3).unwrap()).threshold(Precision::CutTo(1))
}

fn too_small() -> Rule {
    Rule::number("youths", NumberRule::below(500.0).unwrap())
}

fn published() -> Screen {
    let found = |text: &str| Rule::text("interviews", [text], Missing::Fails);
    Screen::new("Blue Zones 2017")
        .phase(Phase::new("size").leave_out(too_small(), "too few youths for a rate to say much"))
        .phase(Phase::new("figures").keep(Rule::rate("users", two_thirds())))
        .phase(
            Phase::new("interviews")
                .leave_out(found("waiting lists"), "youths wait for help")
                .leave_out(found("privately bought help"), "help is bought outside the figures")
                .leave_out(Rule::named(["Laren", "Bloemendaal"]), "wealth that others cannot copy"),
        )
}

fn names(trail: &Trail, phase: usize) -> Vec<&str> {
    let mut names: Vec<&str> =
        trail.rounds()[phase].stayed().map(|at| trail.areas()[at].name.as_str()).collect();
    names.sort_unstable();
    names
}

#[test]
fn the_eleven_and_the_four_are_those_published() {
    let areas = gemeenten();
    assert_eq!(
        (areas.n_areas(), areas.rates("users").unwrap().national().unwrap().number()),
        (388, Some(0.1))
    );
    let trail = published().run(&areas).unwrap();
    assert_eq!(names(&trail, 1), ELEVEN);
    assert_eq!(names(&trail, 2), FOUR);
    assert_eq!(trail.left_in("GM0088").unwrap().name, "size");
    assert!(trail.left_in("GM0383").is_none());
}

#[test]
fn without_a_rule_of_size_schiermonnikoog_is_a_twelfth() {
    let areas = gemeenten();
    let low = Rule::rate("users", two_thirds()).verdicts(&areas).unwrap();
    let twelve: Vec<&str> = low.holding().map(|area| area.name.as_str()).collect();
    assert_eq!(twelve.len(), 12);
    assert!(twelve.contains(&"Schiermonnikoog"));
    let below_six = Rule::rate("users", RateRule::at_most(Factor::ONE).of(Reference::Given(0.06)));
    let mut lowest: Vec<String> =
        below_six.verdicts(&areas).unwrap().holding().map(|a| a.name.clone()).collect();
    lowest.sort();
    assert_eq!(lowest, ["Edam-Volendam", "Schiermonnikoog", "Staphorst"]);
}

#[test]
fn the_rounding_and_the_edge_each_move_one_gemeente() {
    let areas = gemeenten();
    let holding = |rule: RateRule| -> Vec<String> {
        let rule = Rule::rate("users", rule).and(!too_small());
        rule.verdicts(&areas).unwrap().holding().map(|area| area.name.clone()).collect()
    };
    let as_published = holding(two_thirds());
    assert_eq!(as_published.len(), 11);
    for rule in [
        two_thirds().exact(),
        two_thirds().threshold(Precision::RoundedTo(2)),
        two_thirds().threshold(Precision::RoundedTo(1)),
    ] {
        let more = holding(rule);
        let added: Vec<&String> = more.iter().filter(|name| !as_published.contains(name)).collect();
        assert_eq!(added, ["Gemeente 001"], "{rule}");
    }
    let open = holding(two_thirds().edge(Edge::Excluded));
    let lost: Vec<&String> = as_published.iter().filter(|name| !open.contains(name)).collect();
    assert_eq!(lost, ["Waterland"]);
}

#[test]
fn nobody_is_dropped_silently() {
    let areas = gemeenten();
    let trail = published().run(&areas).unwrap();
    let mut inside = 388;
    for round in trail.rounds() {
        assert_eq!(round.judgements.len(), inside);
        for judged in &round.judgements {
            assert_eq!(judged.findings.len(), round.rules.len());
            assert!(judged.findings.iter().all(|finding| !finding.evidence.is_empty()));
        }
        assert_eq!(round.left().count() + round.stayed().count(), inside);
        inside = round.stayed().count();
    }
    assert_eq!(inside, trail.remaining().count());
    // a row for each area, phase and rule: 388 of one, 387 of one, 11 of three
    let table = trail.table().unwrap();
    assert_eq!(table.n_rows(), 388 + 387 + 33);
    let csv = Sheet::new().beside(&table).unwrap().to_csv(Dialect::International).unwrap();
    assert!(csv.contains("Schiermonnikoog"), "{csv}");
}

#[test]
fn the_trail_says_by_which_rule_and_with_which_figure() {
    let text = published().run(&gemeenten()).unwrap().to_string();
    for line in [
        "phase 1 – size: 388 entered, 1 left, 387 stayed",
        "left Schiermonnikoog: youths 168 – too few youths for a rate to say much",
        "phase 2 – figures: 387 entered, 376 left, 11 stayed",
        "stayed Waterland: users 6.60 % against 6.6 %",
        "left Laren: name Laren – wealth that others cannot copy",
        "remaining: 4: Scherpenzeel, Castricum, Edam-Volendam, Uitgeest",
    ] {
        assert!(text.contains(line), "'{line}' is not in\n{text}");
    }
}

#[test]
fn withheld_counts_decide_where_their_bounds_do() {
    let counts = vec![
        Count::Exact(1_000),
        Count::interval(1, 5).unwrap(),
        Count::interval(1, 9).unwrap(),
        Count::Missing,
        Count::interval(20, 24).unwrap(),
    ];
    let youths = [10_000.0, 100.0, 100.0, 80.0, 100.0].map(Some).to_vec();
    let areas = Areas::new(["a", "b", "c", "d", "e"], ["A", "B", "C", "D", "E"]).unwrap();
    let areas = areas.with_rates("users", Rates::new(counts, youths).unwrap()).unwrap();
    let verdicts =
        |missing| Rule::rate("users", two_thirds().missing(missing)).verdicts(&areas).unwrap().agreed();
    use Verdict::{Fails, Holds, Undecided};
    assert_eq!(verdicts(Missing::Undecided), [Fails, Holds, Undecided, Undecided, Fails]);
    assert_eq!(verdicts(Missing::Fails), [Fails, Holds, Undecided, Fails, Fails]);
    assert_eq!(verdicts(Missing::Passes), [Fails, Holds, Undecided, Holds, Fails]);
    let keep = Phase::new("figures").keep(Rule::rate("users", two_thirds()));
    let stay = Screen::new("s").phase(keep.clone()).run(&areas).unwrap();
    assert_eq!(stay.remaining().count(), 3);
    let strict = Screen::new("s").phase(keep.when_undecided(WhenUndecided::Leaves)).run(&areas).unwrap();
    assert_eq!(strict.remaining().map(|area| area.code.as_str()).collect::<Vec<_>>(), ["b"]);
    assert!(stay.to_string().contains("(2 of them undecided)"), "{stay}");
    assert!(stay.to_string().contains("left E: users 20.00–24.00 % against 6.6–6.7 %"), "{stay}");
}

#[test]
fn indicators_joined_by_and_or_not_follow_what_is_missing() {
    let areas = gemeenten();
    let few = |indicator: &str| Rule::rate(indicator, RateRule::at_most(Factor::ratio(2, 3).unwrap()));
    let both =
        Rule::rate("users", two_thirds()).and(few("halt").and(few("school_leavers"))).and(!too_small());
    let mut four: Vec<String> = both.verdicts(&areas).unwrap().holding().map(|a| a.name.clone()).collect();
    four.sort();
    assert_eq!(four, FOUR, "those with fewer measures and fewer early school leavers");
    // what is missing leaves open what hangs on it, and nothing else
    let leavers = few("school_leavers").verdicts(&areas).unwrap().agreed();
    let with_users =
        few("school_leavers").and(Rule::rate("users", two_thirds())).verdicts(&areas).unwrap().agreed();
    let or_any = few("school_leavers").or(!few("school_leavers")).verdicts(&areas).unwrap().agreed();
    assert!(leavers.contains(&Verdict::Undecided));
    for at in 0..areas.n_areas() {
        if leavers[at] == Verdict::Undecided {
            assert_eq!((with_users[at], or_any[at]), (Verdict::Fails, Verdict::Undecided));
        }
    }
}

#[test]
fn areas_stand_out_high_as_well_as_low() {
    let areas = gemeenten();
    let high = RateRule::at_least(Factor::new(1.5).unwrap());
    let tails = Tails::new(Rule::rate("users", two_thirds()), Rule::rate("users", high));
    let standings = tails.published(&areas).unwrap();
    let count = |of| standings.iter().filter(|standing| **standing == of).count();
    let rates = areas.rates("users").unwrap();
    let above = (0..388).filter(|&at| rates.rate(at).unwrap().low >= 0.15 - 1e-12).count();
    assert_eq!((count(Standing::Low), count(Standing::High)), (12, above));
    assert!(above > 0);
    let overlapping = Tails::new(Rule::rate("users", two_thirds()), Rule::rate("users", two_thirds()));
    assert!(overlapping.published(&areas).is_err());
}

#[test]
fn the_funnel_holds_a_small_area_for_usual_and_large_ones_for_low() {
    let areas = gemeenten();
    let funnel = areas.funnel("users", Reference::National).unwrap();
    assert_eq!(funnel.len(), 388);
    assert!(funnel.iter().all(|area| area.poisson.high_95 <= area.overdispersed.high_95));
    let low = Rule::funnel("users", FunnelRule::below(FunnelLimits::Poisson).far());
    let verdict = |name: &str| {
        let at = areas.areas().iter().position(|area| area.name == name).unwrap();
        low.verdicts(&areas).unwrap().agreed()[at]
    };
    assert_eq!(verdict("Schiermonnikoog"), Verdict::Fails);
    assert!(ELEVEN.iter().all(|name| verdict(name) == Verdict::Holds));
}

#[test]
fn errors_name_what_is_not_there() {
    let areas = gemeenten();
    let message = |rule: Rule| rule.verdicts(&areas).unwrap_err().to_string();
    assert!(message(Rule::rate("use", two_thirds())).contains("'users'"));
    assert!(message(Rule::rate("youths", two_thirds())).contains("does not hold rates"));
    assert!(message(Rule::named(["Larem", "Laren"])).contains("Larem"));
    let against_model = Rule::rate("users", two_thirds().of(Reference::Expected));
    assert!(message(against_model).contains("expected"));
}

#[test]
fn a_rule_and_its_trail_are_saved_and_read_again() {
    let screen = published();
    let text = serde_json::to_string(&screen).unwrap();
    let again: Screen = serde_json::from_str(&text).unwrap();
    assert_eq!(again, screen);
    let trail = screen.run(&gemeenten()).unwrap();
    let read: Trail = serde_json::from_str(&serde_json::to_string(&trail).unwrap()).unwrap();
    assert_eq!(read, trail);
    let threshold = |trail: &Trail| match &trail.rounds()[1].judgements[0].findings[0].evidence[0].measured {
        Measured::Rate { threshold, .. } => threshold.number(),
        _ => None,
    };
    assert_eq!(threshold(&read), Some(0.066));
}
