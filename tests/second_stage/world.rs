//! A drawn Haaglanden with its national fit and its region.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::{Determinants, Numeric};
use nestcount::expected::Expectation;
use nestcount::second_stage::{Extra, Extras, Region};
use nestcount::simulate::{HaaglandenVariant, haaglanden_world};
use nestcount::table::Table;
use nestcount::{Fit, Model, Options};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

pub const LEVELS: [&str; 3] = ["jeugdregio", "gemeente", "wijk"];
pub const EXTRAS: [&str; 3] = ["cohesie", "veiligheid", "voorzieningen"];

pub struct World {
    pub national: Fit,
    pub table: Table,
    pub region: Region,
    /// Under the expectation given the gemeente, as SCP published.
    pub published: Region,
    /// The extras as they are.
    pub exact: Extras,
    /// The extras as the survey found them.
    pub surveyed: Extras,
    /// Coefficients per unit of the extras.
    pub truth: Vec<f64>,
}

/// Counts below ten are withheld.
pub fn published(table: &Table) -> CountTable {
    let counts = Count::column(table, "gebruikers").unwrap().into_iter().map(|count| match count {
        Count::Exact(y) if y < 10 => Count::interval(0, 9).unwrap(),
        count => count,
    });
    CountTable::new(counts.collect(), table.numbers("jeugdigen").unwrap().into_iter().flatten()).unwrap()
}

pub fn national_fit(table: &Table) -> Fit {
    let placement = Placement::from_table(table, &LEVELS, CodeScope::Unique).unwrap();
    let counts = published(table);
    let design = ["eenouder", "speciaal_onderwijs", "laag_inkomen", "ouders_ggz"]
        .into_iter()
        .map(|name| Numeric::new(name).z_score())
        .chain(["bijstand", "nietwesters", "grootte"].into_iter().map(|name| Numeric::new(name).log().z_score()))
        .fold(Determinants::new(), Determinants::with)
        .build(table, &placement, counts.rows())
        .unwrap();
    let model = Model::poisson().random_intercept("jeugdregio").random_intercept("gemeente").row_effect();
    model.check(&placement, &counts, design).unwrap().fit(&Options::default()).unwrap()
}

impl World {
    pub fn draw(variant: HaaglandenVariant, seed: u64) -> World {
        let drawn = haaglanden_world(variant).draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap();
        let national = national_fit(&drawn.national);
        let codes = drawn.national.codes("jeugdregio").unwrap();
        let rows: Vec<usize> =
            (0..codes.len()).filter(|&row| codes[row].as_deref() == Some(drawn.region.as_str())).collect();
        let table = drawn.national.select(&rows);
        let placement = Placement::from_table(&table, &LEVELS, CodeScope::Unique).unwrap();
        let counts = published(&table);
        let region = Region::new(&national, &table, &placement, &counts).unwrap();
        let given = Expectation::given("gemeente");
        let published = Region::expecting(given, &national, &table, &placement, &counts).unwrap();
        let exact = Extras::read(&region, &drawn.exact, &EXTRAS.map(Extra::exact)).unwrap();
        let surveys = [
            Extra::survey("cohesie", "cohesie_se"),
            Extra::survey("veiligheid", "veiligheid_se"),
            Extra::exact("voorzieningen"),
        ];
        let surveyed = Extras::read(&region, &drawn.extra, &surveys).unwrap();
        let of = |name: &&str| drawn.truth.terms.iter().find(|term| term.name == *name).unwrap();
        let truth = EXTRAS.iter().map(|name| of(name).coefficient / of(name).scale).collect();
        World { national, table, region, published, exact, surveyed, truth }
    }
}
