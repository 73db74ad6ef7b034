//! The suite runners share this.
