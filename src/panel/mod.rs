//! The same areas in many periods: effects of periods that all areas share, and of areas that move in time.
