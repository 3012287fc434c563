//! Opens a page in headless Chromium and hands back what a reader would have seen.

use serde_json::{Value, json};
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Names the browser; where it is set there must be one.
const VARIABLE: &str = "NESTCOUNT_BROWSER";
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Browser(OsString);

impl Browser {
    /// The browser; `None`, said on standard error, where there is none.
    pub(crate) fn find(test: &str) -> Option<Browser> {
        let named = std::env::var_os(VARIABLE);
        let program = named.clone().unwrap_or_else(|| "chromium".into());
        let there =
            Command::new(&program).arg("--version").output().is_ok_and(|output| output.status.success());
        assert!(there || named.is_none(), "{test}: {VARIABLE} names {program:?}, which does not run");
        if !there {
            // Not eprintln!, whose words the harness keeps to itself where a test passes.
            let mut outside = std::io::stderr();
            writeln!(outside, "SKIPPED {test}: no chromium on the path ({VARIABLE} names another)").unwrap();
        }
        there.then_some(Browser(program))
    }

    /// Reads the page as somebody who moves the pointer to `hover` and types `search`.
    pub(crate) fn read(&self, name: &str, page: &str, hover: &[&str], search: &str) -> Value {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("map_page_{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        let wanted = json!({ "hover": hover, "search": search }).to_string();
        let after = include_str!("after.js").replace("WANTED", &wanted);
        let before = concat!("<script>", include_str!("before.js"), "</script>\n<style>");
        let page = page.replacen("<style>", before, 1);
        let page = page.replacen("</body>", &format!("<script>{after}</script></body>"), 1);
        let file = folder.join("page.html");
        std::fs::write(&file, page).unwrap();
        let dom = self.dom(&file, &folder);
        let report = dom.rsplit_once("<pre id=\"seen\">").and_then(|(_, rest)| rest.split_once("</pre>"));
        let (report, _) = report.unwrap_or_else(|| panic!("the page ended before its reader: {dom:.2000}"));
        serde_json::from_str(report).unwrap()
    }

    fn dom(&self, file: &Path, folder: &Path) -> String {
        let mut browser = Command::new(&self.0)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
            .args([
                "--no-first-run",
                "--disable-extensions",
                "--window-size=1200,800",
                "--virtual-time-budget=20000",
            ])
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .arg("--dump-dom")
            .arg(format!("file://{}", file.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut pipe = browser.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            let mut dom = String::new();
            pipe.read_to_string(&mut dom).map(|_| dom)
        });
        let begun = Instant::now();
        while browser.try_wait().unwrap().is_none() {
            if begun.elapsed() > PATIENCE {
                browser.kill().unwrap();
                panic!("the browser did not end within {PATIENCE:?}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        reader.join().unwrap().unwrap()
    }
}
