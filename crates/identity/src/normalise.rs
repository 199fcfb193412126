use std::borrow::Cow;

use model::IdentifierKind;

/// The form under which two spellings of one identifier are the same.
///
/// Outer blanks never count. Mail addresses lose their upper case. Telephone numbers lose everything but digits and a
/// leading `+`; a leading `00` is a `+`. All other kinds are kept as they are: their upper case may carry meaning.
pub fn normalise<'v>(kind: &IdentifierKind<'_>, value: &'v str) -> Cow<'v, str> {
    let trimmed = value.trim();
    match kind {
        IdentifierKind::Email if trimmed.chars().any(char::is_uppercase) => Cow::Owned(trimmed.to_lowercase()),
        IdentifierKind::Phone => normalise_phone(trimmed),
        IdentifierKind::Email
        | IdentifierKind::AnonymousId
        | IdentifierKind::UserId
        | IdentifierKind::LoyaltyCard
        | IdentifierKind::DeviceId
        | IdentifierKind::VehicleId
        | IdentifierKind::Own(_) => Cow::Borrowed(trimmed),
    }
}

fn normalise_phone(text: &str) -> Cow<'_, str> {
    let digits_alone = text.strip_prefix('+').unwrap_or(text).bytes().all(|b| b.is_ascii_digit());
    if digits_alone && !text.starts_with("00") {
        return Cow::Borrowed(text);
    }
    let mut kept: String = text.chars().filter(char::is_ascii_digit).collect();
    if kept.is_empty() {
        return Cow::Borrowed(text);
    }
    if text.starts_with('+') {
        kept.insert(0, '+');
    } else if let Some(rest) = kept.strip_prefix("00") {
        kept = format!("+{rest}");
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_identifier_become_the_same() {
        for (kind, value, expected) in [
            (IdentifierKind::Email, " Ada.Öz@Example.COM ", "ada.öz@example.com"),
            (IdentifierKind::Phone, "+49 30 / 23125-001", "+493023125001"),
            (IdentifierKind::Phone, "0049 30 23125001", "+493023125001"),
            (IdentifierKind::Phone, "(030) 23125001", "03023125001"),
            (IdentifierKind::Phone, "03023125001", "03023125001"),
            (IdentifierKind::Phone, "unknown", "unknown"),
            (IdentifierKind::UserId, " Ada ", "Ada"),
            (IdentifierKind::Own("frame_number".into()), "WX 9", "WX 9"),
        ] {
            assert_eq!(normalise(&kind, value), expected);
        }
    }
}
