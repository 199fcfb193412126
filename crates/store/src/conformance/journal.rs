//! Sentences about the journal.

use model::Arrival;

use super::{Adapter, event, second, submission};
use crate::{FileRecord, Head, ID_CONFLICT, JournalOptions, Receipt, SourceCounters, StoreError, Submission};

type Sentence = Result<(), StoreError>;

/// The first event is number 1, and each commit goes on where the one before ended.
pub fn arrival_numbers_count_from_one_without_gaps(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    assert_eq!(journal.reader().head()?, Head { position: 0, next: Arrival(1) });
    let group =
        [submission(&[event("a", 1), event("b", 1)]), submission(&[event("a", 1)]), submission(&[event("c", 1)])];
    let (receipts, block) = journal.append(&group, second(0))?;
    let firsts: Vec<_> = receipts.iter().map(|receipt| receipt.first).collect();
    assert_eq!(firsts, [Some(Arrival(1)), None, Some(Arrival(3))]);
    assert_eq!(block.map(|block| (block.position, block.first, block.len())), Some((1, Arrival(1), 3)));

    let (receipts, block) = journal.append(&[submission(&[event("d", 1)])], second(1))?;
    assert_eq!(receipts[0].first, Some(Arrival(4)));
    assert_eq!(block.map(|block| (block.position, block.first)), Some((2, Arrival(4))));
    assert_eq!(journal.reader().head()?, Head { position: 2, next: Arrival(5) });
    Ok(())
}

/// The same id is a duplicate from the same source, and another event from another source.
pub fn a_message_id_is_stored_once_per_source(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    let mut from_till = event("a", 1);
    from_till.source = "till".into();
    let (receipts, _) = journal.append(&[submission(&[event("a", 1), from_till, event("a", 1)])], second(0))?;
    assert_eq!((receipts[0].accepted, receipts[0].duplicates), (2, 1));
    Ok(())
}

/// It does not matter how far apart the two come.
pub fn duplicates_are_told_inside_a_group_and_across_a_reopening(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    let twice = [submission(&[event("a", 1)]), submission(&[event("a", 1)])];
    let (receipts, _) = journal.append(&twice, second(0))?;
    assert_eq!([receipts[0].duplicates, receipts[1].duplicates], [0, 1]);

    drop(journal);
    let mut journal = adapter.journal(JournalOptions::default());
    let mut retry = event("a", 1);
    retry.at = second(-5);
    retry.client_at = Some(second(0));
    let (receipts, block) = journal.append(&[submission(&[retry])], second(3600))?;
    assert_eq!((receipts[0].duplicates, block), (1, None));
    Ok(())
}

/// Nothing is dropped in silence: the second payload is kept, counted and named by its index in the request.
pub fn another_payload_under_a_known_id_goes_to_the_quarantine(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    journal.append(&[submission(&[event("a", 1)])], second(0))?;
    let mut request = Submission { source: "shop".to_owned(), ..Submission::default() };
    request.events.push(4, &event("b", 1));
    request.events.push(7, &event("a", 2));
    request.events.push(9, &event("b", 2));
    let (receipts, _) = journal.append(&[request], second(1))?;
    assert_eq!((receipts[0].accepted, receipts[0].duplicates, receipts[0].quarantined), (1, 0, 2));
    assert_eq!(receipts[0].conflicts, [7, 9]);

    let rows = journal.reader().bad_rows(&Default::default(), crate::Order::OldestFirst, None, 10)?;
    let told: Vec<_> = rows.iter().map(|row| (row.code.as_str(), row.source.as_str(), row.reason.as_str())).collect();
    let reason = |id: &str| format!("message_id: {id:?} was stored before with another payload");
    assert_eq!(told, [(ID_CONFLICT, "shop", &*reason("a")), (ID_CONFLICT, "shop", &*reason("b"))]);
    let event_as_json = serde_json::to_string(&event("a", 2)).expect("an event is JSON");
    assert_eq!(rows[0].payload, event_as_json);
    Ok(())
}

/// The window is a promise of at least so long, and twice that long is the most it can cost.
pub fn an_id_is_forgotten_some_time_after_the_window(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions { window_s: 1_000, table_entries: 4 });
    journal.append(&[submission(&[event("old", 1)])], second(0))?;
    for step in 0..40 {
        let others: Vec<_> = (0..3).map(|n| event(&format!("{step}-{n}"), 1)).collect();
        journal.append(&[submission(&others)], second(step * 25))?;
    }
    let (receipts, _) = journal.append(&[submission(&[event("old", 1)])], second(1_000))?;
    assert_eq!(receipts[0].duplicates, 1, "the window is not over");
    for step in 0..40 {
        let others: Vec<_> = (0..3).map(|n| event(&format!("later-{step}-{n}"), 1)).collect();
        journal.append(&[submission(&others)], second(1_000 + step * 25))?;
    }
    let (receipts, _) = journal.append(&[submission(&[event("old", 1)])], second(2_000))?;
    assert_eq!(receipts[0].accepted, 1, "storage is bounded by the window");
    Ok(())
}

/// Nothing new means no block and no new position.
pub fn an_empty_group_leaves_no_block(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    assert_eq!(journal.append(&[], second(0))?, (vec![], None));
    let (receipts, block) = journal.append(&[submission(&[])], second(0))?;
    assert_eq!((receipts, block), (vec![Receipt { repairable: true, ..Receipt::default() }], None));
    assert_eq!(journal.reader().head()?.position, 0);
    assert!(journal.reader().read_after(0, 10)?.is_empty());
    Ok(())
}

/// By whoever reads, from wherever, in whatever portions.
pub fn what_is_read_is_what_was_appended(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    let mut appended = Vec::new();
    for commit in 0..5 {
        let events: Vec<_> = (0..=commit).map(|n| event(&format!("{commit}-{n}"), n)).collect();
        appended.extend(journal.append(&[submission(&events)], second(i64::from(commit)))?.1);
    }
    let reader = adapter.journal_reader();
    for readable in [journal.reader(), &*reader] {
        assert_eq!(readable.read_after(0, 10)?, appended);
        assert_eq!(readable.read_after(3, 10)?, appended[3..]);
        assert_eq!(readable.read_after(1, 2)?, appended[1..3]);
        assert!(readable.read_after(5, 10)?.is_empty());
    }
    let last = appended[4].events().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(last[4], (Arrival(15), event("4-4", 4)));
    Ok(())
}

/// The block that holds it, and none for numbers that were never given.
pub fn an_event_is_found_by_its_arrival_number(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    for commit in 0..3 {
        let events: Vec<_> = (0..3).map(|n| event(&format!("{commit}-{n}"), n)).collect();
        journal.append(&[submission(&events)], second(commit))?;
    }
    for (arrival, position) in [(0, None), (1, Some(1)), (3, Some(1)), (4, Some(2)), (9, Some(3)), (10, None)] {
        let block = journal.reader().block_of(Arrival(arrival))?;
        assert_eq!(block.map(|block| block.position), position, "event {arrival}");
    }
    Ok(())
}

/// They are durable with the commit they count.
pub fn counters_survive_a_reopening(adapter: &impl Adapter) -> Sentence {
    let mut journal = adapter.journal(JournalOptions::default());
    let mut other = submission(&[event("x", 1)]);
    other.source = "till".to_owned();
    other.bad.push(super::bad("no_customer", "{}"));
    journal.append(&[submission(&[event("a", 1), event("b", 1)]), other], second(0))?;
    journal.append(&[submission(&[event("a", 1), event("b", 2), event("c", 1)])], second(1))?;
    let before = journal.reader().counters()?;
    drop(journal);

    let counters = adapter.journal(JournalOptions::default()).reader().counters()?;
    assert_eq!(counters, before);
    assert_eq!(counters.events, 4);
    assert!(counters.bytes > 0);
    let shop = SourceCounters { accepted: 3, duplicates: 1, conflicts: 1 };
    let till = SourceCounters { accepted: 1, duplicates: 0, conflicts: 0 };
    assert_eq!(counters.sources, [("shop".to_owned(), shop), ("till".to_owned(), till)].into());
    assert_eq!(counters.quarantined, [("no_customer".to_owned(), 1), (ID_CONFLICT.to_owned(), 1)].into());
    Ok(())
}

/// The first import is the one that is remembered.
pub fn a_file_is_known_for_ever_by_content_and_options(adapter: &impl Adapter) -> Sentence {
    let file =
        FileRecord { fingerprint: [1; 32], options: [2; 32], name: "log.csv".to_owned(), rows: 3, at: second(0) };
    let mut journal = adapter.journal(JournalOptions::default());
    let mut request = submission(&[event("a", 1)]);
    request.imported = Some(file.clone());
    journal.append(&[request], second(0))?;
    let mut again = submission(&[]);
    again.imported = Some(FileRecord { name: "copy.csv".to_owned(), at: second(9), ..file.clone() });
    journal.append(&[again], second(9))?;

    assert_eq!(journal.reader().imported(&[1; 32], &[2; 32])?, Some(file));
    assert_eq!(journal.reader().imported(&[1; 32], &[3; 32])?, None);
    assert_eq!(journal.reader().imported(&[2; 32], &[2; 32])?, None);
    Ok(())
}
