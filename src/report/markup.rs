//! Text on its way into HTML and XML.

/// Text for the content and the quoted attributes of HTML and XML.
pub(crate) fn markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // No XML document may hold these.
            c if c < ' ' && !matches!(c, '\n' | '\t') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_element_or_its_attribute() {
        let name = "</title><img src=x onerror=\"alert('1')\"> & <!--\u{1}";
        assert!(!markup(name).contains(['<', '>', '"', '\'', '\u{1}']));
        assert_eq!(markup("Zuid & West\n"), "Zuid &amp; West\n");
    }
}
