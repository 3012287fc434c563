//! The finest areas that two divisions are both made of.

use super::links::Crosswalk;
use crate::error::Result;
use std::collections::HashMap;

/// Both divisions in areas that neither of them splits: whole areas move, so counts stay what they are.
///
/// An area is called by its code in the division entered, or by several with `+` between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Common {
    /// From the division left to the common areas.
    pub before: Crosswalk,
    /// From the division entered to the common areas.
    pub after: Crosswalk,
}

impl Crosswalk {
    /// The finest areas that both divisions can be added up to.
    ///
    /// An area that is split and those that its parts join become one; elsewhere it is the division entered.
    ///
    /// ```
    /// use nestcount::crosswalk::Crosswalk;
    /// let crosswalk = Crosswalk::from_shares([
    ///     ("Winsum", "Het Hogeland", 0.7),
    ///     ("Winsum", "Westerkwartier", 0.3),
    ///     ("Bedum", "Het Hogeland", 1.0),
    ///     ("Haren", "Groningen", 1.0),
    /// ])?;
    /// let common = crosswalk.common()?;
    /// assert_eq!(common.before.shares_of("Bedum"), [("Het Hogeland+Westerkwartier", 1.0)]);
    /// assert_eq!(common.after.to_codes(), ["Het Hogeland+Westerkwartier", "Groningen"]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn common(&self) -> Result<Common> {
        let mut groups = Groups::new(self.to.len());
        for links in &self.links {
            links.iter().for_each(|link| groups.join(links[0].to, link.to));
        }
        let roots: Vec<usize> = (0..self.to.len()).map(|to| groups.root(to)).collect();
        let mut names: HashMap<usize, String> = HashMap::new();
        for (code, root) in self.to.iter().zip(&roots) {
            let join = |name: &mut String| *name = format!("{name}+{code}");
            names.entry(*root).and_modify(join).or_insert_with(|| code.clone());
        }
        let name = |to: usize| names[&roots[to]].as_str();
        let left = self.from.iter().zip(&self.links).map(|(from, links)| (from, name(links[0].to)));
        let entered = self.to.iter().enumerate().map(|(to, code)| (code, name(to)));
        Ok(Common { before: Crosswalk::merge(left)?, after: Crosswalk::merge(entered)? })
    }
}

/// Sets of targets, each with the first of them as its root.
struct Groups(Vec<usize>);

impl Groups {
    fn new(len: usize) -> Self {
        Groups((0..len).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
