//! Commands that write go through the server that holds the data directory, if there is one.

use anyhow::{Context, bail};
use model::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{DataDirectory, Plans, Role, SqlitePlans};

/// A server that holds the directory, and a token for as long as this command runs.
///
/// Whoever can write to the directory may do anything with it, so the command makes its own token.
pub(crate) struct Remote {
    base: String,
    token: store::NewToken,
    plans: SqlitePlans,
    agent: ureq::Agent,
}

impl Remote {
    /// The server that holds the directory; `None` if nobody does.
    pub(crate) fn of(directory: &DataDirectory) -> anyhow::Result<Option<Self>> {
        let Some(holder) = directory.holder()? else { return Ok(None) };
        let Some(address) = &holder.address else {
            bail!(
                "{} is in use by {holder}, which listens nowhere: try again when it has ended",
                directory.root().display()
            );
        };
        let plans = SqlitePlans::open(directory)?;
        let token = plans.create_token(Role::Admin, "command line", Timestamp::now())?;
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Ok(Some(Self { base: format!("http://{address}"), token, plans, agent }))
    }

    /// Posts JSON; waits and tries again where the server asks for that.
    pub(crate) fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        let url = format!("{}{path}", self.base);
        loop {
            let request = self.agent.post(&url).header("Authorization", &format!("Bearer {}", self.token.secret));
            let mut response = request.send_json(body).with_context(|| format!("the server at {}", self.base))?;
            let status = response.status().as_u16();
            if status == 429 || status == 503 {
                std::thread::sleep(std::time::Duration::from_secs(1));
                continue;
            }
            if !response.status().is_success() {
                let problem: serde_json::Value = response.body_mut().read_json().unwrap_or_default();
                let detail = problem["detail"].as_str().unwrap_or("no reason was given");
                bail!("the server at {} refused ({status}): {detail}", self.base);
            }
            return Ok(response.body_mut().read_json()?);
        }
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        // A token that could not be voided is listed by `geleit token list`.
        drop(self.plans.revoke_token(self.token.token.id, Timestamp::now()));
    }
}
