//! The set of templates a `Forms` prints from: those built in, and those a bureau puts in their place.

use std::collections::BTreeMap;

/// Template sources by file name (`certificate.typ`).
#[derive(Debug, Clone)]
pub struct Templates(BTreeMap<String, String>);

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../forms/", $name)))),*]
    };
}

impl Templates {
    /// The templates built into the program.
    #[must_use]
    pub fn built_in() -> Self {
        let all = built_in![
            "common.typ",
            "certificate.typ",
            "release_notice.typ",
            "deficiency_notice.typ",
            "sampling_voucher.typ",
            "inspection_record.typ",
            "laboratory_report.typ",
            "bulletin.typ",
            "foreign_reply.typ",
            "interview_minutes.typ",
        ];
        Self(all.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect())
    }

    /// Adds a template or puts it in the place of one of the same file name. The caller reads the bureau's
    /// folder; a file name without the ending `.typ` is kept but can only be imported, not printed.
    #[must_use]
    pub fn with(mut self, file_name: impl Into<String>, source: impl Into<String>) -> Self {
        self.0.insert(file_name.into(), source.into());
        self
    }

    /// File names and sources, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}
