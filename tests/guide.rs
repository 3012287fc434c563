//! The pages say what the code has: every error code has its row.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// What stands between the first two marks of a line that starts with the first one.
fn quoted<'a>(line: &'a str, open: &str, close: &str) -> Option<&'a str> {
    line.trim_start().strip_prefix(open)?.split(close).next()
}

#[test]
fn the_page_of_refusals_has_one_row_for_each_code() {
    let (source, page) = (read("src/error/about.rs"), read("docs/guide/errors.md"));
    let arms = source.lines().filter(|line| line.trim_start().starts_with("K::"));
    let codes: BTreeSet<&str> =
        arms.filter_map(|line| quoted(line.split_once("=> ")?.1, "\"", "\"")).collect();
    let rows: Vec<&str> = page.lines().filter_map(|line| quoted(line, "| `", "`")).collect();
    assert!(codes.len() > 30, "only {} codes found in src/error/about.rs", codes.len());
    assert_eq!(rows.iter().copied().collect::<BTreeSet<_>>(), codes);
    assert_eq!(rows.len(), codes.len(), "a code has two rows");
}

#[test]
fn the_analysis_on_the_readme_is_the_one_that_runs_on_the_front_page() {
    let block = |page: &str, fence: &str| -> Vec<String> {
        let code = page.split_once(fence).unwrap().1.split("\n```").next().unwrap().to_string();
        code.lines().filter(|line| !line.starts_with("# ")).map(String::from).collect()
    };
    let front = block(&read("docs/front.md"), "```\n");
    assert!(front.len() > 15, "no analysis found on the front page");
    assert_eq!(block(&read("README.md"), "```rust\n"), front);
}
