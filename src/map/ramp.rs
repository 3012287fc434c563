//! Colours of classes: ColorBrewer's ramps, whose order survives colour blindness and photocopying.

use super::classes::Breaks;

/// The ground under the hatching of withheld areas, and its lines. Neither occurs in a ramp.
pub(super) const HATCH: [&str; 2] = ["#ffffff", "#6b6b6b"];
/// The grey of areas of which nothing is known.
pub(super) const NO_DATA: &str = "#cfcfcf";

/// Which colours classes get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ramp {
    /// Yellow over green to dark blue: darker is higher.
    Blue,
    /// White to dark purple: darker is higher.
    Purple,
    /// Purple below the middle, orange above, pale around it. No traffic light: neither side is the good one.
    PurpleOrange {
        /// The middle.
        about: f64,
    },
}

impl Ramp {
    /// One colour a class, as #rrggbb.
    pub(super) fn colours(self, breaks: &Breaks) -> Vec<String> {
        let n = breaks.n_classes();
        let share = |class: usize| if n > 1 { class as f64 / (n - 1) as f64 } else { 0.5 };
        let colour = |class: usize| match self {
            Ramp::Blue => colorous::YELLOW_GREEN_BLUE.eval_continuous(0.09 + 0.86 * share(class)),
            Ramp::Purple => colorous::PURPLES.eval_continuous(0.12 + 0.83 * share(class)),
            Ramp::PurpleOrange { about } => {
                colorous::PURPLE_ORANGE.eval_continuous(0.5 + 0.44 * side(breaks, class, about))
            }
        };
        (0..n).map(|class| format!("#{:x}", colour(class))).collect()
    }
}

/// How far a class lies from the middle, from -1 to 1: steps away from it over the steps of the longer side.
fn side(breaks: &Breaks, class: usize, about: f64) -> f64 {
    let below = breaks.0.iter().filter(|at| **at < about).count();
    let at_middle = breaks.0.iter().filter(|at| **at == about).count();
    let above = breaks.0.len() - below - at_middle;
    // With a break at the middle no class lies around it.
    let longer = (below.max(above) + at_middle).max(1) as f64;
    let steps = match (class <= below, at_middle > 0) {
        (true, true) => class as f64 - below as f64 - 1.0,
        _ => class as f64 - below as f64,
    };
    steps / longer
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, as WCAG defines it.
    fn luminance(colour: &str) -> f64 {
        let channel = |i: usize| {
            let share = f64::from(u8::from_str_radix(&colour[i..i + 2], 16).unwrap_or(0)) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn breaks(n: usize) -> Breaks {
        Breaks((1..n).map(|i| i as f64 - n as f64 / 2.0).collect())
    }

    #[test]
    fn darker_is_higher() {
        for (ramp, most) in [(Ramp::Blue, 11), (Ramp::Purple, 11)] {
            for n in 2..=most {
                let colours = ramp.colours(&breaks(n));
                assert!(
                    colours.windows(2).all(|pair| luminance(&pair[0]) > luminance(&pair[1])),
                    "{colours:?}"
                );
            }
        }
    }

    #[test]
    fn farther_from_the_middle_is_darker_on_either_side() {
        for n in 2..=11 {
            let colours = Ramp::PurpleOrange { about: 0.0 }.colours(&breaks(n));
            let (below, above) = (&colours[..n / 2], &colours[n.div_ceil(2)..]);
            assert!(below.windows(2).all(|pair| luminance(&pair[0]) < luminance(&pair[1])), "{colours:?}");
            assert!(above.windows(2).all(|pair| luminance(&pair[0]) > luminance(&pair[1])), "{colours:?}");
        }
    }

    #[test]
    fn orange_lies_above_and_purple_below() {
        let colours = Ramp::PurpleOrange { about: 0.0 }.colours(&breaks(6));
        let [red, blue] = [1, 5].map(|i| {
            colours.iter().map(|c| u8::from_str_radix(&c[i..i + 2], 16).unwrap_or(0)).collect::<Vec<_>>()
        });
        assert!((0..6).all(|class| (red[class] > blue[class]) == (class > 2)), "{colours:?}");
    }

    #[test]
    fn an_uneven_scale_keeps_its_middle_pale_and_equal_distances_equally_strong() {
        let uneven = Ramp::PurpleOrange { about: 0.0 }.colours(&Breaks(vec![-1.0, 0.0, 1.0, 2.0, 3.0]));
        let even =
            Ramp::PurpleOrange { about: 0.0 }.colours(&Breaks(vec![-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]));
        assert_eq!(uneven, even[2..]);
    }

    #[test]
    fn no_class_looks_like_withheld_or_no_data() {
        for ramp in [Ramp::Blue, Ramp::Purple, Ramp::PurpleOrange { about: 0.0 }] {
            for n in 1..=11 {
                for colour in ramp.colours(&breaks(n)) {
                    assert!(!HATCH.contains(&colour.as_str()) && colour != NO_DATA, "{colour}");
                }
            }
        }
    }
}
