//! A rule whose indicators and names were found.

use super::areas::{Areas, Indicator, other_kind};
use super::evidence::{Evidence, Measured, Span};
use super::number_rule::NumberRule;
use super::rate_rule::{Missing, RateRule, Reference};
use super::rates::Rates;
use super::rule::{Expression, Rule};
use super::verdict::Verdict;
use crate::error::{ErrorKind, Result};

/// The rule of a screen on its areas; every position in it is sound.
#[derive(Debug)]
pub(super) struct Resolved<'a> {
    areas: &'a Areas,
    root: Node<'a>,
    /// The comparisons of rates, numbered as they stand in the rule.
    pub rates: Vec<RateLeaf<'a>>,
}

/// One comparison of rates.
#[derive(Debug)]
pub(super) struct RateLeaf<'a> {
    pub indicator: &'a str,
    pub rule: &'a RateRule,
    pub rates: &'a Rates,
    national: Option<Span>,
}

#[derive(Debug)]
enum Node<'a> {
    Rate(usize),
    Number { indicator: &'a str, rule: &'a NumberRule, numbers: &'a [Option<f64>] },
    Text { indicator: &'a str, texts: &'a [String], missing: Missing, of: &'a [Option<String>] },
    Funnel { indicator: &'a str, seen: Vec<(Measured, Verdict)> },
    Named(Vec<bool>),
    All(Vec<Node<'a>>),
    Any(Vec<Node<'a>>),
    Not(Box<Node<'a>>),
}

impl<'a> Resolved<'a> {
    pub(super) fn new(rule: &'a Rule, areas: &'a Areas) -> Result<Self> {
        let mut rates = Vec::new();
        let root = resolve(rule, areas, &mut rates)?;
        Ok(Resolved { areas, root, rates })
    }

    /// The same, to be asked of published figures: where a rate is held against what was expected, something was.
    pub(super) fn to_be_published(rule: &'a Rule, areas: &'a Areas) -> Result<Self> {
        let resolved = Resolved::new(rule, areas)?;
        resolved.rates.iter().try_for_each(RateLeaf::refuse_without_expectation)?;
        Ok(resolved)
    }

    /// Of published figures.
    pub(super) fn published(&self, area: usize) -> Verdict {
        self.root.verdict(area, &|leaf| self.rates[leaf].published(area).1)
    }

    /// With a verdict for each comparison of rates.
    pub(super) fn with_rates(&self, area: usize, of_leaf: &dyn Fn(usize) -> Verdict) -> Verdict {
        self.root.verdict(area, of_leaf)
    }

    /// What each comparison found in the published figures, in the order of the rule.
    pub(super) fn evidence(&self, area: usize) -> Vec<Evidence> {
        let mut found = Vec::new();
        self.collect(&self.root, area, &mut found);
        found
    }

    fn collect(&self, node: &Node<'a>, area: usize, found: &mut Vec<Evidence>) {
        let (indicator, (measured, verdict)) = match node {
            Node::Rate(leaf) => (self.rates[*leaf].indicator, self.rates[*leaf].published(area)),
            Node::Number { indicator, rule, numbers } => {
                let measured = numbers[area].map_or(Measured::Missing, Measured::Number);
                (*indicator, (measured, rule.verdict(numbers[area])))
            }
            Node::Text { indicator, texts, missing, of } => {
                let measured = of[area].clone().map_or(Measured::Missing, Measured::Text);
                (*indicator, (measured, text_verdict(texts, *missing, &of[area])))
            }
            Node::Funnel { indicator, seen } => (*indicator, seen[area].clone()),
            Node::Named(member) => {
                let name = self.areas.areas()[area].name.clone();
                ("name", (Measured::Text(name), Verdict::of(member[area])))
            }
            Node::All(nodes) | Node::Any(nodes) => {
                return nodes.iter().for_each(|node| self.collect(node, area, found));
            }
            Node::Not(node) => return self.collect(node, area, found),
        };
        found.push(Evidence { indicator: indicator.into(), measured, verdict });
    }
}

impl Node<'_> {
    fn verdict(&self, area: usize, of_leaf: &dyn Fn(usize) -> Verdict) -> Verdict {
        match self {
            Node::Rate(leaf) => of_leaf(*leaf),
            Node::Number { rule, numbers, .. } => rule.verdict(numbers[area]),
            Node::Text { texts, missing, of, .. } => text_verdict(texts, *missing, &of[area]),
            Node::Funnel { seen, .. } => seen[area].1,
            Node::Named(member) => Verdict::of(member[area]),
            Node::All(nodes) => {
                nodes.iter().fold(Verdict::Holds, |all, node| all.and(node.verdict(area, of_leaf)))
            }
            Node::Any(nodes) => {
                nodes.iter().fold(Verdict::Fails, |any, node| any.or(node.verdict(area, of_leaf)))
            }
            Node::Not(node) => !node.verdict(area, of_leaf),
        }
    }
}

impl RateLeaf<'_> {
    pub(super) fn refuse_without_expectation(&self) -> Result<()> {
        match self.rule.reference() == Reference::Expected && !self.rates.has_expected() {
            false => Ok(()),
            true => {
                let message = format!(
                    "'{}' has no expected counts, and the rule holds it against them",
                    self.indicator
                );
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    fn published(&self, area: usize) -> (Measured, Verdict) {
        let reference = match self.rule.reference() {
            Reference::National => self.national,
            Reference::Expected => self.rates.expected_rate(area).map(Span::known),
            Reference::Given(rate) => Some(Span::known(rate)),
        };
        let Some((rate, reference)) = self.rates.rate(area).zip(reference) else {
            return (Measured::Missing, self.rule.of_missing());
        };
        let (threshold, decimals) = (self.rule.threshold_span(reference), self.rule.decimals());
        (Measured::Rate { rate, threshold, decimals }, self.rule.verdict(rate, reference))
    }
}

fn text_verdict(texts: &[String], missing: Missing, of: &Option<String>) -> Verdict {
    of.as_ref().map_or(missing.verdict(), |text| Verdict::of(texts.contains(text)))
}

fn resolve<'a>(rule: &'a Rule, areas: &'a Areas, rates: &mut Vec<RateLeaf<'a>>) -> Result<Node<'a>> {
    Ok(match &rule.0 {
        Expression::Rate { indicator, rule } => {
            let of = areas.rates(indicator)?;
            rule.refuse_strange_reference()?;
            rates.push(RateLeaf { indicator, rule, rates: of, national: of.national() });
            Node::Rate(rates.len() - 1)
        }
        Expression::Number { indicator, rule } => match areas.indicator(indicator)? {
            Indicator::Numbers(numbers) => Node::Number { indicator, rule, numbers },
            _ => return Err(other_kind(indicator, "numbers")),
        },
        Expression::Text { indicator, texts, missing } => match areas.indicator(indicator)? {
            Indicator::Texts(of) => Node::Text { indicator, texts, missing: *missing, of },
            _ => return Err(other_kind(indicator, "texts")),
        },
        Expression::Funnel { indicator, rule } => {
            Node::Funnel { indicator, seen: rule.seen(areas, indicator)? }
        }
        Expression::Named { names } => Node::Named(members(names, areas)?),
        Expression::All(rules) => Node::All(resolve_all(rules, areas, rates)?),
        Expression::Any(rules) => Node::Any(resolve_all(rules, areas, rates)?),
        Expression::Not(rule) => Node::Not(Box::new(resolve(rule, areas, rates)?)),
    })
}

fn resolve_all<'a>(
    rules: &'a [Rule],
    areas: &'a Areas,
    rates: &mut Vec<RateLeaf<'a>>,
) -> Result<Vec<Node<'a>>> {
    rules.iter().map(|rule| resolve(rule, areas, rates)).collect()
}

/// Which areas are named, each by its code or by a name that no other has.
fn members(names: &[String], areas: &Areas) -> Result<Vec<bool>> {
    let (mut member, mut strange) = (vec![false; areas.n_areas()], Vec::new());
    for name in names {
        let by_code = areas.areas().iter().position(|area| area.code == *name);
        let mut by_name = (0..areas.n_areas()).filter(|&at| areas.areas()[at].name == *name);
        match (by_code, by_name.next(), by_name.next()) {
            (Some(at), ..) | (None, Some(at), None) => member[at] = true,
            _ => strange.push(name.clone()),
        }
    }
    match strange.is_empty() {
        true => Ok(member),
        false => {
            let message = format!(
                "the rule names areas that are not there, or more than once: {}; name them by code",
                strange.join(", ")
            );
            Err(ErrorKind::Specification { message }.into())
        }
    }
}
