//! The typesetter's whole world: the templates, three generated files and the fonts. It holds no path to the
//! disk, no clock and no network, so a template can reach nothing else.

use std::path::PathBuf;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World, WorldExt};

use crate::error::FormError;
use crate::print::Forms;

/// What one print needs beside the templates: the values and the QR code.
pub(crate) struct Room<'a> {
    pub(crate) forms: &'a Forms,
    pub(crate) main: FileId,
    pub(crate) data: Bytes,
    pub(crate) qr: Option<Bytes>,
}

/// The identity of a file in the root of this world; none for a name that is no path.
pub(crate) fn file_id(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(name).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn absent(id: FileId) -> FileError {
    match id.get().root() {
        VirtualRoot::Project => FileError::NotFound(PathBuf::from(id.get().vpath().get_with_slash())),
        VirtualRoot::Package(_) => FileError::AccessDenied,
    }
}

impl World for Room<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.forms.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.forms.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.forms.sources.get(&id).cloned().ok_or_else(|| absent(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if matches!(id.get().root(), VirtualRoot::Package(_)) {
            return Err(absent(id));
        }
        match id.get().vpath().get_without_slash() {
            "data.json" => Ok(self.data.clone()),
            "guilloche.svg" => Ok(self.forms.ground.clone()),
            "qr.svg" => self.qr.clone().ok_or_else(|| absent(id)),
            _ => self.source(id).map(|source| Bytes::from_string(source.text().to_owned())),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.forms.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

impl Room<'_> {
    /// The typesetter's first complaint, with file and line.
    pub(crate) fn complaint(&self, found: &[SourceDiagnostic]) -> FormError {
        let Some(first) = found.first() else {
            return FormError::Template { template: String::new(), line: 0, reason: "failed".to_owned() };
        };
        let id = first.span.id();
        let template = id.map(|id| id.get().vpath().get_without_slash().to_owned()).unwrap_or_default();
        let line = id
            .and_then(|id| self.source(id).ok())
            .zip(self.range(first.span))
            .and_then(|(source, range)| source.lines().byte_to_line(range.start))
            .map_or(0, |line| line + 1);
        let hints = first.hints.iter().map(|hint| format!("; {}", hint.v)).collect::<String>();
        FormError::Template { template, line, reason: format!("{}{hints}", first.message) }
    }
}
