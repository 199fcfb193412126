//! Names for what has none, or none that would do.

use std::collections::BTreeSet;

use model::{is_slug, names};

/// Names that stand only once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unique(BTreeSet<String>);

impl Unique {
    pub(crate) fn of<'n>(taken: impl IntoIterator<Item = &'n str>) -> Self {
        Self(taken.into_iter().map(str::to_owned).collect())
    }

    /// Takes a name; false if it is taken already.
    pub(crate) fn take(&mut self, name: &str) -> bool {
        self.0.insert(name.to_owned())
    }

    /// A slug after a text that nobody has yet: `Große Übersicht!` is `grosse-uebersicht`. A text that holds nothing to make one of
    /// gives `otherwise`.
    pub(crate) fn slug(&mut self, text: &str, otherwise: &str) -> String {
        let made = slug(text);
        let stem = if made.is_empty() { otherwise } else { &made };
        let name = (1..)
            .map(|number: u32| if number == 1 { stem.to_owned() } else { format!("{stem}-{number}") })
            .find(|name| !self.0.contains(name))
            .expect("some number is free");
        self.0.insert(name.clone());
        name
    }
}

/// A slug after a text; empty if the text holds nothing to make one of.
pub(crate) fn slug(text: &str) -> String {
    if is_slug(text) {
        return text.to_owned();
    }
    let letters = names::fold(text).chars().filter(|letter| letter.is_ascii()).collect::<String>();
    let mut slug = letters.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    // Room for a number that tells it from others.
    slug.truncate(60);
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_texts_and_stand_once() {
        let mut names = Unique::of(["order"]);
        let made = ["Große Übersicht!", "order", "Order", "日本語", "T1", "", &"ab ".repeat(50)]
            .map(|text| names.slug(text, "step"));
        assert_eq!(made[..6], ["grosse-uebersicht", "order-2", "order-3", "step", "t1", "step-2"]);
        assert!(made.iter().all(|name| is_slug(name)), "{made:?}");
    }
}
