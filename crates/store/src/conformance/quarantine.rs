//! Sentences about bad rows.

use model::Arrival;

use super::{Adapter, bad, event, second, submission};
use crate::{BadFilter, BadState, Journal, JournalOptions, Order, QuarantineId, StoreError, Submission};

type Sentence = Result<(), StoreError>;

fn store_bad(journal: &mut dyn Journal, source: &str, codes: &[&str]) -> Sentence {
    let bad = codes.iter().map(|code| bad(code, "{}")).collect();
    journal.append(&[Submission { source: source.to_owned(), bad, ..Submission::default() }], second(0))?;
    Ok(())
}

/// One commit, one fate.
pub fn bad_rows_are_stored_with_the_good_ones(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    let mut request = submission(&[event("a", 1)]);
    request.bad.push(bad("no_customer", r#"{"type":"track"}"#));
    let (receipts, _) = journal.append(&[request], second(0))?;
    assert_eq!((receipts[0].accepted, receipts[0].quarantined), (1, 1));
    let row = adapter.journal_reader().bad_row(QuarantineId(1))?.expect("the row was stored");
    assert_eq!((row.source.as_str(), row.dialect.as_str(), row.code.as_str()), ("shop", "segment", "no_customer"));
    assert_eq!((row.reason.as_str(), row.payload.as_str()), ("userId: is missing", r#"{"type":"track"}"#));
    assert_eq!((row.received_at, row.state, row.repaired_as), (second(0), BadState::Open, None));
    assert_eq!(journal.reader().bad_row(QuarantineId(2))?, None);
    Ok(())
}

/// From both ends.
pub fn pages_neither_repeat_nor_miss_rows_that_come_in_between(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    store_bad(&mut *journal, "shop", &["x"; 5])?;
    for (order, expected) in [(Order::NewestFirst, vec![5, 4, 3, 2, 1]), (Order::OldestFirst, vec![1, 2, 3, 4, 5])] {
        let (mut seen, mut after) = (Vec::new(), None);
        while seen.len() < 5 {
            let page = journal.reader().bad_rows(&BadFilter::default(), order, after, 2)?;
            after = page.last().map(|row| row.id);
            seen.extend(page.iter().map(|row| row.id.0));
            if order == Order::NewestFirst {
                store_bad(&mut *journal, "shop", &["y"])?;
            }
        }
        seen.truncate(5);
        assert_eq!(seen, expected);
    }
    Ok(())
}

/// Each filter lets through what its count says.
pub fn filters_and_counts_agree(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    store_bad(&mut *journal, "shop", &["x", "x", "y"])?;
    store_bad(&mut *journal, "till", &["x"])?;
    journal.discard(QuarantineId(2))?;
    let counts = journal.reader().bad_counts()?;
    let expected = [("x", BadState::Open, 2), ("x", BadState::Discarded, 1), ("y", BadState::Open, 1)];
    assert_eq!(counts, expected.map(|(code, state, count)| (code.to_owned(), state, count)));

    let (open, x, till) = (Some(BadState::Open), Some("x".to_owned()), Some("till".to_owned()));
    for (filter, expected) in [
        (BadFilter::default(), vec![1, 2, 3, 4]),
        (BadFilter { state: open, ..BadFilter::default() }, vec![1, 3, 4]),
        (BadFilter { code: x.clone(), ..BadFilter::default() }, vec![1, 2, 4]),
        (BadFilter { source: till.clone(), ..BadFilter::default() }, vec![4]),
        (BadFilter { state: Some(BadState::Discarded), code: x, source: till }, vec![]),
    ] {
        let rows = journal.reader().bad_rows(&filter, Order::OldestFirst, None, 10)?;
        assert_eq!(rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), expected, "{filter:?}");
    }
    let by_source = journal.reader().bad_counts_by_source()?;
    let by_source: Vec<_> =
        by_source.iter().map(|(source, state, rows)| format!("{source} {} {rows}", state.as_str())).collect();
    assert_eq!(by_source, ["shop open 2", "shop discarded 1", "till open 1"]);
    Ok(())
}

/// The event and the mark come in one commit, and a second attempt stores nothing.
pub fn a_repair_replaces_a_row_exactly_once(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    store_bad(&mut *journal, "shop", &["x", "x"])?;
    let repair = |id, row| Submission { repairs: Some(QuarantineId(row)), ..submission(&[event(id, 1)]) };
    // Two people repair the same row at the same time.
    let (receipts, _) = journal.append(&[repair("a", 1), repair("b", 1)], second(1))?;
    assert_eq!((receipts[0].accepted, receipts[0].repairable), (1, true));
    assert_eq!((receipts[1].accepted, receipts[1].repairable), (0, false));
    let (receipts, block) = journal.append(&[repair("c", 1), repair("d", 77)], second(2))?;
    assert_eq!((receipts[0].repairable, receipts[1].repairable, block), (false, false, None));
    // What the repair would store is there already: that settles the row too.
    journal.append(&[repair("a", 2)], second(3))?;

    let rows = journal.reader().bad_rows(&BadFilter::default(), Order::OldestFirst, None, 10)?;
    let states: Vec<_> = rows.iter().map(|row| (row.state, row.repaired_as)).collect();
    assert_eq!(states, [(BadState::Repaired, Some(Arrival(1))), (BadState::Repaired, None)]);
    Ok(())
}

/// The row is still there to be repaired otherwise, and no second one is made of the attempt.
pub fn a_repair_in_conflict_leaves_its_row_open(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    journal.append(&[submission(&[event("a", 1)])], second(0))?;
    store_bad(&mut *journal, "shop", &["x"])?;
    let repair = Submission { repairs: Some(QuarantineId(1)), ..submission(&[event("a", 2)]) };
    let (receipts, _) = journal.append(&[repair], second(1))?;
    assert_eq!((receipts[0].conflicts.as_slice(), receipts[0].quarantined), ([0].as_slice(), 0));
    let counts = journal.reader().bad_counts()?;
    assert_eq!(counts, [("x".to_owned(), BadState::Open, 1)]);
    Ok(())
}

/// Each row has one end.
pub fn a_discarded_row_can_be_neither_discarded_nor_repaired(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    store_bad(&mut *journal, "shop", &["x"])?;
    journal.discard(QuarantineId(1))?;
    for row in [1, 2] {
        let refusal = journal.discard(QuarantineId(row));
        assert!(matches!(refusal, Err(StoreError::NotFound { .. })), "{refusal:?}");
    }
    let repair = Submission { repairs: Some(QuarantineId(1)), ..submission(&[event("a", 1)]) };
    let (receipts, block) = journal.append(&[repair], second(1))?;
    assert_eq!((receipts[0].repairable, block), (false, None));
    Ok(())
}
