//! What every adapter owes the traits, as sentences that can be run.
//!
//! An adapter's tests implement [`Adapter`] and call [`hold_to_conformance!`](crate::hold_to_conformance): each sentence
//! becomes a test of its own.

use model::{Event, Identifier, IdentifierKind, RawJson, Timestamp};

use crate::{Journal, JournalOptions, JournalReader, NewBad, Plans, State, StateReader, Submission, Users};

pub mod journal;
pub mod plans;
pub mod quarantine;
pub mod state;
pub mod users;

/// One store, empty at first, that goes away when it is dropped. Whatever it opens shows the same store.
pub trait Adapter {
    /// A new, empty store.
    fn empty() -> Self;
    /// The journal, for appending. The one opened before has been dropped.
    fn journal(&self, options: JournalOptions) -> Box<dyn Journal>;
    /// The journal, for reading beside whoever appends.
    fn journal_reader(&self) -> Box<dyn JournalReader>;
    /// The plans; several may be open at a time.
    fn plans(&self) -> Box<dyn Plans>;
    /// The people; several may be open at a time.
    fn users(&self) -> Box<dyn Users>;
    /// The state, for writing. The one opened before has been dropped.
    fn state(&self) -> Box<dyn State>;
    /// The state, for reading beside whoever writes.
    fn state_reader(&self) -> Box<dyn StateReader>;
}

/// Makes a test of each sentence for an [`Adapter`](crate::conformance::Adapter).
#[macro_export]
macro_rules! hold_to_conformance {
    ($adapter:ty) => {
        $crate::hold_to_conformance! {
            @tests $adapter;
            journal:
                arrival_numbers_count_from_one_without_gaps
                a_message_id_is_stored_once_per_source
                duplicates_are_told_inside_a_group_and_across_a_reopening
                another_payload_under_a_known_id_goes_to_the_quarantine
                an_id_is_forgotten_some_time_after_the_window
                an_empty_group_leaves_no_block
                what_is_read_is_what_was_appended
                an_event_is_found_by_its_arrival_number
                counters_survive_a_reopening
                a_file_is_known_for_ever_by_content_and_options;
            quarantine:
                bad_rows_are_stored_with_the_good_ones
                pages_neither_repeat_nor_miss_rows_that_come_in_between
                filters_and_counts_agree
                a_repair_replaces_a_row_exactly_once
                a_repair_in_conflict_leaves_its_row_open
                a_discarded_row_can_be_neither_discarded_nor_repaired;
            plans:
                versions_count_from_one_and_are_never_changed
                a_writer_who_read_an_old_version_is_refused
                a_removed_document_is_gone_and_its_history_stays
                several_documents_are_written_together_or_not_at_all
                content_that_is_wrong_is_not_stored
                every_change_raises_the_revision_for_everybody
                a_write_key_opens_its_source_until_it_is_rotated
                a_token_gives_its_role_until_it_is_revoked
                writers_side_by_side_lose_nothing;
            users:
                somebody_is_found_by_name_however_it_is_written
                somebody_who_is_not_well_formed_is_not_added
                there_is_one_first_user
                a_session_holds_until_it_expires_or_is_ended
                a_new_password_and_a_disabling_end_all_sessions_of_their_owner;
            state:
                a_change_is_read_back_in_the_order_of_its_keys
                a_row_replaces_the_one_with_its_key
                a_change_that_lies_before_the_state_changes_nothing
                positions_and_rows_survive_a_reopening_and_are_seen_beside_the_writer
                a_cleared_state_is_as_new;
        }
    };
    (@tests $adapter:ty; $($part:ident: $($sentence:ident)*;)*) => {
        $(mod $part {
            use super::*;
            $(#[test]
            fn $sentence() -> Result<(), $crate::StoreError> {
                $crate::conformance::$part::$sentence(&<$adapter as $crate::conformance::Adapter>::empty())
            })*
        })*
    };
}

/// 2026-11-22T10:00:00Z and so many seconds.
fn second(seconds: i64) -> Timestamp {
    Timestamp::clamped((1_795_341_600 + seconds) * 1_000_000)
}

fn event(id: &str, price: u32) -> Event<'static> {
    let mut event = Event::new(id.to_owned(), "shop", "purchase", second(0));
    event.identifiers.push(Identifier::new(IdentifierKind::UserId, "ada"));
    event.properties = RawJson::trusted(format!(r#"{{"price":{price}}}"#));
    event
}

fn submission(events: &[Event<'_>]) -> Submission {
    Submission { source: "shop".to_owned(), events: events.iter().collect(), ..Submission::default() }
}

fn bad(code: &str, payload: &str) -> NewBad {
    NewBad {
        received_at: second(0),
        dialect: "segment".to_owned(),
        code: code.to_owned(),
        reason: "userId: is missing".to_owned(),
        payload: payload.to_owned(),
    }
}
