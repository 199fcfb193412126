//! The offline registers, held against the table in `docs/world.md`.

use std::collections::{BTreeMap, BTreeSet};

use sim::{RegisterRecord, World};
use xxhash_rust::xxh3::Xxh3;

const FIELDS: [&str; 10] =
    ["given_name", "surname", "birth_date", "street", "house_no", "plz", "city", "phone", "email", "loyalty_card"];

fn values(r: &RegisterRecord) -> [&str; 10] {
    [
        &r.given_name,
        &r.surname,
        &r.birth_date,
        &r.street,
        &r.house_no,
        &r.plz,
        &r.city,
        &r.phone,
        &r.email,
        &r.loyalty_card,
    ]
}

fn by_person(records: &[RegisterRecord]) -> BTreeMap<u32, Vec<&RegisterRecord>> {
    let mut people: BTreeMap<u32, Vec<&RegisterRecord>> = BTreeMap::new();
    for record in records {
        people.entry(record.person_id).or_default().push(record);
    }
    people
}

/// Pairs of records of one person.
fn true_pairs(records: &[RegisterRecord]) -> Vec<(&RegisterRecord, &RegisterRecord)> {
    let mut pairs = Vec::new();
    for records in by_person(records).values() {
        for (place, one) in records.iter().enumerate() {
            pairs.extend(records[place + 1..].iter().map(|other| (*one, *other)));
        }
    }
    pairs
}

#[test]
fn records_are_of_the_promised_number_and_nobody_is_left_out() {
    let records: Vec<_> = World::new(1, 20_000).registers().collect();
    let per_person = records.len() as f64 / 20_000.0;
    assert!((2.45..2.57).contains(&per_person), "{per_person}");
    assert!(records.iter().map(|record| record.record_id).eq(0..records.len() as u64));
    let people = by_person(&records);
    assert!(people.keys().copied().eq(0..20_000), "everybody stands in some register");
    let households: BTreeSet<u32> = records.iter().map(|record| record.household_id).collect();
    let per_household = 20_000.0 / households.len() as f64;
    assert!((1.92..2.03).contains(&per_household), "{per_household}");
    for records in people.values() {
        assert!(records.iter().all(|record| record.household_id == records[0].household_id));
    }
    // Neighbours in the file are strangers: the order tells nothing.
    let kin = records.windows(2).filter(|two| two[0].household_id.abs_diff(two[1].household_id) < 64).count();
    assert!(kin < records.len() / 100, "{kin} neighbours of {} are near in the world too", records.len());
}

#[test]
fn what_is_missing_is_missing_as_often_as_the_page_says() {
    let records: Vec<_> = World::new(2, 20_000).registers().collect();
    // Source, its share, and shares of empty fields: given name, birth date, address, telephone, mail, card.
    for (source, share, empty) in [
        ("webshop", 0.38, [0.01, 0.46, 0.03, 0.38, 0.21, 0.82]),
        ("store", 0.23, [0.02, 0.26, 0.12, 0.43, 0.55, 0.82]),
        ("callcentre", 0.15, [0.09, 0.34, 0.16, 0.12, 0.60, 1.0]),
        ("newsletter", 0.12, [0.10, 0.80, 0.76, 0.91, 0.18, 1.0]),
        ("workshop", 0.11, [0.05, 0.58, 0.06, 0.15, 0.55, 1.0]),
    ] {
        let of_source: Vec<_> = records.iter().filter(|record| record.source == source).collect();
        let found = of_source.len() as f64 / records.len() as f64;
        assert!((found - share).abs() < 0.015, "{source}: {found}");
        for (field, expected) in [0, 2, 3, 7, 8, 9].into_iter().zip(empty) {
            let missing =
                of_source.iter().filter(|r| values(r)[field].is_empty()).count() as f64 / of_source.len() as f64;
            assert!((missing - expected).abs() < 0.025, "{source} {}: {missing}, expected {expected}", FIELDS[field]);
        }
        assert!(of_source.iter().all(|record| !record.surname.is_empty()));
    }
}

#[test]
fn records_of_one_person_agree_as_often_as_the_page_says() {
    let records: Vec<_> = World::new(3, 20_000).registers().collect();
    let pairs = true_pairs(&records);
    // Share of true pairs in which both hold the field, and share of these that agree letter for letter.
    for (field, both, equal) in [
        ("given_name", 0.93, 0.52),
        ("surname", 1.0, 0.45),
        ("birth_date", 0.30, 0.83),
        ("street", 0.70, 0.46),
        ("house_no", 0.70, 0.86),
        ("plz", 0.70, 0.83),
        ("city", 0.70, 0.83),
        ("phone", 0.39, 0.16),
        ("email", 0.46, 0.73),
        ("loyalty_card", 0.035, 1.0),
    ] {
        let place = FIELDS.iter().position(|name| *name == field).unwrap();
        let told = pairs.iter().map(|(one, other)| (values(one)[place], values(other)[place]));
        let told: Vec<_> = told.filter(|(one, other)| !one.is_empty() && !other.is_empty()).collect();
        let found = told.len() as f64 / pairs.len() as f64;
        assert!((found - both).abs() < 0.02, "{field} in both: {found}");
        let agree = told.iter().filter(|(one, other)| one == other).count() as f64 / told.len() as f64;
        assert!((agree - equal).abs() < 0.03, "{field} equal: {agree}");
    }
}

#[test]
fn people_move_marry_share_telephones_and_leave_the_clerks_number() {
    let records: Vec<_> = World::new(4, 20_000).registers().collect();
    let digits = |phone: &str| {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        digits.trim_start_matches("00").trim_start_matches("49").trim_start_matches('0').to_owned()
    };
    let mut holders: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.phone.is_empty()) {
        holders.entry(digits(&record.phone)).or_default().insert(record.person_id);
    }
    let shared = holders.values().filter(|people| people.len() > 1).count() as f64 / holders.len() as f64;
    assert!((0.03..0.07).contains(&shared), "{shared} of the numbers belong to several");
    assert!(holders["2214710100"].len() > 50, "the hotline's own number stands in many records");
    let mails: BTreeMap<&str, BTreeSet<u32>> = records.iter().fold(BTreeMap::new(), |mut mails, record| {
        mails.entry(&record.email).or_insert_with(BTreeSet::new).insert(record.person_id);
        mails
    });
    assert!(mails["kein@mail.example"].len() > 30);
    assert!(mails.iter().any(|(mail, people)| mail.ends_with("@family.example") && people.len() > 1));
    let made_up = records.iter().filter(|record| record.birth_date == "1900-01-01").count();
    assert!((40..200).contains(&made_up), "{made_up}");
    let british = records.iter().filter(|record| record.plz.contains(' ')).count() as f64;
    let with_address = records.iter().filter(|record| !record.plz.is_empty()).count() as f64;
    assert!((0.02..0.07).contains(&(british / with_address)), "{british} of {with_address}");
    let other_town = true_pairs(&records)
        .iter()
        .filter(|(a, b)| !a.plz.is_empty() && a.plz[..1] != b.plz[..b.plz.len().min(1)])
        .count();
    assert!(other_town > 500, "people move: {other_town}");
}

#[test]
fn a_seed_gives_the_same_registers_on_every_machine() {
    let hash = |seed| {
        let mut hasher = Xxh3::new();
        for record in World::new(seed, 500).registers() {
            hasher.update(record.source.as_bytes());
            hasher.update(record.created.as_bytes());
            values(&record).iter().for_each(|value| hasher.update(value.as_bytes()));
            hasher.update(&record.person_id.to_le_bytes());
        }
        hasher.digest()
    };
    assert_eq!(hash(42), GOLDEN, "{:#018x}", hash(42));
    assert_ne!(hash(43), GOLDEN);
}
const GOLDEN: u64 = 0x4fcd_add9_a078_b0c0;

#[test]
fn registers_on_disk_are_those_that_are_streamed() {
    let world = World::new(8, 300);
    let folder = tempfile::tempdir().unwrap();
    let count = world.write_registers(folder.path()).unwrap();
    let mut reader = csv::Reader::from_path(folder.path().join("registers/records.csv")).unwrap();
    let mut truth = csv::Reader::from_path(folder.path().join("truth/records.csv")).unwrap();
    let whose: Vec<(u64, u32, u32)> = truth.deserialize().map(Result::unwrap).collect();
    let read: Vec<RegisterRecord> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!((read.len() as u64, whose.len() as u64), (count, count));
    for ((mut read, whose), made) in read.into_iter().zip(whose).zip(world.registers()) {
        (read.person_id, read.household_id) = (whose.1, whose.2);
        assert_eq!((&read, whose.0), (&made, made.record_id));
    }
}
