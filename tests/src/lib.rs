//! What several tests of this package share; the tests of the whole pipeline themselves are in its `tests` folder.

mod python;

pub use python::python;
