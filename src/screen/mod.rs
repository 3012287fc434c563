//! Areas that stand out by a stated rule, with every reason and the probability that the rule holds.
