//! The press: takes a form's name and values, checks them against what the template declares, and prints.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use typst::foundations::{Bytes, Datetime, Smart};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::art;
use crate::error::FormError;
use crate::fields::{Field, Fields};
use crate::templates::Templates;
use crate::world::{Room, file_id};

/// Prints kept in the typesetter's memory: more makes repeats faster, fewer keeps a long-lived server small.
const MEMORY_AGE: usize = 8;

/// In which language the labels are printed; values are printed as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Chinese labels.
    Zh,
    /// English labels.
    En,
    /// Both, Chinese first.
    Both,
}

impl Lang {
    fn word(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
            Self::Both => "both",
        }
    }
}

/// The Noto Sans SC faces (regular and bold, SIL Open Font Licence 1.1) that the build found; empty when it
/// found none.
#[must_use]
pub fn embedded_fonts() -> Vec<Cow<'static, [u8]>> {
    const FACES: &[&[u8]] = include!(concat!(env!("OUT_DIR"), "/fonts.rs"));
    FACES.iter().map(|face| Cow::Borrowed(*face)).collect()
}

/// Templates and fonts, made ready once and printed from by many threads.
pub struct Forms {
    pub(crate) library: LazyHash<Library>,
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) fonts: Vec<Font>,
    pub(crate) sources: HashMap<FileId, Source>,
    pub(crate) ground: Bytes,
    fields: BTreeMap<String, Fields>,
    standards: PdfStandards,
}

impl Forms {
    /// Makes the press ready. Fonts are whole TrueType or OpenType files.
    ///
    /// # Errors
    /// [`FormError::NoFont`] without a usable face; [`FormError::Declaration`] for a malformed field
    /// declaration in a template.
    pub fn new(templates: &Templates, fonts: Vec<Cow<'static, [u8]>>) -> Result<Self, FormError> {
        let fonts: Vec<Font> = fonts.into_iter().flat_map(|file| Font::iter(font_bytes(file))).collect();
        if fonts.is_empty() {
            return Err(FormError::NoFont);
        }
        let mut sources = HashMap::new();
        let mut fields = BTreeMap::new();
        for (name, text) in templates.iter() {
            let Some(id) = file_id(name) else {
                return Err(FormError::Declaration {
                    template: name.to_owned(),
                    line: 0,
                    reason: "the file name is not a path".to_owned(),
                });
            };
            sources.insert(id, Source::new(id, text.to_owned()));
            if let Some(form) = name.strip_suffix(".typ") {
                let declared = Fields::parse(name, text)?;
                if !declared.is_empty() {
                    fields.insert(form.to_owned(), declared);
                }
            }
        }
        let standards = PdfStandards::new(&[PdfStandard::A_2b]).map_err(|error| FormError::Template {
            template: String::new(),
            line: 0,
            reason: error.message().to_string(),
        })?;
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            sources,
            ground: Bytes::from_string(art::guilloche_svg()),
            fields,
            standards,
        })
    }

    /// Names of the forms that can be printed: templates that declare at least one field.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// The fields a form declares, in the order of its template.
    ///
    /// # Errors
    /// [`FormError::UnknownForm`].
    pub fn fields(&self, form: &str) -> Result<&[Field], FormError> {
        self.declared(form).map(Fields::list)
    }

    /// Prints a form as PDF/A-2b. Equal arguments give equal bytes. `made_at` is the creation time written
    /// into the file. When the values hold `verify.url`, the template finds its QR code as `/qr.svg`.
    ///
    /// # Errors
    /// [`FormError`] naming the form and the field, or the template and line.
    pub fn render(
        &self,
        form: &str,
        data: &Value,
        lang: Lang,
        made_at: jiff::Timestamp,
    ) -> Result<Vec<u8>, FormError> {
        let printable =
            |c: char| c == '\n' || self.fonts.iter().any(|font| font.info().coverage.contains(u32::from(c)));
        let values = self.declared(form)?.check(form, data, &printable)?;
        let qr = match values.pointer("/verify/url").and_then(Value::as_str) {
            Some(url) => Some(
                art::qr_svg(&url.replace('\u{200B}', ""))
                    .ok_or_else(|| FormError::Qr { form: form.to_owned(), bytes: url.len() })?,
            ),
            None => None,
        };
        let packed = json!({ "form": form, "lang": lang.word(), "data": values }).to_string();
        let ident = format!("{:x?}", Sha256::digest(packed.as_bytes()).as_slice());
        let main = file_id(&format!("{form}.typ")).ok_or_else(|| self.unknown(form))?;
        let room =
            Room { forms: self, main, data: Bytes::from_string(packed), qr: qr.map(Bytes::from_string) };
        let document =
            typst::compile::<PagedDocument>(&room).output.map_err(|found| room.complaint(&found))?;
        let options = PdfOptions {
            ident: Smart::Custom(ident),
            creator: Smart::Custom(None),
            timestamp: datetime(made_at).map(Timestamp::new_utc),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|found| room.complaint(&found));
        comemo::evict(MEMORY_AGE);
        pdf
    }

    fn declared(&self, form: &str) -> Result<&Fields, FormError> {
        self.fields.get(form).ok_or_else(|| self.unknown(form))
    }

    fn unknown(&self, form: &str) -> FormError {
        let known = self.names().collect::<Vec<_>>().join(", ");
        FormError::UnknownForm { form: form.to_owned(), known }
    }
}

fn font_bytes(file: Cow<'static, [u8]>) -> Bytes {
    match file {
        Cow::Borrowed(bytes) => Bytes::new(bytes),
        Cow::Owned(bytes) => Bytes::new(bytes),
    }
}

fn datetime(at: jiff::Timestamp) -> Option<Datetime> {
    let at = jiff::tz::Offset::UTC.to_datetime(at);
    let byte = |n: i8| u8::try_from(n).ok();
    Datetime::from_ymd_hms(
        i32::from(at.year()),
        byte(at.month())?,
        byte(at.day())?,
        byte(at.hour())?,
        byte(at.minute())?,
        byte(at.second())?,
    )
}
