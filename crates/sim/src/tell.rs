//! The truth about people, told from what their lives left behind.

use model::Timestamp;

use crate::World;
use crate::calendar::Moment;
use crate::doors::message_id;
use crate::law::Stage;
use crate::life::{Life, Offer, Outcome, Promise};
use crate::people::Person;
use crate::truth::{TruthEffect, TruthIdentifier, TruthNeed, TruthPerson, TruthPromise};

pub(crate) fn timestamp(at: Moment) -> Timestamp {
    Timestamp::clamped(at * 1_000)
}

pub(crate) fn truth_of_person(world: &World, person: Person, life: Life, stage: Stage, happenings: u32) -> TruthPerson {
    let number = person.number;
    TruthPerson {
        person: number,
        given_name: person.given.to_owned(),
        family_name: person.family,
        birth_date: person.born.to_string(),
        household: person.household,
        street: person.address.street,
        house_no: person.address.house_no,
        postcode: person.address.postcode,
        city: person.address.city.to_owned(),
        former_city: person.former_address.as_ref().map(|(home, _)| home.city.to_owned()),
        moved: person.former_address.as_ref().map(|(_, moved)| timestamp(*moved)),
        married: person.maiden.as_ref().map(|(_, wedding)| timestamp(*wedding)),
        maiden_name: person.maiden.map(|(name, _)| name),
        language: if person.british { "en" } else { "de" }.to_owned(),
        stage,
        happenings,
        temper: life.temper,
        riding: person.habits.riding,
        left: life.left.map(timestamp),
        identifiers: life
            .held
            .into_iter()
            .map(|held| TruthIdentifier {
                person: Some(number),
                kind: held.kind.to_owned(),
                value: held.value,
                scope: held.scope.as_str().to_owned(),
                from: timestamp(held.from),
                until: held.until.map(timestamp),
            })
            .collect(),
        promises: life.promises.iter().map(|promise| truth_of_promise(world, number, promise)).collect(),
        effects: life.offers.iter().map(|offer| truth_of_offer(number, offer)).collect(),
        needs: life
            .needs
            .into_iter()
            .map(|(at, cause)| TruthNeed { person: number, at: timestamp(at), cause: cause.as_str().to_owned() })
            .collect(),
    }
}

fn truth_of_promise(world: &World, person: u32, promise: &Promise) -> TruthPromise {
    let (outcome, told_in_time) = match promise.outcome {
        Outcome::Open => ("open", None),
        Outcome::Kept => ("kept", None),
        Outcome::Broken { told_in_time } => ("broken", Some(told_in_time)),
        Outcome::Cancelled => ("cancelled", None),
    };
    TruthPromise {
        person,
        message_id: message_id(world.seed(), person, promise.nth),
        promise: promise.what.as_str().to_owned(),
        made: timestamp(promise.made),
        due: world.calendar().iso_date(u32::from(promise.due)).to_owned(),
        closed: promise.closed.map(timestamp),
        outcome: outcome.to_owned(),
        told_in_time,
    }
}

fn truth_of_offer(person: u32, offer: &Offer) -> TruthEffect {
    TruthEffect {
        person,
        campaign: offer.campaign.name.to_owned(),
        at: timestamp(offer.at),
        treated: offer.treated,
        reaction: offer.reaction.name.to_owned(),
        untreated_rate: f64::from(offer.reaction.untreated) / 1_000.0,
        treated_rate: f64::from(offer.treated_per_mille()) / 1_000.0,
        bought: offer.bought,
    }
}
