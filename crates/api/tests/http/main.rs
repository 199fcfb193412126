//! The API over real HTTP with a real engine. Every answer that any of these tests gets is held against the OpenAPI
//! document, which is taken strictly: a field it does not name is a fault.

#![allow(clippy::unwrap_used, reason = "all of it is tests, helpers included")]

mod answers;
mod app;
mod arrivals;
mod browser;
mod candidates;
mod conformance;
mod contract;
mod doors;
mod evaluation;
mod first_start;
mod improving;
mod ingest;
mod live;
mod login;
mod long_questions;
mod mining;
mod people;
mod plan_files;
mod plans;
mod quarantine;
mod register;
mod rulings;
mod server;
mod sources;
mod uploads;
