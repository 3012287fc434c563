//! Which coarser area the areas entered lie in.

use super::carry::{Carry, Part};
use super::compose::unmatched;
use crate::error::{ErrorKind, Result, Violation};
use std::collections::HashMap;

impl Carry {
    /// The coarser area of each target, from those of the rows.
    ///
    /// A target made of rows in several is a question that boundaries do not answer: Vijfheerenlanden lies in the
    /// province of one of its three parts, and not in that of most of its people. Such targets are stated as
    /// (target, parent); what is stated goes before what the rows say. Fails with one [`ErrorKind::Hierarchy`] that
    /// lists every target with several parents or with none, and on stated targets that are not there.
    ///
    /// ```
    /// use nestcount::crosswalk::Crosswalk;
    /// let merged = [("Leerdam", "Vijfheerenlanden"), ("Vianen", "Vijfheerenlanden"), ("Zederik", "Vijfheerenlanden")];
    /// let carry = Crosswalk::merge(merged)?.carry(&["Leerdam", "Vianen", "Zederik"])?;
    /// let provinces = ["Zuid-Holland", "Utrecht", "Zuid-Holland"];
    /// assert_eq!(carry.parents("provincie", &provinces, &[]).unwrap_err().code(), "hierarchy");
    /// assert_eq!(carry.parents("provincie", &provinces, &[("Vijfheerenlanden", "Utrecht")])?, ["Utrecht"]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn parents<S: AsRef<str>>(
        &self,
        level: &str,
        rows: &[S],
        stated: &[(&str, &str)],
    ) -> Result<Vec<String>> {
        self.check_length(&format!("the codes of level '{level}'"), rows.len())?;
        let given: HashMap<&str, &str> =
            stated.iter().map(|(target, parent)| (target.trim(), parent.trim())).collect();
        self.refuse_unknown(&given)?;
        let (mut violations, mut parents) = (Vec::new(), Vec::with_capacity(self.targets().len()));
        for (target, parts) in self.targets().iter().zip(&self.parts) {
            match (given.get(target.as_str()), &met(parts, rows)[..]) {
                (Some(parent), _) | (None, [(parent, _)]) => parents.push(parent.to_string()),
                (None, []) => {
                    let rows = parts.iter().filter_map(|part| part.row).collect();
                    violations.push(Violation::BlankCode { level: level.into(), rows });
                }
                (None, several) => violations.push(Violation::SeveralParents {
                    level: "area entered".into(),
                    code: target.clone(),
                    parents: several.iter().map(|(parent, _)| parent.to_string()).collect(),
                    rows: several.iter().map(|(_, row)| *row).collect(),
                }),
            }
        }
        match violations.is_empty() {
            true => Ok(parents),
            false => Err(ErrorKind::Hierarchy { violations }.into()),
        }
    }

    fn refuse_unknown(&self, stated: &HashMap<&str, &str>) -> Result<()> {
        let there = |code: &&&str| !self.targets().iter().any(|target| target == **code);
        let mut unknown: Vec<String> = stated.keys().filter(there).map(|code| code.to_string()).collect();
        unknown.sort();
        unmatched("stated targets", unknown, "areas entered", Vec::new())
    }
}

/// The coarser areas of the rows that a target is made of, each with the first row that lies in it.
fn met<'a, S: AsRef<str>>(parts: &[Part], rows: &'a [S]) -> Vec<(&'a str, usize)> {
    let mut met: Vec<(&str, usize)> = Vec::new();
    for row in parts.iter().filter_map(|part| part.row) {
        let parent = rows[row].as_ref().trim();
        if !parent.is_empty() && !met.iter().any(|(known, _)| *known == parent) {
            met.push((parent, row));
        }
    }
    met
}
