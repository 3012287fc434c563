//! A drawn Haaglanden with its national fit and its region.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{CountTable, DisclosureRule};
use nestcount::determinant::{Determinants, Numeric};
use nestcount::expected::Expectation;
use nestcount::second_stage::{Extra, Extras, Region};
use nestcount::simulate::{Haaglanden, HaaglandenVariant, haaglanden_world};
use nestcount::table::Table;
use nestcount::{Fit, Model, Options, Problem};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

pub(crate) const LEVELS: [&str; 3] = ["jeugdregio", "gemeente", "wijk"];
pub(crate) const EXTRAS: [&str; 3] = ["cohesie", "veiligheid", "voorzieningen"];

pub(crate) struct World {
    pub(crate) nation: Table,
    pub(crate) national: Fit,
    /// Rows of the region in the national table.
    pub(crate) rows: Vec<usize>,
    /// The region's own table, with the extras as they are.
    pub(crate) table: Table,
    pub(crate) placement: Placement,
    pub(crate) counts: CountTable,
    pub(crate) region: Region,
    /// Under the expectation given the gemeente, as SCP published.
    pub(crate) given: Region,
    /// The extras as they are.
    pub(crate) exact: Extras,
    /// The extras as the survey found them.
    pub(crate) surveyed: Extras,
    /// Coefficients per unit of the extras.
    pub(crate) truth: Vec<f64>,
}

/// Counts below ten are withheld.
pub(crate) fn withholding() -> DisclosureRule {
    DisclosureRule::builder().withheld_below(10).build().unwrap()
}

pub(crate) fn published(table: &Table) -> CountTable {
    let mut rng = ChaCha12Rng::seed_from_u64(0);
    let rule = withholding();
    let users = table.numbers("gebruikers").unwrap().into_iter().flatten();
    let counts = users.map(|count| rule.publish(count as u64, &mut rng)).collect();
    CountTable::new(counts, table.numbers("jeugdigen").unwrap().into_iter().flatten()).unwrap()
}

/// Those of the national model.
pub(crate) fn determinants() -> Determinants {
    let plain = ["eenouder", "speciaal_onderwijs", "laag_inkomen", "ouders_ggz"];
    let logged = ["bijstand", "nietwesters", "grootte"];
    plain
        .into_iter()
        .map(|name| Numeric::new(name).z_score())
        .chain(logged.into_iter().map(|name| Numeric::new(name).log().z_score()))
        .fold(Determinants::new(), Determinants::with)
}

pub(crate) fn national_problem(table: &Table) -> Problem {
    let placement = Placement::from_table(table, &LEVELS, CodeScope::Unique).unwrap();
    let counts = published(table);
    let design = determinants().build(table, &placement, counts.rows()).unwrap();
    let model = Model::poisson().random_intercept("jeugdregio").random_intercept("gemeente").row_effect();
    model.check(&placement, &counts, design).unwrap()
}

fn drawn(variant: HaaglandenVariant, seed: u64) -> Haaglanden {
    haaglanden_world(variant).draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap()
}

impl World {
    pub(crate) fn draw(variant: HaaglandenVariant, seed: u64) -> World {
        let drawn = drawn(variant, seed);
        let national = national_problem(&drawn.national).fit(&Options::default()).unwrap();
        World::under(national, drawn)
    }

    /// Under the national fit of another world: it moves no slope that stands beside the national determinants.
    pub(crate) fn draw_under(national: &Fit, variant: HaaglandenVariant, seed: u64) -> World {
        World::under(national.clone(), drawn(variant, seed))
    }

    fn under(national: Fit, drawn: Haaglanden) -> World {
        let codes = drawn.national.codes("jeugdregio").unwrap();
        let inside = |row: &usize| codes[*row].as_deref() == Some(drawn.region.as_str());
        let rows: Vec<usize> = (0..codes.len()).filter(inside).collect();
        let table =
            drawn.national.select(&rows).with_columns_of("wijk", &drawn.exact, "wijk", &EXTRAS).unwrap();
        let placement = Placement::from_table(&table, &LEVELS, CodeScope::Unique).unwrap();
        let counts = published(&table);
        let region = Region::new(&national, &table, &placement, &counts).unwrap();
        let given = Region::expecting(Expectation::given("gemeente"), &national, &table, &placement, &counts)
            .unwrap();
        let exact = Extras::read(&region, &table, &EXTRAS.map(Extra::exact)).unwrap();
        let surveys = [
            Extra::survey("cohesie", "cohesie_se"),
            Extra::survey("veiligheid", "veiligheid_se"),
            Extra::exact("voorzieningen"),
        ];
        let surveyed = Extras::read(&region, &drawn.extra, &surveys).unwrap();
        let of = |name: &&str| drawn.truth.terms.iter().find(|term| term.name == *name).unwrap();
        let truth = EXTRAS.iter().map(|name| of(name).coefficient / of(name).scale).collect();
        let nation = drawn.national;
        World { nation, national, rows, table, placement, counts, region, given, exact, surveyed, truth }
    }
}
