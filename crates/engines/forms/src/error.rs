//! Why a paper could not be printed, in words that name the form, the field and what to do.

/// A refusal to print.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// No font was given, or none of the given files holds a face.
    #[error("no usable font: give at least one TrueType face that holds Chinese and Latin characters")]
    NoFont,
    /// There is no template of this name.
    #[error("no form is called {form:?}; known forms: {known}")]
    UnknownForm {
        /// The name asked for.
        form: String,
        /// The names that exist, comma-separated.
        known: String,
    },
    /// A required field is absent, null or empty.
    #[error("form {form}: field {field} is missing ({note})")]
    MissingField {
        /// The form.
        form: String,
        /// Path of the field, as in `goods[3].hs`.
        field: String,
        /// What the template says the field holds.
        note: String,
    },
    /// A field holds something of another type.
    #[error("form {form}: field {field} must be {expected}, found {found}")]
    WrongType {
        /// The form.
        form: String,
        /// Path of the field.
        field: String,
        /// What was expected, in words.
        expected: String,
        /// What was found, shortened.
        found: String,
    },
    /// A value holds a character that no given font can print; an official paper must not guess.
    #[error("form {form}: field {field} holds a character no font can print (U+{code:04X})")]
    Unprintable {
        /// The form.
        form: String,
        /// Path of the field.
        field: String,
        /// Unicode scalar value of the character.
        code: u32,
    },
    /// A field declaration at the head of a template is malformed.
    #[error("template {template}, line {line}: {reason}")]
    Declaration {
        /// File name of the template.
        template: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// The template itself failed.
    #[error("template {template}, line {line}: {reason}")]
    Template {
        /// File name of the template in which it failed.
        template: String,
        /// Line, from 1; 0 when unknown.
        line: usize,
        /// The typesetter's words.
        reason: String,
    },
    /// The verification address is too long for a QR code.
    #[error("form {form}: the verification address is too long for a QR code ({bytes} bytes)")]
    Qr {
        /// The form.
        form: String,
        /// Length of the address, bytes.
        bytes: usize,
    },
}
