//! Areas and periods with what began, ended and stood: planted, or from a table.

use crate::world::World;
use nestcount::flow::{Flow, FlowTable, Period, Transitions};
use std::collections::{HashMap, HashSet};

/// Everything the study looks at.
pub(crate) struct Source {
    pub(crate) title: String,
    pub(crate) note: String,
    /// Every area and period, wijken and totals of gemeenten alike.
    pub(crate) flows: FlowTable,
    /// The gemeente of each area.
    pub(crate) gemeente_of: HashMap<String, String>,
    /// Those who can begin.
    pub(crate) youths: HashMap<(String, Period), f64>,
    /// Where those of the first and second line were afterwards.
    pub(crate) lines: Option<Transitions>,
    /// Of a synthetic world, what it was made with.
    pub(crate) world: Option<World>,
}

impl Source {
    /// The cells that the model is about: wijken where a gemeente has them, else the gemeente itself.
    pub(crate) fn finest(&self) -> Vec<&Flow> {
        let with_wijken: HashSet<&String> =
            self.gemeente_of.iter().filter(|(area, gemeente)| area != gemeente).map(|(_, own)| own).collect();
        let finest =
            |cell: &&Flow| self.gemeente_of.contains_key(&cell.area) && !with_wijken.contains(&cell.area);
        self.flows.cells().iter().filter(finest).collect()
    }

    /// The gemeente of a cell.
    pub(crate) fn gemeente(&self, cell: &Flow) -> &str {
        self.gemeente_of.get(&cell.area).map_or("", String::as_str)
    }

    pub(crate) fn youths(&self, cell: &Flow) -> Option<f64> {
        self.youths.get(&(cell.area.clone(), cell.period)).copied()
    }
}
