#![allow(clippy::unwrap_used)]
#[path = "map_page/dutch.rs"]
mod dutch;
#[path = "common/shared.rs"]
mod shared;
use nestcount::map::*;
#[test]
fn demo() {
    let Some(shared) = shared::shared("demo") else { return };
    let out = std::path::PathBuf::from("/tmp/mapout");
    std::fs::create_dir_all(&out).unwrap();
    let b = dutch::gemeenten(&shared);
    println!("{} collapsed {:?}", b.len(), b.collapsed());
    let names = b.codes().map(|c| (c.to_string(), format!("Gemeente {c}"))).collect();
    let m = dutch::made_up(b, names, Unmatched::Refuse).checked();
    std::fs::write(out.join("gem.html"), m.page()).unwrap();
    for l in m.layers() { std::fs::write(out.join(format!("gem-{l}.svg")), m.svg(l).unwrap()).unwrap(); }
    std::fs::write(out.join("gem.geojson"), m.geojson()).unwrap();
    let b = dutch::wijken(&shared);
    let gm = dutch::gemeenten(&shared);
    let names: Vec<_> = b.codes().filter(|c| !c.ends_with("07")).map(|c| (c.to_string(), format!("Wijk {c}"))).collect();
    let mut m = dutch::made_up(b, names, Unmatched::Leave);
    m.map = m.map.borders(gm);
    let m = m.checked();
    std::fs::write(out.join("wijk.html"), m.page()).unwrap();
    for l in m.layers() { std::fs::write(out.join(format!("wijk-{l}.svg")), m.svg(l).unwrap()).unwrap(); }
    std::fs::write(out.join("wijk.geojson"), m.geojson()).unwrap();
}
