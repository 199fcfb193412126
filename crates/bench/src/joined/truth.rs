//! Whose each event and each identifier of a world truly is, read from what `geleit simulate` writes into `truth/`.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use identity::Identity;
use model::{IdentifierKind, IdentityRules};

use super::each_line;

/// The truth about one world.
#[derive(Debug)]
pub struct Truth {
    /// By the sender's id: whose the event is, and whether it came already.
    events: HashMap<Box<str>, (u32, bool)>,
    /// By kind and normalised value: place in `owners`.
    places: HashMap<(String, String), u32>,
    owners: Vec<Owners>,
}

/// Whose an identifier is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owners {
    /// Kind of the identifier.
    pub kind: String,
    /// `own`, `household` or `company`.
    pub scope: String,
    /// Everybody whose it ever was, in ascending order; nobody for what is the company's.
    pub people: Vec<u32>,
}

impl Owners {
    /// The person, if it is one person's alone and always was.
    pub fn sole(&self) -> Option<u32> {
        if let [only] = self.people.as_slice() { Some(*only) } else { None }
    }

    /// What people call such an identifier.
    pub fn name(&self) -> String {
        match (self.scope.as_str(), self.kind.as_str()) {
            (_, kind) if self.people.len() == 1 => format!("own {kind}"),
            ("household", "anonymous_id") => "cookie of the family's tablet".to_owned(),
            ("household", "email") => "mail address of the family".to_owned(),
            ("household", "phone") => "landline of the family".to_owned(),
            ("company", "device_id") => "tablet of the shop".to_owned(),
            ("company", "phone") => "the hotline's own number".to_owned(),
            ("own", kind) => format!("{kind} passed on"),
            (scope, kind) => format!("{kind} of the {scope}"),
        }
    }
}

impl Truth {
    /// Reads `truth/events.csv` and `truth/identifiers.csv` of a world's folder; values in the forms that the rules give them.
    ///
    /// # Errors
    /// If a file cannot be read or a line of it is none of a world's.
    pub fn read(world: &Path, rules: &IdentityRules) -> Result<Self> {
        let forms = Identity::new(rules);
        let mut truth = Self { events: HashMap::new(), places: HashMap::new(), owners: Vec::new() };
        each_row(&world.join("truth/events.csv"), |cells| {
            let [id, _, person, ..] = cells else { bail!("fewer than three columns") };
            if !id.is_empty() {
                truth.events.insert((*id).into(), (person.parse().context("person")?, false));
            }
            Ok(())
        })?;
        each_row(&world.join("truth/identifiers.csv"), |cells| {
            let [person, kind, value, scope, ..] = cells else { bail!("fewer than four columns") };
            let person = (!person.is_empty()).then(|| person.parse::<u32>()).transpose().context("person")?;
            let value = forms.normalised(&IdentifierKind::parse(*kind)?, value);
            truth.add(person, kind, value.into_owned(), scope);
            Ok(())
        })?;
        Ok(truth)
    }

    fn add(&mut self, person: Option<u32>, kind: &str, normalised: String, scope: &str) {
        let next = self.owners.len() as u32;
        let place = *self.places.entry((kind.to_owned(), normalised)).or_insert(next);
        if place == next {
            self.owners.push(Owners { kind: kind.to_owned(), scope: scope.to_owned(), people: Vec::new() });
        }
        let people = &mut self.owners[place as usize].people;
        people.extend(person);
        people.sort_unstable();
        people.dedup();
    }

    /// Whose the event of that id is, the first time it is asked for; `None` from then on: it was sent twice.
    ///
    /// # Errors
    /// If no event has that id.
    pub fn claim(&mut self, id: &str) -> Result<Option<u32>> {
        let (person, came) = self.events.get_mut(id).with_context(|| format!("event {id:?} has no truth"))?;
        Ok((!std::mem::replace(came, true)).then_some(*person))
    }

    /// Whose an identifier is, by kind and normalised value.
    ///
    /// # Errors
    /// If nobody's truth knows it.
    pub fn owners(&self, kind: &str, normalised: &str) -> Result<&Owners> {
        let place = self.places.get(&(kind.to_owned(), normalised.to_owned()));
        let place = place.with_context(|| format!("identifier {kind}:{normalised} has no truth"))?;
        Ok(&self.owners[*place as usize])
    }
}

/// Gives the cells of each line but the header. Nothing in these files holds a comma, a quote or an end of line.
fn each_row(path: &Path, mut take: impl FnMut(&[&str]) -> Result<()>) -> Result<()> {
    let mut is_header = true;
    each_line(path, |line| {
        if std::mem::take(&mut is_header) {
            return Ok(());
        }
        let cells: Vec<&str> = line.split(',').collect();
        take(&cells)
    })
}
