//! Tests of the whole pipeline live in this package; see its `tests` folder.
