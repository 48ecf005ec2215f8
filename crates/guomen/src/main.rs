//! Joins the rooms of the house into one program.
fn main() {}
