//! The real tables: what lasts of gemeenten, and what moved beside what all did.

use crate::chosen::Chosen;
use crate::files::{self, Files};
use crate::lines::{figure, interval, origins, years};
use crate::panel::{self, Wijken};
use crate::results::{self, figures, moved, written};
use crate::trouble::Trouble;
use nestcount::panel::InTime;
use std::path::Path;

const NOTHING: Chosen = Chosen { plain: &[], logged: &[] };

pub(crate) fn tell(folder: &Path, out: Option<&Path>) -> Result<(), Trouble> {
    let files = Files::read(folder)?;
    say!(
        "{}\nSCP, Jeugdhulp in de wijk (2020), users of youth care without stay reconstructed from percentages; Statistics\n\
         Netherlands (CC BY 4.0), users of all youth care 2021. Not the same thing in both years: what all gemeenten did\n\
         is also what the definitions did.",
        folder.display()
    );
    years(&files.years);
    say!("\n2. Boundaries");
    let gemeenten = files.crosswalk.carry(files.crosswalk.from_codes())?;
    say!(
        "   gemeenten {} -> {}: {}",
        files.crosswalk.from_codes().len(),
        gemeenten.targets().len(),
        origins(&gemeenten)
    );
    say!("   in areas that both years are made of: {}", files.common.after.to_codes().len());
    say!("   left out: {} wijken of Haaren, whose parts went to two jeugdregio's", files.left_out);
    say!("   wijken are not matched: an equal code is no equal area, and no crosswalk of wijken is at hand");

    let [first, second] = &files.years;
    say!("\n3. What lasts and what passes (log rate, standard errors in brackets)");
    let raw = panel::fit([first, second], NOTHING, Wijken::Unmatched, InTime::Independent)?;
    let full = panel::fit([first, second], files::NAMES, Wijken::Unmatched, InTime::Independent)?;
    say!("   {:38} {:>16} {:>25}", "", "as they are", "given four determinants");
    let without = figures(&raw, None);
    for ((name, raw), (_, full)) in without.into_iter().zip(figures(&full, None)) {
        say!("   {name:38} {:>16} {:>25}", written(raw), written(full));
    }
    if let Some([change, low, high]) = results::change(&full) {
        say!("   2021 against 2017: {change:+.1} % ({low:+.1} to {high:+.1}), definitions included");
    }
    let moved = moved(&panel::fit([first, second], files::NAMES, Wijken::Unmatched, InTime::RandomWalk)?);
    say!("\n4. Gemeenten that moved most beside what all did, given four determinants");
    for one in moved.iter().take(10) {
        say!("   {:34} {}", files.name(&one.gemeente), interval(one));
    }
    figure(&moved, |code| files.name(code), out)?;
    say!(
        "\nCaveats: the counts of 2017 are reconstructed, and the wijken for which that failed are not a random subset, so a\n\
         gemeente may be other wijken in each year. Users are of care without stay in 2017, of all youth care in 2021; youths are\n\
         0 to 22 in 2017, 0 to 24 in 2021, so that a town of students seems to have gone down. No verdict on policy, no\n\
         forecast."
    );
    Ok(())
}
