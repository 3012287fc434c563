//! Fits the tables of the benchmark suite with the crate `glmm`.
//!
//! ```text
//! nestcount-peers QUESTIONS.json ANSWERS.json
//! ```

mod fit;
mod table;

use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fs;
use std::path::Path;

/// What is asked of a table.
#[derive(Debug, Deserialize)]
struct Question {
    name: String,
    /// File beside the questions; columns: the levels, `exposure`, the determinants, `count`.
    csv: String,
    /// `poisson` or `nb2`.
    family: String,
    /// Coarsest first.
    levels: Vec<String>,
    row_effect: bool,
    determinants: Vec<String>,
}

/// What a package answers.
#[derive(Debug, Serialize)]
struct Answer {
    question: String,
    variant: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Outcome {
    Fit {
        coefficients: Vec<f64>,
        /// Coarsest level first, then the rows' own.
        sds: Vec<f64>,
        theta: Option<f64>,
        log_likelihood: Option<f64>,
        seconds: f64,
        note: Option<String>,
    },
    Failure {
        failure: String,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    let [questions, answers] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "two files")?;
    let folder = Path::new(&questions).parent().unwrap_or(Path::new("."));
    let asked: Vec<Question> = serde_json::from_str(&fs::read_to_string(&questions)?)?;
    // once before, so that no time has what loads at first use
    if let Some(first) = asked.first() {
        fit::answers(first, &table::read(&folder.join(&first.csv), first)?);
    }
    let mut given = Vec::new();
    for question in &asked {
        let table = table::read(&folder.join(&question.csv), question)?;
        given.extend(fit::answers(question, &table));
    }
    fs::write(answers, serde_json::to_string(&given)?)?;
    Ok(())
}
