//! Figures hold every number they were given, and refuse those they cannot draw.

use super::*;

fn areas(n: usize) -> Vec<CaterpillarArea> {
    let area = |i: usize| {
        let effect = ((i * 7919) % n) as f64 / n as f64 - 0.5;
        CaterpillarArea { name: format!("<area {i}>"), effect, low: effect - 0.2, high: effect + 0.2 }
    };
    (0..n).map(area).collect()
}

fn figure() -> Figure {
    Figure::new("Effects & areas", "effect (log rate)", "rank")
}

#[test]
fn a_caterpillar_of_few_areas_names_each_and_one_of_many_has_an_interval_for_each() {
    let few = figure().caterpillar(&areas(20)).unwrap();
    assert!((0..20).all(|i| few.contains(&format!("&lt;area {i}&gt;"))), "{few}");
    assert_eq!(few.matches("<circle").count(), 20);
    let many = figure().caterpillar(&areas(700)).unwrap();
    let lines = |colour: &str| many.matches(&format!("stroke=\"{colour}\"")).count();
    // Intervals that hold zero and those on either side of it are all of them.
    assert_eq!(lines("#B35806") + lines("#542788") + lines("#8A949E"), 700);
    let above = areas(700).iter().filter(|area| area.low > 0.0).count();
    assert_eq!(lines("#B35806"), above);
}

#[test]
fn a_funnel_marks_exactly_what_lies_outside_its_limits() {
    let limits = |width: f64| {
        let limit = |i: i32| {
            let exposure = 10.0 * 1.5f64.powi(i);
            Limit { exposure, low: 1.0 - width / exposure.sqrt(), high: 1.0 + width / exposure.sqrt() }
        };
        (0..15).map(limit).collect()
    };
    let lines = [("95%", 2.0), ("99.8%", 3.0)]
        .map(|(label, width)| ControlLimits { label: label.into(), limits: limits(width) });
    let area = |i: u32| FunnelArea {
        name: format!("area {i}"),
        exposure: 20.0 + f64::from(i * i),
        value: 1.0 + f64::from(i as i32 % 9 - 4) / f64::from(20 + i * i).sqrt(),
    };
    let areas: Vec<FunnelArea> = (0..50).map(area).collect();
    let svg = figure().funnel(&areas, 1.0, &lines).unwrap();
    assert_eq!(svg.matches("<circle").count(), 50);
    // i mod 9 - 4 is 4 or -4: beyond three standard errors.
    let above = (0..50).filter(|i| i % 9 == 8).count();
    let below = (0..50).filter(|i| i % 9 == 0).count();
    let circles =
        |colour: &str| svg.lines().filter(|line| line.contains("<circle") && line.contains(colour)).count();
    assert_eq!((circles("#B35806"), circles("#542788")), (above, below));
}

#[test]
fn numbers_that_cannot_be_drawn_are_refused() {
    let refused = |result: Result<String>| result.unwrap_err().code();
    assert_eq!(refused(figure().caterpillar(&[])), "specification");
    assert_eq!(refused(figure().residuals(&[])), "specification");
    assert_eq!(refused(figure().funnel(&[], 1.0, &[])), "specification");
    let mut wrong = areas(3);
    wrong[1].low = f64::NAN;
    let error = figure().caterpillar(&wrong).unwrap_err().to_string();
    assert!(error.contains("'<area 1>'") && !error.contains("area 0"), "{error}");
    let point = ResidualPoint { expected: f64::INFINITY, residual: 0.0 };
    assert!(figure().residuals(&[point]).unwrap_err().to_string().contains("number 1"));
    let area = FunnelArea { name: "a".into(), exposure: 0.0, value: 1.0 };
    assert_eq!(refused(figure().funnel(&[area], 1.0, &[])), "specification");
    let area = FunnelArea { name: "a".into(), exposure: 1.0, value: 1.0 };
    let empty = ControlLimits { label: "95%".into(), limits: vec![] };
    assert_eq!(refused(figure().funnel(&[area], 1.0, &[empty])), "specification");
}

#[test]
fn numbers_on_the_axes_are_written_in_the_language() {
    let points =
        [(1_200.0, -0.5), (1_900.0, 1.5)].map(|(expected, residual)| ResidualPoint { expected, residual });
    let svg = figure().language(Language::Dutch).residuals(&points).unwrap();
    assert!(svg.contains("1.400") && !svg.contains("1,400"), "{svg}");
    assert!(
        svg.starts_with("<svg width=\"860\" height=\"520\" lang=\"nl\" viewBox=\"0 0 6880 4160\""),
        "{svg:.200}"
    );
}

fn series(values: &[f64]) -> Vec<SeriesPoint> {
    let point =
        |(period, &value): (usize, &f64)| SeriesPoint { period, value, low: value - 1.0, high: value + 2.0 };
    values.iter().enumerate().map(point).collect()
}

#[test]
fn series_draw_every_point_with_its_interval_and_name_their_periods_and_events() {
    let periods: Vec<String> = (2001..=2014).map(|year| format!("<{year}>")).collect();
    let counted = Series { label: "counted".into(), mark: SeriesMark::Dots, points: series(&[3.0; 14]) };
    let fitted = Series { label: "expected".into(), mark: SeriesMark::Line, points: series(&[4.0; 14]) };
    let event = SeriesEvent { period: 10, name: "step & slope".into() };
    let svg = figure().series(&periods, &[counted, fitted], &[event]).unwrap();
    assert_eq!((svg.matches("<circle").count(), svg.matches("<polygon").count()), (14, 1), "{svg}");
    assert!(svg.contains("&lt;2001&gt;") && svg.contains("&lt;2013&gt;") && !svg.contains("&lt;2002&gt;"));
    assert!(svg.contains("counted") && svg.contains("expected") && svg.contains("step &amp; slope"));
}

#[test]
fn series_of_periods_that_are_not_there_are_refused() {
    let periods = ["a".to_string(), "b".to_string()];
    let of = |points: Vec<SeriesPoint>| Series { label: "fit".into(), mark: SeriesMark::Line, points };
    assert!(figure().series(&periods, &[of(series(&[1.0, 2.0]))], &[]).is_ok());
    let mut disordered = series(&[1.0, 2.0]);
    disordered.swap(0, 1);
    for bad in [of(series(&[1.0; 3])), of(series(&[f64::NAN])), of(Vec::new()), of(disordered)] {
        assert!(figure().series(&periods, &[bad], &[]).unwrap_err().to_string().contains("'fit'"));
    }
    let event = SeriesEvent { period: 2, name: "step".into() };
    assert!(figure().series(&periods, &[of(series(&[1.0]))], &[event]).is_err());
    assert!(figure().series(&periods, &[], &[]).is_err());
}
