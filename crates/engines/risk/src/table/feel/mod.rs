//! FEEL, the expression language of DMN: as much of it as decision tables and their surroundings use.

pub mod ast;
pub mod builtins;
pub(crate) mod builtins_list;
mod builtins_text;
pub mod eval;
mod loops;
pub mod names;
pub(crate) mod ops;
pub mod parse;
mod primary;
