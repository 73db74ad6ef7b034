//! A simulated Unix.
