//! What was typed cannot be meant, whatever the data: such errors end with 2, as those that the parser of the command
//! line finds itself; everything that was refused or failed ends with 1.

use std::fmt;

use engine::EngineError;
use model::Invalid;
use store::StoreError;

/// The command line asks for something that there is not.
#[derive(Debug)]
pub(crate) struct WrongUsage(pub(crate) String);

impl fmt::Display for WrongUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongUsage {}

impl WrongUsage {
    /// True if the error is about the command line: wrong usage by name, or a value that is not valid anywhere. What
    /// is not valid in a file is told with its place, as a text, and is none.
    pub(crate) fn is_behind(error: &anyhow::Error) -> bool {
        error.chain().any(|cause| {
            cause.is::<Self>()
                || cause.is::<Invalid>()
                || matches!(cause.downcast_ref(), Some(EngineError::Invalid(_)))
                || matches!(cause.downcast_ref(), Some(StoreError::Invalid(_)))
        })
    }
}
