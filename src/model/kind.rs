//! What may be attached.

/// A kind of files that may be attached: documents, tables, pictures, plain text. Never pages or pictures that can hold
/// scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKind {
    /// How names of such files end, in small letters.
    pub ending: &'static str,
    /// Its media type, by IANA's register.
    pub media_type: &'static str,
    /// Whether such files are packed already, so that packing them again gains nothing.
    pub is_packed: bool,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [FileKind; 12] = [
        packed("pdf", "application/pdf"),
        packed("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        packed("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        packed("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        packed("odt", "application/vnd.oasis.opendocument.text"),
        packed("ods", "application/vnd.oasis.opendocument.spreadsheet"),
        packed("odp", "application/vnd.oasis.opendocument.presentation"),
        packed("png", "image/png"),
        packed("jpg", "image/jpeg"),
        packed("jpeg", "image/jpeg"),
        FileKind { ending: "txt", media_type: "text/plain", is_packed: false },
        FileKind { ending: "csv", media_type: "text/csv", is_packed: false },
    ];

    /// The kind of a file, by the ending of its name.
    pub fn of(path: &str) -> Option<FileKind> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (_, ending) = name.rsplit_once('.')?;
        FileKind::ALL.into_iter().find(|kind| kind.ending.eq_ignore_ascii_case(ending))
    }
}

const fn packed(ending: &'static str, media_type: &'static str) -> FileKind {
    FileKind { ending, media_type, is_packed: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_the_ending_of_the_name() {
        let media_type = |path| FileKind::of(path).map(|kind| kind.media_type);
        assert_eq!(media_type("2024-01-09/Kort.JPEG"), media_type("kort.jpg"));
        assert_eq!(media_type("a.b/notat.pdf"), Some("application/pdf"));
        assert_eq!(["kort.svg", "a.pdf/kort", "pdf", ""].map(media_type), [None; 4]);
    }
}
