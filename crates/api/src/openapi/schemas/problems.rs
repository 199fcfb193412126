//! Errors, and the server's own state.

use serde_json::json;

use super::{Named, named};
use crate::openapi::schema::{list, of, text, whole};

pub(super) fn schemas() -> Named {
    vec![
        named(
            "Problem",
            "An error (RFC 9457)",
            vec![
                ("type", json!({ "type": "string", "format": "uri", "description": "The sort of problem as a URI" })),
                ("title", text("The sort of problem in words")),
                ("status", whole("The HTTP status")),
                ("detail", text("What is wrong this time")),
                ("message", text("The same as `detail`, for clients that look for it here")),
                ("code", text("The sort of problem as a stable word")),
                ("request_id", text("The id under which the server's log speaks of the request")),
                ("invalid_params?", list(&of("InvalidParam"), "What is wrong with a body, a query or a path")),
            ],
        ),
        named(
            "InvalidParam",
            "A field or parameter that is wrong",
            vec![("name", text("Which one")), ("reason", text("What is wrong with it"))],
        ),
        named("Health", "The server's own state", vec![("status", text("`ok` or `ready`"))]),
    ]
}
