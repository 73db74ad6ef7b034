//! The simulated Unix in a page.
