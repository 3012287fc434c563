//! A determinant that others already hold, as an equation.

use std::fmt;

/// A determinant that others already hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Alias {
    /// The aliased column.
    pub column: String,
    /// The columns it is a combination of, each with its factor.
    pub equals: Vec<(String, f64)>,
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} =", self.column)?;
        for (i, (name, factor)) in self.equals.iter().enumerate() {
            let sign = if *factor < 0.0 {
                " -"
            } else if i > 0 {
                " +"
            } else {
                ""
            };
            // Where units differ much, decimals would show a factor as 0.
            match factor.abs() {
                size @ (0.0 | 0.001..1e6) => write!(f, "{sign} {size:.4} {name}")?,
                size => write!(f, "{sign} {size:.4e} {name}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_reads_as_an_equation() {
        let alias = Alias { column: "c".into(), equals: vec![("a".into(), 2.0), ("b".into(), -1.0)] };
        assert_eq!(alias.to_string(), "c = 2.0000 a - 1.0000 b");
    }

    #[test]
    fn a_tiny_factor_is_not_shown_as_nothing() {
        let alias = Alias { column: "c".into(), equals: vec![("a".into(), -2.5e-8)] };
        assert_eq!(alias.to_string(), "c = - 2.5000e-8 a");
    }
}
