//! From the first line of care to the second.

use crate::source::Source;
use crate::trouble::Trouble;
use nestcount::count::Count;
use nestcount::flow::Parts;

const CONFIDENCE: f64 = 0.95;

pub(crate) fn print(source: &Source) -> Result<(), Trouble> {
    let Some(lines) = &source.lines else { return Ok(()) };
    say!("\n6. First line and second line: where youths were afterwards, percent with exact 95 % intervals");
    for (line, parts) in lines.rows() {
        say!("   {line}: {}", youths(parts.total()));
        for share in parts.shares(CONFIDENCE)? {
            let key = (line.clone(), share.name.clone());
            let planted = source.world.as_ref().and_then(|world| world.shares.get(&key));
            let planted = planted.map_or(String::new(), |share| format!("; planted {:.1}", 100.0 * share));
            say!(
                "      {:20} {:5.1} ({:.1} to {:.1}){planted}",
                share.name,
                50.0 * (share.least + share.most),
                100.0 * share.low,
                100.0 * share.high
            );
        }
        say!("      {}", together(parts));
    }
    Ok(())
}

fn youths(count: Count) -> String {
    let bounds = count.bounds();
    match bounds.hi() {
        Some(high) if high == bounds.lo() => format!("{high} youths"),
        Some(high) => format!("{} to {high} youths", bounds.lo()),
        None => "youths".into(),
    }
}

fn together(parts: &Parts) -> String {
    match parts.excess() {
        Some(gap) if gap.least > 0 => {
            format!("the parts exceed the total by {gap}: youths in several of them")
        }
        Some(gap) => format!("the parts less the total: {gap}"),
        None => "a part is not known: the parts cannot be added up".into(),
    }
}
