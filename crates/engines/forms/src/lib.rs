//! Official papers: values in, PDF bytes out. A form is a Typst template whose head declares its fields; the
//! values reach it as data, never as markup, and nothing is read from disk, clock or network while it prints.

mod art;
mod error;
mod fields;
mod print;
mod templates;
mod world;

pub use error::FormError;
pub use fields::{Field, FieldType};
pub use print::{Forms, Lang, embedded_fonts};
pub use templates::Templates;
