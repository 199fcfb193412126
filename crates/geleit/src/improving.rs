//! `geleit opportunities`: what could be better, ranked.

use engine::{Answers, OpportunityQuery, OpportunityView};
use store::DataDirectory;

use crate::cli::{Opportunities, Ranking};
use crate::config::Config;
use crate::show;

pub(crate) fn opportunities(config: &Config, args: &Opportunities) -> anyhow::Result<()> {
    let answers = Answers::read_only(&DataDirectory::existing(config.data()?)?)?;
    let found = answers.opportunities(&OpportunityQuery { weight: args.weight, progress: args.progress.clone() })?;
    if args.json.json {
        return show::json(&found);
    }
    if found.opportunities.is_empty() {
        return show::line("No opportunity.");
    }
    let rank = |one: &OpportunityView| match args.by {
        Ranking::ValuePerEffort => one.ranks.value_per_effort,
        Ranking::Ulwick => one.ranks.ulwick,
        Ranking::WeightedGap => one.ranks.weighted_gap,
    };
    let mut ranked: Vec<&OpportunityView> = found.opportunities.iter().collect();
    // Whoever has no rank comes last.
    ranked.sort_by_key(|one| rank(one).unwrap_or(u32::MAX));
    let rows = ranked.into_iter().map(|one| {
        vec![
            rank(one).map_or_else(String::new, |rank| rank.to_string()),
            one.says.title.clone(),
            figure(one.scores.value),
            figure(one.says.effort),
            figure(one.scores.value_per_effort),
            figure(one.scores.ulwick),
            figure(one.scores.weighted_gap),
            figure(one.scores.severity),
            one.says.progress.as_str().to_owned(),
        ]
    });
    let by = match args.by {
        Ranking::ValuePerEffort => "value/effort",
        Ranking::Ulwick => "Ulwick's score",
        Ranking::WeightedGap => "weighted gap",
    };
    let company = 1.0 - found.weight;
    show::line(&format!(
        "Ranked by {by}; value = {} x worth to customers + {} x worth to the company.\n",
        figure(Some(found.weight)),
        figure(Some(company))
    ))?;
    let head = ["rank", "opportunity", "value", "effort", "value/effort", "Ulwick", "gap", "severity", "progress"];
    show::table(&head, rows)
}

/// With two decimals at most; one that is undefined says so.
fn figure(figure: Option<f64>) -> String {
    figure.map_or_else(|| "undefined".to_owned(), |figure| ((figure * 100.0).round() / 100.0).to_string())
}
