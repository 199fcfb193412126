//! Which letters the bytes mean.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::FileError;

/// The encoding, and why it was taken.
pub(super) fn encoding_of(head: &[u8], asked: Option<&str>) -> Result<(&'static Encoding, &'static str), FileError> {
    if let Some(label) = asked {
        let found = Encoding::for_label(label.trim().as_bytes());
        let known = found.ok_or_else(|| {
            FileError::whole(format!("encoding {label:?} is unknown: try utf-8, windows-1252, iso-8859-15 or utf-16le"))
        })?;
        return Ok((known, "as told"));
    }
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Ok((encoding, "by the byte order mark"));
    }
    let nul_at = |parity: usize| head.iter().skip(parity).step_by(2).take(400).filter(|&&byte| byte == 0).count();
    let (even, odd) = (nul_at(0), nul_at(1));
    let looked_at = (head.len() / 2).min(400);
    if looked_at > 1 && odd * 2 > looked_at && even == 0 {
        return Ok((UTF_16LE, "every second byte is zero"));
    }
    if looked_at > 1 && even * 2 > looked_at && odd == 0 {
        return Ok((UTF_16BE, "every second byte is zero"));
    }
    let (mut valid, mut invalid) = (0_u32, 0_u32);
    for chunk in head.utf8_chunks() {
        valid += u32::from(!chunk.valid().is_ascii()) * chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u32;
        invalid += u32::from(!chunk.invalid().is_empty());
    }
    // The last character may be cut off by the end of the head.
    let cut_off = head.utf8_chunks().last().is_some_and(|chunk| !chunk.invalid().is_empty());
    match (valid, invalid - u32::from(cut_off && invalid > 0)) {
        (0, 0) => Ok((UTF_8, "plain ASCII so far")),
        (_, 0) => Ok((UTF_8, "the first bytes are valid UTF-8")),
        (valid, invalid) if valid > invalid => Ok((UTF_8, "most of the first bytes are valid UTF-8")),
        _ => Ok((WINDOWS_1252, "the first bytes are not UTF-8")),
    }
}

/// Bytes of any encoding, read as UTF-8. What stands for no character becomes U+FFFD.
pub(super) struct Transcoded<R> {
    inner: R,
    decoder: Decoder,
    ended: bool,
    /// Decoded bytes that did not fit into a very small buffer.
    rest: Vec<u8>,
}

impl<R: BufRead> Transcoded<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self { inner, decoder: encoding.new_decoder_with_bom_removal(), ended: false, rest: Vec::new() }
    }
}

impl<R: BufRead> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.rest.is_empty() {
                let count = self.rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&self.rest[..count]);
                self.rest.drain(..count);
                return Ok(count);
            }
            if self.ended {
                return Ok(0);
            }
            let mut small = [0; 16];
            let direct = buffer.len() >= small.len();
            let available = self.inner.fill_buf()?;
            let last = available.is_empty();
            let target = if direct { &mut *buffer } else { &mut small[..] };
            let (result, taken, written, _) = self.decoder.decode_to_utf8(available, target, last);
            self.inner.consume(taken);
            self.ended = last && result == CoderResult::InputEmpty;
            if direct && written > 0 {
                return Ok(written);
            }
            if !direct {
                self.rest.extend_from_slice(&small[..written]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_guessed_from_the_first_bytes() {
        for (head, expected) in [
            (&b"kunde,zeit"[..], "UTF-8"),
            ("Käufer,Größe".as_bytes(), "UTF-8"),
            (b"\xef\xbb\xbfkunde", "UTF-8"),
            (b"K\xe4ufer;Gr\xf6\xdfe", "windows-1252"),
            (b"\xff\xfek\0u\0", "UTF-16LE"),
            (b"k\0u\0n\0d\0e\0", "UTF-16LE"),
            (b"\0k\0u\0n\0d\0e", "UTF-16BE"),
            (&"Käufer".as_bytes()[..2], "UTF-8"),
            (b"\xc3\xa4\xc3\xb6\xc3\xbc\xe4 one slip", "UTF-8"),
        ] {
            assert_eq!(encoding_of(head, None).unwrap().0.name(), expected, "{head:?}");
        }
        assert_eq!(encoding_of(b"", Some("latin1")).unwrap().0, WINDOWS_1252);
        assert!(encoding_of(b"", Some("klingon")).unwrap_err().to_string().contains("\"klingon\" is unknown"));
    }

    #[test]
    fn decoding_gives_the_same_text_for_buffers_of_any_size() {
        let text = "Grüße, Öl 🚲 für 12,50 €\n".repeat(20);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for size in [1, 2, 3, 4, 15, 16, 17, 1000] {
            let mut reader = Transcoded::new(io::BufReader::with_capacity(7, &utf16[..]), UTF_16LE);
            let mut bytes = Vec::new();
            let mut piece = vec![0; size];
            loop {
                let count = reader.read(&mut piece).unwrap();
                if count == 0 {
                    break;
                }
                bytes.extend_from_slice(&piece[..count]);
            }
            assert_eq!(String::from_utf8(bytes).unwrap(), text, "buffer of {size}");
        }
    }
}
