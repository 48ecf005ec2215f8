//! Sampling for inspection by attributes after ISO 2859: acceptance quality limit (part 1), limiting quality
//! (part 2) and skip-lot (part 3). The numbers are those of part 1 in its 1999 edition, which GB/T 2828.1
//! shares.

mod aql;
mod cells;
mod letters;
mod limiting;
mod plan;
pub mod skip_lot;
mod staged;
pub mod switching;
mod words;

pub use aql::Aql;
pub use cells::{Cell, cell, resolve, single_size};
pub use letters::code_letter;
pub use limiting::{LimitingPlan, LimitingQuality, limiting_plan};
pub use plan::{Plan, Rule, Single, Stage, plan, plan_for_letter};
pub use words::{CodeLetter, Level, PlanType, Severity};
