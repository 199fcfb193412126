use serde::Serialize;

/// Most notes of one file; more are counted.
const MOST: usize = 200;

/// Something to know of a file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What sort of thing.
    pub code: NoteCode,
    /// Where: `line 4`, `step order`, `column Phase`; empty where the whole file is meant.
    pub place: String,
    /// What, in a sentence.
    pub text: String,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteCode {
    /// The file says it, the map does not have it.
    LeftOut,
    /// The map has it in another form than the file.
    Changed,
    /// The file does not say it, the map does.
    Assumed,
    /// The map refers to something that is not there yet.
    Unknown,
    /// It was said of a journey that was lived, and is no part of a plan.
    Lived,
}

impl Note {
    pub(crate) fn new(code: NoteCode, place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { code, place: place.into(), text: text.into() }
    }

    pub(crate) fn left_out(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(NoteCode::LeftOut, place, text)
    }

    pub(crate) fn changed(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(NoteCode::Changed, place, text)
    }

    pub(crate) fn assumed(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(NoteCode::Assumed, place, text)
    }

    pub(crate) fn lived(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(NoteCode::Lived, place, text)
    }

    /// Something that the map refers to and that is not there; whoever knows what there is tells it.
    pub fn unknown(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(NoteCode::Unknown, place, text)
    }

    /// No more notes than anybody reads.
    pub(crate) fn few(mut notes: Vec<Self>) -> Vec<Self> {
        if notes.len() > MOST {
            let more = notes.len() - MOST;
            notes.truncate(MOST);
            notes.push(Self::left_out("", format!("{more} more notes are not told")));
        }
        notes
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.text)
    }
}
