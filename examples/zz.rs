#[path = "../benches/shapes.rs"]
mod shapes;
use nestcount::*;
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let problem =
        shapes::problem(shapes::Shape { rows: n, gemeenten: 388, regions: 42 }, Family::NegBin2, false);
    let tol: f64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let options = Options { mode_tolerance: tol, ..Options::default() };
    let r = problem.fit_watched(&options, |i| {
        println!("{i}");
        std::ops::ControlFlow::Continue(())
    });
    println!("{}", r.is_ok());
}
