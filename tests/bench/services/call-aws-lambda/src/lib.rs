//! An empty library. Building it builds the dependencies of the program without the program itself.
