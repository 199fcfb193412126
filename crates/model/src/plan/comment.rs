//! Remarks about other documents.

use serde::{Deserialize, Serialize};

use super::{DocumentKind, is_slug};
use crate::Invalid;

/// A remark about another document. Who made it and when is said by the document's versions; it is settled by removing it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// The document: `KIND/NAME`, such as `map/bike-purchase`.
    pub about: String,
    /// The place in it: `step/order`, `stage/use`; the whole of it if empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What is said.
    pub text: String,
    /// Name of the comment that it answers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reply_to: String,
}

/// Characters of a comment, at most.
const LONGEST_COMMENT: usize = 10_000;

pub(super) fn check_comment(comment: &Comment) -> Result<(), Invalid> {
    let about = comment.about.split_once('/');
    if !about.is_some_and(|(kind, name)| kind.parse::<DocumentKind>().is_ok() && is_slug(name)) {
        return Err(Invalid::new("about", &comment.about, "is not of the form KIND/NAME, such as map/bike-purchase"));
    }
    if comment.text.trim().is_empty() {
        return Err(Invalid::missing("text", "is empty"));
    }
    let length = comment.text.chars().count();
    if length > LONGEST_COMMENT {
        return Err(Invalid::new("text", &length.to_string(), format!("characters are more than {LONGEST_COMMENT}")));
    }
    if !comment.reply_to.is_empty() && !is_slug(&comment.reply_to) {
        return Err(Invalid::new("reply_to", &comment.reply_to, "is no name of a comment"));
    }
    Ok(())
}
