//! The most travelled paths as a picture of characters: a tree that begins where journeys begin and follows, from each
//! touchpoint, what people did next. Beside each branch stands how many journeys end there and how many go on where the
//! picture does not follow, so every line adds up.

use std::collections::BinaryHeap;

use mining::kernels::variants::Variants;

use super::{count, percent};

/// Branches drawn: the most travelled ones, each with the way that leads to it.
const BRANCHES: usize = 30;

/// A place in the tree: journeys that came here on the same way.
#[derive(Default)]
struct Branch {
    journeys: u64,
    ended: u64,
    /// Nodes of the tree, by number.
    next: Vec<(String, usize)>,
    drawn: bool,
}

/// All ways people went, repeats of a touchpoint taken as one stay.
struct Tree(Vec<Branch>);

impl Tree {
    fn of(variants: &Variants) -> Self {
        let mut tree = Self(vec![Branch { drawn: true, ..Branch::default() }]);
        for variant in &variants.top {
            let mut steps: Vec<&String> = variant.touchpoints.iter().collect();
            steps.dedup();
            let mut at = 0;
            tree.0[0].journeys += variant.journeys;
            for step in steps {
                at = tree.child(at, step);
                tree.0[at].journeys += variant.journeys;
            }
            tree.0[at].ended += variant.journeys;
        }
        tree.choose();
        tree
    }

    fn child(&mut self, parent: usize, name: &str) -> usize {
        if let Some((_, known)) = self.0[parent].next.iter().find(|(known, _)| known == name) {
            return *known;
        }
        let number = self.0.len();
        self.0.push(Branch::default());
        self.0[parent].next.push((name.to_owned(), number));
        number
    }

    /// Marks the most travelled branches; a branch is never more travelled than the one it hangs on.
    fn choose(&mut self) {
        let mut open: BinaryHeap<(u64, std::cmp::Reverse<usize>)> = BinaryHeap::new();
        let mut at = 0;
        for _ in 0..BRANCHES {
            let children = self.0[at].next.iter().map(|&(_, child)| (self.0[child].journeys, std::cmp::Reverse(child)));
            open.extend(children);
            let Some((_, std::cmp::Reverse(best))) = open.pop() else { return };
            self.0[best].drawn = true;
            at = best;
        }
    }

    fn draw(&self, at: usize, indent: &str, lines: &mut Vec<String>) {
        let total = self.0[0].journeys.max(1);
        let mut next: Vec<_> = self.0[at].next.iter().filter(|(_, child)| self.0[*child].drawn).collect();
        next.sort_by(|(a, one), (b, other)| self.0[*other].journeys.cmp(&self.0[*one].journeys).then_with(|| a.cmp(b)));
        for (place, (name, child)) in next.iter().enumerate() {
            let branch = &self.0[*child];
            let (fork, below) = if place + 1 == next.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let share = branch.journeys as f64 / total as f64;
            let figures = [branch.journeys, branch.ended, self.elsewhere(*child)].map(count);
            lines.push(row(&format!("{indent}{fork}{name}"), &figures, &percent(Some(share)), &bar(share)));
            self.draw(*child, &format!("{indent}{below}"), lines);
        }
    }

    /// Journeys that go on from here where the picture does not follow.
    fn elsewhere(&self, at: usize) -> u64 {
        let next = self.0[at].next.iter();
        next.filter(|(_, child)| !self.0[*child].drawn).map(|(_, child)| self.0[*child].journeys).sum()
    }
}

/// The tree of the given variants, which are all there are or the most frequent ones.
pub(crate) fn paths(variants: &Variants) -> String {
    let tree = Tree::of(variants);
    let mut lines = vec![row("path", &["journeys", "end here", "elsewhere"].map(str::to_owned), "share", "")];
    tree.draw(0, "", &mut lines);
    let begun_elsewhere = tree.elsewhere(0);
    if begun_elsewhere > 0 {
        let share = begun_elsewhere as f64 / tree.0[0].journeys.max(1) as f64;
        let figures = [count(begun_elsewhere), String::new(), String::new()];
        lines.push(row("(begin elsewhere)", &figures, &percent(Some(share)), ""));
    }
    let drawn = tree.0[0].journeys as f64 / variants.journeys.max(1) as f64;
    lines.push(format!(
        "\n{} journeys, {} variants; the picture is made of {} of the journeys. \"elsewhere\": they go on where it does not follow.",
        count(variants.journeys),
        count(variants.variants),
        percent((variants.journeys > 0).then_some(drawn))
    ));
    lines.join("\n")
}

fn row(path: &str, figures: &[String; 3], share: &str, bar: &str) -> String {
    let [journeys, ended, elsewhere] = figures;
    format!("{:<48} {journeys:>9} {share:>8} {ended:>9} {elsewhere:>9}  {bar}", fit(path, 48)).trim_end().to_owned()
}

pub(super) fn bar(share: f64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use mining::kernels::variants::VariantsQuestion;
    use mining::{Block, Control, Names, Query, Question};
    use model::{CustomerId, MoodCode, Timestamp};

    #[test]
    fn every_line_of_the_picture_adds_up() {
        // ab, ab, aab, ac, b: the doubled a is one stay.
        let labels = ["a", "b", "c"].map(str::to_owned);
        let customers: Vec<CustomerId> = (1..=5).map(CustomerId).collect();
        let block = Block {
            codes: &[0, 1, 0, 1, 0, 0, 1, 0, 2, 1],
            channels: &[0; 10],
            moods: &[MoodCode::NONE; 10],
            times: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            arrivals: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            runs: &[0, 2, 4, 7, 9, 10],
            customers: &customers,
            cases: None,
        };
        let names = Names { labels: &labels, channels: &[], facts: &[], as_of: Timestamp::MIN };
        let kernel = VariantsQuestion { top: 10 }.kernel(&names).unwrap();
        let control = Control::new(std::num::NonZeroUsize::MIN);
        let all = mining::ask(&[block].as_slice(), &names, &Query::default(), &kernel, &control).unwrap();
        let drawn = paths(&all);
        let figures: Vec<Vec<&str>> = drawn.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(figures[1], ["├─", "a", "4", "80.0", "%", "0", "0", "████████████████"]);
        assert_eq!(figures[2], ["│", "├─", "b", "3", "60.0", "%", "3", "0", "████████████"]);
        assert_eq!(figures[3], ["│", "└─", "c", "1", "20.0", "%", "1", "0", "████"]);
        assert_eq!(figures[4], ["└─", "b", "1", "20.0", "%", "1", "0", "████"]);
    }
}
