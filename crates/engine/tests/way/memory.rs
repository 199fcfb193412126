//! What mining answers does not depend on the memory it may take.

use engine::{Answers, Engine, MiningQuery, Options};
use mining::GraphQuestion;
use mining::kernels::transitions::TransitionsQuestion;
use mining::kernels::variants::VariantsQuestion;
use serde_json::{Value, json};

use crate::{Place, event, send};

/// Graph, variants, transitions and totals.
fn answered(answers: &Answers) -> Value {
    let whole = MiningQuery::default();
    let visits = MiningQuery { journey: Some("gap:1m".into()), ..MiningQuery::default() };
    json!([
        answers.ask(&whole, GraphQuestion).unwrap(),
        answers.ask(&visits, VariantsQuestion { top: 50 }).unwrap(),
        answers.ask(&whole, TransitionsQuestion).unwrap(),
        answers.totals().unwrap(),
    ])
}

#[test]
fn without_memory_for_columns_every_answer_is_that_of_a_rebuild_with_plenty() {
    let place = Place::new();
    let options = Options { quiet_s: 3_600, mining_bytes: 0, ..Options::default() };
    let engine = Engine::open(&place.directory, &options).unwrap();
    let mut before = Value::Null;
    for round in 0..16_usize {
        let second = |n: usize| (round * 40 + n * 7 % 40) as i64;
        let mut events: Vec<_> = (0..20)
            .map(|n| {
                let name = ["home", "cart", "till", "help"][(round + n * n) % 4];
                event(&format!("{round}-{n}"), &format!("anonymous_id=a{}", n * (round + 1) % 50), name, second(n))
            })
            .collect();
        // From round to round more cookies turn out to be one person's, some filed, some fresh.
        let (cookie, person) = (round * 3, round / 2);
        let who = format!("user_id=u{person},anonymous_id=a{cookie}");
        events.push(event(&format!("{round}-login"), &who, "login", second(5)));
        send(&engine, &events);
        if round % 3 == 1 {
            engine.settle().unwrap();
        }
        let found = answered(engine.answers());
        assert_ne!(found, before, "round {round} brought nothing");
        assert_eq!(found, answered(&Answers::read_only(&place.directory).unwrap()), "round {round}");
        before = found;
    }
    engine.settle().unwrap();
    assert_eq!(answered(engine.answers()), before, "filing changes no answer");
    engine.close().unwrap();
}
