//! JSON on its way into scripts.

/// JSON for a script element: whatever would end the element or open a comment in it is spelled out.
pub(super) fn script(json: &serde_json::Value) -> String {
    json.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_script() {
        let name = "</script><img src=x onerror=\"alert('1')\"> & <!--";
        let json = script(&serde_json::json!({ "name": name }));
        assert!(!json.contains(['<', '>', '&']));
        let back: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(back["name"], name);
    }
}
