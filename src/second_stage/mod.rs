//! A region under the national model: what determinants known only there explain of the remaining gap.
