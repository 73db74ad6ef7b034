//! The seam of forktalk on a real Unix.
