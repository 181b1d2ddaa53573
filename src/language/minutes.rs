//! The words by which minutes are recognised in a document that is not yet a meeting file.
