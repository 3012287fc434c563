//! What is handed over: tidy tables, the area file, the disclosure check.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // each test uses its part
#[path = "common/published.rs"]
mod published;
#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[allow(dead_code)] // each test uses its part
#[path = "common/tables.rs"]
mod tables;

#[path = "report/area_file.rs"]
mod area_file;
#[path = "report/augment.rs"]
mod augment;
#[path = "report/country.rs"]
mod country;
#[path = "report/refusals.rs"]
mod refusals;
#[path = "report/results.rs"]
mod results;
#[path = "report/tidy.rs"]
mod tidy;
