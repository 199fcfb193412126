//! Many connections posting batches to a server, as fast as it answers or at a fixed rate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::exact::Times;
use crate::http::Connection;
use crate::process;
use crate::segment::{self, BATCH, Batch};

/// Connections of a load, as many clients keep open.
const CONNECTIONS: usize = 64;

/// What a load has brought.
pub(crate) struct Load {
    pub(crate) events: u64,
    pub(crate) wall: Duration,
    /// Of each request, from its planned time (at a fixed rate) or from sending it, until its answer.
    pub(crate) times: Times,
    /// Processor time of the generator itself.
    pub(crate) client_cpu_s: f64,
}

impl Load {
    pub(crate) fn events_per_second(&self) -> f64 {
        self.events as f64 / self.wall.as_secs_f64()
    }
}

/// Posts `batches` batches. With a rate (events per second), the nth batch is due at n/rate; the time of a request that
/// starts late counts from when it was due. Any answer but "all accepted" is an error.
pub(crate) async fn run(address: &str, write_key: &str, batches: u64, rate: Option<f64>) -> Result<Load> {
    let next = Arc::new(AtomicU64::new(0));
    let interval = rate.map(|rate| BATCH as f64 / rate);
    let cpu_before = process::cpu_seconds(std::process::id())?;
    let began = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let connection = Connection::open(address).await?;
        let batch = Batch::new(address, write_key)?;
        tasks.push(tokio::spawn(post_all(connection, batch, Arc::clone(&next), batches, began, interval)));
    }
    let mut times = Times::default();
    for task in tasks {
        times.append(task.await??);
    }
    let client_cpu_s = process::cpu_seconds(std::process::id())? - cpu_before;
    Ok(Load { events: batches * BATCH as u64, wall: began.elapsed(), times, client_cpu_s })
}

/// A request that posts one body of Segment's batch route.
pub(crate) fn post_batch(host: &str, write_key: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    format!("{}{body}", segment::head(host, write_key, body.len())).into_bytes()
}

async fn post_all(
    mut connection: Connection,
    mut batch: Batch,
    next: Arc<AtomicU64>,
    batches: u64,
    began: Instant,
    interval: Option<f64>,
) -> Result<Times> {
    let mut times = Times::default();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= batches {
            return Ok(times);
        }
        let mut from = Instant::now();
        if let Some(interval) = interval {
            from = began + Duration::from_secs_f64(number as f64 * interval);
            tokio::time::sleep_until(from.into()).await;
        }
        batch.renew(number);
        let (status, body) = connection.exchange(batch.request()).await?;
        times.add(from.elapsed());
        let said = || String::from_utf8_lossy(body);
        ensure!(status == 200, "batch {number} was answered with {status}: {}", said());
        let answer: Value = serde_json::from_slice(body).with_context(|| format!("batch {number}: {}", said()))?;
        ensure!(answer["accepted"] == BATCH && answer["duplicates"] == 0, "batch {number}: {}", said());
    }
}
