//! What a program answered to one question and what that cost, in the form in which all of them are compared.

use anyhow::{Context, Result};
use serde_json::Value;

/// Numbers with a point may differ by so much of their size: sums are taken in another order, in floats or not.
const PRECISION: f64 = 1e-9;

/// One question asked of one program in one way, several times.
///
/// Answers are `[from, to, n]` for each edge (graph), `[from, to, n, min, mean, median, q95, max]` in seconds with null for
/// what the program does not compute (waits), `{"variants", "top": [[touchpoints, journeys]]}`, or the numbers who reached
/// each step (funnel).
#[derive(Debug)]
pub(super) struct Run {
    pub(super) question: String,
    /// How the program was asked, where it can be in several ways.
    pub(super) way: String,
    /// Seconds of each repetition.
    pub(super) wall_s: Vec<f64>,
    /// Processor seconds, of all threads together.
    pub(super) cpu_s: Vec<f64>,
    pub(super) answer: Value,
}

impl Run {
    pub(super) fn new(question: &str, way: &str) -> Self {
        let (question, way) = (question.to_owned(), way.to_owned());
        Self { question, way, wall_s: Vec::new(), cpu_s: Vec::new(), answer: Value::Null }
    }

    /// Notes one more repetition: wall and processor seconds.
    pub(super) fn add(&mut self, (wall_s, cpu_s): (f64, f64)) {
        self.wall_s.push(wall_s);
        self.cpu_s.push(cpu_s);
    }

    /// A run as a peer prints it.
    pub(super) fn read(value: &Value) -> Result<Self> {
        let text =
            |field: &str| value[field].as_str().map(str::to_owned).with_context(|| format!("a run without {field}"));
        let numbers = |field: &str| -> Result<Vec<f64>> {
            let list = value[field].as_array().with_context(|| format!("a run without {field}"))?;
            list.iter().map(|number| number.as_f64().with_context(|| format!("{number} in {field}"))).collect()
        };
        Ok(Self {
            question: text("question")?,
            way: text("way")?,
            wall_s: numbers("wall_s")?,
            cpu_s: numbers("cpu_s")?,
            answer: value["answer"].clone(),
        })
    }

    pub(super) fn wall(&self) -> (f64, f64) {
        least_and_median(&self.wall_s)
    }

    pub(super) fn cpu(&self) -> (f64, f64) {
        least_and_median(&self.cpu_s)
    }
}

/// NaN of no number.
fn least_and_median(numbers: &[f64]) -> (f64, f64) {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |place: usize| sorted.get(place).copied().unwrap_or(f64::NAN);
    (at(0), at(sorted.len() / 2))
}

/// An answer of Geleit in the common form; null for a question that no peer is asked.
pub(super) fn canonical(question: &str, answer: &Value) -> Value {
    let each = |list: &Value, row: &dyn Fn(&Value) -> Value| -> Value {
        list.as_array().into_iter().flatten().map(row).collect()
    };
    match question {
        "graph" => each(&answer["edges"], &|edge| {
            Value::from(vec![edge["from"].clone(), edge["to"].clone(), edge["occurrences"].clone()])
        }),
        "waits" => each(&answer["edges"], &|edge| {
            let wait = ["n", "min_s", "mean_s", "median_s", "q95_s", "max_s"].map(|field| edge["wait"][field].clone());
            [edge["from"].clone(), edge["to"].clone()].into_iter().chain(wait).collect()
        }),
        "variants" => serde_json::json!({
            "variants": answer["variants"],
            "top": each(&answer["top"], &|variant| {
                Value::from(vec![variant["touchpoints"].clone(), variant["journeys"].clone()])
            }),
        }),
        "funnel" => each(&answer["steps"], &|step| step["reached"].clone()),
        _ => Value::Null,
    }
}

/// The first difference between two answers in the common form; none if they are equal. Edges may come in any order, and a
/// null in the peer's answer is not compared.
pub(super) fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    let is_of_edges = |value: &Value| value[0][0].is_string();
    if is_of_edges(ours) && is_of_edges(theirs) {
        return first_difference(&sorted(ours), &sorted(theirs), "edges");
    }
    first_difference(ours, theirs, "answer")
}

fn sorted(edges: &Value) -> Value {
    let mut edges: Vec<Value> = edges.as_array().cloned().unwrap_or_default();
    edges.sort_by_cached_key(|edge| (edge[0].to_string(), edge[1].to_string()));
    Value::from(edges)
}

fn first_difference(ours: &Value, theirs: &Value, at: &str) -> Option<String> {
    let differ = || Some(format!("{at}: {ours} here, {theirs} there"));
    match (ours, theirs) {
        (_, Value::Null) => None,
        (Value::Number(one), Value::Number(other)) => {
            if let (Some(one), Some(other)) = (one.as_u64(), other.as_u64()) {
                return if one == other { None } else { differ() };
            }
            let (Some(one), Some(other)) = (one.as_f64(), other.as_f64()) else { return differ() };
            if (one - other).abs() <= PRECISION * one.abs().max(other.abs()) { None } else { differ() }
        }
        (Value::Array(one), Value::Array(other)) => {
            if one.len() != other.len() {
                return Some(format!("{at}: {} here, {} there", one.len(), other.len()));
            }
            one.iter()
                .zip(other)
                .enumerate()
                .find_map(|(index, (one, other))| first_difference(one, other, &format!("{at}[{index}]")))
        }
        (Value::Object(one), Value::Object(other)) => {
            if one.len() != other.len() {
                return differ();
            }
            one.iter().find_map(|(key, value)| {
                // A field that the peer lacks is a difference, unlike one that it says to be null.
                let there = other.get(key);
                there.map_or_else(differ, |there| first_difference(value, there, &format!("{at}.{key}")))
            })
        }
        _ if ours == theirs => None,
        _ => differ(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_equal_up_to_order_of_edges_precision_and_what_is_not_computed() {
        let edges = json!([["a", "b", 2, 0.5, 1.0, 2.0], ["a", "a", 1, 0.5, 1.0, 2.0]]);
        let equal = json!([["a", "a", 1, 0.5, null, 2.0], ["a", "b", 2, 0.5, 1.000_000_000_000_1, 2]]);
        assert_eq!(difference(&edges, &equal), None);
        let cases = [
            (json!([["a", "a", 1, 0.5, 1.0, 2.0]]), "edges: 2 here, 1 there"),
            (json!([["a", "a", 2, 0.5, 1.0, 2.0], ["a", "b", 2, 0.5, 1.0, 2.0]]), "edges[0][2]: 1 here, 2 there"),
            (
                json!([["a", "a", 1, 0.5, 1.001, 2.0], ["a", "b", 2, 0.5, 1.0, 2.0]]),
                "edges[0][4]: 1.0 here, 1.001 there",
            ),
            (json!([]), "answer: 2 here, 0 there"),
        ];
        for (theirs, said) in cases {
            assert_eq!(difference(&edges, &theirs).as_deref(), Some(said));
        }
        let variants = json!({"variants": 2, "top": [[["a", "b"], 3]]});
        assert_eq!(difference(&variants, &variants), None);
        let others = json!({"variants": 2, "top": [[["b", "a"], 3]]});
        assert_eq!(difference(&variants, &others).unwrap(), r#"answer.top[0][0][0]: "a" here, "b" there"#);
        assert!(difference(&variants, &json!({"variants": 2, "others": []})).is_some());
    }
}
