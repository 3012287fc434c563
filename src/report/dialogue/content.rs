//! What a sheet says, piece by piece.

use super::SheetWords;
use super::block::Block;
use crate::expected::{Actual, Difference, Gap};
use crate::second_stage::{DialogueSheet, Driver};

impl DialogueSheet {
    pub(super) fn blocks(&self, words: &SheetWords) -> Vec<Block> {
        let heading = |english, dutch| Block::Heading(words.say(english, dutch));
        let text = |english, dutch| Block::Text(words.say(english, dutch).into());
        let mut blocks = vec![Block::Title(words.place(&self.path))];
        if !words.about.is_empty() {
            blocks.push(Block::Text(words.about.clone()));
        }
        blocks.extend([
            self.figures(words),
            heading("What drives the expectation", "Wat de verwachting bepaalt"),
            text(
                "The rate beside that of a neighbourhood with the national mean of the determinant.",
                "Het gebruik ten opzichte van een wijk met het landelijk gemiddelde van het kenmerk.",
            ),
            drivers(&self.drivers, words),
        ]);
        if !self.local.is_empty() {
            blocks.extend([
                heading("Known only in the region", "Alleen in de regio bekend"),
                text(
                    "The rate beside that of a neighbourhood with the mean of the region; not in the expectation above.",
                    "Het gebruik ten opzichte van een wijk met het gemiddelde van de regio; zit niet in de verwachting hierboven.",
                ),
                drivers(&self.local, words),
            ]);
        }
        blocks.extend([
            heading("Neighbourhoods of the same profile", "Wijken met hetzelfde profiel"),
            self.alike(words),
            text(
                "A difference says that something is at work that the model does not know. It is no verdict on the neighbourhood, its professionals or its policy, and no forecast.",
                "Een verschil zegt dat er iets speelt dat het model niet kent. Het is geen oordeel over de wijk, de professionals of het beleid, en geen voorspelling.",
            ),
        ]);
        blocks
    }

    fn figures(&self, words: &SheetWords) -> Block {
        let comparison = &self.comparison;
        let expected = &comparison.expected;
        let interval = expected.interval(words.confidence);
        let counts = comparison.predicted.interval(words.confidence);
        let exposure = expected.exposure;
        let mut rows = vec![
            vec![String::new(), words.say("count", "aantal").into(), words.say("rate", "gebruik").into()],
            vec![
                words.say("actual", "feitelijk").into(),
                actual(comparison.actual, words, 1.0, |x| words.number(x, 0)),
                actual(comparison.actual, words, exposure, |x| words.percent(x)),
            ],
            vec![
                words.say("expected", "verwacht").into(),
                words.number(expected.count, 1),
                words.percent(expected.rate()),
            ],
            vec![
                format!("{}, {}", words.say("expected, interval", "verwacht, interval"), words.confidence),
                span(words.number(interval.low, 1), words.number(interval.high, 1), words),
                span(words.percent(interval.low / exposure), words.percent(interval.high / exposure), words),
            ],
            vec![
                format!(
                    "{}, {}",
                    words.say("a count in such a neighbourhood", "een aantal in zo'n wijk"),
                    words.confidence
                ),
                span(words.number(counts.low as f64, 0), words.number(counts.high as f64, 0), words),
                span(
                    words.percent(counts.low as f64 / exposure),
                    words.percent(counts.high as f64 / exposure),
                    words,
                ),
            ],
        ];
        let by_count = |gap: &Gap| words.language.numbers().write_signed(gap.count(), 1);
        let by_rate = |gap: &Gap| words.language.numbers().write_signed(gap.points(), 1);
        let difference = comparison.difference();
        rows.push(vec![
            words.say("actual − expected, points", "feitelijk − verwacht, punten").into(),
            gaps(&difference, words, by_count),
            gaps(&difference, words, by_rate),
        ]);
        Block::Table(rows)
    }

    fn alike(&self, words: &SheetWords) -> Block {
        let mut rows = vec![vec![
            words.say("neighbourhood", "wijk").into(),
            words.say("unlike by (sd)", "verschil in profiel (sd)").into(),
            words.say("actual", "feitelijk").into(),
            words.say("expected", "verwacht").into(),
        ]];
        for neighbour in &self.neighbours {
            let exposure = neighbour.comparison.expected.exposure;
            rows.push(vec![
                words.place(&neighbour.path),
                words.number(neighbour.distance, 2),
                actual(neighbour.comparison.actual, words, exposure, |x| words.percent(x)),
                words.percent(neighbour.comparison.expected.rate()),
            ]);
        }
        Block::Table(rows)
    }
}

fn drivers(all: &[Driver], words: &SheetWords) -> Block {
    let head = vec![words.say("determinant", "kenmerk").into(), words.say("rate ratio", "verhouding").into()];
    let rows = all
        .iter()
        .map(|driver| vec![words.name(&driver.determinant), format!("× {}", words.number(driver.ratio, 2))]);
    Block::Table(std::iter::once(head).chain(rows).collect())
}

fn actual(count: Actual, words: &SheetWords, per: f64, write: impl Fn(f64) -> String) -> String {
    match count {
        Actual::Observed(count) => write(count / per),
        Actual::Bounded(_) => {
            let low = write(count.low() / per);
            let known = match count.high() {
                Some(high) => span(low, write(high / per), words),
                None => format!("≥ {low}"),
            };
            format!("{known} ({})", words.say("withheld", "niet gepubliceerd"))
        }
    }
}

fn gaps(difference: &Difference, words: &SheetWords, write: impl Fn(&Gap) -> String) -> String {
    match difference {
        Difference::Observed(gap) => write(gap),
        Difference::Bounded { low, high: Some(high) } => span(write(low), write(high), words),
        Difference::Bounded { low, high: None } => format!("≥ {}", write(low)),
    }
}

fn span(low: String, high: String, words: &SheetWords) -> String {
    format!("{low} {} {high}", words.say("to", "tot"))
}
