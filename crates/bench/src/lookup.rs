//! Finding one customer of 100 events among 10 M and telling their story.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::exact::Times;
use crate::figures::{Figures, Target};
use crate::http::{self, Connection};
use crate::metrics::Histogram;
use crate::segment::{BATCH, scatter};
use crate::server::{Keys, Server};
use crate::workplace::Workplace;
use crate::{csv, load};

const CUSTOMERS: u64 = 2_000;
const LOOKUPS: u64 = 20_000;
/// 2025-01-01T00:00:00Z: among the imported events, so that their parts are read.
const FIRST_SECOND: i64 = 1_735_689_600;

pub(crate) fn run(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    let data = csv::imported(workplace, figures)?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        // A source of its own, so that a second run on the same data brings new customers.
        let run = jiff::Timestamp::now().as_second();
        let keys = Keys::create(workplace, &data, &format!("lookup-{run}"))?;
        let server = Server::serve(workplace, &data).await?;
        let mut connection = Connection::open(&server.address).await?;
        let customers = workplace.scaled(CUSTOMERS);
        for customer in 0..customers {
            let request = load::post_batch(&server.address, &keys.write_key, &story(run, customer)?);
            let (status, body) = connection.exchange(&request).await?;
            ensure!(status == 200, "{status}: {}", String::from_utf8_lossy(body));
        }
        ask(&mut connection, &keys, run, customers, workplace.scaled(LOOKUPS), figures).await?;
        let metrics = server.metrics(&keys.token).await?;
        for route in ["/v1/customers/lookup", "/v1/customers/{id}/timeline"] {
            let times = Histogram::parse(&metrics, "geleit_http_request_seconds", &format!("route=\"{route}\""))?;
            let p99_ms = times.quantile_at_most(0.99) * 1e3;
            figures.add(format!("{route}: p99 by the server, at most"), p99_ms, "ms", Target::None);
        }
        server.stop()
    })
}

async fn ask(
    connection: &mut Connection,
    keys: &Keys,
    run: i64,
    customers: u64,
    lookups: u64,
    figures: &mut Figures,
) -> Result<()> {
    let [mut finding, mut telling, mut both] = [Times::default(), Times::default(), Times::default()];
    for number in 0..lookups {
        let user = user_id(run, scatter(number) % customers);
        let began = Instant::now();
        let path = format!("/v1/customers/lookup?kind=user_id&value={user}");
        let (status, body) = connection.exchange(&http::get(&path, &keys.token)).await?;
        let found = began.elapsed();
        ensure!(status == 200, "lookup of {user}: {status} {}", String::from_utf8_lossy(body));
        let customer: Value = serde_json::from_slice(body)?;
        let id = &customer["customer"]["id"];
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let path = format!("/v1/customers/{id}/timeline?limit={BATCH}");
        let asked = Instant::now();
        let (status, body) = connection.exchange(&http::get(&path, &keys.token)).await?;
        let told = asked.elapsed();
        ensure!(status == 200, "timeline of {user}: {status} {}", String::from_utf8_lossy(body));
        let timeline: Value = serde_json::from_slice(body)?;
        let events = timeline["events"].as_array().context("a timeline without events")?.len();
        ensure!(events == BATCH, "{user} has {events} events, not {BATCH}");
        finding.add(found);
        telling.add(told);
        both.add(found + told);
    }
    figures.add("lookup: p50", finding.quantile_ms(0.5), "ms", Target::None);
    figures.add("lookup: p99", finding.quantile_ms(0.99), "ms", Target::None);
    figures.add("timeline of 100 events: p50", telling.quantile_ms(0.5), "ms", Target::None);
    figures.add("timeline of 100 events: p99", telling.quantile_ms(0.99), "ms", Target::None);
    figures.add("lookup and timeline: p99, seen by the client", both.quantile_ms(0.99), "ms", Target::AtMost(10.0));
    Ok(())
}

fn user_id(run: i64, customer: u64) -> String {
    format!("bench-{run}-{customer}")
}

/// 100 events of one customer, three days apart.
fn story(run: i64, customer: u64) -> Result<Value> {
    let user = user_id(run, customer);
    let mut events = Vec::with_capacity(BATCH);
    for number in 0..BATCH {
        let at = jiff::Timestamp::from_second(FIRST_SECOND + 259_200 * number as i64 + customer as i64)?;
        events.push(json!({
            "type": "track",
            "messageId": format!("{user}-{number}"),
            "userId": user,
            "event": format!("touchpoint {:02}", number % 40),
            "timestamp": at.to_string(),
            "properties": { "step": number, "note": "a few words about what happened here" },
        }));
    }
    Ok(json!({ "batch": events }))
}
