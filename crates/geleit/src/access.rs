//! `geleit source` and `geleit token`: who may send, who may read.
//!
//! Plans and access lie in a database that several processes may write, so these work beside a running server.

use model::Timestamp;
use serde_json::json;
use store::{DataDirectory, Plans, Source, SqlitePlans};

use crate::cli::{self, SourceAction, Token, TokenAction};
use crate::config::Config;
use crate::show;

pub(crate) fn source(config: &Config, args: &cli::Source) -> anyhow::Result<()> {
    let plans = SqlitePlans::open(&DataDirectory::create(config.data()?)?)?;
    match &args.action {
        SourceAction::Create { name, json } => show_key(name, &plans.create_source(name, Timestamp::now())?, json.json),
        SourceAction::Rotate { name, json } => {
            show_key(name, &plans.rotate_source_key(name, Timestamp::now())?, json.json)
        }
        SourceAction::List(json) => {
            let sources = plans.sources()?;
            if json.json {
                return show::json(&json!({ "sources": sources }));
            }
            let key = |source: &Source| if source.has_key { source.key_at.to_string() } else { "revoked".to_owned() };
            let rows = sources.into_iter().map(|source| vec![source.name.clone(), key(&source)]);
            show::table(&["source", "write key made at"], rows)
        }
    }
}

fn show_key(name: &str, key: &str, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return show::json(&json!({ "name": name, "write_key": key }));
    }
    show::line(&format!("Write key of {name} (it is not shown again):\n{key}"))
}

pub(crate) fn token(config: &Config, args: &Token) -> anyhow::Result<()> {
    let plans = SqlitePlans::open(&DataDirectory::create(config.data()?)?)?;
    match &args.action {
        TokenAction::Create { role, name, json } => {
            let made = plans.create_token(role.parse()?, name, Timestamp::now())?;
            if json.json {
                return show::json(&json!({ "id": made.token.id, "role": made.token.role, "token": made.secret }));
            }
            show::line(&format!("Token {} for {role} (it is not shown again):\n{}", made.token.id, made.secret))
        }
        TokenAction::Revoke { id } => {
            plans.revoke_token(*id, Timestamp::now())?;
            show::line(&format!("Token {id} is void."))
        }
        TokenAction::List(json) => {
            let tokens = plans.tokens()?;
            if json.json {
                return show::json(&json!({ "tokens": tokens }));
            }
            let rows = tokens.into_iter().map(|token| {
                let state = token.revoked_at.map_or_else(|| "valid".to_owned(), |at| format!("void since {at}"));
                vec![token.id.to_string(), token.role.to_string(), token.name, token.created_at.to_string(), state]
            });
            show::table(&["token", "role", "name", "made at", "state"], rows)
        }
    }
}
