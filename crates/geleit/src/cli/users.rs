//! People who log in, as arguments.

use clap::{Args, Subcommand};

use super::Json;

#[derive(Args, Debug)]
pub(crate) struct User {
    #[command(subcommand)]
    pub(crate) action: UserAction,
}

#[derive(Subcommand, Debug)]
pub(crate) enum UserAction {
    /// Add somebody; the password is asked for, or read from stdin
    Create {
        /// What they log in with
        name: String,
        /// admin, manager, service, marketer, analyst or privacy
        #[arg(long)]
        role: String,
        /// How others read it
        #[arg(long, default_value = "", value_name = "NAME")]
        display_name: String,
        /// Their mail address
        #[arg(long, default_value = "", value_name = "ADDRESS")]
        mail: String,
        #[command(flatten)]
        json: Json,
    },
    /// List everybody
    List(Json),
    /// Give somebody a new password, asked for or read from stdin, and end their sessions
    Password {
        /// What they log in with
        name: String,
        #[command(flatten)]
        json: Json,
    },
    /// Keep somebody out, and end their sessions
    Disable {
        /// What they log in with
        name: String,
        #[command(flatten)]
        json: Json,
    },
    /// Let somebody in again
    Enable {
        /// What they log in with
        name: String,
        #[command(flatten)]
        json: Json,
    },
}
