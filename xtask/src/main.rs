//! Keeps the rules that no compiler keeps.
fn main() {}
