//! The tree as it is saved, and the check that lets it back in.

use super::AreaTree;
use crate::error::{Error, ErrorKind, Result};
use serde::Deserialize;
use std::collections::HashSet;

/// The fields of a saved [`AreaTree`], trusted in nothing.
#[derive(Deserialize)]
#[serde(rename = "AreaTree")]
pub(super) struct StoredTree {
    levels: Vec<String>,
    codes: Vec<Vec<String>>,
    parents: Vec<Vec<u32>>,
}

impl TryFrom<StoredTree> for AreaTree {
    type Error = Error;

    fn try_from(stored: StoredTree) -> Result<Self> {
        match stored.flaw() {
            Some(flaw) => {
                let message = format!("the saved tree of areas does not hold: {flaw}");
                Err(ErrorKind::Specification { message }.into())
            }
            None => Ok(AreaTree::from_parts(stored.levels, stored.codes, stored.parents)),
        }
    }
}

impl StoredTree {
    fn flaw(&self) -> Option<String> {
        let n_levels = self.levels.len();
        if n_levels == 0 || self.codes.len() != n_levels || self.parents.len() != n_levels {
            return Some("levels, codes and parents must be lists of one length, not empty".into());
        }
        let names: HashSet<&String> = self.levels.iter().collect();
        if names.len() != n_levels {
            return Some("two levels share a name".into());
        }
        (0..n_levels).find_map(|l| {
            let flaw = self.codes_flaw(l).or_else(|| self.parents_flaw(l))?;
            Some(format!("level '{}' {flaw}", self.levels[l]))
        })
    }

    fn codes_flaw(&self, level: usize) -> Option<&'static str> {
        let codes = &self.codes[level];
        if codes.is_empty() {
            return Some("has no areas");
        }
        let is_code = |code: &String| !code.is_empty() && code.trim() == code;
        (!codes.iter().all(is_code)).then_some("has a code that is blank or has blanks around it")
    }

    fn parents_flaw(&self, level: usize) -> Option<&'static str> {
        let (codes, parents) = (&self.codes[level], &self.parents[level]);
        let (needed, n_above) = match level.checked_sub(1) {
            None => (0, 0),
            Some(above) => (codes.len(), self.codes[above].len()),
        };
        if parents.len() != needed {
            return Some("has another number of parents than of areas");
        }
        if parents.iter().any(|&parent| parent as usize >= n_above) {
            return Some("names a parent that is not there");
        }
        let mut met = HashSet::new();
        let repeated = (0..codes.len()).any(|area| !met.insert((parents.get(area), &codes[area])));
        repeated.then_some("has an area twice")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn load(levels: &str, codes: &str, parents: &str) -> serde_json::Result<AreaTree> {
        serde_json::from_str(&format!(r#"{{"levels":{levels},"codes":{codes},"parents":{parents}}}"#))
    }

    const LEVELS: &str = r#"["gemeente","wijk"]"#;
    const CODES: &str = r#"[["A","B"],["1","2","1"]]"#;
    const PARENTS: &str = "[[],[0,0,1]]";

    #[test]
    fn a_saved_tree_comes_back_equal_with_its_lookups() {
        let tree = load(LEVELS, CODES, PARENTS).unwrap();
        let again: AreaTree = serde_json::from_str(&serde_json::to_string(&tree).unwrap()).unwrap();
        assert_eq!(again, tree);
        assert_eq!((again.find(1, "2"), again.find_path(&["B", "1"])), (Some(1), Some(2)));
    }

    #[test]
    fn a_tampered_tree_is_an_error_that_says_why() {
        let tampered = [
            ("[]", "[]", "[]", "not empty"),
            (LEVELS, r#"[["A"]]"#, PARENTS, "one length"),
            (LEVELS, CODES, "[[]]", "one length"),
            (r#"["wijk","wijk"]"#, CODES, PARENTS, "share a name"),
            (LEVELS, r#"[[],[]]"#, "[[],[]]", "no areas"),
            (LEVELS, r#"[["A"," B"],["1"]]"#, "[[],[0]]", "blank"),
            (LEVELS, r#"[["A",""],["1"]]"#, "[[],[0]]", "blank"),
            (LEVELS, r#"[["A","A"],["1"]]"#, "[[],[0]]", "twice"),
            (LEVELS, CODES, "[[],[0,0]]", "another number"),
            (LEVELS, CODES, "[[0,0],[0,0,1]]", "another number"),
            (LEVELS, CODES, "[[],[0,0,2]]", "not there"),
            (LEVELS, CODES, "[[],[0,0,0]]", "twice"),
        ];
        for (levels, codes, parents, why) in tampered {
            let error = load(levels, codes, parents).unwrap_err().to_string();
            assert!(error.contains(why), "{error} should say '{why}'");
        }
    }
}
