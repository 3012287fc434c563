//! Small simulated tables with their question, and ways to change them cell by cell.

use crate::question::Question;
use nestcount::Model;
use nestcount::determinant::Determinants;
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::{Column, Table};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

pub(crate) fn generator(seed: u64) -> ChaCha12Rng {
    ChaCha12Rng::seed_from_u64(seed)
}

/// 240 rows in 30 towns in 6 regions, counts of about 20, determinants `a`, `b` and `c`.
pub(crate) fn world() -> World {
    world_of(0.3, 0.25)
}

/// The same with other standard deviations between regions and between towns.
pub(crate) fn world_of(region: f64, town: f64) -> World {
    World::new(240)
        .level("region", 6, region)
        .level("town", 30, town)
        .determinant(Determinant::normal("a", 0.3))
        .determinant(Determinant::normal("b", -0.2))
        .determinant(Determinant::uniform("c", 0.4))
        .exposure(Marginal::log_normal(200.0, 0.6))
        .rate(0.1)
}

/// Asks for everything that [`world`] declares.
pub(crate) fn asked(table: Table, model: Model) -> Question {
    Question {
        table,
        levels: vec!["region", "town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("a").numeric("b").numeric("c"),
        model: model.random_intercept("region").random_intercept("town"),
    }
}

#[allow(clippy::unwrap_used)]
pub(crate) fn poisson(seed: u64) -> Question {
    asked(world().draw(&mut generator(seed)).unwrap().table, Model::poisson())
}

#[allow(clippy::unwrap_used)]
pub(crate) fn neg_bin2(seed: u64) -> Question {
    asked(world().theta(4.0).draw(&mut generator(seed)).unwrap().table, Model::neg_bin2())
}

/// The table with another column in the place of one, or behind the others.
#[allow(clippy::unwrap_used)]
pub(crate) fn with_column(table: &Table, name: &str, column: Column) -> Table {
    let others = table.names().iter().filter(|known| *known != name);
    let others = others.fold(Table::new(), |made, known| {
        made.with_column(known, table.column(known).unwrap().clone()).unwrap()
    });
    others.with_column(name, column).unwrap()
}

impl Question {
    #[allow(clippy::unwrap_used)]
    pub(crate) fn numbers(&self, column: &str) -> Vec<f64> {
        self.table.numbers(column).unwrap().into_iter().map(Option::unwrap).collect()
    }

    /// The same question with the cells of a column of numbers changed: `change(row, cell)`.
    pub(crate) fn changed(&self, column: &str, mut change: impl FnMut(usize, f64) -> f64) -> Question {
        let cells = self.numbers(column).into_iter().enumerate();
        let cells = cells.map(|(row, cell)| Some(change(row, cell))).collect();
        self.with(column, Column::Numbers(cells))
    }

    /// The same question with another column of codes or categories.
    pub(crate) fn with_text(&self, column: &str, cells: impl IntoIterator<Item = String>) -> Question {
        self.with(column, Column::Text(cells.into_iter().collect()))
    }

    pub(crate) fn with(&self, column: &str, cells: Column) -> Question {
        Question { table: with_column(&self.table, column, cells), ..self.clone() }
    }
}
