//! What SQLite reports, in the words of the port.

use rusqlite::{Error, ErrorCode};
use sekisho_app::tx::StoreError;

/// What `error` means to a caller.
///
/// Whatever is not known to pass by itself or to be the disk's fault is ours or the file's:
/// somebody must look.
pub(crate) fn fault(error: &Error) -> StoreError {
    let words = match error {
        // Without the statement, which may be a whole migration.
        Error::SqlInputError { msg, .. } => msg.clone(),
        _ => error.to_string(),
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(
            ErrorCode::DiskFull
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::AuthorizationForStatementDenied
            | ErrorCode::OutOfMemory
            | ErrorCode::FileLockingProtocolFailed,
        ) => StoreError::Unavailable(words),
        _ => StoreError::Corrupt(words),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn every_fault_is_told_in_words_an_operator_can_use() {
        let told = |code| fault(&Error::SqliteFailure(ffi::Error::new(code), None));
        for code in [ffi::SQLITE_BUSY, ffi::SQLITE_BUSY_SNAPSHOT, ffi::SQLITE_LOCKED] {
            assert_eq!(told(code), StoreError::Busy);
        }
        for code in
            [ffi::SQLITE_FULL, ffi::SQLITE_READONLY, ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_CANTOPEN]
        {
            assert!(matches!(told(code), StoreError::Unavailable(words) if !words.is_empty()));
        }
        for code in [ffi::SQLITE_CORRUPT, ffi::SQLITE_NOTADB, ffi::SQLITE_CONSTRAINT_TRIGGER] {
            assert!(matches!(told(code), StoreError::Corrupt(_)));
        }
        assert!(matches!(fault(&Error::QueryReturnedNoRows), StoreError::Corrupt(_)));
    }
}
