//! Sentences about plans and access.

use model::{DocumentKind, Invalid};
use serde_json::{Value, json};

use super::{Adapter, second};
use crate::{Draft, Plans, Role, StoreError};

type Sentence = Result<(), StoreError>;

fn put(plans: &dyn Plans, name: &str, body: &Value, expected_version: Option<u32>) -> Result<u32, StoreError> {
    let kind = DocumentKind::Touchpoint;
    let at = second(0);
    let draft = Draft { kind, name, body, author: "ada", note: "as agreed", expected_version, at };
    Ok(plans.put(&draft)?.version)
}

fn till(title: &str) -> Value {
    json!({ "title": title })
}

/// Old versions can be read for ever.
pub fn versions_count_from_one_and_are_never_changed(adapter: &impl Adapter) -> Sentence {
    let plans = adapter.plans();
    assert_eq!(put(&*plans, "till", &till("Till"), None)?, 1);
    assert_eq!(put(&*plans, "till", &till("Checkout"), Some(1))?, 2);
    assert_eq!(put(&*plans, "desk", &till("Desk"), Some(0))?, 1);

    let title = |version| -> Result<Option<Value>, StoreError> {
        let document = plans.document(DocumentKind::Touchpoint, "till", version)?;
        Ok(document.map(|document| document.body["title"].clone()))
    };
    assert_eq!(title(None)?, Some(json!("Checkout")));
    assert_eq!(title(Some(1))?, Some(json!("Till")));
    assert_eq!(title(Some(3))?, None);
    let history = plans.history(DocumentKind::Touchpoint, "till")?;
    assert_eq!(history.iter().map(|document| document.version).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((history[0].author.as_str(), history[0].note.as_str(), history[0].at), ("ada", "as agreed", second(0)));
    let names: Vec<_> = plans.documents(None)?.into_iter().map(|document| document.name).collect();
    assert_eq!(names, ["desk", "till"]);
    assert!(plans.documents(Some(DocumentKind::Journey))?.is_empty());
    Ok(())
}

/// Nobody's work is written over unseen.
pub fn a_writer_who_read_an_old_version_is_refused(adapter: &impl Adapter) -> Sentence {
    let plans = adapter.plans();
    put(&*plans, "till", &till("Till"), Some(0))?;
    put(&*plans, "till", &till("Checkout"), Some(1))?;
    for stale in [0, 1, 3] {
        let refusal = put(&*plans, "till", &till("Mine"), Some(stale));
        assert!(matches!(refusal, Err(StoreError::VersionConflict { current: 2, .. })), "{refusal:?}");
    }
    assert_eq!(plans.history(DocumentKind::Touchpoint, "till")?.len(), 2);
    Ok(())
}

/// A removal is a version like any other; the next one goes on counting.
pub fn a_removed_document_is_gone_and_its_history_stays(adapter: &impl Adapter) -> Sentence {
    let plans = adapter.plans();
    assert!(matches!(put(&*plans, "till", &Value::Null, None), Err(StoreError::NotFound { .. })));
    put(&*plans, "till", &till("Till"), None)?;
    assert_eq!(put(&*plans, "till", &Value::Null, Some(1))?, 2);
    assert_eq!(plans.document(DocumentKind::Touchpoint, "till", None)?, None);
    assert!(plans.documents(None)?.is_empty());
    assert_eq!(plans.history(DocumentKind::Touchpoint, "till")?.len(), 2);
    assert_eq!(put(&*plans, "till", &till("Till again"), Some(0))?, 3);
    Ok(())
}

/// One refusal among several, and none is written.
pub fn several_documents_are_written_together_or_not_at_all(adapter: &impl Adapter) -> Sentence {
    let plans = adapter.plans();
    let (first, second_one, wrong) = (till("Till"), till("Desk"), json!({ "title": " " }));
    let draft = |name, body, expected_version| {
        let (kind, author, note, at) = (DocumentKind::Touchpoint, "ada", "as agreed", second(0));
        Draft { kind, name, body, author, note, expected_version, at }
    };
    let stale = plans.put_all(&[draft("till", &first, Some(0)), draft("desk", &second_one, Some(7))], None);
    assert!(matches!(stale, Err(StoreError::VersionConflict { expected: 7, current: 0, .. })), "{stale:?}");
    let refused = plans.put_all(&[draft("till", &first, None), draft("desk", &wrong, None)], None);
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    assert!(plans.documents(None)?.is_empty() && plans.put_all(&[], None)?.is_empty());
    let before = plans.revision()?;
    let moved = plans.put_all(&[draft("till", &first, None)], Some(before + 1));
    assert!(matches!(moved, Err(StoreError::Moved { current, .. }) if current == before), "{moved:?}");
    let written = plans.put_all(&[draft("till", &first, Some(0)), draft("desk", &second_one, None)], Some(before))?;
    assert_eq!(
        written.iter().map(|document| (document.name.as_str(), document.version)).collect::<Vec<_>>(),
        [("till", 1), ("desk", 1)]
    );
    assert_eq!((plans.documents(None)?.len(), plans.revision()?), (2, before + 1));
    Ok(())
}

/// The refusal names the field, and the revision stays.
pub fn content_that_is_wrong_is_not_stored(adapter: &impl Adapter) -> Sentence {
    let plans = adapter.plans();
    let before = plans.revision()?;
    let refusal = put(&*plans, "till", &json!({ "title": " " }), None);
    assert!(matches!(&refusal, Err(StoreError::Invalid(Invalid { path, .. })) if path == "title"), "{refusal:?}");
    for name in ["", " shop", "a\nb", &"x".repeat(101)] {
        assert!(matches!(plans.create_source(name, second(0)), Err(StoreError::Invalid(_))), "{name:?}");
    }
    assert_eq!(plans.revision()?, before);
    Ok(())
}

/// Also for those who did not make it.
pub fn every_change_raises_the_revision_for_everybody(adapter: &impl Adapter) -> Sentence {
    let (one, other) = (adapter.plans(), adapter.plans());
    let mut last = other.revision()?;
    let changes: [&dyn Fn() -> Sentence; 5] = [
        &|| put(&*one, "till", &till("Till"), None).map(drop),
        &|| one.create_source("shop", second(0)).map(drop),
        &|| one.rotate_source_key("shop", second(1)).map(drop),
        &|| one.create_token(Role::Analyst, "", second(0)).map(drop),
        &|| one.revoke_token(1, second(1)),
    ];
    for change in changes {
        change()?;
        let revision = other.revision()?;
        assert!(revision > last, "{revision} after {last}");
        last = revision;
    }
    assert_eq!(one.revision()?, last);
    Ok(())
}

/// One key a source, one source a name.
pub fn a_write_key_opens_its_source_until_it_is_rotated(adapter: &impl Adapter) -> Sentence {
    let plans = adapter.plans();
    let key = plans.create_source("shop", second(0))?;
    assert!(key.starts_with("glw_") && key.len() == 68, "{key}");
    assert_ne!(key, plans.create_source("app", second(0))?);
    assert_eq!(plans.source_of_key(&key)?.map(|source| source.name).as_deref(), Some("shop"));
    assert_eq!(plans.source_of_key("glw_")?, None);
    assert!(matches!(plans.create_source("shop", second(1)), Err(StoreError::Exists { .. })));

    let newer = plans.rotate_source_key("shop", second(2))?;
    assert_eq!(plans.source_of_key(&key)?, None);
    let source = plans.source_of_key(&newer)?.expect("the new key is valid");
    assert_eq!((source.created_at, source.key_at), (second(0), second(2)));
    assert!(matches!(plans.rotate_source_key("none", second(2)), Err(StoreError::NotFound { .. })));
    let names: Vec<_> = plans.sources()?.into_iter().map(|source| source.name).collect();
    assert_eq!(names, ["app", "shop"]);

    plans.revoke_source_key("shop")?;
    assert_eq!(plans.source_of_key(&newer)?, None);
    assert!(matches!(plans.revoke_source_key("shop"), Err(StoreError::NotFound { .. })), "it has none");
    let keys: Vec<_> = plans.sources()?.into_iter().map(|source| source.has_key).collect();
    assert_eq!(keys, [true, false]);
    let again = plans.rotate_source_key("shop", second(3))?;
    assert!(plans.source_of_key(&again)?.is_some_and(|source| source.has_key));
    Ok(())
}

/// A revoked token stays in the list, for whoever asks what it was.
pub fn a_token_gives_its_role_until_it_is_revoked(adapter: &impl Adapter) -> Sentence {
    let plans = adapter.plans();
    for role in Role::ALL {
        let made = plans.create_token(role, "for a test", second(0))?;
        assert!(made.secret.starts_with("glt_") && !format!("{made:?}").contains(&made.secret));
        assert_eq!(plans.token(&made.secret)?.as_ref(), Some(&made.token));
        assert_eq!(made.token.role, role);
        plans.revoke_token(made.token.id, second(1))?;
        assert_eq!(plans.token(&made.secret)?, None);
        assert!(matches!(plans.revoke_token(made.token.id, second(2)), Err(StoreError::NotFound { .. })));
    }
    let tokens = plans.tokens()?;
    assert_eq!(tokens.iter().map(|token| token.role).collect::<Vec<_>>(), Role::ALL);
    assert!(tokens.iter().all(|token| token.revoked_at == Some(second(1)) && token.name == "for a test"));
    Ok(())
}

/// Of two who write the same version one is told; what both wrote is there.
pub fn writers_side_by_side_lose_nothing(adapter: &impl Adapter) -> Sentence {
    let writers = [adapter.plans(), adapter.plans(), adapter.plans()];
    let written = std::thread::scope(|scope| {
        let threads = writers.map(|plans| {
            scope.spawn(move || -> Result<u32, StoreError> {
                let mut written = 0;
                while written < 20 {
                    let current = plans.document(DocumentKind::Touchpoint, "till", None)?;
                    let version = current.map_or(0, |document| document.version);
                    match put(&*plans, "till", &till("Till"), Some(version)) {
                        Ok(_) => written += 1,
                        Err(StoreError::VersionConflict { .. }) => {}
                        Err(other) => return Err(other),
                    }
                }
                Ok(written)
            })
        });
        threads.map(|thread| thread.join().expect("writers do not panic"))
    });
    for count in written {
        assert_eq!(count?, 20);
    }
    let versions: Vec<_> =
        adapter.plans().history(DocumentKind::Touchpoint, "till")?.iter().map(|document| document.version).collect();
    assert_eq!(versions, (1..=60).rev().collect::<Vec<_>>());
    Ok(())
}
