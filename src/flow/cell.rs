//! One cell of area and period.

use super::gap::Gap;
use super::identity::Identity;
use super::period::Period;
use super::person_time::PersonTime;
use super::rate::EventRate;
use super::status::Status;
use crate::count::Count;
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// What stood, began and ended in an area over a period; any of it may be known between bounds or missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// The area's code.
    pub area: String,
    /// The period.
    pub period: Period,
    /// Whether the figures may still change.
    pub status: Status,
    /// In care when the period begins.
    pub opening: Count,
    /// Begun within it.
    pub begun: Begun,
    /// Ended within it.
    pub ended: Count,
    /// In care when it ends.
    pub closing: Count,
}

/// What began: in all, and as far as it is known for the first time or again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// In all.
    pub total: Count,
    /// For the first time; [`Count::Missing`] where it is not told apart.
    pub new: Count,
    /// Again, by those who had care before.
    pub repeated: Count,
}

impl Begun {
    /// Not told apart.
    pub fn total(total: Count) -> Self {
        Begun { total, new: Count::Missing, repeated: Count::Missing }
    }

    /// In all, new and repeated.
    pub fn of(total: Count, new: Count, repeated: Count) -> Self {
        Begun { total, new, repeated }
    }

    /// new + repeated − total; `None` where one of them is missing or has no upper bound.
    pub fn gap(&self) -> Option<Gap> {
        Gap::of(&[self.new, self.repeated], &[self.total])
    }
}

impl Flow {
    /// Final figures of an area and period.
    pub fn new(
        area: impl Into<String>,
        period: Period,
        opening: Count,
        begun: Begun,
        ended: Count,
        closing: Count,
    ) -> Self {
        Flow { area: area.into(), period, status: Status::Final, opening, begun, ended, closing }
    }

    /// The same with another status.
    pub fn status(self, status: Status) -> Self {
        Flow { status, ..self }
    }

    /// opening + begun − ended − closing; `None` where one of them is missing or has no upper bound.
    pub fn gap(&self) -> Option<Gap> {
        Gap::of(&[self.opening, self.begun.total], &[self.ended, self.closing])
    }

    /// Whether the four figures agree.
    pub fn identity(&self) -> Identity {
        self.gap().map_or(Identity::Unknown, Identity::of)
    }

    /// Person-years in care: the mean of the stocks at both ends times the length of the period. It is what ending is out of.
    ///
    /// `None` where a stock is missing or has no upper bound, and where nobody was in care at either end.
    pub fn person_time_in_care(&self) -> Option<PersonTime> {
        PersonTime::of_stocks(self.opening, self.closing, self.period)
    }

    /// Begun per person-year, of a population for instance, with its exact interval. Fails as [`EventRate::new`] does.
    pub fn begun_rate(&self, time: PersonTime, confidence: f64) -> Result<EventRate> {
        EventRate::new(self.begun.total, time, confidence)
    }

    /// Ended per person-year in care, with its exact interval; `None` where the person-time is not known. One over it is the
    /// mean stay, in years, of a stock that is neither growing nor shrinking. Fails as [`EventRate::new`] does.
    ///
    /// Source: Little 1961, Operations Research 9:383.
    pub fn ended_rate(&self, confidence: f64) -> Result<Option<EventRate>> {
        self.person_time_in_care().map(|time| EventRate::new(self.ended, time, confidence)).transpose()
    }
}
