//! A world written to a folder.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::world::{Post, Sent};
use crate::{Delivery, TruthIdentifier, World};

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// People in `truth/people.csv`.
    pub people: u64,
    /// Happenings in `truth/events.csv`, with and without trace.
    pub happenings: u64,
    /// Items, events and rows that doors would receive, retries included.
    pub sent: u64,
    /// Records of the registers.
    pub records: u64,
}

impl World {
    /// Writes all the world into the folder `out`, which is made if need be:
    ///
    /// - `segment.jsonl`: a batch a line, `{"source":...,"batch":[...]}`, fit for `POST /v1/batch` as it stands
    /// - `cloudevents.jsonl`: an event a line
    /// - `tills/*.csv`: a file for each shop and month
    /// - `truth/events.csv`, `truth/people.csv`, `truth/identifiers.csv`
    /// - what [`Self::write_registers`] writes
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write_to(&self, out: &Path) -> io::Result<Written> {
        fs::create_dir_all(out.join("tills"))?;
        fs::create_dir_all(out.join("truth"))?;
        let mut doors =
            Doors { segment: create(&out.join("segment.jsonl"))?, cloud: create(&out.join("cloudevents.jsonl"))?, out };
        let mut events = create(&out.join("truth/events.csv"))?;
        writeln!(events, "message_id,source,person,at,step,touchpoint,stage,identify,copies,spoiled")?;
        let mut written = Written::default();
        let mut post = Post::default();
        for telling in self.tellings() {
            if let Some(t) = telling.truth {
                written.happenings += 1;
                written.sent += u64::from(t.copies);
                writeln!(
                    events,
                    "{},{},{},{},{},{},{},{},{},{}",
                    t.message_id,
                    t.source,
                    t.person,
                    t.at,
                    t.step,
                    t.touchpoint,
                    t.stage.as_str(),
                    t.identify,
                    t.copies,
                    t.spoiled
                )?;
            }
            match telling.sent {
                Sent::CloudEvent { event, .. } => writeln!(doors.cloud, "{event}")?,
                sent @ (Sent::Nothing | Sent::Segment { .. } | Sent::File { .. }) => post.take(sent),
            }
            doors.write(&mut post)?;
        }
        post.send_rest();
        doors.write(&mut post)?;
        written.people = self.write_people(out)?;
        written.records = self.write_registers(out)?;
        doors.segment.flush()?;
        doors.cloud.flush()?;
        events.flush()?;
        Ok(written)
    }

    /// Writes only the offline registers into the folder `out`, and returns how many records they hold:
    /// `registers/records.csv`, and beside it whose each is in `truth/records.csv` (`record_id,person_id,household_id`).
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write_registers(&self, out: &Path) -> io::Result<u64> {
        fs::create_dir_all(out.join("registers"))?;
        fs::create_dir_all(out.join("truth"))?;
        let mut records = create(&out.join("registers/records.csv"))?;
        let mut truth = create(&out.join("truth/records.csv"))?;
        writeln!(
            records,
            "record_id,source,created,given_name,surname,birth_date,street,house_no,plz,city,phone,email,loyalty_card"
        )?;
        writeln!(truth, "record_id,person_id,household_id")?;
        let mut count = 0;
        for r in self.registers() {
            // Nothing in a record holds a comma, a quote or an end of line.
            writeln!(
                records,
                "{},{},{},{},{},{},{},{},{},{},{},{},{}",
                r.record_id,
                r.source,
                r.created,
                r.given_name,
                r.surname,
                r.birth_date,
                r.street,
                r.house_no,
                r.plz,
                r.city,
                r.phone,
                r.email,
                r.loyalty_card
            )?;
            writeln!(truth, "{},{},{}", r.record_id, r.person_id, r.household_id)?;
            count += 1;
        }
        records.flush()?;
        truth.flush()?;
        Ok(count)
    }

    fn write_people(&self, out: &Path) -> io::Result<u64> {
        let mut people = create(&out.join("truth/people.csv"))?;
        let mut identifiers = create(&out.join("truth/identifiers.csv"))?;
        writeln!(
            people,
            "person,given_name,family_name,birth_date,household,street,house_no,postcode,city,language,stage,happenings"
        )?;
        writeln!(identifiers, "person,kind,value,scope,from,until")?;
        for held in &self.company_identifiers() {
            write_identifier(&mut identifiers, held)?;
        }
        let mut count = 0;
        for p in self.people() {
            let stage = p.stage.as_str();
            writeln!(
                people,
                "{},{},{},{},{},{},{},{},{},{},{stage},{}",
                p.person,
                p.given_name,
                p.family_name,
                p.birth_date,
                p.household,
                p.street,
                p.house_no,
                p.postcode,
                p.city,
                p.language,
                p.happenings
            )?;
            for held in &p.identifiers {
                write_identifier(&mut identifiers, held)?;
            }
            count += 1;
        }
        people.flush()?;
        identifiers.flush()?;
        Ok(count)
    }
}

fn write_identifier(out: &mut impl Write, held: &TruthIdentifier) -> io::Result<()> {
    let person = held.person.map(|person| person.to_string()).unwrap_or_default();
    let until = held.until.map(|until| until.to_string()).unwrap_or_default();
    writeln!(out, "{person},{},{},{},{},{until}", held.kind, held.value, held.scope, held.from)
}

/// The files that doors would read.
struct Doors<'p> {
    segment: BufWriter<File>,
    cloud: BufWriter<File>,
    out: &'p Path,
}

impl Doors<'_> {
    fn write(&mut self, post: &mut Post) -> io::Result<()> {
        for delivery in post.ready.drain(..) {
            match delivery {
                Delivery::SegmentBatch { source, body } => {
                    let rest = body.strip_prefix('{').unwrap_or(&body);
                    writeln!(self.segment, "{{\"source\":\"{source}\",{rest}")?;
                }
                Delivery::CloudEvents { body, .. } => writeln!(self.cloud, "{body}")?,
                Delivery::Csv { file_name, bytes, .. } => fs::write(self.out.join("tills").join(file_name), bytes)?,
            }
        }
        Ok(())
    }
}

fn create(path: &Path) -> io::Result<BufWriter<File>> {
    File::create(path).map(|file| BufWriter::with_capacity(1 << 18, file))
}
