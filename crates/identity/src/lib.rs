//! Who is who: the link log and its fold.
