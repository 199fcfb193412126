//! Every question, by name.

use std::collections::BTreeMap;

use model::Invalid;

use crate::kernel::{AnyKernel, Kernel};
use crate::kernels::{
    GraphQuestion, centrality, clusters, conversion, customers, dropoff, funnel, hops, importance, loops, moods,
    pattern, retention, sankey, sessions, steps, transitions, variants,
};
use crate::names::Names;
use crate::run::Query;
use crate::settings::{Setting, Settings};

/// A question with its settings; the journeys it is about stand in the [`Query`].
pub trait Question: Sized {
    /// Its name on the command line and in addresses.
    const NAME: &'static str;
    /// What it asks, in one sentence.
    const WHAT: &'static str;
    /// Its settings.
    const SETTINGS: &'static [Setting];
    /// What counts for it.
    type Kernel: Kernel + 'static;

    /// The question as its settings say.
    fn read(settings: &mut Settings) -> Result<Self, Invalid>;

    /// Changes the query where the question means something else by it, such as a rule of its own where none is named.
    fn adapt(&mut self, query: &mut Query) {
        let _ = query;
    }

    /// The question in the codes of a log.
    fn kernel(&self, names: &Names<'_>) -> Result<Self::Kernel, Invalid>;
}

/// A question that can be asked by its name.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// See [`Question::NAME`].
    pub name: &'static str,
    /// See [`Question::WHAT`].
    pub what: &'static str,
    /// See [`Question::SETTINGS`].
    pub settings: &'static [Setting],
    plan: Planner,
}

type Planner = fn(&mut Settings, &mut Query, &Names<'_>) -> Result<Box<dyn AnyKernel>, Invalid>;

impl Known {
    const fn of<Q: Question>() -> Self {
        Self { name: Q::NAME, what: Q::WHAT, settings: Q::SETTINGS, plan: plan::<Q> }
    }
}

fn plan<Q: Question>(
    settings: &mut Settings,
    query: &mut Query,
    names: &Names<'_>,
) -> Result<Box<dyn AnyKernel>, Invalid> {
    let mut question = Q::read(settings)?;
    question.adapt(query);
    Ok(Box::new(question.kernel(names)?))
}

/// All questions, in the order in which people meet them.
pub const QUESTIONS: &[Known] = &[
    Known::of::<GraphQuestion>(),
    Known::of::<variants::VariantsQuestion>(),
    Known::of::<transitions::TransitionsQuestion>(),
    Known::of::<funnel::FunnelQuestion>(),
    Known::of::<steps::StepsQuestion>(),
    Known::of::<sankey::SankeyQuestion>(),
    Known::of::<sessions::SessionsQuestion>(),
    Known::of::<loops::LoopsQuestion>(),
    Known::of::<hops::HopsQuestion>(),
    Known::of::<dropoff::DropoffQuestion>(),
    Known::of::<retention::RetentionQuestion>(),
    Known::of::<conversion::ConversionQuestion>(),
    Known::of::<pattern::PatternQuestion>(),
    Known::of::<centrality::CentralityQuestion>(),
    Known::of::<clusters::ClustersQuestion>(),
    Known::of::<moods::MoodsQuestion>(),
    Known::of::<importance::ImportanceQuestion>(),
    Known::of::<customers::CustomersQuestion>(),
];

/// A question ready to be scanned for.
#[derive(Debug)]
pub struct Planned {
    /// What was asked.
    pub question: &'static str,
    /// Its settings in canonical form, defaults among them.
    pub settings: BTreeMap<String, String>,
    /// The query as the question means it.
    pub query: Query,
    /// What counts for it.
    pub kernel: Box<dyn AnyKernel>,
}

/// The question of that name in the codes of a log. Refused: names and settings that are unknown or wrong.
pub fn planned(
    name: &str,
    settings: BTreeMap<String, String>,
    query: &Query,
    names: &Names<'_>,
) -> Result<Planned, Invalid> {
    let known = QUESTIONS.iter().find(|known| known.name == name).ok_or_else(|| {
        let names: Vec<&str> = QUESTIONS.iter().map(|known| known.name).collect();
        Invalid::new("question", name, format!("is none of {}", names.join(", ")))
    })?;
    let mut settings = Settings::new(known.settings, settings)?;
    let mut query = query.clone();
    let kernel = (known.plan)(&mut settings, &mut query, names)?;
    query.unknown = settings.touchpoints().into_iter().filter(|name| names.code(name).is_none()).collect();
    Ok(Planned { question: known.name, settings: settings.recipe(), query, kernel })
}
