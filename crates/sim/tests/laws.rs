//! Moods, promises, leaving, reactions and causes: what the doors see, held against the laws of `docs/world.md`.
#![expect(clippy::unwrap_used, reason = "the readers below are part of the tests")]

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use serde_json::Value;
use sim::{Delivery, Medium, TruthEffect, TruthEvent, TruthNeed, TruthPerson, TruthPromise, World};

const DAY_S: f64 = 86_400.0;

/// The data of CloudEvents by id.
fn told(world: &World) -> BTreeMap<String, Value> {
    let mut told = BTreeMap::new();
    for delivery in world.deliveries() {
        if let Delivery::CloudEvents { body, .. } = delivery {
            let events: Vec<Value> = serde_json::from_str(&body).unwrap();
            for mut event in events {
                told.insert(event["id"].as_str().unwrap().to_owned(), event["data"].take());
            }
        }
    }
    told
}

fn lives(world: &World) -> BTreeMap<u32, Vec<TruthEvent>> {
    let mut lives: BTreeMap<u32, Vec<TruthEvent>> = BTreeMap::new();
    for happening in world.truth() {
        lives.entry(happening.person).or_default().push(happening);
    }
    lives
}

fn mean(values: impl Iterator<Item = f64>) -> (f64, usize) {
    let (sum, n) = values.fold((0.0, 0), |(sum, n), value| (sum + value, n + 1));
    (sum / n as f64, n)
}

#[test]
fn answers_follow_the_mood_as_the_page_says() {
    let world = World::new(21, 6_000);
    let told = told(&world);
    // Step, middle, chance, divisor, least, most.
    for (step, [middle, chance, divisor, least, most]) in
        [("RecommendSurvey", [7, 20, 12, 0, 10]), ("WorkshopSurvey", [4, 25, 25, 1, 5])]
    {
        let answers: Vec<(i32, i32)> = world
            .truth()
            .filter(|happening| happening.step == step)
            .map(|t| (i32::from(t.mood), told[&t.message_id]["score"].as_i64().unwrap() as i32))
            .collect();
        assert!(answers.len() > 500, "{step}: {}", answers.len());
        // Expected value over all chances, computed from the page's formula.
        let expected = |mood: i32| {
            let answers =
                (-chance..=chance).map(|by| middle + (mood + by).div_euclid(divisor)).map(|a| a.clamp(least, most));
            mean(answers.map(f64::from)).0
        };
        let (error, n) = mean(answers.iter().map(|(mood, score)| f64::from(*score) - expected(*mood)));
        // The chance spreads a score by less than 1.3; five standard deviations of the mean.
        assert!(error.abs() < 5.0 * 1.3 / (n as f64).sqrt(), "{step}: off by {error}");
        let (mood_mean, _) = mean(answers.iter().map(|(mood, _)| f64::from(*mood)));
        let (score_mean, _) = mean(answers.iter().map(|(_, score)| f64::from(*score)));
        let moment = |f: &dyn Fn(f64, f64) -> f64| {
            mean(answers.iter().map(|&(mood, score)| f(f64::from(mood) - mood_mean, f64::from(score) - score_mean))).0
        };
        let correlation = moment(&|a, b| a * b) / (moment(&|a, _| a * a) * moment(&|_, b| b * b)).sqrt();
        assert!((0.6..0.95).contains(&correlation), "{step}: {correlation}");
    }
}

#[test]
fn promises_are_those_that_were_told_and_what_became_of_them_is_what_happened() {
    let world = World::new(22, 4_000);
    let told = told(&world);
    let lives = lives(&world);
    let (mut outcomes, mut told_in_time): (BTreeMap<(String, String), u32>, u32) = (BTreeMap::new(), 0);
    let mut made = BTreeSet::new();
    for promise in world.people().flat_map(|person| person.promises) {
        assert!(made.insert(promise.message_id.clone()), "one event makes one promise");
        let data = &told[&promise.message_id];
        assert_eq!((&data["promise"], &data["due"]), (&promise.promise.as_str().into(), &promise.due.as_str().into()));
        let life = &lives[&promise.person];
        let place = life.iter().position(|t| t.message_id == promise.message_id).unwrap();
        assert_eq!(life[place].at, promise.made);
        let ends: &[&str] = match promise.promise.as_str() {
            "delivery_date" => &["Delivered", "Collected", "DeliveryPostponed", "OrderCancelled"],
            _ => &["WorkshopDone"],
        };
        let end = life[place + 1..].iter().find(|t| ends.contains(&t.step.as_str()));
        assert_eq!(end.map(|t| t.at), promise.closed, "{promise:?}");
        let expected = match end {
            None => ("open", None),
            Some(t) if t.step == "OrderCancelled" => ("cancelled", None),
            Some(t) => {
                let utc: jiff::Timestamp = t.at.to_string().parse().unwrap();
                let day = utc.in_tz("Europe/Berlin").unwrap().date();
                let late = day.to_string() > promise.due;
                match t.step.as_str() {
                    "DeliveryPostponed" => ("broken", Some(!late)),
                    _ if late => ("broken", Some(false)),
                    _ => ("kept", None),
                }
            }
        };
        assert_eq!((promise.outcome.as_str(), promise.told_in_time), expected, "{promise:?}");
        told_in_time += u32::from(promise.told_in_time == Some(true));
        *outcomes.entry((promise.promise, promise.outcome)).or_default() += 1;
    }
    let share = |promise: &str, outcome: &str| {
        let n: u32 = outcomes.iter().filter(|((what, _), _)| what == promise).map(|(_, n)| n).sum();
        f64::from(outcomes[&(promise.to_owned(), outcome.to_owned())]) / f64::from(n)
    };
    assert!((0.22..0.36).contains(&share("delivery_date", "broken")), "{outcomes:?}");
    assert!((0.08..0.25).contains(&share("repair_ready", "broken")), "{outcomes:?}");
    assert!(told_in_time > 100, "{told_in_time}");
    let making = ["DeliveryPromised", "DeliveryPostponed", "WorkshopCheckIn"];
    let events = lives.values().flatten().filter(|t| making.contains(&t.step.as_str())).count();
    assert_eq!(made.len(), events, "every event that makes a promise is in the ledger");
}

#[test]
fn broken_promises_show_in_what_people_answer() {
    let world = World::new(23, 8_000);
    let told = told(&world);
    let lives = lives(&world);
    let mut scores: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for person in world.people() {
        let last =
            person.promises.iter().rfind(|promise| promise.promise == "repair_ready" && promise.closed.is_some());
        let Some(promise) = last else { continue };
        let closed = promise.closed.unwrap();
        let answer = lives[&person.person].iter().find(|t| t.step == "WorkshopSurvey" && t.at >= closed);
        let Some(answer) = answer else { continue };
        let group = if promise.outcome == "kept" { "kept" } else { "broken" };
        scores.entry(group).or_default().push(told[&answer.message_id]["score"].as_f64().unwrap());
    }
    let average = |group: &str| mean(scores[group].iter().copied());
    let ((kept, n), (broken, m)) = (average("kept"), average("broken"));
    assert!(n > 200 && m > 40 && kept - broken > 0.6, "satisfied {kept} of {n} if kept, {broken} of {m} if broken");
}

#[test]
fn a_long_wait_on_the_telephone_costs_as_much_mood_as_the_page_says() {
    let world = World::new(28, 4_000);
    let told = told(&world);
    let mut drops = Vec::new();
    for life in lives(&world).values() {
        for two in life.windows(2).filter(|two| two[1].step == "DeliveryCall") {
            let waited =
                told[&two[1].message_id]["waited_s"].as_u64().expect("every call says how long it took") as i32;
            let expected = f64::from(-6 - waited / 90);
            // What mends meanwhile and what a promise did come between; only calls soon after something are clean.
            if two[1].at.seconds_since(two[0].at) < 20.0 * DAY_S {
                drops.push((expected, f64::from(two[1].mood) - f64::from(two[0].mood)));
            }
        }
    }
    let exact = drops.iter().filter(|(expected, found)| (expected - found).abs() < 0.5).count();
    assert!(drops.len() > 100 && exact * 10 > drops.len() * 7, "{exact} of {}", drops.len());
}

/// Days that owners spent in each band of mood, and how many left from it. The band at the last happening before counts.
fn exposure(
    lives: &BTreeMap<u32, Vec<TruthEvent>>,
    people: &[TruthPerson],
    counts: impl Fn(&TruthPerson) -> bool,
) -> [(f64, f64); 4] {
    let band = |mood: i8| [-30, 0, 25].iter().filter(|most| mood > **most).count();
    let mut bands = [(0.0, 0.0); 4];
    for (person, life) in lives.iter().filter(|(person, _)| counts(&people[**person as usize])) {
        let mut owner =
            !matches!(life[0].step.as_str(), "NeedArises" | "PosterSeen" | "FriendAdvises" | "SocialAdSeen");
        for two in life.windows(2) {
            owner |= matches!(two[0].step.as_str(), "Delivered" | "Collected");
            owner &= two[0].step != "BikeReturned";
            if owner {
                bands[band(two[0].mood)].0 += two[1].at.seconds_since(two[0].at) / DAY_S;
            }
        }
        let left = people[*person as usize].left;
        assert!(left.is_none_or(|left| life[life.len() - 1].at == left), "whoever leaves does nothing more");
        if left.is_some() && life.len() > 1 {
            bands[band(life[life.len() - 2].mood)].1 += 1.0;
        }
    }
    bands
}

#[test]
fn owners_leave_the_sooner_the_worse_their_mood() {
    let world = World::new(24, 12_000);
    let people: Vec<_> = world.people().collect();
    let lives = lives(&world);
    let bands = exposure(&lives, &people, |_| true);
    let hazard = bands.map(|(days, leavers)| leavers / days * 30.0);
    assert!(bands.iter().all(|(_, leavers)| *leavers > 30.0), "{bands:?}");
    // Riding and faults mix within a band; so do moods that mend between two happenings. The page's factors are 4, 2, 1, 1/2.
    let against = |band: usize| hazard[band] / hazard[2];
    assert!((2.2..5.0).contains(&against(0)), "{hazard:?}");
    assert!((1.5..2.4).contains(&against(1)), "{hazard:?}");
    assert!((0.4..0.65).contains(&against(3)), "{hazard:?}");
    // 3.6 % in 30 days, times riding (1.07 on average) and faults.
    assert!((0.036..0.056).contains(&hazard[2]), "{hazard:?}");
    let by_riding = |riding: std::ops::RangeInclusive<u32>| {
        let bands = exposure(&lives, &people, |person| riding.contains(&person.riding));
        bands.iter().map(|band| band.1).sum::<f64>() / bands.iter().map(|band| band.0).sum::<f64>()
    };
    assert!(by_riding(0..=60) > 1.5 * by_riding(131..=500), "whoever rides stays");
}

#[test]
fn the_true_uplift_is_found_with_the_control_group() {
    let world = World::new(25, 12_000);
    let lives = lives(&world);
    let mut campaigns: BTreeMap<String, [Vec<f64>; 3]> = BTreeMap::new();
    for effect in world.people().flat_map(|person| person.effects) {
        let within = |t: &&TruthEvent| (0.0..14.1 * DAY_S).contains(&t.at.seconds_since(effect.at));
        let orders = lives[&effect.person].iter().filter(within).filter(|t| t.step == "AccessoryOrder").count();
        assert!(orders >= usize::from(effect.bought), "whoever buys leaves an order: {effect:?}");
        let offers = lives[&effect.person].iter().filter(|t| t.step.starts_with("Offer") && t.at == effect.at).count();
        assert_eq!(offers, usize::from(effect.treated), "the control group hears nothing: {effect:?}");
        let groups = campaigns.entry(effect.campaign).or_default();
        groups[usize::from(effect.treated)].push(f64::from(u8::from(orders > 0)));
        groups[2].push(effect.treated_rate - effect.untreated_rate);
    }
    assert_eq!(campaigns.len(), 6);
    for (campaign, [control, treated, uplift]) in campaigns {
        let rate = |group: &Vec<f64>| mean(group.iter().copied()).0;
        let variance = |group: &Vec<f64>| rate(group) * (1.0 - rate(group)) / group.len() as f64;
        let (found, truth) = (rate(&treated) - rate(&control), rate(&uplift));
        let deviation = (variance(&control) + variance(&treated)).sqrt();
        assert!(
            truth > 0.02 && (found - truth).abs() < 5.0 * deviation,
            "{campaign}: {found}, truly {truth} ({deviation})"
        );
        let held_out = control.len() as f64 / uplift.len() as f64;
        let expected = if campaign.contains("call") { 0.5 } else { 0.2 };
        assert!((held_out - expected).abs() < 0.03, "{campaign}: {held_out}");
    }
}

#[test]
fn needs_have_the_causes_of_the_page_and_posters_make_none_where_there_are_none() {
    let world = World::new(26, 6_000);
    let people: Vec<_> = world.people().collect();
    let first: Vec<_> = people.iter().filter_map(|person| person.needs.first()).collect();
    for (cause, share) in [("own", 0.40), ("friend", 0.24), ("poster", 0.18), ("advertisement", 0.18)] {
        let n = first.iter().filter(|need| need.cause == cause).count() as f64;
        // Five standard deviations of a share of 4,500 people are 0.037 at most.
        assert!((n / first.len() as f64 - share).abs() < 0.037, "{cause}: {n} of {}", first.len());
    }
    // Weeks without posters from the table in `laws/media.rs`: the fifth to the eighth.
    let start: Timestamp = "2025-04-01T00:00:00+02:00".parse().unwrap();
    let weeks = |cause: &str| {
        let of_cause = first.iter().filter(|need| need.cause == cause);
        of_cause.filter(|need| (4.01..7.9).contains(&(need.at.seconds_since(start) / DAY_S / 7.0))).count()
    };
    assert_eq!(weeks("poster"), 0);
    assert!(weeks("advertisement") > 30 && weeks("own") > 60);
}

#[test]
fn a_world_without_a_medium_shows_what_it_contributes_and_leaves_everybody_else_alone() {
    let world = World::new(27, 3_000);
    let all = lives(&world);
    let causes: BTreeMap<u32, String> =
        world.people().filter_map(|p| Some((p.person, p.needs.first()?.cause.clone()))).collect();
    for (medium, step, cause) in [
        (Medium::Poster, "PosterSeen", "poster"),
        (Medium::Friend, "FriendAdvises", "friend"),
        (Medium::Advertisement, "SocialAdSeen", "advertisement"),
        (Medium::Retargeting, "RetargetingSeen", ""),
        (Medium::CartReminder, "CartReminderOpened", ""),
    ] {
        let without = lives(&world.clone().without(medium));
        let mut spared = 0;
        for (person, life) in &all {
            if !life.iter().any(|t| t.step == step) && !may_meet(life, step) {
                let same = without.get(person).is_some_and(|other| lived(life).eq(lived(other)));
                assert!(same, "{medium}: {person} never met it");
                spared += 1;
            }
            if causes.get(person).is_some_and(|made| made == cause) {
                assert!(!without.contains_key(person), "{medium}: a need that it made");
            }
        }
        assert!(spared > 300, "{medium}: {spared}");
        assert!(without.values().flatten().all(|t| t.step != step));
    }
}

/// What was lived; rows of tills stand at other places where others are missing.
fn lived(life: &[TruthEvent]) -> impl Iterator<Item = (Timestamp, &str, i8)> {
    life.iter().map(|t| (t.at, t.step.as_str(), t.mood))
}

/// True if somebody stood where a way leads to the step, and so might have met it.
fn may_meet(life: &[TruthEvent], step: &str) -> bool {
    let before: &[&str] = match step {
        "PosterSeen" => &["NeedArises"],
        "SocialAdSeen" => &["NeedArises", "PosterSeen"],
        "FriendAdvises" => &["GivesUp"],
        "RetargetingSeen" => &["Hesitates"],
        _ => &["CartViewed"],
    };
    life.iter().any(|t| before.contains(&t.step.as_str()))
}

#[test]
fn tables_on_disk_say_the_same() {
    let world = World::new(9, 500);
    let folder = tempfile::tempdir().unwrap();
    world.write_to(folder.path()).unwrap();
    let people: Vec<_> = world.people().collect();
    let mut promises = csv::Reader::from_path(folder.path().join("truth/promises.csv")).unwrap();
    assert!(
        promises.deserialize::<TruthPromise>().map(Result::unwrap).eq(people.iter().flat_map(|p| p.promises.clone()))
    );
    let mut effects = csv::Reader::from_path(folder.path().join("truth/effects.csv")).unwrap();
    assert!(effects.deserialize::<TruthEffect>().map(Result::unwrap).eq(people.iter().flat_map(|p| p.effects.clone())));
    let mut needs = csv::Reader::from_path(folder.path().join("truth/needs.csv")).unwrap();
    assert!(needs.deserialize::<TruthNeed>().map(Result::unwrap).eq(people.iter().flat_map(|p| p.needs.clone())));
    let lines = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap().lines().count();
    assert_eq!(lines("campaigns.csv"), lines("truth/effects.csv"));
    assert_eq!(lines("media.csv"), 1 + 2 * 66);
}
