//! The truth about people written to a folder, and what the company knows of its campaigns.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use model::Timestamp;

use crate::files::create;
use crate::laws::campaigns::CAMPAIGNS;
use crate::laws::media::{ADS, CENTS_PER_THOUSAND, POSTERS, WEEKS};
use crate::{TruthIdentifier, TruthPerson, World};

/// The files in which people are told.
struct Tables {
    people: BufWriter<File>,
    identifiers: BufWriter<File>,
    promises: BufWriter<File>,
    effects: BufWriter<File>,
    needs: BufWriter<File>,
    campaigns: BufWriter<File>,
}

impl World {
    /// Writes everybody, and returns how many there are.
    pub(crate) fn write_people(&self, out: &Path) -> io::Result<u64> {
        let mut tables = Tables {
            people: table(
                &out.join("truth/people.csv"),
                "person,given_name,family_name,birth_date,household,street,house_no,postcode,city,former_city,moved,maiden_name,married,language,stage,\
                 happenings,temper,riding,left",
            )?,
            identifiers: table(&out.join("truth/identifiers.csv"), "person,kind,value,scope,from,until")?,
            promises: table(
                &out.join("truth/promises.csv"),
                "person,message_id,promise,made,due,closed,outcome,told_in_time",
            )?,
            effects: table(
                &out.join("truth/effects.csv"),
                "person,campaign,at,treated,reaction,untreated_rate,treated_rate,bought",
            )?,
            needs: table(&out.join("truth/needs.csv"), "person,at,cause")?,
            campaigns: table(&out.join("campaigns.csv"), "campaign,channel,email,group,at")?,
        };
        for held in &self.company_identifiers() {
            write_identifier(&mut tables.identifiers, held)?;
        }
        let mut count = 0;
        for person in self.people() {
            tables.write(&person)?;
            count += 1;
        }
        tables.flush()?;
        self.write_media(out)?;
        Ok(count)
    }

    /// Contacts and cost by week, as a media agency reports them.
    fn write_media(&self, out: &Path) -> io::Result<()> {
        let mut media = table(&out.join("media.csv"), "week,channel,contacts,cost_eur")?;
        for week in 0..WEEKS {
            let first_day = self.calendar().iso_date(7 * week as u32);
            for (channel, thousands, cents) in
                [("poster", POSTERS[week], CENTS_PER_THOUSAND[0]), ("social_ad", ADS[week], CENTS_PER_THOUSAND[1])]
            {
                // The tables are for a hundred thousand people.
                let contacts = u64::from(thousands) * u64::from(self.customers()) / 100;
                let cost = contacts * cents / 1_000;
                writeln!(media, "{first_day},{channel},{contacts},{}.{:02}", cost / 100, cost % 100)?;
            }
        }
        media.flush()
    }
}

impl Tables {
    fn write(&mut self, p: &TruthPerson) -> io::Result<()> {
        writeln!(
            self.people,
            "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
            p.person,
            p.given_name,
            p.family_name,
            p.birth_date,
            p.household,
            p.street,
            p.house_no,
            p.postcode,
            p.city,
            p.former_city.as_deref().unwrap_or_default(),
            text(p.moved),
            p.maiden_name.as_deref().unwrap_or_default(),
            text(p.married),
            p.language,
            p.stage.as_str(),
            p.happenings,
            p.temper,
            p.riding,
            text(p.left)
        )?;
        for held in &p.identifiers {
            write_identifier(&mut self.identifiers, held)?;
        }
        for promise in &p.promises {
            let told = promise.told_in_time.map(|told| told.to_string()).unwrap_or_default();
            writeln!(
                self.promises,
                "{},{},{},{},{},{},{},{told}",
                promise.person,
                promise.message_id,
                promise.promise,
                promise.made,
                promise.due,
                text(promise.closed),
                promise.outcome
            )?;
        }
        for need in &p.needs {
            writeln!(self.needs, "{},{},{}", need.person, need.at, need.cause)?;
        }
        let mail = p.identifiers.iter().find(|held| held.kind == "email").map(|held| held.value.as_str());
        for effect in &p.effects {
            writeln!(
                self.effects,
                "{},{},{},{},{},{},{},{}",
                effect.person,
                effect.campaign,
                effect.at,
                effect.treated,
                effect.reaction,
                effect.untreated_rate,
                effect.treated_rate,
                effect.bought
            )?;
            let call = CAMPAIGNS.iter().any(|campaign| campaign.name == effect.campaign && campaign.call);
            writeln!(
                self.campaigns,
                "{},{},{},{},{}",
                effect.campaign,
                if call { "phone" } else { "mail" },
                mail.unwrap_or_default(),
                if effect.treated { "treated" } else { "control" },
                effect.at
            )?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let all = [
            &mut self.people,
            &mut self.identifiers,
            &mut self.promises,
            &mut self.effects,
            &mut self.needs,
            &mut self.campaigns,
        ];
        all.into_iter().try_for_each(Write::flush)
    }
}

fn table(path: &Path, header: &str) -> io::Result<BufWriter<File>> {
    let mut file = create(path)?;
    writeln!(file, "{header}")?;
    Ok(file)
}

fn text(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

fn write_identifier(out: &mut impl Write, held: &TruthIdentifier) -> io::Result<()> {
    let person = held.person.map(|person| person.to_string()).unwrap_or_default();
    writeln!(out, "{person},{},{},{},{},{}", held.kind, held.value, held.scope, held.from, text(held.until))
}
