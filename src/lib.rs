//! forktalk
