//! Events, plans, typed ids, time: pure types and their validation.
