//! Arguments of the commands about who is who.

use std::path::PathBuf;

use clap::Args;

use super::Json;

#[derive(Args, Debug)]
pub(crate) struct Link {
    /// The records, one a row: CSV, Parquet or XLSX
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Write who is who: record_id,customer_id
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Write pairs that a person should decide on, those whose decision is worth most first
    #[arg(long, value_name = "FILE")]
    pub(crate) review: Option<PathBuf>,
    /// Write so many of them at most
    #[arg(long, value_name = "N", requires = "review")]
    pub(crate) review_most: Option<usize>,
    /// Write a random sample of linked pairs, to be judged by a person
    #[arg(long, value_name = "FILE")]
    pub(crate) sample: Option<PathBuf>,
    /// Pairs in the sample
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub(crate) sample_size: usize,
    /// Review or sample with the column decision filled in: accept or reject
    #[arg(long, value_name = "FILE")]
    pub(crate) decisions: Option<PathBuf>,
    /// Why two records are, or are not, one person
    #[arg(long, value_name = "A,B")]
    pub(crate) explain: Option<String>,
    /// Join customers: each link becomes one between the identifiers KIND:ID of the records, in the data directory
    #[arg(long, value_name = "KIND")]
    pub(crate) join: Option<String>,
    /// Column with the record's id [default: guessed, else the number of the row]
    #[arg(long, value_name = "COL", help_heading = "Reading")]
    pub(crate) id: Option<String>,
    /// Column that says who it truly is, to measure against; never used for linking
    #[arg(long, value_name = "COL", help_heading = "Reading")]
    pub(crate) truth: Option<String>,
    /// What a column holds where its name does not tell, as FIELD=COL; FIELD= for none
    #[arg(long, value_name = "FIELD=COL", help_heading = "Reading")]
    pub(crate) column: Vec<String>,
    /// csv, parquet or xlsx; guessed if not given
    #[arg(long, help_heading = "Reading")]
    pub(crate) format: Option<String>,
    /// CSV: the character between fields, or "tab"
    #[arg(long, value_name = "CHAR", help_heading = "Reading")]
    pub(crate) delimiter: Option<String>,
    /// CSV: utf-8, windows-1252, utf-16le, ...
    #[arg(long, help_heading = "Reading")]
    pub(crate) encoding: Option<String>,
    /// XLSX: name of the sheet
    #[arg(long, help_heading = "Reading")]
    pub(crate) sheet: Option<String>,
    /// The model to link by (TOML) [default: the plan linkage/default, else one trained on the file]
    #[arg(long, value_name = "FILE", help_heading = "Model")]
    pub(crate) model: Option<PathBuf>,
    /// Train the model on this file before it is used
    #[arg(long, help_heading = "Model")]
    pub(crate) train: bool,
    /// Write the model that was used into a file
    #[arg(long, value_name = "FILE", help_heading = "Model")]
    pub(crate) save_model: Option<PathBuf>,
    /// Keep the model that was used as a new version of the plan linkage/default
    #[arg(long, help_heading = "Model")]
    pub(crate) keep_model: bool,
    /// Why, for the plan's history
    #[arg(long, default_value = "", help_heading = "Model")]
    pub(crate) note: String,
    /// Who writes it [default: the user]
    #[arg(long, value_name = "NAME", help_heading = "Model")]
    pub(crate) author: Option<String>,
    /// For machines: one JSON document on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// Two identifiers about which somebody decides.
#[derive(Args, Debug)]
pub(crate) struct Both {
    /// One, as KIND:VALUE
    pub(crate) a: String,
    /// The other
    pub(crate) b: String,
    /// Why
    #[arg(long, default_value = "")]
    pub(crate) note: String,
    /// Who [default: the name of the user]
    #[arg(long)]
    pub(crate) author: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Args, Debug)]
pub(crate) struct Match {
    /// What the person says, as FIELD=VALUE: given_name, surname, full_name, birth_date, street, house_number, postcode,
    /// city, phone, other_phone, email, identifier
    #[arg(required = true, value_name = "FIELD=VALUE")]
    pub(crate) told: Vec<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// One identifier, as KIND:VALUE
    pub(crate) a: String,
    /// The other
    pub(crate) b: String,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Args, Debug)]
pub(crate) struct Hmac {
    /// The identifier, as KIND:VALUE
    pub(crate) identifier: String,
    #[command(flatten)]
    pub(crate) json: Json,
}
