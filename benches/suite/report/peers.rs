//! Other packages side by side.

use super::words::{TextTable, milliseconds, small};
use crate::peers::PeersRecord;

pub(super) fn section(record: &PeersRecord) -> String {
    let mut table = TextTable::new([
        "table",
        "package",
        "processor ms",
        "short of Laplace's maximum",
        "standard errors from it",
        "short of the exact maximum",
        "standard errors from it",
        "its log-likelihood less Laplace's there",
        "remark",
    ]);
    for fit in &record.fits {
        let package = format!("{} {}", fit.package, fit.variant);
        let mut cells = vec![fit.table.clone(), package];
        match &fit.found {
            Some(found) => {
                let own = found.own_log_likelihood.zip(found.laplace_log_likelihood);
                cells.push(milliseconds(Some(found.seconds)));
                let laplace = [found.short_of_laplace, found.from_laplace];
                cells.extend(laplace.map(small));
                cells.extend([found.short_of_exact, found.from_exact].map(small));
                cells.push(small(own.map(|(own, ours)| own - ours)));
                cells.push(found.note.clone().unwrap_or_default().replace('|', "/"));
            }
            None => {
                cells.extend(["–"; 6].map(String::from));
                cells.push(fit.failure.clone().unwrap_or_default().replace(['|', '\n'], " "));
            }
        }
        table.line(cells);
    }
    let absent =
        record.absent.iter().map(|absent| format!("* {}: absent ({})\n", absent.package, absent.reason));
    let absent: String = absent.collect();
    format!(
        "## Other packages\n\nThe same tables; processor time of the fit alone, one thread. `Laplace's maximum` is that of \
         the Laplace log-likelihood, which all of them maximise (`quadrature` is exact, for one level).\n\n{absent}{}{}",
        if absent.is_empty() { "" } else { "\n" },
        table.markdown()
    )
}
