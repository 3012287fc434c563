//! Reads a source as text: which names at the crate's root it uses, outside comments, literals and tests.

/// A name at the crate's root that a source uses.
#[derive(Debug, PartialEq)]
pub(crate) struct Import {
    pub(crate) name: String,
    pub(crate) line: usize,
}

/// A word or a mark of the source; `::` is one mark.
#[derive(Debug, PartialEq)]
struct Token {
    text: String,
    line: usize,
}

/// All names that a source at this depth below the root takes from the root, outside its tests.
pub(crate) fn imports(source: &str, depth: usize) -> Vec<Import> {
    let tokens = tokens(source);
    let tokens = without_tests(&tokens);
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let mut after = at + 1;
        let mut supers = usize::from(text(at) == "super");
        while text(at) == "super" && text(after) == "::" && text(after + 1) == "super" {
            supers += 1;
            after += 2;
        }
        let from_root = text(at) == "crate" || (supers > 0 && supers >= depth);
        if from_root && text(after) == "::" {
            let names = first_names(&tokens[after + 1..]);
            found
                .extend(names.into_iter().map(|token| Import { name: token.text.clone(), line: token.line }));
        }
        at = after;
    }
    found
}

/// The name that follows `crate::`, or those in the braces that follow it.
fn first_names<'a>(tokens: &[&'a Token]) -> Vec<&'a Token> {
    if tokens.first().is_none_or(|token| token.text != "{") {
        return tokens.iter().take(1).copied().collect();
    }
    let (mut names, mut depth, mut starts) = (Vec::new(), 0, false);
    for &token in tokens {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," => {}
            _ if starts && depth == 1 => names.push(token),
            _ => {}
        }
        starts = matches!(token.text.as_str(), "{" | ",");
        if depth == 0 {
            break;
        }
    }
    names
}

/// Names of the modules that a source declares as `#[cfg(test)] mod name;`.
pub(crate) fn test_modules(source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let ends = (0..tokens.len()).filter_map(|at| test_item_length(&tokens[at..]).map(|length| at + length));
    ends.filter(|end| text(end - 3) == "mod" && text(end - 1) == ";")
        .map(|end| text(end - 2).into())
        .collect()
}

/// The tokens outside `#[cfg(test)]` items.
fn without_tests(tokens: &[Token]) -> Vec<&Token> {
    let (mut kept, mut at) = (Vec::with_capacity(tokens.len()), 0);
    while at < tokens.len() {
        match test_item_length(&tokens[at..]) {
            Some(length) => at += length,
            None => {
                kept.push(&tokens[at]);
                at += 1;
            }
        }
    }
    kept
}

/// Number of tokens of the `#[cfg(test)]` item that stands here, if one does.
fn test_item_length(tokens: &[Token]) -> Option<usize> {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
    let marked = tokens.len() > mark.len() && tokens.iter().zip(mark).all(|(token, mark)| token.text == mark);
    marked.then(|| mark.len() + item_length(&tokens[mark.len()..]))
}

/// Number of tokens up to the `;` or the closing brace that ends an item.
fn item_length(tokens: &[Token]) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "}" if depth <= 1 => return at + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Words and marks of a source, without comments and literals.
fn tokens(source: &str) -> Vec<Token> {
    let (mut tokens, mut rest, mut line) = (Vec::new(), source, 1);
    while let Some(first) = rest.chars().next() {
        let word = rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len();
        let skipped = comment_length(rest).or_else(|| literal_length(rest));
        let length = match (skipped, word) {
            (Some(length), _) => length,
            (None, 0) if rest.starts_with("::") => 2,
            (None, 0) => first.len_utf8(),
            (None, word) => word,
        };
        if skipped.is_none() && !first.is_whitespace() {
            tokens.push(Token { text: rest[..length].into(), line });
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

fn comment_length(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let (mut depth, mut at) = (0, 0);
    while text.starts_with("/*") && at < text.len() {
        match &text.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    (at > 0).then_some(at)
}

/// Length of the string or character literal that the text starts with; a lifetime is none.
fn literal_length(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        let after = text.strip_prefix(prefix).unwrap_or(text).trim_start_matches('#');
        text.starts_with(prefix) && after.starts_with('"')
    });
    if let Some(prefix) = prefix {
        let hashes = text[prefix.len()..].bytes().take_while(|&byte| byte == b'#').count();
        let open = prefix.len() + hashes + 1;
        if prefix.ends_with('r') {
            let end = format!("\"{}", "#".repeat(hashes));
            return Some(text[open..].find(&end).map_or(text.len(), |at| open + at + end.len()));
        }
        return (hashes == 0).then(|| open + quoted_length(&text[open..], '"'));
    }
    let inner = text.strip_prefix('\'')?;
    let is_character = inner.starts_with('\\') || inner.chars().nth(1) == Some('\'');
    is_character.then(|| 1 + quoted_length(inner, '\''))
}

/// Number of bytes up to and with the closing quote.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match (escaped, c) {
            (true, _) => escaped = false,
            (false, '\\') => escaped = true,
            (false, c) if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

fn names_and_lines(source: &str, depth: usize) -> Vec<(String, usize)> {
    imports(source, depth).into_iter().map(|import| (import.name, import.line)).collect()
}

const MADE_UP: &str = r##"//! Prose about [`crate::report::Table`].
use crate::error::{Error, Result};
use crate::{
    count::{Count, Interval as I},
    model, table::Table as T,
};
/* crate::infer /* crate::impute */ crate::infer */
pub(crate) fn f<'a>(c: &'a str) -> crate::expected::Rows<'a> {
    let text = "crate::impute \" crate::impute";
    let raw = r#"crate::impute " crate::impute"#;
    let (quote, escaped) = ('"', '\'');
    super::super::estimate::fit(c)
}
use super::sibling::Thing;

#[cfg(test)]
use crate::simulate::{World, Truth};
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::impute::Draws;
    fn g() -> [u8; 2] { crate::impute::h(); [0; 2] }
}
use crate::area;
"##;

#[test]
fn the_check_finds_every_import_and_nothing_else() {
    let expected = [
        ("error", 2),
        ("count", 4),
        ("model", 5),
        ("table", 5),
        ("expected", 8),
        ("estimate", 12),
        ("area", 24),
    ];
    assert_eq!(names_and_lines(MADE_UP, 2), expected.map(|(name, line)| (name.to_string(), line)));
}

#[test]
fn a_module_for_tests_only_is_known_as_one() {
    let source = "mod a;\n#[cfg(test)]\nmod b;\n#[cfg(test)]\n#[allow(x)]\npub(super) mod c;\nmod d;";
    assert_eq!(test_modules(source), ["b", "c"]);
    assert!(test_modules(MADE_UP).is_empty());
}

#[test]
fn super_reaches_the_root_from_the_top_of_a_module() {
    let sibling = ("sibling".to_string(), 14);
    assert!(names_and_lines(MADE_UP, 1).contains(&sibling));
    assert!(!names_and_lines(MADE_UP, 2).contains(&sibling));
}
