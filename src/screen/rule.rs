//! A rule as a value: comparisons joined by and, or and not.

use super::areas::Areas;
use super::drawn::Drawn;
use super::number_rule::NumberRule;
use super::rate_rule::{Missing, RateRule};
use super::resolved::Resolved;
use super::verdicts::Verdicts;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Not;

/// What is asked of an area: one comparison, or several joined. It prints itself, and so can be saved.
///
/// ```
/// use nestcount::screen::{Factor, NumberRule, RateRule, Rule};
/// let low = Rule::rate("use", RateRule::at_most(Factor::ratio(2, 3)?));
/// let few = Rule::rate("placed out", RateRule::at_most(Factor::ONE));
/// let rule = low.and(few.or(Rule::number("youths", NumberRule::below(500.0)?)));
/// assert!(rule.to_string().starts_with("use at most 2/3 of the national rate"));
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule(pub(super) Expression);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Expression {
    Rate { indicator: String, rule: RateRule },
    Number { indicator: String, rule: NumberRule },
    Text { indicator: String, texts: Vec<String>, missing: Missing },
    Funnel { indicator: String, rule: super::funnel::FunnelRule },
    Named { names: Vec<String> },
    All(Vec<Rule>),
    Any(Vec<Rule>),
    Not(Box<Rule>),
}

impl Rule {
    /// A rate against another.
    pub fn rate(indicator: &str, rule: RateRule) -> Self {
        Rule(Expression::Rate { indicator: indicator.into(), rule })
    }

    /// A number within a range.
    pub fn number(indicator: &str, rule: NumberRule) -> Self {
        Rule(Expression::Number { indicator: indicator.into(), rule })
    }

    /// A text that is one of these, letter by letter.
    pub fn text<S: Into<String>>(
        indicator: &str,
        texts: impl IntoIterator<Item = S>,
        missing: Missing,
    ) -> Self {
        let texts = texts.into_iter().map(Into::into).collect();
        Rule(Expression::Text { indicator: indicator.into(), texts, missing })
    }

    /// A count outside the limits of a funnel.
    pub fn funnel(indicator: &str, rule: super::funnel::FunnelRule) -> Self {
        Rule(Expression::Funnel { indicator: indicator.into(), rule })
    }

    /// One of these areas, by code or by name: what was found out by asking there, and no figure says.
    pub fn named<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Rule(Expression::Named { names: names.into_iter().map(Into::into).collect() })
    }

    /// All of these hold; it holds where there are none.
    pub fn all(rules: impl IntoIterator<Item = Rule>) -> Self {
        Rule(Expression::All(rules.into_iter().collect()))
    }

    /// One of these holds at least; it fails where there are none.
    pub fn any(rules: impl IntoIterator<Item = Rule>) -> Self {
        Rule(Expression::Any(rules.into_iter().collect()))
    }

    /// Both hold.
    pub fn and(self, other: Rule) -> Self {
        match self.0 {
            Expression::All(mut rules) => {
                rules.push(other);
                Rule::all(rules)
            }
            one => Rule::all([Rule(one), other]),
        }
    }

    /// One of the two holds.
    pub fn or(self, other: Rule) -> Self {
        match self.0 {
            Expression::Any(mut rules) => {
                rules.push(other);
                Rule::any(rules)
            }
            one => Rule::any([Rule(one), other]),
        }
    }

    /// The same with every threshold and rate as it is ([`RateRule::exact`]).
    pub fn exact(self) -> Self {
        let each = |rules: Vec<Rule>| rules.into_iter().map(Rule::exact).collect();
        Rule(match self.0 {
            Expression::Rate { indicator, rule } => Expression::Rate { indicator, rule: rule.exact() },
            Expression::All(rules) => Expression::All(each(rules)),
            Expression::Any(rules) => Expression::Any(each(rules)),
            Expression::Not(rule) => Expression::Not(Box::new(rule.exact())),
            other => other,
        })
    }

    /// Whether it holds, of published figures; one verdict an area.
    ///
    /// Fails where an indicator is not there or of another kind, where no expected counts stand beside rates that are held
    /// against them, and on names that no area has, or several.
    pub fn verdicts(&self, areas: &Areas) -> Result<Verdicts> {
        let resolved = Resolved::to_be_published(self, areas)?;
        Ok(Verdicts::published(areas, |area| resolved.published(area)))
    }

    /// Whether it holds, draw by draw: rates are those drawn, and so is what they are held against; everything else is as
    /// published.
    ///
    /// Roundings of the rule are applied to drawn rates too; of what the counts were drawn from one asks [`Rule::exact`].
    /// Fails as [`Rule::verdicts`] does, where a rate was not drawn, and where indicators have different numbers of draws.
    pub fn drawn(&self, areas: &Areas, drawn: &Drawn) -> Result<Verdicts> {
        let resolved = Resolved::new(self, areas)?;
        drawn.verdicts(areas, &resolved)
    }
}

impl Not for Rule {
    type Output = Rule;

    fn not(self) -> Rule {
        match self.0 {
            Expression::Not(rule) => *rule,
            other => Rule(Expression::Not(Box::new(Rule(other)))),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Expression::Rate { indicator, rule } => write!(f, "{indicator} {rule}"),
            Expression::Number { indicator, rule } => write!(f, "{indicator} {rule}"),
            Expression::Funnel { indicator, rule } => write!(f, "{indicator} {rule}"),
            Expression::Text { indicator, texts, missing } => {
                let texts: Vec<String> = texts.iter().map(|text| format!("'{text}'")).collect();
                write!(f, "{indicator} {} ({missing})", texts.join(" or "))
            }
            Expression::Named { names } => write!(f, "named: {}", names.join(", ")),
            Expression::All(rules) => joined(f, rules, "and", "always"),
            Expression::Any(rules) => joined(f, rules, "or", "never"),
            Expression::Not(rule) => write!(f, "not ({rule})"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, rules: &[Rule], by: &str, none: &str) -> fmt::Result {
    let Some((first, rest)) = rules.split_first() else { return f.write_str(none) };
    part(f, first)?;
    rest.iter().try_for_each(|rule| {
        write!(f, " {by} ")?;
        part(f, rule)
    })
}

/// A part of a joined rule, in brackets where it is joined itself.
fn part(f: &mut fmt::Formatter<'_>, rule: &Rule) -> fmt::Result {
    match &rule.0 {
        Expression::All(_) | Expression::Any(_) => write!(f, "({rule})"),
        _ => write!(f, "{rule}"),
    }
}
