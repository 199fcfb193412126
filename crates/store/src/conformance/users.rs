//! Sentences about people and their sessions.

use model::Invalid;

use super::{Adapter, second};
use crate::{Expiry, NewUser, PasswordHash, Role, StoreError, User, Users};

type Sentence = Result<(), StoreError>;

const PASSWORD: &str = "a long enough password";

fn add(users: &dyn Users, name: &str, role: Role) -> Result<User, StoreError> {
    let password = PasswordHash::of(PASSWORD)?;
    users.create_user(&NewUser { name, display_name: "", mail: "", role, password: &password }, second(0))
}

fn until(idle: i64, absolute: i64) -> Expiry {
    Expiry { idle: second(idle), absolute: second(absolute) }
}

/// Case does not tell people apart, and is kept.
pub fn somebody_is_found_by_name_however_it_is_written(adapter: &impl Adapter) -> Sentence {
    let users = adapter.users();
    assert!(users.users()?.is_empty());
    let password = PasswordHash::of(PASSWORD)?;
    let ada = NewUser {
        name: "Ada",
        display_name: "Ada Lovelace",
        mail: "ada@example.org",
        role: Role::Analyst,
        password: &password,
    };
    let ada = users.create_user(&ada, second(0))?;
    add(&*users, "äne", Role::Service)?;
    for name in ["Ada", "ada", "ADA"] {
        let (found, hash) = adapter.users().user(name)?.expect("she was added");
        assert_eq!((&found, hash.matches(PASSWORD), hash.matches("something else")), (&ada, true, false), "{name}");
    }
    assert_eq!(users.user("ÄNE")?.map(|(user, _)| user.name).as_deref(), Some("äne"));
    assert_eq!(users.user("bob")?, None);
    for taken in ["ada", "Ada", "Äne"] {
        assert!(matches!(add(&*users, taken, Role::Admin), Err(StoreError::Exists { .. })), "{taken}");
    }
    assert_eq!(users.users()?.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["Ada", "äne"]);
    Ok(())
}

/// The refusal names the field.
pub fn somebody_who_is_not_well_formed_is_not_added(adapter: &impl Adapter) -> Sentence {
    let users = adapter.users();
    let password = PasswordHash::of(PASSWORD)?;
    let long = "x".repeat(101);
    for (name, display_name, mail, field) in [
        ("", "", "", "name"),
        ("a b", "", "", "name"),
        ("a\u{7}", "", "", "name"),
        (&long[..65], "", "", "name"),
        ("ada", &long, "", "display_name"),
        ("ada", "a\nb", "", "display_name"),
        ("ada", "", "nowhere", "mail"),
        ("ada", "", "@example.org", "mail"),
        ("ada", "", "a b@example.org", "mail"),
    ] {
        let user = NewUser { name, display_name, mail, role: Role::Admin, password: &password };
        for refusal in [users.create_user(&user, second(0)), users.create_first_user(&user, second(0))] {
            assert!(matches!(&refusal, Err(StoreError::Invalid(Invalid { path, .. })) if path == field), "{refusal:?}");
        }
    }
    assert!(users.users()?.is_empty());
    Ok(())
}

/// Of several who try at the same moment, one succeeds.
pub fn there_is_one_first_user(adapter: &impl Adapter) -> Sentence {
    let all = [adapter.users(), adapter.users(), adapter.users()];
    let password = PasswordHash::of(PASSWORD)?;
    let outcomes = std::thread::scope(|scope| {
        let tries: Vec<_> = ["ada", "bob", "cem"]
            .into_iter()
            .zip(all)
            .map(|(name, users)| {
                let user = NewUser { name, display_name: "", mail: "", role: Role::Admin, password: &password };
                scope.spawn(move || users.create_first_user(&user, second(0)))
            })
            .collect();
        tries.into_iter().map(|one| one.join().expect("nobody panics")).collect::<Vec<_>>()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let refusals = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::Exists { .. })));
    assert_eq!(refusals.count(), 2, "{outcomes:?}");
    assert_eq!(adapter.users().users()?.len(), 1);
    Ok(())
}

/// Idle or absolute, whichever comes first; use moves the first and never the second.
pub fn a_session_holds_until_it_expires_or_is_ended(adapter: &impl Adapter) -> Sentence {
    let users = adapter.users();
    let ada = add(&*users, "ada", Role::Manager)?;
    let secret = users.start_session(ada.id, second(0), until(10, 25))?;
    assert!(secret.starts_with("gls_") && secret.len() == 68, "{secret}");
    assert_ne!(secret, users.start_session(ada.id, second(0), until(10, 25))?);
    let holds = |at| -> Result<bool, StoreError> { Ok(adapter.users().session(&secret, second(at))?.is_some()) };
    let session = users.session(&secret, second(9))?.expect("it holds");
    assert_eq!((session.user, session.expiry), (ada.clone(), until(10, 25)));
    assert_eq!((holds(9)?, holds(10)?), (true, false));
    users.prolong_session(&secret, second(40))?;
    users.prolong_session(&secret, second(20))?; // came late and shortens nothing
    assert_eq!((holds(24)?, holds(25)?), (true, false));
    assert_eq!(users.session("gls_", second(0))?, None);

    users.end_session(&secret)?;
    assert!(!holds(1)?);
    users.end_session(&secret)?;
    // What has expired is swept by the next that begins, and what holds is not.
    let second_one = users.start_session(ada.id, second(30), until(50, 50))?;
    users.start_session(ada.id, second(40), until(60, 60))?;
    assert!(users.session(&second_one, second(41))?.is_some());
    Ok(())
}

/// And so does nobody else's.
pub fn a_new_password_and_a_disabling_end_all_sessions_of_their_owner(adapter: &impl Adapter) -> Sentence {
    let users = adapter.users();
    let (ada, bob) = (add(&*users, "ada", Role::Admin)?, add(&*users, "bob", Role::Admin)?);
    let start = |user: &User| users.start_session(user.id, second(0), until(100, 100));
    let holds = |secret: &str| -> Result<bool, StoreError> { Ok(users.session(secret, second(1))?.is_some()) };
    let (of_ada, of_bob) = (start(&ada)?, start(&bob)?);

    users.set_password("ADA", &PasswordHash::of("another password")?, second(5))?;
    assert_eq!((holds(&of_ada)?, holds(&of_bob)?), (false, true));
    let (changed, hash) = users.user("ada")?.expect("she is there");
    assert_eq!(
        (changed.password_at, hash.matches("another password"), hash.matches(PASSWORD)),
        (second(5), true, false)
    );

    let of_ada = start(&ada)?;
    users.disable_user("ada", Some(second(6)))?;
    users.disable_user("ada", Some(second(7)))?;
    assert_eq!((holds(&of_ada)?, holds(&of_bob)?), (false, true));
    let late = start(&ada)?;
    assert!(!holds(&late)?, "nobody who is disabled has a session");
    let disabled: Vec<_> = users.users()?.into_iter().map(|user| user.disabled_at).collect();
    assert_eq!(disabled, [Some(second(6)), None]);

    users.disable_user("ada", None)?;
    assert_eq!(users.user("ada")?.expect("she is there").0.disabled_at, None);
    assert!(!holds(&of_ada)? && !holds(&late)?, "what was ended stays so");
    for refusal in
        [users.set_password("eve", &PasswordHash::of(PASSWORD)?, second(8)), users.disable_user("eve", Some(second(8)))]
    {
        assert!(matches!(refusal, Err(StoreError::NotFound { .. })), "{refusal:?}");
    }
    Ok(())
}
