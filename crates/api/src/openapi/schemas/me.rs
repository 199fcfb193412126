//! Who is asking.

use store::Role;

use super::{Named, named};
use crate::auth::Area;
use crate::openapi::schema::{list, one_of, or_null, text, truth};

pub(super) fn schemas() -> Named {
    let areas = one_of(Area::ALL.map(Area::as_str), "What belongs together when it comes to who may do it");
    vec![named(
        "Me",
        "The caller of a request",
        vec![
            ("name", text("Under which changes are kept: the user's name, or the token's, else its role")),
            ("role", one_of(Role::ALL.map(Role::as_str), "What decides about what the caller may do")),
            ("may", list(&areas, "What the caller may do")),
            (
                "csrf",
                or_null(text("What calls of the session bring in `X-Csrf-Token`; null for a token, which needs none")),
            ),
            ("demo", truth("True if the demo let the caller in without a credential")),
            ("version", text("Of the server")),
        ],
    )]
}
