//! The most travelled paths as a picture of characters: a tree that begins where journeys begin and follows, from each
//! touchpoint, what people did next. What is not drawn is summed in a line of its own, so every branch adds up.

use mining::Variants;

use super::{count, percent};

/// Children drawn of one branch at most.
const MOST_BRANCHES: usize = 4;
/// Steps drawn of one path at most.
const MOST_STEPS: usize = 7;
/// Branches with a smaller share of all journeys are summed up.
const SMALLEST_SHARE: f64 = 0.01;

/// A place in the tree: journeys that came here on the same way.
#[derive(Default)]
struct Branch {
    journeys: u64,
    ended: u64,
    next: Vec<(String, Branch)>,
}

impl Branch {
    fn walk(&mut self, touchpoints: &[String], journeys: u64) {
        self.journeys += journeys;
        let Some((first, rest)) = touchpoints.split_first() else {
            self.ended += journeys;
            return;
        };
        let position = self.next.iter().position(|(name, _)| name == first).unwrap_or_else(|| {
            self.next.push((first.clone(), Self::default()));
            self.next.len() - 1
        });
        self.next[position].1.walk(rest, journeys);
    }

    fn draw(&self, total: u64, indent: &str, depth: usize, lines: &mut Vec<String>) {
        let mut next: Vec<&(String, Self)> = self.next.iter().collect();
        next.sort_by(|(a, one), (b, other)| other.journeys.cmp(&one.journeys).then_with(|| a.cmp(b)));
        let worth = |branch: &Self| branch.journeys as f64 >= SMALLEST_SHARE * total as f64;
        let shown = next.iter().take(MOST_BRANCHES).take_while(|(_, branch)| worth(branch)).count();
        let shown = if depth == MOST_STEPS { 0 } else { shown };
        let hidden: u64 = next[shown..].iter().map(|(_, branch)| branch.journeys).sum();
        let mut rows: Vec<(String, u64, Option<&Self>)> =
            next[..shown].iter().map(|(name, branch)| (name.clone(), branch.journeys, Some(branch))).collect();
        if self.ended > 0 {
            rows.push(("(end)".to_owned(), self.ended, None));
        }
        if hidden > 0 {
            rows.push((format!("(other: {} ways)", count((next.len() - shown) as u64)), hidden, None));
        }
        let last = rows.len().saturating_sub(1);
        for (index, (name, journeys, branch)) in rows.into_iter().enumerate() {
            let (fork, below) = if index == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let share = journeys as f64 / total as f64;
            lines.push(format!("{:<58} {:>9} {:>8}  {}", fit(&format!("{indent}{fork}{name}"), 58), count(journeys), percent(Some(share)), bar(share)));
            if let Some(branch) = branch {
                branch.draw(total, &format!("{indent}{below}"), depth + 1, lines);
            }
        }
    }
}

/// The tree of the given variants, which are all there are or the most frequent ones. Repeats of a touchpoint are drawn
/// once: the picture shows where people went, not how often they clicked.
pub(crate) fn paths(variants: &Variants) -> String {
    let mut root = Branch::default();
    for variant in &variants.top {
        let mut steps = variant.touchpoints.clone();
        steps.dedup();
        root.walk(&steps, variant.journeys);
    }
    let mut lines = Vec::new();
    root.draw(variants.journeys.max(1), "", 0, &mut lines);
    let drawn = root.journeys as f64 / variants.journeys.max(1) as f64;
    let head = format!("{:<58} {:>9} {:>8}", "path", "journeys", "share");
    let foot = format!("The picture is made of {} of the journeys.", percent((variants.journeys > 0).then_some(drawn)));
    [vec![head], lines, vec![foot]].concat().join("\n")
}

fn bar(share: f64) -> String {
    let eighths = (share * 20.0 * 8.0).round() as usize;
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}

fn fit(text: &str, wide: usize) -> String {
    if text.chars().count() <= wide {
        return text.to_owned();
    }
    text.chars().take(wide - 1).chain(['…']).collect()
}
