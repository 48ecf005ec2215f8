//! Who and what exists, under which rules.

pub mod identity;
