//! What people rely on, on records made for it.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use linkage::Field::{BirthDate, Email, GivenName, Identifier, Phone, Surname};
use linkage::{Decisions, Field, LinkageModel, Linked, Person, Records, Refusal, Training, explain, link};

fn records(of: &[Vec<(Field, String)>]) -> Records {
    let mut records = Records::new();
    for (number, fields) in of.iter().enumerate() {
        let fields: Vec<(Field, &str)> = fields.iter().map(|(field, value)| (*field, value.as_str())).collect();
        records.push(&format!("{number:05}"), &Person::of(&fields));
    }
    records.sorted_by_id().unwrap().0
}

fn linked(records: &Records, decisions: &Decisions) -> Linked {
    link(records, &LinkageModel::default(), Training::None, decisions)
}

#[test]
fn a_value_that_many_bear_loses_power_by_their_number() {
    let weight = |bearers: usize| {
        let shop_phone = (Phone, "0177 12345678".to_owned());
        let mut all: Vec<_> = (0..bearers).map(|_| vec![shop_phone.clone()]).collect();
        all.extend((0..2_000).map(|number| vec![(Phone, format!("0151 {number:08}"))]));
        let records = records(&all);
        explain(&records, &LinkageModel::default(), 0, 1).weight
    };
    let [two, twenty, two_hundred] = [2, 20, 200].map(weight);
    assert!(two > twenty && twenty > two_hundred + 2.5, "{two} {twenty} {two_hundred}");
    assert!(two_hundred < 0.0, "{two_hundred}");
}

#[test]
fn a_missing_value_has_no_step_and_no_weight() {
    let records = records(&[
        vec![(Surname, "Huber".into()), (Email, "a@gmx.de".into())],
        vec![(Surname, "Huber".into()), (GivenName, "Anna".into())],
    ]);
    let waterfall = explain(&records, &LinkageModel::default(), 0, 1);
    let compared: Vec<_> = waterfall.steps.iter().map(|step| step.comparison).collect();
    assert_eq!(compared, ["household"]);
}

#[test]
fn household_evidence_is_not_counted_again_once_the_household_is_known() {
    let home = [
        (Surname, "Tannfeld".to_owned()),
        (Field::Street, "Bismarckallee 20".to_owned()),
        (Field::Postcode, "13544".to_owned()),
        (Field::OtherPhone, "030 1234567".to_owned()),
    ];
    let someone = |number: usize| vec![(Surname, format!("Name{number}")), (Field::Postcode, format!("{number:05}"))];
    let mut all = vec![home.to_vec(), home.to_vec()];
    all.extend((0..500).map(someone));
    let records = records(&all);
    let mut model = LinkageModel::default();
    (model.matches_per_record, model.household_records_per_record) = (2.0, 2.0);
    let waterfall = explain(&records, &model, 0, 1);
    assert_eq!(waterfall.steps.len(), 1);
    // As many records of other members as of the same person: name, address and landline together say fifty-fifty, not more.
    assert!((0.3..0.7).contains(&waterfall.probability), "{waterfall:?}");
}

#[test]
fn what_people_decided_holds_whatever_the_weight() {
    let one = |given: &str, mail: &str| {
        let fields = [(GivenName, given), (Surname, "Huber"), (BirthDate, "1987-02-07"), (Email, mail)];
        fields.map(|(field, value)| (field, value.to_owned())).to_vec()
    };
    let all = records(&[one("Anna", "a@gmx.de"), one("Anna", "a@gmx.de"), one("Uwe", "u@web.de")]);
    assert_eq!(linked(&all, &Decisions::default()).clusters, [0, 0, 2]);
    let decisions = Decisions { accepted: vec![(2, 1)], rejected: vec![(1, 0)] };
    let after = linked(&all, &decisions);
    assert_eq!(after.clusters, [0, 1, 1]);
    // The rejected pair is decided: it does not come back for review.
    assert!(after.review.iter().all(|bridge| (bridge.edge.a, bridge.edge.b) != (0, 1)), "{:?}", after.review);
}

#[test]
fn people_who_differ_in_given_name_and_birth_date_go_to_review_and_not_together() {
    let family = |given: &str, born: &str| {
        let shared =
            [(Surname, "Huber"), (Phone, "0177 12345678"), (Email, "huber@gmx.de"), (Field::Street, "Ostweg 3")];
        let own = [(Field::Postcode, "80331"), (GivenName, given), (BirthDate, born)];
        shared.into_iter().chain(own).map(|(field, value)| (field, value.to_owned())).collect::<Vec<_>>()
    };
    let all = records(&[family("Anna", "1987-02-07"), family("Uwe", "1955-11-28")]);
    let linked = linked(&all, &Decisions::default());
    assert_eq!(linked.clusters, [0, 1]);
    for bridge in &linked.review {
        assert!(matches!(bridge.reason, Refusal::Veto | Refusal::WeakPair), "{bridge:?}");
    }
}

#[test]
fn training_finds_how_often_a_persons_mail_address_stays_the_same() {
    // Every person has two records; in four of five pairs the mail address is the same, the card number is always.
    let mut all = Vec::new();
    for person in 0..1_000_usize {
        for copy in 0..2 {
            let mail = if person % 5 == 0 {
                format!("mail{copy}.{}@gmx.de", person * 7919 % 10_007)
            } else {
                format!("p{person}q@web.de")
            };
            all.push(vec![
                (GivenName, format!("given{}", person % 37)),
                (Surname, format!("surname{}", person % 41)),
                (Email, mail),
                (Identifier, format!("card{}", person * 104_729)),
            ]);
        }
    }
    let records = records(&all);
    let linked = link(&records, &LinkageModel::default(), Training::OnTheseRecords, &Decisions::default());
    let m = linked.model.comparison["email"]["exact"].m;
    assert!((m - 0.8).abs() < 0.02, "{m}");
    assert!((linked.model.matches_per_record - 1.0).abs() < 0.02, "{}", linked.model.matches_per_record);
    assert_eq!(linked.model.trained_on_records, 2_000);
    linked.model.check().unwrap();
}

#[test]
fn files_of_a_few_records_or_none_are_trained_on_and_linked_too() {
    for number in 0..6 {
        let person = |of: usize| {
            let mail = (Email, format!("ada{}@example.org", of / 2));
            vec![(GivenName, "Ada".to_owned()), (Surname, "Tannfeld".to_owned()), mail]
        };
        let records = records(&(0..number).map(person).collect::<Vec<_>>());
        let linked = link(&records, &LinkageModel::default(), Training::OnTheseRecords, &Decisions::default());
        assert_eq!(linked.clusters.len(), number);
    }
}

#[test]
fn training_learns_from_what_people_rejected() {
    // Couples share mail address and surname; the given name tells them apart, or is a second one of the same person.
    let mut all = Vec::new();
    for couple in 0..400_usize {
        for copy in 0..2 {
            all.push(vec![
                (GivenName, format!("given{}", (couple * 31 + copy * 17) % 97)),
                (Surname, format!("surname{}", couple % 53)),
                (Email, format!("mail{couple}@web.de")),
            ]);
        }
    }
    let records = records(&all);
    let trained = |rejected: Vec<(u32, u32)>| {
        let decisions = Decisions { rejected, ..Decisions::default() };
        link(&records, &LinkageModel::default(), Training::OnTheseRecords, &decisions).model
    };
    let (before, after) = (trained(Vec::new()), trained((0..400).map(|couple| (2 * couple, 2 * couple + 1)).collect()));
    let of_household = |model: &LinkageModel| model.comparison["email"]["exact"].household;
    assert!(of_household(&after) > of_household(&before) + 0.05, "{before:?}\n{after:?}");
    assert!(after.matches_per_record < 0.5 * before.matches_per_record, "{before:?}\n{after:?}");
    after.check().unwrap();
}

#[test]
fn a_decision_is_worth_more_where_it_would_join_more_and_where_it_is_likelier() {
    let one = |given: &str, born: &str, mail: &str| {
        let fields = [(GivenName, given), (Surname, "Huber"), (BirthDate, born), (Email, mail)];
        fields.map(|(field, value)| (field, value.to_owned())).to_vec()
    };
    let mut all = vec![one("Anna", "1987-02-07", "a@gmx.de"), one("Uwe", "1955-11-28", "a@gmx.de")];
    all.extend(vec![one("Eva", "1990-01-05", "e@gmx.de"); 3]);
    all.extend(vec![one("Jan", "1961-10-19", "e@gmx.de"); 3]);
    let mut model = LinkageModel::default();
    model.thresholds.review = 1e-9;
    let linked = link(&records(&all), &model, Training::None, &Decisions::default());
    let order: Vec<(u32, u32)> = linked.review.iter().map(|bridge| (bridge.edge.a, bridge.edge.b)).collect();
    let [three, single, ..] = order.as_slice() else { panic!("{:?} {:?}", linked.clusters, linked.review) };
    assert!(three.0 >= 2 && *single == (0, 1), "{:?}", linked.review);
    assert!(linked.review.windows(2).all(|pair| pair[0].value >= pair[1].value), "{:?}", linked.review);
}

#[test]
fn training_leaves_birth_dates_of_households_as_the_model_has_them() {
    // One record of every eighth person bears other names. Beside them the home, the birth date and the number agree, as of
    // nobody but the same person: a household that had learned of such pairs would take them for its own.
    let mut all = Vec::new();
    for person in 0..600_usize {
        for copy in 0..4 {
            let names = if copy == 0 && person % 8 == 0 { person * 57 + 13 } else { person * 31 };
            all.push(vec![
                (GivenName, format!("given{}", names % 97)),
                (Surname, format!("surname{}", names % 53)),
                (BirthDate, format!("19{:02}-{:02}-{:02}", person % 80 + 10, person % 12 + 1, person % 28 + 1)),
                (Field::Street, format!("street{} 7", person % 211)),
                (Field::Postcode, format!("{:05}", 10_000 + person % 401)),
            ]);
        }
    }
    let mut model = LinkageModel::default();
    let twins = model.comparison.get_mut("birth_date").unwrap();
    twins.get_mut("exact").unwrap().household = 0.02;
    twins.get_mut("differs").unwrap().household = 0.972;
    let trained = link(&records(&all), &model, Training::OnTheseRecords, &Decisions::default()).model;
    let household = |level: &str| trained.comparison["birth_date"][level].household;
    assert_eq!((household("exact"), household("differs")), (0.02, 0.972));
}

#[test]
fn in_a_small_file_records_are_found_that_share_no_key() {
    let one = |given: &str, surname: &str, born: &str, mail: &str| {
        let fields = [(GivenName, given), (Surname, surname), (BirthDate, born), (Email, mail)];
        fields.map(|(field, value)| (field, value.to_owned())).to_vec()
    };
    // Slips in both names, in the birth date and in the mail address.
    let kathe = one("Käthe", "Tannfeld", "1954-04-15", "kaethe.tannfeld@example.org");
    let slips = one("Kähte", "Tanfeld", "1954-04-16", "kaethe.tanfeld@example.org");
    let crowd = |number: usize| one(&format!("given{}", number % 89), &format!("surname{number}"), "", "");
    let joined = |others: usize| {
        let mut all = vec![kathe.clone(), slips.clone()];
        all.extend((0..others).map(crowd));
        let linked = linked(&records(&all), &Decisions::default());
        linked.clusters[0] == linked.clusters[1]
    };
    assert!(joined(500) && !joined(2_500), "blocking is for files that need it");
}
