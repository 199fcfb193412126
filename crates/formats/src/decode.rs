//! Bytes of a file as text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use model::Invalid;

use crate::MOST_BYTES;

/// The text of a file: UTF-8 with or without a byte order mark, or UTF-16 with one.
pub(crate) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Invalid> {
    in_encoding(bytes, None)
}

/// The text of an XML file, which may say its encoding itself.
pub(crate) fn xml(bytes: &[u8]) -> Result<Cow<'_, str>, Invalid> {
    in_encoding(bytes, declared(bytes)?)
}

fn in_encoding<'b>(bytes: &'b [u8], declared: Option<&'static Encoding>) -> Result<Cow<'b, str>, Invalid> {
    within_size(bytes)?;
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, &bytes[mark..]),
        None => (declared.unwrap_or(UTF_8), bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        let before = if encoding == UTF_8 {
            std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len)
        } else {
            0
        };
        let place = format!("line {}", line_of(&bytes[..before]));
        let shown =
            bytes.get(before).filter(|_| encoding == UTF_8).map(|byte| format!("\\x{byte:02x}")).unwrap_or_default();
        Invalid::new(place, &shown, format!("is not {}: save the file as UTF-8", encoding.name()))
    })?;
    if let Some(at) = text.find('\0') {
        return Err(Invalid::new(format!("line {}", line_of(text[..at].as_bytes())), "\0", "stands in no text"));
    }
    Ok(text)
}

/// Refuses a file that is too long.
pub(crate) fn within_size(bytes: &[u8]) -> Result<(), Invalid> {
    if bytes.len() > MOST_BYTES {
        return Err(Invalid::new("file", &bytes.len().to_string(), format!("bytes are more than {MOST_BYTES}")));
    }
    Ok(())
}

fn line_of(before: &[u8]) -> usize {
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// What the XML declaration says.
fn declared(bytes: &[u8]) -> Result<Option<&'static Encoding>, Invalid> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let Some((declaration, _)) = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) else {
        return Ok(None);
    };
    let Some((_, value)) = declaration.split_once("encoding") else { return Ok(None) };
    let label = value.trim_start_matches([' ', '=']).trim_matches(['"', '\'', ' ']);
    let label = label.split(['"', '\'']).next().unwrap_or_default();
    // What calls itself UTF-16 and begins without its mark can be read by nobody, and is no UTF-16: this line was read.
    let found = Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible());
    found.map(Some).ok_or_else(|| Invalid::new("line 1", label, "is no encoding that is known: save the file as UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_the_usual_encodings_are_read_and_others_refused_with_their_place() {
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for (bytes, expected) in [
            ("Tür".as_bytes().to_vec(), Ok("Tür")),
            ([b"\xef\xbb\xbf", "Tür".as_bytes()].concat(), Ok("Tür")),
            (utf16("\u{feff}Tür 🚲", u16::to_le_bytes), Ok("Tür 🚲")),
            (utf16("\u{feff}Tür 🚲", u16::to_be_bytes), Ok("Tür 🚲")),
            (b"a\nb\nT\xfcr".to_vec(), Err("line 3: \"\\\\xfc\" is not UTF-8: save the file as UTF-8")),
            (b"a\nb\0".to_vec(), Err("line 2: \"\\0\" stands in no text")),
            (b"\xff\xfea\0\x00\xd8".to_vec(), Err("line 1: \"\" is not UTF-16LE: save the file as UTF-8")),
        ] {
            let read = text(&bytes).map_err(|error| error.to_string());
            assert_eq!(read.as_deref().map_err(String::as_str), expected, "{bytes:?}");
        }
        let long = vec![b' '; MOST_BYTES + 1];
        assert_eq!(text(&long).unwrap_err().to_string(), "file: \"10485761\" bytes are more than 10485760");
    }

    #[test]
    fn an_xml_file_may_say_its_encoding() {
        for (bytes, expected) in [
            (&b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xfc</a>"[..], Ok("\u{fc}")),
            (b"<?xml version='1.0' encoding='utf-8'?><a>\xc3\xbc</a>", Ok("\u{fc}")),
            (b"<?xml version=\"1.0\"?><a>\xc3\xbc</a>", Ok("\u{fc}")),
            (b"<?xml version=\"1.0\" encoding=\"klingon\"?><a/>", Err("\"klingon\" is no encoding")),
            (b"<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>", Err("\"UTF-16\" is no encoding")),
        ] {
            match (xml(bytes), expected) {
                (Ok(text), Ok(part)) => assert!(text.contains(part), "{text}"),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
                (read, _) => panic!("{read:?}"),
            }
        }
    }
}
