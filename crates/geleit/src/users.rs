//! `geleit user`: who may log in. Works beside a running server, as `source` and `token` do.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, bail};
use model::Timestamp;
use serde_json::json;
use store::{DataDirectory, NewUser, PasswordHash, SqlitePlans, User, Users};

use crate::cli::{self, UserAction};
use crate::config::Config;
use crate::show;

pub(crate) fn run(config: &Config, args: &cli::User) -> anyhow::Result<()> {
    let users = SqlitePlans::open(&DataDirectory::create(config.data()?)?)?;
    let now = Timestamp::now();
    match &args.action {
        UserAction::Create { name, role, display_name, mail, json } => {
            let role = role.parse()?;
            let password = PasswordHash::of(&new_password()?)?;
            let user = users.create_user(&NewUser { name, display_name, mail, role, password: &password }, now)?;
            told(json.json, &user, &format!("{} can log in as {role}.", user.name))
        }
        UserAction::List(json) => {
            let all = users.users()?;
            if json.json {
                return show::json(&json!({ "users": all }));
            }
            let rows = all.into_iter().map(|user| {
                let state =
                    user.disabled_at.map_or_else(|| "may log in".to_owned(), |at| format!("disabled since {at}"));
                vec![user.name, user.role.to_string(), user.display_name, user.mail, state]
            });
            show::table(&["user", "role", "shown as", "mail", "state"], rows)
        }
        UserAction::Password { name, json } => {
            known(&users, name)?;
            users.set_password(name, &PasswordHash::of(&new_password()?)?, now)?;
            let user = known(&users, name)?;
            told(json.json, &user, &format!("{} has a new password; all sessions are ended.", user.name))
        }
        UserAction::Disable { name, json } => {
            users.disable_user(name, Some(now))?;
            let user = known(&users, name)?;
            told(json.json, &user, &format!("{} is kept out; all sessions are ended.", user.name))
        }
        UserAction::Enable { name, json } => {
            users.disable_user(name, None)?;
            let user = known(&users, name)?;
            told(json.json, &user, &format!("{} can log in again.", user.name))
        }
    }
}

/// Asked before a password is, so that nobody types one in vain.
fn known(users: &dyn Users, name: &str) -> anyhow::Result<User> {
    let found = users.user(name)?.map(|(user, _)| user);
    found.with_context(|| format!("there is no user {name:?}"))
}

fn told(as_json: bool, user: &User, sentence: &str) -> anyhow::Result<()> {
    if as_json { show::json(user) } else { show::line(sentence) }
}

/// The password that somebody types twice, unseen; from a pipe its first line.
fn new_password() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("stdin")?;
        let password = line.trim_end_matches(['\n', '\r']);
        if password.is_empty() {
            bail!("no password came on stdin: its first line is taken");
        }
        return Ok(password.to_owned());
    }
    let password = rpassword::prompt_password("Password: ").context("the terminal")?;
    if rpassword::prompt_password("Once more: ").context("the terminal")? != password {
        bail!("the two differ: nothing was changed");
    }
    Ok(password)
}
