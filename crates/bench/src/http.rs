//! One keep-alive connection that speaks just enough HTTP/1.1: the generator must cost little beside the server.

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection to the server; requests go one after the other.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Connects to `address` (host and port).
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a whole request and reads the whole answer: its status and its body.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<(u16, &[u8])> {
        self.stream.write_all(request).await.context("sending a request")?;
        self.received.clear();
        let body_at = loop {
            self.read_more().await?;
            if let Some(end) = find(&self.received, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = std::str::from_utf8(&self.received[..body_at]).context("the head of an answer")?;
        let status = head.get(9..12).and_then(|digits| digits.parse().ok()).with_context(|| head.to_owned())?;
        let length = body_length(head)?;
        while self.received.len() < body_at + length {
            self.read_more().await?;
        }
        ensure!(self.received.len() == body_at + length, "more came than the answer's content-length says");
        Ok((status, &self.received[body_at..]))
    }

    async fn read_more(&mut self) -> Result<()> {
        let n = self.stream.read_buf(&mut self.received).await.context("reading an answer")?;
        ensure!(n > 0, "the server closed the connection");
        Ok(())
    }
}

fn body_length(head: &str) -> Result<usize> {
    for line in head.lines().skip(1) {
        if let Some((name, value)) = line.split_once(':') {
            if name.eq_ignore_ascii_case("content-length") {
                return value.trim().parse().with_context(|| line.to_owned());
            }
            if name.eq_ignore_ascii_case("transfer-encoding") {
                bail!("the answer comes in chunks, which this client does not read");
            }
        }
    }
    Ok(0)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// A GET request with a bearer token (none if empty).
pub(crate) fn get(path: &str, token: &str) -> Vec<u8> {
    let authorization = if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{authorization}\r\n").into_bytes()
}
