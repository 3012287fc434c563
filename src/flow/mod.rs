//! What began, ended and stood in each area and period, and whether the three agree.
