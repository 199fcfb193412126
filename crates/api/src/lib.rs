//! HTTP routes, OpenAPI, authorisation.
