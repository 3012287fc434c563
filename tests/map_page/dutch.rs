//! Dutch maps with values made up, on the boundaries that the repository does not carry.

use nestcount::map::{Area, AreaMap, Boundaries, Cell, Known, Language, Layer, Quantity};
use nestcount::table::Table;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use std::fs::{File, read_to_string};
use std::path::Path;

/// Gemeenten of 2017: those of 2015, merged.
pub(crate) fn gemeenten(shared: &Path) -> Boundaries {
    let geo = shared.join("data/nl/geo");
    let of_2015 = File::open(geo.join("Gemeente_2015_layer_q1e3.json")).unwrap();
    let pairs = read_to_string(geo.join("gemeente2015_to_2017.csv")).unwrap();
    let pairs: Vec<Vec<&str>> = pairs.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let boundaries = Boundaries::from_topojson(of_2015, "layer", "statcode").unwrap();
    assert_eq!(boundaries.len(), 393);
    boundaries.merged(pairs.iter().map(|pair| (pair[0], pair[1]))).unwrap()
}

/// Codes and names of the gemeenten of 2017.
pub(crate) fn names(shared: &Path) -> Vec<(String, String)> {
    let table = Table::from_csv(File::open(shared.join("data/nl/gemeenten2017.csv")).unwrap()).unwrap();
    let column = |name: &str| table.codes(name).unwrap().into_iter().map(Option::unwrap);
    column("gm").zip(column("gemnaam_2017")).collect()
}

/// A map of actual, expected, difference, uncertainty and exceedance that nobody measured.
pub(crate) fn made_up(boundaries: Boundaries, areas: &[(String, String)]) -> AreaMap {
    let mut rng = ChaCha12Rng::seed_from_u64(2017);
    let mut uniform = |low: f64, high: f64| low + (high - low) * rng.random::<f64>();
    let mut columns: Vec<Vec<(String, Cell)>> = vec![Vec::new(); 5];
    let mut cards = Vec::new();
    for (i, (code, name)) in areas.iter().enumerate() {
        let expected = 6.0 + uniform(0.0, 3.0) + uniform(0.0, 3.0) + uniform(0.0, 3.0);
        let actual = expected + uniform(-1.5, 1.5) + uniform(-1.5, 1.5);
        let withheld = i % 11 == 3;
        let cells = [
            if withheld { Cell::Withheld(Known::Between(0.0, 4.5)) } else { Cell::Value(actual) },
            Cell::Value(expected),
            if withheld { Cell::Withheld(Known::Nothing) } else { Cell::Value(actual - expected) },
            if i % 97 == 5 { Cell::NoData } else { Cell::Value(uniform(0.2, 1.4)) },
            Cell::Value(uniform(0.0, 1.0)),
        ];
        columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push((code.clone(), cell)));
        cards.push(
            Area::new(code, name)
                .card(
                    "95%-interval verwacht",
                    format!("{:.1} – {:.1} %", expected - 1.2, expected + 1.3).replace('.', ","),
                )
                .card("Hoger door", "eenoudergezinnen, bijstand")
                .card("Lager door", "inkomen"),
        );
    }
    let mut columns = columns.into_iter();
    let mut layer = |quantity| Layer::new(quantity, columns.next().unwrap());
    AreaMap::new(boundaries)
        .language(Language::Dutch)
        .title("Jeugdhulp zonder verblijf in de gemeente, 2017")
        .source("verzonnen cijfers; grenzen CBS/Kadaster")
        .year(2017)
        .caveat("Geheime aantallen zijn gearceerd. Hun verschil is niet waargenomen.")
        .layer(
            layer(Quantity::Actual)
                .unit("%")
                .note("Deel van de jongeren tot 23 jaar dat jeugdhulp zonder verblijf kreeg."),
        )
        .layer(
            layer(Quantity::Expected)
                .unit("%")
                .note("Wat bij de kenmerken van de bewoners past, gegeven de gemeente."),
        )
        .layer(layer(Quantity::Difference).unit("procentpunt").note("Feitelijk min verwacht."))
        .layer(
            layer(Quantity::Uncertainty).unit("procentpunt").note("Standaardfout van het verwachte gebruik."),
        )
        .layer(
            layer(Quantity::Exceedance).title("Kans").note("Kans dat het gebruik boven het landelijke ligt."),
        )
        .areas(cards)
}
