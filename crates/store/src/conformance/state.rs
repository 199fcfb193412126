//! Sentences about folded state.

use model::{Arrival, CustomerId, IdentifierKind, Kind, LinkId, NodeId};

use super::{Adapter, second};
use crate::{
    LinkRow, LinkState, NodeRow, PartRow, RedirectRow, RefusalRow, SignatureRow, StateChange, StateHead, StateReader,
    StoreError,
};

type Sentence = Result<(), StoreError>;

fn node(number: u32, value: &'static str) -> NodeRow<'static> {
    let kind =
        if number.is_multiple_of(2) { IdentifierKind::Email } else { IdentifierKind::Own("frame_number".into()) };
    let founder = CustomerId(u64::from(number));
    NodeRow {
        node: NodeId(number),
        kind,
        value: value.into(),
        founder,
        first_seen: Arrival(u64::from(number) * 3),
        first_at: second(i64::from(number)),
        purpose: if number == 1 { "service".into() } else { "".into() },
        fault: (number == 2).then(|| "blocked value".into()),
        since: (number == 3).then(|| second(3)),
        demoted: None,
    }
}

fn link(number: u64, state: LinkState) -> LinkRow<'static> {
    LinkRow {
        id: LinkId(number),
        a: NodeId(1),
        b: NodeId(2),
        arrival: Arrival(9),
        at: second(-9),
        source: "shop".into(),
        rule: "same event".into(),
        purpose: "".into(),
        weight: 0.75,
        state,
    }
}

fn redirect(from: u64, to: u64) -> RedirectRow {
    RedirectRow { from: CustomerId(from), to: CustomerId(to), link: LinkId(1), arrival: Arrival(9) }
}

fn refusal(a: u32, count: u64) -> RefusalRow<'static> {
    RefusalRow { a: NodeId(a), b: NodeId(7), rule: "limit".into(), first: Arrival(1), last: Arrival(count), count }
}

fn signature(name: &'static str, unmapped: u64, events: u64) -> SignatureRow<'static> {
    SignatureRow {
        source: "shop".into(),
        name: name.into(),
        channel: "".into(),
        kind: Kind::DeviceSignal,
        events,
        unmapped,
        first_at: second(0),
        last_at: second(5),
        examples: vec![Arrival(events), Arrival(u64::MAX)].into(),
    }
}

fn part(path: &str, generation: u64) -> PartRow {
    PartRow {
        path: path.to_owned(),
        bucket: 255,
        window: 2026,
        rows: 10,
        bytes: 1_000,
        arrivals: (Arrival(1), Arrival(10)),
        times: (second(-1), second(1)),
        mapping_version: 3,
        generation,
    }
}

/// Everything there is, as a change from nothing.
fn everything(state: &(impl StateReader + ?Sized)) -> Result<StateChange<'static>, StoreError> {
    let head = state.head()?;
    let mut all = StateChange {
        position: Some(head.position),
        columns_through: Some(head.columns_through),
        mapping_version: head.mapping_version,
        identity_version: head.identity_version,
        ..StateChange::default()
    };
    state.load_nodes(NodeId(0), &mut |row| all.nodes.push(row.into_owned()))?;
    state.load_links(&mut |row| all.links.push(row.into_owned()))?;
    state.load_redirects(&mut |row| all.redirects.push(row))?;
    state.load_refusals(&mut |row| all.refusals.push(row.into_owned()))?;
    state.load_discovered(&mut |row| all.discovered.push(row.into_owned()))?;
    state.load_parts(&mut |row| all.parts_added.push(row))?;
    Ok(all)
}

fn some_of_everything() -> StateChange<'static> {
    StateChange {
        position: Some(4),
        columns_through: Some(2),
        mapping_version: Some(3),
        identity_version: Some(1),
        nodes: vec![node(1, "WX-9"), node(2, "ada@example.org"), node(3, "Ünïcode")],
        links: vec![link(1, LinkState::Active), link(2, LinkState::CannotLink)],
        redirects: vec![redirect(2, 1), redirect(3, 1)],
        refusals: vec![refusal(1, 5), refusal(2, 1)],
        discovered: vec![signature("engine on", 4, 4), signature("visit", 0, 2)],
        parts_added: vec![part("bucket=255/a.parquet", 0), part("bucket=255/b.parquet", 1)],
        ..StateChange::default()
    }
}

/// However it was ordered when it came.
pub fn a_change_is_read_back_in_the_order_of_its_keys(adapter: &impl Adapter) -> Sentence {
    let mut state = adapter.state();
    let mut shuffled = some_of_everything();
    shuffled.nodes.rotate_left(1);
    shuffled.links.reverse();
    shuffled.redirects.reverse();
    shuffled.refusals.reverse();
    shuffled.discovered.reverse();
    shuffled.parts_added.reverse();
    state.commit(&shuffled)?;
    assert_eq!(everything(&*state)?, some_of_everything());
    assert_eq!(state.node(NodeId(3))?, Some(node(3, "Ünïcode")));
    assert_eq!(state.node(NodeId(4))?, None);
    let mut later = Vec::new();
    state.load_nodes(NodeId(1), &mut |row| later.push(row.node.0))?;
    assert_eq!(later, [2, 3]);
    assert_eq!(state.link(LinkId(2))?, Some(link(2, LinkState::CannotLink)));
    assert_eq!(state.link(LinkId(3))?, None);
    Ok(())
}

/// And what a change removes is gone.
pub fn a_row_replaces_the_one_with_its_key(adapter: &impl Adapter) -> Sentence {
    let mut state = adapter.state();
    state.commit(&some_of_everything())?;
    state.commit(&StateChange {
        position: Some(5),
        demoted: vec![(NodeId(2), Arrival(11))],
        widened: vec![(NodeId(1), "analytics service".to_owned())],
        links: vec![link(3, LinkState::Active)],
        links_closed: vec![LinkId(1), LinkId(3)],
        redirects: vec![redirect(3, 2)],
        redirects_removed: vec![CustomerId(2)],
        refusals: vec![refusal(1, 6)],
        discovered: vec![signature("engine on", 0, 9)],
        parts_removed: vec!["bucket=255/a.parquet".to_owned(), "bucket=255/b.parquet".to_owned()],
        parts_added: vec![part("bucket=255/a.parquet", 2)],
        ..StateChange::default()
    })?;
    let mut expected = some_of_everything();
    expected.position = Some(5);
    expected.nodes[1].demoted = Some(Arrival(11));
    expected.nodes[0].purpose = "analytics service".into();
    expected.links[0] = link(1, LinkState::Closed);
    expected.links.push(link(3, LinkState::Closed));
    expected.redirects = vec![redirect(3, 2)];
    expected.refusals[0] = refusal(1, 6);
    expected.discovered[0] = signature("engine on", 0, 9);
    expected.parts_added = vec![part("bucket=255/a.parquet", 2)];
    assert_eq!(everything(&*state)?, expected);
    Ok(())
}

/// Not even the rows that would fit.
pub fn a_change_that_lies_before_the_state_changes_nothing(adapter: &impl Adapter) -> Sentence {
    let mut state = adapter.state();
    state.commit(&some_of_everything())?;
    let changes = [
        StateChange { position: Some(3), ..StateChange::default() },
        StateChange { columns_through: Some(1), ..StateChange::default() },
    ];
    for change in changes {
        let refusal = state.commit(&StateChange { links: vec![link(3, LinkState::Active)], ..change });
        assert!(matches!(refusal, Err(StoreError::Behind { .. })), "{refusal:?}");
    }
    assert_eq!(everything(&*state)?, some_of_everything());
    Ok(())
}

/// Rows and the position they belong to come and stay together.
pub fn positions_and_rows_survive_a_reopening_and_are_seen_beside_the_writer(adapter: &impl Adapter) -> Sentence {
    let mut state = adapter.state();
    let reader = adapter.state_reader();
    assert_eq!(reader.head()?, StateHead::default());
    state.commit(&some_of_everything())?;
    assert_eq!(everything(&*reader)?, some_of_everything());
    drop(state);
    let reopened = adapter.state();
    assert_eq!(everything(&*reopened)?, some_of_everything());
    Ok(())
}

/// And can be filled again from the first position.
pub fn a_cleared_state_is_as_new(adapter: &impl Adapter) -> Sentence {
    let mut state = adapter.state();
    state.commit(&some_of_everything())?;
    state.clear()?;
    let empty = StateChange { position: Some(0), columns_through: Some(0), ..StateChange::default() };
    assert_eq!(everything(&*state)?, empty);
    state.commit(&StateChange { position: Some(1), ..StateChange::default() })?;
    assert_eq!(state.head()?.position, 1);
    Ok(())
}
