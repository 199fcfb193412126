//! Names of touchpoints as numbers. Registered touchpoints and names that were only discovered are told apart even
//! where they read the same.

use hashbrown::HashMap;

/// Number of a touchpoint within one running engine. Files carry the names.
pub(crate) type Code = u16;

/// Number of a channel within one running engine.
pub(crate) type ChannelCode = u8;

/// All names in use beyond this many count as one.
const MOST: usize = Code::MAX as usize;

/// The name shown for all that found no room.
pub(crate) const OTHER: &str = "(other)";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) name: String,
    pub(crate) registered: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Labels {
    labels: Vec<Label>,
    registered: HashMap<String, Code>,
    discovered: HashMap<String, Code>,
}

impl Labels {
    pub(crate) fn code(&mut self, name: &str, registered: bool) -> Code {
        let known = if registered { &self.registered } else { &self.discovered };
        if let Some(&code) = known.get(name) {
            return code;
        }
        if self.labels.len() == MOST {
            self.labels.push(Label { name: OTHER.to_owned(), registered: false });
        }
        if self.labels.len() > MOST {
            return Code::MAX;
        }
        let code = self.labels.len() as Code;
        self.labels.push(Label { name: name.to_owned(), registered });
        let known = if registered { &mut self.registered } else { &mut self.discovered };
        known.insert(name.to_owned(), code);
        code
    }

    pub(crate) fn label(&self, code: Code) -> &Label {
        &self.labels[usize::from(code)]
    }

    pub(crate) fn all(&self) -> &[Label] {
        &self.labels
    }
}

/// The channels of events, by number: the first 255, and one for all others.
#[derive(Debug, Default)]
pub(crate) struct Channels {
    names: Vec<String>,
    known: HashMap<String, ChannelCode>,
}

impl Channels {
    pub(crate) fn code(&mut self, name: &str) -> ChannelCode {
        if let Some(&code) = self.known.get(name) {
            return code;
        }
        let most = usize::from(ChannelCode::MAX);
        if self.names.len() == most {
            self.names.push(OTHER.to_owned());
        }
        if self.names.len() > most {
            return ChannelCode::MAX;
        }
        let code = self.names.len() as ChannelCode;
        self.names.push(name.to_owned());
        self.known.insert(name.to_owned(), code);
        code
    }

    pub(crate) fn all(&self) -> &[String] {
        &self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_registered_and_discovered_is_two_and_the_overflow_is_one() {
        let mut labels = Labels::default();
        let registered = labels.code("cart", true);
        let discovered = labels.code("cart", false);
        assert_ne!(registered, discovered);
        assert_eq!(labels.code("cart", true), registered);
        for i in 0..70_000 {
            labels.code(&format!("page {i}"), false);
        }
        assert_eq!(labels.code("one more", false), Code::MAX);
        assert_eq!(labels.label(Code::MAX).name, OTHER);
        assert_eq!(labels.code("cart", false), discovered);
    }

    #[test]
    fn channels_beyond_the_255th_are_one() {
        let mut channels = Channels::default();
        let codes: Vec<ChannelCode> = (0..300).map(|i| channels.code(&format!("channel {i}"))).collect();
        assert_eq!((codes[254], codes[255], codes[299]), (254, 255, 255));
        assert_eq!(channels.all()[255], OTHER);
        assert_eq!((channels.code("channel 7"), channels.all().len()), (7, 256));
    }
}
