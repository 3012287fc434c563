//! Pooling: numbers that others worked out, and what must hold whatever the numbers.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[allow(dead_code)] // each test uses its part
#[path = "common/tables.rs"]
mod tables;

#[path = "pool/exact.rs"]
mod exact;
#[path = "pool/fits.rs"]
mod fits;
#[path = "pool/fixture.rs"]
mod fixture;
#[path = "pool/identities.rs"]
mod identities;
#[path = "pool/mice.rs"]
mod mice;
