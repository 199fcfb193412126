//! The figures a run brings, beside what they should be.

/// Whether a figure should be high or low, and where it is good enough.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// Shown for its own sake.
    None,
}

struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    target: Target,
}

/// All figures of a run, in the order in which they came, and those that could not be taken.
#[derive(Default)]
pub(crate) struct Figures {
    taken: Vec<Figure>,
    /// What it was to be, and why it is not.
    failed: Vec<(String, String)>,
}

impl Figures {
    /// Notes a figure and shows it at once.
    pub(crate) fn add(&mut self, what: impl Into<String>, value: f64, unit: &'static str, target: Target) {
        let figure = Figure { what: what.into(), value, unit, target };
        println!("  {}: {} {unit}", figure.what, readable(value));
        self.taken.push(figure);
    }

    /// Notes that a figure could not be taken, and shows why; the run goes on and ends as failed.
    pub(crate) fn fail(&mut self, what: impl Into<String>, reason: &anyhow::Error) {
        let (what, reason) = (what.into(), format!("{reason:#}"));
        println!("  {what}: ERROR: {reason}");
        self.failed.push((what, reason));
    }

    /// How many could not be taken.
    pub(crate) fn failures(&self) -> usize {
        self.failed.len()
    }

    /// Everything once more as the table of `docs/benchmarks.md`. Only a run of the full size is held to targets.
    pub(crate) fn print(&self, judged: bool) {
        println!("\n| what | measured | target | reached |\n|---|---|---|---|");
        for Figure { what, value, unit, target } in &self.taken {
            let (aim, reached) = match *target {
                Target::AtLeast(least) => (format!("at least {} {unit}", readable(least)), Some(*value >= least)),
                Target::AtMost(most) => (format!("at most {} {unit}", readable(most)), Some(*value <= most)),
                Target::None => (String::new(), None),
            };
            let verdict = match reached {
                Some(_) if !judged => "not judged",
                Some(true) => "yes",
                Some(false) => "NO",
                None => "",
            };
            println!("| {what} | {} {unit} | {aim} | {verdict} |", readable(*value));
        }
        for (what, reason) in &self.failed {
            println!("| {what} | ERROR: {reason} | | NO |");
        }
    }
}

/// Three digits that matter, four behind the point of rates; thousands set apart.
fn readable(value: f64) -> String {
    if value.abs() < 100.0 {
        let decimals = if value.abs() < 1.0 { 4 } else { usize::from(value.abs() < 10.0) + 1 };
        let text = format!("{value:.decimals$}");
        return if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digit != '-' {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn figures_read_as_people_write_them() {
        let cases = [
            (0.0, "0"),
            (0.0421, "0.0421"),
            (-0.000_82, "-0.0008"),
            (0.99847, "0.9985"),
            (2.345, "2.35"),
            (5.0, "5"),
            (40.0, "40"),
            (42.26, "42.3"),
        ];
        let large = [(123.4, "123"), (100_000.0, "100,000"), (1_234_567.8, "1,234,568")];
        for (value, text) in cases.into_iter().chain(large) {
            assert_eq!(readable(value), text);
        }
    }
}
