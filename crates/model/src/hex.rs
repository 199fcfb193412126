//! 32 bytes as people and programs exchange them: 64 hex digits.

/// The bytes of 64 hex digits; `None` for any other text.
///
/// ```
/// let hash = [0xab; 32];
/// assert_eq!(model::hex::parse(&model::hex::written(&hash)), Some(hash));
/// assert_eq!(model::hex::parse("ab"), None);
/// assert_eq!(model::hex::parse(&"ä".repeat(32)), None);
/// ```
pub fn parse(text: &str) -> Option<[u8; 32]> {
    let is_hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate().filter(|_| is_hex) {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    is_hex.then_some(bytes)
}

/// The bytes as hex digits, small letters.
pub fn written(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
