//! Areas of one year as areas of another: counts, exposures and shares carried across mergers, splits and new codes.
