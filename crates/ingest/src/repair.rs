use model::{Event, Invalid, Text};

use crate::bad::Fault;
use crate::{Arrived, BadRow, Dialect, cloudevents, files, native, segment};

/// Reads a quarantined payload again, as it is or after somebody repaired it.
///
/// `arrived` is what the door knew when the payload first came, so a repaired event keeps its time of receipt.
pub fn reparse(dialect: Dialect, payload: &str, arrived: &Arrived<'_>) -> Result<Event<'static>, BadRow<'static>> {
    match dialect {
        Dialect::Segment => segment::event(payload, arrived).map(Event::into_owned).map_err(BadRow::into_owned),
        Dialect::CloudEvents => cloudevents::event(payload, arrived).map(Event::into_owned).map_err(BadRow::into_owned),
        Dialect::Native => native::event(payload, arrived).map(Event::into_owned).map_err(BadRow::into_owned),
        Dialect::NativeLine => native::line(payload, arrived).map(Event::into_owned).map_err(BadRow::into_owned),
        Dialect::Row => files::row::reparse(payload, arrived),
        Dialect::Raw => {
            let reason = "has no dialect in which it could be read again";
            let fault = Fault::new("raw", Invalid::new("", payload, reason));
            Err(fault.of(Dialect::Raw, Text::from(payload.to_owned())))
        }
    }
}
