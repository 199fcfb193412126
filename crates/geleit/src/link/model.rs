//! The model by which a file is linked, and keeping it as a version of the plan `linkage/default`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use linkage::{LinkageModel, Training};
use model::DocumentKind;
use store::{DataDirectory, SqlitePlans};

use crate::cli::Link;
use crate::config::Config;
use crate::plans;

/// Where a model comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The program's first guesses.
    BuiltIn,
    /// A file.
    File(PathBuf),
    /// A version of the plan.
    Version(u32),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built_in"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Version(version) => write!(f, "linkage@{version}"),
        }
    }
}

/// A model and what is to be done with it.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) model: LinkageModel,
    pub(super) training: Training,
    pub(super) origin: Origin,
}

/// The model that was asked for, or the current version in the data directory; else the built-in one, to be trained.
pub(super) fn choose(config: &Config, args: &Link) -> anyhow::Result<Chosen> {
    let (model, origin) = match &args.model {
        Some(path) => (of_file(path)?, Origin::File(path.clone())),
        None => match of_directory(config)? {
            Some((version, model)) => (model, Origin::Version(version)),
            None => (LinkageModel::default(), Origin::BuiltIn),
        },
    };
    let trains = args.train || origin == Origin::BuiltIn;
    Ok(Chosen { model, training: if trains { Training::OnTheseRecords } else { Training::None }, origin })
}

fn of_directory(config: &Config) -> anyhow::Result<Option<(u32, LinkageModel)>> {
    // A linkage needs no data directory: one that is not there holds no model.
    let Some(directory) = config.data().ok().and_then(|path| DataDirectory::existing(path).ok()) else {
        return Ok(None);
    };
    Ok(engine::current_linkage(&SqlitePlans::open(&directory)?)?)
}

fn of_file(path: &Path) -> anyhow::Result<LinkageModel> {
    let text = fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    let model: LinkageModel =
        toml::from_str(&text).with_context(|| format!("{}: is not a linkage model", path.display()))?;
    model.check().with_context(|| path.display().to_string())?;
    Ok(model)
}

pub(super) fn save(path: &Path, model: &LinkageModel) -> anyhow::Result<()> {
    fs::write(path, toml::to_string_pretty(model)?).with_context(|| path.display().to_string())
}

/// The version under which the data directory holds the model that was used: a new one, unless it holds just that.
pub(super) fn keep(config: &Config, args: &Link, model: &LinkageModel) -> anyhow::Result<u32> {
    let directory = DataDirectory::create(config.data()?)?;
    let documents = SqlitePlans::open(&directory)?;
    if let Some((version, _)) = engine::current_linkage(&documents)?.filter(|(_, current)| current == model) {
        return Ok(version);
    }
    let author = plans::author_or_user(args.author.as_ref());
    let body = serde_json::to_value(model)?;
    let document = plans::put(&documents, (DocumentKind::Linkage, "default"), &body, &author, &args.note)?;
    Ok(document.version)
}
