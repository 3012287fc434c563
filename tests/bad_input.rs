//! Input that cannot be fitted is refused with a typed error that says where; input that can is fitted.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)] // each test uses its part
#[path = "common/finite.rs"]
mod finite;
#[allow(dead_code)] // each test uses its part
#[path = "common/published.rs"]
mod published;
#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[allow(dead_code)] // each test uses its part
#[path = "common/tables.rs"]
mod tables;

#[path = "bad_input/cells.rs"]
mod cells;
#[path = "bad_input/determinants.rs"]
mod determinants;
#[path = "bad_input/ends.rs"]
mod ends;
#[path = "bad_input/extremes.rs"]
mod extremes;
#[path = "bad_input/fuzz.rs"]
mod fuzz;
#[path = "bad_input/levels.rs"]
mod levels;
#[path = "bad_input/separation.rs"]
mod separation;
#[path = "bad_input/withheld.rs"]
mod withheld;
#[path = "bad_input/withheld_fuzz.rs"]
mod withheld_fuzz;

/// The error of a result that must be one, which is also printable.
#[track_caller]
fn refused<T>(result: nestcount::Result<T>, code: &str) -> nestcount::Error {
    match result {
        Ok(_) => panic!("accepted, where '{code}' was expected"),
        Err(error) => {
            assert_eq!(error.code(), code, "{error}");
            assert!(!error.to_string().is_empty());
            error
        }
    }
}
