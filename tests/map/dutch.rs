//! Boundaries of other years than the table's, as they are published.

use super::shared::shared;
use nestcount::map::Boundaries;
use nestcount::table::Table;
use std::collections::BTreeMap;
use std::fs::{File, read_to_string};
use std::path::Path;

fn codes(folder: &Path, file: &str, column: &str) -> Vec<String> {
    let table = Table::from_csv(File::open(folder.join(file)).unwrap()).unwrap();
    table.codes(column).unwrap().into_iter().map(Option::unwrap).collect()
}

fn boundaries(folder: &Path, file: &str) -> Boundaries {
    Boundaries::from_topojson(File::open(folder.join("geo").join(file)).unwrap(), "layer", "statcode")
        .unwrap()
}

/// Square degrees.
fn surface(boundaries: &Boundaries, code: &str) -> f64 {
    let cross = |pair: &[[f64; 2]]| {
        (pair[0][0] - 5.0) * (pair[1][1] - 52.0) - (pair[1][0] - 5.0) * (pair[0][1] - 52.0)
    };
    let rings = boundaries.polygons(code).unwrap().into_iter().flatten();
    rings.map(|ring| 0.5 * ring.windows(2).map(cross).sum::<f64>()).sum()
}

#[test]
fn the_gemeenten_of_2015_merge_into_those_of_2017() {
    let Some(shared) = shared("gemeenten of 2015 and 2017") else { return };
    let folder = shared.join("data/nl");
    let of_2015 = boundaries(&folder, "Gemeente_2015_layer_q1e3.json");
    let pairs = read_to_string(folder.join("geo/gemeente2015_to_2017.csv")).unwrap();
    let pairs: Vec<Vec<&str>> = pairs.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let of_2017 = of_2015.clone().merged(pairs.iter().map(|pair| (pair[0], pair[1]))).unwrap();
    let wanted = codes(&folder, "gemeenten2017.csv", "gm");
    assert_eq!((of_2015.len(), of_2017.len(), wanted.len()), (393, 388, 388));
    assert!(of_2017.unmatched(wanted.iter().map(String::as_str)).is_empty());
    for pair in &pairs {
        let parts = pairs.iter().filter(|other| other[1] == pair[1]).map(|other| surface(&of_2015, other[0]));
        let stayed =
            if of_2015.codes().any(|code| code == pair[1]) { surface(&of_2015, pair[1]) } else { 0.0 };
        let far = (surface(&of_2017, pair[1]) - parts.sum::<f64>() - stayed).abs();
        assert!(far < 1e-14, "{}: {far}", pair[1]);
    }
    // Three gemeenten around Bussum became one without a line inside.
    let polygons = of_2017.polygons("GM1942").unwrap();
    assert!(polygons.iter().all(|polygon| polygon.len() == 1), "holes in Gooise Meren: {polygons:?}");
}

#[test]
fn the_unmatched_wijken_of_2014_are_listed() {
    let Some(shared) = shared("wijken of 2014 and 2017") else { return };
    let folder = shared.join("data/nl");
    let of_2014 = boundaries(&folder, "Wijk_2014_layer_q1e3.json");
    let wanted = codes(&folder, "scp2017_wijken.csv", "wijk");
    let unmatched = of_2014.unmatched(wanted.iter().map(String::as_str));
    assert_eq!(wanted.len() - unmatched.areas.len(), 2_462);
    assert_eq!(of_2014.len() - unmatched.boundaries.len(), 2_462);
    assert!(of_2014.collapsed().contains(&"WK078522"));
}

#[test]
fn wijken_merged_by_their_codes_cover_what_they_covered() {
    let Some(shared) = shared("wijken merged to gemeenten") else { return };
    let of_2014 = boundaries(&shared.join("data/nl"), "Wijk_2014_layer_q1e3.json");
    let old: Vec<(String, String)> =
        of_2014.codes().map(|code| (code.to_string(), format!("GM{}", &code[2..6]))).collect();
    let merged = of_2014.clone().merged(old.iter().map(|(old, new)| (old.as_str(), new.as_str()))).unwrap();
    assert_eq!(merged.len(), 403);
    let mut covered: BTreeMap<&str, f64> = BTreeMap::new();
    for (wijk, gemeente) in &old {
        *covered.entry(gemeente).or_default() += surface(&of_2014, wijk);
    }
    let differs = |(gemeente, covered): &(&str, f64)| (surface(&merged, gemeente) - covered).abs() > 1e-12;
    let differing: Vec<&str> = covered.into_iter().filter(differs).map(|(gemeente, _)| gemeente).collect();
    // In each of these the file's coarse coordinates turn one tiny wijk inside out (WK049102, WK060602): it lies over
    // its neighbours, so the surfaces of the parts add up to more than there is.
    assert_eq!(differing, ["GM0491", "GM0606"]);
}
