//! One field of a form, with what is said about it.

use maud::{Markup, Render, html};

/// A field for a line of text. What is wrong stands beside it, and is read out with it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: &'a str,
    pub(crate) value: &'a str,
    /// What browsers and password managers may fill in.
    pub(crate) autocomplete: &'a str,
    pub(crate) is_secret: bool,
    pub(crate) hint: Option<&'a str>,
    pub(crate) fault: Option<&'a str>,
    /// True if typing begins here.
    pub(crate) is_focused: bool,
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        let about = format!("{}-about", self.name);
        let is_described = self.hint.is_some() || self.fault.is_some();
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                input id=(self.name) name=(self.name) type=(if self.is_secret { "password" } else { "text" })
                    value=[(!self.value.is_empty()).then_some(self.value)] required
                    autocomplete=(self.autocomplete) autocapitalize="none" autocorrect="off" spellcheck="false"
                    aria-invalid=[self.fault.map(|_| "true")] aria-describedby=[is_described.then_some(&about)]
                    autofocus[self.is_focused];
                @if is_described {
                    div id=(about) {
                        @if let Some(fault) = self.fault { p.fault { (fault) } }
                        @if let Some(hint) = self.hint { p.hint { (hint) } }
                    }
                }
            }
        }
    }
}
