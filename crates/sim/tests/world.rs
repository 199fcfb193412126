//! A world seen from outside: what the doors get, held against the truth.
#![expect(clippy::unwrap_used, reason = "the readers below are part of the tests")]

use std::collections::{BTreeMap, BTreeSet};

use encoding_rs::WINDOWS_1252;
use model::{DocumentKind, Event, Mapping, MappingPlan, RawJson, Timestamp};
use serde_json::Value;
use sim::{Delivery, TruthEvent, TruthIdentifier, World};
use xxhash_rust::xxh3::Xxh3;

/// One item as a door reads it.
struct Seen {
    message_id: String,
    source: &'static str,
    /// Local date and time for tills, else RFC 3339.
    at: String,
    name: String,
    identify: bool,
    identifiers: Vec<(String, String)>,
    context: Value,
}

fn text(value: &Value, path: &str) -> Option<String> {
    value.pointer(path).and_then(Value::as_str).map(str::to_owned)
}

fn read_segment(source: &'static str, item: &Value) -> Seen {
    let places = [
        ("user_id", "/userId"),
        ("anonymous_id", "/anonymousId"),
        ("email", "/traits/email"),
        ("phone", "/traits/phone"),
        ("device_id", "/context/device/id"),
    ];
    let mut identifiers: Vec<(String, String)> =
        places.iter().filter_map(|(kind, path)| Some(((*kind).to_owned(), text(item, path)?))).collect();
    for other in item.pointer("/context/externalIds").and_then(Value::as_array).into_iter().flatten() {
        identifiers.push((text(other, "/type").unwrap(), text(other, "/id").unwrap()));
    }
    Seen {
        message_id: text(item, "/messageId").unwrap(),
        source,
        at: text(item, "/timestamp").unwrap(),
        name: text(item, "/event").or_else(|| text(item, "/name")).unwrap_or_default(),
        identify: item["type"] == "identify",
        identifiers,
        context: item["context"].clone(),
    }
}

fn read_cloud_event(source: &'static str, event: &Value) -> Seen {
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["source"], format!("/{source}"));
    let places = [
        ("anonymous_id", "/anonymousid"),
        ("user_id", "/userid"),
        ("email", "/data/traits/email"),
        ("phone", "/data/traits/phone"),
    ];
    let mut identifiers: Vec<(String, String)> =
        places.iter().filter_map(|(kind, path)| Some(((*kind).to_owned(), text(event, path)?))).collect();
    for other in event.pointer("/data/identifiers").and_then(Value::as_array).into_iter().flatten() {
        identifiers.push((text(other, "/kind").unwrap(), text(other, "/value").unwrap()));
    }
    if let Some(mood) = event.pointer("/data/mood") {
        assert!((-2..=2).contains(&mood["value"].as_i64().unwrap()), "{event}");
    }
    let kind: model::Kind = event["kind"].as_str().unwrap().parse().unwrap();
    Seen {
        message_id: text(event, "/id").unwrap(),
        source,
        at: text(event, "/time").unwrap(),
        name: text(event, "/type").unwrap().rsplit('.').next().unwrap().to_owned(),
        identify: kind == model::Kind::Identify,
        identifiers,
        context: Value::Null,
    }
}

fn read_till(source: &'static str, file_name: &str, bytes: &[u8]) -> Vec<Seen> {
    let (decoded, _, failed) = WINDOWS_1252.decode(bytes);
    assert!(!failed && !decoded.contains('\u{fffd}'), "{file_name}");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(decoded.as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>(),
        ["Kundenkarte", "Vorgang", "Datum", "Uhrzeit", "Betrag", "Filiale"]
    );
    let row = |(index, record): (usize, csv::Result<csv::StringRecord>)| {
        let record = record.unwrap();
        let (euros, cents) = record[4].split_once(',').expect("a decimal comma");
        assert!(euros.parse::<u32>().is_ok() && cents.len() == 2, "{record:?}");
        assert!(["Köln", "Dortmund", "Münster"].contains(&&record[5]), "{record:?}");
        assert!(("10:00:00".."19:00:00").contains(&&record[3]), "the shop is closed: {record:?}");
        let day: Vec<&str> = record[2].split('.').collect();
        Seen {
            message_id: format!("{file_name}:{}", index + 2),
            source,
            at: format!("{}-{}-{}T{}", day[2], day[1], day[0], &record[3]),
            name: record[1].to_owned(),
            identify: false,
            identifiers: vec![("loyalty_card".to_owned(), record[0].to_owned())],
            context: Value::Null,
        }
    };
    reader.records().enumerate().map(row).collect()
}

fn read(delivery: &Delivery) -> Vec<Seen> {
    match delivery {
        Delivery::SegmentBatch { source, body } => {
            let parsed: Value = serde_json::from_str(body).unwrap();
            let items = parsed["batch"].as_array().unwrap();
            assert!((1..=100).contains(&items.len()) && body.len() < 500_000);
            items.iter().map(|item| read_segment(source, item)).collect()
        }
        Delivery::CloudEvents { source, body } => {
            let events: Vec<Value> = serde_json::from_str(body).unwrap();
            assert!((1..=100).contains(&events.len()) && events.len() == body.lines().count());
            events.iter().map(|event| read_cloud_event(source, event)).collect()
        }
        Delivery::Csv { source, file_name, bytes } => read_till(source, file_name, bytes),
    }
}

fn hash(world: &World) -> u64 {
    let mut hasher = Xxh3::new();
    for delivery in world.deliveries() {
        match delivery {
            Delivery::SegmentBatch { source, body } | Delivery::CloudEvents { source, body } => {
                hasher.update(source.as_bytes());
                hasher.update(body.as_bytes());
            }
            Delivery::Csv { source, file_name, bytes } => {
                hasher.update(source.as_bytes());
                hasher.update(file_name.as_bytes());
                hasher.update(&bytes);
            }
        }
    }
    hasher.digest()
}

#[test]
fn a_seed_gives_the_same_bytes_on_every_machine() {
    // Changes with the laws, on purpose; must not change with machine, compiler or library versions.
    assert_eq!(hash(&World::new(42, 300)), GOLDEN, "{:#018x}", hash(&World::new(42, 300)));
    assert_ne!(hash(&World::new(43, 300)), GOLDEN);
}
const GOLDEN: u64 = 0x9aba_57b5_b3ee_1771;

#[test]
fn every_item_is_read_and_the_truth_knows_whose_it_is() {
    // More than one cohort.
    let world = World::new(3, 4_500);
    let mut owners: BTreeMap<(String, String), Vec<TruthIdentifier>> = BTreeMap::new();
    for held in world.people().flat_map(|person| person.identifiers).chain(world.company_identifiers()) {
        owners.entry((held.kind.clone(), held.value.clone())).or_default().push(held);
    }
    // Identifiers that were seen, and with whom.
    let mut seen_with: BTreeMap<(String, String), BTreeSet<u32>> = BTreeMap::new();
    let mut truth: BTreeMap<String, TruthEvent> = BTreeMap::new();
    for happening in world.truth().filter(|happening| happening.copies > 0) {
        assert!(truth.insert(happening.message_id.clone(), happening).is_none(), "an id was given twice");
    }
    let mut copies: BTreeMap<String, u8> = BTreeMap::new();
    let mut sources = BTreeSet::new();
    for seen in world.deliveries().flat_map(|delivery| read(&delivery)) {
        *copies.entry(seen.message_id.clone()).or_default() += 1;
        sources.insert(seen.source);
        let happening = &truth[&seen.message_id];
        assert_eq!((happening.source.as_str(), happening.identify), (seen.source, seen.identify));
        let time: Option<Timestamp> = match seen.source {
            "shop-tills" => jiff::civil::DateTime::strptime("%Y-%m-%dT%H:%M:%S", &seen.at)
                .ok()
                .and_then(|local| local.in_tz("Europe/Berlin").ok())
                .map(|zoned| Timestamp::from(zoned.timestamp())),
            _ => seen.at.parse().ok(),
        };
        if happening.spoiled {
            assert!(seen.identifiers.is_empty() != time.is_none(), "exactly one thing is broken");
            continue;
        }
        // Tills write whole seconds.
        let late_s = happening.at.seconds_since(time.expect("a time"));
        assert!(
            (0.0..1.0).contains(&late_s) && (late_s == 0.0 || seen.source == "shop-tills"),
            "{happening:?} {}",
            seen.at
        );
        assert!(!seen.identifiers.is_empty(), "{happening:?}");
        for identifier in seen.identifiers {
            let held = owners.get(&identifier).unwrap_or_else(|| panic!("nobody has {identifier:?} of {happening:?}"));
            let theirs = held.iter().any(|held| {
                held.person.is_none_or(|person| person == happening.person)
                    && held.from <= happening.at
                    && held.until.is_none_or(|until| happening.at <= until)
            });
            assert!(theirs, "{identifier:?} of {happening:?}: {held:?}");
            seen_with.entry(identifier).or_default().insert(happening.person);
        }
    }
    assert_eq!(copies, truth.iter().map(|(id, happening)| (id.clone(), happening.copies)).collect());
    assert_eq!(sources, sim::sources().collect());
    let homes: BTreeMap<u32, u32> = world.people().map(|person| (person.person, person.household)).collect();
    let mut shared = BTreeMap::new();
    for (identifier, people) in seen_with.into_iter().filter(|(_, people)| people.len() > 1) {
        let scope = owners[&identifier][0].scope.as_str();
        let households: BTreeSet<u32> = people.iter().map(|person| homes[person]).collect();
        assert!(scope == "company" || households.len() == 1, "{identifier:?} of {people:?}");
        assert!(scope != "own" || identifier.0 == "phone", "only telephones go from one to the other: {identifier:?}");
        *shared.entry((scope.to_owned(), identifier.0)).or_insert(0) += 1;
    }
    let count = |scope: &str, kind: &str| shared.get(&(scope.to_owned(), kind.to_owned())).copied().unwrap_or(0);
    assert_eq!((count("company", "device_id"), count("company", "phone")), (6, 1), "six tablets, one hotline");
    assert!(count("household", "anonymous_id") > 100, "families share tablets: {shared:?}");
    assert!(count("household", "email") > 5, "{shared:?}");
}

#[test]
fn the_plans_map_each_event_to_the_place_where_it_happened() {
    let plans = sim::plans();
    let of_kind = |kind: DocumentKind| plans.iter().filter(move |plan| plan.kind == kind);
    for plan in &plans {
        model::check_body(plan.kind, &plan.name, &plan.body).unwrap();
    }
    let registered: BTreeSet<&str> = of_kind(DocumentKind::Touchpoint).map(|plan| plan.name.as_str()).collect();
    let parents: BTreeSet<&str> =
        of_kind(DocumentKind::Touchpoint).filter_map(|plan| plan.body["parent"].as_str()).collect();
    let rules = of_kind(DocumentKind::Mapping).next().unwrap().body.clone();
    let rules: MappingPlan = serde_json::from_value(rules).unwrap();
    let mapping = Mapping::compile(&rules).unwrap();

    let world = World::new(11, 1_500);
    let truth: BTreeMap<String, TruthEvent> = world.truth().map(|t| (t.message_id.clone(), t)).collect();
    let (mut measured, mut discovered, mut used) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for seen in world.deliveries().flat_map(|delivery| read(&delivery)).filter(|seen| !seen.identify) {
        let mut event = Event::new(seen.message_id.as_str(), seen.source, seen.name.as_str(), Timestamp::default());
        event.context = RawJson::from(seen.context);
        let expected = &truth[&seen.message_id].touchpoint;
        match mapping.find(&event) {
            Some((rule, touchpoint)) => {
                assert_eq!(touchpoint, expected, "{}", seen.name);
                measured.insert(touchpoint.to_owned());
                used.insert(rule);
            }
            None => {
                assert_eq!(expected, "", "{}", seen.name);
                discovered.insert(seen.name);
            }
        }
    }
    assert_eq!(used.len(), mapping.len(), "a rule maps nothing");
    assert_eq!(Vec::from_iter(discovered), ["Magazine", "Payment Failed", "Reviews Opened", "battery_low"]);
    let unmeasured: Vec<_> = registered.iter().filter(|id| !measured.contains(**id)).copied().collect();
    // Three of these are wholes of which all that happens is measured at their parts.
    let wholes = ["newsletter", "online-shop", "shop"];
    let unseen = ["car-park", "friends-advice", "magazine-tests", "poster", "review-portals"];
    assert_eq!(unmeasured, BTreeSet::from_iter(wholes.into_iter().chain(unseen)).into_iter().collect::<Vec<_>>());
    assert_eq!(parents, BTreeSet::from(wholes));
    assert!(parents.is_subset(&registered));
    assert_eq!(measured.len() + unmeasured.len(), registered.len(), "the mapping names a place that is not registered");
}

#[test]
fn rates_lie_where_the_page_says() {
    let world = World::new(1, 2_000);
    let mut lives: BTreeMap<u32, Vec<TruthEvent>> = BTreeMap::new();
    for happening in world.truth() {
        lives.entry(happening.person).or_default().push(happening);
    }
    // Five standard deviations of a binomial: a sound world fails once in about a million tries.
    let check = |what: &str, hits: usize, n: usize, rate: f64| {
        let expected = rate * n as f64;
        let deviation = (expected * (1.0 - rate)).sqrt();
        assert!(n >= 100, "{what}: only {n} cases");
        assert!((hits as f64 - expected).abs() <= 5.0 * deviation, "{what}: {hits} of {n}, expected {expected:.0}");
    };
    let items: Vec<&TruthEvent> =
        lives.values().flatten().filter(|t| matches!(t.source.as_str(), "web-shop" | "app")).collect();
    check("retried", items.iter().filter(|t| t.copies == 2).count(), items.len(), 0.025);
    check("broken", items.iter().filter(|t| t.spoiled).count(), items.len(), 0.003);
    let people: Vec<_> = world.people().collect();
    let with = |kind: &str| people.iter().filter(|p| p.identifiers.iter().any(|i| i.kind == kind)).count();
    check("have a telephone", with("phone"), people.len(), 0.924);
    let needs = ["NeedArises", "PosterSeen", "FriendAdvises", "SocialAdSeen"];
    let owners = lives.values().filter(|life| !needs.contains(&life[0].step.as_str())).count();
    check("own a bike at the start", owners, people.len(), 0.25);

    for (step, next, rate) in [
        ("CartAdded", "CartViewed", 0.62),
        ("Payment", "OrderPlaced", 0.72),
        ("Payment", "PaymentFailed", 0.12),
        ("SignedIn", "Payment", 0.88),
        ("TestRide", "TalkAfterRide", 1.0),
        ("DeliveryPromised", "ConfirmationOpened", 0.8),
        ("AppInstalled", "BikePaired", 0.82),
        ("BikeFinder", "ProductPage", 0.75),
        ("ShopArrived", "ShopTalk", 0.85),
    ] {
        let (mut n, mut hits) = (0, 0);
        for life in lives.values() {
            let steps: Vec<&str> = life.iter().filter(|t| !t.identify).map(|t| t.step.as_str()).collect();
            n += steps.windows(2).filter(|pair| pair[0] == step).count();
            hits += steps.windows(2).filter(|pair| pair[0] == step && pair[1] == next).count();
        }
        check(&format!("{step} -> {next}"), hits, n, rate);
    }
}

#[test]
fn lives_are_of_the_promised_size_and_shape() {
    let world = World::new(5, 2_000);
    let mut seen_by_person = vec![0_u32; 2_000];
    let (mut happenings, mut unseen) = (0, 0);
    let mut by_month: BTreeMap<String, u32> = BTreeMap::new();
    let mut people_by_step: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for happening in world.truth() {
        happenings += 1;
        unseen += u32::from(happening.copies == 0);
        seen_by_person[happening.person as usize] += u32::from(happening.copies > 0);
        *by_month.entry(happening.at.to_string()[..7].to_owned()).or_default() += 1;
        people_by_step.entry(happening.step).or_default().insert(happening.person);
    }
    let total: u32 = seen_by_person.iter().sum();
    assert!((44_000..=56_000).contains(&total), "22 to 28 events a customer: {total}");
    assert!((happenings / 4..=happenings * 2 / 5).contains(&unseen), "{unseen} of {happenings} leave no trace");
    seen_by_person.sort_unstable();
    let most_active: u32 = seen_by_person[1_800..].iter().sum();
    assert!(most_active * 4 > total, "the tenth that does most makes over a quarter: {most_active} of {total}");
    assert!((2..=5).contains(&(seen_by_person[1_999] / seen_by_person[1_000] / 2)), "a long tail");
    // Ninety days each.
    let of = |months: [&str; 3]| months.iter().map(|month| by_month[*month]).sum::<u32>();
    assert!(of(["2026-04", "2026-05", "2026-06"]) * 10 > of(["2025-12", "2026-01", "2026-02"]) * 13, "{by_month:?}");
    let names: BTreeSet<_> = world.people().map(|p| (p.given_name, p.family_name)).collect();
    assert!(names.len() > 1_300, "{} distinct names", names.len());
}

#[test]
fn people_give_the_name_and_the_town_they_have_at_the_time() {
    let world = World::new(14, 4_000);
    let people: Vec<_> = world.people().collect();
    let truth: BTreeMap<String, TruthEvent> = world.truth().map(|t| (t.message_id.clone(), t)).collect();
    let (mut told, mut before_move, mut before_wedding) = (0, 0, 0);
    for delivery in world.deliveries() {
        let Delivery::SegmentBatch { body, .. } = delivery else { continue };
        let parsed: Value = serde_json::from_str(&body).unwrap();
        for item in parsed["batch"].as_array().unwrap() {
            let happening = &truth[item["messageId"].as_str().unwrap()];
            let person = &people[happening.person as usize];
            let Some(name) = text(item, "/traits/lastName") else { continue };
            let unmarried = person.married.is_some_and(|married| happening.at < married);
            let expected = if unmarried { person.maiden_name.as_ref().unwrap() } else { &person.family_name };
            assert_eq!(&name, expected);
            before_wedding += u32::from(unmarried);
            let Some(city) = text(item, "/traits/address/city") else { continue };
            let old_home = person.moved.is_some_and(|moved| happening.at < moved);
            let expected = if old_home { person.former_city.as_ref().unwrap() } else { &person.city };
            assert_eq!(&city, expected);
            before_move += u32::from(old_home);
            told += 1;
        }
    }
    assert!(told > 1_000 && before_move > 10 && before_wedding > 3, "{told} {before_move} {before_wedding}");
}

#[test]
fn the_whole_world_can_come_in_the_order_of_time() {
    let world = World::new(12, 4_200);
    let ordered: Vec<TruthEvent> = world.clone().in_order_of_time().truth().collect();
    assert!(ordered.is_sorted_by_key(|happening| happening.at));
    let by_cohorts: Vec<TruthEvent> = world.truth().collect();
    assert!(!by_cohorts.is_sorted_by_key(|happening| happening.at));
    // Rows of tills are known by where they stand, and files are cut by cohort.
    let told = |truth: Vec<TruthEvent>| -> BTreeSet<String> {
        let lines = truth
            .into_iter()
            .map(|t| if t.source == "shop-tills" { TruthEvent { message_id: String::new(), ..t } } else { t });
        lines.map(|t| format!("{t:?}")).collect()
    };
    assert!(told(ordered) == told(by_cohorts), "the same happenings");
}

#[test]
fn a_world_on_disk_is_the_world_that_is_streamed() {
    let world = World::new(8, 400);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    let written = world.write_to(out).unwrap();

    let mut reader = csv::Reader::from_path(out.join("truth/events.csv")).unwrap();
    let truth: Vec<TruthEvent> = reader.deserialize().map(Result::unwrap).collect();
    assert!(truth.iter().eq(world.truth().collect::<Vec<_>>().iter()));
    let sent: u64 = truth.iter().map(|t| u64::from(t.copies)).sum();
    assert_eq!((written.people, written.happenings, written.sent), (400, truth.len() as u64, sent));

    let read_lines = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let mut batches = Vec::new();
    let mut events = Vec::new();
    for delivery in world.deliveries() {
        match delivery {
            Delivery::SegmentBatch { source, body } => {
                let mut parsed: Value = serde_json::from_str(&body).unwrap();
                parsed["source"] = source.into();
                batches.push(parsed);
            }
            Delivery::CloudEvents { body, .. } => {
                events.extend(serde_json::from_str::<Vec<Value>>(&body).unwrap().iter().map(Value::to_string));
            }
            Delivery::Csv { file_name, bytes, .. } => {
                assert_eq!(std::fs::read(out.join("tills").join(file_name)).unwrap(), bytes);
            }
        }
    }
    let lines: Vec<Value> = read_lines("segment.jsonl").lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines, batches);
    let mut on_disk: Vec<String> = read_lines("cloudevents.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap().to_string())
        .collect();
    on_disk.sort_unstable();
    events.sort_unstable();
    assert_eq!(on_disk, events);

    let people = csv::Reader::from_path(out.join("truth/people.csv")).unwrap().into_records().count();
    let identifiers = csv::Reader::from_path(out.join("truth/identifiers.csv")).unwrap().into_records().count();
    assert_eq!(people, 400);
    let held = world.people().map(|p| p.identifiers.len()).sum::<usize>() + world.company_identifiers().len();
    assert_eq!(identifiers, held);
}

#[test]
#[cfg(unix)]
fn what_is_too_large_for_the_disk_can_go_through_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let (files, pipes) = (folder.path().join("files"), folder.path().join("pipes"));
    let world = World::new(9, 60);
    world.write_to(&files).unwrap();
    std::fs::create_dir_all(&pipes).unwrap();
    let pipe = pipes.join("cloudevents.jsonl");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn(move || std::fs::read(pipe).unwrap());
    world.write_to(&pipes).unwrap();
    assert!(reader.join().unwrap() == std::fs::read(files.join("cloudevents.jsonl")).unwrap());
}

#[test]
fn weeks_test_rides_and_ages_are_those_of_the_page() {
    let world = World::new(6, 4_000);
    let people: Vec<_> = world.people().collect();
    let berlin = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let (mut days, mut rode_off) = (BTreeMap::<String, [u32; 7]>::new(), BTreeMap::new());
    for t in world.truth() {
        let at: jiff::Timestamp = t.at.to_string().parse().unwrap();
        let day = at.to_zoned(berlin.clone()).weekday().to_monday_zero_offset();
        days.entry(t.source).or_default()[day as usize] += 1;
        let born = &people[t.person as usize].birth_date;
        assert!(born.as_str() <= "2007-04-01", "somebody born on {born} lives a life of their own");
        if t.step == "TestRide" {
            rode_off.insert(t.person, at);
        } else if t.step == "TalkAfterRide" {
            let seconds = at.duration_since(rode_off[&t.person]).as_secs();
            assert!((900..=2_400).contains(&seconds), "a test ride of {seconds} s");
        }
    }
    for (source, day, least, most) in [
        ("bike-cloud", 5, 0.22, 0.32),
        ("bike-cloud", 6, 0.22, 0.32),
        ("shop-tills", 5, 0.29, 0.39),
        ("shop-tills", 6, 0.0, 0.0),
        ("workshop", 0, 0.2, 0.3),
        ("web-shop", 5, 0.11, 0.15),
        ("web-shop", 6, 0.15, 0.2),
    ] {
        let of = days[source];
        let share = f64::from(of[day]) / f64::from(of.iter().sum::<u32>());
        assert!((least..=most).contains(&share), "{source}, day {day} of the week: {share:.3}");
    }
    assert!(people.iter().any(|person| person.birth_date.as_str() > "2007-04-01"), "children stand in the registers");
}
